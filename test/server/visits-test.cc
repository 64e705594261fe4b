/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model/server/client-connections.h"
#include "test/support/listen.h"
#include "test/support/raw-connection.h"
#include "test/support/star-network.h"

#include "ns3/boolean.h"
#include "ns3/dnn-partition-frontier.h"
#include "ns3/surgery-server-processor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

/// Both connections of a device that the test plays.
struct Visitor
{
    uint32_t id{0};                         ///< the device's
    std::shared_ptr<RawConnection> control; ///< small messages
    std::shared_ptr<RawConnection> data;    ///< tensors and probes

    /// How often it was closed.
    int GetClosed() const
    {
        return control->closed + data->closed;
    }

    /// Ask to be served.
    void Join(uint64_t number, double gainS) const
    {
        control->Send(surgery::Join{id, number, 0, gainS});
    }

    /// Report. @param leaving whether it leaves @param offloads in flight
    void Report(bool leaving = false, uint32_t offloads = 0) const
    {
        State state;
        state.deviceId = id;
        state.uplinkBps = 1e8;
        state.downlinkBps = 1e8;
        state.leaving = leaving ? 1 : 0;
        state.offloadsInFlight = offloads;
        const auto grants = control->Get<Grant>();
        state.lastGrant = grants.empty() ? 0 : grants.back().sequence;
        control->Send(state);
    }
};

class VisitsTest : public SimulatorFixture
{
  protected:
    /// @param admission whether newcomers are admitted one by one @param memory for DNNs, byte
    void Build(bool admission = true, uint64_t memory = 0)
    {
        m_network = std::make_unique<StarNetwork>(2, "100Mbps", MilliSeconds(1));
        m_server = m_network->InstallServer([&](MecServerHelper& helper) {
            helper.SetAttribute("Admission", BooleanValue(admission));
            helper.SetAttribute("ModelMemory", UintegerValue(memory));
        });
        Listen(m_server, "Timestep", [this](const TimestepRecord& record) {
            m_records.push_back(record);
        });
        Listen(m_server->GetConnections(),
               "ProtocolError",
               [this](const Address&, const std::string& reason) { m_errors.push_back(reason); });
        Wait(MilliSeconds(100));
    }

    /// Come in. @param id of the device @param attendance what it wants @param dnn what it runs
    Visitor Enter(uint32_t id,
                  Attendance attendance = Attendance::VISITING,
                  const std::string& dnn = "alexnet")
    {
        Visitor visitor;
        visitor.id = id;
        const auto node = m_network->GetDeviceNode(id % 2);
        const auto remote = m_network->GetServerAddress(id % 2);
        for (const auto role : {ConnectionRole::CONTROL, ConnectionRole::DATA})
        {
            Hello hello;
            hello.deviceId = id;
            hello.role = role;
            hello.dnn = dnn;
            hello.processor = "raspberry-pi-3b";
            hello.usagePriceS = 1e-3;
            hello.attendance = attendance;
            auto& end = role == ConnectionRole::CONTROL ? visitor.control : visitor.data;
            end = ConnectRaw(node, remote);
            end->Send(hello);
        }
        Wait(MilliSeconds(10));
        return visitor;
    }

    /// What was answered to a JOIN. @return 1 admitted, 0 refused, -1 nothing
    static int GetAnswer(const Visitor& visitor, uint64_t number)
    {
        for (const auto& admission : visitor.control->Get<Admission>())
        {
            if (admission.number == number)
            {
                return admission.admitted;
            }
        }
        return -1;
    }

    std::unique_ptr<StarNetwork> m_network; ///< two nodes for devices, one for the server
    Ptr<MecServer> m_server;                ///< what is tested
    std::vector<TimestepRecord> m_records;  ///< of the server
    std::vector<std::string> m_errors;      ///< of the server
};

constexpr auto TIMESTEP = 500; ///< ms

