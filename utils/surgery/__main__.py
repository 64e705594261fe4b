# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""`python3 -m surgery`; the script `surgery` sets PYTHONPATH for it."""

import os
import sys

from surgery.front.command_line import main

# It keeps modules of the working directory out of here. What runs below decides for itself.
os.environ.pop("PYTHONSAFEPATH", None)
sys.exit(main(sys.argv[1:]))
