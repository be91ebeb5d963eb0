//! The statement as a page: both languages, a switch, and paper.

use maud::{DOCTYPE, PreEscaped, html};

use super::case::Case;
use super::statement::sections;
use super::words as w;
use crate::host::Lang;
use crate::host::report::POLICY;
use crate::host::report::both::{both, with, word};

const STYLE: &str = include_str!("statement.css");

/// The page; it opens in English.
pub(super) fn page(case: &Case<'_>) -> String {
    let title = |lang| w::TITLE.with(lang, &[&case.story.item]);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title(Lang::En)) " · " (title(Lang::Zh)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                input #lang-en type="radio" name="lang" checked;
                input #lang-zh type="radio" name="lang";
                main {
                    .switch {
                        label for="lang-en" { "English" }
                        label for="lang-zh" lang="zh-CN" { "中文" }
                    }
                    h1 { (with(w::TITLE, &[&case.story.item])) }
                    p { (with(w::ASOF, &[&case.now])) }
                    @for section in sections(case) {
                        h2 { (word(section.title)) }
                        dl {
                            @for line in &section.lines {
                                @match line.about {
                                    Some(about) => {
                                        dt { (word(about)) }
                                        dd { (both(|lang| line.says(lang).into())) }
                                    }
                                    None => dd.alone { (both(|lang| line.says(lang).into())) },
                                }
                            }
                        }
                    }
                    p.signed { (word(w::SIGNED)) }
                }
            }
        }
    };
    page.into_string()
}
