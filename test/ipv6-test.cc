/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "simulator-fixture.h"

#include "ns3/address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-interface-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Ipv6 : public SimulatorFixture
{
};

TEST_F(Ipv6, InferencesCompleteOverIpv6Alone)
{
    constexpr uint16_t PORT = 4600;
    NodeContainer server(1);
    NodeContainer devices(2);
    InternetStackHelper internet;
    internet.SetIpv4StackInstall(false); // nothing else could carry them
    internet.Install(server);
    internet.Install(devices);
    MecServerHelper serverHelper(Inet6SocketAddress(Ipv6Address::GetAny(), PORT));
    const auto servers = serverHelper.Install(server);
    Ipv6AddressHelper addresses(Ipv6Address("2001:db8:1::"), Ipv6Prefix(64));
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("50Mbps"));
    link.SetChannelAttribute("Delay", StringValue("2ms"));
    ApplicationContainer clients;
    std::vector<std::vector<InferenceRecord>> records(devices.GetN());
    for (uint32_t i = 0; i < devices.GetN(); ++i)
    {
        const auto interfaces = addresses.Assign(link.Install(devices.Get(i), server.Get(0)));
        addresses.NewNetwork();
        InferenceClientHelper clientHelper(Inet6SocketAddress(interfaces.GetAddress(1, 1), PORT));
        clientHelper.SetAttribute("Dnn", StringValue("resnet50"));
        clientHelper.SetAttribute("InputBytes", UintegerValue(150528));
        clients.Add(clientHelper.Install(devices.Get(i)));
        clients.Get(i)->TraceConnectWithoutContext(
            "Inference",
            Callback<void, const InferenceRecord&>(
                [&records, i](const InferenceRecord& record) { records[i].push_back(record); }));
    }
    clients.Stop(Seconds(6));
    Simulator::Stop(Seconds(7));
    Simulator::Run();
    EXPECT_EQ(DynamicCast<MecServer>(servers.Get(0))->GetProtocolErrors(), 0u);
    for (uint32_t i = 0; i < devices.GetN(); ++i)
    {
        SCOPED_TRACE("device " + std::to_string(i));
        ASSERT_FALSE(devices.Get(i)->GetObject<Ipv4>());
        const auto client = DynamicCast<InferenceClient>(clients.Get(i));
        EXPECT_EQ(client->GetCreated(),
                  client->GetCompleted() + client->GetDropped() + client->GetInFlight());
        EXPECT_EQ(client->GetCreated(), records[i].size());
        EXPECT_EQ(client->GetDropped(), 0u);
        EXPECT_LE(client->GetInFlight(), 1u);
        EXPECT_EQ(client->GetConnection()->GetReconnections(), 0u);
        uint32_t offloaded = 0;
        for (const auto& record : records[i])
        {
            offloaded += record.outcome == InferenceOutcome::COMPLETED && record.cut != "local";
        }
        EXPECT_GT(offloaded, 50u);
    }
}

} // namespace
