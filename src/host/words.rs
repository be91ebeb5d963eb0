//! Amounts, times and texts of an image as people read them.

use crate::dump::Shown;
use crate::ledger::{Duty, ItemState, SettleStep};
use crate::record::{
    Amount, AnswerClass, Clock, Currency, Decision, Intent, Moment, Original, Outcome, Record,
    ResponseCode, SettleClass, Totals, Uptime, Verdict,
};

/// Currencies whose letters a reader knows better than their number (ISO 4217).
const LETTERS: &[(u16, &str)] = &[
    (156, "CNY"),
    (344, "HKD"),
    (360, "IDR"),
    (392, "JPY"),
    (458, "MYR"),
    (702, "SGD"),
    (704, "VND"),
    (764, "THB"),
    (826, "GBP"),
    (840, "USD"),
    (978, "EUR"),
];

/// A text from an image: what is not printable ASCII is shown as `\xNN`, so that no image can
/// steer a terminal.
pub(super) fn safe(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02X}")),
        }
        out
    })
}

/// An amount with the decimal places of its currency: 1000 in baht is `10.00`.
pub(super) fn amount(amount: Amount, currency: Currency) -> String {
    let places = usize::from(currency.exponent());
    let digits = format!("{:0>width$}", amount.minor(), width = places + 1);
    match digits.split_at_checked(digits.len().saturating_sub(places)) {
        Some((whole, part)) if !part.is_empty() => format!("{whole}.{part}"),
        _ => digits,
    }
}

/// A currency by its letters, or by its number.
pub(super) fn currency(currency: Currency) -> String {
    let known = LETTERS.iter().find(|(numeric, _)| *numeric == currency.numeric());
    known.map_or_else(|| currency.to_string(), |(_, letters)| (*letters).to_string())
}

/// When, as far as the record says.
pub(super) fn time(record: &Record) -> String {
    match record {
        Record::Intent(intent) => local(&intent.moment),
        Record::Outcome(outcome) => up(outcome.uptime),
        Record::Attempt(attempt) => up(attempt.uptime),
        Record::Late(late) => up(late.uptime),
        Record::Reopen(reopen) => up(reopen.uptime),
        _ => String::new(),
    }
}

/// Local time as RFC 3339; what is not known of it, is said.
pub(super) fn local(moment: &Moment) -> String {
    if moment.local_seconds == 0 {
        return up(moment.uptime);
    }
    let (days, second) = (moment.local_seconds / 86_400, moment.local_seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let offset = i32::from(moment.utc_offset_quarters) * 15;
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    let doubt = if moment.clock == Clock::Set { "" } else { "?" };
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:\
         {minutes:02}{doubt}"
    )
}

fn up(uptime: Uptime) -> String {
    format!("up {}.{:03} s", uptime.0 / 1000, uptime.0 % 1000)
}

/// The date that lies `days` after 1970-01-01: years are counted from March, in cycles of 400.
fn date(days: u32) -> (u32, u32, u32) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u32::from(month <= 2), month, day)
}

/// What is owed for a payment, in words.
pub(super) fn owed(duty: Option<&Duty>) -> String {
    let Some(duty) = duty else { return "nothing yet".into() };
    match *duty {
        Duty::Reversal { reason, attempts, confirm, unresolved, .. } => {
            let de39 = reason.de39();
            let sent = sent(attempts);
            let rest = match (unresolved, confirm) {
                (true, _) => "; attempt limit reached: retry by policy, or let an operator decide",
                (false, true) => "; the host said 'nothing to reverse' once: ask again",
                (false, false) => "",
            };
            format!("reversal, DE39 {de39}, {sent}{rest}")
        }
        Duty::Query { unresolved: false, .. } => "ask the host what became of it".into(),
        Duty::Query { unresolved: true, .. } => {
            "limit reached: ask the host by policy, or let an operator decide".into()
        }
        Duty::Notice { attempts, unresolved, .. } => again("script results", attempts, unresolved),
        Duty::Advice { attempts, unresolved, .. } => again("advice", attempts, unresolved),
        Duty::RefundOrder { attempts, unresolved, .. } => again("refund", attempts, unresolved),
        Duty::Cancel { attempts, confirm, unresolved, .. } => {
            let rest = match confirm {
                true => "; the host said 'no such order' once: ask again",
                false => "",
            };
            format!("{}{rest}", again("cancel", attempts, unresolved))
        }
        Duty::Settle { book, step } => format!("settlement of book {book}: {}", step_words(step)),
    }
}

fn sent(attempts: u16) -> String {
    match attempts {
        0 => "never sent yet".into(),
        1 => "sent once, not acknowledged".into(),
        n => format!("sent {n} times, not acknowledged"),
    }
}

/// Something to send until it is answered.
fn again(what: &str, attempts: u16, unresolved: bool) -> String {
    let rest = match unresolved {
        true => "; refused or given up: retry by policy, or let an operator decide",
        false => "",
    };
    format!("{what}, {}{rest}", sent(attempts))
}

fn step_words(step: SettleStep) -> String {
    match step {
        SettleStep::Send => "send the 0500, or call it off".into(),
        SettleStep::Repeat => "send the 0500 again, with the same figures".into(),
        SettleStep::Upload { after } => format!("upload the payments after {after}, then the end"),
        SettleStep::Close => "close the batch".into(),
    }
}

/// Where a payment stands; what cannot be said is a dash.
pub(super) fn state(state: Option<ItemState>) -> String {
    state.map_or_else(|| "-".into(), |state| state.name().into())
}

