/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef LTE_CHECKS_H
#define LTE_CHECKS_H

#include "ns3/surgery-site-link.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup dnn-surgery
 * Refuses settings on which ns-3's LTE would abort, or which it would get wrong silently. All
 * functions throw std::invalid_argument with one line.
 */

namespace ns3
{
namespace surgery
{

/**
 * Check that a name is the TypeId of a class of which objects can be created.
 *
 * @param attribute whose value it is
 * @param name the value
 * @param bases what the class may derive from
 */
void CheckLteType(const std::string& attribute,
                  const std::string& name,
                  const std::vector<std::string>& bases);

/**
 * Check which RLC carries user data.
 *
 * @param mode the value of RlcMode
 */
void CheckRlcMode(const std::string& mode);

/**
 * Check that the standard has this bandwidth.
 *
 * @param attribute whose value it is
 * @param blocks the value, resource blocks
 */
void CheckBandwidth(const std::string& attribute, uint16_t blocks);

/**
 * Check that each UE has a place for its sounding reference signals.
 *
 * @param period the value of SrsPeriodicity, ms; 0: it is chosen later
 * @param mobiles number of UEs
 */
void CheckSounding(uint32_t period, uint32_t mobiles);

/**
 * Check that the backhaul between sites is a star: all traffic passes the PGW, the center.
 *
 * @param sites how many
 * @param links between them
 */
void CheckStar(uint32_t sites, const std::vector<SiteLink>& links);

/// Check that the simulation has no other LTE network.
void CheckNoOtherLte();

} // namespace surgery
} // namespace ns3

#endif // LTE_CHECKS_H
