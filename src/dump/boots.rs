//! What boot frames rule: which bytes never counted, and whether the two of a boot agree.
//!
//! A boot writes the same frame at two anchors, one after the other, and its records behind the
//! second. Both say where the log ended before. All between that end and the first of the two is
//! dead: a torn program, a record that never happened, the boot frame of a boot that was cut before
//! its second. Behind a commit one may stand alone, which only makes the opening count. The last pair before a record rules; the sector's end is ruled by the next commit.

use super::frames::{FRAME_MAX, Piece};
use super::{Class, Exempt, Finding, Image, Why};
use crate::log::parts::Draft;
use crate::log::{Seed, kind};

/// The frames of a sector that count, and the spans that do not.
pub(super) struct Judged<'a> {
    pub living: Vec<Piece<'a>>,
    pub dead: Vec<Exempt>,
}

/// Judges the frames of a sector. `ended`: where the next sector's commit says that this one ended.
pub(super) fn judge<'a>(
    image: &Image<'a>,
    (sector, epoch): (u32, u32),
    pieces: &[Piece<'a>],
    ended: Option<u32>,
    findings: &mut Vec<Finding>,
) -> Judged<'a> {
    let mut bench = Bench { image, sector, epoch, pieces, dead: Vec::new(), findings };
    bench.rule(ended);
    let mut dead = bench.dead;
    dead.reverse();
    let base = image.layout().address(sector, 0);
    image.medium().marks(sector, epoch, &mut |off, bytes| {
        dead.push(Exempt { from: base + off, to: base + off + bytes, why: Why::Marks });
    });
    let living = outside(pieces, &dead, image.layout().address(sector, 0));
    Judged { living, dead }
}

/// The frames that begin outside spans that are in order and do not overlap.
fn outside<'a>(pieces: &[Piece<'a>], spans: &[Exempt], base: u32) -> Vec<Piece<'a>> {
    let mut spans = spans.iter().peekable();
    let mut living = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let at = base + piece.off;
        while spans.next_if(|span| span.to <= at).is_some() {}
        if spans.peek().is_none_or(|span| at < span.from) {
            living.push(*piece);
        }
    }
    living
}

struct Bench<'i, 'a> {
    image: &'i Image<'a>,
    sector: u32,
    epoch: u32,
    pieces: &'i [Piece<'a>],
    dead: Vec<Exempt>,
    findings: &'i mut Vec<Finding>,
}

impl Bench<'_, '_> {
    /// From the last boot frame to the first: a later one rules over an earlier one.
    fn rule(&mut self, ended: Option<u32>) {
        let layout = *self.image.layout();
        let mut upto = self.pieces.len();
        if let Some(end) = ended {
            upto = self.before(end);
            self.is_end(end, "the next sector's commit", layout.first_frame());
            self.kill(end, layout.sector_bytes(), Why::DeadByCommit);
        }
        while let Some(at) = self.pieces.iter().take(upto).rposition(Piece::is_boot) {
            let Some(&boot) = self.pieces.get(at) else { return };
            let Some((end, copy_kind, copy)) = boot.boot() else {
                self.find(Class::BootFrame, boot.off, "the boot frame is too short");
                upto = at;
                continue;
            };
            let first = boot.off.checked_sub(layout.anchor());
            let twin = first.and_then(|off| self.pieces.get(self.before(off)));
            let twin = twin.filter(|p| Some(p.off) == first && p.repeats(&boot));
            let start = twin.map_or(boot.off, |twin| twin.off);
            if twin.is_none() && !self.is_seal(&boot, end, copy_kind) {
                self.no_twin(&boot, end);
            }
            if end > start {
                self.find(Class::BootFrame, boot.off, "the boot frame says the log ended after it");
            }
            self.is_end(end.min(start), "a boot frame", boot.off);
            self.is_copy(&boot, end, copy_kind, copy);
            self.kill(end, start, Why::DeadByBootFrame);
            upto = self.before(end.min(start));
        }
    }

