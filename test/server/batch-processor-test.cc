/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/batch-processor.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/surgery-background-job.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// f of most jobs here, that of ResNet-50 on a V100.
constexpr double FIXED_PART = 0.68;

class BatchProcessorTest : public SimulatorFixture
{
  protected:
    /// @param most MaxBatchSize @param delay QueueDelay @param instances Instances
    void Build(uint32_t most, Time delay, uint32_t instances = 1)
    {
        Drop();
        m_processor = CreateObject<BatchProcessor>();
        m_processor->SetAttribute("MaxBatchSize", UintegerValue(most));
        m_processor->SetAttribute("QueueDelay", TimeValue(delay));
        m_processor->SetAttribute("Instances", UintegerValue(instances));
        m_processor->SetServer(7);
        Listen(m_processor, "JobBatched", [this](const BatchedJobRecord& record) {
            EXPECT_EQ(record.server, 7u);
            EXPECT_EQ(record.end, Simulator::Now());
            EXPECT_LE(record.queued, record.start);
            EXPECT_LE(record.start, record.end);
            m_records.push_back(record);
        });
    }

    /// Forget the processor and what it did.
    void Drop()
    {
        if (m_processor)
        {
            m_processor->Dispose();
        }
        Simulator::Destroy();
        m_records.clear();
        m_ends.clear();
    }

    /// Hand in a job. @param device whose @param job its number @param work its size @param dnn its
    /// DNN @param layers of it on the device
    void Submit(uint32_t device,
                uint64_t job,
                Time work,
                const std::string& dnn = "a",
                const CutLayers& layers = {true, false})
    {
        m_processor->Submit(
            {device, job, dnn, layers, work, BatchCost(FIXED_PART)},
            ServerProcessor::DoneCallback([this](const ServerJob& done, Time start, Time end) {
                EXPECT_EQ(m_records.back().inference, done.inference) << "traced before";
                EXPECT_EQ(m_records.back().start, start);
                m_ends[{done.device, done.inference}] = end;
                if (m_onDone)
                {
                    m_onDone(done.device);
                }
            }));
    }

    void TearDown() override
    {
        Drop();
        SimulatorFixture::TearDown();
    }

    Ptr<BatchProcessor> m_processor;                      ///< under test
    std::vector<BatchedJobRecord> m_records;              ///< in their order
    std::map<std::pair<uint32_t, uint64_t>, Time> m_ends; ///< by device and number
    std::function<void(uint32_t)> m_onDone;               ///< called after each one
};

/// Mean time in a queue of Poisson arrivals, without batches.
class PoissonTest : public BatchProcessorTest
{
  protected:
    /// Draws service times of mean 1 s, in s.
    using Service = std::function<double(std::mt19937_64&)>;

    /// @param generator a generator @return an exponential number of mean 1
    static double Exponential(std::mt19937_64& generator)
    {
        return -std::log((static_cast<double>(generator() >> 11) + 0.5) / 9007199254740992.0);
    }

    /// One replication. @param seed of its randomness @param instances of the processor
    /// @param load of the processor @param service of a job @return mean time in the system, s
    double Run(uint64_t seed, uint32_t instances, double load, const Service& service)
    {
        constexpr uint32_t WARM_UP = 500;
        constexpr uint32_t JOBS = 4500;
        Build(1, Seconds(10), instances); // a job alone is full: it waits for nobody
        std::mt19937_64 generator(seed);
        std::vector<Time> arrivals;
        std::function<void()> arrive = [&]() {
            const auto job = static_cast<uint32_t>(arrivals.size());
            arrivals.push_back(Simulator::Now());
            Submit(job, job, NanoSeconds(std::llround(1e9 * service(generator))));
            if (arrivals.size() < JOBS)
            {
                Simulator::Schedule(Seconds(Exponential(generator) / load), arrive);
            }
        };
        Simulator::ScheduleNow(arrive);
        Simulator::Run();
        EXPECT_EQ(m_ends.size(), JOBS);
        double sum = 0;
        for (const auto& [key, end] : m_ends)
        {
            sum += key.first < WARM_UP ? 0 : (end - arrivals[key.first]).GetSeconds();
        }
        return sum / (JOBS - WARM_UP);
    }

