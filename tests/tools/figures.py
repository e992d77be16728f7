"""Draws the pictures of README.md into .github/, from what microgpt and walk print.

python3 tests/figures.py [--check] [BUILD]   (BUILD: the folder with both programs; default: build)

Each picture carries its numbers in its <desc>. With --check nothing is drawn: it fails if those numbers are
not the ones of today. Drawing needs Debian's python3-matplotlib and graphviz, checking neither.
"""

import html
import io
import json
import math
import pathlib
import re
import subprocess
import sys

import experiments

root = pathlib.Path(__file__).resolve().parent.parent
check = "--check" in sys.argv
build = pathlib.Path([*sys.argv, root / "build"][2 if check else 1]).resolve()
names = root / "data/names.txt"
docs = [line.strip() for line in names.read_text("utf-8").splitlines() if line.strip()]
uchars = sorted(set("".join(docs)))
tokens = ["BOS", *"emma"]

# ---- The numbers


def output_of(program, *arguments):
    run = subprocess.run([build / program, *arguments, names], capture_output=True, check=True)
    return run.stdout.decode()


def numbers_in(line):
    return [float(x) for x in re.findall(r"-?\d+\.\d{4}", line)]


def loss_numbers():
    losses = [float(x) for x in re.findall(r"loss ([\d.]+)", output_of("microgpt"))]
    return {
        "mean of 25 steps": [round(sum(losses[i : i + 25]) / 25, 3) for i in range(0, len(losses), 25)],
        "guessing": round(math.log(len(uchars) + 1), 3),
        "counting, after 0, 1, 2 letters": [round(experiments.loss_of_counting(n, 0.1), 3) for n in range(3)],
    }


