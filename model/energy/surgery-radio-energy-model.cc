/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-radio-energy-model.h"

#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("RadioEnergyModel");

NS_OBJECT_ENSURE_REGISTERED(RadioEnergyModel);

TypeId
RadioEnergyModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::RadioEnergyModel")
                            .SetParent<PowerModel>()
                            .SetGroupName("DnnSurgery")
                            .AddConstructor<RadioEnergyModel>()
                            .AddAttribute("TransmitPower",
                                          "What the radio draws while it sends, in W.",
                                          DoubleValue(0),
                                          MakeDoubleAccessor(&RadioEnergyModel::m_transmitW),
                                          MakeDoubleChecker<double>(0, 1e6))
                            .AddAttribute("ReceivePower",
                                          "What the radio draws while it receives, in W.",
                                          DoubleValue(0),
                                          MakeDoubleAccessor(&RadioEnergyModel::m_receiveW),
                                          MakeDoubleChecker<double>(0, 1e6))
                            .AddAttribute("IdlePower",
                                          "What the radio draws while it does neither, in W.",
                                          DoubleValue(0),
                                          MakeDoubleAccessor(&RadioEnergyModel::m_idleW),
                                          MakeDoubleChecker<double>(0, 1e6));
    return tid;
}

RadioEnergyModel::RadioEnergyModel()
{
    NS_LOG_FUNCTION(this);
}

RadioEnergyModel::~RadioEnergyModel()
{
    NS_LOG_FUNCTION(this);
}

void
RadioEnergyModel::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_end.Cancel();
    PowerModel::DoDispose();
}

void
RadioEnergyModel::SetTransmitting(bool isOn)
{
    SetBit(TRANSMITTING, isOn);
}

void
RadioEnergyModel::SetReceiving(bool isOn)
{
    SetBit(RECEIVING, isOn);
}

void
RadioEnergyModel::ReceiveFor(Time duration)
{
    m_end.Cancel();
    SetBit(RECEIVING, true);
    m_end = Simulator::Schedule(duration, &RadioEnergyModel::SetReceiving, this, false);
}

void
RadioEnergyModel::SetBit(State bit, bool isOn)
{
    const auto state = isOn ? GetState() | bit : GetState() & ~bit;
    if (state != GetState())
    {
        ChangeState(state);
    }
}

double
RadioEnergyModel::GetPowerW(int state) const
{
    switch (state)
    {
    case IDLE:
        return m_idleW;
    case TRANSMITTING:
        return m_transmitW;
    case RECEIVING:
        return m_receiveW;
    default:
        return std::max({m_transmitW, m_receiveW, m_transmitW + m_receiveW - m_idleW});
    }
}

double
RadioEnergyModel::GetLargestPowerW() const
{
    return std::max(m_idleW, GetPowerW(TRANSMITTING | RECEIVING));
}

} // namespace surgery
} // namespace ns3
