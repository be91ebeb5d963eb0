//! What the cash register asks for, as the journal takes it: every kind, with its original.

use super::Failure;
use super::hosts::Host;
use super::message::{self, transaction};
use super::script::{self, Planned, Trait};
use super::terminal::Terminal;
use super::wire::{Kind, Named};
use crate::journal::{Begin, Receipt};
use crate::ledger::PaymentStatus;
use crate::record::{
    Amount, CardClass, Condition, Currency, Emv, EntryMode, Foreign, HostDate, Instalments, Intent,
    OrderNumber, Original, Reference, Sealed, TruncatedPan,
};

/// So many payments back an original is looked for.
const FAR_BACK: u32 = 40;
/// So many that could be one are looked at.
const LOOKED_AT: usize = 3;

/// What can be named by a kind; none: it names nothing.
const fn originals(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Void => &[Kind::Sale, Kind::OfflineSale],
        Kind::Refund => &[Kind::Sale, Kind::Completion, Kind::CompletionAdvice, Kind::OfflineSale],
        Kind::RefundVoid => &[Kind::Refund],
        Kind::Increment | Kind::PreAuthVoid | Kind::Completion | Kind::CompletionAdvice => {
            &[Kind::PreAuth]
        }
        Kind::CompletionVoid => &[Kind::Completion],
        Kind::TipAdjust => &[Kind::Sale, Kind::Completion, Kind::OfflineSale],
        Kind::ScriptResult => &[Kind::Sale, Kind::PreAuth],
        Kind::QrRefund => &[Kind::QrSale],
        Kind::Sale | Kind::PreAuth | Kind::OfflineSale | Kind::BalanceInquiry | Kind::QrSale => &[],
    }
}

impl Terminal {
    /// What is asked for: of several, the first that its original allows. What was begun before and
    /// never sent is asked for again as it was.
    pub(super) fn wanted(&mut self, planned: &Planned) -> Result<Vec<Begin>, Failure> {
        if let Some((item, _)) = self.status(planned.number)? {
            let intent = self.journal.receipt(item)?.intent;
            return Ok(vec![again(&intent, self.first(planned, planned.kind)?)]);
        }
        let mut wanted = Vec::new();
        for original in self.originals_of(planned)? {
            wanted.push(self.following(planned, &original)?);
        }
        wanted.push(self.instead(planned)?);
        Ok(wanted)
    }

    /// The payment that is taken where there is no original for the one asked for.
    fn instead(&self, planned: &Planned) -> Result<Begin, Failure> {
        match planned.kind {
            first if originals(first).is_empty() => self.first(planned, first),
            Kind::QrRefund => self.first(planned, Kind::QrSale),
            Kind::Increment | Kind::PreAuthVoid | Kind::Completion | Kind::CompletionAdvice => {
                self.first(planned, Kind::PreAuth)
            }
            _ => self.first(planned, Kind::Sale),
        }
    }

    /// A payment that names no other.
    fn first(&self, planned: &Planned, kind: Kind) -> Result<Begin, Failure> {
        let amount = Amount::new(planned.amount);
        let tenth = Amount::new(planned.amount / 10);
        let with = |trait_: Trait| planned.trait_ == trait_;
        let foreign = with(Trait::Foreign) && kind == Kind::Sale;
        let (book, order) = (Host::of_kind(kind).book(), self.order(planned));
        let is_qr = Host::of_kind(kind) == Host::Wallet;
        let pan = TruncatedPan::from_pan(&planned.pan)?;
        Ok(Begin {
            entry: if planned.chip { EntryMode::CHIP } else { EntryMode::CONTACTLESS },
            condition: Condition::NORMAL,
            moment: self.now(),
            pan: (!is_qr).then_some(pan),
            reference: Some(Reference::new(&script::reference(planned.number))?),
            tip: with(Trait::Tip).then_some(tenth),
            cash_back: with(Trait::CashBack).then_some(tenth),
            instalments: with(Trait::Instalments).then_some(Instalments { count: 6, plan: 12 }),
            foreign: foreign.then(|| Foreign {
                currency: Currency::USD,
                amount: Amount::new(planned.amount / 7),
                rate: 77_142_857,
            }),
            cards: foreign.then_some(CardClass::Foreign),
            order: if is_qr { Some(OrderNumber::new(&order)?) } else { None },
            // What a reversal may have to repeat.
            sealed: if planned.chip { Some(Sealed::new(&[0xC3; 24])?) } else { None },
            emv: if planned.chip { Some(Emv::new(CHIP_DATA)?) } else { None },
            ..Begin::new(book, transaction(kind), amount, Currency::CNY)
        })
    }

