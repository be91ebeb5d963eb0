//! What is about to be sent, in and out.

use core::ffi::c_char;

use super::chars::{self, Chars, chars, chars_or_none};
use super::code::*;
use super::fail::{Done, Fail};
use super::handle::{book_number, coded};
use crate::journal::Begin;
use crate::record::{
    Amount, AuthCode, CardClass, CardSequence, Clock, Condition, Currency, EntryMode, Foreign,
    HostDate, Instalments, Intent, Moment, Name, Original, Rrn, Seq, TruncatedPan, Uptime,
};

/// Sale (0200).
pub const PJ_KIND_SALE: i32 = 1;
/// Void of a sale, inside its open batch.
pub const PJ_KIND_VOID: i32 = 2;
/// Refund (0220): never reversed, asked about instead.
pub const PJ_KIND_REFUND: i32 = 3;
/// Pre-authorization (0100).
pub const PJ_KIND_PRE_AUTH: i32 = 4;
/// Increment of a pre-authorization.
pub const PJ_KIND_INCREMENT: i32 = 5;
/// Void of a pre-authorization.
pub const PJ_KIND_PRE_AUTH_VOID: i32 = 6;
/// Completion of a pre-authorization, online.
pub const PJ_KIND_COMPLETION: i32 = 10;
/// Void of an online completion.
pub const PJ_KIND_COMPLETION_VOID: i32 = 11;
/// Void of a refund.
pub const PJ_KIND_REFUND_VOID: i32 = 12;
/// Completion of a pre-authorization as an advice (0220).
pub const PJ_KIND_COMPLETION_ADVICE: i32 = 16;
/// Sale that was approved without the host (0220).
pub const PJ_KIND_OFFLINE_SALE: i32 = 17;
/// Tip added to a completed sale (0220): the amount is the tip alone.
pub const PJ_KIND_TIP_ADJUST: i32 = 18;
/// Results of issuer scripts.
pub const PJ_KIND_SCRIPT_RESULT: i32 = 19;
/// Sale by QR code.
pub const PJ_KIND_QR_SALE: i32 = 24;
/// Refund of a QR sale.
pub const PJ_KIND_QR_REFUND: i32 = 25;
/// Balance inquiry: owes nothing.
pub const PJ_KIND_BALANCE_INQUIRY: i32 = 26;

/// The terminal's clock was never set since power-up.
pub const PJ_CLOCK_UNSET: i32 = 0;
/// Set, and running since.
pub const PJ_CLOCK_SET: i32 = 1;
/// Moved by a leap since the last record.
pub const PJ_CLOCK_STEPPED: i32 = 2;

/// Cards are not told apart.
pub const PJ_CARDS_NOT_TOLD: i32 = 0;
/// A card of the terminal's own country.
pub const PJ_CARDS_DOMESTIC: i32 = 1;
/// A card of another country.
pub const PJ_CARDS_FOREIGN: i32 = 2;

/// No original payment.
pub const PJ_ORIGINAL_NONE: i32 = 0;
/// By its record in this journal: item.
pub const PJ_ORIGINAL_ITEM: i32 = 1;
/// By what its slip says: rrn, auth_code, date.
pub const PJ_ORIGINAL_SLIP: i32 = 2;

/// When something happened, by all that the terminal can tell. All 0: by nothing.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_moment {
    /// Milliseconds since this start of the terminal.
    pub uptime: u64,
    /// Local time in seconds since 1970-01-01 00:00 local.
    pub local_seconds: u32,
    /// How many times the terminal has started.
    pub boot: u32,
    /// What to take from local time to get UTC, in quarters of an hour (China: 32).
    pub utc_offset_quarters: i32,
    /// PJ_CLOCK_...
    pub clock: i32,
}

/// The payment that another one voids, refunds, completes or adjusts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_original {
    /// PJ_ORIGINAL_...
    pub by: i32,
    /// The payment.
    pub item: u32,
    /// DE37.
    pub rrn: [c_char; 13],
    /// DE38; empty: the slip shows none.
    pub auth_code: [c_char; 7],
    /// MMDD.
    pub date: u32,
}

/// What a card is charged in its own currency; all 0: nothing else.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_foreign {
    /// DE6, in minor units.
    pub amount: u64,
    /// DE51, ISO 4217 numeric.
    pub currency: u32,
    /// Its decimal places.
    pub decimals: u32,
    /// DE10: eight digits, of which the first counts the decimals.
    pub rate: u32,
}

