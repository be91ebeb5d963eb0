//! Frames behind several damaged ones: a mount tries the next number or two, because a terminal has
//! little time; here every number is tried that the frames around the damage leave open.

use core::ops::Range;

use super::Image;
use super::frames::{FRAME_MAX, Piece, piece_at};
use super::image::Slice;
use super::sectors::Sector;
use crate::log::parts::{Medium, Raw};

/// Most numbers that are tried at one place.
const NUMBERS: u32 = 64;
/// Most places and numbers that are tried in one dump: a crafted one would have us try for hours.
const TRIES: u32 = 4_000_000;

/// Looks behind damage.
pub(super) struct Deep<'i, 'a> {
    image: &'i Image<'a>,
    medium: Medium<Slice<'a>>,
    tries: u32,
}

impl<'i, 'a> Deep<'i, 'a> {
    pub fn new(image: &'i Image<'a>) -> Self {
        Deep { image, medium: image.medium(), tries: TRIES }
    }

    /// Not everything was tried.
    pub fn gave_up(&self) -> bool {
        self.tries == 0
    }

    /// The frames of a sector that its plain reading does not find.
    pub fn sector(&mut self, sector: &Sector<'a>) -> Vec<Piece<'a>> {
        let layout = *self.image.layout();
        let mut found = Vec::new();
        for (at, before) in sector.pieces.iter().enumerate() {
            let end = layout.stripe_end(before.off);
            let after = sector.pieces.get(at + 1);
            let to = after.filter(|next| next.off < end).map_or(end, |next| next.off);
            let low = before.next_seq();
            let high = after.map_or(low.saturating_add(NUMBERS), |next| next.seq);
            let numbers = low..high.min(low.saturating_add(NUMBERS)).saturating_add(1);
            self.span((sector.index, sector.epoch), before.end..to, numbers, &mut found);
        }
        found
    }

    fn span(
        &mut self,
        (sector, epoch): (u32, u32),
        span: Range<u32>,
        mut numbers: Range<u32>,
        found: &mut Vec<Piece<'a>>,
    ) {
        let Some((first, last)) = self.image.written(sector, span) else { return };
        let unit = self.image.layout().unit();
        let mut off = first / unit * unit;
        let mut buf = [0; FRAME_MAX];
        while off <= last && self.tries > 0 {
            let hit = numbers.clone().find_map(|seq| {
                self.tries = self.tries.checked_sub(1)?;
                match self.medium.frame(sector, epoch, off, seq, &mut buf) {
                    Raw::Frame(frame) => Some(frame),
                    _ => None,
                }
            });
            let Some(frame) = hit else {
                off += unit;
                continue;
            };
            let piece = piece_at(self.image, sector, &frame);
            numbers.start = piece.next_seq();
            off = piece.end;
            found.push(piece);
        }
    }
}
