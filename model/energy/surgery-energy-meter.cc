/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-energy-meter.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/surgery-processor-energy-model.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("EnergyMeter");

NS_OBJECT_ENSURE_REGISTERED(EnergyMeter);

namespace
{

/// How long the battery must last for its end to be left to the source, which looks more often, s.
constexpr double LOOKAHEAD_S = 2;

/// Between two looks at the battery, at least, s.
constexpr double SHORTEST_CHECK_S = 1e-3;

} // namespace

TypeId
EnergyMeter::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::EnergyMeter")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<EnergyMeter>()
            .AddAttribute("SampleInterval",
                          "Time between two readings of the trace source Energy.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&EnergyMeter::m_interval),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("Energy",
                            "What the battery holds and who drew how much of it: every "
                            "SampleInterval, and when the battery is empty.",
                            MakeTraceSourceAccessor(&EnergyMeter::m_energyTrace),
                            "ns3::surgery::EnergyMeter::EnergyTracedCallback")
            .AddTraceSource("Empty",
                            "The battery is empty: the device stops for good.",
                            MakeTraceSourceAccessor(&EnergyMeter::m_emptyTrace),
                            "ns3::surgery::EnergyMeter::EnergyTracedCallback")
            .AddTraceSource("InferenceEnergy",
                            "An inference ended: the energy that it took.",
                            MakeTraceSourceAccessor(&EnergyMeter::m_inferenceTrace),
                            "ns3::surgery::EnergyMeter::InferenceEnergyTracedCallback");
    return tid;
}

EnergyMeter::EnergyMeter()
{
    NS_LOG_FUNCTION(this);
}

EnergyMeter::~EnergyMeter()
{
    NS_LOG_FUNCTION(this);
}

void
EnergyMeter::DoInitialize()
{
    NS_LOG_FUNCTION(this);
    Sample();
    Object::DoInitialize();
}

void
EnergyMeter::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_next.Cancel();
    m_check.Cancel();
    m_source = nullptr;
    m_processor = nullptr;
    m_radios.clear();
    // what listens here may hold what holds this
    m_device = Callback<uint32_t>();
    m_energyTrace = TracedCallback<const EnergyRecord&>();
    m_emptyTrace = TracedCallback<const EnergyRecord&>();
    m_inferenceTrace = TracedCallback<const InferenceEnergyRecord&>();
    Object::DoDispose();
}

void
EnergyMeter::Begin(Ptr<energy_framework::EnergySource> source,
                   Ptr<ProcessorEnergyModel> processor,
                   const std::vector<Ptr<energy_framework::DeviceEnergyModel>>& radios,
                   double largestPowerW,
                   Callback<uint32_t> device)
{
    NS_LOG_FUNCTION(this << largestPowerW);
    m_source = source;
    m_processor = processor;
    m_radios = radios;
    m_largestPowerW = largestPowerW;
    m_device = device;
    m_attributed = Simulator::Now();
    m_processor->SetEmptyCallback(MakeCallback(&EnergyMeter::HandleEmpty, this));
    m_source->TraceConnectWithoutContext("RemainingEnergy",
                                         MakeCallback(&EnergyMeter::HandleRemaining, this));
    // a small battery is empty before the source looks for the first time
    m_check = Simulator::ScheduleNow(&EnergyMeter::Check, this);
}

// READING

bool
EnergyMeter::IsReading() const
{
    return m_source && m_source->GetNode(); // which a source forgets when it is disposed of
}

double
EnergyMeter::GetRadioJ() const
{
    double energyJ = 0;
    for (const auto& radio : m_radios)
    {
        energyJ += radio->GetTotalEnergyConsumption();
    }
    return energyJ;
}

EnergyRecord
EnergyMeter::Read() const
{
    EnergyRecord record;
    record.time = Simulator::Now();
    record.device = m_device();
    record.remainingJ = m_source->GetRemainingEnergy();
    record.processorJ = m_processor->GetBusyEnergyJ();
    record.processorIdleJ = m_processor->GetIdleEnergyJ();
    record.radioJ = GetRadioJ();
    return record;
}

double
EnergyMeter::GetCapacityJ() const
{
    return m_source->GetInitialEnergy();
}

bool
EnergyMeter::IsEmpty() const
{
    return m_isEmpty;
}

void
EnergyMeter::Sample()
{
    if (!IsReading())
    {
        return;
    }
    const auto record = Read();
    if (m_isEmpty)
    {
        return; // which this reading found out, and TellEmpty tells
    }
    m_next = Simulator::Schedule(m_interval, &EnergyMeter::Sample, this);
    m_energyTrace(record);
}

// INFERENCES

void
EnergyMeter::Attribute()
{
    const auto now = Read();
    const auto away = std::count_if(m_stages.begin(), m_stages.end(), [](const auto& entry) {
        return entry.second.isAway;
    });
    for (auto& [id, stage] : m_stages)
    {
        auto& energy = stage.energy;
        if (id == m_running)
        {
            energy.processorJ += now.processorJ - m_before.processorJ;
        }
        if (stage.isAway && away > 1 && now.time > m_attributed)
        {
            energy.radioJ.reset();
            energy.waitingJ.reset();
        }
        else if (stage.isAway && energy.radioJ)
        {
            *energy.radioJ += now.radioJ - m_before.radioJ;
            *energy.waitingJ += now.processorIdleJ - m_before.processorIdleJ;
        }
    }
    m_attributed = now.time;
    m_before = now;
}

void
EnergyMeter::HandleWork(uint64_t oldInference, uint64_t newInference)
{
    NS_LOG_FUNCTION(this << oldInference << newInference);
    if (!IsReading())
    {
        return;
    }
    Attribute();
    m_running = newInference;
    m_processor->ChangeState(newInference != 0);
    const auto found = m_stages.find(oldInference);
    if (found != m_stages.end())
    {
        found->second.isAway = true;
    }
    if (newInference != 0)
    {
        m_stages[newInference].isAway = false; // it may be back, to be finished here
    }
}

void
EnergyMeter::HandleEnd(uint64_t id)
{
    NS_LOG_FUNCTION(this << id);
    if (!IsReading())
    {
        return;
    }
    Attribute();
    InferenceEnergyRecord record;
    const auto found = m_stages.find(id);
    if (found != m_stages.end())
    {
        record = found->second.energy;
        m_stages.erase(found);
    }
    record.id = id;
    record.device = m_before.device;
    m_inferenceTrace(record);
}

// THE END

void
EnergyMeter::HandleRemaining(double, double newJ)
{
    const auto leftS = newJ / m_largestPowerW - EMPTY_S;
    if (!m_isEmpty && leftS < LOOKAHEAD_S && m_check.IsExpired())
    {
        m_check = Simulator::Schedule(Seconds(std::max(SHORTEST_CHECK_S, leftS)),
                                      &EnergyMeter::Check,
                                      this);
    }
}

void
EnergyMeter::Check()
{
    if (IsReading())
    {
        const auto leftJ = m_source->GetRemainingEnergy();
        HandleRemaining(leftJ, leftJ);
    }
}

void
EnergyMeter::HandleEmpty()
{
    NS_LOG_FUNCTION(this);
    m_isEmpty = true;
    // whoever changed its state and so found out is not done with that
    m_next.Cancel();
    m_next = Simulator::ScheduleNow(&EnergyMeter::TellEmpty, this);
}

void
EnergyMeter::TellEmpty()
{
    NS_LOG_FUNCTION(this);
    const auto record = Read();
    m_emptyTrace(record);
    m_energyTrace(record);
}

} // namespace surgery
} // namespace ns3
