# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""Chroots of Debian, and the sources in them."""

import filecmp
import shutil
import subprocess

from surgery import paths
from surgery.console import say

# Debian packages that a chroot needs; ns-3's own tree uses GSL, libxml2 and SQLite
PACKAGES = ("g++ clang ccache cmake ninja-build dpkg-dev git python3 ns3 libns3-dev libgsl-dev "
            "libxml2-dev libsqlite3-dev libboost-dev nlohmann-json3-dev libgtest-dev python3-onnx "
            "python3-jinja2")

# A shell in the chroot $0, with the compiler cache $1, that runs $2; its mounts vanish when it
# ends. Precompiled headers need the sloppiness.
SHELL = """
mount -t proc proc "$0/proc"
mkdir -p "$1" "$0/root/ccache"
mount --bind "$1" "$0/root/ccache"
exec chroot "$0" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \\
    CCACHE_DIR=/root/ccache CCACHE_MAXSIZE=20G CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1 \\
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime \\
    DEBIAN_FRONTEND=noninteractive CI=true bash -euc "$2"
"""


def compiler_cache():
    """The folder of the compiler cache of the user that runs this, which ./surgery fills."""
    if shutil.which("ccache"):
        done = subprocess.run(["ccache", "--get-config", "cache_dir"], capture_output=True,
                              text=True, check=False)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    return str(paths.CACHE / "ccache")


def run_in(suite, commands, log):
    """Run shell commands in a chroot, as root and with low priority.
    @return whether they succeed"""
    return subprocess.run(["nice", "unshare", "--mount", "bash", "-ec", SHELL,
                           str(paths.CACHE / suite), compiler_cache(), commands], stdin=subprocess.DEVNULL, stdout=log,
                          stderr=log, check=False).returncode == 0


def is_prepared(suite):
    """@return whether the chroot exists, with all packages"""
    try:
        return (paths.CACHE / suite / "root" / "prepared").read_text().strip() == PACKAGES
    except OSError:
        return False


def prepare(suite):
    """Make a chroot. @return whether it exists"""
    chroot, path = paths.CACHE / suite, paths.CACHE / "log" / suite
    say(f"preparing a chroot of Debian {suite}, log: {path}")
    with open(path, "wb") as log:
        if not (chroot / "etc" / "debian_version").exists() or (chroot / "debootstrap").exists():
            shutil.rmtree(chroot, ignore_errors=True)
            if subprocess.run(["debootstrap", "--variant=minbase", suite, chroot], stdout=log,
                              stderr=log, check=False).returncode != 0:
                return False
            # debootstrap wrote the address of the packages; their sources have the same address
            sources = chroot / "etc" / "apt" / "sources.list"
            lines = sources.read_text().splitlines()
            more = [line.replace("deb ", "deb-src ", 1) for line in lines
                    if line.startswith("deb ")]
            sources.write_text("\n".join(lines + more) + "\n")
        # accept a mirror that is a snapshot of an earlier day
        if not run_in(suite, "apt-get -q -o Acquire::Check-Valid-Until=false update\n"
                      f"apt-get -q -y install --no-install-recommends {PACKAGES}\n"
                      "apt-get clean", log):
            return False
    (chroot / "root" / "prepared").write_text(PACKAGES + "\n")
    return True


def files(*names):
    """@return the files in the repository that git knows and that exist"""
    listing = subprocess.run(["git", "-C", paths.ROOT, "ls-files", "-z", "--", *names],
                             capture_output=True, text=True, check=True).stdout
    found = (paths.ROOT / name for name in listing.split("\0") if name)
    return [path for path in found if path.is_symlink() or path.exists()]


def is_same(path, other):
    """@return whether two files have the same content, or lead to the same place"""
    if path.is_symlink() or other.is_symlink():
        return path.is_symlink() and other.is_symlink() and path.readlink() == other.readlink()
    return other.is_file() and filecmp.cmp(path, other, shallow=False)


def copy_sources(suite):
    """Make the sources in a chroot those that git knows, in their present state. What is the same
    stays, with its date, so that it is not built again; what is new gets the present date, because
    it may be older than what an earlier run built from other content."""
    folder = paths.CACHE / suite / "root" / "dnn-surgery"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {folder / path.relative_to(paths.ROOT): path for path in files()}
    for path in list(folder.iterdir()):
        if not path.name.startswith("build-"):
            keep(wanted, path)
    for target, path in wanted.items():
        if not is_same(path, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            shutil.copy(path, target, follow_symlinks=False)


def keep(wanted, path):
    """Remove a file that is not wanted, or those of a folder, and folders without files."""
    if path.is_dir() and not path.is_symlink():
        for inner in list(path.iterdir()):
            keep(wanted, inner)
        if not any(path.iterdir()):
            path.rmdir()
    elif path not in wanted:
        path.unlink()


def prepare_tree(cell, log):
    """Provide a cell with ns-3's source tree. @return whether it has one"""
    tree = paths.CACHE / cell.suite / "root" / cell.tree
    if (tree / "VERSION").exists():
        return True
    shutil.rmtree(tree, ignore_errors=True)
    unpacked = paths.CACHE / "source" / f"ns-{cell.version}"
    if (unpacked / "VERSION").exists():
        return subprocess.run(["cp", "-a", "--reflink=auto", unpacked, tree], stdout=log,
                              stderr=log, check=False).returncode == 0
    return run_in(cell.suite, f"""
rm -rf /root/package && mkdir /root/package && cd /root/package
apt-get -q source --download-only ns3
dpkg-source --no-check -x *.dsc unpacked
mv "$(dirname "$(find unpacked -maxdepth 2 -name VERSION -print -quit)")" /root/{cell.tree}
""", log)
