/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "equal-share-scheduler.h"

#include "ns3/boolean.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(EqualShareScheduler);

TypeId
EqualShareScheduler::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::EqualShareScheduler")
            .SetParent<SurgeryScheduler>()
            .SetGroupName("DnnSurgery")
            .AddAttribute("AmongOffloading",
                          "Whether the server is divided among the devices that offload (1/n, the "
                          "smallest n such that at most n devices offload at 1/n) instead of "
                          "among all devices (1/N).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&EqualShareScheduler::m_amongOffloading),
                          MakeBooleanChecker());
    return tid;
}

EqualShares
EqualShareScheduler::GetEqualShares() const
{
    return m_amongOffloading ? EqualShares::AMONG_OFFLOADING : EqualShares::AMONG_ALL;
}

} // namespace surgery
} // namespace ns3
