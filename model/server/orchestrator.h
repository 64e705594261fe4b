/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef ORCHESTRATOR_H
#define ORCHESTRATOR_H

#include "ns3/dnn-partition-frontier.h"
#include "ns3/nstime.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-multi-server-game.h"

#include <cstdint>
#include <map>
#include <memory>
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
 * Plans which device is served where: the joint solution of the game over all servers, as far as
 * servers reported of devices. A device counts at the servers that reported of it: the one that
 * serves it and those that it visits.
 */
class Orchestrator
{
  public:
    /// A device that is better served elsewhere.
    struct Transfer
    {
        uint32_t device{0}; ///< its id
        uint32_t from{0};   ///< node id of the server that serves it
        uint32_t to{0};     ///< node id of the server that is to serve it
    };

    /**
     * @param library where DNNs and processors come from
     * @param lifetime how old a report may be
     */
    Orchestrator(std::shared_ptr<ProfileLibrary> library, Time lifetime);

    /**
     * Take a report, which replaces the one before of this server about this device.
     *
     * @param report the report
     * @return what is wrong with it, in words, or nothing
     */
    std::string Take(const Report& report);

    /**
     * Solve the joint game. A plan that lowers Phi by less than 1 % is none: links are measured,
     * and devices that move are served worse for a while.
     *
     * @return the devices to move, by id
     */
    std::vector<Transfer> Plan();

    /**
     * Forget all reports.
     */
    void Clear();

  private:
    /// A report, and the device as it would be at its server.
    struct Known
    {
        Report report; ///< the report
        Player player; ///< the device there
    };

    /// Make the game of the devices that are served. @param [out] servers node ids by index
    /// @param [out] devices ids by index @param [out] present index of the server that serves each
    /// @return the game
    MultiServerGame MakeGame(std::vector<uint32_t>& servers,
                             std::vector<uint32_t>& devices,
                             std::vector<uint32_t>& present);
    /// Forget reports that are too old.
    void ForgetOld();

    PartitionFrontierCache m_frontiers;                    ///< of all devices at all servers
    Time m_lifetime;                                       ///< of a report
    std::map<uint32_t, std::map<uint32_t, Known>> m_known; ///< by device, by server
};

} // namespace surgery
} // namespace ns3

#endif // ORCHESTRATOR_H
