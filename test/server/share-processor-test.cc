/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/share-processor.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <iostream>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// A job that is done.
struct Done
{
    uint32_t device; ///< whose
    uint64_t job;    ///< its number
    Time start;      ///< when it began
    Time end;        ///< when it ended
};

class ShareProcessorTest : public SimulatorFixture
{
  protected:
    /// @param workConserving the attribute
    void Build(bool workConserving)
    {
        m_processor = CreateObject<ShareProcessor>();
        m_processor->SetAttribute("WorkConserving", BooleanValue(workConserving));
        Listen(m_processor,
               "ShareChanged",
               [this](uint32_t device, double oldShare, double newShare) {
                   EXPECT_NE(oldShare, newShare);
                   EXPECT_EQ(m_processor->GetShare(device), newShare);
                   m_changes[device].emplace_back(Simulator::Now(), newShare);
               });
    }

    /// Hand in a job. @param device whose @param job its number @param work its size
    void Submit(uint32_t device, uint64_t job, Time work)
    {
        m_processor->Submit(
            {device, job, "", {}, work},
            ServerProcessor::DoneCallback([this](const ServerJob& done, Time start, Time end) {
                EXPECT_EQ(end, Simulator::Now());
                m_done.push_back({done.device, done.inference, start, end});
                if (m_onDone)
                {
                    m_onDone(done.device);
                }
            }));
    }

    /// @param device whose @param from from when @param to to when @return what its share was
    /// worth, in ns of the whole server
    double Integrate(uint32_t device, Time from, Time to) const
    {
        double share = 0;
        double work = 0;
        auto now = from;
        for (const auto& [time, next] : m_changes.at(device))
        {
            const auto until = std::clamp(time, from, to);
            work += share * (until - now).GetNanoSeconds();
            now = until;
            share = next;
        }
        return work + share * (to - now).GetNanoSeconds();
    }

    void TearDown() override
    {
        if (m_processor)
        {
            m_processor->Dispose();
        }
        SimulatorFixture::TearDown();
    }

    Ptr<ShareProcessor> m_processor;                                    ///< under test
    std::vector<Done> m_done;                                           ///< in their order
    std::map<uint32_t, std::vector<std::pair<Time, double>>> m_changes; ///< of shares, by device
    std::function<void(uint32_t)> m_onDone;                             ///< called after each one
};

/// Something that happens to a processor.
struct Step
{
    /// What happens.
    enum class Kind
    {
        SUBMIT,
        SET_SHARE,
        HOLD,
        CANCEL,
    };

    Kind kind;       ///< what happens
    int64_t ns;      ///< when
    uint32_t device; ///< to whom
    uint64_t job;    ///< its number, for SUBMIT and CANCEL
    double value;    ///< work, s; share; whether to hold
};

/// What a processor did, as found by SlowlyRun.
struct SlowRun
{
    std::map<std::pair<uint32_t, uint64_t>, double> ends; ///< of jobs, by device and number, ns
    double workDone{0};                                   ///< s of the whole server
    double load{0};                                       ///< sum of the shares at the end
    uint32_t runningCanceled{0};                          ///< jobs canceled while they ran
};

