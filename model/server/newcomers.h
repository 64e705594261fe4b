/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef NEWCOMERS_H
#define NEWCOMERS_H

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Whom a server admits at a timestep.
 */
enum class AdmissionRule : uint8_t
{
    NOBODY,       //!< the latest newcomer has not played yet, so that no device knows of it
    LARGEST_GAIN, //!< the one with the largest gain; of equal ones the one with the least id
    EVERYBODY,    //!< all
};

/**
 * @ingroup dnn-surgery
 *
 * The devices that asked to join a server since its last timestep.
 */
class Newcomers
{
  public:
    /// The answer to a JOIN.
    struct Answer
    {
        uint32_t device{0};     ///< who asked
        uint64_t number{0};     ///< of its JOIN
        bool isAdmitted{false}; ///< whether it is served from now on
    };

    /**
     * A device asks. If it asked before, only the latest JOIN is answered; a JOIN that comes late
     * or twice changes nothing.
     *
     * @param device its id
     * @param number of its JOIN, from 1
     * @param gainS what Phi is predicted to fall by, s
     */
    void Ask(uint32_t device, uint64_t number, double gainS);

    /**
     * A device asks no more, and may count its JOINs anew.
     *
     * @param device its id
     */
    void Forget(uint32_t device);

    /**
     * Forget all devices.
     */
    void Clear();

    /**
     * Answer all that asked.
     *
     * @param rule whom to admit
     * @param canServe told a device's id, whether it could be served; if not it is refused,
     * whatever its gain; null: each could
     * @return the answers, by device
     */
    std::vector<Answer> Decide(AdmissionRule rule,
                               const std::function<bool(uint32_t)>& canServe = nullptr);

  private:
    /// What a device asked for.
    struct Request
    {
        uint64_t number{0};    ///< of its latest JOIN
        double gainS{0};       ///< its gain
        bool isWaiting{false}; ///< whether it was not answered yet
    };

    std::map<uint32_t, Request> m_requests; ///< by device
};

} // namespace surgery
} // namespace ns3

#endif // NEWCOMERS_H
