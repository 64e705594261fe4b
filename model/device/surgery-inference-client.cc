/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference-client.h"

#include "bidder.h"
#include "device-id-claim.h"
#include "device-processor.h"
#include "granted-cut.h"
#include "link-monitor.h"
#include "ongoing-inferences.h"
#include "request-times.h"
#include "server-connection.h"

#include "ns3/boolean.h"
#include "ns3/dnn-layer-costs.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/surgery-node-lookup.h"
#include "ns3/surgery-own-object.h"
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
            .AddAttribute("ActivationBits",
                          "Width of each element of all other tensors as they are sent, in bits: "
                          "8, 16 or 32.",
                          UintegerValue(32),
                          MakeUintegerAccessor(&InferenceClient::m_activationBits),
                          MakeUintegerChecker<uint32_t>(8, 32))
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
                "ns3::surgery::InferenceClient::CutChangeTracedCallback");
    return tid;
}

InferenceClient::InferenceClient()
    : m_library(std::make_shared<ProfileLibrary>()),
      m_inferences(std::make_unique<OngoingInferences>())
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
    return m_decision ? m_decision->GetPlayer(m_links->GetLink()) : Player();
}

Ptr<ServerConnection>
InferenceClient::GetConnection() const
{
    return m_connection;
}

void
InferenceClient::SetRemote(Address remote)
{
    NS_LOG_FUNCTION(this << remote);
    m_remote = remote;
    if (m_connection && m_connection->IsRunning())
    {
        m_server = FindNode(m_remote);
        IntroduceAgain("server changed");
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
    const auto isChange = m_isOwnDecision != (mode == DECENTRALIZED);
    m_isOwnDecision = mode == DECENTRALIZED;
    if (isChange && m_connection && m_connection->IsRunning())
    {
        IntroduceAgain("mode changed");
    }
}

std::string
InferenceClient::GetMode() const
{
    return m_isOwnDecision ? DECENTRALIZED : SERVER_SIDE;
}

// LIFE

void
InferenceClient::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_inferences->Stop();
    m_probeEvent.Cancel();
    m_nextEvent.Cancel();
    m_leaseEvent.Cancel();
    m_claim = nullptr;
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
    m_uplink = nullptr;
    m_downlink = nullptr;
    m_thinkTime = nullptr;
    m_interval = nullptr;
    Application::DoDispose();
}

void
InferenceClient::StartApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_remote.IsInvalid())
    {
        throw std::invalid_argument("InferenceClient: Remote: needs an address and a port");
    }
    m_started = Simulator::Now();
    m_server = FindNode(m_remote);
    m_deviceId = m_deviceId == NODE_ID ? GetNode()->GetId() : m_deviceId;
    m_claim = std::make_unique<DeviceIdClaim>(m_deviceId, GetNode()->GetId());
    MakeDecision();
    m_inferences->SetHostWork(GetHostWork());
    m_inferences->Start(*m_decision,
                        m_processor,
                        MakeCallback(&InferenceClient::HasRoom, this),
                        MakeCallback(&InferenceClient::Upload, this),
                        MakeCallback(&InferenceClient::CancelAtServer, this),
                        MakeCallback(&InferenceClient::HandleEnd, this));
    m_links = std::make_unique<LinkMonitor>(m_uplink, m_downlink, m_prober);
    m_links->SetProbes(m_deviceId,
                       m_decision->GetCosts().GetResultBytes(),
                       MakeCallback(&InferenceClient::SendProbe, this),
                       MakeCallback(&ServerConnection::GetWindow, PeekPointer(m_connection)));
    m_connection->SetCallbacks(MakeCallback(&InferenceClient::HandleMessage, this),
                               MakeCallback(&InferenceClient::HandleStatus, this),
                               MakeCallback(&InferenceClient::HandleStarted, this));
    m_connection->Start(GetNode(), m_remote, MakeHello());
    ScheduleNext(false);
}

