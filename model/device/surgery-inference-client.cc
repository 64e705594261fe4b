/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference-client.h"

#include "device-id-claim.h"
#include "device-processor.h"
#include "device-settings.h"
#include "gap-statistics.h"
#include "ongoing-inferences.h"
#include "request-times.h"
#include "server-connection.h"
#include "server-selection.h"
#include "server-sessions.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-energy.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/surgery-number-list.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-server-choice.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("InferenceClient");

NS_OBJECT_ENSURE_REGISTERED(InferenceClient);

namespace
{

/// The DeviceId that stands for the node's id.
constexpr auto NODE_ID = std::numeric_limits<uint32_t>::max();

// The values of Mode
const std::string SERVER_SIDE = "server-side";
const std::string DECENTRALIZED = "decentralized";

} // namespace

// ATTRIBUTES

TypeId
InferenceClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::InferenceClient")
            .SetParent<Application>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<InferenceClient>()
            .AddAttribute(
                "Remote",
                "Address and TCP port of the MecServer. If this is set while the client runs, the "
                "client turns to that server at once.",
                AddressValue(),
                MakeAddressAccessor(&InferenceClient::SetRemote, &InferenceClient::GetRemote),
                MakeAddressChecker())
            .AddAttribute("DeviceId",
                          "The device's id, unique among the clients that run at the same time; "
                          "2^32 - 1 means the node's id.",
                          UintegerValue(NODE_ID),
                          MakeUintegerAccessor(&InferenceClient::m_deviceId),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Dnn",
                          "The DNN to run: a bundled profile's name or a file's path.",
                          StringValue("resnet50"),
                          MakeStringAccessor(&InferenceClient::m_dnnName),
                          MakeStringChecker())
            .AddAttribute("Variants",
                          "Other DNNs that do the same as Dnn, by name or path, separated by "
                          "commas: for each inference the game picks among all of them, and runs "
                          "them at each of ActivationBits and InputEncodings, 64 combinations at "
                          "most. Their inputs must be equal. Empty means that there is Dnn only.",
                          StringValue(""),
                          MakeStringAccessor(&InferenceClient::m_otherDnns),
                          MakeStringChecker())
            .AddAttribute("Processor",
                          "The device's processor: a bundled profile's name or a file's path.",
                          StringValue("raspberry-pi-4"),
                          MakeStringAccessor(&InferenceClient::m_processorName),
                          MakeStringChecker())
            .AddAttribute("InputBytes",
                          "Size of the input tensor as it is sent, in bytes, for example that of a "
                          "JPEG image; 0 means that InputBits determines it.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&InferenceClient::m_inputBytes),
                          MakeUintegerChecker<uint64_t>(0, SurgeryHeader::MAX_PAYLOAD_BYTES))
            .AddAttribute("InputBits",
                          "Width of each element of the input tensor as it is sent, in bits; "
                          "without effect unless InputBytes is 0. Cameras deliver 8 bits (uint8), "
                          "DNNs compute with 32 bits (fp32).",
                          UintegerValue(8),
                          MakeUintegerAccessor(&InferenceClient::m_inputBits),
                          MakeUintegerChecker<uint32_t>(1, 32))
            .AddAttribute("InputEncodings",
                          "Other sizes of the input tensor as it is sent, in bytes, separated by "
                          "commas: the game picks among them and the one of InputBytes. After a "
                          "colon stand the points of accuracy that a size costs, such as "
                          "\"30000:1.2\".",
                          StringValue(""),
                          MakeNumberListAccessor(&InferenceClient::m_inputEncodings),
                          MakeNumberListChecker(1, SurgeryHeader::MAX_PAYLOAD_BYTES))
            .AddAttribute("ActivationBits",
                          "Width of each element of all other tensors as they are sent, in bits: "
                          "8, 16 or 32, or several of them, separated by commas, of which the game "
                          "picks one. After a colon stand the points of accuracy that a width "
                          "costs, such as \"32, 8:0.5\".",
                          StringValue("32"),
                          MakeNumberListAccessor(&InferenceClient::m_activationBits),
                          MakeNumberListChecker(8, 32))
            .AddAttribute("AccuracyFloor",
                          "The least accuracy of a variant that may run, in percent (top 1); 0 "
                          "means that all may. The profiles of all DNNs must tell their accuracy.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_accuracyFloor),
                          MakeDoubleChecker<double>(0, 100))
            .AddAttribute("AccuracyPrice",
                          "alpha: how much latency a point of accuracy is worth, in seconds per "
                          "percent (top 1). The profiles of all DNNs must tell their accuracy.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_accuracyPrice),
                          MakeDoubleChecker<double>(0, 1e9))
            .AddAttribute("EnergyPrice",
                          "kappa: how much latency saving a joule of the device is worth, in "
                          "seconds per joule. The processor's profile must tell what it draws.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_energyPrice),
                          MakeDoubleChecker<double>(0, 1e9))
            .AddAttribute("TransmitPower",
                          "What the device's radio draws while it transmits, in W; not less than "
                          "RadioIdlePower.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_transmitPower),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("ReceivePower",
                          "What the device's radio draws while it receives, in W; not less than "
                          "RadioIdlePower.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_receivePower),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("RadioIdlePower",
                          "What the device's radio draws while it does neither, in W.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_radioIdlePower),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("WeighIdlePower",
                          "Whether what the device draws anyway counts in the game while it waits "
                          "for the network and the server. It should not where requests come "
                          "whatever their latency is: the device then draws it all the time, and "
                          "all powers count as what exceeds it.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&InferenceClient::m_weighsIdlePower),
                          MakeBooleanChecker())
            .AddAttribute(
                "UsagePrice",
                "rho: how much latency renting the whole server must save to be worth it.",
                TimeValue(MilliSeconds(1)),
                MakeTimeAccessor(&InferenceClient::m_usagePrice),
                MakeTimeChecker(Seconds(0)))
            .AddAttribute("HostTime",
                          "Host work: how long the device takes to serialize and copy a message "
                          "with tensors that it sends or receives, whatever its size. It does not "
                          "occupy the processor.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&InferenceClient::m_hostTime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("HostTimePerByte",
                          "Host work for each byte of the tensors of such a message, in ns.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&InferenceClient::m_hostTimePerByte),
                          MakeDoubleChecker<double>(0, 1e9))
            .AddAttribute("MeasureHostWork",
                          "Whether the device takes the host work of both ends for a part of the "
                          "transfers that it measures, as one that only times whole offloads. The "
                          "game then does not add what HostTime and HostTimePerByte say, neither "
                          "the device's nor the server's.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&InferenceClient::m_measuresHostWork),
                          MakeBooleanChecker())
            .AddAttribute("OpenLoop",
                          "Whether requests come every Interval, instead of a ThinkTime after "
                          "each result.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&InferenceClient::m_openLoop),
                          MakeBooleanChecker())
            .AddAttribute("ThinkTime",
                          "A random variable with the time from a result to the next request in "
                          "the closed loop, in seconds; values below 0 count as 0. "
                          "More than 1000 requests in a millisecond end the simulation with an "
                          "error.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakeOwnObjectAccessor(&InferenceClient::m_thinkTime),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute("Interval",
                          "A random variable with the time between two requests in the open loop, "
                          "in seconds; values below 0 count as 0. "
                          "More than 1000 requests in a millisecond end the simulation with an "
                          "error.",
                          StringValue("ns3::ExponentialRandomVariable[Mean=1]"),
                          MakeOwnObjectAccessor(&InferenceClient::m_interval),
                          MakeOwnObjectChecker<RandomVariableStream>())
            .AddAttribute(
                "RequestTimes",
                "Path of a file with the times of all requests, in seconds from the start of the "
                "application: one per line, not descending; of a CSV file the first column "
                "counts. Requests then come at these times, whatever became of earlier ones. "
                "Empty means that OpenLoop says when they come.",
                StringValue(""),
                MakeStringAccessor(&InferenceClient::SetRequestTimes,
                                   &InferenceClient::GetRequestTimes),
                MakeStringChecker())
            .AddAttribute("MaxQueue",
                          "How many requests may wait for the device's processor; further requests "
                          "are dropped.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&InferenceClient::m_maxQueue),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxOffloads",
                          "How many offloaded inferences may be under way. At that number, the "
                          "device's processor starts no further request for offloading until one "
                          "of them has ended: more would only wait in TCP's buffer.",
                          UintegerValue(4),
                          MakeUintegerAccessor(&InferenceClient::m_maxOffloads),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxRequests",
                          "How many requests to make; 0 means no limit.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&InferenceClient::m_maxRequests),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("RequestTimeout",
                          "How long a request may take before it is dropped.",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&InferenceClient::m_requestTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Deadline",
                          "How long an inference may take from request to result to be of use; 0 "
                          "means that there is no deadline. The table deadlines says which "
                          "inferences met it; no decision depends on it.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&InferenceClient::m_deadline),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute(
                "DropLate",
                "Whether an inference is dropped, with the reason \"late\", as soon as it "
                "is certain to miss the Deadline: when that has passed, or the device's "
                "layers that remain take longer than is left. In the closed loop the "
                "next request then comes a ThinkTime after the deadline. Without effect "
                "if there is no Deadline.",
                BooleanValue(false),
                MakeBooleanAccessor(&InferenceClient::m_dropsLate),
                MakeBooleanChecker())
            .AddAttribute("FirstLease",
                          "How long the client waits for the first GRANT over a new connection "
                          "before it replaces the connection. After the first GRANT, the lease in "
                          "each GRANT counts. It must exceed the server's Timestep.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&InferenceClient::m_firstLease),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("UplinkEstimator",
                          "Estimates the network toward the server.",
                          StringValue("ns3::surgery::FittedLinkEstimator"),
                          MakeOwnObjectAccessor(&InferenceClient::m_uplink),
                          MakeOwnObjectChecker<LinkEstimator>())
            .AddAttribute("DownlinkEstimator",
                          "Estimates the network toward the device.",
                          StringValue("ns3::surgery::FittedLinkEstimator"),
                          MakeOwnObjectAccessor(&InferenceClient::m_downlink),
                          MakeOwnObjectChecker<LinkEstimator>())
            .AddAttribute("Prober",
                          "Decides when to send a probe to learn of the network.",
                          StringValue("ns3::surgery::LinkProber"),
                          MakeOwnObjectAccessor(&InferenceClient::m_prober),
                          MakeOwnObjectChecker<LinkProber>())
            .AddAttribute("CutHysteresis",
                          "How much another cut must save to replace the present one, as a "
                          "fraction of the present one's cost J, 0 to 1; the scheduler dds applies "
                          "it.",
                          DoubleValue(0.05),
                          MakeDoubleAccessor(&InferenceClient::m_cutHysteresis),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("ReportChange",
                          "How much the uplink's estimated rate must change for the client to send "
                          "a STATE at once instead of in answer to the next GRANT; 0.25 means by a "
                          "factor of 1.25.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&InferenceClient::m_reportChange),
                          MakeDoubleChecker<double>(0))
            .AddAttribute(
                "Mode",
                "Who decides where to cut. \"server-side\": the server, to which the device tells "
                "all that the decision needs. \"decentralized\": the device, which tells the "
                "server only its demand. If the first message of a server shows that it uses the "
                "other mode, the client adopts that mode and introduces itself again.",
                StringValue("server-side"),
                MakeStringAccessor(&InferenceClient::SetMode, &InferenceClient::GetMode),
                MakeStringChecker())
            .AddAttribute("DemandFactor",
                          "Decentralized mode: the device asks for the share that it wants times "
                          "this factor; 1 is honest.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&InferenceClient::m_demandFactor),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("AnswersPrices",
                          "Decentralized mode: whether the device answers the server's questions; "
                          "a silent device gets no share.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&InferenceClient::m_answersPrices),
                          MakeBooleanChecker())
            .AddAttribute("Connection",
                          "The connections to the server.",
                          StringValue("ns3::surgery::ServerConnection"),
                          MakeOwnObjectAccessor(&InferenceClient::m_connection),
                          MakeOwnObjectChecker<ServerConnection>())
            .AddAttribute(
                "Choice",
                "Says which server the device uses: \"ns3::surgery::FixedServerChoice\" "
                "(the one of Remote), NearestServerChoice, FastestServerChoice, "
                "DdsServerChoice, or your own. All but the first one need servers that "
                "announce themselves to each other (MecServer's Peers). It must not be "
                "set while the client runs.",
                StringValue("ns3::surgery::FixedServerChoice"),
                MakeOwnObjectAccessor(&InferenceClient::SetChoice, &InferenceClient::GetChoice),
                MakeOwnObjectChecker<ServerChoice>())
            .AddAttribute(
                "Handover",
                "What becomes of inferences at a server that the device leaves. "
                "\"finish\": they finish there, and their results come from there. "
                "\"redo\": they are canceled there, and their tensors are sent to the "
                "new server.",
                StringValue("finish"),
                MakeStringAccessor(&InferenceClient::SetHandover, &InferenceClient::GetHandover),
                MakeStringChecker())
            .AddAttribute("DeviceProcessor",
                          "Runs the device's layers; they take the times of the profile that "
                          "Processor names.",
                          StringValue("ns3::surgery::DeviceProcessor"),
                          MakeOwnObjectAccessor(&InferenceClient::m_processor),
                          MakeOwnObjectChecker<DeviceProcessor>())
            .AddTraceSource("Inference",
                            "An inference ended: completed, dropped, or in flight at the stop.",
                            MakeTraceSourceAccessor(&InferenceClient::m_inferenceTrace),
                            "ns3::surgery::InferenceClient::InferenceTracedCallback")
            .AddTraceSource("Dropped",
                            "An inference was given up.",
                            MakeTraceSourceAccessor(&InferenceClient::m_droppedTrace),
                            "ns3::surgery::InferenceClient::InferenceTracedCallback")
            .AddTraceSource(
                "Latency",
                "An inference was completed; the new value is its latency, from request to result.",
                MakeTraceSourceAccessor(&InferenceClient::m_latencyTrace),
                "ns3::TracedValueCallback::Time")
            .AddTraceSource(
                "Share",
                "The share of the server that the device holds changed, 0..1; 0 without "
                "a valid GRANT.",
                MakeTraceSourceAccessor(&InferenceClient::m_share),
                "ns3::TracedValueCallback::Double")
            .AddTraceSource("GrantReceived",
                            "A GRANT arrived.",
                            MakeTraceSourceAccessor(&InferenceClient::m_grantTrace),
                            "ns3::surgery::InferenceClient::GrantTracedCallback")
            .AddTraceSource("LinkEstimated",
                            "The client has a new estimate of the network.",
                            MakeTraceSourceAccessor(&InferenceClient::m_linkTrace),
                            "ns3::surgery::InferenceClient::LinkTracedCallback")
            .AddTraceSource(
                "CutChanged",
                "The cut changed, because of a GRANT or because the device has no valid one.",
                MakeTraceSourceAccessor(&InferenceClient::m_cutTrace),
                "ns3::surgery::InferenceClient::CutChangeTracedCallback")
            .AddTraceSource("Migrated",
                            "The device changed its server, and the first tensors go to the new "
                            "one, or the device moves on or stops before that.",
                            MakeTraceSourceAccessor(&InferenceClient::m_migrationTrace),
                            "ns3::surgery::InferenceClient::MigrationTracedCallback");
    return tid;
}

