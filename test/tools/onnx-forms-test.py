#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on forms of operators: of all versions, and where a shape depends on
constants. The shapes are those that ONNX Runtime 1.24 writes, or that ONNX states."""

import math
import unittest

from onnx import ModelProto, TensorProto, helper

from onnx_case import Conversion, integers, make_model, tensor, weight

node = helper.make_node
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def number(name, value, element=INT64):
    return helper.make_tensor(name, element, [], [value])


def reals(name, values):
    return helper.make_tensor(name, FLOAT, [len(values)], values)


class Forms(Conversion):
    """One operator that writes y."""

    def check(self, shape, op, inputs, constants=(), opset=13, outputs=("y",), **attributes):
        """Check the shape that an operator writes.
        @param inputs the shape of each that is data, by name; constants follow"""
        names = [*inputs, *(c.name if c else "" for c in constants)]
        model = make_model([node(op, names, outputs, "n", **attributes)],
                           [tensor(n, s) for n, s in inputs.items()], [tensor(outputs[-1], None)],
                           [c for c in constants if c], opset=opset)
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["n"]["output_bytes"], 4 * math.prod(shape), (op, attributes))

    def test_slices_whose_numbers_are_attributes(self):
        x = {"x": [1, 3, 8, 10]}
        for shape, opset, numbers in (
                ([1, 3, 7, 10], 9, {"starts": [0], "ends": [-1], "axes": [2]}),
                ([1, 1, 8, 10], 9, {"starts": [-1], "ends": [100], "axes": [1]}),
                ([1, 3, 8, 2], 9, {"starts": [8], "ends": [10], "axes": [-1]}),
                ([1, 2, 8, 4], 9, {"starts": [1, -4], "ends": [3, 100], "axes": [1, 3]}),
                ([1, 3, 7, 10], 1, {"starts": [0, 0, 1], "ends": [1, 3, (1 << 31) - 1]})):
            with self.subTest(numbers=numbers):
                self.check(shape, "Slice", x, opset=opset, **numbers)

    def test_ranges_of_vectors_of_one_number(self):
        def ranging(start, limit, delta):
            return make_model(
                [node("Range", ["start", "limit", "delta"], ["r"], "range"),
                 node("Add", ["x", "r"], ["y"], "n")], [tensor("x", [3, 1])], [tensor("y", None)],
                [start, reals("limit", limit), number("delta", delta, FLOAT)])
        one = number("start", 1, FLOAT)
        for start in (one, reals("start", [1])):
            _, layers, _ = self.convert(ranging(start, [7], 2.5))
            self.assertEqual(layers["n"]["output_bytes"], 4 * 3 * 3)
        self.assertIn("are one number each", self.fail_to_convert(ranging(one, [7, 8], 1)))
        self.assertIn("delta is 0", self.fail_to_convert(ranging(one, [7], 0)))
        self.assertIn("do not fit", self.fail_to_convert(ranging(one, [math.inf], 1)))

    def test_windows_that_are_rounded_up_start_within_the_input(self):
        for op in ("MaxPool", "AveragePool"):
            for opset in (12, 22):
                for shape, size, numbers in (
                        ([1, 1, 2, 2], [3, 3], {"kernel_shape": [2, 2], "strides": [2, 2],
                                                "pads": [1] * 4}),
                        ([1, 1, 2, 3], [4, 5], {"kernel_shape": [1, 1], "strides": [2, 2]}),
                        ([1, 1, 2, 3], [6, 7], {"kernel_shape": [2, 2], "strides": [3, 3]}),
                        # what is rounded up and starts within the input counts
                        ([1, 1, 3, 3], [6, 6], {"kernel_shape": [3, 3], "strides": [2, 2]})):
                    with self.subTest(op=op, opset=opset, size=size):
                        self.check(shape, op, {"x": [1, 1, *size]}, opset=opset, ceil_mode=1,
                                   **numbers)
        self.check([1, 1, 2], "LpPool", {"x": [1, 1, 3]}, opset=18, ceil_mode=1, kernel_shape=[2],
                   strides=[2], pads=[1, 1])
        # the indices, too
        self.check([1, 1, 2, 2], "MaxPool", {"x": [1, 1, 3, 3]}, opset=12, outputs=("", "i"),
                   ceil_mode=1, kernel_shape=[2, 2], strides=[2, 2], pads=[1] * 4)

    def test_quantized_windows_are_rounded_up_in_the_same_way(self):
        names = ["x", "s", "z", "s", "z"]
        model = make_model([node("QLinearAveragePool", names, ["y"], "n", domain="com.microsoft",
                                 kernel_shape=[2, 2], strides=[2, 2], pads=[1] * 4, ceil_mode=1)],
                           [tensor("x", [1, 1, 3, 3], TensorProto.UINT8)], [tensor("y", None)],
                           [number("s", 1.0, FLOAT), number("z", 0, TensorProto.UINT8)],
                           ["com.microsoft"])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["n"]["output_bytes"], 4 * 4)

    def test_windows_with_gaps(self):
        self.check([1, 3, 8, 10], "AveragePool", {"x": [1, 3, 8, 10]}, opset=19,
                   kernel_shape=[3, 3], dilations=[2, 2], auto_pad="SAME_UPPER")
        self.check([1, 3, 4, 6], "AveragePool", {"x": [1, 3, 8, 10]}, opset=19,
                   kernel_shape=[3, 3], dilations=[2, 2], auto_pad="VALID")

    def test_windows_that_spread(self):
        self.check([1, 4, 16, 20], "ConvTranspose", {"x": [1, 3, 8, 10]}, [weight("w", [3, 4, 3, 3])],
                   strides=[2, 2], output_shape=[1, 4, 16, 20])
        self.check([1, 4, 16, 20], "ConvTranspose", {"x": [1, 3, 8, 10]}, [weight("w", [3, 4, 3, 3])],
                   strides=[2, 2], output_shape=[16, 20])
        pool = node("MaxPool", ["x"], ["v", "i"], kernel_shape=[2, 2], strides=[2, 2])
        back = node("MaxUnpool", ["v", "i", "s"], ["y"], "n", kernel_shape=[2, 2], strides=[2, 2])
        model = make_model([pool, back], [tensor("x", [1, 3, 9, 11])], [tensor("y", None)],
                           [integers("s", [1, 3, 9, 11])])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["n"]["output_bytes"], 4 * 3 * 9 * 11)

    def test_what_constants_tell(self):
        two = reals("v", [0, 1])
        x = [tensor("x", [2, 5], INT64)]
        for depth, attributes, size in ((number("d", 7), {"axis": 1}, 70), (integers("d", [7]), {}, 70)):
            model = make_model([node("OneHot", ["x", "d", "v"], ["y"], "n", **attributes)], x,
                               [tensor("y", None)], [depth, two])
            _, layers, _ = self.convert(model)
            self.assertEqual(layers["n"]["output_bytes"], 4 * size)
        chosen = helper.make_tensor("c", TensorProto.BOOL, [5], [1, 0, 1, 1, 0])
        self.check([1, 3, 8, 3], "Compress", {"x": [1, 3, 8, 10]}, [chosen], axis=3)
        self.check([1, 3, 8, 3], "Compress", {"x": [1, 3, 8, 10]}, [chosen], axis=-1)
        self.check([3], "Compress", {"x": [2, 5]}, [chosen])

    def test_pictures_that_keep_their_aspect(self):
        x, sizes = {"x": [1, 3, 8, 10]}, [None, None, integers("s", [20, 20])]
        for policy, shape in (("not_larger", [1, 3, 16, 20]), ("not_smaller", [1, 3, 20, 25]),
                              ("stretch", [1, 3, 20, 20])):
            self.check(shape, "Resize", x, sizes, opset=18, axes=[2, 3],
                       keep_aspect_ratio_policy=policy)

    def test_first_versions_of_operators(self):
        x = {"x": [2, 3]}
        self.check([2, 6], "Concat", {"x": [2, 3], "x2": [2, 3]}, opset=1)
        self.check([2, 5], "Gemm", {"x": [2, 4]}, [weight("w", [5, 4]), weight("c", [5])], opset=1,
                   broadcast=1, transB=1)
        self.check([1, 3, 24, 20], "Upsample", {"x": [1, 3, 8, 10]}, opset=1, width_scale=2.0,
                   height_scale=3.0)
        self.check([3, 8], "Pad", x, opset=1, paddings=[1, 2, 0, 3])
        self.check([2, 12], "Tile", x, [reals("t", [4]), reals("a", [1])], opset=1)
        self.check([1, 3, 8, 10], "Mul", {"x": [1, 3, 8, 10]}, [weight("w", [8])], opset=6,
                   broadcast=1, axis=2)
        self.check([2, 2], "Split", {"x": [2, 6]}, opset=1, outputs=("a", "b", "y"), axis=1)
        self.check([5, 1, 2, 4], "GRU", {"x": [5, 2, 3]}, [weight("w", [1, 12, 3]),
                                                           weight("r", [1, 12, 4])], opset=1,
                   hidden_size=4)

    def test_the_width_of_a_state_follows_from_its_weight(self):
        weights = [weight("w", [1, 16, 3]), weight("r", [1, 16, 4])]
        self.check([5, 1, 2, 4], "LSTM", {"x": [5, 2, 3]}, weights, opset=14)
        self.check([2, 1, 4], "LSTM", {"x": [2, 5, 3]}, weights, opset=14, outputs=("", "y"), layout=1)

    def test_spectra(self):
        self.check([1, 10, 4, 2], "DFT", {"x": [1, 10, 7, 1]}, [None, number("a", 2)], opset=20,
                   onesided=1)
        self.check([1, 10, 4, 2], "DFT", {"x": [1, 10, 7, 1]}, opset=20, onesided=1)
        self.check([1, 6, 7, 2], "DFT", {"x": [1, 10, 7, 1]}, [None, number("a", -3)], opset=20,
                   onesided=1)
        self.check([1, 6, 7, 2], "DFT", {"x": [1, 10, 7, 1]}, opset=17, onesided=1)
        self.check([1, 16, 7, 2], "DFT", {"x": [1, 10, 7, 1]}, [number("l", 16)], opset=17)

    def test_volumes_are_sampled(self):
        self.check([1, 2, 3, 4, 5], "GridSample", {"x": [1, 2, 4, 4, 4], "g": [1, 3, 4, 5, 3]},
                   opset=20)
        self.check([1, 2, 4, 5], "GridSample", {"x": [1, 2, 6, 6], "g": [1, 4, 5, 2]}, opset=16)

    def test_operators_that_are_younger_than_the_installed_onnx(self):
        self.check([1, 6, 4, 4], "DeformConv", {"x": [1, 3, 8, 8], "w": [6, 3, 3, 3],
                                                "o": [1, 18, 4, 4]}, opset=19, strides=[2, 2],
                   pads=[1, 1, 1, 1])
        self.check([5, 8, 3], "CenterCropPad", {"x": [9, 8, 2]}, [integers("s", [5, 3])], opset=18,
                   axes=[0, -1])
        self.check([1, 2, 5, 5], "Col2Im", {"x": [1, 10, 5]}, [integers("i", [5, 5]),
                                                               integers("b", [1, 5])], opset=18)
        self.check([2, 4, 5, 2], "AffineGrid", {"x": [2, 2, 3]}, [integers("s", [2, 3, 4, 5])],
                   opset=20)

    def test_products_of_queries_and_keys(self):
        model = make_model([node("Attention", ["x", "k", "v"], ["y", "", "", "qk"], "n",
                                 q_num_heads=4, kv_num_heads=2)],
                           [tensor("x", [1, 5, 32]), tensor("k", [1, 7, 16]), tensor("v", [1, 7, 16])],
                           [tensor("y", None), tensor("qk", None)], opset=23)
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["n"]["output_bytes"], 4 * (5 * 32 + 4 * 5 * 7))

    def test_what_the_installed_onnx_may_not_know_is_asked_for(self):
        model = make_model([node("MatMul", ["x", "w"], ["y"], "n")], [tensor("x", [2, 3])],
                           [tensor("y", None)], [weight("w", [4, 5])], opset=99)
        error = self.fail_to_convert(model)
        self.assertIn("do not fit", error)
        self.assertIn("up to version", error)
        self.assertIn("--shape y=D,D", error)

    @staticmethod
    def padding(op, first, second):
        """A model that pads 13 elements by what an operator makes of two whole numbers."""
        return make_model(
            [node(op, ["a", "b"], ["p"], "n"), node("Concat", ["zeros", "p"], ["pads"], axis=0),
             node("Pad", ["x", "pads"], ["y"], "pad")],
            [tensor("x", [1, 13])], [tensor("y", None)],
            [integers("a", [first]), integers("b", [second]), integers("zeros", [0, 0, 0])])

    def test_integers_are_divided_as_in_c(self):
        for first, second, quotient in ((7, -2, -3), (-7, 2, -3), (7, 2, 3), (-7, -2, 3), (6, -2, -3)):
            _, layers, _ = self.convert(self.padding("Div", first, second))
            self.assertEqual(layers["pad"]["output_bytes"], 4 * (13 + quotient))
        for op in ("Div", "Mod"):
            self.assertIn(f"'n' ({op}): malformed (an integer is divided by zero)",
                          self.fail_to_convert(self.padding(op, 7, 0)))

    def test_the_domain_of_onnx_has_two_names(self):
        branch = helper.make_graph([node("Relu", ["x"], ["t"], "inner", domain="ai.onnx")], "branch",
                                   [], [tensor("t", None)])
        function = helper.make_function(
            "own", "Twice", ["v"], ["w"], [node("Add", ["v", "v"], ["w"], "add", domain="ai.onnx")],
            [helper.make_opsetid("ai.onnx", 13)])
        model = ModelProto.FromString(make_model(
            [node("Conv", ["x", "k"], ["a"], "conv", domain="ai.onnx"),
             node("ReduceSum", ["a"], ["s"], "sum", keepdims=0),
             node("Cast", ["s"], ["c"], "cast", domain="ai.onnx", to=TensorProto.BOOL),
             node("If", ["c"], ["b"], "if", domain="ai.onnx", then_branch=branch, else_branch=branch),
             node("Twice", ["b"], ["y"], "twice", domain="own")],
            [tensor("x", [1, 3, 8, 10])], [tensor("y", None)], [weight("k", [4, 3, 3, 3])], ["own"],
            functions=[function]))
        for domains in (["ai.onnx"], [""], ["", "ai.onnx"]):
            del model.opset_import[:]
            for domain in [*domains, "own"]:
                model.opset_import.add(domain=domain, version=1 if domain == "own" else 13)
            profile, layers, _ = self.convert(model.SerializeToString())
            self.assertEqual([v["op"] for v in profile["layers"]],
                             ["Input", "Conv", "ReduceSum", "Cast", "If", "Add"])
            self.check_layer(layers["conv"], "Conv", ["x"], 2 * 192 * 27, 768, 4 * 108)
            self.assertEqual(layers["if"]["flops"], 240)
        model.opset_import.add(domain="ai.onnx", version=17)
        self.assertIn("states the versions 13 and 17 of 'ai.onnx'",
                      self.fail_to_convert(model.SerializeToString()))


if __name__ == "__main__":
    unittest.main()
