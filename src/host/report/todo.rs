//! What is open, past due, odd or owed: why, whose it is, what to do, whom to call, until when to wait.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::both::{both, with, word};
use super::gather::Report;
use super::words as w;
use crate::host::Lang;
use crate::host::explain::arrival::counted;
use crate::host::explain::phrase::{bill_row, owed, reason as said, until};
use crate::host::explain::words::{Frame, frame};
use crate::host::explain::{
    Audience, Finding, Story, cause_name, certainty_words, party_words, sign_words, step_words,
};
use crate::host::txn;

/// So many are listed: a report of more is no report.
const MOST: usize = 500;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let todo = report.todo();
    let groups = groups(&todo);
    let waiting = report.findings.values().filter(|finding| finding.only_waits()).count();
    html! {
        section #todo {
            h2 { (with(w::TODO, &[&todo.len()])) }
            @if todo.is_empty() { p.calm { (word(w::NOTHING_TODO)) } }
            .cards {
                @for group in &groups { (card(report, group)) }
            }
            @if todo.len() > MOST { p.note { (with(w::MORE_TODO, &[&(todo.len() - MOST)])) } }
            @if !report.arrivals.is_empty() {
                p.note { (both(|lang| counted(report.arrivals.values().copied(), lang))) }
            }
            @if waiting > 0 { p.note { (with(w::ONLY_WAIT, &[&waiting])) } }
        }
    }
}

/// A word of the frame.
type Label = fn(&Frame) -> &'static str;

fn label(label: Label) -> Markup {
    both(|lang| label(frame(lang)).into())
}

type Told<'s, 'a> = (&'s Story<'a>, &'s Finding<'a>);

/// What is said of several payments in the same words is said once.
fn groups<'s, 'a>(todo: &[Told<'s, 'a>]) -> Vec<Vec<Told<'s, 'a>>> {
    let mut groups: Vec<Vec<Told<'s, 'a>>> = Vec::new();
    let mut places = BTreeMap::new();
    for (story, finding) in todo.iter().take(MOST) {
        let proof_words = step_words(finding.step, Audience::Merchant, Lang::En);
        let key = (!finding.is_late, finding.sign, proof_words, finding.reason.as_deref());
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push((story, finding));
        }
    }
    groups
}

fn card(report: &Report<'_>, group: &[Told<'_, '_>]) -> Markup {
    let Some((_, first)) = group.first() else { return html! {} };
    let (who, cause) = (Audience::Merchant, first.cause);
    html! {
        article.card.(if first.is_late { "late" } else { "soon" }) {
            header {
                b.cause { (cause.code()) }
                div {
                    h3 { (both(|lang| sign_words(first.sign, lang).into())) }
                    p.sure {
                        (both(|lang| cause_name(cause, lang).into())) " · "
                        (both(|lang| certainty_words(first.certainty, lang).into()))
                    }
                }
            }
            p.next { (both(|lang| step_words(first.step, who, lang).into())) }
            dl {
                dt { (label(|frame| frame.call)) }
                dd { (both(|lang| party_words(first.call, who, lang).into())) }
                @if let Some(reason) = &first.reason {
                    dt { (label(|frame| frame.bill)) }
                    dd { (both(|lang| said(reason, lang))) }
                }
            }
            ul {
                @for (story, finding) in group { (one(report, story, finding)) }
            }
        }
    }
}

fn one(report: &Report<'_>, story: &Story<'_>, finding: &Finding<'_>) -> Markup {
    html! {
        li {
            a href={ "#p" (story.item) } { (both(|lang| txn::head(report.outline, story.item, lang))) }
            br;
            (label(|frame| frame.owed)) ": " b { (both(|lang| owed(story, finding.owed, lang))) } br;
            small { (label(|frame| frame.wait)) ": " (both(|lang| until(finding, lang))) }
            @for row in &finding.rows { br; small { (bill_row(row)) } }
        }
    }
}
