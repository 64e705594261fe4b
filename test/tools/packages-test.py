#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Tests what ./surgery does where packages are missing: root installs them, others are told their
names. With stand-ins for dpkg-query, apt-get and sudo, so nothing is installed."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from surgery import packages, paths

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")

# Each notes how it was called. No package is installed, and none can be; sudo asks for a password
# unless there is a file that says otherwise.
NOTE = '#!/bin/sh\nhere=$(dirname "$0")\necho "$(basename "$0") $*" >>"$here/calls"\n'
STUBS = {
    "dpkg-query": "#!/bin/sh\n",
    "apt-get": NOTE + "exit 100\n",
    "sudo": NOTE + '[ "$1" = -n ] && [ -e "$here/free" ] || exit 1\nshift\nexec "$@"\n',
}


class Packages(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o777)
        for name, script in STUBS.items():
            (self.folder / name).write_text(script)
            (self.folder / name).chmod(0o755)

    def call(self, *arguments, user=NOBODY, **more):
        """Call ./surgery. @return what became of it, and the commands that the stand-ins noted"""
        environment = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", **more}
        for name in ("DNN_SURGERY_BUILD", *(() if more else ("SLURM_CONF",))):
            environment.pop(name, None)
        prefix = user if os.geteuid() == 0 else ()
        done = subprocess.run([*prefix, paths.ROOT / "surgery", *arguments], env=environment,
                              capture_output=True, text=True, check=False, timeout=100,
                              stdin=subprocess.DEVNULL)
        calls = self.folder / "calls"
        noted = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return done, noted

    def check_named(self, done, names):
        """What is missing is named in one line."""
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            2, "", f"surgery: packages are missing; as root, run: apt-get install {' '.join(names)}\n"))

    def skip_unless_readable(self):
        if os.geteuid() == 0 and subprocess.run(
                [*NOBODY, "test", "-r", paths.ROOT / "surgery"], check=False,
                capture_output=True).returncode != 0:
            self.skipTest("nobody cannot read the checkout")

    def test_names_what_is_missing(self):
        self.skip_unless_readable()
        done, calls = self.call("experiment", "smoke")
        self.check_named(done, packages.BUILD + packages.EXPERIMENT)
        self.assertEqual(calls, ["sudo -n true"])  # which asks nobody
        done, _ = self.call("doc")
        self.check_named(done, packages.DOCUMENTATION)

    def test_uses_sudo_where_it_asks_nothing(self):
        self.skip_unless_readable()
        (self.folder / "free").touch()
        done, calls = self.call("doc")
        self.assertEqual((done.returncode, calls[0]), (1, "sudo -n true"))
        self.assertIn("surgery: cannot install " + " ".join(packages.DOCUMENTATION), done.stderr)
        self.assertTrue(calls[1].startswith("sudo -n env "), calls)
        self.assertTrue(calls[2].startswith("apt-get -qq -y "), calls)

    def test_never_uses_sudo_on_a_cluster(self):
        self.skip_unless_readable()
        (self.folder / "free").touch()
        done, calls = self.call("experiment", "smoke", "--profile=slurm")
        self.check_named(done, packages.BUILD + packages.EXPERIMENT)
        self.assertEqual(calls, [])
        done, calls = self.call("doc", SLURM_CONF="/etc/slurm/slurm.conf")
        self.check_named(done, packages.DOCUMENTATION)
        self.assertEqual(calls, [])

    @unittest.skipIf(os.geteuid() != 0, "needs root")
    def test_root_installs(self):
        done, calls = self.call("experiment", "smoke", "--profile=slurm", user=())
        self.assertEqual(done.returncode, 1)
        self.assertTrue(all(call.startswith("apt-get ") for call in calls), calls)
        self.assertIn(" ".join(packages.BUILD), calls[0])


if __name__ == "__main__":
    unittest.main()
