/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_SITE_PATHS_H
#define SURGERY_SITE_PATHS_H

#include "ns3/surgery-site-link.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * Find the paths of the least delay between sites; of paths with the same delay, one with the
 * fewest links.
 *
 * @param nodes how many there are: the sites, and the center, if a link ends there
 * @param links between them
 * @return the next node on the path, by the node where it begins and the one where it ends
 */
std::vector<std::vector<uint32_t>> FindSitePaths(uint32_t nodes,
                                                 const std::vector<SiteLink>& links);

} // namespace surgery
} // namespace ns3

#endif // SURGERY_SITE_PATHS_H
