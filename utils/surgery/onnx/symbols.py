# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The numbers behind a model's symbolic dimensions."""

import re

from surgery.onnx.model import ModelError, SettingError

# names by which exporters number dimensions that the user did not name
GENERATED = re.compile(r"|\?|none|-1|unk_*\d+|unknown(_*\d+)?|\w*dynamic_axes_\d+|s\d+|dim_?\d+",
                       re.I)

# a name that says it is a batch and nothing else: batch_points, or points_per_batch, may be points
WHOSE = ("max|min|dynamic|dyn|global|local|train|test|eval|inference|model|inputs?|in|outputs?|out|x|"
         "data|images?|img|src|source|tgt|target|encoder|decoder|enc|dec|past|kv|num|n")
BATCH = re.compile(rf"(({WHOSE})\d*_+)*((n|mini)?batch(es)?(_*(size|sz|dim|axis|n))?|bsz?)(_*\d+)?",
                   re.I)


def is_batch(name, rank):
    """Whether the symbol of a first axis is clearly a batch. @param rank of the input"""
    if GENERATED.fullmatch(name):
        return rank >= 2
    # N x 3 may be points; N x 3 x 224 x 224 is a batch of pictures
    return bool(BATCH.fullmatch(name)) or (name.lower() in ("n", "b") and rank >= 3)


def dimensions(value):
    """A declared tensor's dimensions: numbers, names, or "" for neither; None without a rank."""
    tensor = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not tensor.HasField("shape"):
        return None
    return [d.dim_value if d.HasField("dim_value") and d.dim_value >= 0 else d.dim_param
            for d in tensor.shape.dim]


class Symbols:
    """The same symbol is the same number everywhere."""

    def __init__(self, inputs, shapes, numbers, note):
        """
        @param inputs that the model reads
        @param shapes of inputs as the user gives them, by name
        @param numbers of symbols as the user gives them
        @param note called with what the user should know
        """
        self.numbers = dict(numbers)
        self.overruled = False  # whether the user changes a number of the model
        self.shapes = {}  # of the inputs
        self._shapes = shapes
        declared = {v.name: self._rank(v, shapes.get(v.name)) for v in inputs}
        names = {d for shape in declared.values() for d in shape if isinstance(d, str) and d}
        for name in numbers:
            if name not in names:
                raise SettingError(f"--dim: no input that the model reads has a dimension '{name}'"
                                   f", only: {', '.join(sorted(names)) or 'none has a name'}")
        for name, shape in declared.items():
            if name in shapes:
                self._bind(name, shape, shapes[name])
        for name, shape in declared.items():
            self._set_batch(name, shape, note)
        self.shapes = {name: tuple(shapes.get(name) or self._resolve(shape, keep=True))
                       for name, shape in declared.items()}
        self._check(declared)

    @staticmethod
    def _rank(value, given):
        """The declared dimensions of an input."""
        if not value.type.HasField("tensor_type"):
            raise ModelError(f"graph.input '{value.name}': is not a tensor")
        declared = dimensions(value)
        if declared is None:
            if given is None:
                raise ModelError(f"graph.input '{value.name}': has no shape; give it with --shape "
                                 f"{value.name}=1,...")
            return list(given)
        if given is not None and len(given) != len(declared):
            raise SettingError(f"--shape: input '{value.name}' has {len(declared)} dimensions, not "
                               f"{len(given)}")
        return declared

    def _bind(self, name, declared, given):
        """Take the symbols' numbers from a shape that the user gives."""
        for axis, (dim, number) in enumerate(zip(declared, given)):
            if isinstance(dim, int):
                self.overruled = self.overruled or dim != number
            elif dim and self.numbers.setdefault(dim, number) != number:
                raise SettingError(f"--shape: dimension {axis} ('{dim}') of input '{name}' is "
                                   f"{number}, but '{dim}' is {self.numbers[dim]} elsewhere")

    def _set_batch(self, name, declared, note):
        """A first axis that is a batch, and whose number is not given, becomes 1."""
        if name in self._shapes or not declared or isinstance(declared[0], int):
            return
        symbol = declared[0]
        if symbol not in self.numbers and is_batch(symbol, len(declared)):
            note(f"input {name}: batch set to 1")
            if symbol:
                self.numbers[symbol] = 1
            else:
                declared[0] = 1

    def _resolve(self, declared, keep=False):
        """The dimensions with numbers for symbols.
        @param keep symbols without one, instead of None"""
        return [d if isinstance(d, int) else self.numbers.get(d, d if keep else None)
                for d in declared]

    def _check(self, declared):
        """Ask for the dimensions that are missing."""
        missing = [(name, axis) for name, shape in self.shapes.items()
                   for axis, d in enumerate(shape) if isinstance(d, str)]
        if not missing:
            return
        name, axis = missing[0]
        symbols = list(dict.fromkeys(d for n, _ in missing for d in self.shapes[n]
                                     if isinstance(d, str) and d))
        whole = ",".join(str(d if isinstance(d, int) else "N") for d in self.shapes[name])
        advice = [f"--dim {' --dim '.join(f'{s}=N' for s in symbols)}"] if symbols else []
        advice.append(f"--shape {name}={whole}")
        raise ModelError(f"graph.input '{name}': dimension {axis} ('{declared[name][axis]}') is "
                         f"unknown; give it with {' or '.join(advice)}, N being its number")

    def declared(self, value):
        """A declared tensor's shape, with None for what is unknown; None without a rank."""
        shape = dimensions(value)
        if shape is None or self.overruled:
            return None
        return tuple(None if d in ("", None) else d for d in self._resolve(shape))
