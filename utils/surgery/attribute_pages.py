# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command that writes the manual's pages of all attributes and all trace sources.

The help texts in the code are the one place where they are described; the pages are in the
repository so that they can be read without building anything. A test runs this with --check.
"""

import difflib
import re
import subprocess
import textwrap

from surgery import paths
from surgery.console import Failure, add_command

TEXT = """\
Writes the manual's pages of all attributes and all trace sources from the help texts in the
code."""

MORE = """\
PROGRAM is build/dnn-surgery-type-ids, which ./surgery test builds.

exit status: 0 done, 1 with --check: the manual differs from the code, 77 built without LTE."""

MODULE = "ns3::surgery::"
WIDTH = 100
# bounds that are the limits of their type
LIMITS = {"0", "255", "65535", "4294967295", "18446744073709551615", "1.79769e+308",
          "-1.79769e+308", "+9.22337e+18ns"}
# what ns-3 calls the sinks of single values
SIGNATURES = {"ns3::TracedValueCallback::Bool": "bool oldValue, bool newValue",
              "ns3::TracedValueCallback::Double": "double oldValue, double newValue",
              "ns3::TracedValueCallback::Time": "Time oldValue, Time newValue",
              "ns3::TracedValueCallback::Uint64": "uint64_t oldValue, uint64_t newValue"}

HEAD = """\
.. Written by ./surgery attribute-pages from the help texts in the code: change those, and see
   CONTRIBUTING.md for how to write this page again.

{title}
{line}

{text}"""

ATTRIBUTES = """\
This page lists the attributes of all classes. A ``Time`` needs a unit (``500ms``), and so does a
``DataRate`` (``20Mbps``). A pointer also accepts a text: the name of a class, optionally with
attributes in brackets (``ns3::surgery::FittedLinkEstimator[Weight=0.2]``). Each object that a
helper installs then gets its own object of that class; all installed objects share a
``PointerValue``. A value out of range is refused with a message when it is set.

