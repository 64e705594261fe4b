/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "shared-processor.h"

#include "ns3/log.h"

#include <stdexcept>
#include <string>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SharedProcessor");

NS_OBJECT_ENSURE_REGISTERED(SharedProcessor);

TypeId
SharedProcessor::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::SharedProcessor")
                            .SetParent<ServerProcessor>()
                            .SetGroupName("DnnSurgery")
                            .AddTraceSource("ShareChanged",
                                            "A device's share in effect changed.",
                                            MakeTraceSourceAccessor(&SharedProcessor::m_shareTrace),
                                            "ns3::surgery::SharedProcessor::ShareTracedCallback");
    return tid;
}

SharedProcessor::SharedProcessor()
    : m_shares([this](uint32_t device) { return GetQueued(device) > 0; },
               [this](uint32_t device, double oldShare, double newShare) {
                   HandleShare(device);
                   m_shareTrace(device, oldShare, newShare);
               })
{
    NS_LOG_FUNCTION(this);
}

SharedProcessor::~SharedProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
SharedProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_shares.Clear();
    ServerProcessor::DoDispose();
}

void
SharedProcessor::SetShare(uint32_t device, double share)
{
    NS_LOG_FUNCTION(this << device << share);
    m_shares.Set(device, share);
}

double
SharedProcessor::GetShare(uint32_t device) const
{
    return m_shares.Get(device);
}

void
SharedProcessor::SetHold(uint32_t device, bool hold)
{
    NS_LOG_FUNCTION(this << device << hold);
    m_shares.SetHold(device, hold);
}

double
SharedProcessor::GetLoad() const
{
    return m_shares.GetLoad();
}

void
SharedProcessor::CheckWork(const ServerJob& job)
{
    if (job.work.IsStrictlyNegative())
    {
        throw std::invalid_argument("work of inference " + std::to_string(job.inference) +
                                    ": must be >= 0 s");
    }
}

void
SharedProcessor::HandleIdle(uint32_t device)
{
    m_shares.HandleIdle(device);
}

void
SharedProcessor::RemoveShare(uint32_t device)
{
    m_shares.Remove(device);
}

} // namespace surgery
} // namespace ns3
