/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "bidder.h"

#include "ns3/surgery-cut-reason.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

Bidder::Bidder(Secrets secrets,
               double demandFactor,
               std::shared_ptr<PartitionFrontierCache> frontiers)
    : m_secrets(std::move(secrets)),
      m_demandFactor(demandFactor),
      m_frontiers(std::move(frontiers))
{
}

Player
Bidder::MakePlayer(const Secrets& secrets,
                   Options options,
                   const Link& link,
                   const HostWork& serverHostWork)
{
    Player player;
    player.options = std::move(options);
    player.link = link;
    if (!secrets.measuresHostWork)
    {
        AddHostWork(player.link, secrets.hostWork, serverHostWork);
    }
    player.usagePriceS = secrets.usagePriceS;
    player.weights = secrets.weights;
    return player;
}

Demand
Bidder::Answer(const Price& price, const Link& link, const Requests& requests)
{
    if (price.processor != m_server)
    {
        m_options = MakeOptions(*m_frontiers,
                                m_secrets.variants,
                                m_secrets.processor,
                                price.processor,
                                m_secrets.weights);
        m_server = price.processor;
        m_demand.reset();
        Forget();
    }
    m_serverHostWork = {price.hostMessageS, price.hostByteS};
    m_postedPriceS = price.postedPriceS;
    Look(price.timestep, link, requests);
    Demand answer;
    answer.round = price.round;
    answer.shares = m_demand->GetShares(price.prices);
    for (auto& share : answer.shares)
    {
        share *= share > 0 ? m_demandFactor : 1;
    }
    return answer;
}

std::optional<Demand>
Bidder::Answer(const Offer& offer, const Link& link, const Requests& requests)
{
    if (!m_options)
    {
        return std::nullopt;
    }
    Look(offer.timestep, link, requests);
    const auto bid = m_demand->GetBid(offer.share, offer.leftover);
    Demand answer;
    answer.round = offer.round;
    const auto most = std::min(1.0, offer.share + offer.leftover);
    answer.shares = {std::clamp(bid.share * m_demandFactor, offer.share, most)};
    answer.gainS = bid.gainS;
    return answer;
}

void
Bidder::Complete(Grant& grant, const Link& link)
{
    if (!m_options)
    {
        return;
    }
    const auto player = GetPlayer(link);
    const auto decision = DeviceDemand(player).Settle(grant.nextShare);
    const auto unitPrice = GetUnitPrice(player, decision, grant.shadowPriceS);
    grant.deviceLayers = decision.cut->deviceLayers;
    grant.variant = static_cast<uint8_t>(decision.option);
    grant.latencyS = GetLatency(*decision.cut, player.link, grant.nextShare);
    grant.reason = GetReason(ExplainCut(player, m_link, m_unitPriceS, decision, unitPrice));
    m_current = {decision.cut, grant.nextShare, decision.option};
    m_link = player.link;
    m_unitPriceS = unitPrice;
}

void
Bidder::Forget()
{
    m_current = Decision();
}

double
Bidder::GetServerSeconds(uint32_t variant, const CutLayers& deviceLayers) const
{
    return m_options
               ? MakeCut((*m_options)[variant].frontier->GetCosts(), deviceLayers).serverSeconds
               : 0.0;
}

Player
Bidder::GetPlayer(const Link& link) const
{
    auto player = MakePlayer(m_secrets, m_options, link, m_serverHostWork);
    player.requestRatePerS = m_requests.ratePerS;
    player.gapVariation = m_requests.gapVariation;
    if (m_current.cut)
    {
        SetCurrentCut(player, m_current, m_secrets.cutHysteresis);
    }
    player.usagePriceS += m_postedPriceS;
    return player;
}

void
Bidder::Look(uint64_t timestep, const Link& link, const Requests& requests)
{
    if (!m_demand || timestep != m_timestep)
    {
        m_requests = requests;
        m_demand.emplace(GetPlayer(link));
        m_timestep = timestep;
    }
}

} // namespace surgery
} // namespace ns3