InferenceClient::InferenceClient()
    : m_library(std::make_shared<ProfileLibrary>()),
      m_inferences(std::make_unique<OngoingInferences>()),
      m_gaps(std::make_unique<GapStatistics>())
{
    NS_LOG_FUNCTION(this);
}

InferenceClient::~InferenceClient()
{
    NS_LOG_FUNCTION(this);
}

void
InferenceClient::SetProfileLibrary(std::shared_ptr<ProfileLibrary> library)
{
    NS_LOG_FUNCTION(this);
    m_library = std::move(library);
}

void
InferenceClient::SetFrontierCache(std::shared_ptr<PartitionFrontierCache> frontiers)
{
    NS_LOG_FUNCTION(this);
    m_frontiers = std::move(frontiers);
}

void
InferenceClient::SetSite(Callback<uint32_t> site)
{
    m_site = site;
}

int64_t
InferenceClient::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    m_thinkTime->SetStream(stream);
    m_interval->SetStream(stream + 1);
    const auto used = 2 + m_prober->AssignStreams(stream + 2);
    return used + m_processor->AssignStreams(stream + used);
}

uint64_t
InferenceClient::GetCreated() const
{
    return m_inferences->GetCreated();
}

uint64_t
InferenceClient::GetCompleted() const
{
    return m_inferences->GetCompleted();
}

