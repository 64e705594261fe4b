/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/device/server-connection.h"
#include "test/support/lte-fixture.h"

#include "ns3/lte-enb-net-device.h"
#include "ns3/lte-enb-rrc.h"
#include "ns3/lte-radio-bearer-info.h"
#include "ns3/lte-rlc-am.h"
#include "ns3/lte-ue-net-device.h"
#include "ns3/lte-ue-rrc.h"
#include "ns3/object-map.h"

#include <stdexcept>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class LteAccess : public LteFixture
{
  protected:
    /// Check that bearers run RLC AM with a buffer. @param owner LteUeRrc or UeManager
    /// @param bytes the buffer's size
    static void ExpectBuffers(Ptr<Object> owner, uint32_t bytes)
    {
        ObjectMapValue bearers;
        owner->GetAttribute("DataRadioBearerMap", bearers);
        EXPECT_EQ(bearers.GetN(), 1u);
        for (auto bearer = bearers.Begin(); bearer != bearers.End(); ++bearer)
        {
            const auto rlc = DynamicCast<LteRadioBearerInfo>(bearer->second)->m_rlc;
            ASSERT_TRUE(DynamicCast<LteRlcAm>(rlc));
            UintegerValue size;
            rlc->GetAttribute("MaxTxBufferSize", size);
            EXPECT_EQ(size.Get(), bytes);
        }
    }

    /// Build a network that must be refused. @param name of it, with attributes
    /// @param mobiles how many devices @return why
    std::string GetRefusal(const std::string& name, uint32_t mobiles)
    {
        try
        {
            std::vector<Ptr<WaypointMobilityModel>> paths;
            for (uint32_t i = 0; i < mobiles; ++i)
            {
                paths.push_back(Stand(0));
            }
            Build(name, paths);
        }
        catch (const std::invalid_argument& error)
        {
            return error.what();
        }
        return "";
    }
};

TEST_F(LteAccess, DevicesJoinTheNearestAndOffload)
{
    Build("lte[BaseStations=3|Spacing=400]", {Stand(-400), Stand(0), Stand(400)});
    RunUntil(Seconds(8));
    ExpectAllAccountedFor();
    for (uint32_t i = 0; i < m_actors.size(); ++i)
    {
        SCOPED_TRACE("device " + std::to_string(i));
        EXPECT_EQ(m_actors[i]->client->GetDropped(), 0u);
        EXPECT_EQ(m_actors[i]->client->GetConnection()->GetReconnections(), 0u);
        EXPECT_GT(CountOffloaded(*m_actors[i]), 10u);
        ASSERT_EQ(m_events[i].size(), 1u);
        EXPECT_TRUE(m_events[i][0].attached);
        EXPECT_EQ(m_events[i][0].baseStation, i);
    }
}

TEST_F(LteAccess, SoundingOfANeighborShutsNobodyOut)
{
    // the eNB at 400 m hears the device of its neighbor louder than its own
    Build("lte[BaseStations=3|Spacing=400]", {Stand(190), Stand(660)});
    RunUntil(Seconds(8));
    ExpectAllAccountedFor();
    for (uint32_t i = 0; i < m_actors.size(); ++i)
    {
        SCOPED_TRACE("device " + std::to_string(i));
        EXPECT_GT(CountOffloaded(*m_actors[i]), 10u);
        ASSERT_EQ(m_events[i].size(), 1u);
        EXPECT_EQ(m_events[i][0].baseStation, i + 1);
    }
}

TEST_F(LteAccess, Ipv6DoesAsWell)
{
    std::vector<uint64_t> offloaded;
    for (const auto* name : {"lte[UseIpv6=false]", "lte[UseIpv6=true]"})
    {
        Build(name, {Stand(-200)});
        RunUntil(Seconds(8));
        ExpectAllAccountedFor();
        EXPECT_EQ(m_actors[0]->client->GetDropped(), 0u);
        offloaded.push_back(CountOffloaded(*m_actors[0]));
        TearDown(); // with connections open
    }
    EXPECT_GT(offloaded[0], 20u);
    EXPECT_NEAR(offloaded[1], offloaded[0], 0.2 * offloaded[0]);
}

TEST_F(LteAccess, SetsUpBothEndsOfItsOwnBearersOnly)
{
    Build("lte[MaxTxBufferSize=123456]", {Stand(-200)});
    RunUntil(Seconds(1));
    const auto mobile = DynamicCast<LteUeNetDevice>(m_network->GetMobileDevices().Get(0));
    const auto cell =
        DynamicCast<LteEnbNetDevice>(m_network->GetBaseStations().Get(0)->GetDevice(0));
    ExpectBuffers(mobile->GetRrc(), 123456);
    ExpectBuffers(cell->GetRrc()->GetUeManager(mobile->GetRrc()->GetRnti()), 123456);
    UintegerValue size;
    CreateObject<LteRlcAm>()->GetAttribute("MaxTxBufferSize", size);
    EXPECT_EQ(size.Get(), 10240u);
}

TEST_F(LteAccess, ServerAtTheBaseStationIsNearer)
{
    std::vector<Time> delays;
    for (const auto* name : {"lte", "lte[AtBaseStation=true]"})
    {
        Build(name, {Stand(-200)});
        RunUntil(Seconds(6));
        ExpectAllAccountedFor();
        ASSERT_FALSE(m_actors[0]->records.empty());
        delays.push_back(GetTimeline(m_actors[0]->records.back()).downlink);
        TearDown();
    }
    // 5 ms of core network and 2 ms of backhaul, less 0.1 ms; subframes make it whole milliseconds
    EXPECT_NEAR((delays[0] - delays[1]).GetSeconds(), 6.9e-3, 1.1e-3);
}

TEST_F(LteAccess, RefusesWhatLteWouldAbortOn)
{
    EXPECT_EQ(
        GetRefusal("lte[Scheduler=unknown-name]", 1),
        "LteAccessNetwork: Scheduler: \"unknown-name\" is the TypeId of no ns3::FfMacScheduler");
    EXPECT_EQ(GetRefusal("lte[HandoverAlgorithm=ns3::Node]", 1),
              "LteAccessNetwork: HandoverAlgorithm: \"ns3::Node\" is the TypeId of no "
              "ns3::LteHandoverAlgorithm");
    EXPECT_EQ(GetRefusal("lte[RlcMode=sm]", 1),
              "LteAccessNetwork: RlcMode: \"sm\": must be one of RlcAmAlways, RlcUmAlways, "
              "PacketErrorRateBased");
    EXPECT_EQ(GetRefusal("lte[UplinkBandwidth=30]", 1),
              "LteAccessNetwork: UplinkBandwidth: 30: must be one of 6, 15, 25, 50, 75, 100");
    EXPECT_EQ(GetRefusal("lte[SrsPeriodicity=3]", 1),
              "LteAccessNetwork: SrsPeriodicity: 3: must be one of 2, 5, 10, 20, 40, 80, 160, 320");
    EXPECT_EQ(GetRefusal("lte[SrsPeriodicity=5]", 5),
              "LteAccessNetwork: 5 mobile nodes: must be less than 5, the SrsPeriodicity");
    EXPECT_EQ(GetRefusal("lte", 320),
              "LteAccessNetwork: 320 mobile nodes: must be less than 320, the SrsPeriodicity");
}

} // namespace
