/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_INFERENCE_CLIENT_H
#define SURGERY_INFERENCE_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/callback.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/surgery-compat.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-game.h"
#include "ns3/surgery-header.h"
#include "ns3/surgery-host-work.h"
#include "ns3/surgery-inference.h"
#include "ns3/surgery-migration.h"
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

class ClientAttributes;
class DeviceIdClaim;
class DeviceProcessor;
class GapStatistics;
class LinkEstimator;
class LinkProber;
class OngoingInferences;
class ServerChoice;
class ServerConnection;
class ServerSelection;
class ServerSession;
class ServerSessions;
struct CutPlan;
struct DeviceSettings;
struct DeviceVariant;
struct OngoingInference;
struct VariantSettings;

/**
 * @ingroup dnn-surgery
 *
 * A change of the cut of a device's DNN, or of the variant that it runs.
 */
struct CutChangeRecord
{
    Time time;                         ///< when the device learned of it
    uint32_t device{0};                ///< the client's DeviceId
    uint32_t server{0};                ///< the node id of its server
    std::string oldCut;                ///< tensors to send before, or "local"
    std::string newCut;                ///< tensors to send from now on, or "local"
    CutReason reason{CutReason::KEPT}; ///< why
    std::string oldDnn;                ///< the DNN before
    std::string newDnn;                ///< the DNN from now on
    InferenceVariant oldVariant;       ///< how it was run before
    InferenceVariant newVariant;       ///< how it is run from now on
};

/**
 * @ingroup dnn-surgery
 *
 * A new estimate of the network between a device and its server, or one that it visits.
 */
struct LinkRecord
{
    Time time;                ///< when
    uint32_t device{0};       ///< the client's DeviceId
    uint32_t server{0};       ///< the node id of the server
    double uplinkBps{0};      ///< estimated rate toward the server, bit/s
    double downlinkBps{0};    ///< estimated rate toward the device, bit/s
    double uplinkDelayS{0};   ///< estimated delay toward the server, s
    double downlinkDelayS{0}; ///< estimated delay toward the device, s
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
 * With a Choice other than the fixed one the device may change its server: it introduces itself to
 * the new one before it leaves the old one.
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
     * Tell the client how to find out at which site the device is attached, for choices of a server
     * that need to know. Call this before the client starts.
     *
     * @param site tells the node id of the server at the site; NO_NODE if there is none
     */
    void SetSite(Callback<uint32_t> site);

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
     * @return the device's id; unless it was set, that of its node
     */
    uint32_t GetDeviceId() const;

    /**
     * @return what the device's radio draws, as the attributes TransmitPower, ReceivePower and
     *         RadioIdlePower say
     */
    RadioPower GetRadioPower() const;

    /**
     * @return whether the attributes name several variants of what the device runs
     */
    bool HasSeveralVariants() const;

    /**
     * Get the device as the game knows it now. This is for observers of a simulation in which
     * devices decide themselves: no message carries all of this.
     *
     * @return the player; without options if the server decides, or has not asked yet
     */
    Player GetPlayer() const;

    /**
     * @return the connection to the server that serves the device; before the start, the attribute
     */
    Ptr<ServerConnection> GetConnection() const;

    /**
     * End the device for good, before its application stops: drop all inferences, make no further
     * request, take leave of the servers. Before its application starts, it will not start.
     *
     * @param reason why, in words; the reason for which the inferences are dropped
     */
    void ShutDown(const std::string& reason);

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

    /**
     * Signature of the trace source Migrated.
     *
     * @param [in] record from where to where, and why
     */
    typedef void (*MigrationTracedCallback)(const MigrationRecord& record);

  protected:
    /// Cancel all events and release all objects.
    void DoDispose() override;

  private:
    friend class ClientAttributes; // names the members

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
    /// Set what becomes of inferences at a server that the device leaves. @param handover "finish"
    /// or "redo" @throws std::invalid_argument for any other
    void SetHandover(std::string handover);
    /// @return what becomes of them
    std::string GetHandover() const;

    // LIFE

    /// @return what the attributes say of the device's variants
    VariantSettings GetVariantSettings() const;
    /// Read the profiles, and find the variants and what the device weighs.
    /// @throws std::invalid_argument naming the attribute that cannot be used
    void FindVariants();
    /// @param processor the device's @return what a second costs the device
    /// @throws std::invalid_argument naming the attribute that cannot be used
    ActivityWeights MakeWeights(const Processor& processor) const;
    /// @return the attributes, as sessions with servers need them
    DeviceSettings GetSettings() const;
    /// @return whether the client runs
    bool IsRunning() const;

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
    /// @param pause before the time from a result to the next request, >= 0
    void ScheduleNext(bool afterEnd, Time pause = Time());
    /// An inference ended. @param record what happened to it
    /// @param wasOffloaded whether its cut offloads layers
    void HandleEnd(const InferenceRecord& record, bool wasOffloaded);
    /// @return whether one more inference may be offloaded
    bool HasRoom() const;

    // SERVERS

