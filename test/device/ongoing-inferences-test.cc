/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/ongoing-fixture.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

TEST_F(OngoingInferencesTest, NoneIsLostOverAnySequenceOfEvents)
{
    std::map<std::string, uint32_t> ends;
    for (uint64_t seed = 1; seed <= 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Build();
        m_room = 1 + random() % 4;
        for (int i = 0; i < 150; ++i)
        {
            const auto what = random() % 20;
            const auto number = random();
            Simulator::Schedule(MicroSeconds(random() % 1000000), [this, what, number] {
                if (what < 10)
                {
                    Request(MilliSeconds(1 + number % 200));
                }
                else if (what < 15)
                {
                    Reply(1 + number % (m_inferences->GetCreated() + 2)); // some nobody waits for
                    m_inferences->Feed();
                }
                else if (what < 17)
                {
                    GrantCut(1 + number % 3, number % 5 == 0 ? 0.0 : 0.5);
                }
                else if (what < 18)
                {
                    LoseGrant();
                }
                else if (what < 19)
                {
                    m_inferences->ResumeUnserved("share lost");
                }
                else
                {
                    LoseGrant();
                    GrantCut(2);
                    m_inferences->UploadAgain(*m_cut);
                }
                ExpectBalanced();
                EXPECT_LE(m_inferences->CountOffloads(), m_room);
            });
        }
        Simulator::Run(); // until nothing is scheduled: the timeouts end what nobody answered
        ExpectBalanced();
        EXPECT_TRUE(m_inferences->GetAll().empty()) << "it is under way for ever";
        for (const auto& [id, record] : m_records)
        {
            const auto isDone = record.outcome == InferenceOutcome::COMPLETED;
            ++ends[(isDone ? "completed " : "dropped ") + record.reason];
            EXPECT_NE(record.outcome, InferenceOutcome::IN_FLIGHT);
            EXPECT_EQ(record.device, 7u);
            EXPECT_EQ(record.server, 8u);
            if (isDone)
            {
                EXPECT_LE(record.created, record.deviceStart);
                EXPECT_LE(record.deviceStart, record.deviceEnd);
                EXPECT_LE(record.deviceEnd, record.resultReceived);
            }
        }
        Simulator::Destroy();
    }
    for (const std::string end : {"completed ",
                                  "completed finished locally: lease expired",
                                  "completed finished locally: share lost",
                                  "dropped queue full",
                                  "dropped timeout"})
    {
        EXPECT_GT(ends[end], 20u) << end << ": hardly ever in this test";
    }
}

TEST_F(OngoingInferencesTest, RunsOnTheDeviceWithoutAGrant)
{
    Build();
    const auto id = Request();
    Simulator::Run();
    const auto& record = m_records.at(id);
    EXPECT_EQ(record.outcome, InferenceOutcome::COMPLETED);
    EXPECT_EQ(record.cut, LOCAL_CUT_LABEL);
    EXPECT_EQ(record.predicted, MilliSeconds(20));
    EXPECT_EQ(record.resultReceived, MilliSeconds(20));
    EXPECT_EQ(record.attempts, 0u);
    EXPECT_TRUE(m_uploads.empty());
}

TEST_F(OngoingInferencesTest, DropsWhatComesWhenTheQueueIsFull)
{
    Build();
    for (uint32_t i = 0; i < 2 + MAX_QUEUE; ++i)
    {
        Request(); // one runs, MAX_QUEUE wait
    }
    ASSERT_EQ(m_records.size(), 1u);
    const auto& [id, record] = *m_records.begin();
    EXPECT_EQ(id, 2 + MAX_QUEUE);
    EXPECT_EQ(record.outcome, InferenceOutcome::DROPPED);
    EXPECT_EQ(record.reason, "queue full");
    EXPECT_FALSE(record.variant) << "it never ran";
    Simulator::Run();
    EXPECT_TRUE(m_records.at(1).variant);
    EXPECT_EQ(m_inferences->GetCompleted(), 1 + MAX_QUEUE);
}

TEST_F(OngoingInferencesTest, DropsInEachPhaseWhatTakesTooLong)
{
    Build();
    GrantCut(2);
    Request(MilliSeconds(5));  // it runs then
    Request(MilliSeconds(4));  // it waits then
    Request(MilliSeconds(50)); // it is offloaded then
    Simulator::Run();
    for (const auto& [id, end] : std::map<uint64_t, Time>{{1, MilliSeconds(5)},
                                                          {2, MilliSeconds(4)},
                                                          {3, MilliSeconds(50)}})
    {
        const auto& record = m_records.at(id);
        EXPECT_EQ(record.reason, "timeout");
        EXPECT_EQ(record.outcome, InferenceOutcome::DROPPED);
    }
    EXPECT_EQ(m_records.at(3).deviceStart, MilliSeconds(5)) << "the first one freed the processor";
    EXPECT_TRUE(m_records.at(2).deviceStart.IsStrictlyNegative());
    EXPECT_EQ(m_uploads.size(), 1u);
    EXPECT_EQ(m_cancels, std::vector<uint64_t>{3}) << "only that one was at the server";
    Reply(3);
    EXPECT_EQ(m_inferences->GetCompleted(), 0u) << "nobody waits for that result any more";
    ExpectBalanced();
}

