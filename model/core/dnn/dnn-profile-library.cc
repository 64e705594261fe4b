/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/dnn-profile-library.h"

#include "ns3/dnn-profile.h"
#include "ns3/surgery-bundled-files.h"
#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// The names of the profiles of a kind. @param files of the kind
std::vector<std::string>
ListNames(const BundledFiles& files)
{
    std::vector<std::string> names;
    for (const std::filesystem::path file : files.GetNames())
    {
        if (file.extension() == ".json")
        {
            names.push_back(file.stem().string());
        }
    }
    // the order of the files is another one: "-" comes before ".json"
    std::sort(names.begin(), names.end());
    return names;
}

/// Find a profile. @param nameOrPath as the user calls it @param files of its kind
/// @param what its kind in messages @param folder of relative paths @return its path
std::string
FindProfile(const std::string& nameOrPath,
            const BundledFiles& files,
            const std::string& what,
            const std::string& folder)
{
    // an absolute path stays as it is
    const auto path = std::filesystem::path(folder) / nameOrPath;
    const auto known = JoinWords(ListNames(files));
    if (nameOrPath.find('/') == std::string::npos && path.extension() != ".json")
    {
        auto found = files.Find(nameOrPath + ".json");
        if (found.empty())
        {
            throw std::invalid_argument("unknown " + what + " \"" + nameOrPath + "\": use one of " +
                                        known + ", which are in " + files.GetPlaces() +
                                        ", or the path of a .json file");
        }
        return found;
    }
    std::error_code error;
    if (!std::filesystem::exists(path, error))
    {
        const auto whole = std::filesystem::absolute(path, error).string();
        throw std::invalid_argument(nameOrPath + ": there is no such " + what + " profile" +
                                    (path.is_relative() ? " (looked for " + whole + ")" : "") +
                                    "; the path of a .json file is needed, or one of the names " +
                                    known);
    }
    return path.string();
}

/// Find a profile and read it whole. @param nameOrPath as the user calls it @param kind its folder
/// @param what its kind in messages @param folder of relative paths @return its text, and its path
std::pair<std::string, std::string>
ReadProfile(const std::string& nameOrPath,
            const std::string& kind,
            const std::string& what,
            const std::string& folder)
{
    const auto path = FindProfile(nameOrPath, BundledFiles("profiles/" + kind), what, folder);
    return {ReadTextFile(path, what + " profile"), path};
}

} // namespace

ProfileLibrary::ProfileLibrary(std::string folder)
    : m_folder(std::move(folder))
{
}

std::shared_ptr<const DnnGraph>
ProfileLibrary::GetDnn(const std::string& nameOrPath)
{
    auto& dnn = m_dnns[nameOrPath];
    if (!dnn)
    {
        const auto [text, source] = ReadProfile(nameOrPath, "dnn", "DNN", m_folder);
        dnn = std::make_shared<const DnnGraph>(ParseDnn(text, source));
    }
    return dnn;
}

std::shared_ptr<const Processor>
ProfileLibrary::GetProcessor(const std::string& nameOrPath)
{
    auto& processor = m_processors[nameOrPath];
    if (!processor && nameOrPath.rfind('{', 0) == 0)
    {
        processor =
            std::make_shared<const Processor>(ParseProcessor(nameOrPath, "processor profile"));
    }
    if (!processor)
    {
        const auto [text, source] = ReadProfile(nameOrPath, "processor", "processor", m_folder);
        processor = std::make_shared<const Processor>(ParseProcessor(text, source));
    }
    return processor;
}

std::vector<std::string>
ProfileLibrary::GetDnnNames()
{
    return ListNames(BundledFiles("profiles/dnn"));
}

std::vector<std::string>
ProfileLibrary::GetProcessorNames()
{
    return ListNames(BundledFiles("profiles/processor"));
}

} // namespace surgery
} // namespace ns3
