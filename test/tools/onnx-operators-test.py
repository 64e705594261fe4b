#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of ./surgery onnx on operators with subgraphs, quantized ones, and fused ones."""

import math
import unittest
import unittest.mock

import numpy
from onnx import TensorProto, helper, numpy_helper

from onnx_case import Conversion, integers, make_model, tensor, weight
from surgery import paths
from surgery.onnx import control, kinds

node = helper.make_node
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


def scalar(name, value, element=INT64):
    return helper.make_tensor(name, element, [], [value])


def array(name, shape, element):
    kind = {TensorProto.INT8: numpy.int8, TensorProto.UINT8: numpy.uint8,
            TensorProto.INT32: numpy.int32}[element]
    return numpy_helper.from_array(numpy.zeros(shape, kind), name)


class Branches(Conversion):
    """The operator If."""

    def model(self, condition, then, other, *weights, output=None):
        """A model of one If between two lists of nodes, each ending in a tensor t or e."""
        branches = {"then_branch": helper.make_graph(then, "then", [], [tensor("t", None)]),
                    "else_branch": helper.make_graph(other, "else", [], [tensor("e", None)])}
        nodes = [node("ReduceSum", ["x"], ["s"], "sum", keepdims=0),
                 node("Greater", ["s", "zero"], ["data"], "test"),
                 node("If", [condition], ["y"], "if", **branches)]
        return make_model(nodes, [tensor("x", [1, 16])], [tensor("y", output)],
                          [scalar("zero", 0.0, FLOAT), scalar("yes", True, BOOL),
                           scalar("no", False, BOOL), *weights])

    def test_the_larger_branch_counts(self):
        small = [node("Gemm", ["x", "w"], ["t"], "small")]
        large = [node("Gemm", ["x", "v"], ["h"], "one"), node("Gemm", ["h", "w"], ["e"], "two")]
        weights = [weight("w", [16, 8]), weight("v", [16, 16])]
        _, layers, _ = self.convert(self.model("data", small, large, *weights))
        self.check_layer(layers["if"], "If", ["test", "x"], 2 * (256 + 128), 32, 4 * (256 + 128))

    def test_a_known_condition_selects_a_branch(self):
        small = [node("Gemm", ["x", "w"], ["t"], "small")]
        large = [node("Gemm", ["x", "v"], ["h"], "one"), node("Gemm", ["h", "w"], ["e"], "two")]
        weights = [weight("w", [16, 8]), weight("v", [16, 16])]
        profile, layers, _ = self.convert(self.model("yes", small, large, *weights))
        self.assertEqual([v["name"] for v in profile["layers"]], ["x", "small"])
        self.check_layer(layers["small"], "Gemm", ["x"], 2 * 128, 32, 4 * 128)
        profile, layers, _ = self.convert(self.model("no", small, large, *weights))
        self.assertEqual([v["name"] for v in profile["layers"]], ["x", "one", "two"])
        self.check_layer(layers["two"], "Gemm", ["one"], 2 * 128, 32, 4 * 128)

    def test_an_input_that_selects_a_branch(self):
        branches = {name: helper.make_graph([node(op, ["x"], ["t"], op.lower())], name, [],
                                            [tensor("t", None)])
                    for name, op in (("then_branch", "Exp"), ("else_branch", "Neg"))}
        model = make_model([node("Equal", ["rate", "fast"], ["c"], "test"),
                            node("If", ["c"], ["y"], "if", **branches),
                            node("Relu", ["y"], ["z"], "relu")],
                           [tensor("x", [1, 16]), tensor("rate", [], INT64)], [tensor("z", None)],
                           [scalar("fast", 16000)])
        _, layers, _ = self.convert(model)
        self.check_layer(layers["if"], "If", ["test", "x"], 64, 64, 0)
        for rate, name, op, flops in ((16000, "exp", "Exp", 64), (8000, "neg", "Neg", 16)):
            profile, layers, _ = self.convert(model, "--value", f"rate={rate}")
            self.assertEqual([v["name"] for v in profile["layers"]], ["x", name, "relu"])
            self.check_layer(layers[name], op, ["x"], flops, 64, 0)
            self.check_layer(layers["relu"], "Relu", [name], 16, 64, 0)
        self.assertIn("has no input 'speed'",
                      self.fail_to_convert(model, "--value", "speed=1", code=2))
        self.assertIn("'x' does not have 2 elements",
                      self.fail_to_convert(model, "--value", "x=1,2", code=2))

    def test_branches_of_different_shapes_need_a_declared_one(self):
        then = [node("ReduceMean", ["x"], ["t"], axes=[1])]
        other = [node("Identity", ["x"], ["e"])]
        error = self.fail_to_convert(self.model("data", then, other))
        self.assertIn("write the shapes [1,1] and [1,16]; give it with --shape y=D,D,...", error)
        _, layers, _ = self.convert(self.model("data", then, other, output=[1, 1]))
        self.check_layer(layers["if"], "If", ["test", "x"], 16, 4, 0)
        _, layers, _ = self.convert(self.model("data", then, other), "--shape", "y=1,16")
        self.check_layer(layers["if"], "If", ["test", "x"], 16, 64, 0)

    def test_a_shape_within_a_branch_can_be_given(self):
        then = [node("NonZero", ["x"], ["found"], "find"), node("Cast", ["found"], ["t"], to=FLOAT)]
        other = [node("ReduceMean", ["x"], ["e"], axes=[1])]
        for condition in ("data", "yes"):
            model = self.model(condition, then, other)
            self.assertIn("--shape found=D,D", self.fail_to_convert(model))
            if condition == "data":
                error = self.fail_to_convert(model, "--shape", "found=2,5")
                self.assertIn("write the shapes [2,5] and [1,1]", error)
                self.convert(model, "--shape", "found=2,5", "--shape", "y=2,5")
            else:
                profile, layers, _ = self.convert(model, "--shape", "found=2,5")
                self.assertEqual([v["name"] for v in profile["layers"]], ["x", "find", "y"])
                self.assertEqual(layers["y"]["output_bytes"], 40)

    def test_weights_within_branches(self):
        inner = helper.make_graph([node("MatMul", ["x", "k"], ["t"], "m")], "then", [],
                                  [tensor("t", None)], [weight("k", [16, 4])])
        other = helper.make_graph([node("MatMul", ["x", "k"], ["e"], "m")], "else", [],
                                  [tensor("e", None)], [weight("k", [16, 4])])
        model = make_model([node("ReduceMax", ["x"], ["s"], "max", keepdims=0),
                            node("Cast", ["s"], ["c"], "test", to=BOOL),
                            node("If", ["c"], ["y"], "if", then_branch=inner, else_branch=other)],
                           [tensor("x", [1, 16])], [tensor("y", None)])
        _, layers, _ = self.convert(model)
        self.check_layer(layers["if"], "If", ["test", "x"], 128, 16, 4 * 64)


