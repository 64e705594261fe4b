# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Values of the small tensors by which ONNX models compute shapes as they run."""

import importlib.util
import math
import warnings

import numpy
from onnx import TensorProto, helper, numpy_helper

from surgery.onnx import numpy_operators
from surgery.onnx.model import ModelError, describe, is_standard, subgraphs

LARGEST = 1 << 16  # elements; a larger tensor is no shape, nor what one is computed from

# whether the installed onnx computes nodes itself (1.13 and later)
HAS_EVALUATOR = importlib.util.find_spec("onnx.reference") is not None

RANDOM = {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
          "RandomUniformLike"}

# operators whose output has the elements of the first input, or of all (Concat), and no others
MOVERS = {"Cast", "Concat", "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split",
          "Squeeze", "Tile", "Transpose", "Unsqueeze"}

# operators that some of onnx's evaluators compute in another way than ONNX says: integers are divided
# as in C, and not by zero
MISJUDGED = {"Div", "Mod"}

MISTAKES = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)


def attributes_of(node):
    """A node's attributes by name."""
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


class Value:
    """What is known of a tensor's elements."""

    def __init__(self, array, known=None):
        """@param array the elements @param known which of them are known, None for all"""
        self.array = array
        self.known = None if known is None or numpy.all(known) else numpy.asarray(known, bool)


def of_tensor(tensor):
    """The value of a constant, or None if it is large, elsewhere, or of a type that numpy lacks."""
    if (math.prod(tensor.dims) > LARGEST or tensor.data_location == TensorProto.EXTERNAL
            or tensor.data_type not in numpy_operators.NUMPY_TYPES):
        return None
    try:
        return Value(numpy_helper.to_array(tensor))
    except MISTAKES as error:
        raise ModelError(f"initializer '{tensor.name}': is malformed ({error})") from error


def shape_value(node, shape):
    """What the operators Shape and Size write. @param shape of the input, None for unknown sizes"""
    attributes = attributes_of(node)
    known = numpy.array([d is not None for d in shape], bool)
    array = numpy.array([d or 0 for d in shape], numpy.int64)
    if node.op_type == "Size":
        return Value(numpy.array(array.prod())) if known.all() else None
    part = slice(attributes.get("start", 0), attributes.get("end"))
    return Value(array[part], known[part])


SIZES = {"ConstantOfShape": 0, "Expand": 1, "OneHot": 1, "Tile": 1}  # which input tells a size


def written_size(operator, arrays):
    """How many elements an operator writes whose inputs tell it, as far as they make sense."""
    if operator not in SIZES and operator != "Range":
        return 0
    arrays = [_finite(array) for array in arrays]
    if any(array is None or not array.size for array in arrays):
        return 0
    if operator == "Range":
        if len(arrays) != 3:
            return 0
        start, limit, step = (float(array.ravel()[0]) for array in arrays)
        return abs((limit - start) / step) if step else 0
    if len(arrays) <= SIZES[operator]:
        return 0
    told = arrays[SIZES[operator]].ravel()
    size = math.prod(max(1, int(n)) for n in (told[:1] if operator == "OneHot" else told))
    return size * (arrays[0].size if operator in ("OneHot", "Tile") else 1)


def _finite(array):
    """An array of numbers, None if it is none."""
    return array if array is not None and array.dtype.kind in "iufb" and (
        numpy.isfinite(array).all()) else None


def evaluate(node, values, opsets):
    """
    What a standard operator writes.

    @param node not a control flow node @param values what is known of its inputs, None for nothing
    @param opsets the versions of the operators
    @return a Value per output, or None
    """
    named = [v for v, name in zip(values, node.input) if name]
    if (not is_standard(node.domain) or not named or None in named or node.op_type in RANDOM
            or subgraphs(node)):
        return None
    read = [v.array if v else None for v in values]
    if written_size(node.op_type, read) > LARGEST:
        return None
    arrays = _compute(node, read, opsets)
    if arrays is None or all(v.known is None for v in named):
        return arrays and [Value(array) for array in arrays]
    if node.op_type not in MOVERS:
        return None
    # each element comes from an element of the input, and so does the knowledge of it
    data = len(values) if node.op_type == "Concat" else 1
    if any(v.known is not None for v in named[data:]):
        return None
    masks = [(numpy.ones(v.array.shape, bool) if v.known is None else v.known).astype(numpy.int64)
             for v in named[:data]]
    plain = type(node)()
    plain.CopyFrom(node)
    plain.op_type = "Identity" if node.op_type == "Cast" else node.op_type
    if node.op_type == "Cast":
        del plain.attribute[:]
    known = _compute(plain, masks + [v.array if v else None for v in values[data:]], opsets)
    return known and [Value(array, mask) for array, mask in zip(arrays, known)]


def _compute(node, arrays, opsets):
    """@param arrays the inputs @return the outputs, or None"""
    if any(a is not None and a.dtype == object for a in arrays):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of numpy, about infinities
        if HAS_EVALUATOR and node.op_type not in MISJUDGED:
            outputs = _run_reference(node, arrays, opsets)
            if outputs is not None:
                return outputs
        try:
            return numpy_operators.compute(node, attributes_of(node), arrays)
        except MISTAKES as error:
            raise ModelError(f"{describe(node)}: malformed ({error})") from error


def _run_reference(node, arrays, opsets):
    """The outputs as onnx's own evaluator has them; None if it does not compute them."""
    from onnx.reference import ReferenceEvaluator  # absent before 1.13

    feeds = {name: array for name, array in zip(node.input, arrays) if name}
    inputs = [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None) for name in feeds]
    outputs = [helper.make_tensor_value_info(name, TensorProto.UNDEFINED, None)
               for name in node.output if name]
    try:
        graph = helper.make_graph([node], "one", inputs, outputs)
        model = helper.make_model(graph, opset_imports=[
            helper.make_opsetid(domain, version) for domain, version in opsets.items()])
        found = iter(ReferenceEvaluator(model).run(None, feeds))
    except Exception:  # it raises whatever numpy and its own parts do
        return None
    result = [next(found) if name else None for name in node.output]
    if all(isinstance(array, (numpy.ndarray, numpy.generic)) or array is None for array in result):
        return [None if array is None else numpy.asarray(array) for array in result]
    return None
