/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-outage-schedule.h"

#include "ns3/simulator.h"
#include "ns3/surgery-value-text.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param text a word @return whether it is a Time >= 0
bool
IsTime(const std::string& text)
{
    return IsTimeText(text) && !Time(text).IsStrictlyNegative();
}

/// Call a callback. @param callback which
void
Invoke(Callback<void> callback)
{
    callback();
}

} // namespace

OutageSchedule::OutageSchedule(const std::string& owner, const std::string& text)
{
    auto list = text;
    std::replace(list.begin(), list.end(), ',', ' ');
    std::istringstream words(list);
    std::string word;
    while (words >> word)
    {
        const auto plus = word.find('+');
        if (plus == std::string::npos || !IsTime(word.substr(0, plus)) ||
            !IsTime(word.substr(plus + 1)))
        {
            throw std::invalid_argument(owner + ": \"" + word +
                                        "\" is not START+DURATION (like 10s+5s)");
        }
        m_outages.emplace_back(Time(word.substr(0, plus)), Time(word.substr(plus + 1)));
    }
}

std::string
OutageSchedule::ToString() const
{
    std::ostringstream text;
    for (const auto& [start, duration] : m_outages)
    {
        text << (text.tellp() > 0 ? " " : "") << start.GetNanoSeconds() << "ns+"
             << duration.GetNanoSeconds() << "ns";
    }
    return text.str();
}

void
OutageSchedule::Start(Callback<void> begin, Callback<void> end)
{
    auto outages = m_outages;
    std::sort(outages.begin(), outages.end());
    for (auto outage = outages.begin(); outage != outages.end();)
    {
        const auto start = outage->first;
        auto back = start;
        for (; outage != outages.end() && outage->first <= back; ++outage)
        {
            back = std::max(back, outage->first + outage->second);
        }
        const auto now = Simulator::Now();
        if (back > now)
        {
            const auto wait = std::max(start - now, Time(0));
            m_events.push_back(Simulator::Schedule(wait, &Invoke, begin));
            m_events.push_back(Simulator::Schedule(back - now, &Invoke, end));
        }
    }
}

void
OutageSchedule::Cancel()
{
    for (auto& event : m_events)
    {
        event.Cancel();
    }
    m_events.clear();
}

} // namespace surgery
} // namespace ns3
