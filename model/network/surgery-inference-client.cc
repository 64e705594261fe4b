/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference-client.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
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

/// The DeviceId that stands for the node's own.
constexpr auto NODE_ID = std::numeric_limits<uint32_t>::max();

/// A wait that, from any simulated time of practical size, can be scheduled. @param wait as wished
Time
Bound(Time wait)
{
    return std::clamp(wait, Time(0), NanoSeconds(std::numeric_limits<int64_t>::max() / 4));
}

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
            .AddAttribute("Remote",
                          "Address and TCP port of the MecServer.",
                          AddressValue(),
                          MakeAddressAccessor(&InferenceClient::m_remote),
                          MakeAddressChecker())
            .AddAttribute("DeviceId",
                          "The device's id, unique among the server's clients; 2^32 - 1 means "
                          "the node's id.",
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
                          "Size of the input tensor as it is sent, in bytes (uint8, JPEG, ...); "
                          "0 means as in the DNN's profile.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&InferenceClient::m_inputBytes),
                          MakeUintegerChecker<uint64_t>(0, SurgeryHeader::MAX_PAYLOAD_BYTES))
            .AddAttribute("ActivationBits",
                          "Width of every other tensor's element as it is sent, in bits: 8, 16 or "
                          "32.",
                          UintegerValue(32),
                          MakeUintegerAccessor(&InferenceClient::m_activationBits),
                          MakeUintegerChecker<uint32_t>(8, 32))
            .AddAttribute("UsagePrice",
                          "rho: the latency that renting the whole server must save to be worth "
                          "it.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&InferenceClient::m_usagePrice),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("OpenLoop",
                          "Whether requests come every Interval, instead of a ThinkTime after "
                          "each result.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&InferenceClient::m_openLoop),
                          MakeBooleanChecker())
            .AddAttribute("ThinkTime",
                          "A random variable with the time from a result to the next request in "
                          "the closed loop, in seconds; less than 0 counts as 0.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&InferenceClient::m_thinkTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Interval",
                          "A random variable with the time between two requests in the open loop, "
                          "in seconds; less than 0 counts as 0.",
                          StringValue("ns3::ExponentialRandomVariable[Mean=1]"),
                          MakePointerAccessor(&InferenceClient::m_interval),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("MaxQueue",
                          "How many requests may wait for the device's processor; one more is "
                          "dropped.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&InferenceClient::m_maxQueue),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxOffloads",
                          "How many offloaded inferences may be under way; the device's processor "
                          "takes no further one for offloading before one of them has ended. More "
                          "would only wait in TCP's buffer.",
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
                          "How long a new connection may bring no GRANT before it is replaced; "
                          "later the GRANT's own lease counts. It must exceed the server's "
                          "Timestep.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&InferenceClient::m_firstLease),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("UplinkEstimator",
                          "Estimates the network toward the server.",
                          StringValue("ns3::surgery::FittedLinkEstimator"),
                          MakePointerAccessor(&InferenceClient::m_uplink),
                          MakePointerChecker<LinkEstimator>())
            .AddAttribute("DownlinkEstimator",
                          "Estimates the network toward the device.",
                          StringValue("ns3::surgery::FittedLinkEstimator"),
                          MakePointerAccessor(&InferenceClient::m_downlink),
                          MakePointerChecker<LinkEstimator>())
            .AddAttribute("Prober",
                          "When to send a probe to learn of the network.",
                          StringValue("ns3::surgery::LinkProber"),
                          MakePointerAccessor(&InferenceClient::m_prober),
                          MakePointerChecker<LinkProber>())
            .AddAttribute("CutHysteresis",
                          "What another cut than the present one must gain to be taken, as a part "
                          "of the cost J of the present one, 0 to 1; the scheduler dds heeds it.",
                          DoubleValue(0.05),
                          MakeDoubleAccessor(&InferenceClient::m_cutHysteresis),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("ReportChange",
                          "By which factor, less 1, the uplink's estimated rate must change for a "
                          "STATE to be sent at once, instead of in answer to the next GRANT.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&InferenceClient::m_reportChange),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("Mode",
                          "Who decides where to cut: \"server-side\", the server, which is told "
                          "all it needs; \"decentralised\", the device, which tells nothing but "
                          "its demand. As the server's scheduler.",
                          StringValue("server-side"),
                          MakeStringAccessor(&InferenceClient::SetMode, &InferenceClient::GetMode),
                          MakeStringChecker())
            .AddAttribute("DemandFactor",
                          "Decentralised: the device asks for so many times the share it wants; 1 "
                          "is honest.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&InferenceClient::m_demandFactor),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("AnswersPrices",
                          "Decentralised: whether the device answers the server's questions; one "
                          "that is silent gets no share.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&InferenceClient::m_answersPrices),
                          MakeBooleanChecker())
            .AddAttribute("Connection",
                          "The connections to the server.",
                          StringValue("ns3::surgery::ServerConnection"),
                          MakePointerAccessor(&InferenceClient::m_connection),
                          MakePointerChecker<ServerConnection>())
            .AddTraceSource("Inference",
                            "An inference ended: completed, dropped, or in flight at the stop.",
                            MakeTraceSourceAccessor(&InferenceClient::m_inferenceTrace),
                            "ns3::surgery::InferenceClient::InferenceTracedCallback")
            .AddTraceSource("Dropped",
                            "An inference was given up.",
                            MakeTraceSourceAccessor(&InferenceClient::m_droppedTrace),
                            "ns3::surgery::InferenceClient::InferenceTracedCallback")
            .AddTraceSource("GrantReceived",
                            "A GRANT arrived.",
                            MakeTraceSourceAccessor(&InferenceClient::m_grantTrace),
                            "ns3::surgery::InferenceClient::GrantTracedCallback")
            .AddTraceSource("LinkEstimated",
                            "The network was estimated anew.",
                            MakeTraceSourceAccessor(&InferenceClient::m_linkTrace),
                            "ns3::surgery::InferenceClient::LinkTracedCallback")
            .AddTraceSource("CutChanged",
                            "The device was given, or fell back to, another cut.",
                            MakeTraceSourceAccessor(&InferenceClient::m_cutTrace),
                            "ns3::surgery::InferenceClient::CutChangeTracedCallback");
    return tid;
}

InferenceClient::InferenceClient()
    : m_library(std::make_shared<ProfileLibrary>())
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
    return 2 + m_prober->AssignStreams(stream + 2);
}

