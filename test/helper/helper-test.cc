/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Helper : public SimulatorFixture
{
  protected:
    /// What a helper says to an attribute's value; empty if it takes it.
    template <class T>
    static std::string Set(const std::string& name, const AttributeValue& value)
    {
        T helper(InetSocketAddress(Ipv4Address::GetAny(), 4600));
        try
        {
            helper.SetAttribute(name, value);
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
        return "";
    }
};

TEST_F(Helper, TakesWhatAttributesTake)
{
    using Client = InferenceClientHelper;
    EXPECT_EQ(Set<Client>("ActivationBits", UintegerValue(8)), "");
    EXPECT_EQ(Set<Client>("ActivationBits", StringValue("16")), "");
    EXPECT_EQ(Set<Client>("UsagePrice", StringValue("3ms")), "");
    EXPECT_EQ(Set<Client>("ThinkTime", PointerValue(CreateObject<NormalRandomVariable>())), "");
    EXPECT_EQ(Set<Client>("ThinkTime", StringValue("ns3::NormalRandomVariable")), "");
    EXPECT_EQ(
        Set<Client>("ThinkTime", StringValue("ns3::NormalRandomVariable[Mean=1|Variance=0.1]")),
        "");
    EXPECT_EQ(Set<MecServerHelper>("Timestep", TimeValue(Seconds(1))), "");
}

TEST_F(Helper, GivesDevicesTheIdsOfTheirNodesUnlessTold)
{
    InferenceClientHelper helper(InetSocketAddress("10.0.0.1", 4600));
    NodeContainer nodes(3);
    const auto getId = [&](uint32_t node) {
        const auto clients = helper.Install(nodes.Get(node));
        return DynamicCast<InferenceClient>(clients.Get(0))->GetDeviceId();
    };
    EXPECT_EQ(getId(2), nodes.Get(2)->GetId()); // long before it starts
    helper.SetAttribute("DeviceId", UintegerValue(7));
    EXPECT_EQ(getId(1), 7U);
    EXPECT_EQ(CreateObject<InferenceClient>()->GetDeviceId(), UINT32_MAX) << "it has no node";
}

TEST_F(Helper, RefusesTheRestWithAnException)
{
    for (const auto* bits : {"0", "64", "-1"})
    {
        const auto message = Set<InferenceClientHelper>("ActivationBits", StringValue(bits));
        EXPECT_EQ(message,
                  "ns3::surgery::InferenceClient: ActivationBits: must be whole numbers in 8..32 "
                  "with commas between, each once, with the loss of accuracy behind a colon if it "
                  "has one, not \"" +
                      std::string(bits) + "\"");
    }
    EXPECT_NE(Set<InferenceClientHelper>("UsagePrice", TimeValue(Seconds(-1))), "");
    EXPECT_NE(Set<InferenceClientHelper>("UsagePrice", UintegerValue(3)), "");
    EXPECT_NE(Set<MecServerHelper>("Timestep", TimeValue(Seconds(0))), "");
    EXPECT_NE(Set<MecServerHelper>("NoSuchAttribute", UintegerValue(1)).find("NoSuchAttribute"),
              std::string::npos);
    for (const auto* variable : {"",
                                 "unknown-name",
                                 "ns3::Nonsense[Mean=1]",
                                 "ns3::RandomVariableStream",
                                 "ns3::Node",
                                 "ns3::NormalRandomVariable[",
                                 "ns3::NormalRandomVariable[Mean=1",
                                 "ns3::NormalRandomVariable[Mean=1 ]",
                                 "ns3::NormalRandomVariable[Mean]",
                                 "ns3::NormalRandomVariable[Mean=x]",
                                 "ns3::NormalRandomVariable[Mean=1]]",
                                 "ns3::NormalRandomVariable[Nonsense=1]"})
    {
        const auto message = Set<InferenceClientHelper>("ThinkTime", StringValue(variable));
        EXPECT_NE(message.find("ThinkTime"), std::string::npos) << variable;
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
}

TEST_F(Helper, MakesObjectsByShortNames)
{
    const auto uplink = "wired[UseIpv6=true|UplinkMbps=ns3::UniformRandomVariable[Min=3|Max=4]]";
    const auto network = AccessNetwork::Create(uplink);
    BooleanValue useIpv6;
    network->GetAttribute("UseIpv6", useIpv6);
    EXPECT_TRUE(useIpv6.Get());
    PointerValue rate;
    network->GetAttribute("UplinkMbps", rate);
    const auto variable = rate.Get<UniformRandomVariable>();
    ASSERT_TRUE(variable);
    EXPECT_EQ(variable->GetMin(), 3);
    EXPECT_EQ(variable->GetMax(), 4);

    for (const auto* name : {"",
                             "unknown-name",
                             "ns3::Node",
                             "wired[",
                             "wired]",
                             "wired[UseIpv6]",
                             "wired[UseIpv6=maybe]",
                             "wired[UseIpv6=true|]",
                             "wired[Nonsense=1]",
                             "wired[UplinkMbps=ns3::UniformRandomVariable[Min=x]]",
                             "wired[UplinkMbps=ns3::UniformRandomVariable[Min=1]",
                             "wired[BackhaulOutages=never]",
                             " wired"})
    {
        EXPECT_THROW(AccessNetwork::Create(name), std::invalid_argument) << name;
    }
}

} // namespace
