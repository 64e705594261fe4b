# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Shapes that standard operators write, where ONNX's inference leaves blanks or errs: older and newer
forms of operators, and what depends on constants that it does not look at."""

import math

import numpy

from surgery.onnx import newer, windows
from surgery.onnx.einsum import einsum_shape
from surgery.onnx.numpy_operators import range_length
from surgery.onnx.tensors import text
from surgery.onnx.values import attributes_of

# standard operators of which some versions of ONNX infer something wrong
OWN = {"DFT", "GridSample", "MeanVarianceNormalization", "Range", "STFT"}

POOLS = {"AveragePool", "LpPool", "MaxPool"}

# operators of two inputs or more, whose versions before numpy's broadcasting keep the first shape
ELEMENT_WISE = {"Add", "And", "Div", "Equal", "Greater", "Less", "Max", "Mean", "Min", "Mul", "Or",
                "Pow", "Sub", "Sum", "Xor"}


def replaces_inference(node):
    """Whether a standard operator's shapes are not left to ONNX."""
    return (node.op_type in OWN or newer.is_newer(node)
            or (node.op_type in POOLS and bool(attributes_of(node).get("ceil_mode", 0))))


class Node:
    """What a rule needs: a node's attributes, its inputs with their shapes, and the version of the
    operators."""

    def __init__(self, node, inputs, version):
        """@param inputs a Tensor per input, None if left out; their shapes are known"""
        self.operator = node.op_type
        self.outputs = len(node.output)
        self.attributes = attributes_of(node)
        self.inputs = inputs
        self.shapes = [t and t.shape for t in inputs]
        self.version = version

    def numbers(self, index):
        """The elements of an input, None if it is left out.
        @throws LookupError if they are unknown"""
        if index >= len(self.inputs) or self.inputs[index] is None:
            return None
        array = self.inputs[index].array()
        if array is None:
            raise LookupError("elements that are not known")
        return array.ravel().tolist()


def shapes(node, inputs, version):
    """
    The shapes that a standard operator writes, as many as a rule knows.

    @param inputs as Node has them @param version of the operators
    @throws LookupError if they depend on elements that are not known
    """
    known = Node(node, inputs, version)
    if newer.is_newer(node):
        return newer.shapes(node, known)
    rule = RULES.get(node.op_type)
    return rule(known) if rule else []


def first(node):
    """The shape of the first input."""
    return [node.shapes[0]] * node.outputs


