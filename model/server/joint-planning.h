/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef JOINT_PLANNING_H
#define JOINT_PLANNING_H

#include "orchestrator.h"

#include "ns3/address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-header.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class Announcer;
class ClientConnections;
class Reception;
class ServedDevice;

/**
 * @ingroup dnn-surgery
 *
 * A server's part in the joint solution that one server, the orchestrator, computes for all: it
 * reports its devices and visitors to the orchestrator, and tells devices to move as the
 * orchestrator plans. On the orchestrator itself, it answers the reports.
 */
class JointPlanning
{
  public:
    /// The server's devices by id.
    using Devices = std::map<uint32_t, std::unique_ptr<ServedDevice>>;

    /**
     * @param server the server's node id
     * @param processor name of its processor profile
     * @param connections to the devices, and from other servers
     * @param announcer the connections to other servers, and what they announced
     */
    JointPlanning(uint32_t server,
                  const std::string& processor,
                  Ptr<ClientConnections> connections,
                  Announcer& announcer);

    ~JointPlanning();

    /**
     * Report to another server.
     *
     * @param orchestrator where it listens; one of the peers
     */
    void ReportTo(const Address& orchestrator);

    /**
     * Be the orchestrator.
     *
     * @param library where DNNs and processors come from
     * @param lifetime how old a report may be
     */
    void Orchestrate(std::shared_ptr<ProfileLibrary> library, Time lifetime);

    /**
     * After a timestep: report, and plan on the orchestrator.
     *
     * @param devices the server's devices
     * @param reception the server's visitors
     */
    void HandleTimestep(const Devices& devices, const Reception& reception);

    /**
     * Another server reports.
     *
     * @param peer its node id
     * @param report the report
     * @return what is wrong with it, in words, or nothing
     */
    std::string HandleReport(uint32_t peer, const Report& report);

    /**
     * Forget all reports.
     */
    void Clear();

    /**
     * @return bytes of PLANs sent so far, without the headers of TCP and IP
     */
    uint64_t GetBytesSent() const;

  private:
    /// Report a device. @param device the device @param isServed whether the server serves it
    void Tell(const ServedDevice& device, bool isServed);
    /// Plan, and tell the servers of the devices that are to move.
    void Plan();
    /// The orchestrator answered. @param plan what it wants
    void HandlePlan(const surgery::Plan& plan);

    uint32_t m_server;                    ///< the server's node id
    std::string m_processor;              ///< the server's
    Ptr<ClientConnections> m_connections; ///< to the devices, from servers
    Announcer& m_announcer;               ///< to servers
    Address m_orchestrator;               ///< another one; invalid: none
    std::unique_ptr<Orchestrator> m_own;  ///< null: this is not the orchestrator
    uint64_t m_bytesSent{0};              ///< of PLANs
};

} // namespace surgery
} // namespace ns3

#endif // JOINT_PLANNING_H
