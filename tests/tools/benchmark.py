#!/usr/bin/env python3
"""Measures how long microgpt.cpp takes on this machine, to run and to compile, beside the gradients derived by hand.

usage: tests/tools/benchmark.py [MICROGPT.PY]

The rows of a table run in turn, over and over. A time is the median; a ratio is taken in each round, and shown as the
median with its 95 % interval. It needs g++, or the compiler in CXX. MICROGPT.PY is timed once, by this file's Python.
"""

import os, platform, shlex, statistics, subprocess, sys, tempfile, time  # noqa: E401
from pathlib import Path

from change import ROOT, SOURCE, WrongCall, tool, with_constants

def seconds(*command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start

def race(rounds, rows):
    """Prints a table of the times of rows, {name: command}, and of their ratios to the first."""
    times = [[seconds(*command) for command in rows.values()] for _ in range(rounds + 1)][1:]  # the first is for practice
    low = max(0, int((rounds - 1.96 * rounds**0.5) / 2) - 1)
    print("\n| | ms | times the first row |\n|---|---|---|")
    for i, name in enumerate(rows):
        ratios = sorted(row[i] / row[0] for row in times)
        middle = f"{1000 * statistics.median(row[i] for row in times):.1f} | {statistics.median(ratios):.2f}"
        print(f"| {name} | {middle} ({ratios[low]:.2f} to {ratios[-1 - low]:.2f}) |", flush=True)

def main(*script):
    if len(script) > 1:
        raise WrongCall(f"unexpected argument {script[1]}")
    compiler = [*shlex.split(os.environ.get("CXX", "g++")), "-std=c++20"]
    print(platform.platform(), *subprocess.check_output([*compiler, "--version"], encoding="utf-8").split("\n")[:1], sep=", ")
    for path in script:
        print(f"{platform.python_implementation()}, {path}: {seconds(sys.executable, os.path.realpath(path)):.1f} s")
    with tempfile.TemporaryDirectory() as folder:

        def program(flags, source=ROOT / "microgpt.cpp"):
            file = f"{folder}/{len(os.listdir(folder))}"
            subprocess.run([*compiler, *flags.split(), source, "-o", file], check=True)
            return file, ROOT / "data/names.txt"

        rows, levels = {}, ("-O3", "-O2", "-O3 -march=native")
        for flags in levels:
            rows |= {flags: program(flags), f"{flags}, by hand": program(flags, ROOT / "tests/lessons/by_hand.cpp")}
        race(30, rows)
        race(5, {f"compile, {x}": [*compiler, *x.split(), ROOT / "microgpt.cpp", "-o", f"{folder}/a"] for x in levels})
        rows = {"as it is": program("-O3")}
        for constant in ["n_layer = 2", "n_layer = 4", "n_embd = 32", "n_embd = 64", "block_size = 8", "block_size = 64",
                         "n_head = 8", "num_steps = 5000"]:
            path = Path(folder, "changed.cpp")
            path.write_text(SOURCE, "utf-8")
            with_constants(path, [constant])
            rows[constant] = program("-O3", path)
        race(5, rows)

if __name__ == "__main__":
    tool(main, __doc__)
