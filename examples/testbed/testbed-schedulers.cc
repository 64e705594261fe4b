/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "testbed-schedulers.h"

#include "ns3/dnn-cut.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <memory>

using namespace ns3;
using namespace ns3::surgery;

NS_OBJECT_ENSURE_REGISTERED(FixedCutScheduler);
NS_OBJECT_ENSURE_REGISTERED(TestbedPlannerScheduler);

namespace
{

/// Cut a device's DNN. @param player the device @param deviceLayers how many of its layers the
/// device runs; at most all @return where it is cut
std::shared_ptr<const Cut>
CutBehind(const Player& player, std::size_t deviceLayers)
{
    const auto& costs = player.options->front().frontier->GetCosts();
    CutLayers layers(costs.GetDnn().GetSize(), false);
    std::fill_n(layers.begin(), std::min(deviceLayers, layers.size()), true);
    return std::make_shared<const Cut>(MakeCut(costs, layers));
}

} // namespace

TypeId
FixedCutScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("FixedCutScheduler")
            .SetParent<SurgeryScheduler>()
            .AddConstructor<FixedCutScheduler>()
            .AddAttribute("DeviceLayers",
                          "How many layers run on the device, the input included; 1 means that "
                          "everything is offloaded, and at least all of them nothing.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&FixedCutScheduler::m_deviceLayers),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

Outcome
FixedCutScheduler::Decide(const Game& game)
{
    Outcome outcome;
    const auto share = game.capacity / static_cast<double>(game.players.size());
    for (const auto& player : game.players)
    {
        const auto cut = CutBehind(player, m_deviceLayers);
        outcome.decisions.push_back({cut, cut->isLocal ? 0 : share});
    }
    return outcome;
}

TypeId
TestbedPlannerScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("TestbedPlannerScheduler")
            .SetParent<SurgeryScheduler>()
            .AddConstructor<TestbedPlannerScheduler>()
            .AddAttribute("LocalTime",
                          "What everything on the device takes, by its profile.",
                          TimeValue(MilliSeconds(100)),
                          MakeTimeAccessor(&TestbedPlannerScheduler::m_localTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ServerTime",
                          "What everything on the server takes, by its profile.",
                          TimeValue(MilliSeconds(10)),
                          MakeTimeAccessor(&TestbedPlannerScheduler::m_serverTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Bytes",
                          "What is sent both ways, in bytes.",
                          UintegerValue(600000),
                          MakeUintegerAccessor(&TestbedPlannerScheduler::m_bytes),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Efficiency",
                          "Part of the bandwidth that it counts on, 0 to 1.",
                          DoubleValue(0.9),
                          MakeDoubleAccessor(&TestbedPlannerScheduler::m_efficiency),
                          MakeDoubleChecker<double>(1e-3, 1))
            .AddAttribute("Margin",
                          "What it adds to the time of an offloaded inference.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&TestbedPlannerScheduler::m_margin),
                          MakeTimeChecker(Time(0)));
    return tid;
}

Outcome
TestbedPlannerScheduler::Decide(const Game& game)
{
    Outcome outcome;
    const auto share = game.capacity / static_cast<double>(game.players.size());
    for (const auto& player : game.players)
    {
        const auto megabytes = std::round(player.link.uplinkBps / 8e6);
        const auto bytesPerS = m_efficiency * megabytes * 1e6;
        const auto sendS = bytesPerS > 0 ? static_cast<double>(m_bytes) / bytesPerS : HUGE_VAL;
        const auto offloads =
            (m_serverTime + m_margin).GetSeconds() + sendS <= m_localTime.GetSeconds();
        const auto all = player.options->front().frontier->GetCosts().GetDnn().GetSize();
        outcome.decisions.push_back({CutBehind(player, offloads ? 1 : all), offloads ? share : 0});
    }
    return outcome;
}
