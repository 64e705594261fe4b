# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""An ONNX graph divided into layers and weights, with the shape of every tensor."""

import math

import onnx
import onnx.shape_inference
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from surgery.onnx.constants import SMALL, evaluate
from surgery.onnx.work import PER_ELEMENT

# operators that read a tensor's shape, not its data
SHAPE_ONLY = {"Shape", "Size"}

# constant operators that pass a weight on: what they write is the weight they read
ALIASES = {"Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"}


class ModelError(Exception):
    """The model cannot be profiled; the message names the field."""


def describe(node):
    """The name of a node in error messages."""
    name = node.name or next((o for o in node.output if o), "")
    return f"graph.node '{name}' ({node.op_type})"


def node_reads(node):
    """Every tensor that a node reads, including those that its subgraphs read from outside."""
    reads = [name for name in node.input if name]
    for attribute in node.attribute:
        graphs = [attribute.g] if attribute.type == AttributeProto.GRAPH else attribute.graphs
        for graph in graphs:
            known = {v.name for v in graph.input} | {t.name for t in graph.initializer}
            for inner in graph.node:
                reads += [name for name in node_reads(inner) if name not in known]
                known.update(inner.output)
            reads += [v.name for v in graph.output if v.name not in known]
    return list(dict.fromkeys(reads))


class Graph:
    """The model's nodes, divided into layers and constants that are weights."""

    def __init__(self, graph):
        self.nodes = list(graph.node)
        self.initializers = {t.name: t for t in graph.initializer}
        self.initializers.update((t.values.name, t.values) for t in graph.sparse_initializer)
        self.inputs = [v for v in graph.input if v.name not in self.initializers]
        self.constants = set(self.initializers)
        self.producers = {}
        reads_of = [node_reads(node) for node in self.nodes]
        known = self.constants | {v.name for v in self.inputs}
        for index, (node, reads) in enumerate(zip(self.nodes, reads_of)):
            if not all(isinstance(t, str) for t in [node.op_type, node.name, *node.output]):
                raise ModelError(f"graph.node[{index}]: a name is not valid UTF-8")
            if not node.op_type:
                raise ModelError(f"graph.node[{index}].op_type: is empty")
            for name in reads:
                if name not in known:
                    raise ModelError(f"{describe(node)}: input '{name}' is written by no earlier "
                                     "node and is neither an input nor an initializer")
            for name in filter(None, node.output):
                if name in known:
                    raise ModelError(f"{describe(node)}: output '{name}' is written twice")
                known.add(name)
                self.producers[name] = node
            if node.op_type in SHAPE_ONLY or self.constants.issuperset(reads):
                self.constants.update(filter(None, node.output))
        for value in graph.output:
            if value.name not in known:
                raise ModelError(f"graph.output '{value.name}': is written by no node")
        self.outputs = [v.name for v in graph.output if v.name not in self.constants]
        self._find_layers(reads_of)

    def _find_layers(self, reads_of):
        """Keep the nodes that the outputs depend on."""
        self.needed = set(self.outputs)
        self.layers = []  # (node, every tensor it reads)
        for node, reads in reversed(list(zip(self.nodes, reads_of))):
            if not self.constants.issuperset(self.needed.intersection(node.output)):
                self.needed.update(reads)
                self.layers.insert(0, (node, reads))
        self.used_inputs = [v for v in self.inputs if v.name in self.needed]
        if not self.layers or not self.used_inputs:
            raise ModelError("graph.node: no layer lies between the inputs and the outputs")

    def weight_root(self, name):
        """The weight behind a constant tensor, through operators that only pass it on."""
        while name in self.producers and self.producers[name].op_type in ALIASES:
            name = self.producers[name].input[0]
        return name


def static_shape(value):
    """The value's shape if every dimension is a number, otherwise None."""
    tensor = value.type.tensor_type
    if not value.type.HasField("tensor_type") or not tensor.HasField("shape"):
        return None
    shape = tuple(d.dim_value for d in tensor.shape.dim)
    if all(d.HasField("dim_value") and d.dim_value >= 0 for d in tensor.shape.dim):
        return shape
    return None


def fix_input(value, given, notes):
    """Give an input a static shape: the given one, or its own with a batch of 1."""
    field = f"graph.input '{value.name}'"
    tensor = value.type.tensor_type
    if not value.type.HasField("tensor_type"):
        raise ModelError(f"{field}: is not a tensor")
    if given is not None:
        return helper.make_tensor_value_info(value.name, tensor.elem_type, given)
    if not tensor.HasField("shape"):
        raise ModelError(f"{field}: has no shape; give it with --shape {value.name}=1,...")
    shape = []
    for axis, dim in enumerate(tensor.shape.dim):
        if dim.HasField("dim_value") and dim.dim_value > 0:
            shape.append(dim.dim_value)
        elif axis == 0:
            shape.append(1)
            notes.append(f"input {value.name}: batch set to 1")
        else:
            raise ModelError(f"{field}: dimension {axis} ('{dim.dim_param or dim.dim_value}') is "
                             f"unknown; give the shape with --shape {value.name}=1,...")
    return helper.make_tensor_value_info(value.name, tensor.elem_type, shape)


