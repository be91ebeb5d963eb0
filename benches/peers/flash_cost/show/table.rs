//! The tables: which numbers of which work stand in which column.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::work::{CHIP, HELD, Rows, SPI, Value, W1, W2, W4};

/// A column: its heading, the metric, digits after the point.
type Column = (&'static str, &'static str, usize);

struct Spec {
    title: &'static str,
    work: &'static str,
    part: &'static str,
    columns: &'static [Column],
    note: &'static str,
}

const DAY: &[Column] = &[
    ("bytes programmed", "bytes programmed per payment", 1),
    ("programs", "programs per payment", 2),
    ("bytes read", "bytes read per payment", 0),
    ("of them in appends", "bytes read in appends per payment", 0),
    ("ms in appends", "append ms per payment", 2),
    ("append p50", "append p50 ms", 2),
    ("p99", "append p99 ms", 2),
    ("worst ms", "append worst ms", 2),
    ("erases a day", "erases per day", 1),
    ("of them in appends", "erases in appends per day", 1),
    ("settlement s", "settlement s", 2),
    ("units twice", "units programmed twice per payment", 2),
    ("result", "result", 0),
];

/// The line under the heads.
const RULE: LineStyle = LineStyle::none().fill('─').junction('─');
const WIDTH: u16 = 200;

const SPECS: &[Spec] = &[
    Spec {
        title: "W1, terminal day, per payment of 121 bytes in 2.05 records; (a) SPI NOR, 256 KiB",
        work: W1,
        part: SPI,
        columns: DAY,
        note: "Peers carry a 5-byte identity in each record; ours is the sequence number, which the log \
               implies. 'whole' has real records and reads nothing back at settlement.",
    },
    Spec {
        title: "W1, terminal day; (b) on-chip flash with units of 8 bytes, sectors of 2 KiB, 256 KiB",
        work: W1,
        part: CHIP,
        columns: DAY,
        note: "ECC flash refuses a unit that is programmed twice.",
    },
    Spec {
        title: "Payments held in 256 KiB, none settled; (a)",
        work: HELD,
        part: SPI,
        columns: &[("payments", "payments held", 0), ("result", "result", 0)],
        note: "Ours refuses a payment before it begins, and keeps room to end every one that is open.",
    },
    Spec {
        title: "Payments held in 256 KiB, none settled; (b)",
        work: HELD,
        part: CHIP,
        columns: &[("payments", "payments held", 0), ("result", "result", 0)],
        note: "",
    },
    Spec {
        title: "W2, boot: power-up until the 5 unanswered are known, worst position; (a), 256 KiB and 2 MiB",
        work: W2,
        part: SPI,
        columns: &[
            ("100 payments: ms", "ms at 100", 2),
            ("KB read", "KB read at 100", 1),
            ("500: ms", "ms at 500", 2),
            ("KB", "KB read at 500", 1),
            ("1,000: ms", "ms at 1000", 2),
            ("KB", "KB read at 1000", 1),
            ("1,500: ms", "ms at 1500", 2),
            ("KB", "KB read at 1500", 1),
            ("10,000 in 2 MiB: ms", "ms at 10000", 2),
            ("KB", "KB read at 10000", 1),
            ("a header damaged: KB", "KB read, a header damaged", 1),
        ],
        note: "1,500 payments of these raw bytes, all unsettled, are more than our log would begin \
               (see 'held'); here that limit is off. 'a header damaged': the worst of all sectors.",
    },
    Spec {
        title: "W2, two sectors of 128 KiB, units of 32 bytes",
        work: W2,
        part: crate::work::H7,
        columns: &[("ms", "ms, 2 x 128 KiB", 2), ("KB read", "KB read, 2 x 128 KiB", 1)],
        note: "",
    },
    Spec {
        title: "W4, one durable commit for each record on a file",
        work: W4,
        part: crate::work::FILE,
        columns: &[
            ("commits a second", "commits per second", 0),
            ("share of the floor", "share of the floor", 2),
            ("syncs per commit", "syncs per commit", 2),
            ("bytes per payment", "bytes written per payment", 0),
            ("result", "result", 0),
        ],
        note: "Medians of turns of ten payments. Syncs and bytes do not depend on the machine.",
    },
];

pub fn tables(rows: &Rows) {
    for spec in SPECS {
        let stores = rows.stores(spec.work, spec.part);
        if stores.is_empty() {
            continue;
        }
        println!("\n{}", spec.title);
        let mut table = Table::new();
        table.load_style(TableStyle::new().header_separator(RULE));
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        let heads = spec.columns.iter().map(|(head, ..)| head.to_string());
        table.set_header(std::iter::once("store".to_string()).chain(heads));
        for store in &stores {
            let cells = spec.columns.iter().map(|column| cell(rows, spec, store, column));
            let cells = cells.map(|text| Cell::new(text).set_alignment(CellAlignment::Right));
            table.add_row(std::iter::once(Cell::new(store)).chain(cells));
        }
        println!("{table}");
        if !spec.note.is_empty() {
            println!("{}", spec.note);
        }
    }
}

fn cell(rows: &Rows, spec: &Spec, store: &str, (_, metric, digits): &Column) -> String {
    text(rows.get(spec.work, spec.part, store, metric), *digits)
}

/// How a value is shown.
pub fn text(value: Option<&Value>, digits: usize) -> String {
    match value {
        Some(Value::Number(number)) => grouped(*number, digits),
        Some(Value::Word(word)) => word.clone(),
        None => "-".into(),
    }
}

/// 12345.6 becomes 12,345.6.
fn grouped(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}
