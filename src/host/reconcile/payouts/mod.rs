//! Whether what was settled was paid out.
//!
//! All rows of a merchant number and business day are one settlement. Its payout is, by the first line
//! that holds, and each is used once:
//!
//! | payout | and |
//! |---|---|
//! | of the same merchant number, for the same day (`settDate`) | - |
//! | of the same or no merchant number | planned or paid is the settlement's net, at most ten days later |
//! | of the same merchant number | made on the day it was due, or the day after the trades |
//!
//! A payout that repeats one that came back stands for it. The verdict:
//!
//! | payout | bank statement | verdict |
//! |---|---|---|
//! | none | not given, or without such a credit | not due yet; behind its hours: missing |
//! | none | a credit of the net within the days | paid |
//! | failed, returned, held | any | not paid, with the reason |
//! | pending | any | not due yet; behind its hours: not paid |
//! | paid, less than the net | any | short |
//! | paid | not given, or with its credit | paid |
//! | paid | without its credit | not due yet; behind its hours: not on the statement |
//!
//! Where neither payouts nor a statement were given, nothing is said of paying out.

mod find;
mod verdict;

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, DateTime};

use super::beside;
use crate::host::bills::{BillRow, Flow, Kind, PayoutState};
use crate::host::calendar::{Calendar, Due, Terms};
use crate::record::Currency;
pub use verdict::Verdict;

/// What a day's payments of a merchant number add up to.
#[derive(Debug)]
pub struct Settlement {
    pub mid: Option<Box<str>>,
    pub day: Date,
    pub currency: Currency,
    /// When it is paid out, by the acquirer that printed its first row.
    terms: Terms,
    pub net: i128,
    pub rows: u64,
    pub verdict: Verdict,
    /// What was paid of it.
    pub paid: i128,
    /// The day on which it was credited, as the payout's or the bank's row says.
    pub credited: Option<Date>,
    /// The payout's row, in a line.
    pub payout_row: Option<String>,
}

impl Settlement {
    /// When its payout is due, where that can be computed.
    fn due(&self, calendar: &Calendar) -> Option<Due> {
        self.terms.due(self.day.at(0, 0, 0, 0), calendar).ok()
    }
}

struct Payout {
    id: Option<String>,
    mid: Option<String>,
    state: PayoutState,
    reason: Option<String>,
    repeats: Option<String>,
    planned: i128,
    paid: i128,
    for_day: Option<Date>,
    made: Option<Date>,
    date: Option<Date>,
    used: bool,
    row: String,
}

struct Credit {
    id: Option<String>,
    amount: i128,
    currency: Currency,
    date: Date,
    used: bool,
}

#[derive(Default)]
pub struct Payouts {
    pub settlements: Vec<Settlement>,
    known: HashMap<(Option<Box<str>>, Date, Currency), u32>,
    last: Option<u32>,
    payouts: Vec<Payout>,
    bank: Option<Vec<Credit>>,
    overflowed: bool,
}

/// Settlements, payouts and credits that are kept: each is compared with each.
const MOST: usize = 50_000;

impl Payouts {
    /// Settlements, payouts or credits are more than are kept: what is said of them is not all.
    pub fn overflowed(&self) -> bool {
        self.is_asked() && self.overflowed
    }

    /// Whether there is room for one more.
    fn has_room(&mut self, many: usize) -> bool {
        self.overflowed |= many >= MOST;
        many < MOST
    }

    /// Counts a row; the settlement that it is part of.
    pub fn settled(
        &mut self,
        row: &BillRow,
        day: Date,
        amount: i128,
        terms: &Terms,
    ) -> Option<u32> {
        let net = match row.net {
            Some(net) => i128::from(net),
            None => amount - i128::from(row.fee.unwrap_or(0)),
        };
        let at = self.settlement(row, day, terms)?;
        if let Some(settlement) = self.settlements.get_mut(at as usize) {
            settlement.net += net;
            settlement.rows += 1;
        }
        Some(at)
    }

