#!/usr/bin/env python3
"""Does microgpt.cpp print the bytes that microgpt.py prints?

    tests/tools/compare.py MICROGPT.PY [COUNT [SEED]]   COUNT random cases (100), drawn from SEED (1)
    tests/tools/compare.py MICROGPT.PY edits [WORD]     learners' edits (edits.py), or those with WORD in their titles
    tests/tools/compare.py --self-test                  without microgpt.py: what it prints of the edits is on record

MICROGPT.PY is your own copy of microgpt.py, of the revision that README.md names. It is run by the Python that runs
this file: 3.9 or later, CPython or PyPy. microgpt.cpp is compiled by $CXX, or else g++. In a case both get the same
data set and the same constants. They must print the same bytes, and both succeed or both fail. A case depends on SEED
and its number alone. The folder of a wrong one is kept; the tenth ends the search. The status is 0 without any.
"""

import ast, collections, operator, os, pathlib, random, re, shutil, subprocess, sys, tempfile, zlib  # noqa: E401

from change import ROOT, SOURCE, WrongCall, tool, with_code, with_constants
from edits import EDITS, Edit

Case = collections.namedtuple("Case", "title constants flag data edit")

# ---- Drawing a case ----

VALUES = {
    "seed": [0, 1, 42, 2**31, 2**32 - 1, 1234567890], "n_embd": [1, 2, 3, 4, 5, 6, 8, 8, 10, 12, 16, 16, 24],
    "n_layer": [0, 1, 1, 1, 1, 1, 2, 2, 2, 3], "block_size": [1, 2, 3, 5, 8, 11, 16, 24, 40], "n_head": [1, 2, 3, 4, 8],
    "num_steps": [0, 1, 2, 5, 10, 20, 40, 80], "learning_rate": [0.0, 0.01, *[n / 4999 for n in range(1, 101)]],
    "beta1": [0.0, 0.5, 0.8, 0.85, 0.9, 0.95], "beta2": [0.95, 0.99, 0.999],
    "eps_adam": [1e-8, 1e-8, 1e-7, 1e-5, 0.001, 1.0], "temperature": [0.5, 1.0, 0.001, *[n / 7 for n in range(1, 20)]],
    "documents": [1, 3000, *range(2, 60, 4)], "characters": [1, 150, 350, *range(2, 30)]}
SMALL = {"seed": 42, "n_embd": 8, "n_layer": 1, "block_size": 8, "n_head": 2, "num_steps": 40, "learning_rate": 0.01,
         "beta1": 0.85, "beta2": 0.99, "eps_adam": 1e-8, "temperature": 0.5}
SPACES = [ch for ch in map(chr, range(sys.maxunicode + 1)) if ch.isspace()]  # all that strip() removes
EDGES = "\0\x7f\x80\u07ff\u0800\ud7ff\ue000\ufffe\uffff\U00010000\U0010ffff"  # where UTF-8 changes its length
TOPS = [0x5B, 0x7B, 0x7F, 0x100, 0x250, 0x600, 0x3100, 0x10000, 0x110000]  # the ends of some alphabets

def character(rng, tops):
    ch = chr(rng.randrange(rng.choice(tops))) if rng.random() < 0.95 else rng.choice(EDGES)
    return character(rng, tops) if ch.isspace() or "\ud800" <= ch <= "\udfff" else ch

