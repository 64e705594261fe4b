# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Random weights that are the same on every machine. Needs numpy."""

import math

import numpy


class RandomWeights:
    """Draws weights from a seed. RandomState's numbers are the same in all versions of numpy."""

    def __init__(self, seed=1):
        self.random = numpy.random.RandomState(seed)

    def draw(self, shape):
        """A tensor's values: around 0 and such that a layer keeps the size of what it reads; a
        vector's are 0.5 to 1.5, because it may be variances or factors."""
        values = self.random.random_sample(shape).astype(numpy.float32)
        if len(shape) < 2:
            return values + numpy.float32(0.5)
        spread = numpy.float32(math.sqrt(12 / math.prod(shape[1:])))
        return (values - numpy.float32(0.5)) * spread
