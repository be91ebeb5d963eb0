//! The table of records.

use super::super::Lang;
use super::super::batches::batch_of;
use super::super::words;
use super::clock::{Instant, uptime};
use super::dump::Dump;
use super::payments::verdict;
use super::schema::{ALWAYS, Column, Kind, MAYBE, Row, Value, bounded, table, word};
use crate::dump::Shown;
use crate::record::{AnswerClass, Record, ResponseCode, SettleClass};

/// A record, and when it was written.
pub(super) struct Written<'a> {
    pub dump: &'a Dump<'a>,
    pub shown: &'a Shown,
    pub at: Option<Instant>,
}

table! {
    r: Written<'_>;
    terminal_id Text ALWAYS "as in `payments`" => r.dump.terminal.as_str();
    format_id Int ALWAYS "the number that the format gave the journal" => r.dump.outline.format_id;
    dump Text ALWAYS "the file" => r.dump.name.as_str();
    record Int ALWAYS "its sequence number" => r.shown.seq.0;
    kind Text ALWAYS "its name, as in FORMAT.md: Intent, Outcome and so on" => word(r.shown.record.name());
    payment Int MAYBE "the payment that it is about; for an intent its own number" => r.shown.item.map(|item| item.0);
    book Int MAYBE "the book that it is about" => r.shown.record.book();
    batch Int MAYBE "the batch that a record of a settlement is about" => batch_of(&r.shown.record).map(|(_, batch)| batch.get());
    time_utc Time MAYBE "when it was written: of an intent its own time, of others by their up-time since the last intent" => r.at.map(|at| Value::Time(at.micros));
    utc_offset_minutes Int MAYBE "what local time was ahead of UTC" => r.at.map(|at| at.offset);
    uptime_ms Int MAYBE "milliseconds since the start of the terminal" => uptime(&r.shown.record).map(|up| bounded(up.0));
    result Text MAYBE "what an answer was taken for" => result(&r.shown.record);
    code Text MAYBE "DE39 as received" => code(&r.shown.record).map(|code| code.as_str().to_string());
    elapsed_ms Int MAYBE "from the first byte sent to the answer or the time-out" => elapsed(&r.shown.record);
    says Text ALWAYS "the rest in words" => words::says(&r.shown.record, Lang::En);
    carried Bool ALWAYS "a copy: the sector in which it was written has been reclaimed" => r.shown.carried;
    sector Int ALWAYS "where it lies" => r.shown.at.sector;
    address Int ALWAYS "where it lies, from the region's first byte" => r.shown.at.address;
}

fn code(record: &Record) -> Option<ResponseCode> {
    match record {
        Record::Outcome(outcome) => outcome.code,
        Record::Answer(answer) => answer.code,
        Record::Late(late) => late.code,
        Record::Reopen(reopen) => reopen.code,
        Record::SettleAnswer(answer) => answer.code,
        _ => None,
    }
}

fn elapsed(record: &Record) -> Option<u32> {
    match record {
        Record::Outcome(outcome) => Some(outcome.elapsed_ms),
        _ => None,
    }
}

fn result(record: &Record) -> Option<Value> {
    Some(match record {
        Record::Outcome(outcome) => verdict(outcome.verdict),
        Record::Late(late) => word(if late.approved { "approved" } else { "declined" }),
        Record::Answer(answer) => word(match answer.class {
            AnswerClass::Done => "done",
            AnswerClass::NothingToReverse => "nothing to reverse",
            AnswerClass::Refused => "refused",
            AnswerClass::Busy => "busy",
            AnswerClass::Nothing => "no answer",
            AnswerClass::Unsent => "never sent",
            AnswerClass::Paid => "paid",
        }),
        Record::SettleAnswer(answer) => word(match answer.class {
            SettleClass::Balanced => "balanced",
            SettleClass::Unbalanced => "unbalanced",
            SettleClass::Busy => "busy",
            SettleClass::Refused => "refused",
            SettleClass::Nothing => "no answer",
        }),
        _ => return None,
    })
}
