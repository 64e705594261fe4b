/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-mec-server.h"

#include "client-connections.h"
#include "served-device.h"
#include "share-ledger.h"
#include "share-processor.h"

#include "ns3/dnn-cut.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-bounded-time.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("MecServer");

NS_OBJECT_ENSURE_REGISTERED(MecServer);

// ATTRIBUTES

TypeId
MecServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::MecServer")
            .SetParent<Application>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<MecServer>()
            .AddAttribute("Local",
                          "Address and TCP port to listen at.",
                          AddressValue(),
                          MakeAddressAccessor(&MecServer::m_local),
                          MakeAddressChecker())
            .AddAttribute("Processor",
                          "The server's processor: a bundled profile's name or a file's path.",
                          StringValue("server-t4"),
                          MakeStringAccessor(&MecServer::m_processorName),
                          MakeStringChecker())
            .AddAttribute("Scheduler",
                          "The scheduler that decides cuts and shares.",
                          StringValue("ns3::surgery::DdsScheduler"),
                          MakePointerAccessor(&MecServer::m_scheduler),
                          MakePointerChecker<SurgeryScheduler>())
            .AddAttribute("ShareProcessor",
                          "The processor with the devices' shares.",
                          StringValue("ns3::surgery::ShareProcessor"),
                          MakePointerAccessor(&MecServer::m_processor),
                          MakePointerChecker<ShareProcessor>())
            .AddAttribute("Timestep",
                          "Time between two decisions.",
                          TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&MecServer::m_timestep),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("DecisionDelay",
                          "A random variable with the simulated time a decision takes, in seconds; "
                          "less than 0 counts as 0. "
                          "A timestep that comes while one is under way is skipped.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&MecServer::m_decisionDelay),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("LeaseTime",
                          "How long a device may use a GRANT after it was sent.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&MecServer::m_leaseTime),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("DeviceTimeout",
                          "How long a device may be silent before it is forgotten.",
                          TimeValue(Seconds(4)),
                          MakeTimeAccessor(&MecServer::m_deviceTimeout),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("Connections",
                          "The devices' connections.",
                          StringValue("ns3::surgery::ClientConnections"),
                          MakePointerAccessor(&MecServer::m_connections),
                          MakePointerChecker<ClientConnections>())
            .AddAttribute("Outages",
                          "When the server is away, as START+DURATION pairs in Time notation, "
                          "separated by spaces (\"10s+5s 60s+500ms\"), in simulated time. It "
                          "forgets all devices and their work.",
                          StringValue(""),
                          MakeStringAccessor(&MecServer::SetOutages, &MecServer::GetOutages),
                          MakeStringChecker())
            .AddTraceSource("Timestep",
                            "Shares were decided and took effect.",
                            MakeTraceSourceAccessor(&MecServer::m_timestepTrace),
                            "ns3::surgery::MecServer::TimestepTracedCallback")
            .AddTraceSource("Granted",
                            "A device was granted a share and a cut.",
                            MakeTraceSourceAccessor(&MecServer::m_grantTrace),
                            "ns3::surgery::MecServer::GrantTracedCallback")
            .AddTraceSource("Load",
                            "The sum of the shares in effect changed, those on hold included, "
                            "0..1; looked at once a timestep.",
                            MakeTraceSourceAccessor(&MecServer::m_load),
                            "ns3::TracedValueCallback::Double")
            .AddTraceSource("ShadowPrice",
                            "The shadow price of capacity, lambda, changed, s; 0 if the scheduler "
                            "has none.",
                            MakeTraceSourceAccessor(&MecServer::m_shadowPrice),
                            "ns3::TracedValueCallback::Double")
            .AddTraceSource("SolverWallTime",
                            "The scheduler decided, in so much wall-clock time.",
                            MakeTraceSourceAccessor(&MecServer::m_wallTimeTrace),
                            "ns3::surgery::MecServer::SolverWallTimeTracedCallback");
    return tid;
}

MecServer::MecServer()
    : m_library(std::make_shared<ProfileLibrary>())
{
    NS_LOG_FUNCTION(this);
}

MecServer::~MecServer()
{
    NS_LOG_FUNCTION(this);
}

void
MecServer::SetProfileLibrary(std::shared_ptr<ProfileLibrary> library)
{
    NS_LOG_FUNCTION(this);
    m_library = std::move(library);
}

int64_t
MecServer::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    m_decisionDelay->SetStream(stream);
    return 1 + m_scheduler->AssignStreams(stream + 1);
}

uint64_t
MecServer::GetProtocolErrors() const
{
    return m_connections->GetProtocolErrors();
}

Ptr<ShareProcessor>
MecServer::GetShareProcessor() const
{
    return m_processor;
}

Ptr<ClientConnections>
MecServer::GetConnections() const
{
    return m_connections;
}

