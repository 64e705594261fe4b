/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"
#include "ns3/surgery-stall-watch.h"

#include <gtest/gtest.h>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// When the parts of a message arrive, s.
struct Message
{
    double sent;                  ///< when the sender's TCP took it
    std::vector<double> arrivals; ///< of its bytes; its header comes with the first ones
};

class Stalls : public SimulatorFixture
{
  protected:
    /// Let messages arrive. @param messages in order @return of each whether TCP held it up
    static std::vector<bool> Watch(const std::vector<Message>& messages)
    {
        StallWatch watch(Seconds(1));
        std::vector<bool> heldUp;
        for (const auto& message : messages)
        {
            for (std::size_t i = 0; i < message.arrivals.size(); ++i)
            {
                Simulator::Schedule(Seconds(message.arrivals[i]), [&, i] {
                    watch.HandleBytes();
                    if (i == 0)
                    {
                        watch.HandleSent(Seconds(message.sent));
                    }
                    if (i + 1 == message.arrivals.size())
                    {
                        watch.HandleEnd();
                        heldUp.push_back(watch.WasHeldUp());
                    }
                });
            }
        }
        Simulator::Run();
        Simulator::Destroy();
        return heldUp;
    }
};

TEST_F(Stalls, AreSilencesOfATimeoutOrMore)
{
    using Flags = std::vector<bool>;
    EXPECT_EQ(Watch({{1, {1.1, 1.2, 2.2, 2.3}}}), Flags{true});       // in the middle
    EXPECT_EQ(Watch({{1, {1.1, 1.2, 2.19, 2.3}}}), Flags{false});     // too short for a timeout
    EXPECT_EQ(Watch({{1, {2.1, 2.2}}}), Flags{true});                 // the first segment was lost
    EXPECT_EQ(Watch({{1, {1.9, 2.0}}}), Flags{false});                // it was not
    EXPECT_EQ(Watch({{1, {1.1, 1.9, 2.7, 3.5, 4.3}}}), Flags{false}); // slow, but steady
    EXPECT_EQ(Watch({{1, {3}}}), Flags{true});                        // a single segment
}

TEST_F(Stalls, AMessageDoesNotWaitWhileTheOneBeforeItArrives)
{
    // both were handed to TCP at once
    EXPECT_EQ(Watch({{1, {1.5, 2.2, 3}}, {1, {3.5, 4}}}), (std::vector<bool>{false, false}));
    EXPECT_EQ(Watch({{1, {1.5, 2.2, 3}}, {1, {4.5, 5}}}), (std::vector<bool>{false, true}));
}

TEST_F(Stalls, HoldUpTheNextMessageToo)
{
    const std::vector<Message> messages{{0, {0.1}},  // no stall
                                        {1, {2.5}},  // one
                                        {3, {3.2}},  // TCP begins anew
                                        {4, {4.1}},  // it has
                                        {5, {6.5}}}; // one again, and it is alone
    EXPECT_EQ(Watch(messages), (std::vector<bool>{false, true, true, false, true}));
}

TEST_F(Stalls, InARowAreWhatTheNetworkDoes)
{
    const std::vector<Message> messages{{0, {0.1}}, // no stall
                                        {1, {2.5}}, // one, and it is alone
                                        {3, {4.5}}, // the next
                                        {5, {6.5}},
                                        {7, {7.1}},   // TCP begins anew
                                        {8, {9.5}},   // it stalls instead
                                        {10, {10.1}}, // TCP begins anew
                                        {11, {11.1}}};
    EXPECT_EQ(Watch(messages),
              (std::vector<bool>{false, true, false, false, true, false, true, false}));
}

} // namespace
