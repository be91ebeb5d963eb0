//! Days at a shop, and pages of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use pos_journal::record::{Reference, TransactionKind as K};

use crate::till::Till;

/// A day with a payment of each sort.
pub fn day() -> Till {
    let mut till = Till::new();
    till.identity("898100000000001");
    for card in 1..6 {
        till.approved(0, card, 1_000 + u64::from(card) * 250);
        till.wait(17);
    }
    let declined = till.sale(0, 7, 1_100);
    till.answer(declined, "51");
    let lost = till.sale(0, 8, 1_400);
    till.no_answer(lost);
    till.reversed(lost);
    till.wait(40);
    let voided = till.approved(0, 9, 1_500);
    let void = till.undo(K::Void, voided, 9, 1_500);
    till.answer(void, "00");
    till.approved(0, 10, 1_600);
    till.approved(0, 10, 1_600);
    till.wait(90);
    let given_up = till.sale(0, 11, 1_700);
    till.no_answer(given_up);
    till.abandon(given_up);
    let last = till.sale(0, 12, 1_800);
    till.answer(last, "91");
    till
}

/// What would have power in a page, in every text field of a record; none is longer than its field.
pub const HOSTILE: [&str; 3] =
    ["<script>document.title='x'</script>", "\"><img/src=x/onerror=alert(1)>", "<b>T</b>"];

/// A day of somebody who writes pages into text fields.
pub fn hostile() -> Till {
    let mut till = Till::new();
    till.identity_of(HOSTILE[2], "<i>M</i>&amp;<");
    let begin = till.begin(0, K::Sale, 1, 1_000);
    let reference = Reference::new(HOSTILE[1]).ok();
    assert!(reference.is_some(), "too long for its field");
    let item = till.start(&pos_journal::journal::Begin { reference, ..begin });
    till.no_answer(item);
    till.abandon_by(item, "<u>chen</u>", HOSTILE[0]);
    till
}

/// The page of an image.
pub fn page(till: Till, name: &str, more: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).unwrap();
    let (image, page) = (folder.join(format!("{name}.bin")), folder.join(format!("{name}.html")));
    std::fs::write(&image, till.image()).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(["report", "--now", "2026-03-04T09:00:00", "--lang", "en"])
        .args(more)
        .arg(&image)
        .arg("-o")
        .arg(&page)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    page
}
