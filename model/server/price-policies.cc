/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "price-policies.h"

#include "ns3/surgery-revenue-price.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(NonePricePolicy);
NS_OBJECT_ENSURE_REGISTERED(FixedPricePolicy);
NS_OBJECT_ENSURE_REGISTERED(LinearPricePolicy);
NS_OBJECT_ENSURE_REGISTERED(RevenuePricePolicy);

// none

TypeId
NonePricePolicy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::NonePricePolicy")
                            .SetParent<PricePolicy>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<NonePricePolicy>();
    return tid;
}

double
NonePricePolicy::Decide(const PriceView& /* view */)
{
    return 0;
}

bool
NonePricePolicy::SetsPrices() const
{
    return false;
}

// fixed

TypeId
FixedPricePolicy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::FixedPricePolicy")
                            .SetParent<PricePolicy>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<FixedPricePolicy>()
                            .AddAttribute("Price",
                                          "The price of the whole server, as latency.",
                                          TimeValue(MilliSeconds(10)),
                                          MakeTimeAccessor(&FixedPricePolicy::m_price),
                                          MakeTimeChecker(Seconds(0)));
    return tid;
}

double
FixedPricePolicy::Decide(const PriceView& /* view */)
{
    return m_price.GetSeconds();
}

// linear

TypeId
LinearPricePolicy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::LinearPricePolicy")
            .SetParent<PricePolicy>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<LinearPricePolicy>()
            .AddAttribute("Base",
                          "The price of the whole server where nothing was sold at the last "
                          "timestep, as latency.",
                          TimeValue(MilliSeconds(0)),
                          MakeTimeAccessor(&LinearPricePolicy::m_base),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("Slope",
                          "What is added to Base where the whole server was sold at the last "
                          "timestep, as latency; less in proportion to the load.",
                          TimeValue(MilliSeconds(20)),
                          MakeTimeAccessor(&LinearPricePolicy::m_slope),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

double
LinearPricePolicy::Decide(const PriceView& view)
{
    return m_base.GetSeconds() + m_slope.GetSeconds() * view.load;
}

// revenue

TypeId
RevenuePricePolicy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::RevenuePricePolicy")
                            .SetParent<PricePolicy>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<RevenuePricePolicy>();
    return tid;
}

double
RevenuePricePolicy::Decide(const PriceView& view)
{
    return FindRevenuePrice(view.game).priceS;
}

bool
RevenuePricePolicy::NeedsPlayers() const
{
    return true;
}

} // namespace surgery
} // namespace ns3
