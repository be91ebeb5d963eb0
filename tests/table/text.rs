//! The table in words. Each class of what was seen has one fixed word or two.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::point::Point;
use super::seen::{Active, First, Found, Observed, Report, Row, Span};
use super::step::Step;
use super::{SEEDS, TRIED};

const HEAD: &str = "\
| the power fails in | at | found | the mount reports | the next start first | active sector | programs | erases | cuts |
|---|---|---|---|---|---|---|---|---|
";

pub fn of(observed: &Observed) -> String {
    let mut text = String::from(HEAD);
    for (step, points, row) in lines(observed) {
        let classes = &row.classes;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            step.words(),
            points,
            found(&classes.found),
            list(&classes.report, report),
            list(&classes.first, first),
            list(&classes.active, active),
            span(row.programs),
            span(row.erases),
            row.cuts,
        );
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

/// Points of a step, one after the other, at which the same was seen, as one line.
fn lines(observed: &Observed) -> Vec<(Step, String, Row)> {
    let mut lines: Vec<(Step, Vec<Point>, Row)> = Vec::new();
    for (&(step, point), row) in &observed.rows {
        match lines.last_mut() {
            Some((last, points, sum)) if *last == step && sum.classes == row.classes => {
                points.push(point);
                sum.add(row);
            }
            _ => lines.push((step, vec![point], row.clone())),
        }
    }
    let all = |step: Step| observed.rows.keys().filter(|(of, _)| *of == step).count();
    lines
        .into_iter()
        .map(|(step, points, row)| {
            let words: Vec<&str> = points.iter().map(|point| point.words()).collect();
            let words = match points.len() {
                n if n == all(step) => "anywhere".to_owned(),
                _ => words.join(", "),
            };
            (step, words, row)
        })
        .collect()
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

fn report(report: Report) -> String {
    match report {
        Report::Nothing => "nothing",
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
        First::BootFrames => "boot frames".into(),
        First::OpensAgain => "opens it again".into(),
        First::OpensNext => "opens the next".into(),
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
