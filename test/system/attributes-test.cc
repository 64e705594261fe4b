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

#include "ns3/type-id.h"

#include <gtest/gtest.h>
#include <set>
#include <string>
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

INSTANTIATE_TEST_SUITE_P(Situations,
                         Attributes,
                         testing::ValuesIn(GetSituations()),
                         [](const testing::TestParamInfo<Situation>& info) {
                             return info.param.name;
                         });

} // namespace
