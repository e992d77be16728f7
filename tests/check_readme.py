"""Are the figures in README.md those of today? Silent if they are.

    python3 tests/check_readme.py BUILD      BUILD: the folder with walk, as CMake makes it

The output, the map and the constants are compared with what they are taken from. Every other figure of three digits or
with a decimal point, in the sections that show what the model does, has to be printed by walk or by experiments.py,
which takes two minutes.
"""

import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
readme = (root / "README.md").read_text("utf-8")
source = (root / "microgpt.cpp").read_text("utf-8").splitlines()
output = (root / "tests/expected.txt").read_bytes().decode()
wrong = []

# The output: the header, the last progress line, the samples.
shown = re.search(r"```text\n(num docs.*?\n)```", readme, re.S)[1]
lines = output.split("\n")
if shown != "\n".join(lines[:3] + [lines[3].split("\r")[-2]] + lines[4:]):
    wrong.append("the output is not the program's")

# The map: each section's name, first and last line.
banners = [i for i, line in enumerate(source, 1) if line.startswith("// ----")]
sections = [(re.match(r"// ---- ([\w ]+\w)", source[i - 1])[1], f"{i}–{end}")
            for i, end in zip(banners, [i - 2 for i in banners[1:]] + [len(source)])]
for row, section in zip(re.findall(r"^\| ([\w ]+) \| .* \| (\d+–\d+) \|$", readme, re.M), sections, strict=True):
    if row != section:
        wrong.append(f"the map says {row}, the source {section}")

# The constants and their values.
for names, values in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\d., e-]+) \| ", readme, re.M):
    for name, value in zip(re.findall(r"`(\w+)`", names), values.split(", "), strict=True):
        if not re.search(rf"^constexpr \w+ {name} = {re.escape(value)};", "\n".join(source), re.M):
            wrong.append(f"{name} is not {value}")

# All other figures.
def figures(text):
    return {x.replace(",", "") for x in re.findall(r"-?\d+(?:,\d{3})*(?:\.\d+)?", text) if "." in x or len(x) > 2}


def printed(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout


build = pathlib.Path(sys.argv[1]).resolve()
commands = [[build / "walk", "emma", root / "data/names.txt"], [sys.executable, root / "tests/experiments.py"]]
known = figures("\n".join([*source, *(printed(*command) for command in commands)]))
for heading in ["## The path of one name", "## What it has learned", "## Experiments", "Measured on `data/names.txt`"]:
    section = re.search(rf"^{heading}.*?(?=^## |^\*\*Your own data)", readme, re.M | re.S)[0]
    wrong += [f"no command prints {figure}" for figure in sorted(figures(section) - known)]
sys.exit("\n".join(f"README.md: {line}" for line in wrong) or 0)
