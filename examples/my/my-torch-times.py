#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Times the layers of a PyTorch model, and writes the model for ./surgery onnx.

my-torch-times.py OUT.onnx OUT.csv writes both for a small network; copy time_layers for your own.
"""

import csv
import sys
import time

import torch


def time_layers(model, example, repeats=20, warm_up=3):
    """Time all modules that have no children, as the model runs.
    @return rows (name, seconds): each module in each repeat"""
    rows, calls, started = [], {}, {}

    def now():
        if torch.cuda.is_available():
            torch.cuda.synchronize()  # a GPU works on while Python goes on
        return time.perf_counter()

    def before(name):
        def hook(module, inputs):
            started[name] = now()
        return hook

    def after(name):
        def hook(module, inputs, output):
            seconds = now() - started[name]
            # the second call of a module is another layer: torch.onnx.export calls it NAME_1
            call = calls.get(name, 0)
            calls[name] = call + 1
            rows.append((f"{name}_{call}" if call else name, seconds))
        return hook

    hooks = []
    for name, module in model.named_modules():
        if not list(module.children()):
            hooks.append(module.register_forward_pre_hook(before(name)))
            hooks.append(module.register_forward_hook(after(name)))
    with torch.no_grad():
        for repeat in range(warm_up + repeats):
            if repeat == warm_up:
                rows.clear()
            calls.clear()
            model(example)
    for hook in hooks:
        hook.remove()
    return rows


class Block(torch.nn.Module):
    """A convolution whose result is added to what it reads."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(16, 16, 3, padding=1)
        self.relu = torch.nn.ReLU()

    def forward(self, picture):
        """Run it."""
        return self.relu(picture + self.relu(self.conv(picture)))


def main(model_path, times_path):
    """Write a model and its times."""
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 7, 2), torch.nn.ReLU(),
                                torch.nn.Sequential(Block(), Block()),
                                torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(),
                                torch.nn.Linear(16, 10)).eval()
    picture = torch.rand(1, 3, 224, 224)
    torch.onnx.export(model, picture, model_path)
    with open(times_path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["layer", "seconds"])
        writer.writerows(time_layers(model, picture))


if __name__ == "__main__":
    main(*sys.argv[1:])