/// What the firmware knows when a payment begins. Zero all of it, then fill in; what is 0, empty or NULL
/// is not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_begin {
    /// The book.
    pub book: u32,
    /// PJ_KIND_...
    pub kind: i32,
    /// DE4 in minor units, tip and cash-back included.
    pub amount: u64,
    /// DE49, ISO 4217 numeric (156: renminbi).
    pub currency: u32,
    /// Its decimal places (2).
    pub decimals: u32,
    /// DE22, such as 71.
    pub entry: u32,
    /// DE25.
    pub condition: u32,
    /// When, as the message will say.
    pub moment: pj_moment,
    /// The whole card number, 13 to 19 digits, or NULL. First six, last four and the length are kept.
    pub pan: *const c_char,
    /// 1: card_sequence is there.
    pub has_card_sequence: i32,
    /// DE23.
    pub card_sequence: u32,
    /// The cash register's reference: the same one again gives the same payment back.
    pub reference: [c_char; 33],
    /// The merchant's order number of a QR payment.
    pub order: [c_char; 65],
    /// The payment that this one is about.
    pub original: pj_original,
    /// The part of amount that is a tip.
    pub tip: u64,
    /// The part of amount that is paid out in cash.
    pub cash_back: u64,
    /// How many parts it is paid in.
    pub instalments: u32,
    /// The acquirer's number of that plan.
    pub instalment_plan: u32,
    /// What the card is charged in its own currency.
    pub foreign: pj_foreign,
    /// PJ_CARDS_...
    pub cards: i32,
    /// 1: begin it under this reference although it may be among lost records.
    pub even_if_lost: i32,
    /// The card number, encrypted by the secure element: at most 48 bytes.
    pub sealed: *const u8,
    /// How many bytes.
    pub sealed_size: u32,
    /// Bytes at emv.
    pub emv_size: u32,
    /// Chip data (DE55) for a reversal: at most 145 bytes, without card number, track, name and PIN.
    pub emv: *const u8,
}

/// A payment as it was, or is to be, sent. What is 0 or empty is not there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_intent {
    /// The payment: its name in every call. (Of a carried record that repeats it, 0.)
    pub item: u32,
    /// The book.
    pub book: u32,
    /// PJ_KIND_...
    pub kind: i32,
    /// DE11.
    pub stan: u32,
    /// The batch (DE60).
    pub batch: u32,
    /// DE62.
    pub invoice: u32,
    /// DE4 as requested.
    pub amount: u64,
    /// DE49.
    pub currency: u32,
    /// Its decimal places.
    pub decimals: u32,
    /// DE22.
    pub entry: u32,
    /// DE25.
    pub condition: u32,
    /// When; DE12 and DE13 as sent.
    pub moment: pj_moment,
    /// The card, such as 622202*********1234.
    pub pan: [c_char; 20],
    /// 1: card_sequence is there.
    pub has_card_sequence: i32,
    /// DE23.
    pub card_sequence: u32,
    /// The cash register's reference.
    pub reference: [c_char; 33],
    /// The order number of a QR payment.
    pub order: [c_char; 65],
    /// The payment that it is about.
    pub original: pj_original,
    /// Index of the identity that it was sent under; -1: none.
    pub identity: i32,
    /// PJ_CARDS_...
    pub cards: i32,
    /// The part of amount that is a tip.
    pub tip: u64,
    /// The part of amount that is paid out in cash.
    pub cash_back: u64,
    /// How many parts it is paid in.
    pub instalments: u32,
    /// The acquirer's number of that plan.
    pub instalment_plan: u32,
    /// What the card is charged in its own currency.
    pub foreign: pj_foreign,
}

fn wrong() -> Fail {
    Fail::of(PJ_ERR_VALUE)
}

/// A number that fits its field.
pub(super) fn fits<T>(number: impl TryInto<T>) -> Done<T> {
    number.try_into().map_err(|_| wrong())
}

pub(super) fn currency(numeric: u32, decimals: u32) -> Done<Currency> {
    Currency::new(fits(numeric)?, fits(decimals)?).ok_or_else(wrong)
}

/// A name in a field of one more character; none where it is empty.
pub(super) fn name<const N: usize, const FIELD: usize>(
    field: &[c_char; FIELD],
) -> Done<Option<Name<N>>> {
    let chars = Chars::of(field)?;
    chars.optional()?.map(Name::new).transpose().map_err(Fail::from)
}

