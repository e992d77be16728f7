"""Are the figures in README.md those of today? Silent if they are.

    python3 tests/check_readme.py BUILD      BUILD: the folder with microgpt and walk

The output, the map and the constants are compared with what they are taken from. Every other figure, but for those of the
section on speed and the exceptions under Configure, has to be printed by walk or by tests/experiments.py, which take two
minutes.
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

# All other figures: numbers with a decimal point, and those of three and more digits.
def figures(text):
    return re.findall(r"(?<![\w.-])-?\d[\d,]*\.\d+\b(?![\w.]*-\d)|(?<![\w.,-])\d[\d,]*\d\d\b(?![\w.]*-\d)", text)

def printed(*command):
    return subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8").stdout

build = pathlib.Path(sys.argv[1]).resolve()
known = printed(build / "walk", "emma", root / "data/names.txt") + printed(sys.executable, root / "tests/experiments.py")
known = set(figures(known.replace(",", " ").replace("  ", " "))) | set(figures(known))
text = re.sub(r"^- \*\*Rounding.*?(?=^- )|^## (Configure|What is in it|Words|Speed|Where).*?(?=^\| changed|^## )", "",
              readme[: readme.index("## Speed")], flags=re.M | re.S)
for figure in sorted(set(figures(text))):
    if figure not in known and figure.replace(",", "") not in known:
        wrong.append(f"no command prints {figure}")
sys.exit("\n".join(f"README.md: {line}" for line in wrong))
