//! What bills say of a payment besides its own row: holds, disputes, what a court or the police
//! stopped, what the acquirer undid by itself.
//!
//! Pairing is about amounts that have to tie; these rows move no money of the journals, or take back
//! what no payment of the journals takes back. Each is put to the payment that it names; the first line
//! that holds says what it is.
//!
//! | row | says of its payment |
//! |---|---|
//! | a dispute; or its type or state names one | disputed |
//! | its type or state names a court, police or fraud | outside |
//! | a hold; or its state is held | one hold more |
//! | a release | one hold less |
//! | a payment that failed | where it has no other row: taken back |
//! | a refund, void or reversal that no payment of the journals has | taken back |
//! | any other | nothing |
//!
//! A row that nothing paired and that bears no RRN, batch or STAN may be any card payment's of its amount, at its
//! terminal, within a day and a half: of such a payment nobody can say that it is missing.
//!
//! By these keys, tried in this order, is it the payment's: the original's order number, its order
//! number, its RRN, its terminal and STAN within a day and a half. Where several payments have the same, the
//! approved one, then the nearest in time.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::class::Standing;
use super::entry::{Entry, Side};
use super::row::{Row, knows_terminals, signed, utc};
use crate::host::bills::{BillRow, Format, Kind, State, decimal_text, letters};
use crate::record::Currency;

/// More rows of one payment are no evidence any more.
const MOST_ROWS: usize = 16;
/// A clearing day may differ from the payment's by one.
const DAYS_TOUCH: i64 = 36 * 3600;

/// What rows that pair with nothing say of one payment.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub disputed: bool,
    pub outside: bool,
    pub holds: i64,
    /// Refunds, voids and reversals that no payment of the journals has.
    pub taken_back: u64,
    /// What rows say of it that name it as failed: another one may have gone through.
    pub failed: u64,
    /// Why, as the bill prints it.
    pub reason: Option<String>,
    pub rows: Vec<String>,
    /// Rows that may be its own, and bear no number that says so.
    pub unnamed: Vec<String>,
}

/// What a row says of the payment that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Dispute,
    Outside,
    Hold,
    Release,
    Failed,
}

/// Words of types and states that name a dispute.
const DISPUTES: [&str; 7] = ["拒付", "退单", "争议", "调单", "chargeback", "dispute", "retrieval"];
/// Words of types and states that name what no software decides.
const OUTSIDE: [&str; 9] =
    ["司法", "法院", "公安", "盗刷", "欺诈", "court", "police", "fraud", "stolen"];

#[derive(PartialEq, Eq, Hash)]
enum Key {
    Order(Box<str>),
    Rrn(Box<str>),
    Stan(u32),
}

/// A payment, its terminal, and when it was.
type Priced = (u32, Option<Arc<str>>, Option<i64>);

/// Rows that pair with nothing, by the payment that they name.
pub(super) struct Beside {
    index: HashMap<Key, Vec<u32>>,
    /// Payments by card, by what they cost.
    amounts: HashMap<(Currency, u64), Vec<Priced>>,
    said: BTreeMap<u32, Said>,
    /// Some row names a terminal.
    pub names_terminals: bool,
    /// The journal's terminals that rows name.
    pub terminals: HashSet<Box<str>>,
    ours: HashSet<Box<str>>,
}

impl Beside {
    pub fn new(entries: &[Entry]) -> Self {
        let mut index: HashMap<Key, Vec<u32>> = HashMap::new();
        for (at, entry) in (0..).zip(entries).filter(|(_, entry)| entry.side() == Side::Charge) {
            let orders = [&entry.order, &entry.reference].into_iter().flatten().cloned();
            let keys = orders.map(Key::Order).chain(entry.rrn.clone().map(Key::Rrn));
            for key in keys.chain([Key::Stan(entry.stan)]) {
                index.entry(key).or_default().push(at);
            }
        }
        let ours = entries.iter().filter_map(|entry| entry.tid.as_deref()).map(Box::from).collect();
        let mut amounts: HashMap<_, Vec<Priced>> = HashMap::new();
        let is_charge = |entry: &Entry| entry.side() == Side::Charge && !entry.is_qr();
        for (at, entry) in (0..).zip(entries).filter(|(_, entry)| is_charge(entry)) {
            amounts.entry((entry.currency, entry.amount)).or_default().push((
                at,
                entry.tid.clone(),
                entry.at,
            ));
        }
        let (said, terminals, names_terminals) = (BTreeMap::new(), HashSet::new(), false);
        Self { index, amounts, said, names_terminals, terminals, ours }
    }

    /// Hears a row before anything else is done with it.
    pub fn hear(&mut self, format: &Format, row: &BillRow) {
        let tid = row.keys.tid.as_deref().filter(|_| knows_terminals(format));
        let Some(tid) = tid else { return };
        self.names_terminals = true;
        if self.ours.contains(tid) && !self.terminals.contains(tid) {
            self.terminals.insert(tid.into());
        }
    }

