# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Exports networks of torchvision as ONNX. Needs python3-torch and python3-torchvision."""

import warnings

import torch
import torchvision

from surgery.zoo.weights import RandomWeights

OPSET = 17  # the first with LayerNormalization, the last of Debian 12's torch


class Heads(torch.nn.Module):
    """A detector without what follows its heads: the decoding of boxes and their suppression."""

    def __init__(self, detector):
        super().__init__()
        self.backbone = detector.backbone
        self.head = detector.head

    def forward(self, image):
        """The boxes and the classes' scores of all anchors."""
        found = self.head(list(self.backbone(image).values()))
        return found["bbox_regression"], found["cls_logits"]


class Mask(torch.nn.Module):
    """A segmentation network with its result as a tensor."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image):
        """The classes' scores of all pixels."""
        return self.network(image)["out"]


WRAPPERS = {"classification": lambda network: network, "detection": Heads, "segmentation": Mask}
OUTPUTS = {"classification": ["scores"], "detection": ["boxes", "scores"],
           "segmentation": ["scores"]}


def randomize(network):
    """Give a network weights that are the same on every machine."""
    weights = RandomWeights()
    with torch.no_grad():
        for tensor in [*network.parameters(), *network.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(torch.from_numpy(weights.draw(tensor.shape)))


def find_module(recipe):
    """The module of torchvision that has the network and its weights."""
    models = torchvision.models
    return models if recipe.kind == "classification" else getattr(models, recipe.kind)


def export(recipe, path):
    """Write a network's ONNX file. @return remarks for the provenance"""
    network = getattr(find_module(recipe), recipe.builder)(weights=None, **recipe.options).eval()
    randomize(network)
    picture = torch.zeros(1, 3, recipe.side, recipe.side)
    with warnings.catch_warnings():
        # of the tracer, about shapes that it takes as fixed, as they are here
        warnings.simplefilter("ignore")
        torch.onnx.export(WRAPPERS[recipe.kind](network), picture, path, opset_version=OPSET,
                          input_names=["image"], output_names=OUTPUTS[recipe.kind])
    release = torchvision.__version__.partition("a")[0]
    notes = [f"torchvision {release}'s {recipe.builder}: the structure, with random weights",
             "the exporter folds batch normalization into the convolution before it"]
    if recipe.kind == "detection":
        notes.append("backbone and heads; boxes are decoded and suppressed after that")
    return notes


def find_accuracy(recipe):
    """The published accuracy, as options of a conversion; none if it is no top-1 accuracy."""
    weights = getattr(find_module(recipe), recipe.weights).DEFAULT
    accuracy = weights.meta["_metrics"].get("ImageNet-1K", {}).get("acc@1")
    if accuracy is None:
        return []
    source = f"torchvision's metadata of {recipe.weights}.{weights.name}, ImageNet-1K"
    return [f"--accuracy={accuracy}", f"--accuracy-source={source}"]
