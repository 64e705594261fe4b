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
#include "ns3/socket.h"
#include "ns3/string.h"
#include "ns3/surgery-scheduler.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
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

/// By how much shares may exceed the capacity because of rounding.
constexpr double ROUNDING = 1e-9;

/// Refuse a decision that breaks the scheduler's contract.
void
CheckOutcome(const Game& game, const Outcome& outcome)
{
    if (outcome.decisions.size() != game.players.size())
    {
        throw std::invalid_argument(
            "MecServer: Scheduler: " + std::to_string(outcome.decisions.size()) +
            " decisions for " + std::to_string(game.players.size()) + " devices");
    }
    double load = 0;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& [cut, share] = outcome.decisions[i];
        const auto layers = game.players[i].frontier->GetCosts().GetDnn().GetSize();
        if (!cut || cut->onDevice.size() != layers || !(share >= 0))
        {
            throw std::invalid_argument("MecServer: Scheduler: decisions need a cut of the "
                                        "device's DNN and a share >= 0");
        }
        load += share;
    }
    if (!(load <= game.capacity + ROUNDING))
    {
        throw std::invalid_argument("MecServer: Scheduler: shares sum to " + std::to_string(load) +
                                    ", more than the capacity of " + std::to_string(game.capacity));
    }
}

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
            .AddAttribute("SegmentSize",
                          "TCP maximum segment size, in bytes.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&MecServer::m_segmentSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("SendBuffer",
                          "TCP send buffer of each connection, in bytes.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&MecServer::m_sendBuffer),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ReceiveBuffer",
                          "TCP receive buffer of each connection, in bytes.",
                          UintegerValue(4 << 20),
                          MakeUintegerAccessor(&MecServer::m_receiveBuffer),
                          MakeUintegerChecker<uint32_t>(1))
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
                            "ns3::surgery::MecServer::SolverWallTimeTracedCallback")
            .AddTraceSource("ProtocolError",
                            "A connection was closed for what came over it.",
                            MakeTraceSourceAccessor(&MecServer::m_errorTrace),
                            "ns3::surgery::MecServer::ProtocolErrorTracedCallback");
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
    return m_protocolErrors;
}

Ptr<ShareProcessor>
MecServer::GetShareProcessor() const
{
    return m_processor;
}

void
MecServer::SetOutages(std::string outages)
{
    m_outages.clear();
    std::istringstream words(outages);
    std::string word;
    while (words >> word)
    {
        const auto plus = word.find('+');
        const auto isTime = [](const std::string& text) {
            TimeValue value;
            return !text.empty() && value.DeserializeFromString(text, MakeTimeChecker(Seconds(0)));
        };
        if (plus == std::string::npos || !isTime(word.substr(0, plus)) ||
            !isTime(word.substr(plus + 1)))
        {
            throw std::invalid_argument("MecServer: Outages: \"" + word +
                                        "\" is not START+DURATION (like 10s+5s)");
        }
        m_outages.emplace_back(Time(word.substr(0, plus)), Time(word.substr(plus + 1)));
    }
}

std::string
MecServer::GetOutages() const
{
    std::ostringstream text;
    for (const auto& [start, duration] : m_outages)
    {
        text << (text.tellp() > 0 ? " " : "") << start.GetNanoSeconds() << "ns+"
             << duration.GetNanoSeconds() << "ns";
    }
    return text.str();
}

// SERVICE

void
MecServer::DoDispose()
{
    NS_LOG_FUNCTION(this);
    StopApplication();
    m_scheduler = nullptr;
    m_decisionDelay = nullptr;
    if (m_processor)
    {
        m_processor->Dispose();
        m_processor = nullptr;
    }
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
    m_frontiers = std::make_unique<PartitionFrontierCache>(m_library);
    Listen();
    BeginService();
    auto outages = m_outages;
    std::sort(outages.begin(), outages.end());
    for (auto outage = outages.begin(); outage != outages.end();)
    {
        // outages that overlap are one
        const auto start = outage->first;
        auto end = start;
        for (; outage != outages.end() && outage->first <= end; ++outage)
        {
            end = std::max(end, outage->first + outage->second);
        }
        if (end > Simulator::Now())
        {
            const auto wait = std::max(start - Simulator::Now(), Time(0));
            const auto back = end - Simulator::Now();
            m_outageEvents.push_back(Simulator::Schedule(wait, &MecServer::EndService, this));
            m_outageEvents.push_back(Simulator::Schedule(back, &MecServer::BeginService, this));
        }
    }
}