TEST_F(VisitsTest, ADnnWithoutRoomIsNoReasonToComeNorForOthersToWait)
{
    Build(true, 10000000); // for squeezenet, and not for alexnet
    const auto large = Enter(1);
    const auto small = Enter(2, Attendance::VISITING, "squeezenet");
    large.Report();
    small.Report();
    large.Join(1, 5); // it gains more
    small.Join(1, 1);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(large, 1), 0);
    EXPECT_EQ(GetAnswer(small, 1), 1);
    // served without a choice, it is refused calmly, and blocks nobody
    const auto served = Enter(3, Attendance::CHOOSING);
    served.Report();
    const auto next = Enter(4, Attendance::VISITING, "squeezenet");
    next.Report();
    Wait(MilliSeconds(2 * TIMESTEP));
    const auto grants = served.control->Get<Grant>();
    ASSERT_FALSE(grants.empty());
    EXPECT_EQ(grants.back().reason, CutReason::NO_MEMORY);
    EXPECT_EQ(grants.back().currentShare, 0);
    next.Join(1, 1);
    Wait(MilliSeconds(2 * TIMESTEP));
    EXPECT_EQ(GetAnswer(next, 1), 1);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, AVisitorMeasuresAndDoesNotPlay)
{
    Build();
    const auto visitor = Enter(1);
    for (uint32_t i = 1; i <= 6; ++i)
    {
        visitor.data->Send(Probe{1, i, 0, 3000}, 5000);
        visitor.Report(); // is of no concern
        Wait(MilliSeconds(TIMESTEP));
    }
    const auto replies = visitor.data->Get<ProbeReply>();
    ASSERT_EQ(replies.size(), 6U);
    EXPECT_EQ(replies.back().number, 6U);
    EXPECT_EQ(replies.back().uplinkMessageBytes, SurgeryHeader(Probe(), 5000).GetMessageBytes());
    // 5 kB at 100 Mbit/s and 1 ms, in a few segments
    EXPECT_GT(replies.back().uplinkNs, MicroSeconds(1400).GetNanoSeconds());
    EXPECT_LT(replies.back().uplinkNs, MilliSeconds(10).GetNanoSeconds());
    EXPECT_TRUE(visitor.control->received.empty()) << "neither GRANT nor ANNOUNCE";
    EXPECT_EQ(visitor.data->received.back().GetPayloadBytes(), 3000U);
    uint64_t choice = 0;
    for (const auto& record : m_records)
    {
        EXPECT_EQ(record.devices, 0U);
        EXPECT_EQ(record.controlBytes, 0U);
        choice += record.choiceBytes;
    }
    EXPECT_GE(choice, 5 * (5000 + 3000));
    visitor.control->Send(Bye{1});
    Wait();
    EXPECT_EQ(visitor.GetClosed(), 2);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, TheLargestGainIsServedOnItsOpenConnections)
{
    Build();
    const auto first = Enter(1);
    const auto second = Enter(2);
    first.Join(1, 0.1);
    second.Join(7, 0.2);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(first, 1), 0);
    EXPECT_EQ(GetAnswer(second, 7), 1);
    // nobody else before it has played
    first.Join(2, 9);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(first, 2), 0);
    EXPECT_EQ(m_records.back().devices, 0U);
    second.Report();
    first.Join(3, 9);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(first, 3), 0) << "it asked before the other one had played";
    EXPECT_EQ(m_records.back().devices, 1U);
    ASSERT_EQ(second.control->Get<Grant>().size(), 1U);
    EXPECT_GT(second.control->Get<Grant>().back().currentShare, 0);
    EXPECT_EQ(second.control->Get<Announce>().size(), 3U) << "once per timestep";
    // who has reported before plays at once
    first.Report();
    first.Join(4, 0);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(first, 4), 1);
    EXPECT_EQ(m_records.back().devices, 2U);
    EXPECT_EQ(first.control->Get<Grant>().size(), 1U);
    uint32_t admitted = 0;
    uint32_t refused = 0;
    for (const auto& record : m_records)
    {
        admitted += record.admitted;
        refused += record.refused;
    }
    EXPECT_EQ(admitted, 2U);
    EXPECT_EQ(refused, 3U);
    first.Join(5, 1); // it is served already
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(first, 5), -1);
    EXPECT_EQ(first.GetClosed() + second.GetClosed(), 0);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, WithoutAdmissionAllAreServed)
{
    Build(false);
    std::vector<Visitor> visitors;
    for (uint32_t id = 1; id <= 4; ++id)
    {
        visitors.push_back(Enter(id));
        visitors.back().Report();
        visitors.back().Join(1, 0);
    }
    Wait(MilliSeconds(TIMESTEP));
    for (const auto& visitor : visitors)
    {
        EXPECT_EQ(GetAnswer(visitor, 1), 1);
        EXPECT_EQ(visitor.control->Get<Grant>().size(), 1U);
    }
    EXPECT_EQ(m_records.back().devices, 4U);
    EXPECT_EQ(m_records.back().admitted, 4U);
}

