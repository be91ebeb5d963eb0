#!/usr/bin/env bash
# What the journal costs on a Cortex-M4: flash, RAM, peak stack, instructions. Prints one table and
# fails where a number is above its limit.
#
# Flash: .text and .rodata at opt-level s, with LTO and panic=abort, of everything that the calls
# need, the calls themselves and the compiler's memcpy included. RAM: the value of the journal with
# 16 open payments, 4 books, frames of 256 bytes, without the flash driver. Stack and instructions:
# in QEMU, on a chip of 64 KiB that is memory (so its driver costs next to nothing), over days of 300
# payments that lap the ring; the stack as paint below the caller's frame, which holds the result;
# instructions from the machine's count.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# name | goal of the project | limit that fails: what was measured and at most three percent
limits='
log alone, flash            |  8192 |  32000
whole journal, flash        | 20480 | 130500
C library with all, flash   |       | 163390
journal, RAM                |  3072 |   4074
stack: log append           |  2048 |   1676
stack: log mount            |  2048 |   3015
stack: append by the journal|  2048 |   2208
stack: begin                |  2048 |   6172
stack: mount                |  2048 |   8470
stack: any call             |  2048 |   8470
instructions: log append    |       |   1743
instructions: outcome       |       |   5171
instructions: mount         |       | 619891
instructions: begin         |       | 1256338
'

install qemu-system-arm qemu-system-arm
install_target
has_llvm() { rustup component list --installed | grep '^llvm-tools' >/dev/null; }
has_llvm || rustup component add llvm-tools
host=$(rustc -vV | sed -n 's/^host: //p')
llvm=$(rustc --print sysroot)/lib/rustlib/$host/bin

# weigh PACKAGE NAME SYMBOL=ADDRESS...: links it as a linker would for a terminal
weigh() {
    local package=$1 name=$2 link=("-Clink-arg=-T$root/tests/no_panic/link.x")
    shift 2
    for symbol in "$@"; do link+=("-Clink-arg=--defsym=$symbol"); done
    CARGO_PROFILE_RELEASE_OPT_LEVEL=s cargo rustc --quiet --locked --release \
        --manifest-path "$package/Cargo.toml" --target "$target" -- "${link[@]}" >&2
    "$llvm/llvm-size" -A "$flashed/$name" |
        awk '/^\.(calls|text|rodata) / { n += $2 } END { print n }'
}

# rooms NAME: bytes by room of the crate. What is inlined counts for the function it is in; a call of
# the crate's interface, with what is inlined into it, for 'calls'.
rooms() {
    "$llvm/llvm-nm" --demangle --print-size -t d "$flashed/$1" | awk '
        $3 ~ /[tTrRdD]/ && NF > 3 {
            name = $4; for (i = 5; i <= NF; i++) name = name " " $i
            room = "calls"
            if (match(name, /pos_journal(::|\.\.)[a-z]+/)) {
                room = substr(name, RSTART, RLENGTH); sub(/.*[:.]/, "", room)
            } else if (name ~ /compiler_builtins|__aeabi|^mem/) room = "compiler_builtins"
            else if (name ~ /core(::|\.\.)|serde|postcard|heapless|anon/) room = "core, serde, constants"
            bytes[room] += $2
        }
        END { for (room in bytes) printf "  %7d  %s\n", bytes[room], room }' | sort -rn
}

log_bytes=$(weigh "$here/size" size tenant=0x800301)
log_rooms=$(rooms size)
journal_bytes=$(weigh "$root/tests/no_panic" no-panic a_call_of_the_journal_can_panic=0x900001)
journal_rooms=$(rooms no-panic)

c_library s
elf=$(mktemp)
trap 'rm -f "$elf"' EXIT
c_link "$elf"
c_bytes=$("$llvm/llvm-size" -A "$elf" | awk '/^\.(text|rodata) / { n += $2 } END { print n }')

firmware build --target "$target" --bin measure
measured=$("${machine[@]}" -icount shift=0 -semihosting-config enable=on,target=native \
    -kernel "$flashed/measure")
case $measured in *'done Ok'*) ;; *) echo "$measured" >&2; exit 1 ;; esac

# of CALL COLUMN: 3 calls, 4 stack, 5 instructions on average, 6 at most
of() { awk -v call="$1" -v column="$2" '$1 == "call" && $2 == call { print $column }' <<<"$measured"; }
loop=$(of a-loop-of-20000 5)
if [ "$loop" -lt 19900 ] || [ "$loop" -gt 20100 ]; then
    echo "a loop of 20000 instructions was counted as $loop" >&2
    exit 1
fi
ram=$(awk '$1 == "ram" && $2 == "journal" { print $3 }' <<<"$measured")
deepest=$(awk '$1 == "call" && $2 !~ /^log-/ && $4 > most { most = $4 } END { print most }' <<<"$measured")
# What writes one record and searches for nothing.
append=$(awk '$1 == "call" && $2 ~ /^(outcome|no_answer|answer|complete|not_sent)$/ && $4 > most { most = $4 }
    END { print most }' <<<"$measured")

value() {
    case $1 in
    'log alone, flash') echo "$log_bytes" ;;
    'whole journal, flash') echo "$journal_bytes" ;;
    'C library with all, flash') echo "$c_bytes" ;;
    'journal, RAM') echo "$ram" ;;
    'stack: log append') of log-append 4 ;;
    'stack: log mount') of log-mount 4 ;;
    'stack: append by the journal') echo "$append" ;;
    'stack: mount') of mount 4 ;;
    'stack: begin') of begin 4 ;;
    'stack: any call') echo "$deepest" ;;
    'instructions: log append') of log-append 5 ;;
    'instructions: outcome') of outcome 5 ;;
    'instructions: mount') of mount 5 ;;
    'instructions: begin') of begin 5 ;;
    esac
}

printf '%-14s %s\n' "" "flash by room of the crate, log alone:"
echo "$log_rooms"
printf '%-14s %s\n' "" "whole journal:"
echo "$journal_rooms"
printf '\n%-28s %6s %8s %13s %10s\n' call calls stack instructions "at most"
awk '$1 == "call" { printf "%-28s %6d %8d %13d %10d\n", $2, $3, $4, $5, $6 }' <<<"$measured"
printf '\n%-28s %9s %9s %9s\n' "" measured goal limit
status=0
while IFS='|' read -r name goal limit; do
    name=${name%"${name##*[! ]}"} goal=${goal// /} limit=${limit// /}
    [ -n "$name" ] || continue
    number=$(value "$name")
    note=
    [ -z "$goal" ] || [ "$number" -le "$goal" ] || note="above the goal by $((number - goal))"
    [ "$number" -le "$limit" ] || { note="ABOVE ITS LIMIT"; status=1; }
    printf '%-28s %9s %9s %9s  %s\n' "$name" "$number" "$goal" "$limit" "$note"
done <<<"$limits"
exit "$status"
