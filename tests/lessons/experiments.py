#!/usr/bin/env python3
"""Measures the tables and figures of README.md, and puts them into their places.

usage: tests/lessons/experiments.py [NAME ...]         prints these tables, or all, and which lines were changed for them
       tests/lessons/experiments.py --write README.md  measures what it has places for, and fills them
       tests/lessons/experiments.py --check README.md  fails, and names the place and the line, if one is not so

A place for a table is <!-- experiments: NAME -->, the table, <!-- end -->; a place for a figure in a sentence is
<!--= NAME -->0.999<!---->. GitHub does not show the marks. NAME can be "walk ARGUMENTS: TEXT": as a table, the part of
walk's output with TEXT in its heading; as a figure, the first number of its line with TEXT. Any other figure in a
sentence (with a decimal point, or three digits and not round) must stand in a place of the same section, or be a
constant of microgpt.cpp, if the section has places. CXX and CXXFLAGS choose the compiler, whose rounding may show.
"""

import itertools, math, os, random, re, shlex, shutil, subprocess, sys, tempfile, threading  # noqa: E401
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean as mean

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from change import ROOT, SOURCE, WrongCall, tool, with_code, with_constants  # noqa: E402

# ---- Data. The names that are held out are the same for all seeds, and no copy of them is trained on.

NAMES = (ROOT / "data/names.txt").read_text("utf-8").split()
random.seed(42)
HELD_OUT = random.sample(sorted(set(NAMES)), 3000)
OTHERS = [name for name in NAMES if name not in set(HELD_OUT)]
THOUSAND, TWO_HUNDRED = random.sample(OTHERS, 1000), random.sample(OTHERS, 200)
ALL_PICKS = [f"{n:03}{letter}{f'{n:03}'['abc'.index(letter)]}" for n in range(1000) for letter in "abc"]
PICKS = (ROOT / "data/picks.txt").read_text("utf-8").split()
UNSEEN = random.sample([line for line in ALL_PICKS if line not in set(PICKS)], 200)
SUMS = [f"{a}+{b}={a + b}" for a in range(10) for b in range(10)]
PLUS_MINUS = SUMS + [f"{a}-{b}={a - b}" for a in range(10) for b in range(10)]
CYCLE = ["".join(p) + c + str(p.index("bcda"["abcd".index(c)]) + 1) for p in itertools.permutations("abcd") for c in p]

# ---- Changes: code that stands in microgpt.cpp once, and what it becomes

ATTENTION, MLP, RESIDUAL = "x = linear(x_attn, layer.attn_wo);", "x = linear(x, layer.mlp_fc2);", " x = x + x_residual;"
STEP, WEIGHTS = "lr_t * m_hat / (v_hat_root[i] + eps_adam)", "const Vector attn_weights = softmax(attn_logits);"
CHANGES = {
    "attention deleted": [(ATTENTION + RESIDUAL, "x = x_residual;")],
    "equal weights": [("softmax(attn_logits)", "softmax(attn_logits * 0)")],
    "wpe deleted": [(" + state_dict.wpe[pos_id]", "")],
    "MLP deleted": [(MLP + RESIDUAL, "x = x_residual;")],
    "relu deleted": [("x = each(x, [](Value xi) { return xi.relu(); });", "")],
    "attention's residual deleted": [(ATTENTION + RESIDUAL, ATTENTION)],
    "MLP's residual deleted": [(MLP + RESIDUAL, MLP)],
    "both residuals deleted": [(ATTENTION + RESIDUAL, ATTENTION), (MLP + RESIDUAL, MLP)],
    "sqrt deleted": [(" / std::sqrt(head_dim)", "")],
    "rmsnorm deleted": [("return x * (ms + 1e-5).pow(-0.5);", "return x;")],
    "the first rmsnorm deleted": [("x = rmsnorm(x); for", "for")],
    "one matrix for q and k": [("linear(x, layer.attn_wk)", "linear(x, layer.attn_wq)")],
    "one matrix for k and v": [("linear(x, layer.attn_wv)", "linear(x, layer.attn_wk)")],
    "attn_wo deleted": [(ATTENTION, "x = x_attn;")],
    "Adam's correction deleted": [("m[i] * m_correction", "m[i]"), ("v[i] * v_correction", "v[i]")],
    "m without division": [(STEP, "lr_t * m_hat")],
    "plain descent": [(STEP, "lr_t * tape.grad[place]")],
    "all numbers 0": [("double sd = 0.08", "double sd = 0")],
    "all numbers 0.08": [("Value(rng.gauss(0, sd))", "Value(sd)")],
    "sd = 1": [("double sd = 0.08", "double sd = 1")],
    "a wrong gradient": [("data() > 0 ? 1.0 : 0.0", "data() > 0 ? 1.0 : 0.1")],
    "relus noted": [("return xi.relu();", "noted.push_back(xi.data() > 0); return xi.relu();")],
    "heads noted": [(WEIGHTS, WEIGHTS + " note(q_h); note(attn_logits); note(attn_weights); for (const Cache& cache : "
                     "{keys, values}) for (const Vector& x : cache[li]) note(x.slice(hs, head_dim));")],
}

