//! From what the journal keeps to messages and back. After a restart nothing else is left: so every
//! element of a repeat is made from the records alone, and is what was sent first.

use super::iso8583::Message;
use pos_journal::journal::{OutcomeOf, Receipt};
use pos_journal::ledger::figures::{IsoFigures, TooManyDigits, VoidedCount, iso_figures};
use pos_journal::ledger::profile::Echo;
use pos_journal::record::{
    Amount, AuthCode, CardClass, Currency, HostDate, Intent, MerchantId, Moment, ResponseCode, Rrn,
    Stan, TerminalId, Totals, TotalsRow, TransactionKind as Kind, Uptime,
};

/// Who the terminal is to one acquirer: DE41 and DE42.
#[derive(Clone, Debug)]
pub struct Me {
    pub terminal: TerminalId,
    pub merchant: MerchantId,
}

/// Message type, processing code and condition of the first message of a kind.
const fn kinds(kind: Kind) -> (&'static str, u64, u64) {
    match kind {
        Kind::PreAuth => ("0100", 0, 6),
        Kind::Completion => ("0200", 0, 6),
        Kind::Void => ("0200", 20_000, 0),
        Kind::Refund | Kind::QrRefund => ("0220", 200_000, 0),
        Kind::OfflineSale => ("0220", 0, 0),
        _ => ("0200", 0, 0),
    }
}

/// A payment whose intent is durable, with the payment that it names. `mti`: that of a repeat.
pub fn payment(me: &Me, intent: &Intent, named: Option<&Receipt>, mti: Option<&str>) -> Message {
    let (first, processing, condition) = kinds(intent.kind);
    let message = Message::new(mti.unwrap_or(first))
        .digits(3, processing)
        .digits(7, sent_at(&intent.moment))
        .digits(22, u64::from(intent.entry.0))
        .digits(25, condition)
        .maybe(48, intent.order.as_ref());
    let message = of_intent(message, me, intent);
    let Some(named) = named else { return message };
    let answer = named.outcome.as_ref();
    message
        .maybe(37, answer.and_then(|answer| answer.rrn).map(|rrn| rrn.as_str().to_owned()))
        .maybe(38, answer.and_then(|answer| answer.auth_code).map(|code| code.as_str().to_owned()))
        .with(90, original_data_elements(&named.intent))
}

/// The reversal of a payment, or the cancel of an order.
pub fn reversal(
    me: &Me,
    intent: &Intent,
    mti: &str,
    reason: &str,
    auth_code: Option<AuthCode>,
) -> Message {
    let (_, processing, condition) = kinds(intent.kind);
    let message = Message::new(mti)
        .digits(3, processing)
        .digits(7, sent_at(&intent.moment))
        .digits(25, condition)
        .maybe(38, auth_code.map(|code| code.as_str().to_owned()))
        .with(39, reason)
        .maybe(48, intent.order.as_ref())
        .with(90, original_data_elements(intent));
    of_intent(message, me, intent)
}

/// A question about an order, or the refund of one that was told as failed.
pub fn about_order(me: &Me, intent: &Intent, mti: &str, processing: u64) -> Message {
    let message = Message::new(mti)
        .digits(3, processing)
        .digits(7, sent_at(&intent.moment))
        .maybe(48, intent.order.as_ref())
        .with(90, original_data_elements(intent));
    of_intent(message, me, intent)
}

/// One payment of a batch that does not balance.
pub fn upload(me: &Me, receipt: &Receipt) -> Message {
    let answer = receipt.outcome.as_ref();
    let processing = kinds(receipt.intent.kind).1;
    let message = Message::new("0320")
        .digits(3, processing)
        .digits(7, sent_at(&receipt.intent.moment))
        .maybe(37, answer.and_then(|answer| answer.rrn).map(|rrn| rrn.as_str().to_owned()))
        .with(90, original_data_elements(&receipt.intent));
    of_intent(message, me, &receipt.intent).digits(4, receipt.approved.minor())
}

