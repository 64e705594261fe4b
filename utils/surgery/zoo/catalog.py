# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Which DNNs the zoo has, and how each is made. Needs the standard library alone."""

from typing import NamedTuple


class Vision(NamedTuple):
    """A network of torchvision."""

    builder: str  # the function that makes it
    weights: str  # the published weights, whose metadata has the accuracy
    side: int = 224  # of the square picture that those weights are made for
    kind: str = "classification"  # the module of torchvision.models that the function is in
    options: dict = {}  # of the function


class Bert(NamedTuple):
    """BERT-base with a head for two classes."""

    tokens: int  # the length of the text
    blocks: int = 12
    width: int = 768
    heads: int = 12
    vocabulary: int = 30522
    positions: int = 512  # the most tokens


class Gpt(NamedTuple):
    """One block of GPT-2 small, over all tokens of a prompt."""

    tokens: int
    width: int = 768
    heads: int = 12


# without the auxiliary classifiers, which work in training only
NO_AUXILIARY = {"aux_logits": False, "init_weights": False}

ZOO = {
    "mobilenet-v2": Vision("mobilenet_v2", "MobileNet_V2_Weights"),
    "mobilenet-v3-large": Vision("mobilenet_v3_large", "MobileNet_V3_Large_Weights"),
    "mobilenet-v3-small": Vision("mobilenet_v3_small", "MobileNet_V3_Small_Weights"),
    "efficientnet-b0": Vision("efficientnet_b0", "EfficientNet_B0_Weights"),
    "shufflenet-v2": Vision("shufflenet_v2_x1_0", "ShuffleNet_V2_X1_0_Weights"),
    "mnasnet": Vision("mnasnet1_0", "MNASNet1_0_Weights"),
    "regnet-y-400mf": Vision("regnet_y_400mf", "RegNet_Y_400MF_Weights"),
    "resnet18": Vision("resnet18", "ResNet18_Weights"),
    "resnet34": Vision("resnet34", "ResNet34_Weights"),
    "resnet101": Vision("resnet101", "ResNet101_Weights"),
    "resnet152": Vision("resnet152", "ResNet152_Weights"),
    "googlenet": Vision("googlenet", "GoogLeNet_Weights", options=NO_AUXILIARY),
    "inception-v3": Vision("inception_v3", "Inception_V3_Weights", 299, options=NO_AUXILIARY),
    "vgg16": Vision("vgg16", "VGG16_Weights"),
    "convnext-tiny": Vision("convnext_tiny", "ConvNeXt_Tiny_Weights"),
    "swin-tiny": Vision("swin_t", "Swin_T_Weights"),
    "vit-b-16": Vision("vit_b_16", "ViT_B_16_Weights"),
    "lraspp-mobilenet-v3-large": Vision("lraspp_mobilenet_v3_large",
                                        "LRASPP_MobileNet_V3_Large_Weights", 520, "segmentation",
                                        {"weights_backbone": None}),
    "ssdlite320-mobilenet-v3-large": Vision("ssdlite320_mobilenet_v3_large",
                                            "SSDLite320_MobileNet_V3_Large_Weights", 320,
                                            "detection", {"weights_backbone": None}),
    "bert-base-128": Bert(128),
    "bert-base-384": Bert(384),
    "gpt2-block-128": Gpt(128),
    "gpt2-block-1024": Gpt(1024),
}

# The other bundled DNNs, from the test data of the ONNX project
FROM_TEST_DATA = ("alexnet", "densenet121", "inception-v1", "resnet50", "squeezenet", "vgg19")

# Multiply-accumulates, 1e9, as published: torchvision's metadata of weights has them since 0.15
# (_ops). They count convolutions, fully connected layers and the two products of each attention.
PUBLISHED_GMAC = {
    "convnext-tiny": "4.456",
    "densenet121": "2.834",
    "efficientnet-b0": "0.386",
    "googlenet": "1.498",
    "inception-v3": "5.713",
    "lraspp-mobilenet-v3-large": "2.086",
    "mnasnet": "0.314",
    "mobilenet-v2": "0.301",
    "mobilenet-v3-large": "0.217",
    "mobilenet-v3-small": "0.057",
    "regnet-y-400mf": "0.402",
    "resnet101": "7.801",
    "resnet152": "11.514",
    "resnet18": "1.814",
    "resnet34": "3.664",
    "resnet50": "4.089",
    "shufflenet-v2": "0.145",
    "squeezenet": "0.349",
    "ssdlite320-mobilenet-v3-large": "0.583",
    "swin-tiny": "4.491",
    "vgg16": "15.47",
    "vgg19": "19.632",
    "vit-b-16": "17.564",
}
