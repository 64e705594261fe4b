# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The page around the figures: one file that asks for nothing else."""

from comparison import comparison_figures, headline, summary_table
from details import run_figures
from svg import escape

# Colors after Okabe and Ito, which people with any color vision tell apart.
STYLE = """
:root { color-scheme: light dark; --back: #fff; --card: #f6f7f8; --text: #1b1f23; --dim: #57606a;
  --grid: #d9dee3; --muted: #a9b1ba; --over: #fff;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #b07d00; --c5: #56b4e9;
  --c6: #6a4c93; --c7: #444c55; }
@media (prefers-color-scheme: dark) { :root { --back: #14171b; --card: #1c2127; --text: #e6e9ec;
  --dim: #9aa5b1; --grid: #343b43; --muted: #6b7682; --over: #14171b;
  --c0: #56b4e9; --c1: #f58a3c; --c2: #2fc79b; --c3: #e39ac4; --c4: #f0c243; --c5: #8fb8ff;
  --c6: #b79ce0; --c7: #c3cad1; } }
@media print { :root { color-scheme: light; --back: #fff; --card: #fff; --text: #000; --dim: #333;
  --grid: #ccc; --muted: #999; --over: #fff; --c0: #0072b2; --c1: #d55e00; --c2: #009e73;
  --c3: #cc79a7; --c4: #b07d00; --c5: #56b4e9; --c6: #6a4c93; --c7: #444c55; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--back);
  color: var(--text); font: 16px/1.45 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; margin: .3rem 0; } h2 { font-size: 1.2rem; margin: 1.6rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .3rem 0; } .lead { font-size: 1.05rem; } .dim, figcaption p { color: var(--dim); }
figcaption p { font-size: .85rem; }
.cards { display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); }
figure { margin: 0; padding: .8rem; background: var(--card); border-radius: 8px; min-width: 0; }
figure svg:not(.key) { display: block; width: 100%; height: auto; margin: .4rem auto 0;
  max-width: 36rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: .3rem 0 0; padding: 0;
  list-style: none; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: .35rem; }
.key { height: .8rem; width: auto; flex: none; }
svg text { font-size: 12px; fill: var(--text); font-family: system-ui, "DejaVu Sans", sans-serif; }
@media screen and (max-width: 34rem) { svg text { font-size: 14px; }
  figure { padding: .6rem .4rem; } }
svg .tick, svg .title { fill: var(--dim); } svg .group { font-weight: 600; }
svg .grid { stroke: var(--grid); fill: none; }
svg .axis { stroke: var(--dim); fill: none; }
.c0 { --c: var(--c0); } .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); }
.c4 { --c: var(--c4); } .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .c7 { --c: var(--c7); }
.muted { --c: var(--muted); }
svg rect, svg circle { fill: var(--c); }
svg .line { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round; }
svg .thin { stroke-width: 1.2; } svg .bar { stroke: var(--card); stroke-width: .8; }
svg .heat { fill: var(--c0); } svg .dot { fill-opacity: .75; }
svg .begin { fill: var(--card); stroke: var(--c); stroke-width: 1.5; }
svg .join { stroke: var(--c6); stroke-width: 2; fill: none; }
svg .station { fill: var(--text); stroke: var(--card); }
svg text.inside { fill: var(--over); } svg text.muted { fill: var(--text); }
svg text.small { font-size: 10px; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { padding: .25rem .7rem .25rem 0; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--grid); }
th:first-child, .attributes td { text-align: left; }
thead th { color: var(--dim); font-weight: 500; } .attributes th { font-weight: 400; }
.attributes th, .attributes td { white-space: normal; overflow-wrap: anywhere; }
.choice, .runs { font-size: .9rem; display: flex; gap: .5rem; align-items: center;
  flex-wrap: wrap; margin: .4rem 0; }
select, button { font: inherit; color: var(--text); background: var(--back); padding: .3rem .6rem;
  border: 1px solid var(--grid); border-radius: 6px; max-width: 100%; min-height: 2.2rem; }
button[aria-pressed=true] { background: var(--c0); color: var(--over); border-color: var(--c0); }
details { margin: .5rem 0; } summary { cursor: pointer; }
code { overflow-wrap: anywhere; font-size: .85rem; }
.warning { border-left: 4px solid var(--c1); padding-left: .7rem; }
.print-only { display: none; } [hidden] { display: none !important; }
@media print { html { font-size: 11px; } body { max-width: none; padding: 0; font-size: 1rem; }
  .choice, .runs, details:not([open]) { display: none; } .print-only { display: block; }
  figure { break-inside: avoid; border: 1px solid #ccc; padding: .4rem; }
  .cards { grid-template-columns: 1fr 1fr; gap: .5rem; } h2 { break-after: avoid; } }
"""

SCRIPT = """
document.querySelectorAll('select[data-choose]').forEach(function (choice) {
  function show() {
    choice.closest('figure').querySelectorAll('[data-device]').forEach(function (part) {
      part.hidden = part.dataset.device !== choice.value;
    });
  }
  choice.addEventListener('change', show);
  show();
});
// on paper, what was closed is missing
var printed = [];
window.addEventListener('beforeprint', function () {
  printed = document.querySelectorAll('details[data-print]:not([open])');
  printed.forEach(function (part) { part.open = true; });
});
window.addEventListener('afterprint', function () {
  printed.forEach(function (part) { part.open = false; });
});
var buttons = document.querySelectorAll('button[data-show]');
buttons.forEach(function (button) {
  button.addEventListener('click', function () {
    buttons.forEach(function (other) {
      var is = other === button;
      other.setAttribute('aria-pressed', is);
      document.getElementById(other.dataset.show).hidden = !is;
    });
  });
});
"""


