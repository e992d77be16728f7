"""Does microgpt.cpp print the bytes that microgpt.py prints? Asks with random datasets and random constants.

    python3 tests/compare.py MICROGPT.PY [COUNT [SEED]]    COUNT cases (100), drawn from SEED (1)
    python3 tests/compare.py --self-test                   without microgpt.py: is a difference noticed?

MICROGPT.PY is your own copy of microgpt.py, of the revision that README.md names. It is run by the Python that runs
this file; microgpt.cpp is compiled by $CXX, or else g++. In each case both get the same dataset and the same value for
every constant. They must print the same bytes, and must both succeed or both fail; a crash of microgpt.cpp is always
wrong. One case in ten is drawn apart, from settings where README.md says that the two may differ. It is marked
"apart", with the reason and what happened, and only a crash counts there.

A case depends on SEED and its number alone, not on the machine. Where one differs, its folder is kept. The tenth
difference ends the search. The status is 0 if there was none.
"""

import collections
import concurrent.futures
import contextlib
import io
import itertools
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

CPP = pathlib.Path(__file__).resolve().parent.parent / "microgpt.cpp"
ADAM = ["learning_rate", "beta1", "beta2", "eps_adam"]  # microgpt.py sets these four on one line
GROUP = 5  # so many cases share their constants, and therefore a build
Case = collections.namedtuple("Case", "constants flag kind data apart")

# ---- The two programs with other constants ----


def edit(text, program, lines):
    """Sets what follows each pattern, to the value that lines has for it, on the one line that begins with it."""
    for pattern, value in lines.items():
        text, found = re.subn(rf"(?m)^({pattern})[^;)#\n]+", lambda match: match[1] + value, text)
        if found != 1:
            raise SystemExit(f"compare.py: {program} should have one line beginning with '{pattern}', and has {found}")
    return text


def python_with(constants, text):
    lines = {f"{name} = ": repr(value) for name, value in constants.items() if name not in ["seed", *ADAM]}
    lines[", ".join(ADAM) + " = "] = ", ".join(repr(constants[name]) for name in ADAM)
    return edit(text, "microgpt.py", lines | {r"random\.seed\(": repr(constants["seed"])})


def cpp_with(constants, text):
    lines = {rf"constexpr [\w:]+ {name} = ": repr(value) for name, value in constants.items() if name != "seed"}
    seed = r"constexpr [\w:]+ seed = |Random rng\((?=\d)"  # a constant, or a number where the generator is made
    return edit(text, "microgpt.cpp", lines | {seed: repr(constants["seed"])})


# ---- Drawing a case ----


def characters(*ranges):
    return [ch for first, last in ranges for ch in map(chr, range(first, last + 1)) if not ch.isspace()]


SCRIPTS = [characters(ranges) for ranges in [
    (0x61, 0x7A), (0x21, 0x7E), (0, 0x9F), (0xA1, 0x17F), (0x300, 0x36F), (0x391, 0x44F),  # to accents, Greek, Cyrillic
    (0x5D0, 0x5EA), (0x620, 0x64A), (0x905, 0x94D), (0xE01, 0xE3A), (0x1F300, 0x1F64F)]]  # Hebrew to Thai, and emoji