/// What a record says besides its payment, STAN and amount.
pub(super) fn says(shown: &Shown) -> String {
    match &shown.record {
        Record::Intent(intent) => of_intent(intent),
        Record::Outcome(outcome) => of_outcome(outcome),
        Record::Reverse(reverse) => format!("DE39 {}", reverse.reason.de39()),
        Record::Attempt(attempt) => {
            format!("attempt {}, DE39 {}", attempt.number, attempt.reason.de39())
        }
        Record::Answer(answer) => {
            let class = match answer.class {
                AnswerClass::Done => "done",
                AnswerClass::NothingToReverse => "nothing to reverse",
                AnswerClass::Refused => "refused",
                AnswerClass::Busy => "busy",
                AnswerClass::Nothing => "no usable answer",
                AnswerClass::Unsent => "not a byte was sent",
                AnswerClass::Paid => "just paid",
            };
            format!("{class}{}", de39(answer.code))
        }
        Record::Operator(op) => {
            let what = match op.decision {
                Decision::Retry => "to be tried again, says",
                _ => "abandoned by",
            };
            format!("{what} {}: {}", safe(op.who.as_str()), safe(op.why.as_str()))
        }
        Record::Late(late) => {
            let what = if late.approved { "approved, too late" } else { "not approved, too late" };
            format!("{what}{}", de39(late.code))
        }
        Record::Reopen(reopen) => format!("approved after its close{}", de39(reopen.code)),
        Record::Freeze(freeze) => format!("batch {}: {}", freeze.batch, totals(&freeze.totals)),
        Record::SettleAttempt(attempt) => {
            format!("batch {}, attempt {}", attempt.batch, attempt.number)
        }
        Record::SettleAnswer(answer) => {
            let class = match answer.class {
                SettleClass::Balanced => "balanced",
                SettleClass::Unbalanced => "not balanced",
                SettleClass::Busy => "busy",
                SettleClass::Refused => "refused",
                SettleClass::Nothing => "no usable answer",
            };
            format!("batch {}, {class}{}", answer.batch, de39(answer.code))
        }
        Record::Uploaded(uploaded) => format!("up to payment {}", uploaded.through),
        Record::BatchClosed(closed) => format!("batch {}, next {}", closed.batch, closed.next),
        Record::SetBatch(set) => format!("batch {}", set.next),
        Record::Boot(boot) => format!("start {}, firmware {}", boot.count, boot.firmware),
        Record::Note(note) => safe(note.text.as_str()),
        _ => String::new(),
    }
}

fn of_intent(intent: &Intent) -> String {
    let original = match &intent.original {
        Some(Original::ByRecord(seq)) => format!(" of {seq}"),
        Some(Original::ByValue { rrn, .. }) => format!(" of RRN {}", safe(rrn.as_str())),
        _ => String::new(),
    };
    let reference = intent.reference.as_ref().map(|r| format!(", {}", safe(r.as_str())));
    let pan = intent.pan.map(|pan| format!(", {pan}"));
    let (pan, reference) = (pan.unwrap_or_default(), reference.unwrap_or_default());
    format!("{}{original}{pan}{reference}", intent.kind)
}

fn of_outcome(outcome: &Outcome) -> String {
    let verdict = match outcome.verdict {
        Verdict::NoAnswer => "no answer",
        Verdict::Declined => "declined",
        Verdict::Doubtful => "doubtful",
        Verdict::Approved { completed: true } => "approved",
        Verdict::Approved { completed: false } => "approved, chip to confirm",
    };
    let rrn = outcome.rrn.map(|rrn| format!(", RRN {}", safe(rrn.as_str())));
    format!("{verdict}{}{}", de39(outcome.code), rrn.unwrap_or_default())
}

fn de39(code: Option<ResponseCode>) -> String {
    code.map(|code| format!(", DE39 {}", safe(&code.to_string()))).unwrap_or_default()
}

/// A batch's totals in one line.
pub(super) fn totals(totals: &Totals) -> String {
    let line = |t: &crate::record::TotalsRow| {
        let tally = |name: &str, tally: crate::record::Tally| {
            format!("{} {name} {}", tally.count, amount(tally.amount, t.currency))
        };
        format!(
            "{}, {}, {} {}",
            tally("sales", t.sales),
            tally("voided", t.voided),
            tally("refunds", t.refunds),
            currency(t.currency)
        )
    };
    let lines: Vec<String> = totals.rows().iter().map(line).collect();
    if lines.is_empty() { "nothing".into() } else { lines.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        let cases = [
            (0, Currency::THB, "0.00"),
            (5, Currency::THB, "0.05"),
            (123_456, Currency::THB, "1234.56"),
            (500, Currency::new(392, 0).unwrap(), "500"),
            (1, Currency::new(48, 3).unwrap(), "0.001"),
        ];
        for (minor, currency, text) in cases {
            assert_eq!(amount(Amount::new(minor), currency), text);
        }
    }

    #[test]
    fn times_are_local_with_their_offset() {
        let moment = Moment {
            local_seconds: 1_709_208_000,
            utc_offset_quarters: 28,
            clock: Clock::Set,
            ..Moment::default()
        };
        assert_eq!(local(&moment), "2024-02-29T12:00:00+07:00");
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(u32::MAX / 86_400), (2106, 2, 7));
    }

    #[test]
    fn no_image_can_steer_a_terminal() {
        assert_eq!(safe("a\x1b[31m\\\u{e9}"), "a\\x1B[31m\\\\\\xC3\\xA9");
    }
}
