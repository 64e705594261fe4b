/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_ENERGY_H
#define SURGERY_ENERGY_H

#include "ns3/dnn-processor.h"
#include "ns3/surgery-latency.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a device's radio draws.
 */
struct RadioPower
{
    double transmitW{0}; ///< while it transmits, W, >= 0
    double receiveW{0};  ///< while it receives, W, >= 0
    double idleW{0};     ///< while it does neither, W, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Get what a device draws as a whole, by what it does: its processor is idle while its radio is
 * not, and the other way round.
 *
 * @param processor its processor, with the rest of the machine
 * @param radio its radio
 * @param countsIdle whether what it draws anyway counts, while it waits for a server; if not, all
 *        powers are what it draws beyond that, because its battery drains alike between inferences
 * @return watts
 */
ActivityWeights GetDevicePower(const ProcessorPower& processor,
                               const RadioPower& radio,
                               bool countsIdle);

/**
 * @ingroup dnn-surgery
 *
 * Get the energy that one inference takes from a device, without waiting: P_busy L + P_transmit 8 X
 * / b_up + P_receive 8 R / b_down + P_idle (d_up + d_down + E / share), and host work at P_idle.
 *
 * @param cut where the DNN is cut
 * @param link the network
 * @param share the device's share of the server, 0..1
 * @param power what the device draws, W
 * @return joules; infinite if the server has work and the share is 0
 */
double GetEnergy(const Cut& cut, const Link& link, double share, const ActivityWeights& power);

/**
 * @ingroup dnn-surgery
 *
 * Get what each second of an inference costs a device that weighs its energy: that second, and the
 * energy that it takes.
 *
 * @param energyPriceSPerJ kappa: latency that saving a joule is worth, s/J, >= 0
 * @param power what the device draws, W
 * @return weights for Player, each >= 1
 */
ActivityWeights WeighEnergy(double energyPriceSPerJ, const ActivityWeights& power);

/**
 * @ingroup dnn-surgery
 *
 * Tell where the frontier of a device has to begin. Divided by the weight of the busy processor,
 * the cost of a cut is L + x X + y E with y = idle / (busy share), which falls below 1 if waiting
 * is cheaper than computing.
 *
 * @param weights what a second costs the device
 * @return the least y of PartitionFrontier: 1, or 0 if y can be below 1
 */
double GetLeastInverseShare(const ActivityWeights& weights);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_ENERGY_H
