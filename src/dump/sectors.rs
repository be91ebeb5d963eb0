//! What each sector of a dump is.
//!
//! | header | and | is |
//! |---|---|---|
//! | any | the active sector names it as free | spare: not checked |
//! | valid | the highest epoch of all that were opened | active |
//! | valid, older | opened | kept |
//! | valid, older | never opened | unopened: not checked |
//! | valid, newer than the active one | - | headed ahead: not checked |
//! | valid, says that a format is under way | - | format mark: nothing else is in it |
//! | erased | - | never used: nothing is in it |
//! | not in the dump | - | missing |
//! | unreadable | frames of an epoch are in it | as if the header were good, and a finding |
//! | unreadable | - | bad header: a finding |

use std::collections::BTreeSet;

use super::frames::{Piece, frames, has_epoch};
use super::{Class, Exempt, Finding, Image, Why};
use crate::log::{CommitHead, NoHeader, kind};

/// Offset of the epoch in a sector header.
const HEADER_EPOCH: u32 = 20;

/// What a sector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SectorClass {
    /// Records are appended here.
    Active,
    /// Older, and still holds records.
    Kept,
    /// Reclaimed: erased or to be erased.
    Spare,
    /// Erased and headed ahead of its use.
    HeadedAhead,
    /// Its opening was given up.
    Unopened,
    /// Says that the region was formatted, and holds nothing else.
    FormatMark,
    /// Erased since the format.
    NeverUsed,
    /// Its header cannot be read.
    BadHeader,
    /// Not one byte of it is in the dump.
    Missing,
}

impl SectorClass {
    /// The word for a table; stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SectorClass::Active => "active",
            SectorClass::Kept => "kept",
            SectorClass::Spare => "spare",
            SectorClass::HeadedAhead => "headed ahead",
            SectorClass::Unopened => "unopened",
            SectorClass::FormatMark => "format mark",
            SectorClass::NeverUsed => "never used",
            SectorClass::BadHeader => "bad header",
            SectorClass::Missing => "missing",
        }
    }

    /// Why nothing in it is checked, if so.
    const fn exempt(self) -> Option<Why> {
        match self {
            SectorClass::Spare => Some(Why::Spare),
            SectorClass::HeadedAhead => Some(Why::HeadedAhead),
            SectorClass::Unopened => Some(Why::Unopened),
            _ => None,
        }
    }
}

/// A sector and the frames that can be read in it.
#[derive(Debug)]
pub(super) struct Sector<'a> {
    pub index: u32,
    pub class: SectorClass,
    pub epoch: u32,
    pub pieces: Vec<Piece<'a>>,
}

impl Sector<'_> {
    /// It was in use at some time.
    fn was_opened(&self) -> bool {
        self.pieces.iter().any(|p| p.kind == kind::COMMIT || p.kind == kind::BOOT || p.is_record())
    }

    /// It is part of the log.
    pub fn is_in_use(&self) -> bool {
        matches!(self.class, SectorClass::Active | SectorClass::Kept)
    }

    /// The head of its commit.
    pub fn commit(&self) -> Option<CommitHead> {
        let commit = self.pieces.iter().find(|p| p.kind == kind::COMMIT)?;
        CommitHead::decode(commit.payload).map(|(head, _)| head)
    }

    /// Sectors that its frames say hold nothing needed: also frames that were taken back since, for
    /// the erase may have begun.
    fn freed(&self) -> impl Iterator<Item = u32> {
        self.pieces.iter().filter(|p| p.kind == kind::FREED).filter_map(|p| {
            p.payload.first_chunk().map(|sector| u32::from(u16::from_le_bytes(*sector)))
        })
    }
}

/// What the first bytes of a sector say.
enum Head {
    Epoch(u32),
    /// The header is unreadable; the frames say this.
    Recovered(u32),
    Mark,
    Blank,
    OtherFormat,
    Bad,
    Missing,
}

/// All sectors of a dump, by index.
pub(super) struct Survey<'a> {
    pub sectors: Vec<Sector<'a>>,
}

impl<'a> Survey<'a> {
    /// The sectors that are part of the log, oldest first.
    pub fn in_use(&self) -> Vec<&Sector<'a>> {
        let mut in_use: Vec<_> = self.sectors.iter().filter(|s| s.is_in_use()).collect();
        in_use.sort_by_key(|s| s.epoch);
        in_use
    }

    /// Spans of whole sectors that are not checked.
    pub fn exempt(&self, image: &Image<'_>) -> impl Iterator<Item = Exempt> {
        let bytes = image.layout().sector_bytes();
        self.sectors.iter().filter_map(move |s| {
            let from = s.index * bytes;
            s.class.exempt().map(|why| Exempt { from, to: from + bytes, why })
        })
    }
}