SCRIPTS += [list("\0\x7f\x80\u07ff\u0800\ud7ff\ue000\ufffe\uffff\U00010000\U0010ffff")]  # where UTF-8 changes length
MANY = characters((0x4E00, 0x52FF), (0xAC00, 0xAEFF))  # Chinese, Korean
SPACES = [ch for ch in map(chr, range(sys.maxunicode + 1)) if ch.isspace()]  # all that strip() removes
NO_SPACES = list("\u180e\u200b\u2060\ufeff")  # look like it, but stay
BROKEN = [b"\x80", b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\x80", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf",
          b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xf8\x88\x80\x80\x80"]
KINDS = ["mixed"] * 4 + ["not UTF-8"] * 2 + [
    "one character", "one document", "duplicates", "blank lines", "thousands of documents", "hundreds of characters",
    "long lines", "a very long line", "UTF-16"]


def draw_data(rng, kind):
    count = {"one document": 1, "thousands of documents": rng.randint(2000, 6000)}.get(kind, rng.randint(2, 60))
    longest = 100 if kind == "long lines" else rng.choice([1, 4, 12, 20])
    distinct = {"one character": 1, "hundreds of characters": rng.randint(150, 350), "1,200 characters": 1200}.get(kind)
    if distinct and distinct > 1:
        chars = rng.sample(MANY, distinct)
    else:
        scripts = rng.sample([*SCRIPTS, MANY], rng.choice([1, 1, 2, 3]))
        chars = [rng.choice(rng.choice(scripts)) for _ in range(distinct or rng.randint(2, 30))]
    docs = ["".join(rng.choices(chars, k=rng.randint(1, longest))) for _ in range(count)]
    if len(chars) > 30:
        docs.append("".join(chars))
    if kind == "a very long line":
        docs[0] = "".join(rng.choices(chars, k=100_000))
    if kind == "duplicates":
        docs = rng.choices(docs[:3], k=count)

    ends = rng.choice([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r", "\n\r", "\r\r\n"]])
    if kind == "blank lines":
        ends = ["\n", "\r\n", "\r", "\n\n\n", "\r\n\r\n", "\r\r", "\n \t\n", "\n\u3000\x1c\r\n"]
    spaces = rng.choice([[""], ["", " ", "\t"], [*[""] * 30, *SPACES, *NO_SPACES]])  # before, within and after
    text = rng.choice(["", "", "", "\ufeff"])
    for doc in docs:
        middle, space = rng.randint(0, len(doc)), rng.choices(spaces, k=5)
        text += "".join([*space[:2], doc[:middle], space[2], doc[middle:], *space[3:], rng.choice(ends)])
    if kind == "no documents":
        text = "".join(rng.choices(SPACES, k=rng.choice([0, 1, 50])))
    if rng.random() < 0.3:
        text = text.rstrip("\r\n")  # the last line has no end
    if kind == "UTF-16":
        return text.encode(rng.choice(["utf-16", "utf-16-le", "utf-16-be"]))
    data = text.encode()
    at = rng.randint(0, len(data))
    return data[:at] + rng.choice(BROKEN) + data[at:] if kind == "not UTF-8" else data


def draw_constants(rng):
    c = {"seed": rng.choice([0, 1, 42, 2**31, 2**32 - 1, rng.getrandbits(32)])}
    c["n_embd"] = rng.choice([1, 2, 3, 4, 5, 6, 8, 8, 10, 12, 16, 16, 24])
    c["n_layer"] = rng.choice([1, 1, 1, 2, 2, 3]) if c["n_embd"] <= 16 else 1
    c["n_head"] = rng.choice([n for n in range(1, c["n_embd"] + 1) if c["n_embd"] % n == 0])
    work = 12 * c["n_layer"] * c["n_embd"] ** 2 + 60 * c["n_embd"]  # multiplications for one token, roughly
    c["block_size"] = rng.choice([n for n in [1, 2, 3, 5, 8, 11, 16, 24, 40] if n * work < 60_000])
    c["num_steps"] = min(rng.choice([0, 1, 2, 5, 10, 20, 40, 80]), 400_000 // (work * c["block_size"]))
    c["learning_rate"] = rng.choice([0.0, 0.01, *[float(f"{10 ** rng.uniform(-4, -1.7):.3g}") for _ in range(6)]])
    c["beta1"] = rng.choice([0.0, 0.5, 0.8, 0.85, 0.9, 0.95])
    c["beta2"] = rng.choice([beta for beta in [0.5, 0.9, 0.95, 0.99, 0.999] if beta > c["beta1"] ** 2])
    c["eps_adam"] = rng.choice([1e-8, 1e-8, 1e-7, 1e-5, 0.001, 1.0])
    c["temperature"] = rng.choice([0.5, 1.0, 0.001, round(rng.uniform(0.05, 3), 2)])
    return c


SMALL = {"n_layer": 1, "n_embd": 8, "n_head": 2, "block_size": 4, "num_steps": 5,
         "beta1": 0.85, "beta2": 0.99, "eps_adam": 1e-8}
DEEP = {"n_layer": 7, "n_embd": 16, "block_size": 8}
REFUSED = [{x: 0} for x in ("n_embd", "n_head", "block_size", "temperature", "eps_adam")] + [{"beta1": 1}, {"beta2": 1}]
APART = [  # the reason, what changes SMALL (one of these), the kind of dataset
    ("fast training amplifies rounding", [{"learning_rate": x, "num_steps": 150} for x in (0.05, 0.2, 1.0)], "mixed"),
    ("Python's recursion limit, by characters", [{}], "1,200 characters"),
    ("no documents: Python prints counts before it fails", [{}], "no documents"),
    ("n_head does not divide n_embd", [{"n_head": 3}], "mixed"),
    ("long training amplifies rounding", [{"n_embd": 4, "learning_rate": 0.02, "num_steps": 2000}], "mixed"),
    ("Python's recursion limit, by n_layer", [DEEP], "long lines"),
    ("fast training: v forgets a gradient before m", [{"beta1": 0.9, "beta2": 0.3, "num_steps": 80}], "mixed"),
    ("Python's recursion limit, by n_embd", [{"n_embd": 128, "num_steps": 1}], "mixed"),
    ("a size of 0, or a division by 0", REFUSED, "mixed"),
]


def draw(seed, number):
    rng = random.Random(f"{seed}, group {number // GROUP}")
    constants, flag = draw_constants(rng), rng.choice(["-O0", "-O1", "-O1", "-O2", "-O3"])
    rng = random.Random(f"{seed}, case {number}")
    kind, apart = rng.choice(KINDS), None
    if number % 10 == 9:
        apart, choice, kind = APART[number // 10 % len(APART)]
        constants = constants | SMALL | rng.choice(choice)
    return Case(constants, flag, kind, draw_data(rng, kind), apart)


# ---- Running and comparing ----


def run(command, folder, timeout=900):
    """(output, status, errors). A program that hangs has the status "hangs"."""
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        return done.stdout, done.returncode, done.stderr
    except subprocess.TimeoutExpired as late:
        return late.stdout or b"", "hangs", b""


def difference(python, cpp):
    """What differs between two results of run; nothing if they agree."""
    what = []
    if (python[1] == 0) != (cpp[1] == 0) or cpp[1] not in (0, 1):
        what.append(f"status {python[1]} in Python, {cpp[1]} in C++ {cpp[2].decode(errors='replace')[-200:]!r}")
    a, b = python[0], cpp[0]
    if a != b:
        at = len(os.path.commonprefix([a, b]))
        shown = slice(max(0, at - 25), at + 25)
        what.append(f"from byte {at} of {len(a)} and {len(b)} on: {a[shown]!r} in Python, {b[shown]!r} in C++")
    return ", ".join(what)


def compare_group(python, cpp, seed, numbers, keep):
    """Runs these cases. For each: its verdict, and its line of output."""
    results, built = [], None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for number in numbers:
            case = draw(seed, number)
            if built != (case.constants, case.flag):
                built = (case.constants, case.flag)
                (folder / "microgpt.py").write_text(python_with(case.constants, python), "utf-8")
                (folder / "microgpt.cpp").write_text(cpp_with(case.constants, cpp), "utf-8")
                compiler = shlex.split(os.environ.get("CXX", "g++"))
                build = run([*compiler, "-std=c++20", case.flag, "microgpt.cpp", "-o", "microgpt"], folder)
            (folder / "input.txt").write_bytes(case.data)
            expected = run([sys.executable, "-I", "-X", "utf8", "microgpt.py"], folder)
            got = run([folder / "microgpt"], folder) if build[1] == 0 else (b"", 1, b"it does not compile: " + build[2])
            what = difference(expected, got)
            if case.apart and got[1] in (0, 1):
                both = "both fail, but differed" if expected[1] and got[1] else "differed"
                verdict = f"apart, {case.apart}, {both if what else 'agreed'}"
            else:
                verdict = "DIFFERS" if what else "agrees"
            line = f"{number:4} {verdict}: {case.kind}, {len(case.data)} bytes, {case.flag}, "
            line += " ".join(f"{name}={value}" for name, value in case.constants.items())
            line += f", {len(expected[0])} bytes printed, status {expected[1]}" + f"\n     {what}" * bool(what)
            if verdict == "DIFFERS":
                kept = shutil.copytree(folder, pathlib.Path(keep, f"case-{number}"))
                (kept / "python.out").write_bytes(expected[0])
                (kept / "cpp.out").write_bytes(got[0])
                line += f"\n     kept in {kept}"
            results.append((verdict, line))
    return results


def compare(python, cpp, count, seed, keep):
    """Prints a line for each case, and at the end what came of them. Returns the number that differed."""
    python_with(draw(seed, 0).constants, python), cpp_with(draw(seed, 0).constants, cpp)  # if it must fail, then now
    verdicts = collections.Counter()
    groups = [range(start, min(start + GROUP, count)) for start in range(0, count, GROUP)]
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    try:
        results = pool.map(lambda numbers: compare_group(python, cpp, seed, numbers, keep), groups)
        for verdict, line in itertools.chain.from_iterable(results):
            print(line, flush=True)
            verdicts[verdict] += 1
            if verdicts["DIFFERS"] == 10:
                print("Ten differences: the rest is left out.")
                break
    finally:
        pool.shutdown(cancel_futures=True)
    agreed, differed = verdicts.pop("agrees", 0), verdicts.pop("DIFFERS", 0)
    for verdict, times in sorted(verdicts.items()):
        print(f"{verdict}: {times}")
    print(f"{agreed} of {agreed + differed} agreed, and {sum(verdicts.values())} were apart.")
    return differed


# ---- The self-test ----


def self_test():
    """Compares stand-ins, which print the constants and the size of the dataset, and breaks them in turn."""
    names = [name for name in draw(1, 0).constants if name != "seed"]
    python = "class random:\n    seed = print\nrandom.seed(1)\nlearning_rate, beta1, beta2, eps_adam = 1, 1, 1, 1\n"
    python += "".join(f"{name} = 1  # as usual\n" for name in names if name not in ADAM)
    python += f'print("{" %.17g" * len(names)}" % ({", ".join(names)}), len(open("input.txt", "rb").read()))\n'
    cpp = '#include <cstdio>\n#include <cstdlib>\nstruct Random { Random(unsigned n) { std::printf("%u\\n", n); } };\n'
    cpp += "Random rng(1);\n" + "".join(f"constexpr double {name} = 1;  // as usual\n" for name in names)
    cpp += 'int main() { int n = 0; for (auto* f = std::fopen("input.txt", "rb"); std::fgetc(f) != EOF;) ++n;\n'
    cpp += f'std::printf("{" %.17g" * len(names)} %d\\n", {", ".join(names)}, n);\nreturn 0; }}\n'

    def differences(python, cpp, count=10):
        with tempfile.TemporaryDirectory() as keep, contextlib.redirect_stdout(io.StringIO()) as output:
            differed = compare(python, cpp, count, 1, keep)
            assert len(os.listdir(keep)) >= differed == output.getvalue().count("DIFFERS")
            return differed

    fails, crashes = cpp.replace("return 0", "return 1"), cpp.replace("return 0", "std::abort()")
    assert differences(python, cpp) == 0
    assert differences(python, cpp.replace("%d\\n", "%d \\n")) == 9, "one byte more is printed (one in ten is apart)"
    assert differences(python, cpp.replace("++n", "n = 1")) == 9, "another dataset is read"
    assert differences(python, cpp.replace("rate, beta1", "rate, beta1 + 1e-15")) == 9, "a constant is another"
    assert differences(python, fails) == 9 and differences(python + "exit(2)", cpp) == 9, "only one of them fails"
    assert differences(python + "exit(2)", fails) == 0, "both fail"
    assert differences(python + "exit(2)", crashes) == 10, "both fail, but C++ by a crash, which counts apart as well"
    assert differences(python, cpp.replace("return 0", "return nothing")) == 9, "it does not compile"
    assert differences(python, fails, 40) == 10, "the tenth is the last"
    assert difference((b"", 1, b""), run([sys.executable, "-c", "while True: pass"], ".", timeout=1)), "it hangs"
    for line in ["random.seed(1)", "n_layer = 1", "learning_rate, beta1", "Random rng(1);", "constexpr double n_layer"]:
        for times in 0, 2:
            broken = [re.sub(rf"(?m)^({re.escape(line)}.*)\n", r"\1\n" * times, text) for text in (python, cpp)]
            try:
                differences(*broken)
                raise AssertionError(f"{line} stands there {times} times, and nothing was said")
            except SystemExit as error:
                assert str(error).endswith(f"has {times}"), error

    cases = [draw(1, number) for number in range(200)]
    assert cases == [draw(1, number) for number in range(200)], "the cases are not always the same"
    text = "".join(case.data.decode() for case in cases if case.kind not in ("not UTF-8", "UTF-16"))
    assert set([*SPACES, *NO_SPACES, "\0", "\U0010ffff"]) <= set(text), "a character is never drawn"
    assert {case.kind for case in cases if not case.apart} == set(KINDS), "a kind of dataset is never drawn"
    assert {case.apart for case in cases} == {None, *(reason for reason, _, _ in APART)}, "an exception is never drawn"
    cpp_with(cases[0].constants, CPP.read_text("utf-8"))  # its constants can be found
    print("The self-test passed.")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif 2 <= len(sys.argv) <= 4 and sys.argv[1][0] != "-" and all(n.isdecimal() for n in sys.argv[2:]):
        count, seed = map(int, [*sys.argv[2:], *[100, 1][len(sys.argv) - 2 :]])
        keep = tempfile.mkdtemp(prefix="compare-")
        differed = compare(pathlib.Path(sys.argv[1]).read_text("utf-8"), CPP.read_text("utf-8"), count, seed, keep)
        if not differed:
            os.rmdir(keep)
        sys.exit(differed != 0)
    else:
        sys.exit(__doc__)
