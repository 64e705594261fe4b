#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests the bundled networks of the zoo, and that ./surgery zoo writes them again byte for byte."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from surgery import paths
from surgery.zoo.catalog import FROM_TEST_DATA, PUBLISHED_GMAC, ZOO, Bert, Gpt, Vision
from surgery.zoo.table import count_macs

FOLDER = paths.PROFILES / "dnn"
# as torchvision's metadata has them
PARAMETERS = {
    "convnext-tiny": 28589128,
    "efficientnet-b0": 5288548,
    "googlenet": 6624904,
    "inception-v3": 27161264,
    "lraspp-mobilenet-v3-large": 3221538,
    "mnasnet": 4383312,
    "mobilenet-v2": 3504872,
    "mobilenet-v3-large": 5483032,
    "mobilenet-v3-small": 2542856,
    "regnet-y-400mf": 4344144,
    "resnet101": 44549160,
    "resnet152": 60192808,
    "resnet18": 11689512,
    "resnet34": 21797672,
    "shufflenet-v2": 2278604,
    "ssdlite320-mobilenet-v3-large": 3440060,
    "swin-tiny": 28288354,
    "vgg16": 138357544,
    "vit-b-16": 86567656,
}
# what they count and the profiles do not: the auxiliary classifier of Inception v3, which works in
# training only; and what the profiles count in addition: Swin's masks of shifted windows, and its
# biases by relative position at all pairs of a window's 49 places, not once for each of the 169
# positions (64, 16, 4 windows; 138 heads in all blocks)
UNCOUNTED = {"inception-v3": 3326696,
             "swin-tiny": 138 * (169 - 49**2) - (64 + 16 + 3 * 4) * 49**2}


def load(name):
    """A bundled profile."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))


def count_parameters(profile):
    """How many numbers the weights are."""
    return sum(layer["weight_bytes"] for layer in profile["layers"]) // 4


def networks(kind):
    """Names and recipes of a kind."""
    return [(name, recipe) for name, recipe in ZOO.items() if isinstance(recipe, kind)]


class Bundled(unittest.TestCase):
    """The profiles of the repository."""

    def test_the_zoo_is_bundled(self):
        self.assertLessEqual({*ZOO, *FROM_TEST_DATA},
                             {path.stem for path in FOLDER.glob("*.json")})
        self.assertGreaterEqual(len(ZOO), 20)
        self.assertEqual(set(PARAMETERS), {name for name, _ in networks(Vision)})

    def test_they_multiply_as_often_as_published(self):
        self.assertLessEqual(set(PARAMETERS), set(PUBLISHED_GMAC))
        for name, published in PUBLISHED_GMAC.items():
            digits = len(published.partition(".")[2])
            with self.subTest(dnn=name):
                self.assertEqual(f"{count_macs(load(name)) / 1e9:.{digits}f}", published)

    def test_they_have_as_many_parameters_as_published(self):
        """But for those of batch normalization, which is folded, and for single constants."""
        for name, published in PARAMETERS.items():
            profile = load(name)
            constants = len(profile["layers"])
            with self.subTest(dnn=name):
                more = published - UNCOUNTED.get(name, 0) - count_parameters(profile)
                self.assertGreaterEqual(more, -constants)
                self.assertLessEqual(more, 0.012 * published)

    def test_transformers_multiply_as_their_size_tells(self):
        for name, recipe in networks((Bert, Gpt)):
            tokens, width = recipe.tokens, recipe.width
            # four layers of the attention, eight times as wide ones behind it, and two products
            block = 12 * tokens * width**2 + 2 * tokens**2 * width
            blocks, head = 1, 0
            if isinstance(recipe, Bert):
                blocks, head = recipe.blocks, width**2 + 2 * width
            with self.subTest(dnn=name):
                self.assertEqual(count_macs(load(name)), blocks * block + head)

    def test_bert_has_as_many_parameters_as_published(self):
        """109,482,240 without a classifier and with all rows of the table of positions."""
        for name, recipe in networks(Bert):
            profile = load(name)
            classifier = 2 * recipe.width + 2
            unread = (recipe.positions - recipe.tokens) * recipe.width
            more = count_parameters(profile) - (109482240 + classifier - unread)
            self.assertGreaterEqual(more, 0)
            self.assertLess(more, len(profile["layers"]))

    def test_inputs_and_results(self):
        for name, recipe in networks(Vision):
            layers = load(name)["layers"]
            read = {source for layer in layers for source in layer["inputs"]}
            results = [layer["output_bytes"] for layer in layers if layer["name"] not in read]
            with self.subTest(dnn=name):
                self.assertEqual((layers[0]["name"], layers[0]["op"]), ("image", "Input"))
                self.assertEqual(layers[0]["output_bytes"], 4 * 3 * recipe.side**2)
                # classes; 21 classes of each pixel; 91 classes and a box of 3,234 anchors
                expected = {"classification": [4 * 1000], "segmentation": [4 * 21 * 520**2],
                            "detection": [4 * 3234 * 4, 4 * 3234 * 91]}[recipe.kind]
                self.assertEqual(sorted(results), sorted(expected))

    def test_they_say_where_they_are_from(self):
        for name, recipe in ZOO.items():
            profile = load(name)
            provenance = profile["provenance"]
            with self.subTest(dnn=name):
                self.assertEqual(profile["name"], name)
                self.assertEqual(provenance["unknown_operators"], {})
                self.assertIn("random weights", " ".join(provenance["notes"]))
                is_vision = isinstance(recipe, Vision)
                self.assertIn("BSD-3-Clause" if is_vision else "GPL-2.0-only",
                              provenance["license"])
                has_classes = is_vision and recipe.kind == "classification"
                self.assertEqual("accuracy" in profile, has_classes)
                if has_classes:
                    self.assertIn(recipe.weights, profile["accuracy"]["source"])
                    self.assertGreater(profile["accuracy"]["top1"], 60)
                    self.assertLess(profile["accuracy"]["top1"], 90)


class Command(unittest.TestCase):
    """./surgery zoo"""

    def check_bytes(self, *names):
        """Networks that are made anew equal the bundled ones."""
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-m", "surgery", "zoo", f"--out={folder}/out",
                 f"--models={folder}/models", *names], capture_output=True, text=True, check=False,
                timeout=600, env={**os.environ, "DNN_SURGERY_BUILD": "/dev/null"})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(sorted(os.listdir(f"{folder}/out")),
                             sorted(f"{name}.json" for name in names))
            self.assertEqual(sorted(os.listdir(f"{folder}/models")),
                             sorted(f"{name}.onnx" for name in names))
            for name in names:
                self.assertEqual(pathlib.Path(folder, "out", f"{name}.json").read_bytes(),
                                 (FOLDER / f"{name}.json").read_bytes())

    def test_transformers_have_the_same_bytes(self):
        self.check_bytes("gpt2-block-128")

    def test_networks_of_torchvision_have_the_same_bytes(self):
        if not importlib.util.find_spec("torchvision"):
            self.skipTest("torchvision is not installed")
        import torch

        name = "mobilenet-v3-small"
        producer = load(name)["provenance"]["producer"]
        if producer != f"pytorch {torch.__version__.partition('a')[0]}":
            self.skipTest(f"the bundled profiles are from {producer}")
        self.check_bytes(name, "ssdlite320-mobilenet-v3-large")


if __name__ == "__main__":
    unittest.main()
