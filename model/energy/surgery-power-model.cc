/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-power-model.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("PowerModel");

NS_OBJECT_ENSURE_REGISTERED(PowerModel);

TypeId
PowerModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::surgery::PowerModel")
                            .SetParent<energy_framework::DeviceEnergyModel>()
                            .SetGroupName("DnnSurgery");
    return tid;
}

PowerModel::PowerModel()
{
    NS_LOG_FUNCTION(this);
}

PowerModel::~PowerModel()
{
    NS_LOG_FUNCTION(this);
}

void
PowerModel::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_source = nullptr;
    m_empty = Callback<void>();
    DeviceEnergyModel::DoDispose();
}

void
PowerModel::SetEnergySource(Ptr<energy_framework::EnergySource> source)
{
    NS_LOG_FUNCTION(this << source);
    m_source = source;
    m_since = Simulator::Now();
}

void
PowerModel::SetEmptyCallback(Callback<void> empty)
{
    m_empty = empty;
}

double
PowerModel::GetTotalEnergyConsumption() const
{
    return m_totalJ + GetUnaccountedJ();
}

double
PowerModel::GetUnaccountedJ() const
{
    const auto elapsedS = (Simulator::Now() - m_since).GetSeconds();
    return m_source && !m_isEmpty ? GetPowerW(m_state) * elapsedS : 0;
}

void
PowerModel::ChangeState(int newState)
{
    NS_LOG_FUNCTION(this << newState);
    Settle();
    if (m_source)
    {
        m_source->UpdateEnergySource(); // at the current of the old state
    }
    m_state = newState;
}

int
PowerModel::GetState() const
{
    return m_state;
}

void
PowerModel::Settle()
{
    const auto drawnJ = GetUnaccountedJ();
    m_totalJ += drawnJ;
    m_since = Simulator::Now();
    Account(drawnJ);
}

void
PowerModel::Account(double energyJ)
{
    NS_LOG_FUNCTION(this << energyJ);
}

void
PowerModel::HandleEnergyDepletion()
{
    NS_LOG_FUNCTION(this);
    Settle();
    const auto wasEmpty = m_isEmpty;
    m_isEmpty = true;
    if (!wasEmpty && !m_empty.IsNull())
    {
        m_empty();
    }
}

void
PowerModel::HandleEnergyRecharged()
{
    NS_LOG_FUNCTION(this);
}

void
PowerModel::HandleEnergyChanged()
{
    NS_LOG_FUNCTION(this);
}

double
PowerModel::DoGetCurrentA() const
{
    return m_source && !m_isEmpty ? GetPowerW(m_state) / m_source->GetSupplyVoltage() : 0;
}

} // namespace surgery
} // namespace ns3
