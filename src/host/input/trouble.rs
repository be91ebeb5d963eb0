//! Why a file cannot be used, told in either language.

use std::fmt::Display;

use super::super::Lang;
use super::super::words::table::{self as w, Word};

/// What is wrong with a file, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::host) struct Trouble {
    line: Option<usize>,
    word: Word,
    values: Vec<String>,
}

impl Trouble {
    pub fn new(word: Word, values: &[&dyn Display]) -> Self {
        let values = values.iter().map(|value| value.to_string()).collect();
        Trouble { line: None, word, values }
    }

    pub fn in_line(self, line: usize) -> Self {
        Trouble { line: Some(line), ..self }
    }

    pub fn told(&self, lang: Lang) -> String {
        let values: Vec<&dyn Display> = self.values.iter().map(|v| v as &dyn Display).collect();
        let text = self.word.with(lang, &values);
        match self.line {
            Some(line) => w::IN_LINE.with(lang, &[&line, &text]),
            None => text,
        }
    }
}
