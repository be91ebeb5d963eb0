# What `run.sh` and `sizes.sh` have in common. Sourced, not run.

target=thumbv7em-none-eabihf
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH="$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
built=$CARGO_TARGET_DIR/release
flashed=$CARGO_TARGET_DIR/$target/release

section() { printf '\n--- %s\n' "$*"; }

# install PROGRAM PACKAGE...: the packages, if the program is missing.
install() {
    local program=$1
    shift
    command -v "$program" >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

install_target() {
    # Not `grep -q`: it leaves at the first match, and rustup would fail on the closed pipe.
    rustup target list --installed | grep -x "$target" >/dev/null || rustup target add "$target"
}

# cargo on the firmware's package
firmware() {
    local command=$1
    shift
    cargo "$command" --quiet --locked --manifest-path "$here/Cargo.toml" --release "$@"
}

# c_library LEVEL FLAG...: the static library for C as a terminal would build it, at an optimisation
# level, with flags for rustc. It is libpos_journal.a beside the firmware.
c_library() {
    local level=$1
    shift
    CARGO_PROFILE_RELEASE_OPT_LEVEL=$level CARGO_PROFILE_RELEASE_LTO=fat \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_PANIC=abort \
        cargo rustc --quiet --locked --manifest-path "$root/Cargo.toml" --release --lib \
        --features capi --crate-type staticlib --target "$target" -- "$@"
}

# c_calls: every call of the header but the one that needs an operating system.
c_calls() {
    sed -nE 's/^[a-z][a-z0-9_ ]* \*?(pj_[a-z0-9_]*)\(.*/\1/p' "$root/examples/c/pos_journal.h" |
        grep -v '^pj_open_file$'
}

# c_link OUTPUT FLAG...: all of the library that one of its calls reaches, and nothing else.
c_link() {
    local output=$1 roots=() call
    shift
    for call in $(c_calls); do roots+=("--undefined=$call"); done
    "$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/gcc-ld/ld.lld" \
        --gc-sections --entry=pj_mount "${roots[@]}" "$@" -o "$output" "$flashed/libpos_journal.a"
}

# c_firmware OUTPUT: the firmware in C with that library, and without a C library of its own.
c_firmware() {
    arm-none-eabi-gcc -std=c99 -Os -g -Wall -Wextra -Werror -ffreestanding -nostdlib \
        -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -ffunction-sections \
        -Wl,--gc-sections,--fatal-warnings,-z,noexecstack -L "$here" -T "$here/c/link.x" \
        -I "$root/examples/c" -I "$here/c" -o "$1" \
        "$here"/c/{start,main,nor,host}.c "$root"/examples/c/{till,script}.c \
        "$flashed/libpos_journal.a" -lgcc
}

machine=(qemu-system-arm -machine mps2-an386 -display none -monitor none -serial none)
