/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "examples/common/ns2-movements.h"
#include "examples/common/scenario-mobility.h"
#include "test/support/simulator-fixture.h"

#include "ns3/mobility-model.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vector.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;

class Mobility : public SimulatorFixture
{
  protected:
    /// Positions of all nodes, one row per second.
    using Track = std::vector<std::vector<Vector>>;

    static constexpr double WIDTH = 60;
    static constexpr double HEIGHT = 30;

    /// Move nodes and note where they are.
    static Track Follow(const std::string& how, uint32_t count, uint32_t seconds)
    {
        NodeContainer nodes(count);
        InstallMobility(how, {WIDTH, HEIGHT}, nodes, 100);
        Track track;
        for (uint32_t t = 0; t <= seconds; ++t)
        {
            Simulator::Schedule(Seconds(t), [&track, &nodes] {
                track.emplace_back();
                for (auto node = nodes.Begin(); node != nodes.End(); ++node)
                {
                    track.back().push_back((*node)->GetObject<MobilityModel>()->GetPosition());
                }
            });
        }
        Simulator::Stop(Seconds(seconds + 0.5));
        Simulator::Run();
        Simulator::Destroy();
        return track;
    }

    /// Mean speed over all nodes, m/s.
    static double GetMeanSpeed(const Track& track)
    {
        double sum = 0;
        for (std::size_t t = 1; t < track.size(); ++t)
        {
            for (std::size_t i = 0; i < track[t].size(); ++i)
            {
                sum += CalculateDistance(track[t][i], track[t - 1][i]);
            }
        }
        return sum / (track.size() - 1) / track[0].size();
    }

    /// What is said of a file of movements with this content.
    static std::string GetComplaint(const std::string& content)
    {
        const auto path = testing::TempDir() + "dnn-surgery-movements.tcl";
        std::ofstream(path) << content;
        try
        {
            CheckNs2Movements(path);
        }
        catch (const std::invalid_argument& error)
        {
            const std::string message = error.what();
            EXPECT_EQ(message.find(path), 0u) << message;
            EXPECT_EQ(message.find('\n'), std::string::npos);
            return message.substr(std::min(path.size(), message.size()));
        }
        return "";
    }
};

TEST_F(Mobility, RandomMovementsStayInsideAndRepeat)
{
    const std::map<std::string, std::pair<double, double>> speeds{{"random-waypoint", {0.5, 2.5}},
                                                                  {"gauss-markov", {0.5, 2.5}},
                                                                  {"static", {0, 0}},
                                                                  {"shuttle:7", {5, 7}}};
    for (const auto& [how, range] : speeds)
    {
        SCOPED_TRACE(how);
        const auto track = Follow(how, 10, 300);
        std::set<double> places;
        for (const auto& row : track)
        {
            for (const auto& position : row)
            {
                EXPECT_LE(std::abs(position.x), WIDTH + 1e-6);
                EXPECT_LE(std::abs(position.y), HEIGHT + 1e-6);
                EXPECT_EQ(position.z, 0);
                places.insert(position.x);
            }
        }
        EXPECT_GE(places.size(), 10u);
        const auto speed = GetMeanSpeed(track);
        EXPECT_GE(speed, range.first);
        EXPECT_LE(speed, range.second + 1e-6);
        const auto again = Follow(how, 10, 300);
        for (std::size_t t = 0; t < track.size(); ++t)
        {
            for (std::size_t i = 0; i < track[t].size(); ++i)
            {
                ASSERT_EQ(CalculateDistance(track[t][i], again[t][i]), 0);
            }
        }
    }
}

TEST_F(Mobility, Ns2MovementsGoWhereTheFileSays)
{
    const auto path = FindNs2Movements("bicycles.tcl");
    ASSERT_EQ(CheckNs2Movements(path), 12u);
    const auto track = Follow("ns2:bicycles.tcl", 12, 89);
    // each second's line sends a node to where it is one second later
    std::ifstream file(path);
    std::string line;
    uint32_t lines = 0;
    while (std::getline(file, line))
    {
        std::replace_if(
            line.begin(),
            line.end(),
            [](char c) { return std::strchr("\"()", c); },
            ' ');
        std::istringstream words(line);
        std::string word;
        std::string node;
        double time = 0;
        uint32_t id = 0;
        double x = 0;
        double y = 0;
        if (words >> word >> word >> time >> node >> id >> word >> x >> y && time < 88)
        {
            const auto& there = track.at(static_cast<std::size_t>(time) + 1).at(id);
            EXPECT_NEAR(there.x, x, 0.05) << line;
            EXPECT_NEAR(there.y, y, 0.05) << line;
            ++lines;
        }
    }
    EXPECT_GT(lines, 900u);
}

