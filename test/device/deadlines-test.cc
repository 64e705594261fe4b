/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/ongoing-fixture.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Requests with deadlines.
class DeadlinesTest : public OngoingInferencesTest
{
  protected:
    /// Simulate a random life of a device. @param seed of what happens
    /// @return what became of its inferences, by id
    std::map<uint64_t, InferenceRecord> Live(uint64_t seed)
    {
        std::mt19937_64 random(seed);
        Build();
        m_room = 1 + random() % 4;
        m_inferences->SetHostWork({random() % 2 == 0 ? 0 : 0.003, 0});
        for (int i = 0; i < 150; ++i)
        {
            const auto what = random() % 16;
            const auto number = random();
            Simulator::Schedule(MicroSeconds(random() % 1000000), [this, what, number] {
                if (what < 8)
                {
                    Request(MilliSeconds(1 + number % 200));
                }
                else if (what < 12)
                {
                    const auto id = 1 + number % (m_inferences->GetCreated() + 2);
                    const auto found = m_inferences->GetAll().find(id);
                    if (found == m_inferences->GetAll().end() || !found->second.IsUnsent())
                    {
                        Reply(id); // to some nobody waits for
                    }
                    m_inferences->Feed();
                }
                else if (what < 14)
                {
                    GrantCut(1 + number % 3, number % 5 == 0 ? 0.0 : 0.5);
                }
                else if (what < 15)
                {
                    LoseGrant();
                }
                else
                {
                    m_inferences->UploadAgain(*m_cut);
                }
                ExpectBalanced();
            });
        }
        Simulator::Run();
        ExpectBalanced();
        EXPECT_TRUE(m_inferences->GetAll().empty());
        Simulator::Destroy();
        return m_records;
    }
};

TEST_F(DeadlinesTest, DecidesNothingUnlessLateOnesAreDropped)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        m_deadline = Time();
        const auto without = Live(seed);
        m_deadline = MilliSeconds(30);
        const auto with = Live(seed);
        ASSERT_EQ(with.size(), without.size());
        for (const auto& [id, record] : with)
        {
            const auto& other = without.at(id);
            EXPECT_EQ(record.outcome, other.outcome);
            EXPECT_EQ(record.reason, other.reason);
            EXPECT_EQ(record.cut, other.cut);
            EXPECT_EQ(record.created, other.created);
            EXPECT_EQ(record.ended, other.ended);
            EXPECT_EQ(record.attempts, other.attempts);
            EXPECT_EQ(record.deadline, m_deadline);
            EXPECT_FALSE(MetDeadline(other));
            EXPECT_FALSE(GetLateness(other));
        }
    }
}

TEST_F(DeadlinesTest, NoneOutlivesItsDeadlineIfLateOnesAreDropped)
{
    m_dropsLate = true;
    uint32_t atDeadline = 0;
    uint32_t earlier = 0;
    uint32_t met = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        m_deadline = MicroSeconds(15000 + 137 * static_cast<int64_t>(seed));
        for (const auto& [id, record] : Live(seed))
        {
            const auto due = record.created + record.deadline;
            const auto isDone = record.outcome == InferenceOutcome::COMPLETED;
            EXPECT_LE(record.ended, isDone ? due : due + TimeStep(1));
            EXPECT_EQ(MetDeadline(record), std::optional<bool>(isDone));
            met += isDone;
            if (record.reason == LATE_REASON)
            {
                atDeadline += record.ended > due;
                earlier += record.ended <= due;
                // only device work of two layers, or host work twice, is known in advance
                EXPECT_GT(record.ended + MilliSeconds(20), due);
            }
        }
    }
    EXPECT_GT(met, 1000u);
    EXPECT_GT(atDeadline, 1000u);
    EXPECT_GT(earlier, 1000u);
}

TEST_F(DeadlinesTest, AResultAtTheDeadlineItselfIsInTime)
{
    m_dropsLate = true;
    Build();
    m_deadline = MilliSeconds(20); // as long as the device takes
    const auto inTime = Request();
    Simulator::Run();
    EXPECT_EQ(m_records.at(inTime).outcome, InferenceOutcome::COMPLETED);
    EXPECT_EQ(GetLateness(m_records.at(inTime)), Time());
    EXPECT_EQ(MetDeadline(m_records.at(inTime)), true);

    Build();
    m_deadline -= TimeStep(1);
    const auto begin = Simulator::Now();
    const auto late = Request();
    Simulator::Run();
    EXPECT_EQ(m_records.at(late).reason, LATE_REASON);
    EXPECT_EQ(m_records.at(late).ended, begin) << "its turn came at once, and that is too late";
    EXPECT_EQ(MetDeadline(m_records.at(late)), false);

    Build();
    GrantCut(2);
    m_deadline = MilliSeconds(15);
    const auto offloaded = Request();
    Simulator::Schedule(m_deadline, [this, offloaded] { Reply(offloaded); });
    Simulator::Run();
    EXPECT_EQ(m_records.at(offloaded).outcome, InferenceOutcome::COMPLETED);
}

