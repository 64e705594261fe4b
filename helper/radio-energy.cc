/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "radio-energy.h"

#include "ns3/channel.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/loopback-net-device.h"
#include "ns3/node.h"
#include "ns3/packet-burst.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/surgery-radio-energy-model.h"
#include "ns3/wifi-net-device.h"
#include "ns3/wifi-phy-state.h"
#include "ns3/wifi-phy.h"
#include "ns3/wifi-radio-energy-model.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

namespace
{

/// Longest time for which a battery may last, s: WifiRadioEnergyModel asks for it as a Time, which
/// holds 292 years.
constexpr double LONGEST_LIFE_S = 4e9;

/// How long data of LTE takes on the downlink: a subframe.
const auto SUBFRAME = MilliSeconds(1);

// ---- Wi-Fi -------------------------------------------------------------------------------------

/// @param device a Wi-Fi radio @param power of it @param source the battery @return its model
Ptr<energy_framework::DeviceEnergyModel>
InstallOnWifi(Ptr<WifiNetDevice> device,
              const RadioPower& power,
              Ptr<energy_framework::EnergySource> source)
{
    const auto leastW = source->GetInitialEnergy() / LONGEST_LIFE_S;
    const auto toCurrent = [&](double powerW) {
        return DoubleValue(std::max(powerW, leastW) / source->GetSupplyVoltage());
    };
    auto model = CreateObject<WifiRadioEnergyModel>();
    model->SetAttribute("TxCurrentA", toCurrent(power.transmitW));
    model->SetAttribute("RxCurrentA", toCurrent(power.receiveW));
    for (const auto* state : {"Idle", "CcaBusy", "Switching", "Sleep"})
    {
        model->SetAttribute(std::string(state) + "CurrentA", toCurrent(power.idleW));
    }
    // WifiRadioEnergyModelHelper would also make the radio cut short what the battery does not last
    // for, and with it the device's last words
    source->AppendDeviceEnergyModel(model);
    model->SetEnergySource(source);
    device->GetPhy()->RegisterListener(model->GetPhyListener());
    return model;
}

// ---- Wires -------------------------------------------------------------------------------------

void
SwitchTransmitting(Ptr<RadioEnergyModel> model, bool isOn, Ptr<const Packet>)
{
    model->SetTransmitting(isOn);
}

void
SwitchReceiving(Ptr<RadioEnergyModel> model, bool isOn, Ptr<const Packet>)
{
    model->SetReceiving(isOn);
}

/// Follow what is on a wire. The device receives what the other end sends, while that sends it.
/// @param device its end @param model what draws
void
FollowWire(Ptr<PointToPointNetDevice> device, Ptr<RadioEnergyModel> model)
{
    const auto channel = device->GetChannel();
    const auto other = channel->GetDevice(channel->GetDevice(0) == device ? 1 : 0);
    device->TraceConnectWithoutContext("PhyTxBegin",
                                       MakeBoundCallback(&SwitchTransmitting, model, true));
    device->TraceConnectWithoutContext("PhyTxEnd",
                                       MakeBoundCallback(&SwitchTransmitting, model, false));
    other->TraceConnectWithoutContext("PhyTxBegin",
                                      MakeBoundCallback(&SwitchReceiving, model, true));
    other->TraceConnectWithoutContext("PhyTxEnd",
                                      MakeBoundCallback(&SwitchReceiving, model, false));
}

// ---- LTE ---------------------------------------------------------------------------------------

/// Data goes up, or has gone up; nothing is counted for what carries no data, but only control.
void
SwitchBurst(Ptr<RadioEnergyModel> model, bool isOn, Ptr<const PacketBurst> burst)
{
    if (burst)
    {
        model->SetTransmitting(isOn);
    }
}

/// Data came down in the subframe that ends.
void
NoteReception(Ptr<RadioEnergyModel> model, Ptr<const Packet>)
{
    model->ReceiveFor(SUBFRAME);
}

/// Follow what an LTE radio does, by the names of its trace sources: a build may lack LTE.
/// @param node of the radio @param index of the device @param model what draws
void
FollowLte(Ptr<Node> node, uint32_t index, Ptr<RadioEnergyModel> model)
{
    const auto phy = "/NodeList/" + std::to_string(node->GetId()) + "/DeviceList/" +
                     std::to_string(index) + "/ComponentCarrierMapUe/*/LteUePhy/";
    const auto begin = MakeBoundCallback(&SwitchBurst, model, true);
    const auto end = MakeBoundCallback(&SwitchBurst, model, false);
    const auto reception = MakeBoundCallback(&NoteReception, model);
    Config::ConnectWithoutContext(phy + "UlSpectrumPhy/TxStart", begin);
    Config::ConnectWithoutContext(phy + "UlSpectrumPhy/TxEnd", end);
    Config::ConnectWithoutContext(phy + "DlSpectrumPhy/RxEndOk", reception);
    Config::ConnectWithoutContext(phy + "DlSpectrumPhy/RxEndError", reception);
}

} // namespace

RadioEnergy
InstallRadioEnergy(Ptr<Node> node,
                   const RadioPower& power,
                   Ptr<energy_framework::EnergySource> source)
{
    RadioEnergy radios;
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        const auto device = node->GetDevice(i);
        if (DynamicCast<LoopbackNetDevice>(device))
        {
            continue;
        }
        if (const auto wifi = DynamicCast<WifiNetDevice>(device))
        {
            radios.models.push_back(InstallOnWifi(wifi, power, source));
            radios.largestPowerW += std::max({power.transmitW, power.receiveW, power.idleW});
            continue;
        }
        const auto wire = DynamicCast<PointToPointNetDevice>(device);
        const auto type = device->GetInstanceTypeId().GetName();
        if (!wire && type != "ns3::LteUeNetDevice")
        {
            throw std::invalid_argument("DeviceEnergyHelper: node " +
                                        std::to_string(node->GetId()) + ": what a device of " +
                                        type + " draws is not known");
        }
        auto model = CreateObject<RadioEnergyModel>();
        model->SetAttribute("TransmitPower", DoubleValue(power.transmitW));
        model->SetAttribute("ReceivePower", DoubleValue(power.receiveW));
        model->SetAttribute("IdlePower", DoubleValue(power.idleW));
        source->AppendDeviceEnergyModel(model);
        model->SetEnergySource(source);
        wire ? FollowWire(wire, model) : FollowLte(node, i, model);
        radios.models.push_back(model);
        radios.largestPowerW += model->GetLargestPowerW();
    }
    return radios;
}

void
StopRadioEnergy(Ptr<energy_framework::DeviceEnergyModel> model)
{
    if (DynamicCast<WifiRadioEnergyModel>(model))
    {
        model->ChangeState(static_cast<int>(WifiPhyState::OFF));
    }
}

} // namespace surgery
} // namespace ns3