def is_standard(node):
    """Whether the node's operator is ONNX's own."""
    return node.domain in ("", "ai.onnx") and onnx.defs.has(node.op_type)


class Shapes:
    """Element type and shape of every tensor: inferred by ONNX, carried where it leaves blanks."""

    def __init__(self, model, graph, given, notes):
        self.nodes = graph.nodes
        self.notes = notes
        values = [fix_input(v, given.get(v.name), notes) if v in graph.used_inputs else v
                  for v in graph.inputs]
        self.constants = {}
        for name, tensor in graph.initializers.items():
            external = tensor.data_location == TensorProto.EXTERNAL
            if math.prod(tensor.dims) <= SMALL and not external:
                self.constants[name] = tensor
            else:
                values.append(helper.make_tensor_value_info(name, tensor.data_type, tensor.dims))
        known = [] if given else [v for v in model.graph.value_info if static_shape(v) is not None]
        outputs = [helper.make_empty_tensor_value_info(name) for name in graph.outputs]
        light = helper.make_graph(graph.nodes, "shapes", values, outputs,
                                  list(self.constants.values()), value_info=known)
        self.model = helper.make_model(light, ir_version=max(4, model.ir_version),
                                       opset_imports=model.opset_import)
        self.types = {}
        self._infer()
        while self._carry() or self._fold():
            self._infer()

    def _infer(self):
        try:
            inferred = onnx.shape_inference.infer_shapes(self.model, data_prop=True).graph
        except Exception as error:  # the C++ side raises several unrelated types
            raise ModelError(f"graph: shape inference failed: {error}") from error
        for value in [*inferred.input, *inferred.output, *inferred.value_info]:
            shape = static_shape(value)
            if shape is not None:
                self.types[value.name] = (value.type.tensor_type.elem_type, shape)
        for name, tensor in self.constants.items():
            self.types[name] = (tensor.data_type, tuple(tensor.dims))

    def _carry(self):
        """Fill in blanks; true if there were any and inference should run again."""
        found = False
        for node in self.nodes:
            blanks = [name for name in node.output if name and name not in self.types]
            if not blanks or not node.input or node.input[0] not in self.types:
                continue
            element, source = self.types[node.input[0]]
            shape = self._carried_shape(node, source)
            if shape is None:
                continue
            if not is_standard(node):
                self.notes.append(f"{node.op_type}: output shape unknown, taken as its input's")
            for name in blanks:
                self.types[name] = (element, shape)
                self.model.graph.value_info.append(
                    helper.make_tensor_value_info(name, element, shape))
            found = True
        return found

    def _fold(self):
        """Evaluate shape computations; true if there were any and inference should run again."""
        known = len(self.constants)
        kept = []
        for node in self.model.graph.node:
            try:
                value = evaluate(node, self.constants, self.find)
            except (IndexError, KeyError, TypeError, ValueError) as error:
                raise ModelError(f"{describe(node)}: malformed ({error})") from error
            if value is None:
                kept.append(node)
            else:
                self.constants[value.name] = value
                self.model.graph.initializer.append(value)
        if len(self.constants) == known:
            return False
        del self.model.graph.node[:]
        self.model.graph.node.extend(kept)
        return True

    def _carried_shape(self, node, source):
        if node.op_type == "Reshape" and len(node.input) > 1:
            return self._reshaped(node.input[1], source)
        if node.op_type == "Flatten":
            axis = {a.name: a.i for a in node.attribute}.get("axis", 1)
            return (math.prod(source[:axis]), math.prod(source[axis:]))
        same = node.op_type in {"Dropout", "Identity", "LRN"} or (
            node.op_type in PER_ELEMENT and len(node.input) == 1)
        return source if same or not is_standard(node) else None

    def _reshaped(self, name, source):
        if name not in self.constants:
            return None
        target = [int(d) for d in numpy_helper.to_array(self.constants[name])]
        target = [source[i] if d == 0 and i < len(source) else d for i, d in enumerate(target)]
        rest = math.prod(d for d in target if d != -1)
        return tuple(math.prod(source) // max(1, rest) if d == -1 else d for d in target)

    def find(self, name):
        """The tensor's shape, None if unknown."""
        return self.types[name][1] if name in self.types else None

    def get(self, name, node):
        """The shape of a tensor, which the profile requires."""
        if name not in self.types:
            raise ModelError(f"{describe(node)}: the shape of '{name}' cannot be inferred; "
                             "give the inputs' shapes with --shape NAME=1,...")
        return self.types[name][1]