/// Run a processor slowly: all devices are looked at whenever anything happens.
SlowRun
SlowlyRun(const std::vector<Step>& steps, bool workConserving)
{
    /// A device of it
    struct Slow
    {
        double share{0};                                ///< in effect
        bool endsAtIdle{false};                         ///< it is to be 0
        bool isHeld{false};                             ///< but not yet
        std::vector<std::pair<uint64_t, double>> queue; ///< of jobs with what is left of them, s
    };

    SlowRun run;
    std::map<uint32_t, Slow> devices;
    double now = 0; // ns
    const auto advance = [&](double until) {
        while (true)
        {
            double busy = 0;
            for (auto& [id, device] : devices)
            {
                while (!device.queue.empty() && device.queue[0].second <= 1e-15)
                {
                    run.ends[{id, device.queue[0].first}] = now;
                    device.queue.erase(device.queue.begin());
                }
                if (device.endsAtIdle && !device.isHeld && device.queue.empty())
                {
                    device.endsAtIdle = false;
                    device.share = 0;
                }
                busy += device.queue.empty() ? 0 : device.share;
            }
            auto next = until;
            const auto speed = [&](const Slow& device) {
                return workConserving && device.share > 0 ? device.share / busy : device.share;
            };
            for (const auto& [id, device] : devices)
            {
                if (!device.queue.empty() && device.share > 0)
                {
                    next = std::min(next, now + 1e9 * device.queue[0].second / speed(device));
                }
            }
            for (auto& [id, device] : devices)
            {
                if (!device.queue.empty() && device.share > 0)
                {
                    const auto done =
                        std::min(device.queue[0].second, 1e-9 * (next - now) * speed(device));
                    device.queue[0].second -= done;
                    run.workDone += done;
                }
            }
            if (next >= until)
            {
                now = until;
                return;
            }
            now = next;
        }
    };
    for (const auto& step : steps)
    {
        advance(static_cast<double>(step.ns));
        auto& device = devices[step.device];
        switch (step.kind)
        {
        case Step::Kind::SUBMIT:
            device.queue.emplace_back(step.job, step.value);
            break;
        case Step::Kind::SET_SHARE:
            device.endsAtIdle = step.value == 0 && device.share > 0;
            device.share = device.endsAtIdle ? device.share : step.value;
            break;
        case Step::Kind::HOLD:
            device.isHeld = step.value != 0;
            break;
        case Step::Kind::CANCEL:
            for (std::size_t i = 0; i < device.queue.size(); ++i)
            {
                if (device.queue[i].first == step.job)
                {
                    run.runningCanceled += i == 0 && device.share > 0 ? 1 : 0;
                    device.queue.erase(device.queue.begin() + i);
                    break;
                }
            }
            break;
        }
    }
    advance(1e15);
    for (const auto& [id, device] : devices)
    {
        run.load += device.share;
    }
    return run;
}

/// Mean sojourn time of a queue whose jobs share a processor equally.
class ProcessorSharingTest : public ShareProcessorTest
{
  protected:
    /// Draws service times of mean 1 s, in s.
    using Service = std::function<double(std::mt19937_64&)>;

    /// @param generator a generator @return a number between 0 and 1
    static double Uniform(std::mt19937_64& generator)
    {
        return (static_cast<double>(generator() >> 11) + 0.5) / 9007199254740992.0;
    }

    /// @param generator a generator @return an exponential number of mean 1
    static double Exponential(std::mt19937_64& generator)
    {
        return -std::log(Uniform(generator));
    }

    /// @param generator a generator @return a number of mean 1, many small ones and few large ones
    static double Hyperexponential(std::mt19937_64& generator)
    {
        const auto isLarge = Uniform(generator) < 0.1;
        return (isLarge ? 5.5 : 0.5) * Exponential(generator);
    }

    /// One replication. @param seed of its randomness @param load of the processor @param service
    /// of a job @return mean sojourn time, s
    double Run(uint64_t seed, double load, bool workConserving, const Service& service)
    {
        constexpr uint32_t WARM_UP = 500;
        constexpr uint32_t JOBS = 4500;
        SCOPED_TRACE("seed " + std::to_string(seed));
        TearDown();
        m_done.clear();
        m_changes.clear();
        Build(workConserving);
        std::mt19937_64 generator(seed);
        std::set<uint32_t> present;
        std::vector<Time> arrivals;
        double submitted = 0;
        const auto share = [this, &present, workConserving]() {
            for (const auto device : present)
            {
                m_processor->SetShare(device, workConserving ? 0.001 : 1.0 / present.size());
            }
        };
        m_onDone = [this, &present, share](uint32_t device) {
            present.erase(device);
            m_processor->SetShare(device, 0);
            EXPECT_EQ(m_processor->GetShare(device), 0);
            share();
        };
        std::function<void()> arrive = [&]() {
            const auto device = static_cast<uint32_t>(arrivals.size());
            const auto work = NanoSeconds(std::llround(1e9 * service(generator)));
            submitted += work.GetSeconds();
            arrivals.push_back(Simulator::Now());
            present.insert(device);
            Submit(device, device, work);
            share();
            if (arrivals.size() < JOBS)
            {
                Simulator::Schedule(Seconds(Exponential(generator) / load), arrive);
            }
        };
        Simulator::ScheduleNow(arrive);
        Simulator::Run();
        EXPECT_EQ(m_done.size(), JOBS);
        EXPECT_NEAR(m_processor->GetWorkDone(), submitted, 1e-9 * submitted);
        EXPECT_EQ(m_processor->GetLoad(), 0);
        double sum = 0;
        for (const auto& done : m_done)
        {
            sum += done.device < WARM_UP ? 0 : (done.end - arrivals[done.device]).GetSeconds();
        }
        return sum / (JOBS - WARM_UP);
    }

