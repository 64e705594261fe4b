/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MULTI_SERVER_HAND_OUT_H
#define MULTI_SERVER_HAND_OUT_H

#include "multi-server-lines.h"
#include "server-pool.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * From prices of several servers to an equilibrium.
 *
 * 1. Each device takes the line that is cheapest at the prices. Devices for which several are about
 *    as cheap come last, one by one, and take the one that costs all devices least.
 * 2. Few devices: the best of all combinations of lines (branch and bound). Else single changes of
 *    a line, which may lead to another server, as long as one lowers Phi.
 * 3. Best-response moves end the search: no device gains by moving alone.
 */
class MultiServerHandOut
{
  public:
    /**
     * Hand out.
     *
     * @param lines what the devices choose from
     * @param capacities of the servers
     * @param prices of the servers, s
     */
    MultiServerHandOut(const MultiServerLines& lines,
                       const std::vector<double>& capacities,
                       const std::vector<double>& prices);

    /**
     * @param device its index
     * @return the line that it has
     */
    const ResponseLine& GetLine(std::size_t device) const;

    /**
     * @return by device, its share, 0..1
     */
    std::vector<double> GetShares() const;

    /**
     * @return how often lines were changed
     */
    uint32_t GetRounds() const;

  private:
    /// A change of one device's line.
    struct Change
    {
        double gain;     ///< at most so much, s
        uint32_t device; ///< who
        uint32_t line;   ///< its new line
    };

    /// Step 1. @param prices of the servers, s
    void Choose(const std::vector<double>& prices);
    /// Step 2: take the change that lowers Phi most, until none does.
    void TakeBestChanges();
    /// Step 2 for many devices: take changes that lower Phi, the most promising first.
    void TakeChanges();
    /// Step 3.
    void MoveToBestResponses();

    /// @param shares by device @return by server, capacity that nobody has
    std::vector<double> GetUnused(const std::vector<double>& shares) const;
    /// @param device who @param share its share @param unused by server, capacity that nobody has
    /// @return its best response, a line
    uint32_t FindResponse(uint32_t device, double share, const std::vector<double>& unused) const;
    /// Find changes that might lower Phi. @return them, the most promising first
    std::vector<Change> GetPromising() const;
    /// @param device who @param line its new line @return what it adds to Phi, s
    double GetIncrease(uint32_t device, uint32_t line) const;
    /// @param device who @param line one of its lines @return what it brings to the line's server
    ServerPool::Member GetMember(uint32_t device, uint32_t line) const;
    /// Give a device another line. @param device who @param line the new line
    void Set(uint32_t device, uint32_t line);
    /// @return Phi of the present lines, s
    double GetPotential() const;

    const MultiServerLines& m_lines;       ///< what the devices choose from
    const std::vector<double>& m_capacity; ///< by server
    std::vector<ServerPool> m_pools;       ///< by server
    std::vector<uint32_t> m_choices;       ///< lines by device
    uint32_t m_rounds{0};                  ///< changes
};

} // namespace surgery
} // namespace ns3

#endif // MULTI_SERVER_HAND_OUT_H
