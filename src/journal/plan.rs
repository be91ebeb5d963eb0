//! What a region of flash is enough for: payments, days, wear. Arithmetic, before a chip is bought.
//!
//! | question | answer |
//! |---|---|
//! | how many payments does one batch hold? | [`Plan::unsettled`]: then `begin` refuses the next until the batch is settled |
//! | how many payments can be looked up? | [`Plan::least_kept`] to [`Plan::most_kept`], the older ones with closed batches |
//! | for how many days is that? | [`Plan::days_kept`] |
//! | how often is a sector erased? | [`Plan::erases`] |
//! | when is the chip worn? | [`Plan::days_until_worn`] |
//!
//! The records of a day are laid through the log's own layout until the ring has gone round; what is
//! needed of a sector that is given up is carried, as the log does it. `tests/plan.rs` compares it with
//! journals that are really filled.
//!
//! ```
//! use pos_journal::journal::plan::{Plan, Site, Trade};
//! const PLAN: Plan = match Plan::of(&Site::new(256 * 1024, 4096), &Trade::a_day(300)) {
//!     Ok(plan) => plan,
//!     Err(_) => panic!("the region and the chip do not go together"),
//! };
//! const _: () = assert!(PLAN.unsettled >= 500, "a batch of 500 payments must fit");
//! ```

use super::room::{FRAME_OVERHEAD, checkpoint_bytes, sector_bytes};
use crate::ledger::closing_bytes;
use crate::log::{BadShape, Chip, Layout, Settings};
use crate::record::{MAX_RECORD, TransactionKind};

/// Days for which evidence of closed batches should be there: complaints come one to four working
/// days later, holidays last eight, and a margin.
pub const EVIDENCE_DAYS: u32 = 15;

/// A region on a chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Bytes of the region.
    pub region: u32,
    /// Bytes that are erased at a time.
    pub erase: u32,
    /// Bytes that are programmed at a time.
    pub write: u32,
    /// Bytes of a log sector; 0: chosen as [`Journal::settings`](super::Journal::settings) does.
    pub log_sector: u32,
}

impl Site {
    /// A region on a serial NOR chip, which programs single bytes.
    #[must_use]
    pub const fn new(region: u32, erase: u32) -> Self {
        Site { region, erase, write: 1, log_sector: 0 }
    }
}

/// An intent of a terminal that has been up for a while, with a card and no reference. Numbers have
/// six digits, as nearly all have.
const INTENT: u16 = 34;
/// The answer to it, with code, RRN and authorization code.
const OUTCOME: u16 = 20;

/// What a payment writes: the payloads of its records, and which of them are kept until its batch is
/// settled. 0: no record.
type Writes = [(u16, bool); 5];

/// Payloads of a contactless or magnetic sale.
const CONTACTLESS: Writes = [(INTENT, true), (OUTCOME, true), (0, false), (0, false), (0, false)];
/// A contact chip's, with 83 bytes of DE55 when it is complete.
const CHIP: Writes = [(INTENT, true), (OUTCOME, true), (91, true), (0, false), (0, false)];
/// A QR payment's with an order number of 32 characters, asked about once.
const QR: Writes = [(INTENT + 27, true), (10, true), (OUTCOME, true), (0, false), (0, false)];
/// What is written in place of the answer when none comes: no answer, attempt, its answer.
const REVERSED: [(u16, bool); 3] = [(11, true), (11, false), (7, true)];

/// What is written when a batch is closed: totals, 0500, its answer, closed.
const SETTLEMENT: [u16; 4] = [30, 8, 8, 7];
/// A usual checkpoint with the commit's head: one book, nothing open.
const CHECKPOINT: usize = 64;
/// A boot frame: where the log ended, and the last record again.
const BOOT: usize = 24;

/// What goes through a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Payments a day.
    pub per_day: u32,
    /// Of all payments so many parts are contactless or magnetic,
    pub contactless: u32,
    /// so many by contact chip,
    pub chip: u32,
    /// so many by QR code.
    pub qr: u32,
    /// Of a thousand card payments so many are not answered, and reversed.
    pub reversed: u32,
    /// Characters of the cash register's reference; 0: none.
    pub reference: u32,
    /// Starts of the terminal a day.
    pub boots: u32,
    /// Batches settled a day.
    pub batches: u32,
}

impl Trade {
    /// So many payments a day, three of five contactless, the others chip and QR, one in a hundred
    /// reversed; one start and one settlement a day.
    #[must_use]
    pub const fn a_day(per_day: u32) -> Self {
        Trade {
            per_day,
            contactless: 60,
            chip: 20,
            qr: 20,
            reversed: 10,
            reference: 13,
            boots: 1,
            batches: 1,
        }
    }
}