void
InferenceClient::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_probeEvent.Cancel();
    m_nextEvent.Cancel();
    m_leaseEvent.Cancel();
    m_inferences->Stop();
    m_prober->Stop();
    m_connection->SendControl(SurgeryHeader(Bye{m_deviceId}));
    m_connection->Stop();
    m_claim = nullptr;
    for (const auto& entry : m_inferences->GetAll())
    {
        m_inferenceTrace(entry.second.record);
    }
}

void
InferenceClient::MakeDecision()
{
    const auto processor = m_library->GetProcessor(m_processorName);
    const auto dnn = m_library->GetDnn(m_dnnName);
    if (m_inputBytes == 0)
    {
        // the profile counts elements of 32 bits
        const auto profiled = dnn->GetLayers()[0].outputBytes;
        m_inputBytes = std::max<uint64_t>(1, profiled * m_inputBits / 32);
    }
    auto costs = std::make_unique<LayerCosts>(dnn,
                                              *processor,
                                              *processor,
                                              Encoding{m_inputBytes, m_activationBits});
    const auto& tensors = costs->GetTensorBytes();
    if (std::accumulate(tensors.begin(), tensors.end(), uint64_t{0}) >
        SurgeryHeader::MAX_PAYLOAD_BYTES)
    {
        throw std::invalid_argument("InferenceClient: Dnn and InputBytes: the tensors of \"" +
                                    m_dnnName + "\" sum to more than one message holds (1 GiB)");
    }
    m_decision = std::make_unique<GrantedCut>(std::move(costs),
                                              MakeBidder(),
                                              MakeCallback(&InferenceClient::TraceCut, this));
}

std::unique_ptr<Bidder>
InferenceClient::MakeBidder()
{
    if (!m_isOwnDecision)
    {
        return nullptr;
    }
    if (!m_frontiers)
    {
        m_frontiers = std::make_shared<PartitionFrontierCache>(m_library);
    }
    const Bidder::Secrets secrets{m_dnnName,
                                  m_processorName,
                                  {m_inputBytes, m_activationBits},
                                  m_usagePrice.GetSeconds(),
                                  m_cutHysteresis,
                                  GetHostWork(),
                                  m_measuresHostWork};
    return std::make_unique<Bidder>(secrets, m_demandFactor, m_frontiers);
}

void
InferenceClient::IntroduceAgain(const std::string& reason)
{
    NS_LOG_FUNCTION(this << reason);
    WorkAlone(CutReason::SERVER_CHANGED, reason);
    m_decision->ForgetServer();
    m_decision->SetBidder(MakeBidder());
    m_connection->Redirect(m_remote, MakeHello(), reason);
    m_inferences->Feed();
}

void
InferenceClient::WorkAlone(CutReason reason, const std::string& words)
{
    m_leaseEvent.Cancel();
    m_links->Stop();
    m_decision->Lose(reason);
    m_share = 0;
    m_inferences->ResumeUnserved(words); // without a GRANT, the server runs none of them
}

HostWork
InferenceClient::GetHostWork() const
{
    return {m_hostTime.GetSeconds(), 1e-9 * m_hostTimePerByte};
}

Hello
InferenceClient::MakeHello() const
{
    Hello hello;
    hello.deviceId = m_deviceId;
    if (!m_decision->IsOwnDecision()) // otherwise the server need not know what the device runs
    {
        hello.dnn = m_dnnName;
        hello.processor = m_processorName;
        hello.inputBytes = m_inputBytes;
        hello.activationBits = static_cast<uint8_t>(m_activationBits);
        hello.usagePriceS = m_usagePrice.GetSeconds();
        hello.cutHysteresis = m_cutHysteresis;
        const auto work = m_measuresHostWork ? HostWork() : GetHostWork();
        hello.hostMessageS = work.messageS;
        hello.hostByteS = work.byteS;
        hello.measuresHostWork = m_measuresHostWork ? 1 : 0;
    }
    return hello;
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
InferenceClient::ScheduleNext(bool afterEnd)
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
    const auto wait = BoundTime((m_openLoop ? m_interval : m_thinkTime)->GetValue());
    m_nextEvent = Simulator::Schedule(wait, &InferenceClient::CreateInference, this);
}

