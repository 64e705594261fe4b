# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Whether a run ended, as status.json in its folder says."""

import fcntl
import os

from dnn_surgery import strict_json
from dnn_surgery.tables import BadTables, read_provenance

NAME = "status.json"
SCHEMA = "dnn-surgery/status/1"
UNKNOWN = "killed, or its machine went down"


def read(folder):
    """What the file says, and whether the run is still under way; None if there is none, as in
    folders of earlier versions."""
    path = os.path.join(folder, NAME)
    try:
        with open(path, encoding="utf-8") as file:
            try:
                # the program that writes the run holds a lock
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                is_running = False
            except OSError:
                is_running = True
            status = strict_json.loads(file.read())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadTables(f"{path}: {error}") from error
    if not isinstance(status, dict) or status.get("schema") != SCHEMA \
            or not isinstance(status.get("simulated_ns"), int):
        raise BadTables(f"{path}: is no {SCHEMA}")
    return status, is_running


def find_cut(folder):
    """Of a run that did not end, where and why, such as "cut off at 1.5 of 60 s (...)"; else empty."""
    found = read(folder)
    if not found or found[0].get("state") == "ended":
        return ""
    status, is_running = found
    settings = read_provenance(folder).get("settings")
    try:
        whole = f" of {float(settings['duration_ns']) / 1e9:g}"
    except (KeyError, TypeError, ValueError):  # not known, or of another version
        whole = ""
    where = f"{status['simulated_ns'] / 1e9:.4g}{whole} s"
    if is_running and status.get("state") == "running":
        return f"still running, at {where}"
    return f"cut off at {where} ({status.get('reason') or UNKNOWN})"
