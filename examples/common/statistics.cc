/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "statistics.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

Estimate
EstimateMean(const std::vector<double>& values)
{
    const auto n = static_cast<double>(values.size());
    Estimate estimate;
    estimate.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    if (values.size() > 1)
    {
        double squares = 0;
        for (const auto value : values)
        {
            squares += (value - estimate.mean) * (value - estimate.mean);
        }
        const boost::math::students_t distribution(n - 1);
        const auto t = boost::math::quantile(distribution, 0.975);
        estimate.halfWidth = t * std::sqrt(squares / (n - 1) / n);
    }
    return estimate;
}

double
GetJainIndex(const std::vector<double>& values)
{
    double sum = 0;
    double squares = 0;
    for (const auto value : values)
    {
        sum += value;
        squares += value * value;
    }
    return sum * sum / (static_cast<double>(values.size()) * squares);
}
