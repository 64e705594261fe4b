/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_DEVICE_ENERGY_HELPER_H
#define SURGERY_DEVICE_ENERGY_HELPER_H

#include "ns3/application-container.h"
#include "ns3/dnn-processor.h"
#include "ns3/ptr.h"
#include "ns3/surgery-energy.h"

#include <memory>
#include <optional>

namespace ns3
{
namespace surgery
{

class InferenceClient;
class ProfileLibrary;

/**
 * @ingroup dnn-surgery
 *
 * Gives devices a battery, in ns-3's energy framework.
 *
 * The battery is a BasicEnergySource on the client's node. A ProcessorEnergyModel draws from it,
 * and for each network device an energy model of its own: ns-3's WifiRadioEnergyModel, or a
 * RadioEnergyModel for wires and LTE. An EnergyMeter on the node reads it
 * (node->GetObject<EnergyMeter>()).
 *
 * When the battery is empty, the device ends: its inferences are dropped for the reason "battery
 * empty", it makes no further request, and it takes leave of its server. That costs nothing.
 *
 * Call it after the network and the clients are installed, before the simulation runs.
 *
 * @code
 * DeviceEnergyHelper batteries(20e3); // J
 * batteries.SetRadioPower({1.3, 0.9, 0.8});
 * batteries.Install(clients);
 * @endcode
 */
class DeviceEnergyHelper
{
  public:
    /**
     * @param capacityJ what each battery holds in the beginning, J, > 0 and at most 1e12
     * @throws std::invalid_argument if it is out of this range
     */
    explicit DeviceEnergyHelper(double capacityJ);

    /**
     * Set what each network device draws, in place of the clients' attributes TransmitPower,
     * ReceivePower and RadioIdlePower, which are set to it.
     *
     * @param power W, each 0..1e6
     * @throws std::invalid_argument if one is out of this range
     */
    void SetRadioPower(const RadioPower& power);

    /**
     * Set what the devices draw without their radios, instead of what the profiles of their
     * processors tell.
     *
     * @param busyW while a processor runs layers, W, idleW..1e6
     * @param idleW while it does not, W, 0..1e6
     * @throws std::invalid_argument if one is out of its range
     */
    void SetProcessorPower(double busyW, double idleW);

    /**
     * Give each client's node a battery.
     *
     * @param clients InferenceClients that have not started; other applications are passed over
     * @throws std::invalid_argument if a node has a battery already, the simulation runs, the
     *         profile of its processor does not tell what it draws, or it has a network device
     *         of an unknown kind
     */
    void Install(const ApplicationContainer& clients) const;

  private:
    /// Give a client's node a battery. @param client the client
    void InstallOn(Ptr<InferenceClient> client) const;
    /// @param client some client @return what its node draws without its radio
    /// @throws std::invalid_argument if that is not known
    ProcessorPower GetProcessorPower(Ptr<InferenceClient> client) const;

    double m_capacityJ;                        ///< of each battery
    std::optional<RadioPower> m_radio;         ///< nothing: as the clients' attributes tell
    std::optional<ProcessorPower> m_processor; ///< nothing: as the profiles tell
    std::shared_ptr<ProfileLibrary> m_library; ///< profiles
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_DEVICE_ENERGY_HELPER_H
