/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A link estimator of your own, to be copied; the tutorial "Your own link estimator" walks through
// it.

#include "ns3/double.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

using namespace ns3;
using namespace ns3::surgery;

/// Believes a slow transfer at once, and a fast one only in part.
class MyLinkEstimator : public LinkEstimator
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("MyLinkEstimator")
                                .SetParent<LinkEstimator>()
                                .AddConstructor<MyLinkEstimator>()
                                .AddAttribute("Rise",
                                              "Which part of the way the estimate goes up to a "
                                              "faster transfer, on a logarithmic scale, 0..1.",
                                              DoubleValue(0.3),
                                              MakeDoubleAccessor(&MyLinkEstimator::m_rise),
                                              MakeDoubleChecker<double>(0, 1))
                                .AddAttribute("SmallBytes",
                                              "Largest transfer that tells the delay, in bytes.",
                                              UintegerValue(1448),
                                              MakeUintegerAccessor(&MyLinkEstimator::m_smallBytes),
                                              MakeUintegerChecker<uint64_t>());
        return tid;
    }

    // A transfer of one direction has ended, of tensors or of a probe.
    void AddSample(uint64_t bytes, Time duration) override
    {
        const double bits = 8.0 * bytes;
        if (bytes <= m_smallBytes)
        {
            m_delay = duration;
            return;
        }
        // delays vary, so at least some of the time counts as sending
        const double seconds = duration.GetSeconds();
        const double sending = std::max(seconds - m_delay.GetSeconds(), 0.1 * seconds);
        const double rate = std::min(bits / std::max(sending, 1e-9), 100e9);
        m_rateBps *= std::pow(rate / m_rateBps, rate < m_rateBps ? 1.0 : m_rise);
    }

    double GetRateBps() const override
    {
        return m_rateBps;
    }

    Time GetDelay() const override
    {
        return m_delay;
    }

  private:
    // what holds until the first transfer
    double m_rateBps{10e6};        ///< bit/s
    Time m_delay{MilliSeconds(5)}; ///< one way
    double m_rise{0.3};            ///< attribute
    uint64_t m_smallBytes{1448};   ///< attribute
};

NS_OBJECT_ENSURE_REGISTERED(MyLinkEstimator);
