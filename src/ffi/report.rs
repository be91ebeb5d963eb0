//! Reports: what the mount found, what is left, what a batch adds up to.

use core::mem::MaybeUninit;

use super::fail::read_only;
use super::handle::{book_number, coded, give, need, pj_journal, with};
use super::intent::pj_moment;
use super::settle::{pj_tally, pj_totals};
use crate::journal::Kept;
use crate::log::{Maintained, Mode};

/// What a mount found.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_mount_report {
    /// PJ_OK, or why the journal can be read and not written: PJ_ERR_...
    pub read_only: i32,
    /// PJ_MODE_...
    pub mode: i32,
    /// 1: torn_at is there: an interrupted program, or a rotten last record.
    pub torn: i32,
    /// Address in the region.
    pub torn_at: u32,
    /// Stretches of records that are gone and that no earlier start wrote down.
    pub losses: u32,
    /// First sequence number that is gone.
    pub lost_from: u32,
    /// Last sequence number that is gone.
    pub lost_to: u32,
    /// Places that nothing accounts for.
    pub damaged: u32,
    /// Sectors that failed to erase or program since power-up.
    pub retired: u32,
    /// 1: the newest checkpoint was unreadable and the one before it was used.
    pub fell_back: i32,
    /// Records that this version does not know, or could make nothing of.
    pub skipped: u32,
}

/// What the mount found: a torn tail, losses, damage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_mount_report(
    journal: *mut pj_journal,
    report: Option<&mut MaybeUninit<pj_mount_report>>,
) -> i32 {
    with!(journal, |j| {
        let found = j.report();
        give(
            report,
            pj_mount_report {
                read_only: j.log().read_only().map_or(0, |why| read_only(why).code),
                mode: match j.mode() {
                    Mode::Live => super::handle::PJ_MODE_LIVE,
                    Mode::Test => super::handle::PJ_MODE_TEST,
                    Mode::Training => super::handle::PJ_MODE_TRAINING,
                },
                torn: found.torn_or_lost.is_some().into(),
                torn_at: found.torn_or_lost.unwrap_or(0),
                losses: found.lost.len() as u32,
                lost_from: found.lost.iter().map(|lost| lost.from).min().unwrap_or(0),
                lost_to: found.lost.iter().map(|lost| lost.to).max().unwrap_or(0),
                damaged: found.damaged.into(),
                retired: found.retired.len() as u32,
                fell_back: found.fell_back.into(),
                skipped: j.skipped_records(),
            },
        )
    })
}

/// Makes what the mount found durable. Every other call does so where it matters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_confirm(journal: *mut pj_journal) -> i32 {
    with!(journal, |j| Ok(j.confirm().map(|()| 0)?))
}

/// Nothing is left to do.
pub const PJ_MAINTAIN_IDLE: i32 = 0;
/// A sector was erased, records were carried, or a sector was retired: call again.
pub const PJ_MAINTAIN_MORE: i32 = 1;

/// One bounded step of idle work, so that no payment waits for an erase. Returns PJ_MAINTAIN_...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_maintain(journal: *mut pj_journal, uptime: u64) -> i32 {
    with!(journal, |j| Ok(match j.maintain(uptime)? {
        Maintained::Idle => PJ_MAINTAIN_IDLE,
        _ => PJ_MAINTAIN_MORE,
    }))
}

/// What fits before something slower than a program happens.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_space {
    /// Bytes left in the active sector.
    pub active_bytes: u32,
    /// Sectors that are erased ahead.
    pub ready_sectors: u32,
    /// Typical records that fit before one has to erase.
    pub records_before_erase: u32,
}

/// What fits before something slower than a program happens.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_space(
    journal: *mut pj_journal,
    space: Option<&mut MaybeUninit<pj_space>>,
) -> i32 {
    with!(journal, |j| {
        let now = j.space();
        let pj = pj_space {
            active_bytes: now.active_bytes,
            ready_sectors: now.ready_sectors,
            records_before_erase: now.records_before_erase,
        };
        give(space, pj)
    })
}

/// The room for what must not be dropped, in bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_room {
    /// Taken by unsettled batches and open payments.
    pub kept: u32,
    /// Set aside so that every open payment can be ended.
    pub reserved: u32,
    /// The most that both together may take.
    pub limit: u32,
    /// Payments open now.
    pub open_items: u32,
    /// Payments that can be open at a time.
    pub items_limit: u32,
    /// Typical payments that can still be begun and kept.
    pub payments_left: u32,
    /// 1: time to settle.
    pub nearly_full: i32,
}

/// What is taken, set aside and left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_room(
    journal: *mut pj_journal,
    room: Option<&mut MaybeUninit<pj_room>>,
) -> i32 {
    with!(journal, |j| {
        let now = j.room();
        let pj = pj_room {
            kept: now.kept,
            reserved: now.reserved,
            limit: now.limit,
            open_items: now.open_items as u32,
            items_limit: now.items_limit as u32,
            payments_left: now.payments_left,
            nearly_full: now.is_nearly_full().into(),
        };
        give(room, pj)
    })
}

