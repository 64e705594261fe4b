/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/data-rate.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/double.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr uint64_t RESNET50_BYTES = 102440608;
constexpr uint64_t ALEXNET_BYTES = 243860896;

/// Devices with DNNs, and a server that has to load them.
class ModelsTest : public SimulatorFixture
{
  protected:
    /// Build it. @param dnns of the devices @param server sets the server's attributes
    /// @param client sets the devices' attributes
    void Build(const std::vector<std::string>& dnns,
               const std::function<void(MecServerHelper&)>& server,
               const std::function<void(InferenceClientHelper&)>& client = {})
    {
        m_network = std::make_unique<StarNetwork>(static_cast<uint32_t>(dnns.size()),
                                                  "200Mbps",
                                                  MilliSeconds(1));
        m_server = m_network->InstallServer(server);
        for (uint32_t i = 0; i < dnns.size(); ++i)
        {
            m_actors.push_back(
                Watch(m_network->InstallClient(i, [&](InferenceClientHelper& helper) {
                    helper.SetAttribute("Dnn", StringValue(dnns[i]));
                    helper.SetAttribute("InputBytes", UintegerValue(20000));
                    if (client)
                    {
                        client(helper);
                    }
                })));
            Listen(m_actors.back()->client, "CutChanged", [this](const CutChangeRecord& record) {
                m_cuts[record.device].push_back(record);
            });
        }
        Listen(m_server, "Granted", [this](const GrantRecord& record) {
            m_grants[record.device].push_back(record);
        });
        Listen(m_server, "Timestep", [this](const TimestepRecord& record) {
            EXPECT_EQ(record.residentModels, m_resident.size());
        });
        Listen(m_server, "ModelChanged", [this](const ModelRecord& record) {
            EXPECT_EQ(record.time, Simulator::Now());
            EXPECT_EQ(record.server, m_network->GetServerNode()->GetId());
            m_events.push_back(record);
            if (record.event == ModelEvent::LOADED)
            {
                EXPECT_TRUE(m_resident.insert(record.dnn).second);
            }
            else if (record.event == ModelEvent::EVICTED)
            {
                m_resident.erase(record.dnn);
            }
        });
        Listen(m_server->GetServerProcessor(), "JobFinished", [this](const ServerJob& job, Time) {
            EXPECT_TRUE(job.dnn.empty() || m_resident.count(job.dnn) > 0)
                << "it ran without its DNN " << job.dnn;
            ++m_jobs[job.device];
        });
    }

    /// Run it. @param seconds how long
    void Run(double seconds)
    {
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
        for (const auto& actor : m_actors)
        {
            EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
            EXPECT_EQ(actor->client->GetDropped(), 0u);
        }
    }

    /// @param device its number @return id of its client
    uint32_t GetId(uint32_t device) const
    {
        return m_actors.at(device)->client->GetDeviceId();
    }

    std::unique_ptr<StarNetwork> m_network;                  ///< of devices and server
    Ptr<MecServer> m_server;                                 ///< with a memory
    std::vector<std::shared_ptr<Actor>> m_actors;            ///< the devices
    std::map<uint32_t, std::vector<GrantRecord>> m_grants;   ///< by device
    std::map<uint32_t, std::vector<CutChangeRecord>> m_cuts; ///< by device
    std::map<uint32_t, uint32_t> m_jobs;                     ///< number of ends, by device
    std::vector<ModelRecord> m_events;                       ///< of the memory
    std::set<std::string> m_resident;                        ///< DNNs in it
};

