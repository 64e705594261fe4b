/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/bundled-game.h"
#include "test/support/game-dnns.h"
#include "test/support/many-servers.h"
#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-multi-server-equilibrium.h"
#include "ns3/surgery-multi-server-game.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// How devices know their links.
enum class Links
{
    KNOWN,    ///< they are told, and all servers are equally far
    MEASURED, ///< by probes; servers at other sites are farther
};

/// Devices that make no requests and choose among four servers; four of five begin at the first.
class Crowd
{
  public:
    static constexpr uint32_t SERVER_COUNT = 4; ///< sites
    static constexpr uint32_t TIMESTEPS = 60;   ///< of half a second, until devices stop

    /// All differences between devices are drawn from the seed.
    Crowd(uint64_t seed, uint32_t devices, Links links, const std::string& choice, bool admission)
        : m_random(seed),
          m_sites(DrawSites(m_random, devices)),
          m_network(SERVER_COUNT, m_sites, [&](MecServerHelper& helper) {
              m_processors.push_back(Pick(m_random, SERVERS));
              helper.SetAttribute("Processor", StringValue(m_processors.back()));
              helper.SetAttribute("Admission", BooleanValue(admission));
              if (choice == "joint")
              {
                  helper.SetAttribute("Orchestrator", StringValue("10.0.0.1:4600"));
              }
          })
    {
        for (uint32_t i = 0; i < devices; ++i)
        {
            AddDevice(i, links, choice);
        }
        for (const auto& server : m_network.servers)
        {
            Listen(server, "Timestep", [this](const TimestepRecord& record) {
                m_potentials[record.server] = record.potentialS;
            });
        }
    }

    /// Let all timesteps pass.
    void Run()
    {
        Simulator::Stop(MilliSeconds(500 * TIMESTEPS + 100));
        Simulator::Run();
    }

    /// @param from an instant @return how many moves took effect after it
    long CountMoves(Time from) const
    {
        return std::count_if(m_network.migrations.begin(),
                             m_network.migrations.end(),
                             [from](const auto& record) { return record.time > from; });
    }

    /// @return Phi now, over all servers
    double GetPotential() const
    {
        return std::accumulate(m_potentials.begin(),
                               m_potentials.end(),
                               0.0,
                               [](double sum, const auto& entry) { return sum + entry.second; });
    }

    /// @return Phi of the joint solution, for the links as devices know them
    double GetJointPotential() const
    {
        MultiServerGame game;
        game.capacities.assign(SERVER_COUNT, 1);
        for (const auto& device : m_devices)
        {
            ServersOfDevice players(SERVER_COUNT);
            for (uint32_t s = 0; s < SERVER_COUNT; ++s)
            {
                players[s].options = MakeOptions(
                    GetCache().Get(device.dnn, device.processor, m_processors[s], device.encoding));
                players[s].usagePriceS = device.usagePriceS;
                players[s].link = device.links.at(m_network.GetId(s));
            }
            game.devices.push_back(players);
        }
        return Evaluate(game, SolveEquilibrium(game)).potential;
    }

  private:
    /// What a device is, and knows.
    struct Device
    {
        std::string dnn;
        std::string processor;
        Encoding encoding;
        double usagePriceS;
        std::map<uint32_t, Link> links; ///< by node id of the server
    };

    /// @param random source @param devices how many @return the site of each
    static std::vector<uint32_t> DrawSites(std::mt19937_64& random, uint32_t devices)
    {
        std::vector<uint32_t> sites(devices, 0);
        for (uint32_t i = 0; i < devices; i += 5)
        {
            sites[i] = 1 + random() % (SERVER_COUNT - 1);
        }
        return sites;
    }

    void AddDevice(uint32_t index, Links links, const std::string& choice)
    {
        Device device{Pick(m_random, GAME_DNNS),
                      Pick(m_random, DEVICES),
                      {150528, 8},
                      DrawLog(m_random, 1e-4, 1e-2),
                      {}};
        const auto rate = DrawLog(m_random, 1e7, 2e8);
        const auto delay = DrawLog(m_random, 1e-3, 1e-2);
        for (uint32_t s = 0; s < SERVER_COUNT; ++s)
        {
            device.links[m_network.GetId(s)] = {rate, rate, delay, delay};
        }
        const auto actor =
            m_network.AddClient(index, m_sites[index], choice, [&](InferenceClientHelper& helper) {
                helper.SetAttribute("Dnn", StringValue(device.dnn));
                helper.SetAttribute("Processor", StringValue(device.processor));
                helper.SetAttribute("InputBytes", UintegerValue(device.encoding.inputBytes));
                helper.SetAttribute("ActivationBits",
                                    UintegerValue(device.encoding.activationBits));
                helper.SetAttribute("UsagePrice", TimeValue(Seconds(device.usagePriceS)));
                helper.SetAttribute("CutHysteresis", DoubleValue(0));
                helper.SetAttribute("ThinkTime",
                                    StringValue("ns3::ConstantRandomVariable[Constant=1e6]"));
                if (links == Links::KNOWN)
                {
                    const auto oracle =
                        "ns3::surgery::OracleLinkEstimator[Rate=" + std::to_string(rate) +
                        "bps|Delay=" + std::to_string(delay) + "s]";
                    helper.SetAttribute("UplinkEstimator", StringValue(oracle));
                    helper.SetAttribute("DownlinkEstimator", StringValue(oracle));
                }
            });
        // so that the last moves are told, too
        actor->client->SetStopTime(MilliSeconds(500 * TIMESTEPS + 50));
        m_devices.push_back(device);
        if (links == Links::MEASURED)
        {
            Listen(actor->client, "LinkEstimated", [this, index](const LinkRecord& record) {
                m_devices[index].links[record.server] = {record.uplinkBps,
                                                         record.downlinkBps,
                                                         record.uplinkDelayS,
                                                         record.downlinkDelayS};
            });
        }
    }

