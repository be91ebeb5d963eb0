//! What a record says besides its payment, STAN and amount: a main part and, behind commas, what it
//! holds of what is optional.

use super::super::Lang;
use super::table as w;
use super::{amount, currency, safe, seconds, terms};
use crate::dump::{Outline, Shown};
use crate::ledger::{Owes, rule};
use crate::record::{
    AnswerClass, AuthCode, CardClass, Currency, Decision, Emv, Identity, Intent, Late, Original,
    Outcome, Record, Reopen, ResponseCode, Rrn, SetBatch, SettleClass, Tally, Totals, TotalsRow,
    Verdict,
};

/// What a record says where its payment is known: only then is it known whether an attempt is a
/// reversal, which carries DE39, and in which currency a part was approved.
pub(in crate::host) fn says_in(outline: &Outline, shown: &Shown, lang: Lang) -> String {
    let payment = shown.item.and_then(|item| outline.payments.get(&item));
    let Some(intent) = payment.and_then(|payment| payment.intent.as_ref()) else {
        return says(&shown.record, lang);
    };
    match &shown.record {
        Record::Attempt(attempt) if rule(intent.kind).owes != Owes::Reversal => {
            w::R_ATTEMPT_ONLY.with(lang, &[&attempt.number])
        }
        Record::Outcome(outcome) => of_outcome(outcome, Some(intent.currency), lang),
        record => says(record, lang),
    }
}

/// What a record says; nothing if its name says all.
pub(in crate::host) fn says(record: &Record, lang: Lang) -> String {
    match record {
        Record::Intent(intent) => of_intent(intent, lang),
        Record::Outcome(outcome) => of_outcome(outcome, None, lang),
        Record::Completed(completed) => listed([emv(completed.emv.as_ref(), lang)]),
        Record::Reverse(reverse) => format!("DE39 {}", reverse.reason.de39()),
        Record::Attempt(attempt) => {
            w::R_ATTEMPT.with(lang, &[&attempt.number, &attempt.reason.de39()])
        }
        Record::Answer(answer) => {
            let class = match answer.class {
                AnswerClass::Done => w::R_DONE,
                AnswerClass::NothingToReverse => w::R_NOTHING_TO,
                AnswerClass::Refused => w::R_REFUSED,
                AnswerClass::Busy => w::R_BUSY,
                AnswerClass::Nothing => w::R_NO_USABLE,
                AnswerClass::Unsent => w::R_UNSENT,
                AnswerClass::Paid => w::R_PAID,
            };
            listed([Some(class.of(lang).into()), de39(answer.code)])
        }
        Record::Operator(op) => {
            let what = match op.decision {
                Decision::Retry => w::R_RETRY,
                _ => w::R_ABANDONED,
            };
            what.with(lang, &[&safe(op.who.as_str()), &safe(op.why.as_str())])
        }
        Record::Late(late) => of_late(late, lang),
        Record::Reopen(reopen) => of_reopen(reopen, lang),
        Record::Attach(attach) => {
            let sealed = attach.sealed.as_ref().map(|blob| blob.as_bytes().len());
            let sealed = sealed.map(|len| w::R_SEALED.with(lang, &[&len]));
            listed([sealed, emv(attach.emv.as_ref(), lang)])
        }
        Record::OfflineApproved(offline) => {
            let what = if offline.reverse { w::R_AND_REVERSED } else { w::R_AND_UNSENT };
            let values: [&dyn std::fmt::Display; 4] = [
                &what.of(lang),
                &offline.intent.stan,
                &amount(offline.intent.amount, offline.intent.currency),
                &currency(offline.intent.currency),
            ];
            w::R_OFFLINE.with(lang, &values)
        }
        Record::Freeze(freeze) => {
            w::R_BATCH_IS.with(lang, &[&freeze.batch, &totals(&freeze.totals, lang)])
        }
        Record::SettleAttempt(attempt) => {
            w::R_BATCH_TRY.with(lang, &[&attempt.batch, &attempt.number])
        }
        Record::SettleAnswer(answer) => {
            let class = match answer.class {
                SettleClass::Balanced => w::R_BALANCED,
                SettleClass::Unbalanced => w::R_UNBALANCED,
                SettleClass::Busy => w::R_BUSY,
                SettleClass::Refused => w::R_REFUSED,
                SettleClass::Nothing => w::R_NO_USABLE,
            };
            let class = w::R_BATCH_SAYS.with(lang, &[&answer.batch, &class.of(lang)]);
            listed([Some(class), de39(answer.code)])
        }
        Record::Uploaded(uploaded) => w::R_UP_TO.with(lang, &[&uploaded.through]),
        Record::UploadEnd(end) => w::R_BATCH.with(lang, &[&end.batch]),
        Record::BatchClosed(closed) => w::R_NEXT.with(lang, &[&closed.batch, &closed.next]),
        Record::SetBatch(set) => of_set_batch(set, lang),
        Record::NextBatch(next) => {
            w::R_STAYS_OWED.with(lang, &[&next.batch, &next.next, &safe(next.who.as_str())])
        }
        Record::Identity(identity) => of_identity(identity, lang),
        Record::Boot(boot) => {
            let start = w::R_START.with(lang, &[&boot.count, &boot.firmware]);
            let reason = Some(boot.reset_reason).filter(|reason| *reason > 0);
            let reason = reason.map(|reason| w::R_RESET.with(lang, &[&reason]));
            let ran = boot.ran.map(|ran| w::R_RAN.with(lang, &[&seconds(ran)]));
            listed([Some(start), reason, ran])
        }
        Record::Note(note) => safe(note.text.as_str()),
        Record::Confirmed(confirmed) => w::R_LOOKS_LIKE.with(lang, &[&confirmed.first]),
        Record::Device(device) => {
            let config = format_args!("{:#010x}", device.config);
            w::R_RUNS.with(lang, &[&safe(device.firmware.as_str()), &config])
        }
        Record::NotSent(_) | Record::Unresolved(_) | Record::Unfreeze(_) | Record::Printed(_) => {
            String::new()
        }
    }
}

