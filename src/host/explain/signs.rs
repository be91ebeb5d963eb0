//! What a payment shows, one sign each, and which of several counts: the precedence table.

use super::bill::{BillFacts, Payout, Presence};
use super::cause::{Cause, Certainty};
use super::cluster::Cluster;
use super::money;
use super::outage::{self, Side as Down};
use super::proof::{Standing, gives_back};
use super::story::{BatchStands, Story};
use super::undo::Undo;
use super::world::World;
use crate::host::codes::{self, FailureClass, Side};
use crate::ledger::{ItemState, Owes, rule};
use crate::record::{Proof, Record, ResponseCode, ReversalReason, Verdict};

/// Declares the signs in the order in which they count, with their cause and certainty.
macro_rules! signs {
    ($($(#[$doc:meta])* $sign:ident => $cause:ident $certainty:ident;)*) => {
        /// Something that a payment shows. The first one in this order is the cause.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Sign { $($(#[$doc])* $sign),* }

        /// The precedence table: where signs overlap, the first row counts.
        pub const PRECEDENCE: &[(Sign, Cause, Certainty)] =
            &[$((Sign::$sign, Cause::$cause, Certainty::$certainty)),*];
    };
}

signs! {
    // What a bill says of money that is there beats what the journal guesses.
    /// The bill has a dispute.
    Disputed => D Bill;
    /// The bill names a court, the police or fraud.
    Outside => L Bill;
    /// The bill has an audit hold.
    Audited => R Bill;
    /// The payout failed, was returned or is frozen.
    PayoutFailed => M Bill;
    /// The payout failed on its way, says the reason.
    PayoutChannel => C Bill;
    /// The acquirer undid it.
    Intercepted => V Bill;
    /// The bill names another merchant.
    OtherMerchant => Q Bill;
    /// The bill charges what the journal has as declined, never sent or reversed.
    ChargedAnyway => P Bill;
    // From here on the journal has to be whole.
    /// Part of the dump that may be about it is missing.
    Hole => T CannotKnow;
    /// The bill has nothing of this terminal.
    NoTerminal => Q Infers;
    /// Approved, past due and not in the bill: its batch was never closed.
    NotSettled => O Bill;
    /// Approved, past due and not in the bill: the merchant number was changed by force since.
    SwitchedAway => Q Infers;
    /// Approved, past due, and the bill has no row.
    NoRow => P Bill;
    /// The bill has another amount.
    AmountDiffers => O Bill;
    /// The bill takes another fee than agreed.
    FeeDiffers => F Bill;
    /// The bill has it, and its payout is overdue.
    PayoutPending => C Bill;
    /// The bill has it, and there is no payout, or the bank has no such credit.
    PayoutMissing => C Bill;
    /// Less was paid out than was settled.
    PayoutShort => C Bill;
    // How it ended.
    /// A void or refund of it is done.
    Undone => V Proves;
    /// It is a void or refund itself, and done.
    GivesBack => V Proves;
    /// It was approved, and then reversed.
    Reversed => V Proves;
    /// No answer said that it was approved, and its reversal is confirmed.
    ReversedUnanswered => V Proves;
    /// An order that was told as failed and is paid: refunded, or to be refunded.
    PaidAfterAll => V Proves;
    /// A void or refund of it is not decided.
    BeingUndone => V Infers;
    /// An operator gave it up.
    Abandoned => O Proves;
    /// The same card paid the same amount minutes before.
    Double => O Infers;
    /// Declined: a card that is lost, stolen or suspected.
    BadCard => L CannotKnow;
    /// Declined: the holder's account, PIN or limits.
    HolderDeclined => H Proves;
    /// Declined: the merchant or the terminal is not set up.
    MerchantDeclined => M Infers;
    /// Declined.
    Declined => A Proves;
    /// The host refused an advice.
    AdviceRefused => A Proves;
    /// Not a byte of it was sent.
    NeverSent => N Proves;
    // How it went wrong, if nobody knows how it ended.
    /// The acquirer was down then, says the file of outages.
    AcquirerDown => P Infers;
    /// The bank was down then, says the file of outages.
    BankDown => K Infers;
    /// Three cards failed at one acquirer, while another worked.
    ClusterOneBook => P Infers;
    /// Three cards failed within ten minutes.
    Clustered => K Infers;
    /// The terminal started again before an answer.
    Restarted => T Infers;
    /// DE39 names a fault at the issuer: no proof of a decline.
    IssuerFault => K Infers;
    /// DE39 names a fault on the way: no proof of a decline.
    NetworkFault => P Infers;
    /// The wallet's payer has not confirmed.
    PayerBusy => H Infers;
    /// Approved and not finished: the chip, the card or the MAC.
    Unfinished => A Proves;
    /// No answer.
    NoAnswer => N Infers;
    /// The host knows no such payment.
    NotFound => N Infers;
    /// An advice that waits to be sent.
    NotSentYet => N Proves;
    /// Its records contradict each other.
    Contradicted => A CannotKnow;
    /// Begun, and nothing else is written.
    NoOutcome => A CannotKnow;
    /// Its intent was reclaimed, long after it was closed.
    Reclaimed => C CannotKnow;
    // Approved: only the money is missing.
    /// Past due, and its batch was never closed.
    BatchOpen => O Proves;
    /// Past due, and the merchant number was changed by force since.
    Switched => Q Infers;
    /// Past due, and the bill has rows that may be of it, without a number that says so.
    RowUnnamed => C CannotKnow;
    /// Past due, and no bill says why.
    PastDue => C CannotKnow;
    /// A part of it is refunded.
    PartUndone => V Proves;
    /// Nobody can say when it is due.
    DueUnknown => S CannotKnow;
    /// Not due yet.
    NotDue => S Infers;
}

impl Sign {
    /// Its row of the table.
    #[must_use]
    pub fn row(self) -> (Cause, Certainty) {
        let row = PRECEDENCE.iter().find(|(sign, ..)| *sign == self);
        // Both are made from one list.
        row.map_or((Cause::T, Certainty::CannotKnow), |(_, cause, certainty)| (*cause, *certainty))
    }

    /// The bill says that its time is over.
    pub(super) const fn is_overdue(self) -> bool {
        matches!(
            self,
            Self::PayoutFailed
                | Self::PayoutChannel
                | Self::PayoutPending
                | Self::PayoutMissing
                | Self::PayoutShort
        )
    }
}

/// The signs of a payment, the one that counts first.
pub(super) fn signs(
    story: &Story<'_>,
    standing: Standing,
    bill: Option<&BillFacts>,
    world: &World,
) -> Vec<Sign> {
    // What little is left of it cannot be judged without its amount and kind.
    if standing == Standing::Gone {
        return vec![Sign::Reclaimed];
    }
    let mut found = Vec::new();
    found.extend(bill.into_iter().flat_map(|bill| of_bill(bill, story, standing, world)));
    if standing == Standing::Unknown {
        found.push(Sign::Hole);
    }
    found.extend(of_end(story, standing));
    found.extend(of_trouble(story, standing, world));
    if stands(standing) && !money::is_paid(bill) {
        found.extend(of_due(story, bill, world));
    }
    found.sort();
    found.dedup();
    found
}

/// Its money, or a part of it, is the merchant's.
fn stands(standing: Standing) -> bool {
    matches!(standing, Standing::Charged(_) | Standing::PartDone)
}

/// What is there of the rows that hold.
fn held<const N: usize>(rows: [(bool, Sign); N]) -> impl Iterator<Item = Sign> {
    rows.into_iter().filter(|(holds, _)| *holds).map(|(_, sign)| sign)
}

fn of_bill(
    bill: &BillFacts,
    story: &Story<'_>,
    standing: Standing,
    world: &World,
) -> impl Iterator<Item = Sign> {
    use ItemState as S;
    let stands = stands(standing);
    let is_there = bill.presence == Presence::Present;
    let ours = bill.expected.or(money::approved(story).map(|amount| amount.minor()));
    let took_nothing =
        matches!(story.state, Some(S::Declined | S::NeverSent | S::Cancelled | S::Reversed));
    let is_ours = story.state == Some(S::Completed) && story.undo() != Undo::Whole;
    let is_late = money::due(story, world).is_some_and(|due| due.is_late(world.now));
    // Before its time it may come with the next bill.
    let is_unsettled = matches!(story.batch, BatchStands::Open | BatchStands::Settling);
    // A double that is not settled yet can still be voided: that goes first.
    let is_double = is_unsettled && story.double_of.is_some();
    let is_missing = stands && is_late && bill.presence == Presence::Absent && !is_double;
    let failed = matches!(bill.payout, Some(Payout::Failed | Payout::Returned | Payout::Held));
    let by_channel = bill.reason.as_deref().is_some_and(is_channel);
    let payout = |wanted: Payout| is_there && bill.payout == Some(wanted);
    let differs = |a: Option<u64>, b: Option<u64>| a.zip(b).is_some_and(|(a, b)| a != b);
    let fee = bill.fee.zip(bill.agreed_fee).is_some_and(|(fee, agreed)| fee != agreed);
    held([
        (bill.is_disputed, Sign::Disputed),
        (bill.is_outside, Sign::Outside),
        (bill.is_audited, Sign::Audited),
        (failed && !by_channel, Sign::PayoutFailed),
        (failed && by_channel, Sign::PayoutChannel),
        (is_ours && bill.taken_back > 0, Sign::Intercepted),
        (bill.other_merchant, Sign::OtherMerchant),
        (took_nothing && story.premises(Some(bill)).is_billed, Sign::ChargedAnyway),
        (stands && is_late && bill.presence == Presence::NoTerminal, Sign::NoTerminal),
        (is_missing && is_unsettled, Sign::NotSettled),
        (is_missing && story.switched.is_some(), Sign::SwitchedAway),
        (is_missing, Sign::NoRow),
        (is_there && stands && differs(bill.amount, ours), Sign::AmountDiffers),
        (is_there && fee, Sign::FeeDiffers),
        (payout(Payout::Pending), Sign::PayoutPending),
        (payout(Payout::Missing), Sign::PayoutMissing),
        (payout(Payout::Short), Sign::PayoutShort),
    ])
}

/// A reason for which a payout fails and that nobody can mend at the merchant's account.
fn is_channel(reason: &str) -> bool {
    use FailureClass as F;
    let known = codes::payout(reason).or_else(|| codes::transfer(reason));
    known.is_some_and(|known| {
        known.classes.iter().all(|class| matches!(class, F::Channel | F::Pending))
    })
}

/// How a payment ended, as far as it has.
fn of_end(story: &Story<'_>, standing: Standing) -> impl Iterator<Item = Sign> {
    use ItemState as S;
    let state = story.state;
    let is = |wanted: &[S]| state.is_some_and(|state| wanted.contains(&state));
    let undo = story.undo();
    let kind = story.intent.map(|intent| intent.kind);
    let code = story.outcome.and_then(|outcome| outcome.code);
    let is_sure = standing != Standing::Doubtful;
    let declined = is(&[S::Declined]) && is_sure;
    let charged = matches!(standing, Standing::Charged(_));
    let approved = money::was_approved(story);
    let failed = is(&[S::Declined, S::NeverSent, S::Cancelled, S::Reversed]);
    let whose = code.filter(|_| declined).map(whose);
    held([
        (undo == Undo::Whole, Sign::Undone),
        (undo == Undo::InDoubt, Sign::BeingUndone),
        (undo == Undo::Part, Sign::PartUndone),
        (is(&[S::Completed]) && kind.is_some_and(gives_back), Sign::GivesBack),
        (is(&[S::Reversed]) && is_sure && approved, Sign::Reversed),
        (is(&[S::Reversed]) && is_sure && !approved, Sign::ReversedUnanswered),
        (is(&[S::Refunded, S::RefundDue]), Sign::PaidAfterAll),
        (is(&[S::Abandoned]), Sign::Abandoned),
        (charged && story.double_of.is_some(), Sign::Double),
        (whose == Some(Sign::BadCard), Sign::BadCard),
        (whose == Some(Sign::HolderDeclined), Sign::HolderDeclined),
        (whose == Some(Sign::MerchantDeclined), Sign::MerchantDeclined),
        (declined, Sign::Declined),
        (is(&[S::Refused]), Sign::AdviceRefused),
        (is(&[S::NeverSent, S::Cancelled]) && is_sure, Sign::NeverSent),
        (is(&[S::NotFound]), Sign::NotFound),
        (is(&[S::Stored, S::Sending]), Sign::NotSentYet),
        (failed && !is_sure, Sign::Contradicted),
    ])
}

/// Cards that are lost, stolen or suspected of fraud.
const BAD_CARD: [&str; 12] =
    ["04", "07", "34", "35", "36", "37", "41", "43", "59", "60", "63", "67"];
/// The holder's funds, PIN and limits.
const HOLDER: [&str; 4] = ["51", "55", "61", "65"];
/// The merchant or the terminal is not registered or not permitted.
const MERCHANT: [&str; 3] = ["03", "58", "97"];

/// Whom a decline's code points at.
fn whose(code: ResponseCode) -> Sign {
    let is = |codes: &[&str]| codes.contains(&code.as_str());
    match () {
        () if is(&BAD_CARD) => Sign::BadCard,
        () if is(&HOLDER) => Sign::HolderDeclined,
        () if is(&MERCHANT) => Sign::MerchantDeclined,
        () => Sign::Declined,
    }
}

/// What went wrong with a payment that did not go straight through.
fn of_trouble(story: &Story<'_>, standing: Standing, world: &World) -> impl Iterator<Item = Sign> {
    use ItemState as S;
    let outcome = story.outcome;
    let (verdict, code) = (outcome.map(|o| o.verdict), outcome.and_then(|o| o.code));
    let is_smooth = matches!(
        story.state,
        None | Some(S::Completed | S::Declined | S::Inquired | S::Stored | S::Cancelled)
    );
    // What some profile took for a decline, and is none.
    let misread =
        standing == Standing::Doubtful && code.is_some_and(|code| code.proof() == Proof::Doubtful);
    let troubled = misread || (!is_smooth && story.undone.is_none());
    let down = story
        .intent
        .filter(|_| troubled)
        .and_then(|intent| outage::at(&world.outages, story.local()?, intent.book));
    let cluster = story.cluster.as_ref().filter(|_| troubled);
    let one_book = |cluster: &Cluster| cluster.is_one_book;
    let doubtful = misread || (troubled && verdict == Some(Verdict::Doubtful));
    let side = code.filter(|_| doubtful).and_then(codes::response).and_then(|found| found.side);
    let is_order = story.intent.is_some_and(|intent| rule(intent.kind).owes == Owes::Order);
    let reason = |record: &Record| match record {
        Record::Reverse(reverse) => Some(reverse.reason),
        _ => None,
    };
    let broken_off = story
        .records
        .iter()
        .filter_map(|shown| reason(&shown.record))
        .any(|reason| matches!(reason, ReversalReason::Other | ReversalReason::MacError));
    let chip = story.state == Some(S::Approved);
    let no_answer = verdict == Some(Verdict::NoAnswer);
    let is_final = story.state.is_some_and(ItemState::is_final);
    held([
        (down == Some(Down::Acquirer), Sign::AcquirerDown),
        (down == Some(Down::Bank), Sign::BankDown),
        (cluster.is_some_and(one_book), Sign::ClusterOneBook),
        (cluster.is_some_and(|cluster| !one_book(cluster)), Sign::Clustered),
        (troubled && story.restart.is_some(), Sign::Restarted),
        (side == Some(Side::Issuer), Sign::IssuerFault),
        (doubtful && !is_order && side != Some(Side::Issuer), Sign::NetworkFault),
        (doubtful && is_order, Sign::PayerBusy),
        (troubled && (broken_off || chip), Sign::Unfinished),
        (troubled && no_answer, Sign::NoAnswer),
        (troubled && !is_final && outcome.is_none(), Sign::NoOutcome),
    ])
}

/// An approved payment's money: due, past due, or nobody can say.
fn of_due(
    story: &Story<'_>,
    bill: Option<&BillFacts>,
    world: &World,
) -> impl Iterator<Item = Sign> {
    let due = money::due(story, world);
    // Where a bill says what became of it, the calendar says nothing more.
    let presence = bill.map_or(Presence::NotCovered, |bill| bill.presence);
    let is_told = !matches!(presence, Presence::NotCovered | Presence::Unnamed);
    let is_late = !is_told && due.is_some_and(|due| due.is_late(world.now));
    let is_early = due.is_some_and(|due| !due.is_late(world.now));
    let is_unsettled = matches!(story.batch, BatchStands::Open | BatchStands::Settling);
    held([
        (is_late && is_unsettled, Sign::BatchOpen),
        (is_late && story.switched.is_some(), Sign::Switched),
        (is_late && presence == Presence::Unnamed, Sign::RowUnnamed),
        (is_late, Sign::PastDue),
        (due.is_none(), Sign::DueUnknown),
        (is_early, Sign::NotDue),
    ])
}
