#!/usr/bin/env bash
# Does microgpt.cpp print the same bytes everywhere? For each target below: build it, train it on
# data/names.txt, and compare what it prints with tests/expected.txt, byte for byte. Prints a table. The
# status is 0 if all that could be tried held; a target whose tools are missing is skipped, and says so.
#
# All the tools, on Debian 12:
#   apt-get install -y --no-install-recommends g++ clang libc++-dev libc++abi-dev g++-i686-linux-gnu g++-arm-linux-gnueabihf g++-aarch64-linux-gnu g++-riscv64-linux-gnu g++-s390x-linux-gnu g++-mingw-w64-x86-64-posix qemu-user wine wine64

set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
work=$(mktemp -d) || exit 1
export TMPDIR=$work  # for what the tools leave behind
export WINEPREFIX=$work/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='  # a Windows of its own, quiet

clean_up() {
    [ -d "$WINEPREFIX" ] && wineserver -k 2>/dev/null && wineserver -w  # only the one of this WINEPREFIX
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

held=0 failed=0 skipped=0

# One row of the table, in front of it the log of a failure, if there is one.
row() {
    [ -n "${3-}" ] && cat "$3" >&2
    printf '%-42s | %s\n' "$1" "$2"
}

# check TARGET RUNNER COMPILER [FLAG...]: RUNNER is what starts the program; '' if this machine can do that.
check() {
    local target=$1 runner=$2 build=("${@:3}") good='same bytes' difference status tool
    for tool in "$3" $runner; do
        if ! command -v "$tool" >/dev/null; then
            row "$target" "skipped: no $tool"
            skipped=$((skipped + 1))
            return
        fi
    done
    # A compiler without its library for this target is a missing tool as well.
    if ! echo '#include <version>
              int main() {}' | "${build[@]}" -std=c++20 -x c++ - -o "$work/empty.exe" 2>/dev/null; then
        row "$target" "skipped: no library for ${build[*]}"
        skipped=$((skipped + 1))
        return
    fi

    failed=$((failed + 1))  # until it has held
    if ! "${build[@]}" -std=c++20 microgpt.cpp -o "$work/microgpt.exe" 2>"$work/log"; then
        row "$target" 'FAILED to build' "$work/log"
        return
    fi
    $runner "$work/microgpt.exe" data/names.txt >"$work/printed" 2>"$work/log" </dev/null
    status=$?
    if [ $status -ne 0 ]; then
        row "$target" "FAILED to run: status $status" "$work/log"
        return
    fi
    cp tests/expected.txt "$work/expected"
    if [ "$runner" = wine ]; then
        # On Windows text ends its lines in \r\n, Python's as well. So there it has to be the expected file
        # with every \n, and nothing else, turned into \r\n.
        awk '{ printf "%s\r\n", $0 }' tests/expected.txt >"$work/expected"
        good='same text, lines end in \r\n'
    fi
    if ! difference=$(cd "$work" && cmp expected printed 2>&1); then
        row "$target" "DIFFERED: $difference"
        return
    fi
    row "$target" "$good"
    failed=$((failed - 1)) held=$((held + 1))
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

echo
echo "$held held, $failed differed or failed, $skipped skipped"
[ $failed -eq 0 ] && [ $held -gt 0 ]
