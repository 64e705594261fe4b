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
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-inference.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
 * A change of the cut of a device's DNN.
 */
struct CutChangeRecord
{
    Time time;                         ///< when the device learned of it
    uint32_t device{0};                ///< the client's DeviceId
    uint32_t server{0};                ///< the node id of its server
    std::string oldCut;                ///< tensors to send before, or "local"
    std::string newCut;                ///< tensors to send from now on, or "local"
    CutReason reason{CutReason::KEPT}; ///< why
};

/**
 * @ingroup dnn-surgery
 *
 * A new estimate of the network between a device and its server.
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
 * sends the tensors that cross the cut, and waits for the result. Requests come in a closed loop (a
 * ThinkTime after each result) or, with OpenLoop, every Interval regardless of earlier requests, or
 * at recorded RequestTimes.
 *
 * A request gets the cut of the latest GRANT when the processor takes it, and keeps that cut. A
 * device without a valid GRANT (none yet, lease expired, server gone, out of coverage) runs
 * everything itself. When the lease expires, the device finishes offloaded inferences from the
 * tensors that it still has, and replaces the connections. It also finishes offloaded inferences if
 * the server forgot the device and reserves nothing for it. When only a connection is lost, the
 * tensors are sent again over the next one; the server knows the inferences by id.
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
     * Share profiles with other applications, so that each profile is read once.
     *
     * @param library where DNNs and processors come from
     */
    void SetProfileLibrary(std::shared_ptr<ProfileLibrary> library);

    /**
     * Share frontiers with other devices, so that each frontier is computed once.
     *
     * @param frontiers where frontiers come from
     */
    void SetFrontierCache(std::shared_ptr<PartitionFrontierCache> frontiers);

    /**
     * Fix the random streams.
     *
     * @param stream the first stream to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream) SURGERY_OVERRIDE_SINCE_3_42;

    /**
     * @return number of requests made
     */
    uint64_t GetCreated() const;

    /**
     * @return number of inferences completed
     */
    uint64_t GetCompleted() const;

    /**
     * @return number of inferences dropped
     */
    uint64_t GetDropped() const;

    /**
     * @return number of inferences under way or waiting
     */
    uint64_t GetInFlight() const;

    /**
     * @return the device's id
     */
    uint32_t GetDeviceId() const;

    /**
     * Get the device as the game knows it now. This is for observers of a simulation in which
     * devices decide themselves: no message carries all of this.
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
    /// Cancel all events and release all objects.
    void DoDispose() override;

  private:
    /// Connect and make requests.
    /// @throws std::invalid_argument if an attribute's value cannot be used
    void StartApplication() override;
    /// Send BYE, and trace the inferences under way as in flight.
    void StopApplication() override;

    // ATTRIBUTES

    /// Set the server; a running client turns to it at once.
    /// @param remote its address and port
    void SetRemote(Address remote);
    /// @return the server's address and port
    Address GetRemote() const;
    /// Set who decides; a running client introduces itself again. @param mode "server-side" or
    /// "decentralized" @throws std::invalid_argument for any other
    void SetMode(std::string mode);
    /// @return the mode
    std::string GetMode() const;

    // LIFE

    /// Make the object that decides where to cut.
    void MakeDecision();
    /// @return the object that answers the server's questions; null if the server decides
    std::unique_ptr<Bidder> MakeBidder();
    /// Connect to another server or in another mode, and work alone until the first GRANT.
    /// @param reason why, in words
    void IntroduceAgain(const std::string& reason);
    /// Give up the GRANT and run everything on the device. @param reason why, for the trace of cuts
    /// @param words the same in words, for the inferences that are finished locally
    void WorkAlone(CutReason reason, const std::string& words);
    /// @return what a message with tensors costs the device
    HostWork GetHostWork() const;
    /// @return how the device introduces itself
    Hello MakeHello() const;

    // REQUESTS

    /// Make a request.
    void CreateInference();
    /// Set when requests come. @param path of a file, or nothing
    /// @throws std::invalid_argument if something is wrong with it
    void SetRequestTimes(std::string path);
    /// @return the path of the file with the times of requests, or nothing
    std::string GetRequestTimes() const;
    /// @return whether requests come whatever became of earlier ones
    bool IsOpenLoop() const;
    /// Schedule the next request. @param afterEnd whether an inference just ended
    void ScheduleNext(bool afterEnd);
    /// An inference ended. @param record what happened to it
    /// @param wasOffloaded whether its cut offloads layers
    void HandleEnd(const InferenceRecord& record, bool wasOffloaded);
    /// @return whether one more inference may be offloaded
    bool HasRoom() const;

    // SENDING

    /// Report the device's state to the server.
    void SendState();
    /// Send an inference's tensors. @param inference the inference
    void Upload(const OngoingInference& inference);
    /// Tell the server that nobody waits for a result; it is not told while the connection is down.
    /// @param inference whose
    void CancelAtServer(uint64_t inference);
    /// Send a probe, unless there is traffic to learn from. @param probe the message
    /// @return whether it was sent
    bool SendProbe(const SurgeryHeader& probe);
    /// Answer a server that lets devices decide. @param question a PRICE or an OFFER
    template <typename Question>
    void Answer(const Question& question);

    // RECEIVING

    /// The connection was opened or lost. @param up whether it is open
    void HandleStatus(bool up);
    /// A message's first byte goes out. @param header the message
    void HandleStarted(const SurgeryHeader& header);
    /// A message came. @param header the message @param bytes its size
    void HandleMessage(const SurgeryHeader& header, uint64_t bytes);
    /// Get the size of a message as a sample. @param role the connection of the last message
    /// @param bytes its size @return the same, or 0 if TCP stalled it, so that it is no sample
    uint64_t CountForSample(ConnectionRole role, uint64_t bytes) const;
    /// Get the host work of both ends on an inference's tensors and on its result, as far as the
    /// links hold it. @param result the result @return on the tensors, on the result
    std::pair<Time, Time> GetMeasuredHostWork(const Result& result) const;
    /// The server granted a share and a cut. @param grant the GRANT @param bytes the message's size
    void HandleGrant(const Grant& grant, uint64_t bytes);
    /// A result arrived. @param result the result @param bytes the message's size
    void HandleResult(const Result& result, uint64_t bytes);
    /// There is a new estimate of the network: trace it, and report it if it changed much.
    void HandleNewEstimate();
    /// Trace a change of the cut. @param oldPlan the old cut @param newPlan the new cut
    /// @param reason why
    void TraceCut(const CutPlan& oldPlan, const CutPlan& newPlan, CutReason reason);

    // LEASE

    /// Set when the lease expires. @param left time from now; less than 0 counts as 0
    void ExtendLease(Time left);
    /// No GRANT came in time: finish everything under way on the device.
    void HandleLeaseExpired();

    Address m_remote;                      ///< the server
    uint32_t m_server{0};                  ///< its node id
    uint32_t m_deviceId{0};                ///< the device's id
    std::string m_dnnName;                 ///< what to run
    std::string m_processorName;           ///< what runs it
    uint64_t m_inputBytes{0};              ///< size of the input as sent; 0: not known yet
    uint32_t m_inputBits{0};               ///< width of the input's elements
    uint32_t m_activationBits{0};          ///< width of the other tensors' elements
    Time m_usagePrice;                     ///< rho; see the attribute
    Time m_hostTime;                       ///< attribute
    double m_hostTimePerByte{0};           ///< attribute, ns
    bool m_measuresHostWork{false};        ///< attribute
    std::string m_requestFile;             ///< attribute
    std::vector<Time> m_requestTimes;      ///< what it holds, from the start of the application
    bool m_openLoop{false};                ///< whether requests come every m_interval
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
    double m_cutHysteresis{0};             ///< switching cost, a fraction of J
    double m_reportChange{0};              ///< change of the uplink's rate to report at once
    Ptr<ServerConnection> m_connection;    ///< to the server
    bool m_isOwnDecision{false};           ///< whether the device decides itself
    double m_demandFactor{1};              ///< factor on the shares asked for; 1 is honest
    bool m_answersPrices{true};            ///< whether it answers the server's questions
    std::shared_ptr<PartitionFrontierCache> m_frontiers; ///< for the device's own decisions
    std::shared_ptr<ProfileLibrary> m_library;           ///< profiles
    Time m_started;                                      ///< when the application started
    std::unique_ptr<DeviceIdClaim> m_claim;              ///< null while the client does not run
    std::unique_ptr<GrantedCut> m_decision;              ///< where to cut; null before the start
    std::unique_ptr<LinkMonitor> m_links;                ///< the network; null before the start
    std::unique_ptr<OngoingInferences> m_inferences;     ///< from request to end
    EventId m_probeEvent;                                ///< next check whether to probe
    EventId m_nextEvent;                                 ///< next request
    EventId m_leaseEvent;                                ///< the lease expires

    TracedCallback<const InferenceRecord&> m_inferenceTrace; ///< Inference
    TracedCallback<const InferenceRecord&> m_droppedTrace;   ///< Dropped
    Time m_latency;                                          ///< of the inference completed last
    TracedCallback<Time, Time> m_latencyTrace;               ///< Latency
    TracedValue<double> m_share{0};                          ///< Share
    TracedCallback<uint32_t, double, const std::string&> m_grantTrace; ///< GrantReceived
    TracedCallback<const LinkRecord&> m_linkTrace;                     ///< LinkEstimated
    TracedCallback<const CutChangeRecord&> m_cutTrace;                 ///< CutChanged
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_INFERENCE_CLIENT_H
