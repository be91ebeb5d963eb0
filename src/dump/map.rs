//! What is in each sector, for a map of the region.
//!
//! | the sector is | and | is shown as |
//! |---|---|---|
//! | any but a spare | something in it is damaged | damaged |
//! | active | - | active |
//! | kept | - | full |
//! | a spare, or headed ahead | its opening was begun and cut | half open |
//! | a spare, headed ahead, or given up | - | spare |
//! | never used, or a spare | nothing at all is in it | blank |
//! | the mark of a format | - | format mark |
//! | not in the dump | - | missing |

use super::boots::judge;
use super::frames::Piece;
use super::sectors::{Sector, survey};
use super::verify::{ends, verify};
use super::{Class, Finding, Image, SectorClass};

/// What a sector is, in one word for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SectorState {
    /// Records are appended here.
    Active,
    /// Holds records and takes no more.
    Full,
    /// Holds nothing needed.
    Spare,
    /// Its opening was begun and not ended.
    HalfOpen,
    /// Nothing was written since its erase.
    Blank,
    /// Says that the region was formatted, and holds nothing else.
    FormatMark,
    /// Something in it cannot be read.
    Damaged,
    /// Not in the dump.
    Missing,
}

impl SectorState {
    /// The word for a table; stable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SectorState::Active => "active",
            SectorState::Full => "full",
            SectorState::Spare => "spare",
            SectorState::HalfOpen => "half open",
            SectorState::Blank => "blank",
            SectorState::FormatMark => "format mark",
            SectorState::Damaged => "damaged",
            SectorState::Missing => "missing",
        }
    }
}

/// What is in a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectorView {
    /// Its index.
    pub sector: u32,
    /// Where it begins in the region.
    pub address: u32,
    /// In one word.
    pub state: SectorState,
    /// Its epoch, if anything says so.
    pub epoch: Option<u32>,
    /// Erases since the format, as its header says.
    pub wear: Option<u32>,
    /// Bytes of the header and of frames that count.
    pub used: u32,
    /// Bytes that were written and do not count.
    pub dead: u32,
    /// Bytes that are erased or that nobody has read.
    pub free: u32,
    /// Records that count.
    pub records: u32,
    /// How many findings lie in it.
    pub findings: u32,
}

/// What is in each sector, by index.
#[must_use]
pub fn map(image: &Image<'_>) -> Vec<SectorView> {
    let found = verify(image);
    let survey = survey(image, &mut Vec::new());
    let ends = ends(&survey.in_use());
    let place = |sector: &Sector<'_>| {
        let here = |f: &&Finding| f.at.is_some_and(|at| at.sector == sector.index);
        let findings: Vec<&Finding> = found.findings().iter().filter(here).collect();
        place(image, sector, ends.get(&sector.epoch).copied(), &findings)
    };
    survey.sectors.iter().map(place).collect()
}

fn place(
    image: &Image<'_>,
    sector: &Sector<'_>,
    end: Option<u32>,
    found: &[&Finding],
) -> SectorView {
    let layout = image.layout();
    let header = image.medium().header(sector.index).ok();
    let is_headed = header.is_some_and(|h| h.format_id == image.format_id());
    let head = if is_headed { layout.first_frame() } else { 0 };
    let living = if sector.is_in_use() {
        let at = (sector.index, sector.epoch);
        judge(image, at, &sector.pieces, end, &mut Vec::new()).living
    } else {
        Vec::new()
    };
    let frames: u32 = living.iter().map(|p| p.end - p.off).sum();
    let used = head + frames;
    let last =
        image.written(sector.index, 0..layout.sector_bytes()).map_or(0, |(_, last)| last + 1);
    let written = layout.round_up(last).min(layout.sector_bytes());
    SectorView {
        sector: sector.index,
        address: layout.address(sector.index, 0),
        state: state(image, sector, found),
        epoch: (sector.epoch > 0 || is_headed).then_some(sector.epoch),
        wear: header.filter(|_| is_headed).map(|h| h.wear),
        used,
        dead: written.saturating_sub(used),
        free: layout.sector_bytes() - written.max(used),
        records: living.iter().filter(|p| Piece::is_record(p)).count() as u32,
        findings: found.len() as u32,
    }
}

fn state(image: &Image<'_>, sector: &Sector<'_>, found: &[&Finding]) -> SectorState {
    let is_bad = |f: &&&Finding| !matches!(f.class, Class::RecordedLoss | Class::TornOrLost);
    let body = image.layout().first_frame()..image.layout().sector_bytes();
    let whole = 0..image.layout().sector_bytes();
    let torn = || found.iter().any(|f| f.class == Class::TornOrLost);
    let is_blank = || image.written(sector.index, body.clone()).is_none();
    match sector.class {
        SectorClass::Missing => SectorState::Missing,
        SectorClass::BadHeader => SectorState::Damaged,
        _ if found.iter().any(|f| is_bad(&f)) => SectorState::Damaged,
        SectorClass::Active => SectorState::Active,
        SectorClass::Kept => SectorState::Full,
        SectorClass::FormatMark => SectorState::FormatMark,
        SectorClass::NeverUsed => SectorState::Blank,
        SectorClass::Spare | SectorClass::HeadedAhead if torn() => SectorState::HalfOpen,
        SectorClass::HeadedAhead if !is_blank() => SectorState::HalfOpen,
        SectorClass::Spare if image.written(sector.index, whole).is_none() => SectorState::Blank,
        SectorClass::Spare | SectorClass::HeadedAhead | SectorClass::Unopened => SectorState::Spare,
    }
}
