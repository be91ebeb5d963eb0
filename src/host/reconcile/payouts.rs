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

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use crate::host::Lang;
use crate::host::bills::{BillRow, Flow, Kind, PayoutState};
use crate::host::calendar::{Calendar, Terms};
use crate::host::codes;
use crate::record::Currency;

/// What a day's payments of a merchant number add up to.
#[derive(Debug)]
pub(super) struct Settlement {
    pub mid: Option<Box<str>>,
    pub day: Date,
    pub currency: Currency,
    pub net: i128,
    pub rows: u64,
    pub verdict: Verdict,
    /// What was paid of it.
    pub paid: i128,
}

/// Whether a settlement was paid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Unasked,
    Paid,
    /// Not yet; until then waiting is right, if that is known.
    Waiting(Option<DateTime>),
    Short,
    Missing,
    NotAtBank,
    Not(PayoutState, Option<String>),
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
}

struct Credit {
    id: Option<String>,
    amount: i128,
    currency: Currency,
    date: Date,
    used: bool,
}

#[derive(Default)]
pub(super) struct Payouts {
    pub settlements: Vec<Settlement>,
    known: HashMap<(Option<Box<str>>, Date, Currency), u32>,
    last: Option<u32>,
    payouts: Vec<Payout>,
    bank: Option<Vec<Credit>>,
}

/// Money that goes out arrives at most so many days later.
const MOST_DAYS: i32 = 10;

impl Payouts {
    /// Counts a row; the settlement that it is part of.
    pub fn settled(&mut self, row: &BillRow, day: Date, amount: i128) -> u32 {
        let net = match row.net {
            Some(net) => i128::from(net),
            None => amount - i128::from(row.fee.unwrap_or(0)),
        };
        let at = self.settlement(row, day);
        if let Some(settlement) = self.settlements.get_mut(at as usize) {
            settlement.net += net;
            settlement.rows += 1;
        }
        at
    }

