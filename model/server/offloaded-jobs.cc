/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "offloaded-jobs.h"

#include "client-connections.h"
#include "served-device.h"

#include "ns3/dnn-cut.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("OffloadedJobs");

OffloadedJobs::OffloadedJobs(const std::map<uint32_t, std::unique_ptr<ServedDevice>>& devices,
                             Ptr<ServerProcessor> processor,
                             Ptr<ClientConnections> connections,
                             const HostWork& hostWork)
    : m_devices(devices),
      m_processor(processor),
      m_connections(connections),
      m_hostWork(hostWork)
{
}

std::string
OffloadedJobs::HandleActivation(uint32_t id,
                                const Activation& activation,
                                uint64_t payloadBytes,
                                uint64_t sampleBytes)
{
    NS_LOG_FUNCTION(this << id << activation.inference << payloadBytes);
    auto& device = *m_devices.at(id);
    const auto* costs = device.FindCosts(activation.variant);
    const auto isFit = device.GetOptions()
                           ? costs && IsCut(costs->GetDnn(), activation.deviceLayers)
                           : activation.deviceLayers.empty(); // the device tells the work
    if (!isFit)
    {
        return "an activation whose cut does not fit the DNN";
    }
    const auto uplink = device.MeasureUplink(activation.sentNs);
    if (const auto* known = device.FindJob(activation.inference))
    {
        if (ServedDevice::IsSent(*known))
        {
            m_connections->Send(id, ConnectionRole::DATA, device.MakeResult(*known));
        }
        return "";
    }
    const auto unpacking = BoundTime(GetHostSeconds(m_hostWork, payloadBytes));
    const auto job = device.AddJob(activation, sampleBytes, uplink, unpacking);
    if (unpacking.IsZero())
    {
        Submit(job);
    }
    else
    {
        device.SetHostWork(job.inference,
                           Simulator::Schedule(unpacking, &OffloadedJobs::Submit, this, job));
    }
    return "";
}

void
OffloadedJobs::Cancel(uint32_t id, uint64_t inference)
{
    NS_LOG_FUNCTION(this << id << inference);
    m_processor->Cancel(id, inference);
    m_devices.at(id)->CancelJob(inference);
}

void
OffloadedJobs::Submit(const ServerJob& job)
{
    m_processor->Submit(job, MakeCallback(&OffloadedJobs::HandleDone, this));
}

void
OffloadedJobs::HandleDone(const ServerJob& job, Time start, Time end)
{
    NS_LOG_FUNCTION(this << job.device << job.inference);
    auto& device = *m_devices.at(job.device);
    const auto header = device.MakeResult(device.FinishJob(job.inference, start, end));
    const auto packing = BoundTime(GetHostSeconds(m_hostWork, header.GetPayloadBytes()));
    if (packing.IsZero())
    {
        SendResult(job.device, header);
        return;
    }
    device.SetHostWork(
        job.inference,
        Simulator::Schedule(packing, &OffloadedJobs::SendResult, this, job.device, header));
}

void
OffloadedJobs::SendResult(uint32_t id, const SurgeryHeader& header)
{
    m_connections->Send(id, ConnectionRole::DATA, header);
    m_devices.at(id)->ForgetOldJobs();
}

} // namespace surgery
} // namespace ns3
