/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_MEC_SERVER_H
#define SURGERY_MEC_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/data-rate.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-compat.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-model-record.h"
#include "ns3/surgery-outage-schedule.h"
#include "ns3/surgery-welfare.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

class Announcer;
class ClientConnections;
class DecisionProcess;
class JointPlanning;
class OffloadedJobs;
class PricePolicy;
class Reception;
class ServedDevice;
class ServedModels;
class ServerRecords;
class ShareLedger;
class ServerProcessor;

/**
 * @ingroup dnn-surgery
 *
 * What was decided at one timestep, with its certificate (class Certificate). If the devices decide
 * themselves, the server cannot know Phi, gap and regret: they are NaN (class GameObserver computes
 * them).
 */
struct TimestepRecord
{
    Time time;                   ///< when the shares took effect
    uint32_t server{0};          ///< the server's node id
    uint32_t devices{0};         ///< number of devices that took part
    double shadowPriceS{0};      ///< lambda, s
    double load{0};              ///< sum of the shares in effect, those on hold included, 0..1
    double potentialS{0};        ///< Phi, s
    double dualGapS{0};          ///< Phi minus the dual bound, s
    double maxRegret{0};         ///< largest gain by moving alone, relative to the mover's cost
    uint32_t rounds{0};          ///< iterations of the scheduler, or questions to the devices
    uint64_t controlMessages{0}; ///< over control connections since the last record, both ways
    uint64_t controlBytes{0};    ///< their size, without the headers of TCP and IP
    uint32_t residentModels{0};  ///< DNNs whose weights are in the server's memory
    uint32_t overloaded{0};  ///< devices whose requests come faster than their slowest stage allows
    uint32_t admitted{0};    ///< visitors admitted since the last record
    uint32_t refused{0};     ///< their requests refused since then
    uint64_t choiceBytes{0}; ///< all messages of visits, ANNOUNCE, JOIN and ADMISSION since then,
                             ///< both ways, without the headers of TCP and IP
    double largestExcess{0}; ///< first part of the dual gap: what the device that pays most beyond
                             ///< its cheapest choice pays so, of what it pays at the price
    double unsoldS{0};       ///< second part: value of capacity that nobody uses, s
    uint64_t peerBytes{0};   ///< messages sent to other servers since then, likewise
    double postedPriceS{0};  ///< the posted price p of the whole server, beside each rho, s
    Welfare welfare;         ///< what the outcome is worth at it; all 0 if there are no prices
};

/**
 * @ingroup dnn-surgery
 *
 * What one device was granted at one timestep. If the devices decide themselves, the server does
 * not know cut, latency, cost and uplink: the cut is empty, and the others are NaN.
 */
struct GrantRecord
{
    Time time;                         ///< when it took effect
    uint32_t server{0};                ///< the server's node id
    uint32_t device{0};                ///< the client's DeviceId
    double share{0};                   ///< of the server, 0..1
    std::string cut;                   ///< tensors to send, or "local"
    double latencyS{0};                ///< predicted T, s
    double costS{0};                   ///< predicted J, s
    double uplinkBps{0};               ///< estimated uplink rate that the decision used, bit/s
    CutReason reason{CutReason::KEPT}; ///< why the cut is another than before, or none was decided
    std::optional<uint32_t> variant;   ///< index of the device's variant that is cut; nothing if
                                       ///< the device decides itself
    std::string dnn;                   ///< that variant's DNN; empty if the device decides itself
};

