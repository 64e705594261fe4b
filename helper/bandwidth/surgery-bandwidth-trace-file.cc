/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace-file.h"

#include "bandwidth-trace-generator.h"
#include "bandwidth-trace-text.h"

#include "ns3/surgery-bundled-files.h"

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
    const BundledFiles bundled("traces");
    auto path = bundled.Find(description);
    std::error_code error;
    if (path.empty())
    {
        path = description;
        if (description.find('/') == std::string::npos && !std::filesystem::exists(path, error))
        {
            throw std::invalid_argument(
                "unknown bandwidth trace " + QuoteUserText(description) + ": use " +
                JoinWords(bundled.GetNames()) + " from " + bundled.GetPlaces() +
                ", the path of a file, constant:5Mbps, steps:2Mbps,10s,50Mbps,10s, "
                "ramp:2Mbps,50Mbps,10s or square:2Mbps,50Mbps,10s");
        }
    }
    return std::make_shared<const BandwidthTrace>(ParseBandwidthTrace(ReadFile(path), path));
}

std::vector<std::string>
GetBandwidthTraceNames()
{
    return BundledFiles("traces").GetNames();
}

} // namespace surgery
} // namespace ns3
