# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that adds the times measured on a processor to a DNN profile."""

from surgery.console import Failure, add_command, not_empty, say, shorten
from surgery.dnn_profile import read_profile, readable_name, write
from surgery.times.files import TimesError, read_times

TEXT = """\
Adds the times measured on a processor to a DNN profile (schema dnn-surgery/dnn/1)."""

MORE = """\
examples:
  ./surgery import-times resnet50.json my-board onnxruntime_profile__2026-11-28.json -o measured.json
  ./surgery import-times resnet50.json my-board times.csv -o measured.json

FILE is one of these:
  the profile that ONNX Runtime writes (JSON): of each node the median of the runs, without the
    first one if there are several
  a CSV file whose first line is layer,seconds; rows of the same layer are repeats, of which the
    median counts
  a JSON object: {"Conv_0": 0.0042, "Relu_1": 0.0003}
Names are those of the profile's layers; in a CSV or JSON file also those of PyTorch's modules in a
model that torch.onnx.export wrote. Of a module that is several layers, the first gets its time, the
others 0. Names that the profile lacks are listed on standard error. PROCESSOR is the "name" in that
processor's profile. Times that the profile has already are kept, unless FILE has others. Layers
without a time keep the roofline model. doc/profiles.md tells more.

exit status: 0 done, 1 the output cannot be written, 2 wrong usage, a file is no good, or no name is
one of a layer."""


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "import-times", import_times,
                         "add measured times to a DNN profile", TEXT, MORE)
    parser.add_argument("profile", metavar="PROFILE", help="the DNN's profile")
    parser.add_argument("processor", metavar="PROCESSOR", type=not_empty,
                        help="where the times were measured")
    parser.add_argument("times", metavar="FILE", help="the measured times")
    parser.add_argument("-o", "--output", required=True, help="the profile to write")


def module_of(name):
    """The PyTorch module to which a layer belongs, None if its name tells none.

    torch.onnx.export calls a layer /block/block.0/conv/Conv if the module block.0.conv runs it."""
    scopes = name.split("/")
    if scopes[0] or len(scopes) < 3:
        return None
    path = []
    for scope in scopes[1:-1]:
        if path and scope.startswith(f"{path[-1]}."):
            path.pop()
        path.append(scope)
    return ".".join(path)


class Layers:
    """The layers of a profile, by all of their names."""

    def __init__(self, profile):
        self.by_name = {layer["name"]: layer for layer in profile["layers"]}
        self.by_module = {}
        for layer in profile["layers"]:
            module = module_of(layer["name"])
            if module is not None:
                self.by_module.setdefault(module, []).append(layer)

    def find(self, name, operator):
        """The layers that a name stands for. @param operator None if the file does not tell it"""
        if operator is None:
            return [self.by_name[name]] if name in self.by_name else self.by_module.get(name, [])
        layer = self.by_name.get(readable_name(name, operator))
        # ONNX Runtime numbers nodes without a name: Conv_7 may be another one
        return [layer] if layer and layer.get("op") == operator else []


def add(profile, processor, times, operators):
    """Write times into a profile. @return the names that it lacks"""
    layers = Layers(profile)
    unknown = []
    for name, seconds in times.items():
        found = layers.find(name, operators.get(name))
        for place, layer in enumerate(found):
            layer.setdefault("seconds", {})[processor] = 0 if place else round(seconds, 12)
        if not found:
            unknown.append(name)
    return unknown


def tell_unknown(unknown, times, profile):
    """Say which names are of no layer, and how much time that is."""
    lost, total = sum(float(times[name]) for name in unknown), sum(map(float, times.values()))
    share = f", {100 * lost / total:.2g} % of the measured time" if total else ""
    say(f"import-times: no layers of {profile.get('name')}{share}: {shorten(unknown)}")


def import_times(settings):
    """Add the times."""
    profile = read_profile(settings.profile, "import-times")
    try:
        times, operators = read_times(settings.times)
        unknown = add(profile, settings.processor, times, operators)
        if times and len(unknown) == len(times):
            raise TimesError(f'"{unknown[0]}" is not a layer of {profile.get("name")}, and neither '
                             f"is any other of its {len(times)} names")
    except TimesError as error:
        raise Failure(f"import-times: {settings.times}: {error}") from error
    if unknown:
        tell_unknown(unknown, times, profile)
    write(profile, settings.output)
    measured = sum(settings.processor in layer.get("seconds", {}) for layer in profile["layers"])
    print(f"{measured} of {len(profile['layers'])} layers have a time on {settings.processor}")