    /// Compare with the closed form. @param name of the queue @param instances of the processor
    /// @param load of it @param service of a job @param expected mean, s
    void Check(const std::string& name,
               uint32_t instances,
               double load,
               const Service& service,
               double expected)
    {
        constexpr int REPLICATIONS = 20;
        constexpr double QUANTILE = 3.883; // Student's t, 19 degrees of freedom, 99.9 %
        constexpr uint64_t SEED = 300;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < REPLICATIONS; ++i)
        {
            const auto mean = Run(SEED + i, instances, load, service);
            sum += mean;
            squares += mean * mean;
        }
        const auto mean = sum / REPLICATIONS;
        const auto variance = (squares - sum * mean) / (REPLICATIONS - 1);
        const auto half = QUANTILE * std::sqrt(variance / REPLICATIONS);
        std::cout << name << ", seeds " << SEED << " to " << SEED + REPLICATIONS - 1 << ": " << mean
                  << " +- " << half << " s, expected " << expected << " s\n";
        EXPECT_LT(std::abs(mean - expected), half);
        EXPECT_LT(half, 0.25 * expected) << "the interval says nothing";
    }
};

} // unnamed namespace

TEST_F(BatchProcessorTest, OneJobAloneTakesQueueDelayAndItsWork)
{
    for (const auto& delay : {Time(0), MilliSeconds(5), Seconds(2)})
    {
        for (const uint32_t instances : {1, 3})
        {
            Build(8, delay, instances);
            Submit(1, 1, MilliSeconds(10));
            EXPECT_EQ(m_processor->GetQueued(1), 1U);
            EXPECT_TRUE(m_ends.empty()) << "done inside Submit";
            Simulator::Run();
            EXPECT_EQ((m_ends[{1, 1}]), delay + MilliSeconds(10));
            EXPECT_EQ(m_records.at(0).start, delay);
            EXPECT_EQ(m_records.at(0).batchSize, 1u);
            EXPECT_EQ(m_processor->GetQueued(1), 0U);
            EXPECT_NEAR(m_processor->GetWorkDone(), 0.01, 1e-12);
        }
    }
}

TEST_F(BatchProcessorTest, AFullBatchBeginsAtOnceAndTheRestWaits)
{
    Build(4, Seconds(1));
    for (uint32_t device = 1; device <= 6; ++device)
    {
        Simulator::Schedule(MilliSeconds(device),
                            [this, device] { Submit(device, 1, MilliSeconds(100)); });
    }
    Simulator::Run();
    const auto factor = BatchCost(FIXED_PART).GetFactor(4);
    for (uint32_t device = 1; device <= 4; ++device)
    {
        EXPECT_NEAR((m_ends[{device, 1}].GetSeconds()), 0.004 + 0.1 * factor, 1e-9);
    }
    // the fifth waited its second
    for (uint32_t device = 5; device <= 6; ++device)
    {
        EXPECT_NEAR((m_ends[{device, 1}].GetSeconds()), 1.005 + 0.132, 1e-9);
    }
    EXPECT_EQ(m_records.at(0).batchSize, 4u);
    EXPECT_EQ(m_records.at(5).batchSize, 2u);
    EXPECT_EQ(m_records.at(5).start - m_records.at(5).queued, MilliSeconds(999));
}