TEST_F(Mobility, Ns2FilesThatNs3WouldSkipInSilenceAreRefused)
{
    EXPECT_EQ(GetComplaint("# a comment\n\n$node_(0) set X_ 1.5\r\n"
                           "$ns_ at 0.0 \"$node_(0) setdest 2 -3.5 1e1\"\n"),
              "");
    EXPECT_EQ(GetComplaint(""), ": moves no node");
    EXPECT_EQ(GetComplaint("$node_(1) set X_ 1\n"), ": leaves out nodes below 1");
    const auto node = ":1: expected \"$node_(N)\", N in 0..99999";
    for (const auto* line :
         {"noise", "$node_(-1) set X_ 1", "$node_(0.5) set X_ 1", "$node_() set X_ 1"})
    {
        EXPECT_EQ(GetComplaint(line), node) << line;
    }
    for (const auto* line : {"$node_(0) set W_ 1",
                             "$node_(0) set X_ nan",
                             "$node_(0) set X_",
                             "$node_(0) set X_ 1 2",
                             "$node_(0) set Z_ -2e6"})
    {
        EXPECT_EQ(GetComplaint(line),
                  ":1: expected \"set X_ VALUE\", or Y_, or Z_, value in -1e6..1e6 (m)")
            << line;
    }
    for (const auto* line : {"$ns_ at x \"$node_(0) setdest 1 1 1\"",
                             "$ns_ at -1 \"$node_(0) setdest 1 1 1\"",
                             "$ns_ at 1e300 \"$node_(0) setdest 1 1 1\""})
    {
        EXPECT_EQ(GetComplaint(line), ":1: expected \"$ns_ at SECONDS\", seconds in 0..1e9")
            << line;
    }
    for (const auto* line : {"$ns_ at 1 \"$node_(0) setdest 1 1\"",
                             "$ns_ at 1 \"$node_(0) setdest 1 2e6 1\"",
                             "$ns_ at 1 \"$node_(0) goto 1 1 1\""})
    {
        EXPECT_EQ(GetComplaint(line),
                  ":1: expected \"setdest X Y SPEED\", X and Y in -1e6..1e6 (m)")
            << line;
    }
    // where the times of moves would be 0, or beyond what ns-3 counts
    for (const auto* speed : {"-1", "1e12", "1e-9"})
    {
        const auto line = std::string("$ns_ at 1 \"$node_(0) setdest 1 1 ") + speed + "\"";
        EXPECT_EQ(GetComplaint(line), ":1: the speed of setdest must be 0 or in 0.001..1e6 (m/s)")
            << line;
    }
}

