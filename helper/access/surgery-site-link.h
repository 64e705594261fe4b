/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SITE_LINK_H
#define SURGERY_SITE_LINK_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A link of the backhaul between the sites of a network. Sites are counted from 0; the number of
 * sites stands for the center, a node of its own in the middle of a star.
 */
struct SiteLink
{
    uint32_t from{0}; ///< a site, or the center
    uint32_t to{0};   ///< another one
    DataRate rate;    ///< of each direction, > 0
    Time delay;       ///< one way
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SITE_LINK_H
