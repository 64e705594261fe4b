/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "site-layout.h"

#include <cmath>

using namespace ns3;
using namespace ns3::surgery;

double
GetSiteSpacing(const std::string& network)
{
    return network.rfind("lte", 0) == 0 ? 500 : 50;
}

SitePlan
MakeSitePlan(uint32_t count, bool isRow, double spacing)
{
    const auto root = static_cast<uint32_t>(std::ceil(std::sqrt(count)));
    const auto columns = isRow ? count : root;
    const auto rows = (count + columns - 1) / columns;
    SitePlan plan;
    for (uint32_t i = 0; i < count; ++i)
    {
        plan.AddSite("site" + std::to_string(i),
                     Vector((i % columns - 0.5 * (columns - 1)) * spacing,
                            (i / columns - 0.5 * (rows - 1)) * spacing,
                            0));
    }
    return plan;
}
