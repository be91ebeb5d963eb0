#!/usr/bin/env bash
# A Cortex-M4 in QEMU takes payments and loses its power 200 times (another number: run.sh KILLS
# SEED); what is left in its flash is held against what it had promised. Before that: does the same
# script write the same bytes on a PC and in C, and does the oracle notice a firmware that is built wrong?
# The firmware in C loses its power half as often.
#
# Installs what is missing. 7 minutes on two cores that eight others share.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

kills=${1:-200}
seed=${2:-1}
# Turns of an empty loop after each piece that is stored: a program takes some milliseconds.
pace=100000
# A firmware that acts before it is durable is found after some kills; at the latest after these.
canary_kills=150

section "tools"
install qemu-system-arm qemu-system-arm
install arm-none-eabi-gcc gcc-arm-none-eabi
install_target
qemu-system-arm --version | head -n 1

section "build"
firmware build --features host --bins
firmware build --target "$target" --bin firmware
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" --release --features cli
c_library s
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
c_firmware "$scratch/c.elf"
ls -l "$flashed/firmware" | awk '{ print $5, "bytes, with what a debugger wants" }'
firmware test --features host --lib 2>&1 | tail -n 3

# fresh DIR: the files of a new chip
fresh() {
    mkdir -p "$1"
    head -c 65536 /dev/zero | tr '\0' '\377' >"$1/journal.img"
    head -c 8192 /dev/zero >"$1/journal.marks"
    printf '\0' >"$1/journal.img.phase"
    : >"$1/promises.txt"
}

# The firmwares by name: an image of each must be the same.
run_host() { (cd "$1" && "$built/on_host" "${@:2}"); }
in_qemu() {
    (cd "$2" && "${machine[@]}" -kernel "$1" -semihosting-config \
        "enable=on,target=native,arg=firmware$(printf ',arg=%s' "${@:3}")")
}
run_rust() { in_qemu "$flashed/firmware" "$@"; }
run_c() { in_qemu "$scratch/c.elf" "$@"; }

section "one script, without kills: 300 payments on the host, and in QEMU in Rust and in C"
for name in host rust c; do
    fresh "$scratch/$name"
    "run_$name" "$scratch/$name" "$seed" 300 1 0
    sha256sum <"$scratch/$name/journal.img" | sed "s/ .*/  $name/"
    for file in journal.img journal.marks promises.txt; do
        cmp "$scratch/host/$file" "$scratch/$name/$file"
    done
done
echo "the same bytes, the same marks, the same $(wc -l <"$scratch/host/promises.txt") promises"
"$built/pos-journal" verify "$scratch/c/journal.img"

supervise() {
    "$built/supervise" "$scratch/$1" "$2" "$seed" "$pace" "${machine[@]}" -kernel "$3"
}

section "a firmware that is built wrong must be found"
cp "$flashed/firmware" "$scratch/firmware.elf"
firmware build --target "$target" --bin firmware --features canary
cp "$flashed/firmware" "$scratch/canary.elf"
if supervise canary "$canary_kills" "$scratch/canary.elf" >"$scratch/canary.txt"; then
    cat "$scratch/canary.txt"
    echo "it acted before it was durable, and nothing noticed" >&2
    exit 1
fi
grep -m 1 'after kill' "$scratch/canary.txt"

section "$kills kills, seed $seed"
supervise rust-kills "$kills" "$scratch/firmware.elf"
"$built/pos-journal" verify "$scratch/rust-kills/journal.img"

section "$((kills / 2)) kills of the firmware in C, seed $seed"
supervise c-kills "$((kills / 2))" "$scratch/c.elf"
"$built/pos-journal" verify "$scratch/c-kills/journal.img"
