# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Turns an ONNX model into a DNN profile. Needs python3-onnx."""

import hashlib
import math
import os
import warnings

import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto

from surgery.dnn_profile import readable_name
from surgery.onnx.graph import Graph, ModelError, Shapes, describe
from surgery.onnx.work import MOVES, WorkError, count_flops, has_rule

TOOL = "onnx-to-dnn.py"  # the name of this converter in profiles, independent of the command's name
SCHEMA = "dnn-surgery/dnn/1"
BYTES_PER_ELEMENT = 4  # everything is stated at 32 bits

# element types that weights have; integers of 32 bits and more are shapes, axes and indices
WEIGHT_TYPES = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE,
                TensorProto.INT8, TensorProto.UINT8}


class ShapeError(ValueError):
    """A shape is given for an input that the model does not read."""


def layer_name(node, written):
    """The node's name, or its first tensor's, so that people can read it."""
    return readable_name(node.name or written[0], node.op_type)


class Profile:
    """The layers as the JSON states them."""

    def __init__(self, graph, shapes):
        self.graph = graph
        self.shapes = shapes
        self.layers = []
        self.unknown = {}  # operators without a rule, with the number of their layers
        self._names = set()
        self._layer_of = {}  # the layer that writes a tensor
        self._weights = set()
        self._add_inputs()
        for node, reads in graph.layers:
            self._add_node(node, reads)
        self._add_outputs()

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

    def _add_inputs(self):
        """A single input is the first layer; several inputs read a virtual first layer."""
        sizes = {v.name: BYTES_PER_ELEMENT * math.prod(self.shapes.find(v.name))
                 for v in self.graph.used_inputs}
        root = []
        if len(sizes) > 1:
            root = [self._add("input", "Input", output_bytes=sum(sizes.values()))]
        for name, size in sizes.items():
            self._layer_of[name] = self._add(name, "Input", root, output_bytes=size)

    def _add_node(self, node, reads):
        if not has_rule(node):
            self.unknown[node.op_type] = self.unknown.get(node.op_type, 0) + 1
        written = [name for name in node.output if name in self.graph.needed]
        outputs = [self.shapes.get(name, node) for name in written]
        inputs = [self.shapes.find(name) for name in node.input]
        try:
            flops = count_flops(node, inputs, outputs)
        except WorkError as error:
            raise ModelError(f"{describe(node)}: {error}") from error
        constants = self.graph.constants
        layer = self._add(layer_name(node, written), node.op_type,
                          [self._layer_of[r] for r in reads if r not in constants], flops,
                          BYTES_PER_ELEMENT * sum(math.prod(shape) for shape in outputs),
                          sum(self._weight_bytes(node, r) for r in reads if r in constants))
        self._layer_of.update(dict.fromkeys(written, layer))

    def _weight_bytes(self, node, name):
        """A weight's bytes at its first reader, otherwise 0."""
        root = self.graph.weight_root(name)
        moved = node.op_type in MOVES and self.shapes.find(name) is None
        if root in self._weights or moved:
            return 0
        shape = self.shapes.get(name, node)
        if self.shapes.types[name][0] not in WEIGHT_TYPES:
            return 0
        self._weights.add(root)
        return BYTES_PER_ELEMENT * math.prod(shape)

    def _add_outputs(self):
        """A result that another layer also reads gets a layer that no layer reads."""
        read = {name for layer in self.layers for name in layer["inputs"]}
        for name in self.graph.outputs:
            layer = self._layer_of[name]
            if layer in read:
                size = BYTES_PER_ELEMENT * math.prod(self.shapes.find(name))
                self._add(f"{name}/output", "Output", [layer], output_bytes=size)


def read_model(path):
    """The model and its file's SHA-256."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}") from error
    model = onnx.ModelProto()
    try:
        with warnings.catch_warnings(record=True) as leftover:  # unread bytes only make it warn
            model.ParseFromString(content)
    except DecodeError as error:
        leftover = [error]
    if leftover:
        raise ModelError("is not an ONNX model (malformed protobuf)")
    if not model.ir_version:
        raise ModelError("ir_version: is missing; is this an ONNX model?")
    if not model.graph.node:
        raise ModelError("graph.node: is empty")
    return model, hashlib.sha256(content).hexdigest()


def convert(options):
    """The profile as a dictionary. @param options as the command's parser has them"""
    model, digest = read_model(options.model)
    graph = Graph(model.graph)
    for name in options.shape:
        if name not in [v.name for v in graph.used_inputs]:
            inputs = ", ".join(v.name for v in graph.used_inputs)
            raise ShapeError(f"--shape: the model reads no input '{name}', only {inputs}")
    notes = list(options.note)
    profile = Profile(graph, Shapes(model, graph, options.shape, notes))
    producer = [model.producer_name, model.producer_version]
    opsets = [f"{o.domain or 'ai.onnx'} {o.version}" for o in model.opset_import]
    provenance = {
        "source": os.path.basename(options.model),
        "sha256": digest,
        "producer": " ".join(str(text) for text in producer if text) or "unknown",
        "opset": ", ".join(opsets),
        "tool": TOOL,
        "license": options.license or "unknown",
        "notes": list(dict.fromkeys(notes)),
        "unknown_operators": profile.unknown,
    }
    name = options.name or os.path.splitext(os.path.basename(options.model))[0]
    return {"schema": SCHEMA, "name": name, "provenance": provenance, "layers": profile.layers}
