/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "testbed-run.h"

#include "../common/standstill-watch.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/surgery-background-job.h"
#include "ns3/surgery-bandwidth-trace-helper.h"
#include "ns3/surgery-device-energy-helper.h"
#include "ns3/surgery-energy-meter.h"
#include "ns3/surgery-inference-client-helper.h"
#include "ns3/surgery-inference-client.h"
#include "ns3/surgery-mec-server-helper.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/surgery-wired-access-network.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

constexpr uint16_t PORT = 4600;
const std::string DEVICE = "testbed-device";
const std::string SERVER = "testbed-server";

/// @param name of a processor all of whose layers have measured times @return its profile
std::string
DescribeProcessor(const std::string& name)
{
    return R"({"schema": "dnn-surgery/processor/1", "name": ")" + name +
           R"(", "source": "times of layers are measured ones", "flops": {"default": 1e12}, )" +
           R"("bandwidth_bytes_per_s": 1e12, "overhead_s": 0})";
}

/// @param run with a DNN @return the profile of that DNN
std::string
DescribeDnn(const TestbedRun& run)
{
    std::ostringstream text;
    text << std::setprecision(12)
         << R"({"schema": "dnn-surgery/dnn/1", "name": "testbed", "provenance": "measured",)"
         << R"( "layers": [{"name": "input", "op": "Input", "inputs": [], "flops": 0,)"
         << R"( "output_bytes": )" << run.inputBytes << R"(, "weight_bytes": 0})";
    std::string before = "input";
    for (std::size_t i = 0; i < run.layers.size(); ++i)
    {
        const auto& layer = run.layers[i];
        const auto name = "layer" + std::to_string(i + 1);
        text << R"(, {"name": ")" << name << R"(", "op": "Conv", "inputs": [")" << before
             << R"("], "flops": 1, "output_bytes": )" << layer.outputBytes
             << R"(, "weight_bytes": 0, "seconds": {")" << DEVICE << R"(": )" << layer.deviceS
             << R"(, ")" << SERVER << R"(": )" << layer.serverS << "}}";
        before = name;
    }
    text << "]}";
    return text.str();
}

/// Set an attribute, unless its text is empty.
template <typename Helper>
void
SetUnlessEmpty(Helper& helper, const std::string& name, const std::string& text)
{
    if (!text.empty())
    {
        helper.SetAttribute(name, StringValue(text));
    }
}

/// Let a helper's application have a processor of its own, beside somebody else's job.
/// @param helper it @param name of the attribute @param type of the processor @param job beside it
template <typename Helper>
void
SetProcessor(Helper& helper,
             const std::string& name,
             const std::string& type,
             const TestbedJob& job)
{
    if (!job.on.empty())
    {
        auto background = CreateObject<BackgroundJob>();
        background->SetAttribute("On", StringValue(job.on));
        background->SetAttribute("Off", StringValue(job.off));
        ObjectFactory factory;
        factory.SetTypeId("ns3::surgery::" + type);
        auto processor = factory.Create();
        processor->SetAttribute("Background", PointerValue(background));
        helper.SetAttribute(name, PointerValue(processor));
    }
}

/// Let a device draw from a battery that does not run empty, and measure how much it draws.
/// @param power what it draws, and when that is measured @param clients with the device
void
MeasurePower(const TestbedPower& power, const ApplicationContainer& clients)
{
    constexpr double CAPACITY_J = 1e9;
    DeviceEnergyHelper batteries(CAPACITY_J);
    batteries.SetProcessorPower(power.busyW, power.idleW);
    batteries.Install(clients);
    const auto meter = clients.Get(0)->GetNode()->GetObject<EnergyMeter>();
    Simulator::Schedule(power.from, [=] {
        const auto before = meter->Read();
        Simulator::Schedule(power.until - power.from, [=] {
            const auto after = meter->Read();
            const auto drawnJ = after.processorJ - before.processorJ + after.processorIdleJ -
                                before.processorIdleJ + after.radioJ - before.radioJ;
            *power.meanW = drawnJ / (power.until - power.from).GetSeconds();
        });
    });
}

} // namespace

ScratchFile::ScratchFile(const std::string& ending, const std::string& text)
{
    static int number = 0;
    const auto name =
        "dnn-surgery-" + std::to_string(getpid()) + "-" + std::to_string(++number) + ending;
    m_path = (std::filesystem::temp_directory_path() / name).string();
    std::ofstream file(m_path, std::ios::binary);
    file << text << std::flush;
    if (!file)
    {
        throw std::runtime_error(m_path + ": cannot be written");
    }
}

ScratchFile::~ScratchFile()
{
    std::error_code error;
    std::filesystem::remove(m_path, error);
}

const std::string&
ScratchFile::GetPath() const
{
    return m_path;
}