    fn settlement(&mut self, row: &BillRow, day: Date) -> u32 {
        let mid = row.keys.mid.as_deref();
        let is_it =
            |s: &Settlement| s.mid.as_deref() == mid && s.day == day && s.currency == row.currency;
        // Rows of one day and merchant stand together.
        if let Some(last) = self.last
            && self.settlements.get(last as usize).is_some_and(is_it)
        {
            return last;
        }
        let key = (mid.map(Box::from), day, row.currency);
        let next = self.settlements.len() as u32;
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            self.settlements.push(Settlement {
                mid: mid.map(Box::from),
                day,
                currency: row.currency,
                net: 0,
                rows: 0,
                verdict: Verdict::Unasked,
                paid: 0,
            });
        }
        self.last = Some(at);
        at
    }

    /// A payout of a bill or of payout records.
    pub fn payout(&mut self, row: &BillRow) {
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
        });
    }

    /// A bank statement is there, even if it has no rows.
    pub fn has_statement(&mut self) {
        self.bank.get_or_insert_default();
    }

    /// A row of the bank statement; only money that comes in matters.
    pub fn credit(&mut self, row: &BillRow) {
        let date = row.time.map(|time| time.date()).or(row.clearing_date);
        let comes_in = row.flow == Flow::In || row.kind == Kind::Payout;
        let (true, Some(date)) = (comes_in, date) else { return };
        let id = row.keys.acquirer_ref.clone().or_else(|| row.keys.order_no.clone());
        let (amount, currency) = (i128::from(row.amount), row.currency);
        self.bank.get_or_insert_default().push(Credit { id, amount, currency, date, used: false });
    }

    /// Whether anything is known about paying out.
    pub fn is_asked(&self) -> bool {
        !self.payouts.is_empty() || self.bank.is_some()
    }

    /// Says of every settlement whether it was paid out.
    pub fn judge(&mut self, terms: &Terms, calendar: &Calendar, now: DateTime) {
        if !self.is_asked() {
            return;
        }
        self.drop_repeated();
        let mut order: Vec<usize> = (0..self.settlements.len()).collect();
        order.sort_by_key(|at| self.settlements.get(*at).map(|s| s.day));
        // Each way to find a payout for all, before the next.
        let mut chosen: Vec<Option<usize>> = vec![None; self.settlements.len()];
        for way in [same_day, same_amount, due_then] {
            for at in &order {
                let Some(settlement) = self.settlements.get(*at) else { continue };
                let Some(room @ None) = chosen.get_mut(*at) else { continue };
                let due =
                    terms.due(settlement.day.at(0, 0, 0, 0), calendar).ok().map(|due| due.date);
                let is_it = |payout: &&mut Payout| !payout.used && way(settlement, payout, due);
                let found = self.payouts.iter_mut().enumerate().find(|(_, p)| is_it(&p));
                if let Some((n, payout)) = found {
                    payout.used = true;
                    *room = Some(n);
                }
            }
        }
        for at in order {
            let payout = chosen.get(at).copied().flatten().and_then(|n| self.payouts.get(n));
            let Some(settlement) = self.settlements.get_mut(at) else { continue };
            let due = terms.due(settlement.day.at(0, 0, 0, 0), calendar).ok();
            let until = due.map(|due| due.late_after);
            let is_late = due.is_some_and(|due| due.is_late(now));
            let or_wait =
                |verdict: Verdict| if is_late { verdict } else { Verdict::Waiting(until) };
            let bank = self.bank.as_mut();
            let arrived = |id: Option<&str>, amount: i128, from: Date| {
                bank.map(|credits| take_credit(credits, id, amount, settlement.currency, from))
            };
            let from = payout.and_then(|payout| payout.date).unwrap_or(settlement.day);
            let (verdict, paid) = match payout {
                // Nothing is owed to the merchant.
                _ if settlement.net <= 0 => (Verdict::Paid, settlement.net),
                None => match arrived(None, settlement.net, from) {
                    Some(true) => (Verdict::Paid, settlement.net),
                    _ => (or_wait(Verdict::Missing), 0),
                },
                Some(payout) => match payout.state {
                    PayoutState::Paid => match arrived(payout.id.as_deref(), payout.paid, from) {
                        Some(false) => (or_wait(Verdict::NotAtBank), 0),
                        _ if payout.paid < settlement.net => (Verdict::Short, payout.paid),
                        _ => (Verdict::Paid, payout.paid),
                    },
                    state @ PayoutState::Pending => {
                        (or_wait(Verdict::Not(state, payout.reason.clone())), 0)
                    }
                    state => (Verdict::Not(state, payout.reason.clone()), 0),
                },
            };
            (settlement.verdict, settlement.paid) = (verdict, paid);
        }
    }

    /// A payout that another one repeats says nothing any more.
    fn drop_repeated(&mut self) {
        let repeated: Vec<String> = self.payouts.iter().filter_map(|p| p.repeats.clone()).collect();
        for payout in &mut self.payouts {
            payout.used |= payout.id.as_ref().is_some_and(|id| repeated.contains(id));
        }
    }
}

/// A payout's repeat of something unpaid is looked for by these, in this order.
fn same_day(settlement: &Settlement, payout: &Payout, _due: Option<Date>) -> bool {
    payout.mid.is_some()
        && payout.mid.as_deref() == settlement.mid.as_deref()
        && payout.for_day == Some(settlement.day)
}

fn same_amount(settlement: &Settlement, payout: &Payout, _due: Option<Date>) -> bool {
    let mids = payout.mid.as_deref().zip(settlement.mid.as_deref());
    let date = payout.made.or(payout.date);
    (payout.planned == settlement.net || payout.paid == settlement.net)
        && mids.is_none_or(|(a, b)| a == b)
        && date.is_some_and(|date| is_within(settlement.day, date))
}

fn due_then(settlement: &Settlement, payout: &Payout, due: Option<Date>) -> bool {
    let next = settlement.day.checked_add(1.days()).ok();
    let made = payout.made.or(payout.date);
    payout.mid.is_some()
        && payout.mid.as_deref() == settlement.mid.as_deref()
        && made.is_some()
        && (made == next || made == due)
}

