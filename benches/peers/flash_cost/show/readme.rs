//! The section of the README, between its markers.

use std::fmt::Write;

use super::table::text;
use crate::store::{FLOOR, JOURNAL, LOG};
use crate::work::{CHIP, FILE, HELD, Rows, SPI, Value, W1, W2, W4};

pub const BEGIN: &str = "<!-- performance: .ci/bench writes what follows -->";
pub const END: &str = "<!-- performance: end -->";

/// A column: heading, work, part, metric, digits.
type Column = (&'static str, &'static str, &'static str, &'static str, usize);

const PAYMENT: &[Column] = &[
    ("bytes programmed", W1, SPI, "bytes programmed per payment", 1),
    ("programs", W1, SPI, "programs per payment", 2),
    ("bytes read in appends", W1, SPI, "bytes read in appends per payment", 0),
    ("flash ms in appends", W1, SPI, "append ms per payment", 2),
    ("p99 of one, ms", W1, SPI, "append p99 ms", 2),
    ("worst, ms", W1, SPI, "append worst ms", 2),
    ("settlement, s", W1, SPI, "settlement s", 2),
    ("payments held", HELD, SPI, "payments held", 0),
    ("on 8-byte units: bytes", W1, CHIP, "bytes programmed per payment", 1),
    ("8-byte units programmed twice", W1, CHIP, "units programmed twice per payment", 2),
    ("result", W1, SPI, "result", 0),
];

const BOOT: &[Column] = &[
    ("100", W2, SPI, "ms at 100", 1),
    ("500", W2, SPI, "ms at 500", 1),
    ("1,000", W2, SPI, "ms at 1000", 1),
    ("1,500", W2, SPI, "ms at 1500", 1),
    ("KB read at 1,500", W2, SPI, "KB read at 1500", 1),
    ("10,000 in 2 MiB", W2, SPI, "ms at 10000", 1),
];

const FILES: &[Column] = &[
    ("commits, share of the floor", W4, FILE, "share of the floor", 2),
    ("syncs per commit", W4, FILE, "syncs per commit", 2),
    ("bytes written per payment", W4, FILE, "bytes written per payment", 0),
    ("result", W4, FILE, "result", 0),
];

/// What the numbers do not say.
const LEAVES_OUT: &str = "\
Seeded contents, every store checked for giving back what it was given. Peers write a 5-byte identity \
with each record; ours is the sequence number, which the log implies. Flash time is modelled from typical \
figures of data sheets, not measured; W4's share is measured and differs from disk to disk. \
*whole* writes real records (smaller than the 121 bytes) and settles by its totals, reading nothing back. \
Left out: RAM, code size, wear over years, power cuts (peers were not cut here), other workloads \
(updates in place, large values), for which a map or a file system is the better choice, and stores that \
are not in Rust or littlefs. TicKV is told which keys to ask for. Ours holds fewer payments: it refuses one \
when what must be kept takes three quarters of the sectors, so that some sector can always be reclaimed and \
every open payment be ended.\n";

pub fn readme(rows: &Rows) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{BEGIN}");
    let _ = writeln!(out, "Against {}. Floor: frames of 12 bytes and the payload, one", versions());
    out.push_str("program each, no recovery.\n\n");
    out.push_str("A terminal day (1,000 payments of 121 bytes in 2.05 records, 256 KiB of SPI NOR with 4 KiB sectors), per payment:\n\n");
    table(&mut out, rows, PAYMENT, (W1, SPI), &[]);
    out.push_str(
        "\nPower-up until the five unanswered payments are known, at the worst moment, ms:\n\n",
    );
    table(&mut out, rows, BOOT, (W2, SPI), &[FLOOR]);
    out.push_str("\n![boot time against history](benches/boot.svg)\n");
    out.push_str("\nOn a file, one durable commit for each record:\n\n");
    table(&mut out, rows, FILES, (W4, FILE), &[]);
    let _ = write!(out, "\n{LEAVES_OUT}");
    let _ = writeln!(out, "{END}");
    out
}

fn table(
    out: &mut String,
    rows: &Rows,
    columns: &[Column],
    (work, part): (&str, &str),
    without: &[&str],
) {
    let heads: Vec<_> = columns.iter().map(|(head, ..)| *head).collect();
    let _ = writeln!(out, "| | {} |", heads.join(" | "));
    let _ = writeln!(out, "|---|{}", "---:|".repeat(heads.len()));
    for store in rows.stores(work, part) {
        if without.contains(&store.as_str()) {
            continue;
        }
        let cells: Vec<String> = columns
            .iter()
            .map(|&(_, work, part, metric, digits)| {
                let value = rows.get(work, part, &store, metric);
                let why = rows.get(work, part, &store, "result");
                // A store that cannot do the work says why in the last column of that work.
                let failed = matches!(why, Some(Value::Word(why)) if why != "ok");
                if value.is_none() && failed { "-".into() } else { text(value, digits) }
            })
            .collect();
        let ours = store == LOG || store == JOURNAL;
        let name = if ours { format!("**{store}**") } else { store };
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    }
}

/// The peers' versions, as they are locked.
fn versions() -> String {
    const LOCK: &str = include_str!("../../Cargo.lock");
    let version = |name: &str| {
        let head = format!("name = \"{name}\"\nversion = \"");
        let rest = LOCK.split_once(&head).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default().to_string()
    };
    let peers = ["sequential-storage", "ekv", "littlefs2", "tickv", "rusqlite", "redb"];
    let named: Vec<_> = peers.iter().map(|name| format!("{name} {}", version(name))).collect();
    named.join(", ")
}
