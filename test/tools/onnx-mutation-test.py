#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Changes ONNX models at random and converts them: each gets a profile, or one line that tells why
not. The seed is printed. Arguments: the number of mutants and a seed."""

import os
import pathlib
import random
import signal
import sys
import tempfile
import traceback
import unittest
from types import SimpleNamespace

import numpy
from onnx import ModelProto, TensorProto, helper, numpy_helper

from onnx_case import check_dnn, integers, make_model, tensor, weight
from surgery.dnn_profile import to_json
from surgery.onnx.convert import convert
from surgery.onnx.model import ModelError, SettingError

MUTANTS = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 300
SEED = int(sys.argv.pop(1)) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 32)
LONGEST_S = 60  # for a mutant on a busy machine
node = helper.make_node


def branches():
    """A model with an If, a Loop and a Scan."""
    then = helper.make_graph([node("Gemm", ["x", "w"], ["t"], "small")], "then", [],
                             [tensor("t", None)])
    other = helper.make_graph([node("MatMul", ["x", "w"], ["m"]), node("Relu", ["m"], ["e"])], "else",
                              [], [tensor("e", None)])
    body = helper.make_graph(
        [node("MatMul", ["before", "v"], ["after"], "mat"), node("Identity", ["go"], ["on"]),
         node("Identity", ["after"], ["copy"])], "body",
        [tensor("i", [], TensorProto.INT64), tensor("go", [], TensorProto.BOOL), tensor("before", None)],
        [tensor("on", [], TensorProto.BOOL), tensor("after", None), tensor("copy", None)])
    step = helper.make_graph([node("Add", ["h", "row"], ["next"]), node("Identity", ["next"], ["out"])],
                             "step", [tensor("h", [8]), tensor("row", [8])],
                             [tensor("next", [8]), tensor("out", [8])])
    return make_model(
        [node("ReduceMax", ["x"], ["top"], keepdims=0), node("Cast", ["top"], ["c"], to=TensorProto.BOOL),
         node("If", ["c"], ["y"], "if", then_branch=then, else_branch=other),
         node("Loop", ["five", "", "y"], ["z", "all"], "loop", body=body),
         node("Squeeze", ["all", "one"], ["rows"]),
         node("Scan", ["start", "rows"], ["last", "r"], "scan", body=step, num_scan_inputs=1)],
        [tensor("x", ["batch", 16])], [tensor("z", None), tensor("r", None)],
        [weight("w", [16, 8]), weight("v", [8, 8]), weight("start", [8]), integers("one", [1]),
         helper.make_tensor("five", TensorProto.INT64, [], [5])])


def shapes():
    """A model that computes shapes, with a function of its own."""
    function = helper.make_function("own", "Leaky", ["v"], ["w"],
                                    [node("LeakyRelu", ["v"], ["w"], "leak", alpha=0.1)],
                                    [helper.make_opsetid("", 15)])
    return make_model(
        [node("Shape", ["x"], ["s"]), node("Slice", ["s", "two", "four"], ["hw"]),
         node("Cast", ["hw"], ["f"], to=TensorProto.FLOAT), node("Mul", ["f", "factor"], ["g"]),
         node("Floor", ["g"], ["h"]), node("Cast", ["h"], ["size"], to=TensorProto.INT64),
         node("Slice", ["s", "zero", "two"], ["nc"]), node("Concat", ["nc", "size"], ["sizes"], axis=0),
         node("Resize", ["x", "", "", "sizes"], ["u"], "up", mode="linear"),
         node("Leaky", ["u"], ["l"], "act", domain="own"),
         node("OneHot", ["zero", "two", "pair"], ["o"], "hot"),
         node("TopK", ["l", "two"], ["t", "places"], "top"),
         node("CumSum", ["t", "axis"], ["k"], "sum", reverse=1),
         node("Einsum", ["k", "k"], ["y"], "e", equation="nchw,ncvw->nchv"),
         node("Split", ["y"], ["a", "b"], "split", axis=1), node("Squeeze", ["o"], ["sides"]),
         node("Expand", ["a", "sides"], ["wide"])],
        [tensor("x", ["N", 2, 5, 6])], [tensor("b", None), tensor("wide", None)],
        [integers("zero", [0]), integers("two", [2]), integers("four", [4]),
         integers("pair", [7, 1]), helper.make_tensor("axis", TensorProto.INT64, [], [3]),
         helper.make_tensor("factor", TensorProto.FLOAT, [1], [1.5])],
        ["own"], opset=15, functions=[function])


def quantized():
    """A model of convolutions and attention, quantized and fused."""
    small = [numpy_helper.from_array(numpy.zeros(shape, kind), name) for name, shape, kind in (
        ("w8", [6, 3, 3, 3], numpy.int8), ("v8", [2, 6, 1, 1], numpy.int8), ("a8", [8, 24], numpy.int8),
        ("z8", [], numpy.int8), ("zero", [], numpy.uint8), ("bias", [6], numpy.int32))]
    com = {"domain": "com.microsoft"}
    return make_model(
        [node("QuantizeLinear", ["x", "s", "zero"], ["q"]),
         node("QLinearConv", ["q", "s", "zero", "w8", "s", "z8", "s", "zero", "bias"], ["c"], "conv",
              pads=[1, 1, 1, 1]),
         node("ConvInteger", ["c", "v8", "zero", "z8"], ["i"]), node("Cast", ["i"], ["f"], to=1),
         node("MaxPool", ["f"], ["p"], "pool", kernel_shape=[2, 2], strides=[2, 2]),
         node("Reshape", ["p", "rows"], ["r"]), node("QuantizeLinear", ["r", "s", "zero"], ["r8"]),
         node("QAttention", ["r8", "a8", "b", "s", "s", "", "zero", "z8"], ["a"], "attention",
              num_heads=2, **com),
         node("GroupQueryAttention", ["a", "a", "a"], ["g"], "grouped", num_heads=2, kv_num_heads=2,
              **com),
         node("FusedMatMul", ["g", "m"], ["d"], "product", transB=1, **com),
         node("SkipLayerNormalization", ["d", "d", "one", "one"], ["y"], "norm", **com)],
        [tensor("x", [1, 3, 8, 8])], [tensor("y", [1, "rows", 8])],
        [*small, helper.make_tensor("s", TensorProto.FLOAT, [], [0.5]), integers("rows", [0, 4, 8]),
         weight("b", [24]), weight("m", [8, 8]), weight("one", [8])], ["com.microsoft"])


MODELS = [branches(), shapes(), quantized()]
NUMBERS = [0, 1, 2, 3, -1, -2, 7, 64, 255, 1 << 16, (1 << 31) - 1, 1 << 40, (1 << 63) - 1, -(1 << 63)]


def messages(message, found):
    """All messages within a message. @param found is filled with them"""
    found.append(message)
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for part in [value] if hasattr(value, "DESCRIPTOR") else value:
                messages(part, found)
    return found


def mutate_field(draw, model):
    """Change a field of a model: to another value, or to nothing."""
    while True:
        message = draw.choice(messages(model, []))
        if message.ListFields():
            break
    field, value = draw.choice(message.ListFields())
    repeated = not hasattr(value, "DESCRIPTOR") and hasattr(value, "append")
    if draw.random() < 0.15:
        message.ClearField(field.name)
    elif repeated and draw.random() < 0.4:
        index = draw.randrange(len(value))
        if draw.random() < 0.5:
            del value[index]
        elif field.type == field.TYPE_MESSAGE:
            value.add().CopyFrom(value[index])
        else:
            value.append(value[index])
    elif field.type == field.TYPE_STRING:
        texts = [getattr(m, n.name) for m in messages(model, []) for n, v in m.ListFields()
                 if n.type == n.TYPE_STRING and isinstance(v, str)]
        text = draw.choice([*texts, "", "\0", "a" * 999, "\N{SNOWMAN}"])
        if repeated:
            value[draw.randrange(len(value))] = text
        else:
            setattr(message, field.name, text)
    elif field.type in (field.TYPE_INT32, field.TYPE_INT64, field.TYPE_ENUM):
        number = draw.choice(NUMBERS if field.type == field.TYPE_INT64 else NUMBERS[:11])
        try:
            if repeated:
                value[draw.randrange(len(value))] = number
            else:
                setattr(message, field.name, number)
        except ValueError:  # of an enumeration that does not have it
            message.ClearField(field.name)
    elif field.type == field.TYPE_BYTES and not repeated:
        setattr(message, field.name, mutate_bytes(draw, value))


def mutate_bytes(draw, content):
    """Change, remove, repeat or add bytes."""
    content = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 5])):
        place = draw.randrange(len(content) + 1)
        kind = draw.randrange(4)
        if kind == 0 and place < len(content):
            content[place] = draw.randrange(256)
        elif kind == 1:
            del content[place:place + draw.randrange(1, 5)]
        elif kind == 2:
            content[place:place] = bytes(draw.randrange(256) for _ in range(draw.randrange(1, 4)))
        elif content:
            start = draw.randrange(len(content))
            content[place:place] = content[start:start + draw.randrange(1, 30)]
    return bytes(content)


def mutant(number):
    """A changed model. @param number of it"""
    draw = random.Random(f"{SEED} {number}")
    content = draw.choice(MODELS)
    if draw.random() < 0.4:
        return mutate_bytes(draw, content)
    model = ModelProto.FromString(content)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        mutate_field(draw, model)
    return model.SerializeToString()


def try_mutant(test, path, number):
    """@return what is wrong about how a mutant is converted, in text; nothing if all is well"""
    path.write_bytes(mutant(number))
    settings = SimpleNamespace(model=str(path), name=None, shape=[], dim=[], trips=[], value=[],
                               flops=[], license=None, note=[], accuracy=None, accuracy_source=None)
    try:
        profile, _ = convert(settings)
        check_dnn(test, profile)
        to_json(profile)
    except (ModelError, SettingError) as error:
        return "" if str(error) else "no reason"
    except Exception:  # any other is the fault that is looked for
        return traceback.format_exc()
    return ""


class Mutants(unittest.TestCase):
    def test_models_are_converted_as_they_are(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "model.onnx")
            for content in MODELS:
                path.write_bytes(content)
                settings = SimpleNamespace(model=str(path), name="m", shape=[], dim=[], trips=[],
                                           value=[], flops=[], license=None, note=[], accuracy=None)
                check_dnn(self, convert(settings)[0])

    def test_mutants(self):
        print(f"seed {SEED}, {MUTANTS} mutants")
        number, crashes = 0, 0
        with tempfile.TemporaryDirectory() as folder:
            path, told = pathlib.Path(folder, "mutant.onnx"), pathlib.Path(folder, "told")
            while number < MUTANTS:
                told.write_text("")
                child = os.fork()
                if child == 0:
                    # onnx's shape inference is C++ that trusts its models; the command runs it apart, too
                    for index in range(number, MUTANTS):
                        told.write_text(str(index))
                        signal.alarm(LONGEST_S)
                        fault = try_mutant(self, path, index)
                        if fault:
                            told.write_text(f"{index}\n{fault}")
                            os._exit(1)
                    os._exit(0)
                status = os.waitpid(child, 0)[1]
                last, _, fault = told.read_text().partition("\n")
                self.assertFalse(os.WIFEXITED(status) and os.WEXITSTATUS(status),
                                 f"seed {SEED}, mutant {last}:\n{fault}")
                if os.WIFEXITED(status):
                    break
                self.assertNotEqual(os.WTERMSIG(status), signal.SIGALRM,
                                    f"seed {SEED}, mutant {last}: takes more than {LONGEST_S} s")
                crashes += 1
                number = int(last) + 1
        print(f"onnx itself crashed on {crashes} of them")


if __name__ == "__main__":
    unittest.main()
