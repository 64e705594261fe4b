/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/orchestrator.h"
#include "test/support/simulator-fixture.h"

#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class OrchestratorTest : public SimulatorFixture
{
  protected:
    /// A device as a server reports it. @param server who reports @param device its id
    /// @param isServed whether it is served there
    static Report MakeReport(uint32_t server, uint32_t device, bool isServed)
    {
        Report report;
        report.server = server;
        report.deviceId = device;
        report.served = isServed ? 1 : 0;
        report.sentNs = Simulator::Now().GetNanoSeconds();
        report.dnn = "vgg19";
        report.processor = "raspberry-pi-3b";
        report.serverProcessor = "server-8-core";
        report.usagePriceS = 1e-3;
        report.uplinkBps = 1e8;
        report.downlinkBps = 1e8;
        report.uplinkDelayS = isServed ? 1e-3 : 3e-3;
        report.downlinkDelayS = report.uplinkDelayS;
        return report;
    }

    /// All devices are at server 1 and visit server 2.
    void ReportCrowd(uint32_t devices)
    {
        for (uint32_t device = 1; device <= devices; ++device)
        {
            EXPECT_EQ(m_orchestrator.Take(MakeReport(1, device, true)), "");
            EXPECT_EQ(m_orchestrator.Take(MakeReport(2, device, false)), "");
        }
    }

    Orchestrator m_orchestrator{std::make_shared<ProfileLibrary>(), Seconds(2)}; ///< tested
};

TEST_F(OrchestratorTest, SpreadsACrowdAndThenRests)
{
    ReportCrowd(8);
    const auto transfers = m_orchestrator.Plan();
    EXPECT_EQ(transfers.size(), 4U) << "equal devices, equal servers";
    for (const auto& transfer : transfers)
    {
        EXPECT_EQ(transfer.from, 1U);
        EXPECT_EQ(transfer.to, 2U);
        // it goes: the other server serves it, and it visits the old one
        m_orchestrator.Take(MakeReport(1, transfer.device, false));
        m_orchestrator.Take(MakeReport(2, transfer.device, true));
    }
    EXPECT_TRUE(m_orchestrator.Plan().empty());
}

TEST_F(OrchestratorTest, MovesNobodyWhereItIsNotReported)
{
    EXPECT_TRUE(m_orchestrator.Plan().empty());
    for (uint32_t device = 1; device <= 8; ++device)
    {
        m_orchestrator.Take(MakeReport(1, device, true));
    }
    m_orchestrator.Take(MakeReport(2, 9, true));
    EXPECT_TRUE(m_orchestrator.Plan().empty()) << "nobody visits server 2";
    m_orchestrator.Take(MakeReport(2, 3, false));
    const auto transfers = m_orchestrator.Plan();
    ASSERT_EQ(transfers.size(), 1U);
    EXPECT_EQ(transfers[0].device, 3U);
    // a visitor that nobody serves has no place to come from
    m_orchestrator.Clear();
    m_orchestrator.Take(MakeReport(1, 1, false));
    m_orchestrator.Take(MakeReport(2, 1, false));
    EXPECT_TRUE(m_orchestrator.Plan().empty());
}

TEST_F(OrchestratorTest, ForgetsOldReports)
{
    ReportCrowd(8);
    Simulator::Stop(Seconds(2.1));
    Simulator::Run();
    EXPECT_TRUE(m_orchestrator.Plan().empty());
    ReportCrowd(8);
    EXPECT_FALSE(m_orchestrator.Plan().empty());
}

TEST_F(OrchestratorTest, TheLaterReportTellsWhoServesADevice)
{
    ReportCrowd(8);
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    for (uint32_t device = 1; device <= 4; ++device)
    {
        m_orchestrator.Take(MakeReport(2, device, true)); // server 1 has not noticed yet
    }
    EXPECT_TRUE(m_orchestrator.Plan().empty());
}

TEST_F(OrchestratorTest, FindsFaultWithWhatCannotBeRead)
{
    auto report = MakeReport(1, 1, true);
    report.dnn = "no such DNN";
    EXPECT_NE(m_orchestrator.Take(report), "");
    report = MakeReport(1, 1, true);
    report.serverProcessor = "";
    EXPECT_NE(m_orchestrator.Take(report), "");
    EXPECT_TRUE(m_orchestrator.Plan().empty());
}

} // unnamed namespace
