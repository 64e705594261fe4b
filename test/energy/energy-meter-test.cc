/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test/support/listen.h"
#include "test/support/simulator-fixture.h"

#include "ns3/basic-energy-source.h"
#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-processor-energy-model.h"
#include "ns3/surgery-radio-energy-model.h"

#include <gtest/gtest.h>
#include <map>
#include <vector>

namespace
{

using namespace ns3;
using namespace ns3::surgery;

class Meter : public SimulatorFixture
{
  protected:
    /// Make a device with a battery. @param capacityJ what it holds
    /// @param busyW of the processor @param idleW of the processor; the radio draws 1 W
    void Build(double capacityJ, double busyW, double idleW)
    {
        m_node = CreateObject<Node>();
        m_source = CreateObject<energy_framework::BasicEnergySource>();
        m_source->SetNode(m_node);
        m_source->SetInitialEnergy(capacityJ);
        auto processor = CreateObject<ProcessorEnergyModel>();
        processor->SetAttribute("BusyPower", DoubleValue(busyW));
        processor->SetAttribute("IdlePower", DoubleValue(idleW));
        auto radio = CreateObject<RadioEnergyModel>();
        radio->SetAttribute("IdlePower", DoubleValue(1));
        for (Ptr<PowerModel> model : {Ptr<PowerModel>(processor), Ptr<PowerModel>(radio)})
        {
            m_source->AppendDeviceEnergyModel(model);
            model->SetEnergySource(m_source);
        }
        const auto largestW = busyW + 1;
        m_source->SetAttribute("BasicEnergyLowBatteryThreshold",
                               DoubleValue(EnergyMeter::EMPTY_S * largestW / capacityJ));
        m_meter = CreateObject<EnergyMeter>();
        m_meter->Begin(m_source, processor, {radio}, largestW, Callback<uint32_t>([] {
                           return 7;
                       }));
        Listen(m_meter, "InferenceEnergy", [this](const InferenceEnergyRecord& record) {
            EXPECT_EQ(record.device, 7u);
            m_inferences[record.id] = record;
        });
        Listen(m_meter, "Energy", [this](const EnergyRecord& record) {
            m_readings.push_back(record);
        });
        Listen(m_meter, "Empty", [this](const EnergyRecord& record) { m_empty.push_back(record); });
        m_meter->Initialize();
        m_source->Initialize();
    }

    /// The processor takes up another inference at some time.
    void Work(double atS, uint64_t before, uint64_t after)
    {
        Simulator::Schedule(Seconds(atS), &EnergyMeter::HandleWork, m_meter, before, after);
    }

    /// An inference ends at some time.
    void End(double atS, uint64_t id)
    {
        Simulator::Schedule(Seconds(atS), &EnergyMeter::HandleEnd, m_meter, id);
    }

    void TearDown() override
    {
        m_meter->Dispose();
        m_source->Dispose();
        SimulatorFixture::TearDown();
    }

