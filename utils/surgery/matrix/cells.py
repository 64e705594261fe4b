# Copyright (c) 2026 The dnn-surgery authors
#
# SPDX-License-Identifier: GPL-2.0-only
"""The commands of a cell of the matrix, and its result."""

import datetime
import hashlib
import re

from surgery import paths
from surgery.console import say
from surgery.matrix import chroots

# files on which a cell's result depends: the tests read scripts and pages, too
SOURCES = ("CMakeLists.txt", "NS3-VERSION", "cmake", "data", "doc", "examples", "helper", "model",
           "surgery", "test", "utils")

# All cells must agree on the bytes that the offline tool prints, and within 1 % on the number of
# inferences on wires, because TCP differs between releases.
SCENARIO = paths.SCENARIOS.relative_to(paths.ROOT) / "three-devices.json"
PROBE = f"""
digest=$($solve --scenario=/root/dnn-surgery/{SCENARIO} --json |
    sha256sum | cut -c 1-8)
inferences=$($first --time=60s | grep -c completed)
echo "offline=$digest inferences=$inferences"
"""


def sources_id(plan):
    """@return a digest of the sources and the flags"""
    digest = hashlib.sha256(plan.flags.encode())
    for path in chroots.files(*SOURCES):
        digest.update(f"{path.relative_to(paths.ROOT)}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:12]


def cmake_flags(plan):
    """A standalone build is a Release, and so is ns-3's release profile; ns-3's default profile is
    a RelWithDebInfo. Without flags, those of an earlier run are reset."""
    kinds = ("RELEASE", "RELWITHDEBINFO")
    if plan.flags:
        return " ".join(f"-DCMAKE_CXX_FLAGS_{kind}='{plan.flags}'" for kind in kinds)
    return " ".join(f"-UCMAKE_CXX_FLAGS_{kind}" for kind in kinds)


def standalone(cell, plan):
    """The commands of a standalone cell."""
    build = f"/root/dnn-surgery/build-{cell.compiler}"
    return f"""
cmake -S /root/dnn-surgery -B {build} -G Ninja -DCMAKE_CXX_COMPILER={cell.compiler} \\
    -DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DDNN_SURGERY_WERROR=ON {cmake_flags(plan)}
cmake --build {build} -j {plan.jobs}
ctest --test-dir {build} --output-on-failure --no-tests=error -j {plan.jobs} || failed=1
solve={build}/examples/dnn-surgery-solve
first={build}/examples/dnn-surgery-first
{PROBE}
exit ${{failed:-0}}
"""


def in_tree(cell, plan):
    """The commands of a cell inside ns-3's source tree."""
    modules = ";".join(filter(None, ["dnn-surgery", plan.modules]))
    return f"""
cd /root/{cell.tree}
rm -rf contrib/dnn-surgery
ln -s /root/dnn-surgery contrib/dnn-surgery
# ns-3's configuration leaves a header that leads to where a file was in an earlier run
if [ -d build/include/ns3 ]; then
    grep -o '/root/.*contrib/dnn-surgery/.*\\.h' build/include/ns3/*.h |
        while IFS=: read -r header path; do
            [ -e "$path" ] || rm "$header"
        done
fi
CXX={cell.compiler} ./ns3 configure -G Ninja --build-profile={cell.profile} --enable-examples \\
    --enable-tests --enable-modules="{modules}" --filter-module-examples-and-tests=dnn-surgery \\
    -- -DDNN_SURGERY_WERROR=ON {cmake_flags(plan)}
# ns-3.37's ./ns3 does not pass -j on
cmake --build cmake-cache -j {plan.jobs}
./ns3 build
./test.py --no-build -s dnn-surgery --text=results
printf 'cases: ' && grep -c 'Test Case' results.txt
./test.py --no-build -c example --text=results
printf 'examples: ' && grep -c '^PASS: Example' results.txt
./ns3 run --no-build "dnn-surgery-wifi-mobility --time=2s"
solve=$(find build/contrib -name '*dnn-surgery-solve*' -type f -perm -1)
first=$(find build/contrib -name '*dnn-surgery-first*' -type f -perm -1)
{PROBE}
"""


def summarize(text, passed, flags):
    """@return from a log: the number of tests, the names of failed tests, or the first line that
    tells why the cell ended"""
    if passed:
        found = [re.sub(*change, line) for line in text.splitlines() for change in (
            (r".*tests passed, 0 tests failed out of ([0-9]*)$", r"\1 tests"),
            (r"^cases: ([0-9]*)$", r"suite of \1 cases"),
            (r"^examples: ([0-9]*)$", r"\1 examples")) if re.search(change[0], line)]
    else:
        failed = text.partition("\nThe following tests FAILED:")[2]
        names = re.findall(r"^\t.* - (.*) \(.*\)", failed, re.MULTILINE)
        found = [f"fails: {name}" for name in names]
        if not found:
            why = re.search(r".*(?:error:|^E: |CMake Error|^FAIL|CRASH).*", text, re.MULTILINE)
            found = [why[0].replace("|", " ")[:100]] if why else []
    return ", ".join(found) + (f", compiled with {flags}" if flags else "")


def write_result(cell, sources, passed, flags):
    """Write the result of a cell."""
    text = cell.log.read_text(encoding="utf-8", errors="replace")
    last = text.splitlines()[-1] if text else ""
    probe = last if last.startswith("offline=") else "offline=- inferences=-"
    status = "passed" if passed else "failed"
    date = datetime.datetime.now(datetime.timezone.utc).date()
    cell.result.write_text(f"sources={sources} status={status} date={date} {probe}\n"
                           f"{summarize(text, passed, flags)}\n", encoding="utf-8")


def read_result(cell):
    """@return the fields by name, with the summary; None if the cell was not run"""
    try:
        first, _, rest = cell.result.read_text(encoding="utf-8").partition("\n")
    except OSError:
        return None
    return {**dict(field.split("=", 1) for field in first.split()), "summary": rest.strip()}


def run(cell, sources, plan):
    """Run a cell, unless it has passed. @return whether it passes, or is left out"""
    known = read_result(cell)
    if not plan.again and known and (known["sources"], known["status"]) == (sources, "passed"):
        say(f"{cell.name} has passed with these sources")
        return True
    if plan.warm and not known:
        say(f"{cell.name} has not been run before")
        return True
    say(f"{cell.name}, log: {cell.log}")
    with open(cell.log, "wb") as log:
        if cell.way == "in-tree" and not chroots.prepare_tree(cell, log):
            log.write(f"E: no source tree of ns-{cell.version}, unpack one in "
                      f"{paths.CACHE}/source\n".encode())
            passed = False
        else:
            log.truncate(0)
            log.seek(0)
            chroots.copy_sources(cell.suite)
            commands = standalone if cell.way == "standalone" else in_tree
            passed = chroots.run_in(cell.suite, commands(cell, plan), log)
    write_result(cell, sources, passed, plan.flags)
    say(f"{cell.name} {'passed' if passed else 'failed'}")
    return passed
