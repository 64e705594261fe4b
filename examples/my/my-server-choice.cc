/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A choice of the server of your own, to be copied; the tutorial "Your own choice of a server"
// walks through it.

#include "ns3/double.h"
#include "ns3/surgery-server-choice.h"

using namespace ns3;
using namespace ns3::surgery;

/// The server with the lowest price, if it is much lower than that of the present one.
class MyServerChoice : public ServerChoice
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("MyServerChoice")
                                .SetParent<ServerChoice>()
                                .AddConstructor<MyServerChoice>()
                                .AddAttribute("Discount",
                                              "By which part it must be lower, 0..1.",
                                              DoubleValue(0.5),
                                              MakeDoubleAccessor(&MyServerChoice::m_discount),
                                              MakeDoubleChecker<double>(0, 1));
        return tid;
    }

    std::optional<ServerMove> Choose(const ChoiceView& view) override
    {
        const auto* serving = FindServing(view);
        const ServerOffer* best = nullptr;
        for (const auto& offer : view.servers)
        {
            const auto isCheaper = !best || offer.terms.shadowPriceS < best->terms.shadowPriceS;
            if (!offer.isServing && isCheaper)
            {
                best = &offer;
            }
        }
        if (!best)
        {
            return std::nullopt; // there is no other one
        }
        if (!serving)
        {
            return ServerMove{best->server, "server lost"};
        }
        const auto gain = serving->terms.shadowPriceS - best->terms.shadowPriceS;
        if (gain <= m_discount * serving->terms.shadowPriceS)
        {
            return std::nullopt; // not worth it
        }
        return ServerMove{best->server, "cheaper", true, gain}; // asks for admission
    }

  private:
    double m_discount; ///< set by the attribute
};

NS_OBJECT_ENSURE_REGISTERED(MyServerChoice);
