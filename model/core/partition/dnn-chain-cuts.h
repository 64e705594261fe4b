/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DNN_CHAIN_CUTS_H
#define DNN_CHAIN_CUTS_H

#include "ns3/dnn-frontier-search.h"
#include "ns3/dnn-layer-costs.h"

#include <cstddef>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * What a cut behind one layer of a DNN costs, if the DNN is taken for a chain: its layers run in
 * the order of the profile, which is topological, and the first ones stay on the device. Whatever
 * the cut, each tensor is sent once.
 */
struct ChainPoint
{
    double deviceSeconds; ///< time on the device, L, s
    double serverSeconds; ///< time on the whole server, E, s
    double uploadBytes;   ///< tensors sent up, X, byte
};

/**
 * @ingroup dnn-surgery
 *
 * @param costs what the layers cost
 * @return one point per layer: this layer and those before it stay on the device
 */
std::vector<ChainPoint> FindChainPoints(const LayerCosts& costs);

/**
 * @ingroup dnn-surgery
 *
 * @param costs what the layers cost
 * @param layer the last layer that stays on the device
 * @return the cut behind it
 */
Cut MakeChainCut(const LayerCosts& costs, std::size_t layer);

/**
 * @ingroup dnn-surgery
 *
 * Find the cuts of a DNN as a chain that no other one of them beats in all of L, X and E. Where the
 * slowest stage counts, cuts inside the hull of a frontier (PartitionFrontier) can be best, too.
 *
 * @param costs what the layers cost
 * @return the cuts, in the order of the layers; all-local is among them
 */
Cuts FindParetoChainCuts(const LayerCosts& costs);

} // namespace surgery
} // namespace ns3

#endif // DNN_CHAIN_CUTS_H
