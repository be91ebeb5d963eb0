//! Do the sequence numbers run on?

use std::collections::{BTreeMap, BTreeSet};

use super::frames::Piece;
use super::{Class, Finding, Image};
use crate::log::{Loss, kind};

/// Sequence numbers that should stand before an offset and do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub from: u32,
    pub to: u32,
    pub sector: u32,
    pub off: u32,
}

impl Gap {
    fn finding(&self, image: &Image<'_>) -> Finding {
        let text = format!(
            "records {} to {} should come before this place and do not",
            self.from, self.to
        );
        let at = image.spot(self.sector, self.off);
        Finding::new(Class::MissingRecords, text).at(at).seqs(self.from, self.to)
    }
}

/// Follows the numbers of one sector's living frames after another.
#[derive(Default)]
pub(super) struct Order {
    /// The number that the next frame must have.
    next: Option<u32>,
    gaps: Vec<Gap>,
    /// Losses that the terminal wrote down.
    losses: BTreeMap<(u32, u32), bool>,
}

impl Order {
    /// The sector before this one is not known: any number may come.
    pub fn forget(&mut self) {
        self.next = None;
    }

    /// Follows the frames of a sector.
    pub fn sector(
        &mut self,
        image: &Image<'_>,
        sector: u32,
        living: &[Piece<'_>],
        findings: &mut Vec<Finding>,
    ) {
        for piece in living {
            // A boot frame repeats the record before it: the only trace of it, perhaps.
            let copies = piece.boot().is_some_and(|(_, k, _)| k != 0 && kind::is_record(k));
            let first = piece.seq.saturating_sub(u32::from(copies));
            match self.next {
                Some(next) if first > next => {
                    self.gaps.push(Gap { from: next, to: first - 1, sector, off: piece.off });
                }
                Some(next) if piece.seq < next => {
                    findings.push(backwards(image, sector, piece, next))
                }
                _ => {}
            }
            self.next = Some(piece.next_seq());
        }
    }

    /// The terminal wrote down that these are lost.
    pub fn lost(&mut self, loss: Loss) {
        self.losses.insert((loss.from, loss.to), loss.perhaps);
    }

    /// Gaps that no written loss and no other finding tells.
    pub fn finish(self, image: &Image<'_>, findings: &mut Vec<Finding>) {
        let told: BTreeSet<_> = findings.iter().filter_map(|f| f.seqs).collect();
        let is_written = |gap: &Gap| {
            // The loss that begins last before the gap; losses do not overlap.
            let mut before = self.losses.range(..=(gap.from, u32::MAX)).rev();
            before.next().is_some_and(|(&(_, to), _)| gap.to <= to)
        };
        let news = self.gaps.iter().filter(|gap| !told.contains(&(gap.from, gap.to)));
        findings.extend(news.filter(|gap| !is_written(gap)).map(|gap| gap.finding(image)));
        for (&(from, to), &perhaps) in &self.losses {
            let were = if perhaps { "may have been lost" } else { "are lost" };
            let text = format!(
                "the terminal found and wrote down that records {from} to {to} {were}; its \
                 counters were raised past them"
            );
            findings.push(Finding::new(Class::RecordedLoss, text).seqs(from, to));
        }
    }
}

fn backwards(image: &Image<'_>, sector: u32, piece: &Piece<'_>, next: u32) -> Finding {
    let text = format!("the frame has number {} where {next} or more was due", piece.seq);
    Finding::new(Class::Contradiction, text)
        .at(image.spot(sector, piece.off))
        .seqs(piece.seq, piece.seq)
}
