//! English.

use super::super::advice::{Party, Step};
use super::super::cause::{Cause, Certainty};
use super::super::signs::Sign;
use super::{Audience, Frame};

pub(super) const FRAME: Frame = Frame {
    cause: "cause",
    also: "also possible",
    why: "why",
    bill: "the bill says",
    owed: "owed",
    next: "next",
    call: "call",
    wait: "wait",
    evidence: "evidence",
    bill_rows: "rows of bills",
    money: "money",
    nothing_to_come: "nothing is to come: journal and bills agree",
    credited: "credited",
    credited_on: "credited on {0}",
    credited_by: "in the bill: credited by {0}",
    credited_by_past: "in the bill: to be credited by {0}; without payouts or a bank statement nobody \
        sees whether it was",
    credited_sometime: "in the bill; when it is credited cannot be computed",
    not_covered: "its day is in none of the bills",
    unnamed: "the bill has rows of its amount, and no number on them says whose they are",
    unnamed_rows: "{0} payments may be in the bills: rows of their amount bear no number that the terminal knows. If \
        the acquirer prints the terminal's STAN, say so in --facts ([unionpay] trace_is_stan = true); else \
        `reconcile --weak` pairs by card, amount and time",
    not_yet: "not in the bill yet; it is not late before {0}",
    not_yet_unknown: "not in the bill; when it is late cannot be computed",
    arrivals: "By the bills: {0} credited, {1} in the bill and to be credited, {2} not due and not in the \
        bill yet, {3} of days that no bill has, {4} with trouble.",
    bad_rows: "{0} of {1} rows of the bills cannot be used, so what is missing may be among them: \
        `reconcile` lists them",
    no_time: "no time",
    until: "until {0}; from then on waiting is no longer right",
    late: "no longer: it was right until {0}",
    now: "no: do not wait",
    unknown: "nobody can say until when: no trusted time, or a year without a calendar",
    nothing: "there is nothing to wait for",
    owed_nothing: "nothing",
    owed_merchant: "{0} to the merchant",
    owed_customer: "{0} to the customer",
    owed_perhaps: "{0} to the customer, if it was taken",
    owed_both: "{0} to the customer, {1} to the merchant",
    owed_with: "counted with payment {0}",
    owed_unknown: "{0}: nobody knows yet whose it is",
    no_amount: "an amount that is lost",
    waiting: "Approved and not due yet, so only to be waited for: {0}, until {1}. A journal alone \
        never proves that money was credited.",
    none: "Nothing is past due, odd or owed.",
    ordinary: "Payment {0}: nothing is past due, odd or owed.",
    bad_file: "{0} cannot be used: {1}",
    bad_now: "not a date: {0}; say 2026-03-31 or 2026-03-31T12:00:00",
};

pub(super) const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::N => "network drop or delay",
        Cause::T => "terminal: hardware, software or power",
        Cause::A => "not authorised, declined or not finished",
        Cause::O => "operator",
        Cause::V => "voided, refunded, reversed or intercepted",
        Cause::K => "bank or issuer: fault, maintenance or peak",
        Cause::P => "payment company, or its line to the bank",
        Cause::S => "settlement cycle, holiday or cut-off hour",
        Cause::C => "clearing or payout late",
        Cause::M => "merchant account: frozen, wrong, not activated or limited",
        Cause::F => "fee dispute",
        Cause::R => "compliance or audit hold",
        Cause::H => "cardholder: account, limit or handling",
        Cause::D => "dispute or chargeback",
        Cause::Q => "unlicensed aggregator or switched merchant code",
        Cause::L => "outside: fraud, stolen card or legal",
    }
}

pub(super) const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Proves => "the journal proves it",
        Certainty::Bill => "the bill says so",
        Certainty::Infers => "the journal makes it likely",
        Certainty::CannotKnow => "the journal cannot know",
    }
}

