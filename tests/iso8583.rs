//! The packer of the examples against hostile bytes: it refuses them or reads them as what they say.
#![cfg(feature = "std")]
#![allow(clippy::expect_used)]

#[allow(dead_code)]
#[path = "../examples/terminal/iso8583.rs"]
mod iso8583;

use iso8583::Message;
use proptest::prelude::*;

fn reversal() -> Message {
    Message::new("0400")
        .digits(3, 0)
        .digits(4, 12_50)
        .digits(11, 123)
        .with(39, "98")
        .with(41, "T0000001")
        .with(48, "Q-77")
        .with(90, "020000012311231015320000000000000000000000")
        .with(97, "D0000000000001250")
}

#[test]
fn both_bitmaps_are_read_back() {
    let bytes = reversal().pack().expect("it fits");
    let read = Message::parse(&bytes).expect("our own");
    assert_eq!(read, reversal());
    assert_eq!(read.get(90), Some("020000012311231015320000000000000000000000"));
    assert_eq!(read.number(4), Some(12_50));
}

#[test]
fn what_does_not_fit_is_not_cut_to_fit() {
    for (element, value) in
        [(4, "1234567890123"), (4, "12.50"), (39, "0"), (11, "+00012"), (48, "\u{e9}"), (5, "1")]
    {
        assert!(reversal().with(element, value).pack().is_err(), "DE{element} {value}");
    }
}

#[test]
fn a_message_that_ends_early_or_late_is_none() {
    let bytes = reversal().pack().expect("it fits");
    for end in 0..bytes.len() {
        assert!(Message::parse(&bytes[..end]).is_err(), "cut at {end}");
    }
    let behind = [bytes.as_slice(), b"0"].concat();
    let error = Message::parse(&behind).expect_err("a byte too many");
    assert_eq!((error.at, error.what), (bytes.len(), "bytes behind the last element"));
}

proptest! {
    /// Whatever is taken packs into the very same bytes: nothing is read into it.
    #[test]
    fn changed_bytes_are_refused_or_mean_what_they_say(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = reversal().pack().expect("it fits");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            if let Ok(message) = Message::parse(bytes) {
                prop_assert_eq!(message.pack().expect("it was read"), bytes);
            }
        }
    }
}