def attention_numbers():
    trained = output_of("walk", "emma").split("==== After")[1]
    heads = []
    for head in re.split(r"head \d", trained)[1:]:
        rows = [numbers_in(line) for line in head.splitlines()[: len(tokens)]]
        heads.append([row[len(row) // 2 :] for row in rows])  # the scores stand before the weights
    return {"attn_weights": heads}


def temperature_numbers():
    trained = output_of("walk", "--all", "emma").split("==== After")[1]
    line = trained.split("Prediction")[1].splitlines()[2 + tokens.index("m")]
    logits = numbers_in(line)[: len(uchars) + 1]
    result = {}
    for temperature in (0.5, 1, 2):
        exps = [math.exp(x / temperature) for x in logits]
        result[f"temperature {temperature}"] = [round(x / sum(exps), 4) for x in exps]
    return result


def sizes():
    source = (root / "microgpt.cpp").read_text("utf-8")
    result = {}
    for name in ("n_layer", "n_embd", "block_size", "n_head"):
        result[name] = int(re.search(rf"^constexpr int {name} = (\d+);", source, re.M)[1])
    untrained = output_of("walk", "emma").split("==== After")[0]
    for name, words in [("vocab_size", "vocab size: "), ("params", "num params: "), ("step", "Backward: ")]:
        result[name] = int(re.search(rf"{words}(\d+)", untrained)[1])
    return result


# ---- The pictures

card, ink, grey, blue, orange, green = "#f6f8fa", "#1f2328", "#8c959f", "#0969da", "#bc4c00", "#1a7f37"
small = 8.5  # points, of which 3 are 4 pixels


def subplots(columns, height, **options):
    import matplotlib.pyplot

    colours = {key: card for key in ("figure.facecolor", "axes.facecolor")}
    colours |= {key: ink for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color")}
    matplotlib.rcParams.update({"svg.hashsalt": "microgpt", "font.size": 9.5, "axes.edgecolor": grey, **colours})
    matplotlib.rcParams.update({"axes.spines.top": False, "axes.spines.right": False})
    matplotlib.rcParams["figure.constrained_layout.h_pad"] = 0.1
    return matplotlib.pyplot.subplots(1, columns, figsize=(8.34, height), layout="constrained", **options)


def svg_of(figure):
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def draw_loss(x):
    figure, axes = subplots(1, 3.6)
    means = x["mean of 25 steps"]
    axes.plot([25 * i + 12.5 for i in range(len(means))], means, color=blue, linewidth=2)
    labels = [f"guessing: ln {len(uchars) + 1} =", "counting letters:", "after one letter:", "after two letters:"]
    for label, y in zip(labels, [x["guessing"], *x["counting, after 0, 1, 2 letters"]]):
        axes.axhline(y, color=orange, linewidth=1, linestyle="--")
        axes.text(1010, y, f"{label} {y:.2f}", color=orange, va="center")
    axes.set(xlim=(0, 1000), ylim=(2.1, 3.4), xlabel="step", ylabel="loss")
    axes.set_title("The loss while training: the mean of each 25 steps")
    return svg_of(figure)


def draw_attention(x):
    n = len(tokens)
    labels = [f"{pos_id} {token}" for pos_id, token in enumerate(tokens)]
    figure, axes = subplots(len(x["attn_weights"]), 2.75, sharey=True)
    for h, (ax, weights) in enumerate(zip(axes, x["attn_weights"])):
        for i, row in enumerate(weights):
            ax.imshow([row], extent=(0, i + 1, i + 1, i), cmap="Blues", vmin=0, vmax=1)
            for t, weight in enumerate(row):
                colour = "white" if weight > 0.6 else ink
                ax.text(t + 0.5, i + 0.5, f"{weight:.2f}", ha="center", va="center", size=small, color=colour)
        ax.set(xlim=(0, n), ylim=(n, 0), title=f"head {h}", xlabel="looks at")
        ax.set_xticks([i + 0.5 for i in range(n)], labels)
        ax.set_yticks([i + 0.5 for i in range(n)], labels)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("this position")
    figure.suptitle("attn_weights of emma in the trained model: each row sums to 1", size=11)
    return svg_of(figure)


def draw_temperature(x):
    order = sorted(range(len(uchars) + 1), key=lambda i: -x["temperature 1"][i])
    best, rest = order[:10], order[10:]
    figure, axes = subplots(1, 3.4)
    for k, (label, probs, colour) in enumerate(zip(x, x.values(), (blue, orange, green))):
        heights = [probs[i] for i in best] + [sum(probs[i] for i in rest)]
        bars = axes.bar([i + 0.28 * (k - 1) for i in range(11)], heights, 0.26, color=colour, label=label)
        percent = [f"{100 * y:.0f}" if y >= 0.005 else "<1" for y in heights]
        axes.bar_label(bars, percent, size=small, padding=1)
    axes.set_xticks(range(11), [*((uchars + ["BOS"])[i] for i in best), f"{len(rest)} others" + "\nwith BOS" * (len(uchars) in rest)])
    axes.set(yticks=[], ylabel="probability in %", title="The next token after em in the trained model")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.legend(frameon=False, loc="upper center")
    return svg_of(figure)


def draw_architecture(x):
    dot = """digraph { rankdir=LR; ranksep=0.12; nodesep=0.2; pad=0.05; bgcolor="CARD"; fontname="DejaVu Sans";
        fontsize=11; fontcolor="INK"; color="GREY"; style=rounded; labeljust=l;
        node [style="filled,rounded" color="GREY" fontcolor="INK" fontname="DejaVu Sans" fontsize=11 height=0.34];
        edge [fontname="DejaVu Sans" fontsize=11 fontcolor="BLUE" color="INK" arrowsize=0.6];
        node [label="+" shape=circle width=0.25 margin=0 fillcolor=white]; add2; add1; add0;
        node [label="x" shape=plain fillcolor="CARD"]; x2; x1;
        node [label="rmsnorm" shape=box width=0.4 margin="0.05,0.03" fillcolor=white]; norm2; norm1; norm0;
        node [label="\\N"]; heads [label="HEADS heads"]; earlier [label="earlier\\nk, v" style="rounded,dashed"];
        "wte[token_id]" -> add0 [label=E]; "wpe[pos_id]" -> add0 [label=E]; add0 -> norm0 [label=E];
        norm0 -> add1 [label=E]; norm0 -> norm1 [label=E];
        subgraph cluster1 { label="attention: a position collects from itself and those before it"; margin=6;
            earlier -> heads [label="HEADS x D" style=dashed];
            norm1 -> attn_wv [label=E]; attn_wv -> heads [label="HEADS x D"];
            norm1 -> attn_wk [label=E]; attn_wk -> heads [label="HEADS x D"];
            norm1 -> attn_wq [label=E]; attn_wq -> heads [label="HEADS x D"];
            heads -> attn_wo [label=E]; attn_wo -> add1 [label=E]; }
        add1 -> x1 [label=E];
        x2 -> add2 [label=E]; x2 -> norm2 [label=E];
        subgraph cluster2 { label="MLP: each position works on what it has"; margin=6;
            norm2 -> mlp_fc1 [label=E]; mlp_fc1 -> relu [label=4E]; relu -> mlp_fc2 [label=4E];
            mlp_fc2 -> add2 [label=E]; }
        add2 -> lm_head [label=E]; lm_head -> softmax [label=V]; softmax -> probs [label=V]; }"""
    e, heads, v = x["n_embd"], x["n_head"], x["vocab_size"]
    words = {"label=E": f"label={e}", "label=4E": f"label={4 * e}", "label=V": f"label={v}"}
    words |= {"HEADS": str(heads), "x D": f"x {e // heads}"}
    words |= {"CARD": card, "INK": ink, "GREY": grey, "BLUE": blue}
    for word, value in words.items():
        dot = dot.replace(word, value)
    command = ["dot", "-Tsvg:cairo"]  # cairo turns letters into outlines, which look alike everywhere
    return subprocess.run(command, input=dot.encode(), capture_output=True, check=True).stdout.decode()


def draw_tape(x):
    e, v, start, step = x["n_embd"], x["vocab_size"], x["params"], x["step"]
    parts = [("wte", v * e), ("wpe", x["block_size"] * e), ("lm_head", v * e), ("attn_*", 4 * e * e)]
    parts += [("mlp_fc1", 4 * e * e), ("mlp_fc2", 4 * e * e)]
    assert x["n_layer"] == 1 and sum(length for _, length in parts) == start
    parts += [(", ".join(f"gpt({token})" for token in tokens) + ", loss", step)]
    figure, axes = subplots(1, 2.3)
    place = 0
    for i, (name, length) in enumerate(parts):
        colour = "#ffd8b5" if place == start else ("#ddf4ff", "#b6e3ff")[i % 2]
        axes.barh(0, length, left=place, height=1, color=colour, edgecolor=ink, linewidth=0.6)
        turn = 0 if length > 600 else 90
        axes.text(place + length / 2, 0, name, ha="center", va="center", rotation=turn, size=small)
        place += length
    axes.text(0, 0.65, f"{start} parameters", va="bottom")
    axes.text(start, 0.65, f"{step} numbers of one step, here of emma", va="bottom")
    arrows = [("average_loss appends", start, place)]
    arrows += [("backward walks back, and adds to the parameters' grads", place, start)]
    arrows += [("tape.cut drops what the step appended", place, start)]
    for i, (text, tail, head) in enumerate(arrows):
        y = -0.8 - 0.42 * i
        axes.text(start - 60, y, text, ha="right", va="center")
        style = {"arrowstyle": "->", "color": ink, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (head, y), (tail, y), arrowprops=style)
    axes.set(xlim=(-20, place + 20), ylim=(-1.9, 1))
    axes.axis("off")
    return svg_of(figure)


for numbers_of, draw in [
    (loss_numbers, draw_loss),
    (attention_numbers, draw_attention),
    (temperature_numbers, draw_temperature),
    (sizes, draw_architecture),
    (sizes, draw_tape),
]:
    path = root / ".github" / (draw.__name__.removeprefix("draw_") + ".svg")
    numbers = numbers_of()
    desc = f"<desc>{html.escape(json.dumps(numbers), quote=False)}</desc>"
    if check:
        if not path.exists() or desc not in path.read_text("utf-8"):
            sys.exit(f"{path.relative_to(root)} is stale; to draw it anew: python3 tests/figures.py")
    else:
        svg = re.sub(r"<svg[^>]*>", lambda tag: f"{tag[0]}\n{desc}", draw(numbers), count=1)
        path.write_text(re.sub(r" +\n", "\n", svg), "utf-8")
