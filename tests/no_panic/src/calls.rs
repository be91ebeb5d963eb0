//! The journal's calls. Arguments come from nowhere and results go nowhere that the optimiser can
//! know, so it may assume nothing of either.

use core::mem::MaybeUninit;

use pos_journal::flash::Region;
use pos_journal::journal::plan::{Plan, Site, Trade};
use pos_journal::journal::{
    Asked, Attempted, Begin, Begun, Duplicate, Error, Exported, IdentityChange, Journal, Kept,
    Known, LateAnswer, LateResult, Next, OutcomeOf, Receipt, Retention, Room, Sent, SettleRequest, Start, Who,
    XTotals,
};
use pos_journal::ledger::profile::Profile;
use pos_journal::ledger::{Block, Duty, PaymentStatus};
use pos_journal::log::{BadShape, FormatAs, Maintained, MountReport, Settings, Space};
use pos_journal::record::{
    Amount, AnswerClass, Attach, Batch, Boot, Device, Emv, Freeze, Identity, Intent, Invoice,
    Moment, Note, Reference, ResponseCode, ReversalReason, Sealed, Seq, SettleClass, Stan, Text,
    Totals, TransactionKind, TruncatedPan, Uptime, Verdict,
};

use crate::chip::{Chip, Failed};

type Terminal = Journal<Chip>;
type Done<T> = Result<T, Error<Failed>>;

/// Each line is one function of section `.calls`, under its own name, which the linker keeps.
#[macro_export]
macro_rules! calls {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty { $call:expr })*) => { $(
        #[unsafe(no_mangle)]
        #[unsafe(link_section = ".calls")]
        #[allow(improper_ctypes_definitions)]
        extern "C" fn $name($($arg: $type,)* result: &mut MaybeUninit<$out>) {
            result.write($call);
        }
    )* };
}

