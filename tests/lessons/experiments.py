#!/usr/bin/env python3
"""The experiments of README.md: changes a line or two in a copy of microgpt.cpp, compiles it, runs it, and measures.

usage: tests/experiments.py [NUMBER ...]      all experiments, or only those with these numbers

The columns: "loss" is the mean of the last 100 steps; "first" and "last" are single steps. "held-out" is the mean loss
of 3,000 names that were kept out of training, and "trained on" that of names which were not: such a table trains on the
29,178 others, or on the first N of them, with tests/heldout.cpp. "copies" counts the samples that stand in
data/names.txt, and "seen" those that were trained on. Two rows amplify rounding, so that another C library may give
other samples and losses: learning_rate = 0.1 (by 0.1) and n_embd = 64 (by 0.01).
"""

import concurrent.futures
import math
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = (ROOT / "microgpt.cpp").read_text("utf-8")
SHUFFLED = (ROOT / "data/names.txt").read_text("utf-8").split()
NAMES = set(SHUFFLED)
random.seed(42)
random.shuffle(SHUFFLED)  # the order in which microgpt.cpp trains on them

# Text that stands in microgpt.cpp exactly once, and what it becomes. (Attention's residual is followed by a
# comment, the MLP's by the end of the loop.)
ADAM = "const double m_factor = 1 / (1 - std::pow(beta1, step + 1)), v_factor = 1 / (1 - std::pow(beta2, step + 1));"
CHANGES = {
    "std = 0": ("double std = 0.08", "double std = 0"),
    "std = 1": ("double std = 0.08", "double std = 1"),
    "no attention": ("x = x + x_residual;  //", "x = x_residual;  //"),
    "no MLP": ("x = x + x_residual;\n    }", "x = x_residual;\n    }"),
    "no position embeddings": ("state_dict.wte[token_id] + state_dict.wpe[pos_id];", "state_dict.wte[token_id];"),
    "no residual around attention": ("x = x + x_residual;  //", "//"),
    "no residual around the MLP": ("x = x + x_residual;\n    }", "\n    }"),
    "no rmsnorm": ("return x * (ms + 1e-5).pow(-0.5);", "return x;"),
    "no sqrt(head_dim)": (" / std::sqrt(head_dim);", ";"),
    "no relu": ("x = relu(x);", ""),
    "relu with a wrong gradient": ("data() > 0 ? 1.0 : 0.0", "data() > 0 ? 1.0 : 0.1"),
    "gradients never set to 0": ("tape.grad[i] = 0;  //", "//"),
    "no bias correction": (ADAM, "const double m_factor = 1, v_factor = 1;"),
    "no decay": ("learning_rate * (1 - step / double(num_steps));", "learning_rate;"),
    "plain descent": ("lr_t * m_hat / (v_hat_root[i] + eps_adam);", "lr_t * tape.grad[i];"),
    "1000 samples": ("sample_idx < 20;", "sample_idx < 1000;"),
    "after em": ("= rng.choices(weights);", '= pos_id < 2 ? encode("em")[pos_id + 1] : rng.choices(weights);'),
}
# Number: question, changes of all rows, columns, rows. A row is a list of changes, "" of none: constants, or the names
# above; "N names" trains on so many only.
EXPERIMENTS = {
    1: ("Why small random numbers at first?", "", "first, last, loss", ["", "std = 0", "std = 1"]),
    2: ("How much of it is chance?", "", "loss, held-out, samples", [
        "", "seed = 43", "seed = 44",
        "num_steps = 5000", "num_steps = 5000, seed = 43", "num_steps = 5000, seed = 44"]),
    3: ("What does attention do?", "", "loss, held-out", [
        "", "no attention", "num_steps = 5000", "num_steps = 5000, no attention",
        "num_steps = 30000", "num_steps = 30000, no attention"]),
    4: ("What does each part do?", "num_steps = 5000", "held-out", [
        "", "no attention", "n_head = 1", "no sqrt(head_dim)", "no position embeddings", "no MLP", "no relu",
        "no residual around attention", "no residual around the MLP",
        "no residual around attention, no residual around the MLP", "no rmsnorm"]),
    5: ("Why is a bigger model not better?", "num_steps = 5000", "params, held-out", [
        "", "learning_rate = 0.003", "n_layer = 4", "n_layer = 4, learning_rate = 0.003",
        "n_embd = 64", "n_embd = 64, learning_rate = 0.003", "n_embd = 64, learning_rate = 0.001, num_steps = 30000"]),
    6: ("What if there are few names to learn from?", "1000 samples", "trained on, held-out, seen, distinct, samples", [
        "10 names", "200 names, num_steps = 200", "200 names", "200 names, num_steps = 5000",
        "1000 names, num_steps = 5000", "num_steps = 5000"]),
    7: ("How fast may it learn?", "", "loss", [
        "", "learning_rate = 0.001", "learning_rate = 0.03", "learning_rate = 0.1", "learning_rate = 0.3", "no decay",
        "no bias correction", "gradients never set to 0", "plain descent", "plain descent, learning_rate = 0.5",
        "plain descent, learning_rate = 1"]),
    8: ("How bold may it be?", "1000 samples", "copies, distinct, length, samples", [
        f"temperature = {t}" for t in ["0.01", "0.25", "0.5", "1", "2"]]),
    9: ("Can it complete a name?", "", "samples", ["", "after em"]),
    10: ("What if a gradient is wrong?", "", "first, last, loss, samples", ["", "relu with a wrong gradient"]),
    11: ("Are the samples new?", "1000 samples", "loss, copies of 20, copies, seen, length, samples", [
        "num_steps = 0", "", "num_steps = 5000"]),
    12: ("Configure", "", "params, loss, samples", [
        "", "n_layer = 2", "n_layer = 4", "n_embd = 32", "n_embd = 64", "block_size = 8", "block_size = 64",
        "n_head = 8", "num_steps = 5000", "learning_rate = 0.1", "learning_rate = 0.001", "temperature = 1"]),
}


