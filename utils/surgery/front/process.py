# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How a command hands over to the program that it is about."""

import os
import sys


def replace(program, *arguments):
    """Become another program, so that its exit code and its signals are those of the command."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execvp(program, [str(program), *map(str, arguments)])
