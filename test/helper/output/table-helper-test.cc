/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-json-field.h"
#include "ns3/surgery-provenance.h"
#include "ns3/surgery-table-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

using Row = std::vector<std::string>;

class TableFiles : public SimulatorFixture
{
  protected:
    void TearDown() override
    {
        SimulatorFixture::TearDown();
        std::filesystem::remove_all(m_folder);
    }

    /// @param name of a table @return its file
    std::string GetPath(const std::string& name) const
    {
        return m_folder + "/" + name + ".csv";
    }

    /// A file's text.
    static std::string Read(const std::string& path)
    {
        std::ifstream in(path);
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }

    /// A table without quoted fields, its titles first.
    static std::vector<Row> ReadTable(const std::string& path)
    {
        std::vector<Row> rows;
        std::istringstream lines(Read(path));
        for (std::string line; std::getline(lines, line);)
        {
            rows.emplace_back();
            std::istringstream fields(line + ',');
            for (std::string field; std::getline(fields, field, ',');)
            {
                rows.back().push_back(field);
            }
            EXPECT_EQ(rows.back().size(), rows.front().size()) << path << ": " << line;
        }
        EXPECT_FALSE(rows.empty()) << path;
        rows.resize(std::max<std::size_t>(rows.size(), 1));
        return rows;
    }

    /// How often a text is in another.
    static int Count(const std::string& text, const std::string& part)
    {
        int count = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        {
            ++count;
        }
        return count;
    }

    /// A folder of this case that goes away with it.
    const std::string m_folder{testing::TempDir() + "tables-" +
                               testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(TableFiles, WritesARowPerEvent)
{
    StarNetwork star(2, "50Mbps", MilliSeconds(2));
    ApplicationContainer servers(star.InstallServer([](MecServerHelper&) {}));
    ApplicationContainer clients;
    uint32_t links = 0;
    for (uint32_t i = 0; i < 2; ++i)
    {
        const auto client = star.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("resnet50"));
            helper.SetAttribute("MaxRequests", UintegerValue(3));
        });
        Listen(client, "LinkEstimated", [&links](const LinkRecord&) { ++links; });
        clients.Add(client);
    }
    std::vector<GrantRecord> grants;
    Listen(servers.Get(0), "Granted", [&grants](const GrantRecord& record) {
        grants.push_back(record);
    });
    const TableHelper tables(m_folder);
    tables.EnableGrants(servers);
    tables.EnableLinks(clients);
    tables.EnableInferences(clients);
    clients.Stop(Seconds(20));
    Simulator::Stop(Seconds(21));
    Simulator::Run();
    Simulator::Destroy();

    const auto written = ReadTable(GetPath("grants"));
    EXPECT_EQ(written[0],
              (Row{"time_ns",
                   "device",
                   "server",
                   "share",
                   "cut",
                   "predicted_latency_s",
                   "predicted_cost_s",
                   "uplink_bps",
                   "reason"}));
    ASSERT_GT(grants.size(), 10U);
    ASSERT_EQ(written.size(), grants.size() + 1);
    for (std::size_t i = 0; i < grants.size(); ++i)
    {
        const auto& row = written[i + 1];
        EXPECT_EQ(row[0], std::to_string(grants[i].time.GetNanoSeconds()));
        EXPECT_EQ(row[1], std::to_string(grants[i].device));
        EXPECT_EQ(row[2], std::to_string(star.GetServerNode()->GetId()));
        EXPECT_NEAR(std::stod(row[3]), grants[i].share, 1e-11);
        EXPECT_EQ(row[4], grants[i].cut);
        EXPECT_NEAR(std::stod(row[5]) / grants[i].latencyS, 1, 1e-11);
        EXPECT_NEAR(std::stod(row[6]) / grants[i].costS, 1, 1e-11);
        EXPECT_NEAR(std::stod(row[7]) / grants[i].uplinkBps, 1, 1e-11);
        EXPECT_EQ(row[8], GetReasonName(grants[i].reason));
    }
    EXPECT_GT(links, 0U);
    EXPECT_EQ(ReadTable(GetPath("links")).size(), links + 1);

    const auto inferences = ReadTable(GetPath("inferences"));
    ASSERT_EQ(inferences.size(), 7U);
    const auto& head = inferences[0];
    const auto column = std::find(head.begin(), head.end(), "attempts") - head.begin();
    ASSERT_LT(column, head.end() - head.begin());
    for (std::size_t i = 1; i < inferences.size(); ++i)
    {
        const auto isLocal = inferences[i][6] == "local";
        EXPECT_EQ(inferences[i][static_cast<std::size_t>(column)], isLocal ? "0" : "1");
    }
}