TEST_F(ModelsTest, TheDeviceWorksAloneUntilItsDnnIsLoaded)
{
    Build({"resnet50"}, [](MecServerHelper& helper) {
        helper.SetAttribute("LoadRate", DataRateValue(DataRate("400Mbps")));
        helper.SetAttribute("LoadDelay", TimeValue(MilliSeconds(300)));
    });
    Run(10);
    ASSERT_EQ(m_events.size(), 2u);
    EXPECT_EQ(m_events[0].event, ModelEvent::LOADING);
    EXPECT_EQ(m_events[1].event, ModelEvent::LOADED);
    EXPECT_EQ(m_events[1].dnn, "resnet50");
    EXPECT_EQ(m_events[1].bytes, RESNET50_BYTES);
    EXPECT_EQ(m_events[0].residentBytes, 0u);
    EXPECT_EQ(m_events[1].residentBytes, RESNET50_BYTES);
    const auto loaded = m_events[1].time;
    const auto took = loaded - m_events[0].time;
    EXPECT_NEAR(took.GetSeconds(), 0.3 + 8.0 * RESNET50_BYTES / 400e6, 1e-9);
    uint32_t refusals = 0;
    for (const auto& grant : m_grants[GetId(0)])
    {
        EXPECT_EQ(grant.time < loaded, grant.reason == CutReason::MODEL_LOADING);
        if (grant.time < loaded)
        {
            ++refusals;
            EXPECT_EQ(grant.share, 0);
            EXPECT_EQ(grant.cut, LOCAL_CUT_LABEL);
            EXPECT_GT(grant.latencyS, 0);
        }
    }
    EXPECT_EQ(refusals, 5u) << "at each timestep of 0.5 s in 2.35 s";
    const auto& cuts = m_cuts[GetId(0)];
    ASSERT_FALSE(cuts.empty());
    EXPECT_EQ(cuts[0].reason, CutReason::MODEL_LOADED);
    EXPECT_EQ(cuts[0].oldCut, LOCAL_CUT_LABEL);
    EXPECT_GE(cuts[0].time, loaded);
    uint32_t locally = 0;
    uint32_t offloaded = 0;
    for (const auto& record : m_actors[0]->records)
    {
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            ++(record.attempts > 0 ? offloaded : locally);
            EXPECT_TRUE(record.attempts == 0 || record.firstByteSent > loaded);
        }
    }
    EXPECT_GT(locally, 3u);
    EXPECT_GT(offloaded, 10u);
}

TEST_F(ModelsTest, NothingFitsIntoLessThanOneDnn)
{
    Build({"resnet50", "resnet50"}, [](MecServerHelper& helper) {
        helper.SetAttribute("ModelMemory", UintegerValue(RESNET50_BYTES - 1));
    });
    Run(5);
    ASSERT_EQ(m_events.size(), 1u) << "it is told once";
    EXPECT_EQ(m_events[0].event, ModelEvent::TOO_LARGE);
    EXPECT_EQ(m_events[0].bytes, RESNET50_BYTES);
    EXPECT_LT(m_events[0].time, MilliSeconds(100)) << "when the device says HELLO";
    for (const auto& actor : m_actors)
    {
        EXPECT_GT(actor->client->GetCompleted(), 3u);
        EXPECT_EQ(actor->client->GetConnection()->GetReconnections(), 0u) << "it is refused calmly";
        for (const auto& grant : m_grants[actor->client->GetDeviceId()])
        {
            EXPECT_EQ(grant.reason, CutReason::NO_MEMORY);
            EXPECT_EQ(grant.share, 0);
        }
    }
    EXPECT_TRUE(m_cuts.empty());
    EXPECT_TRUE(m_jobs.empty());
}

TEST_F(ModelsTest, ARefusalTellsTheCostAsTheDeviceWeighsIt)
{
    constexpr double ENERGY_PRICE = 0.5;
    const std::string processor = "raspberry-pi-4";
    Build(
        {"resnet50"},
        [](MecServerHelper& helper) {
            helper.SetAttribute("ModelMemory", UintegerValue(RESNET50_BYTES - 1));
        },
        [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Processor", StringValue(processor));
            helper.SetAttribute("EnergyPrice", DoubleValue(ENERGY_PRICE));
        });
    Run(5);
    ProfileLibrary library;
    const auto power = library.GetProcessor(processor)->GetPower();
    ASSERT_TRUE(power);
    ASSERT_FALSE(m_grants[GetId(0)].empty());
    for (const auto& grant : m_grants[GetId(0)])
    {
        ASSERT_EQ(grant.reason, CutReason::NO_MEMORY);
        const auto cost = grant.latencyS * (1 + ENERGY_PRICE * power->busyW);
        EXPECT_NEAR(grant.costS, cost, 1e-12 * cost);
    }
}