uint64_t
InferenceClient::GetDropped() const
{
    return m_inferences->GetDropped();
}

uint64_t
InferenceClient::GetInFlight() const
{
    return m_inferences->GetAll().size();
}

uint32_t
InferenceClient::GetDeviceId() const
{
    return m_deviceId;
}

Player
InferenceClient::GetPlayer() const
{
    return m_sessions ? m_sessions->GetServing().GetPlayer() : Player();
}

Ptr<ServerConnection>
InferenceClient::GetConnection() const
{
    return m_sessions ? m_sessions->GetServing().GetConnection() : m_connection;
}

void
InferenceClient::SetRemote(Address remote)
{
    NS_LOG_FUNCTION(this << remote);
    m_remote = remote;
    if (IsRunning())
    {
        m_sessions->Redirect(m_remote);
    }
}

Address
InferenceClient::GetRemote() const
{
    return m_remote;
}

void
InferenceClient::SetMode(std::string mode)
{
    if (mode != SERVER_SIDE && mode != DECENTRALIZED)
    {
        throw std::invalid_argument("InferenceClient: Mode: \"" + mode + "\" is neither " +
                                    SERVER_SIDE + " nor " + DECENTRALIZED);
    }
    m_isOwnDecision = mode == DECENTRALIZED;
    if (IsRunning())
    {
        m_sessions->SetOwnDecision(m_isOwnDecision);
    }
}