void
InferenceClient::CreateInference()
{
    NS_LOG_FUNCTION(this);
    const auto id = m_inferences->Create(m_deviceId, m_server, m_dnnName);
    if (IsOpenLoop())
    {
        ScheduleNext(false);
    }
    m_inferences->Submit(id, m_maxQueue, BoundTime(m_requestTimeout));
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
    // the server waits for this report before it gives the share to others
    const auto goesOn = m_decision->GetShare() > 0 && !m_decision->GetPlan()->isLocal;
    if (wasOffloaded && !goesOn && m_inferences->CountOffloads() == 0)
    {
        SendState();
    }
    ScheduleNext(true);
}

bool
InferenceClient::HasRoom() const
{
    return m_inferences->CountOffloads() < m_maxOffloads;
}

// SENDING

void
InferenceClient::SendState()
{
    const auto link = m_links->Report();
    State state;
    state.deviceId = m_deviceId;
    state.offloadsInFlight = m_inferences->CountOffloads();
    state.lastGrant = m_decision->GetLastGrant().sequence;
    state.grantDelayNs = m_decision->GetGrantDelay().GetNanoSeconds();
    if (!m_decision->IsOwnDecision()) // otherwise the server need not know the network
    {
        state.uplinkBps = link.uplinkBps;
        state.uplinkDelayS = link.uplinkDelayS;
        state.downlinkBps = link.downlinkBps;
        state.downlinkDelayS = link.downlinkDelayS;
        const auto elapsed = (Simulator::Now() - m_started).GetSeconds();
        const auto created = static_cast<double>(m_inferences->GetCreated());
        state.requestRatePerS = elapsed > 0 ? created / elapsed : 0.0;
    }
    m_connection->SendControl(SurgeryHeader(state));
}

void
InferenceClient::Upload(const OngoingInference& inference)
{
    const auto& plan = *inference.plan;
    Activation activation;
    activation.deviceId = m_deviceId;
    activation.inference = inference.record.id;
    activation.attempt = inference.record.attempts;
    if (m_decision->IsOwnDecision())
    {
        activation.workS = plan.workS;
        activation.resultBytes = plan.resultBytes;
    }
    else
    {
        activation.deviceLayers = plan.deviceLayers;
    }
    m_connection->SendData(SurgeryHeader(activation, plan.uploadBytes));
    m_links->HandleUpload();
}

void
InferenceClient::CancelAtServer(uint64_t inference)
{
    NS_LOG_FUNCTION(this << inference);
    m_connection->SendData(SurgeryHeader(Cancel{m_deviceId, inference}));
}

bool
InferenceClient::SendProbe(const SurgeryHeader& probe)
{
    NS_LOG_FUNCTION(this << probe);
    if (!m_connection->IsUp() || m_inferences->CountOffloads() > 0)
    {
        return false; // the result of an offloaded inference will be a sample
    }
    m_connection->SendData(probe);
    return true;
}

template <typename Question>
void
InferenceClient::Answer(const Question& question)
{
    NS_LOG_FUNCTION(this << question.round);
    if (!m_decision->IsOwnDecision())
    {
        SetMode(DECENTRALIZED);
        return;
    }
    const auto answer = m_decision->Answer(question, m_links->GetLink());
    if (answer && m_answersPrices)
    {
        m_connection->SendControl(SurgeryHeader(*answer));
    }
}

// RECEIVING

void
InferenceClient::HandleStatus(bool up)
{
    NS_LOG_FUNCTION(this << up);
    if (!up)
    {
        m_links->Stop();
        return; // the device works alone only once the lease has expired
    }
    if (!m_decision->IsGranted())
    {
        ExtendLease(m_firstLease);
    }
    SendState();
    m_inferences->UploadAgain();
    m_links->Start();
}

void
InferenceClient::HandleStarted(const SurgeryHeader& header)
{
    if (const auto* activation = header.GetIf<Activation>())
    {
        m_inferences->HandleStarted(activation->inference, NanoSeconds(activation->sentNs));
    }
}