pub(super) const fn sign(sign: Sign) -> &'static str {
    match sign {
        Sign::Disputed => "the bill has a dispute of it",
        Sign::Outside => "the bill names a court, the police or fraud: no software decides that",
        Sign::Audited => "the bill holds it for an audit",
        Sign::PayoutFailed => "its payout failed, was returned or is frozen",
        Sign::PayoutChannel => "its payout failed on its way, not at the account",
        Sign::Intercepted => "the acquirer undid it, the terminal did not",
        Sign::OtherMerchant => "the bill names another merchant than the terminal",
        Sign::ChargedAnyway => {
            "the bill charges it, the journal has it as declined, not sent or reversed"
        }
        Sign::Hole => "part of the dump that may be about it is missing",
        Sign::NoTerminal => {
            "approved and past due, and the bill has no row of this terminal at all"
        }
        Sign::NotSettled => "past due and not in the bill: its batch was never closed",
        Sign::SwitchedAway => {
            "past due and not in the bill: the merchant number was changed by force since"
        }
        Sign::NoRow => "approved and past due, and the bill has no row of it",
        Sign::AmountDiffers => "the bill has another amount",
        Sign::FeeDiffers => "the bill takes another fee than agreed",
        Sign::PayoutPending => "the bill has it; its payout is overdue and still on its way",
        Sign::PayoutMissing => {
            "the bill has it; no payout of it is recorded, or the bank has no credit"
        }
        Sign::PayoutShort => "the bill has it; less was paid out than was settled that day",
        Sign::Undone => "a void or refund of it is done",
        Sign::GivesBack => "it is itself a void or refund, and done",
        Sign::Reversed => "it was approved, and then reversed",
        Sign::ReversedUnanswered => {
            "whether it was taken nobody answered; the host has confirmed its reversal"
        }
        Sign::PartUndone => "a part of it is refunded, the rest stands",
        Sign::PaidAfterAll => "an order that was told as failed and is paid",
        Sign::BeingUndone => "a void or refund of it is not decided",
        Sign::Abandoned => "an operator gave it up without proof",
        Sign::Double => "the same card paid the same amount minutes before",
        Sign::BadCard => "declined: the issuer suspects the card",
        Sign::HolderDeclined => "declined: the holder's funds, PIN or limits",
        Sign::MerchantDeclined => "declined: the merchant or terminal is not set up",
        Sign::Declined => "declined",
        Sign::AdviceRefused => "the host refused it",
        Sign::NeverSent => "not a byte of it was sent",
        Sign::AcquirerDown => "the acquirer was down then, says the file of outages",
        Sign::BankDown => "the bank was down then, says the file of outages",
        Sign::ClusterOneBook => {
            "three cards or more failed within ten minutes at one acquirer, while another worked"
        }
        Sign::Clustered => "three cards or more failed within ten minutes",
        Sign::Restarted => "the terminal started again before an answer",
        Sign::IssuerFault => "DE39 names a fault at the issuer, which is no decline",
        Sign::NetworkFault => "DE39 names a fault on the way, which is no decline",
        Sign::PayerBusy => "the payer had not confirmed in the wallet",
        Sign::Unfinished => "approved or answered, and not finished at the terminal",
        Sign::NoAnswer => "no answer came",
        Sign::NotFound => "the host said twice that it knows no such payment",
        Sign::NotSentYet => "it is stored, and the host has not acknowledged it",
        Sign::Contradicted => "its records contradict each other",
        Sign::NoOutcome => "begun, and nothing else is written",
        Sign::BatchOpen => "past due, and its batch was never closed",
        Sign::Switched => "past due, and the merchant number was changed by force since",
        Sign::Reclaimed => "closed, its batch too, and its records were reclaimed since",
        Sign::RowUnnamed => {
            "past due; the bill has rows of its amount, and no number on them says whose they are"
        }
        Sign::PastDue => "past due; whether it was credited only a bill can tell",
        Sign::DueUnknown => "approved; when its money is due cannot be computed",
        Sign::NotDue => "approved; its money is not due yet",
    }
}