std::string
InferenceClient::GetMode() const
{
    const auto isOwn = IsRunning() ? m_sessions->GetServing().IsOwnDecision() : m_isOwnDecision;
    return isOwn ? DECENTRALIZED : SERVER_SIDE;
}

void
InferenceClient::SetHandover(std::string handover)
{
    if (handover != GetHandoverName(Handover::FINISH) &&
        handover != GetHandoverName(Handover::REDO))
    {
        throw std::invalid_argument("InferenceClient: Handover: \"" + handover +
                                    "\" is neither finish nor redo");
    }
    m_handover = handover == GetHandoverName(Handover::REDO) ? Handover::REDO : Handover::FINISH;
}

std::string
InferenceClient::GetHandover() const
{
    return GetHandoverName(m_handover);
}

void
InferenceClient::SetChoice(Ptr<ServerChoice> choice)
{
    if (IsRunning() || !choice)
    {
        throw std::invalid_argument(
            "InferenceClient: Choice: needs an object, and cannot be set while the client runs");
    }
    m_choice = choice;
}

Ptr<ServerChoice>
InferenceClient::GetChoice() const
{
    return m_choice;
}

// LIFE

void
InferenceClient::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_inferences->Stop();
    m_nextEvent.Cancel();
    m_claim = nullptr;
    m_selection = nullptr;
    if (m_sessions)
    {
        m_sessions->Dispose();
        m_sessions = nullptr;
    }
    if (m_processor)
    {
        m_processor->Dispose();
        m_processor = nullptr;
    }
    if (m_connection)
    {
        m_connection->Dispose();
        m_connection = nullptr;
    }
    if (m_prober)
    {
        m_prober->Dispose();
        m_prober = nullptr;
    }
    m_choice = nullptr;
    m_site = Callback<uint32_t>();
    m_uplink = nullptr;
    m_downlink = nullptr;
    m_thinkTime = nullptr;
    m_interval = nullptr;
    Application::DoDispose();
}

