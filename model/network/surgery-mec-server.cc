/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-mec-server.h"

#include "ns3/dnn-cut.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-certificate.h"
#include "ns3/surgery-cut-reason.h"
#include "ns3/surgery-scheduler.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("MecServer");

NS_OBJECT_ENSURE_REGISTERED(MecServer);

namespace
{

/// How many finished jobs of a device are kept, in case their results must be sent again.
constexpr std::size_t FINISHED_JOBS_KEPT = 32;

} // namespace

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
    device.hello = hello;
    if (device.frontier != frontier)
    {
        device.frontier = frontier;
        device.lastGrant = {};
    }
    device.heard = Simulator::Now();
    if (hello.role == ConnectionRole::DATA)
    {
        device.dataIdleSince = Simulator::Now();
    }
    return "";
}

std::string
MecServer::HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << bytes);
    auto& device = m_devices.at(id);
    device.heard = Simulator::Now();
    if (const auto* state = header.GetIf<State>())
    {
        HandleState(device, *state, bytes);
    }
    else if (const auto* activation = header.GetIf<Activation>())
    {
        return HandleActivation(device, *activation, bytes);
    }
    else if (const auto* probe = header.GetIf<Probe>())
    {
        HandleProbe(device, *probe, header, bytes);
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

void
MecServer::HandleState(Device& device, const State& state, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << state.deviceId << state.offloadsInFlight);
    device.state = state;
    device.hasState = true;
    device.stateBytes = static_cast<uint32_t>(bytes);
    device.stateDelay = Simulator::Now() - NanoSeconds(state.sentNs);
    m_ledger->Confirm(device.hello.deviceId, state.lastGrant, state.offloadsInFlight == 0);
}

std::string
MecServer::HandleActivation(Device& device, const Activation& activation, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << device.hello.deviceId << activation.inference << bytes);
    const auto tellsWork = activation.onDevice.empty();
    if (tellsWork != static_cast<bool>(GetNegotiation()) ||
        (!tellsWork && !IsCut(device.frontier->GetCosts().GetDnn(), activation.onDevice)))
    {
        return "an activation whose cut does not fit the DNN";
    }
    const auto uplink = MeasureUplink(device, activation.sentNs);
    const auto known = device.jobs.find(activation.inference);
    if (known != device.jobs.end())
    {
        if (!known->second.end.IsStrictlyNegative())
        {
            SendResult(device, known->second);
        }
        return "";
    }
    auto& job = device.jobs[activation.inference];
    job.activation = activation;
    job.streamBytes = bytes;
    job.received = Simulator::Now();
    job.uplink = uplink;
    job.end = NanoSeconds(-1);
    const auto work = tellsWork
                          ? activation.workS
                          : MakeCut(device.frontier->GetCosts(), activation.onDevice).serverSeconds;
    m_processor->Submit(device.hello.deviceId,
                        activation.inference,
                        Seconds(work),
                        MakeCallback(&MecServer::HandleJobDone, this));
    return "";
}

Time
MecServer::MeasureUplink(Device& device, int64_t sentNs)
{
    // what queued behind earlier tensors was not under way all the time
    const auto begin = std::max(NanoSeconds(sentNs), device.dataIdleSince);
    device.dataIdleSince = Simulator::Now();
    return Simulator::Now() - begin;
}

void
MecServer::HandleProbe(Device& device,
                       const Probe& probe,
                       const SurgeryHeader& header,
                       uint64_t bytes)
{
    NS_LOG_FUNCTION(this << device.hello.deviceId << probe.number << bytes);
    ProbeReply reply;
    reply.number = probe.number;
    reply.uplinkBytes = bytes;
    reply.uplinkNs = MeasureUplink(device, probe.sentNs).GetNanoSeconds();
    const auto payload = std::min(probe.replyBytes, header.GetPayloadBytes());
    m_connections->Send(device.hello.deviceId, ConnectionRole::DATA, SurgeryHeader(reply, payload));
}

void
MecServer::HandleJobDone(uint32_t deviceId, uint64_t inference, Time start, Time end)
{
    NS_LOG_FUNCTION(this << deviceId << inference);
    auto& device = m_devices.at(deviceId);
    auto& job = device.jobs.at(inference);
    job.start = start;
    job.end = end;
    SendResult(device, job);

    // results are kept for a device that comes back, the oldest ones go
    auto finished = std::count_if(device.jobs.begin(), device.jobs.end(), [](const auto& entry) {
        return !entry.second.end.IsStrictlyNegative();
    });
    for (auto it = device.jobs.begin();
         finished > static_cast<std::ptrdiff_t>(FINISHED_JOBS_KEPT) && it != device.jobs.end();)
    {
        if (it->second.end.IsStrictlyNegative())
        {
            ++it;
            continue;
        }
        it = device.jobs.erase(it);
        --finished;
    }
}

