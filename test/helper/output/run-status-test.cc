/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/output-fixture.h"

#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-json-field.h"
#include "ns3/surgery-table-output.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class RunStatuses : public OutputFixture
{
};

TEST_F(RunStatuses, StatusTellsWhetherTheRunEnded)
{
    const auto status = m_folder + "/status.json";
    for (const auto* format : {"csv", "sqlite"})
    {
        std::optional<Ptr<OutputTable>> table;
        try
        {
            table = TableOutput::Create(format, m_folder)->AddTable("t", m_columns);
        }
        catch (const std::invalid_argument&)
        {
            continue; // without SQLite
        }
        EXPECT_NE(Read(status).find("\"running\""), std::string::npos);
        const auto size = Read(status).size();
        Simulator::Schedule(MilliSeconds(2500), [&] { (*table)->Write(TableRow(4)); });
        Simulator::Run();
        EXPECT_NE(Read(status).find("\"running\""), std::string::npos);
        EXPECT_NE(Read(status).find("\"simulated_ns\": 2500000000}"), std::string::npos);
        Simulator::Destroy();
        EXPECT_NE(Read(status).find("\"ended\""), std::string::npos) << format;
        EXPECT_EQ(Read(status).size(), size) << "a full disk takes no larger file";
    }
}

TEST_F(RunStatuses, RowsAreInTheFileWithinASimulatedSecond)
{
    const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", {{"text"}});
    for (int i = 0; i < 50; ++i)
    {
        Simulator::Schedule(MilliSeconds(100 * i), [&] {
            const auto word = std::to_string(Simulator::Now().GetMilliSeconds());
            table->Write({word});
            const auto text = Read(m_folder + "/t.csv");
            // whole lines, and at least those from more than a second ago
            EXPECT_EQ(text.back(), '\n');
            const auto count = std::count(text.begin(), text.end(), '\n') - 1;
            EXPECT_GE(count, Simulator::Now().GetMilliSeconds() / 1000 * 10 + 1);
        });
    }
    Simulator::Run();
}

TEST_F(RunStatuses, TheFirstReasonForTheEndCounts)
{
    const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", m_columns);
    table->Write(TableRow(4));
    TableOutput::CutOff("no more \"time\"\n and \xff" + std::string(1000, '\x01'));
    TableOutput::CutOff("another reason");
    Simulator::Destroy();
    const auto status = JsonField::Parse(Read(m_folder + "/status.json"), "status");
    EXPECT_EQ(status["state"].GetText(), "cut off");
    EXPECT_EQ(status["reason"].GetText().find("no more \"time\"\n and \xef\xbf\xbd"), 0U);
    EXPECT_EQ(Read(m_folder + "/t.csv"), "when_ns,load,rough_bps,text\n,,,\n");
}

TEST_F(RunStatuses, AFileThatIsTooLargeCutsTheRunOff)
{
    // in a child, because the limit stays
    const auto work = [&] {
        const rlimit limit{20000, 20000};
        setrlimit(RLIMIT_FSIZE, &limit);
        const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", {{"text"}});
        try
        {
            for (int i = 0; i < 10000; ++i)
            {
                table->Write({std::string("a row of some length")});
            }
        }
        catch (const std::runtime_error& error)
        {
            std::cerr << error.what();
            std::_Exit(1);
        }
    };
    EXPECT_EXIT(work(), testing::ExitedWithCode(1), "t.csv: cannot write this file");
    const auto status = JsonField::Parse(Read(m_folder + "/status.json"), "status");
    EXPECT_EQ(status["state"].GetText(), "cut off");
    EXPECT_EQ(status["reason"].GetText(), m_folder + "/t.csv: cannot write this file");
    const auto text = Read(m_folder + "/t.csv");
    EXPECT_GT(text.size(), 16000U);
    EXPECT_EQ(text.substr(text.size() - 7), "length\n");
}

TEST_F(RunStatuses, SignalsThatEndTheProgramCutTheRunOff)
{
    for (const auto number : {SIGTERM, SIGINT, SIGPIPE, SIGHUP, SIGKILL})
    {
        const auto work = [&] {
            std::signal(number, SIG_DFL); // nohup ignores one of them
            const auto table = TableOutput::Create("csv", m_folder)->AddTable("t", m_columns);
            table->Write(TableRow(4));
            std::raise(number);
        };
        EXPECT_EXIT(work(), testing::KilledBySignal(number), "");
        const auto status = JsonField::Parse(Read(m_folder + "/status.json"), "status");
        EXPECT_EQ(status["state"].GetText(), number == SIGKILL ? "running" : "cut off") << number;
        EXPECT_EQ(Read(m_folder + "/t.csv"), "when_ns,load,rough_bps,text\n,,,\n") << number;
    }
    const auto work = [&] {
        TableOutput::Create("csv", m_folder);
        std::exit(0);
    };
    // ns-3's own test runner aborts if a program ends within a test
    const auto isEnd = [](int status) { return WIFEXITED(status) || WIFSIGNALED(status); };
    EXPECT_EXIT(work(), isEnd, "");
    EXPECT_NE(Read(m_folder + "/status.json").find("before Simulator::Destroy"), std::string::npos);
}

TEST_F(RunStatuses, ACaptureThatCannotBeWrittenEndsTheRun)
{
    if (!std::filesystem::exists("/dev/full"))
    {
        GTEST_SKIP() << "there is no /dev/full";
    }
    const auto network = AccessNetwork::Create("wired");
    const NodeContainer nodes(2);
    network->Install(NodeContainer(nodes.Get(0)), nodes.Get(1));
    const auto output = TableOutput::Create("csv", m_folder);
    EXPECT_EQ(Refuse([&] { network->EnablePcap(m_folder); }),
              m_folder + ": cannot write this file");
    network->EnablePcap("/dev/full");
    EXPECT_EQ(Refuse<std::runtime_error>([] { Simulator::Destroy(); }),
              "/dev/full: cannot write this file");
    EXPECT_EQ(Read(m_folder + "/status.json").find("\"ended\""), std::string::npos);
    network->Dispose();
}

} // namespace
