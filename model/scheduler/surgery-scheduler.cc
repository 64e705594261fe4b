/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-scheduler.h"

#include "ns3/log.h"
#include "ns3/surgery-type-names.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("SurgeryScheduler");

NS_OBJECT_ENSURE_REGISTERED(SurgeryScheduler);

namespace
{

/// @return the names of all schedulers
TypeNames
GetTypeNames()
{
    return {SurgeryScheduler::GetTypeId(), "Scheduler", "scheduler"};
}

} // namespace

TypeId
SurgeryScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::SurgeryScheduler").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

Ptr<SurgeryNegotiation>
SurgeryScheduler::GetNegotiation()
{
    return nullptr;
}

int64_t
SurgeryScheduler::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    return 0;
}

std::vector<std::string>
SurgeryScheduler::GetNames()
{
    return GetTypeNames().GetNames();
}

Ptr<SurgeryScheduler>
SurgeryScheduler::Create(const std::string& name)
{
    return DynamicCast<SurgeryScheduler>(GetTypeNames().Create(name));
}

} // namespace surgery
} // namespace ns3