    fn settlement(&mut self, row: &BillRow, day: Date, terms: &Terms) -> Option<u32> {
        let mid = row.keys.mid.as_deref();
        let is_it =
            |s: &Settlement| s.mid.as_deref() == mid && s.day == day && s.currency == row.currency;
        // Rows of one day and merchant stand together.
        if let Some(last) = self.last
            && self.settlements.get(last as usize).is_some_and(is_it)
        {
            return Some(last);
        }
        let key = (mid.map(Box::from), day, row.currency);
        if !self.known.contains_key(&key) && !self.has_room(self.settlements.len()) {
            return None;
        }
        let next = self.settlements.len() as u32;
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            self.settlements.push(Settlement {
                mid: mid.map(Box::from),
                day,
                currency: row.currency,
                terms: *terms,
                net: 0,
                rows: 0,
                verdict: Verdict::Unasked,
                paid: 0,
                credited: None,
                payout_row: None,
            });
        }
        self.last = Some(at);
        Some(at)
    }

    /// A payout of a bill or of payout records.
    pub fn payout(&mut self, row: &BillRow) {
        if !self.has_room(self.payouts.len()) {
            return;
        }
        let amount = i128::from(row.amount);
        let details = row.payout.as_deref();
        self.payouts.push(Payout {
            id: row.keys.acquirer_ref.clone(),
            mid: row.keys.mid.clone(),
            state: details.map_or(PayoutState::Paid, |payout| payout.state),
            reason: details.and_then(|payout| payout.reason.clone()),
            repeats: details.and_then(|payout| payout.repeats.clone()),
            planned: details.and_then(|payout| payout.planned).map_or(amount, i128::from),
            paid: amount,
            for_day: row.clearing_date,
            made: details.and_then(|payout| payout.created).map(|time| time.date()),
            date: row.time.map(|time| time.date()),
            used: false,
            row: {
                let reason = details.and_then(|payout| payout.reason.as_deref());
                beside::text(row, reason.or(Some(&row.raw_kind)))
            },
        });
    }

    /// The rows of a bank statement, which may have none; only money that comes in matters. Where no row
    /// says that it does, the statement has no directions, and its payouts are what came in.
    pub fn credits(&mut self, rows: impl Iterator<Item = BillRow>) {
        let (mut told, mut others) = (Vec::new(), Vec::new());
        for row in rows {
            let date = row.time.map(|time| time.date()).or(row.clearing_date);
            let to = match (row.flow, row.kind) {
                (Flow::In, _) => &mut told,
                (_, Kind::Payout) => &mut others,
                _ => continue,
            };
            let Some(date) = date else { continue };
            if !self.has_room(to.len()) {
                continue;
            }
            let id = row.keys.acquirer_ref.or(row.keys.order_no);
            let (amount, currency, used) = (i128::from(row.amount), row.currency, false);
            to.push(Credit { id, amount, currency, date, used });
        }
        let credits = if told.is_empty() { others } else { told };
        self.bank.get_or_insert_default().extend(credits);
    }

    /// Whether anything is known about paying out.
    pub fn is_asked(&self) -> bool {
        !self.payouts.is_empty() || self.bank.is_some()
    }

    /// Says of every settlement whether it was paid out.
    pub fn judge(&mut self, calendar: &Calendar, now: DateTime) {
        if !self.is_asked() {
            return;
        }
        self.drop_repeated();
        let mut order: Vec<usize> = (0..self.settlements.len()).collect();
        order.sort_by_key(|at| self.settlements.get(*at).map(|s| s.day));
        // Each way to find a payout for all, before the next.
        let mut chosen: Vec<Option<usize>> = vec![None; self.settlements.len()];
        for way in find::WAYS {
            for at in &order {
                let Some(settlement) = self.settlements.get(*at) else { continue };
                let Some(room @ None) = chosen.get_mut(*at) else { continue };
                let due = settlement.due(calendar).map(|due| due.date);
                let is_it = |payout: &&mut Payout| !payout.used && way(settlement, payout, due);
                let found = self.payouts.iter_mut().enumerate().find(|(_, p)| is_it(p));
                if let Some((n, payout)) = found {
                    payout.used = true;
                    *room = Some(n);
                }
            }
        }
        for at in order {
            let payout = chosen.get(at).copied().flatten().and_then(|n| self.payouts.get(n));
            let Some(settlement) = self.settlements.get_mut(at) else { continue };
            let due = settlement.due(calendar);
            let until = due.map(|due| due.late_after);
            let is_late = due.is_some_and(|due| due.is_late(now));
            let or_wait =
                |verdict: Verdict| if is_late { verdict } else { Verdict::Waiting(until) };
            let bank = self.bank.as_mut();
            let arrived = |id: Option<&str>, amount: i128, from: Date| {
                bank.map(|credits| {
                    find::take_credit(credits, id, amount, settlement.currency, from)
                })
            };
            let from = payout.and_then(|payout| payout.date).unwrap_or(settlement.day);
            let mut credited = None;
            let (verdict, paid) = match payout {
                // Nothing is owed to the merchant.
                _ if settlement.net <= 0 => (Verdict::Paid, settlement.net),
                None => match arrived(None, settlement.net, from) {
                    Some(Some(day)) => {
                        credited = Some(day);
                        (Verdict::Paid, settlement.net)
                    }
                    _ => (or_wait(Verdict::Missing), 0),
                },
                Some(payout) => match payout.state {
                    PayoutState::Paid => {
                        let at_bank = arrived(payout.id.as_deref(), payout.paid, from);
                        credited = at_bank.flatten().or(payout.date);
                        match at_bank {
                            Some(None) => (or_wait(Verdict::NotAtBank), 0),
                            _ if payout.paid < settlement.net => (Verdict::Short, payout.paid),
                            _ => (Verdict::Paid, payout.paid),
                        }
                    }
                    state @ PayoutState::Pending => {
                        (or_wait(Verdict::Not(state, payout.reason.clone())), 0)
                    }
                    state => (Verdict::Not(state, payout.reason.clone()), 0),
                },
            };
            (settlement.verdict, settlement.paid) = (verdict, paid);
            settlement.credited = credited;
            settlement.payout_row = payout.map(|payout| payout.row.clone());
        }
    }

    /// A payout that another one repeats says nothing any more.
    fn drop_repeated(&mut self) {
        let repeats = self.payouts.iter().filter_map(|payout| payout.repeats.clone());
        let repeated: HashSet<String> = repeats.collect();
        for payout in &mut self.payouts {
            payout.used |= payout.id.as_ref().is_some_and(|id| repeated.contains(id));
        }
    }
}
