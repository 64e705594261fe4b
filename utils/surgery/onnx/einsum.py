# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The operator Einsum: its output's shape and its work."""

import math
import re


def _read(equation, shapes):
    """The labels of each input and of the output, and the size of each label's dimension."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"'{equation}' has {len(terms)} terms for {len(shapes)} inputs")
    wide = max([len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes)
                if "..." in term], default=0)
    sizes, labels = {}, []
    for term, shape in zip(terms, shapes):
        here = len(shape) - len(term.replace("...", "")) if "..." in term else 0
        # the dimensions of an ellipsis are numbered from the last one
        expanded = [str(d) for d in range(here, 0, -1)]
        before, dots, after = term.partition("...")
        names = [*before, *(expanded if dots else []), *after]
        if len(names) != len(shape):
            raise ValueError(f"'{term}' of '{equation}' does not fit {len(shape)} dimensions")
        for name, size in zip(names, shape):
            if 1 not in (size, sizes.get(name, size)) and sizes.get(name, size) != size:
                raise ValueError(f"'{name}' of '{equation}' is {sizes[name]} and {size}")
            sizes[name] = max(size, sizes.get(name, size))
        labels.append(names)
    dots = [str(d) for d in range(wide, 0, -1)]
    if arrow:
        before, ellipsis, after = right.partition("...")
        result = [*before, *(dots if ellipsis else []), *after]
    else:
        letters = re.sub(r"[^A-Za-z]", "", left)
        result = dots + sorted(c for c in set(letters) if letters.count(c) == 1)
    if not set(result) <= set(sizes):
        raise ValueError(f"'{equation}' writes a dimension that it does not read")
    return labels, result, sizes


def einsum_shape(equation, shapes):
    """The output's shape."""
    _, result, sizes = _read(equation, shapes)
    return tuple(sizes[name] for name in result)


def einsum_flops(equation, shapes):
    """
    The work: a product and, where dimensions are summed over, a sum for each combination of
    dimensions, inputs beyond the first counting once each.
    """
    labels, result, sizes = _read(equation, shapes)
    every = math.prod(sizes.values())
    summed = bool({name for names in labels for name in names} - set(result))
    if len(shapes) == 1:
        return every if summed else 0
    return (2 if summed else 1) * (len(shapes) - 1) * every
