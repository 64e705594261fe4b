# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Values of the small integer tensors by which ONNX models compute shapes as they run."""

import numpy
from onnx import TensorProto, helper, numpy_helper

SMALL = 1024  # elements; a larger tensor is no shape


def axes_of(attributes, values):
    """Axes are an attribute up to opset 12, and a second input from opset 13 on."""
    axes = attributes.get("axes", values[1] if len(values) > 1 else None)
    return None if axes is None else tuple(int(a) for a in axes)


def cut(attributes, data, starts, ends, axes=None, steps=None):
    """The result of the operator Slice."""
    index = [slice(None)] * data.ndim
    axes = range(len(starts)) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    for axis, start, end, step in zip(axes, starts, ends, steps):
        index[axis] = slice(int(start), int(end), int(step))
    return data[tuple(index)]


EVALUATORS = {
    "Identity": lambda a, v: v[0],
    "Cast": lambda a, v: v[0] if a["to"] in (TensorProto.INT64, TensorProto.INT32) else None,
    "Gather": lambda a, v: numpy.take(v[0], v[1], axis=a.get("axis", 0)),
    "Concat": lambda a, v: numpy.concatenate(v, axis=a["axis"]),
    "Unsqueeze": lambda a, v: numpy.expand_dims(v[0], axes_of(a, v)),
    "Squeeze": lambda a, v: numpy.squeeze(v[0], axes_of(a, v)),
    "Slice": lambda a, v: cut(a, *v) if len(v) > 1 else cut(a, v[0], a["starts"], a["ends"],
                                                            a.get("axes")),
    "Add": lambda a, v: v[0] + v[1],
    "Sub": lambda a, v: v[0] - v[1],
    "Mul": lambda a, v: v[0] * v[1],
    "Div": lambda a, v: numpy.floor_divide(v[0], v[1]),
    "ReduceProd": lambda a, v: numpy.prod(v[0], keepdims=bool(a.get("keepdims", 1))),
}


def evaluate(node, constants, find_shape):
    """
    The node's output as a TensorProto, None if it is not a small integer tensor that is known.

    constants has the tensors known so far by name; find_shape(name) is a tensor's shape or None.
    """
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type in ("Shape", "Size"):
        shape = find_shape(node.input[0])
        if shape is None:
            return None
        value = numpy.array(shape[attributes.get("start", 0):attributes.get("end")])
        value = value if node.op_type == "Shape" else numpy.prod(value)
    elif node.op_type == "Constant":
        value = attributes.get("value", attributes.get("value_ints", attributes.get("value_int")))
        value = numpy_helper.to_array(value) if isinstance(value, TensorProto) else value
    elif node.op_type in EVALUATORS and all(name in constants for name in node.input):
        values = [numpy_helper.to_array(constants[name]) for name in node.input]
        if not all(numpy.issubdtype(v.dtype, numpy.integer) for v in values):
            return None
        value = EVALUATORS[node.op_type](attributes, values)
    else:
        return None
    value = numpy.asarray(value)
    if not numpy.issubdtype(value.dtype, numpy.integer) or value.size > SMALL:
        return None
    return numpy_helper.from_array(value.astype(numpy.int64), node.output[0])