    /// Compare with E[S] / (1 - load). @param name of the distribution @param service of a job
    void Check(const std::string& name, const Service& service)
    {
        constexpr int REPLICATIONS = 20;
        constexpr double QUANTILE = 3.883; // Student's t, 19 degrees of freedom, 99.9 %
        constexpr double LOAD = 0.6;
        const auto expected = 1 / (1 - LOAD);
        for (const auto workConserving : {false, true})
        {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < REPLICATIONS; ++i)
            {
                const auto mean = Run(100 + i, LOAD, workConserving, service);
                sum += mean;
                squares += mean * mean;
            }
            const auto mean = sum / REPLICATIONS;
            const auto variance = (squares - sum * mean) / (REPLICATIONS - 1);
            const auto half = QUANTILE * std::sqrt(variance / REPLICATIONS);
            std::cout << name << (workConserving ? ", work-conserving: " : ", shares re-set: ")
                      << mean << " +- " << half << " s, expected " << expected << " s\n";
            EXPECT_LT(std::abs(mean - expected), half);
            EXPECT_LT(half, 0.25 * expected) << "the interval says nothing";
        }
    }
};

} // unnamed namespace

TEST_F(ShareProcessorTest, AJobTakesItsWorkByItsShare)
{
    Build(false);
    m_processor->SetShare(1, 0.25);
    Submit(1, 7, MilliSeconds(10));
    EXPECT_TRUE(m_done.empty()) << "done inside Submit";
    EXPECT_EQ(m_processor->GetQueued(1), 1U);
    Simulator::Run();
    ASSERT_EQ(m_done.size(), 1U);
    EXPECT_EQ(m_done[0].job, 7U);
    EXPECT_EQ(m_done[0].start, Seconds(0));
    EXPECT_EQ(m_done[0].end, MilliSeconds(40));
    EXPECT_EQ(m_processor->GetQueued(1), 0U);
}

TEST_F(ShareProcessorTest, SharesAreReservedWhoeverIsIdle)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.5);
    Submit(1, 1, Seconds(1));
    Simulator::Schedule(MilliSeconds(500), [this]() { Submit(2, 1, Seconds(1)); });
    Simulator::Run();
    EXPECT_EQ(m_done[0].end, Seconds(2));
    EXPECT_EQ(m_done[1].end, MilliSeconds(2500));
}

TEST_F(ShareProcessorTest, IdleSharesGoToTheBusyIfWorkConserving)
{
    Build(true);
    m_processor->SetShare(1, 0.6);
    m_processor->SetShare(2, 0.2);
    m_processor->SetShare(3, 0.2);
    Submit(1, 1, Seconds(1)); // alone: speed 1
    Simulator::Schedule(MilliSeconds(400), [this]() { Submit(2, 1, Seconds(1)); });
    Simulator::Run();
    // from 0.4 s on 3 : 1, 0.6 s of work take 0.8 s; then the other one is alone
    EXPECT_NEAR(m_done[0].end.GetNanoSeconds(), 1200000000, 1);
    EXPECT_NEAR(m_done[1].end.GetNanoSeconds(), 2000000000, 2);
    EXPECT_NEAR(m_processor->GetWorkDone(), 2, 1e-12);
}

