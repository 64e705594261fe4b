#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Converts every model of ONNX's own test data (Debian's package libonnx-testdata), and compares the
shapes with those of the stored results. With --write, writes the table of doc/onnx.md."""

import collections
import pathlib
import re
import sys
import unittest
from types import SimpleNamespace

import onnx
from onnx import TensorProto

from surgery import paths
from surgery.onnx.convert import Profile
from surgery.onnx.model import ModelError, read_model
from surgery.onnx.prepare import make_graph

DATA = pathlib.Path("/usr/share/libonnx-testdata/data")
PAGE = paths.DOC / "onnx.md"
START, END = "<!-- table: test/tools/onnx-test-data-test.py --write -->", "<!-- end of table -->"

# why models are refused: the words of the message, and what the table says
REASONS = {
    r"sequence|is not a tensor": "a sequence or an optional value",
    r"no layer lies between": "only constants and shapes",
    r"from data as it runs|determines it as it runs": "a shape that depends on the data",
    r"is empty|reads no data": "a result without elements",
    r"how often it runs": "iterations that depend on the data",
    r"is unknown; give it with": "a dimension to be given",
    r"its work is unknown": "an operator of unknown work",
    r"no rule for the operator|form that is not known": "an operator of unknown shape",
}
FLOATS = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE}
WHOLE = {TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL}


def stored(path):
    """A tensor of the test data."""
    return TensorProto.FromString(path.read_bytes())


def strip(model, folder):
    """
    Take away the shapes that a model declares, and give it the values of its integer inputs instead.

    What it writes has then to be inferred.
    """
    graph = model.graph
    known = {t.name for t in graph.initializer}
    inputs = [v for v in graph.input if v.name not in known]
    kinds = [v.type.tensor_type.elem_type for v in inputs]
    for index, (value, kind) in enumerate(zip(inputs, kinds)):
        path = folder / f"input_{index}.pb"
        if kind in WHOLE and FLOATS & set(kinds) and path.exists():
            tensor = stored(path)
            tensor.name = value.name
            graph.initializer.append(tensor)
    del graph.value_info[:]
    for value in graph.output:
        if value.type.HasField("tensor_type"):
            value.type.tensor_type.ClearField("shape")


class Outcome:
    """How the conversion of a model ends."""

    def __init__(self, path, bare):
        """@param path of the model @param bare whether declared shapes are taken away"""
        model, _ = read_model(path)
        folder = path.parent / "test_data_set_0"
        if bare:
            strip(model, folder)
        settings = SimpleNamespace(shape=[], dim=[], trips=[], value=[], flops=[])
        self.name = str(path.parent.relative_to(DATA))
        self.reason, self.unknown, self.wrong, self.right = "", {}, [], 0
        try:
            graph = make_graph(model, settings, lambda line: None)
            self._compare(graph, model.graph.output, folder)
            profile = Profile(graph, lambda line: None)
            self.unknown = profile.unknown
            if any(layer["output_bytes"] <= 0 or layer["flops"] < 0 for layer in profile.layers):
                self.wrong.append("a layer without bytes")
        except ModelError as error:
            self.reason = next((text for words, text in REASONS.items()
                                if re.search(words, str(error))), str(error))

    def _compare(self, graph, outputs, folder):
        """Compare the shapes of the results with those of the stored ones."""
        for index, value in enumerate(outputs):
            path, tensor = folder / f"output_{index}.pb", graph.find(value.name)
            if value.type.HasField("tensor_type") and path.exists() and tensor.is_known():
                expected = tuple(stored(path).dims)
                if tensor.shape == expected:
                    self.right += 1
                else:
                    self.wrong.append(f"{value.name}: {tensor.shape}, not {expected}")


def convert_all(bare):
    """An Outcome per model."""
    found = sorted(DATA.rglob("*.onnx"))
    return [Outcome(path, bare) for path in found]


def table(outcomes):
    """A table of the outcomes by folder of the test data."""
    groups = collections.defaultdict(list)
    for outcome in outcomes:
        groups[outcome.name.partition("/")[0]].append(outcome)
    groups["all"] = outcomes
    reasons = sorted({o.reason for o in outcomes if o.reason})
    lines = ["| | " + " | ".join(groups) + " |", "|---" * (len(groups) + 1) + "|"]
    rows = [("models", lambda o: True), ("converted", lambda o: not o.reason),
            ("of these with an operator that has no rule", lambda o: not o.reason and o.unknown)]
    rows += [(f"refused: {reason}", lambda o, r=reason: o.reason == r) for reason in reasons]
    lines += [f"| {text} | " + " | ".join(str(sum(bool(test(o)) for o in group))
                                          for group in groups.values()) + " |"
              for text, test in rows]
    lines.append("| results whose shape is inferred and right | " + " | ".join(
        str(sum(o.right for o in group)) for group in groups.values()) + " |")
    return lines


def version():
    """What the table depends on."""
    return f"onnx {onnx.__version__}, {len(list(DATA.rglob('*.onnx')))} models"


def text(plain, bare):
    """The generated part of the page."""
    unknown = sorted({op for o in plain if not o.reason for op in o.unknown})
    return "\n".join([START, "", f"With {version()}, as they are:", "", *table(plain), "",
                      "Without the shapes that they declare, and with the values of their integer "
                      "inputs:", "", *table(bare), "",
                      "Operators without a rule among them: " + ", ".join(unknown) + ".", "", END])


def split_page():
    """The page before the table, the table, and the page behind it."""
    before, start, rest = PAGE.read_text(encoding="utf-8").partition(START)
    generated, end, after = rest.partition(END)
    return before, start + generated + end, after


@unittest.skipUnless(DATA.is_dir(), "libonnx-testdata is not installed")
class TestData(unittest.TestCase):
    """All models of the test data."""

    @classmethod
    def setUpClass(cls):
        cls.plain, cls.bare = convert_all(False), convert_all(True)

    def test_no_shape_is_wrong(self):
        for outcome in self.plain + self.bare:
            self.assertEqual(outcome.wrong, [], outcome.name)
        self.assertGreater(sum(o.right for o in self.bare), len(self.bare))

    def test_models_are_refused_for_good_reasons(self):
        for outcome in self.plain + self.bare:
            self.assertIn(outcome.reason, {"", *REASONS.values()}, outcome.name)
        # what is refused needs data, or has no tensors or no layers
        self.assertLess(sum(bool(o.reason) for o in self.plain), 0.1 * len(self.plain))

    def test_the_page_has_the_table(self):
        generated = split_page()[1]
        if version() not in generated:
            self.skipTest(f"the table is not about {version()}")
        self.assertEqual(generated, text(self.plain, self.bare))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        first, _, last = split_page()
        PAGE.write_text(first + text(convert_all(False), convert_all(True)) + last,
                        encoding="utf-8")
    else:
        unittest.main()