TEST_F(VisitsTest, AHelloTurnsAVisitIntoServiceAndBack)
{
    Build();
    const auto visit = Enter(1);
    visit.Join(1, 0.1);
    const auto served = Enter(1, Attendance::CHOOSING);
    EXPECT_EQ(visit.GetClosed(), 2) << "the visit is replaced";
    served.Report();
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(served.control->Get<Grant>().size(), 1U);
    EXPECT_TRUE(served.control->Get<Admission>().empty()) << "the visitor asked, who is gone";
    EXPECT_GT(m_server->GetServerProcessor()->GetLoad(), 0);
    const auto again = Enter(1);
    EXPECT_EQ(served.GetClosed(), 2);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(m_server->GetServerProcessor()->GetLoad(), 0);
    EXPECT_EQ(m_records.back().devices, 0U);
    EXPECT_EQ(again.GetClosed(), 0);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, SilentVisitorsAreForgotten)
{
    Build();
    const auto silent = Enter(1);
    const auto lively = Enter(2);
    for (int i = 1; i <= 12; ++i)
    {
        lively.data->Send(Probe{2, static_cast<uint32_t>(i), 0, 0}, 1);
        Wait(MilliSeconds(TIMESTEP));
    }
    EXPECT_EQ(silent.GetClosed(), 2);
    EXPECT_EQ(lively.GetClosed(), 0);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, AFaultOfAVisitorClosesItsConnectionOnly)
{
    Build();
    const auto good = Enter(2);
    std::size_t faults = 0;
    // gains and numbers out of range: -1, NaN, number 0, an instant to come
    using Bytes = std::vector<uint8_t>;
    const std::pair<std::size_t, Bytes> forgeries[] = {{20, Bytes{0xbf, 0xf0}},
                                                       {20, Bytes(8, 0xff)},
                                                       {4, Bytes(8, 0)},
                                                       {12, Bytes{0x70}}};
    for (const auto& [offset, bytes] : forgeries)
    {
        const auto bad = Enter(1);
        bad.control->SendForged(Join{1, 1, 0, 0.5}, offset, bytes);
        Wait();
        EXPECT_EQ(bad.GetClosed(), 1) << offset;
        EXPECT_EQ(m_errors.size(), ++faults);
    }
    for (const MessageBody& body :
         std::vector<MessageBody>{Demand(), Admission(), Announce(), Peer(), Grant()})
    {
        const auto bad = Enter(1);
        bad.control->Send(body);
        Wait();
        EXPECT_EQ(bad.GetClosed(), 1) << SurgeryHeader(body);
        EXPECT_EQ(m_errors.size(), ++faults);
    }
    const auto bad = Enter(1);
    bad.data->Send(Activation{1, 1, 1, 0, {}, 0.1, 10}, 100);
    Wait();
    EXPECT_EQ(bad.GetClosed(), 1);
    EXPECT_EQ(good.GetClosed(), 0);
    good.Join(1, 1);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(GetAnswer(good, 1), 1);
}