uint64_t
InferenceClient::GetCreated() const
{
    return m_lastId;
}

uint64_t
InferenceClient::GetCompleted() const
{
    return m_completed;
}

uint64_t
InferenceClient::GetDropped() const
{
    return m_dropped;
}

uint64_t
InferenceClient::GetInFlight() const
{
    return m_inferences.size();
}

uint32_t
InferenceClient::GetDeviceId() const
{
    return m_deviceId;
}

Player
InferenceClient::GetPlayer() const
{
    return m_bidder ? m_bidder->GetPlayer(GetLink()) : Player();
}

Ptr<ServerConnection>
InferenceClient::GetConnection() const
{
    return m_connection;
}

// LIFE

void
InferenceClient::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_processor.Stop();
    m_nextEvent.Cancel();
    m_leaseEvent.Cancel();
    for (auto& entry : m_inferences)
    {
        entry.second.timeout.Cancel();
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
    const auto processor = m_library->GetProcessor(m_processorName);
    m_costs = std::make_unique<LayerCosts>(m_library->GetDnn(m_dnnName),
                                           *processor,
                                           *processor,
                                           Encoding{m_inputBytes, m_activationBits});
    const auto& tensors = m_costs->GetTensorBytes();
    if (std::accumulate(tensors.begin(), tensors.end(), uint64_t{0}) >
        SurgeryHeader::MAX_PAYLOAD_BYTES)
    {
        throw std::invalid_argument("InferenceClient: Dnn and InputBytes: the tensors of \"" +
                                    m_dnnName + "\" sum to more than one message holds (1 GiB)");
    }
    m_localPlan = MakePlan(GetLocalLayers(m_costs->GetDnn()));
    m_processor.SetCallbacks(MakeCallback(&InferenceClient::IsReady, this),
                             MakeCallback(&InferenceClient::HandleTurn, this),
                             MakeCallback(&InferenceClient::HandleComputed, this));

    m_deviceId = m_deviceId == NODE_ID ? GetNode()->GetId() : m_deviceId;
    Hello hello;
    hello.deviceId = m_deviceId;
    if (m_mode == GameMode::DECENTRALISED)
    {
        MakeBidder(); // who the device is, nobody is told
    }
    else
    {
        hello.dnn = m_dnnName;
        hello.processor = m_processorName;
        hello.inputBytes = m_inputBytes;
        hello.activationBits = static_cast<uint8_t>(m_activationBits);
        hello.usagePriceS = m_usagePrice.GetSeconds();
        hello.cutHysteresis = m_cutHysteresis;
    }
    m_prober->SetCallbacks(MakeCallback(&InferenceClient::SendProbe, this), m_uplink);
    m_connection->SetCallbacks(MakeCallback(&InferenceClient::HandleMessage, this),
                               MakeCallback(&InferenceClient::HandleStatus, this),
                               MakeCallback(&InferenceClient::HandleStarted, this));
    m_connection->Start(GetNode(), m_remote, hello);
    ScheduleNext(false);
}

