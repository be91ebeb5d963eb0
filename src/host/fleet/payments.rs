//! The table of payments.

use super::acquirers::Due;
use super::clock::Instant;
use super::dump::{Dump, Told, Who};
use super::schema::{ALWAYS, Column, Kind, MAYBE, Row, Value, bounded, table, word};
use crate::dump::{BookTotals, Payment};
use crate::ledger::{Counts, ItemState, Phase, rule};
use crate::log::Mode;
use crate::record::{Clock, Intent, Original, Outcome, Seq, Verdict};

/// A payment, and what is known around it.
pub(super) struct Paid<'a> {
    dump: &'a Dump<'a>,
    item: Seq,
    payment: &'a Payment,
    intent: Option<&'a Intent>,
    outcome: Option<&'a Outcome>,
    told: Told,
    who: Who<'a>,
    pub began: Option<Instant>,
    net: Option<i64>,
    due: Option<Due>,
}

impl<'a> Paid<'a> {
    pub fn of(dump: &'a Dump<'a>, item: Seq, payment: &'a Payment) -> Self {
        let intent = payment.intent.as_ref();
        let began = intent.and_then(|intent| Instant::of(&intent.moment));
        let who = intent.map(|intent| dump.who(intent)).unwrap_or_default();
        let net = intent.and_then(|intent| net(intent, payment));
        let acquirer = who.acquirer.filter(|_| net.is_some_and(|net| net > 0));
        let due = acquirer.and_then(|acquirer| dump.how.acquirers.due(acquirer, began?));
        Paid {
            dump,
            item,
            payment,
            intent,
            outcome: payment.outcome.as_ref(),
            told: dump.told(item),
            who,
            began,
            net,
            due,
        }
    }

    fn of_intent<T: Into<Value>>(&self, get: impl FnOnce(&Intent) -> T) -> Value {
        self.intent.map(get).into()
    }

    fn of_outcome<T: Into<Value>>(&self, get: impl FnOnce(&Outcome) -> T) -> Value {
        self.outcome.map(get).into()
    }
}

table! {
    p: Paid<'_>;
    terminal_id Text ALWAYS "DE41 of the terminal's first book; `journal-` and the format's number where it has none" => p.dump.terminal.as_str();
    mode Text ALWAYS "live, test or training" => mode(p.dump.outline.mode);
    format_id Int ALWAYS "the number that the format gave the journal" => p.dump.outline.format_id;
    dump Text ALWAYS "the file" => p.dump.name.as_str();
    dump_clean Bool ALWAYS "nothing was found in the dump: nothing can be missing" => p.dump.clean;
    payment Int ALWAYS "its name: the sequence number of its intent" => p.item.0;
    book Int MAYBE "the book; this and most others are null where the intent is lost" => p.of_intent(|i| i.book);
    tid Text MAYBE "DE41 that it was sent under" => p.who.tid;
    mid Text MAYBE "DE42 that it was sent under" => p.who.mid;
    acquirer Text MAYBE "by `--acquirers`" => p.who.acquirer.map(|a| a.name.as_str());
    kind Text MAYBE "sale, void, refund and so on" => p.of_intent(|i| word(i.kind.name()));
    stan Int MAYBE "DE11" => p.of_intent(|i| i.stan.get());
    batch Int MAYBE "the batch number" => p.of_intent(|i| i.batch.get());
    invoice Int MAYBE "DE62" => p.of_intent(|i| i.invoice.get());
    began_utc Time MAYBE "when it began, by the terminal's clock" => p.began.map(|at| Value::Time(at.micros));
    utc_offset_minutes Int MAYBE "what local time was ahead of UTC" => p.began.map(|at| at.offset);
    clock Text MAYBE "set; stepped: moved by a leap since the record before; unset" => p.of_intent(|i| clock(i.moment.clock));
    amount_minor Int MAYBE "DE4 as requested" => p.of_intent(|i| bounded(i.amount.minor()));
    approved_minor Int MAYBE "DE4 of the answer, where it differs" => p.outcome.and_then(|o| Some(bounded(o.approved_amount?.minor())));
    net_minor Int MAYBE "what a completed payment moves: sales, tips and voided refunds more than 0, refunds and voids less; null for one that is not completed or moves no money. A batch adds up to it, but for payments that completed after its figures were sent" => p.net;
    tip_minor Int MAYBE "the part that is a tip" => p.intent.and_then(|i| Some(bounded(i.tip?.minor())));
    cash_back_minor Int MAYBE "the part that is paid out in cash" => p.intent.and_then(|i| Some(bounded(i.cash_back?.minor())));
    currency Text MAYBE "DE49, three digits" => p.of_intent(|i| i.currency.to_string());
    exponent Int MAYBE "decimal places of the currency" => p.of_intent(|i| i.currency.exponent());
    entry Int MAYBE "DE22" => p.of_intent(|i| i.entry.0);
    pan Text MAYBE "first six and last four digits" => p.intent.and_then(|i| Some(i.pan?.to_string()));
    reference Text MAYBE "the cash register's reference" => p.intent.and_then(|i| Some(i.reference.as_ref()?.as_str()));
    order_no Text MAYBE "the order number of a QR payment" => p.intent.and_then(|i| Some(i.order.as_ref()?.as_str()));
    original Int MAYBE "the payment that it voids, refunds, completes or adjusts" => p.intent.and_then(|i| Some(i.original.as_ref()?.seq()?.0));
    original_rrn Text MAYBE "the same, of another terminal or batch" => p.intent.and_then(original_rrn);
    undone_by Int MAYBE "the completed void, or refund of the whole amount, that took it back" => p.told.undone_by.map(|seq| seq.0);
    verdict Text MAYBE "what the answer was taken for: approved, approved and not confirmed, declined, doubtful, no answer" => p.of_outcome(|o| verdict(o.verdict));
    code Text MAYBE "DE39" => p.outcome.and_then(|o| Some(o.code?.as_str().to_string()));
    rrn Text MAYBE "DE37" => p.outcome.and_then(|o| Some(o.rrn?.as_str().to_string()));
    auth_code Text MAYBE "DE38" => p.outcome.and_then(|o| Some(o.auth_code?.as_str().to_string()));
    answered_utc Time MAYBE "when the answer or the time-out was written" => p.told.answered.map(|at| Value::Time(at.micros));
    elapsed_ms Int MAYBE "from the first byte sent to the answer or the time-out" => p.of_outcome(|o| o.elapsed_ms);
    settlement_date Text MAYBE "DE15, MMDD as received" => p.outcome.and_then(|o| Some(format!("{:04}", o.settlement_date?.mmdd())));
    attempts Int ALWAYS "reversals, cancels or advices sent for it" => p.told.attempts;
    late_approval Bool ALWAYS "an approval came too late" => p.told.late_approval;
    state Text MAYBE "where it stands; null where too little of it is left to say" => p.payment.state.map(|state| word(state.name()));
    is_open Bool MAYBE "something is owed for it" => p.payment.state.map(|state| !state.is_final());
    settlement Text MAYBE "where its batch stands: open, frozen, sent, uploading, ended (the host is done) or closed" => p.intent.and_then(|i| settlement(&p.dump.outline.books, i));
    due_date Date MAYBE "the day on which its money is due: for completed payments with `net_minor` more than 0, by `--acquirers`" => p.due.map(|due| Value::Date(due.day));
    late_after_utc Time MAYBE "from when on the money is late" => p.due.map(|due| Value::Time(due.late_after));
}

