//! The table in words. Each class of what was seen has one fixed word or two.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::point::Point;
use super::seen::{Active, First, Found, Observed, Report, Row, Span};
use super::step::Step;
use super::{SEEDS, TRIED};

const HEAD: &str = "\
| the power fails in | at | found | mount reports | next start | active | programs | erases | cuts |
|---|---|---|---|---|---|---|---|---|
";

pub fn of(observed: &Observed) -> String {
    let mut text = String::from(HEAD);
    for Block { steps, lines } in blocks(observed) {
        let mut name = names(&steps);
        for Line { points, row } in lines {
            let classes = &row.classes;
            let _ = writeln!(
                text,
                "| {} | {points} | {} | {} | {} | {} | {} | {} | {} |",
                // Told once, for all lines of the block.
                core::mem::take(&mut name),
                found(&classes.found),
                reports(&classes.report),
                list(&classes.first, first),
                list(&classes.active, active),
                span(row.programs),
                span(row.erases),
                row.cuts,
            );
        }
    }
    let sum = |of: fn(&Row) -> u64| observed.rows.values().map(of).sum::<u64>();
    let names: Vec<String> = TRIED.iter().map(|tried| format!("`{}`", tried.name)).collect();
    let _ = write!(
        text,
        "\n{} cuts on {} (write size, erase block, sectors and their size), {} seeds each. In {} of \
         them a second start that wrote nothing found the other one of 'before' and 'after'.\n",
        sum(|row| row.cuts),
        names.join(", "),
        SEEDS.len(),
        sum(|row| row.wavers),
    );
    text
}

/// A line: points of a step, one after the other, at which the same was seen.
struct Line {
    points: String,
    row: Row,
}

/// The lines of steps one after the other at which the same was seen throughout.
struct Block {
    steps: Vec<Step>,
    lines: Vec<Line>,
}

fn blocks(observed: &Observed) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let steps: BTreeSet<Step> = observed.rows.keys().map(|&(step, _)| step).collect();
    for step in steps {
        let lines = lines_of(observed, step);
        let alike = |block: &&mut Block| {
            block.lines.len() == lines.len()
                && block
                    .lines
                    .iter()
                    .zip(&lines)
                    .all(|(a, b)| a.points == b.points && a.row.classes == b.row.classes)
        };
        match blocks.last_mut().filter(alike) {
            Some(block) => {
                block.steps.push(step);
                for (sum, more) in block.lines.iter_mut().zip(&lines) {
                    sum.row.add(&more.row);
                }
            }
            None => blocks.push(Block { steps: vec![step], lines }),
        }
    }
    blocks
}

fn lines_of(observed: &Observed, step: Step) -> Vec<Line> {
    let mut runs: Vec<(Vec<Point>, Row)> = Vec::new();
    for (&(_, point), row) in observed.rows.iter().filter(|((of, _), _)| *of == step) {
        match runs.last_mut() {
            Some((points, sum)) if sum.classes == row.classes => {
                points.push(point);
                sum.add(row);
            }
            _ => runs.push((vec![point], row.clone())),
        }
    }
    let whole = runs.len() == 1;
    let line = |(points, row): (Vec<Point>, Row)| {
        let words: Vec<&str> = points.iter().map(|point| point.words()).collect();
        let points = if whole { "anywhere".to_owned() } else { words.join(", ") };
        Line { points, row }
    };
    runs.into_iter().map(line).collect()
}

/// The steps of a block; what stands before the colon is told once.
fn names(steps: &[Step]) -> String {
    let mut text = String::new();
    let mut group = String::new();
    for words in steps.iter().map(|step| step.words()) {
        let (of, what) = words.split_once(": ").unwrap_or((&words, ""));
        let _ = match (text.is_empty(), of == group) {
            (_, true) => write!(text, ", {what}"),
            (true, _) => write!(text, "**{of}**: {what}"),
            (false, _) => write!(text, "; **{of}**: {what}"),
        };
        group = of.to_owned();
    }
    text
}

fn found(found: &BTreeSet<Found>) -> String {
    let both = found.contains(&Found::Before) && found.contains(&Found::After);
    if both { "either".into() } else { list(found, found_word) }
}

fn found_word(found: Found) -> String {
    match found {
        Found::Before => "as before",
        Found::After => "as after",
        Found::Same => "no difference",
    }
    .into()
}

/// What some mount said, each thing for itself.
fn reports(all: &BTreeSet<BTreeSet<Report>>) -> String {
    let nothing = all.iter().any(BTreeSet::is_empty).then(|| "nothing".to_owned());
    let said: BTreeSet<Report> = all.iter().flatten().copied().collect();
    let words = nothing.into_iter().chain(said.into_iter().map(report));
    words.collect::<Vec<_>>().join(" or ")
}

fn report(report: Report) -> String {
    match report {
        Report::TornTail => "torn tail",
        Report::PerhapsLoss => "perhaps a loss",
        Report::Damage => "damage",
        Report::FellBack => "older checkpoint",
        Report::Scanned => "all headers read",
    }
    .into()
}

fn first(first: First) -> String {
    match first {
        First::Nothing => "nothing".into(),
        First::AsEver => "boot frames".into(),
        First::OpensAgain => "opens it again".into(),
        First::MarksAndOpensAgain => "marks and opens it again".into(),
        First::Frame(kind) => format!("frame of kind {kind:#04x}"),
    }
}

fn active(active: Active) -> String {
    match active {
        Active::TheSame => "the same",
        Active::TheNew => "the new one",
    }
    .into()
}

fn list<T: Copy>(set: &BTreeSet<T>, word: fn(T) -> String) -> String {
    set.iter().map(|&it| word(it)).collect::<Vec<_>>().join(" or ")
}

fn span(Span(least, most): Span) -> String {
    if least == most { format!("{least}") } else { format!("{least}..{most}") }
}
