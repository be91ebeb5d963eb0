//! Every record that can be read, whether it counts or not, and which numbers are gone.
//!
//! | a record | is told as |
//! |---|---|
//! | that the replay took | counts |
//! | of which the replay took a copy | carried |
//! | behind several damaged frames, where a mount does not look any more | behind damage |
//! | in a sector that was reclaimed and not erased yet | reclaimed |
//! | that a boot frame or a commit says never happened | dead |
//!
//! Of each number the first of these is told.

use std::collections::BTreeMap;

use super::boots::judge;
use super::deep::Deep;
use super::frames::Piece;
use super::sectors::{Sector, Survey, survey};
use super::verify::ends;
use super::{Image, Outline, SectorClass, Spot, Verification, outline};
use crate::log::parts::decode_copy;
use crate::log::{Loss, kind};
use crate::record::{Record, Seq};

/// Why a record is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// It is part of the journal.
    Counts,
    /// A copy of it is: its sector was reclaimed.
    Carried,
    /// It lies behind several damaged frames; a terminal that mounts the journal does not find it.
    BehindDamage,
    /// Its sector was reclaimed: it was not needed any more.
    Reclaimed,
    /// The journal itself says that it never happened.
    Dead,
}

impl Standing {
    /// The word for a table; stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Counts => "counts",
            Standing::Carried => "carried",
            Standing::BehindDamage => "behind damage",
            Standing::Reclaimed => "reclaimed",
            Standing::Dead => "dead",
        }
    }
}

/// A record that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvaged {
    /// Its sequence number.
    pub seq: Seq,
    /// Where it lies.
    pub at: Spot,
    /// Its kind byte.
    pub kind: u8,
    /// What it says; `None` if this version does not know its kind.
    pub record: Option<Record>,
    /// Whether it counts.
    pub standing: Standing,
}

/// Numbers of which no record can be read and one should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The first.
    pub from: Seq,
    /// The last.
    pub to: Seq,
    /// The terminal knows: it wrote them down as lost.
    pub written_down: bool,
}

/// What can be read of a damaged dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvage {
    /// Every record that can be read, by number.
    pub records: Vec<Salvaged>,
    /// From this number on every record should be there; those before it were reclaimed.
    pub complete_from: Option<Seq>,
    /// The numbers from there on that are gone.
    pub missing: Vec<Missing>,
    /// Sectors of which nothing can be read: newer records may have been in them.
    pub lost_sectors: Vec<u32>,
    /// Places where records were looked for behind damage, and not all could be: too many.
    pub gave_up: bool,
    /// What the replay made of the rest.
    pub outline: Outline,
}

impl Salvage {
    /// Nothing is damaged and nothing is gone.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.verification().is_clean() && self.missing.is_empty() && self.lost_sectors.is_empty()
    }

    /// What the check of the dump found.
    #[must_use]
    pub fn verification(&self) -> &Verification {
        &self.outline.verification
    }
}

/// Reads every record that can be read.
#[must_use]
pub fn salvage(image: &Image<'_>) -> Salvage {
    let outline = outline(image);
    let mut heap = Heap { image, best: BTreeMap::new() };
    for shown in &outline.records {
        let standing = if shown.carried { Standing::Carried } else { Standing::Counts };
        let record = Some(shown.record.clone());
        let kind = shown.record.kind();
        heap.keep(Salvaged { seq: shown.seq, at: shown.at, kind, record, standing });
    }
    let survey = survey(image, &mut Vec::new());
    let ends = ends(&survey.in_use());
    let mut deep = Deep::new(image);
    for sector in &survey.sectors {
        heap.sector(sector, ends.get(&sector.epoch).copied());
        for piece in deep.sector(sector) {
            heap.piece(sector.index, &piece, Standing::BehindDamage);
        }
    }
    let complete_from = complete_from(image, &survey);
    let lost_sectors = lost(image, &survey);
    let records: Vec<Salvaged> = heap.best.into_values().collect();
    let missing = missing(&records, complete_from, &losses(image, &survey));
    let gave_up = deep.gave_up();
    Salvage {
        records,
        complete_from: complete_from.map(Seq),
        missing,
        lost_sectors,
        gave_up,
        outline,
    }
}

/// The best of each number.
struct Heap<'i, 'a> {
    image: &'i Image<'a>,
    best: BTreeMap<Seq, Salvaged>,
}

impl Heap<'_, '_> {
    fn keep(&mut self, new: Salvaged) {
        let known = self.best.get(&new.seq).map(|known| known.standing);
        if known.is_none_or(|known| new.standing < known) {
            self.best.insert(new.seq, new);
        }
    }

