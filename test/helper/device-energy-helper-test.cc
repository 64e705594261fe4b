/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/has-network.h"
#include "test/support/listen.h"
#include "test/support/sample-profiles.h"
#include "test/support/star-network.h"
#include "test/support/watched-client.h"

#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/csma-helper.h"
#include "ns3/energy-source-container.h"
#include "ns3/simulator.h"
#include "ns3/surgery-access-network.h"
#include "ns3/surgery-device-energy-helper.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

constexpr double BUSY_W = 6;
constexpr double IDLE_W = 2;
const RadioPower RADIO{1.5, 0.9, 0.3};

/// @param capacityJ of the batteries @return a helper with the powers above
DeviceEnergyHelper
MakeHelper(double capacityJ)
{
    DeviceEnergyHelper helper(capacityJ);
    helper.SetProcessorPower(BUSY_W, IDLE_W);
    helper.SetRadioPower(RADIO);
    return helper;
}

class Batteries : public SimulatorFixture
{
  protected:
    /// A device and what its meter told.
    struct Device
    {
        std::shared_ptr<Actor> actor;
        Ptr<EnergyMeter> meter;
        std::map<uint64_t, InferenceEnergyRecord> energy;
    };

    void TearDown() override
    {
        SimulatorFixture::TearDown();
        m_devices.clear();
    }

    /// Note what a client and its meter tell.
    void Note(Ptr<Application> client)
    {
        auto device = std::make_unique<Device>();
        device->actor = ::Watch(DynamicCast<InferenceClient>(client));
        device->meter = client->GetNode()->GetObject<EnergyMeter>();
        ASSERT_TRUE(device->meter);
        auto* seen = device.get();
        Listen(device->meter, "InferenceEnergy", [seen](const InferenceEnergyRecord& record) {
            EXPECT_EQ(record.device, seen->actor->client->GetDeviceId());
            EXPECT_TRUE(seen->energy.emplace(record.id, record).second);
        });
        const auto sources =
            client->GetNode()->GetObject<energy_framework::EnergySourceContainer>();
        Listen(sources->Get(0), "RemainingEnergy", [](double, double remainingJ) {
            EXPECT_GE(remainingJ, 0); // which ns-3 asserts
        });
        m_devices.push_back(std::move(device));
    }

    /// Let devices run on a network, and check that their books balance.
    /// @param name of the network @param seconds of simulated time
    void CheckBooks(const std::string& name, double seconds)
    {
        NodeContainer mobiles(3);
        NodeContainer server(1);
        for (uint32_t i = 0; i < 3; ++i)
        {
            auto mobility = CreateObject<ConstantVelocityMobilityModel>();
            mobility->SetPosition(Vector(20, 5.0 + i, 1.5));
            mobiles.Get(i)->AggregateObject(mobility);
        }
        const auto network = AccessNetwork::Create(name);
        network->Install(mobiles, server.Get(0));
        network->AssignStreams(1000);
        MecServerHelper(network->GetListeningAddress(4600)).Install(server);
        InferenceClientHelper helper(network->GetServerAddress(4600));
        helper.SetAttribute("InputBytes", UintegerValue(50000));
        ApplicationContainer clients;
        for (uint32_t i = 0; i < 3; ++i)
        {
            helper.SetAttribute("Dnn", StringValue(i == 0 ? "resnet50" : "squeezenet"));
            // one of them has several inferences under way
            helper.SetAttribute("OpenLoop", BooleanValue(i == 2));
            helper.SetAttribute("Interval",
                                StringValue("ns3::ExponentialRandomVariable[Mean=0.05]"));
            clients.Add(helper.Install(mobiles.Get(i)));
        }
        InferenceClientHelper::AssignStreams(clients, 2000);
        clients.Start(MilliSeconds(700));
        clients.Stop(Seconds(seconds - 0.5));
        constexpr double CAPACITY_J = 1000;
        MakeHelper(CAPACITY_J).Install(clients);
        for (uint32_t i = 0; i < 3; ++i)
        {
            Note(clients.Get(i));
        }
        uint32_t offloaded = 0;
        Simulator::Stop(Seconds(seconds));
        Simulator::Run();
        for (const auto& device : m_devices)
        {
            SCOPED_TRACE("device " + std::to_string(device->actor->client->GetDeviceId()));
            const auto reading = device->meter->Read();
            double inferencesJ = 0;
            for (const auto& record : device->actor->records)
            {
                const auto& energy = device->energy.at(record.id);
                inferencesJ += energy.processorJ;
                const auto isAway = !record.serverEnd.IsStrictlyNegative();
                offloaded += isAway;
                if (isAway && energy.radioJ)
                {
                    const auto awayS = (record.resultReceived - record.deviceEnd).GetSeconds();
                    EXPECT_GE(*energy.radioJ, RADIO.idleW * awayS * (1 - 1e-9));
                    EXPECT_LE(*energy.radioJ, (RADIO.transmitW + RADIO.receiveW) * awayS);
                }
            }
            const auto lostJ = CAPACITY_J - reading.remainingJ;
            EXPECT_GT(lostJ, 0);
            EXPECT_NEAR(inferencesJ + reading.processorIdleJ + reading.radioJ, lostJ, 1e-6 * lostJ);
            EXPECT_NEAR(reading.processorJ / BUSY_W + reading.processorIdleJ / IDLE_W,
                        seconds,
                        1e-6 * seconds);
            EXPECT_GT(reading.radioJ, RADIO.idleW * seconds * 1.001); // it did something
        }
        EXPECT_GT(offloaded, 5u);
        network->Dispose();
    }

