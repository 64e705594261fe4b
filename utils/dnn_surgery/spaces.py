# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Spaces of observations and actions: Gymnasium's, or ones of the same shape if that package is not
installed."""

import numpy

try:
    from gymnasium import Env as BaseEnv
    from gymnasium.spaces import Box, Dict
except ImportError:

    class BaseEnv:
        """What an environment has in any case."""

        metadata = {"render_modes": []}
        render_mode = None
        spec = None
        _np_random = None

        @property
        def np_random(self):
            """Random numbers for whoever wants some; those of the simulation are its own."""
            if self._np_random is None:
                self._np_random = numpy.random.default_rng()
            return self._np_random

        def reset(self, *, seed=None, options=None):
            """Seed np_random. @param seed its @param options without meaning"""
            if seed is not None:
                self._np_random = numpy.random.default_rng(seed)

        @property
        def unwrapped(self):
            """The environment itself."""
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.close()

    class Space:
        """Draws values."""

        def __init__(self):
            self._random = numpy.random.default_rng()

        def seed(self, seed=None):
            """Let sample repeat."""
            self._random = numpy.random.default_rng(seed)

        def __contains__(self, value):
            return self.contains(value)

    class Box(Space):
        """Arrays of numbers between bounds."""

        def __init__(self, low, high, shape=None, dtype=numpy.float32):
            super().__init__()
            self.shape = tuple(shape) if shape is not None else numpy.shape(low)
            self.dtype = numpy.dtype(dtype)
            self.low = numpy.broadcast_to(numpy.asarray(low, self.dtype), self.shape)
            self.high = numpy.broadcast_to(numpy.asarray(high, self.dtype), self.shape)

        def sample(self):
            """A value: uniform between finite bounds, exponential above a lower one alone."""
            bounded = numpy.isfinite(self.high)
            span = numpy.where(bounded, self.high - numpy.where(bounded, self.low, 0), 1)
            drawn = numpy.where(bounded, self._random.uniform(size=self.shape),
                                self._random.exponential(size=self.shape))
            return (self.low + span * drawn).astype(self.dtype)

        def contains(self, value):
            """Whether it is one of the values."""
            value = numpy.asarray(value)
            return bool(value.shape == self.shape and numpy.can_cast(value.dtype, self.dtype,
                                                                     "same_kind")
                        and numpy.all(value >= self.low) and numpy.all(value <= self.high))

        def __repr__(self):
            return f"Box({self.low.min()}, {self.high.max()}, {self.shape}, {self.dtype})"

    class Dict(Space):
        """Values by name."""

        def __init__(self, spaces):
            super().__init__()
            self.spaces = dict(spaces)

        def __getitem__(self, name):
            return self.spaces[name]

        def seed(self, seed=None):
            """Let sample repeat."""
            for i, space in enumerate(self.spaces.values()):
                space.seed(None if seed is None else seed + i)

        def sample(self):
            """A value."""
            return {name: space.sample() for name, space in self.spaces.items()}

        def contains(self, value):
            """Whether it is one of the values."""
            return (isinstance(value, dict) and value.keys() == self.spaces.keys()
                    and all(space.contains(value[name]) for name, space in self.spaces.items()))

        def __repr__(self):
            return f"Dict({self.spaces})"