TEST_F(BatchProcessorTest, OnlyTheSameDnnAndLayersShareABatch)
{
    Build(8, MilliSeconds(1), 10);
    Submit(1, 1, MilliSeconds(10), "a", {true, false});
    Submit(2, 1, MilliSeconds(10), "a", {true, false});
    Submit(3, 1, MilliSeconds(10), "b", {true, false});
    Submit(4, 1, MilliSeconds(10), "a", {false, false});
    Submit(5, 1, MilliSeconds(10), "", {});
    Submit(6, 1, MilliSeconds(10), "", {});
    Simulator::Run();
    std::map<uint32_t, uint32_t> sizes;
    for (const auto& record : m_records)
    {
        sizes[record.device] = record.batchSize;
    }
    EXPECT_EQ(sizes,
              (std::map<uint32_t, uint32_t>{{1, 2}, {2, 2}, {3, 1}, {4, 1}, {5, 1}, {6, 1}}));
}

TEST_F(BatchProcessorTest, SaturatedThroughputIsThatOfFullBatchesWhateverTheInstances)
{
    constexpr uint32_t MOST = 8;
    constexpr uint32_t EACH = 10;
    const auto rate = MOST / (0.01 * BatchCost(FIXED_PART).GetFactor(MOST));
    for (const uint32_t instances : {1, 2, 3, 7, 50})
    {
        for (const auto& delay : {Time(0), Seconds(3)})
        {
            Build(MOST, delay, instances);
            // closed loops without a pause, more than fit in
            const auto devices = 3 * MOST * instances;
            std::map<uint32_t, uint32_t> left;
            m_onDone = [&](uint32_t device) {
                if (--left[device] > 0)
                {
                    Submit(device, left[device], MilliSeconds(10));
                }
            };
            Simulator::ScheduleNow([&] {
                for (uint32_t device = 0; device < devices; ++device)
                {
                    left[device] = EACH;
                    Submit(device, EACH, MilliSeconds(10));
                }
            });
            Simulator::Run();
            ASSERT_EQ(m_ends.size(), devices * EACH);
            // only the first jobs of all did not find others: some may run alone at once
            const auto end = m_records.back().end.GetSeconds();
            EXPECT_NEAR(devices * EACH / end, rate, delay.IsZero() ? 0.12 * rate : 1e-6 * rate)
                << instances << " instances, delay " << delay;
            EXPECT_NEAR(m_processor->GetWorkDone(), end, 1e-6 * end) << "it was idle";
        }
    }
}

TEST_F(PoissonTest, IsTheFifoQueueWithOneInstance)
{
    constexpr double LOAD = 0.6;
    const auto constant = [](std::mt19937_64&) { return 1.0; };
    Check("M/D/1", 1, LOAD, constant, 1 + LOAD / 2 / (1 - LOAD));
    Check("M/M/1", 1, LOAD, Exponential, 1 / (1 - LOAD));
}

TEST_F(PoissonTest, IsTheProcessorSharingQueueWithManyInstances)
{
    constexpr double LOAD = 0.6;
    const auto constant = [](std::mt19937_64&) { return 1.0; };
    const auto unequal = [](std::mt19937_64& generator) {
        return (generator() % 10 == 0 ? 5.5 : 0.5) * Exponential(generator);
    };
    for (const auto& [name, service] :
         std::map<std::string, Service>{{"M/D/1-PS", constant}, {"M/H2/1-PS", unequal}})
    {
        Check(name, 100000, LOAD, service, 1 / (1 - LOAD));
    }
}

