# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How much work an ONNX operator does: the rules of doc/profiles.md."""

import math

from onnx import helper


class WorkError(ValueError):
    """A node lacks what its rule needs."""


class Work:
    """The data that a rule needs: a node's attributes, and the shapes that it reads and writes."""

    def __init__(self, node, inputs, outputs):
        self.attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        self.inputs = inputs
        self.outputs = outputs

    def input_size(self, index=0):
        """The number of elements of an input."""
        return math.prod(self.inputs[index])

    def output_size(self):
        """The number of elements of the first output."""
        return math.prod(self.outputs[0])


def gemm_flops(work):
    """The work of a matrix product with an addition."""
    inner = work.inputs[0][0 if work.attributes.get("transA", 0) else 1]
    return 2 * work.output_size() * inner


def lrn_flops(work):
    """The work of a local response normalization."""
    return (2 * work.attributes["size"] + 4) * work.output_size()


def pool_flops(work):
    """The work of a pooling with a window."""
    return math.prod(work.attributes["kernel_shape"]) * work.output_size()


def recurrent_flops(work):
    """The work of a recurrent layer."""
    sequence, batch = work.inputs[0][:2]
    return 2 * sequence * batch * (work.input_size(1) + work.input_size(2))


# operators whose work is not a fixed number per output element
RULES = {
    "Conv": lambda work: 2 * work.output_size() * math.prod(work.inputs[1][1:]),
    "ConvTranspose": lambda work: 2 * work.input_size() * math.prod(work.inputs[1][1:]),
    "Gemm": gemm_flops,
    "MatMul": lambda work: 2 * work.output_size() * work.inputs[0][-1],
    "LRN": lrn_flops,
    **dict.fromkeys(["AveragePool", "MaxPool", "LpPool"], pool_flops),
    **dict.fromkeys(["RNN", "GRU", "LSTM"], recurrent_flops),
    **dict.fromkeys(["Sum", "Max", "Min"],
                    lambda work: (len(work.inputs) - 1) * work.output_size()),
    "Mean": lambda work: len(work.inputs) * work.output_size(),
    **dict.fromkeys(["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "ReduceL1", "ReduceL2",
                     "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum", "ArgMax", "ArgMin"],
                    lambda work: work.input_size()),
}

# FLOP per output element
ELEMENT_WISE = {
    1: ["Relu", "Add", "Sub", "Mul", "Div", "Neg", "Abs", "Sqrt", "Floor", "Ceil", "Round", "And",
        "Or", "Not", "Equal", "Greater", "Less", "Where"],
    2: ["BatchNormalization", "LeakyRelu", "PRelu", "ThresholdedRelu", "Clip"],
    4: ["Exp", "Log", "Pow", "Erf", "Sigmoid", "Tanh", "Elu", "Selu", "Softplus", "HardSigmoid",
        "HardSwish"],
    5: ["Softmax", "LogSoftmax"],
    7: ["InstanceNormalization", "LayerNormalization"],
}
PER_ELEMENT = {op: flops for flops, ops in ELEMENT_WISE.items() for op in ops}

# operators that only move or relabel data
MOVES = {"Cast", "Concat", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather", "Identity",
         "Pad", "Reshape", "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose",
         "Unsqueeze"}


def has_rule(node):
    """Whether there is a rule for an operator."""
    return node.domain in ("", "ai.onnx") and (
        node.op_type in RULES or node.op_type in PER_ELEMENT or node.op_type in MOVES)


def count_flops(node, inputs, outputs):
    """The node's work; an operator without a rule counts 1 per output element."""
    if not has_rule(node):
        return sum(math.prod(shape) for shape in outputs)
    if node.op_type in MOVES:
        return 0
    if node.op_type in PER_ELEMENT:
        return PER_ELEMENT[node.op_type] * math.prod(outputs[0])
    try:
        return RULES[node.op_type](Work(node, inputs, outputs))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise WorkError("inputs or attributes are missing or malformed "
                        f"({type(error).__name__}: {error})") from error