    /// Merchant's numbers of orders and of refunds, never used twice.
    fn order(&self, planned: &Planned) -> String {
        format!("Q{:08X}-{:06}", self.setup.seed & 0xFFFF_FFFF, planned.number)
    }

    /// Earlier payments that went through and could be named.
    fn originals_of(&mut self, planned: &Planned) -> Result<Vec<Receipt>, Failure> {
        let kinds = originals(planned.kind);
        let nearest = planned.number.saturating_sub(planned.back);
        let mut found = Vec::new();
        if kinds.is_empty() {
            return Ok(found);
        }
        for number in (planned.number.saturating_sub(FAR_BACK).max(1)..=nearest).rev() {
            // The script says what it was, unless its own original was missing.
            if !kinds.contains(&script::payment(self.setup.seed, number).kind) {
                continue;
            }
            let Some((item, PaymentStatus::Approved)) = self.status(number)? else { continue };
            let receipt = self.journal.receipt(item)?;
            if kinds.contains(&message::kind(receipt.intent.kind)) {
                found.push(receipt);
            }
            if found.len() == LOOKED_AT {
                break;
            }
        }
        Ok(found)
    }

    /// The payment that is asked for, with this original.
    fn following(&self, planned: &Planned, original: &Receipt) -> Result<Begin, Failure> {
        let Receipt { intent, approved, outcome, .. } = original;
        let whole = approved.minor();
        let amount = match planned.kind {
            Kind::Refund | Kind::QrRefund => whole / 2,
            Kind::Increment => planned.amount,
            Kind::TipAdjust => 1 + whole / 10,
            // Of a hold that has grown it is a part; that is the customer's good right.
            Kind::Completion | Kind::CompletionAdvice => whole - whole / 20,
            Kind::ScriptResult => 0,
            // The whole: what was added since is looked up by the cashier.
            _ => whole,
        };
        let slip = outcome.as_ref().and_then(|outcome| Some((outcome.rrn?, outcome.auth_code)));
        // This acquirer finds a slip by its DE37 and does not look at the date.
        let named = match (planned.trait_, slip, HostDate::new(101)) {
            (Trait::BySlip, Some((rrn, auth_code)), Some(date)) => {
                Original::ByValue { rrn, auth_code, date }
            }
            _ => Original::ByRecord(original.item),
        };
        let first = self.first(planned, planned.kind)?;
        Ok(Begin {
            amount: Amount::new(amount),
            original: Some(named),
            cards: intent.cards,
            currency: intent.currency,
            sealed: None,
            emv: None,
            ..first
        })
    }

    /// How the acquirer knows the original of a payment. By record it is looked up: an intent
    /// names it by its place in this journal.
    pub(super) fn named(&mut self, intent: &Intent) -> Result<Option<Named>, Failure> {
        Ok(match &intent.original {
            None => None,
            Some(Original::ByRecord(original)) => {
                Some(Named::Message(message::id(&self.journal.receipt(*original)?.intent)))
            }
            Some(Original::ByValue { rrn, .. }) => Some(Named::Slip(rrn.as_str().to_owned())),
        })
    }
}

/// TVR and ATC.
const CHIP_DATA: &[u8] = &[0x95, 5, 0, 0, 4, 0x80, 0, 0x9F, 0x36, 2, 0, 7];

/// What was begun before, to begin again.
fn again(intent: &Intent, first: Begin) -> Begin {
    Begin {
        book: intent.book,
        kind: intent.kind,
        amount: intent.amount,
        currency: intent.currency,
        entry: intent.entry,
        pan: intent.pan,
        original: intent.original.clone(),
        tip: intent.tip,
        cash_back: intent.cash_back,
        instalments: intent.instalments,
        foreign: intent.foreign,
        cards: intent.cards,
        order: intent.order.clone(),
        ..first
    }
}
