/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_INFERENCE_CLIENT_HELPER_H
#define SURGERY_INFERENCE_CLIENT_HELPER_H

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

class PartitionFrontierCache;
class ProfileLibrary;

/**
 * @ingroup dnn-surgery
 *
 * Installs InferenceClients. For devices of several kinds, set attributes and install once per
 * kind.
 */
class InferenceClientHelper
{
  public:
    /**
     * @param remote address and TCP port of the MecServer
     */
    explicit InferenceClientHelper(const Address& remote);

    /**
     * Set an attribute of the clients that are installed after this call.
     *
     * @param name its name
     * @param value its value
     * @throws std::invalid_argument if there is no such attribute, or the value is not one of its
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Set how the clients that are installed after this call choose their server.
     *
     * @param name a short name ("dds"), or that of a TypeId, optionally with attributes in brackets
     * @throws std::invalid_argument if there is none of that name
     */
    void SetChoice(const std::string& name);

    /**
     * @param node where to install a client
     * @return the application
     */
    ApplicationContainer Install(Ptr<Node> node) const;

    /**
     * @param nodes where to install a client each
     * @return the applications
     */
    ApplicationContainer Install(const NodeContainer& nodes) const;

    /**
     * @param nodeName where to install a client, by its name in ns3::Names
     * @return the application
     */
    ApplicationContainer Install(const std::string& nodeName) const;

    /**
     * Fix the random streams of clients.
     *
     * @param clients the applications
     * @param stream the first stream to use
     * @return how many were used
     */
    static int64_t AssignStreams(const ApplicationContainer& clients, int64_t stream);

  private:
    ObjectFactory m_factory;                             ///< makes clients
    std::string m_choice;                                ///< empty: as the attribute says
    std::shared_ptr<ProfileLibrary> m_library;           ///< shared by all of them
    std::shared_ptr<PartitionFrontierCache> m_frontiers; ///< shared by all of them
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_INFERENCE_CLIENT_HELPER_H