def changed(names):
    """microgpt.cpp with these changes, and what they are in words."""
    pieces = [piece for name in names for piece in CHANGES.get(name, [])]
    text, lines = with_code(SOURCE, pieces)
    words = [f"line {line}: `{old.strip()}` becomes `{new}`" for line, (old, new) in zip(lines, pieces)]
    return text, f"{', '.join(names)}: {'; '.join(words)}\n" if words else ""

# ---- Runs

folder = tempfile.mkdtemp(prefix="experiments ")
workers, waiting = ThreadPoolExecutor(2), ThreadPoolExecutor(200)
lock, jobs, processes, asked = threading.Lock(), {}, set(), {}

def job(function, *arguments):
    """function(*arguments) in the background, once."""
    with lock:
        if (function, arguments) not in jobs:
            jobs[function, arguments] = workers.submit(function, *arguments)
        return jobs[function, arguments]

def output_of(*command):
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        processes.add(process)
        output = process.communicate()[0]
        processes.remove(process)
    if process.returncode != 0:
        raise RuntimeError(f"status {process.returncode}: {shlex.join(map(str, command))}")
    return output

def compiled(program, changes=()):
    place = Path(tempfile.mkdtemp(dir=folder))
    place.joinpath("microgpt.cpp").write_text(changed(changes)[0], "utf-8")
    with_constants(place / "microgpt.cpp", [change for change in changes if change not in CHANGES])
    flags = shlex.split(os.environ.get("CXXFLAGS", "-O2 -ffp-contract=off"))  # off: processors with FMA round as others
    command = [*shlex.split(os.environ.get("CXX", "g++")), "-std=c++20", "-w", *flags, "-I", place]
    output_of(*command, ROOT / "tests/lessons" / program, "-o", place / "program")
    return place / "program"

def run(binary, *options):
    """What heldout.cpp prints, by the first word of its lines."""
    place, arguments, result = Path(tempfile.mkdtemp(dir=folder)), [], defaultdict(list)
    for name, value in options:
        if isinstance(value, tuple):  # lines
            place.joinpath(name).write_text("\n".join(value), "utf-8")
            value = place / name
        arguments.append(f"{name}={value}")
    for line in output_of(binary.result(), *arguments).splitlines():
        word, *rest = line.split(" ")
        result[word].append(rest[0] if word in ("sample", "answer", "stopped") else [*map(float, rest)])
    return result

def train(row, docs, steps, seeds=(42, 43, 44), **options):
    """Runs with a row's changes and constants. Of these, seed, num_steps, learning_rate and lr_t need no compiler."""
    changes, options = [], {"docs": docs, "num_steps": steps, **options}
    for change in filter(None, row.split(", ")):
        name, _, value = change.partition(" = ")
        if name in ("num_steps", "learning_rate", "lr_t"):
            options[name] = value
        elif name == "seed":
            seeds = [value]
        else:
            changes.append(change)
    options = [(name, tuple(value) if isinstance(value, list) else value) for name, value in options.items()]
    asked[tuple(changes)] = changed(changes)[1]
    binary = job(compiled, "heldout.cpp", tuple(changes))
    return [future.result() for future in [job(run, binary, *options, ("seed", seed)) for seed in seeds]]

def train_one(row, docs, steps, **options):
    return train(row, docs, steps, [42], **options)[0]

# ---- Tables: columns, and rows of changes and constants. 95–98 is the worst and the best of three seeds.

def span(worst, best):
    return f"{worst}" if worst == best else f"{worst}–{best}"

def bounds(x, margin, most, step=1):
    """Around a mean of counts that rounding changes."""
    return f"{max(0, (x - margin) // step * step):.0f}–{min(most, -(-(x + margin) // step) * step):.0f}"

