# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Operators, and forms of operators, that are younger than Debian 12's onnx (version 17 of the
operators), which would overlook what they add and infer wrong shapes."""

import math
from fractions import Fraction

import numpy

from surgery.onnx import windows

REDUCTIONS = {"ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
              "ReduceMin", "ReduceProd", "ReduceSumSquare"}
BITWISE = {"BitwiseAnd", "BitwiseOr", "BitwiseXor"}


def is_newer(node):
    """Whether a node has a form that the function below knows."""
    names = {a.name for a in node.attribute}
    return (node.op_type in BITWISE
            or (node.op_type in REDUCTIONS
                and (len(node.input) > 1 or "noop_with_empty_axes" in names))
            or (node.op_type == "Split" and "num_outputs" in names)
            or (node.op_type == "Pad" and len(node.input) > 3 and node.input[3] != "")
            or (node.op_type == "Resize" and names & {"axes", "keep_aspect_ratio_policy"})
            or (node.op_type in ("AveragePool", "LpPool") and "dilations" in names))


def _reduced(node, shape):
    attributes, axes = node.attributes, node.numbers(1)
    if not axes:
        axes = attributes.get("axes")
    if not axes and attributes.get("noop_with_empty_axes", 0):
        return shape
    axes = range(len(shape)) if not axes else [axis % len(shape) for axis in axes]
    if attributes.get("keepdims", 1):
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


def _resized(node, shape):
    attributes = node.attributes
    axes = [axis % len(shape) for axis in attributes.get("axes", range(len(shape)))]
    scales, sizes = node.numbers(2), node.numbers(3)
    if not sizes:
        sizes = [math.floor(shape[axis] * scale) for axis, scale in zip(axes, scales or [])]
    elif len(sizes) == len(axes):
        sizes = _keep_aspect(attributes.get("keep_aspect_ratio_policy", b"stretch"),
                             [shape[axis] for axis in axes], sizes)
    if len(sizes) != len(axes):
        raise ValueError(f"it scales {len(sizes)} of {len(axes)} axes")
    return tuple(dict(zip(axes, sizes)).get(i, d) for i, d in enumerate(shape))


def _keep_aspect(policy, before, sizes):
    """The sizes that a picture gets which is not to be stretched. @param before its sizes"""
    if policy == b"stretch":
        return sizes
    choose = {b"not_larger": min, b"not_smaller": max}.get(policy)
    if choose is None:
        raise ValueError(f"its keep_aspect_ratio_policy {policy.decode()} is unknown")
    scale = choose(Fraction(size, old) for size, old in zip(sizes, before))
    return [math.floor(scale * old + Fraction(1, 2)) for old in before]


def shapes(node, known):
    """The shapes that a node writes. @param known the same as own.Node"""
    shape = known.shapes[0]
    if node.op_type in BITWISE:
        return [numpy.broadcast_shapes(shape, known.shapes[1])]
    if node.op_type in REDUCTIONS:
        return [_reduced(known, shape)]
    if node.op_type == "Resize":
        return [_resized(known, shape)]
    if node.op_type in ("AveragePool", "LpPool"):
        return [windows.pooled(known.attributes, shape)]
    if node.op_type == "Pad":
        pads, axes = known.numbers(1), [a % len(shape) for a in known.numbers(3)]
        if len(pads) != 2 * len(axes):
            raise ValueError(f"{len(pads)} pads do not fit {len(axes)} axes")
        added = {axis: pads[i] + pads[i + len(axes)] for i, axis in enumerate(axes)}
        return [tuple(d + added.get(i, 0) for i, d in enumerate(shape))]
    axis, parts = known.attributes.get("axis", 0) % len(shape), known.attributes["num_outputs"]
    if parts != known.outputs:
        raise ValueError(f"its attribute num_outputs is {parts}, it writes {known.outputs}")
    each = -(-shape[axis] // parts)
    sizes = [each] * (parts - 1) + [shape[axis] - each * (parts - 1)]
    return [(*shape[:axis], size, *shape[axis + 1:]) for size in sizes]


def deformed(node):
    """The shape that DeformConv writes."""
    data, weight = node.shapes[:2]
    attributes = {**node.attributes, "kernel_shape": weight[2:]}
    return [(data[0], weight[0], *windows.pooled(attributes, data)[2:])]


def cropped(node):
    """The shape that CenterCropPad writes."""
    shape, sizes = list(node.shapes[0]), node.numbers(1)
    axes = node.attributes.get("axes", range(len(shape)))
    for axis, size in zip(axes, sizes, strict=True):
        shape[axis] = size
    return [tuple(shape)]


def assembled(node):
    """The shape that Col2Im writes: a picture from its blocks."""
    (batch, columns, _), block = node.shapes[0], math.prod(node.numbers(2))
    if columns % block:
        raise ValueError(f"{columns} rows are no blocks of {block} elements")
    return [(batch, columns // block, *node.numbers(1))]


def grid(node):
    """The shape that AffineGrid writes: places, with a number per axis."""
    batch, _, *sizes = node.numbers(1)
    return [(batch, *sizes, len(sizes))]


# operators of which older versions of onnx have no schema: functions of an own.Node
RULES = {
    "AffineGrid": grid,
    "CenterCropPad": cropped,
    "Col2Im": assembled,
    "DeformConv": deformed,
    "TensorScatter": lambda node: [node.shapes[0]],
}
