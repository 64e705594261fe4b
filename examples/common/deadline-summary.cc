/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "deadline-summary.h"

#include "text-table.h"

#include <iomanip>
#include <sstream>

std::string
GetPercentMet(const DeviceSummary& summary)
{
    return ToText(1e2 * summary.GetFractionMet().value_or(-1), 1);
}

std::string
GetLatenessMs(const DeviceSummary& summary)
{
    const auto lateness = summary.GetMeanLateness();
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << 1e3 * lateness.value_or(0);
    return lateness ? text.str() : "-";
}

std::string
DescribeDeadlines(const DeviceSummary& summary)
{
    return GetPercentMet(summary) +
           " % of the deadlines met; mean lateness of what was completed " +
           GetLatenessMs(summary) + " ms";
}
