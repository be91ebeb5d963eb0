//! W1, the terminal day: payments; then everything is read back, settled and dropped.

use crate::chip::{Chip, Spent};
use crate::record::{Record, Till};
use crate::store::{Entrant, Fail, Start, Store};
use crate::work::{Rows, W1};
use pos_journal::flash::sim::Part;

pub const PAYMENTS: usize = 1_000;
pub const BYTES: usize = 256 * 1024;

#[derive(Default)]
struct Seen {
    format: Spent,
    appends: Spent,
    settlements: Spent,
    each_append_ns: Vec<u64>,
    /// The first check that failed.
    wrong: Option<Fail>,
}

pub fn run<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    (name, part): (&'static str, Part),
    days: usize,
    rows: &mut Rows,
) {
    let days = if entrant.is_slow { days.min(2) } else { days };
    let mut sheet = rows.sheet(entrant.name, W1, name);
    let mut seen = Seen::default();
    let chip = Chip::<W, E>::new(BYTES, part);
    let result = live(entrant, &chip, days, &mut seen);
    let finished = result.is_ok();
    sheet.result(result.and(seen.wrong.map_or(Ok(()), Err)));
    if !finished {
        return;
    }
    let (days, per_payment) = (days as f64, 1.0 / (days * PAYMENTS) as f64);
    let (appends, settlements) = (seen.appends, seen.settlements);
    let all = chip.spent() - seen.format;
    let mut times = seen.each_append_ns;
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize] as f64 / 1e6;
    for (metric, value) in [
        ("days", days),
        ("bytes programmed per payment", all.counts.program_bytes as f64 * per_payment),
        ("programs per payment", all.counts.programs as f64 * per_payment),
        ("bytes read per payment", all.counts.read_bytes as f64 * per_payment),
        ("bytes read in appends per payment", appends.counts.read_bytes as f64 * per_payment),
        ("append ms per payment", appends.ns as f64 / 1e6 * per_payment),
        ("append p50 ms", at(0.5)),
        ("append p99 ms", at(0.99)),
        ("append worst ms", at(1.0)),
        ("erases in appends per day", appends.counts.erases as f64 / days),
        ("erases per day", all.counts.erases as f64 / days),
        ("settlement s", settlements.ns as f64 / 1e9 / days),
        ("units programmed twice per payment", all.twice as f64 * per_payment),
    ] {
        sheet.number(metric, value);
    }
}

fn live<const W: usize, const E: usize>(
    entrant: &Entrant<W, E>,
    chip: &Chip<W, E>,
    days: usize,
    seen: &mut Seen,
) -> Result<(), Fail> {
    let mut till = Till::new(1);
    let mut store = (entrant.make)(chip.clone(), Start::Format)?;
    // What a format costs is no payment's.
    seen.format = chip.spent();
    let mut batch: Vec<Record> = Vec::new();
    for _ in 0..days {
        for _ in 0..PAYMENTS {
            for record in till.payment() {
                append(&mut *store, chip, record, &mut batch, seen)?;
            }
            store.idle()?;
        }
        for record in till.acknowledge_all() {
            append(&mut *store, chip, record, &mut batch, seen)?;
        }
        store.idle()?;
        let before = chip.spent();
        let span = batch[0].id.seq..=batch[batch.len() - 1].id.seq;
        if let Err(wrong) = store.check(span.clone(), &batch) {
            seen.wrong.get_or_insert(wrong);
        }
        let settlement = till.settlement();
        store.append(settlement.id, &settlement.payload)?;
        store.drop_batch(span)?;
        add(&mut seen.settlements, chip.spent() - before);
        // It stays until the next one.
        batch = vec![settlement];
        store.idle()?;
    }
    Ok(())
}

fn append<const W: usize, const E: usize>(
    store: &mut dyn Store,
    chip: &Chip<W, E>,
    record: Record,
    batch: &mut Vec<Record>,
    seen: &mut Seen,
) -> Result<(), Fail> {
    let before = chip.spent();
    let done = store.append(record.id, &record.payload);
    done.map_err(|why| format!("stops at record {}: {why}", record.id.seq))?;
    let spent = chip.spent() - before;
    seen.each_append_ns.push(spent.ns);
    add(&mut seen.appends, spent);
    batch.push(record);
    Ok(())
}

fn add(sum: &mut Spent, more: Spent) {
    sum.counts.reads += more.counts.reads;
    sum.counts.read_bytes += more.counts.read_bytes;
    sum.counts.programs += more.counts.programs;
    sum.counts.program_bytes += more.counts.program_bytes;
    sum.counts.erases += more.counts.erases;
    sum.twice += more.twice;
    sum.ns += more.ns;
}
