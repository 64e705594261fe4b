# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Turns an ONNX model into a DNN profile. Needs python3-onnx."""

import math
import os

import numpy
from onnx import TensorProto, numpy_helper

from surgery.dnn_profile import readable_name
from surgery.onnx import functions
from surgery.onnx.control import check_trips
from surgery.onnx.graph import Context, Graph
from surgery.onnx.model import ModelError, SettingError, describe, node_name, read_model
from surgery.onnx.numpy_operators import NUMPY_TYPES
from surgery.onnx.symbols import Symbols, dimensions
from surgery.onnx.tensors import Tensor, text
from surgery.onnx.work import MOVES, WorkError, count_flops, has_rule

TOOL = "onnx-to-dnn.py"  # the name of this converter in profiles, independent of the command's name
SCHEMA = "dnn-surgery/dnn/1"
BYTES_PER_ELEMENT = 4  # everything is stated at 32 bits
MOST_BYTES = 1 << 53  # a profile states no more for a tensor

# element types that weights have; integers of 32 bits and more are shapes, axes and indices
WEIGHT_TYPES = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE,
                TensorProto.INT8, TensorProto.UINT8,
                *range(17, 24)}  # 8-bit floats and 4-bit types, which newer versions have

# operators of which an input of 32-bit integers is a bias, by the input's index
INTEGER_BIAS = {"QLinearConv": 8, "QGemm": 6, "DequantizeLinear": 0}


def layer_name(node, written):
    """The node's name, or its first tensor's, so that people can read it."""
    return readable_name(node.name or written[0], node.op_type)