void
MecServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    for (auto& event : m_outageEvents)
    {
        event.Cancel();
    }
    EndService();
    if (m_listener)
    {
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
        m_listener->Close();
        m_listener = nullptr;
    }
}

void
MecServer::Listen()
{
    NS_LOG_FUNCTION(this);
    m_listener = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    MessageStream::ConfigureSocket(m_listener, m_segmentSize, m_sendBuffer, m_receiveBuffer);
    if (m_listener->Bind(m_local) != 0 || m_listener->Listen() != 0)
    {
        throw std::runtime_error("MecServer: Local: cannot listen at this address");
    }
    m_listener->SetAcceptCallback(MakeCallback(&MecServer::HandleRequest, this),
                                  MakeCallback(&MecServer::HandleAccept, this));
}

void
MecServer::BeginService()
{
    NS_LOG_FUNCTION(this);
    m_isServing = true;
    m_timestepEvent = Simulator::Schedule(m_timestep, &MecServer::RunTimestep, this);
}

void
MecServer::EndService()
{
    NS_LOG_FUNCTION(this);
    m_isServing = false;
    m_timestepEvent.Cancel();
    m_applyEvent.Cancel();
    while (!m_connections.empty())
    {
        Drop(m_connections.begin()->first);
    }
    while (!m_devices.empty())
    {
        ForgetDevice(m_devices.begin()->first);
    }
}

// CONNECTIONS

bool
MecServer::HandleRequest(Ptr<Socket> socket, const Address& peer)
{
    NS_LOG_FUNCTION(this << socket << peer);
    return m_isServing;
}

void
MecServer::HandleAccept(Ptr<Socket> socket, const Address& peer)
{
    NS_LOG_FUNCTION(this << socket << peer);
    if (!m_isServing)
    {
        Create<MessageStream>(socket)->Close(); // asked for just before the outage
        return;
    }
    const auto number = ++m_lastConnection;
    auto& connection = m_connections[number];
    connection.peer = peer;
    connection.accepted = Simulator::Now();
    connection.stream = Create<MessageStream>(socket);
    connection.stream->SetMessageReceivedCallback(
        MakeCallback(&MecServer::HandleMessage, this).Bind(number));
    connection.stream->SetProtocolErrorCallback(
        MakeCallback(&MecServer::HandleProtocolError, this).Bind(number));
    connection.stream->SetCloseCallback(MakeCallback(&MecServer::HandleClosed, this).Bind(number));
}

void
MecServer::HandleClosed(uint32_t connection)
{
    NS_LOG_FUNCTION(this << connection);
    Drop(connection);
}

void
MecServer::HandleProtocolError(uint32_t connection, ParseResult result)
{
    NS_LOG_FUNCTION(this << connection);
    std::ostringstream reason;
    reason << result;
    Reject(connection, reason.str());
}

void
MecServer::Reject(uint32_t connection, const std::string& reason)
{
    NS_LOG_FUNCTION(this << connection << reason);
    const auto found = m_connections.find(connection);
    if (found != m_connections.end())
    {
        ++m_protocolErrors;
        m_errorTrace(found->second.peer, reason);
        Drop(connection);
    }
}

void
MecServer::Drop(uint32_t connection)
{
    NS_LOG_FUNCTION(this << connection);
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    const auto stream = found->second.stream;
    const auto device = m_devices.find(found->second.device);
    if (found->second.introduced && device != m_devices.end())
    {
        auto& [id, entry] = *device;
        entry.control = entry.control == connection ? 0 : entry.control;
        entry.data = entry.data == connection ? 0 : entry.data;
    }
    m_connections.erase(found);
    stream->Close();
}

void
MecServer::HandleMessage(uint32_t connection, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << connection << bytes);
    const auto found = m_connections.find(connection);
    if (found == m_connections.end())
    {
        return;
    }
    if (const auto* hello = header.GetIf<Hello>())
    {
        if (found->second.introduced)
        {
            Reject(connection, "a second HELLO");
            return;
        }
        HandleHello(connection, *hello);
        return;
    }
    const auto device = m_devices.find(found->second.device);
    if (!found->second.introduced || device == m_devices.end())
    {
        Reject(connection, "a message before HELLO");
        return;
    }
    device->second.heard = Simulator::Now();
    if (const auto* state = header.GetIf<State>())
    {
        HandleState(device->second, *state, bytes);
    }
    else if (const auto* activation = header.GetIf<Activation>())
    {
        HandleActivation(connection, *activation, bytes);
    }
    else if (header.GetIf<Bye>())
    {
        ForgetDevice(device->first);
    }
    else
    {
        Reject(connection, "a message that only servers send");
    }
}