fn is_within(from: Date, date: Date) -> bool {
    let days = (date - from).get_days();
    (0..=MOST_DAYS).contains(&days)
}

fn take_credit(
    credits: &mut [Credit],
    id: Option<&str>,
    amount: i128,
    currency: Currency,
    from: Date,
) -> bool {
    let fits = |credit: &&mut Credit| {
        let named = id.is_some() && credit.id.as_deref() == id;
        !credit.used
            && credit.amount == amount
            && credit.currency == currency
            && (named || is_within(from, credit.date))
    };
    let found = credits.iter_mut().find(fits);
    found.is_some_and(|credit| {
        credit.used = true;
        true
    })
}

impl Verdict {
    /// Nothing is missing, or not yet.
    pub const fn is_fine(&self) -> bool {
        matches!(self, Self::Unasked | Self::Paid | Self::Waiting(_))
    }

    /// The payments of the settlement have not arrived. What of a short payout is missing, nobody
    /// can say of a single payment.
    pub const fn is_unpaid(&self) -> bool {
        matches!(self, Self::Missing | Self::NotAtBank | Self::Not(..))
    }

    /// A word for programs.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Unasked => "not_asked",
            Self::Paid => "paid",
            Self::Waiting(_) => "waiting",
            Self::Short => "short",
            Self::Missing => "missing",
            Self::NotAtBank => "not_on_statement",
            Self::Not(PayoutState::Failed | PayoutState::Paid, _) => "failed",
            Self::Not(PayoutState::Returned, _) => "returned",
            Self::Not(PayoutState::Held, _) => "held",
            Self::Not(PayoutState::Pending, _) => "pending",
        }
    }

    /// What is the matter, with the root cause of a failure where the dictionary knows it.
    pub fn say(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Self::Unasked => ("", ""),
            Self::Paid => ("paid out", "已到账"),
            Self::Waiting(None) => {
                ("not due yet, or its due date is not known", "未到期或到期日未知")
            }
            Self::Waiting(Some(until)) => {
                return match lang {
                    Lang::En => format!("wait until {}", minutes(*until)),
                    Lang::Zh => format!("请等至 {}", minutes(*until)),
                };
            }
            Self::Short => ("less was paid out than settled", "到账少于结算净额"),
            Self::Missing => ("overdue: no payout", "已逾期：无打款记录"),
            Self::NotAtBank => (
                "overdue: the acquirer says paid, the bank statement has no such credit",
                "已逾期：收单方称已打款，银行流水无此入账",
            ),
            Self::Not(state, reason) => {
                let lead = match state {
                    PayoutState::Failed | PayoutState::Paid => ("payout failed", "打款失败"),
                    PayoutState::Returned => ("returned by the bank", "银行退票"),
                    PayoutState::Held => ("payout frozen", "冻结出款"),
                    PayoutState::Pending => ("overdue: still being paid", "已逾期：打款中"),
                };
                return because(lang.pick(lead.0, lead.1), reason.as_deref(), lang);
            }
        };
        lang.pick(en, zh).into()
    }
}

fn minutes(time: DateTime) -> String {
    format!("{} {:02}:{:02}", time.date(), time.hour(), time.minute())
}

fn because(lead: &str, reason: Option<&str>, lang: Lang) -> String {
    let Some(reason) = reason.filter(|reason| !reason.is_empty()) else { return lead.into() };
    let known = codes::payout(reason).or_else(|| codes::transfer(reason));
    match (known, lang) {
        (Some(known), Lang::En) => format!("{lead}: {} ({reason})", known.cause(lang)),
        (Some(known), Lang::Zh) => format!("{lead}：{}（{reason}）", known.cause(lang)),
        (None, Lang::En) => format!("{lead}: {reason}"),
        (None, Lang::Zh) => format!("{lead}：{reason}"),
    }
}
