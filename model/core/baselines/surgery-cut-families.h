/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_CUT_FAMILIES_H
#define SURGERY_CUT_FAMILIES_H

#include "ns3/dnn-frontier-search.h"
#include "ns3/dnn-layer-costs.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * The cuts of a DNN as a chain: its layers run in the order of the profile, which is topological,
 * and some first of them stay on the device. Of them, those that can be best at some bandwidth and
 * some share; whatever the cut, each tensor is sent once.
 *
 * O(layers) per region that two or three of them share, so far less than one minimum cut.
 *
 * @param costs what the layers cost
 * @return the cuts, by E ascending, then by L descending; the first is all-local
 */
Cuts FindChainCuts(const LayerCosts& costs);

/**
 * @ingroup dnn-surgery
 *
 * The cuts that minimize some weighted sum of L, X and E, whatever the weights >= 0: the frontier
 * with y from 0.
 *
 * @param costs what the layers cost
 * @return the cuts, in the order of PartitionFrontier::GetCuts
 */
Cuts FindWeightedCuts(const LayerCosts& costs);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_CUT_FAMILIES_H
