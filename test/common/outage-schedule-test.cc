/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"
#include "ns3/surgery-outage-schedule.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// What happened: when, and whether an outage began.
using Log = std::vector<std::pair<Time, bool>>;

class OutageScheduleTest : public SimulatorFixture
{
  protected:
    /// Note what a schedule does. @param schedule it
    void Start(OutageSchedule& schedule)
    {
        const auto note = [this](bool isBegin) {
            return Callback<void>(
                [this, isBegin]() { m_log.emplace_back(Simulator::Now(), isBegin); });
        };
        schedule.Start(note(true), note(false));
    }

    Log m_log; ///< what happened
};

TEST_F(OutageScheduleTest, WritesWhatItReads)
{
    EXPECT_EQ(OutageSchedule().ToString(), "");
    EXPECT_EQ(OutageSchedule("Away", " \t\n").ToString(), "");
    const OutageSchedule schedule("Away", "  60s+500ms\t10s+0.5s , 0s+0s ");
    const auto text = schedule.ToString();
    EXPECT_EQ(text, "60000000000ns+500000000ns 10000000000ns+500000000ns 0ns+0ns");
    EXPECT_EQ(OutageSchedule("Away", text).ToString(), text);
}

TEST_F(OutageScheduleTest, RefusesWhatIsNoPairAndQuotesIt)
{
    for (const std::string word : {"10s",
                                   "10s-5s",
                                   "+5s",
                                   "10s+",
                                   "+",
                                   "-1s+5s",
                                   "10s+-5s",
                                   "ten+five",
                                   "10s+5s+5s",
                                   "10s+1.2.3s",
                                   "10s+5parsecs",
                                   "1e300s+1s"})
    {
        SCOPED_TRACE(word);
        std::string message;
        try
        {
            OutageSchedule("MecServer: Outages", "1s+1s " + word + " 99s+1s");
        }
        catch (const std::invalid_argument& error)
        {
            message = error.what();
        }
        EXPECT_EQ(message.find("MecServer: Outages: "), 0u) << message;
        EXPECT_NE(message.find("\"" + word + "\""), std::string::npos) << message;
    }
}

TEST_F(OutageScheduleTest, CallsBackAtTheEdgesOfTheUnionOfAllOutages)
{
    constexpr int END = 60;
    for (uint64_t seed = 1; seed <= 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        std::vector<bool> isAway(END + 1, false); // in each ms, and not in the last one
        std::string text;
        const auto outages = random() % 8;
        for (uint64_t i = 0; i < outages; ++i)
        {
            const auto start = random() % (END - 10);
            const auto duration = 1 + random() % 9;
            text += std::to_string(start) + "ms+" + std::to_string(duration) + "ms ";
            std::fill_n(isAway.begin() + static_cast<std::ptrdiff_t>(start), duration, true);
        }
        const auto from = seed % 2 == 0 ? 0 : static_cast<int>(random() % END);
        Log expected;
        for (int ms = from; ms <= END; ++ms)
        {
            const auto was = ms > from && isAway[ms - 1];
            if (isAway[ms] != was)
            {
                expected.emplace_back(MilliSeconds(ms), isAway[ms]);
            }
        }
        m_log.clear();
        OutageSchedule schedule("Away", text);
        Simulator::Schedule(MilliSeconds(from), [&] { Start(schedule); });
        Simulator::Run();
        EXPECT_EQ(m_log, expected) << text << "from " << from << " ms on";
        Simulator::Destroy();
    }
}

TEST_F(OutageScheduleTest, KeepsAnOutageWithoutDuration)
{
    OutageSchedule schedule("Away", "2s+0s 5s+1s");
    Start(schedule);
    Simulator::Run();
    const Log expected{{Seconds(2), true},
                       {Seconds(2), false},
                       {Seconds(5), true},
                       {Seconds(6), false}};
    EXPECT_EQ(m_log, expected);
}

TEST_F(OutageScheduleTest, IsSilentOnceCancelledAndMayStartAgain)
{
    OutageSchedule schedule("Away", "1s+2s 10s+1s");
    schedule.Cancel(); // nothing was started
    Start(schedule);
    Simulator::Schedule(Seconds(2), [&] { schedule.Cancel(); });
    Simulator::Schedule(Seconds(5), [&] {
        EXPECT_EQ(m_log, (Log{{Seconds(1), true}}));
        Start(schedule);
    });
    Simulator::Run();
    EXPECT_EQ(m_log, (Log{{Seconds(1), true}, {Seconds(10), true}, {Seconds(11), false}}));
}

} // namespace
