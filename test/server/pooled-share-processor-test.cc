/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/pooled-share-processor.h"
#include "model/server/share-processor.h"
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

/// Something that happens to a processor.
struct Step
{
    /// What happens.
    enum class Kind
    {
        SUBMIT,
        SET_SHARE,
        CANCEL,
    };

    Kind kind;       ///< what happens
    Time when;       ///< when
    uint32_t device; ///< to whom
    uint64_t job;    ///< its number, for SUBMIT and CANCEL
    double value;    ///< work, s, or share
    std::string dnn; ///< of the job
};

/// A job that was handed in.
struct Known
{
    Time arrival;               ///< when it came
    double work{0};             ///< its size, s
    Time left{NanoSeconds(-1)}; ///< when it ended or was given up; negative: not yet
    bool isCanceled{false};     ///< whether it was given up
};

/// What a processor did.
struct Story
{
    std::map<std::pair<uint32_t, uint64_t>, Known> jobs;             ///< by device and number
    std::map<uint32_t, std::vector<uint64_t>> order;                 ///< of jobs, by device
    std::map<uint32_t, std::vector<std::pair<Time, double>>> shares; ///< changes, by device
    std::vector<BatchedJobRecord> records;                           ///< as traced
    std::vector<Time> changes; ///< of anything that can break up a batch
    double workDone{0};        ///< s of the whole server
    double load{0};            ///< at the end
};

class PooledShareProcessorTest : public SimulatorFixture
{
  protected:
    /// @param most MaxBatchSize @param delay QueueDelay
    void Build(uint32_t most = 16, Time delay = Seconds(1000))
    {
        Drop();
        m_pooled = CreateObject<PooledShareProcessor>();
        m_pooled->SetAttribute("MaxBatchSize", UintegerValue(most));
        m_pooled->SetAttribute("QueueDelay", TimeValue(delay));
        m_processor = m_pooled;
        Listen(m_processor, "JobBatched", [this](const BatchedJobRecord& record) {
            m_run.records.push_back(record);
        });
        Watch();
    }

    /// The same with a ShareProcessor.
    void BuildShares()
    {
        Drop();
        m_processor = CreateObject<ShareProcessor>();
        Watch();
    }