pub(super) fn rrn(field: &[c_char; 13]) -> Done<Option<Rrn>> {
    let chars = Chars::of(field)?;
    chars.optional()?.map(Rrn::new).transpose().map_err(Fail::from)
}

pub(super) fn auth_code(field: &[c_char; 7]) -> Done<Option<AuthCode>> {
    let chars = Chars::of(field)?;
    chars.optional()?.map(AuthCode::new).transpose().map_err(Fail::from)
}

/// # Safety
/// Promise 4 of the module's head.
pub(super) unsafe fn pan(pan: *const c_char) -> Done<Option<TruncatedPan>> {
    if pan.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    let digits = unsafe { Chars::<20>::at(pan) }.map_err(|_| Fail::of(PJ_ERR_PAN))?;
    Ok(Some(TruncatedPan::from_pan(digits.text()?)?))
}

fn cards(cards: i32) -> Done<Option<CardClass>> {
    match cards {
        PJ_CARDS_NOT_TOLD => Ok(None),
        PJ_CARDS_DOMESTIC => Ok(Some(CardClass::Domestic)),
        PJ_CARDS_FOREIGN => Ok(Some(CardClass::Foreign)),
        _ => Err(wrong()),
    }
}

pub(super) fn cards_out(cards: Option<CardClass>) -> i32 {
    match cards {
        None => PJ_CARDS_NOT_TOLD,
        Some(CardClass::Domestic) => PJ_CARDS_DOMESTIC,
        Some(CardClass::Foreign) => PJ_CARDS_FOREIGN,
    }
}

impl pj_moment {
    pub(super) fn moment(&self) -> Done<Moment> {
        let clock = match self.clock {
            PJ_CLOCK_UNSET => Clock::Unset,
            PJ_CLOCK_SET => Clock::Set,
            PJ_CLOCK_STEPPED => Clock::Stepped,
            _ => return Err(wrong()),
        };
        Ok(Moment {
            local_seconds: self.local_seconds,
            utc_offset_quarters: fits(self.utc_offset_quarters)?,
            clock,
            boot: fits(self.boot)?,
            uptime: Uptime(self.uptime),
        })
    }
}

impl From<Moment> for pj_moment {
    fn from(moment: Moment) -> Self {
        pj_moment {
            uptime: moment.uptime.0,
            local_seconds: moment.local_seconds,
            boot: moment.boot.into(),
            utc_offset_quarters: moment.utc_offset_quarters.into(),
            clock: match moment.clock {
                Clock::Unset => PJ_CLOCK_UNSET,
                Clock::Set => PJ_CLOCK_SET,
                Clock::Stepped => PJ_CLOCK_STEPPED,
            },
        }
    }
}

impl pj_original {
    fn original(&self) -> Done<Option<Original>> {
        Ok(match self.by {
            PJ_ORIGINAL_NONE => None,
            PJ_ORIGINAL_ITEM => Some(Original::ByRecord(Seq(self.item))),
            PJ_ORIGINAL_SLIP => Some(Original::ByValue {
                rrn: rrn(&self.rrn)?.ok_or(Fail::of(PJ_ERR_TEXT))?,
                auth_code: auth_code(&self.auth_code)?,
                date: HostDate::new(fits(self.date)?).ok_or_else(wrong)?,
            }),
            _ => return Err(wrong()),
        })
    }
}

impl From<&Option<Original>> for pj_original {
    fn from(original: &Option<Original>) -> Self {
        let none =
            pj_original { by: PJ_ORIGINAL_NONE, item: 0, rrn: [0; 13], auth_code: [0; 7], date: 0 };
        match original {
            None => none,
            Some(Original::ByRecord(seq)) => {
                pj_original { by: PJ_ORIGINAL_ITEM, item: seq.0, ..none }
            }
            Some(Original::ByValue { rrn, auth_code, date }) => pj_original {
                by: PJ_ORIGINAL_SLIP,
                rrn: chars(rrn.as_str()),
                auth_code: chars_or_none(auth_code.as_ref().map(AuthCode::as_str)),
                date: date.mmdd().into(),
                ..none
            },
        }
    }
}

impl pj_foreign {
    fn foreign(&self) -> Done<Option<Foreign>> {
        let pj_foreign { amount, currency: numeric, decimals, rate } = *self;
        if (amount, numeric, decimals, rate) == (0, 0, 0, 0) {
            return Ok(None);
        }
        let currency = currency(numeric, decimals)?;
        Ok(Some(Foreign { currency, amount: Amount::new(amount), rate }))
    }
}