    /// What the replay has not taken of a sector.
    fn sector(&mut self, sector: &Sector<'_>, ended: Option<u32>) {
        let rest = if sector.is_in_use() { Standing::Dead } else { Standing::Reclaimed };
        for piece in &sector.pieces {
            self.piece(sector.index, piece, rest);
        }
        if sector.is_in_use() {
            // Living records that the replay skipped, because it does not know their kind.
            let at = (sector.index, sector.epoch);
            let judged = judge(self.image, at, &sector.pieces, ended, &mut Vec::new());
            let counts = |p: &Piece<'_>| {
                let known = self.best.get(&Seq(p.seq));
                known.is_some_and(|known| known.standing == Standing::Counts)
            };
            let skipped = |p: &&Piece<'_>| {
                p.is_record() && !counts(p) && Record::decode(p.kind, p.payload).is_err()
            };
            let skipped: Vec<_> = judged.living.iter().filter(skipped).collect();
            for piece in skipped {
                self.record(
                    sector.index,
                    piece.off,
                    (piece.seq, piece.kind, piece.payload),
                    Standing::Counts,
                );
            }
        }
    }

    /// The record in a frame: its own, or one that it copies.
    fn piece(&mut self, sector: u32, piece: &Piece<'_>, standing: Standing) {
        let said = match piece.kind {
            kind::COPY => decode_copy(piece.payload),
            kind::BOOT => piece
                .boot()
                .filter(|&(_, k, _)| k != 0 && kind::is_record(k))
                .map(|(_, kind, payload)| (piece.seq.wrapping_sub(1), kind, payload)),
            kind if kind::is_record(kind) => Some((piece.seq, kind, piece.payload)),
            _ => None,
        };
        if let Some(said) = said {
            self.record(sector, piece.off, said, standing);
        }
    }

    fn record(&mut self, sector: u32, off: u32, said: (u32, u8, &[u8]), standing: Standing) {
        let (seq, kind, payload) = said;
        // Most are known, and need not be read again.
        if self.best.get(&Seq(seq)).is_some_and(|known| known.standing <= standing) {
            return;
        }
        let record = Record::decode(kind, payload).ok();
        let at = self.image.spot(sector, off);
        self.keep(Salvaged { seq: Seq(seq), at, kind, record, standing });
    }
}

/// Losses that the terminal wrote down.
fn losses(image: &Image<'_>, survey: &Survey<'_>) -> Vec<Loss> {
    let mut losses = Vec::new();
    for sector in survey.in_use() {
        let at = (sector.index, sector.epoch);
        let living = judge(image, at, &sector.pieces, None, &mut Vec::new()).living;
        let told = living.iter().filter(|p| p.kind == kind::LOSS);
        losses.extend(told.filter_map(|p| Loss::decode(p.payload)));
    }
    losses
}

/// The number from which on every record should be there.
pub(super) fn begins(image: &Image<'_>) -> Option<u32> {
    complete_from(image, &survey(image, &mut Vec::new()))
}

/// The number from which on nothing was reclaimed: that of the first frame in the oldest sector to
/// which the commits lead from the active one. A sector on the way that is lost leads on to the one
/// before it.
fn complete_from(image: &Image<'_>, survey: &Survey<'_>) -> Option<u32> {
    let in_use = survey.in_use();
    let mut rest = in_use.iter().rev();
    let mut sector = rest.next()?;
    let mut from = sector.pieces.first()?.seq;
    for older in rest {
        let before = sector.commit().map(|head| head.prev_epoch);
        let index = before.map(|epoch| image.layout().sector_of(epoch) as usize);
        let leads = match (before, index.and_then(|index| survey.sectors.get(index))) {
            (Some(epoch), _) if epoch == older.epoch => true,
            // Rotten, or not in the dump: it was not reclaimed, so the one before it was not either.
            (Some(_), None) => true,
            (Some(_), Some(gone)) => is_lost(gone.class),
            (None, _) => false,
        };
        if !leads {
            break;
        }
        from = older.pieces.first().map_or(from, |first| first.seq);
        sector = older;
    }
    Some(from)
}

const fn is_lost(class: SectorClass) -> bool {
    matches!(class, SectorClass::BadHeader | SectorClass::Missing)
}

/// Sectors of a dump of which nothing can be read.
pub(super) fn lost_sectors(image: &Image<'_>) -> Vec<u32> {
    lost(image, &survey(image, &mut Vec::new()))
}

/// Sectors of which nothing can be read, also those behind the end of the dump.
fn lost(image: &Image<'_>, survey: &Survey<'_>) -> Vec<u32> {
    let unreadable = survey.sectors.iter().filter(|s| is_lost(s.class)).map(|s| s.index);
    unreadable.chain(image.sectors_present()..image.layout().sectors()).collect()
}

fn missing(records: &[Salvaged], from: Option<u32>, losses: &[Loss]) -> Vec<Missing> {
    let Some(from) = from else { return Vec::new() };
    let mut next = from;
    let mut missing = Vec::new();
    for record in records.iter().filter(|r| r.standing != Standing::Dead && r.seq.0 >= from) {
        let seq = record.seq.0;
        if seq > next {
            missing.extend(split(next, seq - 1, losses));
        }
        next = seq.saturating_add(1);
    }
    missing
}

/// A run of missing numbers, cut where the terminal wrote down that they are lost.
fn split(from: u32, to: u32, losses: &[Loss]) -> Vec<Missing> {
    let mut told: Vec<(u32, u32)> = losses
        .iter()
        .map(|loss| (loss.from.max(from), loss.to.min(to)))
        .filter(|(a, b)| a <= b)
        .collect();
    told.sort_unstable();
    let mut parts = Vec::new();
    let mut push = |from: u32, to: u32, written_down| {
        if from <= to {
            parts.push(Missing { from: Seq(from), to: Seq(to), written_down });
        }
    };
    let mut next = from;
    for (a, b) in told {
        if b < next {
            continue;
        }
        push(next, a.saturating_sub(1), false);
        push(a.max(next), b, true);
        next = b.saturating_add(1);
    }
    push(next, to, false);
    parts
}
