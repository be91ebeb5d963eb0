#!/usr/bin/env bash
# A terminal in C on Linux, with its journal in a file: 300 payments under the address and undefined
# behaviour sanitizers, and some under valgrind. Its image must verify clean, and be the same as that
# of the same script in Rust.
#
# Installs what is missing.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH="$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
built=$CARGO_TARGET_DIR/release

section() { printf '\n--- %s\n' "$*"; }

# install PROGRAM PACKAGE...: the packages, if the program is missing.
install() {
    local program=$1
    shift
    command -v "$program" >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

section "build"
install cc gcc libc6-dev
install pkg-config pkg-config
install valgrind valgrind libc6-dbg
install cmake cmake make
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$here/install.sh" "$scratch/prefix"
# For valgrind: optimised code looks at values that it then does not use, initialised or not.
CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo rustc --quiet --locked --manifest-path "$root/Cargo.toml" --lib \
    --features capi,std --crate-type staticlib
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --release --features cli
cargo build --quiet --locked --manifest-path "$root/examples/firmware/Cargo.toml" --release \
    --features host --bin on_host

# compile OUTPUT LIBRARY FLAG...: the terminal, with what links the library
compile() {
    local output=$1 library=$2
    shift 2
    # shellcheck disable=SC2086 # they are several words
    cc -std=c99 -pedantic -Wall -Wextra -Werror -g "$@" -o "$output" \
        "$here"/{terminal,till,script}.c $library
}
installed=$(PKG_CONFIG_PATH=$scratch/prefix/lib/pkgconfig pkg-config --cflags --libs --static pos_journal)
compile "$scratch/sanitized" "$installed" -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
compile "$scratch/plain" "$CARGO_TARGET_DIR/debug/libpos_journal.a -lpthread -ldl -lm" -O0
ls -l "$scratch/sanitized" | awk '{ print $5, "bytes, with what a debugger wants" }'

section "the same with CMake"
cmake -S "$here" -B "$scratch/cmake" -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/cmake.log" ||
    { cat "$scratch/cmake.log" >&2; exit 1; }
cmake --build "$scratch/cmake" >"$scratch/cmake.log" || { cat "$scratch/cmake.log" >&2; exit 1; }
ls -l "$scratch/cmake/terminal" | awk '{ print $5, "bytes" }'

seed=1
payments=300

section "300 payments under the sanitizers; twice, to see a restart"
mkdir "$scratch/c" && cd "$scratch/c"
"$scratch/sanitized" "$seed" 150 1 0
"$scratch/sanitized" "$seed" "$payments" 2 0
"$built/pos-journal" verify journal.img

section "80 payments under valgrind, with a restart"
mkdir "$scratch/valgrind" && cd "$scratch/valgrind"
for job in "40 1" "80 2"; do
    # shellcheck disable=SC2086 # two words
    valgrind --quiet --error-exitcode=9 --leak-check=full "$scratch/plain" "$seed" $job 0
done
"$built/pos-journal" verify journal.img

section "the same in Rust, without a file system's flash"
mkdir "$scratch/rust" && cd "$scratch/rust"
head -c 65536 /dev/zero | tr '\0' '\377' >journal.img
head -c 8192 /dev/zero >journal.marks
printf '\0' >journal.img.phase
: >promises.txt
"$built/on_host" "$seed" 150 1 0
"$built/on_host" "$seed" "$payments" 2 0
cmp journal.img "$scratch/c/journal.img"
cmp promises.txt "$scratch/c/promises.txt"
echo "the same bytes, the same $(wc -l <promises.txt) promises"
sha256sum <journal.img
