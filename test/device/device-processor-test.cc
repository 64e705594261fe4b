/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/device-processor.h"
#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// What became of a piece of work.
struct Work
{
    Time duration;                 ///< what it takes
    Time submitted;                ///< when
    Time started{NanoSeconds(-1)}; ///< when; negative: not yet
    Time ended{NanoSeconds(-1)};   ///< when it was done or given up; negative: not yet
    bool isDone{false};            ///< whether it was done
};

class DeviceProcessorTest : public SimulatorFixture
{
  protected:
    /// Make a new processor.
    void Build()
    {
        m_processor = CreateObject<DeviceProcessor>();
        m_processor->SetCallbacks(DeviceProcessor::ReadyCallback([this](uint64_t id) {
                                      EXPECT_EQ(m_running, 0u) << "asked while it is busy";
                                      EXPECT_EQ(id, m_expected.front())
                                          << "not first come, first served";
                                      return m_isReady && m_notReady != id;
                                  }),
                                  DeviceProcessor::StartCallback([this](uint64_t id) {
                                      EXPECT_EQ(m_running, 0u) << "two at a time";
                                      EXPECT_TRUE(m_isReady);
                                      EXPECT_EQ(id, m_expected.front());
                                      m_expected.pop_front();
                                      m_running = id;
                                      m_works[id].started = Simulator::Now();
                                      return m_works[id].duration;
                                  }),
                                  DeviceProcessor::DoneCallback([this](uint64_t id) {
                                      EXPECT_EQ(id, m_running);
                                      auto& work = m_works[id];
                                      EXPECT_EQ(Simulator::Now(), work.started + work.duration);
                                      work.isDone = true;
                                      work.ended = Simulator::Now();
                                      m_running = 0;
                                      if (m_onDone)
                                      {
                                          m_onDone();
                                      }
                                  }));
        Listen(m_processor, "Busy", [this](bool was, bool isBusy) {
            EXPECT_NE(was, isBusy);
            EXPECT_EQ(was, m_isBusy) << "transitions do not alternate";
            m_isBusy = isBusy;
            m_busyTime += isBusy ? Time(0) - Simulator::Now() : Simulator::Now();
        });
    }

    /// Queue a piece of work. @param duration what it takes @return its number
    uint64_t Submit(Time duration)
    {
        const auto id = ++m_lastId;
        m_works[id].duration = duration;
        m_works[id].submitted = Simulator::Now();
        m_expected.push_back(id);
        m_processor->Submit(id);
        return id;
    }

    /// Give a piece of work up. @param id its number
    void Cancel(uint64_t id)
    {
        m_expected.erase(std::remove(m_expected.begin(), m_expected.end(), id), m_expected.end());
        if (m_running == id)
        {
            m_running = 0;
            m_works[id].ended = Simulator::Now();
        }
        m_processor->Cancel(id);
    }

    /// Open or close the gate. @param isReady whether work may start
    void SetReady(bool isReady)
    {
        m_isReady = isReady;
        m_processor->Feed();
    }

    /// What must hold between any two events.
    void ExpectConsistent() const
    {
        EXPECT_EQ(m_processor->GetWaiting(), m_expected.size());
        EXPECT_EQ(m_isBusy, m_running != 0);
        EXPECT_TRUE(m_running != 0 || m_expected.empty() || !m_isReady) << "idle, with work";
    }

    /// The time from start to end, over all work.
    Time GetTimeSpent() const
    {
        Time spent;
        for (const auto& entry : m_works)
        {
            const auto& work = entry.second;
            spent += work.started.IsStrictlyNegative() ? Time(0) : work.ended - work.started;
        }
        return spent;
    }

    Ptr<DeviceProcessor> m_processor; ///< what is tested
    std::map<uint64_t, Work> m_works; ///< by number
    std::deque<uint64_t> m_expected;  ///< what waits, in order
    std::function<void()> m_onDone;   ///< called after each piece of work
    uint64_t m_lastId{0};             ///< of Submit
    uint64_t m_running{0};            ///< 0: none
    bool m_isReady{true};             ///< the gate
    uint64_t m_notReady{0};           ///< a piece of work that must wait; 0: none
    bool m_isBusy{false};             ///< as traced
    Time m_busyTime;                  ///< sum of what was traced
};

TEST_F(DeviceProcessorTest, ServesFirstComeFirstServedWithoutPause)
{
    for (uint64_t seed = 1; seed <= 50; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        m_works.clear();
        m_busyTime = Time(0);
        Build();
        for (int i = 0; i < 60; ++i)
        {
            const auto duration = MicroSeconds(random() % 4 == 0 ? 0 : random() % 300);
            Simulator::Schedule(MicroSeconds(random() % 5000),
                                [this, duration] { Submit(duration); });
        }
        Simulator::Run();
        Time free;
        Time work;
        for (const auto& entry : m_works)
        {
            const auto& [duration, submitted, started, ended, isDone] = entry.second;
            EXPECT_TRUE(isDone);
            EXPECT_EQ(started, std::max(submitted, free));
            free = ended;
            work += duration;
        }
        EXPECT_EQ(m_works.size(), 60u);
        EXPECT_EQ(m_busyTime, work);
        Simulator::Destroy();
        m_lastId = 0;
    }
}