void
MecServer::SendResult(const Device& device, const Job& job) const
{
    Result result;
    result.inference = job.activation.inference;
    result.attempt = job.activation.attempt;
    result.activationSentNs = job.activation.sentNs;
    result.activationReceivedNs = job.received.GetNanoSeconds();
    result.serverStartNs = job.start.GetNanoSeconds();
    result.serverEndNs = job.end.GetNanoSeconds();
    result.uplinkBytes = job.streamBytes;
    result.uplinkNs = job.uplink.GetNanoSeconds();
    const auto bytes =
        device.frontier ? device.frontier->GetCosts().GetResultBytes() : job.activation.resultBytes;
    m_connections->Send(device.hello.deviceId, ConnectionRole::DATA, SurgeryHeader(result, bytes));
}

// TIMESTEPS

Game
MecServer::MakeGame(std::vector<uint32_t>& ids) const
{
    Game game;
    for (const auto& [id, device] : m_devices)
    {
        if (device.hasState && m_connections->IsOpen(id, ConnectionRole::CONTROL))
        {
            ids.push_back(id);
            game.players.push_back(MakePlayer(id, device));
        }
    }
    return game;
}

Player
MecServer::MakePlayer(uint32_t id, const Device& device) const
{
    const auto& state = device.state;
    Player player;
    player.frontier = device.frontier;
    player.link = {state.uplinkBps, state.downlinkBps, state.uplinkDelayS, state.downlinkDelayS};
    player.usagePriceS = device.hello.usagePriceS;
    player.requestRatePerS = state.requestRatePerS;
    // once its lease has ended the device works on its own: it has no cut to keep
    const auto& last = device.lastGrant;
    if (last.cut && Simulator::Now() - last.time <= m_leaseTime)
    {
        const auto share = m_processor->GetShare(id);
        const auto cost = GetCost(*last.cut, player.link, share, player.usagePriceS);
        player.currentCut = last.cut;
        player.switchingCostS = std::isfinite(cost) ? device.hello.cutHysteresis * cost : 0.0;
    }
    return player;
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
    return std::max(Seconds(m_decisionDelay->GetValue()), Time(0));
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
        SendGrant(*device,
                  game.players[i],
                  decision,
                  outcome.shadowPriceS,
                  certificate.latenciesS[i]);
        if (m_grantTrace.IsEmpty())
        {
            continue; // naming the cut costs more than all the rest
        }
        GrantRecord record;
        record.time = Simulator::Now();
        record.device = ids[i];
        record.share = decision.share;
        record.cut = GetCutLabel(device->frontier->GetCosts().GetDnn(), decision.cut->onDevice);
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
    record.controlMessages = traffic.messages - m_tracedTraffic.messages;
    record.controlBytes = traffic.bytes - m_tracedTraffic.bytes;
    m_tracedTraffic = traffic;
    m_timestepTrace(record);
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
        Send(m_devices.at(device), grant); // the cut is the device's own
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

MecServer::Device*
MecServer::FindPlayer(uint32_t id, const Player& player)
{
    // while the decision was under way the device may have left, or come back with another DNN
    const auto device = m_devices.find(id);
    const auto isSame = device != m_devices.end() && device->second.frontier == player.frontier;
    return isSame ? &device->second : nullptr;
}

void
MecServer::SendGrant(Device& device,
                     const Player& player,
                     const Decision& decision,
                     double shadowPriceS,
                     double latencyS)
{
    const auto unitPrice = GetUnitPrice(player, decision, shadowPriceS);
    auto& last = device.lastGrant;
    Grant grant;
    grant.reason = ExplainCut(player, last.link, last.unitPriceS, *decision.cut, unitPrice);
    grant.latencyS = std::isfinite(latencyS) ? latencyS : 0.0;
    last = {decision.cut, player.link, unitPrice, Simulator::Now()};
    grant.onDevice = decision.cut->onDevice;
    grant.shadowPriceS = shadowPriceS;
    Send(device, std::move(grant));
}

void
MecServer::Send(const Device& device, Grant grant)
{
    grant.sequence = ++m_grantSequence;
    grant.share = m_processor->GetShare(device.hello.deviceId);
    grant.leaseNs = m_leaseTime.GetNanoSeconds();
    grant.stateBytes = device.stateBytes;
    grant.stateDelayNs = device.stateDelay.GetNanoSeconds();
    m_connections->Send(device.hello.deviceId, ConnectionRole::CONTROL, SurgeryHeader(grant));
}

void
MecServer::ForgetSilentDevices()
{
    std::vector<uint32_t> silent;
    for (auto& [id, device] : m_devices)
    {
        // tensors on their way are a sign of life, however long they take
        const auto received = m_connections->GetDataReceived(id);
        if (std::exchange(device.dataReceived, received) != received && received > 0)
        {
            device.heard = Simulator::Now();
        }
        if (Simulator::Now() - device.heard >= m_deviceTimeout)
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