// MESSAGES

void
MecServer::HandleHello(uint32_t connection, const Hello& hello)
{
    NS_LOG_FUNCTION(this << connection << hello.deviceId);
    std::shared_ptr<const PartitionFrontier> frontier;
    try
    {
        frontier = m_frontiers->Get(hello.dnn,
                                    hello.processor,
                                    m_processorName,
                                    {hello.inputBytes, hello.activationBits});
    }
    catch (const std::invalid_argument& error)
    {
        Reject(connection, error.what());
        return;
    }
    auto& device = m_devices[hello.deviceId];
    device.hello = hello;
    device.frontier = frontier;
    device.heard = Simulator::Now();
    // a second connection in the same role means that the first is dead
    const auto isControl = hello.role == ConnectionRole::CONTROL;
    Drop(std::exchange(isControl ? device.control : device.data, connection));
    if (!isControl)
    {
        device.dataIdleSince = Simulator::Now();
    }
    auto& entry = m_connections.at(connection);
    entry.introduced = true;
    entry.device = hello.deviceId;
}

void
MecServer::HandleState(Device& device, const State& state, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << state.deviceId << state.offloadsInFlight);
    device.state = state;
    device.hasState = true;
    device.stateBytes = static_cast<uint32_t>(bytes);
    device.stateDelay = Simulator::Now() - NanoSeconds(state.sentNs);
    UpdateHold(device);
}

void
MecServer::HandleActivation(uint32_t connection, const Activation& activation, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << connection << activation.inference << bytes);
    auto& device = m_devices.at(m_connections.at(connection).device);
    const auto& costs = device.frontier->GetCosts();
    if (!IsCut(costs.GetDnn(), activation.onDevice))
    {
        Reject(connection, "an activation whose cut does not fit the DNN");
        return;
    }
    // tensors that queued behind earlier ones were not under way all the time
    const auto begin = std::max(NanoSeconds(activation.sentNs), device.dataIdleSince);
    device.dataIdleSince = Simulator::Now();

    const auto known = device.jobs.find(activation.inference);
    if (known != device.jobs.end())
    {
        if (!known->second.end.IsStrictlyNegative())
        {
            SendResult(device, known->second);
        }
        return;
    }
    auto& job = device.jobs[activation.inference];
    job.activation = activation;
    job.streamBytes = bytes;
    job.received = Simulator::Now();
    job.uplink = job.received - begin;
    job.end = NanoSeconds(-1);
    const auto cut = MakeCut(costs, activation.onDevice);
    m_processor->Submit(device.hello.deviceId,
                        activation.inference,
                        Seconds(cut.serverSeconds),
                        MakeCallback(&MecServer::HandleJobDone, this));
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
MecServer::SendResult(const Device& device, const Job& job)
{
    const auto connection = m_connections.find(device.data);
    if (connection == m_connections.end())
    {
        return;
    }
    Result result;
    result.inference = job.activation.inference;
    result.attempt = job.activation.attempt;
    result.activationSentNs = job.activation.sentNs;
    result.activationReceivedNs = job.received.GetNanoSeconds();
    result.serverStartNs = job.start.GetNanoSeconds();
    result.serverEndNs = job.end.GetNanoSeconds();
    result.uplinkBytes = job.streamBytes;
    result.uplinkNs = job.uplink.GetNanoSeconds();
    const auto bytes = device.frontier->GetCosts().GetResultBytes();
    connection->second.stream->Send(SurgeryHeader(result, bytes));
}

// TIMESTEPS

