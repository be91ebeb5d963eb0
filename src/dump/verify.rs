//! Is every byte of a dump accounted for, and do its parts agree?

use std::collections::BTreeMap;

use super::boots::{Judged, judge};
use super::cover::{cover, nothing_else};
use super::order::Order;
use super::outline::Ear;
use super::replay::Replay;
use super::sectors::{Sector, SectorClass, Survey, survey};
use super::{Class, Exempt, Finding, Image};
use crate::log::{ERASED, Loss, kind};

/// What the check of a dump found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    findings: Vec<Finding>,
    exempt: Vec<Exempt>,
    sectors: Vec<SectorClass>,
    records: u32,
    unknown: u32,
}

impl Verification {
    /// Nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// What was found, by address.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Spans that were not checked, because what lies there was reclaimed or never counted. A
    /// changed byte in one of them is no finding.
    #[must_use]
    pub fn exempt_spans(&self) -> &[Exempt] {
        &self.exempt
    }

    /// What each sector is, by index.
    #[must_use]
    pub fn sectors(&self) -> &[SectorClass] {
        &self.sectors
    }

    /// How many records were read and checked.
    #[must_use]
    pub fn records(&self) -> u32 {
        self.records
    }

    /// How many records and frames were skipped because this version does not know their kind.
    #[must_use]
    pub fn unknown(&self) -> u32 {
        self.unknown
    }
}

/// Checks a dump. Every byte that is not in [`Verification::exempt_spans`] is accounted for, and
/// the records are replayed through the same rules that wrote them.
#[must_use]
pub fn verify(image: &Image<'_>) -> Verification {
    read(image, &mut Ear::deaf())
}

/// Checks a dump and lets `ear` hear what it says.
pub(super) fn read(image: &Image<'_>, ear: &mut Ear) -> Verification {
    let mut findings = Vec::new();
    length(image, &mut findings);
    let survey = survey(image, &mut findings);
    let mut exempt: Vec<Exempt> = survey.exempt(image).collect();
    let mut order = Order::default();
    let mut replay = Replay::new(image, ear);
    let in_use = survey.in_use();
    let ends = ends(&in_use);
    let mut before: Option<u32> = None;
    for sector in &in_use {
        let ended = ends.get(&sector.epoch).copied();
        let at = (sector.index, sector.epoch);
        let judged = judge(image, at, &sector.pieces, ended, &mut findings);
        cover(image, sector.index, &judged, ended.is_some(), &mut findings);
        let commit = sector.commit();
        let follows = commit.is_some_and(|head| Some(head.prev_epoch) == before);
        if !follows {
            order.forget();
        }
        hear_losses(&judged, &mut order);
        order.sector(image, sector.index, &judged.living, &mut findings);
        replay.sector(sector, ended, follows);
        exempt.extend(judged.dead);
        before = Some(sector.epoch);
    }
    order.finish(image, &mut findings);
    unlinked(image, &survey, &mut findings);
    unused(image, &survey, &mut findings);
    unreadable(image, &exempt, &mut findings);
    let (records, unknown) = replay.finish(&mut findings);
    ear.sectors(image, &survey);
    exported(image, &exempt, &mut findings);
    findings.sort_by_key(|finding| finding.at);
    exempt.sort_by_key(|span| span.from);
    let sectors = survey.sectors.iter().map(|s| s.class).collect();
    Verification { findings, exempt, sectors, records, unknown }
}

