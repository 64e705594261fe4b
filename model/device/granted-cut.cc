/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "granted-cut.h"

#include "ns3/simulator.h"
#include "ns3/surgery-line.h"

#include <limits>
#include <utility>

namespace ns3
{
namespace surgery
{

namespace
{

/// @param plan a cut @param variant index of a variant @param deviceLayers a cut of its DNN
/// @return whether the two are the same
bool
IsCutOf(const CutPlan& plan, uint32_t variant, const CutLayers& deviceLayers)
{
    return plan.variant.index == variant && plan.deviceLayers == deviceLayers;
}

} // namespace

bool
IsEqual(const CutPlan& one, const CutPlan& other)
{
    return IsCutOf(one, other.variant.index, other.deviceLayers);
}

GrantedCut::GrantedCut(DeviceVariants variants,
                       const ActivityWeights& weights,
                       std::unique_ptr<Bidder> bidder,
                       ChangedCallback changed)
    : m_variants(std::move(variants)),
      m_bidder(std::move(bidder)),
      m_changed(changed),
      m_local(MakeLocalPlan(weights))
{
}

void
GrantedCut::SetBidder(std::unique_ptr<Bidder> bidder)
{
    m_bidder = std::move(bidder);
}

bool
GrantedCut::IsOwnDecision() const
{
    return m_bidder != nullptr;
}

bool
GrantedCut::IsGranted() const
{
    return m_granted != nullptr;
}

std::shared_ptr<const CutPlan>
GrantedCut::GetPlan() const
{
    return m_granted ? m_granted : m_local;
}

double
GrantedCut::GetShare() const
{
    return m_share;
}

const Grant&
GrantedCut::GetLastGrant() const
{
    return m_lastGrant;
}

Time
GrantedCut::GetGrantDelay() const
{
    return m_grantDelay;
}

bool
GrantedCut::IsServed(const CutPlan& plan) const
{
    // a share stays in effect while its device has work under way; if it is 0 nevertheless, the
    // server has forgotten the device, and runs only work that takes no time
    return m_granted && (m_share > 0 || IsEqual(*m_granted, plan));
}

bool
GrantedCut::Accept(Grant grant, const Link& link)
{
    if (m_bidder)
    {
        grant.deviceLayers = m_local->deviceLayers;
        grant.variant = static_cast<uint8_t>(m_local->variant.index);
        m_bidder->Complete(grant, link);
    }
    if (!m_granted || !IsCutOf(*m_granted, grant.variant, grant.deviceLayers))
    {
        if (grant.variant >= m_variants->size() ||
            !IsCut((*m_variants)[grant.variant].costs->GetDnn(), grant.deviceLayers))
        {
            return false;
        }
        const auto isKept = grant.reason == CutReason::KEPT;
        const auto told = isKept ? CutReason::MISSED_GRANT : grant.reason;
        Change(MakePlan(grant.variant, grant.deviceLayers),
               m_granted ? told : CutReason::FIRST_GRANT);
    }
    m_grantDelay = Simulator::Now() - NanoSeconds(grant.sentNs);
    m_share = grant.currentShare;
    m_lastGrant = std::move(grant);
    return true;
}

void
GrantedCut::Lose(CutReason reason)
{
    Change(nullptr, reason);
    if (m_bidder)
    {
        m_bidder->Forget();
    }
    m_share = 0;
}

void
GrantedCut::ForgetServer()
{
    m_lastGrant = Grant();
    m_grantDelay = NanoSeconds(-1);
}

std::optional<Demand>
GrantedCut::Answer(const Price& question, const Link& link)
{
    return m_bidder->Answer(question, link);
}

std::optional<Demand>
GrantedCut::Answer(const Offer& question, const Link& link)
{
    return m_bidder->Answer(question, link);
}

Player
GrantedCut::GetPlayer(const Link& link) const
{
    return m_bidder ? m_bidder->GetPlayer(link) : Player();
}

std::shared_ptr<const CutPlan>
GrantedCut::MakePlan(uint32_t variant, const CutLayers& deviceLayers) const
{
    // the device is in the server's place: serverSeconds are its own
    const auto& [told, costs, facts] = (*m_variants)[variant];
    const auto cut = MakeCut(*costs, deviceLayers);
    auto plan = std::make_shared<CutPlan>();
    plan->dnn = told.dnn;
    plan->variant = facts;
    plan->deviceLayers = deviceLayers;
    plan->isLocal = cut.isLocal;
    plan->deviceS = cut.deviceSeconds;
    plan->restS = cut.serverSeconds;
    plan->uploadBytes = cut.uploadBytes;
    plan->resultBytes = cut.resultBytes;
    plan->label = GetCutLabel(costs->GetDnn(), deviceLayers);
    plan->workS = m_bidder ? m_bidder->GetServerSeconds(variant, deviceLayers) : 0.0;
    return plan;
}

std::shared_ptr<const CutPlan>
GrantedCut::MakeLocalPlan(const ActivityWeights& weights) const
{
    std::shared_ptr<const CutPlan> best;
    auto leastCost = std::numeric_limits<double>::infinity();
    for (uint32_t i = 0; i < m_variants->size(); ++i)
    {
        const auto& [variant, costs, facts] = (*m_variants)[i];
        const auto layers = GetLocalLayers(costs->GetDnn());
        const auto cost = GetPricedBase(MakeCut(*costs, layers), Link(), weights, variant.penaltyS);
        if (cost < leastCost)
        {
            leastCost = cost;
            best = MakePlan(i, layers);
        }
    }
    return best;
}

void
GrantedCut::Change(std::shared_ptr<const CutPlan> plan, CutReason reason)
{
    const auto& oldPlan = m_granted ? *m_granted : *m_local;
    const auto& newPlan = plan ? *plan : *m_local;
    if (!IsEqual(oldPlan, newPlan))
    {
        m_changed(oldPlan, newPlan, reason);
    }
    m_granted = std::move(plan);
}

} // namespace surgery
} // namespace ns3
