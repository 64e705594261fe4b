/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_LTE_ACCESS_NETWORK_H
#define SURGERY_LTE_ACCESS_NETWORK_H

#include "ns3/data-rate.h"
#include "ns3/net-device-container.h"
#include "ns3/nstime.h"
#include "ns3/surgery-access-network.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{

class LteHelper;
class PointToPointEpcHelper;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * LTE with its core network (EPC): the mobile nodes are UEs, the base stations eNBs in a row along
 * x, centered at the origin, with X2 links between all of them; the gateway is the PGW.
 *
 *     UE ))) eNB --- S1-U --- SGW --- S5 --- PGW --- backhaul --- server
 *
 * Some defaults of ns-3's LTE model harm tensors of some hundred kilobytes. This class sets other
 * values, on the objects of its own network only. The list names each default, what it does, and
 * what is set instead:
 *
 * - RLC UM gives up a segment that HARQ could not deliver. RlcMode is AM.
 * - An RLC buffer of 10 KiB makes TCP's window collapse. MaxTxBufferSize is larger.
 * - RLC AM waits for a grant as large as the data that it retransmits; the wait never ends if the
 *   UE has moved to where grants are small. ResendInSmallGrants prevents that.
 * - SRS every 40 ms end the simulation at the 41st UE of a cell. They are in the same subframe for
 *   the first UE of every cell, which shuts out a UE at the border of two cells permanently.
 *   SrsPeriodicity adapts to the number of UEs, and neighbors use different subframes.
 * - There is no handover. HandoverAlgorithm sets one, and X2 links connect all eNBs.
 * - The eNBs of a handover release a UE that its command has not reached in 200 ms, but retransmit
 *   to it nevertheless, which ends the simulation. HandoverTimeout is longer than the second or two
 *   after which such a UE detects a radio link failure.
 * - Path loss is that of free space, and UEs transmit at 10 dBm. Here it is that of 3GPP's macro
 *   cell, and 23 dBm.
 * - With ideal RRC a device connects where no data passes. IdealRrc is off.
 *
 * All traffic of an EPC passes the PGW. Therefore a server at the base stations' site
 * (AtBaseStation) is modeled by a core network without delay and a short backhaul. Delays are those
 * of a local breakout, but packets still pass the PGW, and with several base stations the server is
 * near all of them.
 *
 * So it is with several sites (InstallSites): the PGW is the center of a star, and the gateway of
 * each site hangs off it. A device's nearest server is no faster to reach than any other.
 *
 * A simulation may have one LTE network, beside networks of other kinds. ns-3 numbers the cells of
 * each network from 1 but looks a cell up by its number among all nodes, and its core network has
 * fixed addresses, 7.0.0.0/8 for the UEs.
 */
class LteAccessNetwork : public AccessNetwork
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    LteAccessNetwork();
    ~LteAccessNetwork() override;

    int64_t AssignStreams(int64_t stream) override;

    bool SpansSites() const override;

    /**
     * Get ns-3's own helper, for what has no attribute here: fading, antennas, attributes of the
     * scheduler before Install, traces after it. The attributes of this class override its own.
     *
     * @return the helper
     */
    Ptr<LteHelper> GetLteHelper() const;

  protected:
    /// Release ns-3's LTE helpers and the cells.
    void DoDispose() override;
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override;
    std::vector<Ptr<Node>> DoInstallSites(const NodeContainer& mobiles,
                                          uint32_t sites,
                                          const std::vector<SiteLink>& links) override;

  private:
    // CONSTRUCTION

    /// Refuse attributes on which LTE would abort. @param mobiles how many
    void CheckAttributes(uint32_t mobiles) const;
    /// Make the eNBs.
    void InstallBaseStations();
    /// Make the UEs. @param mobiles their nodes
    void InstallMobiles(const NodeContainer& mobiles);
    /// Assign addresses to the UEs.
    void AssignAddresses();

    // ATTACHMENT

    /// A UE is connected. @param node its id @param imsi its number @param cell the cell's id
    /// @param rnti its id in the cell
    void HandleConnected(uint32_t node, uint64_t imsi, uint16_t cell, uint16_t rnti);
    /// A UE lost its link. @param node its id @param imsi its number @param cell the cell's id
    /// @param rnti its id in the cell
    void HandleLost(uint32_t node, uint64_t imsi, uint16_t cell, uint16_t rnti);
    /// A UE leaves its cell. @param node its id @param imsi its number @param cell the cell's id
    /// @param rnti its id in the cell @param target the other cell's id
    void HandleHandover(uint32_t node,
                        uint64_t imsi,
                        uint16_t cell,
                        uint16_t rnti,
                        uint16_t target);

    uint32_t m_count{0};                        ///< attribute: BaseStations
    double m_spacing{0};                        ///< attribute, m
    double m_height{0};                         ///< attribute, m
    uint16_t m_uplinkBandwidth{0};              ///< attribute, resource blocks
    uint16_t m_downlinkBandwidth{0};            ///< attribute, resource blocks
    std::string m_scheduler;                    ///< attribute
    double m_baseStationPower{0};               ///< attribute, dBm
    double m_mobilePower{0};                    ///< attribute, dBm
    TypeId m_pathLoss;                          ///< attribute
    double m_pathLossExponent{0};               ///< attribute
    double m_referenceLoss{0};                  ///< attribute, dB
    std::string m_rlcMode;                      ///< attribute
    uint32_t m_maxTxBufferSize{0};              ///< attribute, byte
    bool m_resendInSmallGrants{false};          ///< attribute
    uint32_t m_srsPeriodicity{0};               ///< attribute, ms
    bool m_idealRrc{false};                     ///< attribute
    std::string m_handover;                     ///< attribute
    double m_hysteresis{0};                     ///< attribute, dB
    Time m_timeToTrigger;                       ///< attribute
    Time m_handoverTimeout;                     ///< attribute
    DataRate m_coreRate;                        ///< attribute
    Time m_coreDelay;                           ///< attribute
    bool m_atBaseStation{false};                ///< attribute
    Ptr<LteHelper> m_lte;                       ///< ns-3's
    Ptr<PointToPointEpcHelper> m_epc;           ///< the core network
    NetDeviceContainer m_cells;                 ///< the eNBs' devices
    std::map<uint16_t, uint32_t> m_indexByCell; ///< of the eNBs
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_LTE_ACCESS_NETWORK_H
