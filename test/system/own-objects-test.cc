/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/many-servers.h"
#include "test/support/simulator-fixture.h"
#include "test/support/watched-client.h"

#include "ns3/application-container.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"

#include <cstddef>
#include <cstdint>
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

/// How the objects are set.
enum class Way
{
    ONE_BY_ONE, ///< by the owner's helper, objects within objects in one text
    BY_DEFAULT, ///< each by its own default
};

/// What a run shows.
struct Shown
{
    std::vector<int64_t> inferences;        ///< of all clients: ends, servers and cuts
    std::vector<int64_t> grants;            ///< of both servers: times and shares
    std::vector<Ptr<const Object>> objects; ///< in the attributes of CASES, with their owners'
};

/// @param type a class @param owner the name of one, without namespaces @return whether the first
/// has the attributes of the second
bool
HasAttributesOf(TypeId type, const std::string& owner)
{
    const auto other = TypeId::LookupByName("ns3::surgery::" + owner);
    return type == other || type.IsChildOf(other);
}

/// Collect the objects that an object holds, and those within them.
/// @param owner it @param objects where they are added
void
Collect(Ptr<Object> owner, std::vector<Ptr<const Object>>& objects)
{
    for (const auto& c : CASES)
    {
        if (!HasAttributesOf(owner->GetInstanceTypeId(), c.owner))
        {
            continue;
        }
        const auto object = GetObjectOf(owner, c.attribute);
        if (object)
        {
            objects.push_back(object);
            Collect(object, objects);
        }
    }
}

/// @param owner class @param without "Class::Attribute" that keeps its default
/// @return the text of each of its objects, with the texts of objects within them
std::map<std::string, std::string>
GetTexts(TypeId owner, const std::string& without)
{
    std::map<std::string, std::string> texts;
    for (const auto& c : CASES)
    {
        if (!HasAttributesOf(owner, c.owner) || c.owner + "::" + c.attribute == without)
        {
            continue;
        }
        auto text = c.text;
        const auto type = TypeId::LookupByName(text.substr(0, text.find('[')));
        for (const auto& [attribute, inner] : GetTexts(type, without))
        {
            text = text.back() == ']' ? text.substr(0, text.size() - 1) + '|' : text + '[';
            text += attribute + '=' + inner + ']';
        }
        texts[c.attribute] = text;
    }
    return texts;
}

/// Run three clients and two servers. @param way how their objects are set
/// @param without "Class::Attribute" that keeps its default @return what is seen
Shown
RunThree(Way way, const std::string& without = "")
{
    for (const auto& c : CASES)
    {
        if (way == Way::BY_DEFAULT && c.owner + "::" + c.attribute != without)
        {
            Config::SetDefault("ns3::surgery::" + c.owner + "::" + c.attribute,
                               StringValue(c.text));
        }
    }
    const auto set = [&](auto& helper, TypeId owner) {
        for (const auto& [attribute, text] : GetTexts(owner, without))
        {
            if (way == Way::ONE_BY_ONE)
            {
                helper.SetAttribute(attribute, StringValue(text));
            }
        }
    };
    Shown shown;
    {
        const std::vector<uint32_t> sites{0, 1, 0};
        ManyServers network(2, sites, [&](MecServerHelper& helper) {
            set(helper, MecServer::GetTypeId());
        });
        for (std::size_t i = 0; i < network.servers.size(); ++i)
        {
            MecServerHelper::AssignStreams(ApplicationContainer(network.servers[i]), 1000 * i);
            Collect(network.servers[i], shown.objects);
            Listen(network.servers[i], "Granted", [&shown](const GrantRecord& record) {
                shown.grants.push_back(record.time.GetNanoSeconds());
                shown.grants.push_back(static_cast<int64_t>(record.share * 1e9));
            });
        }
        std::vector<std::shared_ptr<Actor>> actors;
        for (uint32_t i = 0; i < sites.size(); ++i)
        {
            InferenceClientHelper helper(network.addresses[sites[i]]);
            set(helper, InferenceClient::GetTypeId());
            if (i == 2) // better off alone, which not every scheduler asks
            {
                helper.SetAttribute("Dnn", StringValue("squeezenet"));
                helper.SetAttribute("Processor", StringValue("jetson-nano"));
            }
            const auto clients = helper.Install(network.GetDeviceNode(i));
            InferenceClientHelper::AssignStreams(clients, 10000 + 1000 * i);
            actors.push_back(Watch(DynamicCast<InferenceClient>(clients.Get(0))));
            Collect(clients.Get(0), shown.objects);
        }
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        for (const auto& actor : actors)
        {
            for (const auto& record : actor->records)
            {
                shown.inferences.push_back(record.resultReceived.GetNanoSeconds());
                shown.inferences.push_back(record.server);
                shown.inferences.push_back(record.cut != "local");
            }
        }
    }
    Simulator::Destroy();
    return shown;
}

TEST_F(OwnObjects, BehaveAlikeSetByDefaultAndOneByOne)
{
    const auto oneByOne = RunThree(Way::ONE_BY_ONE);
    SetUp();
    const auto byDefault = RunThree(Way::BY_DEFAULT);
    EXPECT_GT(oneByOne.inferences.size(), 90u);
    EXPECT_EQ(oneByOne.inferences, byDefault.inferences);
    EXPECT_EQ(oneByOne.grants, byDefault.grants);
    for (const auto& shown : {oneByOne, byDefault})
    {
        // 8 of a client and 4 within them, 4 of a server and 4 within them
        EXPECT_EQ(shown.objects.size(), 3u * 12 + 2u * 8);
        const std::set<Ptr<const Object>> distinct(shown.objects.begin(), shown.objects.end());
        EXPECT_EQ(distinct.size(), shown.objects.size());
        std::set<std::string> types;
        for (const auto& object : shown.objects)
        {
            types.insert(object->GetInstanceTypeId().GetName());
        }
        for (const auto& c : CASES)
        {
            EXPECT_EQ(types.count(c.text.substr(0, c.text.find('['))), 1u) << c.text;
        }
    }
}

TEST_F(OwnObjects, OfServersAreSeenInWhatHappens)
{
    const auto all = RunThree(Way::BY_DEFAULT);
    for (const auto* attribute : {"MecServer::Scheduler",
                                  "MecServer::ServerProcessor",
                                  "MecServer::Connections",
                                  "DecisionProcess::DecisionDelay",
                                  "ServerProcessor::Background"})
    {
        SetUp();
        const auto shown = RunThree(Way::BY_DEFAULT, attribute);
        EXPECT_TRUE(shown.inferences != all.inferences || shown.grants != all.grants) << attribute;
    }
}

} // namespace
