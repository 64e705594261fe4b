/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RADIO_ENERGY_H
#define RADIO_ENERGY_H

#include "ns3/device-energy-model.h"
#include "ns3/energy-source.h"
#include "ns3/ptr.h"
#include "ns3/surgery-compat.h"
#include "ns3/surgery-energy.h"

#include <vector>

namespace ns3
{

class Node;

namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The energy models of a node's network devices.
 */
struct RadioEnergy
{
    std::vector<Ptr<energy_framework::DeviceEnergyModel>> models; ///< one per network device
    double largestPowerW{0};                                      ///< of all together, W
};

/**
 * @ingroup dnn-surgery
 *
 * Let a node's network devices draw from a battery. Wi-Fi has ns-3's WifiRadioEnergyModel. A wire
 * sends and receives while a packet is on it. LTE sends in the subframes in which the device has
 * data on the uplink, and receives in those in which it has data on the downlink.
 *
 * @param node with its network devices
 * @param power of each of them
 * @param source the battery
 * @return the models
 * @throws std::invalid_argument if the node has a network device of another kind
 */
RadioEnergy InstallRadioEnergy(Ptr<Node> node,
                               const RadioPower& power,
                               Ptr<energy_framework::EnergySource> source);

/**
 * @ingroup dnn-surgery
 *
 * Let a network device draw nothing any more.
 *
 * @param model its energy model
 */
void StopRadioEnergy(Ptr<energy_framework::DeviceEnergyModel> model);

} // namespace surgery
} // namespace ns3

#endif // RADIO_ENERGY_H