TEST_F(TableFiles, TheVariantIsEmptyWhereNothingRan)
{
    StarNetwork star(1, "50Mbps", MilliSeconds(2));
    star.InstallServer([](MecServerHelper&) {});
    ApplicationContainer clients(star.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Variants", StringValue("resnet34"));
        helper.SetAttribute("Dnn", StringValue("resnet18"));
        helper.SetAttribute("OpenLoop", BooleanValue(true));
        helper.SetAttribute("Interval", StringValue("ns3::ConstantRandomVariable[Constant=0.02]"));
        helper.SetAttribute("MaxQueue", UintegerValue(2));
    }));
    TableHelper(m_folder).EnableInferences(clients);
    clients.Stop(Seconds(5));
    Simulator::Stop(Seconds(6));
    Simulator::Run();
    Simulator::Destroy();

    const auto rows = ReadTable(GetPath("inferences"));
    const auto at = [&rows](const std::string& name) {
        const auto found = std::find(rows[0].begin(), rows[0].end(), name);
        EXPECT_NE(found, rows[0].end()) << name;
        return static_cast<std::size_t>(found - rows[0].begin());
    };
    int ran = 0;
    int waited = 0;
    for (std::size_t i = 1; i < rows.size(); ++i)
    {
        SCOPED_TRACE("row " + std::to_string(i));
        const auto neverRan = rows[i][at("device_start_ns")].empty();
        ++(neverRan ? waited : ran);
        for (const auto* name : {"variant", "input_bytes", "activation_bits", "accuracy_percent"})
        {
            EXPECT_EQ(rows[i][at(name)].empty(), neverRan) << name;
        }
        EXPECT_FALSE(rows[i][at("dnn")].empty());
    }
    EXPECT_GT(ran, 10);
    EXPECT_GT(waited, 10);
}

TEST_F(TableFiles, GrantsNameTheVariantIfADeviceHasSeveral)
{
    for (const std::string scheduler : {"dds", "decentralized-dds"})
    {
        SCOPED_TRACE(scheduler);
        StarNetwork star(2, "20Mbps", MilliSeconds(2));
        const ApplicationContainer servers(star.InstallServer(
            [&scheduler](MecServerHelper& helper) { helper.SetScheduler(scheduler); }));
        ApplicationContainer clients;
        std::map<uint32_t, Row> last; // by device: variant and DNN of its cut
        for (uint32_t i = 0; i < 2; ++i)
        {
            clients.Add(star.InstallClient(i, [i](InferenceClientHelper& helper) {
                helper.SetAttribute("Dnn", StringValue("mobilenet-v2"));
                helper.SetAttribute("Variants", StringValue(i == 0 ? "resnet34" : ""));
                helper.SetAttribute("AccuracyPrice", StringValue("10"));
            }));
            Listen(clients.Get(i), "CutChanged", [&last](const CutChangeRecord& record) {
                last[record.device] = {std::to_string(record.newVariant.index), record.newDnn};
            });
        }
        TableHelper(m_folder).EnableGrants(servers, clients);
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        Simulator::Destroy();

        const auto rows = ReadTable(GetPath("grants"));
        ASSERT_EQ(rows[0].size(), 11U);
        EXPECT_EQ(rows[0][9], "variant");
        EXPECT_EQ(rows[0][10], "dnn");
        ASSERT_GT(rows.size(), 10U);
        std::map<uint32_t, Row> told;
        for (std::size_t i = 1; i < rows.size(); ++i)
        {
            told[static_cast<uint32_t>(std::stoul(rows[i][1]))] = {rows[i][9], rows[i][10]};
        }
        ASSERT_EQ(told.size(), 2U);
        for (const auto& [device, row] : told)
        {
            const auto isKnown = scheduler == "dds";
            EXPECT_EQ(row, isKnown ? last.at(device) : (Row{"", ""}));
        }
    }
}

