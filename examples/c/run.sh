#!/usr/bin/env bash
# A terminal in C on Linux, with its journal in a file: 300 payments under the address and undefined
# behaviour sanitizers, and once more under valgrind. Its image must verify clean, and be the same as that
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
install valgrind valgrind
library() {
    cargo rustc --quiet --locked --manifest-path "$root/Cargo.toml" --lib \
        --features capi,std --crate-type staticlib "$@"
}
library --release
# For valgrind: optimised code looks at values that it then does not use, initialised or not.
CARGO_PROFILE_DEV_OPT_LEVEL=0 library
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --release --features cli
cargo build --quiet --locked --manifest-path "$root/examples/firmware/Cargo.toml" --release \
    --features host --bin on_host
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# compile OUTPUT PROFILE FLAG...
compile() {
    local output=$1 library=$CARGO_TARGET_DIR/$2/libpos_journal.a
    shift 2
    cc -std=c99 -pedantic -Wall -Wextra -Werror -g "$@" -o "$output" \
        "$here"/{terminal,till,script}.c "$library" -lpthread -ldl -lm
}
compile "$scratch/sanitized" release -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
compile "$scratch/plain" debug -O0
compile "$scratch/small" release -O2
ls -l "$scratch/small" | awk '{ print $5, "bytes, with what a debugger wants" }'

seed=1
payments=300

section "300 payments under the sanitizers; twice, to see a restart"
mkdir "$scratch/c" && cd "$scratch/c"
"$scratch/sanitized" "$seed" 150 1 0
"$scratch/sanitized" "$seed" "$payments" 2 0
"$built/pos-journal" verify journal.img

section "the same under valgrind"
mkdir "$scratch/valgrind" && cd "$scratch/valgrind"
for job in "150 1" "$payments 2"; do
    # shellcheck disable=SC2086 # two words
    valgrind --quiet --error-exitcode=9 --leak-check=full --track-fds=no \
        "$scratch/plain" "$seed" $job 0
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
for other in c valgrind; do
    cmp "$scratch/rust/journal.img" "$scratch/$other/journal.img"
    cmp "$scratch/rust/promises.txt" "$scratch/$other/promises.txt"
done
echo "the same bytes, the same $(wc -l <promises.txt) promises"
sha256sum <journal.img
