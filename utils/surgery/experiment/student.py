# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Means with confidence intervals by Student's t."""

import math
from dataclasses import dataclass


def probability(t, freedom):
    """P(T <= t) of Student's t with a whole number of degrees of freedom, in closed form:
    Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = total = 0.0 if freedom == 1 else (cosine if odd else 1.0)
    for n in range(2 + odd, freedom - 1, 2):
        term *= cosine * cosine * (n - 1) / n
        total += term
    inside = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return (1 + inside) / 2


def quantile(level, freedom):
    """The t with P(T <= t) = level, found by bisection."""
    if not 0 < level < 1 or freedom < 1:
        raise ValueError("level must be in (0, 1), freedom >= 1")
    low, high = -1.0, 1.0
    while probability(low, freedom) > level:
        low *= 2
    while probability(high, freedom) < level:
        high *= 2
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if probability(middle, freedom) < level:
            low = middle
        else:
            high = middle


@dataclass(frozen=True)
class Estimate:
    """A mean and half the width of its confidence interval."""

    mean: float
    half: float  # NaN for a single sample, which has no spread
    count: int
    is_whole: bool = True  # False if runs are missing that should be in it


_critical = {}  # by degrees of freedom


def estimate(samples, confidence=0.95):
    """The estimate from independent samples; None if there are none."""
    count = len(samples)
    if count == 0:
        return None
    mean = math.fsum(samples) / count
    if count == 1:
        return Estimate(mean, math.nan, 1)
    key = (confidence, count - 1)
    if key not in _critical:
        _critical[key] = quantile((1 + confidence) / 2, count - 1)
    variance = math.fsum((sample - mean) ** 2 for sample in samples) / (count - 1)
    return Estimate(mean, _critical[key] * math.sqrt(variance / count), count)
