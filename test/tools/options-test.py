#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Give each option of each example values of each kind that people mistype: options-test.py BUILD.

Each run must end within ten seconds, with a result (exit code 0) or with one line on stderr and exit
code 2. The options are read from the programs' --help, so that new ones are tried, too. A part of
the matrix is tried, the same each time; all of it with --all, in a few minutes. Further arguments
are unittest's. LTE is left out where a program can do without: building it takes seconds.
"""

import collections
import multiprocessing.pool
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("DNN_SURGERY_BUILD", ".")).resolve()
STRIDE = int(os.environ.get("DNN_SURGERY_OPTIONS_STRIDE", "11"))  # of the cells that are tried
LIMIT_S = int(os.environ.get("DNN_SURGERY_OPTIONS_LIMIT_S", "10"))  # of a cell

KINDS = {
    "empty": "",
    "blank": "1 2",
    "tail": "3x",
    "exponent": "1e3",
    "fraction": "2.7",
    "negative": "-1",
    "zero": "0",
    "not a number": "NaN",
    "too large": "1e999",
    "unknown": "no-such-name",
    "unknown, attributes": "no-such-name[Attribute=1]",
    "not ASCII": "gr\u00f6\u00dfe",
}

# clients start after half a second
SHORT = {"time": ".7s", "network": "wired", "devices": "2", "pcap": "false"}
SCENARIO = str(pathlib.Path(__file__).resolve().parents[2] / "data/scenarios/three-devices.json")
# What makes a program's run short
QUICK = {
    "dnn-surgery-analytic": {"devices": "2", "scenarios": "2", "dnns": "squeezenet"},
    "dnn-surgery-bandwidth-trace": SHORT,
    "dnn-surgery-compare": {**SHORT, "schedulers": "dds,local-only"},
    "dnn-surgery-compare-choices": {**SHORT, "sites": "2", "choices": "dds,nearest"},
    "dnn-surgery-crowd": {**SHORT, "sites": "2"},
    "dnn-surgery-decentralized": {"time": ".2s", "devices": "2", "sweep": "", "lies": ""},
    "dnn-surgery-first": {"time": ".2s"},
    "dnn-surgery-lte-handover": SHORT,
    "dnn-surgery-mixed-networks": {"time": ".2s"},
    "dnn-surgery-ns3-tools": {"time": ".2s"},
    "dnn-surgery-scaling": SHORT,
    "dnn-surgery-simulate": {"scenario": "bandwidth", "set": "simulation.time_s=0.7"},
    "dnn-surgery-sites": SHORT,
    "dnn-surgery-solve": {"scenario": SCENARIO},
    "dnn-surgery-testbed": {"validation": "cuts", "mbps": "50", "from": "24", "until": "24",
                            "transfers": "1"},
    "dnn-surgery-wifi-mobility": SHORT,
    "dnn-surgery-wifi-roaming": SHORT,
    "my-scenario": {},
}

# Mistakes of the whole command line, tried with every program: none may be a run
MISTAKES = ["--nope", "--nope=1", "nope", "--", "-", "---time=1s", "--=1", "--time", "--RngRun=x",
            "--RngRun=-1", "--RngRun=", "--RngRun=1 2", "--RngRun=1e3", "--RngSeed=0",
            "--RngSeed=5000000000", "--RngSeed=4294967295", "--SchedulerType=ns3::Nope", "--SchedulerType=ns3::Node",
            "--SimulatorImplementationType=Nope", "--ChecksumEnabled=maybe",
            "--ns3::Nope::Rate=1", "--ns3::TcpSocketBase::Nope=1", "--ns3::TcpSocketBase::MinRto=1x",
            "--ns3::PointToPointNetDevice::DataRate=fast", "--ns3::TcpSocket::SegmentSize=1e3",
            "--ns3::TcpSocket::SegmentSize", "--ns3::TcpL4Protocol::SocketType=ns3::Nope",
            "--ns3::TcpL4Protocol::SocketType=ns3::Node",
            "--ns3::TcpL4Protocol::SocketType=ns3::TcpCongestionOps",
            "--ns3::TcpL4Protocol::RecoveryType=ns3::Node",
            "--ns3::surgery::InferenceClient::ActivationBits=8 16",
            "--ns3::surgery::InferenceClient::Remote=x",
            "--ns3::surgery::InferenceClient::Interval=ns3::Nope",
            "--ns3::surgery::InferenceClient::Interval=ns3::ConstantRandomVariable[Nope=1]",
            "--PrintAttributes=ns3::Nope", "--PrintAttributes"]

CONSTANT = "ns3::ConstantRandomVariable[Constant="
# Mistakes with one option: none may be a run
WRONG = {
    "time": ["5seconds", "1 s", "80y", "0s", "-1s", "1e3x", "--1s", "1.2.3s"],
    "timestep": ["0s", "1us", "1ps", "-5ms"],
    "warmup": ["1h", "-1s"],
    "interval": [f"{CONSTANT}0]", f"{CONSTANT}-1]", f"{CONSTANT}1e-12]", f"{CONSTANT}abc]", "ns3::Node",
                 "ns3::Foo[Bar=1]", f"{CONSTANT}1", "ns3::UniformRandomVariable[Min=-2|Max=-1]",
                 "ns3::ExponentialRandomVariable[Mean=0]", "ns3::DeterministicRandomVariable",
                 "ns3::NormalRandomVariable[Bound=0]", "0.1", "ns3::UniformRandomVariable[Min=2|Max=1]",
                 "ns3::UniformRandomVariable[Min=-1|Max=1]", "ns3::ErlangRandomVariable[K=4000000000]",
                 "ns3::ZipfRandomVariable[N=4000000000|Alpha=0]",
                 f"{CONSTANT}0 ]", "ns3::NormalRandomVariable[Mean=-5|Variance=0]"],
    "thinkTime": [f"{CONSTANT}-1]", f"{CONSTANT}abc]", "ns3::Node", "ns3::Foo[Bar=1]"],
    "estimator": ["X[Y=z]", "ns3::surgery::FittedLinkEstimator[Y=z]", "ns3::Node"],
    "mobility": ["shuttle:", "shuttle:0", "shuttle:-1", "shuttle:1e12", "shuttle:1e300", "shuttle:nan",
                 "shuttle:3x", "ns2:", "ns2:/nowhere", "walk"],
    "network": ["wired[Delay=abc]", "wired[Delay=1s", "wired[Nope=1]", "wired[UplinkMbps=5]",
                "wired[BackhaulRate=fast]", "wired[BackhaulRate=0bps]",
                f"wired[UplinkMbps={CONSTANT}abc]]", "wired[BackhaulOutages=1s+2sec]",
                "wired[Delay=1s 2s]", "wired[Delay=-1s]", "wifi[AccessPoints=0]", "wifi[Spacing=x]",
                "wired[UplinkQueue=5000000001p]", "wired[UplinkQueueDisc=ns3::TbfQueueDisc[Rate=0bps]]",
                f"wired[UplinkMbps={CONSTANT}0]]", f"wired[UplinkMbps={CONSTANT}-5]]",
                "wifi[Channel={0, 20, BAND_9GHZ, 0}]", "wifi[Channel={0, 20x, BAND_5GHZ, 0}]",
                "wifi[RateManager=ns3::Nope]", "wifi[Channel=x]", "wifi[Ssid=" + 33 * "x" + "]",
                "wifi[Channel={7, 20, BAND_5GHZ, 0}]", "wifi[Channel={0, 13, BAND_5GHZ, 0}]",
                "wifi[Standard=n]", "wifi[Standard=802.11n]",
                "wifi[Standard=802.11ac|Channel={0, 20, BAND_2_4GHZ, 0}]"],
    "serverOutages": ["1s+2sec", "1s+1s 3", "-1s+1s", "1s+-1s", "1s", "+1s"],
    "backhaulOutages": ["1s+2sec", "-1s+1s"],
    "away": ["1s+2sec", "-1s+1s"],
    "activationBits": ["7", "8,8", "8 16", "0", "", "8,", "-8"],
    "battery": ["0", "-1", "x", "1e13"],
    "dropLate": ["true"],
    "radioPower": ["-1,0,0", "0,0", "x,0,0", "", "1,0,2", "1,a,1", "1,1,1e7", "1,1,1"],
    "out": ["/dev/null/results"],
    "scheduler": ["dds[", "dads[AmongOffloading=maybe]", "dds, dads", " "],
    "schedulers": ["dds[", "dds,dads[AmongOffloading=maybe]", ",", " ", "dds; dads"],
    "cellRadius": ["1e-300", "0", "-3", "5abc"],
    "offset": ["ns3::Foo[Bar=1]", "ns3::UniformRandomVariable[Max=x]", "uniform[Max=x]", "uniform[Max", "0x"],
    "trace": ["square:2Mbps,50Mbps,0s", "steps:1Mbps,0s", "constant:0",
              "constant:1e999", "ramp:1Mbps,2Mbps,-1s", "/nowhere"],
    "rate": ["0bps", "5 Mbps", "5Mbit", "1e3Mbps", "-1Mbps", "99999999999999Gbps"],
    "rates": ["", "fast", "5Mbps,,0bps", "5Mbps;6Mbps"],
    "sweep": ["x", "0", "5,1e3", "201"],
    "lies": ["x", "-1", "1,2x", "1e999", "nan"],
    "loss": ["1", "1.5", "-0.1"],
    "delay": ["-1s", "abc"],
    "rules": ["Nope=1", "x", "Tolerance=2"],
    "minRto": ["0x", "-1s"],
    "sites": ["0", "101", "2.5"],
    "skew": ["-0.1", "1.1", "x"],
    "stay": ["0s", "-1s"],
    "backhaul": ["ring", "site0-site0", "site0-site9", "mesh star"],
    "siteRate": ["0bps", "fast"],
    "siteDelay": ["-1s", "abc"],
    "choice": ["nope"],
    "choices": [",", " ", "nope", "dds,nope", "dds;nearest", "dds[Nope=1]"],
    "outagesOf": ["nope"],
    "set": ["x", "=1", "devices[9].count=1", "devices[0].count=many", "network.kind=nope", "nope=1",
            "devices=null"],
    "share": ["0", "1.1", "1e-999", "nan"],
    "dnns": [",", "resnet50*0", "resnet50*x", "nope"],
    "server": ["intradp-server"],  # measured with other DNNs
    "processors": ["intradp-robot"],
}

# Lists with blanks around commas, and the like: all must be runs
RIGHT = {
    "schedulers": ["dds, local-only", " local-only ,dds "],
    "choices": ["dds, nearest", " fixed ,joint"],
    "processors": ["raspberry-pi-4, jetson-nano"],
    "dnns": ["squeezenet , alexnet", "squeezenet * 2, alexnet"],
    "serverOutages": ["10ms+10ms 50ms+10ms", "10ms+10ms, 50ms+10ms", ""],
    "out": ["my results", "r\u00e9sultats", "a/b c/d"],
    "results": ["my results.csv", "r\u00e9sultats.csv"],
    "network": ["wired[BackhaulOutages=10ms+10ms 50ms+10ms]", "wired[ Delay=2ms| BackhaulRate=5Mbps]",
                "wired[Delay=2ms|BackhaulRate=5Mbps]"],
    "offset": ["0", "1.5", "constant[Constant=3]", ""],
    "interval": ["", f"{CONSTANT}0.01]"],
    "time": ["100ms", ".1", "1e-1s"],
    "rate": ["5Mbps", "1000000", "0.5Mb/s"],
    "rates": ["5Mbps, 10Mbps"],
    "pcap": ["true", "FALSE", "t", "0"],
    "point": ["a point", "\u00e4"],
}

Cell = collections.namedtuple("Cell", "program kind arguments must")


def options(program):
    """What its --help lists: defaults by name; None where there is none."""
    text = subprocess.run([BUILD / "examples" / program, "--help"], capture_output=True, text=True,
                          check=True, timeout=60).stdout
    lines = re.search(r"Program Options:\n(.*?)\n\n", text, re.DOTALL).group(1).splitlines()
    found = {}
    for line in lines:
        name, text = re.fullmatch(r"    --(\S+?): +(.*)", line).groups()
        default = re.search(r"\[(.*)\]$", text)
        found[name] = (default.group(1) if default else None, text)
    return found


def arguments(program, name=None, value=None):
    """A short run, with an option."""
    chosen = dict(QUICK[program])
    if name:
        chosen.pop(name, None)
    if name == "share":
        chosen.pop("scheduler", None)
    return [f"--{key}={text}" for key, text in chosen.items()] + ([f"--{name}={value}"] if name else [])


def is_strict(default, text):
    """Whether an option has a number, a Time, a rate or a flag, which only some texts are."""
    return bool(text.startswith("Random variable") or default is not None and (
        default in ("true", "false") or re.fullmatch(r"\+?-?[\d.]+(e[+-]?\d+)?([munpf]?s|min|h|bps)?",
                                                     default)))


def must_be(name, kind, default, text):
    """What is to come of a kind of value: "wrong", or "any"."""
    hopeless = {"blank", "tail", "not a number", "too large", "unknown", "unknown, attributes",
                "not ASCII"}
    if is_strict(default, text) and (kind in hopeless or
                                     kind == "empty" and default is not None
                                     and "" not in RIGHT.get(name, ())):
        return "wrong"
    return "any"


def cells():
    """The matrix."""
    for program in sorted(QUICK):
        if not (BUILD / "examples" / program).exists():
            continue
        known = options(program)
        for name, (default, text) in known.items():
            for kind, value in KINDS.items():
                if name == "time" and kind in ("exponent", "fraction"):
                    continue  # a run longer than others
                yield Cell(program, kind, arguments(program, name, value),
                           must_be(name, kind, default, text))
            for value in WRONG.get(name, ()):
                yield Cell(program, "wrong", arguments(program, name, value), "wrong")
            for value in RIGHT.get(name, ()):
                if "*" in value and "*COUNT" not in text:
                    continue
                yield Cell(program, "right", arguments(program, name, value), "right")
        for mistake in MISTAKES:
            yield Cell(program, "mistake", arguments(program) + [mistake], "wrong")


def judge(cell):
    """Try a cell. @return what is wrong with what came of it, or nothing"""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([BUILD / "examples" / cell.program, *cell.arguments], cwd=folder,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  errors="replace", timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return f"not done in {LIMIT_S} s"
    if done.returncode == 0:
        return "a run" if cell.must == "wrong" else None
    if done.returncode != 2:
        return f"exit code {done.returncode}: {done.stderr.strip()[:300]}"
    if done.stderr.count("\n") != 1 or not done.stderr.startswith(f"{cell.program}: "):
        return f"not one line: {done.stderr[:300]}"
    return f"refused: {done.stderr.strip()}" if cell.must == "right" else None


class Options(unittest.TestCase):
    """The matrix, or a part of it."""

    def test_every_value_is_right_or_told_in_one_line(self):
        chosen = list(cells())[::STRIDE]
        with multiprocessing.pool.ThreadPool(2) as pool:
            complaints = [f"{cell.program} {cell.arguments[-1]!r} ({cell.kind}): {complaint}"
                          for cell, complaint in zip(chosen, pool.imap(judge, chosen)) if complaint]
        print(f"{len(chosen)} cells, {len(complaints)} wrong", file=sys.stderr)
        self.assertFalse(complaints, "\n" + "\n".join(complaints))

    def test_all_programs_are_tried(self):
        built = {path.name for path in (BUILD / "examples").iterdir()
                 if path.is_file() and os.access(path, os.X_OK) and path.suffix == ""}
        self.assertLessEqual(built, set(QUICK))


class Texts(unittest.TestCase):
    """What comes of texts with blanks."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = pathlib.Path(place.name)

    def run_it(self, *more, program="dnn-surgery-wifi-mobility", code=0):
        """Run a program. @return what it printed, or on which line it failed"""
        done = subprocess.run([BUILD / "examples" / program, *arguments(program), *more],
                              cwd=self.folder, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1 if code else 0, done.stderr)
        return done.stderr if code else done.stdout

    def names(self):
        """What lies in the folder."""
        return sorted(path.name for path in self.folder.iterdir())

    def test_folders_and_files(self):
        (self.folder / "my").write_text("mine")
        self.run_it("--schedulers=dds", "--out=my results")
        self.run_it("--schedulers=dds", "--results=my results.csv", program="dnn-surgery-compare")
        self.assertEqual(self.names(), ["my", "my results", "my results.csv"])
        self.assertEqual((self.folder / "my").read_text(), "mine")

    def test_results_leave_other_files_alone(self):
        """What has the temporary name, and what is no regular file."""
        (self.folder / "x.csv.part").write_text("precious")
        os.mkfifo(self.folder / "pipe")
        with subprocess.Popen(["cat", self.folder / "pipe"], stdout=subprocess.PIPE, text=True) as cat:
            for name in ("x.csv", "pipe"):
                self.run_it("--schedulers=dds", f"--results={name}", program="dnn-surgery-compare")
            piped = cat.communicate(timeout=60)[0]
        self.assertEqual((self.folder / "x.csv.part").read_text(), "precious")
        self.assertTrue((self.folder / "pipe").is_fifo())
        self.assertEqual(piped, (self.folder / "x.csv").read_text())

    def test_captures_that_are_folders(self):
        for program, name, *more in (
                ("dnn-surgery-first", "server-2-1.pcap"),
                ("dnn-surgery-wifi-mobility", "server.pcap", "--pcap=true", "--schedulers=dds"),
                ("dnn-surgery-wifi-roaming", "radio-3-0.pcap", "--radioPcap", "--network=wifi")):
            path = self.folder / program / ("dds" if "--schedulers=dds" in more else "") / name
            path.mkdir(parents=True)
            self.assertEqual(self.run_it(f"--out={program}", *more, program=program, code=2),
                             f"{program}: {path.relative_to(self.folder)}: cannot write this file\n")
        self.run_it("--out=dnn-surgery-wifi-mobility", "--schedulers=dds")  # no capture

    def test_widths(self):
        for widths in ("8", "8, 16", "32,8:0.5"):
            self.run_it("--schedulers=local-only", f"--activationBits={widths}")
        self.assertIn("each once", self.run_it("--activationBits=8,8", code=2))

    def test_defaults_of_attributes_hold(self):
        """Where the option that sets them is not given."""
        def rows(name, *more):
            self.run_it("--schedulers=dds", f"--out={name}", *more)
            return (self.folder / name / "dds" / "inferences.csv").read_bytes()

        client = "--ns3::surgery::InferenceClient"
        for attribute, option, value in (("ActivationBits", "activationBits", "16"),
                                         ("UsagePrice", "usagePrice", "10s"),
                                         ("ThinkTime", "thinkTime", f"{CONSTANT}0.01]")):
            given = rows("option", f"--{option}={value}")
            self.assertEqual(rows("default", f"{client}::{attribute}={value}"), given, attribute)
            self.assertEqual(rows("both", f"{client}::{attribute}=8" if option == "activationBits" else
                                  f"{client}::{attribute}={value}", f"--{option}={value}"), given)

    def test_requests_wait_for_results_or_not(self):
        wait, rate = f"--thinkTime={CONSTANT}0.01]", f"--interval={CONSTANT}0.01]"
        for program in ("dnn-surgery-wifi-mobility", "dnn-surgery-scaling"):
            self.assertIn("--thinkTime: has no effect beside --interval",
                          self.run_it(wait, rate, program=program, code=2))
        # one option ends the other one's default
        def ask(*more):
            self.run_it("--out=o", "--time=2s", *more, program="dnn-surgery-scaling")
            return (self.folder / "o/inferences.csv").read_text().count("\n")
        few, many = ask(), ask(wait)
        self.assertGreater(many, 10 * few)

    def test_outages(self):
        self.run_it("--schedulers=dds", "--out=o", "--serverOutages=100ms+10ms 300ms+50ms")
        provenance = (self.folder / "o/dds/provenance.json").read_text()
        self.assertIn('"Outages": "100000000ns+10000000ns 300000000ns+50000000ns"', provenance)

    def test_outages_as_an_attribute(self):
        self.run_it("--schedulers=dds", "--out=o", "--ns3::surgery::MecServer::Outages=100ms+10ms")
        provenance = (self.folder / "o/dds/provenance.json").read_text()
        self.assertIn('"Outages": "100000000ns+10000000ns"', provenance)

    def test_objects_within_objects(self):
        """ns-3 itself reads brackets, but none within them."""
        job = "ns3::surgery::BackgroundJob[On=ns3::ConstantRandomVariable[Constant=1]]"
        delay = "ns3::ConstantRandomVariable[Constant=0.1]"
        for name, text in (
                ("MecServer::Scheduler", f"ns3::surgery::DdsScheduler[DecisionDelay={delay}]"),
                ("MecServer::ServerProcessor", f"ns3::surgery::ShareProcessor[Background={job}]"),
                ("DeviceProcessor::Background", job),
                ("InferenceClient::DeviceProcessor", f"ns3::surgery::DeviceProcessor[Background={job}]"),
                ("InferenceClient::Prober",
                 "ns3::surgery::LinkProber[Jitter=ns3::UniformRandomVariable[Min=0.5|Max=1.5]]")):
            for program in ("dnn-surgery-first", "dnn-surgery-wifi-mobility"):
                option = f"--ns3::surgery::{name}={text}"
                self.run_it(option, program=program)
                for wrong in (option[:-1], option[:-2] + "x]]", option + "]"):
                    self.assertIn(name, self.run_it(wrong, program=program, code=2))

    def test_lists(self):
        said = self.run_it("--schedulers=local-only, server-only",
                           "--processors=raspberry-pi-4, jetson-nano")
        for word in ("s, scheduler local-only\n", "s, scheduler server-only\n", "jetson-nano"):
            self.assertIn(word, said)

    def test_scenario(self):
        (self.folder / "a b.json").write_bytes(pathlib.Path(SCENARIO).read_bytes())
        self.assertEqual(self.run_it("--scenario=a b.json", program="dnn-surgery-solve"),
                         self.run_it(program="dnn-surgery-solve"))

    def test_a_capture_that_is_a_folder(self):
        (self.folder / "o/dds/server.pcap").mkdir(parents=True)
        said = self.run_it("--schedulers=dds", "--out=o", "--pcap=true", code=2)
        self.assertIn("o/dds/server.pcap", said)

    def test_warmup(self):
        for options in (["--warmup=700ms"], ["--time=.2s", "--warmup=1s"],
                        ["--time=.5s", "--warmup=.5s"]):
            self.assertIn("--warmup", self.run_it(*options, code=2))

    def test_share_in_place_of_a_scheduler(self):
        for more in (["--scheduler=dads", "--share=0.5"], ["--share=0.5", "--scheduler=dds"]):
            self.assertIn("--share", self.run_it(*more, program="dnn-surgery-solve", code=2))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    if "--all" in sys.argv:
        sys.argv.remove("--all")
        STRIDE = 1
    unittest.main()
