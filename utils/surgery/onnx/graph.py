# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""An ONNX graph divided into layers and weights, with what is known of every tensor."""

from onnx import TensorProto, helper

from surgery.onnx import control, fit
from surgery.onnx.model import ModelError, describe, is_standard, node_reads, sort_nodes, subgraphs
from surgery.onnx.shapes import infer_outputs, keeps_shape, of_initializer
from surgery.onnx.tensors import MOST, Tensor, text

# standard operators that read a tensor's shape, not its data
SHAPE_ONLY = {"Shape", "Size"}

# constant operators that pass a weight on: what they write is the weight they read
ALIASES = {*(("", op) for op in ("Cast", "DequantizeLinear", "Flatten", "Identity", "Reshape",
                                 "Squeeze", "Transpose", "Unsqueeze")),
           ("com.microsoft", "DequantizeLinear")}


def is_shape_only(node):
    """Whether a node reads a tensor's shape, not its data."""
    return is_standard(node.domain) and node.op_type in SHAPE_ONLY


def passes_on(node):
    """Whether what a node writes is the weight that it reads."""
    return (node.domain, node.op_type) in ALIASES and bool(node.input)


class Context:
    """What holds for a whole model."""

    def __init__(self, model, settings, note):
        """
        @param model the ModelProto
        @param settings as the command's parser has them: shapes of tensors, trips of loops and
        FLOP of nodes, by name
        @param note called with what the user should know
        """
        self.opsets = {o.domain: o.version for o in model.opset_import}
        self.opsets.setdefault("", 1)  # as before models stated it
        self.ir_version = model.ir_version
        self.shapes = dict(settings.shape)
        self.trips = dict(settings.trips)
        self.flops = dict(settings.flops)
        self.note = note
        self.iterations = 0  # of Loops, that were looked at one by one
        self.symbols = None  # set when the inputs are known


