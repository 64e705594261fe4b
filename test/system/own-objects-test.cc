/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/object-factory.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class OwnObjects : public SimulatorFixture
{
};

/// An attribute that holds an object, and text that makes another one than by default.
struct Case
{
    std::string owner;     ///< class
    std::string attribute; ///< name
    std::string text;      ///< of an object
};

const std::vector<Case> CASES{
    {"InferenceClient", "ThinkTime", "ns3::ExponentialRandomVariable[Mean=0.05]"},
    {"InferenceClient", "Interval", "ns3::ExponentialRandomVariable[Mean=0.05]"},
    {"InferenceClient", "UplinkEstimator", "ns3::surgery::WindowLinkEstimator"},
    {"InferenceClient", "DownlinkEstimator", "ns3::surgery::WindowLinkEstimator"},
    {"InferenceClient", "Prober", "ns3::surgery::LinkProber[Interval=1s]"},
    {"InferenceClient", "Connection", "ns3::surgery::ServerConnection[SegmentSize=1000]"},
    {"InferenceClient", "Choice", "ns3::surgery::NearestServerChoice"},
    {"InferenceClient", "DeviceProcessor", "ns3::surgery::DeviceProcessor"},
    {"MecServer", "Scheduler", "ns3::surgery::ServerOnlyScheduler"},
    {"MecServer", "PricePolicy", "ns3::surgery::FixedPricePolicy[Price=1s]"},
    {"MecServer", "ServerProcessor", "ns3::surgery::ShareProcessor[WorkConserving=true]"},
    {"MecServer", "Connections", "ns3::surgery::ClientConnections[SegmentSize=1000]"},
    {"DecisionProcess", "DecisionDelay", "ns3::UniformRandomVariable[Min=0|Max=0.1]"},
    {"BackgroundJob", "On", "ns3::UniformRandomVariable[Min=0.5|Max=1.5]"},
    {"BackgroundJob", "Off", "ns3::UniformRandomVariable[Min=0.5|Max=1.5]"},
    {"DeviceProcessor", "Background", "ns3::surgery::BackgroundJob"},
    {"ServerProcessor", "Background", "ns3::surgery::BackgroundJob"},
    {"LinkProber", "Jitter", "ns3::UniformRandomVariable[Min=0.5|Max=1.5]"},
};

/// @return the object that an attribute holds
Ptr<Object>
GetObjectOf(Ptr<Object> owner, const std::string& attribute)
{
    PointerValue pointer;
    owner->GetAttribute(attribute, pointer);
    return pointer.GetObject();
}

TEST_F(OwnObjects, AreAllThatTheModuleHasInAttributes)
{
    std::set<std::string> known;
    for (const auto& c : CASES)
    {
        known.insert(c.owner + "::" + c.attribute);
    }
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto type = TypeId::GetRegistered(i);
        const auto name = type.GetName();
        if (name.rfind("ns3::surgery::", 0) != 0 || name.find("AccessNetwork") != std::string::npos)
        {
            continue; // a simulation's networks are made one by one, each by its own text
        }
        for (std::size_t k = 0; k < type.GetAttributeN(); ++k)
        {
            const auto attribute = type.GetAttribute(k);
            if (attribute.checker->GetValueTypeName() == "ns3::PointerValue")
            {
                EXPECT_EQ(known.count(name.substr(14) + "::" + attribute.name), 1u)
                    << name << ' ' << attribute.name;
            }
        }
    }
}

TEST_F(OwnObjects, AreMadeForEachOwnerHoweverTheDefaultIsSet)
{
    for (const auto& c : CASES)
    {
        SetUp();
        SCOPED_TRACE(c.owner + "::" + c.attribute);
        Config::SetDefault("ns3::surgery::" + c.owner + "::" + c.attribute, StringValue(c.text));
        std::set<Ptr<Object>> objects;
        std::vector<Ptr<Object>> owners;
        for (int i = 0; i < 3; ++i)
        {
            const std::map<std::string, std::string> concrete{
                {"DecisionProcess", "DdsScheduler"},
                {"ServerProcessor", "ShareProcessor"}};
            const auto found = concrete.find(c.owner);
            ObjectFactory factory("ns3::surgery::" +
                                  (found != concrete.end() ? found->second : c.owner));
            owners.push_back(factory.Create<Object>());
            const auto object = GetObjectOf(owners.back(), c.attribute);
            ASSERT_TRUE(object);
            EXPECT_EQ(object->GetInstanceTypeId().GetName(), c.text.substr(0, c.text.find('[')));
            objects.insert(object);
        }
        EXPECT_EQ(objects.size(), 3u);
        // one that a program passes on purpose is kept
        owners[0]->SetAttribute(c.attribute, PointerValue(*objects.begin()));
        EXPECT_EQ(GetObjectOf(owners[0], c.attribute), *objects.begin());
        TearDown();
    }
}

/// What three clients and their server do, with the objects' text by default or set one by one.
std::vector<int64_t>
RunThree(bool isByDefault)
{
    std::map<std::string, std::string> texts;
    for (const auto& c : CASES)
    {
        if (c.owner == "InferenceClient")
        {
            texts[c.attribute] = c.text;
        }
    }
    StarNetwork network(3, "50Mbps", MilliSeconds(2));
    network.InstallServer([](MecServerHelper&) {});
    std::vector<std::shared_ptr<Actor>> actors;
    for (uint32_t i = 0; i < 3; ++i)
    {
        const auto client = network.InstallClient(i, [&](InferenceClientHelper& helper) {
            for (const auto& [attribute, text] : texts)
            {
                if (isByDefault)
                {
                    Config::SetDefault("ns3::surgery::InferenceClient::" + attribute,
                                       StringValue(text));
                }
                else
                {
                    helper.SetAttribute(attribute, StringValue(text));
                }
            }
        });
        actors.push_back(Watch(client));
    }
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    std::vector<int64_t> ends;
    for (const auto& actor : actors)
    {
        for (const auto& record : actor->records)
        {
            ends.push_back(record.resultReceived.GetNanoSeconds());
            ends.push_back(record.cut != "local");
        }
    }
    Simulator::Destroy();
    return ends;
}

TEST_F(OwnObjects, BehaveAlikeSetByDefaultAndOneByOne)
{
    const auto oneByOne = RunThree(false);
    SetUp();
    const auto byDefault = RunThree(true);
    EXPECT_GT(oneByOne.size(), 60u);
    EXPECT_EQ(oneByOne, byDefault);
}

} // namespace
