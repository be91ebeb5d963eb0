//! `pos-journal diff A B`: two dumps of one terminal, the second taken later.
//!
//! | B is | ends with |
//! |---|---|
//! | A, or goes on from it | 0 |
//! | older, a fork, without records that A has, or another journal | 1 |

use std::path::PathBuf;

use super::input::{FileArgs, Reading, Source, StyleArgs, finish, load, name};
use super::listing::{Cell, Column, Listing, Printout, number, text as words_in};
use super::style::Style;
use super::table::Tone;
use super::words::{self, table as w, terms};
use super::{Exit, Lang, json, show};
use crate::dump::{Comparison, Image, Moved, NotReadable, Outline, compare};
use crate::record::Seq;
use w::Word;

/// The arguments of `diff`.
#[derive(Clone, Debug, clap::Args)]
pub struct DiffArgs {
    /// The dump that was taken first
    pub a: PathBuf,
    /// The dump that was taken later; one of the two may be `-`
    pub b: PathBuf,
    /// Find the region in each file by itself, as `salvage` does
    #[arg(long)]
    pub find: bool,
    /// How the files are read.
    #[command(flatten)]
    pub file: FileArgs,
    /// How the answer is printed.
    #[command(flatten)]
    pub style: StyleArgs,
}

/// Compares two images.
#[must_use]
pub fn run(args: &DiffArgs) -> Exit {
    let style = args.style.style();
    match loaded(args, style) {
        Ok((text, exit)) | Err((text, exit)) => finish(&text, exit, style.lang),
    }
}

type Ended = (String, Exit);

fn loaded(args: &DiffArgs, style: Style) -> Result<Ended, Ended> {
    let how = Reading { gaps_erased: args.file.gaps_erased, is_lenient: args.find };
    let load = |path| load(path, how, style.lang).map_err(|exit| (String::new(), exit));
    let (a, b) = (load(&args.a)?, load(&args.b)?);
    let refused = |path: &PathBuf, why: NotReadable| {
        eprintln!("{}: {}", name(path), words::not_readable(why, style.lang));
        (json::refused(why, style), Exit::NotAJournal)
    };
    let first = Source::of(a, args.find).map_err(|why| refused(&args.a, why))?;
    let second = Source::of(b, args.find).map_err(|why| refused(&args.b, why))?;
    let a = first.image().map_err(|why| refused(&args.a, why))?;
    let b = second.image().map_err(|why| refused(&args.b, why))?;
    Ok(text(&a, &b, style))
}

/// What [`run`] prints of two images, and how it ends.
#[must_use]
pub fn text(a: &Image<'_>, b: &Image<'_>, style: impl Into<Style>) -> (String, Exit) {
    let (found, style) = (compare(a, b), style.into());
    let exit = if found.relation.is_sound() { Exit::Clean } else { Exit::Findings };
    let rows = rows(&found, style.lang);
    let title = w::T_CHANGED.with(style.lang, &[&rows.len()]);
    let listing = Listing { key: "changes", title, columns: COLUMNS, rows };
    let values: [&dyn std::fmt::Display; 5] = [
        &terms::relation(found.relation).of(style.lang),
        &found.new.len(),
        &found.reclaimed,
        &found.lost.len(),
        &found.changed.len(),
    ];
    let after = w::X_SUMMARY.with(style.lang, &values) + "\n";
    let seqs = |seqs: &[Seq]| seqs.iter().map(|seq| seq.0).collect::<Vec<_>>();
    let printout = Printout { after, ..Printout::new(vec![listing]) }
        .fact("relation", found.relation.name())
        .fact("first_format_id", a.format_id())
        .fact("second_format_id", b.format_id())
        .fact("first_last", found.last.0.map(|seq| seq.0))
        .fact("second_last", found.last.1.map(|seq| seq.0))
        .fact("reclaimed", found.reclaimed)
        .fact("lost", seqs(&found.lost))
        .fact("changed", seqs(&found.changed))
        .fact("new", seqs(&found.new));
    (printout.render(style), exit)
}

const COLUMNS: &[Column] = &[
    words_in("change", w::CHANGE),
    number("record", w::RECORD),
    words_in("kind", w::KIND),
    number("stan", w::STAN),
    words_in("before", w::BEFORE),
    words_in("after", w::AFTER),
];

/// Records that differ or are lost, then payments.
fn rows(found: &Comparison, lang: Lang) -> Vec<Vec<Cell>> {
    let differing =
        found.changed.iter().map(|&seq| record(found, "other contents", w::Y_CHANGED, seq, lang));
    let lost = found.lost.iter().map(|&seq| record(found, "lost", w::Y_LOST, seq, lang));
    let payments = found.payments.iter().map(|moved| payment(found, moved, lang));
    differing.chain(lost).chain(payments).collect()
}

fn record(found: &Comparison, change: &str, word: Word, seq: Seq, lang: Lang) -> Vec<Cell> {
    let of = |outline: &Outline| {
        let at = outline.records.binary_search_by_key(&seq, |shown| shown.seq).ok()?;
        outline.records.get(at).map(|shown| shown.record.clone())
    };
    let (first, second) = (of(&found.first), of(&found.second));
    let told = |record: &Option<crate::record::Record>| match record {
        Some(record) => Cell::of(words::says(record, Lang::En), words::says(record, lang)),
        None => ().into(),
    };
    let name = first
        .as_ref()
        .map_or(().into(), |record| Cell::of(record.name(), show::name(record, lang)));
    let change = Cell::of(change, word.of(lang)).toned(Tone::Bad);
    vec![change, seq.0.into(), name, ().into(), told(&first), told(&second)]
}

fn payment(found: &Comparison, moved: &Moved, lang: Lang) -> Vec<Cell> {
    let (key, word, tone) = match moved {
        Moved { is_gone: true, .. } => ("gone while open", w::Y_GONE, Tone::Bad),
        Moved { before: None, .. } => ("new", w::Y_NEW, Tone::Plain),
        _ => ("went on", w::Y_MOVED, Tone::Plain),
    };
    let of = |outline: &Outline| outline.payments.get(&moved.item).and_then(|p| p.intent.clone());
    let intent = of(&found.second).or_else(|| of(&found.first));
    let kind = intent.as_ref().map(|i| i.kind);
    let state = |state: Option<_>| match state {
        Some(_) => show::state(state, lang),
        None => ().into(),
    };
    vec![
        Cell::of(key, word.of(lang)).toned(tone),
        moved.item.0.into(),
        kind.map_or(().into(), |kind| Cell::of(kind.name(), terms::kind(kind).of(lang))),
        intent.map(|i| i.stan.get()).into(),
        state(moved.before),
        state(moved.after),
    ]
}
