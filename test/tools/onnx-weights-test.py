#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on what counts as a weight, and on operators from elsewhere, which may have
the names of ONNX's own."""

import unittest

import numpy
from onnx import TensorProto, helper, numpy_helper

from onnx_case import Conversion, integers, make_model, tensor, weight

node = helper.make_node


def zeros(name, shape, kind):
    return numpy_helper.from_array(numpy.zeros(shape, kind), name)


class Elsewhere(Conversion):
    """Operators of other domains."""

    @staticmethod
    def model(op, *constants, **attributes):
        """A model of one such operator, which reads x and constants and writes h."""
        return make_model([node(op, ["x", *(c.name for c in constants)], ["h"], "own",
                                domain="my.ops", **attributes),
                           node("Add", ["x", "h"], ["y"], "add")],
                          [tensor("x", [2, 4])], [tensor("y", None)], constants, ["my.ops"])

    def test_names_of_standard_operators(self):
        for op in ("Shape", "Size", "Identity", "Reshape", "Conv", "MaxPool", "Constant", "Cast",
                   "Softmax", "Loop", "If", "Relu"):
            with self.subTest(op=op):
                error = self.fail_to_convert(self.model(op))
                self.assertIn(f"there is no rule for the operator my.ops.{op}; give it with --shape "
                              "h=D,D", error)
                _, layers, error = self.convert(self.model(op), "--shape", "h=2,4")
                self.check_layer(layers["own"], op, ["x"], 8, 32, 0)
                self.assertEqual(layers["add"]["inputs"], ["x", "own"])
                self.assertIn(f"operator {op} has no rule", error)

    def test_they_pass_no_weight_on(self):
        model = make_model([node("Identity", ["w"], ["v"], "first", domain="my.ops"),
                            node("Identity", ["w"], ["u"], "second", domain="my.ops"),
                            node("MatMul", ["x", "v"], ["a"], "one"),
                            node("MatMul", ["a", "u"], ["y"], "two")],
                           [tensor("x", [1, 4])], [tensor("y", None)], [weight("w", [4, 4])],
                           ["my.ops"], [tensor("v", [4, 4]), tensor("u", [4, 4])])
        _, layers, _ = self.convert(model)
        # what they write may be two weights
        self.assertEqual([layers[n]["weight_bytes"] for n in ("one", "two")], [64, 64])

    def test_weights_of_any_type_make_their_work_unknown(self):
        values = numpy_helper.from_array(numpy.zeros([4, 4], numpy.float32), "t")
        for constants, attributes, name, size in (
                ([zeros("q", [8, 8], numpy.int32)], {}, "q", 64),
                ([zeros("q", [2, 3], numpy.int64)], {}, "q", 6),
                ([zeros("q", [65], numpy.uint32)], {}, "q", 65),
                ([zeros("q", [3], numpy.uint8)], {}, "q", 3),
                ([], {"table": values}, "own.table", 16),
                ([], {"coefficients": [0.0] * 65}, "own.coefficients", 65)):
            with self.subTest(name=name, size=size):
                model = self.model("Dense", *constants, **attributes)
                error = self.fail_to_convert(model, "--shape", "h=2,4")
                self.assertIn(f"its work is unknown: there is no rule for the operator, which reads "
                              f"the weight '{name}'; give it with --flops own=N", error)
                _, layers, _ = self.convert(model, "--shape", "h=2,4", "--flops", "own=77")
                self.check_layer(layers["own"], "Dense", ["x"], 77, 32, 4 * size)

    def test_lists_of_whole_numbers_are_no_weights(self):
        model = self.model("Dense", integers("sizes", [2, 3, 4]), scales=[0.5] * 4,
                           value=numpy_helper.from_array(numpy.float32([1])))
        _, layers, _ = self.convert(model, "--shape", "h=2,4")
        self.check_layer(layers["own"], "Dense", ["x"], 8, 32, 0)

    def test_a_subgraph_makes_the_work_unknown(self):
        body = helper.make_graph([node("Relu", ["x"], ["r"])], "body", [], [tensor("r", [2, 4])])
        model = self.model("Repeat", body=body)
        self.assertIn("which has a subgraph; give it with --flops own=N",
                      self.fail_to_convert(model, "--shape", "h=2,4"))
        self.convert(model, "--shape", "h=2,4", "--flops", "own=9")

    def test_what_onnx_does_not_know_of_a_classifier_is_asked_for(self):
        model = make_model([node("LinearClassifier", ["x"], ["l", "y"], "n", domain="ai.onnx.ml",
                                 coefficients=[0.0] * 400, classlabels_ints=[0, 1])],
                           [tensor("x", [2, 200])],
                           [tensor("l", [2], TensorProto.INT64), tensor("y", None)],
                           domains=["ai.onnx.ml"])
        _, layers, _ = self.convert(model, "--shape", "y=2,2", "--flops", "n=800")
        self.check_layer(layers["n"], "LinearClassifier", ["x"], 800, 4 * (2 + 4), 1600)


class Packed(Conversion):
    """Weights that have several elements in a byte count 32 bits for each element."""

    def check(self, op, shape, constants, weight_bytes, read=(), **attributes):
        model = make_model([node(op, [*(c.name for c in read), "x", *(c.name for c in constants)],
                                 ["y"], "n", domain="com.microsoft", **attributes)],
                           [tensor("x", shape, TensorProto.INT64 if read else TensorProto.FLOAT)],
                           [tensor("y", None)], [*read, *constants], ["com.microsoft"])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["n"]["weight_bytes"], weight_bytes)
        return model

    def test_products(self):
        # 10 rows of 64 elements, in blocks of 32
        scales = weight("s", [20])
        for bits in (4, 8):
            model = self.check("MatMulNBits", [1, 10, 64],
                               [zeros("b", [10, 2, 4 * bits], numpy.uint8), scales], 4 * (640 + 20),
                               K=64, N=10, bits=bits, block_size=32)
        self.check("MatMulNBits", [1, 10, 64],
                   [zeros("b", [10, 2, 16], numpy.uint8), scales, zeros("z", [10], numpy.uint8)],
                   4 * (640 + 20 + 20), K=64, N=10, bits=4, block_size=32)
        self.check("MatMulBnb4", [1, 10, 64], [zeros("b", [320], numpy.uint8), weight("a", [20])],
                   4 * (640 + 20), K=64, N=10, block_size=32, quant_type=1)
        wrong = model.replace(tensor("x", [1, 10, 64]).SerializeToString(),
                              tensor("x", [1, 10, 65]).SerializeToString())
        self.assertIn("its input has 65 columns, its matrix 64 rows", self.fail_to_convert(wrong))

    def test_tables(self):
        for columns in (32, 16):
            self.check("GatherBlockQuantized", [1, 6], [weight("s", [9, 2])], 4 * (9 * 32 + 18),
                       [zeros("t", [9, columns], numpy.uint8)], block_size=16)


class Types(Conversion):
    """Types of elements."""

    def test_an_unknown_type_is_refused(self):
        strange = TensorProto(name="w", dims=[4, 9], data_type=99)
        model = make_model([node("MatMul", ["x", "w"], ["y"], "n")], [tensor("x", [2, 4])],
                           [tensor("y", None)], [strange])
        self.assertIn("initializer 'w': its element type 99 is not known", self.fail_to_convert(model))


if __name__ == "__main__":
    unittest.main()