def merge(row, common):
    """All changes of a row, which has its own value of a constant rather than the common one."""
    changes = {change.split(" = ")[0]: change for change in f"{common}, {row}".split(", ") if change}
    return tuple(sorted(changes.values()))


def limit(changes):
    """Of "N names", N; nothing if there is no such limit."""
    return [int(change.split()[0]) for change in changes if change.endswith(" names")]


def edit(changes):
    """microgpt.cpp with the changes."""
    text = SOURCE
    for change in changes:
        if change.endswith(" names"):
            continue
        name, _, value = change.partition(" = ")
        constant = re.search(rf"^constexpr \w+ {name} = [^;]+;", text, re.M)
        if change not in CHANGES and not (constant and value):
            sys.exit(f"experiments.py: microgpt.cpp has no constant for this: {change}")
        old, new = CHANGES.get(change) or (constant[0], re.sub("= .*;", f"= {value};", constant[0]))
        if text.count(old) != 1:
            sys.exit(f"experiments.py: {change}: microgpt.cpp has this {text.count(old)} times, not once: {old}")
        text = text.replace(old, new)
    return text


def run(text, heldout, limit):
    """What microgpt.cpp with this text prints, or heldout.cpp with it."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "microgpt.cpp")
        program.write_text(text, "utf-8")
        if heldout:
            program = pathlib.Path(folder, "tests/heldout.cpp")
            program.parent.mkdir()
            program.write_text((ROOT / "tests/heldout.cpp").read_text("utf-8"), "utf-8")
        command = [*shlex.split(os.environ.get("CXX", "g++")), "-std=c++20", "-O2", "-w", "-ffp-contract=off"]
        subprocess.run([*command, program, "-o", f"{folder}/a.out"], check=True)  # off: every processor rounds alike
        command = [f"{folder}/a.out", ROOT / "data/names.txt", *map(str, limit)]
        done = subprocess.run(command, capture_output=True)
        return done.stdout.decode() + done.stderr.decode()


def measure(column, changes, output):
    losses = [float(x) for x in re.findall(r"\| loss (\S+)", output)]
    samples = re.findall(r"^sample +\d+: (.*)$", output, re.M)
    docs = SHUFFLED[:-3000] if "held-out" in output else SHUFFLED
    seen = set(docs[: min(limit(changes) + [len(losses)])])
    if not samples:
        return f"stops at step {len(losses) + 1}: {output.split(': ')[-1].strip()}" if column == "loss" else ""
    if not losses and column in ("first", "last", "loss"):
        return ""
    return {
        "params": lambda: f"{int(re.search('num params: (.*)', output)[1]):,}",
        "first": lambda: f"{losses[0]:.4f}",
        "last": lambda: f"{losses[-1]:.4f}",
        "loss": lambda: f"{sum(losses[-100:]) / 100:.2f}",
        "trained on": lambda: f"{float(re.search('trained on (.*)', output)[1]):.2f}",
        "held-out": lambda: f"{float(re.search('held-out (.*)', output)[1]):.2f}",
        "copies of 20": lambda: str(sum(sample in NAMES for sample in samples[:20])),
        "copies": lambda: str(sum(sample in NAMES for sample in samples)),
        "seen": lambda: str(sum(sample in seen for sample in samples)),
        "distinct": lambda: str(len(set(samples))),
        "length": lambda: f"{sum(map(len, samples)) / len(samples):.1f}",
        "samples": lambda: ", ".join(samples[:4]),
    }[column]()


def loss_of_counting(k, a):
    """The held-out loss of counting what follows the last k letters: (count + a) / (count of the last k + 27 a)."""

    def windows(name):  # each token with the k before it; "." stands for BOS, and for what is before that
        text = "." * k + name + "."
        return [text[i : i + k + 1] for i in range(len(text) - k)][:16]

    count = Counter(w for name in SHUFFLED[:-3000] for w in windows(name))
    before = Counter()
    for w, times in count.items():
        before[w[:-1]] += times
    losses = [[-math.log((count[w] + a) / (before[w[:-1]] + 27 * a)) for w in windows(x)] for x in SHUFFLED[-3000:]]
    return sum(sum(of_name) / len(of_name) for of_name in losses) / 3000


def count_letters():
    print("## 0. How good is counting letters?\n\n| letters before | a = 1 | a = 0.1 |\n|---|---|---|")
    for k in range(5):
        print(f"| {k} | {loss_of_counting(k, 1):.2f} | {loss_of_counting(k, 0.1):.2f} |")


def main():
    if not all(number.isdigit() and int(number) in {0, *EXPERIMENTS} for number in sys.argv[1:]):
        sys.exit(__doc__)
    chosen = sorted(map(int, sys.argv[1:])) or [0, *EXPERIMENTS]
    if 0 in chosen:
        count_letters()
    tables = {number: EXPERIMENTS[number] for number in chosen if number}
    programs = {}  # by key, since one that several tables show runs once
    for _, common, columns, rows in tables.values():
        for changes in [merge(row, common) for row in rows]:
            programs[changes, "held-out" in columns] = edit(changes)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = {key: pool.submit(run, text, key[1], limit(key[0])) for key, text in programs.items()}
        for number, (title, common, columns, rows) in tables.items():
            print(f"\n## {number}. {title}\n")
            for name, texts in CHANGES.items():
                if any(name in merge(row, common) for row in rows):
                    line = SOURCE[: SOURCE.find(texts[0])].count("\n") + 1
                    old, new = [re.split(r" *//|\n", text)[0] for text in texts]
                    print(f"{name}: in line {line}, `{old}` " + (f"becomes `{new}`\n" if new else "is deleted\n"))
            columns = columns.split(", ")
            print(f"| {' | '.join([f'change, with {common}' if common else 'change', *columns])} |")
            print("|---" * (len(columns) + 1) + "|")
            for row in rows:
                changes = merge(row, common)
                output = jobs[changes, "held-out" in columns].result()
                cells = [row or "as it is", *[measure(column, changes, output) for column in columns]]
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
