//! `pos-journal verify IMAGE`: is every byte accounted for, and do the books add up?

use super::input::{Format, ReadArgs, with_image};
use super::table::{Field, Sheet, Tone};
use super::{Exit, json};
use crate::dump::{Class, Finding, Image, NotReadable, Verification, verify};

/// Checks an image: [`Exit::Clean`] or [`Exit::Findings`].
#[must_use]
pub fn run(args: &ReadArgs) -> Exit {
    let format = args.format;
    with_image(args, |image| text(image, format), |why| not_readable(why, format))
}

/// What [`run`] prints of an image, and how it ends.
#[must_use]
pub fn text(image: &Image<'_>, format: Format) -> (String, Exit) {
    let found = verify(image);
    let exit = if found.is_clean() { Exit::Clean } else { Exit::Findings };
    let text = match format {
        Format::Json => json::verification(image, &found),
        Format::Table => findings(found.findings()) + &summary(&found) + "\n",
    };
    (text, exit)
}

/// Headers that are there and rotten are a finding; bytes without any are no journal.
fn not_readable(why: NotReadable, format: Format) -> (String, Exit) {
    let exit = match why {
        NotReadable::HeadersDamaged { .. } => Exit::Findings,
        _ => Exit::NotAJournal,
    };
    let text = if format == Format::Json { json::not_readable(why) } else { String::new() };
    (text, exit)
}

/// What was found, by address.
pub(super) fn findings(found: &[Finding]) -> String {
    let title = format!("Findings ({})", found.len());
    let columns = [
        ("address", true),
        ("sector", true),
        ("offset", true),
        ("bytes", true),
        ("records", true),
        ("found", false),
        ("meaning", false),
    ];
    let mut sheet = Sheet::new(title, &columns);
    for finding in found {
        let tone = match finding.class {
            Class::TornOrLost | Class::RecordedLoss | Class::Unreadable => Tone::Warning,
            _ => Tone::Bad,
        };
        let at = |part: fn(crate::dump::Spot) -> String| finding.at.map(part).unwrap_or_default();
        let records = match finding.seqs {
            Some((from, to)) if from == to => from.to_string(),
            Some((from, to)) => format!("{from}-{to}"),
            None => String::new(),
        };
        sheet.row([
            at(|spot| format!("{:#08x}", spot.address)).into(),
            at(|spot| spot.sector.to_string()).into(),
            at(|spot| spot.offset.to_string()).into(),
            finding.bytes.map(|bytes| bytes.to_string()).unwrap_or_default().into(),
            records.into(),
            Field(finding.class.to_string(), tone),
            finding.text.as_str().into(),
        ]);
    }
    sheet.render()
}

/// One line that says it all.
pub(super) fn summary(found: &Verification) -> String {
    let exempt: u32 = found.exempt_spans().iter().map(|span| span.to - span.from).sum();
    let verdict = match found.findings().len() {
        0 => "clean".to_string(),
        1 => "1 finding".to_string(),
        n => format!("{n} findings"),
    };
    let unknown = match found.unknown() {
        0 => String::new(),
        n => format!(", {n} of kinds that this program does not know"),
    };
    format!(
        "{verdict}: {} records checked{unknown}; {exempt} bytes are free or dead space and were not \
         looked at",
        found.records()
    )
}