/// The terms of a HELLO as bytes: variants of a DNN, which may be more than a device can name.
/// @param others how many @param dnn of all of them
std::vector<uint8_t>
EncodeOthers(uint16_t others, const std::string& dnn)
{
    std::vector<uint8_t> bytes;
    const auto addCount = [&bytes](std::size_t count) {
        bytes.push_back(static_cast<uint8_t>(count >> 8));
        bytes.push_back(static_cast<uint8_t>(count));
    };
    addCount(others);
    for (uint16_t i = 0; i < others; ++i)
    {
        addCount(dnn.size());
        bytes.insert(bytes.end(), dnn.begin(), dnn.end());
    }
    const std::vector<uint8_t> zero(8);
    const std::vector<uint8_t> eight{0x40, 0x20, 0, 0, 0, 0, 0, 0};
    for (const auto& number : {zero, eight})
    {
        addCount(others);
        for (uint16_t i = 0; i < others; ++i)
        {
            bytes.insert(bytes.end(), number.begin(), number.end());
        }
    }
    return bytes;
}

TEST_F(VisitsTest, AHelloWithMoreVariantsThanAnIndexTellsApartIsFaulty)
{
    Build();
    Hello hello;
    hello.deviceId = 1;
    hello.dnn = "alexnet";
    hello.processor = "raspberry-pi-3b";
    const auto offset = 52 + hello.dnn.size() + hello.processor.size();
    for (const auto others : {63, 64, 300})
    {
        SCOPED_TRACE(others);
        m_errors.clear();
        const auto bytes = EncodeOthers(static_cast<uint16_t>(others), "alexnet");
        // a text of this length, to be overwritten
        hello.terms.otherDnns = {std::string(bytes.size() - 4, 'x')};
        const auto end = ConnectRaw(m_network->GetDeviceNode(1), m_network->GetServerAddress(1));
        end->SendForged(hello, offset, bytes);
        Wait();
        EXPECT_EQ(m_errors.empty(), others == 63);
    }
}

TEST_F(VisitsTest, AHelloWithOtherVariantsButNoDnnIsThatOfAStranger)
{
    Build();
    const auto known = Enter(1, Attendance::SERVED);
    known.Report();
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(known.control->Get<Grant>().size(), 1u);
    const auto end = ConnectRaw(m_network->GetDeviceNode(1), m_network->GetServerAddress(1));
    Hello hello;
    hello.deviceId = 1;
    hello.terms.otherDnns = {"alexnet"};
    end->Send(hello);
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_TRUE(m_errors.empty());
    ASSERT_EQ(end->Get<Grant>().size(), 1u);
    EXPECT_EQ(end->Get<Grant>()[0].leaseNs, 0) << "it is asked who decides";
}