TEST_F(ShareProcessorTest, SharesReSetMidJobGiveTheirIntegral)
{
    for (uint32_t seed = 0; seed < 200; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        TearDown();
        m_done.clear();
        m_changes.clear();
        Build(false);
        std::mt19937 generator(seed);
        const auto draw = [&generator](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(generator);
        };
        const auto devices = draw(1, 4);
        std::map<std::pair<uint32_t, uint64_t>, std::pair<Time, Time>> jobs; // arrival, work
        std::map<uint32_t, std::vector<uint64_t>> order;
        double submitted = 0;
        for (int i = 0; i < 40; ++i)
        {
            const auto device = static_cast<uint32_t>(draw(1, devices));
            const auto time = NanoSeconds(draw(0, 1000000000));
            if (i % 2 == 0)
            {
                const auto work = draw(0, 9) == 0 ? Time(0) : NanoSeconds(draw(1, 100000000));
                const auto job = static_cast<uint64_t>(i);
                submitted += work.GetNanoSeconds();
                Simulator::Schedule(time, [&, device, job, time, work]() {
                    jobs[{device, job}] = {time, work};
                    order[device].push_back(job);
                    Submit(device, job, work);
                });
            }
            else
            {
                const auto share = draw(0, 4) == 0 ? 0 : std::exp(-draw(0, 1000) / 200.0);
                Simulator::Schedule(time, [this, device, share]() {
                    m_processor->SetShare(device, share);
                });
            }
        }
        // whatever still waits gets served
        Simulator::Schedule(Seconds(2), [this, devices]() {
            for (int device = 1; device <= devices; ++device)
            {
                m_processor->SetShare(device, 0.5);
            }
        });
        Simulator::Run();
        ASSERT_EQ(m_done.size(), 20U);
        std::map<uint32_t, Time> last;
        std::map<uint32_t, std::vector<uint64_t>> ends;
        for (const auto& [device, job, start, end] : m_done)
        {
            const auto [arrival, work] = jobs.at({device, job});
            const auto begin = std::max(arrival, last[device]);
            EXPECT_GE(start, begin);
            EXPECT_GE(end, start);
            // nothing was lost before it started, and it got what it asked for
            EXPECT_NEAR(Integrate(device, begin, start), 0, 1e-6);
            const auto changes = static_cast<double>(m_changes[device].size());
            EXPECT_NEAR(Integrate(device, start, end),
                        static_cast<double>(work.GetNanoSeconds()),
                        1 + changes);
            last[device] = end;
            ends[device].push_back(job);
        }
        EXPECT_EQ(ends, order) << "not first come, first served";
        EXPECT_NEAR(1e9 * m_processor->GetWorkDone(), submitted, 1);
    }
}

