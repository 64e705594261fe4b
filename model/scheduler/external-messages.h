/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXTERNAL_MESSAGES_H
#define EXTERNAL_MESSAGES_H

#include "ns3/surgery-game.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/// What a device has measured of inferences that ended since the last decision.
struct Measurement
{
    uint32_t completed{0}; ///< inferences that were completed
    uint32_t dropped{0};   ///< inferences that were dropped
    double latencySumS{0}; ///< sum of the latencies of those completed, waiting included, s
};

/// What was measured since the last decision, by device.
using Measurements = std::map<uint32_t, Measurement>;

/**
 * @ingroup dnn-surgery
 *
 * The messages between an ExternalScheduler and its program, as lines of JSON: doc/bridge.md
 * describes them. What does not change is sent once: the cuts of a frontier, and what a cut's work
 * costs a device.
 */
class ExternalMessages
{
  public:
    /// Name and version of the protocol.
    static constexpr auto PROTOCOL = "dnn-surgery/scheduler/1";

    /**
     * @param server id of the server's node, which all messages name
     */
    explicit ExternalMessages(uint32_t server);

    /**
     * @param processor the server's
     * @return the message that opens a connection
     */
    std::string MakeHello(const std::string& processor) const;

    /**
     * Ask for a decision.
     *
     * @param game the devices, at least one
     * @param timeS simulated time, s
     * @param advice what another scheduler decides, or null
     * @param measurements what was measured since the last decision, or null
     * @return lines, the last of which awaits a decision
     */
    std::string MakeQuestion(const Game& game,
                             double timeS,
                             const Outcome* advice,
                             const Measurements* measurements);

    /**
     * @param line the answer to MakeQuestion
     * @param game the same game
     * @return the decision
     * @throws std::runtime_error if it is none (ReadDecision)
     */
    Outcome ReadAnswer(const std::string& line, const Game& game) const;

    /**
     * @return the message that ends a connection
     */
    std::string MakeEnd() const;

    /// Forget a device. @param device its id
    void Forget(uint32_t device);

    /// Forget all devices.
    void ForgetAll();

  private:
    /// A frontier whose cuts were sent.
    struct Frontier
    {
        std::shared_ptr<const PartitionFrontier> frontier; ///< kept, so that its address is its own
        uint32_t id{0};                                    ///< in messages
        Cuts cuts;                                         ///< in the order of messages
        std::map<const Cut*, uint32_t> indices;            ///< of the cuts
        std::size_t sent{0};                               ///< how many of the cuts were sent
    };

    /// What was sent about a device.
    struct Device
    {
        Options options;     ///< its options
        double weight{0};    ///< what a second on the server costs it
        std::size_t cuts{0}; ///< of all options together
    };

    /// @param frontier of a player @return what was sent of it
    Frontier& Know(const std::shared_ptr<const PartitionFrontier>& frontier);
    /// @param frontier with the cut @param cut known or new @return its index
    static uint32_t Add(Frontier& frontier, const std::shared_ptr<const Cut>& cut);
    /// Know all cuts of a game and of advice. @param game it @param advice or null
    void AddCuts(const Game& game, const Outcome* advice);
    /// Tell what is new about a frontier. @param frontier it @param lines to append to
    void TellFrontier(Frontier& frontier, std::string& lines) const;
    /// Tell what is new about a device. @param player it @param lines to append to
    void TellDevice(const Player& player, std::string& lines);
    /// @param option of a player @return its cuts, in the order of messages
    const Cuts& GetCuts(const Option& option) const;

    uint32_t m_server;                                        ///< id of the server's node
    std::map<const PartitionFrontier*, Frontier> m_frontiers; ///< known
    std::map<uint32_t, Device> m_devices;                     ///< known, by id
};

} // namespace surgery
} // namespace ns3

#endif // EXTERNAL_MESSAGES_H