void
InferenceClient::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_nextEvent.Cancel();
    m_leaseEvent.Cancel();
    m_processor.Stop();
    m_prober->Stop();
    m_connection->SendControl(SurgeryHeader(Bye{m_deviceId}));
    m_connection->Stop();
    for (auto& [id, inference] : m_inferences)
    {
        inference.timeout.Cancel();
        m_inferenceTrace(inference.record);
    }
}

// REQUESTS

void
InferenceClient::ScheduleNext(bool afterEnd)
{
    if (m_maxRequests > 0 && m_lastId >= m_maxRequests)
    {
        return;
    }
    if (m_openLoop && !afterEnd)
    {
        const auto wait = Bound(Seconds(m_interval->GetValue()));
        m_nextEvent = Simulator::Schedule(wait, &InferenceClient::CreateInference, this);
    }
    else if (!m_openLoop)
    {
        const auto wait = Bound(Seconds(m_thinkTime->GetValue()));
        m_nextEvent = Simulator::Schedule(wait, &InferenceClient::CreateInference, this);
    }
}

void
InferenceClient::CreateInference()
{
    NS_LOG_FUNCTION(this);
    const auto id = ++m_lastId;
    auto& inference = m_inferences[id];
    inference.record.id = id;
    inference.record.device = m_deviceId;
    inference.record.dnn = m_dnnName;
    inference.record.created = Simulator::Now();
    if (m_openLoop)
    {
        ScheduleNext(false);
    }
    if (m_processor.GetWaiting() >= m_maxQueue)
    {
        End(id, InferenceOutcome::DROPPED, "queue full");
        return;
    }
    inference.timeout =
        Simulator::Schedule(Bound(m_requestTimeout), &InferenceClient::HandleTimeout, this, id);
    m_processor.Submit(id);
}

void
InferenceClient::HandleTimeout(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    End(id, InferenceOutcome::DROPPED, "timeout");
}

void
InferenceClient::End(uint64_t id, InferenceOutcome outcome, const std::string& reason)
{
    NS_LOG_FUNCTION(this << id << reason);
    auto node = m_inferences.extract(id);
    auto& inference = node.mapped();
    inference.timeout.Cancel();
    inference.record.outcome = outcome;
    if (!reason.empty())
    {
        inference.record.reason = reason;
    }
    const auto isCompleted = outcome == InferenceOutcome::COMPLETED;
    ++(isCompleted ? m_completed : m_dropped);
    m_inferenceTrace(inference.record);
    if (!isCompleted)
    {
        m_droppedTrace(inference.record);
    }
    // the server waits for this word before it gives the share away
    const auto goesOn = m_share > 0 && !m_grantedPlan->cut.isLocal;
    if (inference.plan && !inference.plan->cut.isLocal && !goesOn && CountOffloads() == 0)
    {
        SendState();
    }
    ScheduleNext(true);
    m_processor.Cancel(id);
    m_processor.Feed();
}

// DEVICE

bool
InferenceClient::IsReady(uint64_t id) const
{
    const auto wouldOffload = m_grantedPlan && !m_grantedPlan->cut.isLocal;
    return m_inferences.at(id).phase == Phase::RESUMED || !wouldOffload ||
           CountOffloads() < m_maxOffloads;
}

