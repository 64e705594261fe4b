/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/ongoing-inferences.h"
#include "test/support/random-dnn.h"
#include "test/support/simulator-fixture.h"

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

/// What a test device is told and tells. Layer 1 and layer 2 of its DNN take 10 ms each.
class OngoingInferencesTest : public SimulatorFixture
{
  protected:
    static constexpr uint32_t MAX_QUEUE = 3; ///< of Submit

    /// Make everything anew.
    void Build()
    {
        Stop();
        m_records.clear();
        m_uploads.clear();
        m_cancels.clear();
        m_room = 100;
        DeviceVariant variant;
        variant.costs = std::make_shared<const LayerCosts>(
            MakeTestDnn({{{}, 0, 0, 1000}, {{0}, 0.01, 0.01, 500}, {{1}, 0.01, 0.01, 100}}),
            MakeTestProcessor("device"),
            MakeTestProcessor("device"),
            Encoding{});
        m_cut = std::make_shared<GrantedCut>(
            std::make_shared<const std::vector<DeviceVariant>>(1, variant),
            ActivityWeights(),
            nullptr,
            GrantedCut::ChangedCallback([](const CutPlan&, const CutPlan&, CutReason) {}));
        m_inferences = std::make_unique<OngoingInferences>();
        m_processor = CreateObject<DeviceProcessor>();
        m_inferences->Start(
            m_processor,
            OngoingInferences::RoomCallback(
                [this]() { return m_inferences->CountOffloads() < m_room; }),
            OngoingInferences::UploadCallback([this](const OngoingInference& inference) {
                EXPECT_EQ(inference.phase, OngoingInference::Phase::OFFLOADED);
                EXPECT_TRUE(m_cut->IsServed(*inference.plan)) << "sent in vain";
                m_uploads.emplace_back(inference.record.id, inference.record.attempts);
            }),
            OngoingInferences::CancelCallback([this](const OngoingInference& inference) {
                m_cancels.push_back(inference.record.id);
            }),
            OngoingInferences::EndCallback([this](const InferenceRecord& record, bool) {
                EXPECT_TRUE(m_records.emplace(record.id, record).second) << "ended twice";
                EXPECT_EQ(m_inferences->GetAll().count(record.id), 0u);
            }));
        m_inferences->SetDecision(m_cut, 8);
    }

    void TearDown() override
    {
        Stop();
        SimulatorFixture::TearDown();
    }

    /// End the one there is.
    void Stop()
    {
        if (m_inferences)
        {
            m_inferences->Stop();
        }
    }

    /// Take a request in. @param timeout how long it may take @return its id
    uint64_t Request(Time timeout = Seconds(10))
    {
        const auto id = m_inferences->Create(7, "test");
        m_inferences->Submit(id, MAX_QUEUE, timeout);
        return id;
    }

    /// A GRANT arrives. @param layers how many stay on the device, input included @param share 0..1
    void GrantCut(std::size_t layers, double share = 0.5)
    {
        Grant grant;
        grant.deviceLayers.assign(3, false);
        std::fill_n(grant.deviceLayers.begin(), layers, true);
        grant.currentShare = share;
        grant.latencyS = 0.2;
        EXPECT_TRUE(m_cut->Accept(grant, {}));
        m_inferences->ResumeUnserved("share lost");
        m_inferences->Feed();
    }

    /// The lease ends.
    void LoseGrant()
    {
        m_cut->Lose(CutReason::LEASE_EXPIRED);
        m_inferences->ResumeUnserved("lease expired");
        m_inferences->Feed();
    }

    /// A result arrives. @param id of which inference
    void Reply(uint64_t id)
    {
        Result result;
        result.inference = id;
        const auto now = Simulator::Now().GetNanoSeconds();
        result.activationSentNs = now;
        result.activationReceivedNs = now;
        result.serverStartNs = now;
        result.serverEndNs = now;
        m_inferences->HandleResult(result);
    }

    /// Created is completed, dropped and under way, in counts and in what was told.
    void ExpectBalanced() const
    {
        uint64_t completed = 0;
        for (const auto& entry : m_records)
        {
            const auto isDone = entry.second.outcome == InferenceOutcome::COMPLETED;
            completed += isDone ? 1 : 0;
            EXPECT_EQ(isDone, !entry.second.resultReceived.IsStrictlyNegative());
        }
        EXPECT_EQ(m_inferences->GetCompleted(), completed);
        EXPECT_EQ(m_inferences->GetDropped(), m_records.size() - completed);
        EXPECT_EQ(m_inferences->GetCreated(), m_records.size() + m_inferences->GetAll().size());
        EXPECT_LE(m_inferences->CountOffloads(), m_inferences->GetAll().size());
    }

    std::shared_ptr<GrantedCut> m_cut;                    ///< where inferences are cut
    Ptr<DeviceProcessor> m_processor;                     ///< of the device
    std::unique_ptr<OngoingInferences> m_inferences;      ///< what is tested
    std::map<uint64_t, InferenceRecord> m_records;        ///< of what ended, by id
    std::vector<std::pair<uint64_t, uint32_t>> m_uploads; ///< what was sent: id and attempt
    std::vector<uint64_t> m_cancels;                      ///< ids of what was canceled
    uint32_t m_room{100};                                 ///< how many may be offloaded
};

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
    Simulator::Run();
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
