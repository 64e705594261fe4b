/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A price policy of your own, to be copied; the tutorial "Your own price policy" walks through it.

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/surgery-price-policy.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::surgery;

/// Feels its way to a load: raises the price while more is sold, lowers it while less is.
class MyPricePolicy : public PricePolicy
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("MyPricePolicy")
                                .SetParent<PricePolicy>()
                                .AddConstructor<MyPricePolicy>()
                                .AddAttribute("Load",
                                              "The load to reach, 0..1.",
                                              DoubleValue(0.8),
                                              MakeDoubleAccessor(&MyPricePolicy::m_load),
                                              MakeDoubleChecker<double>(0, 1))
                                .AddAttribute("Least",
                                              "The least price of the whole server.",
                                              TimeValue(MilliSeconds(1)),
                                              MakeTimeAccessor(&MyPricePolicy::m_least),
                                              MakeTimeChecker(NanoSeconds(1)));
        return tid;
    }

    double Decide(const PriceView& view) override
    {
        const auto step = view.load > m_load ? 1.25 : 0.9;
        return std::max(m_least.GetSeconds(), step * view.priceS);
    }

  private:
    double m_load; ///< set by the attribute
    Time m_least;  ///< set by the attribute
};

NS_OBJECT_ENSURE_REGISTERED(MyPricePolicy);