class Loops(Conversion):
    """The operators Loop and Scan."""

    @staticmethod
    def model(limit, *more, nodes=None, ends="go", state=(1, 8), inputs=()):
        """A model of one Loop that multiplies a state by a weight."""
        nodes = nodes or [node("MatMul", ["before", "w"], ["after"], "mat")]
        body = helper.make_graph(
            [*nodes, node("Identity", ["cond" if ends == "go" else ends], ["go_on"])], "body",
            [tensor("i", [], INT64), tensor("cond", [], BOOL), tensor("before", None)],
            [tensor("go_on", [], BOOL), tensor("after", None), tensor("after2", None)])
        nodes = [node("Identity", ["after"], ["after2"])]
        body.node.extend(nodes)
        return make_model([node("Loop", [limit, "", "x"], ["y", "all"], "loop", body=body), *more],
                          [tensor("x", list(state)), *inputs], [tensor("y", None), tensor("all", None)],
                          [weight("w", [8, 8]), scalar("five", 5), scalar("many", 2**63 - 1)])

    def test_a_loop_counts_its_iterations(self):
        _, layers, error = self.convert(self.model("five"))
        # the state, and the five that are stacked; the weight is the same in each
        self.check_layer(layers["loop"], "Loop", ["x"], 5 * 128, 4 * (8 + 40), 4 * 64)
        self.assertEqual(error, "")

    def test_a_loop_that_may_end_earlier_is_told(self):
        nodes = [node("MatMul", ["before", "w"], ["after"], "mat"),
                 node("ReduceMax", ["after"], ["top"], keepdims=0),
                 node("Cast", ["top"], ["stop"], to=BOOL)]
        _, layers, error = self.convert(self.model("five", nodes=nodes, ends="stop"))
        self.assertEqual(layers["loop"]["flops"], 5 * (128 + 8))
        self.assertIn("counted as 5 iterations, its most", error)

    def test_an_unknown_number_of_iterations_is_asked_for(self):
        for model in (self.model("many"), self.model("n", inputs=[tensor("n", [], INT64)])):
            self.assertIn("how often it runs is not known; give it with --trips "
                          "loop=N", self.fail_to_convert(model, "--shape", "all=3,1,8"))
            _, layers, _ = self.convert(model, "--trips", "loop=3")
            self.assertEqual((layers["loop"]["flops"], layers["loop"]["output_bytes"]),
                             (3 * 128, 4 * (8 + 24)))

    def test_a_known_condition_ends_a_loop(self):
        product = node("MatMul", ["before", "w"], ["after"], "mat")
        never = node("Constant", [], ["stop"], value=helper.make_tensor("v", BOOL, [], [False]))
        few = [node("Constant", [], ["three"], value=scalar("v", 3)),
               node("Less", ["i", "three"], ["stop"])]
        for limit in ("five", "many", ""):
            for nodes, times in (([never], 1), (few, 4)):
                with self.subTest(limit=limit, times=times):
                    _, layers, error = self.convert(self.model(limit, nodes=[product, *nodes],
                                                               ends="stop"))
                    self.check_layer(layers["loop"], "Loop", ["x"], times * 128, 4 * 8 * (1 + times),
                                     4 * 64)
                    self.assertEqual(error, "")

    def test_a_loop_as_long_as_the_number_of_the_one_around_it(self):
        inner = helper.make_graph(
            [node("Identity", ["c2"], ["go2"]), node("MatMul", ["s3", "w"], ["s4"], "mat")], "inner",
            [tensor("i2", [], INT64), tensor("c2", [], BOOL), tensor("s3", None)],
            [tensor("go2", [], BOOL), tensor("s4", None)])
        outer = helper.make_graph(
            [node("Identity", ["c"], ["go"]), node("Loop", ["i", "", "s"], ["s2"], "in", body=inner)],
            "outer", [tensor("i", [], INT64), tensor("c", [], BOOL), tensor("s", None)],
            [tensor("go", [], BOOL), tensor("s2", None)])
        model = make_model([node("Loop", ["four", "", "x"], ["y"], "loop", body=outer)],
                           [tensor("x", [6, 4])], [tensor("y", None)],
                           [scalar("four", 4), weight("w", [4, 4])])
        _, layers, error = self.convert(model)
        self.check_layer(layers["loop"], "Loop", ["x"], (0 + 1 + 2 + 3) * 192, 4 * 24, 64)
        self.assertEqual(error, "")

    def test_iterations_of_no_loop_are_refused(self):
        self.assertIn("--trips: the model has no Loop 'nosuch', only: loop",
                      self.fail_to_convert(self.model("five"), "--trips", "nosuch=3", code=2))

    def test_a_state_that_grows_is_followed(self):
        body = helper.make_graph(
            [node("Concat", ["before", "x"], ["after"], "join", axis=0),
             node("Relu", ["after"], ["r"], "relu"), node("Identity", ["cond"], ["go_on"])], "body",
            [tensor("i", [], INT64), tensor("cond", [], BOOL), tensor("before", None)],
            [tensor("go_on", [], BOOL), tensor("r", None)])
        model = make_model([node("Loop", ["five", "", "x"], ["y"], "loop", body=body)],
                           [tensor("x", [1, 8])], [tensor("y", None)], [scalar("five", 5)])
        _, layers, _ = self.convert(model)
        # 2, 3, 4, 5 and 6 rows of 8
        self.check_layer(layers["loop"], "Loop", ["x"], 8 * 20, 4 * 48, 0)

    def test_states_that_grow_in_nested_loops(self):
        def grow(inside):
            return helper.make_graph(
                [inside, node("Identity", ["cond"], ["go_on"])], "body",
                [tensor("i", [], INT64), tensor("cond", [], BOOL), tensor("before", None)],
                [tensor("go_on", [], BOOL), tensor("after", None)])
        join = node("Concat", ["before", "one"], ["after"], "join", axis=0)
        inner = node("Loop", ["n", "", "before"], ["after"], "in", body=grow(join))
        outer = node("Loop", ["n", "", "x"], ["y"], "out", body=grow(inner))
        model = make_model([outer], [tensor("x", [2, 8])], [tensor("y", None)],
                           [scalar("n", 30), weight("one", [1, 8])])
        _, layers, _ = self.convert(model)
        self.assertEqual(layers["out"]["output_bytes"], 4 * 8 * (2 + 30 * 30))
        with unittest.mock.patch.object(control, "MOST_IN_ALL", 30 * 31 - 1):
            self.assertIn("determines it as it runs; give it with --shape y=D,D",
                          self.fail_to_convert(model))

    def test_a_loop_over_constants_is_a_value(self):
        body = helper.make_graph(
            [node("Add", ["before", "i"], ["after"]), node("Identity", ["cond"], ["go_on"])], "body",
            [tensor("i", [], INT64), tensor("cond", [], BOOL), tensor("before", None)],
            [tensor("go_on", [], BOOL), tensor("after", None, INT64)])
        model = make_model([node("Loop", ["five", "", "start"], ["sum"], body=body),
                            node("Expand", ["x", "sum"], ["y"], "wide")],
                           [tensor("x", [1])], [tensor("y", None)],
                           [scalar("five", 5), integers("start", [2])])
        profile, layers, _ = self.convert(model)
        self.assertEqual(len(profile["layers"]), 2)
        self.assertEqual(layers["wide"]["output_bytes"], 4 * (2 + 0 + 1 + 2 + 3 + 4))

    def test_a_scan_runs_along_its_input(self):
        body = helper.make_graph(
            [node("MatMul", ["row", "w"], ["m"], "mat"), node("Add", ["h", "m"], ["next"], "add"),
             node("Identity", ["next"], ["out"])], "body",
            [tensor("h", [4]), tensor("row", [8])], [tensor("next", [4]), tensor("out", [4])])
        model = make_model([node("Scan", ["start", "x"], ["last", "y"], "scan", body=body,
                                 num_scan_inputs=1, scan_input_axes=[1])],
                           [tensor("x", [8, 7])], [tensor("last", None), tensor("y", None)],
                           [weight("start", [4]), weight("w", [8, 4])])
        _, layers, _ = self.convert(model)
        self.check_layer(layers["scan"], "Scan", ["x"], 7 * (2 * 32 + 4), 4 * (4 + 28), 4 * (4 + 32))


    def test_a_scan_of_more_inputs_than_it_has_is_refused(self):
        body = helper.make_graph([node("Relu", ["row"], ["out"], "relu")], "body", [tensor("row", [8])],
                                 [tensor("out", [8])])
        for number in (0, 2, 1 << 40):
            model = make_model([node("Scan", ["x"], ["y"], "scan", body=body, num_scan_inputs=number)],
                               [tensor("x", [7, 8])], [tensor("y", None)])
            self.assertIn("num_scan_inputs must be in 1..1", self.fail_to_convert(model))


