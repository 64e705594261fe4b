/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef REQUEST_TIMERS_H
#define REQUEST_TIMERS_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How long a request may take.
 */
struct TimeLimits
{
    Time timeout;          ///< it is dropped after this, > 0
    Time deadline;         ///< its result is of use until then; 0: no deadline
    bool dropsLate{false}; ///< whether it is dropped when it cannot meet its deadline any more
};

/**
 * @ingroup dnn-surgery
 *
 * Says when requests have taken too long: at their timeout, or as soon as it is certain that they
 * miss their deadline.
 */
class RequestTimers
{
  public:
    /// Called with the id of a request that took too long, and the reason in words.
    using ExpiredCallback = Callback<void, uint64_t, const std::string&>;

    RequestTimers() = default;
    RequestTimers(const RequestTimers&) = delete;
    RequestTimers& operator=(const RequestTimers&) = delete;

    /**
     * @param expired called when a request took too long, until it is canceled
     */
    void SetCallback(ExpiredCallback expired);

    /**
     * A request was made.
     *
     * @param id its id
     * @param limits how long it may take
     */
    void Start(uint64_t id, const TimeLimits& limits);

    /**
     * It became known how long a request still takes at least. If that is longer than what is left
     * until its deadline, and it is to be dropped then, it expires at once, though not within this
     * call. A result at the deadline itself is in time.
     *
     * @param id its id
     * @param rest what it takes from now on, at least
     */
    void Foresee(uint64_t id, Time rest);

    /**
     * A request ended.
     *
     * @param id its id; nothing happens if it is unknown
     */
    void Cancel(uint64_t id);

    /**
     * Forget all requests.
     */
    void CancelAll();

  private:
    /// What is to happen to a request.
    struct Timers
    {
        EventId timeout; ///< end of its time limit
        EventId late;    ///< the first instant after its deadline; never if it may be late
    };

    /// A request took too long. @param id its id
    void HandleTimeout(uint64_t id);
    /// A request is late, or will be. @param id its id
    void HandleLate(uint64_t id);

    ExpiredCallback m_expired;           ///< to the owner
    std::map<uint64_t, Timers> m_timers; ///< by request
};

} // namespace surgery
} // namespace ns3

#endif // REQUEST_TIMERS_H