Time
InferenceClient::HandleTurn(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& inference = m_inferences.at(id);
    if (inference.phase == Phase::RESUMED)
    {
        inference.phase = Phase::COMPUTING;
        return Seconds(inference.plan->cut.serverSeconds);
    }
    inference.phase = Phase::COMPUTING;
    inference.plan = m_grantedPlan ? m_grantedPlan : m_localPlan;
    inference.isLocal = inference.plan->cut.isLocal;
    inference.record.cut = inference.plan->label;
    inference.record.share = inference.isLocal ? 0 : m_share;
    if (inference.isLocal || m_lastGrant.latencyS > 0)
    {
        const auto alone = inference.plan->cut.deviceSeconds;
        inference.record.predicted = Seconds(inference.isLocal ? alone : m_lastGrant.latencyS);
    }
    inference.record.deviceStart = Simulator::Now();
    return Seconds(inference.plan->cut.deviceSeconds);
}

void
InferenceClient::HandleComputed(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    auto& inference = m_inferences.at(id);
    inference.record.deviceEnd = Simulator::Now();
    if (inference.isLocal)
    {
        inference.record.resultReceived = Simulator::Now();
        End(id, InferenceOutcome::COMPLETED, "");
        return;
    }
    inference.phase = Phase::OFFLOADED;
    if (IsServed(inference))
    {
        Upload(inference);
    }
    else
    {
        ResumeLocally(id, m_grantedPlan ? "share lost" : "lease expired");
    }
}

// SERVER

std::shared_ptr<const InferenceClient::CutPlan>
InferenceClient::MakePlan(const CutLayers& onDevice) const
{
    auto plan = std::make_shared<CutPlan>();
    plan->cut = MakeCut(*m_costs, onDevice);
    plan->label = GetCutLabel(m_costs->GetDnn(), onDevice);
    plan->workS = m_bidder ? m_bidder->GetServerSeconds(onDevice) : 0.0;
    return plan;
}

uint32_t
InferenceClient::CountOffloads() const
{
    return static_cast<uint32_t>(
        std::count_if(m_inferences.begin(), m_inferences.end(), [](const auto& entry) {
            return entry.second.plan && !entry.second.isLocal;
        }));
}

void
InferenceClient::SendState()
{
    State state;
    state.deviceId = m_deviceId;
    m_reportedBps = m_uplink->GetRateBps();
    state.offloadsInFlight = CountOffloads();
    state.lastGrant = m_lastGrant.sequence;
    state.grantDelayNs = m_grantDelay.GetNanoSeconds();
    if (!m_bidder) // or else it is nobody's business
    {
        const auto link = GetLink();
        state.uplinkBps = link.uplinkBps;
        state.uplinkDelayS = link.uplinkDelayS;
        state.downlinkBps = link.downlinkBps;
        state.downlinkDelayS = link.downlinkDelayS;
        const auto elapsed = (Simulator::Now() - m_started).GetSeconds();
        state.requestRatePerS = elapsed > 0 ? static_cast<double>(m_lastId) / elapsed : 0.0;
    }
    m_connection->SendControl(SurgeryHeader(state));
}

void
InferenceClient::Upload(Inference& inference)
{
    Activation activation;
    activation.deviceId = m_deviceId;
    activation.inference = inference.record.id;
    activation.attempt = ++inference.record.attempts;
    if (m_bidder)
    {
        activation.workS = inference.plan->workS;
        activation.resultBytes = inference.plan->cut.resultBytes;
    }
    else
    {
        activation.onDevice = inference.plan->cut.onDevice;
    }
    inference.record.uplinkBytes = inference.plan->cut.uploadBytes;
    m_connection->SendData(SurgeryHeader(activation, inference.plan->cut.uploadBytes));
    m_prober->Postpone();
}

bool
InferenceClient::SendProbe(uint32_t bytes)
{
    NS_LOG_FUNCTION(this << bytes);
    if (!m_connection->IsUp() || CountOffloads() > 0)
    {
        return false; // its result will tell
    }
    Probe probe;
    probe.deviceId = m_deviceId;
    probe.number = ++m_lastProbe;
    probe.replyBytes = static_cast<uint32_t>(std::min<uint64_t>(m_costs->GetResultBytes(), bytes));
    m_connection->SendData(SurgeryHeader(probe, bytes));
    return true;
}