/// Reads every header, finds the active sector, and sorts the others by what it says.
pub(super) fn survey<'a>(image: &Image<'a>, findings: &mut Vec<Finding>) -> Survey<'a> {
    let heads = heads(image);
    let mut sectors: Vec<Sector<'a>> = (0..).zip(&heads).map(|(i, head)| blank(i, head)).collect();
    let mut newest: Vec<usize> = (0..sectors.len()).collect();
    newest.retain(|&i| matches!(heads.get(i), Some(Head::Epoch(_) | Head::Recovered(_))));
    newest.sort_by_key(|&i| core::cmp::Reverse(sectors.get(i).map_or(0, |s| s.epoch)));

    let (mut active, mut unused) = (None, None);
    for &i in &newest {
        let Some(sector) = sectors.get_mut(i) else { continue };
        sector.pieces = frames(image, sector.index, sector.epoch);
        if active.is_none() && sector.was_opened() && !is_void(image, sector) {
            if gives_way(image, sector) { &mut unused } else { &mut active }.replace(i);
        }
    }
    let stands = |&unused: &usize| {
        active.is_some_and(|i| stands_before(image, &sectors, &newest, i, unused))
    };
    let active = unused.filter(|unused| !stands(unused)).or(active);
    let Some(active) = active.and_then(|i| sectors.get_mut(i)) else {
        findings.push(nothing_opened(&heads));
        return Survey { sectors };
    };
    active.class = SectorClass::Active;
    let active = active.epoch;
    let spares = spares(&sectors, &newest, active);
    for (sector, head) in sectors.iter_mut().zip(&heads) {
        if sector.class != SectorClass::Active {
            sector.class = class(sector, head, active, &spares);
        }
        findings.extend(header_finding(image, sector, head));
    }
    Survey { sectors }
}

/// Whether the sector before says that the opening of this one never happened, and no later boot went
/// on in it.
fn is_void(image: &Image<'_>, sector: &Sector<'_>) -> bool {
    let rebooted = sector.pieces.iter().any(|p| p.boot().is_some_and(|(_, kind, _)| kind != 0));
    let Some(commit) = sector.commit().filter(|_| !rebooted) else { return false };
    let prev = image.layout().sector_of(commit.prev_epoch);
    let mut medium = image.medium();
    let stands = medium.header(prev).is_ok_and(|header| header.epoch == commit.prev_epoch);
    stands && medium.is_void(prev, commit.prev_epoch, sector.epoch)
}

/// Whether nothing was written behind the sector's commit, and the sector before is still there: an
/// opening counts from the first frame behind it.
fn gives_way(image: &Image<'_>, sector: &Sector<'_>) -> bool {
    let used = sector.pieces.iter().any(|p| p.kind == kind::BOOT || p.is_record());
    let Some(commit) = sector.commit().filter(|_| !used) else { return false };
    let prev = image.layout().sector_of(commit.prev_epoch);
    image.medium().own_header(prev).is_some_and(|header| header.epoch == commit.prev_epoch)
}