class Profile:
    """The layers as the JSON states them."""

    def __init__(self, graph, note):
        """@param graph the model's Graph @param note called with what the user should know"""
        self.graph = graph
        self.layers = []
        self.unknown = {}  # operators without a rule, with the number of their layers
        self._given = set()  # nodes whose work the user gives
        self._names = set()
        self._layer_of = {}  # the layer that writes a tensor
        self._weights = set()
        self._check_empty(note)
        self._add_inputs()
        self._add_layers(graph)
        self._add_outputs()
        for name in graph.context.flops:
            if name not in self._given:
                raise SettingError(f"--flops: no layer of an operator without a rule is called "
                                   f"'{name}'")

    def _check_empty(self, note):
        """Leave out tensors without elements, unless something depends on them alone."""
        graph = self.graph
        for name in graph.empty:
            if graph.is_constant(name):
                continue
            written = (f"written by {describe(graph.producers[name])}" if name in graph.producers
                       else "an input")
            whose = (f"'{name}', {written}, has no elements: its shape is "
                     f"{text(graph.shape(name))}")
            for result in graph.outputs:
                if result in graph.empty:
                    raise ModelError(f"graph.output '{result}': is empty; tensor {whose}")
            for index, _ in graph.layers:
                data = {r for r in graph.reads[index] if not graph.is_constant(r)}
                if name in data and data.issubset(graph.empty):
                    raise ModelError(f"{describe(graph.nodes[index])}: reads no data; tensor "
                                     f"{whose}")
            if name in {r for index, _ in graph.layers for r in graph.reads[index]}:
                note(f"tensor {whose}; it is left out")

    def _add(self, name, op, inputs=(), flops=0, output_bytes=0, weight_bytes=0):
        unique, count = name, 1
        while unique in self._names:
            count += 1
            unique = f"{name}_{count}"
        self._names.add(unique)
        self.layers.append({"name": unique, "op": op, "inputs": list(dict.fromkeys(inputs)),
                            "flops": flops, "output_bytes": output_bytes,
                            "weight_bytes": weight_bytes})
        return unique

    @staticmethod
    def _bytes(name, shapes):
        """The bytes of tensors of these shapes."""
        number = BYTES_PER_ELEMENT * sum(math.prod(shape) for shape in shapes)
        if number > MOST_BYTES:
            raise ModelError(f"tensor '{name}': has {number} bytes at 32 bits per element (shape "
                             f"{', '.join(text(s) for s in shapes)}); a profile states at most "
                             f"2^53")
        return number

    def _add_inputs(self):
        """A single input is the first layer; several inputs read a virtual first layer."""
        names = [v.name for v in self.graph.inputs
                 if v.name in self.graph.needed and v.name not in self.graph.empty]
        if not self.graph.layers or not names:
            raise ModelError("graph.node: no layer lies between the inputs and the outputs")
        sizes = {name: self._bytes(name, [self.graph.shape(name)]) for name in names}
        root = []
        if len(sizes) > 1:
            root = [self._add("input", "Input", output_bytes=sum(sizes.values()))]
        for name, size in sizes.items():
            self._layer_of[name] = self._add(name, "Input", root, output_bytes=size)

    def _add_layers(self, graph):
        """The layers of a graph; those of the branch where it is known which one an If takes."""
        for index, reads in graph.layers:
            node, inner = graph.nodes[index], graph.inner.get(index, [])
            if node.op_type == "If" and len(inner) == 1:
                self._add_layers(inner[0][0])
                for name, result in zip(node.output, inner[0][0].results):
                    if result in self._layer_of:
                        self._layer_of[name] = self._layer_of[result]
            else:
                self._add_node(graph, index, reads)

    def _add_node(self, graph, index, reads):
        node = graph.nodes[index]
        written = [name for name in node.output
                   if name in graph.needed and name not in graph.empty]
        outputs = [self._shape(graph, node, name) for name in written]
        size = self._bytes(written[0], outputs)
        flops, weights = self._count(graph, index, reads)
        data = [r for r in reads if not graph.is_constant(r) and graph.find(r).size() != 0]
        layer = self._add(layer_name(node, written), node.op_type,
                          [self._layer_of[r] for r in data], flops, size, self._take(weights))
        self._layer_of.update(dict.fromkeys(written, layer))

    @staticmethod
    def _shape(graph, node, name):
        """The shape of a tensor that a node writes or reads, which its work depends on."""
        tensor = graph.find(name)
        if tensor.is_known():
            return tensor.shape
        first, reason = tensor.cause or (name, "its input's shape is not known")
        whose = "" if first == name else f"that of '{first}' is unknown, "
        raise ModelError(f"{describe(node)}: the shape of '{name}' cannot be inferred: {whose}"
                         f"{reason}")

    def _count(self, graph, index, reads):
        """The work of a node, and the weights it reads: (key, bytes) each."""
        node = graph.nodes[index]
        if index in graph.inner:
            flops, weights = self._count_inner(node, graph.inner[index])
            own = [n for n in node.input if n and graph.is_constant(n)]
            return flops, [w for n in own for w in self._weights_of(graph, node, n)] + weights
        weights = [w for name in reads if graph.is_constant(name)
                   for w in self._weights_of(graph, node, name)]
        if not has_rule(node):
            if node_name(node) in graph.context.flops:
                self._given.add(node_name(node))
                return graph.context.flops[node_name(node)], weights
            self._check_unknown(node, weights)
            self.unknown[node.op_type] = self.unknown.get(node.op_type, 0) + 1
        used = [name for name in node.output if name]
        outputs = [graph.shape(name) for name in used if name in graph.needed]
        if used[0] not in graph.needed and graph.shape(used[0]) is not None:
            outputs.insert(0, graph.shape(used[0]))  # rules count by the first output
        inputs = [graph.shape(name) if name else None for name in node.input]
        try:
            flops = count_flops(node, inputs, outputs)
        except WorkError as error:
            raise ModelError(f"{describe(node)}: {error}") from error
        return flops, weights

    @staticmethod
    def _check_unknown(node, weights):
        """Refuse to guess the work of an operator that reads a weight: it may do any amount of it."""
        for (_, name), size in weights:
            if size > BYTES_PER_ELEMENT:
                raise ModelError(f"{describe(node)}: its work is unknown: there is no rule for the "
                                 f"operator, which reads the weight '{name}'; give it with --flops "
                                 f"{node_name(node)}=N")

    def _count_inner(self, node, inner):
        """The work and weights of subgraphs: those of a Loop, or of the larger branch of an If."""
        check_trips(node, inner)
        counted = []
        for graph, times in inner:
            flops, weights = 0, []
            for index, reads in graph.layers:
                for name in graph.nodes[index].output:
                    if name in graph.needed:
                        self._shape(graph, graph.nodes[index], name)
                more, read = self._count(graph, index, reads)
                flops += more
                weights += read
            counted.append((flops * times, weights))
        if node.op_type == "If":
            return max(counted, key=lambda c: (c[0], sum(size for _, size in dict(c[1]).items())))
        return sum(c[0] for c in counted), [w for c in counted for w in c[1]]

    def _weights_of(self, graph, node, name):
        """A constant that a node reads: ((graph, name), bytes), or nothing if it is no weight."""
        owner, root = graph.weight_root(name)
        tensor = graph.find(name)
        element = tensor.element
        bias = element == TensorProto.INT32 and node.op_type in INTEGER_BIAS and (
            list(node.input).index(name) == INTEGER_BIAS[node.op_type])
        if not bias and element not in WEIGHT_TYPES:
            return []
        if node.op_type in MOVES and not tensor.is_known():
            return []
        return [((owner.place, root), self._bytes(name, [self._shape(graph, node, name)]))]

    def _take(self, weights):
        """The bytes of weights, each at its first reader, otherwise 0."""
        total = 0
        for key, size in weights:
            if key not in self._weights:
                self._weights.add(key)
                total += size
        return total

    def _add_outputs(self):
        """A result that another layer also reads gets a layer that no layer reads."""
        read = {name for layer in self.layers for name in layer["inputs"]}
        for name in self.graph.outputs:
            layer = self._layer_of[name]
            if layer in read:
                size = self._bytes(name, [self.graph.shape(name)])
                self._add(f"{name}/output", "Output", [layer], output_bytes=size)