/// Payments are taken.
pub const PJ_PHASE_OPEN: i32 = 0;
/// Locked, no 0500 sent: can still be called off.
pub const PJ_PHASE_FROZEN: i32 = 1;
/// A 0500 was sent or was about to be.
pub const PJ_PHASE_SENT: i32 = 2;
/// Each record is uploaded.
pub const PJ_PHASE_UPLOADING: i32 = 3;
/// The host is done; the batch has to be closed here.
pub const PJ_PHASE_ENDED: i32 = 4;

/// The running totals of a book.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct pj_x_totals {
    /// The batch that takes new business.
    pub batch: u32,
    /// PJ_PHASE_...
    pub phase: i32,
    /// Payments that are open.
    pub open: u32,
    /// Of these, those that an operator has to look at.
    pub unresolved: u32,
    /// Of these, voids in doubt, whose originals a settlement leaves out.
    pub withheld: u32,
    /// Payments that completed too late to count in their batch.
    pub uncounted: pj_tally,
    /// What completed in the batch.
    pub totals: pj_totals,
    /// What a settlement would say now.
    pub settlement: pj_totals,
}

/// The running totals of a book (X).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_x_totals(
    journal: *mut pj_journal,
    book: u32,
    totals: Option<&mut MaybeUninit<pj_x_totals>>,
) -> i32 {
    with!(journal, |j| {
        let x = j.x_totals(book_number(book)?)?;
        let pj = pj_x_totals {
            batch: x.batch.get(),
            phase: u8::from(x.phase).into(),
            open: x.open,
            unresolved: x.unresolved,
            withheld: x.withheld,
            uncounted: x.uncounted.into(),
            totals: (&x.totals).into(),
            settlement: (&x.settlement).into(),
        };
        give(totals, pj)
    })
}

/// The figures of the batch that was closed last (Z). Returns its number, or 0: none was. Reads the whole
/// log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_z_totals(
    journal: *mut pj_journal,
    book: u32,
    totals: Option<&mut MaybeUninit<pj_totals>>,
) -> i32 {
    with!(journal, |j| {
        let out = need(totals)?;
        let Some(freeze) = j.z_totals(book_number(book)?)? else { return Ok(0) };
        out.write((&freeze.totals).into());
        // A batch has at most six digits.
        Ok(freeze.batch.get() as i32)
    })
}

/// From when on every payment can be looked up.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct pj_retention {
    /// 1: nothing was ever reclaimed.
    pub all: i32,
    /// Payments that can be looked up.
    pub payments: u32,
    /// The oldest of them; 0: there is none.
    pub from: u32,
    /// Whole days from the oldest to the newest; -1: the clock cannot tell.
    pub days: i64,
    /// When the oldest was; clock PJ_CLOCK_UNSET: nobody knows.
    pub since: pj_moment,
    /// When the newest was.
    pub until: pj_moment,
}

/// It reaches back far enough.
pub const PJ_KEPT_ENOUGH: i32 = 0;
/// Not yet: the terminal is new.
pub const PJ_KEPT_NOT_YET: i32 = 1;
/// It does not: the region is too small for this trade.
pub const PJ_KEPT_TOO_LITTLE: i32 = 2;
/// The clock cannot tell.
pub const PJ_KEPT_UNKNOWN: i32 = 3;

/// From when on every payment can be looked up, and whether that is `days` days (15 are advised): returns
/// PJ_KEPT_... `retention` may be NULL. Reads the whole log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_retention(
    journal: *mut pj_journal,
    days: u32,
    retention: Option<&mut MaybeUninit<pj_retention>>,
) -> i32 {
    with!(journal, |j| {
        let found = j.retention();
        if let Some(retention) = retention {
            retention.write(pj_retention {
                all: found.all.into(),
                payments: found.payments,
                from: found.from.map_or(0, |seq| seq.0),
                days: found.days().map_or(-1, i64::from),
                since: found.since.unwrap_or_default().into(),
                until: found.until.unwrap_or_default().into(),
            });
        }
        Ok(match found.keeps(days) {
            Kept::Enough => PJ_KEPT_ENOUGH,
            Kept::NotYet => PJ_KEPT_NOT_YET,
            Kept::TooLittle { .. } => PJ_KEPT_TOO_LITTLE,
            Kept::Unknown => PJ_KEPT_UNKNOWN,
        })
    })
}

/// What stops a payment of this kind, without the numbers: PJ_OK, PJ_ERR_SETTLEMENT, PJ_ERR_REVERSAL and so
/// on. pj_may_start looks at more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pj_blocked(journal: *mut pj_journal, book: u32, kind: i32) -> i32 {
    with!(journal, |j| match j.blocked(book_number(book)?, coded(kind)?) {
        Some(block) => Err(crate::journal::Error::Blocked(block).into()),
        None => Ok(0),
    })
}
