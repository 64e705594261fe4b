#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Shows the report of a run to a browser: a wide screen, a phone, a dark one, and paper.

usage: report-browser-test.py DEMO [unittest's options]

DEMO is the path of dnn-surgery-wifi-mobility. Needs chromium and Jinja2; without them: exit
code 77.
"""

import html
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from surgery import paths

REPORT = (str(paths.ROOT / "surgery"), "report")
DEMO = ""
DEVICES = 6
DNNS = 2  # of so many devices
SCHEDULERS = ("dds", "local-only", "server-only")
FIGURES = {"latency-0", "latency-time", "breakdown", "drops"} | {
    f"{name}-{run}" for run in range(len(SCHEDULERS))
    for name in ("market", "shares", "dnns", "allcuts", "cutrate", "cuts", "game", "map")} - {
        "allcuts-1"}  # under local-only no cut changes

# Uses all controls; notes the size of each figure, and words that lie on others or are cut off
PROBE = """<script>
window.addEventListener('load', function () {
  var result = { problems: [], figures: {}, choices: 0 };
  function box(part) { return part.getBoundingClientRect(); }
  function complain(figure, what, text) {
    result.problems.push(figure.id + ': ' + what + ': ' + text.textContent);
  }
  function look(figure) {
    var drawing = Array.from(figure.querySelectorAll('svg:not(.key)')).filter(
        function (svg) { return box(svg).width > 0; })[0];
    if (!drawing) { return; }
    var all = box(drawing);
    result.figures[figure.id] = [all.width, all.height];
    var texts = Array.from(drawing.querySelectorAll('text'));
    texts.forEach(function (text, i) {
      var a = box(text);
      if (a.left < all.left - 1 || a.right > all.right + 1 ||
          a.top < all.top - 1 || a.bottom > all.bottom + 1) {
        complain(figure, 'is cut off', text);
      }
      // nodes that end side by side lie on each other on the map, too
      texts.slice(text.classList.contains('small') ? texts.length : i + 1).forEach(
          function (other) {
        var b = box(other);
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) {
          complain(figure, 'lies on "' + other.textContent + '"', text);
        }
      });
    });
  }
  document.querySelectorAll('details').forEach(function (part) { part.open = true; });
  document.querySelectorAll('button[data-show]').forEach(function (button) {
    button.click();
    document.querySelectorAll('select[data-choose]').forEach(function (choice) {
      if (!choice.offsetParent) { return; }
      Array.from(choice.options).forEach(function (option) {
        choice.value = option.value;
        choice.dispatchEvent(new Event('change'));
        var figure = choice.closest('figure');
        var shown = Array.from(figure.querySelectorAll('[data-view]'))
            .filter(function (part) { return part.offsetParent; });
        if (shown.length !== 1 || shown[0].dataset.view !== option.value) {
          result.problems.push('choice ' + option.value + ' is not what is shown');
        }
        look(figure);
        result.choices += 1;
      });
    });
    document.querySelectorAll('figure').forEach(function (figure) {
      if (figure.offsetParent) { look(figure); }
    });
    var page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) {
      result.problems.push('scrolls sideways: ' + page.scrollWidth + ' > ' + page.clientWidth);
    }
  });
  var table = document.getElementById('summary').parentNode;
  result.hidden_width = table.scrollWidth - table.clientWidth;
  result.hint = table.previousElementSibling.offsetParent !== null;
  result.background = getComputedStyle(document.body).backgroundColor;
  parent.document.getElementById('probe').textContent = JSON.stringify(result);
});
</script>"""


class Browser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        folder = os.path.join(cls.scratch.name, "results")
        for command in ((DEMO, f"--out={folder}", "--time=6s", f"--devices={DEVICES}",
                         "--pcap=false", f"--schedulers={','.join(SCHEDULERS)}"),
                        (*REPORT, folder)):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)
        cls.path = os.path.join(folder, "report.html")
        with open(cls.path, encoding="utf-8") as file:
            cls.page = file.read()

    def browse(self, path, *options):
        """The document after its scripts ran, and what its console said."""
        done = subprocess.run(
            [shutil.which("chromium"), "--headless", "--no-sandbox", "--disable-gpu",
             "--enable-logging=stderr", f"--user-data-dir={self.scratch.name}/browser",
             "--virtual-time-budget=5000", *options, f"file://{path}"],
            capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr[-500:])
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    def look(self, page, width, *options):
        """What the probe finds on a screen so wide, and the console."""
        # in a frame, because a window cannot be as narrow as a phone
        path = os.path.join(self.scratch.name, "frame.html")
        inner = html.escape(page.replace("</body>", PROBE + "</body>"), quote=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'<!DOCTYPE html><pre id="probe"></pre>'
                       f'<iframe width="{width}" height="3000" srcdoc="{inner}"></iframe>')
        document, console = self.browse(path, f"--window-size={max(width, 500)},900",
                                        "--dump-dom", *options)
        found = re.search(r'<pre id="probe">([^<]+)</pre>', document)
        self.assertTrue(found, "the page's scripts did not come to their end")
        return json.loads(html.unescape(found.group(1))), console

    def check_screen(self, width, background, *options):
        result, console = self.look(self.page, width, *options)
        self.assertEqual(console, [])
        self.assertEqual(result["problems"], [])
        self.assertEqual(result["choices"], len(SCHEDULERS) * (DEVICES + DNNS))
        self.assertLessEqual(FIGURES, set(result["figures"]))
        for figure, (figure_width, height) in result["figures"].items():
            self.assertGreater(figure_width, 320, figure)
            self.assertGreater(height, 80, figure)
        self.assertEqual(result["background"], background)
        return result

    def test_wide_screen(self):
        result = self.check_screen(1400, "rgb(255, 255, 255)")
        self.assertEqual((result["hidden_width"], result["hint"]), (0, False))

    def test_phone(self):
        """There, a table is wider than the screen, and a line says so."""
        result = self.check_screen(390, "rgb(255, 255, 255)")
        self.assertGreater(result["hidden_width"], 50)
        self.assertTrue(result["hint"])

    def test_dark_screen(self):
        self.check_screen(1000, "rgb(20, 23, 27)", "--force-dark-mode")

    def test_paper_has_the_provenance(self):
        path = os.path.join(self.scratch.name, "page.pdf")
        _, console = self.browse(self.path, "--no-pdf-header-footer", f"--print-to-pdf={path}")
        self.assertEqual(console, [])
        with open(path, "rb") as file:
            pages = len(re.findall(rb"/Type\s*/Page\b", file.read()))
        closed = os.path.join(self.scratch.name, "closed.html")
        with open(closed, "w", encoding="utf-8") as file:
            file.write(self.page.replace("data-print", ""))
        self.browse(closed, "--no-pdf-header-footer", f"--print-to-pdf={path}")
        with open(path, "rb") as file:
            self.assertGreater(pages, len(re.findall(rb"/Type\s*/Page\b", file.read())))

    def test_faults_would_be_found(self):
        for fault, says in (('<svg><path d="M0 NaN"/></svg>', "attribute d"),
                            ("<script>throw new Error('mine')</script>", "mine"),
                            ("<script>console.warn('odd')</script>", "odd")):
            _, console = self.look(self.page.replace("</main>", fault + "</main>"), 1000)
            self.assertTrue(any(says in line for line in console), f"{fault}: {console}")
        for style, says in (("svg text { font-size: 40px !important }", "lies on"),
                            ("main { width: 2000px }", "scrolls sideways")):
            page = self.page.replace("</head>", f"<style>{style}</style></head>")
            result, _ = self.look(page, 1000)
            self.assertTrue(any(says in text for text in result["problems"]), style)


if __name__ == "__main__":
    if not shutil.which("chromium") or not importlib.util.find_spec("jinja2"):
        print("skipped: chromium or python3-jinja2 is not installed")
        sys.exit(77)
    DEMO = sys.argv.pop(1)
    unittest.main()