/// Whether everything that the opening of `unused` built on is still there, where `active` is the
/// newest sector but for it.
fn stands_before(
    image: &Image<'_>,
    sectors: &[Sector<'_>],
    newest: &[usize],
    active: usize,
    unused: usize,
) -> bool {
    let (Some(active), Some(unused)) = (sectors.get(active), sectors.get(unused)) else {
        return false;
    };
    let Some(commit) = unused.commit() else { return false };
    let free = spares(sectors, newest, active.epoch);
    let mut medium = image.medium();
    active.epoch >= commit.prev_epoch
        && commit
            .spares
            .iter()
            .flatten()
            .map(|&spare| u32::from(spare))
            .all(|spare| free.contains(&spare) || !medium.is_headed_since(spare, unused.epoch))
}

fn blank<'a>(index: u32, head: &Head) -> Sector<'a> {
    let epoch = match head {
        Head::Epoch(epoch) | Head::Recovered(epoch) => *epoch,
        _ => 0,
    };
    Sector { index, class: SectorClass::BadHeader, epoch, pieces: Vec::new() }
}

fn class(sector: &Sector<'_>, head: &Head, active: u32, spares: &BTreeSet<u32>) -> SectorClass {
    match head {
        _ if spares.contains(&sector.index) => SectorClass::Spare,
        Head::Missing => SectorClass::Missing,
        Head::Mark => SectorClass::FormatMark,
        Head::Blank => SectorClass::NeverUsed,
        Head::OtherFormat | Head::Bad => SectorClass::BadHeader,
        Head::Epoch(epoch) | Head::Recovered(epoch) if *epoch > active => SectorClass::HeadedAhead,
        Head::Epoch(_) | Head::Recovered(_) if sector.was_opened() => SectorClass::Kept,
        Head::Epoch(_) | Head::Recovered(_) => SectorClass::Unopened,
    }
}

/// What the active sector, or if it is silent the one before, names as free; and what an older one
/// freed and was never used again.
fn spares(sectors: &[Sector<'_>], newest: &[usize], active: u32) -> BTreeSet<u32> {
    let mut opened = newest
        .iter()
        .filter_map(|&i| sectors.get(i))
        .filter(|s| s.epoch <= active && s.was_opened());
    let mut spares = BTreeSet::new();
    for sector in opened.clone() {
        let reused = |freed: u32| {
            sectors.get(freed as usize).is_some_and(|later| later.epoch > sector.epoch)
        };
        spares.extend(sector.freed().filter(|&freed| sector.epoch == active || !reused(freed)));
    }
    if let Some(head) = opened.find_map(Sector::commit) {
        spares.extend(head.spares.iter().flatten().map(|&s| u32::from(s)));
    }
    spares
}

fn nothing_opened(heads: &[Head]) -> Finding {
    if heads.iter().any(|head| matches!(head, Head::Mark)) {
        return Finding::new(
            Class::FormatInterrupted,
            "a format was begun and not ended, or the only commit has rotted: there is nothing to \
             read; format the region again",
        );
    }
    Finding::new(
        Class::Checkpoint,
        "no sector has a commit or a record that can be read: nothing can be said of the payments",
    )
}

fn header_finding(image: &Image<'_>, sector: &Sector<'_>, head: &Head) -> Option<Finding> {
    if sector.class.exempt().is_some() {
        return None;
    }
    let text = match head {
        Head::Recovered(epoch) => format!(
            "the header of sector {} cannot be read; its frames say epoch {epoch} and were read",
            sector.index
        ),
        Head::Bad => format!(
            "the header of sector {} cannot be read, and no frame in it: what it held is lost",
            sector.index
        ),
        Head::OtherFormat => {
            format!("sector {} belongs to another format of this region", sector.index)
        }
        _ => return None,
    };
    Some(Finding::new(Class::Header, text).at(image.spot(sector.index, 0)))
}

fn heads(image: &Image<'_>) -> Vec<Head> {
    let layout = image.layout();
    let mut medium = image.medium();
    let mut heads: Vec<Head> = (0..image.sectors_present())
        .map(|sector| match medium.header(sector) {
            _ if image.is_missing(sector) => Head::Missing,
            Ok(h) if h.format_id != image.format_id() || h.shape != layout.shape() => {
                Head::OtherFormat
            }
            Ok(h) if h.formatting && sector == 0 => Head::Mark,
            Ok(h) if !h.formatting && layout.sector_of(h.epoch) == sector => Head::Epoch(h.epoch),
            Err(NoHeader::Blank) => Head::Blank,
            _ => Head::Bad,
        })
        .collect();
    let newest = heads.iter().map(|h| if let Head::Epoch(e) = h { *e } else { 0 }).max();
    for (sector, head) in (0..).zip(&mut heads) {
        if matches!(head, Head::Bad)
            && let Some(epoch) = recovered(image, sector, newest.unwrap_or(0))
        {
            *head = Head::Recovered(epoch);
        }
    }
    heads
}

/// The epoch of the frames in a sector whose header is unreadable: what the header says, with any
/// one byte of it wrong, or up to four laps ahead of the newest header or behind it.
fn recovered(image: &Image<'_>, sector: u32, newest: u32) -> Option<u32> {
    let layout = image.layout();
    let field = HEADER_EPOCH..HEADER_EPOCH + 4;
    let said = image.span(sector, field).first_chunk().map_or(0, |b| u32::from_le_bytes(*b));
    let wrong = (0..4).flat_map(|byte| (1..=255).map(move |flip: u32| said ^ flip << (8 * byte)));
    let first = layout.epoch_after(newest, sector);
    let ahead = (0..4).filter_map(|n| first.checked_add(n * layout.sectors()));
    let behind = (1..5).filter_map(|n| first.checked_sub(n * layout.sectors()));
    [said]
        .into_iter()
        .chain(ahead)
        .chain(behind)
        .chain(wrong)
        .filter(|&epoch| epoch > 0 && layout.sector_of(epoch) == sector)
        .find(|&epoch| has_epoch(image, sector, epoch))
}
