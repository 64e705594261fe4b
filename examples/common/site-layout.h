/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SITE_LAYOUT_H
#define SITE_LAYOUT_H

#include "ns3/surgery-site-plan.h"

#include <cstdint>
#include <string>

/**
 * @param network for AccessNetwork::Create
 * @return distance between neighboring sites that suits its cells, m
 */
double GetSiteSpacing(const std::string& network);

/**
 * Place sites around the origin: "site0", "site1", ...
 *
 * @param count of them, at least 1
 * @param isRow whether they stand along x; false: in rows, as wide as they are deep
 * @param spacing between neighbors, m
 * @return the sites, without backhaul
 */
ns3::surgery::SitePlan MakeSitePlan(uint32_t count, bool isRow, double spacing);

#endif // SITE_LAYOUT_H