    std::vector<std::unique_ptr<Device>> m_devices;
};

TEST_F(Batteries, LoseWhatTheBooksSayOnWires)
{
    CheckBooks("wired", 5);
}

TEST_F(Batteries, LoseWhatTheBooksSayOnWifi)
{
    CheckBooks("wifi", 3);
}

TEST_F(Batteries, LoseWhatTheBooksSayOnLte)
{
    if (!HasNetwork("lte"))
    {
        GTEST_SKIP() << "this ns-3 has no LTE";
    }
    CheckBooks("lte", 3);
}

TEST_F(Batteries, CountAWireForAsLongAsPacketsAreOnIt)
{
    StarNetwork star(1, "10Mbps", MilliSeconds(3));
    star.InstallServer([](MecServerHelper& helper) { helper.SetScheduler("server-only"); });
    const auto client = star.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("MaxRequests", UintegerValue(5));
    });
    MakeHelper(1e4).Install(ApplicationContainer(client));
    Note(client);
    double sentS[2]{};
    for (uint32_t end = 0; end < 2; ++end)
    {
        Listen(star.GetLink(0).Get(end), "PhyTxBegin", [&sentS, end](Ptr<const Packet> packet) {
            sentS[end] += packet->GetSize() * 8 / 1e7;
        });
    }
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    const auto radioJ = RADIO.idleW * 10 + (RADIO.transmitW - RADIO.idleW) * sentS[0] +
                        (RADIO.receiveW - RADIO.idleW) * sentS[1];
    EXPECT_GT(sentS[0], 0.5);
    EXPECT_NEAR(m_devices[0]->meter->Read().radioJ, radioJ, 1e-6 * radioJ);
    // closed loop: each inference was away alone, and the game's formula tells what it takes
    for (const auto& record : m_devices[0]->actor->records)
    {
        const auto& energy = m_devices[0]->energy.at(record.id);
        const auto awayS = (record.resultReceived - record.deviceEnd).GetSeconds();
        const auto uplinkS = 8e-7 * static_cast<double>(record.uplinkBytes);
        EXPECT_NEAR(energy.processorJ,
                    BUSY_W * (record.deviceEnd - record.deviceStart).GetSeconds(),
                    1e-9);
        EXPECT_NEAR(energy.waitingJ.value(), IDLE_W * awayS, 1e-9);
        // headers and acknowledgments add some percent
        const auto sendingJ = (RADIO.transmitW - RADIO.idleW) * uplinkS;
        EXPECT_NEAR(energy.radioJ.value() - RADIO.idleW * awayS, sendingJ, 0.1 * sendingJ);
    }
}

