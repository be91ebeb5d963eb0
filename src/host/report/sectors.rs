//! Whether every byte is accounted for, and what is in each sector.

use maud::{Markup, html};

use super::both::{both, with, word};
use super::gather::Report;
use super::plot::bar;
use super::words as w;
use crate::dump::{SectorState, SectorView};
use crate::host::words::{self, table, terms};

/// So many findings are listed.
const FINDINGS: usize = 50;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let findings = report.outline.verification.findings();
    html! {
        section #sectors {
            h2 { (word(w::SECTORS)) }
            @if findings.is_empty() { p.calm { (word(w::WHOLE)) } } @else {
                p.alarm { (with(w::BROKEN, &[&findings.len()])) }
                ul { @for finding in findings.iter().take(FINDINGS) {
                    li {
                        b { (both(|lang| terms::class(finding.class).0.of(lang).into())) } ": "
                        (both(|lang| words::meaning(finding, lang).into()))
                    }
                } }
            }
            p.note { (word(w::SECTORS_HOW)) }
            .map {
                @for run in runs(&report.sectors) {
                    @match run {
                        [one] => (sector(one, report.sector_bytes)),
                        several => (blanks(several)),
                    }
                }
            }
        }
    }
}

/// Blank sectors side by side are one.
fn runs(sectors: &[SectorView]) -> impl Iterator<Item = &[SectorView]> {
    let is_blank = |sector: &SectorView| sector.state == SectorState::Blank && sector.used == 0;
    sectors.chunk_by(move |a, b| is_blank(a) && is_blank(b))
}

fn blanks(several: &[SectorView]) -> Markup {
    let (first, last) = (several.first(), several.last());
    html! {
        .sector.blank {
            b { (first.map_or(0, |s| s.sector)) "–" (last.map_or(0, |s| s.sector)) }
            span { (with(w::BLANKS, &[&several.len()])) }
            (bar(&[], 1))
        }
    }
}

fn sector(sector: &SectorView, bytes: u32) -> Markup {
    let tone = match sector.state {
        SectorState::Active => "good",
        SectorState::Damaged | SectorState::Missing => "bad",
        SectorState::HalfOpen => "warn",
        _ => "plain",
    };
    let parts = [("used", u64::from(sector.used)), ("dead", u64::from(sector.dead))];
    html! {
        .sector.(tone) {
            b { (sector.sector) }
            span { (word(terms::sector(sector.state))) }
            (bar(&parts, u64::from(bytes)))
            small {
                (with(w::RECORDS, &[&sector.records]))
                @if let Some(wear) = sector.wear { ", " (with(w::WEAR, &[&wear])) }
                @if let Some(epoch) = sector.epoch { ", " (word(table::EPOCH)) " " (epoch) }
                br;
                (with(w::SECTOR_HINT, &[&sector.used, &sector.dead, &sector.free]))
            }
        }
    }
}