    /// Listen to changes of shares.
    void Watch()
    {
        Listen(m_processor, "ShareChanged", [this](uint32_t device, double, double share) {
            EXPECT_EQ(m_processor->GetShare(device), share);
            m_run.shares[device].emplace_back(Simulator::Now(), share);
            m_run.changes.push_back(Simulator::Now());
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
        m_run = Story();
    }

    /// Hand in a job. @param device whose @param job its number @param workS its size @param dnn
    /// its DNN @param fixedPart f
    void Submit(uint32_t device,
                uint64_t job,
                double workS,
                const std::string& dnn = "a",
                double fixedPart = FIXED_PART)
    {
        m_run.jobs[{device, job}] = {Simulator::Now(), workS};
        m_run.order[device].push_back(job);
        m_processor->Submit(
            {device, job, dnn, {true, false}, Seconds(workS), BatchCost(fixedPart)},
            ServerProcessor::DoneCallback([this](const ServerJob& done, Time start, Time end) {
                EXPECT_EQ(end, Simulator::Now());
                EXPECT_LE(start, end);
                m_run.jobs.at({done.device, done.inference}).left = end;
                if (m_onDone)
                {
                    m_onDone(done.device);
                }
            }));
    }

    /// Give up a job. @param device whose @param job its number
    void Cancel(uint32_t device, uint64_t job)
    {
        const auto before = m_processor->GetQueued(device);
        const auto wasThere = m_processor->Cancel(device, job);
        EXPECT_EQ(m_processor->GetQueued(device), before - (wasThere ? 1 : 0));
        EXPECT_FALSE(m_processor->Cancel(device, job));
        if (wasThere)
        {
            auto& known = m_run.jobs.at({device, job});
            known.left = Simulator::Now();
            known.isCanceled = true;
            m_run.changes.push_back(Simulator::Now());
        }
    }

    /// @param device whose @param job its number @return when it ended, s
    double GetEnd(uint32_t device, uint64_t job) const
    {
        return m_run.jobs.at({device, job}).left.GetSeconds();
    }

    /// Let steps happen to the processor. @param steps they @return what came of it
    Story Play(const std::vector<Step>& steps)
    {
        for (const auto& step : steps)
        {
            Simulator::Schedule(step.when, [this, step] {
                switch (step.kind)
                {
                case Step::Kind::SUBMIT:
                    Submit(step.device, step.job, step.value, step.dnn);
                    break;
                case Step::Kind::SET_SHARE:
                    m_processor->SetShare(step.device, step.value);
                    break;
                case Step::Kind::CANCEL:
                    Cancel(step.device, step.job);
                    break;
                }
            });
        }
        Simulator::Run();
        EXPECT_TRUE(Simulator::IsFinished());
        m_run.workDone = m_processor->GetWorkDone();
        m_run.load = m_processor->GetLoad();
        return m_run;
    }

    /// @param run what happened @param device whose @param from from when @param to to when
    /// @return what its share was worth, s of the whole server
    static double Integrate(const Story& run, uint32_t device, Time from, Time to)
    {
        double share = 0;
        double work = 0;
        auto now = from;
        for (const auto& [time, next] : run.shares.at(device))
        {
            const auto until = std::clamp(time, from, to);
            work += share * (until - now).GetSeconds();
            now = until;
            share = next;
        }
        return work + share * (to - now).GetSeconds();
    }

    /// Check that nothing came later than the shares of its device alone would have brought it.
    /// @param run what happened @param mayBeAnew whether a change may have made a job begin anew
    static void CheckGuarantee(const Story& run, bool mayBeginAnew)
    {
        for (const auto& [device, jobs] : run.order)
        {
            Time free;
            for (const auto job : jobs)
            {
                const auto& known = run.jobs.at({device, job});
                ASSERT_FALSE(known.left.IsStrictlyNegative()) << "job " << job << " is lost";
                auto from = std::max(known.arrival, free);
                free = std::max(free, known.left);
                if (known.isCanceled)
                {
                    continue;
                }
                for (const auto& change : run.changes)
                {
                    if (mayBeginAnew && change < known.left)
                    {
                        from = std::max(from, change);
                    }
                }
                const auto worth = Integrate(run, device, from, known.left);
                EXPECT_LE(worth, known.work + 1e-8) << "device " << device << ", job " << job;
            }
        }
    }

    void TearDown() override
    {
        Drop();
        SimulatorFixture::TearDown();
    }

    Ptr<ServerProcessor> m_processor;       ///< under test
    Ptr<PooledShareProcessor> m_pooled;     ///< the same, if it pools
    Story m_run;                            ///< what happened
    std::function<void(uint32_t)> m_onDone; ///< called after each job
};

/// Shares for devices 1 to a number of them that sum to 1. @param generator of chance
std::vector<double>
DrawShares(std::mt19937& generator, uint32_t devices, bool areEqual)
{
    std::vector<double> shares;
    double sum = 0;
    for (uint32_t i = 0; i < devices; ++i)
    {
        shares.push_back(areEqual ? 1 : std::uniform_real_distribution<>(0.1, 1)(generator));
        sum += shares.back();
    }
    for (auto& share : shares)
    {
        share /= sum * (1 + 1e-12);
    }
    return shares;
}

/// Random arrivals at devices with shares. @param generator of chance @param load of each share
std::vector<Step>
DrawArrivals(std::mt19937& generator, const std::vector<double>& shares, double load, int dnns)
{
    std::vector<Step> steps;
    for (uint32_t i = 0; i < shares.size(); ++i)
    {
        steps.push_back({Step::Kind::SET_SHARE, Time(0), i + 1, 0, shares[i], ""});
        const std::string dnn(1, "abc"[generator() % dnns]);
        const auto work = 0.01 * (dnn[0] - 'a' + 1);
        std::exponential_distribution<> gap(load * shares[i] / work);
        double now = 0;
        for (uint64_t job = 1; job <= 30; ++job)
        {
            now += gap(generator);
            steps.push_back({Step::Kind::SUBMIT, Seconds(now), i + 1, job, work, dnn});
        }
    }
    return steps;
}

} // unnamed namespace

TEST_F(PooledShareProcessorTest, EqualJobsOfTwoHalvesRunTogether)
{
    Build();
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.5);
    Submit(1, 1, 1);
    Submit(2, 1, 1);
    Simulator::Run();
    EXPECT_NEAR(GetEnd(1, 1), 1.32, 1e-8);
    EXPECT_NEAR(GetEnd(2, 1), 1.32, 1e-8);
    ASSERT_EQ(m_run.records.size(), 2u);
    EXPECT_EQ(m_run.records[0].batchSize, 2u);
    EXPECT_EQ(m_run.records[0].start, Time(0));
    EXPECT_NEAR(m_processor->GetWorkDone(), 1.32, 1e-8);
}