std::vector<InferenceRecord>
Simulate(const TestbedRun& run)
{
    const ScratchFile dnn("-dnn.json", DescribeDnn(run));
    const ScratchFile device("-device.json", DescribeProcessor(DEVICE));
    const ScratchFile server("-server.json", DescribeProcessor(SERVER));
    // half at each end; of the constant, half of that for each of the two messages
    const TimeValue hostTime(run.hostTime / 4);
    const DoubleValue hostTimePerByte(run.hostTimePerByte / 2);
    const auto connection = std::string("[Timestamps=") + (run.timestamps ? "true" : "false") +
                            "|SegmentSize=" + std::to_string(run.segmentSize) + "|SendBuffer=";

    NodeContainer mobile(1);
    NodeContainer serverNode(1);
    auto network = DynamicCast<WiredAccessNetwork>(AccessNetwork::Create(run.network));
    network->Install(mobile, serverNode.Get(0));
    network->AssignStreams(1);
    if (run.trace)
    {
        BandwidthTraceHelper(run.trace, run.trace).Install(network->GetLink(0));
    }

    MecServerHelper servers(network->GetListeningAddress(PORT));
    servers.SetAttribute("Processor", StringValue(server.GetPath()));
    servers.SetAttribute("Scheduler", StringValue(run.scheduler));
    SetProcessor(servers, "ServerProcessor", "ShareProcessor", run.serverJob);
    servers.SetAttribute("Connections",
                         StringValue("ns3::surgery::ClientConnections" + connection + "4194304]"));
    servers.SetAttribute("HostTime", hostTime);
    servers.SetAttribute("HostTimePerByte", hostTimePerByte);
    servers.SetAttribute("Timestep", TimeValue(run.timestep));
    // as long as any transfer takes
    servers.SetAttribute("LeaseTime", TimeValue(Seconds(60)));
    servers.SetAttribute("DeviceTimeout", TimeValue(Seconds(60)));
    const auto serverApplications = servers.Install(serverNode.Get(0));
    MecServerHelper::AssignStreams(serverApplications, 1000);
    if (!run.laterScheduler.empty())
    {
        const auto application = serverApplications.Get(0);
        Simulator::Schedule(run.duration / 2, [application, text = run.laterScheduler] {
            application->SetAttribute("Scheduler", StringValue(text));
        });
    }

    InferenceClientHelper clients(network->GetServerAddress(PORT));
    clients.SetAttribute("Dnn", StringValue(dnn.GetPath()));
    clients.SetAttribute("Processor", StringValue(device.GetPath()));
    clients.SetAttribute("InputBytes", UintegerValue(run.inputBytes));
    clients.SetAttribute("Connection",
                         StringValue("ns3::surgery::ServerConnection" + connection +
                                     std::to_string(run.sendBuffer) + "]"));
    SetProcessor(clients, "DeviceProcessor", "DeviceProcessor", run.deviceJob);
    clients.SetAttribute("HostTime", hostTime);
    clients.SetAttribute("HostTimePerByte", hostTimePerByte);
    clients.SetAttribute("MeasureHostWork", BooleanValue(run.measuresHostWork));
    SetUnlessEmpty(clients, "UplinkEstimator", run.uplinkEstimator);
    SetUnlessEmpty(clients, "RequestTimes", run.requestTimes);
    std::ostringstream pause;
    pause << "ns3::ConstantRandomVariable[Constant=" << run.pause.GetSeconds() << "]";
    clients.SetAttribute("ThinkTime", StringValue(pause.str()));
    clients.SetAttribute("MaxRequests", UintegerValue(run.requests));
    // a planner of one device has no price and no reluctance, and the wire is there for it alone
    clients.SetAttribute("UsagePrice", TimeValue(Time(0)));
    clients.SetAttribute("CutHysteresis", DoubleValue(0));
    clients.SetAttribute("Prober", StringValue("ns3::surgery::LinkProber[Interval=0s|Trials=0]"));
    clients.SetAttribute("MaxQueue", UintegerValue(1000));
    auto clientApplications = clients.Install(mobile.Get(0));
    InferenceClientHelper::AssignStreams(clientApplications, 2000);
    clientApplications.Stop(run.duration);
    if (run.power.meanW)
    {
        MeasurePower(run.power, clientApplications);
    }

    std::vector<InferenceRecord> records;
    const auto client = clientApplications.Get(0);
    client->TraceConnectWithoutContext(
        "Inference",
        Callback<void, const InferenceRecord&>([&](const InferenceRecord& record) {
            records.push_back(record);
            if (run.requests > 0 && record.id == run.requests)
            {
                Simulator::Stop();
            }
        }));
    Simulator::Stop(run.duration + Seconds(1));
    RunSimulator();
    Simulator::Destroy();
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        return a.id < b.id;
    });
    return records;
}
