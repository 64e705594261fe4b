/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MEC_SERVER_HELPER_H
#define SURGERY_MEC_SERVER_HELPER_H

#include "ns3/address.h"
#include "ns3/application-container.h"
#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3
{
namespace surgery
{

class ProfileLibrary;

/**
 * @ingroup dnn-surgery
 *
 * Installs a MecServer.
 */
class MecServerHelper
{
  public:
    /**
     * @param local address and TCP port to listen at
     */
    explicit MecServerHelper(const Address& local);

    /**
     * Set an attribute of the servers that are installed after this call.
     *
     * @param name its name
     * @param value its value
     * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Pick the scheduler of the servers that are installed after this call.
     *
     * @param name a short name ("dds") or a TypeId's name, optionally with attributes in brackets
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    void SetScheduler(const std::string& name);

    /**
     * Pick the price policy of the servers that are installed after this call.
     *
     * @param name a short name ("linear") or a TypeId's name, optionally with attributes in
     *        brackets
     * @throws std::invalid_argument if there is none of that name, listing the known ones
     */
    void SetPricePolicy(const std::string& name);

    /**
     * @param node where to install a server
     * @return the application
     */
    ApplicationContainer Install(Ptr<Node> node) const;

    /**
     * @param nodes where to install a server each
     * @return the applications
     */
    ApplicationContainer Install(const NodeContainer& nodes) const;

    /**
     * @param nodeName where to install a server, by its name in ns3::Names
     * @return the application
     */
    ApplicationContainer Install(const std::string& nodeName) const;

    /**
     * Fix the random streams of servers.
     *
     * @param servers the applications
     * @param stream the first stream to use
     * @return how many were used
     */
    static int64_t AssignStreams(const ApplicationContainer& servers, int64_t stream);

    /**
     * Let programs that decide for servers (ExternalScheduler) know what the servers' devices
     * measure: how many inferences are completed or dropped, and their latency. Servers with other
     * schedulers are left as they are.
     *
     * @param servers the servers
     * @param clients the devices' applications
     */
    static void TellMeasurements(const ApplicationContainer& servers,
                                 const ApplicationContainer& clients);

  private:
    ObjectFactory m_factory;                   ///< makes servers
    std::string m_scheduler;                   ///< by name
    std::string m_pricePolicy;                 ///< by name
    std::shared_ptr<ProfileLibrary> m_library; ///< shared by all of them
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MEC_SERVER_HELPER_H
