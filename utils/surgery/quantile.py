# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Quantiles as the library has them, so that a report and a program print the same number."""

import math


def quantile(values, at):
    """The quantile of sorted values by nearest rank, as of QuantileSketch in C++: always one of
    them. NaN if there are none.
    @param at 0..1: 0.5 is the median"""
    if not 0 <= at <= 1:
        raise ValueError("a quantile must be in 0..1")
    if not values:
        return math.nan
    # a product such as 0.55 * 100 may come out just above a whole number
    rank = max(1, math.ceil(at * len(values) * (1 - 1e-12)))
    return values[rank - 1]
