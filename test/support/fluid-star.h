/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLUID_STAR_H
#define FLUID_STAR_H

#include "star-network.h"

#include "ns3/inet-socket-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-fluid-host.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-fluid-network.h"

#include <cstdint>
#include <vector>

/// A star of fluid links: StarNetwork without packets.
/// @ingroup dnn-surgery-tests
class FluidStar : public Star
{
  public:
    /// The two directions of a device's link.
    struct Link
    {
        ns3::Ptr<ns3::surgery::FluidLink> up;   ///< toward the server
        ns3::Ptr<ns3::surgery::FluidLink> down; ///< from there
    };

    /// @param devices how many @param headerFactor bytes on the links per byte of a stream
    FluidStar(uint32_t devices, double headerFactor)
        : Star(devices),
          m_links(devices)
    {
        using namespace ns3::surgery;
        const auto network = ns3::Create<FluidNetwork>(headerFactor);
        m_serverHost = FluidHost::Install(m_server.Get(0), network, false);
        for (uint32_t i = 0; i < devices; ++i)
        {
            m_hosts.push_back(FluidHost::Install(m_devices.Get(i), network, false));
        }
    }

    /// Give a device its link, before it is used. @param device it @param bps in each direction
    /// @param delay one way @return the link
    const Link& SetLink(uint32_t device, double bps, ns3::Time delay)
    {
        using ns3::surgery::FluidLink;
        m_links[device] = {FluidLink::MakePrivate(bps), FluidLink::MakePrivate(bps)};
        const auto& link = m_links[device];
        m_hosts[device]->Attach(0, {{link.up}, delay}, {{link.down}, delay});
        return link;
    }

    ns3::InetSocketAddress GetServerAddress(uint32_t /* device */) const override
    {
        return ns3::InetSocketAddress::ConvertFrom(m_serverHost->GetAddress(4600));
    }

  private:
    ns3::Ptr<ns3::surgery::FluidHost> m_serverHost;         ///< of the server
    std::vector<ns3::Ptr<ns3::surgery::FluidHost>> m_hosts; ///< by device
    std::vector<Link> m_links;                              ///< by device
};

#endif // FLUID_STAR_H