TEST_F(PooledShareProcessorTest, AShareThatWouldBeSlowedDownStaysAlone)
{
    Build();
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.1);
    Submit(1, 1, 1); // a batch would take 1.32 / 0.6 = 2.2 s
    Submit(2, 1, 1);
    Simulator::Run();
    EXPECT_NEAR(GetEnd(1, 1), 2, 1e-8);
    EXPECT_NEAR(GetEnd(2, 1), 10, 1e-8);
    EXPECT_EQ(m_run.records[0].batchSize, 1u);
}

TEST_F(PooledShareProcessorTest, OnlyTheSameDnnAndLayersShareABatch)
{
    Build();
    for (uint32_t device = 1; device <= 4; ++device)
    {
        m_processor->SetShare(device, 0.25);
    }
    Submit(1, 1, 1, "a");
    Submit(2, 1, 1, "b");
    Submit(3, 1, 1, "");
    Submit(4, 1, 1, "");
    Simulator::Run();
    for (const auto& record : m_run.records)
    {
        EXPECT_EQ(record.batchSize, 1u);
        EXPECT_EQ(record.end, Seconds(4));
    }
}

TEST_F(PooledShareProcessorTest, AJobThatRunsBeginsAnewIfThatIsSooner)
{
    // alone the first one ends at 2 s; a batch takes 1.32 s
    for (const auto& [after, isBatch] :
         std::vector<std::pair<double, bool>>{{0.2, true}, {0.6, true}, {0.7, false}})
    {
        Build();
        m_processor->SetShare(1, 0.5);
        m_processor->SetShare(2, 0.5);
        Submit(1, 1, 1);
        Simulator::Schedule(Seconds(after), [this] { Submit(2, 1, 1); });
        Simulator::Run();
        EXPECT_NEAR(GetEnd(1, 1), isBatch ? after + 1.32 : 2, 1e-8) << after;
        EXPECT_NEAR(GetEnd(2, 1), isBatch ? after + 1.32 : after + 2, 1e-8) << after;
        EXPECT_EQ(m_run.records.front().start, isBatch ? Seconds(after) : Time(0));
    }
    // but not after QueueDelay
    Build(16, MilliSeconds(100));
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.5);
    Submit(1, 1, 1);
    Simulator::Schedule(Seconds(0.2), [this] { Submit(2, 1, 1); });
    Simulator::Run();
    EXPECT_NEAR(GetEnd(1, 1), 2, 1e-8);
}

