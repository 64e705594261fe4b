# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of ./surgery onnx share: models made by hand, and the command."""

import contextlib
import io
import json
import math
import os
import tempfile
import unittest

from onnx import TensorProto, helper

from surgery.console import Failure
from surgery.front import command_line


def tensor(name, shape, element=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, element, shape)


def weight(name, shape):
    return helper.make_tensor(name, TensorProto.FLOAT, shape, [0.0] * math.prod(shape))


def integers(name, values):
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], values)


def make_model(nodes, inputs, outputs, weights=(), domains=(), values=(), opset=13, functions=()):
    graph = helper.make_graph(nodes, "test", inputs, outputs, list(weights),
                              value_info=list(values))
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    return helper.make_model(graph, producer_name="test", opset_imports=opsets,
                             functions=list(functions)).SerializeToString()


class Conversion(unittest.TestCase):
    """Runs the command on models made by hand."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "tiny.onnx")

    @staticmethod
    def call(*arguments):
        """./surgery in this process. @return its exit code, standard output and standard error"""
        out, error, code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            try:
                code = command_line.call([str(a) for a in arguments])
            except Failure as failure:
                code = failure.code
                print(" ".join(str(failure).split()), file=error)
        return code, out.getvalue(), error.getvalue()

    def convert(self, model, *arguments):
        """The profile, its layers by name and what the command said on standard error."""
        with open(self.path, "wb") as file:
            file.write(model)
        code, out, error = self.call("onnx", self.path, *arguments)
        self.assertEqual(code, 0, error)
        profile = json.loads(out)
        check_dnn(self, profile)
        return profile, {layer["name"]: layer for layer in profile["layers"]}, error

    def fail_to_convert(self, content, *arguments, code=1):
        """The command's one line about a model that is no good."""
        with open(self.path, "wb") as file:
            file.write(content)
        exit_code, out, error = self.call("onnx", self.path, *arguments)
        self.assertEqual(exit_code, code, error)
        self.assertEqual(error.count("\n"), 1, error)
        self.assertEqual(out, "")
        return error

    def check_layer(self, layer, op, inputs, flops, output_bytes, weight_bytes):
        self.assertEqual(
            (layer["op"], layer["inputs"], layer["flops"], layer["output_bytes"],
             layer["weight_bytes"]), (op, inputs, flops, output_bytes, weight_bytes))


def check_dnn(test, profile):
    """What the schema dnn-surgery/dnn/1 promises."""
    test.assertEqual(set(profile) - {"accuracy", "batch"}, {"schema", "name", "provenance", "layers"})
    test.assertEqual(profile["schema"], "dnn-surgery/dnn/1")
    seen = set()
    for index, layer in enumerate(profile["layers"]):
        test.assertTrue(layer["name"])
        test.assertNotIn(layer["name"], seen)
        test.assertEqual(len(set(layer["inputs"])), len(layer["inputs"]))
        test.assertLessEqual(set(layer["inputs"]), seen)
        test.assertEqual(bool(layer["inputs"]), index > 0)
        for field in ("flops", "output_bytes", "weight_bytes"):
            test.assertIsInstance(layer[field], int)
            test.assertGreaterEqual(layer[field], 0)
        seen.add(layer["name"])
    first = profile["layers"][0]
    test.assertEqual((first["op"], first["flops"], first["weight_bytes"]), ("Input", 0, 0))