/// What a region is enough for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How the log lies on the region.
    pub layout: Layout,
    /// Payments that one batch can hold: when they are begun, the batch has to be settled.
    pub unsettled: u32,
    /// Payments that can be looked up, right after a sector was opened.
    pub least_kept: u32,
    /// Payments that can be looked up, right before one is opened; both on average.
    pub most_kept: u32,
    /// Bytes that a payment writes, on average, in hundredths.
    pub payment_bytes_100: u32,
    /// Sectors that are opened in a thousand days.
    pub openings_1000: u64,
    /// Erases in a thousand days: one for each opening and, since what an earlier start erased is not
    /// trusted, one for each spare and start.
    pub erases_1000: u64,
    trade: Trade,
}

/// Sectors of a ring that are followed one by one. In larger ones nothing is carried.
const FOLLOWED: usize = 64;
/// Frames after which the arithmetic has seen enough.
const ENOUGH: u32 = 60_000;

/// A number in a ring. No ring is empty; nor may this panic, for all that the compiler knows.
const fn within(number: usize, ring: usize) -> usize {
    match number.checked_rem(ring) {
        Some(number) => number,
        None => 0,
    }
}

/// A quotient; of what nothing is divided by, nothing.
const fn quotient(number: u64, by: u64) -> u64 {
    match number.checked_div(by) {
        Some(quotient) => quotient,
        None => 0,
    }
}

/// The log as it fills.
struct Fill {
    layout: Layout,
    end: u32,
    /// Sectors opened.
    opened: u32,
    frames: u32,
    /// Bytes that are needed, by sector: of the open batch.
    needed: [u32; FOLLOWED],
    /// Sectors of the ring.
    ring: usize,
    /// The sector that is written.
    at: usize,
}

impl Fill {
    const fn put(&mut self, payload: usize) {
        self.frames += 1;
        match self.layout.place(self.end, payload) {
            Some(at) => self.end = at + self.layout.frame_len(at, payload),
            None => {
                self.open();
                if let Some(at) = self.layout.place(self.end, payload) {
                    self.end = at + self.layout.frame_len(at, payload);
                }
            }
        }
    }

    /// The next sector: what is needed of the next spare is copied, then comes the checkpoint.
    const fn open(&mut self) {
        let layout = self.layout;
        self.opened += 1;
        self.end = layout.first_frame();
        let mut carried = 0;
        if self.ring <= FOLLOWED {
            self.at = within(self.at + 1, self.ring);
            let victim = within(self.at + layout.spares() as usize, self.ring);
            carried = if victim == self.at { 0 } else { take(&mut self.needed, victim) };
            add(&mut self.needed, self.at, carried);
        }
        self.end += carried;
        self.commit();
        if layout.sectors() == 2 {
            if let Some(next) = layout.next_stripe(self.end - 1) {
                self.end = next;
            }
            self.commit();
        }
    }

    const fn commit(&mut self) {
        if let Some(at) = self.layout.place(self.end, CHECKPOINT) {
            self.end = at + self.layout.frame_len(at, CHECKPOINT);
        }
    }

    /// A record, and whether it is kept until its batch is settled.
    const fn record(&mut self, payload: u16, kept: bool) {
        if payload == 0 {
            return;
        }
        self.put(payload as usize);
        if kept && self.ring <= FOLLOWED {
            add(&mut self.needed, self.at, self.layout.copy_bytes(payload as usize));
        }
    }

    /// A start: two boot frames at the next two anchors.
    const fn boot(&mut self) {
        let anchor = self.layout.anchor();
        let first = self.layout.anchor_at_or_after(self.end);
        if first + 2 * anchor > self.layout.sector_bytes() {
            self.open();
        } else {
            self.end = first + anchor;
            self.end += self.layout.frame_len(self.end, BOOT);
        }
    }

    /// Sectors filled, in thousandths, and the payments in them.
    const fn spent(&self, payments: u32) -> (u64, u32) {
        let first = self.layout.first_frame();
        let room = (self.layout.room_end() - first) as u64;
        let part = quotient(self.end.saturating_sub(first) as u64 * 1000, room);
        (self.opened as u64 * 1000 + part, payments)
    }

    const fn settle(&mut self) {
        let mut i = 0;
        while i < SETTLEMENT.len() {
            self.record(at(&SETTLEMENT, i), false);
            i += 1;
        }
        self.needed = [0; FOLLOWED];
    }
}

const fn add(to: &mut [u32; FOLLOWED], at: usize, more: u32) {
    if at < FOLLOWED {
        let (_, rest) = to.split_at_mut(at);
        if let Some(place) = rest.first_mut() {
            *place += more;
        }
    }
}

const fn take(from: &mut [u32; FOLLOWED], at: usize) -> u32 {
    if at >= FOLLOWED {
        return 0;
    }
    let (_, rest) = from.split_at_mut(at);
    match rest.first_mut() {
        Some(place) => core::mem::replace(place, 0),
        None => 0,
    }
}