def spectrum(node):
    """The shape that STFT writes."""
    window = node.shapes[2] if len(node.shapes) > 2 else None
    (step,), length = node.numbers(1), node.numbers(3)
    batch, samples = node.shapes[0][:2]
    frame = length[0] if length else window[0]
    one_sided = node.attributes.get("onesided", 1)
    return [(batch, (samples - frame) // step + 1, frame // 2 + 1 if one_sided else frame, 2)]


def fourier(node):
    """The shape that DFT writes."""
    shape, length, place = node.shapes[0], node.numbers(1), node.numbers(2)
    axis = node.attributes.get("axis", 1) if node.version < 20 else place[0] if place else -2
    if not -len(shape) <= axis < len(shape) or axis in (-1, len(shape) - 1):
        raise ValueError(f"axis {axis} of {text(shape)} is no axis of a signal")
    axis %= len(shape)
    size = length[0] if length else shape[axis]
    if node.attributes.get("onesided", 0):
        if node.attributes.get("inverse", 0):
            raise ValueError("its attributes onesided and inverse exclude each other")
        size = size // 2 + 1
    return [(*shape[:axis], size, *shape[axis + 1:-1], 2)]


def reshaped(node):
    """The shape that Reshape writes."""
    if len(node.inputs) == 1:
        return [resolve(list(node.attributes["shape"]), node.shapes[0], False)]
    value = node.inputs[1].value
    if value is None:
        return []
    # a single dimension that is not known follows from the size
    target = [int(d) for d in value.array]
    if value.known is not None:
        unknown = [i for i, known in enumerate(value.known) if not known]
        if len(unknown) > 1 or -1 in [d for i, d in enumerate(target) if i not in unknown]:
            return []
        target[unknown[0]] = -1
    return [resolve(target, node.shapes[0], node.attributes.get("allowzero", 0))]


def resolve(target, source, zero):
    """The shape that a target of Reshape stands for."""
    if not zero:
        target = [source[i] if d == 0 else d for i, d in enumerate(target)]
    rest = math.prod(d for d in target if d != -1)
    if -1 in target and (rest == 0 or math.prod(source) % rest):
        raise ValueError(f"{text(source)} cannot become {text(target)}")
    return tuple(math.prod(source) // rest if d == -1 else d for d in target)


def flattened(node):
    """The shape that Flatten writes."""
    axis = node.attributes.get("axis", 1)
    return [(math.prod(node.shapes[0][:axis]), math.prod(node.shapes[0][axis:]))]


def cut(node):
    """The shape that Slice writes."""
    shape = list(node.shapes[0])
    if len(node.inputs) > 1:
        starts, ends, axes, steps = (node.numbers(index) for index in range(1, 5))
    else:
        starts, ends, axes = (node.attributes.get(name) for name in ("starts", "ends", "axes"))
        steps = None
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise ValueError("its starts, ends, axes and steps differ in number")
    for start, end, axis, step in zip(starts, ends, axes, steps):
        shape[axis] = len(range(*slice(start, end, step).indices(shape[axis])))
    return [tuple(shape)]


def one_hot(node):
    """The shape that OneHot writes."""
    shape, (depth,) = node.shapes[0], node.numbers(1)
    axis = node.attributes.get("axis", -1)
    axis += len(shape) + 1 if axis < 0 else 0
    return [(*shape[:axis], int(depth), *shape[axis:])]


def compressed(node):
    """The shape that Compress writes."""
    shape, axis, chosen = node.shapes[0], node.attributes.get("axis"), node.numbers(1)
    length = math.prod(shape) if axis is None else shape[axis]
    if len(chosen) > length:
        raise ValueError(f"it chooses from {len(chosen)} of {length} elements")
    if axis is None:
        return [(sum(chosen),)]
    axis %= len(shape)
    return [(*shape[:axis], sum(chosen), *shape[axis + 1:])]


def joined(node):
    """The shape that Concat writes."""
    axis = node.attributes.get("axis", 1) % len(node.shapes[0])  # a default in the first version only
    others = {(*shape[:axis], *shape[axis + 1:]) for shape in node.shapes}
    if len(others) > 1:
        raise ValueError(f"its inputs differ in more than axis {axis}")
    shape = node.shapes[0]
    return [(*shape[:axis], sum(s[axis] for s in node.shapes), *shape[axis + 1:])]


def divided(node):
    """The shapes that Split writes."""
    shape, axis = node.shapes[0], node.attributes.get("axis", 0) % len(node.shapes[0])
    sizes = node.numbers(1) or node.attributes.get("split")
    if not sizes:
        if shape[axis] % node.outputs:
            raise ValueError(f"{shape[axis]} elements are not {node.outputs} equal parts")
        sizes = [shape[axis] // node.outputs] * node.outputs
    if sum(sizes) != shape[axis]:
        raise ValueError(f"its parts are {sum(sizes)} of {shape[axis]} elements")
    return [(*shape[:axis], size, *shape[axis + 1:]) for size in sizes]


def product(node):
    """The shape that Gemm writes."""
    left, right = node.shapes[:2]
    return [(left[1 if node.attributes.get("transA", 0) else 0],
             right[0 if node.attributes.get("transB", 0) else 1])]


def padded(node):
    """The shape that Pad writes, of versions that have its numbers as an attribute."""
    pads = node.numbers(1) or node.attributes.get("pads", node.attributes.get("paddings"))
    shape = node.shapes[0]
    if len(pads) != 2 * len(shape):
        raise ValueError(f"{len(pads)} pads do not fit {len(shape)} dimensions")
    return [tuple(d + before + after for d, before, after in zip(shape, pads, pads[len(shape):]))]


def tiled(node):
    """The shape that Tile writes; its first version repeats one axis."""
    shape, repeats = list(node.shapes[0]), node.numbers(1)
    if node.version < 6:
        axis = int(node.numbers(2)[0])
        shape[axis] *= int(repeats[0])
        return [tuple(shape)]
    return [tuple(d * n for d, n in zip(shape, repeats, strict=True))]


def enlarged(node):
    """The shape that Upsample writes."""
    shape, scales = node.shapes[0], node.numbers(1) or node.attributes.get("scales")
    if scales is None:
        scales = [1, 1, node.attributes["height_scale"], node.attributes["width_scale"]]
    return [tuple(math.floor(d * scale) for d, scale in zip(shape, scales, strict=True))]


def sampled(node):
    """The shape that GridSample writes: a place for each output, with a number per axis."""
    data, grid = node.shapes[:2]
    if len(data) != len(grid) or grid[-1] != len(data) - 2 or data[0] != grid[0]:
        raise ValueError(f"{text(data)} and {text(grid)} do not fit")
    return [(*data[:2], *grid[1:-1])]


def counted(node):
    """The shape that Range writes. ONNX's inference refuses vectors of one number, which run."""
    if any(math.prod(shape) != 1 for shape in node.shapes):
        raise ValueError("start, limit and delta are one number each")
    try:
        (start,), (limit,), (delta,) = (node.numbers(i) for i in range(3))
    except LookupError:
        return [(None,)]
    if delta == 0:
        raise ValueError("delta is 0")
    return [(range_length(start, limit, delta),)]


def recurrent(node):
    """The shapes that RNN and its kind write: every state, the last one, and the last cells."""
    sequence, batch = node.shapes[0][:2]
    directions, hidden = node.shapes[1][0], node.shapes[2][-1]
    if node.attributes.get("layout", 0):
        sequence, batch = batch, sequence
        return [(batch, sequence, directions, hidden), *[(batch, directions, hidden)] * 2]
    return [(sequence, directions, batch, hidden), *[(directions, batch, hidden)] * 2]


def broadcast(node):
    """The shape that an operator writes which works element by element."""
    if node.version >= 8 or (node.version == 7 and node.operator not in (
            "Max", "Mean", "Min", "Sum")):
        return [numpy.broadcast_shapes(*node.shapes)]
    return first(node)


RULES = {
    **newer.RULES,
    **dict.fromkeys(ELEMENT_WISE, broadcast),
    **dict.fromkeys(("GRU", "LSTM", "RNN"), recurrent),
    **dict.fromkeys(POOLS, lambda node: [windows.pooled(node.attributes, node.shapes[0])]
                    * node.outputs),
    "Compress": compressed,
    "Concat": joined,
    "ConvTranspose": lambda node: [windows.transposed(node.attributes, *node.shapes[:2])],
    "DFT": fourier,
    "Einsum": lambda node: [einsum_shape(node.attributes["equation"].decode(), node.shapes)],
    "Flatten": flattened,
    "Gemm": product,
    "GlobalLpPool": lambda node: [(*node.shapes[0][:2], *[1] * len(node.shapes[0][2:]))],
    "GridSample": sampled,
    "MaxUnpool": lambda node: [windows.unpooled(
        node.attributes, node.shapes[0], node.numbers(2))],
    "OneHot": one_hot,
    "Pad": padded,
    "Range": counted,
    "Reshape": reshaped,
    "STFT": spectrum,
    "Slice": cut,
    "Split": divided,
    "Tile": tiled,
    "Upsample": enlarged,
}
