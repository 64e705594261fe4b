# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The zoo: DNNs that are exported or built here, and bundled as profiles."""