An attribute that is set while the simulation runs counts from then on; those of connections,
networks and estimators say how the next one begins. Where others have been told the value, or much
has been built on it, a running application refuses another one with ``std::invalid_argument``
("InferenceClient: Dnn: cannot be set while the application runs").
"""

SOURCES = """\
This page lists the trace sources of all classes, each with the arguments of its sinks. The records
are described field by field in the reference of classes and in the headers. Connect to sources by
``TraceConnectWithoutContext``, or by paths of ``Config`` such as
``/NodeList/*/ApplicationList/*/$ns3::surgery::InferenceClient/Inference``.
"""


def list_type_ids(program):
    """The classes by name, without those that have neither attributes nor trace sources."""
    classes = {}
    try:
        listing = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"attribute-pages: {error}", 1) from error
    for line in listing.splitlines():
        kind, *fields = line.split("\t")
        if kind == "class":
            name, parent = (field.replace(MODULE, "") for field in fields)
            current = classes[name] = {"parent": parent, "attribute": [], "source": []}
        else:
            current[kind].append(fields)
    return classes


def escape(text):
    """Text in which reStructuredText finds no markup."""
    return re.sub(r"([\\*`|]|_\b)", r"\\\1", text)


def number(value, scales):
    """A number with the largest unit in which it is not below 1."""
    for scale, unit in scales:
        if value >= scale or scale == scales[-1][0]:
            return f"{value / scale:g} {unit}"
    raise ValueError(value)


def seconds(nanoseconds):
    """A time with its unit."""
    scales = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns"))
    return number(nanoseconds, scales) if nanoseconds else "0 s"


def bound(text):
    """One end of a range."""
    return seconds(float(text[:-2])) if text.endswith("ns") else f"{float(text):.10g}"


def describe_type(text):
    """The type of an attribute, with the range it may have."""
    text = text.replace("std::", "").replace(MODULE, "").replace("ns3::", "")
    if pointer := re.fullmatch(r"Ptr< ?(\w+) ?>", text):
        return f"pointer to {pointer[1]}"
    name, _, limits = text.partition(" ")
    if not limits:
        return name
    low, high = limits.split(":")
    if high not in LIMITS:
        return f"{name}, {bound(low)} to {bound(high)}"
    # no unsigned number is below 0, but a time or a double may be
    if low in LIMITS and (name.startswith("uint") or low != "0"):
        return name
    return f"{name}, at least {bound(low)}"


def describe_default(kind, text):
    """The default of an attribute."""
    if kind == "Address" or not text:
        return "none"
    if kind.startswith("Time"):
        return seconds(float(text))
    if kind == "DataRate":
        scales = ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1, "bit/s"))
        return number(float(text.removesuffix("bps")), scales)
    return text if re.fullmatch(r"[\w.+-]+", text) else f"``{text}``"


def read_signatures():
    """The arguments of trace sources, by the name of their type."""
    signatures = dict(SIGNATURES)
    for header in sorted([*paths.ROOT.glob("model/**/*.h"), *paths.ROOT.glob("helper/**/*.h")]):
        name = None
        for match in re.finditer(r"^class (\w+)[^;]*?$|typedef void \(\*(\w+)\)\(([^)]*)\);",
                                 header.read_text(encoding="utf-8"), re.MULTILINE):
            name = match[1] or name
            if match[2]:
                signatures[f"{MODULE}{name}::{match[2]}"] = " ".join(match[3].split())
    return signatures


def fill(text):
    """A paragraph that belongs to a term."""
    return textwrap.fill(text, WIDTH, initial_indent="   ", subsequent_indent="   ",
                         break_on_hyphens=False, break_long_words=False)


def make_page(title, text, classes, kind, describe):
    """One page: a section per class that has something of the kind, applications first."""
    lines = [HEAD.format(title=title, line="-" * len(title), text=text)]
    order = sorted(classes, key=lambda name: (classes[name]["parent"] != "ns3::Application", name))
    for name in order:
        parent = classes[name]["parent"]
        ancestors = []
        while parent in classes:
            if classes[parent][kind]:
                ancestors.append(parent)
            parent = classes[parent]["parent"]
        if not classes[name][kind] and not ancestors:
            continue
        lines += [name, "*" * len(name), ""]
        if ancestors:
            lines += [f"Those of {' and '.join(ancestors)}.", ""]
        for fields in classes[name][kind]:
            term, paragraph = describe(fields)
            lines += [term, fill(escape(paragraph)), ""]
    return "\n".join(lines[:-1]) + "\n"


def make_pages(program):
    """The texts of the pages by their paths; None if the build lacks classes of the manual."""
    classes = list_type_ids(program)
    if "MecServer" not in classes:
        raise Failure(f"attribute-pages: {program} lists no MecServer", 1)
    if "LteAccessNetwork" not in classes:
        return None
    signatures = read_signatures()

    def describe_attribute(fields):
        name, kind, default, text = fields
        default = describe_default(kind, default)
        return f"``{name}`` : {describe_type(kind)}; default {default}", text

    def describe_source(fields):
        name, signature, text = fields
        return f"``{name}`` : ``{signatures[signature]}``", text

    return {
        paths.DOC / "dnn-surgery-attributes.rst":
            make_page("Attributes", ATTRIBUTES, classes, "attribute", describe_attribute),
        paths.DOC / "dnn-surgery-trace-sources.rst":
            make_page("Trace Sources", SOURCES, classes, "source", describe_source),
    }


def add_commands(commands):
    """Add it to the command line."""
    parser = add_command(commands, "attribute-pages", write_pages,
                         "write the manual's pages of attributes and trace sources", TEXT, MORE)
    parser.add_argument("program", metavar="PROGRAM", help="dnn-surgery-type-ids of a build")
    parser.add_argument("--check", action="store_true", help="print the differences, and write nothing")


def write_pages(settings):
    """Write the pages, or compare them."""
    pages = make_pages(settings.program)
    if pages is None:
        print("built without LTE, whose attributes the manual also has")
        return 77
    stale = False
    for path, text in pages.items():
        if not settings.check:
            path.write_text(text, encoding="utf-8")
            continue
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        difference = list(difflib.unified_diff(present.splitlines(), text.splitlines(),
                                               path.name, "the code", lineterm=""))
        if difference:
            stale = True
            print("\n".join(difference))
    if stale:
        print("\nThe manual differs from the code: run ./surgery attribute-pages "
              f"{settings.program}")
    return int(stale)
