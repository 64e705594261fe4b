/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_INFERENCE_CLIENT_H
#define SURGERY_INFERENCE_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/surgery-compat.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-inference.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3
{

class RandomVariableStream;

namespace surgery
{

class Bidder;
class DeviceIdClaim;
class DeviceProcessor;
class GrantedCut;
class LinkEstimator;
class LinkMonitor;
class LinkProber;
class OngoingInferences;
class ServerConnection;
struct CutPlan;
struct OngoingInference;

/**
 * @ingroup dnn-surgery
 *
 * A device changes where it cuts its DNN.
 */
struct CutChangeRecord
{
    Time time;                         ///< when the device learned of it
    uint32_t device{0};                ///< the client's DeviceId
    uint32_t server{0};                ///< the node id of its server
    std::string oldCut;                ///< tensors sent until now, or "local"
    std::string newCut;                ///< tensors to send, or "local"
    CutReason reason{CutReason::KEPT}; ///< why
};

/**
 * @ingroup dnn-surgery
 *
 * A device estimates its network to the server anew.
 */
struct LinkRecord
{
    Time time;             ///< when
    uint32_t device{0};    ///< the client's DeviceId
    uint32_t server{0};    ///< the node id of its server
    double uplinkBps{0};   ///< estimated rate toward the server, bit/s
    double downlinkBps{0}; ///< estimated rate toward the device, bit/s
};

/**
 * @ingroup dnn-surgery
 *
 * A mobile device that runs a DNN over and over, with the help of a MecServer.
 *
 * It makes requests, runs the device's layers of each on its processor (first come, first served),
 * sends the tensors that cross the cut, and awaits the result. Requests come in a closed loop (a
 * ThinkTime after each result) or, with OpenLoop, every Interval whatever happened to the earlier
 * ones.
 *
 * Where to cut is what the latest GRANT says when the processor takes a request, and stays so. A
 * device without a valid GRANT (none yet, lease expired, server gone, out of coverage) runs
 * everything itself. When the lease expires, inferences that are under way to the server or on it
 * are finished on the device, from the tensors it still has, and the connection is replaced. So are
 * those for which a server that forgot the device reserves nothing. When only a connection falls,
 * they are sent again over the next one; the server knows them by id.
 *
 * Nothing is lost silently: created = completed + dropped + in flight, always.
 */
class InferenceClient : public Application
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    InferenceClient();
    ~InferenceClient() override;

    /**
     * Share profiles with other applications, so that each is read once.
     *
     * @param library where DNNs and processors come from
     */
    void SetProfileLibrary(std::shared_ptr<ProfileLibrary> library);

    /**
     * Share frontiers with other devices, so that each is found once.
     *
     * @param frontiers where frontiers come from
     */
    void SetFrontierCache(std::shared_ptr<PartitionFrontierCache> frontiers);

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream) SURGERY_OVERRIDE_SINCE_3_42;

    /**
     * @return requests made
     */
    uint64_t GetCreated() const;

    /**
     * @return inferences whose result arrived
     */
    uint64_t GetCompleted() const;

    /**
     * @return inferences given up
     */
    uint64_t GetDropped() const;

    /**
     * @return inferences under way or waiting
     */
    uint64_t GetInFlight() const;

    /**
     * @return the device's id
     */
    uint32_t GetDeviceId() const;

    /**
     * The device as the game knows it now, for observers of a simulation in which devices decide
     * themselves: no message tells all of it.
     *
     * @return the player; without options if the server decides, or has not asked yet
     */
    Player GetPlayer() const;

    /**
     * @return the connection to the server
     */
    Ptr<ServerConnection> GetConnection() const;

    /**
     * Signature of the trace sources Inference and Dropped.
     *
     * @param [in] record what happened to the inference
     */
    typedef void (*InferenceTracedCallback)(const InferenceRecord& record);

    /**
     * Signature of the trace source GrantReceived.
     *
     * @param [in] device the DeviceId
     * @param [in] share of the server, 0..1
     * @param [in] cut tensors to send, or "local"
     */
    typedef void (*GrantTracedCallback)(uint32_t device, double share, const std::string& cut);

    /**
     * Signature of the trace source LinkEstimated.
     *
     * @param [in] record the estimate
     */
    typedef void (*LinkTracedCallback)(const LinkRecord& record);

    /**
     * Signature of the trace source CutChanged.
     *
     * @param [in] record the old and the new cut, and why
     */
    typedef void (*CutChangeTracedCallback)(const CutChangeRecord& record);

  protected:
    /// Cancel all events and let go of all objects.
    void DoDispose() override;

  private:
    /// Connect and make requests.
    /// @throws std::invalid_argument if an attribute's value cannot be used
    void StartApplication() override;
    /// Say BYE; what is under way is traced as it stands.
    void StopApplication() override;

    // ATTRIBUTES

    /// Turn to a server, at once if the client runs.
    /// @param remote its address and port
    void SetRemote(Address remote);
    /// @return the server's address and port
    Address GetRemote() const;
    /// @param mode "server-side" or "decentralized"; changes to the server's, if that differs
    void SetMode(std::string mode);
    /// @return the mode
    std::string GetMode() const;

    // LIFE

    /// Make what decides where to cut.
    void MakeDecision();
    /// @return what answers a server that lets devices decide; null if the server decides
    std::unique_ptr<Bidder> MakeBidder();
    /// Connect anew, to another server or in another mode, and work alone until it grants
    /// something. @param reason in words
    void IntroduceAgain(const std::string& reason);
    /// Work without a GRANT from now on. @param reason why, for the trace of cuts @param words the
    /// same, for the inferences that go on locally
    void WorkAlone(CutReason reason, const std::string& words);
    /// @return how the device introduces itself
    Hello MakeHello() const;

    // REQUESTS

    /// Make a request.
    void CreateInference();
    /// Schedule the next request. @param afterEnd whether an inference just ended
    void ScheduleNext(bool afterEnd);
    /// An inference ended. @param record what happened to it @param wasOffloaded whether it was
    /// ever to be offloaded
    void HandleEnd(const InferenceRecord& record, bool wasOffloaded);
    /// @return whether one more inference may be offloaded
    bool HasRoom() const;

    // SENDING

    /// Report to the server.
    void SendState();
    /// Send an inference's tensors. @param inference which
    void Upload(const OngoingInference& inference);
    /// Send a probe, unless there is traffic to learn from. @param probe the message
    /// @return whether it was sent
    bool SendProbe(const SurgeryHeader& probe);
    /// Answer the server, which lets devices decide. @param question a PRICE or an OFFER
    template <typename Question>
    void Answer(const Question& question);

    // RECEIVING

    /// The connection is up or down. @param up which
    void HandleStatus(bool up);
    /// A message's first byte goes out. @param header the message
    void HandleStarted(const SurgeryHeader& header);
    /// A message came. @param header the message @param bytes its size
    void HandleMessage(const SurgeryHeader& header, uint64_t bytes);
    /// Leave out what TCP stalled. @param role the connection of the last message @param bytes its
    /// size @return the same, or 0 if its duration is no sample
    uint64_t CountForSample(ConnectionRole role, uint64_t bytes) const;
    /// The server granted a share and a cut. @param grant both @param bytes the message's size
    void HandleGrant(const Grant& grant, uint64_t bytes);
    /// A result arrived. @param result it @param bytes the message's size
    void HandleResult(const Result& result, uint64_t bytes);
    /// The network was estimated anew: trace it, and tell the server if it is news.
    void HandleNewEstimate();
    /// Trace another cut. @param oldPlan before @param newPlan from now on @param reason why
    void TraceCut(const CutPlan& oldPlan, const CutPlan& newPlan, CutReason reason);

    // LEASE

    /// Set when the lease expires. @param left from now; less than 0 counts as 0
    void ExtendLease(Time left);
    /// No GRANT came in time: finish alone what is under way.
    void HandleLeaseExpired();

    Address m_remote;                      ///< the server
    uint32_t m_server{0};                  ///< its node id
    uint32_t m_deviceId{0};                ///< of this device
    std::string m_dnnName;                 ///< what to run
    std::string m_processorName;           ///< what runs it
    uint64_t m_inputBytes{0};              ///< of the input as sent; 0: not known yet
    uint32_t m_inputBits{0};               ///< of the input's elements
    uint32_t m_activationBits{0};          ///< of the other tensors' elements
    Time m_usagePrice;                     ///< rho
    bool m_openLoop{false};                ///< how requests come
    Ptr<RandomVariableStream> m_thinkTime; ///< s
    Ptr<RandomVariableStream> m_interval;  ///< s
    uint32_t m_maxQueue{0};                ///< requests that may wait
    uint32_t m_maxOffloads{0};             ///< offloaded inferences under way
    uint64_t m_maxRequests{0};             ///< 0: no limit
    Time m_requestTimeout;                 ///< from request to result
    Time m_firstLease;                     ///< how long to wait for a first GRANT
    Ptr<LinkEstimator> m_uplink;           ///< toward the server
    Ptr<LinkEstimator> m_downlink;         ///< toward the device
    Ptr<DeviceProcessor> m_processor;      ///< runs the device's layers
    Ptr<LinkProber> m_prober;              ///< when to probe
    double m_cutHysteresis{0};             ///< switching cost, of the cost J
    double m_reportChange{0};              ///< of the uplink's rate, to be told at once
    Ptr<ServerConnection> m_connection;    ///< to the server
    bool m_isOwnDecision{false};           ///< whether the device decides itself
    double m_demandFactor{1};              ///< what is asked for, of what is wanted
    bool m_answersPrices{true};            ///< or is silent
    std::shared_ptr<PartitionFrontierCache> m_frontiers; ///< for it; null: its own
    std::shared_ptr<ProfileLibrary> m_library;           ///< profiles
    Time m_started;                                      ///< when the application started
    std::unique_ptr<DeviceIdClaim> m_claim;              ///< null while it does not run
    std::unique_ptr<GrantedCut> m_decision;              ///< where to cut; null before the start
    std::unique_ptr<LinkMonitor> m_links;                ///< the network; null before the start
    std::unique_ptr<OngoingInferences> m_inferences;     ///< from request to end
    EventId m_probeEvent;                                ///< next look whether to probe
    EventId m_nextEvent;                                 ///< next request
    EventId m_leaseEvent;                                ///< the lease expires

    TracedCallback<const InferenceRecord&> m_inferenceTrace; ///< Inference
    TracedCallback<const InferenceRecord&> m_droppedTrace;   ///< Dropped
    Time m_latency;                                          ///< of the last one completed
    TracedCallback<Time, Time> m_latencyTrace;               ///< Latency
    TracedValue<double> m_share{0};                          ///< Share
    TracedCallback<uint32_t, double, const std::string&> m_grantTrace; ///< GrantReceived
    TracedCallback<const LinkRecord&> m_linkTrace;                     ///< LinkEstimated
    TracedCallback<const CutChangeRecord&> m_cutTrace;                 ///< CutChanged
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_INFERENCE_CLIENT_H