def right(runs, lines, coarse=False):
    """How many samples are among the lines: the worst and the best of the runs, or bounds of their mean."""
    found = [len([x for x in r["sample"] if x in lines]) for r in runs]
    if any(r["stopped"] for r in runs):
        return "stops"
    if not coarse:
        return span(min(found), max(found))
    return "over 190" if mean(found) > 195 else bounds(mean(found), 25, 200, 10)

def loss(runs, digits=3):
    """The mean loss of the documents that are the test."""
    losses = [f"{r['test'][0][0]:.{digits}f}" for r in runs if not r["stopped"]]
    return "stops" if len(losses) < len(runs) else span(min(losses), max(losses))

def right_answers(row, docs, steps, lines):
    """Which of the lines each run completes after their first four characters."""
    runs = train(row, docs, steps, ask=[line[:4] for line in lines])
    return [[x for x, y in zip(lines, r["answer"], strict=True) if x == y] for r in runs]

def held_out(row, steps, digits=3, **options):
    return loss(train(row, OTHERS, steps, test=HELD_OUT, **options), digits)

COLUMNS = {
    "picks": lambda row: right(train(row, PICKS, 3000, samples=200), ALL_PICKS),
    "unseen picks": lambda row: ", ".join(str(len(x)) for x in right_answers(row, PICKS, 3000, UNSEEN)),
    "sums": lambda row: right(train(row, SUMS, 5000, samples=200), SUMS, coarse="steps = 1000" not in row),
    "loss of sums": lambda row: loss(train(row, SUMS, 5000, test=SUMS), 2),
    "plus and minus": lambda row: right(train(row, PLUS_MINUS, 20000, samples=200), PLUS_MINUS, coarse=True),
    "cycle": lambda row: right(train(row, CYCLE, 3000, range(42, 48), samples=200), CYCLE),
    "held-out loss": lambda row: held_out(row, 5000),
    "held-out, 1,000 steps": lambda row: held_out(row, 1000),
    "held-out, 3,000 steps": lambda row: held_out(row, 3000, 2),
    "held-out, 5,000 steps": lambda row: held_out(row, 5000),
    "held-out, 5,000 steps, mean": lambda row: f"{mean([r['test'][0][0] for r in train(row, OTHERS, 5000, test=HELD_OUT)]):.1f}",
    "picks, mean": lambda row: right(train(row, PICKS, 3000, samples=200), ALL_PICKS, coarse=True),
    "5,000 steps, seed 42": lambda row: held_out(row, 5000, 2, seeds=[42]),
    "held-out, 30,000 steps": lambda row: held_out(row, 30000, 2),
    "rmsnorm deleted": lambda row: held_out(row + ", rmsnorm deleted", 3000, 2),
    "MLP deleted": lambda row: held_out(row + ", MLP deleted", 5000),
    "relus on, of 64": lambda row: f"{64 * train_one(row + ', relus noted', OTHERS, 5000, test=HELD_OUT)['mean'][0][0]:.0f}",
    "first loss": lambda row: f"{train_one(row, NAMES, 1)['loss'][0][0]:.2f}",
    "last 100 steps": lambda row: f"{mean([x for x, in train_one(row, NAMES, 1000)['loss'][-100:]]):.2f}",
    "loss of the 200": lambda row: loss(train(row, TWO_HUNDRED, 1000, test=TWO_HUNDRED), 2),
    "loss of others": lambda row: loss(train(row, TWO_HUNDRED, 1000, test=HELD_OUT), 2),
    "copies in 1,000 samples": lambda row: right(train(row, TWO_HUNDRED, 1000, samples=1000), TWO_HUNDRED),
    "parameters": lambda row: f"{train_one(row, NAMES, 0)['params'][0][0]:,.0f}",
    "samples": lambda row: ", ".join(train_one(row, NAMES, 1000, samples=4)["sample"]),
}
PARTS = ["", "attention deleted", "equal weights", "wpe deleted", "MLP deleted", "relu deleted",
         "attention's residual deleted", "MLP's residual deleted", "both residuals deleted", "sqrt deleted",
         "rmsnorm deleted", "the first rmsnorm deleted", "n_head = 1", "one matrix for q and k",
         "one matrix for k and v", "attn_wo deleted", "Adam's correction deleted", "lr_t = learning_rate",
         "lr_t = learning_rate, learning_rate = 0.002"]
RATES = [f"{how}, learning_rate = {x}" for how in ("plain descent", "m without division") for x in (0.1, 0.3, 0.5, 0.7)]
DEEP = [f"n_layer = {n}, learning_rate = {rate}" for n, rate in [(1, 0.01), (1, 0.03), (4, 0.01), (4, 0.03), (8, 0.02)]]

