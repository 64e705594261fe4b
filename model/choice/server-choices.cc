/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-choices.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(FixedServerChoice);
NS_OBJECT_ENSURE_REGISTERED(NearestServerChoice);
NS_OBJECT_ENSURE_REGISTERED(FastestServerChoice);
NS_OBJECT_ENSURE_REGISTERED(DdsServerChoice);
NS_OBJECT_ENSURE_REGISTERED(JointServerChoice);

namespace
{

/// By which factor each departure from a server raises what a return must be worth.
constexpr double RETURN_FACTOR = 4;

/// Why a device moves whose server is gone.
const std::string LOST = "server lost";

/**
 * @param link a network
 * @param view what the device sends and gets
 * @return the time for an input there and a result back, s
 */
double
GetTransferS(const Link& link, const ChoiceView& view)
{
    return link.uplinkDelayS + 8.0 * static_cast<double>(view.inputBytes) / link.uplinkBps +
           link.downlinkDelayS + 8.0 * static_cast<double>(view.resultBytes) / link.downlinkBps;
}

} // namespace

// FIXED

TypeId
FixedServerChoice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::FixedServerChoice")
                            .SetParent<ServerChoice>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<FixedServerChoice>();
    return tid;
}

std::optional<ServerMove>
FixedServerChoice::Choose(const ChoiceView& /* view */)
{
    return std::nullopt;
}

bool
FixedServerChoice::WantsOffers() const
{
    return false;
}

bool
FixedServerChoice::WantsVisits() const
{
    return false;
}

// NEAREST

TypeId
NearestServerChoice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::NearestServerChoice")
                            .SetParent<ServerChoice>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<NearestServerChoice>();
    return tid;
}

std::optional<ServerMove>
NearestServerChoice::Choose(const ChoiceView& view)
{
    for (const auto& offer : view.servers)
    {
        if (offer.isNearest)
        {
            return offer.isServing ? std::nullopt
                                   : std::make_optional(ServerMove{offer.server, "nearest"});
        }
    }
    if (FindServing(view) || view.servers.empty())
    {
        return std::nullopt;
    }
    return ServerMove{view.servers.front().server, LOST};
}

bool
NearestServerChoice::WantsVisits() const
{
    return false;
}

// FASTEST

TypeId
FastestServerChoice::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::FastestServerChoice")
            .SetParent<ServerChoice>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<FastestServerChoice>()
            .AddAttribute("Hysteresis",
                          "By which part of its present time for an input and a result another "
                          "server must be faster for the device to move there, 0 to 1.",
                          DoubleValue(0.1),
                          MakeDoubleAccessor(&FastestServerChoice::m_hysteresis),
                          MakeDoubleChecker<double>(0, 1));
    return tid;
}

std::optional<ServerMove>
FastestServerChoice::Choose(const ChoiceView& view)
{
    const auto* serving = FindServing(view);
    auto least = serving ? (1 - m_hysteresis) * GetTransferS(serving->player.link, view)
                         : std::numeric_limits<double>::infinity();
    std::optional<ServerMove> move;
    for (const auto& offer : view.servers)
    {
        const auto isWorthATry = offer.isMeasured || !serving;
        if (!offer.isServing && isWorthATry && GetTransferS(offer.player.link, view) < least)
        {
            least = GetTransferS(offer.player.link, view);
            move = ServerMove{offer.server, serving ? "faster network" : LOST};
        }
    }
    return move;
}

// DDS

TypeId
DdsServerChoice::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::DdsServerChoice")
            .SetParent<ServerChoice>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<DdsServerChoice>()
            .AddAttribute("Hysteresis",
                          "By which part of what leaving the present server saves Phi must be "
                          "predicted to fall for the device to move, 0 to 1. It is four times as "
                          "much for a server that the device left once, sixteen times for one that "
                          "it left twice (Memory).",
                          DoubleValue(0.015),
                          MakeDoubleAccessor(&DdsServerChoice::m_hysteresis),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("Memory",
                          "How long the device remembers that it left a server, >= 0.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&DdsServerChoice::m_memory),
                          MakeTimeChecker(Time(0)));
    return tid;
}

void
DdsServerChoice::NoteServing(uint32_t serving)
{
    if (m_serving && *m_serving != serving)
    {
        auto& departure = m_departed[*m_serving];
        const auto isForgotten = Simulator::Now() - departure.time > m_memory;
        departure = {Simulator::Now(), isForgotten ? 1 : departure.count + 1};
    }
    m_serving = serving;
}

double
DdsServerChoice::GetHysteresis(uint32_t server) const
{
    const auto found = m_departed.find(server);
    if (found == m_departed.end() || Simulator::Now() - found->second.time > m_memory)
    {
        return m_hysteresis;
    }
    return std::min(1.0, m_hysteresis * std::pow(RETURN_FACTOR, found->second.count));
}

std::optional<ServerMove>
DdsServerChoice::Choose(const ChoiceView& view)
{
    const auto* serving = FindServing(view);
    if (serving && !serving->player.options)
    {
        return std::nullopt; // nothing was announced yet
    }
    if (serving)
    {
        NoteServing(serving->server);
    }
    const auto savedS = serving ? GetLeavingSaving(serving->player, serving->terms)
                                : std::numeric_limits<double>::infinity();
    auto least = savedS;
    std::optional<ServerMove> move;
    for (const auto& offer : view.servers)
    {
        if (offer.isServing || !offer.player.options || (serving && !offer.isMeasured))
        {
            continue;
        }
        const auto costS = GetEntryCost(offer.player, offer.terms);
        const auto isWorthIt = !serving || costS < (1 - GetHysteresis(offer.server)) * savedS;
        if (isWorthIt && costS < least)
        {
            least = costS;
            move = serving ? ServerMove{offer.server, "lower potential", true, savedS - costS}
                           : ServerMove{offer.server, LOST};
        }
    }
    return move;
}

// JOINT

TypeId
JointServerChoice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::JointServerChoice")
                            .SetParent<FastestServerChoice>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<JointServerChoice>();
    return tid;
}

std::optional<ServerMove>
JointServerChoice::Choose(const ChoiceView& view)
{
    if (!FindServing(view))
    {
        return FastestServerChoice::Choose(view);
    }
    const auto isThere =
        std::any_of(view.servers.begin(), view.servers.end(), [&view](const ServerOffer& offer) {
            return offer.server == view.told;
        });
    return isThere ? std::make_optional(ServerMove{*view.told, "joint plan"}) : std::nullopt;
}

} // namespace surgery
} // namespace ns3