class Quantized(Conversion):
    """Quantised operators do the work of the operators they stand for; bytes are stated at 32 bits."""

    def test_convolutions(self):
        model = make_model(
            [node("QuantizeLinear", ["x", "s", "z"], ["q"], "quant"),
             node("QLinearConv", ["q", "s", "z", "w", "s", "zw", "s", "z", "b"], ["c"], "conv"),
             node("ConvInteger", ["c", "v", "z", "zw"], ["i"], "integer"),
             node("Cast", ["i"], ["y"], "cast", to=FLOAT)],
            [tensor("x", [1, 3, 8, 8])], [tensor("y", None)],
            [scalar("s", 0.5, FLOAT), scalar("z", 3, TensorProto.UINT8),
             scalar("zw", 0, TensorProto.INT8), array("w", [6, 3, 3, 3], TensorProto.INT8),
             array("b", [6], TensorProto.INT32), array("v", [2, 6, 1, 1], TensorProto.INT8)])
        _, layers, error = self.convert(model)
        self.check_layer(layers["quant"], "QuantizeLinear", ["x"], 2 * 192, 4 * 192, 8)
        self.check_layer(layers["conv"], "QLinearConv", ["quant"], 2 * 216 * 27, 4 * 216,
                         4 * (162 + 6 + 1))
        self.check_layer(layers["integer"], "ConvInteger", ["conv"], 2 * 72 * 6, 4 * 72, 4 * 12)
        self.assertEqual(error, "")

    def test_products(self):
        model = make_model(
            [node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"], "quant"),
             node("QLinearMatMul", ["q", "s", "z", "w", "sw", "zw", "sw", "zw"], ["m"], "linear"),
             node("MatMulInteger", ["m", "v"], ["i"], "integer"),
             node("Cast", ["i"], ["y"], "cast", to=FLOAT)],
            [tensor("x", [2, 8])], [tensor("y", None)],
            [scalar("sw", 0.5, FLOAT), scalar("zw", 3, TensorProto.UINT8),
             array("w", [8, 4], TensorProto.UINT8), array("v", [4, 5], TensorProto.INT8)])
        _, layers, error = self.convert(model)
        self.check_layer(layers["quant"], "DynamicQuantizeLinear", ["x"], 4 * 16, 4 * (16 + 2), 0)
        self.check_layer(layers["linear"], "QLinearMatMul", ["quant"], 2 * 8 * 8, 4 * 8, 4 * 34)
        self.check_layer(layers["integer"], "MatMulInteger", ["linear"], 2 * 10 * 4, 4 * 10, 4 * 20)
        self.assertEqual(error, "")

    def test_weights_are_dequantized_beforehand(self):
        model = make_model([node("DequantizeLinear", ["w", "s"], ["f"], "weights"),
                            node("MatMul", ["x", "f"], ["y"], "mat")],
                           [tensor("x", [1, 8])], [tensor("y", None)],
                           [array("w", [8, 4], TensorProto.INT8), scalar("s", 0.5, FLOAT)])
        profile, layers, _ = self.convert(model)
        self.assertEqual(len(profile["layers"]), 2)
        self.check_layer(layers["mat"], "MatMul", ["x"], 64, 16, 4 * 32)

    def test_processors_know_what_the_operators_stand_for(self):
        text = (paths.ROOT / "model/core/dnn/dnn-processor.cc").read_text()
        for operators in (kinds.QUANTIZED, kinds.CONTRIBUTED):
            for name, (like, _) in operators.items():
                if like in ("Conv", "Gemm", "MatMul"):
                    self.assertIn(f'{{"{name}", "{like}"}}', text)


