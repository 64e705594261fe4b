/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef STATISTICS_H
#define STATISTICS_H

#include <vector>

/**
 * @file
 * What the tables of results say of many values at once.
 */

/// A mean and half the width of its 95 % confidence interval.
struct Estimate
{
    double mean{0};       ///< of the values
    double halfWidth{-1}; ///< -1: not known from one value
};

/**
 * Estimate a mean by Student's t.
 *
 * @param values independent samples, at least one
 * @return their mean and its confidence interval
 */
Estimate EstimateMean(const std::vector<double>& values);

/**
 * Measure fairness by Jain's index: 1 if all values are equal, 1 / their number if all but one are
 * 0.
 *
 * @param values not negative; at least one is positive
 * @return the index
 */
double GetJainIndex(const std::vector<double>& values);

#endif // STATISTICS_H