class Graph:
    """The nodes of a graph, or of a subgraph, divided into layers and constants."""

    def __init__(self, proto, context, outer=None, place=()):
        """@param outer the graph around a subgraph @param place by which to tell subgraphs apart"""
        self.proto = proto
        self.context = context
        self.place = place
        self.outer = outer
        self.initializers = {t.name: t for t in proto.initializer}
        self.initializers.update((t.values.name, t) for t in proto.sparse_initializer)
        self.inputs = [v for v in proto.input if v.name not in self.initializers]
        self._own = {v.name for v in self.inputs}
        self.results = [v.name for v in proto.output]
        self.inner = {}  # the subgraphs that a node runs, by the node's index: (Graph, times)
        self.empty = []  # tensors without elements
        self.tensors = {}
        self._stated = {}  # shapes that the model declares, None for unknown dimensions
        self._declared = {v.name: v for v in [*proto.value_info, *proto.output]}
        known = set(self.initializers) | {v.name for v in self.inputs}
        for index, node in enumerate(proto.node):
            self._check(index, node, known)
        outside = set() if outer is None else outer.visible()
        self.nodes = sort_nodes(list(proto.node), set(self.initializers) | outside
                                | {v.name for v in self.inputs})
        self.producers = {name: node for node in self.nodes for name in node.output if name}
        for name in self.results:
            if name not in known and name not in outside:
                raise ModelError(f"graph.output '{name}': is written by no node")
        self.reads = [node_reads(node) for node in self.nodes]
        self._divide()

    @staticmethod
    def _check(index, node, known):
        if not node.op_type:
            raise ModelError(f"graph.node[{index}].op_type: is empty")
        for attribute in node.attribute:
            try:
                helper.get_attribute_value(attribute)
            except ValueError:
                raise ModelError(f"{describe(node)}: attribute '{attribute.name}' has no type that "
                                 "is known") from None
        for name in filter(None, node.output):
            if name in known:
                raise ModelError(f"{describe(node)}: output '{name}' is written twice")
            known.add(name)

    def visible(self):
        """The names of the tensors that a subgraph may read."""
        names = set(self.producers) | set(self.initializers) | {v.name for v in self.inputs}
        return names if self.outer is None else names | self.outer.visible()

    def is_constant(self, name):
        """Whether a tensor depends on no data."""
        if name in self.constants:
            return True
        return (self.outer is not None and name not in self.producers
                and name not in self._own and self.outer.is_constant(name))

    def _divide(self):
        """Tell constants from data, and find the layers: the nodes on which the results depend."""
        self.constants = set(self.initializers)
        self.constants.update(n for n, tensor in self.tensors.items() if tensor.is_constant()
                              and n in self.producers)
        for node, reads in zip(self.nodes, self.reads):
            if is_shape_only(node) or all(self.is_constant(name) for name in reads):
                self.constants.update(filter(None, node.output))
        nothing = set(self.empty) - self.constants
        absent = self.constants | nothing  # what no layer writes
        self.outputs = [n for n in self.results if not self.is_constant(n)]
        self.needed = set(self.outputs)
        self.layers = []  # (index of the node, every tensor it reads)
        for index in reversed(range(len(self.nodes))):
            written = self.needed.intersection(self.nodes[index].output)
            if not absent.issuperset(written):
                self.needed.update(self.reads[index])
                self.layers.append((index, [r for r in self.reads[index] if r not in nothing]))
        self.layers.reverse()

    def find(self, name):
        """What is known of a tensor."""
        if name in self.tensors:
            return self.tensors[name]
        return self.outer.find(name) if self.outer else Tensor(cause=(name, "it is not known"))

    def shape(self, name):
        """The tensor's shape, None if it is not known."""
        tensor = self.find(name)
        return tensor.shape if tensor.is_known() else None

    def infer(self, inputs):
        """Find out what every node writes. @param inputs the Tensor of each input by name"""
        for name, tensor in inputs.items():
            self._check_size(name, tensor)
        self.tensors.update(inputs)
        self.empty += [name for name, tensor in inputs.items() if tensor.size() == 0]
        for name, tensor in self.initializers.items():
            self.tensors[name] = of_initializer(tensor, f"initializer '{name}'")
        self._state_backwards()
        for index, node in enumerate(self.nodes):
            read = [self.find(name) if name else None for name in node.input]
            if subgraphs(node):
                outputs = control.infer_outputs(self, index, read)
            else:
                outputs = infer_outputs(node, read, self.context.opsets, self.context.ir_version)
            for name, tensor in zip(node.output, outputs):
                if name:
                    self._settle(node, name, tensor)
            fit.check_size(node, read, outputs)
        self._divide()

    def run(self, index, proto, bound):
        """Find out what a subgraph writes. @param index of the node that has it @param proto the
        subgraph @param bound a Tensor per input @return its Graph, and a Tensor per result"""
        inner = Graph(proto, self.context, self, (*self.place, index))
        if len(bound) != len(inner.inputs):
            raise ModelError(f"graph '{proto.name}': has {len(inner.inputs)} inputs, its node "
                             f"gives {len(bound)}")
        inner.infer({value.name: tensor for value, tensor in zip(inner.inputs, bound)})
        return inner, [inner.find(name) for name in inner.results]

    def _state_backwards(self):
        """Find the shapes that the model declares, also of what a node reads that keeps a shape."""
        for name, value in self._declared.items():
            self._stated[name] = self.context.symbols.declared(value)
        for node in reversed(self.nodes):
            if keeps_shape(node):
                shape = self._stated.get(node.output[0])
                if shape is not None and None not in shape:
                    self._stated.setdefault(node.input[0], shape)

    def _settle(self, node, name, tensor):
        """Compare what a node writes with what the model and the user say, and keep it."""
        given = self.context.shapes.get(name)
        if not tensor.merge(given):
            raise ModelError(f"{describe(node)}: output '{name}' has the shape "
                             f"{text(tensor.shape)}, but --shape says {text(given)}")
        stated = self._stated.get(name)
        if stated is not None:
            before = tensor.shape
            if not tensor.merge(stated):
                tensor.shape = before
                self.context.note(f"tensor {name}: the model declares {text(stated)}, its inputs "
                                  f"and operators say {text(before)}, which counts")
        if tensor.kind is None and not tensor.element:
            tensor.element = self._element(node, name)
        self._check_size(name, tensor)
        if tensor.is_known():
            tensor.cause = None
            if tensor.size() == 0:
                self.empty.append(name)
        self.tensors[name] = tensor

    @staticmethod
    def _check_size(name, tensor):
        """Refuse a tensor of a size that ONNX's inference would overflow with."""
        if (tensor.size() or 0) > MOST:
            raise ModelError(f"tensor '{name}': has {4 * tensor.size()} bytes at 32 bits per element "
                             f"(shape {text(tensor.shape)}); a profile states at most 2^53")

    def _element(self, node, name):
        """The element type of what a node writes, where the operator does not tell it."""
        if name in self._declared and self._declared[name].type.tensor_type.elem_type:
            return self._declared[name].type.tensor_type.elem_type
        read = (self.find(n).element for n in node.input if n)
        return next(filter(None, read), TensorProto.FLOAT)

    def weight_root(self, name):
        """The weight behind a constant tensor, through operators that only pass it on.
        @return the graph that holds it, and its name"""
        if name not in self.producers and name not in self.initializers and self.outer:
            return self.outer.weight_root(name)
        while name in self.producers and passes_on(self.producers[name]):
            name = self.producers[name].input[0]
            if name not in self.producers and name not in self.initializers and self.outer:
                return self.outer.weight_root(name)
        return self, name
