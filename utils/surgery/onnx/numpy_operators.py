# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What ONNX's operators compute, one numpy function per operator, as far as models compute shapes
by them. It stands in for onnx.reference where the installed onnx has none (before 1.13)."""

import math

import numpy
from onnx import TensorProto, numpy_helper

from surgery.onnx.numpy_places import NotComputed
from surgery.onnx.numpy_places import OPERATORS as PLACES

# the element types that numpy has, too
NUMPY_TYPES = {
    TensorProto.BOOL: numpy.bool_, TensorProto.DOUBLE: numpy.float64,
    TensorProto.FLOAT: numpy.float32, TensorProto.FLOAT16: numpy.float16,
    TensorProto.INT8: numpy.int8, TensorProto.INT16: numpy.int16, TensorProto.INT32: numpy.int32,
    TensorProto.INT64: numpy.int64, TensorProto.UINT8: numpy.uint8,
    TensorProto.UINT16: numpy.uint16, TensorProto.UINT32: numpy.uint32,
    TensorProto.UINT64: numpy.uint64,
}


def axes_of(attributes, values):
    """Axes are an attribute in older versions of an operator, and a second input in newer ones."""
    axes = attributes.get("axes", values[1] if len(values) > 1 else None)
    return None if axes is None else tuple(int(a) for a in numpy.ravel(axes))


def cast(attributes, values):
    """The operator Cast."""
    if attributes["to"] not in NUMPY_TYPES or values[0].dtype == object:
        raise NotComputed
    return values[0].astype(NUMPY_TYPES[attributes["to"]])


def cut(attributes, values):
    """The operator Slice."""
    data = values[0]
    starts, ends, axes, steps = (list(values[1:]) + [None] * 4)[:4]
    if len(values) == 1:
        starts, ends, axes = attributes["starts"], attributes["ends"], attributes.get("axes")
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    index = [slice(None)] * data.ndim
    for axis, start, end, step in zip(axes, starts, ends, steps):
        index[axis] = slice(int(start), int(end), int(step))
    return data[tuple(index)]


def split(attributes, values, outputs):
    """The operator Split. @param outputs their number"""
    axis = attributes.get("axis", 0)
    sizes = values[1] if len(values) > 1 else attributes.get("split")
    length = values[0].shape[axis]
    if sizes is None:
        each = -(-length // outputs)
        sizes = [each] * (outputs - 1) + [length - each * (outputs - 1)]
    return numpy.split(values[0], numpy.cumsum(sizes)[:-1], axis=axis)


def reshape(attributes, values):
    """The operator Reshape."""
    target = [int(d) for d in (values[1] if len(values) > 1 else attributes["shape"])]
    if not attributes.get("allowzero", 0):
        target = [values[0].shape[i] if d == 0 else d for i, d in enumerate(target)]
    return values[0].reshape(target)


def flatten(attributes, values):
    """The operator Flatten."""
    shape, axis = values[0].shape, attributes.get("axis", 1)
    axis = axis + len(shape) if axis < 0 else axis
    return values[0].reshape(int(numpy.prod(shape[:axis])), -1)


def fill(attributes, values):
    """The operator ConstantOfShape."""
    value = attributes.get("value")
    value = numpy.zeros(1, numpy.float32) if value is None else numpy_helper.to_array(value)
    return numpy.full([int(d) for d in values[0]], value.ravel()[0], value.dtype)


def pad(attributes, values):
    """The operator Pad."""
    data, mode = values[0], attributes.get("mode", b"constant").decode()
    pads = values[1] if len(values) > 1 else attributes.get("pads", attributes.get("paddings"))
    axes = values[3] if len(values) > 3 and values[3] is not None else range(data.ndim)
    if len(values) > 2 and values[2] is not None:
        value = values[2].ravel()[0]
    else:
        value = attributes.get("value", 0)
    width = [(0, 0)] * data.ndim
    for i, axis in enumerate(axes):
        width[axis] = (int(pads[i]), int(pads[i + len(axes)]))
    if min(min(pair) for pair in width) < 0:
        data = data[tuple(slice(max(0, -low), size - max(0, -high))
                          for size, (low, high) in zip(data.shape, width))]
        width = [(max(0, low), max(0, high)) for low, high in width]
    if mode == "constant":
        return numpy.pad(data, width, constant_values=value)
    return numpy.pad(data, width, mode=mode)


def reduce(function):
    """An operator that reduces axes. @param function numpy's"""
    def run(attributes, values):
        axes = axes_of(attributes, values)
        if axes == () or axes is None:
            if attributes.get("noop_with_empty_axes", 0):
                return values[0]
            axes = None
        result = function(values[0], axis=axes, keepdims=bool(attributes.get("keepdims", 1)))
        return result.astype(values[0].dtype)
    return run