TEST_F(VisitsTest, ALeavingDeviceGetsItsResultsAndTheTimeToWaitForThem)
{
    Build();
    const auto leaving = Enter(1, Attendance::CHOOSING);
    const auto staying = Enter(2, Attendance::CHOOSING);
    leaving.Report();
    staying.Report();
    Wait(MilliSeconds(TIMESTEP));
    ASSERT_EQ(m_records.back().devices, 2U);
    const auto grant = leaving.control->Get<Grant>().back();
    ASSERT_GT(grant.currentShare, 0);
    leaving.data->Send(Activation{1, 1, 1, 0, grant.deviceLayers}, 600000);
    leaving.Report(true, 1);
    Wait(MilliSeconds(20));
    const auto grants = leaving.control->Get<Grant>().size();
    const auto heard = leaving.control->received.size();
    EXPECT_EQ(m_server->GetServerProcessor()->GetShare(1), grant.currentShare) << "on hold";
    Wait(MilliSeconds(2 * TIMESTEP));
    EXPECT_EQ(m_records.back().devices, 1U);
    EXPECT_EQ(leaving.control->received.size(), heard + 2) << "a GRANT per timestep, no ANNOUNCE";
    const auto all = leaving.control->Get<Grant>();
    ASSERT_EQ(all.size(), grants + 2);
    for (auto renewal = all.begin() + grants; renewal != all.end(); ++renewal)
    {
        EXPECT_GT(renewal->leaseNs, 0);
        EXPECT_EQ(renewal->deviceLayers, CutLayers(grant.deviceLayers.size(), true));
    }
    EXPECT_EQ(leaving.data->Get<Result>().size(), 1U);
    EXPECT_EQ(m_server->GetServerProcessor()->GetShare(1), grant.currentShare)
        << "it has not said that the result is there";
    leaving.Report(true, 0);
    Wait(MilliSeconds(20));
    EXPECT_EQ(m_server->GetServerProcessor()->GetShare(1), 0);
    // it thinks better of it
    leaving.Report();
    staying.Report();
    Wait(MilliSeconds(TIMESTEP));
    EXPECT_EQ(m_records.back().devices, 2U);
    EXPECT_EQ(leaving.control->Get<Grant>().back().deviceLayers, grant.deviceLayers);
    leaving.Report(true, 0);
    leaving.control->Send(Bye{1});
    Wait();
    EXPECT_EQ(leaving.GetClosed(), 2);
    EXPECT_EQ(staying.GetClosed(), 0);
    EXPECT_TRUE(m_errors.empty());
}

TEST_F(VisitsTest, WhateverVisitorsDoTheServerStaysInOrder)
{
    for (uint64_t seed = 1; seed <= 6; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        TearDown();
        SetUp();
        m_errors.clear();
        m_records.clear();
        Build(seed % 3 > 0);
        std::mt19937_64 random(seed);
        std::vector<std::shared_ptr<RawConnection>> all;
        std::map<uint32_t, Visitor> devices;
        std::map<uint32_t, uint64_t> numbers;
        for (int step = 0; step < 120; ++step)
        {
            const auto id = static_cast<uint32_t>(1 + random() % 4);
            if (devices.count(id) == 0 || random() % 12 == 0)
            {
                const Attendance kinds[] = {Attendance::SERVED,
                                            Attendance::CHOOSING,
                                            Attendance::VISITING,
                                            Attendance::VISITING};
                devices[id] = Enter(id, kinds[random() % 4]);
                all.push_back(devices[id].control);
            }
            const auto& device = devices[id];
            switch (random() % 6)
            {
            case 0:
                device.Report(random() % 3 == 0, random() % 2);
                break;
            case 1:
                device.Join(random() % 4 == 0 ? 1 : ++numbers[id], random() % 3);
                break;
            case 2:
                device.data->Send(Probe{id, 1, 0, 10}, 1000);
                break;
            case 3:
                if (const auto grants = device.control->Get<Grant>(); !grants.empty())
                {
                    device.data->Send(
                        Activation{id, random() % 9, 1, 0, grants.back().deviceLayers},
                        20000);
                }
                break;
            case 4:
                if (random() % 5 == 0)
                {
                    device.control->Send(Bye{id});
                }
                break;
            default:
                Wait(MilliSeconds(random() % (2 * TIMESTEP)));
            }
            ASSERT_LE(m_server->GetServerProcessor()->GetLoad(), 1 + 1e-9);
        }
        Wait(Seconds(2));
        uint64_t answers = 0;
        for (const auto& control : all)
        {
            std::set<uint64_t> answered;
            for (const auto& admission : control->Get<Admission>())
            {
                EXPECT_TRUE(answered.insert(admission.number).second) << "answered twice";
                ++answers;
            }
        }
        uint64_t told = 0;
        for (const auto& record : m_records)
        {
            told += record.admitted + record.refused;
            EXPECT_LE(record.devices, 4U);
        }
        EXPECT_GE(told, answers);
        EXPECT_GT(answers, 0U);
    }
}

} // unnamed namespace
