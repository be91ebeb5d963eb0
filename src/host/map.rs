//! `pos-journal map IMAGE`: what is in each sector.

use super::input::{ReadArgs, with_image};
use super::listing::{Cell, Column, Listing, Printout, number, text as words_in};
use super::style::Style;
use super::table::Tone;
use super::words::{table as w, terms};
use super::{Exit, Lang, json, verify};
use crate::dump::{Image, SectorState, SectorView, map};

/// Shows the sectors of an image.
#[must_use]
pub fn run(args: &ReadArgs) -> Exit {
    let style = args.style.style();
    let shown = |image: &Image<'_>| (text(image, style), Exit::Clean);
    with_image(args, shown, |why| (json::refused(why, style), Exit::NotAJournal))
}

/// What [`run`] prints of an image.
#[must_use]
pub fn text(image: &Image<'_>, style: impl Into<Style>) -> String {
    let (sectors, style) = (map(image), style.into());
    let bytes = image.layout().sector_bytes();
    let title = w::T_MAP.with(style.lang, &[&image.layout().sectors()]);
    let rows = sectors.iter().map(|sector| row(sector, bytes, style.lang)).collect();
    let listing = Listing { key: "sectors", title, columns: COLUMNS, rows };
    let printout = Printout::new(vec![listing]).fact("format_id", image.format_id());
    printout.fact("sector_bytes", bytes).render(style)
}

const COLUMNS: &[Column] = &[
    number("sector", w::SECTOR),
    number("address", w::ADDRESS),
    words_in("state", w::STATE),
    number("epoch", w::EPOCH),
    number("wear", w::WEAR),
    number("records", w::RECORDS),
    number("used", w::USED),
    number("dead", w::DEAD),
    number("free", w::FREE),
    number("findings", w::FINDINGS),
    words_in("bar", w::BAR),
];

fn row(sector: &SectorView, bytes: u32, lang: Lang) -> Vec<Cell> {
    let tone = match sector.state {
        SectorState::Active | SectorState::Full => Tone::Good,
        SectorState::HalfOpen => Tone::Warning,
        SectorState::Damaged | SectorState::Missing => Tone::Bad,
        _ => Tone::Plain,
    };
    vec![
        sector.sector.into(),
        verify::address(sector.address),
        Cell::of(sector.state.name(), terms::sector(sector.state).of(lang)).toned(tone),
        sector.epoch.into(),
        sector.wear.into(),
        sector.records.into(),
        sector.used.into(),
        sector.dead.into(),
        sector.free.into(),
        sector.findings.into(),
        bar(sector.used, sector.dead, bytes).into(),
    ]
}

/// Characters of a bar.
const WIDTH: u32 = 24;

/// `#` for what counts, `x` for what does not any more, `.` for what is free; what there is of a kind
/// has at least one.
fn bar(used: u32, dead: u32, bytes: u32) -> String {
    let part =
        |n: u32| (u64::from(n) * u64::from(WIDTH)).div_ceil(u64::from(bytes.max(1))) as usize;
    let used = part(used).min(WIDTH as usize);
    let dead = part(dead).min(WIDTH as usize - used);
    "#".repeat(used) + &"x".repeat(dead) + &".".repeat(WIDTH as usize - used - dead)
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_always_as_long() {
        assert_eq!(bar(0, 0, 4096), "........................");
        assert_eq!(bar(32, 0, 4096), "#.......................");
        assert_eq!(bar(2048, 1024, 4096), "############xxxxxx......");
        assert_eq!(bar(4096, 4096, 4096), "########################");
        assert_eq!(bar(1, 1, 0), "########################");
    }
}
