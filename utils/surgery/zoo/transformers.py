# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Builds transformers of texts as ONNX. Needs python3-onnx."""

import math

import numpy
from onnx import TensorProto, helper, numpy_helper

from surgery.zoo.weights import RandomWeights

OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8  # what came with it
FLOAT = TensorProto.FLOAT
INTEGER = TensorProto.INT64


class Builder:
    """A graph that grows by one node after the other; a tensor is named as the node it is from."""

    def __init__(self):
        self.nodes = []
        self.initializers = []
        self._random = RandomWeights()

    def constant(self, name, values, kind=numpy.float32):
        """A tensor of given values. @return its name"""
        self.initializers.append(numpy_helper.from_array(numpy.array(values, kind), name))
        return name

    def weight(self, name, *shape):
        """A tensor of random values. @return its name"""
        return self.constant(name, self._random.draw(shape))

    def add(self, name, operator, *inputs, outputs=None, **attributes):
        """A node. @return the name of what it writes"""
        outputs = outputs or [name]
        self.nodes.append(helper.make_node(operator, list(inputs), outputs, name, **attributes))
        return outputs[0]

    def linear(self, name, tensor, width, more):
        """A fully connected layer from width to more numbers."""
        product = self.add(f"{name}/MatMul", "MatMul", tensor,
                           self.weight(f"{name}.weight", width, more))
        return self.add(f"{name}/Add", "Add", product, self.weight(f"{name}.bias", more))

    def norm(self, name, tensor, width):
        """A layer normalization."""
        return self.add(f"{name}/LayerNormalization", "LayerNormalization", tensor,
                        self.weight(f"{name}.weight", width), self.weight(f"{name}.bias", width),
                        axis=-1)

    def heads(self, name, tensor, recipe, order):
        """Divide the numbers of each token among the heads."""
        shape = [1, recipe.tokens, recipe.heads, recipe.width // recipe.heads]
        divided = self.add(f"{name}/Reshape", "Reshape", tensor,
                           self.constant(f"{name}.shape", shape, numpy.int64))
        return self.add(f"{name}/Transpose", "Transpose", divided, perm=order)

    def attention(self, name, parts, recipe, hide):
        """What each token takes from the others.

        @param parts query, key and value @param hide takes scores and hides those of tokens that
        are not to be seen @return the tensor, a row per token
        """
        query, key, value = (
            self.heads(f"{name}/{part}", tensor, recipe, order) for part, tensor, order in
            zip(("query", "key", "value"), parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3])))
        scores = self.add(f"{name}/scores/MatMul", "MatMul", query, key)
        scale = self.constant(f"{name}.scale", math.sqrt(recipe.width // recipe.heads))
        scores = hide(self.add(f"{name}/scores/Div", "Div", scores, scale))
        scores = self.add(f"{name}/scores/Softmax", "Softmax", scores, axis=-1)
        context = self.add(f"{name}/context/MatMul", "MatMul", scores, value)
        context = self.add(f"{name}/context/Transpose", "Transpose", context, perm=[0, 2, 1, 3])
        shape = self.constant(f"{name}.shape", [1, recipe.tokens, recipe.width], numpy.int64)
        return self.add(f"{name}/context/Reshape", "Reshape", context, shape)

    def feed_forward(self, name, tensor, width, activate):
        """The two layers behind each attention."""
        wide = activate(f"{name}/gelu", self.linear(f"{name}/up", tensor, width, 4 * width))
        return self.linear(f"{name}/down", wide, 4 * width, width)

    def gelu(self, name, tensor):
        """BERT's activation."""
        scaled = self.add(f"{name}/Div", "Div", tensor, self.constant(f"{name}.root", math.sqrt(2)))
        curve = self.add(f"{name}/Erf", "Erf", scaled)
        curve = self.add(f"{name}/Add", "Add", curve, self.constant(f"{name}.one", 1))
        product = self.add(f"{name}/Mul", "Mul", tensor, curve)
        return self.add(f"{name}/Mul_1", "Mul", product, self.constant(f"{name}.half", 0.5))

    def gelu_by_tanh(self, name, tensor):
        """GPT-2's activation, an approximation of BERT's."""
        cube = self.add(f"{name}/Pow", "Pow", tensor, self.constant(f"{name}.three", 3))
        cube = self.add(f"{name}/Mul", "Mul", cube, self.constant(f"{name}.part", 0.044715))
        inner = self.add(f"{name}/Add", "Add", tensor, cube)
        inner = self.add(f"{name}/Mul_1", "Mul", inner,
                         self.constant(f"{name}.root", math.sqrt(2 / math.pi)))
        curve = self.add(f"{name}/Tanh", "Tanh", inner)
        curve = self.add(f"{name}/Add_1", "Add", curve, self.constant(f"{name}.one", 1))
        half = self.add(f"{name}/Mul_2", "Mul", tensor, self.constant(f"{name}.half", 0.5))
        return self.add(f"{name}/Mul_3", "Mul", half, curve)

    def write(self, path, inputs, outputs):
        """Write the model. @param inputs type and shape by name @param outputs the same"""
        values = [[helper.make_tensor_value_info(name, *value) for name, value in side.items()]
                  for side in (inputs, outputs)]
        graph = helper.make_graph(self.nodes, "zoo", *values, self.initializers)
        model = helper.make_model(graph, ir_version=IR_VERSION, producer_name="dnn-surgery",
                                  opset_imports=[helper.make_opsetid("", OPSET)])
        with open(path, "wb") as file:
            file.write(model.SerializeToString())


def embed(builder, recipe):
    """BERT's input layers. @return the tensor, a row per token"""
    rows = {"word": ("tokens", recipe.vocabulary), "type": ("types", 2)}
    words, types = (
        builder.add(f"embeddings/{name}/Gather", "Gather",
                    builder.weight(f"embeddings/{name}.weight", count, recipe.width), indices)
        for name, (indices, count) in rows.items())
    places = builder.constant("embeddings/position.indices",
                              numpy.arange(recipe.tokens).reshape(1, -1), numpy.int64)
    table = builder.weight("embeddings/position.weight", recipe.positions, recipe.width)
    position = builder.add("embeddings/position/Gather", "Gather", table, places)
    total = builder.add("embeddings/Add", "Add", words, types)
    total = builder.add("embeddings/Add_1", "Add", total, position)
    return builder.norm("embeddings", total, recipe.width)


def build_bert(recipe, path):
    """Write BERT with pooler and classifier. @return remarks for the provenance"""
    builder, width = Builder(), recipe.width
    tensor = embed(builder, recipe)
    mask = builder.add("mask/Cast", "Cast", "mask", to=FLOAT)
    mask = builder.add("mask/Reshape", "Reshape", mask,
                       builder.constant("mask.shape", [1, 1, 1, recipe.tokens], numpy.int64))
    mask = builder.add("mask/Sub", "Sub", builder.constant("mask.one", 1), mask)
    mask = builder.add("mask/Mul", "Mul", mask, builder.constant("mask.least", -10000))
    for number in range(recipe.blocks):
        block = f"block{number}"
        parts = [builder.linear(f"{block}/attention/{part}", tensor, width, width)
                 for part in ("query", "key", "value")]
        context = builder.attention(
            f"{block}/attention", parts, recipe,
            lambda scores, name=block: builder.add(f"{name}/attention/scores/Add", "Add", scores,
                                                   mask))
        context = builder.linear(f"{block}/attention/output", context, width, width)
        tensor = builder.add(f"{block}/attention/Add", "Add", context, tensor)
        tensor = builder.norm(f"{block}/attention", tensor, width)
        more = builder.feed_forward(f"{block}/feed-forward", tensor, width, builder.gelu)
        tensor = builder.add(f"{block}/feed-forward/Add", "Add", more, tensor)
        tensor = builder.norm(f"{block}/feed-forward", tensor, width)
    first = builder.add("pooler/Gather", "Gather", tensor,
                        builder.constant("pooler.index", 0, numpy.int64), axis=1)
    pooled = builder.add("pooler/Tanh", "Tanh", builder.linear("pooler", first, width, width))
    scores = builder.linear("classifier", pooled, width, 2)
    text = (INTEGER, [1, recipe.tokens])
    builder.write(path, {"tokens": text, "types": text, "mask": text}, {scores: (FLOAT, [1, 2])})
    return [f"BERT-base for {recipe.tokens} tokens with a classifier of two classes, as "
            "arXiv:1810.04805 describes it; random weights"]


def build_gpt(recipe, path):
    """Write a block of GPT. @return remarks for the provenance"""
    builder, width = Builder(), recipe.width
    # tokens see those before them
    seen = builder.constant("attention.seen",
                            numpy.tri(recipe.tokens)[numpy.newaxis, numpy.newaxis], numpy.bool_)
    least = builder.constant("attention.least", -10000)
    joined = builder.linear("attention/input", builder.norm("attention", "states", width), width,
                            3 * width)
    parts = [f"attention/{part}/Split" for part in ("query", "key", "value")]
    builder.add("attention/input/Split", "Split", joined, outputs=parts, axis=-1)
    context = builder.attention(
        "attention", parts, recipe,
        lambda scores: builder.add("attention/scores/Where", "Where", seen, scores, least))
    context = builder.linear("attention/output", context, width, width)
    tensor = builder.add("attention/Add", "Add", context, "states")
    more = builder.feed_forward("feed-forward", builder.norm("feed-forward", tensor, width), width,
                                builder.gelu_by_tanh)
    tensor = builder.add("feed-forward/Add", "Add", more, tensor)
    states = (FLOAT, [1, recipe.tokens, width])
    builder.write(path, {"states": states}, {tensor: states})
    return [f"one of the twelve blocks of GPT-2 small for a prompt of {recipe.tokens} tokens, with "
            "causal attention; random weights"]
