"""What the tools in Python share: microgpt.cpp with other code or constants, and how a tool begins and ends."""

import os, re, signal, subprocess, sys  # noqa: E401
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "microgpt.cpp").read_text("utf-8")

def with_code(text, changes):
    """The text with other pieces of code, and the numbers of the lines where the old ones were. Each must stand there
    once, whatever the white space and comments within. A new line is indented as the one before."""
    places = []
    for old, new in changes:
        pattern = r"(?:(?<!\w)|(?=\W))" + r"(?:\s|//.*\n)*".join(map(re.escape, re.findall(r"\w+|\S", old)))
        found = [place.span() for place in re.finditer(pattern, text)]
        if len(found) != 1:
            raise RuntimeError(f"this must stand in the program once, and stands there {len(found)} times: {old}")
        places.append((*found[0], new))
    lines = [text.count("\n", 0, start) + 1 for start, _, _ in places]
    for start, end, new in sorted(places, reverse=True):
        indentation = re.match(" *", text[text.rfind("\n", 0, start) + 1 :])[0]
        text = text[:start] + new.replace("\n", "\n" + indentation) + text[end:]
    return text, lines

def with_constants(path, constants):
    """Changes constants of the program at path: "NAME = VALUE", ..."""
    command = ["cmake", "-P", ROOT / "tests/tools/change.cmake", path, path, *constants]
    result = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8")
    if result.returncode != 0:
        raise RuntimeError(result.stderr)

class WrongCall(Exception):
    pass

def tool(main, help_text, clean_up=lambda: None):
    """Runs main with the words of the command line. An error is one line, and status 1, or 2 for a wrong call."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        asked = {"-h", "--help"} & {*sys.argv[1:]}
        status = print(help_text.strip()) if asked else main(*sys.argv[1:])
    except (KeyboardInterrupt, Exception) as error:
        status = 130 if isinstance(error, KeyboardInterrupt) else 2 if isinstance(error, WrongCall) else 1
        known = isinstance(error, (RuntimeError, OSError, WrongCall))
        words = "stopped" if status == 130 else str(error) if known else repr(error)
        print(f"{Path(sys.argv[0]).name}: {' '.join(words.split())}{'; see --help' * (status == 2)}", file=sys.stderr)
    clean_up()
    sys.stdout.flush()
    os._exit(status or 0)  # not waiting for threads
