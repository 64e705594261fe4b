# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Forms of operators that are younger than Debian 12's onnx (version 17 of the operators), which
would overlook what they add and infer wrong shapes."""

import math

import numpy

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


def _numbers(inputs, index):
    """The elements of an input, None if it is left out.
    @throws LookupError if they are unknown"""
    if index >= len(inputs) or inputs[index] is None:
        return None
    array = inputs[index].array()
    if array is None:
        raise LookupError("elements that are not known")
    return array.ravel().tolist()


def _reduced(attributes, inputs, shape):
    axes = _numbers(inputs, 1)
    if not axes:
        axes = attributes.get("axes")
    if not axes and attributes.get("noop_with_empty_axes", 0):
        return shape
    axes = range(len(shape)) if not axes else [axis % len(shape) for axis in axes]
    if attributes.get("keepdims", 1):
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


def _resized(attributes, inputs, shape):
    if attributes.get("keep_aspect_ratio_policy", b"stretch") != b"stretch":
        raise LookupError("a policy that has no rule")
    axes = [axis % len(shape) for axis in attributes.get("axes", range(len(shape)))]
    scales, sizes = _numbers(inputs, 2), _numbers(inputs, 3)
    if not sizes:
        sizes = [math.floor(shape[axis] * scale) for axis, scale in zip(axes, scales or [])]
    if len(sizes) != len(axes):
        raise ValueError(f"it scales {len(sizes)} of {len(axes)} axes")
    return tuple(dict(zip(axes, sizes)).get(i, d) for i, d in enumerate(shape))


def _pooled(attributes, shape):
    """The shape behind a window with gaps."""
    if attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
        raise LookupError("padding by itself with gaps has no rule")
    axes = len(shape) - 2
    kernel, ones = attributes["kernel_shape"], [1] * axes
    strides, gaps = attributes.get("strides", ones), attributes.get("dilations", ones)
    pads = attributes.get("pads", [0] * 2 * axes)
    round_up = attributes.get("ceil_mode", 0)
    sizes = []
    for i, size in enumerate(shape[2:]):
        steps = size + pads[i] + pads[i + axes] - gaps[i] * (kernel[i] - 1) - 1
        count = (-(-steps // strides[i]) if round_up else steps // strides[i]) + 1
        # a window must start within the input or the padding before it
        if round_up and (count - 1) * strides[i] >= size + pads[i]:
            count -= 1
        sizes.append(count)
    return (*shape[:2], *sizes)


def shapes(node, attributes, inputs):
    """The shapes that the node writes. A LookupError if it depends on unknown elements."""
    shape = inputs[0].shape
    if node.op_type in BITWISE:
        return [numpy.broadcast_shapes(shape, inputs[1].shape)]
    if node.op_type in REDUCTIONS:
        return [_reduced(attributes, inputs, shape)]
    if node.op_type == "Resize":
        return [_resized(attributes, inputs, shape)]
    if node.op_type in ("AveragePool", "LpPool"):
        return [_pooled(attributes, shape)]
    if node.op_type == "Pad":
        pads, axes = _numbers(inputs, 1), [a % len(shape) for a in _numbers(inputs, 3)]
        if len(pads) != 2 * len(axes):
            raise ValueError(f"{len(pads)} pads do not fit {len(axes)} axes")
        added = {axis: pads[i] + pads[i + len(axes)] for i, axis in enumerate(axes)}
        return [tuple(d + added.get(i, 0) for i, d in enumerate(shape))]
    axis, parts = attributes.get("axis", 0) % len(shape), attributes["num_outputs"]
    each = -(-shape[axis] // parts)
    sizes = [each] * (parts - 1) + [shape[axis] - each * (parts - 1)]
    return [(*shape[:axis], size, *shape[axis + 1:]) for size in sizes]
