/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_OUTAGE_SCHEDULE_H
#define SURGERY_OUTAGE_SCHEDULE_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * When something is unavailable: START+DURATION pairs in ns-3's Time notation, separated by blanks
 * or commas ("10s+5s 60s+500ms"), in simulated time. Outages that overlap or touch are one.
 */
class OutageSchedule
{
  public:
    /// Make a schedule without outages.
    OutageSchedule() = default;

    /**
     * @param owner what messages begin with: the attribute
     * @param text the pairs
     * @throws std::invalid_argument if a word is no such pair
     */
    OutageSchedule(const std::string& owner, const std::string& text);

    /**
     * @return the pairs in text, in nanoseconds, as they were given
     */
    std::string ToString() const;

    /**
     * Schedule all further outages. One that has already begun begins at once.
     *
     * @param begin called when an outage begins
     * @param end called when an outage ends
     */
    void Start(Callback<void> begin, Callback<void> end);

    /// Forget what Start scheduled.
    void Cancel();

  private:
    std::vector<std::pair<Time, Time>> m_outages; ///< start and duration
    std::vector<EventId> m_events;                ///< of Start
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_OUTAGE_SCHEDULE_H
