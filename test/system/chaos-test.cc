/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "model/server/client-connections.h"
#include "test/support/count-sockets.h"
#include "test/support/fluid-star.h"
#include "test/support/listen.h"
#include "test/support/loss.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/surgery-baselines.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Random numbers of a scenario: the same seed makes the same adversity.
class Dice
{
  public:
    explicit Dice(uint64_t seed)
        : m_random(seed)
    {
    }

    /// A real number in [low, high).
    double Real(double low, double high)
    {
        return std::uniform_real_distribution<>(low, high)(m_random);
    }

    /// An integer in [low, high].
    int Integer(int low, int high)
    {
        return std::uniform_int_distribution<>(low, high)(m_random);
    }

    /// True now and then.
    bool Chance(double probability)
    {
        return Real(0, 1) < probability;
    }

  private:
    std::mt19937_64 m_random;
};

/// Random shares, one in four of them 0, and random valid cuts.
class ErraticRule
{
  public:
    explicit ErraticRule(uint64_t seed)
        : m_dice(std::make_shared<Dice>(seed))
    {
    }

    Outcome operator()(const Game& game) const
    {
        std::vector<double> weights;
        double sum = 0;
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            weights.push_back(m_dice->Chance(0.25) ? 0.0 : m_dice->Real(0.3, 1));
            sum += weights.back();
        }
        auto outcome = DecideLocalOnly(game);
        for (std::size_t i = 0; i < game.players.size(); ++i)
        {
            const auto share = weights[i] > 0 ? game.capacity * weights[i] / sum : 0.0;
            const auto& frontier = game.players[i].options->front().frontier;
            const auto& dnn = frontier->GetCosts().GetDnn();
            auto layers = GetLocalLayers(dnn);
            const auto stay = m_dice->Real(0, 1);
            for (std::size_t v = 1; v < dnn.GetSize(); ++v)
            {
                const auto& inputs = dnn.GetLayers()[v].inputs;
                layers[v] = m_dice->Chance(stay) &&
                            std::all_of(inputs.begin(), inputs.end(), [&](std::size_t u) {
                                return layers[u];
                            });
            }
            const auto cut = MakeCut(frontier->GetCosts(), layers);
            if (share > 0 || cut.serverSeconds == 0)
            {
                outcome.decisions[i] = {std::make_shared<Cut>(cut), share};
            }
        }
        return outcome;
    }

  private:
    std::shared_ptr<Dice> m_dice;
};

/// What a scenario is made of, beside its seed.
struct Setting
{
    std::string scheduler;    ///< by name, or "erratic"
    bool hasAdversity{true};  ///< outages, loss, dead links
    bool isOverloaded{false}; ///< requests come faster than links and server can serve
    Time calm{Seconds(26)};   ///< when adversity has ended
    Time end{Seconds(60)};    ///< when all devices stop
};

/// Over which network: "tcp", of packets, or "fluid".
class Chaos : public SimulatorFixture, public testing::WithParamInterface<std::string>
{
  protected:
    void TearDown() override
    {
        SimulatorFixture::TearDown();
        for (const auto& path : m_files)
        {
            std::remove(path.c_str());
        }
    }

    /// A temporary file. @param name its last part @param text what it holds @return its path
    std::string MakeFile(const std::string& name, const std::string& text)
    {
        const auto path = testing::TempDir() + "chaos-" + std::to_string(getpid()) + "-" + name;
        std::ofstream(path) << text;
        m_files.insert(path);
        return path;
    }