/// What is there of several parts.
fn listed<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn of_intent(intent: &Intent, lang: Lang) -> String {
    let original = match &intent.original {
        Some(Original::ByRecord(seq)) => w::R_OF.with(lang, &[seq]),
        Some(Original::ByValue { rrn, .. }) => w::R_OF_RRN.with(lang, &[&safe(rrn.as_str())]),
        _ => String::new(),
    };
    let part = |word: w::Word, part| word.with(lang, &[&amount(part, intent.currency)]);
    listed([
        Some(terms::kind(intent.kind).of(lang).to_string() + &original),
        intent.pan.map(|pan| pan.to_string()),
        intent.reference.as_ref().map(|reference| safe(reference.as_str())),
        intent.order.as_ref().map(|order| w::R_ORDER.with(lang, &[&safe(order.as_str())])),
        intent.tip.map(|tip| part(w::R_TIP, tip)),
        intent.cash_back.map(|cash| part(w::R_CASH_BACK, cash)),
        intent.instalments.map(|of| w::R_INSTALMENTS.with(lang, &[&of.count, &of.plan])),
        intent.foreign.map(|foreign| {
            let paid = amount(foreign.amount, foreign.currency);
            w::R_CARD_PAYS.with(lang, &[&paid, &currency(foreign.currency)])
        }),
        whose(intent.card_class(), lang),
        intent.identity.map(|index| w::R_AS_IDENTITY.with(lang, &[&index])),
    ])
}

fn of_outcome(outcome: &Outcome, paid_in: Option<Currency>, lang: Lang) -> String {
    let verdict = match outcome.verdict {
        Verdict::NoAnswer => w::V_NO_ANSWER,
        Verdict::Declined => w::V_DECLINED,
        Verdict::Doubtful => w::V_DOUBTFUL,
        Verdict::Approved { completed: true } => w::V_APPROVED,
        Verdict::Approved { completed: false } => w::V_CHIP,
    };
    let other = outcome.approved_amount.map(|other| match paid_in {
        Some(of) => w::R_OTHER.with(lang, &[&amount(other, of), &currency(of)]),
        None => w::R_OTHER_AMOUNT.with(lang, &[&other.minor()]),
    });
    listed([
        Some(verdict.of(lang).into()),
        other,
        de39(outcome.code),
        rrn(outcome.rrn, lang),
        auth(outcome.auth_code, lang),
        emv(outcome.emv.as_ref(), lang),
    ])
}