    /// @return requests per second so far
    double GetRequestRatePerS() const;
    /// @return variation of the gaps between requests; 0 in the closed loop
    double GetGapVariation() const;
    /// Send an inference's tensors. @param inference the inference
    void Upload(const OngoingInference& inference);
    /// Tell the server that nobody waits for a result. @param inference whose
    void CancelAtServer(const OngoingInference& inference);
    /// A GRANT took effect. @param session the session with the serving server
    void HandleGrant(const ServerSession& session);
    /// The device has no valid GRANT any more.
    void HandleLoss();
    /// A server offers its service. @param announce the offer
    void HandleAnnounce(const Announce& announce);
    /// The serving server sends the device to another one. @param move where to
    void HandleMove(const Move& move);
    /// A server is lost. @param session the session with it
    void HandleAlone(const ServerSession& session);
    /// The device changed its server. @param record from where to where
    void HandleMigration(const MigrationRecord& record);
    /// There is a new estimate of a network. @param session the session with the server
    void HandleEstimate(const ServerSession& session);
    /// The device's cut changes. @param session the session with the serving server
    /// @param oldPlan the old cut @param newPlan the new cut @param reason why
    void HandleCut(const ServerSession& session,
                   const CutPlan& oldPlan,
                   const CutPlan& newPlan,
                   CutReason reason);

    Address m_remote;                      ///< the server
    uint32_t m_deviceId{0};                ///< the device's id
    std::string m_dnnName;                 ///< what to run
    std::string m_otherDnns;               ///< attribute
    std::string m_processorName;           ///< what runs it
    uint64_t m_inputBytes{0};              ///< attribute
    uint32_t m_inputBits{0};               ///< width of the input's elements
    std::string m_inputEncodings;          ///< attribute
    std::string m_activationBits;          ///< attribute
    double m_accuracyFloor{0};             ///< attribute, percent
    double m_accuracyPrice{0};             ///< attribute, s per percent
    double m_energyPrice{0};               ///< attribute, s/J
    double m_transmitPower{0};             ///< attribute, W
    double m_receivePower{0};              ///< attribute, W
    double m_radioIdlePower{0};            ///< attribute, W
    bool m_weighsIdlePower{true};          ///< attribute
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
    Time m_deadline;                       ///< from request to result; 0: none
    bool m_dropsLate{false};               ///< whether late inferences are dropped
    Time m_firstLease;                     ///< how long to wait for a first GRANT
    Ptr<LinkEstimator> m_uplink;           ///< toward the server
    Ptr<LinkEstimator> m_downlink;         ///< toward the device
    Ptr<DeviceProcessor> m_processor;      ///< runs the device's layers
    Ptr<LinkProber> m_prober;              ///< when to probe
    double m_cutHysteresis{0};             ///< switching cost, a fraction of J
    double m_reportChange{0};              ///< change of the uplink's rate to report at once
    Ptr<ServerConnection> m_connection;    ///< to the first server
    Ptr<ServerChoice> m_choice;            ///< which server
    Callback<uint32_t> m_site;             ///< where the device is attached; may be null
    Handover m_handover{Handover::FINISH}; ///< of inferences at a server that it leaves
    bool m_isOwnDecision{false};           ///< whether the device decides itself
    double m_demandFactor{1};              ///< factor on the shares asked for; 1 is honest
    bool m_answersPrices{true};            ///< whether it answers the server's questions
    std::shared_ptr<PartitionFrontierCache> m_frontiers; ///< for the device's own decisions
    std::shared_ptr<ProfileLibrary> m_library;           ///< profiles
    Time m_started;                                      ///< when the application started
    bool m_isShutDown{false};                            ///< whether the device ended for good
    std::unique_ptr<DeviceIdClaim> m_claim;              ///< null while the client does not run
    /// What the device may run; null before the start.
    std::shared_ptr<const std::vector<DeviceVariant>> m_variants;
    ActivityWeights m_weights;                       ///< what a second costs the device
    std::unique_ptr<ServerSessions> m_sessions;      ///< null before the start
    std::unique_ptr<ServerSelection> m_selection;    ///< null if the server is fixed
    std::unique_ptr<OngoingInferences> m_inferences; ///< from request to end
    std::unique_ptr<GapStatistics> m_gaps;           ///< between requests
    EventId m_nextEvent;                             ///< next request

    TracedCallback<const InferenceRecord&> m_inferenceTrace; ///< Inference
    TracedCallback<const InferenceRecord&> m_droppedTrace;   ///< Dropped
    Time m_latency;                                          ///< of the inference completed last
    TracedCallback<Time, Time> m_latencyTrace;               ///< Latency
    TracedValue<double> m_share{0};                          ///< Share
    TracedCallback<uint32_t, double, const std::string&> m_grantTrace; ///< GrantReceived
    TracedCallback<const LinkRecord&> m_linkTrace;                     ///< LinkEstimated
    TracedCallback<const CutChangeRecord&> m_cutTrace;                 ///< CutChanged
    TracedCallback<const MigrationRecord&> m_migrationTrace;           ///< Migrated
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_INFERENCE_CLIENT_H