    Ptr<Node> m_node;
    Ptr<energy_framework::BasicEnergySource> m_source;
    Ptr<EnergyMeter> m_meter;
    std::map<uint64_t, InferenceEnergyRecord> m_inferences;
    std::vector<EnergyRecord> m_empty;
    std::vector<EnergyRecord> m_readings;
};

TEST_F(Meter, GivesEachInferenceWhatWasDrawnForIt)
{
    Build(1e4, 10, 2);
    // 1 is away for 3 s alone; 2 runs meanwhile and stays on the device
    Work(1, 0, 1);
    Work(2, 1, 0);
    Work(3, 0, 2);
    Work(3.5, 2, 0);
    End(3.5, 2);
    End(5, 1);
    // 3 and 4 are away together
    Work(6, 0, 3);
    Work(7, 3, 4);
    Work(8, 4, 0);
    End(9, 3);
    End(9.5, 4);
    // 5 is taken back after 1 s away, and finished on the device
    Work(10, 0, 5);
    Work(11, 5, 0);
    Work(12, 0, 5);
    Work(14, 5, 0);
    End(14, 5);
    // 6 never ran; 7 is dropped while it runs
    End(15, 6);
    Work(16, 0, 7);
    End(17, 7);
    Work(17, 7, 0);
    // 8 is away alone, although 7 went before
    Work(18, 0, 8);
    Work(19, 8, 0);
    End(20, 8);
    Simulator::Stop(Seconds(30));
    Simulator::Run();

    const std::map<uint64_t, double>
        processorJ{{1, 10}, {2, 5}, {3, 10}, {4, 10}, {5, 30}, {6, 0}, {7, 10}, {8, 10}};
    double sumJ = 0;
    for (const auto& [id, energyJ] : processorJ)
    {
        EXPECT_NEAR(m_inferences.at(id).processorJ, energyJ, 1e-9) << id;
        sumJ += energyJ;
    }
    EXPECT_NEAR(m_meter->Read().processorJ, sumJ, 1e-9);
    EXPECT_NEAR(m_inferences[1].radioJ.value(), 3, 1e-9);
    EXPECT_NEAR(m_inferences[1].waitingJ.value(), 2 * 2.5, 1e-9); // busy with 2 for .5 s
    EXPECT_NEAR(m_inferences[2].radioJ.value(), 0, 1e-9);
    EXPECT_FALSE(m_inferences[3].radioJ);
    EXPECT_FALSE(m_inferences[3].waitingJ);
    EXPECT_FALSE(m_inferences[4].radioJ);
    EXPECT_NEAR(m_inferences[5].radioJ.value(), 1, 1e-9);
    EXPECT_NEAR(m_inferences[5].waitingJ.value(), 2, 1e-9);
    EXPECT_NEAR(m_inferences[6].radioJ.value(), 0, 1e-9);
    EXPECT_NEAR(m_inferences[8].radioJ.value(), 1, 1e-9);
    const auto reading = m_meter->Read();
    EXPECT_NEAR(reading.radioJ, 30, 1e-9);
    EXPECT_NEAR(1e4 - reading.remainingJ,
                reading.processorJ + reading.processorIdleJ + reading.radioJ,
                1e-9);
}

TEST_F(Meter, NoticesTheEndOfTheBatteryInTime)
{
    for (const auto powerW : {0.5, 10.0})
    {
        Build(100, powerW, powerW);
        Simulator::Stop(Seconds(1000));
        Simulator::Run();
        ASSERT_EQ(m_empty.size(), 1u);
        const auto endS = m_empty[0].time.GetSeconds();
        // what is left would last for EMPTY_S
        EXPECT_NEAR(endS, 100 / (powerW + 1) - EnergyMeter::EMPTY_S, 1.001e-3);
        EXPECT_GE(m_empty[0].remainingJ, 0);
        EXPECT_TRUE(m_meter->IsEmpty());
        EXPECT_NEAR(m_meter->Read().remainingJ, m_empty[0].remainingJ, 1e-12); // draws no more
        m_empty.clear();
        TearDown();
    }
    Build(1, 1, 1); // for TearDown
}

TEST_F(Meter, NeverOverdrawsTheBattery)
{
    Build(3, 100, 0.001);
    Work(2.5, 0, 1); // with 0.5 J left, which last for 5 ms
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    ASSERT_EQ(m_empty.size(), 1u);
    EXPECT_GE(m_empty[0].remainingJ, 0);
    EXPECT_LE(m_empty[0].remainingJ, EnergyMeter::EMPTY_S * 101);
}

TEST_F(Meter, EndsAtOnceWithLessThanTheDeviceDrawsInAMoment)
{
    Build(1e-3, 10, 1);
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    ASSERT_EQ(m_empty.size(), 1u);
    EXPECT_EQ(m_empty[0].time, Seconds(0));
}

TEST_F(Meter, ReadsTheBatteryOnceMoreWhenItIsEmpty)
{
    // it is empty at the first reading, just before that at 3 s, and between two
    for (const auto capacityJ : {1e-3, 3 * 2.0 + EnergyMeter::EMPTY_S * 11 - 6e-4, 2.7 * 2.0})
    {
        SCOPED_TRACE(capacityJ);
        Build(capacityJ, 10, 1);
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        ASSERT_EQ(m_empty.size(), 1u);
        ASSERT_FALSE(m_readings.empty());
        EXPECT_EQ(m_readings.back().time, m_empty[0].time);
        for (std::size_t i = 1; i < m_readings.size(); ++i)
        {
            EXPECT_LT(m_readings[i - 1].time, m_readings[i].time);
        }
        m_empty.clear();
        m_readings.clear();
        TearDown();
    }
    Build(1, 1, 1); // for TearDown
}

} // namespace
