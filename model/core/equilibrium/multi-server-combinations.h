/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef MULTI_SERVER_COMBINATIONS_H
#define MULTI_SERVER_COMBINATIONS_H

#include "multi-server-lines.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Find the combination of lines, one per device, with the least potential: branch and bound, for
 * few devices. No combination's potential is below the dual bound at some prices plus what its
 * lines cost there beyond each device's cheapest one. After 20,000 beginnings of combinations the
 * best one so far is taken.
 *
 * @param lines what the devices choose from
 * @param capacities of the servers
 * @param prices of the servers, s
 * @param choices the best combination known: a line per device
 * @return the best combination found
 */
std::vector<uint32_t> FindBestCombination(const MultiServerLines& lines,
                                          const std::vector<double>& capacities,
                                          const std::vector<double>& prices,
                                          const std::vector<uint32_t>& choices);

} // namespace surgery
} // namespace ns3

#endif // MULTI_SERVER_COMBINATIONS_H