pub(super) const fn step(step: Step, who: Audience) -> &'static str {
    use Audience::{Acquirer, Cardholder, Merchant};
    match (step, who) {
        (Step::SwipeAgain(proof), Merchant) if proof.is_reversed() => {
            "swipe again if it is still to be paid: the first is proven reversed, and goes back if \
             it was taken"
        }
        (Step::SwipeAgain(proof), Cardholder) if proof.is_reversed() => {
            "you may pay again: the first payment is proven reversed, and goes back if it was taken"
        }
        (Step::SwipeAgain(_), Merchant) => {
            "swipe again if it is still to be paid: the first is proven to have taken nothing"
        }
        (Step::SwipeAgain(_), Cardholder) => {
            "you may pay again: the first payment is proven to have taken nothing"
        }
        (Step::SwipeAgain(proof), Acquirer) if proof.is_reversed() => {
            "the merchant may swipe again; see that what the first took is back at the issuer"
        }
        (Step::SwipeAgain(_), Acquirer) => {
            "the merchant may swipe again: the first is proven declined, reversed or never sent"
        }
        (Step::OtherCard(_), Merchant) => {
            "ask for another card or another way to pay: this one took nothing"
        }
        (Step::OtherCard(_), Cardholder) => {
            "pay with another card, or ask your bank about funds, PIN and limits"
        }
        (Step::OtherCard(_), Acquirer) => "the issuer declined on the holder's side: nothing to do",
        (Step::Void(_), Merchant) => {
            "if it is for the same goods, void it: it is proven approved and its batch is open"
        }
        (Step::Void(_), Cardholder) => "if you paid twice, ask the shop to void this one",
        (Step::Void(_), Acquirer) => "expect a void if the merchant confirms a double charge",
        (Step::Refund(_), Merchant) => {
            "if it is for the same goods, refund it: it is proven approved, and a void no longer \
             reaches it"
        }
        (Step::Refund(_), Cardholder) => "if you paid twice, ask the shop to refund this one",
        (Step::Refund(_), Acquirer) => "expect a refund if the merchant confirms a double charge",
        (Step::Reverse, Merchant) => {
            "do not repeat: reversal or query first. Put the terminal on line and let it finish"
        }
        (Step::Reverse, Cardholder) => {
            "do not pay again yet: the shop's terminal still has to reverse or confirm it"
        }
        (Step::Reverse, Acquirer) => {
            "expect its reversal; tell the merchant whether the host has the payment"
        }
        (Step::Query, Merchant) => {
            "do not repeat: reversal or query first. Ask the acquirer what became of it"
        }
        (Step::Query, Cardholder) => {
            "do not pay again yet: whether it was taken has to be asked first"
        }
        (Step::Query, Acquirer) => "look it up at the host and tell the merchant how it ended",
        (Step::LetRefund, Merchant) => {
            "do not repeat: put the terminal on line, it owes the customer a refund"
        }
        (Step::LetRefund, Cardholder) => "your payment went through: the shop owes you a refund",
        (Step::LetRefund, Acquirer) => "expect a refund of this order",
        (Step::Send, Merchant) => {
            "do not repeat: put the terminal on line so that it sends what it has stored"
        }
        (Step::Send, Cardholder) => "your payment was accepted: do not pay again",
        (Step::Send, Acquirer) => "expect the stored advice",
        (Step::Wait, Merchant) => "wait; do not repeat it meanwhile",
        (Step::Wait, Cardholder) => "nothing: your payment was approved",
        (Step::Wait, Acquirer) => "pay out by the due date",
        (Step::CloseBatch, Merchant) => "settle the batch at the terminal; do not repeat anything",
        (Step::CloseBatch, Cardholder) => "nothing: your payment was approved",
        (Step::CloseBatch, Acquirer) => "ask the merchant to settle the batch",
        (Step::Compare, Merchant) => {
            "fetch the acquirer's bill and compare it (reconcile); do not repeat the payment"
        }
        (Step::Compare, Cardholder) => "nothing: your payment was approved",
        (Step::Compare, Acquirer) => "say whether it is cleared and when it was paid out",
        (Step::MoneyBack, Merchant) => {
            "nothing is to be repeated: the customer's money goes back by itself; keep both slips"
        }
        (Step::MoneyBack, Cardholder) => {
            "your money goes back to the same card or wallet; after the date ask your bank"
        }
        (Step::MoneyBack, Acquirer) => "see that the return reaches the issuer",
        (Step::Ask, Merchant) => "ask the acquirer why, with the evidence below; do not repeat it",
        (Step::Ask, Cardholder) => "do not pay again: the shop has to ask its acquirer",
        (Step::Ask, Acquirer) => "look for it at the host and in clearing",
        (Step::Account, Merchant) => {
            "have the merchant account set right: its number, its state, its limits"
        }
        (Step::Account, Cardholder) => "nothing: it is between the shop and its bank",
        (Step::Account, Acquirer) => "check how the merchant and its account are set up",
        (Step::Fee, Merchant) => "claim the difference of the fee, with the agreed rate",
        (Step::Fee, Cardholder) => "nothing: it is between the shop and its acquirer",
        (Step::Fee, Acquirer) => "check the rate of this merchant",
        (Step::Papers, Merchant) => "send the slip and the proof of delivery before the deadline",
        (Step::Papers, Cardholder) => "your bank or the shop's acquirer is looking into it",
        (Step::Papers, Acquirer) => "say which papers are needed and until when",
        (Step::Licence, Merchant) => {
            "ask who settles this terminal, and compare merchant number and licence"
        }
        (Step::Licence, Cardholder) => "nothing: your payment was approved",
        (Step::Licence, Acquirer) => "check under which merchant number it was routed",
        (Step::Security, Merchant) => {
            "do not take this card again; call the security desk, and do not put yourself in danger"
        }
        (Step::Security, Cardholder) => "call your bank: it suspects this card",
        (Step::Security, Acquirer) => "tell the security desk",
        (Step::ReadAgain, Merchant) => {
            "do not repeat: reversal or query first. Have the terminal read again"
        }
        (Step::ReadAgain, Cardholder) => {
            "do not pay again yet: the shop's record of it is damaged and has to be asked about"
        }
        (Step::ReadAgain, Acquirer) => "look it up at the host: the terminal's record is damaged",
        (Step::OlderDump, Merchant) => {
            "do not repeat: reversal or query first. Look for it in an older dump or the acquirer's bill"
        }
        (Step::OlderDump, Cardholder) => {
            "do not pay again yet: the shop's terminal no longer has it, and it has to be asked about"
        }
        (Step::OlderDump, Acquirer) => "look it up at the host: the terminal no longer has it",
        (Step::Nothing, _) => "nothing",
    }
}

pub(super) const fn party(party: Party, who: Audience) -> &'static str {
    use Audience::{Acquirer, Cardholder, Merchant};
    match (party, who) {
        (Party::Nobody, _) => "nobody",
        (Party::Issuer, Cardholder) => "your bank",
        (Party::Security, Cardholder) => "your bank",
        (_, Cardholder) => "the shop",
        (Party::Acquirer, Merchant) => "the acquirer's help line",
        (Party::Acquirer, Acquirer) => "your own operations desk",
        (Party::Issuer, Merchant) => "the customer's bank, by the customer",
        (Party::Issuer, Acquirer) => "the issuer",
        (Party::Bank, Merchant) => "the acquirer, and the bank of the merchant account",
        (Party::Bank, Acquirer) => "the merchant and its bank",
        (Party::Service, Merchant) => "the terminal's service",
        (Party::Service, Acquirer) => "the merchant",
        (Party::Security, Merchant) => "the acquirer's security desk",
        (Party::Security, Acquirer) => "your security desk",
    }
}
