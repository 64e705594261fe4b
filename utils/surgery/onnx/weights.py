# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What shapes the weights of an operator, and other inputs besides its first, must have, which ONNX's
inference does not check."""

import math

from surgery.onnx.tensors import text
from surgery.onnx.values import attributes_of


class Contradiction(ValueError):
    """A weight's shape contradicts another input or an attribute."""


class Shapes:
    """The shapes that a node reads; None for one that is left out or not known."""

    def __init__(self, node, shapes, version):
        """@param version of the operators"""
        self.attributes = attributes_of(node)
        self.version = version
        self._names = list(node.input)
        self._shapes = list(shapes)

    def __getitem__(self, index):
        return self._shapes[index] if index < len(self._shapes) else None

    def has(self, *indices):
        """Whether these inputs are known."""
        return all(self[index] is not None for index in indices)

    def need(self, index, *expected):
        """Refuse an input of another shape than one of these."""
        if self.has(index) and self[index] not in expected:
            wanted = " or ".join(text(shape) for shape in dict.fromkeys(expected))
            raise Contradiction(f"'{self._names[index]}' has the shape {text(self[index])}, {wanted} "
                                "is needed")

    def need_broadcast(self, index, target):
        """Refuse an input that cannot be repeated to become a shape."""
        shape = self[index]
        if shape is not None and (len(shape) > len(target) or any(
                a not in (1, b) for a, b in zip(shape[::-1], target[::-1]))):
            raise Contradiction(f"'{self._names[index]}' has the shape {text(shape)}, which does not "
                                f"fit {text(target)}")

    def need_equal(self, what, first, second):
        """Refuse two sizes that should be equal."""
        if first != second:
            raise Contradiction(f"{what} are {first} and {second}")


def convolution(bias=None):
    """Conv and its kind. @param bias index of the bias, if there is one"""
    def check(shapes):
        if shapes.has(1):
            groups = _check_kernel(shapes)
            _check_channels(shapes, 1, groups)
            if bias is not None:
                shapes.need(bias, shapes[1][:1])
    return check


def transposed_convolution(shapes):
    """ConvTranspose."""
    if shapes.has(1):
        groups = _check_kernel(shapes)
        _check_channels(shapes, 0)
        shapes.need(2, (shapes[1][1] * groups,))


def bias_of(weight, bias):
    """The bias of a convolution whose other inputs stand where Conv has none.
    @param weight, bias their indices"""
    def check(shapes):
        if shapes.has(weight):
            shapes.need(bias, shapes[weight][:1])
    return check


def _check_kernel(shapes):
    """Refuse a weight that the attributes contradict. @return the number of groups"""
    weight, groups = shapes[1], shapes.attributes.get("group", 1)
    kernel = shapes.attributes.get("kernel_shape")
    if kernel and tuple(kernel) != weight[2:]:
        raise Contradiction(f"attribute kernel_shape is {text(kernel)}, the weight's is "
                            f"{text(weight[2:])}")
    if groups < 1 or weight[0] % groups:
        raise Contradiction(f"{weight[0]} channels are not divided by {groups} groups")
    return groups


def _check_channels(shapes, axis, groups=1):
    """Refuse an input with other channels than its weight is for.
    @param axis of the weight, with the channels of each of so many groups"""
    if shapes.has(0) and len(shapes[0]) > 1:
        shapes.need_equal("channels of input and weight", shapes[0][1], shapes[1][axis] * groups)


def recurrent(gates):
    """RNN and its kind. @param gates their number"""
    def check(shapes):
        if not shapes.has(0, 1, 2) or not len(shapes[0]) == len(shapes[1]) == len(shapes[2]) == 3:
            return
        hidden = shapes.attributes.get("hidden_size", shapes[2][-1])
        directions = 2 if shapes.attributes.get("direction") == b"bidirectional" else 1
        batch_first = shapes.attributes.get("layout", 0)
        batch, width = shapes[0][0 if batch_first else 1], shapes[0][2]
        shapes.need(1, (directions, gates * hidden, width))
        shapes.need(2, (directions, gates * hidden, hidden))
        shapes.need(3, (directions, 2 * gates * hidden))
        shapes.need(4, (batch,))
        for index in (5, 6):
            shapes.need(index, (batch, directions, hidden) if batch_first
                        else (directions, batch, hidden))
        shapes.need(7, (directions, 3 * hidden))
    return check


def by_channel(*indices):
    """A number per channel. @param indices of the inputs that have them"""
    def check(shapes):
        if not shapes.has(0):
            return
        channels = shapes[0][1:2] or (1,)
        if not shapes.attributes.get("spatial", 1):  # a number per channel and place
            channels = shapes[0][1:]
        for index in indices:
            shapes.need(index, channels)
    return check


