# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Times of a DNN's layers: measured on this machine, or imported."""
