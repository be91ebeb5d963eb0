"""Builds a copy of the project with all breakages of list.toml in it, each behind a switch, and tries
one after the other: every one has to make its test fail, and without one all tests pass."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

copy, listed = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).with_name("list.toml")
only = sys.argv[2:]

# Read once: some places are passed millions of times.
SWITCH = """
pub(crate) fn broken(name: &str) -> bool {
    static NAME: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var("POS_BROKEN").unwrap_or_default()) == name
}
"""


def breakages():
    groups = tomllib.loads(listed.read_text())
    return {name: what for group in groups.values() for name, what in group.items()}


def plant(every):
    for name, (file, old, new, _) in every.items():
        path = copy / "src/host" / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"{name}: {file} has {text.count(old)} times: {old}")
        new = re.sub(r"\bBROKEN\b", f'crate::broken("{name}")', new)
        path.write_text(text.replace(old, new))
    lib = copy / "src/lib.rs"
    lib.write_text(lib.read_text() + SWITCH)


def build(tests):
    command = ["cargo", "test", "--no-run", "--all-features", "--message-format=json-render-diagnostics"]
    for test in tests:
        command += ["--test", test]
    done = subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit("the copy does not build: see above")
    found = {}
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if told.get("executable") and told["target"]["name"] in tests:
            found[told["target"]["name"]] = told["executable"]
    return found


def passes(executable, name):
    done = subprocess.run(
        [executable, "--quiet"],
        cwd=copy,
        # That a test fails is all that is asked: no smallest case, no stack.
        env={**os.environ, "POS_BROKEN": name, "PROPTEST_MAX_SHRINK_ITERS": "0", "RUST_BACKTRACE": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        text=True,
    )
    return done.returncode == 0, done.stdout


every = breakages()
plant(every)
tests = build(sorted({what[3] for what in every.values()}))
for test, executable in tests.items():
    good, told = passes(executable, "")
    if not good:
        sys.exit(f"{told}\n{test} fails although nothing is broken")
unnoticed = []
for name, (_, _, _, test) in every.items():
    if only and name not in only:
        continue
    good, told = passes(tests[test], name)
    failed = re.findall(r"^test (\S+) \.\.\. FAILED|^    (\S+::\S+)$", told, re.M)
    first = next((a or b for a, b in failed), "")
    print(f"{'UNNOTICED' if good else 'noticed  '} {name}: {test} {first}", flush=True)
    if good:
        unnoticed.append(name)
print(f"{len(unnoticed)} unnoticed")
sys.exit(bool(unnoticed))