/**
 * @ingroup dnn-surgery
 *
 * A multi-access edge computing server. It runs the layers that devices send to it, and divides its
 * capacity among the devices.
 *
 * Every Timestep it takes the latest state that each device reported, asks its scheduler for cuts
 * and shares, and sends each device a GRANT that holds for LeaseTime. Layers run on a processor
 * with reserved shares (class ShareProcessor).
 *
 * A DNN's weights must be in the server's memory (ModelMemory) before a device gets a share for it.
 * They are loaded when a decision first gives one (LoadDelay, LoadRate); until then, and while
 * there is no room for them, the device is granted nothing, and works locally (class ServedModels).
 *
 * The server may post a price at each timestep, which devices pay for their shares in addition to
 * their rho (PricePolicy). Every scheduler decides the game at that price.
 *
 * A share that falls to 0 is given to others only once its device does not need it (class
 * ShareLedger).
 *
 * Several servers know each other by Peers: each announces its terms to the others after every
 * timestep, and passes on all of them to devices that may choose (class Announcer). Devices visit
 * servers that do not serve them, to measure the network and to ask to join (class Reception); one
 * newcomer is admitted per timestep (Admission). A device that is served by another server but
 * awaits results here does not play.
 *
 * The id in a HELLO identifies the device (class ClientConnections). The server continues a
 * device's work while the device reconnects, and does work with the same inference id only once. It
 * forgets a device that is silent for DeviceTimeout.
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
     * Share profiles with other applications, so that each profile is read once.
     *
     * @param library where DNNs and processors come from
     */
    void SetProfileLibrary(std::shared_ptr<ProfileLibrary> library);

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream) SURGERY_OVERRIDE_SINCE_3_42;

    /**
     * @return by which part cuts that were left out may be better than all known ones
     *         (PartitionFrontier::GetTolerance), for any device so far; 0 if devices decide
     */
    double GetCutTolerance() const;

    /**
     * @return number of connections closed because of what came over them
     */
    uint64_t GetProtocolErrors() const;

    /**
     * @return the processor with the devices' shares
     */
    Ptr<ServerProcessor> GetServerProcessor() const;

    /**
     * @return the devices' connections
     */
    Ptr<ClientConnections> GetConnections() const;

    /**
     * @return the object that decides cuts and shares
     */
    Ptr<DecisionProcess> GetScheduler() const;

    /**
     * @return the object that sets prices
     */
    Ptr<PricePolicy> GetPricePolicy() const;

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
     * Signature of the trace source ModelChanged.
     *
     * @param [in] record what happened to a DNN's weights
     */
    typedef void (*ModelTracedCallback)(const ModelRecord& record);

  protected:
    /// Cancel all events and release all objects.
    void DoDispose() override;

  private:
    /// Listen and begin the timesteps.
    /// @throws std::invalid_argument if an attribute's value cannot be used
    void StartApplication() override;
    /// Close all connections permanently.
    void StopApplication() override;

    // ATTRIBUTES

    /// Replace the scheduler, and cancel a decision under way. @param scheduler the new one
    void SetScheduler(Ptr<DecisionProcess> scheduler);
    /// Read the outage schedule. @param outages "START+DURATION START+DURATION ..."
    void SetOutages(std::string outages);
    /// @return the outage schedule
    std::string GetOutages() const;

    /// Read the addresses of the peers. @param peers as ParsePeers takes them
    void SetPeers(std::string peers);
    /// @return the addresses of the peers
    std::string GetPeers() const;

    // SERVICE

    /// @return whether the application was started
    bool IsRunning() const;
    /// Get ready to know other servers. @throws std::invalid_argument if one is this one
    void StartAnnouncer();
    /// Get ready for the joint solution. @throws std::invalid_argument if Orchestrator is neither
    /// this server nor a peer
    void StartPlanning();
    /// @return what a message with tensors costs the server
    HostWork GetHostWork() const;
    /// Let the scheduler decide for this server.
    void StartScheduler();
    /// Accept connections and begin the timesteps.
    void BeginService();
    /// Close all connections and forget all devices.
    void EndService();

    // MESSAGES

    /// A device introduces itself or comes back. @param hello its HELLO @return a fault, or nothing
    std::string HandleHello(const Hello& hello);
    /// A device sent a message. @param id its id @param header the message @param bytes its size
    /// @return a fault, or nothing
    std::string HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes);
    /// Get the size of a message as a sample. @param id the device's id @param role the connection
    /// of the last message @param bytes its size @return the same, or 0 if TCP held it up, so that
    /// it is no sample
    uint64_t CountForSample(uint32_t id, ConnectionRole role, uint64_t bytes) const;
    /// A probe arrived. @param id the device's id @param probe the probe @param header its message
    /// @param bytes the message's size
    void HandleProbe(uint32_t id, const Probe& probe, const SurgeryHeader& header, uint64_t bytes);

    // TIMESTEPS

    /// Begin a decision, unless one is under way.
    void RunTimestep();
    /// @return the present game of all devices that can take part, without a posted price
    Game MakeGame() const;
    /// Set the price for a timestep. @param game the game without it
    /// @throws std::invalid_argument if the policy sets what is no price
    void PostPrice(const Game& game);
    /// @return whether any device may go to another server
    bool MayDevicesLeave() const;
    /// Answer visitors that asked to be served.
    void AdmitNewcomers();
    /// Tell other servers and choosing devices what the server offers. @param game the devices that
    /// took part @param outcome the decision
    void TellOffers(const Game& game, const Outcome& outcome);
    /// Another server sent a message over its connection. @param peer its node id
    /// @param header the message @return what is wrong with it, in words, or nothing
    std::string HandlePeer(uint32_t peer, const SurgeryHeader& header);
    /// Tell the devices that may choose what a server offers. @param server its node id, this one's
    /// or a peer's
    void PassOn(uint32_t server);
    /// If the server decides, ask devices whose HELLO names no DNN to introduce themselves again.
    void AskStrangers();
    /// Let devices that another server serves now wait for their results for another lease.
    void RenewLeases();
    /// Put a decision into effect and tell the devices. @param game the devices that took part
    /// @param outcome the decision
    void Apply(const Game& game, const Outcome& outcome);
    /// Tell a device that it is granted nothing, because its DNN is not there. @param id its id
    /// @param reason why not @param shadowPriceS lambda, s
    void Refuse(uint32_t id, CutReason reason, double shadowPriceS);
    /// Trace a change of the DNNs in the memory. @param record what changed, without the server
    void TraceModel(ModelRecord record);
    /// Trace a timestep. @param game the devices that took part @param outcome the decision
    /// @param certificate the decision's
    void TraceTimestep(const Game& game, const Outcome& outcome, const Certificate& certificate);
    /// Number a GRANT, fill in share, lease and sample, and send it. @param device the device's id
    /// @param grant the rest of the GRANT
    void Send(uint32_t device, Grant grant);
    /// Send a device a message over its control connection. @param device its id
    /// @param header the message
    void SendControl(uint32_t device, const SurgeryHeader& header);
    /// Find the device that a decision is for. @param player the device when the decision began
    /// @return the device, or null if it has left or changed its DNN
    ServedDevice* FindPlayer(const Player& player);
    /// Forget silent devices, and close connections that have sent no HELLO.
    void ForgetSilentDevices();
    /// Forget one device. @param id its id
    void ForgetDevice(uint32_t id);

    Address m_local;                                     ///< where to listen
    std::string m_processorName;                         ///< the server's processor
    Ptr<DecisionProcess> m_scheduler;                    ///< decides cuts and shares
    Ptr<ServerProcessor> m_processor;                    ///< runs the devices' layers
    Ptr<PricePolicy> m_pricePolicy;                      ///< sets prices
    double m_postedPriceS{0};                            ///< for the present timestep
    std::unique_ptr<ShareLedger> m_ledger;               ///< who holds which share
    std::unique_ptr<ServedModels> m_models;              ///< DNNs in the memory
    std::unique_ptr<OffloadedJobs> m_jobs;               ///< what devices offloaded
    Ptr<ClientConnections> m_connections;                ///< to the devices
    uint64_t m_modelMemory{0};                           ///< attribute, byte; 0: unlimited
    DataRate m_loadRate;                                 ///< attribute; 0: without a limit
    Time m_loadDelay;                                    ///< attribute
    std::vector<Address> m_peers;                        ///< other servers
    Time m_peerRetryInterval;                            ///< attribute
    bool m_admission{true};                              ///< attribute
    std::unique_ptr<Announcer> m_announcer;              ///< what servers offer
    std::unique_ptr<Reception> m_reception;              ///< devices that visit
    std::unique_ptr<ServerRecords> m_records;            ///< of its decisions
    std::string m_orchestrator;                          ///< attribute
    std::unique_ptr<JointPlanning> m_planning;           ///< null: none plans for all
    Time m_hostTime;                                     ///< attribute
    double m_hostTimePerByte{0};                         ///< attribute, ns
    Time m_timestep;                                     ///< between decisions
    Time m_leaseTime;                                    ///< how long a GRANT holds
    Time m_deviceTimeout;                                ///< how long a device may be silent
    OutageSchedule m_outages;                            ///< when the server is off
    std::shared_ptr<ProfileLibrary> m_library;           ///< profiles
    std::unique_ptr<PartitionFrontierCache> m_frontiers; ///< by device type
    std::map<uint32_t, std::unique_ptr<ServedDevice>> m_devices; ///< by id
    uint64_t m_grantSequence{0};                                 ///< number of the latest GRANT
    EventId m_timestepEvent;                                     ///< next RunTimestep

    TracedCallback<const TimestepRecord&> m_timestepTrace; ///< Timestep
    TracedCallback<const GrantRecord&> m_grantTrace;       ///< Granted
    TracedCallback<const ModelRecord&> m_modelTrace;       ///< ModelChanged
    TracedValue<double> m_load{0};                         ///< Load
    TracedValue<double> m_shadowPrice{0};                  ///< ShadowPrice, s
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_MEC_SERVER_H
