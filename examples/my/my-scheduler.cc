/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A scheduler of your own, to be copied; the tutorial "Your own scheduler" walks through it.

#include "ns3/double.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::surgery;

/// First come, first served: who joined first takes what is best for it, the others what is left.
class MyScheduler : public SurgeryScheduler
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("MyScheduler")
                                .SetParent<SurgeryScheduler>()
                                .AddConstructor<MyScheduler>()
                                .AddAttribute("MaxShare",
                                              "The largest share of one device, 0..1.",
                                              DoubleValue(0.5),
                                              MakeDoubleAccessor(&MyScheduler::m_maxShare),
                                              MakeDoubleChecker<double>(0, 1));
        return tid;
    }

    Outcome Decide(const Game& game) override
    {
        Outcome outcome;
        auto left = game.capacity;
        for (const auto& player : game.players)
        {
            // its cut and share, at the price it pays anyway
            const auto cap = std::min(left, m_maxShare);
            outcome.decisions.push_back(GetBestResponse(player, player.usagePriceS, cap));
            left = std::max(0.0, left - outcome.decisions.back().share);
        }
        return outcome;
    }

  private:
    double m_maxShare; ///< set by the attribute
};

NS_OBJECT_ENSURE_REGISTERED(MyScheduler);