TEST_F(Batteries, EndADeviceThatTheServerThenForgets)
{
    StarNetwork star(2, "20Mbps", MilliSeconds(3));
    const auto server = star.InstallServer([](MecServerHelper& helper) {
        helper.SetScheduler("server-only");
        helper.SetAttribute("Timestep", TimeValue(MilliSeconds(200)));
    });
    ApplicationContainer clients;
    for (uint32_t i = 0; i < 2; ++i)
    {
        clients.Add(star.InstallClient(i, [](InferenceClientHelper& helper) {
            helper.SetAttribute("OpenLoop", BooleanValue(true));
            helper.SetAttribute("Interval",
                                StringValue("ns3::ConstantRandomVariable[Constant=0.05]"));
        }));
    }
    MakeHelper(8).Install(ApplicationContainer(clients.Get(0))); // for some 3 s
    Note(clients.Get(0));
    uint32_t devices = 0;
    Listen(server, "Timestep", [&devices](const TimestepRecord& record) {
        devices = record.devices;
    });
    Simulator::Stop(Seconds(6));
    Simulator::Run();
    const auto& device = *m_devices[0];
    EXPECT_TRUE(device.meter->IsEmpty());
    EXPECT_EQ(device.actor->client->GetInFlight(), 0u);
    EXPECT_EQ(device.actor->client->GetCreated(), device.actor->records.size());
    uint32_t dropped = 0;
    for (std::size_t i = 0; i < device.actor->records.size(); ++i)
    {
        const auto& record = device.actor->records[i];
        EXPECT_LT(device.actor->ends[i], Seconds(5));
        dropped += record.reason == "battery empty";
        EXPECT_EQ(record.outcome == InferenceOutcome::DROPPED,
                  record.reason == "battery empty" || record.reason == "queue full");
    }
    EXPECT_GE(dropped, 1u);
    EXPECT_GE(device.meter->Read().remainingJ, 0);
    EXPECT_EQ(devices, 1u); // the other one goes on
    EXPECT_GT(DynamicCast<InferenceClient>(clients.Get(1))->GetCompleted(), 80u);
}

TEST_F(Batteries, EndADeviceOverWifi)
{
    NodeContainer mobiles(1);
    NodeContainer server(1);
    auto mobility = CreateObject<ConstantVelocityMobilityModel>();
    mobility->SetPosition(Vector(5, 5, 1.5));
    mobiles.Get(0)->AggregateObject(mobility);
    const auto network = AccessNetwork::Create("wifi");
    network->Install(mobiles, server.Get(0));
    network->AssignStreams(1000);
    const auto servers = MecServerHelper(network->GetListeningAddress(4600)).Install(server.Get(0));
    auto clients = InferenceClientHelper(network->GetServerAddress(4600)).Install(mobiles.Get(0));
    clients.Start(MilliSeconds(700)); // when the station has joined: see the manual on asserts
    MakeHelper(10).Install(clients);
    Note(clients.Get(0));
    uint32_t devices = 1;
    Listen(servers.Get(0), "Timestep", [&devices](const TimestepRecord& record) {
        devices = record.devices;
    });
    Simulator::Stop(Seconds(8));
    Simulator::Run();
    const auto reading = m_devices[0]->meter->Read();
    EXPECT_TRUE(m_devices[0]->meter->IsEmpty());
    EXPECT_GE(reading.remainingJ, 0);
    EXPECT_NEAR(10 - reading.remainingJ,
                reading.processorJ + reading.processorIdleJ + reading.radioJ,
                1e-5);
    EXPECT_EQ(devices, 0u); // it took its leave
    EXPECT_GT(m_devices[0]->actor->client->GetCompleted(), 0u);
    network->Dispose();
}

