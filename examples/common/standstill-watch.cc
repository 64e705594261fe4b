/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "standstill-watch.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

using namespace ns3;

namespace
{

constexpr std::chrono::seconds PERIOD{1}; //!< between two looks
constexpr uint32_t MOST_PERIODS = 5;      //!< in which no time passes
constexpr uint64_t LEAST_EVENTS = 100000; //!< in them: one that takes long is no standstill

/// @param seconds the simulated time
void
Complain(double seconds)
{
    throw std::invalid_argument(
        "the simulation stands still at " + std::to_string(seconds) +
        " s: some attribute is 0 that must not be, such as the time between "
        "two steps of a model");
}

/// Looks at the simulated time now and then, in a thread of its own.
class StandstillWatch
{
  public:
    StandstillWatch()
        : m_time(Simulator::Now()), // makes the simulator, in the thread that runs it
          m_events(Simulator::GetEventCount()),
          m_thread([this] { Watch(); })
    {
    }

    ~StandstillWatch()
    {
        {
            const std::lock_guard<std::mutex> lock(m_mutex);
            m_isOver = true;
        }
        m_end.notify_one();
        m_thread.join();
    }

    StandstillWatch(const StandstillWatch&) = delete;
    StandstillWatch& operator=(const StandstillWatch&) = delete;

  private:
    void Watch()
    {
        std::unique_lock<std::mutex> lock(m_mutex);
        for (uint32_t periods = 1; !m_end.wait_for(lock, PERIOD, [this] { return m_isOver; });
             ++periods)
        {
            const auto now = Simulator::Now();
            const auto events = Simulator::GetEventCount();
            if (now != m_time)
            {
                m_time = now;
                m_events = events;
                periods = 0;
            }
            else if (periods >= MOST_PERIODS && events - m_events >= LEAST_EVENTS)
            {
                // what another thread schedules runs in that of the simulation
                Simulator::ScheduleWithContext(Simulator::NO_CONTEXT,
                                               Time(0),
                                               &Complain,
                                               now.GetSeconds());
                return;
            }
        }
    }

    std::mutex m_mutex;            ///< of m_isOver
    std::condition_variable m_end; ///< told when it is
    bool m_isOver{false};          ///< whether the run is
    Time m_time;                   ///< of the latest look that saw another one
    uint64_t m_events;             ///< until then
    std::thread m_thread;          ///< begins last
};

} // namespace

void
RunSimulator()
{
    const StandstillWatch watch;
    Simulator::Run();
}
