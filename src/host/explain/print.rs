//! Findings as people and programs read them.

use super::around::stories;
use super::arrival::{Arrival, arrival, counted};
use super::bill::{BillFacts, BillSource, Payout};
use super::finding::{Finding, explain};
use super::money::{Owed, Until};
use super::phrase::{bill_row, owed, reason, record, until};
use super::story::Story;
use super::words::{self, Audience, fill};
use super::world::World;
use crate::dump::{Image, Outline, outline};
use crate::host::listing::{Cell, Column, Listing, Printout, data};
use crate::host::plain::{Out, plain};
use crate::host::style::{Format, Style};
use crate::host::words::{self as common, safe, table as w, terms};
use crate::host::{Exit, Lang, txn, verify};
use crate::record::Seq;

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Only these payments, as `txn` finds them.
    pub which: Option<&'a str>,
    /// Also those that only wait, or ended well.
    pub all: bool,
    /// Who reads it.
    pub who: Audience,
}

/// What `explain` prints of an image, and how it ends: [`Exit::Findings`] where something needs
/// attention, or there is no such payment.
#[must_use]
pub fn text(
    image: &Image<'_>,
    asked: Asked<'_>,
    bills: &impl BillSource,
    world: &World,
    style: Style,
) -> (String, Exit) {
    let outline = outline(image);
    let stories = stories(&outline);
    let wanted = asked.which.map(|which| txn::matches(&outline, which));
    if let (Some(which), Some([])) = (asked.which, wanted.as_deref()) {
        crate::host::open::usage(w::NO_MATCH.with(style.lang, &[&which]));
        return (String::new(), Exit::Findings);
    }
    let is_wanted =
        |story: &&Story<'_>| wanted.as_ref().is_none_or(|wanted| wanted.contains(&story.item));
    let mut told = Vec::new();
    let mut waiting = Vec::new();
    let mut ordinary = Vec::new();
    let mut arrivals = Vec::new();
    for story in stories.iter().filter(is_wanted) {
        let facts = bills.facts(story.item);
        let finding = explain(story, facts.as_ref(), world);
        if let Some(facts) = facts {
            let arrived = arrival(story, &facts, finding.as_ref(), world);
            arrivals.push((story, facts, arrived));
        }
        match finding {
            None => ordinary.push(story.item),
            Some(finding) if finding.needs_attention() => told.push((story, finding)),
            Some(finding) if asked.all || wanted.is_some() => told.push((story, finding)),
            Some(finding) if finding.only_waits() => waiting.push(finding.until),
            Some(_) => {}
        }
    }
    let exit = match told.iter().any(|(_, finding)| finding.needs_attention()) {
        true => Exit::Findings,
        false => Exit::Clean,
    };
    let clean = outline.verification.is_clean();
    let printout = match style.format {
        Format::Table => {
            let mut before = String::new();
            let money = |item: Seq| {
                let found = arrivals.iter().find(|(story, ..)| story.item == item);
                found.map(|(_, _, arrived)| arrived.say(world, style.lang)).unwrap_or_default()
            };
            for (story, finding) in &told {
                let head = txn::head(&outline, story.item, style.lang);
                let money = money(story.item);
                before += &block(&outline, story, finding, &money, head, asked.who, style.lang);
            }
            let frame = words::frame(style.lang);
            for item in ordinary.iter().filter(|_| wanted.is_some()) {
                before += &format!("{}\n", fill(frame.ordinary, &[&item.to_string()]));
                let money = money(*item);
                if !money.is_empty() {
                    before += &format!("  {}: {money}\n", frame.money);
                }
            }
            if told.is_empty() && wanted.is_none() {
                before += &format!("{}\n", frame.none);
            }
            if let Some(last) = latest(&waiting) {
                let count = waiting.len().to_string();
                before += &format!("{}\n", fill(frame.waiting, &[&count, &last]));
            }
            if bills.is_given() && wanted.is_none() {
                before += &format!(
                    "{}\n",
                    counted(arrivals.iter().map(|(_, _, arrived)| *arrived), style.lang)
                );
            }
            let after = verify::doubt(&outline.verification, style.lang);
            Printout { before, after, ..Printout::new(Vec::new()) }
        }
        _ => {
            let rows = told
                .iter()
                .map(|(story, finding)| row(&outline, story, finding, asked.who, style.lang));
            let listing = Listing {
                key: "findings",
                title: String::new(),
                columns: COLUMNS,
                rows: rows.collect(),
            };
            let mut listings = vec![listing];
            if bills.is_given() {
                let rows = arrivals.iter().map(arrived).collect();
                let (key, title) = ("bills", String::new());
                listings.push(Listing { key, title, columns: ARRIVALS, rows });
            }
            Printout::new(listings)
                .fact("format_id", image.format_id())
                .fact("clean", clean)
                .fact("now", world.now.to_string())
                .fact("waiting", waiting.len())
                .fact("waiting_until", latest(&waiting))
        }
    };
    (printout.render(style), exit)
}

/// The latest of the dates until which something waits.
fn latest(waiting: &[Until]) -> Option<String> {
    let dates = waiting.iter().filter_map(|until| match until {
        Until::Date(date) => Some(*date),
        _ => None,
    });
    dates.max().map(|date| date.to_string())
}

/// A payment, what bills say of it, and where its money is.
type Told<'s, 'a> = (&'s Story<'a>, BillFacts, Arrival);

const ARRIVALS: &[Column] = &[
    data("payment"),
    data("stan"),
    data("money"),
    data("by"),
    data("credited"),
    data("presence"),
    data("amount"),
    data("fee"),
    data("agreed_fee"),
    data("taken_back"),
    data("payout"),
    data("reason"),
    data("rows"),
];