TEST_F(TableFiles, SingleValuesAreThoseOfTheRecords)
{
    StarNetwork star(2, "20Mbps", MilliSeconds(2));
    const auto server = star.InstallServer([](MecServerHelper& helper) {
        helper.SetAttribute("Processor", StringValue("server-8-core"));
    });
    std::vector<double> loads{0};
    std::vector<double> prices{0};
    std::vector<double> tracedLoads{0};
    std::vector<double> tracedPrices{0};
    // what stays as it is, is not told again
    const auto add = [](std::vector<double>& values, double value) {
        if (values.back() != value)
        {
            values.push_back(value);
        }
    };
    const auto follow = [](std::vector<double>& values) {
        return [&values](double before, double now) {
            EXPECT_EQ(before, values.back());
            values.push_back(now);
        };
    };
    Listen(server, "Timestep", [&](const TimestepRecord& record) {
        add(loads, record.load);
        add(prices, record.shadowPriceS);
    });
    Listen(server, "Load", follow(tracedLoads));
    Listen(server, "ShadowPrice", follow(tracedPrices));

    std::vector<Time> latencies{Time()};
    std::vector<Time> tracedLatencies{Time()};
    std::vector<double> shares{0};
    std::vector<double> tracedShares{0};
    ApplicationContainer clients;
    for (uint32_t i = 0; i < 2; ++i)
    {
        clients.Add(star.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue("resnet50"));
        }));
    }
    Listen(clients.Get(0), "Inference", [&](const InferenceRecord& record) {
        if (record.outcome == InferenceOutcome::COMPLETED)
        {
            latencies.push_back(GetMeasuredLatency(record));
        }
    });
    Listen(clients.Get(0), "Latency", [&](Time before, Time now) {
        EXPECT_EQ(before, tracedLatencies.back());
        tracedLatencies.push_back(now);
    });
    Listen(clients.Get(0), "GrantReceived", [&](uint32_t, double share, const std::string&) {
        add(shares, share);
    });
    Listen(clients.Get(0), "Share", follow(tracedShares));
    clients.Stop(Seconds(10));
    // the server goes, so that the lease ends
    server->SetStopTime(Seconds(5));
    Simulator::Stop(Seconds(11));
    Simulator::Run();

    EXPECT_GT(latencies.size(), 10U);
    EXPECT_EQ(tracedLatencies, latencies);
    EXPECT_GT(*std::max_element(loads.begin(), loads.end()), 0);
    EXPECT_EQ(tracedLoads, loads);
    EXPECT_GT(*std::max_element(prices.begin(), prices.end()), 0);
    EXPECT_EQ(tracedPrices, prices);
    EXPECT_GT(shares.size(), 1U);
    shares.push_back(0);
    EXPECT_EQ(tracedShares, shares);
}

