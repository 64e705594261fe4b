/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_PROCESSOR_ENERGY_MODEL_H
#define SURGERY_PROCESSOR_ENERGY_MODEL_H

#include "ns3/surgery-power-model.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device draws without its radio: one power while its processor runs layers, another one
 * while it does not. State 0 is idle, every other state busy.
 */
class ProcessorEnergyModel : public PowerModel
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ProcessorEnergyModel();
    ~ProcessorEnergyModel() override;

    /**
     * @return what it has drawn while busy, J
     */
    double GetBusyEnergyJ() const;

    /**
     * @return what it has drawn while idle, J
     */
    double GetIdleEnergyJ() const;

    double GetPowerW(int state) const override;
    double GetLargestPowerW() const override;

  private:
    void Account(double energyJ) override;

    double m_busyW{0}; ///< attribute
    double m_idleW{0}; ///< attribute
    double m_busyJ{0}; ///< drawn while busy, until the last change
    double m_idleJ{0}; ///< drawn while idle, until the last change
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_PROCESSOR_ENERGY_MODEL_H
