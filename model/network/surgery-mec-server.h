/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MEC_SERVER_H
#define SURGERY_MEC_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-message-stream.h"
#include "ns3/surgery-share-processor.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

class RandomVariableStream;
class Socket;

namespace surgery
{

class SurgeryScheduler;

/**
 * @ingroup dnn-surgery
 *
 * What was decided at one timestep, with its certificate (class Certificate).
 */
struct TimestepRecord
{
    Time time;              ///< when the shares took effect
    uint32_t devices{0};    ///< how many played
    double shadowPriceS{0}; ///< lambda, s
    double load{0};         ///< sum of the shares in effect, those on hold included, 0..1
    double potentialS{0};   ///< Phi, s
    double dualGapS{0};     ///< Phi minus the dual bound, s
    double maxRegret{0};    ///< largest gain by moving alone, relative to the mover's cost
    uint32_t rounds{0};     ///< iterations of the scheduler
};

/**
 * @ingroup dnn-surgery
 *
 * What one device was granted at one timestep.
 */
struct GrantRecord
{
    Time time;           ///< when it took effect
    uint32_t device{0};  ///< the client's DeviceId
    double share{0};     ///< of the server, 0..1
    std::string cut;     ///< tensors to send, or "local"
    double latencyS{0};  ///< predicted T, s
    double costS{0};     ///< predicted J, s
    double uplinkBps{0}; ///< the uplink it was decided on, bit/s
};

/**
 * @ingroup dnn-surgery
 *
 * A multi-access edge computing server: it runs the layers that devices send it, and divides its
 * capacity among them.
 *
 * Every Timestep it takes the latest state each device reported, asks its scheduler for cuts and
 * shares, and sends each device a GRANT that holds for LeaseTime. Layers run on a processor with
 * reserved shares (class ShareProcessor).
 *
 * A share that falls to 0 is given to others only once its device has confirmed the GRANT and has
 * nothing offloaded under way any more; until then the old share is on hold, counts as load, and
 * the scheduler has so much less to give. The shares in effect never sum to more than 1.
 *
 * A device is known by the id in its HELLO; a HELLO on a new connection replaces the old one, and
 * the device's work on the server goes on. Work is deduplicated by its inference's id. A device not
 * heard of for DeviceTimeout is forgotten.
 *
 * A message that is no message of ours closes its connection and is counted; the server lives on.
 */
class MecServer : public Application
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    MecServer();
    ~MecServer() override;

    /**
     * Share profiles with other applications, so that each is read once.
     *
     * @param library where DNNs and processors come from
     */
    void SetProfileLibrary(std::shared_ptr<ProfileLibrary> library);

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * @return connections closed for what came over them
     */
    uint64_t GetProtocolErrors() const;

    /**
     * @return the processor with the devices' shares
     */
    Ptr<ShareProcessor> GetShareProcessor() const;

    /**
     * Signature of the trace source Timestep.
     *
     * @param [in] record what was decided
     */
    typedef void (*TimestepTracedCallback)(const TimestepRecord& record);

    /**
     * Signature of the trace source Granted.
     *
     * @param [in] record what one device was granted
     */
    typedef void (*GrantTracedCallback)(const GrantRecord& record);

    /**
     * Signature of the trace source SolverWallTime.
     *
     * @param [in] simulated the timestep
     * @param [in] wallSeconds wall-clock time the scheduler took, s; it never feeds the simulation
     */
    typedef void (*SolverWallTimeTracedCallback)(Time simulated, double wallSeconds);

    /**
     * Signature of the trace source ProtocolError.
     *
     * @param [in] peer the connection's other end
     * @param [in] reason what was wrong, in words
     */
    typedef void (*ProtocolErrorTracedCallback)(const Address& peer, const std::string& reason);

  protected:
    void DoDispose() override;

  private:
    /// Work of one inference on the server.
    struct Job
    {
        Activation activation;   ///< what the device sent
        uint64_t streamBytes{0}; ///< size of the message
        Time received;           ///< its last byte
        Time uplink;             ///< its transfer, without waiting behind an earlier one
        Time start;              ///< of its layers
        Time end;                ///< of its layers; negative while it waits or runs
    };

    /// A device with a HELLO.
    struct Device
    {
        Hello hello;                                       ///< who it is
        std::shared_ptr<const PartitionFrontier> frontier; ///< its cuts
        uint32_t control{0};                               ///< its connection, 0 while it has none
        uint32_t data{0};                                  ///< its connection, 0 while it has none
        bool hasState{false};                              ///< whether a STATE came
        State state;                                       ///< the latest one
        Time heard;                                        ///< last sign of life
        uint64_t dataReceived{0};                          ///< bytes over data at the last look
        Time dataIdleSince;                                ///< last byte received as data
        uint64_t lastGrant{0};                             ///< sequence of the latest GRANT
        uint64_t zeroGrant{0};                             ///< GRANT that took its share, or 0
        uint32_t stateBytes{0};                            ///< size of the latest STATE
        Time stateDelay;                                   ///< its way to the server
        std::map<uint64_t, Job> jobs;                      ///< by inference, some finished ones
    };

