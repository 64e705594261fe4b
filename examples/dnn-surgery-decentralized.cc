/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The game played by the server and by the devices, on the same seeds: what comes of it, what it
// costs in messages, and what a device gains that asks for more than it wants.

#include "common/example-main.h"
#include "common/results-file.h"
#include "common/text-table.h"

#include "ns3/core-module.h"
#include "ns3/dnn-surgery-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// What a run is made of.
struct Settings
{
    uint32_t devices{20};                            ///< number
    Time duration{Seconds(15)};                      ///< simulated
    Time delay{MilliSeconds(5)};                     ///< of each link
    double loss{0};                                  ///< part of the packets that is lost
    std::string rates{"5Mbps,10Mbps,20Mbps,50Mbps"}; ///< of the links, in turn
    std::string dnns{"resnet50,squeezenet,vgg19,alexnet,densenet121,inception-v1"}; ///< in turn
    std::string processors{"raspberry-pi-4,jetson-nano,phone-cpu"};                 ///< in turn
    std::string server{"server-8-core"};                                            ///< processor
    std::string thinkTime{"ns3::ExponentialRandomVariable[Mean=0.5]"};              ///< s
    std::string rules; ///< attributes of the scheduler dds, separated by |
};

/// What came of a run.
struct Result
{
    uint64_t completed{0};  ///< inferences
    double latencyS{0};     ///< mean
    double liarLatencyS{0}; ///< mean of device 0
    double liarShare{0};    ///< mean of device 0
    double liarCostS{0};    ///< mean J of device 0, as the model has it
    double othersCostS{0};  ///< mean J of the others
    double signaling{0};    ///< byte/s per device
    double rounds{0};       ///< mean per timestep
    double clearS{0};       ///< mean time to clear
    double phiRatio{0};     ///< mean Phi over that of the server's equilibrium
    double regret{0};       ///< mean of the largest regret
    double maxLoad{0};      ///< largest
};

/// A CSV file, or nothing without a folder.
class OptionalCsv
{
  public:
    /// @param folder where; empty: nowhere @param name of the file @param columns their names
    OptionalCsv(const std::string& folder,
                const std::string& name,
                const std::vector<std::string>& columns)
    {
        if (!folder.empty())
        {
            std::filesystem::create_directories(folder);
            m_file.emplace(folder + "/" + name, MakeColumns(columns, 10));
        }
    }

    /// Add a row. @param row a value per column
    void Write(const TableRow& row)
    {
        if (m_file)
        {
            m_file->Write(row);
        }
    }

  private:
    std::optional<CsvFile> m_file; ///< the file
};