Game
MecServer::MakeGame(std::vector<uint32_t>& ids) const
{
    Game game;
    for (const auto& [id, device] : m_devices)
    {
        if (device.hasState && device.control != 0)
        {
            const auto& state = device.state;
            ids.push_back(id);
            game.players.push_back(
                {device.frontier,
                 {state.uplinkBps, state.downlinkBps, state.uplinkDelayS, state.downlinkDelayS},
                 device.hello.usagePriceS});
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
    if (!m_applyEvent.IsExpired())
    {
        NS_LOG_INFO("a decision is still under way");
        return;
    }
    std::vector<uint32_t> ids;
    auto game = MakeGame(ids);
    // shares on hold are not there to be given: those that fall to 0 now, or fell to it before
    std::set<uint32_t> held;
    for (const auto& [id, device] : m_devices)
    {
        const auto plays = std::binary_search(ids.begin(), ids.end(), id);
        if (device.zeroGrant > 0 || !plays)
        {
            held.insert(id);
        }
    }
    Outcome outcome;
    const auto wallStart = std::chrono::steady_clock::now();
    for (auto settled = false; !settled;)
    {
        game.capacity = 1;
        for (const auto id : held)
        {
            game.capacity -= m_processor->GetShare(id);
        }
        game.capacity = std::max(0.0, game.capacity);
        outcome = m_scheduler->Decide(game);
        CheckOutcome(game, outcome);
        settled = true;
        for (std::size_t i = 0; i < ids.size(); ++i)
        {
            const auto falls = outcome.decisions[i].share == 0 && m_processor->GetShare(ids[i]) > 0;
            settled = !(falls && held.insert(ids[i]).second) && settled;
        }
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wallStart;
    m_wallTimeTrace(Simulator::Now(), wall.count());

    const auto delay = std::max(Seconds(m_decisionDelay->GetValue()), Time(0));
    m_applyEvent = Simulator::Schedule(delay, &MecServer::Apply, this, ids, game, outcome);
}

void
MecServer::Apply(const std::vector<uint32_t>& ids, const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this << ids.size());
    const auto certificate = Evaluate(game, outcome);
    // what shrinks goes first, so that the sum never exceeds the whole server on the way
    for (const auto shrinking : {true, false})
    {
        for (std::size_t i = 0; i < ids.size(); ++i)
        {
            auto* device = FindPlayer(ids[i], game.players[i]);
            const auto share = outcome.decisions[i].share;
            if (!device || (share <= m_processor->GetShare(ids[i])) != shrinking)
            {
                continue;
            }
            if (share > 0)
            {
                device->zeroGrant = 0;
            }
            else if (m_processor->GetShare(ids[i]) > 0 && device->zeroGrant == 0)
            {
                device->zeroGrant = m_grantSequence + 1;
            }
            UpdateHold(*device);
            m_processor->SetShare(ids[i], share);
        }
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
    {
        auto* device = FindPlayer(ids[i], game.players[i]);
        if (!device)
        {
            continue;
        }
        const auto& decision = outcome.decisions[i];
        SendGrant(*device, decision, outcome.shadowPriceS);
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
    record.load = m_processor->GetLoad();
    record.potentialS = certificate.potential;
    record.dualGapS = certificate.dualGap;
    record.maxRegret = certificate.maxRegret;
    record.rounds = outcome.rounds;
    m_timestepTrace(record);
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
MecServer::SendGrant(Device& device, const Decision& decision, double shadowPriceS)
{
    const auto connection = m_connections.find(device.control);
    if (connection == m_connections.end())
    {
        return;
    }
    Grant grant;
    grant.sequence = ++m_grantSequence;
    grant.share = m_processor->GetShare(device.hello.deviceId);
    grant.leaseNs = m_leaseTime.GetNanoSeconds();
    grant.onDevice = decision.cut->onDevice;
    grant.shadowPriceS = shadowPriceS;
    grant.stateBytes = device.stateBytes;
    grant.stateDelayNs = device.stateDelay.GetNanoSeconds();
    connection->second.stream->Send(SurgeryHeader(grant));
}

void
MecServer::UpdateHold(const Device& device)
{
    const auto confirmed =
        device.state.lastGrant >= device.zeroGrant && device.state.offloadsInFlight == 0;
    m_processor->SetHold(device.hello.deviceId, device.zeroGrant > 0 && !confirmed);
}

void
MecServer::ForgetSilentDevices()
{
    std::vector<uint32_t> silent;
    for (auto& [id, device] : m_devices)
    {
        // tensors on their way are a sign of life, however long they take
        const auto data = m_connections.find(device.data);
        const auto received = data != m_connections.end() ? data->second.stream->GetBytesReceived()
                                                          : device.dataReceived;
        if (std::exchange(device.dataReceived, received) != received)
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
    std::vector<uint32_t> strangers;
    for (const auto& [number, connection] : m_connections)
    {
        if (!connection.introduced && Simulator::Now() - connection.accepted >= m_deviceTimeout)
        {
            strangers.push_back(number);
        }
    }
    for (const auto number : strangers)
    {
        Drop(number);
    }
}

void
MecServer::ForgetDevice(uint32_t id)
{
    NS_LOG_FUNCTION(this << id);
    const auto found = m_devices.find(id);
    const auto control = found->second.control;
    const auto data = found->second.data;
    m_devices.erase(found);
    m_processor->Remove(id);
    Drop(control);
    Drop(data);
}

} // namespace surgery
} // namespace ns3
