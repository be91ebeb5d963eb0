//! The page round the parts: head, switch of languages, links, print.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::both::{both, with, word};
use super::gather::Report;
use super::{glance, latency, money, payments, sectors, todo, words as w};
use crate::dump::Outline;
use crate::host::Lang;
use crate::host::words::table::Word;
use crate::host::words::{safe, terms};
use crate::record::{Identity, Record};

/// No script runs and nothing is loaded, whatever stands in the page.
pub(in crate::host) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
    form-action 'none'";

const STYLE: &str = include_str!("style.css");

/// The page, which opens in this language.
#[must_use]
pub fn page(report: &Report<'_>, lang: Lang) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang.pick("en", "zh-CN")) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (w::TITLE.of(Lang::En)) " · " (w::TITLE.of(Lang::Zh)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                // They stand before all that they switch.
                input #lang-en type="radio" name="lang" checked[lang == Lang::En];
                input #lang-zh type="radio" name="lang" checked[lang == Lang::Zh];
                (head(report))
                main {
                    (glance::section(report))
                    (todo::section(report))
                    (money::section(report))
                    (latency::section(report))
                    (payments::section(report))
                    (sectors::section(report))
                }
                footer { (with(w::MADE_BY, &[&env!("CARGO_PKG_VERSION")])) }
            }
        }
    };
    page.into_string()
}

/// Under which names the terminal works now, book by book.
fn identities(outline: &Outline) -> impl Iterator<Item = &Identity> {
    let mut now = BTreeMap::new();
    for shown in &outline.records {
        if let Record::Identity(identity) = &shown.record {
            now.insert(identity.book, identity);
        }
    }
    now.into_values()
}

fn head(report: &Report<'_>) -> Markup {
    let outline = report.outline;
    let format = format!("{:#010x}", outline.format_id);
    let findings = outline.verification.findings().len();
    let about = both(|lang| {
        let mode = terms::mode(outline.mode).of(lang);
        w::ABOUT.with(lang, &[&mode, &format, &report.source.name, &report.now])
    });
    let links: [(&str, Word); 6] = [
        ("#glance", w::NO_DAY),
        ("#todo", w::ATTENTION),
        ("#money", w::WHOSE),
        ("#latency", w::NO_LATENCY_DAY),
        ("#payments", w::PAYMENTS_LINK),
        ("#sectors", w::SECTORS),
    ];
    html! {
        header.top {
            .switch {
                label for="lang-en" { "English" }
                label for="lang-zh" lang="zh-CN" { "中文" }
            }
            h1 { (word(w::TITLE)) }
            p { (about) }
            @for identity in identities(outline) {
                p { (with(w::IDENTITY, &[&identity.book, &safe(identity.terminal.as_str()), &safe(identity.merchant.as_str())])) }
            }
            p.hash { (with(w::SHA, &[&report.source.sha256])) }
            @if findings == 0 { p.badge.good { (word(w::WHOLE)) } }
            @else { p.badge.bad { a href="#sectors" { (with(w::BROKEN, &[&findings])) } } }
            nav { @for (to, name) in links { a href=(to) { (word(name)) } " " } }
        }
    }
}