TEST_F(Mobility, Ns2LinesBesideMovementsAreSkipped)
{
    const std::string path = testing::TempDir() + "dnn-surgery-activities.tcl";
    std::ofstream(path) << "set god_ [God instance]\n"
                           "# nodes: 2, pause: 1.00\n"
                           "set val(nn) 2\n"
                           "$node_(0) set X_ 3 ;# start\n"
                           "$node_(0) set Y_ 4;\n"
                           "$node_(1) set X_ 14.5\t# there\r\n"
                           "$node_(1) set Y_ 7 # and\n"
                           "$node_(1) random-motion 0\n"
                           "$god_ set-dist 0 1 1\n"
                           "$ns_ at 0.0 \"$g(0) start\"; # SUMO-ID: 0\n"
                           "$ns_ at 1.0 \"$node_(0) setdest 13 4 5.0\" ; # 2 s\n"
                           "$ns_ at 2.19 \"$god_ set-dist 0 1 2\"\n"
                           "$ns_ at 9.0 \"$node_(0) reset\";\n"
                           "$ns_ at 9.0 \"$g(0) stop\"; # SUMO-ID: 0\n"
                           "$ns_ initial_node_pos $node_(0) 20\n"
                           "$node_(0) radius 20\n"
                           "$ns_ at 100.0 \"finish\"\n"
                           "$ns_ at 100.0 \"stop\"\n"
                           "$ns_ at 100.0 \"puts done\"\n"
                           "$ns_ at 0 \"$node_(1) set Z_ 0\"\n";
    ASSERT_EQ(CheckNs2Movements(path), 2u);
    const auto track = Follow("ns2:" + path, 2, 5);
    const std::vector<double> expected{3, 3, 8, 13, 13};
    for (std::size_t t = 0; t < expected.size(); ++t)
    {
        EXPECT_NEAR(track.at(t).at(0).x, expected[t], 1e-9) << t;
        EXPECT_NEAR(track.at(t).at(0).y, 4, 1e-9) << t;
        EXPECT_NEAR(track.at(t).at(1).x, 14.5, 1e-9) << t;
        EXPECT_NEAR(track.at(t).at(1).y, 7, 1e-9) << t;
    }
}

TEST_F(Mobility, Ns2JumpsAndMistakesAreRefused)
{
    EXPECT_EQ(GetComplaint("$node_(0) set X_ 1\n$ns_ at 1.0 \"$node_(0) set X_ 2\"\n"),
              ":2: jumps after 0 s, where ns-3 would jump at 0 s: use setdest");
    EXPECT_EQ(GetComplaint("$ns_ at 1 \" $node_(0) setdest 1 1 1\"\n"),
              ":1: has a blank behind the first quote, where ns-3 skips the line");
    for (const auto* line : {"$nod_(0) set X_ 1",
                             "$ns_ at 1 \"$g(0) setdest 1 1 1\"",
                             "$node_ set 1 1",
                             "$",
                             "set",
                             "noise in here"})
    {
        EXPECT_EQ(GetComplaint(line), ":1: expected \"$node_(N)\", N in 0..99999") << line;
    }
    EXPECT_EQ(GetComplaint("\xef\xbb\xbf$node_(0) set Y_ 1"),
              ":1: has a byte-order mark, with which ns-3 does not read the line: save the file "
              "without");
    EXPECT_EQ(GetComplaint("$node_(0) set X_ 1;\r\n"),
              ":1: ends with a semicolon and a carriage return, which ns-3 does not read: save the "
              "file with line feeds");
    for (const auto* line : {"\"", "\"\"", "\"\t\""})
    {
        EXPECT_NE(GetComplaint(std::string("$node_(0) set X_ 1\n") + line), "") << line;
    }
    EXPECT_EQ(
        GetComplaint("$node_(0) set X_ 1\n$node_(0) setdest 2 2 1\n"),
        ":2: setdest stands behind \"$ns_ at SECONDS\": ns-3 does not move the node otherwise");
    EXPECT_EQ(GetComplaint("$node_(0) set X_ \\\n1\n"),
              ":1: goes on in the next line, which ns-3 does not read: write it in one");
    EXPECT_EQ(GetComplaint("$ns_ at 2 \"$node_(0) setdest 2 2 1\"\n"
                           "$ns_ at 1 \"$node_(0) setdest 3 3 1\"\n"),
              ":2: is earlier than the line before it that moves the same node: sort by time");
}

TEST_F(Mobility, WrongChoicesAreRefusedInOneLine)
{
    for (const auto* how : {"fly",
                            "",
                            "shuttle",
                            "shuttle:0",
                            "shuttle:x",
                            "shuttle:inf",
                            "ns2:",
                            "ns2:no-such-file"})
    {
        SCOPED_TRACE(how);
        EXPECT_THROW(CheckMobility(how, {1, 1}), std::invalid_argument);
    }
    EXPECT_THROW(Follow("ns2:bicycles.tcl", 13, 1), std::invalid_argument);
    // so fast that time does not pass between two turns, or too slow for a Time
    EXPECT_THROW(Follow("shuttle:1e12", 2, 1), std::invalid_argument);
    EXPECT_THROW(Follow("shuttle:1e-12", 2, 1), std::invalid_argument);
}

} // namespace