void
InferenceClient::ShutDown(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    const auto wasRunning = IsRunning();
    m_isShutDown = true;
    if (wasRunning)
    {
        m_inferences->DropAll(reason);
        StopApplication();
    }
}

void
InferenceClient::StartApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_isShutDown)
    {
        return;
    }
    if (m_remote.IsInvalid())
    {
        throw std::invalid_argument("InferenceClient: Remote: needs an address and a port");
    }
    m_started = Simulator::Now();
    m_deviceId = m_deviceId == NODE_ID ? GetNode()->GetId() : m_deviceId;
    m_claim = std::make_unique<DeviceIdClaim>(m_deviceId, GetNode()->GetId());
    FindVariants();
    m_inferences->SetHostWork(GetSettings().secrets.hostWork);
    m_inferences->Start(m_processor,
                        MakeCallback(&InferenceClient::HasRoom, this),
                        MakeCallback(&InferenceClient::Upload, this),
                        MakeCallback(&InferenceClient::CancelAtServer, this),
                        MakeCallback(&InferenceClient::HandleEnd, this));
    m_sessions = std::make_unique<ServerSessions>(
        GetNode(),
        *m_inferences,
        ServerSessions::Events{MakeCallback(&InferenceClient::GetSettings, this),
                               MakeCallback(&InferenceClient::GetRequestRatePerS, this),
                               MakeCallback(&InferenceClient::GetGapVariation, this),
                               MakeCallback(&InferenceClient::HandleGrant, this),
                               MakeCallback(&InferenceClient::HandleLoss, this),
                               MakeCallback(&InferenceClient::HandleEstimate, this),
                               MakeCallback(&InferenceClient::HandleCut, this),
                               MakeCallback(&InferenceClient::HandleMove, this),
                               MakeCallback(&InferenceClient::HandleAnnounce, this),
                               MakeCallback(&InferenceClient::HandleAlone, this),
                               MakeCallback(&InferenceClient::HandleMigration, this)});
    m_sessions->Start(m_remote,
                      {m_connection, m_uplink, m_downlink, m_prober},
                      m_isOwnDecision,
                      m_choice->WantsOffers() ? Attendance::CHOOSING : Attendance::SERVED);
    if (m_choice->WantsOffers())
    {
        m_sessions->SetVisits(m_choice->WantsVisits());
        m_selection = std::make_unique<ServerSelection>(*m_sessions, m_choice, m_site);
        m_selection->Start();
    }
    ScheduleNext(false);
}