void
MecServer::SetOutages(std::string outages)
{
    m_outages = OutageSchedule("MecServer: Outages", outages);
}

std::string
MecServer::GetOutages() const
{
    return m_outages.ToString();
}

Ptr<SurgeryNegotiation>
MecServer::GetNegotiation() const
{
    return m_scheduler ? m_scheduler->GetNegotiation() : nullptr;
}

// SERVICE

void
MecServer::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_connections->Dispose();
    StopApplication();
    m_scheduler = nullptr;
    m_decisionDelay = nullptr;
    m_ledger = nullptr;
    m_processor->Dispose();
    m_processor = nullptr;
    m_connections = nullptr;
    Application::DoDispose();
}

void
MecServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_local.IsInvalid())
    {
        throw std::invalid_argument("MecServer: Local: needs an address and a port");
    }
    if (m_leaseTime <= m_timestep || m_deviceTimeout <= m_timestep)
    {
        throw std::invalid_argument("MecServer: LeaseTime and DeviceTimeout: must exceed Timestep, "
                                    "or no device holds a grant all the time");
    }
    m_library->GetProcessor(m_processorName); // fails here rather than at the first HELLO
    if (const auto negotiation = GetNegotiation())
    {
        negotiation->Start(m_processorName,
                           MakeCallback(&MecServer::SendControl, this),
                           MakeCallback(&MecServer::HandleNegotiated, this));
    }
    m_frontiers = std::make_unique<PartitionFrontierCache>(m_library);
    m_ledger = std::make_unique<ShareLedger>(m_processor);
    m_connections->SetCallbacks(MakeCallback(&MecServer::HandleHello, this),
                                MakeCallback(&MecServer::HandleMessage, this));
    m_connections->Listen(GetNode(), m_local);
    BeginService();
    m_outages.Start(MakeCallback(&MecServer::EndService, this),
                    MakeCallback(&MecServer::BeginService, this));
}

void
MecServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_outages.Cancel();
    EndService();
    m_connections->Stop();
}

void
MecServer::BeginService()
{
    NS_LOG_FUNCTION(this);
    m_connections->SetAccepting(true);
    m_timestepEvent = Simulator::Schedule(m_timestep, &MecServer::RunTimestep, this);
}

void
MecServer::EndService()
{
    NS_LOG_FUNCTION(this);
    m_connections->SetAccepting(false);
    m_timestepEvent.Cancel();
    m_applyEvent.Cancel();
    if (const auto negotiation = GetNegotiation())
    {
        negotiation->Reset();
    }
    while (!m_devices.empty())
    {
        ForgetDevice(m_devices.begin()->first);
    }
}

// MESSAGES

std::string
MecServer::HandleHello(const Hello& hello)
{
    NS_LOG_FUNCTION(this << hello.deviceId);
    std::shared_ptr<const PartitionFrontier> frontier;
    if (hello.dnn.empty() != static_cast<bool>(GetNegotiation()))
    {
        return hello.dnn.empty() ? "a HELLO without a DNN, although the server decides"
                                 : "a HELLO that names a DNN, although the devices decide";
    }
    if (!hello.dnn.empty())
    {
        try
        {
            frontier = m_frontiers->Get(hello.dnn,
                                        hello.processor,
                                        m_processorName,
                                        {hello.inputBytes, hello.activationBits});
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
    }
    auto& device = m_devices[hello.deviceId];
    if (!device)
    {
        device = std::make_unique<ServedDevice>();
    }
    device->HandleHello(hello, std::move(frontier));
    return "";
}

std::string
MecServer::HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << bytes);
    auto& device = *m_devices.at(id);
    device.HandleSign();
    if (const auto* state = header.GetIf<State>())
    {
        device.HandleState(*state, CountForSample(id, ConnectionRole::CONTROL, bytes));
        m_ledger->Confirm(id, state->lastGrant, state->offloadsInFlight == 0);
    }
    else if (const auto* activation = header.GetIf<Activation>())
    {
        return HandleActivation(id, *activation, bytes);
    }
    else if (const auto* probe = header.GetIf<Probe>())
    {
        HandleProbe(id, *probe, header, bytes);
    }
    else if (header.GetIf<Bye>())
    {
        ForgetDevice(id);
    }
    else if (const auto* demand = header.GetIf<Demand>(); demand && GetNegotiation())
    {
        GetNegotiation()->HandleDemand(id, *demand);
    }
    else
    {
        return "a message that only servers send";
    }
    return "";
}

uint64_t
MecServer::CountForSample(uint32_t id, ConnectionRole role, uint64_t bytes) const
{
    return m_connections->WasStalled(id, role) ? 0 : bytes;
}

