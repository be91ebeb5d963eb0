//! Bills in the neutral CSV, as few columns of each row as a test needs.

const HEADS: [&str; 20] = [
    "kind",
    "state",
    "txn_time",
    "settle_date",
    "order_no",
    "orig_order_no",
    "mid",
    "tid",
    "stan",
    "rrn",
    "pan_first6",
    "pan_last4",
    "card_type",
    "amount_fen",
    "fee_fen",
    "currency",
    "acquirer_ref",
    "method",
    "flow",
    "payout_reason",
];

/// Columns and what stands in them.
pub type Cells<'a> = &'a [(&'a str, &'a str)];

/// A final payment of the day in fen, but for what is said.
pub fn bill(rows: &[Cells<'_>]) -> String {
    let usual = [
        ("kind", "payment"),
        ("state", "final"),
        ("txn_time", "2026-11-20T10:00:07+08:00"),
        ("currency", "CNY"),
    ];
    let line = |row: &Cells<'_>| {
        assert!(row.iter().all(|(head, _)| HEADS.contains(head)), "{row:?}");
        let cell = |head: &&str| {
            let said = row.iter().chain(&usual).find(|(name, _)| name == head);
            said.map_or("", |(_, text)| text)
        };
        HEADS.iter().map(cell).collect::<Vec<_>>().join(",")
    };
    let lines = rows.iter().map(line);
    [HEADS.join(",")].into_iter().chain(lines).collect::<Vec<_>>().join("\n") + "\n"
}
