# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What is known of a tensor, and what ONNX itself infers about the tensors that a node writes."""

import math

import onnx
import onnx.shape_inference
from onnx import TensorProto, TypeProto, helper, numpy_helper

from surgery.onnx.model import ModelError, describe

MOST = 1 << 51  # elements of a tensor, of which a profile can state the bytes
SMALL = 1024  # elements of a value that shape inference gets to see


class Tensor:
    """
    What is known of a tensor, or of a sequence or an optional value.

    shape has None for an unknown dimension, and is None when the rank is unknown. cause tells why
    something is unknown: the first tensor of unknown shape, and the reason with advice. gap tells why
    elements are unknown that depend on constants and shapes alone: the cause of a shape, or a reason
    without advice.
    """

    def __init__(self, element=TensorProto.UNDEFINED, shape=None, value=None, cause=None,
                 kind=None):
        self.element = element
        self.shape = None if shape is None else tuple(shape)
        self.value = value
        self.cause = cause
        self.kind = kind  # TypeProto of what is no tensor
        self.gap = None

    def is_known(self):
        """Whether every dimension is known."""
        return self.shape is not None and None not in self.shape

    def size(self):
        """The number of elements, None if unknown."""
        return math.prod(self.shape) if self.is_known() else None

    def is_constant(self):
        """Whether the value of every element is known."""
        return self.value is not None and self.value.known is None

    def array(self):
        """The elements if all are known, otherwise None."""
        return self.value.array if self.is_constant() else None

    def without_value(self):
        """The same tensor with elements that are not known."""
        return Tensor(self.element, self.shape, None, self.cause, self.kind)

    def merge(self, shape):
        """Fill in unknown dimensions. @return whether what was known agrees"""
        if shape is None or self.kind is not None:
            return True
        if self.shape is None:
            self.shape = shape
            return True
        if len(shape) != len(self.shape):
            return False
        agrees = all(a is None or b is None or a == b for a, b in zip(self.shape, shape))
        self.shape = tuple(b if a is None else a for a, b in zip(self.shape, shape))
        return agrees


def of_type(proto):
    """A tensor of an ONNX type, as far as the type tells."""
    if not proto.HasField("tensor_type"):
        return Tensor(kind=proto if proto.WhichOneof("value") else None)
    tensor = proto.tensor_type
    if not tensor.HasField("shape"):
        return Tensor(tensor.elem_type)
    return Tensor(tensor.elem_type,
                  [d.dim_value if d.HasField("dim_value") else None for d in tensor.shape.dim])


def type_of(tensor):
    """The ONNX type of a tensor."""
    if tensor.kind is not None:
        return tensor.kind
    proto = TypeProto()
    proto.tensor_type.elem_type = tensor.element
    if tensor.shape is not None:
        proto.tensor_type.shape.SetInParent()
        for dim in tensor.shape:
            added = proto.tensor_type.shape.dim.add()
            if dim is not None:
                added.dim_value = dim
    return proto


def has_schema(node, opsets):
    """Whether the installed onnx knows the node's operator in the model's version of it."""
    if node.domain not in opsets:
        return False
    try:
        onnx.defs.get_schema(node.op_type, opsets[node.domain], node.domain)
    except onnx.defs.SchemaError:
        return False
    return True


def infer(node, inputs, opsets, ir_version):
    """
    What ONNX infers about the outputs of one node.

    @param node of an operator that has a schema @param inputs a Tensor per input, None if left out
    @return a Tensor per output
    """
    values, initializers, seen = [], [], set()
    for name, tensor in zip(node.input, inputs):
        if tensor is None or name in seen:
            continue
        seen.add(name)
        array = tensor.array()
        if array is not None and array.size <= SMALL:
            initializers.append(numpy_helper.from_array(array, name))
        value = onnx.ValueInfoProto(name=name)
        value.type.CopyFrom(type_of(tensor))
        values.append(value)
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    graph = helper.make_graph([node], "one", values, outputs, initializers)
    model = helper.make_model(graph, ir_version=max(4, ir_version), opset_imports=[
        helper.make_opsetid(domain, version) for domain, version in opsets.items()])
    try:
        found = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph.output
    except Exception as error:  # the C++ side raises several unrelated types
        reason = " ".join(str(error).split()).rpartition("] ")[2]
        shapes = ", ".join(f"'{n}' {text(t.shape)}" for n, t in zip(node.input, inputs) if t)
        raise ModelError(f"{describe(node)}: its inputs ({shapes}) do not fit: {reason}") from error
    types = {value.name: of_type(value.type) for value in found if value.HasField("type")}
    return [types.get(name, Tensor()) for name in node.output]


def text(shape):
    """A shape in messages."""
    if shape is None:
        return "of unknown rank"
    return "[" + ",".join("?" if d is None else str(d) for d in shape) + "]"