def steps(*numbers):
    return [f"num_steps = {n}" for n in numbers]

TABLES = {  # columns, rows
    "samples": ("samples", steps(0, 1000, 5000)),
    "picks": ("picks | unseen picks", [*PARTS[:4], "MLP's residual deleted", "both residuals deleted"]),
    "sums steps": ("sums | loss of sums", steps(1000, 2000, 5000)),
    "parts": ("picks | sums | plus and minus | held-out loss", PARTS),
    "depth": ("sums | held-out, 3,000 steps", ["n_layer = 4", "n_layer = 4, both residuals deleted"]),
    "constants": ("parameters | held-out, 1,000 steps | 5,000 steps, seed 42 | samples", [
        "", "n_layer = 2", "n_layer = 4", "n_embd = 32", "n_embd = 64", "n_embd = 64, learning_rate = 0.003",
        "block_size = 8", "block_size = 64", "n_head = 8"]),
    "1": ("last 100 steps | held-out, 1,000 steps | held-out, 5,000 steps", ["seed = 42", "seed = 43", "seed = 44"]),
    "2": ("held-out, 1,000 steps | held-out, 5,000 steps | held-out, 30,000 steps", [
        "attention deleted, wpe deleted", "attention deleted", "wpe deleted", "equal weights", ""]),
    "3": ("plus and minus", ["n_head = 1", "n_head = 2", "", "n_head = 1, learning_rate = 0.005", "learning_rate = 0.005"]),
    "4": ("cycle", ["", "one matrix for q and k", "one matrix for k and v"]),
    "5": ("held-out, 3,000 steps | rmsnorm deleted", DEEP),
    "6": ("picks | held-out, 1,000 steps", ["", *RATES, "Adam's correction deleted"]),
    "7": ("first loss | held-out, 5,000 steps, mean | picks, mean", ["", "all numbers 0", "all numbers 0.08", "sd = 1"]),
    "8": ("relus on, of 64 | held-out loss | MLP deleted", [*steps(0, 1000, 5000), "num_steps = 5000, learning_rate = 0.003"]),
    "9": ("loss of the 200 | loss of others | copies in 1,000 samples", steps(200, 1000, 5000)),
    "10": ("last 100 steps | samples", ["", "a wrong gradient"]),
}

def table(*rows):
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])

def table_of(name):
    columns, rows = TABLES[name][0].split(" | "), TABLES[name][1]
    cells = [[waiting.submit(COLUMNS[column], row) for column in columns] for row in rows]
    return table(["", *columns], *([row or "as it is", *(x.result() for x in line)] for row, line in zip(rows, cells)))

# ---- Tables of another form

def probs_after(text, steps, seed=42):
    """Of each letter, and of BOS, how likely it is to come next."""
    return dict(zip([*"abcdefghijklmnopqrstuvwxyz", "BOS"], train("", NAMES, steps, [seed], next=text)[0]["next"][0]))

def emma():
    rows, losses = [["it has seen", "must say", "p, untrained", "loss", "p, trained", "loss"]], []
    for text, letter in zip(["", "e", "em", "emm", "emma"], [*"emma", "BOS"]):
        p = [probs_after(text, steps)[letter] for steps in (0, 1000)]
        losses.append([-math.log(x) for x in p])
        rows.append([text or "BOS", letter, *(f"{x:.4f}" for pair in zip(p, losses[-1]) for x in pair)])
    before, after = (f"**{mean(x):.4f}**" for x in zip(*losses))
    return table(*rows, ["", "", "**mean**", before, "", after])

def after_em():
    counts = Counter(name[2:3] for name in NAMES if name.startswith("em"))
    ways = [("the data", "em", {x: counts[x] / counts.total() for x in "maie"})]
    ways += [("1,000 steps", text, probs_after(text, 1000)) for text in ("em", "am", "im")]
    rows = [[what, text, *(f"{100 * p[x]:.0f} %" for x in "maie")] for what, text, p in ways]
    last = [mean(100 * probs_after("em", 30000, seed)[x] for seed in (42, 43, 44)) for x in "maie"]
    rows.append(["30,000 steps, limits for the mean of three seeds", "em", *(f"{bounds(x, 3, 100)} %" for x in last)])
    return table(["", "after", *"maie"], *rows)

