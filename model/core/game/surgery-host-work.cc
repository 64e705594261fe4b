/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-host-work.h"

namespace ns3
{
namespace surgery
{

double
GetHostSeconds(const HostWork& work, uint64_t bytes)
{
    return work.messageS + work.byteS * static_cast<double>(bytes);
}

void
AddHostWork(Link& link, const HostWork& device, const HostWork& server)
{
    for (const auto& end : {device, server})
    {
        link.hostS += 2 * end.messageS; // of the tensors and of the result
        link.hostByteS += end.byteS;
    }
}

} // namespace surgery
} // namespace ns3
