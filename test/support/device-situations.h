/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEVICE_SITUATIONS_H
#define DEVICE_SITUATIONS_H

#include "listen.h"
#include "model/device/device-processor.h"
#include "situation.h"
#include "text-file.h"

#include "ns3/address.h"
#include "ns3/energy-source-container.h"
#include "ns3/pointer.h"
#include "ns3/surgery-device-energy-helper.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-processor-energy-model.h"
#include "ns3/surgery-radio-energy-model.h"

#include <string>
#include <type_traits>
#include <vector>

/**
 * @ingroup dnn-surgery-tests
 * @{
 */

/// Note when a device's processor gets busy or free. The processor is passed by the program.
inline void
PassDeviceProcessor(World& world)
{
    using namespace ns3;
    auto processor = CreateObject<surgery::DeviceProcessor>();
    Listen(processor, "Busy", [&world](bool, bool) {
        world.report += std::to_string(Simulator::Now().GetTimeStep()) + ' ';
    });
    world.clients.Get(0)->SetAttribute("DeviceProcessor", PointerValue(processor));
}

/// Point the first client to an address without a server.
inline void
SeekServerElsewhere(World& world)
{
    world.clients.Get(0)->SetAttribute("Remote",
                                       ns3::AddressValue(world.network->GetServerAddress(4601)));
}

/// Give the first device a battery.
inline void
InstallBattery(World& world)
{
    ns3::surgery::DeviceEnergyHelper batteries(1000);
    batteries.SetProcessorPower(5, 1);
    batteries.SetRadioPower({2, 1, 0.5});
    batteries.Install(ns3::ApplicationContainer(world.clients.Get(0)));
}

/// Change an attribute of what draws from the first device's battery, or reads it.
/// @tparam Owner its class
/// @param name of the attribute @param value of it @return what changes it
template <typename Owner>
Change
SetOfBattery(const std::string& name, const std::string& value)
{
    return [name, value](World& world) {
        const auto node = world.mobiles.Get(0);
        const auto meter = node->GetObject<ns3::surgery::EnergyMeter>();
        if constexpr (std::is_same_v<Owner, ns3::surgery::EnergyMeter>)
        {
            meter->SetAttribute(name, ns3::StringValue(value));
            return;
        }
        const auto models = node->GetObject<ns3::surgery::energy_framework::EnergySourceContainer>()
                                ->Get(0)
                                ->FindDeviceEnergyModels(Owner::GetTypeId());
        models.Get(0)->SetAttribute(name, ns3::StringValue(value));
    };
}

/// Let the first client make three requests.
inline void
RecordRequests(World& world)
{
    static const TextFile file("0.5\n1\n1.2\n");
    world.clients.Get(0)->SetAttribute("RequestTimes", ns3::StringValue(file.GetPath()));
}