def heads(docs, steps, text):
    """Of each head at the last position of the text: q; scores; weights; k and v of all positions."""
    noted, n = iter(train_one("heads noted", docs, steps, next=text)["noted"][0]), len(text) + 1

    def take(count):
        return list(itertools.islice(noted, count))

    return [(take(4), take(n), take(n), [take(4) for _ in range(n)], [take(4) for _ in range(n)]) for _ in range(4)]

def attention():
    rows = [[f"head {h}", *(f"{x:.2f}" for x in head[2])] for h, head in enumerate(heads(NAMES, 1000, "emm"))]
    return table(["", "BOS", "e", "first m", "second m"], *rows)

def hand():
    q, scores, weights, k, v = max(heads(PICKS, 3000, "528a"), key=lambda head: head[2][1])
    out = [sum(weight * x[i] for weight, x in zip(weights, v)) for i in range(4)]
    q, out, *lists = [" ".join(f"{x:.1f}".replace("-0.0", "0.0") for x in four) for four in (q, out, *k, *v)]
    rows = [[token, lists[t], f"{scores[t]:.1f}", f"{weights[t]:.2f}", lists[5 + t]] for t, token in enumerate(["BOS", *"528a"])]
    return table(["token", "key", "score", "weight", "value"], *rows, ["query of a", q, "", "sum", out])

def unseen_sums():
    rows, mirrored, others = [], [0, 0, 0], [0, 0, 0]  # how many; of these right, as it is; with equal weights
    for choice in range(1, 6):
        ten = random.Random(choice).sample(SUMS, 10)
        rest = [line for line in SUMS if line not in ten]
        found = [sum(right_answers(row, rest, 5000, ten), []) for row in ("", "equal weights")]  # by three seeds
        rows.append([f"`{' '.join(line[:3] for line in ten)}`", *(bounds(len(lines) / 3, 2, 10) for lines in found)])
        for line in ten:
            group = mirrored if f"{line[2]}+{line[0]}{line[3:]}" in rest else others
            group[:] = group[0] + 1, *(n + lines.count(line) / 3 for n, lines in zip(group[1:], found))
    for n, *counts in mirrored, others:
        rows.append([f"the {n} {'with' if n > 25 else 'without'} a mirror", *(bounds(count, 3, n) for count in counts)])
    return table(["the ten", "right, as it is", "with equal weights"], *rows)

def counting(known, k, place=False, a=0.1):
    """The held-out loss of counting what follows k letters, at the same place, in known names; a is added to each count."""

    def windows(name):  # "." stands for BOS, and for what is before it
        text = "." * k + name + "."
        return [(place and i, text[i : i + k], text[i + k]) for i in range(len(text) - k)][:16]

    count = Counter(w for name in known for w in windows(name))
    total = Counter(w[:2] for name in known for w in windows(name))
    return mean([mean([-math.log((count[w] + a) / (total[w[:2]] + 27 * a)) for w in windows(x)]) for x in HELD_OUT])

def counters():
    ways = {"how often each letter occurs": [0], "what follows a letter": [1], "what follows it at each place": [1, True],
            "what follows two letters": [2], "what follows three": [3]}
    rows = [[way, *(f"{counting(x, *how):.2f}" for x in (THOUSAND, OTHERS))] for way, how in ways.items()]
    model = loss(train("", THOUSAND, 1000, test=HELD_OUT), 2), held_out("", len(OTHERS), 2)
    return table(["", "1,000 names", f"{len(OTHERS):,}"], *rows, ["the model, each line once", *model])

OTHER_TABLES = {"emma": emma, "em": after_em, "attention": attention, "hand": hand, "unseen sums": unseen_sums,
                "counting": counters}

# ---- Figures in sentences

def digit_rows(steps, seed=42):
    first = sorted(set("".join(SUMS))).index("0")
    return train("", SUMS, steps, [seed], rows=1)[0]["rows"][first : first + 10]

def neighbours():
    """For how many digits the most similar row of wte is that of a digit beside it."""
    def cosine(x, y):
        return sum(a * b for a, b in zip(x, y)) / math.hypot(*x) / math.hypot(*y)

    tables = [digit_rows(5000, seed) for seed in (42, 43, 44, 45)]
    nearest = [(i, max({*range(10)} - {i}, key=lambda j: cosine(x[i], x[j]))) for x in tables for i in range(10)]
    return f"{sum(abs(i - j) == 1 for i, j in nearest)} of {len(nearest)}"

def copies(known=None):
    """How many of 1,000 samples are among the first names that it is shown, or among all."""
    shuffled = list(NAMES)
    random.Random(42).shuffle(shuffled)  # as the program does
    return right([train_one("", NAMES, 1000, samples=1000)], set(shuffled[:known]))

