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
 * What the defaults of ns-3's LTE model do to tensors of some hundred kilobytes, and what is set
 * here instead, on the objects of this network only; nothing is changed for other networks of the
 * same simulation:
 *
 * - RLC UM, which gives up a segment that HARQ could not deliver: RlcMode, AM.
 * - 10 KiB of RLC buffer, so that TCP's window collapses: MaxTxBufferSize.
 * - RLC AM waits for a grant as large as what it has to send again, for ever if the UE has gone
 *   where grants are small: ResendInSmallGrants.
 * - SRS every 40 ms, which ends the simulation with the 41st UE of a cell; and in the same subframe
 *   for the first UE of every cell, which shuts out a UE at the border of two cells for good:
 *   SrsPeriodicity, different subframes for neighbors.
 * - No handover: HandoverAlgorithm, X2 links between all eNBs.
 * - The eNBs of a handover release a UE that its command has not reached in 200 ms, and retransmit
 *   to it nevertheless, which ends the simulation: HandoverTimeout, longer than the second or two
 *   after which such a UE finds its radio link to have failed.
 * - Free-space path loss and 10 dBm up: that of the 3GPP's macro cell, and 23 dBm.
 * - Ideal RRC, which lets a device connect where no data passes: IdealRrc.
 *
 * All traffic of an EPC passes the PGW. A server at the base stations' site (AtBaseStation) is
 * therefore modeled by a core network that costs no time, and a short backhaul: the delays are
 * those of a local breakout, the path through the PGW is not, and with several base stations the
 * server is near to each of them.
 *
 * A simulation may have one LTE network, with networks of other kinds: ns-3 finds a cell by its
 * number among all nodes, numbers the cells of each network from 1, and its core network has fixed
 * addresses, 7.0.0.0/8 for the UEs.
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

    /**
     * ns-3's own helper, for what has no attribute here: fading, antennas, attributes of the
     * scheduler before Install, traces after it. The attributes of this class prevail.
     *
     * @return the helper
     */
    Ptr<LteHelper> GetLteHelper() const;

  protected:
    /// Let go of ns-3's LTE helpers and the cells.
    void DoDispose() override;
    Ptr<Node> DoInstall(const NodeContainer& mobiles) override;

  private:
    // CONSTRUCTION

    /// Say no to attributes that LTE would abort on. @param mobiles how many
    void CheckAttributes(uint32_t mobiles) const;
    /// Make the eNBs.
    void InstallBaseStations();
    /// Make the UEs. @param mobiles their nodes
    void InstallMobiles(const NodeContainer& mobiles);
    /// Address the UEs.
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