TEST_F(DeviceProcessorTest, KeepsItsRulesOverAnySequenceOfCalls)
{
    uint32_t cancelledRunning = 0;
    for (uint64_t seed = 1; seed <= 100; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        m_works.clear();
        m_busyTime = Time(0);
        m_isReady = true;
        m_lastId = 0;
        Build();
        for (int i = 0; i < 200; ++i)
        {
            const auto what = random() % 10;
            const auto number = random();
            Simulator::Schedule(MicroSeconds(random() % 10000),
                                [this, &cancelledRunning, what, number] {
                                    if (what < 6)
                                    {
                                        Submit(MicroSeconds(number % 200));
                                    }
                                    else if (what < 8)
                                    {
                                        const auto id =
                                            1 + number % (m_lastId + 2); // some are unknown or over
                                        cancelledRunning += id == m_running ? 1 : 0;
                                        Cancel(id);
                                    }
                                    else
                                    {
                                        SetReady(number % 3 > 0);
                                    }
                                    ExpectConsistent();
                                });
        }
        Simulator::Schedule(MicroSeconds(10001), [this] { SetReady(true); });
        Simulator::Run();
        ExpectConsistent();
        EXPECT_FALSE(m_isBusy);
        EXPECT_EQ(m_busyTime, GetTimeSpent());
        for (const auto& [id, work] : m_works)
        {
            EXPECT_FALSE(work.ended.IsStrictlyNegative() && !work.started.IsStrictlyNegative())
                << id << " neither ended nor was given up";
        }
        Simulator::Destroy();
    }
    EXPECT_GT(cancelledRunning, 50u) << "hardly anything was cancelled while it ran";
}

TEST_F(DeviceProcessorTest, LetsTheFirstWaitForItsTurnAndTheOthersBehindIt)
{
    Build();
    m_notReady = 2;
    for (int i = 0; i < 3; ++i)
    {
        Submit(MilliSeconds(10));
    }
    Simulator::Schedule(MilliSeconds(15), [this] {
        EXPECT_FALSE(m_isBusy);
        EXPECT_EQ(m_processor->GetWaiting(), 2u) << "the third may start, but it is not its turn";
    });
    Simulator::Schedule(MilliSeconds(20), [this] {
        m_notReady = 0;
        m_processor->Feed();
    });
    Simulator::Run();
    EXPECT_EQ(m_works[2].started, MilliSeconds(20));
    EXPECT_EQ(m_works[3].ended, MilliSeconds(40));
}

TEST_F(DeviceProcessorTest, TakesTheNextOneAtOnceWhenTheRunningOneIsCancelled)
{
    Build();
    for (int i = 0; i < 3; ++i)
    {
        Submit(MilliSeconds(10));
    }
    Simulator::Schedule(MilliSeconds(4), [this] { Cancel(2); });
    Simulator::Schedule(MilliSeconds(5), [this] { Cancel(1); });
    Simulator::Run();
    EXPECT_TRUE(m_works[2].started.IsStrictlyNegative());
    EXPECT_EQ(m_works[3].started, MilliSeconds(5));
    EXPECT_EQ(m_busyTime, MilliSeconds(15));
    EXPECT_FALSE(m_works[1].isDone);
}

TEST_F(DeviceProcessorTest, StaysBusyIfMoreWorkComesWhenSomeIsDone)
{
    Build();
    uint32_t changes = 0;
    Listen(m_processor, "Busy", [&changes](bool, bool) { ++changes; });
    m_onDone = [this] {
        if (m_lastId < 5)
        {
            Submit(MilliSeconds(1));
        }
    };
    Submit(MilliSeconds(1));
    Simulator::Run();
    EXPECT_EQ(changes, 2u) << "it was never out of work in between";
    EXPECT_EQ(m_busyTime, MilliSeconds(5));
}

TEST_F(DeviceProcessorTest, IsSilentOnceStopped)
{
    for (const auto isDisposed : {false, true})
    {
        Build();
        m_works.clear();
        m_expected.clear();
        m_lastId = 0;
        Submit(MilliSeconds(10));
        Submit(MilliSeconds(10));
        Simulator::Schedule(MilliSeconds(5), [this, isDisposed] {
            isDisposed ? m_processor->Dispose() : m_processor->Stop();
            EXPECT_FALSE(m_isBusy);
            EXPECT_EQ(m_processor->GetWaiting(), 0u);
        });
        Simulator::Run();
        EXPECT_FALSE(m_works[1].isDone);
        EXPECT_TRUE(m_works[2].started.IsStrictlyNegative());
        Simulator::Destroy();
        m_running = 0;
    }
}

} // namespace