TEST_F(ModelsTest, OnlyWhatDoesNotFitAloneIsToldToBeTooLarge)
{
    const auto run = [this](uint64_t memory) {
        m_actors.clear();
        m_events.clear();
        m_grants.clear();
        Build(
            {"resnet50"},
            [memory](MecServerHelper& helper) {
                helper.SetAttribute("ModelMemory", UintegerValue(memory));
            },
            [](InferenceClientHelper& helper) {
                helper.SetAttribute("Variants", StringValue("alexnet"));
            });
        Run(3);
        std::set<std::string> events;
        for (const auto& record : m_events)
        {
            events.insert(GetModelEventName(record.event) + " " + record.dnn);
        }
        EXPECT_EQ(events.size(), m_events.size()) << "each is told once";
        EXPECT_FALSE(m_grants[GetId(0)].empty());
        for (const auto& grant : m_grants[GetId(0)])
        {
            EXPECT_EQ(grant.reason, CutReason::NO_MEMORY);
        }
        m_actors.clear();
        m_server = nullptr;
        Simulator::Destroy();
        return events;
    };
    EXPECT_EQ(run(RESNET50_BYTES), std::set<std::string>{"too large alexnet"});
    EXPECT_EQ(run(RESNET50_BYTES - 1),
              (std::set<std::string>{"too large alexnet", "too large resnet50"}));
    EXPECT_EQ(run(RESNET50_BYTES + ALEXNET_BYTES - 1),
              (std::set<std::string>{"too large together alexnet", "too large together resnet50"}));
}

TEST_F(ModelsTest, WhatIsInUseStaysAndWhatIsNotGoes)
{
    // room for either of the two
    Build({"resnet50", "alexnet"}, [](MecServerHelper& helper) {
        helper.SetAttribute("ModelMemory", UintegerValue(ALEXNET_BYTES + RESNET50_BYTES - 1));
        helper.SetAttribute("LoadRate", DataRateValue(DataRate("10Gbps")));
    });
    m_actors[1]->client->SetStartTime(Seconds(3));
    m_actors[0]->client->SetStopTime(Seconds(8));
    Run(15);
    std::vector<std::string> events;
    for (const auto& record : m_events)
    {
        events.push_back(GetModelEventName(record.event) + " " + record.dnn);
    }
    EXPECT_EQ(events,
              (std::vector<std::string>{"loading resnet50",
                                        "loaded resnet50",
                                        "evicted resnet50",
                                        "loading alexnet",
                                        "loaded alexnet"}));
    ASSERT_EQ(m_events.size(), 5u);
    EXPECT_GE(m_events[2].time, Seconds(8));
    EXPECT_LE(m_events[2].time, Seconds(9));
    EXPECT_EQ(m_events[2].residentBytes, 0u);
    EXPECT_EQ(m_events[4].residentBytes, ALEXNET_BYTES);
    for (const auto& grant : m_grants[GetId(0)])
    {
        EXPECT_NE(grant.reason, CutReason::NO_MEMORY);
    }
    for (const auto& grant : m_grants[GetId(1)])
    {
        EXPECT_EQ(grant.time <= Seconds(8), grant.reason == CutReason::NO_MEMORY);
    }
    EXPECT_GT(m_jobs[GetId(0)], 20u);
    EXPECT_GT(m_jobs[GetId(1)], 20u);
    const auto& cuts = m_cuts[GetId(1)];
    ASSERT_FALSE(cuts.empty());
    EXPECT_EQ(cuts[0].reason, CutReason::MODEL_LOADED);
}

TEST_F(ModelsTest, MemoryThatSufficesAndTakesNoTimeChangesNothing)
{
    std::vector<std::vector<Time>> ends;
    std::vector<std::vector<double>> shares;
    for (const auto isLimited : {false, true})
    {
        m_actors.clear();
        m_resident.clear();
        m_grants.clear();
        Build({"resnet50", "alexnet", "resnet50"}, [isLimited](MecServerHelper& helper) {
            helper.SetAttribute("Processor", StringValue("server-8-core"));
            helper.SetAttribute("ModelMemory",
                                UintegerValue(isLimited ? ALEXNET_BYTES + RESNET50_BYTES : 0));
        });
        Run(5);
        EXPECT_EQ(m_resident, (std::set<std::string>{"alexnet", "resnet50"}));
        for (uint32_t i = 0; i < m_actors.size(); ++i)
        {
            ends.push_back(m_actors[i]->ends);
            shares.emplace_back();
            for (const auto& grant : m_grants[GetId(i)])
            {
                shares.back().push_back(grant.share);
            }
        }
        m_actors.clear();
        m_server = nullptr;
        Simulator::Destroy();
    }
    for (std::size_t i = 0; i < 3; ++i)
    {
        EXPECT_GT(ends[i].size(), 10u);
        EXPECT_EQ(ends[i], ends[i + 3]);
        EXPECT_EQ(shares[i], shares[i + 3]);
    }
}