/// The totals of a batch, or the end of its upload.
///
/// # Errors
/// A figure has too many digits.
pub fn totals(
    me: &Me,
    (batch, stan): (u32, Stan),
    totals: &Totals,
    processing: u64,
) -> Result<Message, TooManyDigits> {
    let none = TotalsRow::new(Currency::CNY, CardClass::Domestic);
    let row = totals.rows().first().unwrap_or(&none);
    let figures: IsoFigures = iso_figures(row, VoidedCount::Neither)?;
    let text = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
    Ok(Message::new("0500")
        .digits(3, processing)
        .digits(11, stan.get().into())
        .with(41, me.terminal.as_str())
        .with(42, padded(me.merchant.as_str()))
        .digits(49, 156)
        .digits(60, batch.into())
        .with(74, text(&figures.credits))
        .with(75, text(&figures.credits_cancelled))
        .with(76, text(&figures.debits))
        .with(77, text(&figures.debits_cancelled))
        .with(86, text(&figures.credits_amount))
        .with(87, text(&figures.credits_cancelled_amount))
        .with(88, text(&figures.debits_amount))
        .with(89, text(&figures.debits_cancelled_amount))
        .with(97, text(&figures.net)))
}

/// Sign on (001) or echo (301).
pub fn network(me: &Me, now: &Moment, what: u64) -> Message {
    Message::new("0800")
        .digits(7, sent_at(now))
        .with(41, me.terminal.as_str())
        .with(42, padded(me.merchant.as_str()))
        .digits(70, what)
}

fn of_intent(message: Message, me: &Me, intent: &Intent) -> Message {
    let (date, time) = civil(intent.moment.local_seconds.into());
    message
        .digits(4, intent.amount.minor())
        .digits(11, intent.stan.get().into())
        .digits(12, time)
        .digits(13, date)
        .with(41, me.terminal.as_str())
        .with(42, padded(me.merchant.as_str()))
        .digits(49, intent.currency.numeric().into())
        .digits(60, intent.batch.get().into())
        .digits(62, intent.invoice.get().into())
}

/// DE90: type, STAN, transmission time, acquirer and forwarder (none here) of the first message.
pub fn original_data_elements(intent: &Intent) -> String {
    let (mti, stan) = (kinds(intent.kind).0, intent.stan.get());
    format!("{mti}{stan:06}{:010}{:022}", sent_at(&intent.moment), 0)
}

/// DE7, MMDDhhmmss in UTC.
fn sent_at(moment: &Moment) -> u64 {
    let local = i64::from(moment.local_seconds);
    let (date, time) = civil(local - 900 * i64::from(moment.utc_offset_quarters));
    date * 1_000_000 + time
}

/// MMDD and hhmmss of seconds since 1970. (Years of 365.2425 days from 1 March on, as everywhere.)
pub fn civil(seconds: i64) -> (u64, u64) {
    let (day, second) = (seconds.div_euclid(86_400) as u64 + 719_468, seconds.rem_euclid(86_400));
    let of_era = day % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let date = month * 100 + of_year - (153 * march + 2) / 5 + 1;
    let second = second as u64;
    (date, second / 3_600 * 10_000 + second / 60 % 60 * 100 + second % 60)
}

fn padded(text: &str) -> String {
    format!("{text:<15}")
}

/// What an answer repeats. None: it is no answer to a payment.
pub fn echo(message: &Message) -> Option<Echo> {
    Some(Echo {
        processing: message.number(3)? as u32,
        amount: message.number(4).map(Amount::new),
        stan: Stan::new(message.number(11)? as u32)?,
        terminal: TerminalId::new(message.get(41)?).ok()?,
        merchant: MerchantId::new(message.get(42)?.trim_end()).ok()?,
    })
}

/// Whether an answer answers this request.
pub fn answers(request: &Message, answer: &Message) -> bool {
    if answer.mti() != request.answer().mti() || answer.get(60) != request.get(60) {
        return false;
    }
    match (echo(request), echo(answer)) {
        (Some(asked), Some(got)) => asked.check(&got, answer.get(39) == Some("10")).is_ok(),
        // Sign on and echo have no STAN of the book.
        (None, None) => answer.get(70).is_some() && answer.get(70) == request.get(70),
        _ => false,
    }
}

/// DE39, where it can be used.
pub fn code(answer: &Message) -> Option<ResponseCode> {
    ResponseCode::new(answer.get(39)?.as_bytes()).ok()
}

/// An answer, as the journal takes it.
pub fn outcome(answer: &Message, elapsed_ms: u32, uptime: Uptime) -> OutcomeOf {
    OutcomeOf {
        code: code(answer),
        rrn: answer.get(37).and_then(|rrn| Rrn::new(rrn).ok()),
        auth_code: answer.get(38).and_then(|code| AuthCode::new(code).ok()),
        // Else it is the amount that was asked for: `answers` has seen to that.
        approved_amount: answer.number(4).filter(|_| answer.get(39) == Some("10")).map(Amount::new),
        settlement_date: answer.number(15).and_then(|date| HostDate::new(date as u16)),
        elapsed_ms,
        uptime,
        ..OutcomeOf::default()
    }
}