void
InferenceClient::HandleStatus(bool up)
{
    NS_LOG_FUNCTION(this << up);
    if (!up)
    {
        m_prober->Stop();
        return; // the lease decides whether to go on alone
    }
    if (!m_grantedPlan)
    {
        ExtendLease(m_firstLease);
    }
    SendState();
    for (auto& [id, inference] : m_inferences)
    {
        if (inference.phase == Phase::OFFLOADED)
        {
            Upload(inference);
        }
    }
}

void
InferenceClient::HandleStarted(const SurgeryHeader& header)
{
    if (const auto* activation = header.GetIf<Activation>())
    {
        const auto found = m_inferences.find(activation->inference);
        if (found != m_inferences.end())
        {
            found->second.record.firstByteSent = NanoSeconds(activation->sentNs);
        }
    }
}

void
InferenceClient::HandleMessage(const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << bytes);
    if (const auto* grant = header.GetIf<Grant>())
    {
        auto complete = *grant;
        if (m_bidder)
        {
            complete.onDevice = m_localPlan->cut.onDevice;
            m_bidder->Complete(complete, GetLink());
        }
        HandleGrant(complete, bytes);
    }
    else if (const auto* result = header.GetIf<Result>())
    {
        HandleResult(*result, bytes);
    }
    else if (const auto* reply = header.GetIf<ProbeReply>())
    {
        HandleProbeReply(*reply, bytes);
    }
    else if (const auto* price = header.GetIf<Price>(); price && m_bidder)
    {
        HandleQuestion(*price);
    }
    else if (const auto* offer = header.GetIf<Offer>(); offer && m_bidder)
    {
        HandleQuestion(*offer);
    }
    else
    {
        m_connection->Replace("a message that only clients send");
    }
}

void
InferenceClient::MakeBidder()
{
    if (!m_frontiers)
    {
        m_frontiers = std::make_shared<PartitionFrontierCache>(m_library);
    }
    const SurgeryBidder::Secrets secrets{m_dnnName,
                                         m_processorName,
                                         {m_inputBytes, m_activationBits},
                                         m_usagePrice.GetSeconds(),
                                         m_cutHysteresis};
    m_bidder = std::make_unique<SurgeryBidder>(secrets, m_demandFactor, m_frontiers);
}

template <typename Question>
void
InferenceClient::HandleQuestion(const Question& question)
{
    NS_LOG_FUNCTION(this << question.round);
    const std::optional<Demand> answer = m_bidder->Answer(question, GetLink());
    if (answer && m_answersPrices)
    {
        m_connection->SendControl(SurgeryHeader(*answer));
    }
}

Link
InferenceClient::GetLink() const
{
    return {m_uplink->GetRateBps(),
            m_downlink->GetRateBps(),
            m_uplink->GetDelay().GetSeconds(),
            m_downlink->GetDelay().GetSeconds()};
}

void
InferenceClient::SetMode(std::string mode)
{
    m_mode = ParseGameMode(mode);
}

std::string
InferenceClient::GetMode() const
{
    return GetGameModeName(m_mode);
}

void
InferenceClient::HandleGrant(const Grant& grant, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << grant.sequence << grant.share);
    if (!m_grantedPlan || m_grantedPlan->cut.onDevice != grant.onDevice)
    {
        if (!IsCut(m_costs->GetDnn(), grant.onDevice))
        {
            m_connection->Replace("a grant whose cut does not fit the DNN");
            return;
        }
        const auto isKept = grant.reason == CutReason::KEPT;
        const auto told = isKept ? CutReason::MISSED_GRANT : grant.reason;
        ChangePlan(MakePlan(grant.onDevice), m_grantedPlan ? told : CutReason::FIRST_GRANT);
    }
    const auto now = Simulator::Now();
    m_grantDelay = now - NanoSeconds(grant.sentNs);
    m_downlink->AddSample(bytes, m_grantDelay);
    if (grant.stateDelayNs >= 0)
    {
        m_uplink->AddSample(grant.stateBytes, NanoSeconds(grant.stateDelayNs));
    }
    m_share = grant.share;
    m_lastGrant = grant;
    // the lease runs from when the GRANT was sent
    ExtendLease(NanoSeconds(grant.leaseNs) - m_grantDelay);
    m_grantTrace(m_deviceId, m_share, m_grantedPlan->label);
    ResumeUnserved("share lost");
    m_processor.Feed();
    m_prober->Start();
    SendState();
}

