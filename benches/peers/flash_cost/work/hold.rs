//! How many unsettled payments fit.

use pos_journal::flash::sim::Part;

use crate::chip::Chip;
use crate::record::Till;
use crate::store::{Entrant, Fail, Start};
use crate::work::{HELD, Rows};

const MOST: usize = 20_000;

pub fn run<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    (name, part): (&'static str, Part),
    rows: &mut Rows,
) {
    let chip = Chip::<W, E>::new(super::day::BYTES, part);
    let mut sheet = rows.sheet(entrant.name, HELD, name);
    match fill(entrant, &chip) {
        Ok((payments, result)) => {
            sheet.number("payments held", payments as f64);
            sheet.result(result);
        }
        Err(why) => sheet.result(Err(why)),
    }
}

/// Payments until one is refused, and whether all of them are there after a boot.
fn fill<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    chip: &Chip<W, E>,
) -> Result<(usize, Result<(), Fail>), Fail> {
    let mut till = Till::new(1);
    let mut store = (entrant.make)(chip.clone(), Start::Format)?;
    let mut batch = Vec::new();
    let mut payments = 0;
    'full: while payments < MOST {
        for record in till.payment() {
            if store.append(record.id, &record.payload).is_err() {
                break 'full;
            }
            batch.push(record);
        }
        store.idle()?;
        payments += 1;
    }
    drop(store);
    let booted = (entrant.make)(chip.clone(), Start::Boot);
    let result = booted.and_then(|mut store| store.check(1..=batch.len() as u32, &batch));
    Ok((payments, result))
}
