//! What the program prints of stored dumps, in both languages.
//!
//! `POS_REGENERATE=1 cargo test --features cli --test explain` writes the dumps anew; then
//! `TRYCMD=overwrite cargo test --features cli --test explain` takes down what is printed of them.

use std::io::Write;

use pos_journal::record::TransactionKind as K;

use crate::till::Till;

/// A shop's day with a payment of each sort.
fn shop() -> Till {
    let mut till = Till::new();
    till.approved(0, 1, 1_000);
    let declined = till.sale(0, 2, 1_100);
    till.answer(declined, "51");
    let stolen = till.sale(0, 3, 1_200);
    till.answer(stolen, "43");
    let unsent = till.sale(0, 4, 1_300);
    till.journal.not_sent(unsent).unwrap();
    let lost = till.sale(0, 5, 1_400);
    till.no_answer(lost);
    till.reversed(lost);
    let voided = till.approved(0, 6, 1_500);
    let void = till.undo(K::Void, voided, 6, 1_500);
    till.answer(void, "00");
    till.settle(0);
    till.approved(0, 7, 1_600);
    till.approved(0, 7, 1_600);
    let given_up = till.sale(0, 8, 1_700);
    till.no_answer(given_up);
    till.abandon(given_up);
    for card in 11..13 {
        let item = till.sale(0, card, 1_800);
        till.answer(item, "91");
        till.reversed(item);
    }
    let last = till.sale(0, 13, 1_800);
    till.answer(last, "91");
    till
}

fn folder() -> std::path::PathBuf {
    crate::root().join("tests/explain/dumps")
}

fn regenerate() {
    let whole = shop().image();
    let mut damaged = whole.clone();
    let outline = shop().outline();
    let spot = outline.records.iter().find(|shown| shown.seq.0 == 20).unwrap().at.address;
    let byte = damaged.get_mut(spot as usize + 10).unwrap();
    *byte ^= 0x40;
    for (name, bytes) in [("shop", whole), ("damaged", damaged)] {
        let file = std::fs::File::create(folder().join(format!("{name}.gz"))).unwrap();
        let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::best());
        packed.write_all(&bytes).unwrap();
        packed.finish().unwrap();
    }
}

#[test]
fn what_the_program_prints() {
    if std::env::var_os("POS_REGENERATE").is_some() {
        regenerate();
    }
    std::env::set_current_dir(folder()).unwrap();
    let cases = trycmd::TestCases::new();
    cases.env("LC_ALL", "C").case(folder().join("../*.trycmd"));
}