def by_group(shapes):
    """GroupNormalization, of whose versions one has a number per group, others one per channel."""
    groups = shapes.attributes.get("num_groups", 0)
    if not shapes.has(0):
        return
    channels = shapes[0][1]
    if groups < 1 or channels % groups:
        raise Contradiction(f"{channels} channels are not divided by {groups} groups")
    for index in (1, 2):
        shapes.need(index, (groups if shapes.version < 21 else channels,))


def by_row(*indices):
    """Numbers that are the same in each row, and can be repeated to become one.
    @param indices of the inputs that have them"""
    def check(shapes):
        if not shapes.has(0):
            return
        for index in indices:
            shapes.need_broadcast(index, shapes[0])
    return check


def slopes(shapes):
    """PRelu, whose first versions have a number per channel."""
    if shapes.has(0, 1):
        if shapes.version < 7 and math.prod(shapes[1]) in (1, *shapes[0][1:2]):
            return
        shapes.need_broadcast(1, shapes[0])


def product(shapes):
    """Gemm."""
    if shapes.has(0, 1) and len(shapes[0]) == len(shapes[1]) == 2:
        left, right = shapes.attributes.get("transA", 0), shapes.attributes.get("transB", 0)
        shapes.need_equal("inner dimensions", shapes[0][0 if left else 1],
                          shapes[1][1 if right else 0])
        shapes.need_broadcast(2, (shapes[0][1 if left else 0], shapes[1][0 if right else 1]))


def limits(shapes):
    """Clip, whose limits are one number each."""
    for index in (1, 2):
        if shapes.has(index) and math.prod(shapes[index]) != 1:
            shapes.need(index, ())


def updates(shapes):
    """ScatterND, which writes a part of its first input at each of its places."""
    if shapes.has(0, 1) and shapes[1] and shapes[1][-1] <= len(shapes[0]):
        shapes.need(2, (*shapes[1][:-1], *shapes[0][shapes[1][-1]:]))


def updates_of_elements(shapes):
    """ScatterElements, which writes one element at each of its places."""
    if shapes.has(1):
        shapes.need(2, shapes[1])


def scales(shapes):
    """QuantizeLinear and DequantizeLinear: one number, one per place of an axis, or one per block."""
    if not shapes.has(0, 1) or len(shapes[1]) > 1 and len(shapes[1]) == len(shapes[0]):
        return
    data, axis = shapes[0], shapes.attributes.get("axis", 1)
    expected = [(), (1,)]
    if -len(data) <= axis < len(data):
        expected.append((data[axis],))
    shapes.need(1, *expected)
    if shapes.has(1, 2) and math.prod(shapes[1]) != math.prod(shapes[2]):
        shapes.need(2, shapes[1])


CHECKS = {
    "": {
        "BatchNormalization": by_channel(1, 2, 3, 4),
        "Clip": limits,
        "Conv": convolution(2),
        "ConvInteger": convolution(),
        "ConvTranspose": transposed_convolution,
        "DeformConv": convolution(3),
        "DequantizeLinear": scales,
        "GRU": recurrent(3),
        "Gemm": product,
        "GroupNormalization": by_group,
        "InstanceNormalization": by_channel(1, 2),
        "LSTM": recurrent(4),
        "LayerNormalization": by_row(1, 2),
        "PRelu": slopes,
        "QLinearConv": bias_of(3, 8),
        "QuantizeLinear": scales,
        "RMSNormalization": by_row(1),
        "RNN": recurrent(1),
        "Scatter": updates_of_elements,
        "ScatterElements": updates_of_elements,
        "ScatterND": updates,
        "SimplifiedLayerNormalization": by_row(1),
    },
    "com.microsoft": {
        "BiasAdd": by_row(1),
        "BiasGelu": by_row(1),
        "FastGelu": by_row(1),
        "FusedConv": bias_of(1, 2),
        "FusedGemm": product,
        "NhwcConv": bias_of(1, 2),
        "NhwcFusedConv": bias_of(1, 2),
        "QLinearConv": bias_of(3, 8),
        "SkipLayerNormalization": by_row(1, 2, 3, 4),
        "SkipSimplifiedLayerNormalization": by_row(1, 2, 3),
    },
}


def check_weights(node, shapes, version):
    """Refuse weights that do not fit. @param shapes of the node's inputs, None if left out or not known
    @param version of the operators"""
    check = CHECKS.get(node.domain, {}).get(node.op_type)
    if check is not None:
        check(Shapes(node, shapes, version))
