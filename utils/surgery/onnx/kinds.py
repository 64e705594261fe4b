# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Operators that do what a standard operator does, on other inputs: quantized and fused ones."""

from onnx import AttributeProto, NodeProto

# of ONNX itself, whose shapes it infers: the operator whose work they do, and which inputs are its
QUANTIZED = {
    "ConvInteger": ("Conv", (0, 1)),
    "MatMulInteger": ("MatMul", (0, 1)),
    "QLinearConv": ("Conv", (0, 3)),
    "QLinearMatMul": ("MatMul", (0, 3)),
}

# of com.microsoft, and of ONNX Runtime's older models without a domain; None is every third input
# from the third on
CONTRIBUTED = {
    "BiasSoftmax": ("Softmax", (0,)),
    "ConvTransposeWithDynamicPads": ("ConvTranspose", (0, 1)),
    "DynamicQuantizeLSTM": ("LSTM", (0, 1, 2)),
    "DynamicQuantizeMatMul": ("MatMul", (0, 1)),
    "FusedConv": ("Conv", (0, 1)),
    "FusedGemm": ("Gemm", (0, 1)),
    "GemmFastGelu": ("MatMul", (0, 1)),
    "GemmFloat8": ("Gemm", (0, 1)),
    "MatMulInteger16": ("MatMul", (0, 1)),
    "MatMulIntegerToFloat": ("MatMul", (0, 1)),
    "NhwcConv": ("Conv", (0, 1)),
    "NhwcFusedConv": ("Conv", (0, 1)),
    "NhwcMaxPool": ("MaxPool", (0,)),
    "QGemm": ("Gemm", (0, 3)),
    "QLinearAdd": ("Add", (0, 3)),
    "QLinearAveragePool": ("AveragePool", (0,)),
    "QLinearConcat": ("Concat", None),
    "QLinearConv": ("Conv", (0, 3)),
    "QLinearConvTranspose": ("ConvTranspose", (0, 3)),
    "QLinearGlobalAveragePool": ("GlobalAveragePool", (0,)),
    "QLinearLeakyRelu": ("LeakyRelu", (0,)),
    "QLinearMul": ("Mul", (0, 3)),
    "QLinearReduceMean": ("ReduceMean", (0,)),
    "QLinearSigmoid": ("Sigmoid", (0,)),
    "QLinearSoftmax": ("Softmax", (0,)),
    "QLinearWhere": ("Where", (0, 1, 4)),
}

# those whose channels are the last axis; of others the attribute channels_last tells it
CHANNELS_LAST = {"NhwcConv", "NhwcFusedConv", "NhwcMaxPool"}

# those whose weights have the last two axes in the other order
TURNED = {"DynamicQuantizeLSTM"}


def likeness(node):
    """
    @return the standard operator whose work a node does, and which inputs are its, by index; None
    if there is no such operator
    """
    for domains, table in ((("",), QUANTIZED), (("com.microsoft", ""), CONTRIBUTED)):
        if node.domain in domains and node.op_type in table:
            operator, inputs = table[node.op_type]
            return operator, range(2, len(node.input), 3) if inputs is None else inputs
    return None


def is_channels_last(node):
    """Whether a node's channels are the last axis, where the standard operator's are the second."""
    return node.domain == "com.microsoft" and (node.op_type in CHANNELS_LAST or any(
        a.name == "channels_last" and a.i for a in node.attribute))


def channels_last(shape):
    """A shape whose channels are the second axis, with the channels at its end."""
    return shape and (shape[0], *shape[2:], shape[1])


def channels_first(shape):
    """A shape whose channels are the last axis, with the channels second."""
    return shape and (shape[0], shape[-1], *shape[1:-1])


def standard_inputs(node, shapes):
    """The shapes that a standard operator would read in the place of a node.
    @param shapes of the inputs that are its, None if unknown"""
    if node.op_type in TURNED:
        return [*shapes[:1], *(s and (*s[:-2], *s[:-3:-1]) for s in shapes[1:])]
    if not is_channels_last(node) or not shapes or not shapes[0]:
        return shapes
    data, *weights = shapes
    data = channels_first(data)
    groups = next((a.i for a in node.attribute if a.name == "group"), 1)
    for i, weight in enumerate(weights):
        # weights may have their channels second in spite of it
        if weight and weight[1] * groups != data[1] == weight[-1] * groups:
            weights[i] = channels_first(weight)
    return [data, *weights]


def standard_node(node):
    """The node of a standard operator that does the same work, or None."""
    like = likeness(node)
    if like is None or any(i >= len(node.input) for i in like[1]):
        return None
    same = NodeProto(op_type=like[0], name=node.name)
    same.input.extend(node.input[i] for i in like[1])
    same.output.extend(node.output)
    for attribute in node.attribute:
        if attribute.type != AttributeProto.GRAPH and attribute.name != "channels_last":
            same.attribute.add().CopyFrom(attribute)
    return same
