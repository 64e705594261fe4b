# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""What runs wrote, as the report and other commands take it; dnn_surgery.tables reads the files."""