void
InferenceClient::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_nextEvent.Cancel();
    m_inferences->Stop();
    m_selection = nullptr;
    if (m_sessions) // the client was started
    {
        m_sessions->Stop();
    }
    m_claim = nullptr;
    for (const auto& entry : m_inferences->GetAll())
    {
        m_inferenceTrace(entry.second.record);
    }
}

bool
InferenceClient::IsRunning() const
{
    return m_claim && m_sessions;
}

VariantSettings
InferenceClient::GetVariantSettings() const
{
    VariantSettings settings;
    settings.dnn = m_dnnName;
    settings.others = m_otherDnns;
    settings.processor = m_processorName;
    settings.inputBytes = m_inputBytes;
    settings.inputBits = m_inputBits;
    settings.inputEncodings = m_inputEncodings;
    settings.activationBits = m_activationBits;
    settings.accuracyFloorPercent = m_accuracyFloor;
    settings.accuracyPriceSPerPercent = m_accuracyPrice;
    return settings;
}

bool
InferenceClient::HasSeveralVariants() const
{
    return surgery::HasSeveralVariants(GetVariantSettings());
}

void
InferenceClient::FindVariants()
{
    m_variants = MakeDeviceVariants(GetVariantSettings(), *m_library);
    m_weights = MakeWeights(*m_library->GetProcessor(m_processorName));
    if (!m_frontiers)
    {
        m_frontiers = std::make_shared<PartitionFrontierCache>(m_library);
    }
}

