/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "recorded-link-estimator.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("RecordedLinkEstimator");

NS_OBJECT_ENSURE_REGISTERED(RecordedLinkEstimator);

TypeId
RecordedLinkEstimator::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::RecordedLinkEstimator")
            .SetParent<LinkEstimator>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<RecordedLinkEstimator>()
            .AddAttribute("Rates",
                          "Path of a CSV file of \"seconds,bits_per_second\". A rate, > 0, is "
                          "reported from its line's time to the next line's, the last one forever; "
                          "time counts from the first line, which is the simulation's beginning.",
                          StringValue(""),
                          MakeStringAccessor(&RecordedLinkEstimator::SetRates,
                                             &RecordedLinkEstimator::GetRates),
                          MakeStringChecker())
            .AddAttribute("Offset",
                          "Time in the recording at which the simulation begins.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&RecordedLinkEstimator::m_offset),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Delay",
                          "The delay that it reports.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&RecordedLinkEstimator::m_delay),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

void
RecordedLinkEstimator::SetRates(std::string path)
{
    NS_LOG_FUNCTION(this << path);
    std::vector<RateStep> steps;
    if (!path.empty())
    {
        const auto text = ReadTextFile(path, "recording of rates");
        const NumberFile file(text, path);
        steps = ReadRateSteps(file);
        if (steps.empty())
        {
            throw std::invalid_argument(path + ": must have at least one line of numbers");
        }
        for (std::size_t i = 0; i < steps.size(); ++i)
        {
            if (steps[i].bps <= 0)
            {
                file.Reject(file.GetRows()[i], "the rate must be > 0 bit/s");
            }
        }
    }
    m_steps = std::move(steps);
    m_path = std::move(path);
}

std::string
RecordedLinkEstimator::GetRates() const
{
    return m_path;
}

void
RecordedLinkEstimator::AddSample(uint64_t bytes, Time duration)
{
    NS_LOG_FUNCTION(this << bytes << duration);
}

double
RecordedLinkEstimator::GetRateBps() const
{
    if (m_steps.empty())
    {
        throw std::invalid_argument("RecordedLinkEstimator: Rates: must name a file of "
                                    "seconds,bits_per_second");
    }
    const auto now = (Simulator::Now() + m_offset).GetSeconds();
    const auto next =
        std::upper_bound(m_steps.begin(),
                         m_steps.end(),
                         now,
                         [](double seconds, const RateStep& s) { return seconds < s.seconds; });
    return std::prev(next)->bps; // the first step is at 0 s
}

Time
RecordedLinkEstimator::GetDelay() const
{
    return m_delay;
}

} // namespace surgery
} // namespace ns3
