/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/output-fixture.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/boolean.h"
#include "ns3/surgery-table-helper.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Devices with deadlines, in whole simulations.
class DeadlineSystemTest : public OutputFixture
{
  protected:
    static constexpr uint32_t DEVICES = 3; ///< number

    /// Run three devices for 10 s, and check that nothing is lost.
    /// @param configure sets attributes of the clients
    void Run(const std::function<void(InferenceClientHelper&)>& configure)
    {
        std::filesystem::remove_all(m_folder);
        m_actors.clear();
        StarNetwork network(DEVICES, "50Mbps", MilliSeconds(2));
        network.InstallServer(
            [this](MecServerHelper& helper) { helper.SetScheduler(m_scheduler); });
        ApplicationContainer clients;
        for (uint32_t i = 0; i < DEVICES; ++i)
        {
            m_actors.push_back(Watch(network.InstallClient(i, configure)));
            clients.Add(m_actors.back()->client);
        }
        TableHelper tables(m_folder);
        tables.EnableInferences(clients);
        tables.EnableDeadlines(clients);
        clients.Stop(Seconds(10));
        Simulator::Stop(Seconds(11));
        Simulator::Run();
        for (const auto& actor : m_actors)
        {
            EXPECT_EQ(actor->client->GetCreated(), GetTotal(*actor));
            EXPECT_GT(actor->client->GetCreated(), 5u);
        }
        Simulator::Destroy();
    }

    /// @param name of a table @return the text of its file; empty if there is none
    std::string ReadTable(const std::string& name) const
    {
        return Read(m_folder + "/" + name + ".csv");
    }

    std::string m_scheduler{"dds"};               ///< of the server
    std::vector<std::shared_ptr<Actor>> m_actors; ///< the devices
};

TEST_F(DeadlineSystemTest, ADeadlineChangesNothingButIsTold)
{
    const auto configure = [](Time deadline) {
        return [deadline](InferenceClientHelper& helper) {
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Deadline", TimeValue(deadline));
        };
    };
    Run(configure(Time()));
    const auto without = ReadTable("inferences");
    EXPECT_EQ(ReadTable("deadlines"), "") << "there is no such table";
    Run(configure(MilliSeconds(100)));
    EXPECT_EQ(ReadTable("inferences"), without);

    const std::string head = "id,device,deadline_ns,late_ns,met\n";
    std::set<std::string> rows; // clients that stop at one instant do so in any order
    for (const auto& actor : m_actors)
    {
        for (const auto& record : actor->records)
        {
            const auto late = GetLateness(record);
            const auto met = MetDeadline(record);
            rows.insert(std::to_string(record.id) + "," + std::to_string(record.device) +
                        ",100000000," + (late ? std::to_string(late->GetNanoSeconds()) : "") + "," +
                        (met ? *met ? "1" : "0" : ""));
        }
    }
    const auto text = ReadTable("deadlines");
    EXPECT_EQ(text.rfind(head, 0), 0u);
    std::set<std::string> written;
    std::size_t count = 0;
    for (auto at = head.size(); at < text.size(); ++count)
    {
        const auto end = text.find('\n', at);
        written.insert(text.substr(at, end - at));
        at = end + 1;
    }
    EXPECT_EQ(written, rows);
    EXPECT_EQ(count, rows.size());
}

TEST_F(DeadlineSystemTest, NoneIsCompletedLateIfLateOnesAreDropped)
{
    for (const auto isOpen : {false, true})
    {
        Run([isOpen](InferenceClientHelper& helper) {
            helper.SetAttribute("OpenLoop", BooleanValue(isOpen));
            helper.SetAttribute("Interval",
                                StringValue("ns3::ExponentialRandomVariable[Mean=0.2]"));
            helper.SetAttribute("Deadline", TimeValue(MilliSeconds(150)));
            helper.SetAttribute("DropLate", BooleanValue(true));
        });
        std::map<std::string, uint32_t> ends;
        for (const auto& actor : m_actors)
        {
            for (const auto& record : actor->records)
            {
                const auto isDone = record.outcome == InferenceOutcome::COMPLETED;
                ++ends[isDone ? "completed" : record.reason];
                EXPECT_LE(record.ended, record.created + record.deadline + TimeStep(1));
            }
        }
        EXPECT_GT(ends["completed"], 20u);
        EXPECT_GT(ends[LATE_REASON], 3u);
    }
}

TEST_F(DeadlineSystemTest, DevicesThatPlayTheGameThemselvesKeepTheirDeadlines)
{
    m_scheduler = "decentralized-dds";
    const auto configure = [](Time deadline, bool drops) {
        return [deadline, drops](InferenceClientHelper& helper) {
            helper.SetAttribute("Mode", StringValue("decentralized"));
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Deadline", TimeValue(deadline));
            helper.SetAttribute("DropLate", BooleanValue(drops));
        };
    };
    Run(configure(Time(), false));
    const auto without = ReadTable("inferences");
    Run(configure(MilliSeconds(150), false));
    EXPECT_EQ(ReadTable("inferences"), without);
    EXPECT_NE(ReadTable("deadlines"), "");
    Run(configure(MilliSeconds(150), true));
    for (const auto& actor : m_actors)
    {
        for (const auto& record : actor->records)
        {
            EXPECT_LE(record.ended, record.created + record.deadline + TimeStep(1));
        }
    }
}

TEST_F(DeadlineSystemTest, AClosedLoopThatCanNeverBeInTimeGoesOnDeadlineByDeadline)
{
    // the way to the server takes longer, and so does the device alone
    Run([](InferenceClientHelper& helper) {
        helper.SetAttribute("Dnn", StringValue("vgg19"));
        helper.SetAttribute("Deadline", TimeValue(MilliSeconds(5)));
        helper.SetAttribute("DropLate", BooleanValue(true));
        helper.SetAttribute("ThinkTime",
                            StringValue("ns3::ConstantRandomVariable[Constant=0.095]"));
    });
    for (const auto& actor : m_actors)
    {
        EXPECT_NEAR(static_cast<double>(actor->client->GetCreated()), 10 / 0.1, 7)
            << "a request per deadline and ThinkTime";
        for (std::size_t i = 0; i < actor->records.size(); ++i)
        {
            const auto& record = actor->records[i];
            EXPECT_NE(record.outcome, InferenceOutcome::COMPLETED);
            if (i > 0)
            {
                EXPECT_GE(record.created - actor->records[i - 1].created, MilliSeconds(100));
            }
        }
    }
}

TEST_F(DeadlineSystemTest, ANegativeDeadlineIsRefused)
{
    const auto client = CreateObject<InferenceClient>();
    EXPECT_FALSE(client->SetAttributeFailSafe("Deadline", TimeValue(NanoSeconds(-1))));
}

} // namespace
