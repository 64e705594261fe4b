# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Turns an ONNX model into a DNN profile. Needs python3-onnx."""

import math
import os

from surgery.dnn_profile import readable_name
from surgery.onnx.constants import attribute_weights, count_elements, is_weight
from surgery.onnx.control import check_trips
from surgery.onnx.model import (ModelError, SettingError, describe, node_name, read_model,
                                subgraphs)
from surgery.onnx.prepare import make_graph
from surgery.onnx.tensors import text
from surgery.onnx.values import MISTAKES
from surgery.onnx.work import WorkError, count_flops, has_rule

TOOL = "onnx-to-dnn.py"  # the name of this converter in profiles, independent of the command's name
SCHEMA = "dnn-surgery/dnn/1"
BYTES_PER_ELEMENT = 4  # everything is stated at 32 bits
MOST_BYTES = 1 << 53  # a profile states no more for a tensor


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
        for index, reads in graph.layers:
            self._add_node(graph, index, reads)
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
            weights += [((graph.place, f"{node_name(node)}.{name}"), BYTES_PER_ELEMENT * size)
                        for name, size in attribute_weights(node)]
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
        """Refuse to guess the work of an operator that reads a weight or has a subgraph: it may do
        any amount of it."""
        if subgraphs(node):
            raise ModelError(f"{describe(node)}: its work is unknown: there is no rule for the "
                             f"operator, which has a subgraph; give it with --flops "
                             f"{node_name(node)}=N")
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
        tensor = graph.find(name)
        if not is_weight(node, name, tensor):
            return []
        owner, root = graph.weight_root(name)
        size = self._bytes(name, [self._shape(graph, node, name)])
        inputs = [graph.shape(read) if read else None for read in node.input]
        try:
            elements = count_elements(node, name, inputs, tensor.element)
        except MISTAKES as error:
            raise ModelError(f"{describe(node)}: attributes are missing or malformed "
                             f"({type(error).__name__}: {error})") from error
        return [((owner.place, root), size if elements is None else BYTES_PER_ELEMENT * elements)]

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
