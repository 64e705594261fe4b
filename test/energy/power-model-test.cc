/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/simulator-fixture.h"

#include "ns3/basic-energy-source.h"
#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/surgery-processor-energy-model.h"
#include "ns3/surgery-radio-energy-model.h"

#include <gtest/gtest.h>
#include <random>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class PowerModels : public SimulatorFixture
{
  protected:
    /// Make a battery. @param capacityJ what it holds
    void MakeSource(double capacityJ)
    {
        m_node = CreateObject<Node>();
        m_source = CreateObject<energy_framework::BasicEnergySource>();
        m_source->SetNode(m_node);
        m_source->SetInitialEnergy(capacityJ);
        m_source->SetAttribute("BasicEnergyLowBatteryThreshold", DoubleValue(0.01));
    }

    /// Let a part draw from the battery.
    template <typename Model>
    Ptr<Model> Add()
    {
        auto model = CreateObject<Model>();
        m_source->AppendDeviceEnergyModel(model);
        model->SetEnergySource(m_source);
        return model;
    }

    void TearDown() override
    {
        m_source->Dispose();
        m_source = nullptr;
        m_node = nullptr;
        SimulatorFixture::TearDown();
    }

    Ptr<Node> m_node;
    Ptr<energy_framework::BasicEnergySource> m_source;
};

TEST_F(PowerModels, DrawTheirPowerForTheTimeInEachState)
{
    MakeSource(1e6);
    auto processor = Add<ProcessorEnergyModel>();
    processor->SetAttribute("BusyPower", DoubleValue(7));
    processor->SetAttribute("IdlePower", DoubleValue(2));
    auto radio = Add<RadioEnergyModel>();
    radio->SetAttribute("TransmitPower", DoubleValue(3));
    radio->SetAttribute("ReceivePower", DoubleValue(1.5));
    radio->SetAttribute("IdlePower", DoubleValue(1));

    constexpr unsigned SEED = 18;
    SCOPED_TRACE("seed " + std::to_string(SEED));
    std::mt19937 random(SEED);
    std::uniform_real_distribution<double> gap(0, 0.1);
    double atS = 0;
    double busyJ = 0;
    double idleJ = 0;
    double radioJ = 0;
    int states[3]{}; // busy, transmitting, receiving
    for (int i = 0; i < 2000; ++i)
    {
        const auto stepS = gap(random);
        (states[0] ? busyJ : idleJ) += stepS * (states[0] ? 7 : 2);
        radioJ += stepS * (states[1] && states[2] ? 3.5 : states[1] ? 3 : states[2] ? 1.5 : 1);
        atS += stepS;
        const auto which = random() % 3;
        states[which] = static_cast<int>(random() % 2);
        const auto isOn = states[which] != 0;
        Simulator::Schedule(Seconds(atS), [=] {
            which == 0   ? processor->ChangeState(isOn)
            : which == 1 ? radio->SetTransmitting(isOn)
                         : radio->SetReceiving(isOn);
        });
    }
    Simulator::Stop(Seconds(atS));
    Simulator::Run();
    EXPECT_NEAR(processor->GetBusyEnergyJ(), busyJ, 1e-6 * busyJ);
    EXPECT_NEAR(processor->GetIdleEnergyJ(), idleJ, 1e-6 * idleJ);
    EXPECT_NEAR(radio->GetTotalEnergyConsumption(), radioJ, 1e-6 * radioJ);
    const auto lostJ = 1e6 - m_source->GetRemainingEnergy();
    EXPECT_NEAR(lostJ, busyJ + idleJ + radioJ, 1e-6 * lostJ);
}

TEST_F(PowerModels, ReceiveForAsLongAsTheLastReceptionLasts)
{
    MakeSource(1e3);
    auto radio = Add<RadioEnergyModel>();
    radio->SetAttribute("ReceivePower", DoubleValue(2));
    // two in the same instant, then one that follows, then one that is apart: 4 s in all
    for (const auto atS : {1, 1, 2, 5})
    {
        Simulator::Schedule(Seconds(atS), [=] { radio->ReceiveFor(Seconds(atS == 5 ? 2 : 1)); });
    }
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_NEAR(radio->GetTotalEnergyConsumption(), 8, 1e-9);
}

TEST_F(PowerModels, DrawNothingFromAnEmptyBattery)
{
    MakeSource(100);
    auto processor = Add<ProcessorEnergyModel>();
    processor->SetAttribute("IdlePower", DoubleValue(1));
    processor->SetAttribute("BusyPower", DoubleValue(50));
    int calls = 0;
    processor->SetEmptyCallback(Callback<void>([&calls] { ++calls; }));
    m_source->Initialize();
    Simulator::Stop(Seconds(300));
    Simulator::Schedule(Seconds(200), [=] { processor->ChangeState(1); });
    Simulator::Run();
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(processor->GetCurrentA(), 0);
    EXPECT_EQ(processor->GetBusyEnergyJ(), 0);
    EXPECT_NEAR(m_source->GetRemainingEnergy(), 1, 1.0001); // ns-3 looks once a second
    EXPECT_NEAR(processor->GetTotalEnergyConsumption(), 100 - m_source->GetRemainingEnergy(), 1e-9);
}

} // namespace