const fn at(list: &[u16], index: usize) -> u16 {
    let (_, rest) = list.split_at(if index < list.len() { index } else { list.len() });
    match rest.first() {
        Some(value) => *value,
        None => 0,
    }
}

/// With a reference in its intent.
const fn with_reference(writes: Writes, characters: u32) -> Writes {
    let [(intent, kept), a, b, c, d] = writes;
    let more = if characters == 0 { 0 } else { characters as u16 + 1 };
    [(intent + more, kept), a, b, c, d]
}

/// The records of a payment that is not answered: its intent, then what the reversal takes.
const fn reversed(writes: Writes) -> Writes {
    let [intent, ..] = writes;
    let [none, attempt, answer] = REVERSED;
    [intent, none, attempt, answer, (0, false)]
}

/// Deals kinds and reversals out evenly, by their shares.
struct Dealer {
    trade: Trade,
    dealt: u32,
    chips: u64,
    qrs: u64,
    reversals: u64,
}

impl Dealer {
    /// The next payment's records.
    const fn next(&mut self) -> Writes {
        with_reference(self.deal(), self.trade.reference)
    }

    const fn deal(&mut self) -> Writes {
        let trade = self.trade;
        let parts = trade.contactless as u64 + trade.chip as u64 + trade.qr as u64;
        let parts = if parts == 0 { 1 } else { parts };
        self.dealt += 1;
        let dealt = self.dealt as u64;
        let writes = if self.qrs * parts < dealt * trade.qr as u64 {
            self.qrs += 1;
            return QR;
        } else if self.chips * parts < dealt * trade.chip as u64 {
            self.chips += 1;
            CHIP
        } else {
            CONTACTLESS
        };
        if self.reversals * 1000 < dealt * trade.reversed as u64 {
            self.reversals += 1;
            return reversed(writes);
        }
        writes
    }
}

impl Plan {
    /// What a region is enough for, of the journal as [`Journal`](super::Journal) is without other
    /// numbers: 16 open payments, 4 books.
    ///
    /// # Errors
    /// [`BadShape`]: the region and the chip do not go together.
    pub const fn of(site: &Site, trade: &Trade) -> Result<Self, BadShape> {
        Self::of_journal::<16, 4, 256>(site, trade)
    }

    /// What a region is enough for, of a journal with these numbers.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub const fn of_journal<const ITEMS: usize, const BOOKS: usize, const FRAME: usize>(
        site: &Site,
        trade: &Trade,
    ) -> Result<Self, BadShape> {
        let checkpoint = checkpoint_bytes::<ITEMS, BOOKS, FRAME>();
        let log_sector = match site.log_sector {
            0 => sector_bytes(checkpoint, site.erase, FRAME),
            bytes => bytes,
        };
        let settings = Settings { sector_bytes: log_sector, ..Settings::new() };
        let chip = Chip { write: site.write, read: 1, erase: site.erase };
        match settings.layout_on(chip, site.region, FRAME) {
            Ok(layout) if layout.sector_bytes() / 2 < checkpoint => Err(BadShape::SectorBytes),
            Ok(layout) => Ok(Self::on(layout, checkpoint, *trade)),
            Err(bad) => Err(bad),
        }
    }

    const fn on(layout: Layout, checkpoint: u32, trade: Trade) -> Self {
        let (unsettled, payment_bytes_100) = unsettled(&layout, checkpoint, trade);
        let filled = filled(layout, trade, unsettled);
        let records = layout.sectors() - layout.spares() - 1;
        let least = filled.payments_1000 * records as u64 / 1000;
        let most = filled.payments_1000 * (records as u64 + 1) / 1000;
        let days = filled.days_1000;
        let openings_1000 = match (filled.sectors_1000 * 1000).checked_div(days) {
            Some(openings) => openings,
            None => 0,
        };
        let again = trade.boots as u64 * layout.spares() as u64 * 1000;
        Plan {
            layout,
            unsettled,
            least_kept: least as u32,
            most_kept: most as u32,
            payment_bytes_100,
            openings_1000,
            erases_1000: openings_1000 + again,
            trade,
        }
    }

    /// Whole days for which every payment can be looked up: at the least.
    #[must_use]
    pub const fn days_kept(&self) -> u32 {
        match self.least_kept.checked_div(self.trade.per_day) {
            Some(days) => days,
            None => u32::MAX,
        }
    }

    /// Whether the batches of a day fit, each before it is settled.
    #[must_use]
    pub const fn batch_fits(&self) -> bool {
        let batches = if self.trade.batches == 0 { 1 } else { self.trade.batches };
        self.trade.per_day.div_ceil(batches) <= self.unsettled
    }

    /// With two sectors the log goes to and fro between them: when one is opened, the closed batches
    /// of the other are gone.
    #[must_use]
    pub const fn is_ping_pong(&self) -> bool {
        self.layout.sectors() == 2
    }

    /// How often each sector is erased in so many years: they take turns.
    #[must_use]
    pub const fn erases(&self, years: u32) -> u64 {
        let all = self.erases_1000 * years as u64 * 365 / 1000;
        all.div_ceil(self.layout.sectors() as u64)
    }

    /// Days until each sector has been erased so many times.
    #[must_use]
    pub const fn days_until_worn(&self, cycles: u32) -> u64 {
        let all = cycles as u64 * self.layout.sectors() as u64 * 1000;
        match all.checked_div(self.erases_1000) {
            Some(days) => days,
            None => u64::MAX,
        }
    }
}

