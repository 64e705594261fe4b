/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "negotiation-run.h"

#include "common/results-file.h"
#include "common/standstill-watch.h"
#include "common/text-table.h"

#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <algorithm>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

NegotiationRun::NegotiationRun(const Settings& settings,
                               const std::string& mode,
                               double lie,
                               const std::string& folder)
    : m_settings(settings),
      m_mode(mode),
      m_isNegotiated(mode == "decentralized"),
      m_rounds(m_isNegotiated ? folder : "",
               "rounds.csv",
               {"timestep",
                "round",
                "answered",
                "low_price",
                "high_price",
                "low_load",
                "high_load",
                "excess"}),
      m_timesteps(folder,
                  mode + ".csv",
                  {"time_s", "devices", "rounds", "messages", "bytes", "price", "load"}),
      m_games(m_isNegotiated ? folder : "",
              "games.csv",
              {"time_s", "price", "server_price", "potential", "server_potential", "max_regret"})
{
    Build(lie);
    Trace();
}

NegotiationRun::Result
NegotiationRun::Run()
{
    m_clients.Stop(m_settings.duration);
    Simulator::Stop(m_settings.duration + MilliSeconds(1));
    RunSimulator();
    Simulator::Destroy();
    auto result = m_result;
    const auto divide = [](double sum, double count) { return count > 0 ? sum / count : 0.0; };
    result.latencyS = divide(m_latencyS, static_cast<double>(result.completed));
    result.liarLatencyS = divide(m_liarLatencyS, m_liarCompleted);
    result.liarShare = divide(m_liarShare, m_liarGames);
    result.liarCostS = divide(m_liarCostS, m_liarGames);
    result.othersCostS = divide(m_othersCostS, m_othersGames);
    result.signaling = divide(m_bytes, m_settings.duration.GetSeconds() * m_settings.devices);
    result.rounds = divide(m_roundCount, m_timestepCount);
    result.clearS = divide(m_clearS, m_negotiationCount);
    result.phiRatio = divide(m_phiRatio, m_gameCount);
    result.regret = divide(m_regret, m_gameCount);
    return result;
}

void
NegotiationRun::Build(double lie)
{
    NodeContainer server(1);
    NodeContainer devices(m_settings.devices);
    InternetStackHelper internet;
    internet.Install(server);
    internet.Install(devices);
    MecServerHelper serverHelper(InetSocketAddress(Ipv4Address::GetAny(), 4600));
    const auto rules = m_settings.rules.empty() ? "" : "[" + m_settings.rules + "]";
    serverHelper.SetScheduler(m_isNegotiated ? "decentralized-dds" + rules : "dds");
    serverHelper.SetAttribute("Processor", StringValue(m_settings.server));
    m_servers = serverHelper.Install(server);
    const auto rates = SplitAtCommas(m_settings.rates);
    const auto dnns = SplitAtCommas(m_settings.dnns);
    const auto processors = SplitAtCommas(m_settings.processors);
    PointToPointHelper links;
    links.SetChannelAttribute("Delay", TimeValue(m_settings.delay));
    Ipv4AddressHelper networks("10.1.0.0", "255.255.255.0");
    InferenceClientHelper clientHelper(InetSocketAddress(Ipv4Address("10.1.0.2"), 4600));
    clientHelper.SetAttribute("Mode", StringValue(m_mode));
    clientHelper.SetAttribute("ActivationBits", UintegerValue(8));
    clientHelper.SetAttribute("ThinkTime", StringValue(m_settings.thinkTime));
    for (uint32_t i = 0; i < m_settings.devices; ++i)
    {
        links.SetDeviceAttribute("DataRate", StringValue(rates[i % rates.size()]));
        const auto ends = links.Install(devices.Get(i), server.Get(0));
        const auto address = networks.Assign(ends).GetAddress(1);
        networks.NewNetwork();
        LosePackets(ends, 10 * i);
        clientHelper.SetAttribute("Remote", AddressValue(InetSocketAddress(address, 4600)));
        clientHelper.SetAttribute("Dnn", StringValue(dnns[i % dnns.size()]));
        clientHelper.SetAttribute("Processor", StringValue(processors[i % processors.size()]));
        clientHelper.SetAttribute("DemandFactor", DoubleValue(i == 0 ? lie : 1.0));
        m_clients.Add(clientHelper.Install(devices.Get(i)));
    }
    internet.AssignStreams(NodeContainer(server, devices), 100000);
    MecServerHelper::AssignStreams(m_servers, 200000);
    InferenceClientHelper::AssignStreams(m_clients, 300000);
}