def draw_data(rng, count, distinct):
    kind = rng.choice(["letters"] * 12 + ["arithmetic"] * 3 + ["sums", "picks"])
    if kind in ("sums", "picks"):
        return (ROOT / f"data/{kind}.txt").read_bytes()
    tops = rng.sample(TOPS, rng.choice([1, 1, 2, 3])) if distinct <= 30 else TOPS[-3:]
    chars, longest = [character(rng, tops) for _ in range(distinct)], rng.choice([1, 4, 12, 20, 20, 100])
    docs = ["".join(chars), *["".join(rng.choices(chars, k=rng.randint(1, longest))) for _ in range(count)]][:count]
    if kind == "arithmetic":
        form = rng.choice(["{}{}{}={}", "{:02}{}{:02}={:04}", "{} {} {} = {}", "{:b}{}{:b}={:b}"])
        sign, result = rng.choice([("+", operator.add), ("-", operator.sub), ("*", operator.mul), ("%", operator.mod)])
        pairs = [(rng.randrange(30), rng.randrange(1, 30)) for _ in range(count)]
        docs = [form.format(a, sign, b, result(a, b)) for a, b in pairs]
    ends = rng.choice([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r", "\n\r", "\r\r\n", "\n \t\n", "\n\u3000\x1c\r\n"]])
    like = "\u180e\u200b\u2060\ufeff"  # look like white space, but stay
    spaces = rng.choice([[""], ["", " ", "\t"], [*[""] * 30, *SPACES, *like]])  # before, within and after
    text = rng.choice(["", "", "", "\ufeff"])
    for doc in docs:
        middle, space = rng.randint(0, len(doc)), rng.choices(spaces, k=5)
        doc = doc[:middle] + space[0] + doc[middle:] * rng.choice([1] * 500 + [5000])  # perhaps a very long line
        text += "".join([*space[1:3], doc, *space[3:], rng.choice(ends)])
    text = text.rstrip("\r\n") if rng.random() < 0.3 else text  # the last line has no end
    if not "\u180e".strip():  # PyPy takes it for white space, which it has not been since Unicode 6.3
        text = text.replace("\u180e", "\u200b")
    data, at = text.encode(rng.choice(["utf-8"] * 15 + ["utf-16", "utf-16-le", "utf-16-be"])), rng.randint(0, len(text))
    broken = rng.choices(b"\x80\xa0\xbf\xc0\xc3\xe0\xe2\xed\xf0\xf4\xf5\xff", k=rng.choice([0] * 8 + [1, 2, 3, 4]))
    return data[:at] + bytes(broken) + data[at:]

def random_case(seed, number):
    rng, c = random.Random(f"{seed}, case {number}"), {}
    while not c or token > 60_000 / c["block_size"] or c["n_embd"] % c["n_head"] != 0:
        c = {name: rng.choice(values) for name, values in VALUES.items()}
        token = 12 * c["n_layer"] * c["n_embd"] ** 2 + 60 * c["n_embd"]  # multiplications for one, roughly
    c["num_steps"] = min(c["num_steps"], int(400_000 / c["block_size"] / token))
    data, flag = draw_data(rng, c.pop("documents"), c.pop("characters")), rng.choice(["-O0", "-O1", "-O2", "-O3"])
    title = f"{number}, {len(data)} bytes, {flag}, " + " ".join(f"{name}={value}" for name, value in c.items())
    return Case(title, c, flag, data, Edit())

def edit_cases(word=""):
    names = (ROOT / "data/names.txt").read_text("utf-8").split()[::700] + ["josé", "zoë", "christopherson"]
    cases = [Case(edit.title, SMALL, "-O0", "\n".join(names).encode(), edit) for edit in EDITS]
    as_is = SMALL | {"n_embd": 16, "block_size": 16, "n_head": 4, "num_steps": 1000}
    for name, printed in ("picks", 0x5bb27283), ("sums", 0x72b23c08):
        data = (ROOT / f"data/{name}.txt").read_bytes()
        cases.append(Case(f"{name}, without an edit", as_is, "-O2", data, Edit(result=printed)))
    return [case for case in cases if word in case.title]

# ---- The two programs, changed; what they do; what differs ----

def python_of(case, path):
    """The case's microgpt.py, however it is laid out: no comments, a statement on each line, tuples in one form."""
    text = re.sub(r"(?m)(^ *|for )\(([\w, ]+)\)(?= = | in )", r"\1\2", ast.unparse(ast.parse(path.read_text("utf-8"))))
    values = {f"{name} = ": repr(value) for name, value in case.constants.items()}
    adam = ["learning_rate", "beta1", "beta2", "eps_adam"]  # microgpt.py sets these four on one line
    values[", ".join(adam) + " = "] = ", ".join(values.pop(f"{name} = ") for name in adam)
    values["random.seed"] = f"({values.pop('seed = ')})"
    for start, value in values.items():
        text, found = re.subn(f"(?m)^{re.escape(start)}.*", start + value, text)
        if found != 1:
            raise RuntimeError(f"{path} must have one line that begins with '{start}', and has {found}")
    return with_code(text, case.edit.python.items())[0] + "\n"

def write_cpp(case, path):
    """The case's microgpt.cpp."""
    path.write_text(SOURCE, "utf-8")
    with_constants(path, [f"{name} = {value!r}" for name, value in case.constants.items()])
    edit = case.edit.python if case.edit.cpp is None else case.edit.cpp
    path.write_text(with_code(path.read_text("utf-8"), edit.items())[0], "utf-8")

def run(case, folder, python_text):
    """What microgpt.py did, and meanwhile microgpt.cpp, or else its compiler: status, output and errors of each."""
    (folder / "microgpt.py").write_text(python_text, "utf-8")
    write_cpp(case, folder / "microgpt.cpp")
    (folder / "input.txt").write_bytes(case.data)
    how = {"cwd": folder, "env": {**os.environ, "TMPDIR": str(folder)}, "stdin": subprocess.DEVNULL,
           "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    compiler = [*os.environ.get("CXX", "g++").split(), "-std=c++20", case.flag, "microgpt.cpp", "-o", "microgpt"]
    with subprocess.Popen([sys.executable, "-I", "-X", "utf8", "microgpt.py"], **how) as python:
        try:
            cpp = subprocess.run(compiler, **how)
            if cpp.returncode == 0:
                cpp = subprocess.run([folder / "microgpt"], **how)
            output, errors = python.communicate()
        finally:
            python.kill()
    return (python.returncode, output, errors), (cpp.returncode, cpp.stdout, cpp.stderr)

def judged(python, cpp, refusal=None):
    """What came of a case. It begins with WRONG if that must not be."""
    (status, a, _), (cpp_status, b, errors) = python, cpp
    at, errors = len(os.path.commonprefix([a, b])), errors.decode(errors="replace")
    if cpp_status in (0, 1) and a == b and (status == 0) == (cpp_status == 0):
        return "agrees"
    if cpp_status == 1 and isinstance(refusal, str) and refusal in errors and errors.count("\n") == 1:
        if at == len(b) or (status and at == len(a)):  # nothing that was printed before is wrong
            return "refused: " + errors.strip()
    x, y = a[max(0, at - 20) :][:60], b[max(0, at - 20) :][:60]
    return f"WRONG: status {status} and {cpp_status} {errors[-200:]!r}, from byte {at} on {x} in Python, {y} in C++"

def compare(cases, python):
    """Prints what came of each case. Returns how many were wrong."""
    counts = collections.Counter()
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="compare-") as name:
            folder = pathlib.Path(name)
            python_did, cpp_did = run(case, folder, python_of(case, pathlib.Path(python)))
            result = judged(python_did, cpp_did, case.edit.result)
            if isinstance(case.edit.result, int) and zlib.crc32(python_did[1]) != case.edit.result:
                result = f"WRONG: edits.py does not say that microgpt.py prints {zlib.crc32(python_did[1]):#x}"
            if result.startswith("WRONG"):
                result += f"\n    kept in {shutil.copytree(folder, tempfile.mkdtemp() + '/compare')}"
        print(f"{case.title}: {result}", flush=True)
        counts[result.split(":")[0]] += 1
        if counts["WRONG"] == 10:
            break
    print(", ".join(f"{what}: {count}" for what, count in counts.items()))
    return counts["WRONG"]

# ---- The self-test, and the command line ----

def self_test(folder):
    good, bad, dies, other = (0, b"12", b""), (1, b"12", b"microgpt: no\n"), (-6, b"12", b"no\n"), (0, b"13", b"")
    for expected, *results in [
            ("agrees", good, good), ("agrees", bad, bad), ("WRONG", good, bad), ("WRONG", bad, good),
            ("WRONG", good, other), ("WRONG", bad, dies), ("WRONG", bad, dies, "no"), ("WRONG", good, dies, "no"),
            ("WRONG", good, (1, b"123", b"no\n"), "no"), ("refused: microgpt: no", good, bad, "no"),
            ("WRONG", good, bad, "yes"), ("WRONG", other, bad, "no"), ("WRONG", good, (1, b"", b"x\nx\n"), "x")]:
        assert judged(*results).startswith(expected), f"{expected} was expected of {results}"
    for text in "", "a a":
        try:
            raise AssertionError(with_code(text, [("a", "b")]))
        except RuntimeError:
            pass  # it must stand there once
    cases = [random_case(1, number) for number in range(100)]
    assert cases == [random_case(1, number) for number in range(100)], "the cases are not always the same"
    drawn = "".join(case.data.decode(errors="replace") for case in cases)
    assert set([*SPACES, *EDGES]) <= set(drawn), "some characters are never drawn"
    for case in edit_cases():  # what microgpt.py prints of them is on record
        python, cpp = run(case, folder, "print(open('input.txt', 'rb').read())")
        same = cpp[0] in (0, 1) and zlib.crc32(cpp[1]) == case.edit.result
        assert python == (0, f"{case.data}\n".encode(), b""), python
        assert same or judged((0, *cpp[1:]), cpp, case.edit.result)[:7] == "refused", f"{case.title}: {cpp}"
    print("The self-test passed.")

def main(*words):
    if words == ("--self-test",):
        with tempfile.TemporaryDirectory(prefix="compare-") as folder:
            self_test(pathlib.Path(folder))
    elif len(words) in (2, 3) and words[1] == "edits":
        return compare(edit_cases(*words[2:]), words[0]) > 0
    elif len(words) in (1, 2, 3) and words[0][:1] != "-" and "".join(words[1:] or "1").isdecimal():
        count, seed = [int(word) for word in words[1:]] + [100, 1][len(words) - 1 :]
        return compare((random_case(seed, number) for number in range(count)), words[0]) > 0
    else:
        raise WrongCall("the arguments are MICROGPT.PY [COUNT [SEED]], or others")

if __name__ == "__main__":
    tool(main, __doc__)
