# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""How Sphinx builds the manual; `./surgery doc` calls it."""

import re
from pathlib import Path

from docutils import nodes
from docutils.utils.math import latex2mathml

project = "dnn-surgery"
author = "The dnn-surgery authors"
project_copyright = f"2026, {author}"
_build = Path(__file__).parent.parent.joinpath("CMakeLists.txt").read_text(encoding="utf-8")
version = release = re.search(r"set\(module_version (\S+)\)", _build)[1]

extensions = ["myst_parser"]
myst_heading_anchors = 3  # links within a page lead to its titles, as they do on a forge
html_title = f"dnn-surgery {release}"
html_theme = "alabaster"
html_theme_options = {
    "description": "edge inference with cut neural networks, in ns-3",
    "fixed_sidebar": True,
    "body_max_width": "60em",
    "page_width": "auto",
    "sidebar_includehidden": False,
    "sidebar_width": "17em",
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
html_show_sourcelink = False


def write_math(translator, node):
    """Writes a formula as MathML: browsers show it without a script and without a network."""
    inline = isinstance(node, nodes.math)
    translator.body.append(latex2mathml.tex2mathml(node.astext(), inline))
    raise nodes.SkipNode


def setup(app):
    """What Sphinx asks for the renderer of formulas that html_math_renderer names."""
    app.add_html_math_renderer("mathml", (write_math, None), (write_math, None))


html_math_renderer = "mathml"