void
InferenceClient::ChangePlan(std::shared_ptr<const CutPlan> plan, CutReason reason)
{
    const auto& oldPlan = m_grantedPlan ? *m_grantedPlan : *m_localPlan;
    const auto& newPlan = plan ? *plan : *m_localPlan;
    if (oldPlan.cut.onDevice != newPlan.cut.onDevice)
    {
        m_cutTrace({Simulator::Now(), m_deviceId, oldPlan.label, newPlan.label, reason});
    }
    m_grantedPlan = std::move(plan);
}

void
InferenceClient::LearnLink(uint64_t upBytes, Time up, uint64_t downBytes, Time down)
{
    m_uplink->AddSample(upBytes, up);
    m_downlink->AddSample(downBytes, down);
    m_linkTrace(m_deviceId, m_uplink->GetRateBps(), m_downlink->GetRateBps());
    m_prober->Postpone();
    if (m_uplink->IsInDoubt())
    {
        m_prober->ProbeNow();
    }
    const auto rate = m_uplink->GetRateBps();
    if (std::max(rate, m_reportedBps) > (1 + m_reportChange) * std::min(rate, m_reportedBps))
    {
        SendState();
    }
}

void
InferenceClient::HandleProbeReply(const ProbeReply& reply, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << reply.number << bytes);
    m_prober->HandleReply();
    LearnLink(reply.uplinkBytes,
              NanoSeconds(reply.uplinkNs),
              bytes,
              Simulator::Now() - NanoSeconds(reply.sentNs));
}

void
InferenceClient::HandleResult(const Result& result, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << result.inference << bytes);
    const auto now = Simulator::Now();
    const auto found = m_inferences.find(result.inference);
    const auto learn = [&] {
        LearnLink(result.uplinkBytes,
                  NanoSeconds(result.uplinkNs),
                  bytes,
                  now - NanoSeconds(result.sentNs));
    };
    if (found == m_inferences.end() || found->second.phase != Phase::OFFLOADED)
    {
        NS_LOG_INFO("a result that nobody waits for");
        learn();
        return;
    }
    auto& record = found->second.record;
    record.firstByteSent = NanoSeconds(result.activationSentNs);
    record.lastByteReceived = NanoSeconds(result.activationReceivedNs);
    record.serverStart = NanoSeconds(result.serverStartNs);
    record.serverEnd = NanoSeconds(result.serverEndNs);
    record.resultReceived = now;
    record.uplinkTransfer = NanoSeconds(result.uplinkNs);
    record.downlinkBytes = m_costs->GetResultBytes();
    End(result.inference, InferenceOutcome::COMPLETED, "");
    learn(); // the device is free to probe only now
}

void
InferenceClient::ExtendLease(Time left)
{
    m_leaseEvent.Cancel();
    m_leaseEvent = Simulator::Schedule(Bound(left), &InferenceClient::HandleLeaseExpired, this);
}

void
InferenceClient::ResumeUnserved(const std::string& reason)
{
    for (const auto& [id, inference] : m_inferences)
    {
        if (inference.phase == Phase::OFFLOADED && !IsServed(inference))
        {
            ResumeLocally(id, reason);
        }
    }
}

void
InferenceClient::HandleLeaseExpired()
{
    NS_LOG_FUNCTION(this);
    m_leaseEvent.Cancel();
    m_prober->Stop();
    ChangePlan(nullptr, CutReason::LEASE_EXPIRED);
    if (m_bidder)
    {
        m_bidder->Forget();
    }
    m_share = 0;
    ResumeUnserved("lease expired"); // without a grant that is all
    if (m_connection->IsUp())
    {
        m_connection->Replace("lease expired");
    }
    m_processor.Feed();
}

bool
InferenceClient::IsServed(const Inference& inference) const
{
    // a share stays in effect while its device has work under way; a server that nevertheless
    // reserves nothing has forgotten the device, and runs only what takes no time
    return m_grantedPlan &&
           (m_share > 0 || inference.plan->cut.onDevice == m_grantedPlan->cut.onDevice);
}

void
InferenceClient::ResumeLocally(uint64_t id, const std::string& reason)
{
    auto& inference = m_inferences.at(id);
    inference.phase = Phase::RESUMED;
    inference.isLocal = true;
    inference.record.reason = "finished locally: " + reason;
    m_processor.Submit(id);
}

} // namespace surgery
} // namespace ns3
