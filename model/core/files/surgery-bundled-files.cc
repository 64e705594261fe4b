/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bundled-files.h"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <set>

namespace ns3
{
namespace surgery
{

BundledFiles::BundledFiles(const std::string& kind)
{
    const auto slash = kind.find('/');
    std::string variable = "DNN_SURGERY_";
    for (const unsigned char letter : kind.substr(0, slash))
    {
        variable += static_cast<char>(std::toupper(letter));
    }
    const auto* own = std::getenv(variable.c_str());
    if (own && *own != '\0')
    {
        m_folders.push_back(own + (slash == std::string::npos ? "" : kind.substr(slash)));
    }
    for (const std::string data : {DNN_SURGERY_SOURCE_DATA_DIR, DNN_SURGERY_INSTALL_DATA_DIR})
    {
        std::error_code error;
        const auto folder = data + "/" + kind;
        if (std::filesystem::is_directory(folder, error))
        {
            m_folders.push_back(folder);
        }
    }
}

std::string
BundledFiles::Find(const std::string& name) const
{
    // neither a folder itself nor something outside of it
    if (name.empty() || name.find('/') != std::string::npos || name == "." || name == "..")
    {
        return "";
    }
    for (const auto& folder : m_folders)
    {
        std::error_code error;
        auto path = folder + "/" + name;
        if (std::filesystem::exists(path, error))
        {
            return path;
        }
    }
    return "";
}

std::vector<std::string>
BundledFiles::GetNames() const
{
    std::set<std::string> names;
    for (const auto& folder : m_folders)
    {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        {
            if (entry.path().extension() != ".md")
            {
                names.insert(entry.path().filename().string());
            }
        }
    }
    return {names.begin(), names.end()};
}

std::string
BundledFiles::GetPlaces() const
{
    return m_folders.empty() ? "no folder" : JoinWords(m_folders);
}

std::string
JoinWords(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
    {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

} // namespace surgery
} // namespace ns3