TEST_F(ModelsTest, AServerThatWasOffHasToLoadAgain)
{
    Build({"resnet50"}, [](MecServerHelper& helper) {
        helper.SetAttribute("LoadDelay", TimeValue(MilliSeconds(700)));
        helper.SetAttribute("Outages", StringValue("3s+1s"));
    });
    Run(10);
    ASSERT_EQ(m_events.size(), 5u);
    EXPECT_EQ(m_events[1].event, ModelEvent::LOADED);
    EXPECT_EQ(m_events[2].event, ModelEvent::EVICTED);
    EXPECT_EQ(m_events[2].time, Seconds(3));
    EXPECT_EQ(m_events[3].event, ModelEvent::LOADING);
    EXPECT_EQ(m_events[4].event, ModelEvent::LOADED);
    EXPECT_EQ(m_events[4].time, m_events[3].time + MilliSeconds(700));
}

TEST_F(ModelsTest, DevicesThatDecideThemselvesNameNoDnn)
{
    Build(
        {"resnet50"},
        [](MecServerHelper& helper) {
            helper.SetScheduler("decentralized-dds");
            helper.SetAttribute("ModelMemory", UintegerValue(1));
            helper.SetAttribute("LoadDelay", TimeValue(Seconds(100)));
        },
        [](InferenceClientHelper& helper) {
            helper.SetAttribute("Mode", StringValue("decentralized"));
        });
    Run(5);
    EXPECT_TRUE(m_events.empty());
    EXPECT_GT(m_jobs[GetId(0)], 10u);
}

TEST_F(ModelsTest, NoWorkRunsWithoutItsDnnWhateverComesAndGoes)
{
    const std::vector<std::string> names{"alexnet", "resnet50", "squeezenet"};
    uint32_t evictions = 0;
    uint32_t jobs = 0;
    for (uint32_t seed = 1; seed <= 10; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        m_actors.clear();
        m_resident.clear();
        m_events.clear();
        m_jobs.clear();
        std::mt19937 random(seed);
        std::vector<std::string> dnns;
        for (uint32_t i = 0; i < 8; ++i)
        {
            dnns.push_back(names[random() % names.size()]);
        }
        const uint64_t memory = 240000000 + random() % 40000000;
        Build(
            dnns,
            [&](MecServerHelper& helper) {
                helper.SetScheduler(seed % 3 == 0 ? "server-only" : "dds");
                helper.SetAttribute("ModelMemory", UintegerValue(memory));
                helper.SetAttribute("LoadRate",
                                    DataRateValue(DataRate(seed % 4 == 0 ? 0 : 20000000000)));
                helper.SetAttribute("LoadDelay", TimeValue(MilliSeconds(random() % 100)));
                helper.SetAttribute("Timestep", TimeValue(MilliSeconds(100)));
            },
            [](InferenceClientHelper& helper) {
                helper.SetAttribute("ThinkTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
            });
        for (const auto& actor : m_actors)
        {
            const auto start = MilliSeconds(random() % 9000);
            actor->client->SetStartTime(start);
            actor->client->SetStopTime(start + MilliSeconds(500 + random() % 1500));
        }
        Run(12);
        for (const auto& record : m_events)
        {
            EXPECT_LE(record.residentBytes, memory);
            evictions += record.event == ModelEvent::EVICTED;
        }
        for (const auto& entry : m_jobs)
        {
            jobs += entry.second;
        }
        m_actors.clear();
        m_server = nullptr;
        Simulator::Destroy();
    }
    EXPECT_GT(evictions, 5u) << "hardly ever in this test";
    EXPECT_GT(jobs, 200u);
}

} // namespace
