#!/usr/bin/env bash
# usage: tests/tools/portability.sh
# Does microgpt.cpp print the same bytes everywhere? For each target below this builds it, trains it on data/names.txt,
# compares what it prints with tests/expected/names.txt, and prints a row of a table. The status is 0 if all that could
# be tried held; a target whose tools are missing is skipped, and says so. All the tools, on Debian 12:
#   apt-get install -y --no-install-recommends g++ clang libc++-dev libc++abi-dev g++-i686-linux-gnu \
#     g++-arm-linux-gnueabihf g++-aarch64-linux-gnu g++-riscv64-linux-gnu g++-s390x-linux-gnu \
#     g++-mingw-w64-x86-64-posix qemu-user wine wine64

set -u
[ "$*" != --help ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit; }
[ $# = 0 ] || { echo 'usage: tests/tools/portability.sh, without arguments' >&2 && exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
work=$(mktemp -d) || exit 1
export TMPDIR=$work  # for what the tools leave behind
export WINEPREFIX=$work/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='  # a Windows of its own, quiet
clean_up() {
    [ ! -d "$WINEPREFIX" ] || { wineserver -k && wineserver -w; } 2>/dev/null  # only the one of this WINEPREFIX
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

held=0 failed=0 skipped=0
row() { printf '%-42s | %s\n' "$1" "$2"; }
skip() { row "$1" "skipped: no $2" && ((++skipped)); }

# check TARGET RUNNER COMPILER [FLAG...]: RUNNER is what starts the program; '' if this machine can do that.
check() {
    local target=$1 runner=$2 build=("${@:3}" -std=c++20) good='same bytes' end='\n' difference tool
    for tool in "$3" $runner; do
        command -v "$tool" >/dev/null || { skip "$target" "$tool" && return; }
    done
    # A compiler without its library for this target is a missing tool as well.
    "${build[@]}" -x c++ - -o "$work/empty.exe" <<<$'#include <version>\nint main() {}' 2>/dev/null ||
        { skip "$target" "library for ${build[*]}" && return; }
    # On Windows lines of text end in \r\n, Python's as well.
    [ "$runner" != wine ] || good='same text, lines end in \r\n' end='\r\n'
    awk -v ORS="$end" 1 tests/expected/names.txt >"$work/expected"
    ((++failed))  # until it has held
    if ! "${build[@]}" microgpt.cpp -o "$work/microgpt.exe" 2>"$work/log"; then
        row "$target" 'FAILED to build' && cat "$work/log" >&2
    elif ! $runner "$work/microgpt.exe" data/names.txt >"$work/printed" 2>"$work/log" </dev/null; then
        row "$target" 'FAILED to run' && cat "$work/log" >&2
    elif ! difference=$(cd "$work" && cmp expected printed 2>&1); then
        row "$target" "DIFFERED: $difference"
    else
        row "$target" "$good"
        ((--failed, ++held))
    fi
}

row target result
row ------ ------
for compiler in g++ clang++; do
    for flags in -O0 -O1 -O2 -O3 -Ofast '-Ofast -march=native' '-O3 -ffast-math -march=native'; do
        check "$compiler $flags" '' "$compiler" $flags
    done
done
check 'clang++ -O2, libc++' '' clang++ -O2 -stdlib=libc++
check 'i686 (32-bit, x87) -O3, qemu' qemu-i386 i686-linux-gnu-g++ -O3 -static
check 'armhf (32-bit) -O3, qemu' qemu-arm arm-linux-gnueabihf-g++ -O3 -static
check 'arm64 -O3, qemu' qemu-aarch64 aarch64-linux-gnu-g++ -O3 -static
check 'riscv64 -O3, qemu' qemu-riscv64 riscv64-linux-gnu-g++ -O3 -static
check 's390x (big-endian) -O3, qemu' qemu-s390x s390x-linux-gnu-g++ -O3 -static
check 'Windows x86-64 (mingw-w64) -O3, wine' wine x86_64-w64-mingw32-g++ -O3 -static

printf '\n%s\n' "$held held, $failed differed or failed, $skipped skipped"
[ $failed -eq 0 ] && [ $held -gt 0 ]
