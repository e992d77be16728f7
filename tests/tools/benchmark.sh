#!/usr/bin/env bash
# Measures what the table of times in README.md and tests/README.md shows, on this machine: microgpt.py, where python3,
# pypy3 and the script are there; microgpt.cpp beside gradients derived by hand; the compiler; and how the time grows
# with the constants. Needs hyperfine and g++ (or the compiler in CXX).
#
#   tests/benchmark.sh [MICROGPT.PY]

set -euo pipefail
python_script=$(realpath "${1:-/nonexistent}" 2>/dev/null || true)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cxx=${CXX:-g++}
command -v hyperfine >/dev/null || { echo 'benchmark.sh: no hyperfine; install it first' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp data/names.txt "$work/input.txt"
cp microgpt.cpp "$work"

# build NAME FLAGS [SED]: microgpt.cpp, with constants edited by a sed script, as $work/NAME.
build() {
    sed "${3:-}" microgpt.cpp >"$work/$1.cpp"
    # shellcheck disable=SC2086
    $cxx -std=c++20 $2 "$work/$1.cpp" -o "$work/$1"
}

# measure RUNS COMMAND NAME [COMMAND NAME ...]: one after the other, as a table.
measure() {
    local runs=$1 arguments=()
    shift
    for ((; $# > 0; )); do arguments+=("--command-name=$2" "$1") && shift 2; done
    (cd "$work" && hyperfine -N --style none --warmup 1 --runs "$runs" --export-markdown table.md "${arguments[@]}" \
        >/dev/null)
    cat "$work/table.md"
}

echo "$(date -I), $(lscpu 2>/dev/null | sed -n 's/^Model name: *//p'), $(uname -sm), $($cxx --version | head -n 1)"

printf '\n### microgpt.py: the same work, once\n\n'
for python in python3 pypy3; do
    if [ ! -f "$python_script" ]; then
        echo "skipped $python: no microgpt.py (give its path as the argument)"
    elif ! command -v $python >/dev/null; then
        echo "skipped $python: not installed"
    else
        (cd "$work" && hyperfine --style none --runs 1 --export-markdown table.md "$python $python_script" >/dev/null)
        $python --version | tail -n 1
        cat "$work/table.md"
    fi
done

printf '\n### microgpt.cpp, and the same model with gradients derived by hand (tests/by_hand.cpp), in turn\n\n'
build O3 -O3
build native '-O3 -march=native'
$cxx -std=c++20 -O3 tests/by_hand.cpp -o "$work/by_hand"
$cxx -std=c++20 -O3 -march=native tests/by_hand.cpp -o "$work/by_hand_native"
measure 30 "$work/O3 input.txt" -O3 "$work/by_hand input.txt" '-O3, by hand' \
    "$work/native input.txt" '-O3 -march=native' "$work/by_hand_native input.txt" '-O3 -march=native, by hand'

printf '\n### From an edit to new names\n\n'
measure 5 "$cxx -std=c++20 -O3 microgpt.cpp -o microgpt" 'compile, -O3' \
    "sh -c '$cxx -std=c++20 -O3 microgpt.cpp -o microgpt && ./microgpt input.txt'" 'compile and run'

printf '\n### microgpt.cpp at -O3, with other constants\n\n'
rows=()
for change in 'n_layer = 2' 'n_layer = 4' 'n_embd = 32' 'n_embd = 64' 'block_size = 8' 'block_size = 64' 'n_head = 8' \
    'num_steps = 5000'; do
    name=${change// /}
    build "$name" -O3 "s/constexpr int ${change% = *} = [0-9]*;/constexpr int $change;/"
    rows+=("$work/$name input.txt" "$change")
done
measure 5 "$work/O3 input.txt" 'as it is' "${rows[@]}"

printf '\n### Peak memory\n\n'
if /usr/bin/time -f %M true 2>/dev/null; then
    (cd "$work" && /usr/bin/time -f '%M KiB, by /usr/bin/time' ./O3 input.txt 2>&1 >/dev/null)
else
    echo 'skipped: no GNU /usr/bin/time'
fi
