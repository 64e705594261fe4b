# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Windows that slide over an input: what they write, and that they fit it. That, and that a shape has no
more numbers than a tensor can have dimensions, ONNX's inference takes for granted, and some of its
versions crash or hang without."""

import math

from surgery.onnx.model import ModelError, describe, is_standard
from surgery.onnx.tensors import MOST
from surgery.onnx.values import attributes_of

# by operator, the input that is the weight
WEIGHT = {"AveragePool": None, "Conv": 1, "ConvInteger": 1, "ConvTranspose": 1, "LpPool": None,
          "MaxPool": None, "MaxUnpool": None, "QLinearConv": 3}

# attributes that have a number per axis of the window, or two
PER_AXIS = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 1, "pads": 2}
FILLINGS = {b"NOTSET", b"SAME_LOWER", b"SAME_UPPER", b"VALID"}
POSITIVE = {"kernel_shape", "strides", "dilations"}

# by operator, the input with a number per dimension of the output
SHAPE = {"ConstantOfShape": 0, "Expand": 1, "Reshape": 1}
MOST_DIMENSIONS = 64


def _numbers(attributes, shape):
    """Strides, gaps and pads of a window, per axis."""
    axes = len(shape) - 2
    ones = [1] * axes
    pads = attributes.get("pads", [0] * 2 * axes)
    return (attributes.get("strides", ones), attributes.get("dilations", ones),
            [pads[i] + pads[i + axes] for i in range(axes)], pads)


def pooled(attributes, shape):
    """The shape behind a window that takes the mean, the largest, or a norm."""
    kernel = attributes["kernel_shape"]
    strides, gaps, both, pads = _numbers(attributes, shape)
    filling = attributes.get("auto_pad", b"NOTSET")
    round_up = attributes.get("ceil_mode", 0)
    sizes = []
    for i, size in enumerate(shape[2:]):
        if filling in (b"SAME_UPPER", b"SAME_LOWER"):
            sizes.append(-(-size // strides[i]))
            continue
        before, added = (pads[i], both[i]) if filling == b"NOTSET" else (0, 0)
        steps = size + added - gaps[i] * (kernel[i] - 1) - 1
        count = (-(-steps // strides[i]) if round_up else steps // strides[i]) + 1
        # a window must start within the input or the padding before it
        if round_up and (count - 1) * strides[i] >= size + before:
            count -= 1
        sizes.append(count)
    return (*shape[:2], *sizes)


def transposed(attributes, shape, weight):
    """The shape that a transposed convolution writes."""
    channels = weight[1] * attributes.get("group", 1)
    axes = len(shape) - 2
    stated = attributes.get("output_shape")
    if stated:
        if len(stated) not in (axes, axes + 2) or (
                len(stated) == axes + 2 and list(stated[:2]) != [shape[0], channels]):
            raise ValueError(f"its attribute output_shape {list(stated)} does not fit")
        return (shape[0], channels, *stated[-axes:])
    strides, gaps, pads, _ = _numbers(attributes, shape)
    if attributes.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER"):
        return (shape[0], channels, *(d * s for d, s in zip(shape[2:], strides)))
    more = attributes.get("output_padding", [0] * axes)
    return (shape[0], channels, *(
        stride * (size - 1) + gap * (kernel - 1) + 1 + extra - pad
        for size, kernel, stride, gap, pad, extra in zip(shape[2:], weight[2:], strides, gaps, pads,
                                                         more)))


def unpooled(attributes, shape, stated):
    """The shape that MaxUnpool writes. @param stated as an input tells it, or None"""
    if stated:
        if len(stated) != len(shape):
            raise ValueError(f"its output_shape has {len(stated)} of {len(shape)} dimensions")
        return tuple(stated)
    kernel = attributes["kernel_shape"]
    strides, _, pads, _ = _numbers(attributes, shape)
    return (*shape[:2], *((size - 1) * stride + length - pad for size, stride, length, pad in zip(
        shape[2:], strides, kernel, pads)))


def check(node, inputs):
    """Refuse a window or a shape that does not fit. @param inputs a Tensor per input, None if left out"""
    if not is_standard(node.domain):
        return
    place = SHAPE.get(node.op_type, len(inputs))
    size = inputs[place].size() if place < len(inputs) and inputs[place] else None
    if size is not None and size > MOST_DIMENSIONS:
        raise ModelError(f"{describe(node)}: its output would have {size} dimensions, more than "
                         f"{MOST_DIMENSIONS}")
    if node.op_type == "Tile" and all(t is not None and t.is_known() for t in inputs):
        repeats = inputs[1].array() if len(inputs) == 2 else None
        size = 0 if repeats is None else inputs[0].size() * math.prod(map(int, repeats.ravel()))
        if size > MOST:
            raise ModelError(f"{describe(node)}: its output would have {4 * size} bytes at 32 bits per "
                             "element; a profile states at most 2^53")
    if node.op_type not in WEIGHT or not inputs or not inputs[0] or inputs[0].shape is None:
        return
    rank, index = len(inputs[0].shape), WEIGHT[node.op_type]
    if rank < 3:
        raise ModelError(f"{describe(node)}: its inputs do not fit: its first input has {rank} "
                         "dimensions, 3 or more are needed")
    if index is not None:
        weight = inputs[index] if index < len(inputs) else None
        if weight is None:
            raise ModelError(f"{describe(node)}: has no weight")
        if weight.shape is not None and len(weight.shape) != rank:
            raise ModelError(f"{describe(node)}: its inputs do not fit: the first has {rank} "
                             f"dimensions, the weight {len(weight.shape)}")
    for name, value in attributes_of(node).items():
        if name == "auto_pad" and value not in FILLINGS:
            raise ModelError(f"{describe(node)}: attribute auto_pad has an unknown value")
        if name not in PER_AXIS:
            continue
        if not isinstance(value, list) or len(value) != PER_AXIS[name] * (rank - 2):
            raise ModelError(f"{describe(node)}: attribute {name} does not fit {rank - 2} axes")
        if name in POSITIVE and min(value) < 1:
            raise ModelError(f"{describe(node)}: attribute {name} must be >= 1")
