/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace-file.h"

#include "bandwidth-trace-generator.h"
#include "bandwidth-trace-text.h"

#include "ns3/surgery-bundled-files.h"
#include "ns3/surgery-number-file.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

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
    return std::make_shared<const BandwidthTrace>(
        ParseBandwidthTrace(ReadTextFile(path, "bandwidth trace"), path));
}

std::vector<std::string>
GetBandwidthTraceNames()
{
    return BundledFiles("traces").GetNames();
}

} // namespace surgery
} // namespace ns3