ActivityWeights
InferenceClient::MakeWeights(const Processor& processor) const
{
    if (m_transmitPower < m_radioIdlePower || m_receivePower < m_radioIdlePower)
    {
        throw std::invalid_argument("InferenceClient: TransmitPower and ReceivePower: must be at "
                                    "least RadioIdlePower");
    }
    if (m_energyPrice == 0)
    {
        return ActivityWeights();
    }
    if (!processor.GetPower())
    {
        throw std::invalid_argument("InferenceClient: EnergyPrice: the profile of processor \"" +
                                    m_processorName + "\" does not tell what it draws (power)");
    }
    return WeighEnergy(m_energyPrice,
                       GetDevicePower(*processor.GetPower(),
                                      {m_transmitPower, m_receivePower, m_radioIdlePower},
                                      m_weighsIdlePower));
}

DeviceSettings
InferenceClient::GetSettings() const
{
    DeviceSettings settings;
    settings.device = m_deviceId;
    settings.secrets = {GetVariants(*m_variants),
                        m_processorName,
                        m_weights,
                        m_usagePrice.GetSeconds(),
                        m_cutHysteresis,
                        {m_hostTime.GetSeconds(), 1e-9 * m_hostTimePerByte},
                        m_measuresHostWork};
    settings.demandFactor = m_demandFactor;
    settings.answersPrices = m_answersPrices;
    settings.reportChange = m_reportChange;
    settings.firstLease = m_firstLease;
    settings.handover = m_handover;
    settings.variants = m_variants;
    settings.frontiers = m_frontiers;
    return settings;
}

// REQUESTS

void
InferenceClient::SetRequestTimes(std::string path)
{
    m_requestTimes = path.empty() ? std::vector<Time>() : ReadRequestTimes(path);
    m_requestFile = std::move(path);
}

std::string
InferenceClient::GetRequestTimes() const
{
    return m_requestFile;
}

bool
InferenceClient::IsOpenLoop() const
{
    return m_openLoop || !m_requestTimes.empty();
}

void
InferenceClient::ScheduleNext(bool afterEnd, Time pause)
{
    const auto created = m_inferences->GetCreated();
    const auto isLast = (m_maxRequests > 0 && created >= m_maxRequests) ||
                        (!m_requestTimes.empty() && created >= m_requestTimes.size());
    if (isLast || (IsOpenLoop() && afterEnd))
    {
        return;
    }
    if (!m_requestTimes.empty())
    {
        const auto wait = m_started + m_requestTimes[created] - Simulator::Now();
        m_nextEvent = Simulator::Schedule(BoundTime(wait), &InferenceClient::CreateInference, this);
        return;
    }
    const auto wait = pause + BoundTime((m_openLoop ? m_interval : m_thinkTime)->GetValue());
    m_nextEvent = Simulator::Schedule(wait, &InferenceClient::CreateInference, this);
}

void
InferenceClient::CreateInference()
{
    NS_LOG_FUNCTION(this);
    const auto id = m_inferences->Create(m_deviceId, m_dnnName);
    m_gaps->Add(Simulator::Now());
    if (IsOpenLoop())
    {
        ScheduleNext(false);
    }
    m_inferences->Submit(id,
                         m_maxQueue,
                         {BoundTime(m_requestTimeout), BoundTime(m_deadline), m_dropsLate});
}

