/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-mec-server.h"

#include "announcer.h"
#include "client-connections.h"
#include "joint-planning.h"
#include "offloaded-jobs.h"
#include "peer-addresses.h"
#include "reception.h"
#include "served-device.h"
#include "served-models.h"
#include "server-records.h"
#include "share-ledger.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-fixed-attribute.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-price-policy.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/surgery-server-terms.h"
#include "ns3/surgery-socket-text.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
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
    const auto fixed = [](Ptr<const AttributeAccessor> accessor) {
        return MakeFixedAttributeAccessor(&MecServer::IsRunning, accessor);
    };
    static TypeId tid =
        TypeId("ns3::surgery::MecServer")
            .SetParent<Application>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<MecServer>()
            .AddAttribute("Local",
                          "Address and TCP port on which the server listens.",
                          AddressValue(),
                          fixed(MakeAddressAccessor(&MecServer::m_local)),
                          MakeAddressChecker())
            .AddAttribute("Processor",
                          "The server's processor: a bundled profile's name or a file's path.",
                          StringValue("server-t4"),
                          fixed(MakeStringAccessor(&MecServer::m_processorName)),
                          MakeStringChecker())
            .AddAttribute("Scheduler",
                          "Decides cuts and shares: a SurgeryScheduler, or a process in which the "
                          "devices decide.",
                          StringValue("ns3::surgery::DdsScheduler"),
                          MakeOwnObjectAccessor(&MecServer::SetScheduler, &MecServer::GetScheduler),
                          MakeOwnObjectChecker<DecisionProcess>())
            .AddAttribute("ServerProcessor",
                          "Runs the devices' layers, and divides its capacity among the devices.",
                          StringValue("ns3::surgery::ShareProcessor"),
                          fixed(MakeOwnObjectAccessor(&MecServer::m_processor)),
                          MakeOwnObjectChecker<ServerProcessor>())
            .AddAttribute("PricePolicy",
                          "Sets the price that devices pay for their shares in addition to their "
                          "rho.",
                          StringValue("ns3::surgery::NonePricePolicy"),
                          MakeOwnObjectAccessor(&MecServer::m_pricePolicy),
                          MakeOwnObjectChecker<PricePolicy>())
            .AddAttribute("ModelMemory",
                          "Memory for the weights of DNNs (the profile's weight_bytes), in bytes; "
                          "0: unlimited. To make room, the least recently used DNN goes that no "
                          "work and no device with a share needs. Devices that decide themselves "
                          "name no DNN: theirs count as there.",
                          UintegerValue(0),
                          fixed(MakeUintegerAccessor(&MecServer::m_modelMemory)),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("LoadRate",
                          "Rate at which a DNN's weights get into the memory, one DNN after "
                          "another, such as 97.8Gbps; 0bps: they need no time.",
                          DataRateValue(DataRate(0)),
                          fixed(MakeDataRateAccessor(&MecServer::m_loadRate)),
                          MakeDataRateChecker())
            .AddAttribute("LoadDelay",
                          "Time that a DNN takes into the memory in addition, whatever its size.",
                          TimeValue(Seconds(0)),
                          fixed(MakeTimeAccessor(&MecServer::m_loadDelay)),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("HostTime",
                          "Host work: how long the server takes to serialize and copy a message "
                          "with tensors that it sends or receives, whatever its size. It does not "
                          "occupy the processor.",
                          TimeValue(Seconds(0)),
                          fixed(MakeTimeAccessor(&MecServer::m_hostTime)),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("HostTimePerByte",
                          "Host work for each byte of the tensors of such a message, in ns.",
                          DoubleValue(0),
                          fixed(MakeDoubleAccessor(&MecServer::m_hostTimePerByte)),
                          MakeDoubleChecker<double>(0, 1e9))
            .AddAttribute("Timestep",
                          "Time between two decisions.",
                          TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&MecServer::m_timestep),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("LeaseTime",
                          "How long a device may use a GRANT after it was sent.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&MecServer::m_leaseTime),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("DeviceTimeout",
                          "How long a device may be silent before the server forgets it.",
                          TimeValue(Seconds(4)),
                          MakeTimeAccessor(&MecServer::m_deviceTimeout),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("Connections",
                          "The connections to the devices.",
                          StringValue("ns3::surgery::ClientConnections"),
                          fixed(MakeOwnObjectAccessor(&MecServer::m_connections)),
                          MakeOwnObjectChecker<ClientConnections>())
            .AddAttribute("Outages",
                          "When the server is off, as START+DURATION pairs in Time notation, "
                          "separated by spaces (\"10s+5s 60s+500ms\"), in simulated time. At the "
                          "start of an outage the server forgets all devices and their work.",
                          StringValue(""),
                          fixed(MakeStringAccessor(&MecServer::SetOutages, &MecServer::GetOutages)),
                          MakeStringChecker())
            .AddAttribute("Peers",
                          "Addresses and ports of the other servers, separated by blanks or "
                          "commas (\"10.1.1.1:4600 [2001:db8::1]:4600\"). The server tells them "
                          "after each timestep what it offers.",
                          StringValue(""),
                          fixed(MakeStringAccessor(&MecServer::SetPeers, &MecServer::GetPeers)),
                          MakeStringChecker())
            .AddAttribute("PeerRetryInterval",
                          "Time between two attempts to connect to another server. It must exceed "
                          "the round-trip time.",
                          TimeValue(Seconds(1)),
                          fixed(MakeTimeAccessor(&MecServer::m_peerRetryInterval)),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute(
                "Orchestrator",
                "Address and port of the server that plans for all which device is served "
                "where: this one or one of Peers. Empty: none does.",
                StringValue(""),
                fixed(MakeStringAccessor(&MecServer::m_orchestrator)),
                MakeStringChecker())
            .AddAttribute("Admission",
                          "Whether at most one of the devices that ask to join the server is "
                          "admitted per timestep, the one with the largest predicted gain. If all "
                          "are, they may move to and fro forever.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MecServer::m_admission),
                          MakeBooleanChecker())
            .AddTraceSource("Timestep",
                            "Shares were decided and took effect.",
                            MakeTraceSourceAccessor(&MecServer::m_timestepTrace),
                            "ns3::surgery::MecServer::TimestepTracedCallback")
            .AddTraceSource("Granted",
                            "A device was granted a share and a cut, or nothing because its "
                            "DNN is not in the memory.",
                            MakeTraceSourceAccessor(&MecServer::m_grantTrace),
                            "ns3::surgery::MecServer::GrantTracedCallback")
            .AddTraceSource("ModelChanged",
                            "A DNN's weights begin to load into the memory, are loaded, are "
                            "evicted, or turn out to be larger than the memory, alone or "
                            "together with those of a device's other variants.",
                            MakeTraceSourceAccessor(&MecServer::m_modelTrace),
                            "ns3::surgery::MecServer::ModelTracedCallback")
            .AddTraceSource("Load",
                            "The sum of the shares in effect, including those on hold, changed, "
                            "0..1; it is checked once per timestep.",
                            MakeTraceSourceAccessor(&MecServer::m_load),
                            "ns3::TracedValueCallback::Double")
            .AddTraceSource("ShadowPrice",
                            "The shadow price of capacity, lambda, changed, s; 0 if the scheduler "
                            "has none.",
                            MakeTraceSourceAccessor(&MecServer::m_shadowPrice),
                            "ns3::TracedValueCallback::Double");
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
    const auto used = m_scheduler->AssignStreams(stream);
    return used + m_processor->AssignStreams(stream + used);
}

double
MecServer::GetCutTolerance() const
{
    return m_frontiers ? m_frontiers->GetTolerance() : 0;
}

uint64_t
MecServer::GetProtocolErrors() const
{
    return m_connections->GetProtocolErrors();
}

Ptr<ServerProcessor>
MecServer::GetServerProcessor() const
{
    return m_processor;
}

Ptr<PricePolicy>
MecServer::GetPricePolicy() const
{
    return m_pricePolicy;
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

void
MecServer::SetPeers(std::string peers)
{
    m_peers = ParsePeers(peers);
}

std::string
MecServer::GetPeers() const
{
    return GetPeersText(m_peers);
}

Ptr<DecisionProcess>
MecServer::GetScheduler() const
{
    return m_scheduler;
}

void
MecServer::SetScheduler(Ptr<DecisionProcess> scheduler)
{
    NS_LOG_FUNCTION(this << scheduler);
    if (m_scheduler)
    {
        m_scheduler->Stop();
    }
    m_scheduler = scheduler;
    if (IsRunning())
    {
        StartScheduler();
    }
}

// SERVICE

bool
MecServer::IsRunning() const
{
    return m_ledger != nullptr;
}

void
MecServer::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_connections->Dispose();
    m_models = nullptr; // tells nothing of what it forgets: nobody may be there to listen
    if (m_announcer)
    {
        m_announcer->Dispose();
    }
    StopApplication();
    m_planning = nullptr;
    m_announcer = nullptr;
    m_reception = nullptr;
    m_scheduler->Dispose();
    m_scheduler = nullptr;
    m_ledger = nullptr;
    m_jobs = nullptr;
    m_processor->Dispose();
    m_processor = nullptr;
    m_pricePolicy->Dispose();
    m_pricePolicy = nullptr;
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
    m_library->GetProcessor(m_processorName); // an error here is better than at the first HELLO
    m_frontiers = std::make_unique<PartitionFrontierCache>(m_library);
    m_ledger = std::make_unique<ShareLedger>(m_processor);
    m_jobs = std::make_unique<OffloadedJobs>(m_devices, m_processor, m_connections, GetHostWork());
    m_models = std::make_unique<ServedModels>(
        m_devices,
        m_processor,
        ModelLoader::Settings{m_modelMemory, m_loadRate, m_loadDelay},
        MakeCallback(&MecServer::TraceModel, this));
    m_reception = std::make_unique<Reception>(m_connections);
    m_records = std::make_unique<ServerRecords>(GetNode()->GetId());
    StartAnnouncer();
    StartPlanning();
    m_processor->SetServer(GetNode()->GetId());
    m_processor->Start();
    StartScheduler();
    m_connections->SetCallbacks(MakeCallback(&MecServer::HandleHello, this),
                                MakeCallback(&MecServer::HandleMessage, this));
    m_connections->Listen(GetNode(), m_local);
    BeginService();
    m_outages.Start(MakeCallback(&MecServer::EndService, this),
                    MakeCallback(&MecServer::BeginService, this));
}

void
MecServer::StartAnnouncer()
{
    CheckPeers(m_peers, GetNode(), m_local);
    Announce self;
    self.server = GetNode()->GetId();
    self.address = GetSocketText(GetReachableAddress(GetNode(), m_local));
    self.processor = m_processorName;
    self.hostMessageS = GetHostWork().messageS;
    self.hostByteS = GetHostWork().byteS;
    PeerConnections::Settings settings;
    settings.node = GetNode();
    settings.peers = m_peers;
    settings.retryInterval = m_peerRetryInterval;
    settings.lifetime = m_leaseTime;
    UintegerValue segmentSize;
    m_connections->GetAttribute("SegmentSize", segmentSize);
    settings.segmentSize = static_cast<uint32_t>(segmentSize.Get());
    m_announcer = std::make_unique<Announcer>(self, settings);
    m_connections->SetPeerCallback(MakeCallback(&MecServer::HandlePeer, this));
}

void
MecServer::StartPlanning()
{
    m_planning = nullptr;
    if (m_orchestrator.empty())
    {
        return;
    }
    const auto address = ParseSocketText(m_orchestrator);
    const auto isPeer =
        address && std::find(m_peers.begin(), m_peers.end(), *address) != m_peers.end();
    const auto isOwn = address && *address == GetReachableAddress(GetNode(), m_local);
    if (!isPeer && !isOwn)
    {
        throw std::invalid_argument("MecServer: Orchestrator: \"" + m_orchestrator +
                                    "\" is neither this server nor one of Peers");
    }
    m_planning = std::make_unique<JointPlanning>(GetNode()->GetId(),
                                                 m_processorName,
                                                 m_connections,
                                                 *m_announcer);
    if (isPeer)
    {
        m_planning->ReportTo(*address);
    }
    else
    {
        m_planning->Orchestrate(m_library, m_leaseTime);
    }
}

HostWork
MecServer::GetHostWork() const
{
    return {m_hostTime.GetSeconds(), 1e-9 * m_hostTimePerByte};
}

void
MecServer::StartScheduler()
{
    if (m_scheduler->IsDecentralized() && !m_peers.empty())
    {
        throw std::invalid_argument("MecServer: Peers: devices that decide themselves can use one "
                                    "server only");
    }
    const auto conflict = m_processor->FindConflict(*m_scheduler);
    if (!conflict.empty())
    {
        throw std::invalid_argument("MecServer: ServerProcessor: " + conflict);
    }
    if (m_scheduler->IsDecentralized() && m_pricePolicy->NeedsPlayers())
    {
        throw std::invalid_argument(
            "MecServer: PricePolicy: " + m_pricePolicy->GetInstanceTypeId().GetName() +
            " must know the devices, and devices that decide themselves "
            "tell nothing of themselves");
    }
    m_scheduler->SetServer(GetNode()->GetId());
    m_scheduler->SetHostWork(GetHostWork());
    m_scheduler->Start(m_processorName,
                       MakeCallback(&MecServer::SendControl, this),
                       MakeCallback(&MecServer::Apply, this));
}

void
MecServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_outages.Cancel();
    EndService();
    m_connections->Stop();
    m_processor->Stop();
}

void
MecServer::BeginService()
{
    NS_LOG_FUNCTION(this);
    m_connections->SetAccepting(true);
    m_announcer->Start();
    m_timestepEvent = Simulator::Schedule(m_timestep, &MecServer::RunTimestep, this);
}

void
MecServer::EndService()
{
    NS_LOG_FUNCTION(this);
    m_connections->SetAccepting(false);
    m_timestepEvent.Cancel();
    m_scheduler->Cancel();
    while (!m_devices.empty())
    {
        ForgetDevice(m_devices.begin()->first);
    }
    if (m_models)
    {
        m_models->Clear(); // a server that is off keeps no memory
    }
    if (m_announcer)
    {
        m_announcer->Stop();
        m_reception->Clear();
    }
    if (m_planning)
    {
        m_planning->Clear();
    }
}

// MESSAGES

std::string
MecServer::HandleHello(const Hello& hello)
{
    NS_LOG_FUNCTION(this << hello.deviceId);
    if (hello.attendance != Attendance::SERVED && m_scheduler->IsDecentralized())
    {
        return "a device that may choose a server, where devices decide themselves";
    }
    Options options;
    if (!hello.dnn.empty() && !m_scheduler->IsDecentralized())
    {
        try
        {
            options = MakeOptions(*m_frontiers,
                                  GetVariants(hello),
                                  hello.processor,
                                  m_processorName,
                                  GetWeights(hello.terms));
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
    }
    const auto isVisit = hello.attendance == Attendance::VISITING;
    if (isVisit && m_devices.count(hello.deviceId) > 0)
    {
        ForgetDevice(hello.deviceId);
    }
    else if (!isVisit)
    {
        m_reception->Forget(hello.deviceId);
    }
    auto& device = isVisit ? m_reception->Receive(hello.deviceId) : m_devices[hello.deviceId];
    if (!device)
    {
        device = std::make_unique<ServedDevice>(GetHostWork());
    }
    device->HandleHello(hello, std::move(options));
    m_models->HandleHello(*device);
    return "";
}

std::string
MecServer::HandleMessage(uint32_t id, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << bytes);
    if (m_reception->Has(id))
    {
        const auto role = header.GetIf<Probe>() ? ConnectionRole::DATA : ConnectionRole::CONTROL;
        return m_reception->HandleMessage(id, header, CountForSample(id, role, bytes));
    }
    auto& device = *m_devices.at(id);
    device.HandleSign();
    if (const auto* state = header.GetIf<State>())
    {
        device.HandleState(*state, CountForSample(id, ConnectionRole::CONTROL, bytes));
        if (device.IsLeaving())
        {
            m_ledger->Release(id);
        }
        m_ledger->Confirm(id, state->lastGrant, state->offloadsInFlight == 0);
    }
    else if (const auto* activation = header.GetIf<Activation>())
    {
        return m_jobs->HandleActivation(id,
                                        *activation,
                                        header.GetPayloadBytes(),
                                        CountForSample(id, ConnectionRole::DATA, bytes));
    }
    else if (const auto* probe = header.GetIf<Probe>())
    {
        HandleProbe(id, *probe, header, bytes);
    }
    else if (const auto* cancel = header.GetIf<Cancel>())
    {
        m_jobs->Cancel(id, cancel->inference);
    }
    else if (header.GetIf<Bye>())
    {
        ForgetDevice(id);
    }
    else if (!header.GetIf<Join>() && !m_scheduler->HandleMessage(id, header))
    {
        // a JOIN that crossed the admission of an earlier one has its wish
        return "a message that the server does not expect";
    }
    return "";
}

uint64_t
MecServer::CountForSample(uint32_t id, ConnectionRole role, uint64_t bytes) const
{
    return m_connections->WasHeldUp(id, role) ? 0 : bytes;
}

void
MecServer::HandleProbe(uint32_t id, const Probe& probe, const SurgeryHeader& header, uint64_t bytes)
{
    NS_LOG_FUNCTION(this << id << probe.number << bytes);
    const auto sampleBytes = CountForSample(id, ConnectionRole::DATA, bytes);
    const auto reply =
        m_devices.at(id)->MakeProbeReply(probe, header.GetPayloadBytes(), sampleBytes);
    m_connections->Send(id, ConnectionRole::DATA, reply);
}

// TIMESTEPS

Game
MecServer::MakeGame() const
{
    Game game;
    game.players.reserve(m_devices.size());
    // Devices whose DNN is not there do not play: a share that they cannot use would be lost to the
    // others, and schedulers such as server-only give one to all who play.
    const auto absent = m_models->FindAbsent();
    for (const auto& [id, device] : m_devices)
    {
        // devices that decide themselves are asked at once; otherwise DNN and network must be known
        const auto isKnown = device->GetOptions() && device->HasState();
        if ((isKnown || m_scheduler->IsDecentralized()) && !device->IsLeaving() &&
            m_connections->IsOpen(id, ConnectionRole::CONTROL) && absent.count(id) == 0)
        {
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
    AskStrangers();
    RenewLeases();
    if (m_scheduler->IsRunning())
    {
        NS_LOG_INFO("a decision is still under way");
        return;
    }
    AdmitNewcomers();
    auto game = MakeGame();
    PostPrice(game);
    AddPostedPrice(game, m_postedPriceS);
    m_reception->HandleGame(game);
    m_scheduler->SetDevicesMayLeave(MayDevicesLeave());
    m_scheduler->Begin(game, m_ledger->GetHeldShares(game), m_timestep);
}

void
MecServer::PostPrice(const Game& game)
{
    const auto price = m_pricePolicy->Decide({game, m_postedPriceS, m_load, m_shadowPrice});
    if (!std::isfinite(price) || price < 0)
    {
        throw std::invalid_argument(
            "MecServer: PricePolicy: " + m_pricePolicy->GetInstanceTypeId().GetName() +
            " set a price that is not a finite number >= 0 s: " + std::to_string(price));
    }
    m_postedPriceS = price;
    m_scheduler->SetPostedPrice(price);
}

bool
MecServer::MayDevicesLeave() const
{
    return !m_peers.empty() ||
           std::any_of(m_devices.begin(), m_devices.end(), [](const auto& entry) {
               return entry.second->IsChoosing();
           });
}

void
MecServer::AdmitNewcomers()
{
    const auto canServe = [this](const ServedDevice& device) { return m_models->CanServe(device); };
    for (auto& [id, device] : m_reception->Admit(m_admission, canServe))
    {
        m_devices[id] = std::move(device);
    }
}

void
MecServer::TellOffers(const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this);
    if (!MayDevicesLeave() || m_scheduler->IsDecentralized())
    {
        return;
    }
    auto terms = GetServerTerms(game, outcome);
    terms.load = m_processor->GetLoad();
    m_announcer->Tell(terms, m_postedPriceS, static_cast<uint32_t>(game.players.size()));
    PassOn(GetNode()->GetId());
    if (m_planning)
    {
        m_planning->HandleTimestep(m_devices, *m_reception);
    }
}

std::string
MecServer::HandlePeer(uint32_t peer, const SurgeryHeader& header)
{
    NS_LOG_FUNCTION(this << peer);
    const auto* report = header.GetIf<Report>();
    if (report && m_planning)
    {
        return m_planning->HandleReport(peer, *report);
    }
    auto fault = m_announcer->HandleMessage(peer, header);
    if (fault.empty() && header.GetIf<Announce>())
    {
        PassOn(peer);
    }
    return fault;
}

void
MecServer::PassOn(uint32_t server)
{
    const auto offers = m_announcer->GetOffers();
    const auto offer = std::find_if(offers.begin(), offers.end(), [server](const Announce& other) {
        return other.server == server;
    });
    if (offer == offers.end())
    {
        return; // it came too late
    }
    const SurgeryHeader header(*offer);
    for (const auto& [id, device] : m_devices)
    {
        if (device->IsChoosing() && !device->IsLeaving())
        {
            SendControl(id, header);
        }
    }
}

void
MecServer::AskStrangers()
{
    for (const auto& [id, device] : m_devices)
    {
        if (!device->GetOptions() && !m_scheduler->IsDecentralized())
        {
            SendControl(id, SurgeryHeader(Grant())); // a GRANT without a lease grants nothing
        }
    }
}

void
MecServer::RenewLeases()
{
    for (const auto& [id, device] : m_devices)
    {
        if (device->IsLeaving() && device->GetOptions() &&
            m_connections->IsOpen(id, ConnectionRole::CONTROL))
        {
            Send(id, device->MakeRenewal());
        }
    }
}

void
MecServer::Apply(const Game& game, const Outcome& outcome)
{
    NS_LOG_FUNCTION(this << game.players.size());
    const auto certificate = Evaluate(game, outcome);
    std::map<uint32_t, double> shares;
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        if (FindPlayer(game.players[i]))
        {
            shares[game.players[i].device] = outcome.decisions[i].share;
        }
    }
    const auto absent = m_models->Load(shares);
    m_ledger->Apply(shares, m_grantSequence + 1);
    for (std::size_t i = 0; i < game.players.size(); ++i)
    {
        const auto& player = game.players[i];
        const auto& decision = outcome.decisions[i];
        auto* device = FindPlayer(player);
        if (device && absent.count(player.device) == 0)
        {
            const auto grant = device->MakeGrant(player,
                                                 decision,
                                                 outcome.shadowPriceS,
                                                 certificate.latenciesS[i]);
            Send(player.device, grant);
            if (!m_grantTrace.IsEmpty()) // otherwise do not spend time on the cut's name
            {
                m_grantTrace(m_records->MakeGrant(player,
                                                  device->GetDnn(decision.option),
                                                  decision,
                                                  grant.reason,
                                                  certificate,
                                                  i));
            }
        }
    }
    for (const auto& [id, reason] : absent)
    {
        Refuse(id, reason, outcome.shadowPriceS);
    }
    TellOffers(game, outcome);
    TraceTimestep(game, outcome, certificate);
}

void
MecServer::Refuse(uint32_t id, CutReason reason, double shadowPriceS)
{
    if (!m_connections->IsOpen(id, ConnectionRole::CONTROL) || m_devices.at(id)->IsLeaving())
    {
        return;
    }
    if (reason == CutReason::NO_MEMORY)
    {
        m_reception->Forget(id); // it may never play: nobody is to wait for it
    }
    auto& device = *m_devices.at(id);
    const auto refusal = device.MakeRefusal(reason, shadowPriceS);
    Send(id, refusal.grant);
    m_grantTrace(m_records->MakeRefusal(id, device.GetDnn(refusal.grant.variant), refusal));
}

void
MecServer::TraceModel(ModelRecord record)
{
    record.server = GetNode()->GetId();
    m_modelTrace(record);
}

void
MecServer::TraceTimestep(const Game& game, const Outcome& outcome, const Certificate& certificate)
{
    const auto& traffic = m_connections->GetTraffic();
    ServerRecords::Counts now;
    now.controlMessages = traffic.GetControl().messages;
    now.controlBytes = traffic.GetControl().bytes;
    now.admitted = m_reception->GetAdmitted();
    now.refused = m_reception->GetRefused();
    now.choiceBytes = traffic.GetChoice().bytes;
    now.peerBytes = m_announcer->GetConnections().GetBytesSent() +
                    (m_planning ? m_planning->GetBytesSent() : 0);
    auto record = m_records->MakeTimestep(game, outcome, certificate, now);
    record.load = m_processor->GetLoad();
    record.residentModels = m_models->CountResident();
    record.postedPriceS = m_postedPriceS;
    if (m_pricePolicy->SetsPrices())
    {
        record.welfare = EvaluateWelfare(game, outcome, m_postedPriceS);
    }
    m_timestepTrace(record);
    m_load = record.load;
    m_shadowPrice = record.shadowPriceS;
}

void
MecServer::SendControl(uint32_t device, const SurgeryHeader& header)
{
    m_connections->Send(device, ConnectionRole::CONTROL, header);
}

ServedDevice*
MecServer::FindPlayer(const Player& player)
{
    // the device may have left or changed its DNN while the decision was under way
    const auto device = m_devices.find(player.device);
    const auto isSame = device != m_devices.end() && !device->second->IsLeaving() &&
                        device->second->GetOptions() == player.options;
    return isSame ? device->second.get() : nullptr;
}

void
MecServer::Send(uint32_t device, Grant grant)
{
    grant.sequence = ++m_grantSequence;
    grant.currentShare = m_processor->GetShare(device);
    grant.leaseNs = m_leaseTime.GetNanoSeconds();
    grant.wantsGaps = m_scheduler->WantsGaps() ? 1 : 0;
    m_devices.at(device)->AddSample(grant);
    SendControl(device, SurgeryHeader(grant));
}

void
MecServer::ForgetSilentDevices()
{
    std::vector<uint32_t> silent;
    for (auto& [id, device] : m_devices)
    {
        // a device that only awaits results has nothing to send
        const auto isWaiting = device->IsLeaving() && device->IsBusy();
        if (device->IsSilent(m_connections->GetDataReceived(id), m_deviceTimeout) && !isWaiting)
        {
            silent.push_back(id);
        }
    }
    for (const auto id : silent)
    {
        ForgetDevice(id);
    }
    m_reception->ForgetSilent(m_deviceTimeout);
    m_connections->DropStrangers(m_deviceTimeout);
}

void
MecServer::ForgetDevice(uint32_t id)
{
    NS_LOG_FUNCTION(this << id);
    m_devices.erase(id);
    m_scheduler->Forget(id);
    m_ledger->Remove(id);
    m_reception->Forget(id);
    m_connections->Drop(id);
}

} // namespace surgery
} // namespace ns3