def fix_input(model, name, numbers):
    """Give an input of a model its values. @param numbers its elements"""
    known = {t.name for t in model.graph.initializer}
    inputs = {v.name: v for v in model.graph.input if v.name not in known}
    if name not in inputs:
        raise SettingError(f"--value: the model has no input '{name}', only {', '.join(inputs)}")
    shape, element = dimensions(inputs[name]), inputs[name].type.tensor_type.elem_type
    if shape is not None and len(shape) == 1 and not isinstance(shape[0], int):
        shape = [len(numbers)]
    if (shape is None or not all(isinstance(d, int) for d in shape)
            or math.prod(shape) != len(numbers) or element not in NUMPY_TYPES):
        raise SettingError(f"--value: input '{name}' does not have {len(numbers)} elements")
    array = numpy.array(numbers).astype(NUMPY_TYPES[element]).reshape(shape)
    model.graph.initializer.append(numpy_helper.from_array(array, name))


def make_graph(model, settings, note):
    """The model's Graph, with what is known of every tensor. @param note as Context has it"""
    functions.inline(model)
    for name, numbers in settings.value:
        fix_input(model, name, numbers)
    context = Context(model, settings, note)
    graph = Graph(model.graph, context)
    used = [v for v in graph.inputs if v.name in graph.needed]
    names = {v.name for v in used}
    for name in context.shapes:
        if name not in names and name not in graph.producers:
            raise SettingError(f"--shape: the model reads no input '{name}', only "
                               f"{', '.join(v.name for v in used)}; nor does a node write such a "
                               "tensor")
    given = {name: shape for name, shape in context.shapes.items() if name in names}
    context.symbols = Symbols(used, given, dict(settings.dim), note)
    elements = {v.name: v.type.tensor_type.elem_type for v in used}
    inputs = {name: Tensor(elements[name], shape) for name, shape in context.symbols.shapes.items()}
    for value in graph.inputs:
        if value.name not in inputs:
            inputs[value.name] = Tensor(value.type.tensor_type.elem_type,
                                        context.symbols.declared(value))
    graph.infer(inputs)
    return graph


def convert(settings):
    """
    Convert a model.

    @param settings as the command's parser has them
    @return the profile as a dictionary, and the lines that the user should read
    """
    model, digest = read_model(settings.model)
    opsets = [f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import]
    remarks = {}
    graph = make_graph(model, settings, lambda line: remarks.setdefault(line))
    profile = Profile(graph, lambda line: remarks.setdefault(line))
    producer = [model.producer_name, model.producer_version]
    provenance = {
        "source": os.path.basename(settings.model),
        "sha256": digest,
        "producer": " ".join(str(text) for text in producer if text) or "unknown",
        "opset": ", ".join(opsets),
        "tool": TOOL,
        "license": settings.license or "unknown",
        "notes": list(dict.fromkeys([*settings.note, *remarks])),
        "unknown_operators": profile.unknown,
    }
    name = settings.name or os.path.splitext(os.path.basename(settings.model))[0]
    result = {"schema": SCHEMA, "name": name, "provenance": provenance}
    if settings.accuracy is not None:
        result["accuracy"] = {"top1": settings.accuracy, "source": settings.accuracy_source}
    return {**result, "layers": profile.layers}, list(remarks)