TEST_F(OngoingInferencesTest, CancelsOnlyWhatWasSentAndNotAnswered)
{
    Build();
    m_inferences->SetHostWork({0.02, 0}); // to pack the tensors, and to unpack the result
    GrantCut(1);
    const auto packing = Request(MilliSeconds(10));
    const auto sent = Request(MilliSeconds(30));
    const auto unpacking = Request(MilliSeconds(40));
    Simulator::Schedule(MilliSeconds(25), [this, unpacking] { Reply(unpacking); });
    Simulator::Run();
    for (const auto id : {packing, sent, unpacking})
    {
        EXPECT_EQ(m_records.at(id).reason, "timeout") << id;
    }
    EXPECT_EQ(m_cancels, std::vector<uint64_t>{sent});
}

TEST_F(OngoingInferencesTest, KeepsTheCutThatItsTurnFound)
{
    Build();
    GrantCut(2);
    const auto id = Request();
    Simulator::Schedule(MilliSeconds(5), [this] {
        EXPECT_EQ(m_inferences->CountOffloads(), 1u) << "it is to be offloaded";
        GrantCut(1);
    });
    Simulator::Run();
    const auto& record = m_records.at(id);
    EXPECT_EQ(record.cut, "layer1");
    EXPECT_EQ(record.uplinkBytes, 500u);
    EXPECT_EQ(record.share, 0.5);
    EXPECT_EQ(record.predicted, MilliSeconds(200));
}

TEST_F(OngoingInferencesTest, FinishesOnTheDeviceWhatIsServedNoMore)
{
    Build();
    GrantCut(2);
    const auto id = Request();
    Simulator::Schedule(MilliSeconds(30), [this] { LoseGrant(); });
    Simulator::Schedule(MilliSeconds(35), [this, id] { Reply(id); }); // too late
    Simulator::Run();
    const auto& record = m_records.at(id);
    EXPECT_EQ(record.outcome, InferenceOutcome::COMPLETED);
    EXPECT_EQ(record.reason, "finished locally: lease expired");
    EXPECT_EQ(record.resultReceived, MilliSeconds(40)) << "its last layer, from where it stood";
    EXPECT_EQ(record.deviceStart, MilliSeconds(0));
}

TEST_F(OngoingInferencesTest, TakesItsTurnToFinishEvenWhereThereIsNoRoom)
{
    Build();
    m_room = 1;
    GrantCut(2);
    Request();
    Request(); // there is no room for it
    Simulator::Schedule(MilliSeconds(30), [this] {
        EXPECT_EQ(m_inferences->CountOffloads(), 1u);
        EXPECT_EQ(m_processor->GetWaiting(), 1u);
        LoseGrant();
    });
    Simulator::Run();
    EXPECT_EQ(m_inferences->GetCompleted(), 2u);
    EXPECT_EQ(m_records.at(2).cut, LOCAL_CUT_LABEL) << "its turn came after the lease";
}

TEST_F(OngoingInferencesTest, SendsAgainWhatIsOffloadedAndTakesOneResult)
{
    Build();
    GrantCut(1); // nothing runs on the device
    const auto first = Request();
    const auto second = Request();
    Simulator::Schedule(MilliSeconds(1), [this, first, second] {
        Reply(first);
        m_inferences->UploadAgain(*m_cut);
        Reply(first); // a duplicate
        Reply(second);
        Reply(second);
    });
    Simulator::Run();
    const std::vector<std::pair<uint64_t, uint32_t>> expected{{first, 1}, {second, 1}, {second, 2}};
    EXPECT_EQ(m_uploads, expected);
    EXPECT_EQ(m_inferences->GetCompleted(), 2u);
    EXPECT_EQ(m_records.at(first).attempts, 1u);
    EXPECT_EQ(m_records.at(second).attempts, 2u);
    EXPECT_EQ(m_records.at(second).downlinkBytes, 100u);
    m_inferences->HandleStarted(second, Seconds(1)); // it is over: nothing happens
    ExpectBalanced();
}

TEST_F(OngoingInferencesTest, IsSilentOnceStoppedButStillKnowsWhatWasUnderWay)
{
    Build();
    GrantCut(2);
    Request(MilliSeconds(50));
    Request(MilliSeconds(50));
    Simulator::Schedule(MilliSeconds(15), [this] { m_inferences->Stop(); });
    Simulator::Run();
    EXPECT_TRUE(m_records.empty());
    EXPECT_EQ(m_inferences->GetAll().size(), 2u);
    ExpectBalanced();
}

} // namespace
