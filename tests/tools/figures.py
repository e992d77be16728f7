#!/usr/bin/env python3
"""Draws the pictures of README.md into .github/, from what the program computes.

usage: tests/tools/figures.py [--check]

Each picture has its numbers in its <desc>. With --check nothing is drawn: it fails if they are not those of today.
Drawing needs Debian's python3-matplotlib, checking does not.
"""

import html
import io
import json
import math
import pathlib
import random
import re
import sys
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lessons"))
import experiments
from experiments import ROOT, mean

# ---- The numbers


def constants():
    return {name: int(re.search(rf"^constexpr auto {name} = (\d+);", experiments.SOURCE, re.M)[1])
            for name in ("n_layer", "n_embd", "block_size", "n_head")}


def architecture_numbers():
    return constants() | {"vocab_size": 27}


def tape_numbers():
    params = int(experiments.train_one("", experiments.NAMES, 0)["params"][0][0])
    return constants() | {"vocab_size": 27, "params": params,
                          "step": int(experiments.walk("walk emma: numbers on the tape", True))}


def picks_numbers():
    return {text: [[round(x, 2) for x in head[2]] for head in experiments.heads(experiments.PICKS, 3000, text)]
            for text in ("528a", "528b", "528c")}


def main_directions(rows):
    """The rows on the two directions in which they differ most, which powers of a matrix find."""
    middle = [mean(column) for column in zip(*rows)]
    rest, result = [[x - y for x, y in zip(row, middle)] for row in rows], []
    for _ in range(2):
        direction = [1.0] + [0.5] * (len(middle) - 1)
        for _ in range(1000):
            on = [sum(x * y for x, y in zip(row, direction)) for row in rest]
            direction = [sum(x * row[k] for x, row in zip(on, rest)) for k in range(len(middle))]
            length = math.sqrt(sum(x * x for x in direction))
            direction = [x / length for x in direction]
        on = [sum(x * y for x, y in zip(row, direction)) for row in rest]
        rest = [[x - y * z for x, z in zip(row, direction)] for y, row in zip(on, rest)]
        sign = 1 if on[0] < 0 else -1  # the 0 is at the lower left
        result.append([round(sign * x, 1) for x in on])
    return list(zip(*result))


def digits_numbers():
    return {f"after {steps} steps": main_directions(experiments.digit_rows(steps, 42)) for steps in (0, 3000)}


def parts_numbers():
    """The first two columns of README.md's table, which experiments.py checks."""
    text = (ROOT / "README.md").read_text("utf-8")
    table = next(x[4] for x in experiments.PLACE.finditer(text) if x[2] == "parts")
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.strip().splitlines()]
    return {row[0]: [[int(x) for x in cell.split("–")] for cell in row[1:3]] for row in rows[2:]}


def loss_numbers():
    losses = [x for x, in experiments.train_one("", experiments.NAMES, 1000)["loss"]]
    count = experiments.counting
    return {
        "first": round(losses[0], 2),
        "means of 25 steps": [round(mean(losses[i : i + 25]), 2) for i in range(0, 1000, 25)],
        "guessing": round(math.log(27), 2),
        "counting how often each letter occurs": round(count(experiments.THOUSAND, 0), 2),
        "what follows a letter": round(count(experiments.THOUSAND, 1), 2),
        "what follows a letter at each place": round(count(experiments.THOUSAND, 1, True), 2),
    }


def temperature_numbers():
    follows = Counter(name[2:3] or "BOS" for name in experiments.NAMES if name.startswith("em"))
    result = {"the data": {x: round(count / follows.total(), 2) for x, count in follows.most_common()}}
    p = experiments.probs_after("em", 1000)
    for temperature in (0.5, 1, 2):
        powers = {x: y ** (1 / temperature) for x, y in p.items()}
        result[f"temperature {temperature}"] = {x: round(y / sum(powers.values()), 2) for x, y in powers.items()}
    return result


# ---- The pictures

card, ink, grey, blue, orange, green = "#f6f8fa", "#1f2328", "#8c959f", "#0969da", "#bc4c00", "#1a7f37"
small = 9  # points; 3 are 4 pixels