TEST_F(ShareProcessorTest, CanceledJobsLeaveTheRestAsASlowProcessorDoes)
{
    uint32_t canceled = 0;
    uint32_t running = 0;
    for (uint32_t seed = 0; seed < 300; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto workConserving = seed % 2 == 1;
        TearDown();
        m_done.clear();
        m_changes.clear();
        Simulator::Destroy();
        Build(workConserving);
        std::mt19937 generator(seed);
        const auto draw = [&generator](int from, int to) {
            return std::uniform_int_distribution<>(from, to)(generator);
        };
        const auto devices = draw(1, 4);
        std::vector<Step> steps;
        uint64_t jobs = 0;
        for (int i = 0; i < 60; ++i)
        {
            Step step{Step::Kind::CANCEL,
                      draw(0, 1000000000),
                      static_cast<uint32_t>(draw(1, devices)),
                      static_cast<uint64_t>(draw(1, 25)),
                      0};
            const auto what = draw(0, 9);
            if (what < 4)
            {
                step.kind = Step::Kind::SUBMIT;
                step.job = ++jobs;
                step.value = draw(0, 9) == 0 ? 0 : 1e-9 * draw(1, 100000000);
            }
            else if (what < 6)
            {
                step.kind = Step::Kind::SET_SHARE;
                step.value = draw(0, 3) == 0 ? 0 : std::exp(-draw(200, 1000) / 200.0);
            }
            else if (what < 7)
            {
                step.kind = Step::Kind::HOLD;
                step.value = draw(0, 1);
            }
            steps.push_back(step);
        }
        std::sort(steps.begin(), steps.end(), [](const Step& one, const Step& other) {
            return one.ns < other.ns;
        });
        for (const auto& step : steps)
        {
            Simulator::Schedule(NanoSeconds(step.ns), [this, step, &canceled]() {
                switch (step.kind)
                {
                case Step::Kind::SUBMIT:
                    Submit(step.device, step.job, Seconds(step.value));
                    break;
                case Step::Kind::SET_SHARE:
                    m_processor->SetShare(step.device, step.value);
                    break;
                case Step::Kind::HOLD:
                    m_processor->SetHold(step.device, step.value != 0);
                    break;
                case Step::Kind::CANCEL:
                    const auto before = m_processor->GetQueued(step.device);
                    const auto wasThere = m_processor->Cancel(step.device, step.job);
                    EXPECT_EQ(m_processor->GetQueued(step.device), before - (wasThere ? 1 : 0));
                    EXPECT_FALSE(m_processor->Cancel(step.device, step.job));
                    canceled += wasThere;
                    break;
                }
            });
        }
        Simulator::Run();
        const auto slow = SlowlyRun(steps, workConserving);
        running += slow.runningCanceled;
        std::map<std::pair<uint32_t, uint64_t>, double> ends;
        for (const auto& [device, job, start, end] : m_done)
        {
            EXPECT_TRUE(ends.emplace(std::make_pair(device, job), end.GetNanoSeconds()).second);
        }
        ASSERT_EQ(ends.size(), slow.ends.size());
        for (const auto& [key, end] : slow.ends)
        {
            ASSERT_EQ(ends.count(key), 1u) << "device " << key.first << ", job " << key.second;
            // each end is rounded up, which delays what waits behind it
            EXPECT_NEAR(ends[key], end, 1e-9 * end + 1000) << "job " << key.second;
        }
        EXPECT_NEAR(m_processor->GetWorkDone(), slow.workDone, 1e-6);
        EXPECT_NEAR(m_processor->GetLoad(), slow.load, 1e-12);
    }
    EXPECT_GT(canceled, 500u) << "hardly ever in this test";
    EXPECT_GT(running, 50u) << "hardly ever in this test";
}

TEST_F(ShareProcessorTest, ACanceledJobEndsWithoutACallbackAndTheNextRuns)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    Submit(1, 1, Seconds(1));
    Submit(1, 2, Seconds(1));
    Submit(1, 3, Seconds(1));
    m_processor->SetShare(1, 0); // at the end of its jobs
    Simulator::Schedule(Seconds(1), [this]() {
        EXPECT_TRUE(m_processor->Cancel(1, 1)); // it ran
        EXPECT_TRUE(m_processor->Cancel(1, 3)); // it waited
        EXPECT_FALSE(m_processor->Cancel(1, 4));
        EXPECT_FALSE(m_processor->Cancel(2, 1));
        EXPECT_EQ(m_processor->GetQueued(1), 1U);
        EXPECT_NEAR(m_processor->GetWorkDone(), 0.5, 1e-12);
    });
    Simulator::Run();
    ASSERT_EQ(m_done.size(), 1U);
    EXPECT_EQ(m_done[0].job, 2U);
    EXPECT_EQ(m_done[0].start, Seconds(1));
    EXPECT_EQ(m_done[0].end, Seconds(3));
    EXPECT_NEAR(m_processor->GetWorkDone(), 1.5, 1e-12);
    EXPECT_EQ(m_processor->GetLoad(), 0);
    // the last one is canceled: the share that was to end does
    m_processor->SetShare(1, 0.5);
    Submit(1, 5, Seconds(1));
    m_processor->SetShare(1, 0);
    EXPECT_EQ(m_processor->GetLoad(), 0.5);
    EXPECT_TRUE(m_processor->Cancel(1, 5));
    EXPECT_EQ(m_processor->GetLoad(), 0);
    Simulator::Run();
    EXPECT_EQ(m_done.size(), 1U);
}

