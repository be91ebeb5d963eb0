#!/usr/bin/env bash
# install.sh PREFIX [TARGET]: the header, the static library and its pkg-config file, where cargo-c would
# put them. TARGET: for another machine, such as thumbv7em-none-eabihf, which must be installed.
set -euo pipefail
prefix=${1:?"install.sh PREFIX [TARGET]"}
target=${2:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH="$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}

# What std needs of the system; a bare machine has no std.
case $target in
*-none-*) features=capi private='' ;;
*) features=capi,std private='-lpthread -ldl -lm' ;;
esac
cargo rustc --quiet --locked --manifest-path "$root/Cargo.toml" --release --lib \
    --features "$features" --crate-type staticlib ${target:+--target "$target"}
built=$CARGO_TARGET_DIR/${target:+$target/}release
version=$(sed -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")

mkdir -p "$prefix/include" "$prefix/lib/pkgconfig"
prefix=$(cd "$prefix" && pwd)
cp "$here/pos_journal.h" "$prefix/include/"
cp "$built/libpos_journal.a" "$prefix/lib/"
sed -e "s|@prefix@|$prefix|" -e "s|@version@|$version|" -e "s|@private@|$private|" \
    "$here/pos_journal.pc.in" >"$prefix/lib/pkgconfig/pos_journal.pc"