std::string
MecServer::HandleActivation(uint32_t id, const Activation& activation, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << activation.inference << bytes);
    auto& device = *m_devices.at(id);
    const auto frontier = device.GetFrontier();
    const auto tellsWork = activation.onDevice.empty();
    if (tellsWork != static_cast<bool>(GetNegotiation()) ||
        (!tellsWork && !IsCut(frontier->GetCosts().GetDnn(), activation.onDevice)))
    {
        return "an activation whose cut does not fit the DNN";
    }
    const auto uplink = device.MeasureUplink(activation.sentNs);
    if (const auto* known = device.FindJob(activation.inference))
    {
        if (!known->end.IsStrictlyNegative())
        {
            m_connections->Send(id, ConnectionRole::DATA, device.MakeResult(*known));
        }
        return "";
    }
    const auto work =
        device.AddJob(activation, CountForSample(id, ConnectionRole::DATA, bytes), uplink);
    m_processor->Submit(id,
                        activation.inference,
                        BoundTime(work),
                        MakeCallback(&MecServer::HandleJobDone, this));
    return "";
}

void
MecServer::HandleProbe(uint32_t id, const Probe& probe, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << probe.number << bytes);
    ProbeReply reply;
    reply.number = probe.number;
    reply.uplinkBytes = CountForSample(id, ConnectionRole::DATA, bytes);
    reply.uplinkNs = m_devices.at(id)->MeasureUplink(probe.sentNs).GetNanoSeconds();
    const auto payload = std::min(probe.replyBytes, header.GetPayloadBytes());
    m_connections->Send(id, ConnectionRole::DATA, SurgeryHeader(reply, payload));
}

void
MecServer::HandleJobDone(uint32_t id, uint64_t inference, Time start, Time end)
{
    NS_LOG_FUNCTION(this << id << inference);
    auto& device = *m_devices.at(id);
    const auto& job = device.FinishJob(inference, start, end);
    m_connections->Send(id, ConnectionRole::DATA, device.MakeResult(job));
    device.ForgetOldJobs();
}

// TIMESTEPS

Game
MecServer::MakeGame(std::vector<uint32_t>& ids) const
{
    Game game;
    for (const auto& [id, device] : m_devices)
    {
        if (device->HasState() && m_connections->IsOpen(id, ConnectionRole::CONTROL))
        {
            ids.push_back(id);
            game.players.push_back(device->MakePlayer(m_processor->GetShare(id), m_leaseTime));
        }
    }
    return game;
}

void
MecServer::RunTimestep()
{
    NS_LOG_FUNCTION(this);
    m_timestepEvent = Simulator::Schedule(m_timestep, &MecServer::RunTimestep, this);
    ForgetSilentDevices();
    const auto negotiation = GetNegotiation();
    if (!m_applyEvent.IsExpired() || (negotiation && negotiation->IsRunning()))
    {
        NS_LOG_INFO("a decision is still under way");
        return;
    }
    if (negotiation)
    {
        BeginNegotiation();
        return;
    }
    std::vector<uint32_t> ids;
    auto game = MakeGame(ids);
    const auto wallStart = std::chrono::steady_clock::now();
    const auto outcome = m_ledger->Decide(*m_scheduler, game, ids);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wallStart;
    m_wallTimeTrace(Simulator::Now(), wall.count());

    m_applyEvent =
        Simulator::Schedule(DrawDecisionDelay(), &MecServer::Apply, this, ids, game, outcome);
}

Time
MecServer::DrawDecisionDelay() const
{
    return BoundTime(m_decisionDelay->GetValue());
}

void
MecServer::Apply(const std::vector<uint32_t>& ids, const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this << ids.size());
    const auto certificate = Evaluate(game, outcome);
    std::map<uint32_t, double> shares;
    for (std::size_t i = 0; i < ids.size(); ++i)
    {
        if (FindPlayer(ids[i], game.players[i]))
        {
            shares[ids[i]] = outcome.decisions[i].share;
        }
    }
    m_ledger->Apply(shares, m_grantSequence + 1);
    for (std::size_t i = 0; i < ids.size(); ++i)
    {
        auto* device = FindPlayer(ids[i], game.players[i]);
        if (!device)
        {
            continue;
        }
        const auto& decision = outcome.decisions[i];
        Send(ids[i],
             device->MakeGrant(game.players[i],
                               decision,
                               outcome.shadowPriceS,
                               certificate.latenciesS[i]));
        if (m_grantTrace.IsEmpty())
        {
            continue; // naming the cut costs more than all the rest
        }
        GrantRecord record;
        record.time = Simulator::Now();
        record.device = ids[i];
        record.share = decision.share;
        record.cut =
            GetCutLabel(device->GetFrontier()->GetCosts().GetDnn(), decision.cut->onDevice);
        record.latencyS = certificate.latenciesS[i];
        record.costS = certificate.costsS[i];
        record.uplinkBps = game.players[i].link.uplinkBps;
        m_grantTrace(record);
    }
    TimestepRecord record;
    record.time = Simulator::Now();
    record.devices = static_cast<uint32_t>(ids.size());
    record.shadowPriceS = outcome.shadowPriceS;
    record.potentialS = certificate.potential;
    record.dualGapS = certificate.dualGap;
    record.maxRegret = certificate.maxRegret;
    record.rounds = outcome.rounds;
    record.overloaded = certificate.overloaded;
    TraceTimestep(record);
}