TEST_F(ShareProcessorTest, WorkDoneCountsRunningJobs)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    Submit(1, 1, Seconds(1));
    Simulator::Stop(MilliSeconds(600));
    Simulator::Run();
    EXPECT_NEAR(m_processor->GetWorkDone(), 0.3, 1e-12);
    m_processor->Remove(1);
    EXPECT_NEAR(m_processor->GetWorkDone(), 0.3, 1e-12);
}

TEST_F(ShareProcessorTest, AShareOfZeroWaitsForTheJobs)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    m_processor->SetShare(2, 0.25);
    Submit(1, 1, Seconds(1));
    Submit(1, 2, Seconds(1));
    m_processor->SetShare(1, 0);
    EXPECT_EQ(m_processor->GetShare(1), 0.5);
    EXPECT_EQ(m_processor->GetLoad(), 0.75);
    Simulator::Stop(MilliSeconds(3999));
    Simulator::Run();
    EXPECT_EQ(m_processor->GetLoad(), 0.75);
    Simulator::Run();
    ASSERT_EQ(m_done.size(), 2U);
    EXPECT_EQ(m_done[1].end, Seconds(4));
    EXPECT_EQ(m_processor->GetShare(1), 0);
    EXPECT_EQ(m_processor->GetLoad(), 0.25);
    ASSERT_EQ(m_changes[1].size(), 2U);
    EXPECT_EQ(m_changes[1][1].first, Seconds(4));
    // without an older share a job waits for one
    Submit(1, 3, Seconds(1));
    Simulator::Schedule(Seconds(1), [this]() { m_processor->SetShare(1, 1); });
    Simulator::Run();
    ASSERT_EQ(m_done.size(), 3U);
    EXPECT_EQ(m_done[2].start, Seconds(5));
    EXPECT_EQ(m_done[2].end, Seconds(6));
}

TEST_F(ShareProcessorTest, ANewShareReplacesAPendingZero)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    Submit(1, 1, Seconds(1));
    m_processor->SetShare(1, 0);
    m_processor->SetShare(1, 1);
    Simulator::Run();
    EXPECT_EQ(m_done[0].end, Seconds(1));
    EXPECT_EQ(m_processor->GetShare(1), 1);
}

TEST_F(ShareProcessorTest, AHoldKeepsTheShareForWorkOnItsWay)
{
    Build(false);
    m_processor->SetShare(1, 0.5);
    m_processor->SetHold(1, true);
    m_processor->SetShare(1, 0);
    EXPECT_EQ(m_processor->GetLoad(), 0.5);
    Simulator::Schedule(Seconds(1), [this]() { Submit(1, 1, Seconds(1)); });
    Simulator::Run();
    ASSERT_EQ(m_done.size(), 1U);
    EXPECT_EQ(m_done[0].end, Seconds(3));
    EXPECT_EQ(m_processor->GetLoad(), 0.5) << "still held";
    m_processor->SetHold(1, false);
    EXPECT_EQ(m_processor->GetLoad(), 0);
    // released while a job runs: the share goes when the job is done
    m_processor->SetShare(1, 0.5);
    m_processor->SetHold(1, true);
    Submit(1, 2, Seconds(1));
    m_processor->SetShare(1, 0);
    m_processor->SetHold(1, false);
    EXPECT_EQ(m_processor->GetLoad(), 0.5);
    Simulator::Run();
    EXPECT_EQ(m_processor->GetLoad(), 0);
    EXPECT_EQ(m_done.size(), 2U);
}

