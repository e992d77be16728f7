#!/usr/bin/env python3
"""Draws the pictures of README.md into .github/, from what the program computes.

usage: tests/tools/figures.py [--check]

Each picture has its numbers in its <desc>. With --check nothing is drawn: it fails if they are not those of today.
Drawing needs Debian's python3-matplotlib, for which it may be /usr/bin/python3 tests/tools/figures.py.
"""

import html, io, json, math, re, sys  # noqa: E401
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lessons"))
import experiments
from change import ROOT, SOURCE, WrongCall, tool
from experiments import NAMES, THOUSAND, counting, heads, mean, train_one

# ---- The numbers

def sizes():
    result = {name: int(re.search(rf"^constexpr auto {name} = (\d+);", SOURCE, re.M)[1])
              for name in ("n_layer", "n_embd", "block_size", "n_head")}
    step = int(experiments.walk("walk emma: numbers on the tape", figure=True))
    return result | {"vocab_size": 27, "params": int(train_one("", NAMES, 0)["params"][0][0]), "step": step}

def picks_numbers():
    return {text: [[round(x, 2) for x in head[2]] for head in heads(experiments.PICKS, 3000, text)]
            for text in ("528a", "528b", "528c")}

def main_directions(rows):
    """Where the rows lie on the two directions in which they differ most (multiplying again and again finds these)."""
    rest, result = [[x - mean(column) for x, column in zip(row, zip(*rows))] for row in rows], []
    for _ in range(2):
        direction = [1 / (1 + k) for k in range(len(rest[0]))]
        for _ in range(1000):
            on = [sum(x * y for x, y in zip(row, direction)) for row in rest]
            direction = [sum(x * y for x, y in zip(on, column)) for column in zip(*rest)]
            direction = [x / math.hypot(*direction) for x in direction]
        rest = [[x - y * z for x, z in zip(row, direction)] for y, row in zip(on, rest)]
        result.append([round(x if on[0] < 0 else -x, 2) for x in on])  # the 0 at the lower left
    return list(zip(*result))

def digits_numbers():
    return {f"{steps} steps": main_directions(experiments.digit_rows(steps)) for steps in (0, 5000)}

def parts_numbers():
    """Three columns of README.md's table, which experiments.py checks."""
    places = experiments.PLACE.finditer((ROOT / "README.md").read_text("utf-8"))
    lines = next(place[4] for place in places if place[2] == "parts").strip().split("\n")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    # 200, 96–200, or over 190
    return {row[0]: [[int(x) for x in re.findall(r"\d+", cell)] + [200] * ("over" in cell) for cell in row[1:4]] for row in rows}

def loss_numbers():
    losses = [x for x, in train_one("", NAMES, 1000)["loss"]]
    lines = {"guessing": math.log(27), "counting how often each letter occurs": counting(THOUSAND, 0),
             "what follows a letter": counting(THOUSAND, 1), "what follows it at each place": counting(THOUSAND, 1, True)}
    return {"first": round(losses[0], 2), "means of 25": [round(mean(losses[i : i + 25]), 2) for i in range(0, 1000, 25)],
            "lines": {name: round(y, 2) for name, y in lines.items()}}

def temperature_numbers():
    follows = Counter(name[2:3] for name in NAMES if name.startswith("em"))
    p, result = experiments.probs_after("em", 1000), {"the data": {x: n / follows.total() for x, n in follows.items()}}
    for t in (0.5, 1, 2):
        total = sum(x ** (1 / t) for x in p.values())
        result[f"temperature {t}"] = {letter: x ** (1 / t) / total for letter, x in p.items()}
    return {label: {letter: round(x.get(letter, 0), 2) for letter in "aeiyolmrb"} for label, x in result.items()}

# ---- The pictures

card, ink, grey, blue, orange, green = "#f6f8fa", "#1f2328", "#8c959f", "#0969da", "#bc4c00", "#1a7f37"
light_blue, light_orange, small = "#eaf5ff", "#fff1e5", 9  # points; 3 are 4 pixels

