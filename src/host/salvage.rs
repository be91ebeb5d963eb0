//! `pos-journal salvage FILE`: every record that can be read, wherever in the file the region lies
//! and whatever is damaged.

use std::path::PathBuf;

use super::input::{FileArgs, Reading, Source, StyleArgs, decode, finish, load, name};
use super::listing::{Cell, Column, Listing, Printout, data, number, text as words_in};
use super::style::Style;
use super::table::Tone;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json, open, progress, show, verify};
use crate::dump::{
    Candidate, Extract, NotReadable, Salvage, Salvaged, Standing, candidates, salvage,
};

/// The arguments of `salvage`.
#[derive(Clone, Debug, clap::Args)]
pub struct SalvageArgs {
    /// A file with a journal's region somewhere in it, in any encoding; `-` reads standard input
    pub file: PathBuf,
    /// Which of several regions is read; 1 is the one with the most sector headers
    #[arg(long, default_value_t = 1)]
    pub region: usize,
    /// Write the region to a file for the other commands; what is missing reads erased there
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// How the file is read.
    #[command(flatten)]
    pub how: FileArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub style: StyleArgs,
}

/// Reads what can be read: [`Exit::Findings`] unless everything is there.
#[must_use]
pub fn run(args: &SalvageArgs) -> Exit {
    let style = args.style.style();
    let how = Reading { gaps_erased: args.how.gaps_erased, is_lenient: true };
    let loaded = match load(&args.file, how, style.lang) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let refused = |why: NotReadable| {
        eprintln!("{}: {}", name(&args.file), words::not_readable(why, style.lang));
        finish(&json::refused(why, style), Exit::NotAJournal, style.lang)
    };
    let source = match Source::of(loaded, false) {
        Ok(source) => source,
        Err(why) => return refused(why),
    };
    let printed = from_source(&source, args.region, style, |mut text, exit, image| {
        if let Some(path) = &args.write {
            if let Err(error) = std::fs::write(path, image) {
                return open::usage(w::CANNOT_WRITE.with(style.lang, &[&error]));
            }
            if style.format == super::Format::Table {
                text += &(w::WRITTEN_TO.with(style.lang, &[&name(path)]) + "\n");
            }
        }
        finish(&text, exit, style.lang)
    });
    match printed {
        Ok(exit) => exit,
        Err(Refused::NotReadable(why)) => refused(why),
        Err(Refused::NoSuchRegion(most)) => {
            open::usage(w::NO_SUCH_REGION.with(style.lang, &[&args.region, &most]))
        }
    }
}

/// What [`run`] prints of a file with these bytes.
///
/// # Errors
/// Why it cannot be read, in words.
pub fn from_bytes(
    bytes: Vec<u8>,
    gaps_erased: bool,
    style: Style,
) -> Result<(String, Exit), String> {
    let how = Reading { gaps_erased, is_lenient: true };
    let told = |why| words::not_readable(why, style.lang);
    let loaded = decode(bytes, how).map_err(|why| why.told(style.lang))?;
    let source = Source::of(loaded, false).map_err(told)?;
    match from_source(&source, 1, style, |text, exit, _| (text, exit)) {
        Ok(printed) => Ok(printed),
        Err(Refused::NotReadable(why)) => Err(told(why)),
        Err(Refused::NoSuchRegion(most)) => Err(w::NO_SUCH_REGION.with(style.lang, &[&1, &most])),
    }
}

enum Refused {
    NotReadable(NotReadable),
    /// There are only so many.
    NoSuchRegion(usize),
}

/// Hands on what is printed of a region, how it ends, and the region's bytes.
fn from_source<T>(
    source: &Source,
    number: usize,
    style: Style,
    then: impl FnOnce(String, Exit, &[u8]) -> T,
) -> Result<T, Refused> {
    let (bytes, holes) = source.bytes();
    let found = progress::during(bytes.len(), || candidates(bytes));
    if found.is_empty() {
        let why = Extract::first(bytes, holes).err();
        return Err(Refused::NotReadable(why.unwrap_or(NotReadable::NotAJournal)));
    }
    let chosen = number.checked_sub(1).and_then(|at| found.get(at));
    let cut = chosen.and_then(|region| Extract::of(bytes, holes, region));
    let (Some(region), Some(cut)) = (chosen, cut) else {
        return Err(Refused::NoSuchRegion(found.len()));
    };
    let image = match source {
        // What the line did to it is a finding too.
        Source::Export(export) if region.begins == 0 => cut.image().exported(export),
        _ => cut.image(),
    };
    let saved = progress::during(image.bytes().len(), || salvage(&image));
    let (text, exit) = text(&found, region, bytes.len(), &saved, style);
    Ok(then(text, exit, image.bytes()))
}

fn text(
    found: &[Candidate],
    region: &Candidate,
    file: usize,
    saved: &Salvage,
    style: Style,
) -> (String, Exit) {
    let lang = style.lang;
    let exit = if saved.is_clean() { Exit::Clean } else { Exit::Findings };
    let regions = regions(found, file, lang);
    let mut listings = vec![
        records(saved, lang),
        gaps(saved, lang),
        verify::findings(saved.verification().findings(), lang),
    ];
    // People want to choose first; one region is told in a line.
    let main = usize::from(found.len() > 1);
    listings.insert(if main == 1 { 0 } else { listings.len() }, regions);
    if main == 0 && style.format == super::Format::Table {
        listings.pop();
    }
    let whole = region.region_bytes();
    let place = match region.begins {
        late @ ..0 => {
            w::REGION_LATE.with(lang, &[&late.unsigned_abs(), &whole, &region.present(file)])
        }
        at => w::REGION_AT.with(lang, &[&at, &whole, &region.present(file)]),
    };
    let printout = Printout {
        main,
        before: place + "\n\n",
        after: after(saved, lang),
        ..Printout::new(listings)
    };
    let printout = printout
        .fact("begins", region.begins)
        .fact("format_id", region.format_id)
        .fact("clean", saved.is_clean())
        .fact("complete_from", saved.complete_from.map(|seq| seq.0))
        .fact("lost_sectors", saved.lost_sectors.clone())
        .fact("gave_up", saved.gave_up);
    (printout.render(style), exit)
}