class Fused(Conversion):
    """Operators that ONNX Runtime makes of several."""

    def count(self, op, inputs, flops, output, weights=(), outputs=1, read=0,
              domain="com.microsoft", **attributes):
        """Check the work and the output of one operator between two Relus."""
        names = [f"in{i}" if shape else "" for i, shape in enumerate(inputs)]
        written = [f"o{i}" for i in range(outputs)]
        nodes = [node(op, names, written, "fused", domain=domain, **attributes),
                 node("Relu", [f"o{read}"], ["y"], "after")]
        values = [tensor(n, s) for n, s in zip(names, inputs) if s and n not in weights]
        opset = 23 if op == "Attention" and domain == "" else 13
        model = make_model(nodes, values, [tensor("y", None)],
                           [weight(n, inputs[int(n[2:])]) for n in weights], ["com.microsoft"],
                           opset=opset)
        _, layers, error = self.convert(model)
        self.assertEqual(error, "")
        self.assertEqual((layers["fused"]["flops"], layers["fused"]["output_bytes"]),
                         (flops, 4 * math.prod(output)), op)

    def test_products(self):
        self.count("FusedConv", [[1, 3, 9, 9], [8, 3, 3, 3]], 2 * 8 * 16 * 27, [8, 4, 4], ["in1"],
                   strides=[2, 2], activation="Relu")
        self.count("FusedGemm", [[2, 8], [4, 8]], 2 * 64, [2, 4], ["in1"], transB=1, activation="Relu")
        self.count("FusedMatMul", [[3, 8, 2], [3, 4, 8]], 2 * 3 * 64, [3, 2, 4], transA=1, transB=1)
        self.count("MatMulNBits", [[1, 6, 32], [10, 1, 16]], 2 * 6 * 320, [6, 10], K=32, N=10)

    def test_element_by_element(self):
        for op, each in (("Gelu", 8), ("FastGelu", 8), ("BiasGelu", 9), ("QuickGelu", 6)):
            inputs = [[1, 6, 8], [8]] if op == "BiasGelu" else [[1, 6, 8]]
            self.count(op, inputs, each * 48, [6, 8])
        self.count("SkipLayerNormalization", [[1, 6, 8], [1, 6, 8], [8], [8]], 8 * 48, [6, 8],
                   ["in2", "in3"], outputs=2)
        self.count("SimplifiedLayerNormalization", [[1, 6, 8], [8]], 4 * 48, [6, 8], ["in1"],
                   domain="")
        # of models older than the operator
        self.count("LayerNormalization", [[1, 6, 8], [8], [8]], 7 * 48, [6, 8], ["in1", "in2"],
                   domain="", axis=-1)

    def test_attention(self):
        # 6 positions, 2 heads of 4, of which each meets 6: scores, softmax, sums
        core = 2 * 36 * (2 * 4 + 5 + 2 * 4)
        self.count("Attention", [[1, 6, 8], [8, 24], [24]], 2 * 6 * 8 * 24 + core, [6, 8],
                   ["in1", "in2"], num_heads=2)
        self.count("MultiHeadAttention", [[1, 6, 8], [1, 6, 8], [1, 6, 8]], core, [6, 8], num_heads=2)
        self.count("MultiHeadAttention", [[1, 3, 8], [1, 6, 8], [1, 6, 8]], core // 2, [3, 8],
                   num_heads=2)
        self.count("EmbedLayerNormalization", [[1, 6], [1, 6], [30, 8], [16, 8], [2, 8], [8], [8]],
                   9 * 48, [6, 8], [f"in{i}" for i in range(2, 7)], outputs=2)

    def test_attention_of_other_kinds(self):
        core = 2 * 36 * (2 * 4 + 5 + 2 * 4)
        # as Attention, with scales and zero points between its inputs
        self.count("QAttention", [[1, 6, 8], [8, 24], [24], [1], [1], None, [1], [1]],
                   2 * 6 * 8 * 24 + core, [6, 8], ["in1", "in2"], num_heads=2)
        # what came before are 5 positions more
        self.count("QAttention", [[1, 6, 8], [8, 24], [24], [1], [1], None, [1], [1], [2, 1, 2, 5, 4]],
                   2 * 6 * 8 * 24 + core // 6 * 11, [6, 8], ["in1", "in2"], num_heads=2)
        # 4 heads of queries, 2 of keys and values, apart and in one
        self.count("GroupQueryAttention", [[1, 6, 32], [1, 6, 16], [1, 6, 16]],
                   4 * 36 * (2 * 8 + 5 + 2 * 8), [6, 32], num_heads=4, kv_num_heads=2)
        self.count("GroupQueryAttention", [[1, 6, 64], None, None, [1, 2, 5, 8], [1, 2, 5, 8]],
                   4 * 66 * (2 * 8 + 5 + 2 * 8) + 3 * 6 * 6 * 8, [6, 32], num_heads=4,
                   kv_num_heads=2, do_rotary=1)
        # 6 positions, of which each looks at 6, packed
        self.count("MultiHeadAttention", [[1, 6, 2, 3, 4]], core, [6, 8], num_heads=2)
        self.count("MultiHeadAttention", [[1, 3, 8], [1, 6, 2, 2, 4]], core // 2, [3, 8], num_heads=2)
        self.count("MultiHeadAttention", [[1, 3, 8], [1, 2, 6, 4], [1, 2, 6, 4]], core // 2, [3, 8],
                   num_heads=2)
        self.count("DecoderMaskedMultiHeadAttention",
                   [[1, 1, 8], [1, 1, 8], [1, 1, 8], None, None, [1, 2, 5, 4], [1, 2, 5, 4]],
                   core // 6, [8], num_heads=2)
        # 9 rows of two sequences of up to 6
        self.count("PackedAttention", [[9, 8], [8, 24], [24], [2, 6], [3]],
                   2 * 9 * 8 * 24 + 2 * core, [9, 8], ["in1", "in2"], num_heads=2)
        self.count("PackedMultiHeadAttention", [[9, 2, 3, 4], None, None, None, [2, 6], [3]], 2 * core,
                   [9, 8], num_heads=2)
        # ONNX's own
        self.count("Attention", [[1, 2, 6, 4]] * 3, core, [2, 6, 4], domain="")

    def test_experts(self):
        # each of 6 rows goes to 2 of 4 experts, of 8 x 16 and 16 x 8
        self.count("MoE", [[6, 8], [6, 4], [4, 8, 16], None, [4, 16, 8]], 2 * 6 * 2 * 256, [6, 8],
                   ["in2", "in4"], k=2)
        self.count("QMoE", [[6, 8], [6, 4], [4, 8, 8], [4, 16], None, [4, 16, 4]], 2 * 6 * 2 * 256,
                   [6, 8], ["in2", "in5"], k=2)

    def test_channels_last(self):
        # 32 channels of 16 x 16 elements, of 8 x 3 x 3 products each
        flops = 2 * 32 * 256 * 72
        for attributes in ({"channels_last": 1}, {"channels_last": 1, "kernel_shape": [3, 3]}):
            self.count("QLinearConv", [[1, 16, 16, 8], [1], [1], [32, 8, 3, 3], [1], [1], [1], [1]],
                       flops, [16, 16, 32], ["in3"], pads=[1, 1, 1, 1], **attributes)
        for op in ("NhwcConv", "NhwcFusedConv"):
            for kernel in ([32, 8, 3, 3], [32, 3, 3, 8]):
                self.count(op, [[1, 16, 16, 8], kernel], flops, [16, 16, 32], ["in1"],
                           pads=[1, 1, 1, 1])
        self.count("NhwcConv", [[1, 9, 9, 8], [8, 3, 3, 2]], 2 * 8 * 16 * 18, [4, 4, 8], ["in1"],
                   strides=[2, 2], group=4)
        self.count("NhwcMaxPool", [[1, 9, 9, 8]], 9 * 8 * 16, [4, 4, 8], kernel_shape=[3, 3],
                   strides=[2, 2])
        scales = [[1], [1], [1], [1]]
        self.count("QLinearGlobalAveragePool", [[1, 9, 9, 8], *scales], 648, [8], channels_last=1)
        self.count("QLinearAveragePool", [[1, 9, 9, 8], *scales], 9 * 8 * 16, [4, 4, 8],
                   kernel_shape=[3, 3], strides=[2, 2], channels_last=1)

    def test_quantized_layers(self):
        self.count("DynamicQuantizeLSTM", [[5, 1, 6], [1, 6, 16], [1, 4, 16]], 2 * 5 * (96 + 64),
                   [5, 4], ["in1", "in2"], hidden_size=4)
        self.count("DynamicQuantizeLSTM", [[5, 1, 6], [1, 6, 16], [1, 4, 16]], 2 * 5 * (96 + 64),
                   [4], ["in1", "in2"], outputs=3, read=2, hidden_size=4)
        self.count("QLinearConvTranspose", [[1, 3, 4, 4], [1], [1], [3, 2, 2, 2], [1], [1], [1], [1]],
                   2 * 48 * 8, [2, 8, 8], ["in3"], strides=[2, 2])
        self.count("GemmFloat8", [[2, 8], [4, 8]], 2 * 64, [2, 4], ["in1"], transB=1)
        self.count("GemmFastGelu", [[2, 8], [8, 4], [4]], 2 * 64, [2, 4], ["in1", "in2"])
        self.count("MatMulBnb4", [[1, 6, 32], [160], [5]], 2 * 6 * 320, [6, 10], ["in1", "in2"], K=32,
                   N=10)
        self.count("QEmbedLayerNormalization",
                   [[1, 6], [1, 6], [30, 8], [16, 8], [2, 8], [8], [8]], 9 * 48, [6, 8],
                   [f"in{i}" for i in range(2, 7)], outputs=2)
        # rows of 32, in blocks of 16; once with two elements a byte
        for columns in (32, 16):
            self.count("GatherBlockQuantized", [[9, columns], [1, 6], [9, 2]], 2 * 6 * 32, [6, 32],
                       ["in0", "in2"], block_size=16)

    def test_sums_and_gates(self):
        self.count("BiasAdd", [[1, 6, 8], [8], [1, 6, 8]], 2 * 48, [6, 8], ["in1"])
        self.count("BiasSplitGelu", [[1, 6, 8], [8]], 11 * 24, [6, 4], ["in1"])
        self.count("SkipGroupNorm", [[1, 4, 4, 8], [8], [8], [1, 4, 4, 8]], 8 * 128, [4, 4, 8],
                   ["in1", "in2"], groups=2)

    def test_quantized(self):
        self.count("QLinearAdd", [[1, 6], [1], [1], [4, 6], [1], [1], [1], [1]], 24, [4, 6])
        self.count("QLinearGlobalAveragePool", [[1, 6, 3, 3], [1], [1], [1], [1]], 54, [6])
        self.count("QLinearConcat", [[1], [1], [1, 6], [1], [1], [1, 2], [1], [1]], 0, [8], axis=1)
        self.count("QGemm", [[2, 8], [1], [1], [4, 8], [1], [1]], 2 * 64, [2, 4], transB=1)


if __name__ == "__main__":
    unittest.main()
