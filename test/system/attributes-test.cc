/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/choice-situations.h"
#include "test/support/device-situations.h"
#include "test/support/link-situations.h"
#include "test/support/network-situations.h"
#include "test/support/server-situations.h"
#include "test/support/simulator-fixture.h"

#include "ns3/pointer.h"
#include "ns3/type-id.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace
{

using namespace ns3;

const std::string MODULE = "ns3::surgery::";

/// @return all situations of what is in this build
std::vector<Situation>
GetSituations()
{
    auto situations = GetDeviceSituations();
    TypeId lte;
    const auto hasLte = TypeId::LookupByNameFailSafe(MODULE + "LteAccessNetwork", &lte);
    for (const auto& more : {GetChoiceSituations(),
                             GetServerSituations(),
                             GetLinkSituations(),
                             GetNetworkSituations(),
                             hasLte ? GetLteSituations() : std::vector<Situation>()})
    {
        situations.insert(situations.end(), more.begin(), more.end());
    }
    return situations;
}

TEST(AttributeTable, HasARowForEachAttributeOfTheModule)
{
    std::set<std::string> rows;
    for (const auto& situation : GetSituations())
    {
        for (const auto& row : situation.rows)
        {
            EXPECT_TRUE(rows.insert(row.attribute).second) << row.attribute << " has two rows";
        }
    }
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto type = TypeId::GetRegistered(i);
        if (type.GetName().rfind(MODULE, 0) != 0)
        {
            continue;
        }
        for (std::size_t n = 0; n < type.GetAttributeN(); ++n)
        {
            const auto name =
                type.GetName().substr(MODULE.size()) + "::" + type.GetAttribute(n).name;
            EXPECT_EQ(rows.erase(name), 1u) << name << " has no row";
        }
    }
    for (const auto& row : rows)
    {
        ADD_FAILURE() << row << " is no attribute";
    }
}

class Attributes : public SimulatorFixture, public testing::WithParamInterface<Situation>
{
};

TEST_P(Attributes, ChangeWhatIsSeen)
{
    const auto& situation = GetParam();
    const auto before = Observe(situation, nullptr);
    for (const auto& row : situation.rows)
    {
        EXPECT_TRUE(Observe(situation, &row) != before) << row.attribute << " changes nothing";
    }
    // or else the rows would prove nothing
    for (const auto& [what, text] : Observe(situation, nullptr))
    {
        EXPECT_TRUE(text == before.at(what)) << what << " differs from run to run";
    }
}

/// Find the objects of a class that an object holds in its attributes, and itself.
/// @param object it @param type the class @param found where they are added
void
FindObjects(const Ptr<Object>& object, TypeId type, std::vector<Ptr<Object>>& found)
{
    const auto actual = object->GetInstanceTypeId();
    if (actual == type || actual.IsChildOf(type))
    {
        found.push_back(object);
    }
    for (auto owner = actual; owner.GetName().rfind(MODULE, 0) == 0; owner = owner.GetParent())
    {
        for (std::size_t n = 0; n < owner.GetAttributeN(); ++n)
        {
            const auto attribute = owner.GetAttribute(n);
            PointerValue pointer;
            if (attribute.checker->GetValueTypeName() == "ns3::PointerValue" &&
                object->GetAttributeFailSafe(attribute.name, pointer) && pointer.GetObject())
            {
                FindObjects(pointer.GetObject(), type, found);
            }
        }
    }
}

/// @param world a simulation @param type a class @return its objects in the applications
std::vector<Ptr<Object>>
FindObjects(const World& world, TypeId type)
{
    std::vector<Ptr<Object>> found;
    FindObjects(world.server, type, found);
    for (uint32_t i = 0; i < world.clients.GetN(); ++i)
    {
        FindObjects(world.clients.Get(i), type, found);
    }
    return found;
}

/// @param row an attribute @return the class that has it, and its name
std::pair<TypeId, std::string>
SplitName(const AttributeRow& row)
{
    const auto colons = row.attribute.find("::");
    return {TypeId::LookupByName(MODULE + row.attribute.substr(0, colons)),
            row.attribute.substr(colons + 2)};
}

/// What became of an attribute that was set while the simulation ran.
struct LateSetting
{
    std::size_t objects{0}; ///< which have the attribute
    std::size_t refused{0}; ///< times that it was refused
    std::string words;      ///< of the last refusal
};

/// @param row an attribute @param when it is to be set @param late what becomes of it
/// @return a row that sets it then
AttributeRow
SetLater(const AttributeRow& row, Time when, LateSetting& late)
{
    const auto set = [row, &late](World& world) {
        const auto& [type, name] = SplitName(row);
        for (const auto& object : FindObjects(world, type))
        {
            ++late.objects;
            try
            {
                if (row.change)
                {
                    row.change(world);
                }
                else
                {
                    object->SetAttribute(name, StringValue(row.value));
                }
            }
            catch (const std::invalid_argument& error)
            {
                ++late.refused;
                late.words = error.what();
            }
        }
    };
    return {row.attribute, row.value, [set, when](World& world) {
                Simulator::Schedule(when, [set, &world] { set(world); });
            }};
}

/// What counts for that which begins later (a connection, a network, a program's answer) or happens
/// rarely (a timeout, a visit): nothing of it does in the rest of the situation.
const std::set<std::string> RARE{
    "ClientConnections::ReceiveBuffer",
    "ClientConnections::SegmentSize",
    "ClientConnections::SendBuffer",
    "ClientConnections::Timestamps",
    "ExternalScheduler::Timeout",
    "InferenceClient::DropLate",
    "InferenceClient::FirstLease",
    "InferenceClient::ReportChange",
    "InferenceClient::RequestTimeout",
    "LinkProber::Trials",
    "MeasuredLinkEstimator::InitialDelay",
    "MeasuredLinkEstimator::InitialRate",
    "MecServer::Admission",
    "MecServer::LeaseTime",
    "ServerConnection::ReceiveBuffer",
    "ServerConnection::SegmentSize",
    "ServerConnection::SendBuffer",
    "ServerConnection::StallTimeout",
    "ServerConnection::Timestamps",
};

TEST_P(Attributes, TakeEffectOrAreRefusedWhenSetLater)
{
    const auto& situation = GetParam();
    const auto decides = TypeId::LookupByName(MODULE + "DecisionProcess");
    Observation before;
    for (const auto& row : situation.rows)
    {
        if (RARE.count(row.attribute) > 0)
        {
            continue;
        }
        before = before.empty() ? Observe(situation, nullptr) : before;
        LateSetting late;
        const auto later = SetLater(row, Seconds(situation.seconds * 0.25), late);
        const auto isSeen = Observe(situation, &later) != before;
        if (late.objects == 0) // no part of an application
        {
            const auto type = SplitName(row).first;
            EXPECT_FALSE(type == decides || type.IsChildOf(decides)) << row.attribute;
            continue;
        }
        EXPECT_TRUE(isSeen || late.refused == late.objects) << row.attribute << " is ignored";
        if (late.refused > 0)
        {
            auto words = row.attribute + ": cannot be set while the application runs";
            words.replace(words.find("::"), 2, ": ");
            EXPECT_EQ(late.words, words);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Situations,
                         Attributes,
                         testing::ValuesIn(GetSituations()),
                         [](const testing::TestParamInfo<Situation>& info) {
                             return info.param.name;
                         });

} // namespace