TEST_F(PooledShareProcessorTest, JobsThatWaitBehindJoin)
{
    // four devices: l(b) / 1 <= 4 s for b <= 10
    for (const uint32_t most : {16, 7})
    {
        Build(most);
        for (uint32_t device = 1; device <= 4; ++device)
        {
            m_processor->SetShare(device, 0.25);
        }
        // they begin when the jobs of another DNN end
        for (uint32_t device = 1; device <= 4; ++device)
        {
            Submit(device, 100, 0.25, "b", 0);
            for (uint64_t job = 1; job <= 5; ++job)
            {
                Submit(device, job, 1);
            }
        }
        Simulator::Run();
        std::map<Time, uint32_t> sizes;
        for (const auto& record : m_run.records)
        {
            if (record.dnn == "a")
            {
                sizes[record.start] = record.batchSize;
            }
        }
        EXPECT_EQ(sizes.begin()->first, Seconds(1));
        EXPECT_EQ(sizes.begin()->second, std::min<uint32_t>(most, 10));
        EXPECT_NEAR(m_run.records[4].end.GetSeconds(),
                    1 + 0.68 + 0.32 * std::min<uint32_t>(most, 10),
                    1e-7);
        CheckGuarantee(m_run, false);
    }
}

TEST_F(PooledShareProcessorTest, WithoutBatchesItIsTheShareProcessor)
{
    for (uint32_t seed = 0; seed < 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 generator(seed);
        const auto draw = [&generator](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(generator);
        };
        std::vector<Step> steps;
        uint64_t jobs = 0;
        for (int i = 0; i < 60; ++i)
        {
            Step step{Step::Kind::CANCEL,
                      NanoSeconds(draw(0, 1000000000)),
                      static_cast<uint32_t>(draw(1, 4)),
                      static_cast<uint64_t>(draw(1, 25)),
                      0,
                      "a"};
            const auto what = draw(0, 9);
            if (what < 5)
            {
                step.kind = Step::Kind::SUBMIT;
                step.job = ++jobs;
                step.value = draw(0, 9) == 0 ? 0 : 1e-9 * draw(1, 100000000);
            }
            else if (what < 8)
            {
                step.kind = Step::Kind::SET_SHARE;
                step.value = draw(0, 3) == 0 ? 0 : std::exp(-draw(200, 1000) / 200.0);
            }
            steps.push_back(step);
        }
        BuildShares();
        const auto expected = Play(steps);
        Build(1);
        const auto got = Play(steps);
        ASSERT_EQ(got.jobs.size(), expected.jobs.size());
        for (const auto& [key, known] : expected.jobs)
        {
            EXPECT_EQ(got.jobs.at(key).left, known.left);
        }
        EXPECT_NEAR(got.workDone, expected.workDone, 1e-9);
        EXPECT_EQ(got.load, expected.load);
    }
}

TEST_F(PooledShareProcessorTest, NoJobEndsLaterThanWithReservedSharesAlone)
{
    constexpr uint32_t SCENARIOS = 100;
    std::map<double, std::pair<double, double>> means; // sums by load: reserved, pooled
    std::map<double, std::pair<double, double>> sizes; // sums by load: sizes, jobs
    for (uint32_t seed = 0; seed < SCENARIOS; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 generator(seed);
        const auto load = std::vector<double>{0.2, 0.5, 0.8, 1.1, 2.0}[seed % 5];
        const auto devices = std::uniform_int_distribution<uint32_t>(2, 12)(generator);
        const auto dnns = 1 + static_cast<int>(seed / 5 % 3);
        const auto steps =
            DrawArrivals(generator, DrawShares(generator, devices, seed % 2 == 0), load, dnns);
        BuildShares();
        const auto reserved = Play(steps);
        Build(1 + generator() % 16, seed % 7 == 0 ? MilliSeconds(20) : Seconds(1000));
        const auto pooled = Play(steps);
        double reservedSum = 0;
        double pooledSum = 0;
        ASSERT_EQ(pooled.jobs.size(), reserved.jobs.size());
        for (const auto& [key, known] : reserved.jobs)
        {
            const auto& other = pooled.jobs.at(key);
            // each end is rounded up, which delays what waits behind it
            EXPECT_LE(other.left, known.left + NanoSeconds(100));
            reservedSum += (known.left - known.arrival).GetSeconds();
            pooledSum += (other.left - other.arrival).GetSeconds();
        }
        EXPECT_LE(pooledSum, reservedSum + 1e-6);
        CheckGuarantee(pooled, false);
        means[load].first += reservedSum / reserved.jobs.size();
        means[load].second += pooledSum / pooled.jobs.size();
        for (const auto& record : pooled.records)
        {
            sizes[load].first += record.batchSize;
            sizes[load].second += 1;
        }
    }
    for (const auto& [load, sums] : means)
    {
        std::cout << "load of the shares " << load << ": mean latency " << sums.second / sums.first
                  << " of that with reserved shares alone, mean batch of a job "
                  << sizes[load].first / sizes[load].second << '\n';
        EXPECT_LT(sums.second, sums.first);
    }
}