    std::string MakeProcessor(const std::string& name)
    {
        return MakeFile(name + ".json",
                        R"({"schema": "dnn-surgery/processor/1", "name": ")" + name +
                            R"(", "source": "test", "flops": {"default": 1e9},)"
                            R"( "bandwidth_bytes_per_s": 1e9, "overhead_s": 0})");
    }

    /// A random DNN with measured seconds, of up to 8 layers, some of them without work.
    std::string MakeDnn(Dice& dice, const std::string& name)
    {
        const auto size = dice.Integer(2, 8);
        std::string layers;
        for (int v = 0; v < size; ++v)
        {
            std::string inputs;
            for (int u = 0; u < v; ++u)
            {
                if (u == v - 1 ? inputs.empty() || dice.Chance(0.7) : dice.Chance(1.5 / v))
                {
                    inputs += (inputs.empty() ? "\"v" : ", \"v") + std::to_string(u) + "\"";
                }
            }
            const auto isFree = dice.Chance(0.15);
            const auto device = isFree ? 0 : dice.Real(0.001, 0.1);
            const auto server = isFree ? 0 : dice.Real(0.0001, 0.004);
            layers += std::string(v > 0 ? ", " : "") + R"({"name": "v)" + std::to_string(v) +
                      R"(", "op": ")" + (v == 0 ? "Input" : "Conv") + R"(", "inputs": [)" + inputs +
                      R"(], "flops": 0, "weight_bytes": 0, "output_bytes": )" +
                      std::to_string(dice.Chance(0.1) ? 1 : dice.Integer(100, 25000)) +
                      (v == 0 ? "}"
                              : R"(, "seconds": {"device": )" + std::to_string(device) +
                                    R"(, "server": )" + std::to_string(server) + "}}");
        }
        return MakeFile(name + ".json",
                        R"({"schema": "dnn-surgery/dnn/1", "name": ")" + name +
                            R"(", "provenance": "random", "layers": [)" + layers + "]}");
    }

    /// Lose packets at random at first. @param loss of a direction @return the part that is lost
    static double BeginLoss(Dice& dice, const Loss& loss, Time calm)
    {
        const auto usual = dice.Chance(0.5) ? 0.0 : dice.Real(0, 0.03);
        loss(usual);
        Simulator::Schedule(calm, [loss] { loss(0); });
        return usual;
    }

    /// Let links be dead for random times, in one direction or both. @param losses of directions
    /// @param usual what they lose otherwise
    static void KillLinks(Dice& dice,
                          const std::vector<Loss>& losses,
                          const std::vector<double>& usual,
                          Time calm)
    {
        auto now = dice.Real(0, 10);
        for (;;)
        {
            const auto length = dice.Chance(0.5) ? dice.Real(0.05, 1) : dice.Real(1, 9);
            if (now + length >= calm.GetSeconds())
            {
                return;
            }
            const auto both = dice.Chance(0.6);
            const auto first = dice.Integer(0, 1);
            for (int side = 0; side < 2; ++side)
            {
                if (both || side == first)
                {
                    const auto loss = losses[side];
                    const auto after = usual[side];
                    Simulator::Schedule(Seconds(now), [loss] { loss(1); });
                    Simulator::Schedule(Seconds(now + length), [loss, after] { loss(after); });
                }
            }
            now += length + dice.Real(0.5, 10);
        }
    }

    static std::string MakeOutages(Dice& dice, Time calm)
    {
        std::string outages;
        for (auto left = dice.Integer(0, 3); left > 0; --left)
        {
            // they may overlap
            const auto length =
                dice.Chance(0.5) ? dice.Integer(100, 1500) : dice.Integer(500, 9000);
            const auto start = dice.Integer(0, static_cast<int>(calm.GetMilliSeconds()) - length);
            outages += std::to_string(start) + "ms+" + std::to_string(length) + "ms ";
        }
        return outages;
    }

    static std::string Between(double low, double high)
    {
        return "ns3::UniformRandomVariable[Min=" + std::to_string(low) +
               "|Max=" + std::to_string(high) + "]";
    }

    static void CheckRecord(const Actor& actor, const InferenceRecord& record)
    {
        SCOPED_TRACE("inference " + std::to_string(record.id) + " of device " +
                     std::to_string(record.device) + " cut " + record.cut + " " + record.reason);
        EXPECT_EQ(record.device, actor.client->GetDeviceId());
        EXPECT_LE(Simulator::Now() - record.created, actor.timeout);
        EXPECT_EQ(record.outcome == InferenceOutcome::DROPPED,
                  record.reason == "timeout" || record.reason == "queue full");
        if (record.outcome != InferenceOutcome::COMPLETED)
        {
            return;
        }
        EXPECT_EQ(record.resultReceived, Simulator::Now());
        const auto t = GetTimeline(record);
        Time sum;
        for (const auto& segment : {t.deviceWaiting,
                                    t.device,
                                    t.uplinkWaiting,
                                    t.uplink,
                                    t.serverWaiting,
                                    t.server,
                                    t.downlink})
        {
            EXPECT_FALSE(segment.IsStrictlyNegative());
            sum += segment;
        }
        EXPECT_EQ(sum, GetMeasuredLatency(record));
        EXPECT_EQ(sum, record.resultReceived - record.created);
    }

    /// A star of either kind, whose links are made one by one.
    struct Network
    {
        /// @param isFluid of which kind it is @param devices how many
        Network(bool isFluid, uint32_t devices)
        {
            if (isFluid)
            {
                star = fluid = std::make_shared<FluidStar>(devices, 1490.0 / 1448);
            }
            else
            {
                star = packets = std::make_shared<StarNetwork>(devices, "10Mbps", MilliSeconds(5));
            }
        }

        /// Give a device its link. @param device it @param kbps its rate @param delay one way
        /// @return how to let its directions lose something, that to the device first
        std::vector<Loss> SetLink(uint32_t device, int kbps, Time delay) const
        {
            if (fluid)
            {
                const auto& link = fluid->SetLink(device, 1e3 * kbps, delay);
                return {MakeLoss(link.down), MakeLoss(link.up)};
            }
            const auto link = packets->GetLink(device);
            std::vector<Loss> losses;
            for (uint32_t end = 0; end < 2; ++end)
            {
                link.Get(end)->SetAttribute("DataRate", StringValue(std::to_string(kbps) + "kbps"));
                losses.push_back(MakeLoss(link.Get(end), 100 + 2 * device + end));
            }
            link.Get(0)->GetChannel()->SetAttribute("Delay", TimeValue(delay));
            return losses;
        }

        std::shared_ptr<StarNetwork> packets; ///< null: fluid
        std::shared_ptr<FluidStar> fluid;     ///< null: of packets
        std::shared_ptr<Star> star;           ///< either of them
    };

    /// Play a scenario and check all that must hold in any. @return inferences that offloaded
    uint64_t Play(uint64_t seed, const Setting& setting);

  private:
    std::set<std::string> m_files; ///< to be removed
};

