//! A text in both languages, of which the page shows one.

use maud::{Markup, html};

use crate::host::Lang;
use crate::host::words::table::Word;

/// What a function says in each language; once, if that is the same.
pub(in crate::host) fn both(say: impl Fn(Lang) -> String) -> Markup {
    let (en, zh) = (say(Lang::En), say(Lang::Zh));
    html! {
        @if en == zh { (en) } @else {
            span.en lang="en" { (en) }
            span.zh lang="zh-CN" { (zh) }
        }
    }
}

/// A word.
pub(in crate::host) fn word(word: Word) -> Markup {
    both(|lang| word.of(lang).into())
}

/// A sentence with its blanks filled in.
pub(in crate::host) fn with(word: Word, values: &[&dyn std::fmt::Display]) -> Markup {
    both(|lang| word.with(lang, values))
}
