/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ONGOING_FIXTURE_H
#define ONGOING_FIXTURE_H

#include "model/device/ongoing-inferences.h"
#include "random-dnn.h"
#include "simulator-fixture.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 *
 * What a test device is told and tells.
 * Layer 1 and layer 2 of its DNN take 10 ms each.
 */
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
        ns3::surgery::DeviceVariant variant;
        variant.variant.dnn = "test";
        variant.costs = std::make_shared<const ns3::surgery::LayerCosts>(
            MakeTestDnn({{{}, 0, 0, 1000}, {{0}, 0.01, 0.01, 500}, {{1}, 0.01, 0.01, 100}}),
            MakeTestProcessor("device"),
            MakeTestProcessor("device"),
            ns3::surgery::Encoding{});
        m_cut = std::make_shared<ns3::surgery::GrantedCut>(
            std::make_shared<const std::vector<ns3::surgery::DeviceVariant>>(1, variant),
            ns3::surgery::ActivityWeights(),
            nullptr,
            ns3::surgery::GrantedCut::ChangedCallback([](const ns3::surgery::CutPlan&,
                                                         const ns3::surgery::CutPlan&,
                                                         ns3::surgery::CutReason) {}));
        m_inferences = std::make_unique<ns3::surgery::OngoingInferences>();
        m_processor = ns3::CreateObject<ns3::surgery::DeviceProcessor>();
        m_inferences->Start(
            m_processor,
            ns3::surgery::OngoingInferences::RoomCallback(
                [this]() { return m_inferences->CountOffloads() < m_room; }),
            ns3::surgery::OngoingInferences::UploadCallback(
                [this](const ns3::surgery::OngoingInference& inference) {
                    EXPECT_EQ(inference.phase, ns3::surgery::OngoingInference::Phase::OFFLOADED);
                    EXPECT_TRUE(m_cut->IsServed(*inference.plan)) << "sent in vain";
                    m_uploads.emplace_back(inference.record.id, inference.record.attempts);
                }),
            ns3::surgery::OngoingInferences::CancelCallback(
                [this](const ns3::surgery::OngoingInference& inference) {
                    m_cancels.push_back(inference.record.id);
                }),
            ns3::surgery::OngoingInferences::EndCallback(
                [this](const ns3::surgery::InferenceRecord& record, bool) {
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
    uint64_t Request(ns3::Time timeout = ns3::Seconds(10))
    {
        return Request(ns3::surgery::TimeLimits{timeout, m_deadline, m_dropsLate});
    }

    /// Take a request in. @param limits how long it may take @return its id
    uint64_t Request(const ns3::surgery::TimeLimits& limits)
    {
        const auto id = m_inferences->Create(7, "test");
        m_inferences->Submit(id, MAX_QUEUE, limits);
        return id;
    }

    /// A GRANT arrives. @param layers how many stay on the device, input included @param share 0..1
    void GrantCut(std::size_t layers, double share = 0.5)
    {
        ns3::surgery::Grant grant;
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
        m_cut->Lose(ns3::surgery::CutReason::LEASE_EXPIRED);
        m_inferences->ResumeUnserved("lease expired");
        m_inferences->Feed();
    }

    /// A result arrives. @param id of which inference
    void Reply(uint64_t id)
    {
        ns3::surgery::Result result;
        result.inference = id;
        const auto now = ns3::Simulator::Now().GetNanoSeconds();
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
            const auto isDone = entry.second.outcome == ns3::surgery::InferenceOutcome::COMPLETED;
            completed += isDone ? 1 : 0;
            EXPECT_EQ(isDone, !entry.second.resultReceived.IsStrictlyNegative());
        }
        EXPECT_EQ(m_inferences->GetCompleted(), completed);
        EXPECT_EQ(m_inferences->GetDropped(), m_records.size() - completed);
        EXPECT_EQ(m_inferences->GetCreated(), m_records.size() + m_inferences->GetAll().size());
        EXPECT_LE(m_inferences->CountOffloads(), m_inferences->GetAll().size());
    }

    std::shared_ptr<ns3::surgery::GrantedCut> m_cut;               ///< where inferences are cut
    ns3::Ptr<ns3::surgery::DeviceProcessor> m_processor;           ///< of the device
    std::unique_ptr<ns3::surgery::OngoingInferences> m_inferences; ///< what is tested
    std::map<uint64_t, ns3::surgery::InferenceRecord> m_records;   ///< of what ended, by id
    std::vector<std::pair<uint64_t, uint32_t>> m_uploads; ///< what was sent: id and attempt
    std::vector<uint64_t> m_cancels;                      ///< ids of what was canceled
    uint32_t m_room{100};                                 ///< how many may be offloaded
    ns3::Time m_deadline;                                 ///< of requests; 0: none
    bool m_dropsLate{false};                              ///< of requests
};

#endif // ONGOING_FIXTURE_H
