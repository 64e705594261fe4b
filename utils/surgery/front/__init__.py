# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The command line of ./surgery, and the commands that build and run the C++ code."""
