/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_POWER_MODEL_H
#define SURGERY_POWER_MODEL_H

#include "ns3/callback.h"
#include "ns3/device-energy-model.h"
#include "ns3/energy-source.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-compat.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A part of a device that draws a constant power in each of its states: energy is power x time.
 *
 * It draws from one energy source of ns-3, at the power over the source's voltage. Once the source
 * is empty it draws nothing, for good.
 */
class PowerModel : public energy_framework::DeviceEnergyModel
{
  public:
    /**
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PowerModel();
    ~PowerModel() override;

    /**
     * Tell what to draw from. The source has to be told of this model, too
     * (EnergySource::AppendDeviceEnergyModel).
     *
     * @param source the energy source
     */
    void SetEnergySource(Ptr<energy_framework::EnergySource> source) override;

    /**
     * @return what it has drawn so far, J
     */
    double GetTotalEnergyConsumption() const override;

    /**
     * @param newState the state, as the subclass numbers them
     */
    void ChangeState(int newState) override;

    /**
     * @return the state, as the subclass numbers them; 0 in the beginning
     */
    int GetState() const;

    /**
     * @param state as the subclass numbers them
     * @return what the part draws in it, W
     */
    virtual double GetPowerW(int state) const = 0;

    /**
     * @return the most that it ever draws, W
     */
    virtual double GetLargestPowerW() const = 0;

    /**
     * @param empty called once, when the source is empty. The source is in the middle of an update
     *        then.
     */
    void SetEmptyCallback(Callback<void> empty);

    /// The source is empty: draw nothing from now on.
    void HandleEnergyDepletion() override;

    /// The source was filled again: what has stopped does not begin again.
    void HandleEnergyRecharged() override;

    /// The source holds less than before: of no consequence.
    void HandleEnergyChanged() override;

  protected:
    /// Forget the source.
    void DoDispose() override;

    /**
     * @return what was drawn since the last call of Account, J
     */
    double GetUnaccountedJ() const;

    /**
     * Called at least at each change of the state.
     *
     * @param energyJ what was drawn since the call before, in one state, J
     */
    virtual void Account(double energyJ);

  private:
    /// Add what was drawn since m_since.
    void Settle();
    /// @return the current, A
    double DoGetCurrentA() const override;

    Ptr<energy_framework::EnergySource> m_source; ///< null: draws nothing
    Callback<void> m_empty;                       ///< may be null
    int m_state{0};                               ///< as the subclass numbers them
    bool m_isEmpty{false};                        ///< whether the source is
    Time m_since;                                 ///< until when m_totalJ counts
    double m_totalJ{0};                           ///< drawn so far
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_POWER_MODEL_H