def subplots(columns, height, **options):
    import matplotlib.pyplot

    colours = {key: card for key in ("figure.facecolor", "axes.facecolor")}
    colours |= {key: ink for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color")}
    matplotlib.rcParams.update({"svg.hashsalt": "microgpt", "font.size": 10, "axes.edgecolor": grey, **colours})
    matplotlib.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10})
    return matplotlib.pyplot.subplots(1, columns, figsize=(8.34, height), layout="constrained", **options)


def picks(x):
    figure, axes = subplots(3, 2, sharey=True)
    for ax, (text, weights) in zip(axes, x.items()):
        ax.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for h, row in enumerate(weights):
            for t, weight in enumerate(row):
                ax.text(t, h, f"{weight:.2f}", ha="center", va="center", size=small, color="white" if weight > 0.6 else ink)
        ax.set_xticks(range(5), ["BOS", *text], size=12)
        ax.set_yticks(range(4), [f"head {h}" for h in range(4)])
        ax.set_title(f"at the {text[-1]} of {text}")
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return figure


def digits(x):
    figure, axes = subplots(2, 3.4)
    for ax, (when, rows) in zip(axes, x.items()):
        across, up = zip(*rows)
        ax.plot(across, up, color=blue, linewidth=1, alpha=0.5)
        for digit, (a, b) in enumerate(rows):
            ax.text(a, b, digit, size=13, weight="bold", ha="center", va="center",
                    bbox={"boxstyle": "circle,pad=0.15", "color": card})
        ax.set(xticks=[], yticks=[], title=when.replace("after 0 steps", "before training").replace("000", ",000"))
        ax.margins(0.12)
        ax.set_aspect("equal", "datalim")
        ax.spines[:].set_visible(False)
    return figure


def parts(x):
    figure, axes = subplots(2, 4.6, sharey=True)
    for column, (ax, title) in enumerate(zip(axes, ("picks", "sums"))):
        for y, (name, ranges) in enumerate(x.items()):
            low, high = ranges[column][0], ranges[column][-1]
            ax.plot([0, 200], [y, y], color="#d8dee4", linewidth=1, zorder=0)
            ax.plot([low, high], [y, y], color=orange if low < 100 else blue, linewidth=7, solid_capstyle="round")
        ax.set(xlim=(-4, 204), xticks=range(0, 201, 50), title=f"{title}: right samples, of 200")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
    axes[0].set_yticks(range(len(x)), [re.sub("^n_head = 1$", "one head", name) for name in x])
    axes[0].invert_yaxis()
    return figure


def loss(x):
    figure, ax = subplots(1, 3.2)
    means, lines = x["means of 25 steps"], list(x.items())[2:]
    ax.plot([0, *(25 * i + 13 for i in range(40))], [x["first"], *means], color=blue, linewidth=2)
    ax.text(20, x["first"], f"the first step: {x['first']:.2f}", color=blue, va="center")
    for name, y in lines:
        ax.axhline(y, color=orange, linewidth=1, linestyle="--")
        ax.text(1010, y, f"{name}: {y:.2f}", color=orange, va="center", size=small)
    ax.set(xlim=(-5, 1000), ylim=(2.25, 3.55), xlabel="step", ylabel="loss")
    return figure


def temperature(x):
    figure, ax = subplots(1, 3)
    letters = [letter for letter, p in x["temperature 1"].items() if p >= 0.03 or x["the data"].get(letter, 0) >= 0.05]
    letters.sort(key=lambda letter: -x["temperature 1"][letter])
    for k, ((label, p), colour) in enumerate(zip(x.items(), (grey, blue, orange, green))):
        bars = ax.bar([i + 0.22 * (k - 1.5) for i in range(len(letters))], [p.get(i, 0) for i in letters], 0.2,
                      color=colour, label=label)
        ax.bar_label(bars, [f"{100 * p.get(i, 0):.0f}" for i in letters], size=small, padding=1)
    ax.set_xticks(range(len(letters)), letters, size=12)
    ax.set(yticks=[], ylabel="probability in %")
    ax.spines["left"].set_visible(False)
    ax.tick_params(length=0)
    ax.legend(frameon=False, loc="upper right")
    return figure