TEST_F(ShareProcessorTest, NoWorkNeedsNoShare)
{
    for (const auto workConserving : {false, true})
    {
        TearDown();
        m_done.clear();
        Build(workConserving);
        Submit(1, 1, Seconds(0));
        EXPECT_TRUE(m_done.empty());
        Simulator::Run();
        ASSERT_EQ(m_done.size(), 1U);
        EXPECT_EQ(m_done[0].start, m_done[0].end);
        EXPECT_EQ(m_done[0].end, Seconds(0));
    }
}

TEST_F(ShareProcessorTest, ARemovedDeviceIsSilent)
{
    for (const auto workConserving : {false, true})
    {
        TearDown();
        m_done.clear();
        Build(workConserving);
        m_processor->SetShare(1, 0.5);
        m_processor->SetShare(2, 0.5);
        Submit(1, 1, Seconds(1));
        Submit(1, 2, Seconds(1));
        Submit(2, 1, Seconds(1));
        Simulator::Schedule(Seconds(1), [this]() {
            m_processor->Remove(1);
            EXPECT_EQ(m_processor->GetQueued(1), 0U);
            EXPECT_EQ(m_processor->GetShare(1), 0);
            EXPECT_EQ(m_processor->GetLoad(), 0.5);
        });
        Simulator::Run();
        ASSERT_EQ(m_done.size(), 1U);
        EXPECT_EQ(m_done[0].device, 2U);
        EXPECT_EQ(m_done[0].end, workConserving ? MilliSeconds(1500) : Seconds(2));
        EXPECT_NEAR(m_processor->GetWorkDone(), 1.5, 1e-12);
    }
}

TEST_F(ShareProcessorTest, TheOwnerMayDoAnythingWhenAJobIsDone)
{
    Build(false);
    m_processor->SetShare(1, 1);
    auto rounds = 0;
    m_onDone = [this, &rounds](uint32_t device) {
        m_processor->Remove(device);
        if (++rounds < 5)
        {
            m_processor->SetShare(device, 0.5);
            Submit(device, rounds, Seconds(1));
        }
    };
    Submit(1, 0, Seconds(1));
    Submit(1, 99, Seconds(1));
    Simulator::Run();
    EXPECT_EQ(m_done.size(), 5U);
    EXPECT_EQ(Simulator::Now(), Seconds(9));
    m_processor->SetShare(1, 0.5);
    m_onDone = [this](uint32_t) { m_processor->Dispose(); };
    Submit(1, 0, Seconds(1));
    Submit(1, 1, Seconds(1));
    Simulator::Run();
    EXPECT_EQ(m_done.size(), 6U);
}

TEST_F(ShareProcessorTest, TinySharesDoNotOverflow)
{
    Build(false);
    m_processor->SetShare(1, std::numeric_limits<double>::denorm_min());
    Submit(1, 1, Hours(1000));
    Simulator::Schedule(Seconds(1), [this]() { m_processor->SetShare(1, 1); });
    Simulator::Run();
    EXPECT_EQ(m_done.at(0).end, Hours(1000) + Seconds(1));
}

TEST_F(ShareProcessorTest, BadInputIsRejected)
{
    Build(false);
    for (const auto share : {-0.1, 1.0000001, std::nan(""), 1 / 0.0})
    {
        EXPECT_THROW(m_processor->SetShare(1, share), std::invalid_argument) << share;
    }
    EXPECT_THROW(Submit(1, 1, NanoSeconds(-1)), std::invalid_argument);
    EXPECT_EQ(m_processor->GetLoad(), 0);
    EXPECT_EQ(m_processor->GetQueued(1), 0U);
    m_processor->Remove(1);
}

TEST_F(ProcessorSharingTest, MeanOfExponentialJobs)
{
    Check("exponential", Exponential);
}

TEST_F(ProcessorSharingTest, MeanOfEqualJobs)
{
    Check("deterministic", [](std::mt19937_64&) { return 1.0; });
}

TEST_F(ProcessorSharingTest, MeanOfVeryUnequalJobs)
{
    Check("hyperexponential", Hyperexponential);
}