def extreme(function, least):
    """ReduceMax or ReduceMin. @param function numpy's @param least whether nothing at all is the
    least number there is, in place of the greatest"""
    def from_nothing(kind):
        if kind == bool:
            return not least
        if numpy.issubdtype(kind, numpy.integer):
            return numpy.iinfo(kind).min if least else numpy.iinfo(kind).max
        return -numpy.inf if least else numpy.inf
    return reduce(lambda x, **k: function(x, initial=from_nothing(x.dtype), **k))


def divide(_, values):
    """The operator Div, which cuts off what is behind the point of a quotient of integers."""
    first, second = values
    if not numpy.issubdtype(first.dtype, numpy.integer):
        return first / second
    if not numpy.all(second):
        raise ZeroDivisionError("an integer is divided by zero")
    return (first - numpy.fmod(first, second)) // second


def remainder(attributes, values):
    """The operator Mod."""
    if numpy.issubdtype(values[0].dtype, numpy.integer) and not numpy.all(values[1]):
        raise ZeroDivisionError("an integer is divided by zero")
    return (numpy.fmod if attributes.get("fmod", 0) else numpy.mod)(*values)


def shift(attributes, values):
    """The operator BitShift."""
    left = attributes["direction"] == b"LEFT"
    return (numpy.left_shift if left else numpy.right_shift)(*values)


def real(function):
    """An operator on real numbers without attributes. @param function numpy's, of one input"""
    return lambda attributes, values: numpy.asarray(function(values[0])).astype(values[0].dtype)


def sigmoid(x):
    """1 / (1 + exp(-x)), for large numbers, too."""
    small = numpy.exp(-numpy.abs(x))
    return numpy.where(x < 0, small, 1) / (1 + small)


def infinite(attributes, values):
    """The operator IsInf."""
    value = values[0]
    return ((numpy.isposinf(value) if attributes.get("detect_positive", 1) else False)
            | (numpy.isneginf(value) if attributes.get("detect_negative", 1) else False))


def clip(attributes, values):
    """The operator Clip."""
    low, high = (list(values[1:]) + [None] * 2)[:2]
    low = attributes.get("min") if low is None else low
    high = attributes.get("max") if high is None else high
    if low is None and high is None:
        return values[0]
    return numpy.clip(values[0], low, high).astype(values[0].dtype)


def running_sum(attributes, values):
    """The operator CumSum."""
    data, axis = values[0], int(values[1].reshape(()))
    if attributes.get("reverse", 0):
        data = numpy.flip(data, axis)
    result = numpy.cumsum(data, axis=axis, dtype=data.dtype)
    if attributes.get("exclusive", 0):
        result -= data
    return numpy.flip(result, axis) if attributes.get("reverse", 0) else result


def triangle(attributes, values):
    """The operator Trilu."""
    diagonal = int(values[1].reshape(())) if len(values) > 1 else 0
    return (numpy.triu if attributes.get("upper", 1) else numpy.tril)(values[0], diagonal)


def range_length(start, limit, step):
    """How many numbers the operator Range writes."""
    return max(0, math.ceil((limit - start) / step))


def count_up(_, values):
    """The operator Range."""
    start, limit, step = (v.reshape(()) for v in values)
    return (start + numpy.arange(range_length(start, limit, step)) * step).astype(start.dtype)


def fold(function):
    """An operator of any number of inputs. @param function of two"""
    def run(_, values):
        result = values[0]
        for value in values[1:]:
            result = function(result, value)
        return result
    return run


def plain(function):
    """An operator without attributes. @param function of its inputs"""
    return lambda attributes, values: function(*values)


