#!/usr/bin/env bash
# usage: tests/tools/benchmark.sh [MICROGPT.PY]
# Measures the times of README.md and tests/README.md on this machine. The rows of a table run in turn, over and over.
# A time is the median; a ratio is taken in each round, and shown as the median with its 95 % interval.
# Needs CMake, and g++ or the compiler in CXX; to time MICROGPT.PY, once, python3 or pypy3.

set -euo pipefail
[ "$*" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit; }
[ $# -le 1 ] && [ -f "${1-$0}" ] || { echo 'usage: tests/tools/benchmark.sh [MICROGPT.PY], which is a file' >&2 && exit 2; }
script=${1+$(realpath -- "$1")}
root=$(realpath -- "$(dirname "${BASH_SOURCE[0]}")/../..")
cxx="${CXX:-g++} -std=c++20"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"
cp "$root/data/names.txt" input.txt
cp "$root/microgpt.cpp" .

race() {  # ROUNDS NAME COMMAND [NAME COMMAND ...]: a table of the times, and of the ratios to the first row
    printf '\n| | ms | times the first row |\n|---|---|---|\n'
    for ((round = 0; round <= $1; ++round)); do  # the first round is for practice
        for ((i = 2; i < $#; i += 2)); do
            start=${EPOCHREALTIME/[.,]/}
            eval "${*:i+1:1}" >/dev/null
            ((round == 0)) || printf '%s\t%s\t%s\n' $((i / 2)) $((${EPOCHREALTIME/[.,]/} - start)) "${*:i:1}"
        done
    done | awk -F '\t' '
        function sort(a,    i, j, x) {
            for (i = 2; i <= rounds; ++i)
                for (j = i; j > 1 && a[j - 1] > a[j]; --j) { x = a[j]; a[j] = a[j - 1]; a[j - 1] = x }
        }
        { time[$1, ++n[$1]] = $2 / 1000; name[$1] = $3 }
        END {
            rounds = n[1]; middle = int((rounds + 1) / 2); low = int((rounds - 1.96 * sqrt(rounds)) / 2); low += low < 1
            for (i = 1; i in name; ++i) {
                for (j = 1; j <= rounds; ++j) { t[j] = time[i, j]; r[j] = t[j] / time[1, j] }
                sort(t); sort(r)
                printf "| %s | %.1f | %.2f (%.2f to %.2f) |\n", name[i], t[middle], r[middle], r[low], r[rounds + 1 - low]
            }
        }'
}

echo "$(date -I), $(lscpu 2>/dev/null | sed -n 's/^Model name: *//p'), $(uname -sm), $($cxx --version | head -n 1)"
for python in python3 pypy3; do
    TIMEFORMAT="$($python --version 2>&1 | tail -n 1), microgpt.py: %R s"
    [ -z "$script" ] || ! command -v $python >/dev/null || time $python "$script" >/dev/null
done
rows=()
for flags in -O3 -O2 '-O3 -march=native'; do
    $cxx $flags microgpt.cpp -o "microgpt $flags"
    $cxx $flags "$root/tests/lessons/by_hand.cpp" -o "by_hand $flags"
    rows+=("$flags" "'./microgpt $flags' input.txt" "$flags, by hand" "'./by_hand $flags' input.txt")
done
race 30 "${rows[@]}"
race 5 'compile, -O3' "$cxx -O3 microgpt.cpp" 'and run' "$cxx -O3 microgpt.cpp && ./a.out input.txt" \
    'compile, -O2' "$cxx -O2 microgpt.cpp" 'and run' "$cxx -O2 microgpt.cpp && ./a.out input.txt"
rows=(-O3 "'./microgpt -O3' input.txt")
for edit in n_layer\ =\ {2,4} n_embd\ =\ {32,64} block_size\ =\ {8,64} n_head\ =\ 8 num_steps\ =\ 5000; do
    cmake -P "$root/tests/tools/change.cmake" microgpt.cpp "$edit.cpp" "$edit"
    $cxx -O3 "$edit.cpp" -o "$edit"
    rows+=("\`$edit\`" "'./$edit' input.txt")
done
race 5 "${rows[@]}"
/usr/bin/time -f '%M KiB of memory at most' './microgpt -O3' input.txt 2>&1 >/dev/null || echo 'memory: no GNU time'