/// The attributes of the room device.
inline std::vector<Situation>
GetDeviceSituations()
{
    const std::string local = "ns3::surgery::LocalOnlyScheduler";
    const std::string all = "ns3::surgery::ServerOnlyScheduler";
    const std::string wire = "ns3::ConstantRandomVariable[Constant=1]";
    const std::string often = "ns3::ConstantRandomVariable[Constant=0.02]";
    const std::string oracle = "ns3::surgery::OracleLinkEstimator[Rate=1Mbps]";
    return {
        {"ClosedLoop",
         "wired",
         3,
         2,
         {},
         {{"InferenceClient::Remote", "", &SeekServerElsewhere},
          {"InferenceClient::Dnn", "alexnet"},
          {"InferenceClient::Processor", "jetson-nano"},
          {"InferenceClient::InputBytes", "150528"},
          {"InferenceClient::ActivationBits", "8"},
          {"InferenceClient::UsagePrice", "1s"},
          {"InferenceClient::OpenLoop", "true"},
          {"InferenceClient::ThinkTime", "ns3::ConstantRandomVariable[Constant=0.1]"},
          {"InferenceClient::MaxRequests", "3"},
          {"InferenceClient::RequestTimes", "", &RecordRequests},
          {"InferenceClient::RequestTimeout", "50ms"},
          {"InferenceClient::UplinkEstimator", oracle},
          {"InferenceClient::DownlinkEstimator", oracle},
          {"InferenceClient::ReportChange", "1000"},
          {"InferenceClient::Mode", "decentralized"},
          {"InferenceClient::Connection", "ns3::surgery::ServerConnection[SegmentSize=700]"},
          {"InferenceClient::DeviceProcessor", "", &PassDeviceProcessor},
          {"ServerConnection::SegmentSize", "700"},
          {"ServerConnection::SendBuffer", "20000"},
          {"ServerConnection::ReceiveBuffer", "2000"}}},
        {"HostWork",
         "wired",
         4,
         2,
         {{"MecServer::Scheduler", all}, {"InferenceClient::HostTime", "20ms"}},
         {{"InferenceClient::HostTime", "10ms"},
          {"InferenceClient::HostTimePerByte", "100"},
          {"InferenceClient::MeasureHostWork", "true"},
          {"MecServer::HostTime", "10ms"},
          {"MecServer::HostTimePerByte", "100"}}},
        {"Battery",
         "wired",
         3,
         2,
         {{"MecServer::Scheduler", all}},
         {{"ProcessorEnergyModel::BusyPower",
           "",
           SetOfBattery<ns3::surgery::ProcessorEnergyModel>("BusyPower", "6")},
          {"ProcessorEnergyModel::IdlePower",
           "",
           SetOfBattery<ns3::surgery::ProcessorEnergyModel>("IdlePower", "2")},
          {"RadioEnergyModel::TransmitPower",
           "",
           SetOfBattery<ns3::surgery::RadioEnergyModel>("TransmitPower", "3")},
          {"RadioEnergyModel::ReceivePower",
           "",
           SetOfBattery<ns3::surgery::RadioEnergyModel>("ReceivePower", "3")},
          {"RadioEnergyModel::IdlePower",
           "",
           SetOfBattery<ns3::surgery::RadioEnergyModel>("IdlePower", "1")},
          {"EnergyMeter::SampleInterval",
           "",
           SetOfBattery<ns3::surgery::EnergyMeter>("SampleInterval", "500ms")}},
         &InstallBattery},
        {"Timestamps",
         "wired",
         3,
         2,
         {{"ClientConnections::Timestamps", "true"}},
         {{"ServerConnection::Timestamps", "true"}}},
        {"BusyDevice",
         "wired",
         3,
         2,
         {{"MecServer::Scheduler", local}},
         {{"DeviceProcessor::Background", "ns3::surgery::BackgroundJob"}}},
        {"BusyDeviceAtTimes",
         "wired",
         3,
         2,
         {{"MecServer::Scheduler", local},
          {"DeviceProcessor::Background", "ns3::surgery::BackgroundJob"},
          {"BackgroundJob::Off", "ns3::ConstantRandomVariable[Constant=0.2]"}},
         {{"BackgroundJob::On", "ns3::ConstantRandomVariable[Constant=0]"},
          {"BackgroundJob::Off", "ns3::ConstantRandomVariable[Constant=0.5]"}}},
        {"Variants",
         "wired",
         3,
         2,
         {{"InferenceClient::Variants", "resnet18"}},
         {{"InferenceClient::Variants", "resnet18,squeezenet"},
          {"InferenceClient::InputEncodings", "50000:1"},
          {"InferenceClient::AccuracyFloor", "72"},
          {"InferenceClient::AccuracyPrice", "0.01"}}},
        {"EnergyPrice",
         "wired",
         3,
         2,
         {{"InferenceClient::EnergyPrice", "0.1"},
          {"InferenceClient::TransmitPower", "2"},
          {"InferenceClient::ReceivePower", "2"}},
         {{"InferenceClient::EnergyPrice", "0.2"},
          {"InferenceClient::TransmitPower", "3"},
          {"InferenceClient::ReceivePower", "3"},
          {"InferenceClient::RadioIdlePower", "1"},
          {"InferenceClient::WeighIdlePower", "false"}}},
        {"Deadline",
         "wired",
         3,
         2,
         {{"InferenceClient::Deadline", "100ms"}},
         {{"InferenceClient::Deadline", "200ms"}, {"InferenceClient::DropLate", "true"}}},
        {"OneDevice",
         "wired",
         2,
         1,
         {{"InferenceClient::InputBytes", "0"}},
         {{"InferenceClient::DeviceId", "7"}, {"InferenceClient::InputBits", "32"}}},
        {"OpenLoop",
         "wired",
         3,
         2,
         {{"InferenceClient::OpenLoop", "true"}, {"InferenceClient::Interval", often}},
         {{"InferenceClient::Interval", "ns3::ConstantRandomVariable[Constant=0.3]"},
          {"InferenceClient::MaxQueue", "1"},
          {"InferenceClient::MaxOffloads", "1"}}},
        {"SlowTimesteps",
         "wired",
         3,
         2,
         {{"MecServer::Timestep", "2s"}, {"MecServer::LeaseTime", "3s"}},
         {{"InferenceClient::FirstLease", "1s"}}},
        {"Idle",
         "wired",
         4,
         2,
         {{"MecServer::Scheduler", local}, {"LinkProber::Interval", "500ms"}},
         {{"InferenceClient::Prober", "ns3::surgery::LinkProber[Interval=0s]"},
          {"LinkProber::Interval", "1s"},
          {"LinkProber::Trials", "0"},
          {"LinkProber::Bytes", "5000"},
          {"LinkProber::Duration", "1ms"},
          {"LinkProber::Jitter", "ns3::ConstantRandomVariable[Constant=1]"}}},
        {"Decentralized",
         "wired",
         3,
         2,
         {{"MecServer::Scheduler", "ns3::surgery::DecentralizedDdsScheduler"},
          {"InferenceClient::Mode", "decentralized"}},
         {{"InferenceClient::DemandFactor", "0.5"}, {"InferenceClient::AnswersPrices", "false"}}},
        {"NetworkAway",
         "wired",
         6,
         2,
         {{"AccessNetwork::BackhaulOutages", "1050ms+3s"},
          {"ServerConnection::StallTimeout", "1s"}},
         {{"ServerConnection::StallTimeout", "300ms"},
          {"ServerConnection::ReconnectInterval", "100ms"}}},
        {"SlowWire",
         "wired",
         5,
         2,
         {{"MecServer::Scheduler", all},
          {"WiredAccessNetwork::UplinkMbps", wire},
          {"ServerConnection::StallTimeout", "200ms"}},
         {{"ServerConnection::StallBytes", "1000000"}}},
    };
}

/** @} */

#endif // DEVICE_SITUATIONS_H