def attribute_table(attributes):
    """Names and values."""
    rows = [f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
            for name, value in sorted(attributes.items())]
    return f'<table class="attributes">{"".join(rows)}</table>' if rows else "<p>none</p>"


def device_table(run):
    """What each device is."""
    rows = [f'<tr><th scope="row">{device}</th><td>{escape(run.dnns[device])}</td>'
            f"<td>{escape(run.processors.get(device, ''))}</td></tr>" for device in run.devices]
    return ('<details data-print><summary>Devices</summary><div class="scroll"><table class="attributes">'
            '<thead><tr><th scope="col">device</th><td>DNN</td><td>processor</td></tr></thead>'
            f'<tbody>{"".join(rows)}</tbody></table></div></details>')


def provenance_section(run):
    """Where a run's files come from."""
    data = run.provenance
    if "seed" not in data:
        return (f"<details data-print><summary>{escape(run.name)}</summary>"
                "<p>Nobody wrote down where it comes from.</p></details>")
    versions = data.get("versions", {})
    parts = [f"<p><code>{escape(' '.join(data.get('command_line', [])))}</code></p>",
             attribute_table({**{f"version of {name}": text for name, text in versions.items()},
                              "schema": data["schema"], "seed": data["seed"],
                              "run": data.get("run"), **data.get("settings", {})}),
             "<details data-print><summary>Changed defaults</summary>"
             + attribute_table(data.get("changed_defaults", {})) + "</details>"]
    for name, group in data.get("groups", {}).items():
        each = group.get("each", [])
        differ = {}
        for item in each:
            for attribute, value in item.items():
                differ.setdefault(attribute, []).append(value)
        tables = attribute_table(group.get("common", {}))
        if differ:
            tables += "<p>Not alike in all of them, in their order:</p>" + attribute_table(
                {attribute: ", ".join(values) for attribute, values in differ.items()})
        parts.append(f"<details><summary>{escape(name.replace('_', ' '))} ({len(each)})</summary>"
                     f"{tables}</details>")
    return f"<details data-print><summary>{escape(run.name)}</summary>{''.join(parts)}</details>"


def scenario_text(run):
    """The scenario in a sentence, and how to run it again."""
    data = run.provenance
    settings = data.get("settings", {})
    text = f"{len(run.devices)} devices, {run.end:g} s simulated"
    if settings.get("network"):
        text += f", network {settings['network']}, mobility {settings.get('mobility', '')}"
    if "seed" in data:
        text += f"; seed {data['seed']}, run {data.get('run')}"
    if run.warmup > 0:
        text += f"; requests of the first {run.warmup:g} s do not count"
    text = f'<p class="dim">{escape(text)}.</p>'
    if data.get("command_line"):
        versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
        text += (f'<p class="dim"><code>{escape(" ".join(data["command_line"]))}</code> '
                 f"({escape(versions)})</p>")
    return text


def find_warnings(runs, left_out):
    """What a reader must know before comparing."""
    def key(run):
        settings = {**run.provenance.get("settings", {}), "scheduler": ""}
        return (run.provenance.get("seed"), run.provenance.get("run"), sorted(settings.items()),
                run.devices, sorted(run.dnns.items()))

    texts = []
    if any(key(run) != key(runs[0]) for run in runs[1:]):
        texts.append("These runs differ in more than their scheduler (see Provenance): compare "
                     "them with care.")
    if left_out:
        texts.append(f"Only the first {len(runs)} runs are shown; left out: "
                     + ", ".join(run.name for run in left_out) + ".")
    return "".join(f'<p class="warning">{escape(text)}</p>' for text in texts)


def make_page(title, runs, left_out):
    """The whole page."""
    is_comparison = len(runs) > 1
    buttons = "".join(f'<button type="button" data-show="run-{i}" aria-pressed='
                      f'"{"true" if i == 0 else "false"}">{escape(run.name)}</button>'
                      for i, run in enumerate(runs))
    choice = ('<div class="runs" role="group" aria-label="Scheduler">Scheduler '
              f"{buttons}</div>") if is_comparison else ""
    details = "".join(f'<div id="run-{i}"{"" if i == 0 else " hidden"}>'
                      f'<p class="print-only">{escape(run.name)}</p>'
                      f'<div class="cards">{"".join(run_figures(run, i))}</div></div>'
                      for i, run in enumerate(runs))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
{scenario_text(runs[0])}
<p class="lead">{headline(runs)}</p>
{find_warnings(runs, left_out)}
</header>
<main>
{summary_table(runs)}
{device_table(runs[0])}
<h2>{"Schedulers compared" if is_comparison else "Latency and drops"}</h2>
<div class="cards">{"".join(comparison_figures(runs))}</div>
<h2>Inside a run</h2>
{choice}
{details}
<h2>Provenance</h2>
{"".join(map(provenance_section, runs))}
</main>
<script>{SCRIPT}</script>
</body>
</html>
"""
