//! Text from a file on its way out: it must not steer a terminal or a spreadsheet.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Where a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// To people's eyes.
    Terminal,
    /// Into a cell of a CSV file, which may be opened in a spreadsheet.
    Csv,
}

/// The text without power: control and invisible characters are shown as `\u{..}`; in a CSV file a
/// text that a spreadsheet would compute gets an apostrophe before it.
///
/// ```
/// use pos_journal::host::{Out, plain};
/// assert_eq!(plain("a\x1b[31m", Out::Terminal), r"a\u{1b}[31m");
/// assert_eq!(plain("=1+1", Out::Csv), "'=1+1");
/// assert_eq!(plain("面条", Out::Csv), "面条");
/// ```
#[must_use]
pub fn plain(text: &str, out: Out) -> Cow<'_, str> {
    let computes = out == Out::Csv && starts_formula(text);
    if !computes && !text.chars().any(has_power) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    if computes {
        safe.push('\'');
    }
    for c in text.chars() {
        if has_power(c) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Control characters, and those that are not seen but turn, join or hide what stands around them.
fn has_power(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// What a spreadsheet takes for a formula, also after blanks and in full width.
fn starts_formula(text: &str) -> bool {
    let first = text.trim_start().chars().next();
    text.starts_with(['\t', '\r', '\n'])
        || matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_or_a_spreadsheet() {
        let cases = [
            ("plain 文字", Out::Csv, "plain 文字"),
            ("\x1b]0;owned\x07", Out::Terminal, "\\u{1b}]0;owned\\u{7}"),
            ("\u{9b}31m", Out::Terminal, "\\u{9b}31m"),
            ("\u{202e}gpj.exe", Out::Terminal, "\\u{202e}gpj.exe"),
            ("a\r\nb", Out::Terminal, "a\\u{d}\\u{a}b"),
            ("=HYPERLINK(\"x\")", Out::Terminal, "=HYPERLINK(\"x\")"),
            ("=HYPERLINK(\"x\")", Out::Csv, "'=HYPERLINK(\"x\")"),
            ("  @SUM(A1)", Out::Csv, "'  @SUM(A1)"),
            ("\t=1", Out::Csv, "'\\u{9}=1"),
            ("＝1", Out::Csv, "'＝1"),
            ("-1", Out::Csv, "'-1"),
            ("", Out::Csv, ""),
        ];
        for (text, out, shown) in cases {
            assert_eq!(plain(text, out), shown);
        }
    }
}
