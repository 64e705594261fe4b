# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""An ONNX model as it is deployed to be timed. Needs python3-onnx.

Its nodes are the layers of the profile, under their names. What the model computes from constants
alone, or from shapes alone, is computed before: it is a weight, not a layer, and takes no time.
"""

import os
import pathlib

import onnx
from onnx import TensorProto, helper

from surgery.onnx.model import ModelError, node_reads, read_model
from surgery.onnx.prepare import make_graph
from surgery.times import runtime

# ONNX Runtime's names of the types of elements
TYPES = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE,
         "float16": TensorProto.FLOAT16, "bool": TensorProto.BOOL, "uint8": TensorProto.UINT8,
         "int8": TensorProto.INT8, "uint16": TensorProto.UINT16, "int16": TensorProto.INT16,
         "uint32": TensorProto.UINT32, "int32": TensorProto.INT32, "uint64": TensorProto.UINT64,
         "int64": TensorProto.INT64}
TYPE_NAMES = {number: name for name, number in TYPES.items()}


class Deployment:
    """A model in a folder, and its profile."""

    def __init__(self, settings, profile, folder):
        """Make them. @param settings by which the profile was made @param folder where the model
        goes"""
        self.profile = profile
        self.folder = pathlib.Path(folder)
        self.model = read_model(settings.model)[0]
        try:
            onnx.load_external_data_for_model(self.model, os.path.dirname(settings.model))
        except (OSError, ValueError) as error:
            raise ModelError(f"its weights cannot be read: {error}") from error
        # the profile was made with the same remarks
        self.graph = make_graph(self.model, settings, lambda line: None)
        self.layers = [(self.graph.nodes[index], reads) for index, reads in self.graph.layers]
        self._name_layers()
        weights = self._compute_weights()
        self._keep_layers(weights)
        self._save("model.onnx")

    def job(self, **more):
        """What runtime.run needs to run the model."""
        return self._job(self._inputs(self.graph.needed), "model.onnx", **more)

    def _inputs(self, names):
        """The inputs among these tensors, with static shapes."""
        return [helper.make_tensor_value_info(value.name, value.type.tensor_type.elem_type,
                                              self.graph.shape(value.name))
                for value in self.graph.inputs if value.name in names]

    def _job(self, inputs, path, **more):
        described = []
        for value in inputs:
            tensor = value.type.tensor_type
            if tensor.elem_type not in TYPE_NAMES:
                kind = TensorProto.DataType.Name(tensor.elem_type)
                raise ModelError(f"graph.input '{value.name}': cannot be fed, its type is {kind}")
            described.append({"name": value.name, "type": TYPE_NAMES[tensor.elem_type],
                              "dims": [d.dim_value for d in tensor.shape.dim]})
        return {"model": str(self.folder / path), "folder": str(self.folder), "inputs": described,
                **more}

    def _name_layers(self):
        """Give the nodes the names of their layers; all others lose theirs."""
        for node in self.model.graph.node:
            node.name = ""
        layers = [layer for layer in self.profile["layers"]
                  if layer["op"] not in ("Input", "Output")]
        for layer, (node, _) in zip(layers, self.layers, strict=True):
            node.name = layer["name"]

    def _compute_weights(self):
        """Compute the constants that layers read. @return them"""
        wanted = [name for _, reads in self.layers for name in reads
                  if self.graph.is_constant(name) and name in self.graph.producers]
        wanted = list(dict.fromkeys(wanted))
        if not wanted:
            return []
        graph = self.model.graph
        nodes, needed = [], set(wanted)
        for node in reversed(self.graph.nodes):
            if needed.intersection(node.output):
                needed.update(node_reads(node))
                nodes.insert(0, node)
        inputs = self._inputs(needed)
        light = onnx.ModelProto()
        light.CopyFrom(self.model)
        self._replace(light.graph, nodes, inputs, wanted,
                      [t for t in graph.initializer if t.name in needed])
        self._save("weights.onnx", light)
        found = runtime.run(self._job(inputs, "weights.onnx", task="outputs", threads=1))
        weights = []
        for tensor in found:
            path = pathlib.Path(tensor["path"])
            weights.append(TensorProto(name=tensor["name"], dims=tensor["dims"],
                                       data_type=TYPES[tensor["type"]], raw_data=path.read_bytes()))
            path.unlink()
        return weights

    def _keep_layers(self, weights):
        """Drop what is no layer."""
        read = {name for _, reads in self.layers for name in reads}
        kept = [t for t in self.model.graph.initializer if t.name in read]
        self._replace(self.model.graph, [node for node, _ in self.layers],
                      self._inputs(self.graph.needed), self.graph.outputs, [*kept, *weights])

    @staticmethod
    def _replace(graph, nodes, inputs, outputs, initializers):
        """Give a graph other contents."""
        known = {v.name: v for v in [*graph.output, *graph.value_info]}
        outputs = [known.get(name) or helper.make_empty_tensor_value_info(name) for name in outputs]
        contents = {"node": nodes, "input": inputs, "output": outputs, "initializer": initializers}
        for field, items in contents.items():
            copies = [type(item).FromString(item.SerializeToString()) for item in items]
            graph.ClearField(field)
            getattr(graph, field).extend(copies)
        graph.ClearField("value_info")

    def _save(self, path, model=None):
        """Write a model, its weights apart: one file can hold 2 GB."""
        model = model or self.model
        model.ir_version = max(4, model.ir_version)  # before, each weight is an input as well
        onnx.save_model(model, str(self.folder / path), save_as_external_data=True,
                        location=f"{path}.weights")
