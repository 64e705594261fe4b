/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVER_RECORDS_H
#define SERVER_RECORDS_H

#include "served-device.h"

#include "ns3/surgery-certificate.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-mec-server.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Makes the records of what a server decides, which it traces.
 */
class ServerRecords
{
  public:
    /// What a server counts from its start on.
    struct Counts
    {
        uint64_t controlMessages{0}; ///< over control connections, both ways
        uint64_t controlBytes{0};    ///< their size
        uint64_t admitted{0};        ///< visitors admitted
        uint64_t refused{0};         ///< their requests refused
        uint64_t choiceBytes{0};     ///< as TimestepRecord::choiceBytes
        uint64_t peerBytes{0};       ///< as TimestepRecord::peerBytes
    };

    /**
     * @param server the server's node id
     */
    explicit ServerRecords(uint32_t server);

    /**
     * Make the record of a timestep.
     *
     * @param game the devices that took part
     * @param outcome the decision
     * @param certificate the decision's
     * @param now what was counted until now; the record has what is new since the last one
     * @return the record; load and DNNs in the memory are still to be set
     */
    TimestepRecord MakeTimestep(const Game& game,
                                const Outcome& outcome,
                                const Certificate& certificate,
                                const Counts& now);

    /**
     * Make the record of what a device was granted.
     *
     * @param player the device in the game
     * @param dnn the DNN of its decision; empty if it decides itself
     * @param decision the device's
     * @param reason of its cut
     * @param certificate certificate of all decisions
     * @param index of the device in it
     * @return the record
     */
    GrantRecord MakeGrant(const Player& player,
                          const std::string& dnn,
                          const Decision& decision,
                          CutReason reason,
                          const Certificate& certificate,
                          std::size_t index);

    /**
     * Make the record of a GRANT that grants nothing.
     *
     * @param device the device's id
     * @param dnn the DNN that it is to run
     * @param refusal what it gets
     * @return the record
     */
    GrantRecord MakeRefusal(uint32_t device,
                            const std::string& dnn,
                            const ServedDevice::Refusal& refusal) const;

  private:
    /// A cut and its name, which takes a look at all of its layers to find.
    struct NamedCut
    {
        std::shared_ptr<const Cut> cut; ///< it
        std::string label;              ///< GetCutLabel
    };

    uint32_t m_server;                      ///< the server's node id
    Counts m_before;                        ///< at the last timestep's record
    std::map<uint32_t, NamedCut> m_granted; ///< the latest cuts, by device
};

} // namespace surgery
} // namespace ns3

#endif // SERVER_RECORDS_H