calls! {
    format(chip: Chip, region: Region, settings: &Settings, how: FormatAs) -> Done<Terminal> {
        Journal::format(chip, region, settings, how)
    }
    format_and_lose(chip: Chip, region: Region, settings: &Settings, how: FormatAs) -> Done<Terminal> {
        Journal::format_and_lose(chip, region, settings, how)
    }
    mount(chip: Chip, region: Region, settings: &Settings) -> Done<Terminal> {
        Journal::mount(chip, region, settings)
    }
    into_flash(journal: Terminal) -> Chip { journal.into_flash() }

    report(journal: &Terminal) -> MountReport { journal.report().clone() }
    skipped_records(journal: &Terminal) -> u32 { journal.skipped_records() }
    space(journal: &Terminal) -> Space { journal.space() }
    room(journal: &Terminal) -> (Room, bool) {
        { let room = journal.room(); (room, room.is_nearly_full()) }
    }
    blocked(journal: &Terminal, book: u8, kind: TransactionKind) -> Option<Block> {
        journal.blocked(book, kind)
    }
    duties(journal: &Terminal, each: extern "C" fn(Duty)) -> () {
        journal.duties().for_each(|duty| each(duty))
    }

    retention(journal: &mut Terminal) -> (Retention, Kept) {
        { let kept = journal.retention(); (kept, kept.keeps(15)) }
    }
    plan(site: &Site, trade: &Trade) -> Result<Plan, BadShape> { Plan::of(site, trade) }
    export(
        journal: &mut Terminal,
        sink: extern "C" fn(*const u8, usize) -> bool
    ) -> Result<Exported, ()> {
        journal.export(|bytes| if sink(bytes.as_ptr(), bytes.len()) { Ok(()) } else { Err(()) })
    }
    may_start(journal: &Terminal, book: u8, kind: TransactionKind) -> Done<Start> {
        journal.may_start(book, kind)
    }
    begin(journal: &mut Terminal, begin: &Begin) -> Done<Begun> { journal.begin(begin) }
    outcome(journal: &mut Terminal, item: Seq, verdict: Verdict, of: &OutcomeOf) -> Done<PaymentStatus> {
        journal.outcome(item, verdict, of)
    }
    no_answer(journal: &mut Terminal, item: Seq, elapsed: u32, uptime: Uptime) -> Done<PaymentStatus> {
        journal.no_answer(item, elapsed, uptime)
    }
    not_sent(journal: &mut Terminal, item: Seq) -> Done<PaymentStatus> { journal.not_sent(item) }
    complete(journal: &mut Terminal, item: Seq, emv: &Option<Emv>) -> Done<PaymentStatus> {
        journal.complete(item, emv.clone())
    }
    reverse(journal: &mut Terminal, item: Seq, reason: ReversalReason) -> Done<PaymentStatus> {
        journal.reverse(item, reason)
    }
    late(journal: &mut Terminal, answer: &LateAnswer) -> Done<LateResult> { journal.late(answer) }

    due(journal: &mut Terminal, now: Uptime) -> Done<Next> { journal.due(now) }
    attempt(journal: &mut Terminal, item: Seq, uptime: Uptime) -> Done<Attempted> {
        journal.attempt(item, uptime)
    }
    answer(journal: &mut Terminal, item: Seq, class: AnswerClass, code: Option<ResponseCode>) -> Done<PaymentStatus> {
        journal.answer(item, class, code)
    }
    answered(journal: &mut Terminal, item: Seq, code: Option<ResponseCode>) -> Done<PaymentStatus> {
        journal.answered(item, code)
    }
    unsent(journal: &mut Terminal, item: Seq) -> Done<PaymentStatus> { journal.unsent(item) }
    asked(journal: &mut Terminal, item: Seq, now: Uptime) -> Done<()> { journal.asked(item, now) }
    retry(journal: &mut Terminal, item: Seq, who: &Text<16>, why: &Text<40>) -> Done<PaymentStatus> {
        journal.retry(item, who.clone(), why.clone())
    }
    set_profile(journal: &mut Terminal, book: u8, profile: &'static Profile) -> Done<()> {
        journal.set_profile(book, profile)
    }
    offline_approved(journal: &mut Terminal, item: Seq, sent: Sent, begin: &Begin) -> Done<(Seq, Intent)> {
        journal.offline_approved(item, sent, begin)
    }
    attach(journal: &mut Terminal, item: Seq, sealed: &Option<Sealed>, emv: &Option<Emv>) -> Done<()> {
        journal.attach(item, sealed.clone(), emv.clone())
    }
    attached(journal: &mut Terminal, item: Seq) -> Option<Attach> { journal.attached(item) }
    printed(journal: &mut Terminal, item: Seq) -> Done<()> { journal.printed(item) }
    duplicate_of(journal: &mut Terminal, book: u8, pan: TruncatedPan, amount: Amount, moment: &Moment) -> Done<Option<Duplicate>> {
        journal.duplicate_of(book, pan, amount, moment)
    }
    confirmed(journal: &mut Terminal, first: Seq) -> Done<Seq> { journal.confirmed(first) }
    set_identity(journal: &mut Terminal, book: u8, who: &Who, change: IdentityChange) -> Done<u8> {
        journal.set_identity(book, who, change)
    }
    identity(journal: &mut Terminal, book: u8) -> Done<Option<Identity>> { journal.identity(book) }
    device(journal: &mut Terminal, device: &Device) -> Done<()> { journal.device(device) }
    x_totals(journal: &mut Terminal, book: u8) -> Done<XTotals> { journal.x_totals(book) }
    z_totals(journal: &mut Terminal, book: u8) -> Done<Option<Freeze>> { journal.z_totals(book) }
    settle_answer_de39(journal: &mut Terminal, book: u8, code: Option<ResponseCode>) -> Done<SettleClass> {
        journal.settle_answer_de39(book, code)
    }
    settle_answer_de48(journal: &mut Terminal, book: u8, de48: &[u8]) -> Done<SettleClass> {
        journal.settle_answer_de48(book, de48)
    }
    settle_tried(journal: &mut Terminal, book: u8, now: Uptime) -> () {
        journal.settle_tried(book, now)
    }
    next_uploads(journal: &mut Terminal, book: u8, after: Seq) -> usize {
        journal.next_uploads(book, after).map_or(0, |group| group.len())
    }
    next_batch(journal: &mut Terminal, book: u8, who: &Text<16>) -> Done<Batch> {
        journal.next_batch(book, who.clone())
    }
    give_up(journal: &mut Terminal, item: Seq) -> Done<PaymentStatus> { journal.give_up(item) }
    abandon(journal: &mut Terminal, item: Seq, who: &Text<16>, why: &Text<40>) -> Done<PaymentStatus> {
        journal.abandon(item, who.clone(), why.clone())
    }

    close_batch(journal: &mut Terminal, book: u8) -> Done<Totals> { journal.close_batch(book) }
    unlock_batch(journal: &mut Terminal, book: u8) -> Done<()> { journal.unlock_batch(book) }
    settle_attempt(journal: &mut Terminal, book: u8, now: Uptime) -> Done<SettleRequest> {
        journal.settle_attempt(book, now)
    }
    settle_answer(journal: &mut Terminal, book: u8, class: SettleClass, code: Option<ResponseCode>) -> Done<()> {
        journal.settle_answer(book, class, code)
    }
    next_upload(journal: &mut Terminal, book: u8, after: Seq) -> Option<Receipt> {
        journal.next_upload(book, after).unwrap_or(None)
    }
    uploaded(journal: &mut Terminal, book: u8, through: Seq) -> Done<()> {
        journal.uploaded(book, through)
    }
    upload_ended(journal: &mut Terminal, book: u8) -> Done<()> { journal.upload_ended(book) }
    next_upload_even_if_lost(journal: &mut Terminal, book: u8, after: Seq) -> Option<Receipt> {
        journal.next_upload_even_if_lost(book, after).unwrap_or(None)
    }
    upload_ended_even_if_lost(journal: &mut Terminal, book: u8) -> Done<()> {
        journal.upload_ended_even_if_lost(book)
    }
    batch_closed(journal: &mut Terminal, book: u8) -> Done<Batch> { journal.batch_closed(book) }
    set_numbers(journal: &mut Terminal, book: u8, batch: Batch, stan: Option<Stan>, invoice: Option<Invoice>) -> Done<()> {
        journal.set_numbers(book, batch, stan, invoice)
    }

    status(journal: &mut Terminal, reference: &Reference) -> Done<Asked> {
        journal.status(reference)
    }
    last(journal: &mut Terminal) -> Done<Option<Known>> { journal.last() }
    receipt(journal: &mut Terminal, item: Seq) -> Done<Receipt> { journal.receipt(item) }

    maintain(journal: &mut Terminal, uptime_ms: u64) -> Done<Maintained> {
        journal.maintain(uptime_ms)
    }
    started(journal: &mut Terminal, boot: &Boot) -> Done<Seq> { journal.started(boot.clone()) }
    note(journal: &mut Terminal, note: &Note) -> Done<Seq> { journal.note(note.text.clone()) }
}

#[cfg(feature = "canary")]
calls! {
    canary(bytes: &[u8], n: usize) -> u8 { bytes[n] }
}