    std::mt19937_64 m_random;
    std::vector<std::string> m_processors;
    std::vector<uint32_t> m_sites;
    ManyServers m_network;
    std::vector<Device> m_devices;
    std::map<uint32_t, double> m_potentials; ///< by node id of the server
};

class Choice : public SimulatorFixture
{
  protected:
    /// What many crowds make of their servers.
    struct Figures
    {
        std::vector<double> excesses; ///< Phi over that of the joint solution, - 1
        std::vector<double> moves;    ///< per device
        std::vector<long> late;       ///< moves in the last 20 of 60 timesteps
    };

    /**
     * @param usual how many crowds are played as a test
     * @return how many are played: the environment variable DNN_SURGERY_CROWDS, if it is set
     */
    static uint64_t CountCrowds(uint64_t usual)
    {
        const auto* const text = std::getenv("DNN_SURGERY_CROWDS");
        return text == nullptr ? usual : std::stoul(text);
    }

    static Figures Play(uint64_t usual,
                        uint32_t devices,
                        Links links,
                        bool admission = true,
                        const std::string& choice = "dds")
    {
        const auto seeds = CountCrowds(usual);
        Figures figures;
        for (uint64_t seed = 1; seed <= seeds; ++seed)
        {
            {
                Crowd crowd(seed, devices, links, choice, admission);
                crowd.Run();
                figures.excesses.push_back(crowd.GetPotential() / crowd.GetJointPotential() - 1);
                figures.moves.push_back(static_cast<double>(crowd.CountMoves(Time())) / devices);
                figures.late.push_back(crowd.CountMoves(MilliSeconds(20100)));
            }
            Simulator::Destroy();
        }
        const auto sum = [](const auto& values) {
            return std::accumulate(values.begin(), values.end(), 0.0);
        };
        std::cout << seeds << " crowds of " << devices << " under " << choice << ": "
                  << 100 * sum(figures.excesses) / seeds << " % above joint in the mean, "
                  << 100 * *std::max_element(figures.excesses.begin(), figures.excesses.end())
                  << " % at most, " << sum(figures.moves) / seeds << " moves per device, "
                  << sum(figures.late) << " in the last 20 timesteps, in "
                  << seeds - std::count(figures.late.begin(), figures.late.end(), 0) << " crowds"
                  << std::endl;
        return figures;
    }
};

TEST_F(Choice, DdsComesToRestNearTheJointSolution)
{
    const auto figures = Play(20, 24, Links::KNOWN);
    const auto fixed = Play(5, 24, Links::KNOWN, true, "fixed");
    EXPECT_GT(*std::min_element(fixed.excesses.begin(), fixed.excesses.end()), 0.1)
        << "there is nothing to choose";
    for (std::size_t i = 0; i < figures.late.size(); ++i)
    {
        EXPECT_EQ(figures.late[i], 0) << "seed " << i + 1;
        EXPECT_LT(figures.excesses[i], 0.03) << "seed " << i + 1;
    }
}

TEST_F(Choice, AHundredDevicesComeToRest)
{
    const auto figures = Play(2, 100, Links::KNOWN);
    for (std::size_t i = 0; i < figures.late.size(); ++i)
    {
        EXPECT_EQ(figures.late[i], 0) << "seed " << i + 1;
        EXPECT_LT(figures.excesses[i], 0.03) << "seed " << i + 1;
    }
}

TEST_F(Choice, MeasuredLinksLeadNearIt)
{
    auto figures = Play(9, 24, Links::MEASURED);
    std::sort(figures.excesses.begin(), figures.excesses.end());
    EXPECT_LT(figures.excesses[figures.excesses.size() / 2], 0.03) << "the median";
    EXPECT_LT(std::accumulate(figures.late.begin(), figures.late.end(), 0UL),
              4 * figures.late.size())
        << "moves in 20 timesteps";
}

TEST_F(Choice, AnOrchestratorsPlanIsFollowed)
{
    const auto figures = Play(5, 24, Links::KNOWN, true, "joint");
    for (std::size_t i = 0; i < figures.late.size(); ++i)
    {
        EXPECT_EQ(figures.late[i], 0) << "seed " << i + 1;
        EXPECT_LT(figures.excesses[i], 0.03) << "seed " << i + 1;
    }
    EXPECT_GT(std::accumulate(figures.moves.begin(), figures.moves.end(), 0.0), 0);
}

TEST_F(Choice, WithoutAdmissionDevicesMoveForEver)
{
    // who remembers what a server promised would move less
    const auto figures = Play(3, 24, Links::KNOWN, false, "dds[Memory=0s]");
    for (std::size_t i = 0; i < figures.late.size(); ++i)
    {
        EXPECT_GT(figures.late[i], 24) << "seed " << i + 1;
        EXPECT_GT(figures.excesses[i], 0.05) << "seed " << i + 1;
    }
}

} // namespace