# by operator: a function of attributes and inputs, None for an input that is left out
OPERATORS = {
    "Abs": plain(numpy.abs),
    "Add": plain(numpy.add),
    "And": plain(numpy.logical_and),
    "BitShift": shift,
    "Cast": cast,
    "CastLike": lambda a, v: v[0].astype(v[1].dtype),
    "Ceil": plain(numpy.ceil),
    "Clip": clip,
    "Concat": lambda a, v: numpy.concatenate(v, axis=a["axis"]),
    "ConstantOfShape": fill,
    "Cos": real(numpy.cos),
    "CumSum": running_sum,
    "Div": divide,
    "Equal": plain(numpy.equal),
    "Exp": plain(numpy.exp),
    "Expand": lambda a, v: v[0] * numpy.ones([int(d) for d in v[1]], v[0].dtype)
              if v[0].dtype != bool else numpy.logical_and(v[0], numpy.ones(v[1], bool)),
    "Flatten": flatten,
    "Floor": plain(numpy.floor),
    "Gather": lambda a, v: numpy.take(v[0], v[1], axis=a.get("axis", 0)),
    "GatherElements": lambda a, v: numpy.take_along_axis(v[0], v[1], a.get("axis", 0)),
    "Greater": plain(numpy.greater),
    "GreaterOrEqual": plain(numpy.greater_equal),
    "Identity": plain(lambda x: x),
    "IsInf": infinite,
    "IsNaN": plain(numpy.isnan),
    "Less": plain(numpy.less),
    "LessOrEqual": plain(numpy.less_equal),
    "Log": plain(numpy.log),
    "MatMul": plain(numpy.matmul),
    "Max": fold(numpy.maximum),
    "Mean": lambda a, v: (fold(numpy.add)(a, v) / len(v)).astype(v[0].dtype),
    "Min": fold(numpy.minimum),
    "Mod": remainder,
    "Mul": plain(numpy.multiply),
    "Neg": plain(numpy.negative),
    "NonZero": plain(lambda x: numpy.array(numpy.nonzero(numpy.atleast_1d(x)), numpy.int64)),
    "Not": plain(numpy.logical_not),
    "Or": plain(numpy.logical_or),
    "Pad": pad,
    "Pow": plain(lambda x, y: numpy.power(x, y).astype(x.dtype)),
    "Range": count_up,
    "Reciprocal": plain(numpy.reciprocal),
    "ReduceL1": reduce(lambda x, **k: numpy.sum(numpy.abs(x), **k)),
    "ReduceL2": reduce(lambda x, **k: numpy.sqrt(numpy.sum(numpy.square(x), **k))),
    "ReduceMax": extreme(numpy.max, least=True),
    "ReduceMean": reduce(numpy.mean),
    "ReduceMin": extreme(numpy.min, least=False),
    "ReduceProd": reduce(numpy.prod),
    "ReduceSum": reduce(numpy.sum),
    "ReduceSumSquare": reduce(lambda x, **k: numpy.sum(numpy.square(x), **k)),
    "Relu": plain(lambda x: numpy.maximum(x, x.dtype.type(0))),
    "Reshape": reshape,
    "Round": plain(numpy.rint),
    "Sigmoid": real(sigmoid),
    "Sign": plain(numpy.sign),
    "Sin": real(numpy.sin),
    "Slice": cut,
    "Split": split,
    "Sqrt": plain(numpy.sqrt),
    "Squeeze": lambda a, v: numpy.squeeze(v[0], axes_of(a, v)),
    "Sub": plain(numpy.subtract),
    "Sum": fold(numpy.add),
    "Tanh": real(numpy.tanh),
    "Tile": plain(lambda x, repeats: numpy.tile(x, [int(r) for r in repeats])),
    "Transpose": lambda a, v: numpy.transpose(v[0], a.get("perm")),
    "Trilu": triangle,
    "Unsqueeze": lambda a, v: numpy.expand_dims(v[0], axes_of(a, v)),
    "Where": plain(numpy.where),
    "Xor": plain(numpy.logical_xor),
    **PLACES,
}


def compute(node, attributes, values):
    """The tensors that a node writes, or None. @param values of its inputs, None where left out"""
    try:
        function = OPERATORS[node.op_type]
        if function is split:
            return split(attributes, values, len(node.output))
        written = function(attributes, values)
        several = written if isinstance(written, tuple) else (written,)
        return [numpy.asarray(array) for array in several[:len(node.output)]]
    except (KeyError, NotComputed):
        return None
