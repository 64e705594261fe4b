/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace-file.h"

#include "bandwidth-trace-text.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr std::size_t MAX_FILE_BYTES = 1 << 25; //!< 32 MiB; a line is some 7 bytes

std::filesystem::path
GetTraceDirectory()
{
    if (const char* own = std::getenv("DNN_SURGERY_TRACES"))
    {
        return own;
    }
#ifdef DNN_SURGERY_SOURCE_TRACE_DIR
    if (std::filesystem::is_directory(DNN_SURGERY_SOURCE_TRACE_DIR))
    {
        return DNN_SURGERY_SOURCE_TRACE_DIR;
    }
#endif
#ifdef DNN_SURGERY_INSTALL_TRACE_DIR
    return DNN_SURGERY_INSTALL_TRACE_DIR;
#else
    return "traces";
#endif
}

/// A file's text, if it is one and can be read.
std::string
ReadFile(const std::filesystem::path& path)
{
    std::error_code error;
    std::ifstream file(path, std::ios::binary);
    if (std::filesystem::is_directory(path, error) || !file)
    {
        throw std::invalid_argument(path.string() + ": cannot read this bandwidth trace");
    }
    // in blocks, for a device's file has no end
    std::string text;
    std::vector<char> block(1 << 16);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0)
    {
        text.append(block.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > MAX_FILE_BYTES)
        {
            throw std::invalid_argument(path.string() +
                                        ": a bandwidth trace must have at most 32 MiB");
        }
    }
    return text;
}

} // namespace

std::shared_ptr<const BandwidthTrace>
LoadBandwidthTrace(const std::string& description)
{
    if (auto generated = GenerateBandwidthTrace(description))
    {
        return std::make_shared<const BandwidthTrace>(std::move(*generated));
    }
    auto path = std::filesystem::path(description);
    const auto names = GetBandwidthTraceNames();
    std::error_code error;
    if (std::find(names.begin(), names.end(), description) != names.end())
    {
        path = GetTraceDirectory() / description;
    }
    else if (description.find('/') == std::string::npos && !std::filesystem::exists(path, error))
    {
        std::string known;
        for (const auto& name : names)
        {
            known += name + ", ";
        }
        throw std::invalid_argument("unknown bandwidth trace " + QuoteUserText(description) +
                                    ": use " + known + "the path of a file, constant:5Mbps, " +
                                    "steps:2Mbps,10s,50Mbps,10s, ramp:2Mbps,50Mbps,10s or "
                                    "square:2Mbps,50Mbps,10s");
    }
    return std::make_shared<const BandwidthTrace>(
        ParseBandwidthTrace(ReadFile(path), path.string()));
}

std::vector<std::string>
GetBandwidthTraceNames()
{
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(GetTraceDirectory(), error))
    {
        if (entry.path().extension() != ".md")
        {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace surgery
} // namespace ns3
