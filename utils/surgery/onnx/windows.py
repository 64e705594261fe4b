# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Operators with a window: whether a node's window fits its input, which ONNX takes for granted, and
some of its versions crash otherwise."""

from surgery.onnx.model import ModelError, describe
from surgery.onnx.values import attributes_of

# by operator, the input that is the weight
WEIGHT = {"AveragePool": None, "Conv": 1, "ConvInteger": 1, "ConvTranspose": 1, "LpPool": None,
          "MaxPool": None, "MaxUnpool": None, "QLinearConv": 3}

# attributes that have a number per axis of the window, or two
PER_AXIS = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 1, "pads": 2}
POSITIVE = {"kernel_shape", "strides", "dilations"}


def check(node, inputs):
    """Refuse a window that does not fit. @param inputs a Tensor per input, None if left out"""
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
        if name not in PER_AXIS:
            continue
        if not isinstance(value, list) or len(value) != PER_AXIS[name] * (rank - 2):
            raise ModelError(f"{describe(node)}: attribute {name} does not fit {rank - 2} axes")
        if name in POSITIVE and min(value) < 1:
            raise ModelError(f"{describe(node)}: attribute {name} must be >= 1")
