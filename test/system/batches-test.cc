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

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Devices of two DNNs whose server makes batches.
class BatchesTest : public SimulatorFixture
{
  protected:
    static constexpr uint32_t DEVICES = 6;
    static constexpr uint32_t REQUESTS = 60; ///< of each

    /// Build and run them. @param scheduler by type @param processor by type and attributes
    /// @param outages of the server @param timeout of requests
    void Run(const std::string& scheduler,
             const std::string& processor,
             const std::string& outages = "",
             Time timeout = Seconds(20))
    {
        Simulator::Destroy();
        m_records.clear();
        m_actors.clear();
        StarNetwork network(DEVICES, "100Mbps", MilliSeconds(1));
        m_server = network.InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("Processor", StringValue("server-v100"));
            helper.SetAttribute("Scheduler", StringValue("ns3::surgery::" + scheduler));
            helper.SetAttribute("ServerProcessor", StringValue("ns3::surgery::" + processor));
            helper.SetAttribute("Outages", StringValue(outages));
        });
        Listen(m_server->GetServerProcessor(), "JobBatched", [this](const BatchedJobRecord& r) {
            EXPECT_EQ(r.server, m_server->GetNode()->GetId());
            m_records[{r.device, r.inference}] = r;
        });
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            m_actors.push_back(Watch(network.InstallClient(i, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("Dnn", StringValue(i % 2 == 0 ? "resnet50" : "mobilenet-v2"));
                helper.SetAttribute("Processor", StringValue("raspberry-pi-4"));
                helper.SetAttribute("InputBytes", UintegerValue(20000));
                helper.SetAttribute("OpenLoop", BooleanValue(true));
                helper.SetAttribute("Interval",
                                    StringValue("ns3::ExponentialRandomVariable[Mean=0.02]"));
                helper.SetAttribute("MaxOffloads", UintegerValue(100));
                helper.SetAttribute("MaxRequests", UintegerValue(REQUESTS));
                helper.SetAttribute("RequestTimeout", TimeValue(timeout));
                helper.SetAttribute("StartTime", TimeValue(Seconds(1) + MilliSeconds(i)));
            })));
            m_actors.back()->client->SetStopTime(Seconds(200));
        }
        Simulator::Stop(Seconds(201));
        Simulator::Run();
    }

    /// Check that each inference ended, and that devices were told how their jobs ran.
    /// @param tellsDnn whether the server knows DNNs
    void CheckEnds(bool tellsDnn = true)
    {
        for (const auto& actor : m_actors)
        {
            EXPECT_EQ(actor->client->GetCreated(), REQUESTS);
            EXPECT_EQ(GetTotal(*actor), REQUESTS);
            EXPECT_EQ(actor->client->GetInFlight(), 0u);
            EXPECT_EQ(m_server->GetServerProcessor()->GetQueued(actor->client->GetDeviceId()), 0u);
            for (const auto& record : actor->records)
            {
                const auto found = m_records.find({record.device, record.id});
                if (record.outcome == InferenceOutcome::COMPLETED &&
                    record.serverEnd.IsPositive() && found != m_records.end())
                {
                    EXPECT_EQ(found->second.dnn, tellsDnn ? record.dnn : "");
                    m_told += found->second.end == record.serverEnd;
                }
            }
        }
    }

    /// @return the largest batch
    uint32_t GetLargest() const
    {
        uint32_t largest = 0;
        for (const auto& [key, record] : m_records)
        {
            largest = std::max(largest, record.batchSize);
        }
        return largest;
    }

    Ptr<MecServer> m_server;                                             ///< makes batches
    std::vector<std::shared_ptr<Actor>> m_actors;                        ///< the devices
    std::map<std::pair<uint32_t, uint64_t>, BatchedJobRecord> m_records; ///< by device, inference
    uint32_t m_told{0}; ///< inferences whose device knows what the server did
};

} // namespace

TEST_F(BatchesTest, EveryInferenceEndsAndIsTold)
{
    for (const std::string processor :
         {"PooledShareProcessor", "BatchProcessor", "BatchProcessor[QueueDelay=5ms|Instances=3]"})
    {
        SCOPED_TRACE(processor);
        m_told = 0;
        Run("ServerOnlyScheduler", processor);
        CheckEnds();
        EXPECT_GT(m_told, DEVICES * REQUESTS / 2);
        EXPECT_GT(GetLargest(), 1u) << "no batches";
    }
}

TEST_F(BatchesTest, NoneIsLostInOutagesAndTimeouts)
{
    for (const std::string processor :
         {"PooledShareProcessor", "BatchProcessor[QueueDelay=50ms]", "BatchProcessor"})
    {
        SCOPED_TRACE(processor);
        Run("ServerOnlyScheduler", processor, "1700ms+300ms 2400ms+50ms", MilliSeconds(150));
        CheckEnds();
        EXPECT_FALSE(m_records.empty());
    }
}

TEST_F(BatchesTest, TheGamePoolsSharesToo)
{
    Run("DdsScheduler", "PooledShareProcessor");
    CheckEnds();
    EXPECT_GT(GetLargest(), 1u);
    Run("DecentralizedDdsScheduler", "PooledShareProcessor"); // devices do not tell their DNN
    CheckEnds(false);
    EXPECT_LE(GetLargest(), 1u);
}

TEST_F(BatchesTest, SchedulersWithoutNeedOfSharesUseAnyProcessor)
{
    for (const std::string scheduler : {"LocalOnlyScheduler", "BestEffortScheduler[Speed=0.2]"})
    {
        Run(scheduler, "BatchProcessor");
        CheckEnds();
        EXPECT_EQ(m_records.empty(), scheduler == "LocalOnlyScheduler");
    }
}

TEST_F(BatchesTest, SchedulersThatNeedSharesAreRefusedInOneLine)
{
    for (const std::string scheduler :
         {"Dds", "DecentralizedDds", "Dads", "Neurosurgeon", "Iao", "Optimum"})
    {
        std::string complaint;
        try
        {
            Run(scheduler + "Scheduler", "BatchProcessor");
        }
        catch (const std::invalid_argument& error)
        {
            complaint = error.what();
        }
        EXPECT_EQ(complaint,
                  "MecServer: ServerProcessor: ns3::surgery::BatchProcessor reserves no shares, "
                  "which ns3::surgery::" +
                      scheduler + "Scheduler needs: use server-only, best-effort or local-only");
    }
}

TEST_F(BatchesTest, ProcessorsHaveShortNames)
{
    EXPECT_EQ(ServerProcessor::GetNames(),
              (std::vector<std::string>{"batch", "pooled-share", "share"}));
    for (const auto& name : ServerProcessor::GetNames())
    {
        const auto processor = ServerProcessor::Create(name);
        EXPECT_EQ(processor->ReservesShares(), name != "batch");
        EXPECT_EQ(processor->MakesBatches(), name != "share");
        processor->Dispose();
    }
    for (const std::string bad : {"batching",
                                  "batch[MaxBatchSize=0]",
                                  "batch[QueueDelay=-1ms]",
                                  "batch[Instances=0]",
                                  "pooled-share[MaxBatchSize=0]",
                                  "pooled-share[QueueDelay=-1s]",
                                  "share[MaxBatchSize=2]"})
    {
        EXPECT_THROW(ServerProcessor::Create(bad), std::invalid_argument) << bad;
    }
}