void
MecServer::TraceTimestep(TimestepRecord record)
{
    const auto traffic = m_connections->GetControlTraffic();
    record.load = m_processor->GetLoad();
    record.controlMessages = traffic.messages - m_tracedMessages;
    record.controlBytes = traffic.bytes - m_tracedBytes;
    m_tracedMessages = traffic.messages;
    m_tracedBytes = traffic.bytes;
    m_timestepTrace(record);
    m_load = record.load;
    m_shadowPrice = record.shadowPriceS;
}

void
MecServer::BeginNegotiation()
{
    NS_LOG_FUNCTION(this);
    SurgeryNegotiation::Players players;
    auto capacity = 1 - m_processor->GetLoad();
    for (const auto& entry : m_devices)
    {
        if (m_connections->IsOpen(entry.first, ConnectionRole::CONTROL))
        {
            const auto share = m_processor->GetShare(entry.first);
            players[entry.first] = share;
            capacity += share;
        }
    }
    GetNegotiation()->Begin(players, std::clamp(capacity, 0.0, 1.0), m_timestep);
}

void
MecServer::HandleNegotiated(const NegotiationRecord& record)
{
    m_applyEvent =
        Simulator::Schedule(DrawDecisionDelay(), &MecServer::ApplyNegotiated, this, record);
}

void
MecServer::ApplyNegotiated(const NegotiationRecord& record)
{
    NS_LOG_FUNCTION(this << record.shares.size());
    std::map<uint32_t, double> shares;
    for (const auto& negotiated : record.shares)
    {
        if (m_devices.count(negotiated.device) > 0) // or else it left meanwhile
        {
            shares[negotiated.device] = negotiated.share;
        }
    }
    m_ledger->Apply(shares, m_grantSequence + 1);
    constexpr auto UNKNOWN = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [device, share] : shares)
    {
        Grant grant;
        grant.shadowPriceS = record.priceS;
        grant.newShare = share;
        Send(device, grant); // the cut is the device's own
        GrantRecord granted;
        granted.time = Simulator::Now();
        granted.device = device;
        granted.share = share;
        granted.latencyS = UNKNOWN;
        granted.costS = UNKNOWN;
        granted.uplinkBps = UNKNOWN;
        m_grantTrace(granted);
    }
    TimestepRecord timestep;
    timestep.time = Simulator::Now();
    timestep.devices = static_cast<uint32_t>(record.shares.size());
    timestep.shadowPriceS = record.priceS;
    timestep.potentialS = UNKNOWN;
    timestep.dualGapS = UNKNOWN;
    timestep.maxRegret = UNKNOWN;
    timestep.rounds = record.priceRounds + record.offerRounds;
    TraceTimestep(timestep);
}

void
MecServer::SendControl(uint32_t device, const SurgeryHeader& header)
{
    m_connections->Send(device, ConnectionRole::CONTROL, header);
}

ServedDevice*
MecServer::FindPlayer(uint32_t id, const Player& player)
{
    // while the decision was under way the device may have left, or come back with another DNN
    const auto device = m_devices.find(id);
    const auto isSame =
        device != m_devices.end() && device->second->GetFrontier() == player.frontier;
    return isSame ? device->second.get() : nullptr;
}

void
MecServer::Send(uint32_t device, Grant grant)
{
    grant.sequence = ++m_grantSequence;
    grant.share = m_processor->GetShare(device);
    grant.leaseNs = m_leaseTime.GetNanoSeconds();
    m_devices.at(device)->AddSample(grant);
    SendControl(device, SurgeryHeader(grant));
}

void
MecServer::ForgetSilentDevices()
{
    std::vector<uint32_t> silent;
    for (auto& [id, device] : m_devices)
    {
        if (device->IsSilent(m_connections->GetDataReceived(id), m_deviceTimeout))
        {
            silent.push_back(id);
        }
    }
    for (const auto id : silent)
    {
        ForgetDevice(id);
    }
    m_connections->DropStrangers(m_deviceTimeout);
}

void
MecServer::ForgetDevice(uint32_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_devices.erase(id);
    if (const auto negotiation = GetNegotiation())
    {
        negotiation->Remove(id);
    }
    m_ledger->Remove(id);
    m_connections->Drop(id);
}

} // namespace surgery
} // namespace ns3
