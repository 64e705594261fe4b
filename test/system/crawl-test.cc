/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/listen.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/error-model.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Lets one large packet through per interval, as if TCP came forward by timeouts alone.
class Trickle : public ErrorModel
{
  public:
    explicit Trickle(Time interval)
        : m_interval(interval)
    {
    }

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        if (!IsEnabled() || packet->GetSize() < 1000)
        {
            return false;
        }
        if (Simulator::Now() - m_last < m_interval)
        {
            return true;
        }
        m_last = Simulator::Now();
        return false;
    }

    void DoReset() override
    {
    }

    Time m_interval;
    Time m_last;
};

class Crawl : public SimulatorFixture, public testing::WithParamInterface<uint32_t>
{
};

TEST_P(Crawl, ConnectionThatMovesByTimeoutsAloneIsReplaced)
{
    const auto minRto = MilliSeconds(GetParam());
    SCOPED_TRACE("MinRto " + std::to_string(GetParam()) + " ms");
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(minRto));
    StarNetwork network(1, "50Mbps", MilliSeconds(5));
    network.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    const auto client = network.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("InputBytes", UintegerValue(600000));
    });
    client->SetStopTime(Seconds(20));
    const auto actor = Watch(client);

    const auto device = DynamicCast<PointToPointNetDevice>(network.GetLink(0).Get(1));
    const auto trickle = CreateObject<Trickle>(minRto / 2);
    trickle->Disable();
    device->SetReceiveErrorModel(trickle);
    const auto begin = Seconds(5);
    Simulator::Schedule(begin, &ErrorModel::Enable, trickle);
    Time replaced;
    PointerValue connection;
    client->GetAttribute("Connection", connection);
    Listen(connection.Get<ServerConnection>(), "Status", [&](bool up, const std::string& reason) {
        if (!up)
        {
            EXPECT_EQ(reason, "no progress");
            replaced = Simulator::Now();
            trickle->Disable(); // the next connection has no such trouble
        }
    });
    Simulator::Stop(Seconds(21));
    Simulator::Run();

    EXPECT_GT(replaced, begin);
    EXPECT_LE(replaced, begin + Seconds(6)); // two looks, 2 s apart, after the first timeouts
    EXPECT_EQ(client->GetConnection()->GetReconnections(), 1u);
    EXPECT_EQ(client->GetCreated(), GetTotal(*actor));
    EXPECT_EQ(client->GetDropped(), 0u);
    EXPECT_GT(client->GetCompleted(), 80u);
}

INSTANTIATE_TEST_SUITE_P(MinRtoMs, Crawl, testing::Values(200, 1000));

} // namespace
