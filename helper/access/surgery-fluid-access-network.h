/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_FLUID_ACCESS_NETWORK_H
#define SURGERY_FLUID_ACCESS_NETWORK_H

#include "ns3/event-id.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-fluid-host.h"
#include "ns3/surgery-fluid-link.h"
#include "ns3/surgery-fluid-network.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

class MobilityModel;
class RandomVariableStream;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A network without packets, for many devices: bytes flow over links that have a rate and a delay,
 * and that flows share. A message costs a handful of events, however long it is.
 *
 * Each mobile node has its own two links, one per direction, or all of a site share a cell. The
 * links between sites, and those to the servers, are shared by all flows that cross them, max-min.
 * What is left out: slow start and all that congestion control does, losses, acknowledgments; of
 * headers there is what HeaderFactor says. Nodes have neither devices nor an internet stack, so
 * there is nothing to capture.
 *
 * One network covers several sites. A mobile node is attached to the nearest one, and keeps its
 * address and its connections when it is attached to another.
 */
class FluidAccessNetwork : public AccessNetwork
{
  public:
    static constexpr uint32_t MAX_DEVICES = 100000; ///< most mobile nodes of a network

    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FluidAccessNetwork();
    ~FluidAccessNetwork() override;

    bool SpansSites() const override;
    void SetFirstSites(const std::vector<uint32_t>& sites) override;
    Address GetServerAddress(uint16_t port, uint32_t site = 0) const override;

    /**
     * Refuse to capture.
     *
     * @param path the PCAP file
     * @param site of the server, from 0
     * @throws std::invalid_argument always
     */
    void EnablePcap(const std::string& path, uint32_t site = 0) const override;

    int64_t AssignStreams(int64_t stream) override;

    /**
     * @param mobile index of a mobile node
     * @return its link toward the gateway, or its cell
     */
    Ptr<FluidLink> GetUplink(uint32_t mobile) const;

    /**
     * @param mobile index of a mobile node
     * @return its link from the gateway, or its cell
     */
    Ptr<FluidLink> GetDownlink(uint32_t mobile) const;

    /**
     * Attach a mobile node to a site.
     *
     * @param mobile index of a mobile node
     * @param site where, from 0
     */
    void MoveTo(uint32_t mobile, uint32_t site);

  protected:
    /// Release links, hosts and random variables.
    void DoDispose() override;
    void Build(const NodeContainer& mobiles,
               const NodeContainer& servers,
               const std::vector<SiteLink>& links) override;
    void CutBackhaul(bool isCut) override;

  private:
    /// The two directions of a link; in a cell that is half duplex, they are one.
    struct Pair
    {
        Ptr<FluidLink> up;   ///< toward the gateway, or the center
        Ptr<FluidLink> down; ///< from there
    };

    /// A mobile node.
    struct Mobile
    {
        Ptr<FluidHost> host;      ///< in the network
        Pair own;                 ///< its links, unless there are cells
        Ptr<MobilityModel> place; ///< where it is, or null
        uint32_t site{0};         ///< to which it is attached
        EventId arrival;          ///< at another site
    };

    /// Build servers and the links to them. @param servers the servers' nodes
    void BuildServers(const NodeContainer& servers);
    /// Build the backhaul. @param sites how many @param links between them
    void BuildBackhaul(uint32_t sites, const std::vector<SiteLink>& links);
    /// Set all rates, and attach all mobile nodes.
    void Begin();
    /// Draw a rate. @param mbps its distribution @param name the attribute @return it, bit/s
    static double DrawBps(Ptr<RandomVariableStream> mbps, const std::string& name);
    /// Give a mobile node the links of its site. @param mobile it
    void AttachLinks(const Mobile& mobile);
    /// Attach a mobile node at once. @param mobile index of it
    void AttachMobile(uint32_t mobile);
    /// Attach mobile nodes to the nearest sites, and look again later.
    void Roam();

    Ptr<RandomVariableStream> m_uplinkMbps;   ///< attribute
    Ptr<RandomVariableStream> m_downlinkMbps; ///< attribute
    Time m_delay;                             ///< attribute
    bool m_hasCells{false};                   ///< attribute
    bool m_isHalfDuplex{false};               ///< attribute
    bool m_isEqual{false};                    ///< attribute
    double m_headerFactor{0};                 ///< attribute
    Time m_roamingInterval;                   ///< attribute
    Time m_roamingGap;                        ///< attribute
    double m_roamingMargin{0};                ///< attribute

    bool m_useIpv6{false};              ///< whether addresses are IPv6
    Ptr<FluidNetwork> m_network;        ///< all links
    std::vector<uint32_t> m_firstSites; ///< of mobile nodes, if they were told
    std::vector<Mobile> m_mobiles;      ///< in their order
    std::vector<Pair> m_cells;          ///< by site, if there are any
    std::vector<Pair> m_serverLinks;    ///< by site
    Pair m_gap;                         ///< what carries nothing
    EventId m_roam;                     ///< the next look
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_FLUID_ACCESS_NETWORK_H
