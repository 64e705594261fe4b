# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How a command replaces itself by another program."""

import os
import sys


def replace(program, *arguments):
    """Become another program, so that the command has its exit code and its signals."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execvp(program, [str(program), *map(str, arguments)])