    /// A connection, before and after its HELLO.
    struct Connection
    {
        Ptr<MessageStream> stream; ///< its messages
        Address peer;              ///< the other end
        Time accepted;             ///< when it opened
        bool introduced{false};    ///< whether HELLO came
        uint32_t device{0};        ///< set by HELLO
    };

    void StartApplication() override;
    void StopApplication() override;

    // ATTRIBUTES

    /// Read the outage schedule. @param outages "START+DURATION START+DURATION ..."
    void SetOutages(std::string outages);
    /// @return the outage schedule
    std::string GetOutages() const;

    // SERVICE

    /// Open the socket that listens.
    void Listen();
    /// Take connections and begin the timesteps.
    void BeginService();
    /// Close all connections and forget all devices.
    void EndService();

    // CONNECTIONS

    /// A device asks for a connection. @param socket the socket that listens @param peer the device
    /// @return whether it gets one
    bool HandleRequest(Ptr<Socket> socket, const Address& peer);
    /// A connection was accepted. @param socket its socket @param peer the other end
    void HandleAccept(Ptr<Socket> socket, const Address& peer);
    /// A connection's other end closed it, or it broke. @param connection its number
    void HandleClosed(uint32_t connection);
    /// Rubbish came. @param connection its number @param result what is wrong with it
    void HandleProtocolError(uint32_t connection, ParseResult result);
    /// Close a connection for a fault. @param connection its number @param reason in words
    void Reject(uint32_t connection, const std::string& reason);
    /// Close a connection and forget it. @param connection its number, or 0
    void Drop(uint32_t connection);
    /// A message arrived whole. @param connection its number @param header the message
    /// @param bytes its size
    void HandleMessage(uint32_t connection, const SurgeryHeader& header, uint64_t bytes);

    // MESSAGES

    /// A device introduces itself or comes back.
    void HandleHello(uint32_t connection, const Hello& hello);
    /// A device reports.
    void HandleState(Device& device, const State& state, uint64_t bytes);
    /// Tensors arrived.
    void HandleActivation(uint32_t connection, const Activation& activation, uint64_t bytes);
    /// A job's layers are done.
    void HandleJobDone(uint32_t device, uint64_t inference, Time start, Time end);
    /// Send a finished job's result, if its device is connected.
    void SendResult(const Device& device, const Job& job);

    // TIMESTEPS

    /// Ask the scheduler.
    void RunTimestep();
    /// The present game of all devices that can play. @param ids set to the players' ids
    Game MakeGame(std::vector<uint32_t>& ids) const;
    /// Put a decision into effect and tell the devices.
    void Apply(const std::vector<uint32_t>& ids, const Game& game, const Outcome& outcome);
    /// Send a device its grant.
    void SendGrant(Device& device, const Decision& decision, double shadowPriceS);
    /// Update whether a share of 0 may take effect.
    void UpdateHold(const Device& device);
    /// The device that a decision is for, or null if it is not what it was. @param id its id
    /// @param player the device when the scheduler was asked
    Device* FindPlayer(uint32_t id, const Player& player);
    /// Forget devices that are silent, and connections that never said HELLO.
    void ForgetSilentDevices();
    /// Forget one device. @param id its id
    void ForgetDevice(uint32_t id);

    Address m_local;                                     ///< where to listen
    std::string m_processorName;                         ///< the server's processor
    Ptr<SurgeryScheduler> m_scheduler;                   ///< decides
    Ptr<ShareProcessor> m_processor;                     ///< computes
    Ptr<RandomVariableStream> m_decisionDelay;           ///< s
    Time m_timestep;                                     ///< between decisions
    Time m_leaseTime;                                    ///< how long a GRANT holds
    Time m_deviceTimeout;                                ///< how long a device may be silent
    uint32_t m_segmentSize{0};                           ///< of TCP, byte
    uint32_t m_sendBuffer{0};                            ///< of TCP, byte
    uint32_t m_receiveBuffer{0};                         ///< of TCP, byte
    std::vector<std::pair<Time, Time>> m_outages;        ///< start and duration
    std::shared_ptr<ProfileLibrary> m_library;           ///< profiles
    std::unique_ptr<PartitionFrontierCache> m_frontiers; ///< by device type
    Ptr<Socket> m_listener;                              ///< open during an outage too
    std::map<uint32_t, Device> m_devices;                ///< by id
    std::map<uint32_t, Connection> m_connections;        ///< by number, from 1
    uint32_t m_lastConnection{0};                        ///< numbers given so far
    uint64_t m_grantSequence{0};                         ///< GRANTs so far
    bool m_isServing{false};                             ///< whether it is not away
    uint64_t m_protocolErrors{0};                        ///< connections closed for a fault
    EventId m_timestepEvent;                             ///< next RunTimestep
    EventId m_applyEvent;                                ///< decision under way
    std::vector<EventId> m_outageEvents;                 ///< of the schedule

    TracedCallback<const TimestepRecord&> m_timestepTrace;           ///< Timestep
    TracedCallback<const GrantRecord&> m_grantTrace;                 ///< Granted
    TracedCallback<Time, double> m_wallTimeTrace;                    ///< SolverWallTime
    TracedCallback<const Address&, const std::string&> m_errorTrace; ///< ProtocolError
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MEC_SERVER_H
