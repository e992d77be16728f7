"""Checks the figures in README.md that a look at the other files can check. Silent if all is well."""

import pathlib
import re

root = pathlib.Path(__file__).parent.parent
readme = (root / "README.md").read_text("utf-8")
source = (root / "microgpt.cpp").read_text("utf-8").splitlines()
output = (root / "tests/expected.txt").read_bytes().decode()

# The output: the header, the last progress line, the samples.
shown = re.search(r"```text\n(num docs.*?\n)```", readme, re.S).group(1)
lines = output.split("\n")
expected = "\n".join(lines[:3] + [lines[3].split("\r")[-2]] + lines[4:])
assert shown == expected, "the output in README.md is not the program's"

# The map: each section's first and last line.
banners = [i for i, line in enumerate(source, 1) if line.startswith("// ----")]
ends = [i - 2 for i in banners[1:]] + [len(source)]
rows = re.findall(r"^\| .* \| (\d+)–(\d+) \|$", readme, re.M)
assert rows == [(str(a), str(b)) for a, b in zip(banners, ends)], f"the map should say {list(zip(banners, ends))}"
names = re.findall(r"^\| ([A-Z][\w ]+) \| .* \| \d+–\d+ \|$", readme, re.M)
for name, i in zip(names, banners, strict=True):
    assert source[i - 1].startswith(f"// ---- {name}"), f"{name} is not at line {i}"

# The constants and their values, and the number of tests.
for names, values in re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\d., e-]+) \| ", readme, re.M):
    for name, value in zip(re.findall(r"`(\w+)`", names), values.split(", "), strict=True):
        assert re.search(rf"^constexpr \w+ {name} = {re.escape(value)};", "\n".join(source), re.M), name
tests = sum(len(re.findall(r"^TEST_CASE\(", f.read_text("utf-8"), re.M)) for f in (root / "tests").glob("*.cpp"))
assert f"out of {tests}\n" in readme, f"there are {tests} tests"

# The parameters of each measured setting: 27 tokens of names.txt, and the formula of the architecture.
for change, count in re.findall(r"^\| (as it is|`\w+ = [\d.e-]+`) \| ([\d,]+) \| ", readme, re.M):
    c = {"n_layer": 1, "n_embd": 16, "block_size": 16}
    if "=" in change:
        name, value = change.strip("`").split(" = ")
        c[name] = float(value)
    expected = (2 * 27 + c["block_size"]) * c["n_embd"] + c["n_layer"] * 12 * c["n_embd"] ** 2
    assert int(count.replace(",", "")) == expected, f"{change}: {expected} parameters"
