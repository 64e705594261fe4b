/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "oracle-link-estimator.h"

#include "ns3/log.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("OracleLinkEstimator");

NS_OBJECT_ENSURE_REGISTERED(OracleLinkEstimator);

TypeId
OracleLinkEstimator::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::OracleLinkEstimator")
                            .SetParent<LinkEstimator>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<OracleLinkEstimator>()
                            .AddAttribute("Rate",
                                          "The rate that it reports.",
                                          DataRateValue(DataRate("20Mbps")),
                                          MakeDataRateAccessor(&OracleLinkEstimator::m_rate),
                                          MakeDataRateChecker())
                            .AddAttribute("Delay",
                                          "The delay that it reports.",
                                          TimeValue(Seconds(0)),
                                          MakeTimeAccessor(&OracleLinkEstimator::m_delay),
                                          MakeTimeChecker(Seconds(0)));
    return tid;
}

void
OracleLinkEstimator::AddSample(uint64_t bytes, Time duration)
{
    NS_LOG_FUNCTION(this << bytes << duration);
}

double
OracleLinkEstimator::GetRateBps() const
{
    return static_cast<double>(m_rate.GetBitRate());
}

Time
OracleLinkEstimator::GetDelay() const
{
    return m_delay;
}

} // namespace surgery
} // namespace ns3