/// What bills say of a payment, for programs.
fn arrived((story, facts, arrived): &Told<'_, '_>) -> Vec<Cell> {
    let by = match arrived {
        Arrival::By(by) | Arrival::NotYet(by) => by.map(|by| by.to_string()),
        _ => None,
    };
    let credited = match facts.payout {
        Some(Payout::Paid(on)) => on.map(|on| on.to_string()),
        _ => None,
    };
    vec![
        story.item.0.into(),
        story.intent.map(|intent| intent.stan.get()).into(),
        arrived.name().into(),
        by.into(),
        credited.into(),
        facts.presence.name().into(),
        facts.amount.into(),
        facts.fee.into(),
        facts.agreed_fee.into(),
        facts.taken_back.into(),
        facts.payout.map(Payout::name).into(),
        facts.reason.as_deref().map(safe).into(),
        facts.rows.iter().map(|row| safe(row)).collect::<Vec<_>>().join(" | ").into(),
    ]
}

/// A finding for people.
fn block(
    outline: &Outline,
    story: &Story<'_>,
    finding: &Finding<'_>,
    money: &str,
    head: String,
    who: Audience,
    lang: Lang,
) -> String {
    let frame = words::frame(lang);
    let (cause, sure) = (finding.cause, words::certainty(finding.certainty, lang));
    let also: Vec<_> = finding
        .also
        .iter()
        .map(|other| format!("{} {}", other.code(), words::cause(*other, lang)))
        .collect();
    let reason = finding.reason.as_ref().map(|text| reason(text, lang));
    let lines = [
        (frame.cause, format!("{} {} ({sure})", cause.code(), words::cause(cause, lang))),
        (frame.why, words::sign(finding.sign, lang).to_string()),
        (frame.bill, reason.unwrap_or_default()),
        (frame.also, also.join("; ")),
        (frame.money, money.into()),
        (frame.owed, owed(story, finding.owed, lang)),
        (frame.next, words::step(finding.step, who, lang).to_string()),
        (frame.call, words::party(finding.call, who, lang).to_string()),
        (frame.wait, until(finding, lang)),
    ];
    let mut out = format!("{}\n", plain(&head, Out::Terminal));
    for (name, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
        out += &format!("  {name}: {text}\n");
    }
    out += &format!("  {}:\n", frame.evidence);
    for shown in &finding.evidence {
        out += &format!("    {}\n", record(outline, shown, lang));
    }
    if !finding.rows.is_empty() {
        out += &format!("  {}:\n", frame.bill_rows);
    }
    for row in &finding.rows {
        out += &format!("    {}\n", bill_row(row));
    }
    out + "\n"
}

const COLUMNS: &[Column] = &[
    data("payment"),
    data("stan"),
    data("book"),
    data("batch"),
    data("kind"),
    data("amount"),
    data("currency"),
    data("exponent"),
    data("time"),
    data("state"),
    data("cause"),
    data("name"),
    data("certainty"),
    data("sign"),
    data("also"),
    data("owed_to"),
    data("owed"),
    data("owed_customer"),
    data("with"),
    data("next"),
    data("advice"),
    data("call"),
    data("wait_until"),
    data("late"),
    data("reason"),
    data("evidence"),
];

/// A finding for programs: stable English keys; `advice` alone is in the language and the words asked for.
fn row(
    outline: &Outline,
    story: &Story<'_>,
    finding: &Finding<'_>,
    who: Audience,
    lang: Lang,
) -> Vec<Cell> {
    let intent = story.intent;
    let (to, of) = match finding.owed {
        Owed::Nothing => ("nobody", None),
        Owed::With(_) => ("with-original", None),
        Owed::Both { merchant, .. } => ("both", Some(merchant)),
        Owed::Merchant(of) => ("merchant", Some(of)),
        Owed::Customer(of) => ("customer", Some(of)),
        Owed::Perhaps(of) => ("customer-perhaps", Some(of)),
        Owed::Unknown(of) => ("unknown", of),
    };
    let (customer, with) = match finding.owed {
        Owed::Both { customer, .. } => (Some(customer), None),
        Owed::With(original) => (None, Some(original)),
        _ => (None, None),
    };
    let until = match finding.until {
        Until::Date(date) => date.to_string(),
        Until::Now => "now".into(),
        Until::Unknown => "unknown".into(),
        Until::Nothing => String::new(),
    };
    let also: Vec<_> = finding.also.iter().map(|cause| cause.code()).collect();
    let evidence: Vec<_> =
        finding.evidence.iter().map(|shown| record(outline, shown, Lang::En)).collect();
    vec![
        finding.item.0.into(),
        intent.map(|intent| intent.stan.get()).into(),
        intent.map(|intent| intent.book).into(),
        intent.map(|intent| intent.batch.get()).into(),
        intent.map(|intent| terms::kind(intent.kind).of(Lang::En)).into(),
        intent.map(|intent| intent.amount.minor()).into(),
        intent.map(|intent| intent.currency.numeric()).into(),
        intent.map(|intent| intent.currency.exponent()).into(),
        intent.map(|intent| common::local(&intent.moment)).into(),
        story.state.map(|state| state.name()).into(),
        finding.cause.code().into(),
        words::cause(finding.cause, Lang::En).into(),
        finding.certainty.name().into(),
        words::sign(finding.sign, Lang::En).into(),
        also.join(" ").into(),
        to.into(),
        of.map(|of| of.minor()).into(),
        customer.map(|of| of.minor()).into(),
        with.map(|item| item.0).into(),
        finding.step.name().into(),
        words::step(finding.step, who, lang).into(),
        finding.call.name().into(),
        until.into(),
        finding.is_late.into(),
        finding.reason.as_deref().map(safe).into(),
        evidence.join(" | ").into(),
    ]
}
