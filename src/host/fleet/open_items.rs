//! The table of payments that are not closed.

use super::super::Lang;
use super::super::words;
use super::clock::Instant;
use super::dump::{Dump, Who};
use super::schema::{ALWAYS, Column, Kind, MAYBE, Row, Value, bounded, table, word};
use crate::dump::OpenItem;

/// A payment that is not closed.
pub(super) struct Open<'a> {
    dump: &'a Dump<'a>,
    item: &'a OpenItem,
    who: Who<'a>,
    pub began: Option<Instant>,
}

impl<'a> Open<'a> {
    pub fn of(dump: &'a Dump<'a>, item: &'a OpenItem) -> Self {
        let payment = dump.outline.payments.get(&item.item);
        let intent = payment.and_then(|payment| payment.intent.as_ref());
        Open {
            dump,
            item,
            who: intent.map(|intent| dump.who(intent)).unwrap_or_default(),
            began: intent.and_then(|intent| Instant::of(&intent.moment)),
        }
    }

    fn age(&self) -> Option<i64> {
        Some(self.dump.as_of? - self.began?.micros.div_euclid(1_000_000))
    }
}

table! {
    o: Open<'_>;
    terminal_id Text ALWAYS "as in `payments`" => o.dump.terminal.as_str();
    format_id Int ALWAYS "the number that the format gave the journal" => o.dump.outline.format_id;
    dump Text ALWAYS "the file" => o.dump.name.as_str();
    dump_clean Bool ALWAYS "nothing was found in the dump: no open payment can be missing" => o.dump.clean;
    payment Int ALWAYS "the payment" => o.item.item.0;
    book Int ALWAYS "its book" => o.item.book;
    tid Text MAYBE "DE41 that it was sent under" => o.who.tid;
    mid Text MAYBE "DE42 that it was sent under" => o.who.mid;
    acquirer Text MAYBE "by `--acquirers`" => o.who.acquirer.map(|a| a.name.as_str());
    kind Text ALWAYS "sale, void, refund and so on" => word(o.item.kind.name());
    stan Int ALWAYS "DE11" => o.item.stan.get();
    batch Int ALWAYS "the batch number" => o.item.batch.get();
    amount_minor Int MAYBE "DE4" => bounded(o.item.amount.minor());
    currency Text ALWAYS "DE49, three digits" => o.item.currency.to_string();
    exponent Int ALWAYS "decimal places of the currency" => o.item.currency.exponent();
    state Text ALWAYS "where it stands" => word(o.item.state.name());
    attempts Int ALWAYS "reversals sent so far" => o.item.attempts;
    owed Text ALWAYS "what is owed for it, in words" => words::owed(o.item.owed.as_ref(), Lang::En);
    began_utc Time MAYBE "when it began, by the terminal's clock; null where the clock was not set or the intent is lost: it may be of any age" => o.began.map(|at| Value::Time(at.micros));
    utc_offset_minutes Int MAYBE "what local time was ahead of UTC" => o.began.map(|at| at.offset);
    as_of_utc Time MAYBE "the moment that ages are counted from (`--as-of`)" => o.dump.as_of.map(|at| Value::Time(at.saturating_mul(1_000_000)));
    age_seconds Int MAYBE "for how long it is open; less than 0 if it began in the future" => o.age();
}
