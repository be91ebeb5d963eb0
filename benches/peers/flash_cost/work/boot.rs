//! W2, boot: from power-up to the list of the unanswered payments, at the worst frontier position.

use pos_journal::flash::sim::Part;

use crate::chip::{Chip, Spent};
use crate::record::{Record, Till};
use crate::store::{Entrant, Fail, Start};
use crate::work::{H7, Rows, W2};

/// Payments that are never answered.
const OPEN: usize = 5;
/// Histories, and the bytes of their flash.
pub const SMALL: [usize; 4] = [100, 500, 1_000, 1_500];
pub const SMALL_BYTES: usize = 256 * 1024;
pub const LARGE: usize = 10_000;
pub const LARGE_BYTES: usize = 2 * 1024 * 1024;

/// How many positions of the frontier are tried: payments after which the power fails.
#[derive(Clone, Copy)]
pub struct Positions {
    pub usual: usize,
    pub slow: usize,
}

pub fn run<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    (name, part): (&'static str, Part),
    (payments, bytes): (usize, usize),
    positions: Positions,
    rows: &mut Rows,
) {
    let chip = Chip::<W, E>::new(bytes, part);
    let positions = if entrant.is_slow { positions.slow } else { positions.usual };
    let mut sheet = rows.sheet(entrant.name, W2, name);
    match worst(entrant, &chip, payments, positions) {
        Ok(spent) => {
            sheet.number(format!("ms at {payments}"), spent.ns as f64 / 1e6);
            sheet.number(format!("KB read at {payments}"), spent.counts.read_bytes as f64 / 1e3);
        }
        Err(why) => sheet.word(format!("ms at {payments}"), why),
    }
}

/// Builds a history and boots at some positions behind it.
fn worst<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    chip: &Chip<W, E>,
    payments: usize,
    positions: usize,
) -> Result<Spent, Fail> {
    let mut till = Till::new(1);
    let mut store = (entrant.make)(chip.clone(), Start::Format)?;
    store.lift_limit();
    let mut unanswered = Vec::new();
    let mut last = 0;
    let mut worst = Spent::default();
    let silent = |payment: usize| (1..=OPEN).any(|k| payment == payments * k / (OPEN + 1));
    for payment in 0..payments + positions {
        if payment >= payments {
            let spent = boot(entrant, chip, last, &unanswered)?;
            worst = if spent.ns > worst.ns { spent } else { worst };
        }
        let records = if silent(payment) {
            let intent = till.unanswered();
            unanswered.push(crate::record::payment_of(&intent.payload));
            vec![intent]
        } else {
            answered(&mut till)
        };
        for Record { id, payload } in records {
            store.append(id, &payload).map_err(|why| format!("stops at {payment}: {why}"))?;
            last = id.seq;
        }
        store.idle()?;
    }
    Ok(worst)
}

/// A payment without a reversal that stays open.
fn answered(till: &mut Till) -> Vec<Record> {
    let mut records = till.payment();
    records.extend(till.acknowledge_all());
    records
}

fn boot<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    chip: &Chip<W, E>,
    last: u32,
    unanswered: &[u32],
) -> Result<Spent, Fail> {
    let chip = chip.fork();
    let mut found = (entrant.make)(chip.clone(), Start::Boot)?.open(1..=last)?;
    found.sort_unstable();
    if found != unanswered {
        return Err(format!("finds {} of {} open", found.len(), unanswered.len()));
    }
    Ok(chip.spent())
}

/// Ours alone: the newest header, or any other, has rotted.
pub fn damaged<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    (name, part): (&'static str, Part),
    rows: &mut Rows,
) {
    let chip = Chip::<W, E>::new(SMALL_BYTES, part);
    let mut sheet = rows.sheet(entrant.name, W2, name);
    let payments = SMALL[3];
    let mut till = Till::new(1);
    let built = (entrant.make)(chip.clone(), Start::Format).and_then(|mut store| {
        store.lift_limit();
        for _ in 0..payments {
            for record in answered(&mut till) {
                store.append(record.id, &record.payload)?;
            }
            store.idle()?;
        }
        Ok(())
    });
    if let Err(why) = built {
        return sheet.word("KB read, a header damaged", why);
    }
    let mut worst = 0;
    for block in 0..SMALL_BYTES / E {
        let chip = chip.fork();
        chip.rot(block * E + 8, 4);
        match (entrant.make)(chip.clone(), Start::Boot).and_then(|mut store| store.open(1..=1)) {
            Ok(open) if open.is_empty() => worst = worst.max(chip.spent().counts.read_bytes),
            Ok(_) => return sheet.word("KB read, a header damaged", "finds what is not".into()),
            Err(why) => return sheet.word("KB read, a header damaged", why),
        }
    }
    sheet.number("KB read, a header damaged", worst as f64 / 1e3);
}

/// Ours alone: two sectors of 128 KiB with units of 32 bytes, a settlement every 200 payments.
pub fn two_sectors(entrant: &Entrant<32, { 128 * 1024 }>, rows: &mut Rows) {
    let chip = Chip::new(256 * 1024, Part::STM32H7);
    let mut sheet = rows.sheet(entrant.name, W2, H7);
    let mut till = Till::new(1);
    let result = (|| {
        let mut store = (entrant.make)(chip.clone(), Start::Format)?;
        let mut worst = Spent::default();
        for payment in 0..1_500 {
            for record in answered(&mut till) {
                store.append(record.id, &record.payload)?;
            }
            if payment % 200 == 199 {
                let settlement = till.settlement();
                store.append(settlement.id, &settlement.payload)?;
            }
            store.idle()?;
            if payment % 5 == 0 {
                let spent = boot(entrant, &chip, 1, &[])?;
                worst = if spent.ns > worst.ns { spent } else { worst };
            }
        }
        Ok::<Spent, Fail>(worst)
    })();
    match result {
        Ok(spent) => {
            sheet.number("KB read, 2 x 128 KiB", spent.counts.read_bytes as f64 / 1e3);
            sheet.number("ms, 2 x 128 KiB", spent.ns as f64 / 1e6);
        }
        Err(why) => sheet.word("KB read, 2 x 128 KiB", why),
    }
}
