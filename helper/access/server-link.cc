/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "server-link.h"

#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <stdexcept>

namespace ns3
{
namespace surgery
{

ServerLink::ServerLink(Ptr<Node> gateway, Ptr<Node> server, DataRate rate, Time delay, uint16_t mtu)
{
    if (rate == DataRate(0))
    {
        throw std::invalid_argument("AccessNetwork: BackhaulRate: must be > 0 bit/s");
    }
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(rate));
    link.SetDeviceAttribute("Mtu", UintegerValue(mtu));
    link.SetChannelAttribute("Delay", TimeValue(delay));
    m_ends = link.Install(gateway, server);
    for (uint32_t end = 0; end < m_ends.GetN(); ++end)
    {
        auto loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(1);
        loss->Disable();
        m_ends.Get(end)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
        m_loss.push_back(loss);
    }
}

const NetDeviceContainer&
ServerLink::GetEnds() const
{
    return m_ends;
}

void
ServerLink::Cut(bool isCut)
{
    for (const auto& loss : m_loss)
    {
        isCut ? loss->Enable() : loss->Disable();
    }
}

int64_t
ServerLink::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const auto& loss : m_loss)
    {
        used += loss->AssignStreams(stream + used);
    }
    return used;
}

} // namespace surgery
} // namespace ns3