/// 0 says 'none'.
fn some(amount: u64) -> Option<Amount> {
    (amount > 0).then_some(Amount::new(amount))
}

fn none(amount: Option<Amount>) -> u64 {
    amount.map_or(0, Amount::minor)
}

impl pj_begin {
    /// # Safety
    /// Promise 4 of the module's head, for `pan`, `sealed` and `emv`.
    pub(super) unsafe fn begin(&self) -> Done<Begin> {
        let kind = coded(self.kind)?;
        let instalments = match (self.instalments, self.instalment_plan) {
            (0, 0) => None,
            (count, plan) => Some(Instalments { count: fits(count)?, plan: fits(plan)? }),
        };
        let sequence = (self.has_card_sequence != 0).then_some(self.card_sequence);
        // SAFETY: the caller's promise.
        let (pan, sealed, emv) = unsafe {
            let sealed = chars::sealed(self.sealed, self.sealed_size)?;
            (pan(self.pan)?, sealed, chars::emv(self.emv, self.emv_size)?)
        };
        let amount = Amount::new(self.amount);
        let money = currency(self.currency, self.decimals)?;
        Ok(Begin {
            entry: EntryMode(fits(self.entry)?),
            condition: Condition(fits(self.condition)?),
            moment: self.moment.moment()?,
            pan,
            card_sequence: sequence.map(|n| fits(n).map(CardSequence)).transpose()?,
            reference: name(&self.reference)?,
            original: self.original.original()?,
            tip: some(self.tip),
            cash_back: some(self.cash_back),
            instalments,
            foreign: self.foreign.foreign()?,
            cards: cards(self.cards)?,
            order: name(&self.order)?,
            sealed,
            emv,
            even_if_lost: self.even_if_lost != 0,
            ..Begin::new(book_number(self.book)?, kind, amount, money)
        })
    }
}

/// A truncated card number with stars in its middle, without the machinery of `fmt`.
pub(super) fn pan_out(pan: Option<TruncatedPan>) -> [c_char; 20] {
    let mut field = [0; 20];
    let Some(pan) = pan else { return field };
    // From the last digit on; behind the field's last place there stays a zero.
    let (mut head, mut tail) = (pan.first6(), u32::from(pan.last4()));
    let stars = 4..pan.digits().saturating_sub(6);
    for (at, to) in field.iter_mut().take(pan.digits().min(19)).rev().enumerate() {
        let rest = if at < 4 { &mut tail } else { &mut head };
        *to = match stars.contains(&at) {
            true => b'*' as c_char,
            false => b'0' as c_char + (*rest % 10) as c_char,
        };
        if !stars.contains(&at) {
            *rest /= 10;
        }
    }
    field
}

impl pj_intent {
    pub(super) fn new(item: Seq, intent: &Intent) -> Self {
        let (count, plan) = intent.instalments.map_or((0, 0), |i| (i.count, i.plan));
        let foreign = match intent.foreign {
            None => pj_foreign { amount: 0, currency: 0, decimals: 0, rate: 0 },
            Some(Foreign { currency, amount, rate }) => pj_foreign {
                amount: amount.minor(),
                currency: currency.numeric().into(),
                decimals: currency.exponent().into(),
                rate,
            },
        };
        pj_intent {
            item: item.0,
            book: intent.book.into(),
            kind: u8::from(intent.kind).into(),
            stan: intent.stan.get(),
            batch: intent.batch.get(),
            invoice: intent.invoice.get(),
            amount: intent.amount.minor(),
            currency: intent.currency.numeric().into(),
            decimals: intent.currency.exponent().into(),
            entry: intent.entry.0.into(),
            condition: intent.condition.0.into(),
            moment: intent.moment.into(),
            pan: pan_out(intent.pan),
            has_card_sequence: intent.card_sequence.is_some().into(),
            card_sequence: intent.card_sequence.map_or(0, |sequence| sequence.0.into()),
            reference: chars_or_none(intent.reference.as_ref().map(Name::as_str)),
            order: chars_or_none(intent.order.as_ref().map(Name::as_str)),
            original: (&intent.original).into(),
            identity: intent.identity.map_or(-1, i32::from),
            cards: cards_out(intent.cards),
            tip: none(intent.tip),
            cash_back: none(intent.cash_back),
            instalments: count.into(),
            instalment_plan: plan.into(),
            foreign,
        }
    }
}