TEST_F(PooledShareProcessorTest, WhenSharesChangeNoJobIsLateByMoreThanItsOwnWork)
{
    uint32_t batched = 0;
    uint32_t canceled = 0;
    for (uint32_t seed = 0; seed < 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 generator(seed);
        const auto draw = [&generator](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(generator);
        };
        const auto devices = static_cast<uint32_t>(draw(2, 8));
        auto steps = DrawArrivals(generator, DrawShares(generator, devices, seed % 3 == 0), 0.9, 1);
        const auto waits = seed % 2 == 0;
        if (!waits)
        {
            // so that some begin at the same instant
            for (auto& step : steps)
            {
                step.when = MilliSeconds(20 * (step.when.GetMilliSeconds() / 20));
            }
        }
        const auto last = std::max_element(steps.begin(), steps.end(), [](auto& a, auto& b) {
                              return a.when < b.when;
                          })->when;
        for (int i = 0; i < 30; ++i)
        {
            const auto when = NanoSeconds(last.GetNanoSeconds() / 100000 * draw(0, 100000));
            if (draw(0, 2) == 0)
            {
                steps.push_back({Step::Kind::CANCEL,
                                 when,
                                 static_cast<uint32_t>(draw(1, devices)),
                                 static_cast<uint64_t>(draw(1, 30)),
                                 0,
                                 ""});
                continue;
            }
            const auto shares = DrawShares(generator, devices, draw(0, 3) == 0);
            for (uint32_t device = 1; device <= devices; ++device)
            {
                const auto share = draw(0, 9) == 0 ? 0 : shares[device - 1];
                steps.push_back({Step::Kind::SET_SHARE, when, device, 0, share, ""});
            }
        }
        for (uint32_t device = 1; device <= devices; ++device)
        {
            steps.push_back(
                {Step::Kind::SET_SHARE, last + Seconds(1), device, 0, 1.0 / devices, ""});
        }
        // at equal times in the order of the list
        Build(8, waits ? Seconds(1000) : Time(0));
        const auto run = Play(steps);
        CheckGuarantee(run, waits);
        for (const auto& record : run.records)
        {
            batched += record.batchSize > 1;
        }
        for (const auto& [key, known] : run.jobs)
        {
            canceled += known.isCanceled;
        }
        EXPECT_NEAR(run.load, 1, 1e-9);
    }
    EXPECT_GT(batched, 5000u) << "hardly ever in this test";
    EXPECT_GT(canceled, 50u) << "hardly ever in this test";
}

TEST_F(PooledShareProcessorTest, ABatchThatWouldEndTooLateIsBrokenUp)
{
    Build();
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.5);
    Submit(1, 1, 1);
    Submit(2, 1, 1);
    // 0.99 s are left of the batch, 1.65 s at this share; 0.835 s alone take 1.67 s
    Simulator::Schedule(Seconds(0.33), [this] { m_processor->SetShare(2, 0.1); });
    // 0.792 s are left of the batch, 1.52 s at this share; 0.67 s alone take 1.34 s
    Simulator::Schedule(Seconds(0.66), [this] { m_processor->SetShare(2, 0.02); });
    Simulator::Run();
    EXPECT_EQ(m_run.records.at(0).batchSize, 1u);
    EXPECT_EQ(m_run.records.at(1).batchSize, 1u);
    // the batch has done 0.4 of each
    EXPECT_NEAR(GetEnd(1, 1), 0.66 + 0.6 / 0.5, 1e-7);
    EXPECT_NEAR(GetEnd(2, 1), 0.66 + 0.6 / 0.02, 1e-7);
    CheckGuarantee(m_run, false);
}

