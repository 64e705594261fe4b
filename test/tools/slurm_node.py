#!/usr/bin/python3
# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""A SLURM of one node, for the time of a command: slurm_node.py COMMAND [ARGUMENT ...]

As root, with Debian's packages munge, slurmctld, slurmd and slurm-client. The command and the daemons
live in namespaces of their own: they see no network but the loopback, and whatever ends the command,
or this script, ends every process of them. Nothing of the machine's own SLURM is read or changed.
"""

import fcntl
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

from surgery import packages

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "unshare")
UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--uts")
INSIDE = "DNN_SURGERY_SLURM_NODE"  # set in the environment of what is in the namespaces
NAME = "node"  # of the host, in its namespace, and of the node
ADDRESS = "192.0.2.1"  # of the host, beside 127.0.0.1; for documentation, so nobody's
CPUS = 2

# no cgroups, no accounting; the node has what the file says, whatever the machine has; and a node that
# is down stays so until it is told, or its jobs begin anew while they are being ended
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={name}({address})
SlurmUser=root
MpiDefault=none
AuthInfo=socket={folder}/munge.socket
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=0
KillWait=2
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1
{more}StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={name} NodeAddr={address} CPUs={cpus} RealMemory=4096
PartitionName=all Nodes={name} Default=YES MaxTime=INFINITE
"""


def why_not():
    """@return why there can be no such SLURM here; None if there can"""
    if os.geteuid() != 0:
        return "needs root, to start SLURM's daemons"
    absent = [name for name in PROGRAMS if not find(name)]
    if absent:
        return f"needs the packages {' '.join(packages.SLURM)}: there is no {', '.join(absent)}"
    if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0:
        return "needs namespaces, which unshare is refused here"
    return None


def find(program):
    """@return the path of a program, which may be one of root's"""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def enter():
    """Go on in namespaces of its own: begins the running script anew, unless that is done already."""
    if os.environ.get(INSIDE):
        socket.sethostname(NAME)
        raise_loopback()
        return
    os.environ[INSIDE] = "1"
    os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv])


def raise_loopback():
    """Bring the network's only interface up: SIOCSIFFLAGS sets IFF_UP and IFF_RUNNING, SIOCSIFADDR a
    second address, without which getaddrinfo does not count it as a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH22x", b"lo", 0x41))
        fcntl.ioctl(any_socket, 0x8916, struct.pack(
            "16sHH4s16x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(ADDRESS)))


class Node:
    """The daemons, while the object is used as a context. They log into a folder of their own.
    @param more lines of slurm.conf"""

    def __init__(self, more=()):
        self.more = more
        self.daemons = {}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dnn-surgery-slurm-"))
        self.folder.chmod(0o755)
        try:
            self.configure()
            self.start("munged", "--foreground", f"--socket={self.folder}/munge.socket",
                       f"--key-file={self.folder}/munge.key", f"--pid-file={self.folder}/munge.pid",
                       f"--seed-file={self.folder}/munge.seed",
                       f"--log-file={self.folder}/munged.log")
            self.wait_for((self.folder / "munge.socket").exists)
            self.start_controller()
            self.start_node()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in reversed(list(self.daemons)):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self):
        """Write what the daemons read."""
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            name=NAME, folder=self.folder, cpus=CPUS, address=ADDRESS,
            more="".join(f"{line}\n" for line in self.more)))
        (self.folder / "munge.key").touch(mode=0o600)
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")

    def start(self, name, *options):
        """Start a daemon. What it prints is in its log, too."""
        with open(self.folder / f"{name}.out", "wb") as output:
            self.daemons[name] = subprocess.Popen([find(name), *options], stdin=subprocess.DEVNULL,
                                                  stdout=output, stderr=output)

    def start_controller(self):
        """Start slurmctld."""
        self.start("slurmctld", "-D")

    def start_node(self):
        """Start slurmd, and wait until jobs can be submitted."""
        self.start("slurmd", "-D")
        if self.state().startswith("down"):
            self.ask("scontrol", "update", f"nodename={NAME}", "state=resume")
        self.wait_for(lambda: self.state() == "idle")

    def state(self):
        """@return of the node, as sinfo has it; a star says that it does not answer"""
        return self.ask("sinfo", "--noheader", "--format=%t").strip()

    def stop(self, name):
        """Stop a daemon."""
        daemon = self.daemons.pop(name)
        daemon.terminate()
        try:
            daemon.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.daemons[name] = daemon
            self.kill(name)

    def kill(self, name):
        """End a daemon without a chance to tell anybody."""
        daemon = self.daemons.pop(name)
        daemon.kill()
        daemon.wait()

    @staticmethod
    def ask(*command):
        """@return what a command of SLURM prints; nothing if it fails"""
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def fail(self):
        """Let SLURM take the node for a broken one, whose jobs it ends and queues again; then end
        slurmd, too."""
        jobs = self.ask("squeue", "--noheader", "--format=%i").split()
        self.ask("scontrol", "update", f"nodename={NAME}", "state=down", "reason=test")
        self.wait_for(lambda: not any((self.folder / "spool").glob("job*")))
        self.kill("slurmd")
        for job in jobs:  # of which SLURM would wait two minutes
            self.ask("scontrol", "update", f"jobid={job}", "starttime=now")

    def wait_for(self, condition, seconds=300):
        """Wait for a condition; fails if a daemon ends meanwhile."""
        deadline = time.monotonic() + seconds
        while not condition():
            ended = [name for name, daemon in self.daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"SLURM does not work: {' '.join(ended) or 'no answer'}\n"
                                   + self.logs())
            time.sleep(0.1)

    def logs(self):
        """@return the ends of the logs"""
        return "\n".join(f"{path.name}: {line}" for path in sorted(
            [*self.folder.glob("*.log"), *self.folder.glob("*.out")])
            for line in path.read_text(errors="replace").splitlines()[-8:])


def main(command):
    """@return the exit code: that of the command, or 77 if there can be no SLURM"""
    reason = why_not()
    if reason:
        print(f"slurm_node: {reason}", file=sys.stderr)
        return 77
    enter()
    with Node():
        code = subprocess.run(command, check=False).returncode
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
