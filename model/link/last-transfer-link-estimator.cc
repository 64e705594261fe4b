/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "last-transfer-link-estimator.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(LastTransferLinkEstimator);

TypeId
LastTransferLinkEstimator::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::LastTransferLinkEstimator")
                            .SetParent<MeasuredLinkEstimator>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<LastTransferLinkEstimator>();
    return tid;
}

void
LastTransferLinkEstimator::AddSmall(double bits, double seconds)
{
    m_delayS = std::max(0.0, seconds - bits / GetRateBps());
}

void
LastTransferLinkEstimator::AddLarge(double bits, double seconds)
{
    m_rateBps = GetLimitedRate(bits, seconds, GetDelay().GetSeconds());
}

double
LastTransferLinkEstimator::FindRateBps(double initialBps) const
{
    return m_rateBps > 0 ? m_rateBps : initialBps;
}

double
LastTransferLinkEstimator::FindDelayS() const
{
    return m_delayS;
}

} // namespace surgery
} // namespace ns3