def subplots(columns, height, **options):
    import matplotlib.pyplot

    colours = {f"{part}.facecolor": card for part in ("figure", "axes")} | {"axes.edgecolor": grey}
    colours |= {key: ink for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color")}
    matplotlib.rcParams.update({"svg.hashsalt": "microgpt", "font.size": 10, "axes.titlesize": 10, **colours,
                                "axes.spines.top": False, "axes.spines.right": False})
    return matplotlib.pyplot.subplots(1, columns, figsize=(25 / 3, height), layout="constrained", **options)

def bare(ax, **options):
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    ax.set(**options)

def picks(x):
    figure, axes = subplots(3, 2, sharey=True)
    for ax, (text, weights) in zip(axes, x.items()):
        ax.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for h, row in enumerate(weights):
            for t, weight in enumerate(row):
                colour = "white" if weight > 0.6 else ink
                ax.text(t, h, f"{weight:.2f}", ha="center", va="center", size=small, color=colour)
        bare(ax, title=f"at the {text[-1]} of {text}")
        ax.set_xticks(range(5), ["BOS", *text], size=12)
        ax.set_yticks(range(4), [f"head {h}" for h in range(4)])
    return figure

def digits(x):
    figure, axes = subplots(2, 3.375)
    for ax, rows, title in zip(axes, x.values(), ("before training, enlarged", "after 5,000 steps")):
        ax.plot(*zip(*rows), color=blue, linewidth=1, alpha=0.5)
        for digit, place in enumerate(rows):
            around = {"boxstyle": "circle,pad=0.15", "color": card}
            ax.text(*place, digit, size=13, weight="bold", ha="center", va="center", bbox=around)
        bare(ax, xticks=[], yticks=[], title=title)
        ax.margins(0.12)
        ax.set_aspect("equal", "datalim")
    return figure

def parts(x):
    titles = "picks: worst to best", "sums: the mean", "plus and minus: the mean"
    figure, axes = subplots(3, 4.625, sharey=True)
    for column, ax in enumerate(axes):
        for y, cells in enumerate(x.values()):
            ax.plot([0, 200], [y, y], color="#d8dee4", linewidth=1, zorder=0)
            worst, best = cells[column][0], cells[column][-1]
            ax.plot([worst, best], [y, y], color=blue, linewidth=7, alpha=0.5 if column else 1, solid_capstyle="round")
        bare(ax, xlim=(-4, 205), xticks=range(0, 201, 50), title=titles[column])
    axes[0].set_yticks(range(len(x)), [row.replace("learning_rate, learning_rate", "learning_rate") for row in x])
    axes[0].invert_yaxis()
    return figure

def loss(x):
    figure, ax = subplots(1, 3.25)
    ax.plot([0, *range(13, 1000, 25)], [x["first"], *x["means of 25"]], color=blue, linewidth=2)
    ax.text(20, x["first"], f"the first step: {x['first']:.2f}, then means of 25", color=blue, va="center")
    for name, y in x["lines"].items():
        ax.axhline(y, color=orange, linewidth=1, linestyle="--")
        ax.text(1010, y, f"{name}: {y:.2f}", color=orange, va="center", size=small)
    ax.set(xlim=(-5, 1000), ylim=(2.25, 3.55), xlabel="step", ylabel="loss")
    return figure

def temperature(x):
    figure, ax = subplots(1, 3)
    for k, ((label, p), colour) in enumerate(zip(x.items(), (grey, blue, orange, green))):
        bars = ax.bar([i + 0.22 * (k - 1.5) for i in range(len(p))], p.values(), 0.2, color=colour, label=label)
        ax.bar_label(bars, [f"{100 * y:.0f}" for y in p.values()], size=small, padding=1)
    bare(ax, yticks=[], ylabel="probability in %")
    ax.set_xticks(range(len(p)), list(p), size=12)
    ax.legend(frameon=False, loc="upper right")
    return figure

def tape(x):
    square, table, start, step = x["n_embd"] ** 2, x["vocab_size"] * x["n_embd"], x["params"], x["step"]
    pieces = [("wte", table), ("wpe", x["block_size"] * x["n_embd"]), ("lm_head", table), ("attn_*", 4 * square),
              ("mlp_fc1", 4 * square), ("mlp_fc2", 4 * square), ("what the name emma makes", step)]
    figure, ax = subplots(1, 2)
    bare(ax, xlim=(-20, start + step + 20), ylim=(-2, 1), xticks=[], yticks=[])
    place = 0
    for i, (name, length) in enumerate(pieces):
        colour = "#ffd8b5" if place == start else ("#ddf4ff", "#b6e3ff")[i % 2]
        ax.barh(0, length, left=place, height=1, color=colour, edgecolor=ink, linewidth=0.6)
        turn = 0 if length > 600 else 90
        ax.text(place + length / 2, 0, name, ha="center", va="center", rotation=turn, size=small)
        place += length
    ax.text(0, 0.65, f"{start:,} parameters")
    ax.text(start, 0.65, f"{step:,} numbers of one step")
    arrows = [("forward appends", start, place), ("backward walks back, and adds to the parameters' grads", place, start),
              ("tape.cut drops what was appended", place, start)]
    for i, (text, tail, head) in enumerate(arrows):
        y, style = -0.85 - 0.45 * i, {"arrowstyle": "->", "color": ink, "shrinkA": 0, "shrinkB": 0}
        ax.text(start - 60, y, text, ha="right", va="center")
        ax.annotate("", (head, y), (tail, y), arrowprops=style)
    return figure

def architecture(x):
    from matplotlib.patches import FancyBboxPatch

    e, h, v, d = x["n_embd"], x["n_head"], x["vocab_size"], x["n_embd"] // x["n_head"]
    figure, ax = subplots(1, 6.25)
    bare(ax, xlim=(0, 100), ylim=(0, 74), xticks=[], yticks=[])

    def box(across, up, text, width=11, height=4.4, colour="white", line="-", heading=""):
        style = {"boxstyle": "round,pad=0,rounding_size=0.8", "edgecolor": grey, "facecolor": colour, "linestyle": line}
        ax.add_patch(FancyBboxPatch((across - width / 2, up - height / 2), width, height, **style))
        ax.text(across, up, text, ha="center", va="center")
        ax.text(across - width / 2 + 1, up + height / 2 - 1.2, heading, va="top", weight="bold")

    def arrow(*points, number=""):
        """Through the points, with the number beside the last piece."""
        (a, b), (c, f) = points[-2:]
        style = {"arrowstyle": "->", "color": ink, "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0}
        ax.plot(*zip(*points[:-1]), color=ink, linewidth=0.9)
        ax.annotate("", (c, f), (a, b), arrowprops=style)
        where = {"ha": "left", "va": "center"} if a == c else {"ha": "center", "va": "bottom"}
        ax.text((a + c) / 2 + 0.6 * (a == c), (b + f) / 2 + 0.4 * (a != c), number, color=blue, size=small, **where)

    def down(across, *ups, numbers):
        """Arrows one below the other: from ups[0] to ups[1], from ups[2] to ups[3], ..."""
        for high, low, number in zip(ups[::2], ups[1::2], numbers):
            arrow((across, high), (across, low), number=number)

    # the model
    for across, up, text in [(6.2, 71, "wte[token_id]"), (20, 71, "wpe[pos_id]"), (13, 57.5, "rmsnorm"), (13, 14, "lm_head"),
                             (13, 7.5, "softmax")]:
        box(across, up, text, 12.4 if across < 10 else 11.8)
    for up, text in [(64, "+"), (36, "+"), (21, "+")]:
        box(13, up, text, 3.4, 3.4)
    for up, text in [(43, "attention"), (28.5, "MLP")]:
        box(13, up, text, 11.8, colour=light_blue)
    ax.text(13, 1.4, "probs", ha="center", va="center")
    arrow((7, 68.8), (7, 64), (11.3, 64), number=e)
    arrow((19, 68.8), (19, 64), (14.7, 64), number=e)
    down(13, 62.3, 59.7, 55.3, 45.2, 40.8, 37.7, 34.3, 30.7, 26.3, 22.7, 19.3, 16.2, 11.8, 9.7, 5.3, 2.6, numbers=[e] * 6 + [v, v])
    for high, low in [(50, 36), (33, 21)]:  # residual connections
        arrow((13, high), (3, high), (3, low), (11.3, low), number=e)

    # attention
    box(45, 47, "", 34, 52, light_blue, heading="attention")
    for across, up, text in [(45, 64, "rmsnorm"), (45, 30.5, "attn_wo")]:
        box(across, up, text)
    for across, text in [(34, "attn_wq"), (45, "attn_wk"), (56, "attn_wv")]:
        box(across, 55, text, 9.5)
        arrow((45, 61.8), (across, 57.2), number=e if across == 45 else "")
    box(50.5, 47.5, f"kept: k and v of each\nposition so far, 2 x {e}", 21.5, 5.4, line="--")
    box(45, 38.8, f"{h} heads, each with {d} of the {e}", 31, colour=light_orange)
    down(34, 52.8, 41, numbers=[f"q: {e}"])
    down(45, 69.5, 66.2, 52.8, 50.2, 44.8, 41, 36.6, 32.7, 28.3, 23, numbers=[e, f"k: {e}", "", f"{h} x {d} = {e}", e])
    down(56, 52.8, 50.2, 44.8, 41, numbers=[f"v: {e}", ""])

    # one head
    box(82.5, 47, "", 33, 52, light_orange, heading="one head")
    for across, text in [(71, f"q: {d}"), (82, f"each k: {d}"), (94, f"each v: {d}")]:
        ax.text(across, 66.5, text, ha="center", color=blue, size=small)
    for up, text in [(59, "dot products"), (51, f"/ sqrt({d})"), (43, "softmax")]:
        box(77, up, text, 16)
    box(82.5, 33, "sum of weight x v", 27)
    arrow((71, 65.8), (74, 61.2))
    arrow((82, 65.8), (80, 61.2))
    down(77, 56.8, 53.2, 48.8, 45.2, 40.8, 35.2, numbers=["one for each position", "scores", "weights, sum 1"])
    down(94, 65.8, 35.2, numbers=[""])
    down(82.5, 30.8, 23, numbers=[d])

    # the MLP
    box(63.5, 10, "", 71, 16, light_blue, heading="MLP")
    for i, (text, number) in enumerate([("rmsnorm", e), ("mlp_fc1", 4 * e), ("relu", 4 * e), ("mlp_fc2", e)]):
        box(37 + 16 * i, 9, text)
        arrow((42.5 + 16 * i, 9), (47.5 + 16 * i, 9), number=number)
    arrow((28.5, 9), (31.5, 9))
    return figure

PICTURES = [(sizes, architecture), (sizes, tape), (picks_numbers, picks), (digits_numbers, digits), (parts_numbers, parts),
            (loss_numbers, loss), (temperature_numbers, temperature)]

def main(*arguments):
    if arguments not in ((), ("--check",)):
        raise WrongCall(f"unexpected argument {arguments[0]}")
    for numbers_of, draw in PICTURES:
        path, numbers = ROOT / f".github/{draw.__name__}.svg", numbers_of()
        desc = f"<desc>{html.escape(json.dumps(numbers, ensure_ascii=False), quote=False)}</desc>"
        if arguments and not (path.exists() and desc in path.read_text("utf-8")):
            raise RuntimeError(f".github/{path.name} has other numbers; to draw it anew: /usr/bin/python3 tests/tools/figures.py")
        if not arguments:
            svg = io.StringIO()
            draw(numbers).savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
            svg = re.sub("<svg[^>]*>", lambda tag: f"{tag[0]}\n{desc}", svg.getvalue(), count=1)
            path.write_text(re.sub(" +\n", "\n", svg), "utf-8")

if __name__ == "__main__":
    tool(main, __doc__, experiments.clean_up)
