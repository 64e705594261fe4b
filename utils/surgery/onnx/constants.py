# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Which constants of a node are weights, and how many elements they have."""

import math

from onnx import AttributeProto, TensorProto, helper

from surgery.onnx.model import is_standard
from surgery.onnx.values import attributes_of
from surgery.onnx.work import MOVES, has_rule

# element types that weights have; integers of 32 bits and more are shapes, axes and indices
WEIGHT_TYPES = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE,
                TensorProto.INT8, TensorProto.UINT8,
                *range(17, 27)}  # floats of 8 bits and less, integers of 4 bits and less; newer
LARGEST_TYPE = 26

# operators of which an input of 32-bit integers is a bias, by the input's index
INTEGER_BIAS = {"QLinearConv": 8, "QGemm": 6, "DequantizeLinear": 0}

MOST_NUMBERS = 64  # of a list that may be a shape, axes or the like


def is_weight(node, name, tensor):
    """Whether a constant that a node reads is a weight. @param tensor what is known of it"""
    if is_standard(node.domain) and node.op_type in MOVES and not tensor.is_known():
        return False
    if tensor.element in WEIGHT_TYPES:
        return True
    if tensor.element == TensorProto.INT32 and node.domain in ("", "com.microsoft") and (
            list(node.input).index(name) if name in node.input else -1) == INTEGER_BIAS.get(
                node.op_type):
        return True
    # of operators from elsewhere, which may pack small elements into large integers
    return (not is_standard(node.domain) and not has_rule(node) and tensor.is_known()
            and tensor.element not in (TensorProto.BOOL, TensorProto.STRING)
            and (len(tensor.shape) > 1 or tensor.size() > MOST_NUMBERS))


def _attribute_size(attribute):
    """The number of elements of an attribute that is a weight, otherwise 0."""
    value = helper.get_attribute_value(attribute)
    if attribute.type == AttributeProto.TENSOR:
        sizes = [math.prod(value.dims)]
    elif attribute.type == AttributeProto.TENSORS:
        sizes = [math.prod(tensor.dims) for tensor in value]
    elif attribute.type == AttributeProto.SPARSE_TENSOR:
        sizes = [math.prod(value.values.dims)]
    elif attribute.type == AttributeProto.FLOATS and len(value) > MOST_NUMBERS:
        sizes = [len(value)]
    else:
        return 0
    return sum(size for size in sizes if size > 1)


def attribute_weights(node):
    """The attributes of a node that are weights: (name, elements) each."""
    sizes = [(attribute.name, _attribute_size(attribute)) for attribute in node.attribute]
    return [(name, size) for name, size in sizes if size]


def _blocks(attributes):
    """How many blocks a row of K elements has, each of which has a scale."""
    return -(-attributes["K"] // attributes.get("block_size", attributes["K"]))


def _product(attributes, inputs, index):
    """MatMulNBits and MatMulBnb4: a matrix, and a zero point per block."""
    return attributes["N"] * (attributes["K"] if index == 1 else _blocks(attributes))


def _table(attributes, inputs, index):
    """GatherBlockQuantized: a table, and a zero point per block."""
    if index != 0:
        return math.prod(inputs[2])
    axis = attributes.get("quantize_axis", 1) % len(inputs[0])
    whole = -(-inputs[0][axis] // attributes.get("block_size", 128)) == inputs[2][axis]
    return math.prod(inputs[0]) * (1 if whole else 8 // attributes.get("bits", 4))


def _experts(attributes, inputs, index):
    """QMoE: matrices."""
    return math.prod(inputs[index]) * (8 // attributes.get("expert_weight_bits", 4))


# operators of ONNX Runtime that have several elements in a byte: the inputs that have, and a function
# of attributes, shapes of the inputs and the input's index
PACKED = {
    "GatherBlockQuantized": ((0, 3), _table),
    "MatMulBnb4": ((1,), _product),
    "MatMulNBits": ((1, 3), _product),
    "QMoE": ((2, 5, 8), _experts),
}


def count_elements(node, name, inputs, element):
    """How many elements a weight has that may be packed; None for as many as its shape tells.
    @param inputs shapes of the node's inputs @param element their type in the weight"""
    if node.domain != "com.microsoft" or node.op_type not in PACKED or name not in node.input or (
            element != TensorProto.UINT8):
        return None
    indices, function = PACKED[node.op_type]
    index = list(node.input).index(name)
    return function(attributes_of(node), inputs, index) if index in indices else None
