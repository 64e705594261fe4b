# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What shapes a node writes: by ONNX, by rules of our own where ONNX leaves blanks."""

import numpy
import onnx
from onnx import SparseTensorProto, TensorProto

from surgery.onnx import fit, own, windows
from surgery.onnx.constants import LARGEST_TYPE
from surgery.onnx.fused import rule_of
from surgery.onnx.kinds import (channels_last, is_channels_last, standard_inputs,
                                standard_node)
from surgery.onnx.model import ModelError, describe, is_standard, operator
from surgery.onnx.tensors import Tensor, has_schema, infer, text
from surgery.onnx.values import (LARGEST, MISTAKES, RANDOM, Value, attributes_of, evaluate,
                                 of_tensor, shape_value)
from surgery.onnx.work import PER_ELEMENT

# standard operators that leave a shape as it is, and whose older versions ONNX does not infer
UNCHANGED = {"Dropout", "Identity", "LRN"}

# standard operators whose output has the shape of the first input, whatever the others are
LIKE_FIRST = UNCHANGED | {"BatchNormalization", "Cast", "Clip", "DequantizeLinear",
                          "InstanceNormalization", "LayerNormalization", "PRelu", "QuantizeLinear"}

FEW = 64  # elements of an input that may tell a shape, whatever their type
WHOLE = {TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL}


# operators whose first input tells a shape by its elements
FROM_DATA = {"BlackmanWindow", "Compress", "ConstantOfShape", "HammingWindow", "HannWindow",
             "NonMaxSuppression", "NonZero", "Range", "StringNormalizer", "Unique"}

NEWEST = onnx.defs.onnx_opset_version()  # of the operators that the installed onnx knows


def is_younger(node, opsets):
    """Whether a node's operator may have changed since the installed onnx."""
    return is_standard(node.domain) and opsets[""] > NEWEST


def keeps_shape(node):
    """Whether the first output has the shape of the first input."""
    return bool(is_standard(node.domain) and node.input and node.output and (
        node.op_type in LIKE_FIRST or (node.op_type in PER_ELEMENT and len(node.input) == 1)))


def of_initializer(tensor, name):
    """What is known of a constant. @param name of what has it, in messages"""
    if min(tensor.dims, default=0) < 0:
        raise ModelError(f"{name}: its shape {text(tensor.dims)} has a negative dimension")
    kind = (tensor.values if isinstance(tensor, SparseTensorProto) else tensor).data_type
    if not 1 <= kind <= LARGEST_TYPE:
        raise ModelError(f"{name}: its element type {kind} is not known")
    if isinstance(tensor, SparseTensorProto):
        return Tensor(tensor.values.data_type, tensor.dims)
    known = Tensor(tensor.data_type, tensor.dims, of_tensor(tensor))
    if known.value is None:
        known.gap = f"the elements of {name} are not read"
    return known


def constant(node):
    """The tensor that the operator Constant writes."""
    attributes = attributes_of(node)
    for name, value in attributes.items():
        if name == "value":
            return of_initializer(value, describe(node))
        if name == "sparse_value":
            return of_initializer(value, describe(node))
        if name in ("value_int", "value_ints", "value_float", "value_floats"):
            whole = "int" in name
            array = numpy.array(value, numpy.int64 if whole else numpy.float32)
            return Tensor(TensorProto.INT64 if whole else TensorProto.FLOAT, array.shape,
                          Value(array))
        if name in ("value_string", "value_strings"):
            return Tensor(TensorProto.STRING, () if name == "value_string" else (len(value),))
    raise ModelError(f"{describe(node)}: has no value")


def infer_outputs(node, inputs, opsets, ir_version):
    """
    The tensors that a node without subgraphs writes.

    @param inputs a Tensor per input, None if left out
    @return a Tensor per output, with a cause where the shape is unknown
    """
    if is_standard(node.domain) and node.op_type == "Constant":
        return [constant(node)]
    if is_standard(node.domain) and node.op_type in ("Shape", "Size"):
        return [_shape_of(node, inputs[0] if inputs else None)]
    windows.check(node, inputs)
    fit.check_inputs(node, inputs, opsets[""])
    outputs = [Tensor() for _ in node.output]
    if has_schema(node, opsets) and not (
            is_standard(node.domain) and own.replaces_inference(node)):
        try:
            outputs = infer(node, inputs, opsets, ir_version)
            if not is_standard(node.domain):  # where some versions write 0 for what they do not know
                for tensor in outputs:
                    tensor.shape = tensor.shape and tuple(d or None for d in tensor.shape)
        except ModelError as error:
            if not is_younger(node, opsets):
                raise
            outputs = [Tensor(cause=cause(name, f"{error} (onnx {onnx.__version__} knows the "
                                          f"operators up to version {NEWEST} only, the model has "
                                          f"{opsets['']})")) for name in node.output]
    if not all(tensor.is_known() or tensor.kind is not None or not name
               for name, tensor in zip(node.output, outputs)):
        _add(outputs, _own_shapes(node, inputs, opsets, ir_version))
    values = evaluate(node, [t and t.value for t in inputs], opsets) if _is_small(outputs) else None
    gap = _gap(node, inputs)
    for tensor, value in zip(outputs, values or [None] * len(outputs)):
        if value is not None:
            tensor.value = value
            tensor.shape = value.array.shape
        else:
            tensor.gap = gap
    for name, tensor in zip(node.output, outputs):
        if name and tensor.shape is not None and any(d is not None and d < 0 for d in tensor.shape):
            raise ModelError(f"{describe(node)}: output '{name}' would have the shape "
                             f"{text(tensor.shape)}: its inputs are too small")
        if name and not tensor.is_known() and not tensor.cause:
            tensor.cause = _cause(node, name, tensor, inputs, has_schema(node, opsets))
    return outputs