/// How many payments `begin` lets into one batch, and the bytes that one writes in hundredths.
const fn unsettled(layout: &Layout, checkpoint: u32, trade: Trade) -> (u32, u32) {
    const DEALT: u32 = 1000;
    let mut dealer = Dealer { trade, dealt: 0, chips: 0, qrs: 0, reversals: 0 };
    let (mut kept, mut written) = (0u64, 0u64);
    while dealer.dealt < DEALT {
        let writes = dealer.next();
        let mut rest = writes.as_slice();
        while let Some(((payload, is_kept), more)) = rest.split_first() {
            if *payload > 0 {
                written += layout.round_up(*payload as u32 + 6) as u64;
                kept += if *is_kept { layout.copy_bytes(*payload as usize) as u64 } else { 0 };
            }
            rest = more;
        }
    }
    let limit = layout.keep_limit(checkpoint, 0);
    let overhead = FRAME_OVERHEAD + layout.unit() - 1;
    let begin = layout.copy_bytes(MAX_RECORD) + closing_bytes(TransactionKind::Sale, overhead);
    let most = match limit.checked_sub(begin) {
        // The last one begins when exactly what it may need is left.
        Some(free) => quotient(free as u64 * DEALT as u64, kept) + 1,
        None => 0,
    };
    (most as u32, (written * 100 / DEALT as u64) as u32)
}

/// What a log that is full holds, by the sector.
struct Filled {
    /// Payments, in thousandths of one.
    payments_1000: u64,
    /// Sectors that were filled meanwhile, in thousandths of one.
    sectors_1000: u64,
    /// Days that it took, in thousandths.
    days_1000: u64,
}

/// Days of trade, until the ring has gone round twice or enough is seen.
const fn filled(layout: Layout, trade: Trade, unsettled: u32) -> Filled {
    let mut log = Fill {
        layout,
        end: layout.room_end(),
        opened: 0,
        frames: 0,
        needed: [0; FOLLOWED],
        ring: layout.sectors() as usize,
        at: 0,
    };
    let mut dealer = Dealer { trade, dealt: 0, chips: 0, qrs: 0, reversals: 0 };
    // What does not fit into a batch has to be settled before.
    let batch = trade.per_day.div_ceil(if trade.batches == 0 { 1 } else { trade.batches });
    let batch = if batch > unsettled { unsettled } else { batch };
    let batch = if batch == 0 { 1 } else { batch };
    let per_boot = match trade.per_day.checked_div(trade.boots) {
        Some(0) => 1,
        Some(payments) => payments,
        None => u32::MAX,
    };
    log.open();
    // Once round the ring, until as much is carried as ever.
    let mut from = (0, 0);
    let mut round = 0;
    while round < 2 && log.frames < ENOUGH {
        pay(&mut log, &mut dealer);
        if dealer.dealt.is_multiple_of(batch) {
            log.settle();
        }
        if dealer.dealt.is_multiple_of(per_boot) {
            log.boot();
        }
        if log.opened > (round + 1) * layout.sectors() {
            round += 1;
            from = if round == 1 { log.spent(dealer.dealt) } else { from };
        }
    }
    let (to_1000, dealt) = log.spent(dealer.dealt);
    let (from_1000, first) = from;
    let (sectors_1000, dealt) = (to_1000 - from_1000, (dealt - first) as u64);
    Filled {
        payments_1000: match (dealt * 1_000_000).checked_div(sectors_1000) {
            Some(payments) => payments,
            None => 0,
        },
        sectors_1000,
        days_1000: match (dealt * 1000).checked_div(trade.per_day as u64) {
            Some(days) => days,
            None => 0,
        },
    }
}

const fn pay(log: &mut Fill, dealer: &mut Dealer) {
    let writes = dealer.next();
    let mut rest = writes.as_slice();
    while let Some(((payload, kept), more)) = rest.split_first() {
        log.record(*payload, *kept);
        rest = more;
    }
}
