/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-bandwidth-trace.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

[[noreturn]] void
Reject(std::size_t piece, const std::string& what)
{
    throw std::invalid_argument("bandwidth trace, piece " + std::to_string(piece) + ": " + what);
}

} // namespace

BandwidthTrace::BandwidthTrace(const std::vector<Piece>& period)
{
    m_segments.reserve(period.size());
    double now = 0;
    double bytes = 0;
    for (std::size_t i = 0; i < period.size(); ++i)
    {
        const auto& piece = period[i];
        // in this form, NaN fails
        if (!(piece.untilS > now && piece.untilS <= MAX_SECONDS))
        {
            Reject(i, "its end must be above that of the one before it, up to 1e9 s");
        }
        for (const auto rate : {piece.fromBps, piece.toBps})
        {
            if (!(rate >= 0 && rate <= MAX_BPS))
            {
                Reject(i, "rates must be in 0..1e12 bit/s");
            }
        }
        const auto seconds = piece.untilS - now;
        const auto end = bytes + seconds * (piece.fromBps + piece.toBps) / 16;
        const auto slope = (piece.toBps - piece.fromBps) / seconds;
        m_segments.push_back({now, piece.untilS, bytes, end, piece.fromBps, slope});
        now = piece.untilS;
        bytes = end;
    }
    if (m_segments.empty() || GetMeanBps() < 1)
    {
        throw std::invalid_argument("bandwidth trace: the mean rate must be in 1..1e12 bit/s");
    }
}

BandwidthTrace
BandwidthTrace::MakeSteps(const std::vector<std::pair<double, double>>& steps)
{
    std::vector<Piece> period;
    double now = 0;
    for (const auto& [seconds, bps] : steps)
    {
        now += seconds;
        period.push_back({now, bps, bps});
    }
    return BandwidthTrace(period);
}

BandwidthTrace
BandwidthTrace::MakeRamp(double fromBps, double toBps, double seconds)
{
    return BandwidthTrace({{seconds, fromBps, toBps}});
}

BandwidthTrace
BandwidthTrace::MakeSquareWave(double firstBps, double secondBps, double secondsEach)
{
    return MakeSteps({{secondsEach, firstBps}, {secondsEach, secondBps}});
}

double
BandwidthTrace::GetPeriodSeconds() const
{
    return m_segments.back().endS;
}

double
BandwidthTrace::GetMeanBps() const
{
    return 8 * m_segments.back().endBytes / m_segments.back().endS;
}

double
BandwidthTrace::GetPeakBps() const
{
    double peak = 0;
    for (const auto& segment : m_segments)
    {
        const auto end = segment.fromBps + segment.slope * (segment.endS - segment.startS);
        peak = std::max({peak, segment.fromBps, end});
    }
    return peak;
}

BandwidthTrace::Place
BandwidthTrace::Find(double seconds) const
{
    const auto period = GetPeriodSeconds();
    Place place;
    place.periods = std::floor(std::max(seconds, 0.0) / period);
    const auto within = std::clamp(seconds - place.periods * period, 0.0, period);
    const auto found =
        std::upper_bound(m_segments.begin(),
                         m_segments.end() - 1,
                         within,
                         [](double time, const auto& segment) { return time < segment.endS; });
    place.segment = &*found;
    place.seconds = within - found->startS;
    return place;
}

double
BandwidthTrace::GetRateBps(double seconds) const
{
    const auto place = Find(seconds);
    return std::max(0.0, place.segment->fromBps + place.segment->slope * place.seconds);
}

double
BandwidthTrace::GetBytes(double seconds) const
{
    const auto place = Find(seconds);
    const auto& segment = *place.segment;
    const auto bits = (segment.fromBps + segment.slope * place.seconds / 2) * place.seconds;
    return place.periods * m_segments.back().endBytes +
           std::min(segment.startBytes + bits / 8, segment.endBytes);
}

double
BandwidthTrace::GetSeconds(double bytes) const
{
    if (!(bytes > 0))
    {
        return 0;
    }
    const auto perPeriod = m_segments.back().endBytes;
    // What is carried just before an outage must not wait for its end because of rounding.
    const auto rounding = 1e-6 + 1e-15 * bytes;
    // the end of a period belongs to it: the next one may begin with an outage
    const auto periods = std::max(0.0, std::ceil((bytes - rounding) / perPeriod) - 1);
    const auto within = bytes - periods * perPeriod;
    const auto found =
        std::lower_bound(m_segments.begin(),
                         m_segments.end() - 1,
                         within - rounding,
                         [](const auto& segment, double end) { return segment.endBytes < end; });
    // slope / 2 x^2 + from x = bits, in the form that cancels no digits
    const auto bits = 8 * std::max(0.0, within - found->startBytes);
    const auto root =
        std::sqrt(std::max(0.0, found->fromBps * found->fromBps + 2 * found->slope * bits));
    const auto seconds = bits > 0 ? 2 * bits / (found->fromBps + root) : 0.0;
    return periods * GetPeriodSeconds() + std::min(found->startS + seconds, found->endS);
}

} // namespace surgery
} // namespace ns3