TEST_F(BatchProcessorTest, RandomArrivalsKeepTheRules)
{
    for (uint32_t seed = 0; seed < 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 generator(seed);
        const auto draw = [&generator](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(generator);
        };
        const auto most = static_cast<uint32_t>(draw(1, 6));
        const auto delay = draw(0, 2) == 0 ? Time(0) : MicroSeconds(draw(1, 40000));
        const auto instances = static_cast<uint32_t>(draw(1, 3));
        Build(most, delay, instances);

        /// A job of this run
        struct Known
        {
            Time queued;
            std::string dnn;
            bool isCanceled{false};
        };

        std::map<uint64_t, Known> jobs;
        for (uint64_t job = 1; job <= 60; ++job)
        {
            const auto device = static_cast<uint32_t>(draw(1, 5));
            const std::string dnn(1, "abc"[draw(0, 2)]);
            const auto when = MicroSeconds(draw(0, 400000));
            Simulator::Schedule(when, [this, device, job, dnn, &jobs] {
                jobs[job] = {Simulator::Now(), dnn};
                Submit(device, job, MilliSeconds(10), dnn);
            });
            if (draw(0, 4) == 0)
            {
                Simulator::Schedule(when + MicroSeconds(draw(0, 50000)),
                                    [this, device, job, &jobs] {
                                        const auto before = m_processor->GetQueued(device);
                                        jobs[job].isCanceled = m_processor->Cancel(device, job);
                                        EXPECT_FALSE(m_processor->Cancel(device, job));
                                        EXPECT_EQ(m_processor->GetQueued(device),
                                                  before - (jobs[job].isCanceled ? 1 : 0));
                                    });
            }
        }
        Simulator::Run();
        std::map<std::pair<Time, std::string>, std::vector<BatchedJobRecord>> batches;
        for (const auto& record : m_records)
        {
            EXPECT_EQ(record.queued, jobs.at(record.inference).queued);
            EXPECT_LE(record.batchSize, most);
            // a start and a DNN name a batch, unless several begin at the same instant
            batches[{record.start, record.dnn}].push_back(record);
        }
        uint32_t canceled = 0;
        for (const auto& [job, known] : jobs)
        {
            canceled += known.isCanceled;
        }
        EXPECT_EQ(m_records.size() + canceled, jobs.size());
        std::map<std::string, Time> latest;
        for (const auto& [key, members] : batches)
        {
            const auto oldest =
                std::min_element(members.begin(), members.end(), [](const auto& a, const auto& b) {
                    return a.queued < b.queued;
                });
            // canceled ones may have been older, or have made it full
            const auto isFull = oldest->batchSize == most;
            if (canceled == 0)
            {
                EXPECT_TRUE(isFull || key.first - oldest->queued >= delay);
            }
            for (const auto& member : members)
            {
                EXPECT_LE(latest[key.second], member.queued) << "not first come, first served";
            }
            for (const auto& member : members)
            {
                latest[key.second] = std::max(latest[key.second], member.queued);
                // alone on the processor at best, with all other instances at worst
                const auto work = 0.01 * BatchCost(FIXED_PART).GetFactor(member.batchSize);
                const auto took = (member.end - member.start).GetSeconds();
                EXPECT_GE(took, work - 1e-9);
                EXPECT_LE(took, instances * work + 1e-6);
            }
        }
        EXPECT_TRUE(Simulator::IsFinished());
    }
}

TEST_F(BatchProcessorTest, ACanceledJobEndsWithoutACallback)
{
    Build(2, MilliSeconds(100));
    Submit(1, 1, Seconds(1));
    Simulator::Schedule(MilliSeconds(50), [this] {
        EXPECT_TRUE(m_processor->Cancel(1, 1));
        EXPECT_FALSE(m_processor->Cancel(1, 1));
    });
    Simulator::Run();
    EXPECT_TRUE(m_ends.empty());
    EXPECT_EQ(Simulator::Now(), MilliSeconds(50)) << "something was left scheduled";
    // one of a batch leaves a gap, the last one ends it
    Submit(1, 2, Seconds(1));
    Submit(2, 2, Seconds(1));
    Simulator::Schedule(MilliSeconds(500), [this] { EXPECT_TRUE(m_processor->Cancel(1, 2)); });
    Simulator::Run();
    EXPECT_EQ(m_ends.size(), 1u);
    EXPECT_NEAR((m_ends[{2, 2}].GetSeconds()), 0.05 + 1.32, 1e-9);
    Submit(1, 3, Seconds(1));
    Submit(2, 3, Seconds(1));
    Submit(3, 3, Seconds(1));
    Simulator::Schedule(MilliSeconds(500), [this] {
        m_processor->Remove(1);
        EXPECT_TRUE(m_processor->Cancel(2, 3)); // the third begins, it has waited long enough
    });
    Simulator::Run();
    EXPECT_EQ(m_ends.size(), 2u);
    EXPECT_NEAR((m_ends[{3, 3}].GetSeconds()), 1.37 + 0.5 + 1, 1e-8);
    EXPECT_NEAR(m_processor->GetWorkDone(), 1.32 + 0.5 + 1, 1e-8);
}

