#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Turn an ONNX model into a DNN profile (schema dnn-surgery/dnn/1)."""

import argparse
import hashlib
import math
import os
import re
import sys
import warnings

sys.dont_write_bytecode = True  # leave no cache beside the script

from dnn_profile import to_json

try:
    import onnx
    from google.protobuf.message import DecodeError
    from onnx import TensorProto

    from onnx_graph import Graph, ModelError, Shapes, describe
    from onnx_work import MOVES, WorkError, count_flops, has_rule
except ImportError as missing:
    sys.exit(f"onnx-to-dnn.py: {missing}: install python3-onnx and run with /usr/bin/python3")

TOOL = "onnx-to-dnn.py"
SCHEMA = "dnn-surgery/dnn/1"
BYTES_PER_ELEMENT = 4  # everything is stated at 32 bits

EPILOG = """\
examples:
  onnx-to-dnn.py resnet50.onnx -o resnet50.json
  onnx-to-dnn.py model.onnx --name detector --shape images=1,3,640,640 -o detector.json

What comes out: one JSON file, one layer per line, in topological order, the input first; per layer
the work in FLOP (2 x multiply-accumulate), the output tensor and the weights in bytes at 32 bits.
Constants and whatever only they feed are weights, not layers. A symbolic batch size becomes 1; give
any other unknown dimension with --shape. An operator without a rule counts 1 FLOP per output
element and is reported on standard error and in the profile's provenance. A layer is called after
its node, or after the first tensor it writes where the node has no name; a name that is a mere
serial number (n12) gets the operator's name (Conv_12).
doc/profiles.md has the rules and how to add measured times.

exit status: 0 done, 1 the model or the output file is no good, 2 wrong usage."""

# element types that weights have; integers of 32 bits and more are shapes, axes and indices
WEIGHT_TYPES = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE,
                TensorProto.INT8, TensorProto.UINT8}


def layer_name(node, written):
    """The node's name, else its first tensor's; a mere serial number gets the operator's name."""
    name = node.name or written[0]
    serial = re.fullmatch(r"[a-z]?(\d+)", name)
    return f"{node.op_type}_{serial[1]}" if serial else name


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
        """One input is the first layer; several hang off a virtual one."""
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
        """A weight's bytes at its first reader, else 0."""
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
        """A result that another layer reads as well gets a layer that nobody reads."""
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


def convert(options, usage_error):
    """The profile as a dictionary."""
    model, digest = read_model(options.model)
    graph = Graph(model.graph)
    for name in options.shape:
        if name not in [v.name for v in graph.used_inputs]:
            inputs = ", ".join(v.name for v in graph.used_inputs)
            usage_error(f"--shape: the model reads no input '{name}', only {inputs}")
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


def parse_arguments():
    def shape(text):
        match = re.fullmatch(r"(.+)=([1-9]\d*(?:,[1-9]\d*)*)", text)
        if not match:
            raise argparse.ArgumentTypeError(f"'{text}' is not NAME=D,D,... with dimensions >= 1")
        return match[1], [int(d) for d in match[2].split(",")]

    parser = argparse.ArgumentParser(prog=TOOL, description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.error = lambda text: parser.exit(2, f"{TOOL}: {text} (see --help)\n")
    parser.add_argument("model", metavar="MODEL.onnx", help="the model to read")
    parser.add_argument("-o", "--output", metavar="X.json", default="-",
                        help="the profile to write; default: standard output")
    parser.add_argument("--name", help="the DNN's name; default: the model's file name")
    parser.add_argument("--shape", type=shape, action="append", default=[], metavar="INPUT=D,D,...",
                        help="shape of an input whose dimensions are symbolic; repeatable")
    parser.add_argument("--license", metavar="TEXT", help="the model's license, for the provenance")
    parser.add_argument("--note", metavar="TEXT", action="append", default=[],
                        help="a remark for the provenance; repeatable")
    options = parser.parse_args()
    options.shape = dict(options.shape)
    return options, parser.error


def main():
    options, usage_error = parse_arguments()
    try:
        profile = convert(options, usage_error)
    except ModelError as error:
        sys.exit(f"{TOOL}: {options.model}: {' '.join(str(error).split())}")  # always one line
    for op, count in profile["provenance"]["unknown_operators"].items():
        print(f"{TOOL}: {options.model}: operator {op} has no rule (layers: {count}): "
              "counted as 1 FLOP per output element", file=sys.stderr)
    try:
        if options.output == "-":
            sys.stdout.write(to_json(profile))
            return
        with open(options.output, "w", encoding="ascii") as file:
            file.write(to_json(profile))
    except OSError as error:
        sys.exit(f"{TOOL}: {options.output}: cannot be written: {error.strerror}")
    flops = sum(layer["flops"] for layer in profile["layers"])
    print(f"{options.output}: {profile['name']}, {len(profile['layers'])} layers, "
          f"{flops / 1e9:.3f} GFLOP")


if __name__ == "__main__":
    main()