void
InferenceClient::HandleMessage(const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << bytes);
    if (const auto* grant = header.GetIf<Grant>())
    {
        HandleGrant(*grant, bytes);
    }
    else if (const auto* result = header.GetIf<Result>())
    {
        HandleResult(*result, bytes);
    }
    else if (const auto* reply = header.GetIf<ProbeReply>())
    {
        m_links->HandleReply(*reply, CountForSample(ConnectionRole::DATA, bytes));
        HandleNewEstimate();
    }
    else if (const auto* price = header.GetIf<Price>())
    {
        Answer(*price);
    }
    else if (const auto* offer = header.GetIf<Offer>())
    {
        Answer(*offer);
    }
    else
    {
        m_connection->Replace("a message that only clients send");
    }
}

uint64_t
InferenceClient::CountForSample(ConnectionRole role, uint64_t bytes) const
{
    return m_connection->WasStalled(role) ? 0 : bytes;
}

void
InferenceClient::HandleGrant(const Grant& grant, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << grant.sequence << grant.currentShare);
    if (grant.leaseNs == 0)
    {
        if (m_decision->IsOwnDecision())
        {
            SetMode(SERVER_SIDE); // the server decides, and needs to know the device
        }
        return;
    }
    if (!m_decision->Accept(grant, m_links->GetLink()))
    {
        m_connection->Replace("a grant whose cut does not fit the DNN");
        return;
    }
    const auto delay = m_decision->GetGrantDelay();
    m_links->HandleGrant(grant, CountForSample(ConnectionRole::CONTROL, bytes), delay);
    ExtendLease(NanoSeconds(grant.leaseNs) - delay); // the lease starts when the GRANT is sent
    m_grantTrace(m_deviceId, grant.currentShare, m_decision->GetPlan()->label);
    m_share = grant.currentShare;
    m_inferences->ResumeUnserved("share lost");
    m_inferences->Feed();
    SendState();
}

void
InferenceClient::HandleResult(const Result& result, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << result.inference << bytes);
    const auto sampleBytes = CountForSample(ConnectionRole::DATA, bytes);
    const auto [upHost, downHost] = GetMeasuredHostWork(result);
    m_inferences->HandleResult(result);
    // probes are possible only after the inference has ended
    m_links->HandleResult(result, sampleBytes, upHost, downHost);
    HandleNewEstimate();
}

std::pair<Time, Time>
InferenceClient::GetMeasuredHostWork(const Result& result) const
{
    if (!m_measuresHostWork)
    {
        return {};
    }
    const auto& inferences = m_inferences->GetAll();
    const auto found = inferences.find(result.inference);
    const auto packing = found != inferences.end() ? found->second.record.packing : Time();
    const auto bytes = m_decision->GetCosts().GetResultBytes();
    return {packing + NanoSeconds(result.unpackingNs),
            NanoSeconds(result.packingNs) + BoundTime(GetHostSeconds(GetHostWork(), bytes))};
}

void
InferenceClient::HandleNewEstimate()
{
    const auto link = m_links->GetLink();
    m_linkTrace({Simulator::Now(), m_deviceId, m_server, link.uplinkBps, link.downlinkBps});
    if (m_links->IsNews(m_reportChange))
    {
        SendState();
    }
    // only after this event: TCP is handling a segment now, and would send the probe before STATE
    m_probeEvent = Simulator::ScheduleNow(&LinkMonitor::ProbeIfInDoubt, m_links.get());
}

void
InferenceClient::TraceCut(const CutPlan& oldPlan, const CutPlan& newPlan, CutReason reason)
{
    m_cutTrace({Simulator::Now(), m_deviceId, m_server, oldPlan.label, newPlan.label, reason});
}

// LEASE

void
InferenceClient::ExtendLease(Time left)
{
    m_leaseEvent.Cancel();
    m_leaseEvent = Simulator::Schedule(BoundTime(left), &InferenceClient::HandleLeaseExpired, this);
}

void
InferenceClient::HandleLeaseExpired()
{
    NS_LOG_FUNCTION(this);
    WorkAlone(CutReason::LEASE_EXPIRED, "lease expired");
    if (m_connection->IsUp())
    {
        m_connection->Replace("lease expired");
    }
    m_inferences->Feed();
}

} // namespace surgery
} // namespace ns3