fn after(saved: &Salvage, lang: Lang) -> String {
    let mut lines = Vec::new();
    if !saved.lost_sectors.is_empty() {
        let sectors: Vec<String> = saved.lost_sectors.iter().map(u32::to_string).collect();
        lines.push(w::NEWER_LOST.with(lang, &[&sectors.join(", ")]));
    }
    if saved.gave_up {
        lines.push(w::GAVE_UP.of(lang).into());
    }
    if let Some(from) = saved.complete_from.filter(|from| from.0 > 1) {
        lines.push(w::COMPLETE_FROM.with(lang, &[&from]));
    }
    let missing: u32 = saved.missing.iter().map(|gap| gap.to.0 - gap.from.0 + 1).sum();
    if missing == 0 {
        lines.push(w::NOTHING_MISSING.of(lang).into());
    }
    let counts = |r: &&Salvaged| matches!(r.standing, Standing::Counts | Standing::Carried);
    let counting = saved.records.iter().filter(counts).count();
    lines.push(w::SALVAGED.with(lang, &[&saved.records.len(), &counting, &missing]));
    lines.push(verify::summary(saved.verification(), lang));
    lines.join("\n") + "\n"
}

const REGIONS: &[Column] = &[
    number("region", w::REGION),
    number("begins", w::AT),
    number("bytes", w::BYTES),
    number("present", w::PRESENT),
    number("format_id", w::FORMAT_ID),
    number("headers", w::HEADERS),
    number("newest_epoch", w::EPOCH),
];

fn regions(found: &[Candidate], file: usize, lang: Lang) -> Listing {
    let rows = (1u32..).zip(found).map(|(number, region)| {
        vec![
            number.into(),
            region.begins.into(),
            region.region_bytes().into(),
            region.present(file).into(),
            Cell::of(region.format_id, format!("{:#010x}", region.format_id)),
            region.headers.into(),
            region.newest.into(),
        ]
    });
    let title = w::T_REGIONS.with(lang, &[&found.len()]);
    Listing { key: "regions", title, columns: REGIONS, rows: rows.collect() }
}

const GAPS: &[Column] = &[
    number("from", w::FIELD_FROM),
    number("to", w::FIELD_TO),
    number("records", w::RECORDS),
    words_in("written_down", w::WRITTEN_DOWN),
];

fn gaps(saved: &Salvage, lang: Lang) -> Listing {
    let rows = saved.missing.iter().map(|gap| {
        let word = if gap.written_down { w::YES } else { w::NO };
        let count = gap.to.0 - gap.from.0 + 1;
        let known = Cell::of(gap.written_down, word.of(lang)).toned(Tone::Warning);
        vec![gap.from.0.into(), gap.to.0.into(), count.into(), known]
    });
    let title = w::T_MISSING.with(lang, &[&saved.missing.len()]);
    Listing { key: "missing", title, columns: GAPS, rows: rows.collect() }
}

const RECORDS: &[Column] = &[
    number("record", w::RECORD),
    number("address", w::ADDRESS),
    data("sector"),
    words_in("kind", w::KIND),
    number("payment", w::PAYMENT),
    words_in("time", w::TIME),
    words_in("says", w::SAYS),
    words_in("counts", w::COUNTS),
];

fn records(saved: &Salvage, lang: Lang) -> Listing {
    let rows = saved.records.iter().map(|record| row(record, lang)).collect();
    let title = w::T_SALVAGED.with(lang, &[&saved.records.len()]);
    Listing { key: "records", title, columns: RECORDS, rows }
}

fn row(saved: &Salvaged, lang: Lang) -> Vec<Cell> {
    let tone = match saved.standing {
        Standing::Counts | Standing::Carried => Tone::Good,
        Standing::BehindDamage => Tone::Warning,
        Standing::Reclaimed | Standing::Dead => Tone::Plain,
    };
    let (kind, item, time, says) = match &saved.record {
        Some(record) => {
            let own = matches!(record, crate::record::Record::Intent(_)).then_some(saved.seq);
            let says = Cell::of(words::says(record, Lang::En), words::says(record, lang));
            let kind = Cell::of(record.name(), show::name(record, lang));
            (kind, own.or(record.item()), words::time(record), says)
        }
        None => {
            let byte = format!("{:#04x}", saved.kind);
            let kind = Cell::of(byte.as_str(), w::N_UNKNOWN.with(lang, &[&byte]));
            (kind, None, String::new(), ().into())
        }
    };
    vec![
        saved.seq.0.into(),
        verify::address(saved.at.address),
        saved.at.sector.into(),
        kind,
        item.map(|item| item.0).into(),
        time.into(),
        says,
        Cell::of(saved.standing.name(), terms::standing(saved.standing).of(lang)).toned(tone),
    ]
}
