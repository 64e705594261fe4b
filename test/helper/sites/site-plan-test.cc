/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-site-plan.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// @param work what must be refused @return in which words
std::string
Refuse(const std::function<void()>& work)
{
    try
    {
        work();
    }
    catch (const std::invalid_argument& error)
    {
        return error.what();
    }
    return "nothing was refused";
}

/// @param count of sites a, b, c, ... in a row, 100 m apart @return the plan
SitePlan
MakePlan(uint32_t count)
{
    SitePlan plan;
    for (uint32_t i = 0; i < count; ++i)
    {
        plan.AddSite(std::string(1, static_cast<char>('a' + i)), Vector(100.0 * i, 0, 0));
    }
    return plan;
}

/// @param plan any @return its links: "0-3/1000000bps/5ms"
std::vector<std::string>
ListLinks(const SitePlan& plan)
{
    std::vector<std::string> list;
    for (const auto& link : plan.MakeLinks(DataRate("1Mbps"), MilliSeconds(5)))
    {
        list.push_back(std::to_string(link.from) + "-" + std::to_string(link.to) + "/" +
                       std::to_string(link.rate.GetBitRate() / 1000) + "/" +
                       std::to_string(link.delay.GetMilliSeconds()));
    }
    return list;
}

using Links = std::vector<std::string>;

TEST(SitePlan, HasALinkPerSiteInAStarAndPerPairInAMesh)
{
    auto plan = MakePlan(3);
    const Links star{"0-3/1000/5", "1-3/1000/5", "2-3/1000/5"};
    EXPECT_EQ(ListLinks(plan), star);
    plan.SetBackhaul("mesh");
    EXPECT_EQ(ListLinks(plan), (Links{"0-1/1000/5", "0-2/1000/5", "1-2/1000/5"}));
    plan.SetBackhaul("star");
    EXPECT_EQ(ListLinks(plan), star);
    plan.Check();
}

TEST(SitePlan, TakesLinksOfItsOwn)
{
    auto plan = MakePlan(3);
    plan.SetBackhaul("a-b, c-b");
    EXPECT_EQ(ListLinks(plan), (Links{"0-1/1000/5", "2-1/1000/5"}));
    plan.Check();
    auto other = MakePlan(3);
    other.AddLink("a", "c", DataRate("3Mbps"), MilliSeconds(7));
    other.AddLink("a", "b");
    EXPECT_EQ(ListLinks(other), (Links{"0-2/3000/7", "0-1/1000/5"}));
    other.Check();
}

TEST(SitePlan, NeedsNoLinkForOneSite)
{
    for (const std::string backhaul : {"star", "mesh", ""})
    {
        auto plan = MakePlan(1);
        plan.SetBackhaul(backhaul);
        EXPECT_TRUE(ListLinks(plan).empty());
        plan.Check();
    }
}

TEST(SitePlan, FindsTheNearestSiteOnTheGround)
{
    auto plan = MakePlan(2);
    plan.AddSite("high", Vector(40, 0, 1000));
    EXPECT_EQ(plan.FindNearest(Vector(-500, 3, 0)), 0u);
    EXPECT_EQ(plan.FindNearest(Vector(30, 0, 0)), 2u);
    EXPECT_EQ(plan.FindNearest(Vector(20, 0, 0)), 0u) << "of two that are as near, the first";
    EXPECT_EQ(plan.FindNearest(Vector(71, 0, 0)), 1u);
    EXPECT_FALSE(plan.FindPlace(4));
    plan.PlaceDevice(4, "b");
    EXPECT_EQ(plan.FindPlace(4).value(), 1u);
}

TEST(SitePlan, RefusesWhatIsWrongInOneLine)
{
    auto plan = MakePlan(3);
    EXPECT_EQ(Refuse([] { SitePlan().Check(); }), "SitePlan: there is no site");
    EXPECT_EQ(Refuse([&] { plan.AddSite("b", Vector()); }),
              "SitePlan: there are two sites named \"b\"");
    for (const std::string name : {"", "a b", "a-b", "a,b"})
    {
        EXPECT_EQ(Refuse([&] { plan.AddSite(name, Vector()); }),
                  "SitePlan: \"" + name +
                      "\" is no name of a site: letters, digits, \".\" and \"_\"");
    }
    EXPECT_EQ(Refuse([&] { plan.AddSite("d", Vector(NAN, 0, 0)); }),
              "SitePlan: the position of site \"d\" must be finite (m)");
    EXPECT_EQ(Refuse([&] { plan.SetBackhaul("ring"); }),
              "SitePlan: the backhaul \"ring\" is neither star nor mesh nor pairs of sites such as "
              "\"north-south south-west\"");
    EXPECT_EQ(Refuse([&] { plan.SetBackhaul("a-x"); }),
              "SitePlan: no site is named \"x\", only a, b, c");
    EXPECT_EQ(Refuse([&] { plan.SetBackhaul("a-a"); }),
              "SitePlan: link \"a-a\": joins a site with itself");
    EXPECT_EQ(Refuse([&] { plan.SetBackhaul("a-b b-a"); }),
              "SitePlan: link \"b-a\": joins two sites that are joined already");
    EXPECT_EQ(Refuse([&] { plan.AddLink("a", "c", DataRate(0)); }),
              "SitePlan: link \"a-c\": the rate must be > 0 bit/s");
    EXPECT_EQ(Refuse([&] { plan.AddLink("a", "c", DataRate(1), NanoSeconds(-1)); }),
              "SitePlan: link \"a-c\": the delay must be >= 0 s");
    EXPECT_EQ(Refuse([&] { plan.PlaceDevice(7, "x"); }),
              "SitePlan: device 7 names an unknown server: no site is named \"x\", only a, b, c");
    EXPECT_EQ(Refuse([&] {
                  plan.SetBackhaul("a-b");
                  plan.Check();
              }),
              "SitePlan: the backhaul has no path between sites \"a\" and \"c\"");
}

} // namespace
