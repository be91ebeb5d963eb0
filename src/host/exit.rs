use std::process::ExitCode;

/// How a command that reads an image ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing was found (`verify`), or everything was shown (`show`).
    Clean = 0,
    /// `verify` found something.
    Findings = 1,
    /// Wrong arguments, or the image cannot be opened or the output not be written.
    Usage = 2,
    /// The image is not a journal, or one that this program cannot read.
    NotAJournal = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
