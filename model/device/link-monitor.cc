/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "link-monitor.h"

#include "ns3/simulator.h"
#include "ns3/surgery-link-estimator.h"
#include "ns3/surgery-link-prober.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace surgery
{

LinkMonitor::LinkMonitor(Ptr<LinkEstimator> uplink,
                         Ptr<LinkEstimator> downlink,
                         Ptr<LinkProber> prober)
    : m_uplink(uplink),
      m_downlink(downlink),
      m_prober(prober)
{
}

void
LinkMonitor::SetProbes(uint32_t device,
                       uint64_t replyBytes,
                       SendCallback send,
                       WindowCallback window)
{
    m_device = device;
    m_replyBytes = replyBytes;
    m_send = send;
    m_window = window;
    m_prober->SetCallbacks(MakeCallback(&LinkMonitor::SendProbe, this),
                           MakeCallback(&LinkMonitor::GetRoom, this),
                           m_uplink,
                           m_downlink);
}

void
LinkMonitor::Start()
{
    m_prober->Start();
}

void
LinkMonitor::Stop()
{
    m_prober->Stop();
}

Link
LinkMonitor::GetLink() const
{
    return {m_uplink->GetRateBps(),
            m_downlink->GetRateBps(),
            m_uplink->GetDelay().GetSeconds(),
            m_downlink->GetDelay().GetSeconds()};
}

Link
LinkMonitor::Report()
{
    const auto link = GetLink();
    m_reportedBps = link.uplinkBps;
    return link;
}

bool
LinkMonitor::IsMeasured() const
{
    return m_transfers >= 2;
}

bool
LinkMonitor::IsNews(double change) const
{
    const auto rate = m_uplink->GetRateBps();
    return std::max(rate, m_reportedBps) > (1 + change) * std::min(rate, m_reportedBps);
}

void
LinkMonitor::HandleGrant(const Grant& grant, uint64_t bytes, Time delay)
{
    if (bytes > 0)
    {
        m_downlink->AddSample(bytes, delay);
    }
    if (grant.stateDelayNs >= 0)
    {
        m_uplink->AddSample(grant.stateBytes, NanoSeconds(grant.stateDelayNs));
    }
}

void
LinkMonitor::HandleUpload()
{
    m_prober->Postpone();
}

void
LinkMonitor::HandleResult(const Result& result, uint64_t bytes, Time upHost, Time downHost)
{
    m_prober->EndTrials();
    HandleTransfers(result.uplinkMessageBytes,
                    NanoSeconds(result.uplinkNs) + upHost,
                    bytes,
                    Simulator::Now() - NanoSeconds(result.sentNs) + downHost);
}

void
LinkMonitor::HandleReply(const ProbeReply& reply, uint64_t bytes)
{
    m_prober->HandleReply();
    HandleTransfers(reply.uplinkMessageBytes,
                    NanoSeconds(reply.uplinkNs),
                    bytes,
                    Simulator::Now() - NanoSeconds(reply.sentNs));
}

void
LinkMonitor::HandleTransfers(uint64_t upBytes, Time up, uint64_t downBytes, Time down)
{
    m_wasHeldUp = upBytes == 0 || downBytes == 0;
    if (!m_wasHeldUp)
    {
        m_uplink->AddSample(upBytes, up);
        m_downlink->AddSample(downBytes, down);
        ++m_transfers;
    }
    m_prober->Postpone();
}

void
LinkMonitor::ProbeIfInDoubt()
{
    if (std::exchange(m_wasHeldUp, false))
    {
        m_prober->ProbeNow(); // is the next one held up as well?
    }
    m_prober->ProbeIfInDoubt();
}

bool
LinkMonitor::SendProbe(uint32_t bytes)
{
    Probe probe;
    probe.deviceId = m_device;
    probe.number = m_lastProbe + 1;
    probe.replyBytes = static_cast<uint32_t>(std::min<uint64_t>(m_replyBytes, bytes));
    const auto isSent = m_send(SurgeryHeader(probe, bytes));
    m_lastProbe += isSent ? 1 : 0;
    return isSent;
}

uint32_t
LinkMonitor::GetRoom() const
{
    const auto window = m_window();
    return window - std::min(window, SurgeryHeader(Probe(), 1).GetSerializedSize());
}

} // namespace surgery
} // namespace ns3
