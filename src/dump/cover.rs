//! Which bytes of a sector belong to nothing.
//!
//! Every byte of a sector in use is the header's or its padding, a living frame's or its padding,
//! lies in a span that is declared dead, or is erased. Anything else is a finding.

use core::ops::Range;

use super::boots::Judged;
use super::frames::Piece;
use super::{Class, Finding, Image};

const TORN_OR_LOST: &str = "torn or lost: a power cut during a program, or the last frame has \
                            rotted; the two cannot be told apart until the next boot writes its \
                            boot frame";

/// Checks the bytes of a sector in use. `is_ended`: the next sector's commit says where it ended.
pub(super) fn cover(
    image: &Image<'_>,
    sector: u32,
    judged: &Judged<'_>,
    is_ended: bool,
    findings: &mut Vec<Finding>,
) {
    let layout = image.layout();
    let base = layout.address(sector, 0);
    header_padding(image, sector, findings);
    for piece in &judged.living {
        if let Some(off) = piece.bad_padding {
            let finding = Finding::new(Class::Damaged, "the padding of this frame is not erased");
            findings.push(finding.at(image.spot(sector, off)).bytes(piece.end - off));
        }
    }
    let mut covered: Vec<Range<u32>> = judged.living.iter().map(|p| p.off..p.end).collect();
    covered.extend(judged.dead.iter().map(|d| d.from - base..d.to - base));
    covered.sort_by_key(|span| (span.start, span.end));
    covered.push(layout.sector_bytes()..layout.sector_bytes());
    let mut reached = layout.first_frame();
    for span in covered {
        if reached < span.start {
            gap(image, sector, reached..span.start, &judged.living, is_ended, findings);
        }
        reached = reached.max(span.end);
    }
}

/// Checks a sector that holds nothing but, perhaps, a header.
pub(super) fn nothing_else(image: &Image<'_>, sector: u32, findings: &mut Vec<Finding>) {
    let layout = image.layout();
    header_padding(image, sector, findings);
    if let Some((first, last)) = image.written(sector, layout.first_frame()..layout.sector_bytes())
    {
        let text = "bytes in a sector that was never used";
        let at = image.spot(sector, first);
        findings.push(Finding::new(Class::Damaged, text).at(at).bytes(last + 1 - first));
    }
}

fn header_padding(image: &Image<'_>, sector: u32, findings: &mut Vec<Finding>) {
    let padding = crate::log::HEADER_BYTES as u32..image.layout().first_frame();
    if let Some((first, last)) = image.written(sector, padding) {
        let finding = Finding::new(Class::Damaged, "the padding of the header is not erased");
        findings.push(finding.at(image.spot(sector, first)).bytes(last + 1 - first));
    }
}

/// Looks at a span that belongs to nothing, stripe by stripe.
fn gap(
    image: &Image<'_>,
    sector: u32,
    span: Range<u32>,
    living: &[Piece<'_>],
    is_ended: bool,
    findings: &mut Vec<Finding>,
) {
    let layout = image.layout();
    let anchor = layout.anchor();
    let is_tail = !is_ended && living.last().is_none_or(|last| last.off < span.start);
    let mut start = span.start;
    while start < span.end {
        let end = ((start / anchor + 1) * anchor).min(span.end);
        if let Some((first, last)) = image.written(sector, start..end) {
            // A program begins where the last frame ended, or at an anchor.
            let torn = is_tail && first < start + layout.frame_max();
            let finding = damaged(torn, lost(living, first)).at(image.spot(sector, first));
            findings.push(finding.bytes(last + 1 - first));
        }
        start = end;
    }
}

fn damaged(torn: bool, lost: Lost) -> Finding {
    if torn {
        let finding = Finding::new(Class::TornOrLost, TORN_OR_LOST);
        return match lost {
            Lost::After(seq) | Lost::Records(seq, _) => finding.seqs(seq, seq),
            Lost::NoRecord => finding,
        };
    }
    match lost {
        Lost::Records(from, to) if from == to => {
            Finding::new(Class::Damaged, format!("damaged bytes: record {from} was here"))
                .seqs(from, to)
        }
        Lost::Records(from, to) => {
            Finding::new(Class::Damaged, format!("damaged bytes: records {from} to {to} were here"))
                .seqs(from, to)
        }
        Lost::After(seq) => Finding::new(
            Class::Damaged,
            format!("damaged bytes in erased room behind the end of the log, before record {seq}"),
        ),
        Lost::NoRecord => Finding::new(
            Class::Damaged,
            "damaged bytes, and no record is missing here: a frame of the log's own, or erased room",
        ),
    }
}

/// Which records the numbers around a place say were there.
enum Lost {
    NoRecord,
    Records(u32, u32),
    /// Nothing readable follows: this one, if any.
    After(u32),
}

fn lost(living: &[Piece<'_>], off: u32) -> Lost {
    let after = living.partition_point(|p| p.off <= off);
    let next = after.checked_sub(1).and_then(|i| living.get(i)).map_or(0, Piece::next_seq);
    match living.get(after) {
        None => Lost::After(next),
        Some(after) if next > 0 && after.seq > next => Lost::Records(next, after.seq - 1),
        Some(_) => Lost::NoRecord,
    }
}
