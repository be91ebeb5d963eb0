//! What the one page says, before it is text or HTML: sections of lines, each in both languages.

use super::case::Case;
use super::words as w;
use crate::dump::Shown;
use crate::host::Lang;
use crate::host::explain::phrase::{bill_row, money, owed, reason, record, until};
use crate::host::explain::{
    Audience, Presence, cause_name, certainty_words, sign_words, step_words,
};
use crate::host::words::table::Word;
use crate::host::words::{local, safe, state, terms};

/// So many records stand on the page.
const RECORDS: usize = 24;

/// A line: what it is about, and what is said of it, in English and Chinese.
pub(super) struct Line {
    pub about: Option<Word>,
    says: [String; 2],
}

impl Line {
    pub fn says(&self, lang: Lang) -> &str {
        let [en, zh] = &self.says;
        match lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

pub(super) struct Section {
    pub title: Word,
    pub lines: Vec<Line>,
}

/// A line that is there if there is something to say.
fn line(about: Word, text: Option<String>) -> Option<Line> {
    let text = text?;
    Some(Line { about: Some(about), says: [text.clone(), text] })
}

fn both(about: Word, say: impl Fn(Lang) -> String) -> Line {
    Line { about: Some(about), says: [say(Lang::En), say(Lang::Zh)] }
}

fn alone(say: impl Fn(Lang) -> String) -> Line {
    Line { about: None, says: [say(Lang::En), say(Lang::Zh)] }
}

pub(super) fn sections(case: &Case<'_>) -> Vec<Section> {
    vec![
        Section { title: w::PAYMENT, lines: payment(case) },
        Section { title: w::MEANING, lines: meaning(case) },
        Section { title: w::LINE, lines: records(case) },
        Section { title: w::BILL, lines: bill(case) },
        Section { title: w::PROOF, lines: proof(case) },
    ]
}

fn payment(case: &Case<'_>) -> Vec<Line> {
    let (story, outcome) = (&case.story, case.story.outcome);
    let standing = both(w::STATE, |lang| state(story.state, lang).into());
    let Some(intent) = story.intent else {
        return vec![alone(|lang| w::LOST.of(lang).into()), standing];
    };
    let numbers = format!("{}, {}, {}", intent.stan, intent.batch, intent.invoice);
    let names = case.identity().map(|identity| {
        let (terminal, merchant) = (identity.terminal.as_str(), identity.merchant.as_str());
        format!("{}, {}", safe(terminal), safe(merchant))
    });
    let approved = outcome.and_then(|o| o.approved_amount).map(|of| money(story, of));
    let lines = [
        Some(both(w::KIND, |lang| terms::kind(intent.kind).of(lang).into())),
        line(w::AMOUNT, Some(money(story, intent.amount))),
        line(w::APPROVED, approved),
        line(w::TIME, Some(local(&intent.moment))),
        line(w::CARD, intent.pan.map(|pan| pan.to_string())),
        line(w::TERMINAL, names),
        line(w::NUMBERS, Some(numbers)),
        line(w::RRN, outcome.and_then(|o| o.rrn).map(|rrn| safe(rrn.as_str()))),
        line(w::AUTH, outcome.and_then(|o| o.auth_code).map(|code| safe(code.as_str()))),
        line(w::CODE, outcome.and_then(|o| o.code).map(|code| safe(code.as_str()))),
        line(w::ORDER, intent.order.as_ref().map(|order| safe(order.as_str()))),
        line(w::REFERENCE, intent.reference.as_ref().map(|text| safe(text.as_str()))),
        Some(standing),
    ];
    lines.into_iter().flatten().collect()
}

fn meaning(case: &Case<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    match &case.finding {
        None => lines.push(alone(|lang| w::ORDINARY.of(lang).into())),
        Some(found) => {
            let cause = found.cause;
            lines.push(both(w::CAUSE, |lang| {
                let sure = certainty_words(found.certainty, lang);
                format!("{} {} ({sure})", cause.code(), cause_name(cause, lang))
            }));
            lines.push(both(w::WHY, |lang| sign_words(found.sign, lang).into()));
            lines.push(both(w::OWED, |lang| owed(&case.story, found.owed, lang)));
            let step = |lang| step_words(found.step, Audience::Acquirer, lang).to_string();
            lines.push(both(w::NEXT, step));
            lines.push(both(w::WAIT, |lang| until(found, lang)));
        }
    }
    lines.push(alone(|lang| w::NEVER_CREDIT.of(lang).into()));
    lines
}

fn records(case: &Case<'_>) -> Vec<Line> {
    let told = case.told();
    let shown = told.iter().take(RECORDS);
    let mut lines: Vec<Line> =
        shown.map(|shown| alone(|lang| record_of(case, shown, lang))).collect();
    if let more @ 1.. = told.len().saturating_sub(RECORDS) {
        lines.push(alone(|lang| w::MORE.with(lang, &[&more])));
    }
    lines
}

/// A record in a line; of which payment it is, if of another.
pub(super) fn record_of(case: &Case<'_>, shown: &Shown, lang: Lang) -> String {
    let other = shown.item.filter(|item| *item != case.story.item);
    let of = other.map(|item| w::OF.with(lang, &[&item])).unwrap_or_default();
    record(case.outline, shown, lang) + &of
}

fn bill(case: &Case<'_>) -> Vec<Line> {
    let Some(bill) = &case.bill else {
        return vec![alone(|lang| w::BILL_NONE.of(lang).into())];
    };
    let presence = match bill.presence {
        Presence::NotCovered => w::NOT_COVERED,
        Presence::Present => w::PRESENT,
        Presence::Unnamed => w::UNNAMED,
        Presence::Absent => w::ABSENT,
        Presence::NoTerminal => w::NO_TERMINAL,
    };
    let mut lines = vec![both(w::PRESENCE, |lang| presence.of(lang).into())];
    lines.extend(bill.rows.iter().filter_map(|row| line(w::BILL_ROW, Some(bill_row(row)))));
    let why = |text: &String| both(w::BILL_REASON, |lang| reason(text, lang));
    lines.extend(bill.reason.as_ref().map(why));
    if let Some(arrived) = case.arrival {
        let money = |lang| arrived.say(case.world, lang);
        lines.extend(Some(both(w::MONEY, money)).filter(|line| !line.says(Lang::En).is_empty()));
    }
    lines
}

fn proof(case: &Case<'_>) -> Vec<Line> {
    let verification = &case.outline.verification;
    let findings = verification.findings().len();
    let verified = |lang| match findings {
        0 => w::WHOLE.with(lang, &[&verification.records()]),
        found => w::BROKEN.with(lang, &[&found]),
    };
    let journal = |lang| {
        format!("{} {:#010x}", terms::mode(case.outline.mode).of(lang), case.outline.format_id)
    };
    let lines = [
        line(w::IMAGE, Some(case.source.name.clone())),
        line(w::SHA, Some(case.source.sha256.clone())),
        Some(both(w::JOURNAL, journal)),
        Some(both(w::VERIFIED, verified)),
        Some(alone(|lang| w::FRAMES.of(lang).into())),
    ];
    lines.into_iter().flatten().collect()
}