FIGURES = {
    "p5": lambda: f"{train_one('', PICKS, 3000, next='528a')['next'][0][5]:.3f}",
    "digits": neighbours,
    "copies": copies,
    "copies of names that it saw": lambda: copies(1000),
    "ln 27": lambda: f"{math.log(27):.2f}",
    "best loss of sums": lambda: f"{mean([2 * math.log(10) / (len(line) + 1) for line in SUMS]):.3f}",
}

def walk(name, figure):
    arguments, _, text = name.removeprefix("walk ").partition(": ")
    output = output_of(job(compiled, "walk.cpp").result(), *shlex.split(arguments))
    parts = output.splitlines() if figure else re.split(r"\n+(?===== )", output)
    found = [part for part in parts if text in part.split("\n")[0]]
    if len(found) != 1:
        raise RuntimeError(f"{len(found)} places of walk's output have this, not one: {text}")
    return re.search(r"-?\d+(\.\d+)?", found[0])[0] if figure else f"```text\n{found[0].strip()}\n```"

def content(name, figure=False):
    if name.startswith("walk "):
        return walk(name, figure)
    return table_of(name) if name in TABLES else (FIGURES if figure else OTHER_TABLES)[name]()

# ---- README.md

PLACE = re.compile(r"(<!-- experiments: (.+?) -->|<!--= (.+?) -->)(.*?)(<!-- end -->|<!---->)", re.S)

def numbers_in(text):
    return {x.replace(",", "") for x in re.findall(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", text)}

def unsupported(text):
    """Figures in sentences that stand in no place of their section."""
    constants, line = numbers_in(" ".join(re.findall(r"^constexpr auto \w+ = (.*?);", SOURCE, re.M))), 1
    for section in re.split(r"(?m)^(?=#+ |</?details>)", text):
        places = [place[4] for place in PLACE.finditer(section)]
        sentences = re.sub(f"{PLACE.pattern}|```.*?```|`[^`]*`|\\]\\([^)]*\\)|<[^>]*>", lambda x: "\n" * x[0].count("\n"),
                           section, flags=re.S)
        for i, words in enumerate(sentences.split("\n") if places else []):
            for number in sorted(numbers_in(words) - constants - numbers_in(" ".join(places))):
                if "." in number or (len(number) > 2 and not re.fullmatch(r"\d\d?0+", number)):
                    yield f"line {line + i}: {number} stands in no place of this section"
        line += section.count("\n")

def compare(path, write):
    """What is wrong in the file, after its places were filled if that is wanted."""
    text = path.read_text("utf-8")
    keys = {(place[2] or place[3], not place[2]) for place in PLACE.finditer(text)}
    contents = {key: waiting.submit(content, *key) for key in keys}
    contents = {key: x.result() if key[1] else f"\n\n{x.result()}\n\n" for key, x in contents.items()}
    if write:
        text = PLACE.sub(lambda x: x[1] + contents[x[2] or x[3], not x[2]] + x[5], text)
        path.write_text(text, "utf-8")
    yield from unsupported(text)
    for place in PLACE.finditer(text):
        must = contents[place[2] or place[3], not place[2]]
        pairs = itertools.zip_longest(place[4].split("\n"), must.split("\n"), fillvalue="(nothing)")
        for line, (x, y) in enumerate(pairs, text.count("\n", 0, place.start()) + 1):
            if x != y:
                yield f"line {line}, {place[2] or place[3]}: it has\n    {x}\n  and must have\n    {y}"

def main(*arguments):
    names = [*TABLES, *OTHER_TABLES]
    if len(arguments) == 2 and arguments[0] in ("--write", "--check"):
        wrong = list(compare(Path(arguments[1]), arguments[0] == "--write"))
        print("\n".join(wrong) or "All places have what was measured.")
        return 1 if wrong else 0
    for name in arguments:
        if name not in names:
            raise WrongCall(f"there is no {name}")
    for name in arguments or names:
        asked.clear()
        text = content(name)
        print(f"\n## {name}\n\n{''.join(asked.values())}\n{text}", flush=True)

def clean_up():
    workers.shutdown(wait=False, cancel_futures=True)
    for process in list(processes):
        process.terminate()
    shutil.rmtree(folder, ignore_errors=True)

if __name__ == "__main__":
    tool(main, f"{__doc__}\nTables: {', '.join([*TABLES, *OTHER_TABLES])}\nFigures: {', '.join(FIGURES)}", clean_up)