uint64_t
Chaos::Play(uint64_t seed, const Setting& setting)
{
    SCOPED_TRACE("seed " + std::to_string(seed) + ", scheduler " + setting.scheduler);
    Dice dice(seed);
    const auto devices = static_cast<uint32_t>(dice.Integer(2, 8));
    const auto isErratic = setting.scheduler == "erratic";
    const auto isCalm = !setting.hasAdversity;
    const auto isNegotiated = setting.scheduler.find("decentralized") != std::string::npos;
    const Network network(GetParam() == "fluid", devices);
    const auto isConserving = dice.Chance(0.5);
    std::string decisionDelay = "ns3::ConstantRandomVariable[Constant=0]";

    const auto server = network.star->InstallServer([&](MecServerHelper& helper) {
        if (isErratic)
        {
            helper.SetAttribute("Scheduler",
                                PointerValue(CreateObject<TestScheduler>(ErraticRule(seed))));
        }
        else
        {
            helper.SetScheduler(setting.scheduler);
        }
        helper.SetAttribute("Processor", StringValue(MakeProcessor("server")));
        helper.SetAttribute("Timestep", TimeValue(MilliSeconds(dice.Integer(100, 700))));
        if (dice.Chance(0.5))
        {
            decisionDelay = Between(0, 0.4);
        }
        helper.SetAttribute("Outages", StringValue(isCalm ? "" : MakeOutages(dice, setting.calm)));
    });
    server->GetScheduler()->SetAttribute("DecisionDelay", StringValue(decisionDelay));
    const auto processor = server->GetServerProcessor();
    processor->SetAttribute("WorkConserving", BooleanValue(isConserving));
    Listen(processor, "ShareChanged", [&](uint32_t device, double, double share) {
        EXPECT_LE(processor->GetLoad(), 1 + 1e-12);
        EXPECT_EQ(processor->GetShare(device), share);
    });
    Listen(server, "Timestep", [](const TimestepRecord& record) {
        EXPECT_LE(record.load, 1 + 1e-12);
        EXPECT_GE(record.load, 0);
    });
    Listen(server->GetConnections(),
           "ProtocolError",
           [](const Address&, const std::string& reason) { ADD_FAILURE() << reason; });

    std::vector<Actor> actors(devices);
    for (uint32_t i = 0; i < devices; ++i)
    {
        auto& actor = actors[i];
        const auto kbps = dice.Integer(2000, 20000);
        const auto losses = network.SetLink(i, kbps, MicroSeconds(dice.Integer(10, 60000)));
        actor.vanishes = !isCalm && dice.Chance(0.1);
        if (!isCalm)
        {
            const auto until = actor.vanishes ? setting.end + Seconds(1000) : setting.calm;
            std::vector<double> usual;
            for (const auto& loss : losses)
            {
                usual.push_back(BeginLoss(dice, loss, until));
            }
            KillLinks(dice, losses, usual, setting.calm);
            if (actor.vanishes)
            {
                for (const auto& loss : losses)
                {
                    Simulator::Schedule(Seconds(dice.Real(1, 25)), [loss] { loss(1); });
                }
            }
        }
        const auto isOpen = dice.Chance(0.5);
        const auto timeouts =
            setting.isOverloaded ? std::vector<double>{0.3, 2, 5} : std::vector<double>{5, 60};
        actor.timeout = Seconds(timeouts[dice.Integer(0, static_cast<int>(timeouts.size()) - 1)]);
        actor.client = network.star->InstallClient(i, [&](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(MakeDnn(dice, "dnn" + std::to_string(i))));
            helper.SetAttribute("Mode",
                                StringValue(isNegotiated ? "decentralized" : "server-side"));
            helper.SetAttribute("Processor", StringValue(MakeProcessor("device")));
            helper.SetAttribute("ActivationBits", UintegerValue(8u << dice.Integer(0, 2)));
            helper.SetAttribute("OpenLoop", BooleanValue(isOpen));
            helper.SetAttribute(
                "Interval",
                StringValue(setting.isOverloaded ? Between(0.005, 0.05) : Between(0.6, 1.5)));
            helper.SetAttribute("ThinkTime", StringValue(Between(0.02, 0.4)));
            helper.SetAttribute("MaxQueue", UintegerValue(dice.Integer(1, 8)));
            helper.SetAttribute("RequestTimeout", TimeValue(actor.timeout));
        });
        actor.start = dice.Chance(0.6) ? Seconds(0) : Seconds(dice.Real(0, 20));
        const auto leaves = dice.Chance(0.25);
        actor.stop = leaves ? actor.start + Seconds(dice.Real(0.01, 30)) : setting.end;
        actor.client->SetStartTime(actor.start);
        actor.client->SetStopTime(actor.stop);
        Listen(actor.client, "Inference", [&actor](const InferenceRecord& record) {
            CheckRecord(actor, record);
            actor.records.push_back(record);
            actor.ends.push_back(Simulator::Now());
        });
        Listen(actor.client, "GrantReceived", [&actor](uint32_t, double, const std::string& cut) {
            actor.grants.push_back(Simulator::Now());
            actor.offloads.push_back(cut != "local");
        });
        Listen(actor.client->GetConnection(), "Status", [](bool up, const std::string& reason) {
            const std::set<std::string> usual{"lease expired",
                                              "connection closed",
                                              "connection refused",
                                              "no progress"};
            EXPECT_TRUE(up ? reason.empty() : usual.count(reason) > 0) << reason;
        });
    }
    for (auto at = Seconds(0.1); at < setting.end + Seconds(5); at += Seconds(0.7))
    {
        Simulator::Schedule(at, [&actors] {
            for (const auto& actor : actors)
            {
                EXPECT_EQ(actor.client->GetCreated(), GetTotal(actor));
            }
        });
    }
    const auto later = setting.end + Seconds(600);
    Simulator::Stop(later);
    Simulator::Run();

    // everyone has left: nothing remains
    EXPECT_EQ(server->GetProtocolErrors(), 0u);
    EXPECT_NEAR(processor->GetLoad(), 0, 1e-12);
    // the one that listens
    EXPECT_EQ(CountOpenSockets(network.star->GetServerNode()), 1u);
    uint64_t offloaded = 0;
    for (uint32_t i = 0; i < devices; ++i)
    {
        const auto& actor = actors[i];
        SCOPED_TRACE("device " + std::to_string(actor.client->GetDeviceId()));
        EXPECT_EQ(processor->GetQueued(actor.client->GetDeviceId()), 0u);
        EXPECT_EQ(actor.client->GetCreated(), GetTotal(actor));
        EXPECT_EQ(actor.records.size(), actor.client->GetCreated());
        std::set<uint64_t> ids;
        uint64_t outcomes[3] = {0, 0, 0};
        const auto settled = setting.calm + Seconds(9);
        uint64_t settledOffloads = 0;
        for (std::size_t k = 0; k < actor.records.size(); ++k)
        {
            const auto& record = actor.records[k];
            EXPECT_TRUE(ids.insert(record.id).second) << record.id;
            ++outcomes[static_cast<int>(record.outcome)];
            const auto didOffload = record.outcome == InferenceOutcome::COMPLETED &&
                                    !record.serverEnd.IsStrictlyNegative();
            offloaded += didOffload;
            settledOffloads += didOffload && actor.ends[k] > settled;
        }
        EXPECT_EQ(outcomes[0], actor.client->GetCompleted());
        EXPECT_EQ(outcomes[1], actor.client->GetDropped());
        EXPECT_EQ(outcomes[2], actor.client->GetInFlight());

        // who stayed holds grants again, and what they say is done
        if (actor.vanishes || actor.stop < setting.end || setting.isOverloaded)
        {
            continue;
        }
        Time last = settled;
        uint64_t asked = 0;
        for (std::size_t k = 0; k < actor.grants.size(); ++k)
        {
            if (actor.grants[k] > settled)
            {
                EXPECT_LE(actor.grants[k] - last, Seconds(2)) << "at " << actor.grants[k];
                last = actor.grants[k];
                asked += actor.offloads[k];
            }
        }
        EXPECT_GE(last, setting.end - Seconds(2));
        if (asked > 20)
        {
            EXPECT_GT(settledOffloads, 0u) << asked;
        }
    }
    Simulator::Destroy();
    return offloaded;
}

TEST_P(Chaos, EveryAccountIsRightUnderAnySchedulerAndAdversity)
{
    uint64_t offloaded = 0;
    for (uint64_t seed = 1; seed <= 16; ++seed)
    {
        for (const auto scheduler : {"erratic", "dds", "server-only", "dads", "decentralized-dds"})
        {
            Setting setting;
            setting.scheduler = scheduler;
            offloaded += Play(seed, setting);
            if (HasFailure())
            {
                return;
            }
        }
    }
    EXPECT_GT(offloaded, 5000u);
}

TEST_P(Chaos, OverloadLosesNothingSilently)
{
    for (uint64_t seed = 101; seed <= 106; ++seed)
    {
        Setting setting;
        setting.scheduler = seed % 2 == 0 ? "erratic" : "server-only";
        setting.isOverloaded = true;
        setting.end = Seconds(40);
        Play(seed, setting);
        if (HasFailure())
        {
            return;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, Chaos, testing::Values("tcp", "fluid"), [](const auto& tested) {
    return tested.param;
});

} // namespace
