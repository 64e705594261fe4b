/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_BIDS_H
#define SURGERY_BIDS_H

#include <cstddef>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How much leftover capacity a device would take, and what it gains by it.
 */
struct Bid
{
    double share{0}; ///< its share then, in all, >= 0
    double gainS{0}; ///< by how much it would lower its cost, s, >= 0
};

/**
 * @ingroup dnn-surgery
 *
 * Choose the devices that get leftover capacity. The largest gain comes first; of equal gains the
 * first one wins. Each bid is met in full or not at all, since half of a share may be worth nothing
 * to a device that would change its cut for the whole share.
 *
 * @param bids one per device
 * @param reserved what is reserved for each device already, of which a bid that wins takes the
 *        place, >= 0
 * @param leftover capacity that is not reserved, >= 0
 * @return the devices whose bids win, as indices, in the order in which they were chosen
 * @throws std::invalid_argument if there is not one reserved share per bid
 */
std::vector<std::size_t> ChooseBids(const std::vector<Bid>& bids,
                                    const std::vector<double>& reserved,
                                    double leftover);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_BIDS_H
