//! What the records say: replayed, sector by sector, through the same ledger that firmware has.
//!
//! A run begins with a whole checkpoint. From there on every record must be one that the ledger
//! takes, and each later checkpoint must be what the records add up to: a record that was changed,
//! dropped or invented, with a CRC that fits, shows as a checkpoint that differs. Behind a loss
//! nothing can be compared until the next checkpoint, from which the run goes on.

use super::frames::FRAME_MAX;
use super::outline::Ear;
use super::sectors::Sector;
use super::{Class, Finding, Image, Ledger, Spot};
use crate::ledger::{Change, ItemState, Placed, checkpoint_version};
use crate::log::parts::{Event, Held, Walk, event};
use crate::log::{CommitHead, Loss, kind};
use crate::record::{CRITICAL, DecodeError, Place, Record, Seq};

/// Replays a dump.
pub(super) struct Replay<'i, 'a, 'e> {
    image: &'i Image<'a>,
    ear: &'e mut Ear,
    ledger: Option<Box<Ledger>>,
    /// A checkpoint being read.
    pending: Box<Ledger>,
    parts: u8,
    broken: bool,
    /// The version of its entries.
    version: u8,
    /// Nothing is lost since the run began or since its last checkpoint.
    trusted: bool,
    /// The sector being read.
    sector: u32,
    records: u32,
    unknown: u32,
    findings: Vec<Finding>,
}

impl<'i, 'a, 'e> Replay<'i, 'a, 'e> {
    pub fn new(image: &'i Image<'a>, ear: &'e mut Ear) -> Self {
        Replay {
            image,
            ear,
            ledger: None,
            pending: Box::default(),
            parts: 0,
            broken: false,
            version: 0,
            trusted: false,
            sector: 0,
            records: 0,
            unknown: 0,
            findings: Vec::new(),
        }
    }

    /// Replays a sector. `ended`: where the next sector's commit says that it ended. `follows`: it
    /// was opened when the sector replayed before it was full.
    pub fn sector(&mut self, sector: &Sector<'_>, ended: Option<u32>, follows: bool) {
        if !follows {
            self.ledger = None;
            self.trusted = false;
        }
        self.sector = sector.index;
        self.parts = 0;
        self.broken = true;
        let mut medium = self.image.medium();
        let (mut buf, mut hold) = ([0; FRAME_MAX], [0; FRAME_MAX]);
        let walk = Walk {
            medium: &mut medium,
            sector: sector.index,
            epoch: sector.epoch,
            buf: &mut buf,
            hold: &mut hold,
        };
        let walked = walk.run(&mut |_: &mut _, event| self.take(event));
        let held = walked.held.filter(|held| counts(held, ended));
        if let Some(held) = &held {
            self.take(event(held, hold.get(..held.len).unwrap_or_default()));
        }
        let reached = held.map_or(walked.proven_end, |held| held.end);
        self.trusted &= ended.is_none_or(|end| end == reached);
    }

