/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-server-processor.h"

namespace ns3
{
namespace surgery
{

NS_OBJECT_ENSURE_REGISTERED(ServerProcessor);

TypeId
ServerProcessor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ServerProcessor").SetParent<Object>().SetGroupName("DnnSurgery");
    return tid;
}

void
ServerProcessor::Start()
{
}

void
ServerProcessor::Stop()
{
}

int64_t
ServerProcessor::AssignStreams(int64_t /* stream */)
{
    return 0;
}

} // namespace surgery
} // namespace ns3
