# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What ONNX's inference takes for granted, and some of its versions crash or hang without: that a
window fits its input, and that a shape has no more numbers than a tensor can have dimensions."""

from surgery.onnx.model import ModelError, describe
from surgery.onnx.values import attributes_of

# by operator, the input that is the weight
WEIGHT = {"AveragePool": None, "Conv": 1, "ConvInteger": 1, "ConvTranspose": 1, "LpPool": None,
          "MaxPool": None, "MaxUnpool": None, "QLinearConv": 3}

# attributes that have a number per axis of the window, or two
PER_AXIS = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 1, "pads": 2}
POSITIVE = {"kernel_shape", "strides", "dilations"}

# by operator, the input with a number per dimension of the output
SHAPE = {"ConstantOfShape": 0, "Expand": 1, "Reshape": 1}
MOST_DIMENSIONS = 64


def check(node, inputs):
    """Refuse a window or a shape that does not fit. @param inputs a Tensor per input, None if left out"""
    place = SHAPE.get(node.op_type, len(inputs))
    size = inputs[place].size() if place < len(inputs) and inputs[place] else None
    if size is not None and size > MOST_DIMENSIONS:
        raise ModelError(f"{describe(node)}: its output would have {size} dimensions, more than "
                         f"{MOST_DIMENSIONS}")
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