TEST_F(PooledShareProcessorTest, ADeviceThatLeavesTakesItsShareAlong)
{
    for (const auto isRemoved : {false, true})
    {
        Build();
        for (uint32_t device = 1; device <= 3; ++device)
        {
            m_processor->SetShare(device, 1.0 / 3);
            Submit(device, 1, 1);
        }
        Submit(3, 2, 1, "b");
        Simulator::Schedule(Seconds(0.82), [this, isRemoved] {
            if (isRemoved)
            {
                m_processor->Remove(3);
                EXPECT_EQ(m_processor->GetQueued(3), 0u);
                EXPECT_EQ(m_processor->GetShare(3), 0);
            }
            else
            {
                Cancel(3, 1);
            }
        });
        Simulator::Run();
        // half of 1.64 s was done; the rest takes two shares longer, or each alone less long
        EXPECT_NEAR(GetEnd(1, 1), 0.82 + 0.82 / (2.0 / 3), 1e-7);
        EXPECT_NEAR(GetEnd(2, 1), GetEnd(1, 1), 1e-7);
        if (!isRemoved)
        {
            EXPECT_NEAR(GetEnd(3, 2), 0.82 + 3, 1e-7);
        }
    }
}

TEST_F(PooledShareProcessorTest, ABackgroundJobHalvesEverySpeed)
{
    Build();
    m_processor->SetAttribute("Background", PointerValue(CreateObject<BackgroundJob>()));
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.5);
    Simulator::ScheduleNow([this] {
        m_processor->Start();
        Submit(1, 1, 1);
        Submit(2, 1, 1);
    });
    Simulator::Schedule(Seconds(1), [this] { m_processor->Stop(); });
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_NEAR(GetEnd(1, 1), 2.64, 1e-7);
}

TEST_F(PooledShareProcessorTest, TheOwnerMayDoAnythingWhenAJobIsDone)
{
    Build();
    for (uint32_t device = 1; device <= 3; ++device)
    {
        m_processor->SetShare(device, 0.3);
        Submit(device, 1, 1);
        Submit(device, 2, 1);
    }
    m_onDone = [this](uint32_t device) {
        if (device == 1)
        {
            m_processor->Remove(2); // it may be done, too, but was not told yet
            m_processor->Cancel(3, 1);
            m_processor->Cancel(3, 2);
        }
    };
    Simulator::Run();
    EXPECT_EQ(m_processor->GetQueued(1) + m_processor->GetQueued(2) + m_processor->GetQueued(3),
              0u);
    EXPECT_TRUE(m_run.jobs.at({2, 1}).left.IsStrictlyNegative());
    EXPECT_FALSE(m_run.jobs.at({1, 2}).left.IsStrictlyNegative());
    m_onDone = [this](uint32_t) { m_processor->Dispose(); };
    Submit(1, 3, 1);
    Submit(3, 3, 1);
    Simulator::Run();
}

TEST_F(PooledShareProcessorTest, BadInputIsRejected)
{
    Build();
    EXPECT_THROW(Submit(1, 1, -1), std::invalid_argument);
    EXPECT_THROW(m_processor->SetShare(1, -0.1), std::invalid_argument);
    EXPECT_FALSE(m_processor->SetAttributeFailSafe("MaxBatchSize", UintegerValue(0)));
    EXPECT_FALSE(m_processor->SetAttributeFailSafe("QueueDelay", TimeValue(NanoSeconds(-1))));
    m_run = Story();
}
