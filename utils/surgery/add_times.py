# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that adds the times measured on a processor to a DNN profile."""

import math

from surgery import strict_json
from surgery.console import Failure, add_command
from surgery.dnn_profile import find_unknown, find_wrong_accuracy, write

TEXT = """\
Adds the times measured on a processor to a DNN profile (schema dnn-surgery/dnn/1)."""

MORE = """\
example:
  ./surgery add-times profile.json jetson-nano times.json -o measured.json

TIMES is a JSON object, seconds by layer: {"Conv_0": 0.0042, "Relu_1": 0.0003}. PROCESSOR is the
"name" in that processor's profile. Times that the profile has already are kept, unless TIMES has
others. Layers without a time keep the roofline model. doc/profiles.md tells more.

exit status: 0 done, 1 a file is no good, 2 wrong usage."""


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "add-times", add_times, "add measured times to a DNN profile",
                         TEXT, MORE)
    parser.add_argument("profile", metavar="PROFILE", help="the DNN's profile")
    parser.add_argument("processor", metavar="PROCESSOR", help="where the times were measured")
    parser.add_argument("times", metavar="TIMES", help="the measured times")
    parser.add_argument("-o", "--output", required=True, help="the profile to write")


def fail(message):
    """A file is no good."""
    raise Failure(f"add-times: {message}", 1)


def read(path):
    """A JSON object."""
    try:
        with open(path, encoding="utf-8") as file:
            content = strict_json.loads(file.read())
    except OSError as error:
        fail(f"{path}: cannot be read: {error.strerror}")
    except ValueError as error:
        fail(f"{path}: is no valid JSON: {error}")
    if not isinstance(content, dict):
        fail(f"{path}: is not a JSON object")
    return content


def add(profile, processor, times):
    """Write the times into the profile. @return complaint, or None"""
    layers = {layer["name"]: layer for layer in profile["layers"]}
    for name, seconds in times.items():
        if name not in layers:
            return f"\"{name}\" is not a layer of {profile.get('name')}"
        if (not isinstance(seconds, (int, float)) or isinstance(seconds, bool)
                or not math.isfinite(seconds) or seconds < 0):
            return f"\"{name}\": must be a number of seconds, >= 0"
        layers[name].setdefault("seconds", {})[processor] = seconds
    return None


def add_times(settings):
    """Add the times."""
    profile = read(settings.profile)
    if not str(profile.get("schema")).startswith("dnn-surgery/dnn/"):
        fail(f"{settings.profile}: is not a DNN profile")
    wrong = find_unknown(profile) or find_wrong_accuracy(profile)
    if wrong:
        fail(f"{settings.profile}: {wrong}")
    try:
        complaint = add(profile, settings.processor, read(settings.times))
    except (KeyError, TypeError, AttributeError):
        fail(f"{settings.profile}: has no list of layers with names")
    if complaint:
        fail(f"{settings.times}: {complaint}")
    write(profile, settings.output)
    measured = sum(settings.processor in layer.get("seconds", {}) for layer in profile["layers"])
    print(f"{measured} of {len(profile['layers'])} layers have a time on {settings.processor}")