TEST_F(BatchProcessorTest, TheOwnerMayDoAnythingWhenAJobIsDone)
{
    Build(3, Seconds(1));
    m_onDone = [this](uint32_t device) {
        if (device == 1)
        {
            m_processor->Remove(2); // it is done, too, but was not told yet
            EXPECT_TRUE(m_processor->Cancel(3, 1));
            EXPECT_FALSE(m_processor->Cancel(3, 1));
        }
    };
    for (uint32_t device = 1; device <= 3; ++device)
    {
        Submit(device, 1, Seconds(1));
    }
    Simulator::Run();
    EXPECT_EQ(m_ends.size(), 1u);
    m_onDone = [this](uint32_t) { m_processor->Dispose(); };
    for (uint32_t device = 1; device <= 3; ++device)
    {
        Submit(device, 2, Seconds(1));
    }
    Simulator::Run();
    EXPECT_EQ(m_ends.size(), 2u);
}

TEST_F(BatchProcessorTest, SharesAreKeptButReserveNothing)
{
    Build(4, Time(0));
    EXPECT_FALSE(m_processor->ReservesShares());
    EXPECT_TRUE(m_processor->MakesBatches());
    m_processor->SetShare(1, 0.25);
    EXPECT_EQ(m_processor->GetShare(1), 0.25);
    EXPECT_EQ(m_processor->GetLoad(), 0.25);
    Submit(1, 1, Seconds(1));
    Submit(2, 1, Seconds(1)); // without a share
    m_processor->SetShare(1, 0);
    EXPECT_EQ(m_processor->GetLoad(), 0.25) << "it has a job";
    Simulator::Run();
    EXPECT_EQ((m_ends[{1, 1}]), Seconds(1));
    EXPECT_EQ((m_ends[{2, 1}]), Seconds(2));
    EXPECT_EQ(m_processor->GetLoad(), 0);
}

TEST_F(BatchProcessorTest, ABackgroundJobHalvesTheSpeed)
{
    Build(1, Time(0), 2);
    m_processor->SetAttribute("Background", PointerValue(CreateObject<BackgroundJob>()));
    m_processor->Start();
    Submit(1, 1, Seconds(1));
    Submit(2, 1, Seconds(1));
    Simulator::Schedule(Seconds(1), [this] {
        m_processor->Stop();
        EXPECT_NEAR(m_processor->GetWorkDone(), 0.5, 1e-12);
    });
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    m_processor->Stop();
    Simulator::Stop(Seconds(100));
    Simulator::Run();
    EXPECT_EQ(m_ends.size(), 2u);
}

TEST_F(BatchProcessorTest, BadInputIsRejected)
{
    Build(4, Time(0));
    EXPECT_THROW(Submit(1, 1, NanoSeconds(-1)), std::invalid_argument);
    EXPECT_THROW(m_processor->SetShare(1, 1.5), std::invalid_argument);
    EXPECT_FALSE(m_processor->SetAttributeFailSafe("MaxBatchSize", UintegerValue(0)));
    EXPECT_FALSE(m_processor->SetAttributeFailSafe("Instances", UintegerValue(0)));
    EXPECT_FALSE(m_processor->SetAttributeFailSafe("QueueDelay", TimeValue(NanoSeconds(-1))));
}