TEST_F(DeadlinesTest, WhatWaitsIsDroppedWhenItsTurnComesTooLate)
{
    m_dropsLate = true;
    Build();
    m_deadline = MilliSeconds(39);
    const auto first = Request();
    const auto second = Request(); // its turn comes at 20 ms
    const auto third = Request();  // its turn comes then, too, because the second one is dropped
    m_deadline = MilliSeconds(40);
    const auto fourth = Request(); // the last one that is in time
    Simulator::Run();
    EXPECT_EQ(m_records.at(first).outcome, InferenceOutcome::COMPLETED);
    for (const auto id : {second, third})
    {
        EXPECT_EQ(m_records.at(id).reason, LATE_REASON);
        EXPECT_EQ(m_records.at(id).ended, MilliSeconds(20));
    }
    EXPECT_EQ(m_records.at(fourth).resultReceived, MilliSeconds(40));
}

TEST_F(DeadlinesTest, ADropCancelsTheWorkAtTheServer)
{
    m_dropsLate = true;
    m_deadline = MilliSeconds(15);
    Build();
    GrantCut(2);
    const auto id = Request();
    Simulator::Run();
    EXPECT_EQ(m_records.at(id).reason, LATE_REASON);
    EXPECT_EQ(m_records.at(id).ended, m_deadline + TimeStep(1));
    EXPECT_EQ(m_uploads.size(), 1u);
    EXPECT_EQ(m_cancels, std::vector<uint64_t>{id});
}

TEST_F(DeadlinesTest, WhatMustBeFinishedLocallyIsDroppedIfThatIsTooLong)
{
    m_dropsLate = true;
    m_deadline = MilliSeconds(15);
    Build();
    GrantCut(2);
    const auto id = Request();
    Simulator::Schedule(MilliSeconds(5), [this] { LoseGrant(); });
    Simulator::Run();
    EXPECT_EQ(m_records.at(id).reason, LATE_REASON);
    EXPECT_EQ(m_records.at(id).ended, MilliSeconds(10)) << "its layer ended then, and one is left";
    EXPECT_TRUE(m_uploads.empty());
    EXPECT_TRUE(m_cancels.empty());
}

TEST_F(DeadlinesTest, HostWorkIsKnownInAdvance)
{
    m_dropsLate = true;
    Build();
    m_inferences->SetHostWork({0.004, 0}); // 8 ms, less than the 10 ms of the other layer
    GrantCut(2);
    m_deadline = MicroSeconds(17999);
    const auto late = Request();
    m_deadline = MilliSeconds(18);
    const auto perhaps = Request();
    Simulator::Run();
    EXPECT_EQ(m_records.at(late).ended, Time());
    EXPECT_EQ(m_records.at(perhaps).ended, m_deadline + TimeStep(1)) << "nobody answered";
    EXPECT_EQ(m_uploads.size(), 1u);
}

TEST_F(DeadlinesTest, WhatIsUnderWayAtTheEndMissedItsDeadlineIfThatHasPassed)
{
    Build();
    GrantCut(2);
    m_deadline = MilliSeconds(50);
    const auto overdue = Request();
    m_deadline = MilliSeconds(60);
    const auto open = Request();
    Simulator::Schedule(MilliSeconds(60), [this] { m_inferences->Stop(); });
    Simulator::Run();
    const auto& all = m_inferences->GetAll();
    EXPECT_EQ(MetDeadline(all.at(overdue).record), false);
    EXPECT_EQ(MetDeadline(all.at(open).record), std::nullopt);
    EXPECT_FALSE(GetLateness(all.at(overdue).record));
}

TEST_F(DeadlinesTest, DroppingLateOnesNeedsADeadline)
{
    m_dropsLate = true;
    Build();
    const auto id = Request(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(m_records.at(id).outcome, InferenceOutcome::COMPLETED);
    EXPECT_EQ(MetDeadline(m_records.at(id)), std::nullopt);
}

} // namespace
