/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-inference-client.h"

#include "client-attributes.h"
#include "device-id-claim.h"
#include "device-processor.h"
#include "device-settings.h"
#include "gap-statistics.h"
#include "ongoing-inferences.h"
#include "request-times.h"
#include "server-connection.h"
#include "server-selection.h"
#include "server-sessions.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"
#include "ns3/surgery-random-variable-check.h"
#include "ns3/surgery-server-choice.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("InferenceClient");

NS_OBJECT_ENSURE_REGISTERED(InferenceClient);

namespace
{

// The values of Mode
const std::string SERVER_SIDE = "server-side";
const std::string DECENTRALIZED = "decentralized";

} // namespace

// ATTRIBUTES

TypeId
InferenceClient::GetTypeId()
{
    static TypeId tid = ClientAttributes::AddTo(TypeId("ns3::surgery::InferenceClient")
                                                    .SetParent<Application>()
                                                    .SetGroupName("DnnSurgery")
                                                    .AddConstructor<InferenceClient>());
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
    const auto node = GetNode();
    return m_deviceId == ClientAttributes::NODE_ID && node ? node->GetId() : m_deviceId;
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
    m_deviceId = GetDeviceId();
    m_claim = std::make_unique<DeviceIdClaim>(m_deviceId, GetNode()->GetId());
    FindVariants();
    if (m_requestTimes.empty() && MayBeNegative(m_openLoop ? m_interval : m_thinkTime))
    {
        throw std::invalid_argument(std::string("InferenceClient: ") +
                                    (m_openLoop ? "Interval" : "ThinkTime") +
                                    ": its values must not be below 0 s");
    }
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

RadioPower
InferenceClient::GetRadioPower() const
{
    return {m_transmitPower, m_receivePower, m_radioIdlePower};
}

bool
InferenceClient::HasSeveralVariants() const
{
    return surgery::HasSeveralVariants(GetVariantSettings());
}

void
InferenceClient::FindVariants()
{
    if (!m_frontiers)
    {
        m_frontiers = std::make_shared<PartitionFrontierCache>(m_library);
    }
    m_variants = MakeDeviceVariants(GetVariantSettings(), *m_frontiers);
    m_weights = MakeWeights(*m_library->GetProcessor(m_processorName));
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
                       GetDevicePower(*processor.GetPower(), GetRadioPower(), m_weighsIdlePower));
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