/// One run, with its network.
class Simulation
{
  public:
    /// @param settings what it is made of @param mode who plays the game @param lie what device 0
    /// multiplies its demand by @param folder where to write files; empty: nowhere
    Simulation(const Settings& settings,
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
          m_games(
              m_isNegotiated ? folder : "",
              "games.csv",
              {"time_s", "price", "server_price", "potential", "server_potential", "max_regret"})
    {
        Build(lie);
        Trace();
    }

    /// @return what came of it
    Result Run()
    {
        m_clients.Stop(m_settings.duration);
        Simulator::Stop(m_settings.duration + MilliSeconds(1));
        Simulator::Run();
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

  private:
    void Build(double lie)
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

    void LosePackets(const NetDeviceContainer& ends, int64_t stream) const
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

    void Trace()
    {
        const auto server = DynamicCast<MecServer>(m_servers.Get(0));
        server->TraceConnectWithoutContext("Timestep",
                                           MakeCallback(&Simulation::HandleTimestep, this));
        for (auto client = m_clients.Begin(); client != m_clients.End(); ++client)
        {
            (*client)->TraceConnectWithoutContext("Inference",
                                                  MakeCallback(&Simulation::HandleInference, this));
        }
        if (m_isNegotiated)
        {
            const auto negotiation = server->GetScheduler();
            negotiation->TraceConnectWithoutContext("Round",
                                                    MakeCallback(&Simulation::HandleRound, this));
            negotiation->TraceConnectWithoutContext(
                "Negotiated",
                MakeCallback(&Simulation::HandleNegotiated, this));
            const auto observer = CreateObject<GameObserver>();
            observer->Watch(server, m_clients);
            observer->TraceConnectWithoutContext("Observed",
                                                 MakeCallback(&Simulation::HandleGame, this));
            observer->TraceConnectWithoutContext("Scored",
                                                 MakeCallback(&Simulation::HandleScore, this));
        }
    }

    void HandleTimestep(const TimestepRecord& record)
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

    void HandleInference(const InferenceRecord& record)
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

    void HandleRound(const RoundRecord& record)
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

    void HandleNegotiated(const NegotiationRecord& record)
    {
        ++m_negotiationCount;
        m_clearS += (record.cleared - record.begin).GetSeconds();
    }

    void HandleGame(const ObservedGame& game)
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

    void HandleScore(uint32_t device, double share, double costS, double /* serverCostS */)
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

    uint32_t GetFirstDevice() const
    {
        return m_clients.Get(0)->GetNode()->GetId();
    }

    Settings m_settings;
    std::string m_mode;
    bool m_isNegotiated;
    OptionalCsv m_rounds;
    OptionalCsv m_timesteps;
    OptionalCsv m_games;
    Result m_result;
    ApplicationContainer m_servers;
    ApplicationContainer m_clients;
    double m_latencyS{0};
    double m_liarLatencyS{0};
    double m_liarCompleted{0};
    double m_liarShare{0};
    double m_liarCostS{0};
    double m_liarGames{0};
    double m_othersCostS{0};
    double m_othersGames{0};
    double m_bytes{0};
    double m_roundCount{0};
    double m_timestepCount{0};
    double m_clearS{0};
    double m_negotiationCount{0};
    double m_phiRatio{0};
    double m_regret{0};
    double m_gameCount{0};
};

/// Both modes on the same seeds.
void
CompareModes(const Settings& settings, const std::string& out)
{
    TextTable table({"<mode",
                     "inferences",
                     "latency ms",
                     "rounds",
                     "clear ms",
                     "Phi / server's",
                     "regret",
                     "max load",
                     "signaling B/s"});
    for (const std::string mode : {"server-side", "decentralized"})
    {
        const auto r = Simulation(settings, mode, 1, out).Run();
        const auto isNegotiated = mode == "decentralized";
        table.Add({mode,
                   std::to_string(r.completed),
                   ToText(1e3 * r.latencyS, 1),
                   ToText(r.rounds, 2),
                   isNegotiated ? ToText(1e3 * r.clearS, 1) : "-",
                   isNegotiated ? ToText(r.phiRatio, 5) : "-",
                   isNegotiated ? ToText(r.regret, 6) : "-",
                   ToText(r.maxLoad, 4),
                   ToText(r.signaling, 0)});
    }
    std::cout << "Both modes; signaling is per device, messages on control connections:\n"
              << table.ToString() << '\n';
}

/// Signaling against the number of devices.
void
CountSignaling(Settings settings, const std::string& counts, const std::string& out)
{
    OptionalCsv file(out,
                     "signaling.csv",
                     {"mode", "devices", "bytes_per_s_per_device", "rounds", "clear_s"});
    TextTable table({"devices", "server-side B/s", "decentralized B/s", "rounds", "clear ms"});
    for (const auto& count : SplitAtCommas(counts))
    {
        settings.devices = static_cast<uint32_t>(std::stoul(count));
        std::vector<Result> results;
        for (const std::string mode : {"server-side", "decentralized"})
        {
            results.push_back(Simulation(settings, mode, 1, "").Run());
            const auto& r = results.back();
            file.Write({mode, count, r.signaling, r.rounds, r.clearS});
        }
        table.Add({count,
                   ToText(results[0].signaling, 0),
                   ToText(results[1].signaling, 0),
                   ToText(results[1].rounds, 2),
                   ToText(1e3 * results[1].clearS, 1)});
    }
    std::cout << "Signaling per device:\n" << table.ToString() << '\n';
}

/// What device 0 gains that asks for more than it wants, and what the others lose.
void
TellLies(const Settings& settings, const std::string& factors, const std::string& out)
{
    OptionalCsv file(out,
                     "lies.csv",
                     {"factor", "share", "cost_s", "latency_s", "others_cost_s", "max_load"});
    TextTable table(
        {"factor", "its share", "its cost ms", "its latency ms", "others' cost ms", "max load"});
    for (const auto& factor : SplitAtCommas(factors))
    {
        const auto r = Simulation(settings, "decentralized", std::stod(factor), "").Run();
        file.Write({factor, r.liarShare, r.liarCostS, r.liarLatencyS, r.othersCostS, r.maxLoad});
        table.Add({factor,
                   ToText(r.liarShare, 4),
                   ToText(1e3 * r.liarCostS, 2),
                   ToText(1e3 * r.liarLatencyS, 1),
                   ToText(1e3 * r.othersCostS, 2),
                   ToText(r.maxLoad, 4)});
    }
    std::cout << "Device 0 asks for a multiple of what it wants (cost: J of the model):\n"
              << table.ToString() << '\n';
}

/// Everything. @param settings what runs are made of @param counts numbers of devices
/// @param lies factors @param out where to write files
void
RunAll(const Settings& settings,
       const std::string& counts,
       const std::string& lies,
       const std::string& out)
{
    if (settings.devices < 1 || settings.devices > 200 || !settings.duration.IsStrictlyPositive())
    {
        throw std::invalid_argument("--devices: must be in 1..200; --time: must be > 0");
    }
    if (!(settings.loss >= 0 && settings.loss < 1))
    {
        throw std::invalid_argument("--loss: must be in 0..1, below 1");
    }
    CompareModes(settings, out);
    if (!counts.empty())
    {
        CountSignaling(settings, counts, out);
    }
    if (!lies.empty())
    {
        TellLies(settings, lies, out);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Settings settings;
    std::string counts = "5,10,20,35,50";
    std::string lies = "1,2,4,8";
    std::string out;
    CommandLine cmd(__FILE__);
    cmd.Usage("The game played by the server and by the devices: what comes of it, what it costs "
              "in messages, and what a lie brings.");
    cmd.AddValue("devices", "Number of devices.", settings.devices);
    cmd.AddValue("time", "Simulated time of each run.", settings.duration);
    cmd.AddValue("rates", "Rates of the links, in turn.", settings.rates);
    cmd.AddValue("delay", "Delay of each link.", settings.delay);
    cmd.AddValue("loss", "Part of the packets that is lost, 0 to 1.", settings.loss);
    cmd.AddValue("dnns", "DNNs, in turn: bundled names or paths.", settings.dnns);
    cmd.AddValue("processors", "The devices' processors, in turn.", settings.processors);
    cmd.AddValue("server", "The server's processor.", settings.server);
    cmd.AddValue("think-time", "From a result to the next request, s.", settings.thinkTime);
    cmd.AddValue("rules",
                 "Attributes of the scheduler decentralized-dds, separated by |.",
                 settings.rules);
    cmd.AddValue("sweep", "Numbers of devices to count signaling for; empty: none.", counts);
    cmd.AddValue("lies", "By what device 0 multiplies its demand; empty: not at all.", lies);
    cmd.AddValue("out", "Folder for CSV files; none are written without it.", out);
    cmd.Parse(argc, argv);
    return RunExample("dnn-surgery-decentralized", [&] { RunAll(settings, counts, lies, out); });
}
