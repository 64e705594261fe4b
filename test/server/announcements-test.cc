/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/announcements.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <limits>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class AnnouncementsTest : public SimulatorFixture
{
  protected:
    /// What server 7 announces. @param sequence its number @param sent when
    static Announce Make(uint64_t sequence, Time sent)
    {
        Announce announce;
        announce.server = 7;
        announce.sequence = sequence;
        announce.sentNs = sent.GetNanoSeconds();
        announce.address = "10.1.1.1:4600";
        announce.shadowPriceS = static_cast<double>(sequence);
        return announce;
    }

    /// Let time go by. @param until when to go on
    static void GoTo(Time until)
    {
        Simulator::Stop(until - Simulator::Now());
        Simulator::Run();
    }

    /// The number of server 7's announcement; 0 if there is none.
    uint64_t GetSequence()
    {
        for (const auto& live : m_announcements.GetLive())
        {
            if (live.server == 7)
            {
                return live.sequence;
            }
        }
        return 0;
    }

    Announcements m_announcements{3, Seconds(2)}; ///< of server 3
};

TEST_F(AnnouncementsTest, KeepsTheLatestWithItsAge)
{
    GoTo(Seconds(10));
    EXPECT_EQ(m_announcements.Take(7, Make(4, Seconds(9.9))), "");
    EXPECT_EQ(m_announcements.Take(7, Make(6, Seconds(9.8))), "");
    EXPECT_EQ(m_announcements.Take(7, Make(6, Seconds(9.9))), "") << "doubled";
    EXPECT_EQ(m_announcements.Take(7, Make(5, Seconds(9.9))), "") << "old";
    auto other = Make(1, Seconds(10));
    other.server = 5;
    EXPECT_EQ(m_announcements.Take(5, other), "");
    GoTo(Seconds(11));
    const auto live = m_announcements.GetLive();
    ASSERT_EQ(live.size(), 2U);
    EXPECT_EQ(live[0].server, 5U);
    EXPECT_EQ(live[0].ageNs, Seconds(1).GetNanoSeconds());
    EXPECT_EQ(live[1].sequence, 6U);
    EXPECT_EQ(live[1].shadowPriceS, 6);
    EXPECT_EQ(live[1].ageNs, MilliSeconds(1200).GetNanoSeconds());
}

TEST_F(AnnouncementsTest, ForgetsWhatIsTooOld)
{
    GoTo(Seconds(10));
    EXPECT_EQ(m_announcements.Take(7, Make(9, Seconds(7.9))), "") << "late, which is no fault";
    EXPECT_EQ(GetSequence(), 0U);
    EXPECT_EQ(m_announcements.Take(7, Make(9, Seconds(8))), "");
    EXPECT_EQ(GetSequence(), 9U);
    GoTo(Seconds(10.1));
    EXPECT_EQ(GetSequence(), 0U);
    // a server that began anew counts from 1
    EXPECT_EQ(m_announcements.Take(7, Make(1, Seconds(10.1))), "");
    EXPECT_EQ(GetSequence(), 1U);
    m_announcements.Clear();
    EXPECT_EQ(GetSequence(), 0U);
}

TEST_F(AnnouncementsTest, FindsFaultWithWrongAnnouncements)
{
    EXPECT_NE(m_announcements.Take(8, Make(1, Seconds(0))), "") << "of another server";
    auto own = Make(1, Seconds(0));
    own.server = 3;
    EXPECT_NE(m_announcements.Take(3, own), "") << "of the server that receives it";
    auto passed = Make(1, Seconds(0));
    passed.ageNs = 1;
    EXPECT_NE(m_announcements.Take(7, passed), "") << "passed on";
    for (const std::string address :
         {"", "10.1.1.1", "10.1.1.1:0", "10.1.1.1:70000", "here:4600", "[::1:4600", "10.1.1:4600"})
    {
        auto nowhere = Make(1, Seconds(0));
        nowhere.address = address;
        EXPECT_NE(m_announcements.Take(7, nowhere), "") << address;
    }
    EXPECT_TRUE(m_announcements.GetLive().empty());
    auto far = Make(std::numeric_limits<uint64_t>::max(), Seconds(0));
    far.address = "[2001:db8::1]:4600";
    EXPECT_EQ(m_announcements.Take(7, far), "");
    EXPECT_EQ(m_announcements.GetLive().size(), 1U);
}

} // unnamed namespace
