/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SERVED_DEVICE_H
#define SERVED_DEVICE_H

#include "ns3/dnn-partition-frontier.h"
#include "ns3/nstime.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-server-processor.h"

#include <cstdint>
#include <map>
#include <memory>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a server knows of one device: who it is, what it reported, what it was granted, and its
 * work.
 */
class ServedDevice
{
  public:
    /// Work of one inference on the server.
    struct Job
    {
        Activation activation;     ///< what the device sent
        uint64_t streamBytes{0};   ///< size of the message; 0 if its duration tells nothing
        Time received;             ///< its last byte
        Time uplink;               ///< its transfer, without waiting behind an earlier one
        Time start;                ///< of its layers
        Time end{NanoSeconds(-1)}; ///< of its layers; negative while it waits or runs
    };

    /**
     * The device introduces itself or comes back.
     *
     * @param hello as it says
     * @param frontier its cuts; null if it decides itself
     */
    void HandleHello(const Hello& hello, std::shared_ptr<const PartitionFrontier> frontier);

    /**
     * The device gave a sign of life.
     */
    void HandleSign();

    /**
     * @param received bytes received over its present data connection: more or less than at the
     *        last call is a sign of life, unless it is 0
     * @param timeout how long it may be silent
     * @return whether it was silent for longer
     */
    bool IsSilent(uint64_t received, Time timeout);

    /**
     * The device reports.
     *
     * @param state as it says
     * @param bytes the message's size; 0 if its duration tells nothing of the network
     */
    void HandleState(const State& state, uint64_t bytes);

    /**
     * @return whether it ever reported
     */
    bool HasState() const;

    /**
     * @return its cuts; null if it decides itself
     */
    std::shared_ptr<const PartitionFrontier> GetFrontier() const;

    /**
     * @return what it chooses from; null if it decides itself
     */
    const Options& GetOptions() const;

    /**
     * @param share its share in effect, 0..1
     * @param lease how long a GRANT holds
     * @return the device as the game knows it; only its id if it decides itself
     */
    Player MakePlayer(double share, Time lease) const;

    /**
     * Remember what the device is told now.
     *
     * @param player it in the game
     * @param decision for it; without a cut if it decides itself
     * @param shadowPriceS lambda, s
     * @param latencyS T as predicted, s; not finite if unknown
     * @return cut, reason, price and latency, or price and share; the rest is for the server to
     *         fill in
     */
    Grant MakeGrant(const Player& player,
                    const Decision& decision,
                    double shadowPriceS,
                    double latencyS);

    /**
     * Fill in what the device learns of its uplink.
     *
     * @param [in,out] grant a GRANT
     */
    void AddSample(Grant& grant) const;

    /**
     * A message over data arrived.
     *
     * @param sentNs its stamp, ns
     * @return how long it was under way, without waiting behind the one before it
     */
    Time MeasureUplink(int64_t sentNs);

    /**
     * @param inference its id
     * @return its work, null if there is none or it was forgotten
     */
    const Job* FindJob(uint64_t inference) const;

    /**
     * Work arrived.
     *
     * @param activation what the device sent, with a new inference
     * @param bytes the message's size; 0 if its duration tells nothing of the network
     * @param uplink how long it was under way
     * @return what the server has to do for it
     */
    ServerJob AddJob(const Activation& activation, uint64_t bytes, Time uplink);

    /**
     * Work is done.
     *
     * @param inference its id
     * @param start when its layers began
     * @param end when they ended
     * @return it
     */
    const Job& FinishJob(uint64_t inference, Time start, Time end);

    /**
     * Forget the oldest finished work: results are kept for a device that comes back, but not all.
     */
    void ForgetOldJobs();

    /**
     * @param job finished work of the device
     * @return the message with its result
     */
    SurgeryHeader MakeResult(const Job& job) const;

  private:
    /// What the device was last told, and on what grounds.
    struct LastGrant
    {
        std::shared_ptr<const Cut> cut; ///< null: nothing
        Link link;                      ///< of the device then
        double unitPriceS{0};           ///< of the server then, s
        Time time;                      ///< when
    };

    Hello m_hello;                  ///< who it is
    Options m_options;              ///< its cuts; null: it decides itself
    bool m_hasState{false};         ///< whether a STATE came
    State m_state;                  ///< the latest one
    uint32_t m_stateBytes{0};       ///< its size
    Time m_stateDelay;              ///< its way to the server
    Time m_heard;                   ///< last sign of life
    uint64_t m_dataReceived{0};     ///< bytes over data at the last look
    Time m_dataIdleSince;           ///< last byte received as data
    std::map<uint64_t, Job> m_jobs; ///< by inference, some finished ones
    LastGrant m_lastGrant;          ///< over this game's frontier
};

} // namespace surgery
} // namespace ns3

#endif // SERVED_DEVICE_H
