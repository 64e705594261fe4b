# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""dnn-surgery for Python: schedulers that decide in a simulation, and environments for agents."""
