# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Passes Snakemake's messages, as lines of JSON, to the process that called it.

Snakemake loads this file itself (--log-handler-script) and calls log_handler with each message.
"""

import json
import os
import threading

FIELDS = ("level", "msg", "name", "jobid", "log")

_lock = threading.Lock()


def log_handler(message):
    """Send a message to the process that shows the progress, which may have ended."""
    passed = {name: message.get(name) for name in FIELDS}
    passed["wildcards"] = dict(message.get("wildcards") or {})
    line = json.dumps(passed, default=str) + "\n"
    try:
        with _lock:
            os.write(int(os.environ["SURGERY_PROGRESS"]), line.encode())
    except OSError:
        pass
