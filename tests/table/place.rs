//! Where the table stands.

pub const BEGIN: &str = "<!-- crash table: begin -->\n";
pub const END: &str = "<!-- crash table: end -->\n";
pub const COMMAND: &str = "POS_UPDATE=1 cargo test --release --features sim --test crash_table";

/// What stands between the two marks.
pub fn published(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEGIN)?;
    rest.split_once(END).map(|(said, _)| said)
}

/// The text with something else between the two marks.
pub fn replaced(text: &str, fresh: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{fresh}{END}{after}"))
}
