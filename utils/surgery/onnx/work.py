# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How much work an ONNX operator does: the rules of doc/profiles.md."""

import math

from surgery.onnx.einsum import einsum_flops
from surgery.onnx.fused import rule_of
from surgery.onnx.kinds import channels_first, is_channels_last, likeness, standard_inputs
from surgery.onnx.model import is_standard
from surgery.onnx.values import attributes_of


class WorkError(ValueError):
    """A node lacks what its rule needs, or its inputs contradict each other."""


class Work:
    """The data that a rule needs: a node's attributes, and the shapes that it reads and writes."""

    def __init__(self, node, inputs, outputs):
        self.attributes = attributes_of(node)
        self.inputs = inputs
        self.outputs = outputs

    def input_size(self, index=0):
        """The number of elements of an input."""
        return math.prod(self.inputs[index])

    def output_size(self):
        """The number of elements of the first output."""
        return math.prod(self.outputs[0])


def agree(what, first, second):
    """Refuse two sizes that should be equal."""
    if first != second:
        raise WorkError(f"its inputs do not fit: {what} are {first} and {second}")


def conv_flops(work):
    """The work of a convolution."""
    weight = work.inputs[1]
    agree("channels of output and weight", work.outputs[0][1], weight[0])
    return 2 * work.output_size() * math.prod(weight[1:])


def transposed_conv_flops(work):
    """The work of a transposed convolution."""
    return 2 * work.input_size() * math.prod(work.inputs[1][1:])


def gemm_flops(work):
    """The work of a matrix product with an addition."""
    inner = work.inputs[0][0 if work.attributes.get("transA", 0) else 1]
    return 2 * work.output_size() * inner


def matmul_flops(work):
    """The work of a matrix product."""
    left, right = work.inputs[:2]
    agree("inner dimensions", left[-1], right[-2 if len(right) > 1 else 0])
    return 2 * work.output_size() * left[-1]


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


def interpolation_flops(axes, mode, size):
    """The work of sampling between elements. @param axes their number @param size of the output"""
    taps = {"linear": 2, "bilinear": 2, "cubic": 4, "bicubic": 4}.get(mode, 0)
    return 2 * taps ** axes * size if taps else 0


def resize_flops(work):
    """The work of scaling a tensor."""
    axes = sum(a != b for a, b in zip(work.inputs[0], work.outputs[0]))
    mode = work.attributes.get("mode", b"nearest").decode()
    return interpolation_flops(axes, mode, work.output_size())


def grid_flops(work):
    """The work of sampling a tensor at given places."""
    mode = work.attributes.get("mode", b"linear").decode()
    return interpolation_flops(len(work.inputs[0]) - 2, mode, work.output_size())


def region_flops(work):
    """The work of sampling regions of a picture."""
    samples = max(1, work.attributes.get("sampling_ratio", 0)) ** 2
    return samples * interpolation_flops(2, "linear", work.output_size())


REDUCTIONS = ["ArgMax", "ArgMin", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "ReduceL1",
              "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin",
              "ReduceProd", "ReduceSum", "ReduceSumSquare", "Compress", "NonZero", "TopK"]

# operators whose work is not a fixed number per output element
RULES = {
    "Conv": conv_flops,
    "ConvTranspose": transposed_conv_flops,
    "DeformConv": conv_flops,
    "Einsum": lambda work: einsum_flops(work.attributes["equation"].decode(), work.inputs),
    "Gemm": gemm_flops,
    "GridSample": grid_flops,
    "MatMul": matmul_flops,
    "LRN": lrn_flops,
    "Resize": resize_flops,
    "RoiAlign": region_flops,
    "Upsample": resize_flops,
    **dict.fromkeys(["AveragePool", "MaxPool", "LpPool"], pool_flops),
    **dict.fromkeys(["RNN", "GRU", "LSTM"], recurrent_flops),
    **dict.fromkeys(["Sum", "Max", "Min"],
                    lambda work: (len(work.inputs) - 1) * work.output_size()),
    "Mean": lambda work: len(work.inputs) * work.output_size(),
    **dict.fromkeys(REDUCTIONS, lambda work: work.input_size()),
}

# FLOP per output element
ELEMENT_WISE = {
    1: ["Relu", "Add", "Sub", "Mul", "Div", "Mod", "Neg", "Abs", "Sign", "Reciprocal", "Sqrt",
        "Floor", "Ceil", "Round", "And", "Or", "Xor", "Not", "BitShift", "BitwiseAnd",
        "BitwiseOr", "BitwiseXor", "BitwiseNot", "Equal", "Greater",
        "GreaterOrEqual", "Less", "LessOrEqual", "IsInf", "IsNaN", "Where", "CumSum", "Hardmax"],
    2: ["LeakyRelu", "PRelu", "ThresholdedRelu", "Clip", "Shrink", "QuantizeLinear",
        "DequantizeLinear", "BatchNormalization"],
    3: ["Softsign", "LpNormalization"],
    4: ["Exp", "Log", "Pow", "Erf", "Sigmoid", "Tanh", "Elu", "Celu", "Selu", "Softplus",
        "HardSigmoid", "HardSwish", "DynamicQuantizeLinear", "Sin", "Cos", "Tan", "Asin", "Acos",
        "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh"],
    5: ["Softmax", "LogSoftmax"],
    7: ["InstanceNormalization", "MeanVarianceNormalization"],
}
PER_ELEMENT = {op: flops for flops, ops in ELEMENT_WISE.items() for op in ops}

# operators that only move or relabel data
MOVES = {"Cast", "CastLike", "Concat", "ConstantOfShape", "DepthToSpace", "Dropout", "Expand",
         "EyeLike", "Flatten", "Gather", "GatherElements", "GatherND", "Identity",
         "MaxUnpool", "OneHot", "Pad", "Range", "Reshape",
         "ReverseSequence", "Scatter", "ScatterElements", "ScatterND", "Slice", "SpaceToDepth",
         "Split", "Squeeze", "Tile", "Transpose", "Trilu", "Unsqueeze"}


def has_rule(node):
    """Whether there is a rule for an operator."""
    return bool(likeness(node) or rule_of(node)) or (is_standard(node.domain) and (
        node.op_type in RULES or node.op_type in PER_ELEMENT or node.op_type in MOVES))


def count_flops(node, inputs, outputs):
    """The node's work; an operator without a rule counts 1 per output element."""
    if not has_rule(node):
        return sum(math.prod(shape) for shape in outputs)
    try:
        flops = _by_rule(node, inputs, outputs)
    except WorkError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WorkError("inputs or attributes are missing or malformed "
                        f"({type(error).__name__}: {error})") from error
    if flops < 0:
        raise WorkError("an attribute or a shape is negative")
    return flops


def _by_rule(node, inputs, outputs):
    """The work of an operator that has a rule."""
    operator, like, fused = node.op_type, likeness(node), rule_of(node)
    if fused:
        return fused.flops(attributes_of(node), inputs, outputs)
    if like:
        operator, inputs = like[0], standard_inputs(node, [inputs[i] for i in like[1]])
        if is_channels_last(node):
            outputs = [channels_first(shape) for shape in outputs]
    if operator in MOVES:
        return 0
    if operator in PER_ELEMENT:
        return PER_ELEMENT[operator] * math.prod(outputs[0])
    return RULES[operator](Work(node, inputs, outputs))