void
InferenceClient::HandleEnd(const InferenceRecord& record, bool wasOffloaded)
{
    m_inferenceTrace(record);
    if (record.outcome == InferenceOutcome::DROPPED)
    {
        m_droppedTrace(record);
    }
    else if (record.outcome == InferenceOutcome::COMPLETED)
    {
        const auto before = m_latency;
        m_latency = GetMeasuredLatency(record);
        m_latencyTrace(before, m_latency);
    }
    if (m_isShutDown)
    {
        return;
    }
    // the server waits for this report before it gives the share to others
    const auto& decision = *m_sessions->GetServing().GetDecision();
    const auto goesOn = decision.GetShare() > 0 && !decision.GetPlan()->isLocal;
    if (wasOffloaded && !goesOn && m_inferences->CountOffloads() == 0)
    {
        m_sessions->SendState();
    }
    m_sessions->HandleEnd();
    // who asked waits for the result until the deadline; otherwise requests that are certain to be
    // late would follow each other in no time
    const auto isLate = record.reason == LATE_REASON;
    const auto left = record.created + record.deadline - Simulator::Now();
    ScheduleNext(true, isLate ? BoundTime(left) : Time());
}

bool
InferenceClient::HasRoom() const
{
    return m_inferences->CountOffloads() < m_maxOffloads;
}

// SERVERS

double
InferenceClient::GetRequestRatePerS() const
{
    const auto elapsed = (Simulator::Now() - m_started).GetSeconds();
    const auto created = static_cast<double>(m_inferences->GetCreated());
    return elapsed > 0 ? created / elapsed : 0.0;
}

double
InferenceClient::GetGapVariation() const
{
    return IsOpenLoop() ? m_gaps->GetVariation() : 0.0;
}

void
InferenceClient::Upload(const OngoingInference& inference)
{
    m_sessions->Upload(inference);
}

void
InferenceClient::CancelAtServer(const OngoingInference& inference)
{
    NS_LOG_FUNCTION(this << inference.record.id);
    m_sessions->Cancel(inference);
}

void
InferenceClient::HandleGrant(const ServerSession& session)
{
    const auto decision = session.GetDecision();
    const auto share = decision->GetLastGrant().currentShare;
    m_grantTrace(m_deviceId, share, decision->GetPlan()->label);
    m_share = share;
}

void
InferenceClient::HandleLoss()
{
    m_share = 0;
}

void
InferenceClient::HandleAnnounce(const Announce& announce)
{
    if (m_selection)
    {
        m_selection->HandleAnnounce(announce);
    }
}

void
InferenceClient::HandleMove(const Move& move)
{
    if (m_selection)
    {
        m_selection->HandleMove(move);
    }
}

void
InferenceClient::HandleAlone(const ServerSession& session)
{
    if (m_selection)
    {
        m_selection->HandleAlone(session);
    }
}

void
InferenceClient::HandleMigration(const MigrationRecord& record)
{
    m_migrationTrace(record);
}

void
InferenceClient::HandleEstimate(const ServerSession& session)
{
    const auto link = session.GetLink();
    m_linkTrace({Simulator::Now(),
                 m_deviceId,
                 session.GetServer(),
                 link.uplinkBps,
                 link.downlinkBps,
                 link.uplinkDelayS,
                 link.downlinkDelayS});
}

void
InferenceClient::HandleCut(const ServerSession& session,
                           const CutPlan& oldPlan,
                           const CutPlan& newPlan,
                           CutReason reason)
{
    m_cutTrace({Simulator::Now(),
                m_deviceId,
                session.GetServer(),
                oldPlan.label,
                newPlan.label,
                reason,
                oldPlan.dnn,
                newPlan.dnn,
                oldPlan.variant,
                newPlan.variant});
}

} // namespace surgery
} // namespace ns3