def _shape_of(node, tensor):
    if tensor is None:
        raise ModelError(f"{describe(node)}: has no input")
    if tensor.shape is None:
        size = Tensor(TensorProto.INT64, (None,) if node.op_type == "Shape" else (),
                      cause=tensor.cause)
    else:
        value = shape_value(node, tensor.shape)
        size = Tensor(TensorProto.INT64, value.array.shape if value else (), value, tensor.cause)
    size.gap = tensor.cause
    return size


def _gap(node, inputs):
    """Why what a node writes is not computed, as Tensor.gap has it; None if it depends on data."""
    read = [tensor for tensor in inputs if tensor is not None]
    if not all(tensor.gap or tensor.is_constant() for tensor in read):
        return None
    if is_standard(node.domain) and node.op_type in RANDOM:
        return f"{describe(node)} is random"
    return next((tensor.gap for tensor in read if tensor.gap),
                f"{describe(node)} is not computed here")


def _is_small(outputs):
    """Whether the outputs may be computed; what is computed from small inputs may have any size."""
    sizes = [tensor.size() for tensor in outputs]
    return all(size is None or size <= LARGEST for size in sizes)


def _add(outputs, shapes):
    """Fill in the shapes that a rule knows."""
    for tensor, shape in zip(outputs, shapes):
        tensor.merge(shape)


def _own_shapes(node, inputs, opsets, ir_version):
    """The output shapes by a rule of our own, as many as it knows."""
    same = standard_node(node)
    if same is not None and has_schema(same, opsets):
        read = dict(zip(node.input, inputs))
        like = [read[name] for name in same.input]
        seen = standard_inputs(node, [t and t.shape for t in like])
        like = [t if t is None or t.shape == shape else Tensor(t.element, shape)
                for t, shape in zip(like, seen)]
        windows.check(same, like)
        if own.replaces_inference(same):
            written = _standard_shapes(same, like, opsets[""]) if all(
                t is None or t.is_known() for t in like) else []
        else:
            written = [tensor.shape for tensor in infer(same, like, opsets, ir_version)]
        return [channels_last(shape) for shape in written] if is_channels_last(node) else written
    shapes = [t and t.shape for t in inputs]
    if any(t is not None and not t.is_known() for t in inputs):
        return []
    rule = rule_of(node)
    try:
        if rule:
            return rule.shapes(attributes_of(node), shapes)
        if not is_standard(node.domain):
            return []
        return _standard_shapes(node, inputs, opsets[""])
    except LookupError:
        return []  # what is missing, the work's rule tells
    except MISTAKES as error:
        raise ModelError(f"{describe(node)}: its inputs do not fit: {error}") from error


def _standard_shapes(node, inputs, version):
    """The output shapes of a standard operator, as many as a rule knows."""
    written = own.shapes(node, inputs, version)
    if written:
        return written
    if keeps_shape(node):
        return [inputs[0].shape] * (len(node.output) if node.op_type == "Dropout" else 1)
    return []


def cause(name, reason):
    """Why the shape of a tensor is unknown, with advice."""
    return name, f"{reason}; give it with --shape {name}=D,D,..."


def _cause(node, name, tensor, inputs, known):
    """Why the shape of an output is unknown: the first tensor of unknown shape, and the reason."""
    for source in inputs:
        if source is not None and source.cause:
            return source.cause
    if tensor.kind is not None:
        return name, f"{describe(node)} writes a sequence or an optional value, which is no tensor"
    if not known and rule_of(node) is None and standard_node(node) is None:
        return cause(name, f"there is no rule for the operator {operator(node)}")
    told = [t for t in inputs if t is not None and t.gap
            and (t.element in WHOLE or (t.size() or FEW) <= FEW)]
    gap = tensor.gap or next((t.gap for t in told), None)
    if gap:
        return cause(name, gap) if isinstance(gap, str) else gap
    if node.op_type in FROM_DATA or not all(t.is_constant() for t in inputs[1:] if t is not None):
        return cause(name, f"{describe(node)} determines it from data as it runs")
    return cause(name, f"{describe(node)} has a form that is not known here")