TEST_F(Batteries, KeepADeviceFromStartingThatHasNone)
{
    StarNetwork star(1, "20Mbps", MilliSeconds(3));
    star.InstallServer([](MecServerHelper&) {});
    const auto client = star.InstallClient(0, [](InferenceClientHelper&) {});
    client->SetStartTime(Seconds(2));
    MakeHelper(0.5).Install(ApplicationContainer(client)); // for .2 s
    Note(client);
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    EXPECT_EQ(client->GetCreated(), 0u);
    EXPECT_TRUE(m_devices[0]->meter->IsEmpty());
    // ns-3 looks once a second, the meter when it would be empty
    const auto reading = m_devices[0]->meter->Read();
    const auto largestW = BUSY_W + RADIO.transmitW + RADIO.receiveW - RADIO.idleW;
    EXPECT_LE(reading.remainingJ, EnergyMeter::EMPTY_S * largestW);
    EXPECT_NEAR(reading.processorIdleJ + reading.radioJ, 0.5 - reading.remainingJ, 1e-9);
}

TEST_F(Batteries, MayBeEmptyAtTheStart)
{
    StarNetwork star(1, "20Mbps", MilliSeconds(3));
    const auto client = star.InstallClient(0, [](InferenceClientHelper&) {});
    MakeHelper(1e-5).Install(ApplicationContainer(client)); // for less than EMPTY_S
    Note(client);
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(client->GetCreated(), 0u);
    EXPECT_TRUE(m_devices[0]->meter->IsEmpty());
    EXPECT_EQ(m_devices[0]->meter->Read().remainingJ, 1e-5);
}

TEST_F(Batteries, AreNotInstalledWhileTheSimulationRuns)
{
    StarNetwork star(1, "20Mbps", MilliSeconds(3));
    const ApplicationContainer clients(star.InstallClient(0, [](InferenceClientHelper&) {}));
    std::string complaint;
    Simulator::Schedule(Seconds(1), [&clients, &complaint] {
        complaint = GetComplaint([&clients] { MakeHelper(10).Install(clients); });
    });
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    ExpectWords(complaint, {"DeviceEnergyHelper", "before the simulation runs"});
}

TEST_F(Batteries, RefuseWhatCannotBe)
{
    for (const auto capacityJ : {0.0, -1.0, 2e12, std::nan("")})
    {
        ExpectWords(GetComplaint([&] { DeviceEnergyHelper helper(capacityJ); }),
                    {"DeviceEnergyHelper: capacity: must be above 0"});
    }
    DeviceEnergyHelper helper(1);
    const auto radio = [&helper](double transmitW, double receiveW, double idleW) {
        return GetComplaint([&] { helper.SetRadioPower({transmitW, receiveW, idleW}); });
    };
    ExpectWords(radio(-1, 0, 0), {"transmit power", "0..1e+06 W", "-1"});
    ExpectWords(radio(0, -1, 0), {"receive power", "-1"});
    ExpectWords(radio(0, 0, std::numeric_limits<double>::infinity()), {"idle power", "inf"});
    EXPECT_EQ(radio(0, 0, 1), "");
    const auto processor = [&helper](double busyW, double idleW) {
        return GetComplaint([&] { helper.SetProcessorPower(busyW, idleW); });
    };
    ExpectWords(processor(1, -1), {"processor's idle power", "-1"});
    ExpectWords(processor(1, 2), {"processor's busy power", "2..1e+06 W", "not 1"});
}

TEST_F(Batteries, RefuseDevicesOfWhichTooLittleIsKnown)
{
    StarNetwork star(1, "20Mbps", MilliSeconds(3));
    const auto client = star.InstallClient(0, [](InferenceClientHelper& helper) {
        helper.SetAttribute("Processor", StringValue("intradp-robot-isolated"));
    });
    const ApplicationContainer clients(client);
    ExpectWords(GetComplaint([&] { DeviceEnergyHelper(1).Install(clients); }),
                {"intradp-robot-isolated", "power"});
    MakeHelper(1).Install(clients);
    ExpectWords(GetComplaint([&] { MakeHelper(1).Install(clients); }), {"a battery already"});

    NodeContainer nodes(2);
    CsmaHelper().Install(nodes);
    const auto other = InferenceClientHelper(star.GetServerAddress(0)).Install(nodes.Get(0));
    ExpectWords(GetComplaint([&] { MakeHelper(1).Install(other); }), {"CsmaNetDevice"});
}

} // namespace