    /// Tells what was found, and the ear where everything stands.
    pub fn finish(self, findings: &mut Vec<Finding>) -> (u32, u32) {
        findings.extend(self.findings);
        if let Some(ledger) = &self.ledger {
            self.ear.ledger(ledger);
        } else if self.records > 0 {
            findings.push(Finding::new(
                Class::Checkpoint,
                "no whole checkpoint leads to the newest records: they were not checked against \
                 the rules",
            ));
        }
        (self.records, self.unknown)
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Part { payload } => self.part(payload),
            Event::Commit { head, entries } => self.commit(head, entries),
            Event::Record { seq, kind, payload, at } => self.record((seq, at), kind, payload),
            Event::Copy { seq, kind, payload, at, .. } => self.copy((seq, at), kind, payload),
            Event::Loss(loss) => self.lost(loss),
            Event::Missing { .. } | Event::Damage { .. } => self.trusted = false,
            Event::Unknown { kind } if kind & kind::CRITICAL != 0 => {
                let text = format!(
                    "a critical frame of kind {kind:#04x}, which this program does not know: use a \
                     newer one"
                );
                self.find(Class::UnknownKind, text);
            }
            Event::Unknown { .. } => self.unknown = self.unknown.saturating_add(1),
            Event::Freed { .. } => {}
        }
    }

    /// By how much counters were raised depends on how many payments the firmware has room for.
    fn lost(&mut self, Loss { from, to, perhaps }: Loss) {
        self.trusted = false;
        if let Some(ledger) = &mut self.ledger {
            ledger.lost(Seq(from), Seq(to), perhaps);
        }
    }

    fn find(&mut self, class: Class, text: String) {
        let at = self.image.spot(self.sector, self.image.layout().first_frame());
        self.findings.push(Finding::new(class, text).at(at));
    }

    fn find_at(&mut self, class: Class, (seq, at): (u32, u32), text: String) {
        let at = self.spot(at);
        self.findings.push(Finding::new(class, text).at(at).seqs(seq, seq));
    }

    fn spot(&self, address: u32) -> Spot {
        let (sector, offset) = self.image.layout().locate(address);
        Spot { sector, offset, address }
    }

    fn begin_checkpoint(&mut self) {
        self.pending.reset();
        self.parts = 0;
        self.broken = false;
    }

    fn part(&mut self, payload: &[u8]) {
        let Some((&index, entries)) = payload.split_first() else { return };
        if index == 0 {
            self.begin_checkpoint();
        }
        self.broken |= index != self.parts;
        self.parts = self.parts.saturating_add(1);
        self.restore(entries);
    }

    fn restore(&mut self, mut entries: &[u8]) {
        while let Some((&len, rest)) = entries.split_first() {
            let Some((entry, rest)) = rest.split_at_checked(usize::from(len)) else {
                self.broken = true;
                return;
            };
            self.version = checkpoint_version(entry).unwrap_or(self.version);
            if let Err(why) = self.pending.restore_entry(entry) {
                self.broken = true;
                self.find(Class::Checkpoint, format!("a checkpoint entry cannot be read: {why}"));
            }
            entries = rest;
        }
    }

    fn commit(&mut self, head: CommitHead, entries: &[u8]) {
        if head.parts == 0 {
            self.begin_checkpoint();
        }
        self.restore(entries);
        let is_whole = head.parts == self.parts && !self.broken;
        self.parts = 0;
        self.broken = true;
        if !is_whole {
            let text = format!("the checkpoint of sector {} is not whole", self.sector);
            return self.find(Class::Checkpoint, text);
        }
        // An older version said less: only that is compared.
        if let Some(ledger) = &mut self.ledger {
            ledger.forget_newer(self.version);
        }
        if let Some(ledger) = &self.ledger
            && self.trusted
            && **ledger != *self.pending
        {
            let text = format!(
                "the checkpoint of sector {} is not what the records before it add up to: {}",
                self.sector,
                difference(ledger, &self.pending)
            );
            self.find(Class::Checkpoint, text);
        }
        // What the other one holds is forgotten when the next checkpoint begins.
        core::mem::swap(self.ledger.get_or_insert_default(), &mut self.pending);
        self.trusted = true;
    }

    fn record(&mut self, at: (u32, u32), kind: u8, payload: &[u8]) {
        self.records = self.records.saturating_add(1);
        let record = match Record::decode(kind, payload) {
            Ok(record) => record,
            Err(error) => return self.unreadable(at, error),
        };
        let (seq, address) = at;
        self.ear.record(seq, self.spot(address), false, &record);
        let cost = self.image.layout().copy_bytes(payload.len());
        let placed = Placed { seq: Seq(seq), place: Place(address), cost };
        let Some(ledger) = &mut self.ledger else { return };
        let change = match ledger.apply(placed, &record) {
            Ok(change) => Ok(change),
            Err(why) if self.trusted => {
                // The same one that firmware would believe, so that it is told once.
                let change = ledger.follow(placed, &record);
                self.find_at(Class::Refused, at, format!("{} refused: {why}", record.name()));
                change
            }
            Err(_) => ledger.follow(placed, &record),
        };
        match change {
            Ok(Change::Item { item, to, .. }) => self.ear.state(item, to),
            Ok(Change::Offline { item, to, sale, .. }) => {
                self.ear.state(item, to);
                self.ear.state(sale, ItemState::Stored);
            }
            Err(why) if !self.trusted => {
                let text =
                    format!("{} after a loss, nothing can be made of it: {why}", record.name());
                self.find_at(Class::Refused, at, text);
            }
            _ => {}
        }
    }

    fn unreadable(&mut self, at: (u32, u32), error: DecodeError) {
        let kind = error.kind();
        match error {
            DecodeError::UnknownKind(_) if kind & CRITICAL == 0 => {
                self.unknown = self.unknown.saturating_add(1);
            }
            DecodeError::UnknownKind(_) => {
                let text = format!(
                    "a critical record of kind {kind:#04x}, which this program does not know: use \
                     a newer one"
                );
                self.find_at(Class::UnknownKind, at, text);
            }
            _ => self.find_at(Class::Malformed, at, error.to_string()),
        }
    }

    /// A carried record: it changes nothing but where it lies.
    fn copy(&mut self, at: (u32, u32), kind: u8, payload: &[u8]) {
        let (seq, address) = at;
        let record = match Record::decode(kind, payload) {
            Ok(record) => record,
            Err(error) => return self.unreadable(at, error),
        };
        self.ear.record(seq, self.spot(address), true, &record);
        let Some(ledger) = &mut self.ledger else { return };
        let (item, reopened) = match &record {
            Record::Intent(_) | Record::OfflineApproved(_) => (Seq(seq), false),
            Record::Reopen(reopen) => (reopen.item, true),
            _ => return,
        };
        if ledger.item(item).is_some_and(|open| open.is_reopened() == reopened) {
            ledger.moved(item, Place(address));
        }
    }
}

/// Whether the last frame of a sector counts: a carried copy or a freed sector that may yet vanish
/// does not.
fn counts(held: &Held, ended: Option<u32>) -> bool {
    match ended {
        Some(end) => held.end == end,
        None => !matches!(held.kind, kind::COPY | kind::FREED | kind::PART),
    }
}

/// The first thing in which two ledgers differ.
fn difference(replayed: &Ledger, written: &Ledger) -> String {
    for book in 0..super::BOOKS as u8 {
        let figures = |l: &Ledger| {
            let batch = l.batch(book).ok();
            (batch, l.phase(book).ok(), l.totals(book).ok().cloned())
        };
        if figures(replayed) != figures(written) {
            return format!("batch, phase or totals of book {book}");
        }
        let counters = |l: &Ledger| (l.next_stan(book).ok(), l.next_invoice(book).ok());
        if counters(replayed) != counters(written) {
            return format!("STAN or invoice number of book {book}");
        }
    }
    for item in replayed.items().chain(written.items()) {
        let (a, b) = (replayed.item(item.seq()), written.item(item.seq()));
        if a.map(|i| i.state()) != b.map(|i| i.state()) {
            return format!("the state of payment {}", item.seq());
        }
        if a != b {
            return format!("the particulars of payment {}", item.seq());
        }
    }
    if replayed.last() != written.last() {
        return "the newest payment".into();
    }
    "room set aside".into()
}
