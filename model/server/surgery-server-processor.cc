/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-processor.h"

#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/surgery-background-job.h"
#include "ns3/surgery-decision-process.h"
#include "ns3/surgery-fixed-attribute.h"
#include "ns3/surgery-own-object.h"
#include "ns3/surgery-type-names.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServerProcessor");

NS_OBJECT_ENSURE_REGISTERED(ServerProcessor);

namespace
{

/// @return the kinds of processors by their short names
const TypeNames&
GetFamily()
{
    static const TypeNames family(ServerProcessor::GetTypeId(), "Processor", "server processor");
    return family;
}

} // namespace

TypeId
ServerProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ServerProcessor")
            .SetParent<Object>()
            .SetGroupName("DnnSurgery")
            .AddAttribute(
                "Background",
                "A job of somebody else that shares the processor, so that everything "
                "is slower, such as ns3::surgery::BackgroundJob; null: none.",
                PointerValue(),
                MakeFixedAttributeAccessor(&ServerProcessor::IsStarted,
                                           MakeOwnObjectAccessor(&ServerProcessor::m_background)),
                MakeOptionalObjectChecker<BackgroundJob>())
            .AddTraceSource("JobBatched",
                            "A job was done that might run in a batch. Processors that make none "
                            "do not tell this.",
                            MakeTraceSourceAccessor(&ServerProcessor::m_batchedTrace),
                            "ns3::surgery::ServerProcessor::BatchedJobTracedCallback");
    return tid;
}

std::vector<std::string>
ServerProcessor::GetNames()
{
    return GetFamily().GetNames();
}

Ptr<ServerProcessor>
ServerProcessor::Create(const std::string& name)
{
    return DynamicCast<ServerProcessor>(GetFamily().Create(name));
}

ServerProcessor::ServerProcessor()
{
    NS_LOG_FUNCTION(this);
}

ServerProcessor::~ServerProcessor()
{
    NS_LOG_FUNCTION(this);
}

void
ServerProcessor::DoDispose()
{
    NS_LOG_FUNCTION(this);
    if (m_background)
    {
        m_background->Dispose();
        m_background = nullptr;
    }
    Object::DoDispose();
}

bool
ServerProcessor::ReservesShares() const
{
    return true;
}

std::string
ServerProcessor::FindConflict(const DecisionProcess& scheduler) const
{
    if (ReservesShares() || !scheduler.NeedsShares())
    {
        return "";
    }
    return GetInstanceTypeId().GetName() + " reserves no shares, which " +
           scheduler.GetInstanceTypeId().GetName() +
           " needs: use server-only, best-effort or local-only";
}

bool
ServerProcessor::MakesBatches() const
{
    return false;
}

void
ServerProcessor::SetServer(uint32_t server)
{
    NS_LOG_FUNCTION(this << server);
    m_server = server;
}

bool
ServerProcessor::IsStarted() const
{
    return m_isStarted;
}

void
ServerProcessor::Start()
{
    NS_LOG_FUNCTION(this);
    m_isStarted = true;
    if (m_background)
    {
        m_background->Start(MakeCallback(&ServerProcessor::HandleBackground, this));
    }
}

void
ServerProcessor::Stop()
{
    NS_LOG_FUNCTION(this);
    m_isStarted = false;
    if (m_background)
    {
        m_background->Stop();
    }
}

int64_t
ServerProcessor::AssignStreams(int64_t stream)
{
    return m_background ? m_background->AssignStreams(stream) : 0;
}

uint32_t
ServerProcessor::CountSharers() const
{
    return GetSharers(m_background);
}

void
ServerProcessor::TraceBatchedJob(BatchedJobRecord record)
{
    record.server = m_server;
    m_batchedTrace(record);
}

void
ServerProcessor::HandleBackground()
{
}

} // namespace surgery
} // namespace ns3
