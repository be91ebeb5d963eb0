//! The host's reader stands any image: it ends, in bounded memory, and what it prints steers no
//! terminal.

use pos_journal::dump::{Image, candidates, outline, salvage, verify};
use pos_journal::host::{Format, batched, compared, mapped, not_readable, shown, told, verified};

use super::input;

/// What is printed may grow with the image, and no faster than this: a frame of six bytes is a row.
const PER_BYTE: usize = 400;
/// Titles and sums, whatever the image.
const ONCE: usize = 64 * 1024;

/// Checks one input. Raw bytes are read as they are, whatever their number.
pub fn check(data: &[u8]) {
    let Some((geometry, image)) = input::image(data) else { return };
    let bytes = if geometry.raw { &data[1..] } else { &image[..] };
    let image = match Image::open(bytes) {
        Ok(image) => image,
        Err(why) => {
            plain(&why.to_string());
            return json(&not_readable(why));
        }
    };
    let found = verify(&image);
    let outline = outline(&image);
    assert_eq!(found, outline.verification, "show and verify find different things");
    let saved = salvage(&image);
    assert!(saved.records.len() >= outline.records.len(), "salvage loses what show shows");
    drop(candidates(bytes));
    let exempt = found.exempt_spans();
    assert!(exempt.iter().all(|span| span.from < span.to), "an empty span is exempt");
    // One of the two formats, as the input asks: each is another reading of the image.
    let format = if data[0] & 0x80 == 0 { Format::Table } else { Format::Json };
    let (checked, exit) = verified(&image, format);
    assert_eq!(found.is_clean(), exit as u8 == 0, "the exit status");
    let most = ONCE + PER_BYTE * bytes.len();
    // A payment that is there, so that its story is told.
    let which = outline.payments.keys().next().map(|item| item.0.to_string());
    let story = told(&image, &which.unwrap_or_default(), format).0;
    let (same, exit) = compared(&image, &image, format);
    assert_eq!(exit as u8, 0, "a dump differs from itself");
    for text in [mapped(&image, format), batched(&image, format), same, story] {
        if format == Format::Json { json(&text) } else { plain(&text) }
    }
    plain(&shown(&image, Format::Csv));
    for text in [checked, shown(&image, format)] {
        if format == Format::Json {
            json(&text)
        } else {
            plain(&text)
        }
        assert!(text.len() <= most, "{} bytes of text from {}", text.len(), bytes.len());
    }
}

/// Lines of printable characters: ASCII, and the line under a table's head.
fn plain(text: &str) {
    let bad = text.chars().find(|&c| c != '\n' && c != '─' && !matches!(c, ' '..='~'));
    assert_eq!(bad, None, "{text:?}");
}

fn json(text: &str) {
    plain(text);
    serde_json::from_str::<serde_json::Value>(text).expect("JSON");
}
