//! Which row belongs to which payment.
//!
//! Payments lie in memory with an index of their keys. Rows stream by: one that shares no key with any
//! payment is given back at once, the others are kept, cut down, until all are read; then the rules
//! pair them. So memory is bounded by the payments of the journals, whatever the size of the bill: more
//! than 16 rows for each payment (and 100,000 more) resemble none honestly, and those beyond pair with
//! none. Nor is time unbounded where thousands of payments have the same key: after a thousand million
//! steps each row is compared with the newest 64 alone. What is cut short so shows as a difference.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::class::Standing;
use super::entry::{Entry, Side};
use super::keys::{Printer, RULES, Rule};
use super::row::Row;
use crate::host::bills::Method;

pub(super) struct Pairing {
    pub entries: Vec<Entry>,
    pub printer: Printer,
    slots: Vec<Slot>,
    /// From a print to the first link of its chain.
    index: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// A slot and the next link.
    links: Vec<(u32, u32)>,
    kept: Vec<Row>,
    weak: bool,
    /// Steps along chains so far.
    steps: Cell<u64>,
}

const KEPT_FOR_EACH: usize = 16;
const KEPT_BESIDES: usize = 100_000;
/// So many steps along chains are taken before they are cut short, and then so many for a row.
const MOST_STEPS: u64 = 1_000_000_000;
const STEPS_AFTER: u32 = 64;

/// Room for a row of a payment: its own, or the one that undoes it.
#[derive(Debug)]
struct Slot {
    entry: usize,
    undoes: bool,
    taken: bool,
}

/// No further link.
const END: u32 = u32::MAX;

/// Prints are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl std::hash::Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, print: u64) {
        self.0 = print;
    }
}

/// A payment's rows, and how its own was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub own: Option<usize>,
    pub undo: Option<usize>,
    pub rule: Option<&'static str>,
}

/// Rows and payments when all is paired.
pub(super) struct Paired {
    pub entries: Vec<Entry>,
    pub rows: Vec<Row>,
    /// For every payment.
    pub found: Vec<Found>,
    /// For every row: whether a payment has it.
    pub used: Vec<Left>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Paired,
    /// It names a payment that has its row already.
    Duplicate,
    /// A row that was not final; the final one is there.
    Superseded,
    Alone,
}

impl Pairing {
    pub fn new(entries: Vec<Entry>, weak: bool) -> Self {
        let terminals_known = entries.iter().all(|entry| entry.tid.is_some());
        let printer = Printer::new(terminals_known);
        let mut pairing = Self {
            slots: Vec::with_capacity(entries.len()),
            index: HashMap::default(),
            links: Vec::new(),
            kept: Vec::new(),
            printer,
            entries,
            weak,
            steps: Cell::new(0),
        };
        for entry in 0..pairing.entries.len() {
            pairing.post(entry);
        }
        pairing
    }

    /// Enters a payment's slots into the index.
    fn post(&mut self, at: usize) {
        let Some(entry) = self.entries.get(at) else { return };
        let original = entry.original.and_then(|at| self.entries.get(at));
        let side = entry.side();
        let (mut own, mut undo) = (Vec::new(), Vec::new());
        self.printer.own(entry, side, &mut |print| own.push(print));
        let sides: &[Side] = match side {
            Side::Charge => &[],
            // Some wallets print a cancel after the payment as a refund.
            Side::Undo => &[Side::Undo, Side::GiveBack],
            Side::GiveBack => &[Side::GiveBack],
        };
        for side in sides {
            if let Some(original) = original {
                self.printer.undone(original, *side, entry.amount, &mut |p| own.push(p));
            }
            if let Some(rrn) = &entry.original_rrn {
                own.push(self.printer.original_rrn(rrn, *side, entry.amount.into()));
            }
        }
        // An approved payment that a bill undoes is news: that row stays alone.
        if side == Side::Charge && entry.standing != Standing::Approved {
            for side in [Side::Undo, Side::GiveBack] {
                self.printer.undone(entry, side, entry.amount, &mut |p| undo.push(p));
            }
        }
        for (prints, undoes) in [(own, false), (undo, true)] {
            if prints.is_empty() {
                continue;
            }
            let slot = self.slots.len() as u32;
            self.slots.push(Slot { entry: at, undoes, taken: false });
            for print in prints {
                let next = self.index.insert(print, self.links.len() as u32).unwrap_or(END);
                self.links.push((slot, next));
            }
        }
    }

    /// Keeps a row that may belong to a payment; gives back one that cannot.
    pub fn offer(&mut self, row: Row) -> Option<Row> {
        if self.kept.len() >= KEPT_BESIDES + KEPT_FOR_EACH * self.entries.len() {
            return Some(row);
        }
        for rule in RULES.iter().filter(|rule| self.knows(rule)) {
            if self.candidates(rule, &row).next().is_some() {
                self.kept.push(row);
                return None;
            }
        }
        Some(row)
    }