TEST_F(TableFiles, WritesPositionsWhenTheCourseChanges)
{
    NodeContainer nodes(3); // the last one is nowhere
    const auto mobility = CreateObject<ConstantVelocityMobilityModel>();
    nodes.Get(0)->AggregateObject(mobility);
    const auto still = CreateObject<ConstantVelocityMobilityModel>();
    nodes.Get(1)->AggregateObject(still);
    mobility->SetPosition(Vector(1, 2, 3));
    mobility->SetVelocity(Vector(1, 0, -0.5));
    TableHelper(m_folder).EnablePositions(NodeContainer(nodes.Get(0), nodes.Get(2)),
                                          NodeContainer(nodes.Get(1)));
    Simulator::Schedule(Seconds(4),
                        &ConstantVelocityMobilityModel::SetVelocity,
                        mobility,
                        Vector(0, 0, 0));
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    const auto id = std::to_string(nodes.Get(0)->GetId());
    const auto stillId = std::to_string(nodes.Get(1)->GetId());
    Simulator::Destroy();

    const auto rows = ReadTable(GetPath("positions"));
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0],
              (Row{"time_ns",
                   "node",
                   "kind",
                   "x_m",
                   "y_m",
                   "z_m",
                   "vx_m_per_s",
                   "vy_m_per_s",
                   "vz_m_per_s"}));
    EXPECT_EQ(rows[1], (Row{"0", id, "mobile", "1", "2", "3", "1", "0", "-0.5"}));
    EXPECT_EQ(rows[2], (Row{"0", stillId, "base-station", "0", "0", "0", "0", "0", "0"}));
    EXPECT_EQ(rows[3], (Row{"4000000000", id, "mobile", "5", "2", "1", "0", "0", "0"}));
}

TEST_F(TableFiles, ProvenanceHoldsWhatIsInEffect)
{
    Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(7));
    StarNetwork star(2, "50Mbps", MilliSeconds(2));
    ApplicationContainer clients;
    for (const auto* dnn : {"alexnet", "vgg19"})
    {
        clients.Add(star.InstallClient(clients.GetN(), [dnn](InferenceClientHelper& helper) {
            helper.SetAttribute("Dnn", StringValue(dnn));
            helper.SetAttribute("Processor", StringValue("jetson-nano"));
            helper.SetAttribute("UplinkEstimator",
                                StringValue("ns3::surgery::FittedLinkEstimator[Weight=0.4]"));
        }));
    }
    Provenance provenance;
    provenance.SetCommandLine({"/some/where/program", "--say=\"a\\b\n\""});
    provenance.AddSetting("length_m", "3");
    provenance.AddSetting("path", "no \xff UTF-8");
    provenance.AddApplications("clients", clients);
    provenance.AddDevices("links", star.GetLink(0));
    provenance.AddObject("network", AccessNetwork::Create("wired[BackhaulDelay=7ms]"));
    TableOutput::Create("csv", m_folder)->WriteProvenance(provenance);
    const auto text = Read(m_folder + "/provenance.json");
    EXPECT_EQ(text, provenance.ToJson());
    for (const auto* part : {"\"schema\": \"dnn-surgery/tables/2\"",
                             "\"seed\": 1,",
                             "\"run\": 1,",
                             "\"length_m\": \"3\"",
                             "\"Dnn\": \"alexnet\"",
                             "\"Dnn\": \"vgg19\"",
                             "\"UplinkEstimator.Weight\": \"0.4\"",
                             "\"BackhaulDelay\": \"+7e+06ns\"",
                             "\"ns3::TcpSocket::DelAckCount\": \"7\"",
                             "\"DataRate\": \"50000000bps\""})
    {
        EXPECT_EQ(Count(text, part), 1) << part << " is not once in\n" << text;
    }
    const auto words = JsonField::Parse(text, "provenance")["command_line"].GetItems();
    ASSERT_EQ(words.size(), 2u);
    EXPECT_EQ(words[0].GetText(), "program");
    EXPECT_EQ(words[1].GetText(), "--say=\"a\\b\n\"");
    // alike in both clients, so once
    EXPECT_EQ(Count(text, "\"Processor\": \"jetson-nano\""), 1);
    EXPECT_EQ(Count(text, "unknown"), 0);
}

} // namespace
