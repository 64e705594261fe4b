/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/surgery-energy.h"

#include <limits>

namespace ns3
{
namespace surgery
{

ActivityWeights
GetDevicePower(const ProcessorPower& processor, const RadioPower& radio, bool countsIdle)
{
    const auto idleW = processor.idleW + radio.idleW;
    const auto anywayW = countsIdle ? 0.0 : idleW;
    ActivityWeights power;
    power.busy = processor.busyW + radio.idleW - anywayW;
    power.transmit = processor.idleW + radio.transmitW - anywayW;
    power.receive = processor.idleW + radio.receiveW - anywayW;
    power.idle = idleW - anywayW;
    return power;
}

double
GetEnergy(const Cut& cut, const Link& link, double share, const ActivityWeights& power)
{
    if (cut.serverSeconds > 0 && share <= 0)
    {
        return std::numeric_limits<double>::infinity(); // also where waiting draws nothing
    }
    return GetLatency(GetWeightedBase(cut, link, power), power.idle * cut.serverSeconds, share);
}

ActivityWeights
WeighEnergy(double energyPriceSPerJ, const ActivityWeights& power)
{
    return {1 + energyPriceSPerJ * power.busy,
            1 + energyPriceSPerJ * power.transmit,
            1 + energyPriceSPerJ * power.receive,
            1 + energyPriceSPerJ * power.idle};
}

double
GetLeastInverseShare(const ActivityWeights& weights)
{
    return weights.idle < weights.busy ? 0 : 1;
}

} // namespace surgery
} // namespace ns3
