/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef DEADLINE_SUMMARY_H
#define DEADLINE_SUMMARY_H

#include "run-summary.h"

#include <string>

/**
 * @file
 * What is printed of the deadlines that devices met.
 */

/// @param summary of devices @return how many deadlines they met, in %; "-" if they have none
std::string GetPercentMet(const DeviceSummary& summary);

/// @param summary of devices @return their mean lateness, ms; "-" if there is none
std::string GetLatenessMs(const DeviceSummary& summary);

/// @param summary of devices with deadlines @return both, in words
std::string DescribeDeadlines(const DeviceSummary& summary);

#endif // DEADLINE_SUMMARY_H