def tape(x):
    e, v, start, step = x["n_embd"], x["vocab_size"], x["params"], x["step"]
    parts = [("wte", v * e), ("wpe", x["block_size"] * e), ("lm_head", v * e), ("attn_*", 4 * e * e),
             ("mlp_fc1", 4 * e * e), ("mlp_fc2", 4 * e * e), ("what the name emma makes", step)]
    figure, ax = subplots(1, 2)
    place = 0
    for i, (name, length) in enumerate(parts):
        colour = "#ffd8b5" if place == start else ("#ddf4ff", "#b6e3ff")[i % 2]
        ax.barh(0, length, left=place, height=1, color=colour, edgecolor=ink, linewidth=0.6)
        ax.text(place + length / 2, 0, name, ha="center", va="center", rotation=0 if length > 600 else 90, size=small)
        place += length
    ax.text(0, 0.65, f"{start:,} parameters", va="bottom")
    ax.text(start, 0.65, f"{step:,} numbers of one step", va="bottom")
    arrows = [("forward appends", start, place), ("backward walks back, and adds to the parameters' grads", place, start),
              ("tape.cut drops what the step appended", place, start)]
    for i, (text, tail, head) in enumerate(arrows):
        y = -0.85 - 0.45 * i
        ax.text(start - 60, y, text, ha="right", va="center")
        ax.annotate("", (head, y), (tail, y), arrowprops={"arrowstyle": "->", "color": ink, "shrinkA": 0, "shrinkB": 0})
    ax.set(xlim=(-20, place + 20), ylim=(-2, 1))
    ax.axis("off")
    return figure


