//! A sector's events, handed to the tenant.

use heapless::Vec;

use super::Spare;
use super::event::Event;
use super::format::{Loss, kind};
use super::layout::Layout;
use super::report::{Lost, MountReport, ReadOnly};
use super::tenant::{Entry, Tenant};

/// Listens to a walk on behalf of a tenant.
pub(super) struct Reader<'a, T> {
    pub tenant: &'a mut T,
    pub report: &'a mut MountReport,
    pub layout: Layout,
    pub sector: u32,
    pub onto: Option<u32>,
    pub opened: bool,
    pub used: bool,
    pub whole: bool,
    pub parts: u8,
    pub broken: bool,
    pub prev: Option<(u32, u32)>,
    pub spares: Vec<Spare, 2>,
    pub read_only: Option<ReadOnly>,
}

impl<T: Tenant> Reader<'_, T> {
    pub fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Part { payload } => self.part(payload),
            Event::Commit { head, entries } => {
                self.opened = true;
                self.prev = Some((head.prev_epoch, head.prev_end));
                self.spares.clear();
                head.spares.iter().flatten().for_each(|&s| self.spare(u32::from(s)));
                self.commit(head.parts, entries);
            }
            Event::Record { seq, kind, payload, at } => {
                (self.opened, self.used) = (true, true);
                if self.whole {
                    let bytes = self.layout.copy_bytes(payload.len());
                    self.tenant.replay(Entry { seq, kind, payload, at, bytes, carried: false });
                }
            }
            // Before the commit the checkpoint that follows knows the new places already.
            Event::Copy { seq, kind, payload, at } => {
                if self.whole && (self.opened || self.onto.is_some()) {
                    let bytes = self.layout.copy_bytes(payload.len());
                    let entry = Entry { seq, kind, payload, at, bytes, carried: true };
                    // The last record of the sector before may only be readable here.
                    if self.onto == Some(seq) {
                        self.onto = Some(seq.saturating_add(1));
                        self.tenant.replay(entry);
                    } else if let Some(key) = self.tenant.key(&entry) {
                        self.tenant.moved(key, at);
                    }
                }
            }
            Event::Freed { sector } => self.spare(sector),
            Event::Loss(Loss { from, to, perhaps }) => {
                if self.whole && (self.opened || self.onto.is_some()) {
                    self.tenant.lost(from, to, perhaps);
                }
                self.report.forget_lost(from, to);
            }
            Event::Missing { from, to, off } => {
                let at = self.layout.address(self.sector, off);
                self.report.note_lost(Lost { from, to, at, perhaps: false });
            }
            Event::Damage { off } => {
                self.report.note_damage(self.layout.address(self.sector, off));
            }
            Event::Unknown { kind } if kind & kind::CRITICAL != 0 => {
                self.read_only = Some(ReadOnly::UnknownCritical(kind));
            }
            Event::Unknown { .. } => self.report.unknown = self.report.unknown.saturating_add(1),
        }
    }

    /// A sector that holds nothing needed, as a commit or a freed frame names it. It is erased
    /// because of that: never the active one, and each one once.
    fn spare(&mut self, sector: u32) {
        let is_other = sector != self.sector && sector < self.layout.sectors();
        if is_other && !self.spares.iter().any(|s| s.sector == sector) {
            let _ = self.spares.push(Spare { sector, ready: None });
        }
    }

    fn part(&mut self, payload: &[u8]) {
        let Some((&index, entries)) = payload.split_first() else { return };
        if self.whole {
            return;
        }
        if index == 0 {
            self.tenant.reset();
            self.parts = 0;
            self.broken = false;
        }
        self.broken |= index != self.parts;
        self.parts = self.parts.saturating_add(1);
        self.restore(entries);
    }

    /// Hands every entry of a checkpoint frame to the tenant. The frame's CRC was right, so what the
    /// tenant cannot take was written by newer firmware or for a larger tenant: nothing may be
    /// written over it.
    fn restore(&mut self, mut entries: &[u8]) {
        while let Some((&len, rest)) = entries.split_first() {
            let Some((entry, rest)) = rest.split_at_checked(usize::from(len)) else {
                self.broken = true;
                return;
            };
            if !self.tenant.restore(entry) {
                self.broken = true;
                self.read_only = self.read_only.or(Some(ReadOnly::UnknownCheckpoint));
            }
            entries = rest;
        }
    }

    fn commit(&mut self, parts: u8, entries: &[u8]) {
        if self.whole {
            return;
        }
        if parts == 0 {
            self.tenant.reset();
            self.parts = 0;
            self.broken = false;
        }
        self.restore(entries);
        self.whole = parts == self.parts && !self.broken;
        self.parts = 0;
    }
}
