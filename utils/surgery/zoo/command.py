# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that makes the DNNs of the zoo."""

import argparse
import os
import pathlib
import tempfile

from surgery import packages, paths
from surgery.console import Failure, Parser, add_command, say
from surgery.onnx import command as onnx
from surgery.zoo.catalog import ZOO, Bert, Vision

TEXT = """\
Exports the networks of the zoo as ONNX, with random weights, and turns them into DNN profiles. What
is bundled was written so; the same versions of torch and torchvision write the same bytes."""

MORE = f"""\
The networks of torchvision (BSD-3-Clause) need Debian's python3-torch and python3-torchvision, the
transformers of texts need python3-onnx alone. All together take some minutes and up to 3 GB of
memory. --models keeps the ONNX files, for example for ./surgery measure: 3 GB.

The zoo has {", ".join(ZOO)}.

exit status: 0 done, 1 a file cannot be written, 2 wrong usage."""

VISION_PACKAGES = (("torch", "python3-torch"), ("torchvision", "python3-torchvision"))
VISION_LICENSE = "BSD-3-Clause (pytorch/vision, torchvision/models)"
TEXT_LICENSE = "GPL-2.0-only (dnn-surgery, utils/surgery/zoo)"


def name_of(text):
    """The type of a network's name."""
    if text not in ZOO:
        raise argparse.ArgumentTypeError(f'"{text}" is not in the zoo; use {", ".join(ZOO)}')
    return text


def add_commands(commands):
    """Add this command to the command line."""
    parser = add_command(commands, "zoo", zoo, "export DNNs of torchvision and others as profiles",
                         TEXT, MORE)
    parser.usage = "./surgery zoo [--out=DIR] [--models=DIR] [NAME ...]"
    parser.add_argument("names", metavar="NAME", nargs="*", type=name_of,
                        help="a network; default: all")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, default=paths.PROFILES / "dnn",
                        help="folder of the profiles; default: that of the bundled ones")
    parser.add_argument("--models", metavar="DIR", type=pathlib.Path,
                        help="folder in which the ONNX files are kept; default: none")


def export(recipe, path):
    """Write a network's ONNX file. @return options of its conversion"""
    # each needs the packages of its kind
    if isinstance(recipe, Vision):
        from surgery.zoo import vision

        notes = vision.export(recipe, path)
        options = [f"--license={VISION_LICENSE}", *vision.find_accuracy(recipe)]
    else:
        from surgery.zoo import transformers

        build = transformers.build_bert if isinstance(recipe, Bert) else transformers.build_gpt
        notes = build(recipe, path)
        options = [f"--license={TEXT_LICENSE}"]
    return [*options, *(f"--note={note}" for note in notes)]


def convert(model, profile, options):
    """Turn an ONNX file into a profile, as the command for it does."""
    parser = Parser(prog="./surgery", allow_abbrev=False)
    onnx.add_commands(parser.add_subparsers(prog="./surgery", parser_class=Parser))
    settings = parser.parse_args(["onnx", str(model), f"--output={profile}", *options])
    settings.run(settings)


def make(name, models, out):
    """Make one network's ONNX file and profile."""
    model = models / f"{name}.onnx"
    options = export(ZOO[name], str(model))
    convert(model, out / f"{name}.json", [f"--name={name}", *options])


def zoo(settings):
    """Make networks."""
    names = settings.names or list(ZOO)
    for folder in filter(None, (settings.out, settings.models)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(f"zoo: cannot create the folder {folder}: {error.strerror}") from None
    packages.need_module("onnx", "python3-onnx")
    if any(isinstance(ZOO[name], Vision) for name in names):
        for module in VISION_PACKAGES:
            packages.need_module(*module)
    for name in names:
        say(f"zoo: {name}")
        if settings.models:
            make(name, settings.models, settings.out)
            continue
        # one at a time, since they are large
        with tempfile.TemporaryDirectory(prefix="surgery-zoo-") as folder:
            make(name, pathlib.Path(folder), settings.out)
