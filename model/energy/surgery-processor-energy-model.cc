/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-processor-energy-model.h"

#include "ns3/double.h"
#include "ns3/log.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ProcessorEnergyModel");

NS_OBJECT_ENSURE_REGISTERED(ProcessorEnergyModel);

TypeId
ProcessorEnergyModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::surgery::ProcessorEnergyModel")
            .SetParent<PowerModel>()
            .SetGroupName("DnnSurgery")
            .AddConstructor<ProcessorEnergyModel>()
            .AddAttribute("BusyPower",
                          "What the device draws without its radio while its processor runs "
                          "layers, in W.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&ProcessorEnergyModel::m_busyW),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("IdlePower",
                          "What it draws without its radio while its processor does not, in W.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&ProcessorEnergyModel::m_idleW),
                          MakeDoubleChecker<double>(0, 1e6));
    return tid;
}

ProcessorEnergyModel::ProcessorEnergyModel()
{
    NS_LOG_FUNCTION(this);
}

ProcessorEnergyModel::~ProcessorEnergyModel()
{
    NS_LOG_FUNCTION(this);
}

double
ProcessorEnergyModel::GetBusyEnergyJ() const
{
    return GetState() != 0 ? m_busyJ + GetUnaccountedJ() : m_busyJ;
}

double
ProcessorEnergyModel::GetIdleEnergyJ() const
{
    return GetState() == 0 ? m_idleJ + GetUnaccountedJ() : m_idleJ;
}

double
ProcessorEnergyModel::GetPowerW(int state) const
{
    return state != 0 ? m_busyW : m_idleW;
}

double
ProcessorEnergyModel::GetLargestPowerW() const
{
    return std::max(m_busyW, m_idleW);
}

void
ProcessorEnergyModel::Account(double energyJ)
{
    (GetState() != 0 ? m_busyJ : m_idleJ) += energyJ;
}

} // namespace surgery
} // namespace ns3
