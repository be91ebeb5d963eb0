//! The statement as plain text.

use super::case::Case;
use super::statement::{Section, sections};
use super::words as w;
use crate::host::Lang;

/// The page in one language.
pub(super) fn text(case: &Case<'_>, lang: Lang) -> String {
    let mut out = format!("{}\n", w::TITLE.with(lang, &[&case.story.item]));
    out += &format!("{}\n", w::ASOF.with(lang, &[&case.now]));
    for section in sections(case) {
        out += &told(&section, lang);
    }
    out + &format!("\n\n{}\n", w::SIGNED.of(lang))
}

fn told(section: &Section, lang: Lang) -> String {
    let heads = section.lines.iter().filter_map(|line| line.about).map(|about| about.of(lang));
    let wide = heads.map(width).max().unwrap_or_default();
    let mut out = format!("\n{}\n", section.title.of(lang));
    for line in &section.lines {
        let says = line.says(lang);
        match line.about.map(|about| about.of(lang)) {
            Some(about) => {
                let gap = " ".repeat(wide - width(about));
                out += &format!("  {about}:{gap} {says}\n");
            }
            None => out += &format!("  {says}\n"),
        }
    }
    out
}

/// Chinese characters are two columns wide.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