pub(super) const fn mode(mode: Mode) -> Value {
    word(match mode {
        Mode::Live => "live",
        Mode::Test => "test",
        Mode::Training => "training",
    })
}

const fn clock(clock: Clock) -> Value {
    word(match clock {
        Clock::Unset => "unset",
        Clock::Set => "set",
        Clock::Stepped => "stepped",
    })
}

pub(super) const fn verdict(verdict: Verdict) -> Value {
    word(match verdict {
        Verdict::NoAnswer => "no answer",
        Verdict::Declined => "declined",
        Verdict::Doubtful => "doubtful",
        Verdict::Approved { completed: true } => "approved",
        Verdict::Approved { completed: false } => "approved and not confirmed",
    })
}

fn original_rrn(intent: &Intent) -> Option<String> {
    match intent.original.as_ref()? {
        Original::ByValue { rrn, .. } => Some(rrn.as_str().to_string()),
        Original::ByRecord(_) => None,
    }
}

/// As the ledger counts it: a void takes back what was asked for, all others move what was approved.
fn net(intent: &Intent, payment: &Payment) -> Option<i64> {
    if payment.state != Some(ItemState::Completed) {
        return None;
    }
    let approved = payment.outcome.as_ref().and_then(|outcome| outcome.approved_amount);
    let approved = i64::try_from(approved.unwrap_or(intent.amount).minor()).ok()?;
    let asked = i64::try_from(intent.amount.minor()).ok()?;
    match rule(intent.kind).counts {
        Counts::Sales | Counts::Tip => Some(approved),
        Counts::Refunds => Some(-approved),
        Counts::Voided => Some(-asked),
        Counts::RefundsVoided => Some(asked),
        Counts::None => None,
    }
}

fn settlement(books: &[BookTotals], intent: &Intent) -> Option<Value> {
    let book = books.iter().find(|book| book.book == intent.book)?;
    Some(match intent.batch {
        batch if batch == book.settling => word(phase(book.phase)),
        batch if batch == book.batch => word(phase(Phase::Open)),
        _ => word("closed"),
    })
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Frozen => "frozen",
        Phase::Sent => "sent",
        Phase::Uploading => "uploading",
        Phase::Ended => "ended",
    }
}
