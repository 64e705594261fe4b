# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The tools of dnn-surgery. The script `surgery` at the top of the repository calls them.

The modules of this folder are the base. The rooms `tables`, `experiment`, `report`, `onnx`, `zoo`,
`times` and `matrix` use the base, `report` and `experiment` use `tables`, `zoo` and `times` use
`onnx`, and `front` uses all of them. All of them may use `dnn_surgery`, the package that people
import, which uses none of them. Importing a module that lists a command needs nothing but the
standard library; what else a command needs is installed, then imported, when the command runs.
"""
