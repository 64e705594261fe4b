# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""ONNX Runtime's own profile: how long each node took in each run.

It is a list of events in Chrome's trace format. An event "model_run" is a run, and an event of the
category "Node" in its time, called after the node with "_kernel_time" behind it, is a node's work.
"""

import statistics
import sys

END = "_kernel_time"


class FormatError(ValueError):
    """This is no profile of ONNX Runtime."""


def is_profile(content):
    """Whether JSON looks like one."""
    return isinstance(content, list) or "traceEvents" in content


def _number(event, field):
    """What a field of an event states in microseconds."""
    value = event[field]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (
            not 0 <= value <= sys.float_info.max):
        raise FormatError(f'"{event["name"]}": {field}: must be a number of microseconds, >= 0')
    return value


def read_runs(content):
    """Divide a profile into runs.
    @return for each run the seconds by node, in the order in which they began, and the operator by
    node"""
    events = content if isinstance(content, list) else content["traceEvents"]
    runs, starts, operators, nodes = [], [], {}, []
    try:
        for event in events:
            if event.get("cat") == "Session" and event["name"] == "model_run":
                starts.append(_number(event, "ts"))
            elif event.get("cat") == "Node" and event["name"].endswith(END):
                nodes.append((_number(event, "ts"), event["name"][:-len(END)],
                              _number(event, "dur") / 1e6))
                operators[nodes[-1][1]] = event["args"]["op_name"]
        starts.sort()
        nodes.sort()
    except (AttributeError, KeyError, TypeError) as error:
        raise FormatError("is no profile of ONNX Runtime: an event lacks a field "
                          f"({error})") from error
    if not starts or not nodes:
        raise FormatError("is no profile of ONNX Runtime: it has no event "
                          f"{'model_run' if not starts else f'NODE{END}'}")
    runs = [{} for _ in starts]
    at = -1
    for start, name, seconds in nodes:
        while at + 1 < len(starts) and starts[at + 1] <= start:
            at += 1
        if at >= 0:
            # a node in the body of a loop runs several times
            runs[at][name] = runs[at].get(name, 0) + seconds
    return runs, operators


def medians(runs):
    """@return the median seconds by node of runs, of which each may lack nodes"""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: statistics.median(run[name] for run in runs if name in run) for name in names}
