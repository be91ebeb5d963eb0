//! What a dump says of one payment, gathered for the decision: no decision is made here.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::bill::BillFacts;
use super::cluster::Cluster;
use super::money;
use super::proof::{Premises, is_sale};
use super::undo::{Undo, Undone};
use crate::dump::{OpenItem, Shown};
use crate::ledger::ItemState;
use crate::record::{AnswerClass, Clock, Intent, Moment, Outcome, Record, Seq, TransactionKind};

/// What a dump says of one payment.
#[derive(Clone, Debug)]
pub struct Story<'a> {
    /// Its name.
    pub item: Seq,
    /// What was sent.
    pub intent: Option<&'a Intent>,
    /// What was answered.
    pub outcome: Option<&'a Outcome>,
    /// Where it stands.
    pub state: Option<ItemState>,
    /// Its open end, if it has one.
    pub open: Option<&'a OpenItem>,
    /// Its own records, in order.
    pub records: Vec<&'a Shown>,
    /// What takes it back: voids, refunds.
    pub undone: Option<Undone<'a>>,
    /// The payment of this dump that it takes back: the money is counted there.
    pub original: Option<Seq>,
    /// An earlier payment of the same card and amount, minutes before, that stands.
    pub double_of: Option<&'a Shown>,
    /// A later payment of the same card and amount, or an offline sale in its place.
    pub replaced: Option<&'a Shown>,
    /// The start of the terminal that cut it off.
    pub restart: Option<&'a Shown>,
    /// The trouble of several cards at its time.
    pub cluster: Option<Cluster>,
    /// The answers that those of the cluster got.
    pub together: Vec<&'a Shown>,
    /// A change of the merchant or terminal number, forced, after it.
    pub switched: Option<&'a Shown>,
    /// Where its batch stands.
    pub batch: BatchStands,
    /// Nothing of the dump that could be about it is missing.
    pub is_intact: bool,
}

/// Where the batch of a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStands {
    /// Payments are taken.
    Open,
    /// Its settlement has begun.
    Settling,
    /// It is closed.
    Closed,
    /// The dump does not say.
    Unknown,
}

/// Seconds since 1970 UTC, where the clock can be trusted.
pub(super) fn utc(moment: &Moment) -> Option<i64> {
    let offset = i64::from(moment.utc_offset_quarters) * 15 * 60;
    is_trusted(moment).then(|| i64::from(moment.local_seconds) - offset)
}

fn is_trusted(moment: &Moment) -> bool {
    moment.local_seconds > 0 && moment.clock == Clock::Set
}

impl Story<'_> {
    /// When it was, local to the terminal, where the clock can be trusted.
    #[must_use]
    pub fn local(&self) -> Option<DateTime> {
        Self::at(&self.intent?.moment)
    }

    /// A moment's local time, where its clock can be trusted.
    pub(super) fn at(moment: &Moment) -> Option<DateTime> {
        let at = Timestamp::from_second(i64::from(moment.local_seconds)).ok()?;
        is_trusted(moment).then(|| Offset::UTC.to_datetime(at))
    }

    /// What proofs are made from.
    #[must_use]
    pub fn premises(&self, bill: Option<&BillFacts>) -> Premises {
        let kind = self.intent.map(|intent| intent.kind);
        let pays = |kind| is_sale(kind) || kind == TransactionKind::PreAuth;
        let is_billed = kind.is_some_and(pays) && bill.is_some_and(|bill| bill.charges() > 0);
        Premises {
            item: self.item,
            kind,
            state: self.state,
            verdict: self.outcome.map(|outcome| outcome.verdict),
            code: self.outcome.and_then(|outcome| outcome.code),
            approved_late: self.approved_late(),
            is_intact: self.is_intact,
            undo: self.undo().max(self.taken_back(bill)),
            is_replaced: self.replaced.is_some(),
            batch_is_open: self.batch == BatchStands::Open,
            is_billed,
        }
    }

    /// How far voids and refunds of the journal took it back.
    pub(super) fn undo(&self) -> Undo {
        self.undone.as_ref().map_or(Undo::None, |undone| undone.how)
    }

    /// How far a bill takes an approved payment back.
    fn taken_back(&self, bill: Option<&BillFacts>) -> Undo {
        let back = bill.map_or(0, |bill| bill.taken_back);
        let amount = money::approved(self).map_or(0, |amount| amount.minor());
        match back {
            0 => Undo::None,
            _ if back >= amount => Undo::Whole,
            _ => Undo::Part,
        }
    }

    /// A late approval that no confirmed reversal came after.
    fn approved_late(&self) -> bool {
        let newest = |test: fn(&Record) -> bool| {
            self.records.iter().filter(|shown| test(&shown.record)).map(|shown| shown.seq).max()
        };
        let approval = newest(|record| match record {
            Record::Late(late) => late.approved,
            Record::Reopen(_) => true,
            _ => false,
        });
        let undone = newest(|record| match record {
            Record::Answer(answer) => answer.class == AnswerClass::Done,
            _ => false,
        });
        approval.is_some_and(|approval| undone.is_none_or(|undone| undone < approval))
    }
}