    /// How many frames begin before an offset.
    fn before(&self, off: u32) -> usize {
        self.pieces.partition_point(|p| p.off < off)
    }

    fn kill(&mut self, from: u32, to: u32, why: Why) {
        let layout = self.image.layout();
        let from = from.clamp(layout.first_frame(), layout.sector_bytes());
        if from < to {
            let base = layout.address(self.sector, 0);
            self.dead.push(Exempt { from: base + from, to: base + to, why });
        }
    }

    fn find(&mut self, class: Class, off: u32, text: &str) {
        self.findings.push(Finding::new(class, text).at(self.image.spot(self.sector, off)));
    }

    /// A frame must end where the log is said to have ended. If bytes are there instead, they are
    /// found as damaged; here only the cases without any.
    fn is_end(&mut self, end: u32, who: &str, off: u32) {
        let Some(last) = self.before(end).checked_sub(1).and_then(|i| self.pieces.get(i)) else {
            return;
        };
        if last.end > end {
            let text = format!("{who} says the log ended in the middle of a frame");
            self.find(Class::Contradiction, off, &text);
        } else if last.end < end && self.image.written(self.sector, last.end..end).is_none() {
            let text = format!("{who} says the log went on to offset {end}, and nothing is there");
            self.find(Class::Damaged, last.end, &text);
        }
    }

    /// What a boot frame repeats must be the frame before it, if that can be read.
    fn is_copy(&mut self, boot: &Piece<'_>, end: u32, copy_kind: u8, copy: &[u8]) {
        let last = self.before(end).checked_sub(1).and_then(|i| self.pieces.get(i));
        let Some(last) = last.filter(|p| p.end == end && !p.is_boot()) else { return };
        if copy_kind != 0 && (last.kind != copy_kind || last.payload != copy) {
            let text = "the boot frame repeats another frame than the one before it";
            self.find(Class::BootFrame, boot.off, text);
        }
    }

    /// A boot frame without a copy and with nothing between it and a commit: it makes the opening
    /// count where no record follows, and stands alone.
    fn is_seal(&self, boot: &Piece<'_>, end: u32, copy_kind: u8) -> bool {
        let last = self.before(boot.off).checked_sub(1).and_then(|i| self.pieces.get(i));
        copy_kind == 0
            && last.is_some_and(|p| p.kind == kind::COMMIT && p.end == end)
            && self.image.written(self.sector, end..boot.off).is_none()
    }

    /// The second boot frame, whose first is not there; or a first one, whose boot was cut.
    fn no_twin(&mut self, boot: &Piece<'_>, end: u32) {
        let layout = self.image.layout();
        let stripe_end = layout.stripe_end(boot.off);
        let first = boot.off.saturating_sub(layout.anchor());
        if self.image.written(self.sector, boot.end..stripe_end).is_some() {
            let text = "the first of the two boot frames of this boot is missing or rotten; the \
                        second is readable and nothing else is lost";
            self.find(Class::BootFrame, first, text);
        } else if first >= end.max(layout.anchor()) && self.is_nearly(boot, first) {
            let text = "torn or lost: the first boot frame of this boot has rotted, or a power cut \
                        interrupted it; the two cannot be told apart until the next boot";
            self.find(Class::TornOrLost, first, text);
        }
    }

    /// Whether most bytes at an offset are those of this boot frame, had it been written there.
    fn is_nearly(&self, boot: &Piece<'_>, off: u32) -> bool {
        let mut buf = [0; FRAME_MAX];
        let draft = Draft { kind: kind::BOOT, seq: boot.seq, payload: [boot.payload, &[]] };
        let seed = Seed { format_id: self.image.format_id(), epoch: self.epoch };
        let layout = self.image.layout();
        let Some(total) = draft.encode(layout, seed, self.sector, off, &mut buf) else {
            return false;
        };
        let there = self.image.span(self.sector, off..off + total as u32);
        let same = there.iter().zip(&buf).filter(|(a, b)| a == b).count();
        same * 4 >= total * 3
    }
}