fn of_late(late: &Late, lang: Lang) -> String {
    let what = if late.approved { w::R_LATE_YES } else { w::R_LATE_NO };
    listed([
        Some(what.of(lang).into()),
        de39(late.code),
        rrn(late.rrn, lang),
        auth(late.auth_code, lang),
    ])
}

fn of_reopen(reopen: &Reopen, lang: Lang) -> String {
    listed([
        Some(w::R_REOPENED.of(lang).into()),
        de39(reopen.code),
        rrn(reopen.rrn, lang),
        auth(reopen.auth_code, lang),
    ])
}

fn of_set_batch(set: &SetBatch, lang: Lang) -> String {
    listed([
        Some(w::R_BATCH.with(lang, &[&set.next])),
        set.stan.map(|stan| w::R_FROM_STAN.with(lang, &[&stan])),
        set.invoice.map(|invoice| w::R_FROM_INVOICE.with(lang, &[&invoice])),
    ])
}

fn of_identity(identity: &Identity, lang: Lang) -> String {
    let values: [&dyn std::fmt::Display; 5] = [
        &identity.index,
        &safe(identity.terminal.as_str()),
        &safe(identity.merchant.as_str()),
        &currency(identity.currency),
        &identity.key,
    ];
    let forced = identity.forced.then(|| w::R_FORCED.of(lang).into());
    listed([Some(w::R_IDENTITY.with(lang, &values)), forced])
}

fn de39(code: Option<ResponseCode>) -> Option<String> {
    code.map(|code| format!("DE39 {}", safe(&code.to_string())))
}

fn rrn(rrn: Option<Rrn>, lang: Lang) -> Option<String> {
    rrn.map(|rrn| w::R_RRN.with(lang, &[&safe(rrn.as_str())]))
}

fn auth(code: Option<AuthCode>, lang: Lang) -> Option<String> {
    code.map(|code| w::R_AUTH.with(lang, &[&safe(code.as_str())]))
}

fn emv(emv: Option<&Emv>, lang: Lang) -> Option<String> {
    emv.map(|emv| w::R_CHIP_DATA.with(lang, &[&emv.as_bytes().len()]))
}

/// Whose cards, for programs.
pub(in crate::host) const fn cards(cards: CardClass) -> &'static str {
    match cards {
        CardClass::Domestic => "domestic",
        CardClass::Foreign => "foreign",
    }
}

/// Nothing of cards of the terminal's own country.
pub(in crate::host) fn whose(cards: CardClass, lang: Lang) -> Option<String> {
    (cards == CardClass::Foreign).then(|| w::R_FOREIGN.of(lang).into())
}

/// A batch's totals in one line.
fn totals(totals: &Totals, lang: Lang) -> String {
    let lines: Vec<String> = totals.rows().iter().map(|row| line(row, lang)).collect();
    if lines.is_empty() { w::Q_NOTHING.of(lang).into() } else { lines.join("; ") }
}

fn line(t: &TotalsRow, lang: Lang) -> String {
    let tally =
        |word: w::Word, of: Tally| word.with(lang, &[&of.count, &amount(of.amount, t.currency)]);
    let seldom = |word, of: Tally| (of != Tally::ZERO).then(|| tally(word, of));
    let sums = listed([
        Some(tally(w::Q_SALES, t.sales)),
        Some(tally(w::Q_VOIDED, t.voided)),
        Some(tally(w::Q_REFUNDS, t.refunds)),
        seldom(w::Q_REFUNDS_VOIDED, t.refunds_voided),
        seldom(w::Q_TIPS, t.tips),
    ]);
    listed([Some(format!("{sums} {}", currency(t.currency))), whose(t.cards, lang)])
}