/// Where each sector ended, by its epoch, as the commit of the one opened next says.
pub(super) fn ends(in_use: &[&Sector<'_>]) -> BTreeMap<u32, u32> {
    let heads = in_use.iter().filter_map(|s| s.commit());
    heads.map(|head| (head.prev_epoch, head.prev_end)).collect()
}

fn hear_losses(judged: &Judged<'_>, order: &mut Order) {
    for piece in judged.living.iter().filter(|p| p.kind == kind::LOSS) {
        if let Some(loss) = Loss::decode(piece.payload) {
            order.lost(loss);
        }
    }
}

/// Spans that are not known. Where nothing counts they are as good as any others.
fn unreadable(image: &Image<'_>, exempt: &[Exempt], findings: &mut Vec<Finding>) {
    let layout = image.layout();
    // Of an export more is known: why.
    for hole in image.holes().iter().filter(|_| image.export().is_none()) {
        let end = hole.end.min(layout.region_bytes());
        if hole.start < end && !exempt.iter().any(|s| s.from <= hole.start && end <= s.to) {
            let (sector, offset) = layout.locate(hole.start);
            let text = "these bytes are not in the dump: what stood here is not known";
            let finding = Finding::new(Class::Unreadable, text).at(image.spot(sector, offset));
            findings.push(finding.bytes(end - hole.start));
        }
    }
}

/// What the line did to an export, and what the chip could not read. Unreadable bytes where nothing
/// counts are as good as any others: a torn unit stays behind every power cut.
fn exported(image: &Image<'_>, exempt: &[Exempt], findings: &mut Vec<Finding>) {
    let Some(export) = image.export() else { return };
    let sector_bytes = image.layout().sector_bytes();
    let spot = |at: u32| image.spot(at / sector_bytes, at % sector_bytes);
    for fault in &export.faults {
        let finding = Finding::new(Class::Export, fault.text.as_str());
        findings.push(match &fault.region {
            Some(region) => finding.at(spot(region.start)).bytes(region.end - region.start),
            None => finding,
        });
    }
    for hole in export.unreadable() {
        if !exempt.iter().any(|span| span.from <= hole.start && hole.end <= span.to) {
            let text = "the chip could not read these bytes when they were exported: torn by a \
                        power cut, or rotten";
            let finding = Finding::new(Class::Unreadable, text).at(spot(hole.start));
            findings.push(finding.bytes(hole.end - hole.start));
        }
    }
}

/// The dump is as long as its headers say.
fn length(image: &Image<'_>, findings: &mut Vec<Finding>) {
    let expected = u64::from(image.layout().region_bytes());
    let found = image.bytes().len() as u64;
    let text = match found.cmp(&expected) {
        core::cmp::Ordering::Equal => return,
        core::cmp::Ordering::Less => format!(
            "the dump is cut short: the region has {expected} bytes and the last {} are missing; \
             what is there was read",
            expected - found
        ),
        core::cmp::Ordering::Greater if is_rest(image) => return,
        core::cmp::Ordering::Greater => format!(
            "{} bytes follow the {expected} bytes of the region; they were not read",
            found - expected
        ),
    };
    findings.push(Finding::new(Class::Length, text));
}

/// Whether what follows the region is the erased rest of an area that is no whole number of sectors.
fn is_rest(image: &Image<'_>) -> bool {
    let layout = image.layout();
    let rest = image.bytes().get(layout.region_bytes() as usize..).unwrap_or_default();
    rest.len() < layout.sector_bytes() as usize && rest.iter().all(|&b| b == ERASED)
}

/// A commit names the sector before it: that one was in use, or was reclaimed since.
fn unlinked(image: &Image<'_>, survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for sector in survey.sectors.iter().filter(|s| s.is_in_use()) {
        let Some(head) = sector.commit() else {
            let text = format!("sector {} has no commit that can be read", sector.index);
            let at = image.spot(sector.index, image.layout().first_frame());
            findings.push(Finding::new(Class::Checkpoint, text).at(at));
            continue;
        };
        let index = image.layout().sector_of(head.prev_epoch);
        let before = survey.sectors.get(index as usize);
        let lost = before.is_some_and(|before| {
            before.class == SectorClass::Unopened && before.epoch == head.prev_epoch
        });
        if lost {
            let text = format!(
                "sector {} was in use before sector {} was opened, and not one frame of it can be \
                 read",
                index, sector.index
            );
            findings.push(Finding::new(Class::Damaged, text).at(image.spot(index, 0)));
        }
    }
}

/// Sectors that must hold nothing; and the newest one, if its opening did not end.
fn unused(image: &Image<'_>, survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    let active = survey.sectors.iter().find(|s| s.class == SectorClass::Active);
    let active = active.map_or(0, |s| s.epoch);
    for sector in &survey.sectors {
        match sector.class {
            SectorClass::NeverUsed | SectorClass::FormatMark => {
                nothing_else(image, sector.index, findings);
            }
            SectorClass::HeadedAhead | SectorClass::Spare if sector.epoch > active => {
                findings.extend(cut_opening(image, sector));
            }
            _ => {}
        }
    }
}

/// A sector ahead of the active one in which bytes that are no frame come where its commit would:
/// its opening was cut, or it was in use and nothing else of it is left.
fn cut_opening(image: &Image<'_>, sector: &Sector<'_>) -> Option<Finding> {
    let layout = image.layout();
    let from = sector.pieces.last().map_or(layout.first_frame(), |last| last.end);
    let to = (from + layout.frame_max()).min(layout.sector_bytes());
    let (first, last) = image.written(sector.index, from..to)?;
    let text = "torn or lost: the opening of this sector was cut by a power cut, or its commit has \
                rotted; the two cannot be told apart until the next record is written";
    let finding = Finding::new(Class::TornOrLost, text).at(image.spot(sector.index, first));
    Some(finding.bytes(last + 1 - first))
}