    /// The slots that a rule finds for a row, taken or not.
    fn candidates<'a>(&'a self, rule: &'a Rule, row: &'a Row) -> impl Iterator<Item = u32> + 'a {
        let print = row.prints.get(rule.print).copied().filter(|print| *print != 0);
        let mut link = print.and_then(|print| self.index.get(&print)).copied().unwrap_or(END);
        let mut left = if self.steps.get() < MOST_STEPS { u32::MAX } else { STEPS_AFTER };
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            self.steps.set(self.steps.get() + 1);
            let (slot, next) = self.links.get(link as usize).copied()?;
            link = next;
            Some(slot)
        })
        .filter(move |slot| {
            let slot = self.slots.get(*slot as usize);
            let entry = slot.and_then(|slot| Some((slot, self.entries.get(slot.entry)?)));
            entry.is_some_and(|(slot, entry)| fits(rule, slot, entry, row))
        })
    }

    /// Pairs what was kept.
    pub fn run(mut self) -> Paired {
        let mut found = vec![Found::default(); self.entries.len()];
        let mut used = vec![Left::Alone; self.kept.len()];
        let rows = std::mem::take(&mut self.kept);
        // What is final first: a refund may be printed as pending before. And by the same key, no row with
        // another amount takes a payment from the row that has its own.
        for pending in [false, true] {
            for (rule, exact) in RULES.iter().flat_map(|rule| [(rule, true), (rule, false)]) {
                let is_line = self.knows(rule) && (exact || !rule.same_amount);
                for (n, row) in rows.iter().enumerate().filter(|_| is_line) {
                    let is_free = used.get(n) == Some(&Left::Alone) && row.is_pending == pending;
                    let Some(slot) = is_free.then(|| self.best(rule, row, exact)).flatten() else {
                        continue;
                    };
                    let Some(slot) = self.slots.get_mut(slot as usize) else { continue };
                    slot.taken = true;
                    if let (Some(left), Some(found)) = (used.get_mut(n), found.get_mut(slot.entry))
                    {
                        *left = Left::Paired;
                        let room = if slot.undoes { &mut found.undo } else { &mut found.own };
                        *room = Some(n);
                        found.rule = found.rule.or(Some(rule.name));
                    }
                }
            }
        }
        for (left, row) in used.iter_mut().zip(&rows) {
            let names = |rule: &&Rule| rule.is_name && self.candidates(rule, row).next().is_some();
            if *left == Left::Alone && RULES.iter().any(|rule| names(&rule)) {
                *left = if row.is_pending { Left::Superseded } else { Left::Duplicate };
            }
        }
        let mut paired = Paired { entries: self.entries, rows, found, used };
        paired.void_together();
        paired
    }

    fn knows(&self, rule: &Rule) -> bool {
        self.weak || !rule.weak
    }

    /// The free slot that is nearest in time, then the oldest; `exact`: of the row's own amount.
    fn best(&self, rule: &Rule, row: &Row, exact: bool) -> Option<u32> {
        let entry = |slot: u32| {
            let slot = self.slots.get(slot as usize).filter(|slot| !slot.taken)?;
            let entry = self.entries.get(slot.entry)?;
            (!exact || i128::from(entry.amount) == row.amount.abs()).then_some(entry)
        };
        let free = self.candidates(rule, row).filter_map(|slot| Some((slot, entry(slot)?)));
        let nearest = free.min_by_key(|(slot, entry)| {
            let apart = entry.at.zip(row.at).map(|(a, b)| (a - b).abs());
            (apart.unwrap_or(i64::MAX), *slot)
        });
        nearest.map(|(slot, _)| slot)
    }
}

/// Books of a terminal count their STANs apart: a card's row is none of an order.
fn is_paid_so(entry: &Entry, method: Option<Method>) -> bool {
    match method {
        Some(Method::Card) => !entry.is_qr(),
        Some(Method::Wechat | Method::Alipay) => entry.is_qr(),
        _ => true,
    }
}

fn fits(rule: &Rule, slot: &Slot, entry: &Entry, row: &Row) -> bool {
    let terminals = entry.tid.as_deref().zip(row.tid.as_deref());
    let apart = entry.at.zip(row.at).map(|(a, b)| (a - b).abs());
    let sides = match (slot.undoes, entry.side(), row.side) {
        (false, Side::Undo, Side::GiveBack) => rule.name == "original",
        (false, own, side) => own == side,
        (true, _, side) => side != Side::Charge,
    };
    sides
        && (rule.is_number_of_order() || is_paid_so(entry, row.method))
        && entry.currency == row.currency
        && terminals.is_none_or(|(a, b)| a == b)
        && (!rule.same_amount || i128::from(entry.amount) == row.amount.abs())
        && rule.within.is_none_or(|most| apart.is_some_and(|apart| apart <= most))
}

impl Paired {
    /// Acquirers may print neither a payment nor its void of the same day: together they are nothing.
    fn void_together(&mut self) {
        let absent = |found: &[Found], at: usize| found.get(at).is_some_and(|f| f.own.is_none());
        for at in 0..self.entries.len() {
            let Some(void) = self.entries.get(at) else { continue };
            let Some(of) = void.original.filter(|_| void.side() == Side::Undo) else { continue };
            let Some(original) = self.entries.get(of) else { continue };
            let together = void.standing == Standing::Approved
                && original.standing == Standing::Approved
                && void.counted() + original.counted() == 0
                && absent(&self.found, at)
                && absent(&self.found, of);
            for one in [at, of] {
                if let (true, Some(entry)) = (together, self.entries.get_mut(one)) {
                    entry.standing = Standing::Voided;
                }
            }
        }
    }
}
