/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A device that asks for more than its share of the server does in time.
class CancelTest : public SimulatorFixture
{
  protected:
    static constexpr uint32_t REQUESTS = 40; ///< of the device

    /// Build and run it. @param share of the server @param timeout of requests @param hostTime of
    /// the server
    void Run(double share, Time timeout, Time hostTime)
    {
        StarNetwork network(1, "100Mbps", MilliSeconds(2));
        m_server = network.InstallServer([&](MecServerHelper& helper) {
            const auto rule = [share](const Game& game) {
                Outcome outcome;
                for (const auto& player : game.players)
                {
                    outcome.decisions.push_back(
                        {player.options->front().frontier->GetOffloadedCut(), share});
                }
                return outcome;
            };
            helper.SetAttribute("Scheduler", PointerValue(CreateObject<TestScheduler>(rule)));
            helper.SetAttribute("HostTime", TimeValue(hostTime));
        });
        m_actor = Watch(network.InstallClient(0, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("resnet50"));
            helper.SetAttribute("InputBytes", UintegerValue(20000));
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Interval",
                                StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
            helper.SetAttribute("MaxOffloads", UintegerValue(100));
            helper.SetAttribute("MaxRequests", UintegerValue(REQUESTS));
            helper.SetAttribute("RequestTimeout", TimeValue(timeout));
        }));
        const auto processor = m_server->GetServerProcessor();
        Listen(processor, "JobFinished", [this](const ServerJob& job, Time) {
            m_jobs.push_back(job);
        });
        Simulator::Schedule(Seconds(10), [this, processor] {
            m_queued = processor->GetQueued(m_actor->client->GetDeviceId());
            m_workThen = processor->GetWorkDone();
        });
        m_actor->client->SetStopTime(Seconds(60));
        Simulator::Stop(Seconds(61));
        Simulator::Run();
        m_workDone = processor->GetWorkDone();
        EXPECT_EQ(m_actor->client->GetCreated(), GetTotal(*m_actor));
        EXPECT_EQ(m_actor->client->GetCreated(), REQUESTS);
        EXPECT_EQ(m_actor->client->GetInFlight(), 0u);
        for (const auto& record : m_actor->records)
        {
            ++m_ends[record.outcome == InferenceOutcome::DROPPED ? record.reason : "completed"];
        }
    }

    Ptr<MecServer> m_server;                ///< with a share processor
    std::shared_ptr<Actor> m_actor;         ///< the device
    std::vector<ServerJob> m_jobs;          ///< that the server ended
    std::map<std::string, uint32_t> m_ends; ///< how many inferences ended how
    std::size_t m_queued{0};                ///< jobs at the server when all requests have ended
    double m_workThen{0};                   ///< work done until then, s of the whole server
    double m_workDone{0};                   ///< work done in all
};

TEST_F(CancelTest, WorkThatTimedOutIsFreed)
{
    Run(0.01, Seconds(2), Time());
    EXPECT_GT(m_ends["timeout"], REQUESTS / 4) << "the share is to be too small";
    EXPECT_GT(m_ends["completed"], 3u);
    EXPECT_EQ(m_queued, 0u) << "jobs were left behind";
    EXPECT_EQ(m_workDone, m_workThen) << "work was done for nobody";
    // all that the server did in the time that there were requests, and not what all would take
    ASSERT_FALSE(m_jobs.empty());
    EXPECT_LT(m_workDone, 0.01 * 10);
    EXPECT_LT(m_workDone, REQUESTS * m_jobs[0].work.GetSeconds());
    std::map<uint64_t, bool> completed;
    for (const auto& record : m_actor->records)
    {
        completed[record.id] = record.outcome == InferenceOutcome::COMPLETED;
    }
    uint32_t inVain = 0;
    for (const auto& job : m_jobs)
    {
        inVain += !completed.at(job.inference);
    }
    EXPECT_LE(inVain, 2u) << "but for those whose result and CANCEL crossed";
}

TEST_F(CancelTest, HostWorkIsFreedToo)
{
    // unpacking takes longer than anybody waits
    Run(1, Seconds(2), Seconds(3));
    EXPECT_EQ(m_ends["completed"] + m_ends["timeout"], REQUESTS);
    EXPECT_GT(m_ends["timeout"], REQUESTS / 2);
    EXPECT_TRUE(m_jobs.empty()) << "it was canceled before it reached the processor";
    EXPECT_EQ(m_workDone, 0);
}

TEST_F(CancelTest, ResultsThatAreBeingPackedAreNotSent)
{
    // unpacking takes 1.2 s, and packing the result does not end in time
    uint32_t results = 0;
    Run(1, Seconds(2), MilliSeconds(1200));
    for (const auto& record : m_actor->records)
    {
        results += record.attempts > 0 && record.outcome == InferenceOutcome::COMPLETED;
    }
    EXPECT_EQ(results, 0u);
    EXPECT_GT(m_jobs.size(), REQUESTS / 2);
    EXPECT_EQ(m_workDone, m_workThen);
}

} // namespace
