/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-device-energy-helper.h"

#include "radio-energy.h"

#include "ns3/basic-energy-source-helper.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/double.h"
#include "ns3/energy-source-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-processor-energy-model.h"

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

namespace
{

/// Largest power that makes sense, W.
constexpr double MOST_W = 1e6;

/// @param field to be checked @param value of it @param least of it @param most of it @param unit
/// @throws std::invalid_argument if the value is out of range
void
CheckRange(const std::string& field, double value, double least, double most, const char* unit)
{
    if (!(value >= least && value <= most)) // not a number is refused, too
    {
        std::ostringstream text;
        text << "DeviceEnergyHelper: " << field << ": must be in " << least << ".." << most << ' '
             << unit << ", not " << value;
        throw std::invalid_argument(text.str());
    }
}

// ---- From traces of the client to the meter, and back ------------------------------------------

void
NoteWork(Ptr<EnergyMeter> meter, uint64_t oldInference, uint64_t newInference)
{
    meter->HandleWork(oldInference, newInference);
}

void
NoteEnd(Ptr<EnergyMeter> meter, const InferenceRecord& record)
{
    meter->HandleEnd(record.id);
}

void
End(Ptr<InferenceClient> client,
    std::vector<Ptr<energy_framework::DeviceEnergyModel>> radios,
    const EnergyRecord&)
{
    for (const auto& radio : radios)
    {
        StopRadioEnergy(radio);
    }
    client->ShutDown("battery empty");
}

} // namespace

DeviceEnergyHelper::DeviceEnergyHelper(double capacityJ)
    : m_capacityJ(capacityJ),
      m_library(std::make_shared<ProfileLibrary>())
{
    if (!(capacityJ > 0 && capacityJ <= 1e12))
    {
        std::ostringstream text;
        text << "DeviceEnergyHelper: capacity: must be above 0 and at most 1e+12 J, not "
             << capacityJ;
        throw std::invalid_argument(text.str());
    }
}

void
DeviceEnergyHelper::SetRadioPower(const RadioPower& power)
{
    CheckRange("radio's transmit power", power.transmitW, 0, MOST_W, "W");
    CheckRange("radio's receive power", power.receiveW, 0, MOST_W, "W");
    CheckRange("radio's idle power", power.idleW, 0, MOST_W, "W");
    m_radio = power;
}

void
DeviceEnergyHelper::SetProcessorPower(double busyW, double idleW)
{
    CheckRange("processor's idle power", idleW, 0, MOST_W, "W");
    CheckRange("processor's busy power", busyW, idleW, MOST_W, "W");
    m_processor = ProcessorPower{busyW, idleW, "SetProcessorPower"};
}

ProcessorPower
DeviceEnergyHelper::GetProcessorPower(Ptr<InferenceClient> client) const
{
    if (m_processor)
    {
        return *m_processor;
    }
    StringValue name;
    client->GetAttribute("Processor", name);
    const auto power = m_library->GetProcessor(name.Get())->GetPower();
    if (!power)
    {
        throw std::invalid_argument("DeviceEnergyHelper: Processor: the profile \"" + name.Get() +
                                    "\" does not tell what it draws (\"power\")");
    }
    return *power;
}

void
DeviceEnergyHelper::Install(const ApplicationContainer& clients) const
{
    for (auto application = clients.Begin(); application != clients.End(); ++application)
    {
        if (const auto client = DynamicCast<InferenceClient>(*application))
        {
            InstallOn(client);
        }
    }
}

void
DeviceEnergyHelper::InstallOn(Ptr<InferenceClient> client) const
{
    const auto node = client->GetNode();
    if (node->GetObject<EnergyMeter>() ||
        node->GetObject<energy_framework::EnergySourceContainer>())
    {
        throw std::invalid_argument("DeviceEnergyHelper: node " + std::to_string(node->GetId()) +
                                    " has a battery already");
    }
    if (!Simulator::Now().IsZero())
    {
        // ns-3's source would take from it what was drawn since the start
        throw std::invalid_argument("DeviceEnergyHelper: a battery can only be installed before "
                                    "the simulation runs");
    }
    const auto power = GetProcessorPower(client);
    BasicEnergySourceHelper batteries;
    batteries.Set("BasicEnergySourceInitialEnergyJ", DoubleValue(m_capacityJ));
    batteries.Set("PeriodicEnergyUpdateInterval", TimeValue(Seconds(1))); // as the meter needs it
    const auto source = batteries.Install(node).Get(0);

    auto processor = CreateObject<ProcessorEnergyModel>();
    processor->SetAttribute("BusyPower", DoubleValue(power.busyW));
    processor->SetAttribute("IdlePower", DoubleValue(power.idleW));
    source->AppendDeviceEnergyModel(processor);
    processor->SetEnergySource(source);
    if (m_radio)
    {
        client->SetAttribute("TransmitPower", DoubleValue(m_radio->transmitW));
        client->SetAttribute("ReceivePower", DoubleValue(m_radio->receiveW));
        client->SetAttribute("RadioIdlePower", DoubleValue(m_radio->idleW));
    }
    const auto radios = InstallRadioEnergy(node, client->GetRadioPower(), source);
    const auto largestPowerW = processor->GetLargestPowerW() + radios.largestPowerW;
    const auto emptyJ = EnergyMeter::EMPTY_S * largestPowerW;
    source->SetAttribute("BasicEnergyLowBatteryThreshold", DoubleValue(emptyJ / m_capacityJ));
    source->SetAttribute("BasicEnergyHighBatteryThreshold", DoubleValue(2)); // never filled again

    auto meter = CreateObject<EnergyMeter>();
    meter->Begin(source,
                 processor,
                 radios.models,
                 largestPowerW,
                 MakeCallback(&InferenceClient::GetDeviceId, client));
    node->AggregateObject(meter);
    PointerValue runner;
    client->GetAttribute("DeviceProcessor", runner);
    runner.GetObject()->TraceConnectWithoutContext("Running", MakeBoundCallback(&NoteWork, meter));
    client->TraceConnectWithoutContext("Inference", MakeBoundCallback(&NoteEnd, meter));
    meter->TraceConnectWithoutContext("Empty", MakeBoundCallback(&End, client, radios.models));
}

} // namespace surgery
} // namespace ns3