void
NegotiationRun::LosePackets(const NetDeviceContainer& ends, int64_t stream) const
{
    for (uint32_t end = 0; m_settings.loss > 0 && end < 2; ++end)
    {
        auto model = CreateObject<RateErrorModel>();
        model->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        model->SetRate(m_settings.loss);
        model->AssignStreams(stream + end);
        ends.Get(end)->SetAttribute("ReceiveErrorModel", PointerValue(model));
    }
}

void
NegotiationRun::Trace()
{
    const auto server = DynamicCast<MecServer>(m_servers.Get(0));
    server->TraceConnectWithoutContext("Timestep",
                                       MakeCallback(&NegotiationRun::HandleTimestep, this));
    for (auto client = m_clients.Begin(); client != m_clients.End(); ++client)
    {
        (*client)->TraceConnectWithoutContext("Inference",
                                              MakeCallback(&NegotiationRun::HandleInference, this));
    }
    if (m_isNegotiated)
    {
        const auto negotiation = server->GetScheduler();
        negotiation->TraceConnectWithoutContext("Round",
                                                MakeCallback(&NegotiationRun::HandleRound, this));
        negotiation->TraceConnectWithoutContext(
            "Negotiated",
            MakeCallback(&NegotiationRun::HandleNegotiated, this));
        const auto observer = CreateObject<GameObserver>();
        observer->Watch(server, m_clients);
        observer->TraceConnectWithoutContext("Observed",
                                             MakeCallback(&NegotiationRun::HandleGame, this));
        observer->TraceConnectWithoutContext("Scored",
                                             MakeCallback(&NegotiationRun::HandleScore, this));
    }
}

void
NegotiationRun::HandleTimestep(const TimestepRecord& record)
{
    ++m_timestepCount;
    m_roundCount += record.rounds;
    m_bytes += static_cast<double>(record.controlBytes);
    m_result.maxLoad = std::max(m_result.maxLoad, record.load);
    m_timesteps.Write({record.time.GetSeconds(),
                       ToField(record.devices),
                       ToField(record.rounds),
                       ToField(record.controlMessages),
                       ToField(record.controlBytes),
                       record.shadowPriceS,
                       record.load});
}

void
NegotiationRun::HandleInference(const InferenceRecord& record)
{
    if (record.outcome != InferenceOutcome::COMPLETED)
    {
        return;
    }
    const auto latency = GetMeasuredLatency(record).GetSeconds();
    ++m_result.completed;
    m_latencyS += latency;
    if (record.device == GetFirstDevice())
    {
        ++m_liarCompleted;
        m_liarLatencyS += latency;
    }
}

void
NegotiationRun::HandleRound(const RoundRecord& record)
{
    m_rounds.Write({ToField(record.timestep),
                    ToField(record.round),
                    ToField(record.answered),
                    record.lowPriceS,
                    record.highPriceS,
                    record.lowLoad,
                    record.highLoad,
                    record.excess});
}

void
NegotiationRun::HandleNegotiated(const NegotiationRecord& record)
{
    ++m_negotiationCount;
    m_clearS += (record.cleared - record.begin).GetSeconds();
}

void
NegotiationRun::HandleGame(const ObservedGame& game)
{
    if (game.devices > 0)
    {
        ++m_gameCount;
        m_phiRatio += game.potentialS / game.serverPotentialS;
        m_regret += game.maxRegret;
    }
    m_games.Write({game.time.GetSeconds(),
                   game.priceS,
                   game.serverPriceS,
                   game.potentialS,
                   game.serverPotentialS,
                   game.maxRegret});
}

void
NegotiationRun::HandleScore(uint32_t device, double share, double costS, double /* serverCostS */)
{
    if (device == GetFirstDevice())
    {
        ++m_liarGames;
        m_liarShare += share;
        m_liarCostS += costS;
    }
    else
    {
        ++m_othersGames;
        m_othersCostS += costS;
    }
}

uint32_t
NegotiationRun::GetFirstDevice() const
{
    return m_clients.Get(0)->GetNode()->GetId();
}
