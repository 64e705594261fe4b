#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Writes a small network that tells ten kinds of pictures apart: my-model.py OUT.onnx"""

import math
import sys

import onnx
from onnx import TensorProto, helper


def weights(name, *shape):
    """Only their number matters here."""
    return helper.make_tensor(name, TensorProto.FLOAT, shape, [0.0] * math.prod(shape))


def layer(operator, name, *inputs, **attributes):
    """A node; its output is called as the node is."""
    return helper.make_node(operator, inputs, [name], name=name, **attributes)


GRAPH = helper.make_graph(
    [
        layer("Conv", "conv1", "picture", "w1", strides=[2, 2], pads=[3, 3, 3, 3]),
        layer("Relu", "relu1", "conv1"),
        layer("MaxPool", "pool1", "relu1", kernel_shape=[2, 2], strides=[2, 2]),
        layer("Conv", "conv2", "pool1", "w2", pads=[1, 1, 1, 1]),
        layer("Relu", "relu2", "conv2"),
        layer("Conv", "conv3", "relu2", "w3", pads=[1, 1, 1, 1]),
        layer("Relu", "relu3", "conv3"),
        layer("GlobalAveragePool", "mean", "relu3"),
        layer("Flatten", "flat", "mean"),
        layer("Gemm", "scores", "flat", "w4"),
    ],
    "my-model",
    [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, 224, 224])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, 10])],
    [weights("w1", 16, 3, 7, 7), weights("w2", 256, 16, 3, 3), weights("w3", 256, 256, 3, 3),
     weights("w4", 256, 10)])
onnx.save(helper.make_model(GRAPH), sys.argv[1])
