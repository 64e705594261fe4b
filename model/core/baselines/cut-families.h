/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CUT_FAMILIES_H
#define CUT_FAMILIES_H

#include "ns3/dnn-frontier-search.h"
#include "ns3/dnn-layer-costs.h"

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Find the cuts of a DNN as a chain: its layers run in the order of the profile, which is
 * topological, and the first ones stay on the device. Only those that minimize some weighted sum of
 * L, X and E are found. Whatever the cut, each tensor is sent once.
 *
 * O(layers) per corner of the regions where cuts are best, far less than one minimum cut.
 *
 * @param costs what the layers cost
 * @return the cuts, by E ascending, then by L descending; the first is all-local
 */
Cuts FindChainCuts(const LayerCosts& costs);

/**
 * @ingroup dnn-surgery
 *
 * Find the cuts that minimize some weighted sum of L, X and E with weights >= 0: the frontier with
 * y from 0.
 *
 * @param costs what the layers cost
 * @return the cuts, in the order of PartitionFrontier::GetCuts
 */
Cuts FindWeightedCuts(const LayerCosts& costs);

} // namespace surgery
} // namespace ns3

#endif // CUT_FAMILIES_H
