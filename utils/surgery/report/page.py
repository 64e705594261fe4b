# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The page around the figures, made from a template, a style sheet and a script."""

import re

import jinja2

from dnn_surgery import strict_json
from surgery import paths
from surgery.report.comparison import comparison_figures, headline, summary
from surgery.report.deadlines import has_deadlines
from surgery.report.details import run_figures
from surgery.report.devices import device_table

FOLDER = paths.PACKAGE / "report"
SCHEDULER = re.compile(r"servers?(\[\d+\])?\.scheduler")  # the fields of a scenario that name it


def read(name):
    """One of the files that the page is made from."""
    return (FOLDER / name).read_text(encoding="utf-8")


def describe_group(name, group):
    """A group of objects in the provenance: what they have in common, and what differs."""
    differ = {}
    for item in group.get("each", []):
        for attribute, value in item.items():
            differ.setdefault(attribute, []).append(value)
    return {"name": name.replace("_", " "), "count": len(group.get("each", [])),
            "common": sorted(group.get("common", {}).items()),
            "differ": sorted((attribute, ", ".join(values))
                             for attribute, values in differ.items())}


def describe_origin(run):
    """Where a run's files come from; None if no provenance was written."""
    data = run.provenance
    if "seed" not in data:
        return None
    versions = {f"version of {name}": text for name, text in data.get("versions", {}).items()}
    attributes = {**versions, "schema": data["schema"], "seed": data["seed"],
                  "run": data.get("run"), **data.get("settings", {})}
    return {"command": " ".join(data.get("command_line", [])),
            "attributes": sorted(attributes.items()),
            "changed_defaults": sorted(data.get("changed_defaults", {}).items()),
            "groups": [describe_group(*item) for item in data.get("groups", {}).items()]}


def describe_scenario(run):
    """The scenario in a sentence, and how to run it again."""
    data = run.provenance
    settings = data.get("settings", {})
    text = f"{len(run.devices)} devices, "
    if len(run.servers) > 1:
        text += f"{len(run.servers)} servers, "
    text += run.cut or f"{run.end:g} s simulated"
    if settings.get("network"):
        text += f", network {settings['network']}, mobility {settings.get('mobility', '')}"
    if "seed" in data:
        text += f"; seed {data['seed']}, run {data.get('run')}"
    if run.warmup > 0:
        text += f"; requests of the first {run.warmup:g} s do not count"
    versions = ", ".join(f"{name} {version}" for name, version in data.get("versions", {}).items())
    return {"text": text, "command": " ".join(data.get("command_line", [])), "versions": versions}


def flatten(value, path=""):
    """The fields of a scenario, by path."""
    if isinstance(value, dict):
        parts = [(f"{path}.{name}" if path else name, inner) for name, inner in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{i}]", inner) for i, inner in enumerate(value)]
    else:
        return {path: value}
    return {name: leaf for at, inner in parts for name, leaf in flatten(inner, at).items()}


def find_differences(runs):
    """In what runs differ besides their scheduler."""
    def describe(run):
        settings = {**run.provenance.get("settings", {}), "scheduler": ""}
        fields = flatten(strict_json.loads(settings.pop("scenario", "") or "{}"))
        return {"seed": run.provenance.get("seed"), "run": run.provenance.get("run"),
                **{name.replace("_", " "): value for name, value in settings.items()},
                "devices": run.devices, "DNNs": sorted(run.dnns.items()),
                **{path: value for path, value in fields.items()
                   if not SCHEDULER.match(path) and path != "description"}}

    known = [describe(run) for run in runs]
    return [name for name in dict.fromkeys(name for one in known for name in one)
            if any(one.get(name) != known[0].get(name) for one in known[1:])]


def find_warnings(runs, left_out):
    """What a reader must know before comparing."""
    texts = [f"{run.name}: {run.cut}. Means and all else of it are of what was written until then."
             for run in runs if run.cut]
    differences = find_differences(runs)
    if differences:
        texts.append("These runs differ in more than their scheduler (see Provenance): compare them "
                     f"with care. Not alike: {', '.join(differences)}.")
    if left_out:
        texts.append(f"Only the first {len(runs)} runs are shown; left out: "
                     + ", ".join(run.name for run in left_out) + ".")
    return texts


def make_page(title, runs, left_out):
    """The whole page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER), autoescape=True,
                                     undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True, keep_trailing_newline=True)
    first = runs[0]
    columns, devices = device_table(runs)
    return environment.get_template("page.html.jinja").render(
        title=title, style=read("style.css"), script=read("script.js"),
        scenario=describe_scenario(first), headline=headline(runs),
        warnings=find_warnings(runs, left_out), summary=summary(runs),
        columns=columns, devices=devices,
        has_deadlines=has_deadlines(runs),
        comparison=comparison_figures(runs),
        runs=[{"name": run.name, "figures": run_figures(run, i), "origin": describe_origin(run)}
              for i, run in enumerate(runs)])
