//! Amounts, times and texts of an image as people read them, in either language.
//!
//! | what | file |
//! |---|---|
//! | every word in both languages | `table` |
//! | which word stands for a state, a kind, a class | `terms` |
//! | what a record says | `says` |

mod says;
pub(super) mod table;
pub(super) mod terms;

use super::Lang;
use crate::dump::{Finding, NotAnExport, NotReadable};
use crate::ledger::{Duty, ItemState, SettleStep};
use crate::record::{Amount, Clock, Currency, Moment, Record, Uptime};
pub(super) use says::{cards, says, says_in, whose};
use table as w;

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
        Record::OfflineApproved(offline) => local(&offline.intent.moment),
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
    format!("up {}", seconds(uptime))
}

fn seconds(uptime: Uptime) -> String {
    format!("{}.{:03} s", uptime.0 / 1000, uptime.0 % 1000)
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
pub(super) fn owed(duty: Option<&Duty>, lang: Lang) -> String {
    let Some(duty) = duty else { return w::D_NOTHING.of(lang).into() };
    match *duty {
        Duty::Reversal { reason, attempts, confirm, unresolved, .. } => {
            let sent = sent(attempts, lang);
            let rest = match (unresolved, confirm) {
                (true, _) => w::D_LIMIT,
                (false, true) => w::D_CONFIRM,
                (false, false) => w::NONE,
            };
            w::D_REVERSAL.with(lang, &[&reason.de39(), &sent, &rest.of(lang)])
        }
        Duty::Query { unresolved: false, .. } => w::D_QUERY.of(lang).into(),
        Duty::Query { unresolved: true, .. } => w::D_QUERY_LIMIT.of(lang).into(),
        Duty::Notice { attempts, unresolved, .. } => again(w::D_NOTICE, attempts, unresolved, lang),
        Duty::Advice { attempts, unresolved, .. } => again(w::D_ADVICE, attempts, unresolved, lang),
        Duty::RefundOrder { attempts, unresolved, .. } => {
            again(w::D_REFUND, attempts, unresolved, lang)
        }
        Duty::Cancel { attempts, confirm, unresolved, .. } => {
            let rest = if confirm { w::D_NO_ORDER } else { w::NONE };
            again(w::D_CANCEL, attempts, unresolved, lang) + rest.of(lang)
        }
        Duty::Settle { book, step } => w::D_SETTLE.with(lang, &[&book, &step_words(step, lang)]),
    }
}

fn sent(attempts: u16, lang: Lang) -> String {
    match attempts {
        0 => w::D_UNSENT.of(lang).into(),
        1 => w::D_ONCE.of(lang).into(),
        n => w::D_TIMES.with(lang, &[&n]),
    }
}

/// Something to send until it is answered.
fn again(what: w::Word, attempts: u16, unresolved: bool, lang: Lang) -> String {
    let rest = if unresolved { w::D_GIVEN_UP } else { w::NONE };
    format!("{}, {}{}", what.of(lang), sent(attempts, lang), rest.of(lang))
}

fn step_words(step: SettleStep, lang: Lang) -> String {
    match step {
        SettleStep::Send => w::S_SEND.of(lang).into(),
        SettleStep::Repeat => w::S_REPEAT.of(lang).into(),
        SettleStep::Upload { after } => w::S_UPLOAD.with(lang, &[&after]),
        SettleStep::Close => w::S_CLOSE.of(lang).into(),
    }
}

/// Where a payment stands; what cannot be said is a dash.
pub(super) fn state(state: Option<ItemState>, lang: Lang) -> &'static str {
    state.map_or("-", |state| terms::state(state).of(lang))
}

/// What was found means this. English tells each case; Chinese the class.
pub(super) fn meaning(finding: &Finding, lang: Lang) -> &str {
    match lang {
        Lang::En => &finding.text,
        Lang::Zh => terms::class(finding.class).1.of(lang),
    }
}

/// Why a file cannot be read at all.
pub(super) fn not_readable(why: NotReadable, lang: Lang) -> String {
    match why {
        NotReadable::Blank => w::NJ_BLANK.of(lang).into(),
        NotReadable::NotAJournal => w::NJ_NONE.of(lang).into(),
        NotReadable::Version(version) => w::NJ_VERSION.with(lang, &[&version]),
        NotReadable::Elsewhere { begins } if begins < 0 => {
            w::NJ_LATE.with(lang, &[&begins.unsigned_abs()])
        }
        NotReadable::Elsewhere { begins } => w::NJ_EARLY.with(lang, &[&begins]),
        NotReadable::Export(NotAnExport::Foreign) => w::NJ_NONE.of(lang).into(),
        NotReadable::Export(NotAnExport::Damaged) => w::NJ_EXPORT_DAMAGED.of(lang).into(),
        NotReadable::Export(NotAnExport::Version(version)) => {
            w::NJ_EXPORT_VERSION.with(lang, &[&version])
        }
        NotReadable::HeadersDamaged { address } => {
            w::NJ_HEADERS.with(lang, &[&format_args!("{address:#x}")])
        }
    }
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
