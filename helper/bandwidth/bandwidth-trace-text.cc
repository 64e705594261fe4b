/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bandwidth-trace-text.h"

#include "ns3/surgery-number-file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

constexpr double PACKET_BITS = 8 * 1500; //!< what a line of a Mahimahi trace stands for

/// A trace of pieces; what is wrong with it as a whole is blamed on its source.
BandwidthTrace
MakeTrace(const std::vector<BandwidthTrace::Piece>& period, const std::string& source)
{
    try
    {
        return BandwidthTrace(period);
    }
    catch (const std::invalid_argument& error)
    {
        throw std::invalid_argument(source + ": " + error.what());
    }
}

BandwidthTrace
ParseMahimahi(const NumberFile& file, const std::string& source)
{
    constexpr uint64_t LAST_MS = 1000000000000;
    std::vector<BandwidthTrace::Piece> period;
    // a piece for one millisecond, or for several without a packet
    const auto add = [&period](uint64_t untilMs, double packets) {
        const auto bps = packets * PACKET_BITS * 1000;
        period.push_back({static_cast<double>(untilMs) / 1000, bps, bps});
    };
    uint64_t last = 0;
    uint64_t untilMs = 0;
    double packets = 0;
    for (const auto& line : file.GetLines())
    {
        uint64_t ms = 0;
        const auto* end = line.text.data() + line.text.size();
        const auto result = std::from_chars(line.text.data(), end, ms);
        if (result.ec != std::errc() || result.ptr != end || ms > LAST_MS)
        {
            file.Reject(line,
                        "must be a whole number of milliseconds, 0..1e12, or in a CSV file "
                        "seconds,bits_per_second");
        }
        if (ms < last)
        {
            file.Reject(line, "must not be less than the line before it");
        }
        last = ms;
        ms = std::max<uint64_t>(ms, 1);
        if (ms != untilMs && packets > 0)
        {
            add(untilMs, packets);
            packets = 0;
        }
        if (ms > untilMs + 1)
        {
            add(ms - 1, 0);
        }
        untilMs = ms;
        ++packets;
        if (packets * PACKET_BITS * 1000 > BandwidthTrace::MAX_BPS)
        {
            file.Reject(line, "must not be repeated so often: rates must be in 0..1e12 bit/s");
        }
    }
    if (last == 0)
    {
        file.Reject(file.GetLines().back(),
                    "the last line ends the period, which must be 1 ms or longer");
    }
    add(untilMs, packets);
    return MakeTrace(period, source);
}

BandwidthTrace
ParseCsv(const NumberFile& file, const std::string& source)
{
    if (file.GetRows().size() < 2)
    {
        throw std::invalid_argument(source + ": must have at least two lines of numbers: the last "
                                             "one ends the period");
    }
    const auto steps = ReadRateSteps(file);
    std::vector<BandwidthTrace::Piece> period;
    for (std::size_t i = 1; i < steps.size(); ++i)
    {
        period.push_back({steps[i].seconds, steps[i - 1].bps, steps[i - 1].bps});
    }
    return MakeTrace(period, source);
}

} // namespace

BandwidthTrace
ParseBandwidthTrace(const std::string& text, const std::string& source)
{
    const NumberFile file(text, source);
    return file.GetSeparator() ? ParseCsv(file, source) : ParseMahimahi(file, source);
}

} // namespace surgery
} // namespace ns3
