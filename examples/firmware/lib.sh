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

machine=(qemu-system-arm -machine mps2-an386 -display none -monitor none -serial none)