def architecture(x):
    from matplotlib.patches import FancyBboxPatch

    e, h, v = x["n_embd"], x["n_head"], x["vocab_size"]
    d = e // h
    figure, ax = subplots(1, 6.2)
    ax.set(xlim=(0, 100), ylim=(0, 74))
    ax.axis("off")

    def box(across, up, text, width=11, height=4.4, colour="white", style="-"):
        corner, size = (across - width / 2, up - height / 2), {"boxstyle": "round,pad=0,rounding_size=0.8"}
        ax.add_patch(FancyBboxPatch(corner, width, height, facecolor=colour, edgecolor=grey, linestyle=style, **size))
        ax.text(across, up, text, ha="center", va="center")

    def frame(left, right, low, high, text):
        box((left + right) / 2, (low + high) / 2, "", right - left, high - low, card if text else "white")
        ax.text(left + 1, high - 1.2, text, va="top", weight="bold")

    def arrow(*points, number="", at=0.5):
        """Through the points; the number stands beside the last piece."""
        ax.plot(*zip(*points[:-1], ((points[-2][0] + points[-1][0]) / 2, (points[-2][1] + points[-1][1]) / 2)), color=ink, lw=0.9)
        ax.annotate("", points[-1], points[-2], arrowprops={"arrowstyle": "->", "color": ink, "shrinkA": 0, "shrinkB": 0})
        (a, b), (c, f) = points[-2:]
        upright = abs(a - c) < 0.1
        ax.text(a + (c - a) * at + 0.6 * upright, b + (f - b) * at + 0.4 * (not upright), number, color=blue, size=small,
                ha="left" if upright else "center", va="center" if upright else "bottom")

    # the whole model, from top to bottom
    box(6, 71, "wte[token_id]", 12)
    box(20, 71, "wpe[pos_id]", 12)
    for up, text in [(64, "+"), (36, "+"), (21, "+")]:
        box(13, up, text, 3.4, 3.4)
    for up, text in [(57.5, "rmsnorm"), (43, "attention"), (28.5, "MLP"), (14, "lm_head"), (7.5, "softmax")]:
        box(13, up, text, 12, colour="#ddf4ff" if text in ("attention", "MLP") else "white")
    ax.text(13, 1.4, "probs", ha="center", va="center")
    arrow((6, 68.8), (11.6, 65), number=e)
    arrow((20, 68.8), (14.4, 65), number=e)
    for high, low, number in [(62.3, 59.7, e), (55.3, 45.2, e), (40.8, 37.7, e), (34.3, 30.7, e), (26.3, 22.7, e),
                              (19.3, 16.2, e), (11.8, 9.7, v), (5.3, 2.6, v)]:
        arrow((13, high), (13, low), number=number)
    for high, low in [(50, 36), (33, 21)]:  # residual connections
        arrow((13, high), (3, high), (3, low), (11.3, low), number=e)

    # attention
    frame(28, 62, 21, 73, "attention")
    arrow((45, 69.5), (45, 66.2), number=e)
    box(45, 64, "rmsnorm")
    for across, name in [(34, "attn_wq"), (45, "attn_wk"), (56, "attn_wv")]:
        arrow((45, 61.8), (across, 57.2), number=e if across == 45 else "")
        box(across, 55, name, 9.5)
    arrow((34, 52.8), (34, 41), number=f"q: {e}", at=0.25)
    arrow((45, 52.8), (45, 50.2), number=f"k: {e}")
    arrow((56, 52.8), (56, 50.2), number=f"v: {e}")
    box(50.5, 47.5, f"kept: k and v of each\nearlier position, 2 x {e}", 21.5, 5.4, style="--")
    arrow((45, 44.8), (45, 41))
    arrow((56, 44.8), (56, 41))
    box(45, 38.8, f"{h} heads, each with {d} of the {e}", 31, colour="#fff1e5")
    arrow((45, 36.6), (45, 32.7), number=f"{h} x {d} = {e}")
    box(45, 30.5, "attn_wo")
    arrow((45, 28.3), (45, 23), number=e)

    # a head
    frame(66, 99, 21, 73, "one head")
    for across, text in [(71, f"q: {d}"), (82, f"all k: {d} each"), (94, f"all v: {d} each")]:
        ax.text(across, 66.5, text, ha="center", color=blue, size=small)
    box(77, 59, "dot products", 16)
    arrow((71, 65.8), (74, 61.2))
    arrow((82, 65.8), (80, 61.2))
    arrow((77, 56.8), (77, 53.2), number="one for each position")
    box(77, 51, f"/ sqrt({d})", 16)
    arrow((77, 48.8), (77, 45.2), number="scores")
    box(77, 43, "softmax", 16)
    arrow((77, 40.8), (77, 35.2), number="weights, sum 1")
    box(82.5, 33, "sum of weight x v", 27)
    arrow((94, 65.8), (94, 35.2))
    arrow((82.5, 30.8), (82.5, 23), number=d)

    # the MLP
    frame(28, 99, 2, 18, "MLP")
    for across, text in [(37, "rmsnorm"), (53, "mlp_fc1"), (69, "relu"), (85, "mlp_fc2")]:
        box(across, 9, text)
    for left, right, number in [(28.5, 31.5, ""), (42.5, 47.5, e), (58.5, 63.5, 4 * e), (74.5, 79.5, 4 * e), (90.5, 96.5, e)]:
        arrow((left, 9), (right, 9), number=number)
    return figure


PICTURES = [(architecture_numbers, architecture), (tape_numbers, tape), (picks_numbers, picks), (digits_numbers, digits),
            (parts_numbers, parts), (loss_numbers, loss), (temperature_numbers, temperature)]


def main(arguments):
    if arguments not in ([], ["--check"]):
        help = {"-h", "--help"} & {*arguments}
        print(__doc__ if help else f"figures.py: unexpected argument {arguments[0]}; see figures.py --help")
        return 0 if help else 2
    for numbers_of, draw in PICTURES:
        path, numbers = ROOT / f".github/{draw.__name__}.svg", numbers_of()
        desc = f"<desc>{html.escape(json.dumps(numbers), quote=False)}</desc>"
        if arguments and not (path.exists() and desc in path.read_text("utf-8")):
            raise RuntimeError(f"{path.relative_to(ROOT)} is not of today; to draw it anew: python3 tests/tools/figures.py")
        if not arguments:
            text = io.StringIO()
            draw(numbers).savefig(text, format="svg", metadata={"Date": None, "Creator": None})
            svg = re.sub(r"<svg[^>]*>", lambda tag: f"{tag[0]}\n{desc}", text.getvalue(), count=1)
            path.write_text(re.sub(r" +\n", "\n", svg), "utf-8")
    return 0
    return 0


if __name__ == "__main__":
    experiments.command(main)