    /// A row that moves no money of a payment.
    pub fn aside(&mut self, entries: &[Entry], format: &Format, row: &BillRow) {
        let (Some(word), Some(at)) = (word(row), self.about(entries, format, row)) else { return };
        let said = self.said.entry(at).or_default();
        let reason = [&row.raw_kind, &row.raw_state].map(|text| text.trim());
        let reason = reason.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let reason = Some(reason.join(" / ")).filter(|text| !text.is_empty());
        match word {
            Word::Dispute => said.disputed = true,
            Word::Outside => said.outside = true,
            Word::Hold => said.holds += 1,
            Word::Release => said.holds -= 1,
            Word::Failed => said.failed = said.failed.saturating_add(row.amount),
        }
        if word != Word::Release {
            said.reason.clone_from(&reason);
        }
        said.row(text(row, reason.as_deref()));
    }

    /// A row by which the acquirer undid a payment, and no payment of the journals did.
    pub fn undone(&mut self, at: u32, amount: u64, row: String) {
        let said = self.said.entry(at).or_default();
        said.taken_back = said.taken_back.saturating_add(amount);
        said.row(row);
    }

    /// A row that no payment has.
    pub fn unnamed(&mut self, row: &Row, text: impl Fn() -> String) {
        let amount = u64::try_from(row.amount).ok();
        let amount = amount.filter(|_| row.side == Side::Charge && !row.is_named);
        let Some(amount) = amount else { return };
        let Some(these) = self.amounts.get(&(row.currency, amount)) else { return };
        for (payment, tid, at) in these {
            let tids = tid.as_deref().zip(row.tid.as_deref());
            let apart = at.zip(row.at).map_or(0, |(a, b)| (a - b).abs());
            if tids.is_none_or(|(ours, theirs)| ours == theirs) && apart <= DAYS_TOUCH {
                let said = self.said.entry(*payment).or_default();
                if said.unnamed.len() < MOST_ROWS {
                    said.unnamed.push(text());
                }
            }
        }
    }

    pub fn of(&self, at: usize) -> Said {
        u32::try_from(at).ok().and_then(|at| self.said.get(&at)).cloned().unwrap_or_default()
    }

    /// The payment that a row names.
    pub fn about(&self, entries: &[Entry], format: &Format, row: &BillRow) -> Option<u32> {
        let tid = row.keys.tid.as_deref().filter(|_| knows_terminals(format));
        let order = |number: &Option<String>| Some(Key::Order(number.as_deref()?.into()));
        let stan = row.keys.stan.as_deref().and_then(|stan| stan.parse().ok());
        let keys = [
            order(&row.keys.original_order_no),
            order(&row.keys.order_no),
            row.keys.rrn.as_deref().map(|rrn| Key::Rrn(rrn.into())),
            stan.map(Key::Stan),
        ];
        let at = utc(row);
        let apart = |entry: &Entry| entry.at.zip(at).map(|(a, b)| (a - b).abs());
        let fits = |key: &Key, entry: &Entry| {
            let terminals = entry.tid.as_deref().zip(tid);
            // A trace number alone is another terminal's as well.
            let is_named = !matches!(key, Key::Stan(_))
                || (terminals.is_some() && apart(entry).is_some_and(|s| s <= DAYS_TOUCH));
            is_named
                && entry.currency == row.currency
                && terminals.is_none_or(|(ours, theirs)| ours == theirs)
        };
        keys.into_iter().flatten().find_map(|key| {
            let named = self.index.get(&key)?.iter();
            let named = named.filter_map(|at| Some((*at, entries.get(*at as usize)?)));
            let fitting = named.filter(|(_, entry)| fits(&key, entry));
            let best = fitting.min_by_key(|(_, entry)| {
                let stands = entry.standing == Standing::Approved;
                (!stands, apart(entry).unwrap_or(i64::MAX))
            });
            best.map(|(at, _)| at)
        })
    }
}

impl Said {
    fn row(&mut self, row: String) {
        if self.rows.len() < MOST_ROWS {
            self.rows.push(row);
        }
    }
}

fn word(row: &BillRow) -> Option<Word> {
    let printed = format!("{} {}", row.raw_kind, row.raw_state).to_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| printed.contains(word));
    match (row.kind, row.state) {
        (Kind::Dispute, _) => Some(Word::Dispute),
        _ if names(&DISPUTES) => Some(Word::Dispute),
        _ if names(&OUTSIDE) => Some(Word::Outside),
        (Kind::Release, _) => Some(Word::Release),
        (Kind::Hold, _) | (_, State::Held) => Some(Word::Hold),
        (Kind::Payment, State::Failed) => Some(Word::Failed),
        _ => None,
    }
}

/// A row in a line that needs no language.
pub(super) fn text(row: &BillRow, printed: Option<&str>) -> String {
    let time = row.time.map(|time| time.to_string());
    let number = super::row::number(row);
    let parts = [time.as_deref(), Some(&*number), printed];
    line(&row.source, row.line, signed(row), row.currency, &parts)
}

/// Where a row stands, its amount, and what else it says.
pub(super) fn line(
    source: &str,
    line: u64,
    amount: i128,
    currency: Currency,
    parts: &[Option<&str>],
) -> String {
    let money = decimal_text(amount, currency.exponent());
    // The folder is nobody's business.
    let (file, member) = source.split_at(source.find('!').unwrap_or(source.len()));
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let mut out = format!("{file}{member}:{line}: {money} {}", letters(currency));
    for part in parts.iter().flatten().filter(|part| !part.is_empty()) {
        out += ", ";
        out += part;
    }
    out
}
