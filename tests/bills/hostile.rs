//! No bytes can panic, hang or fill the memory.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;

use pos_journal::host::bills::Reader;

use super::{make, reader, with_profile};

/// Reads everything there is; how many rows, good or bad.
fn read(reader: &Reader, bytes: Vec<u8>) -> usize {
    let begun = Instant::now();
    let mut rows = 0;
    let size = bytes.len();
    for bill in reader.stream("hostile", std::io::Cursor::new(bytes)) {
        let Ok(mut bill) = bill else { continue };
        for row in &mut bill {
            rows += 1;
            if let Err(bad) = row {
                assert!(bad.to_string().len() < 2000);
            }
        }
        assert!(bill.findings().len() <= 1001);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{size} bytes");
    rows
}

/// A profile that takes anything.
const ANY: &str = "name='any'\nheader={names=['t','a','b']}\nkind='payment'\n[columns]\ntime='t'\namount='a'\norder_no='b'\n";

fn good() -> impl Strategy<Value = Vec<u8>> {
    let mut files: Vec<Vec<u8>> = make::all().into_iter().map(|(_, bytes)| bytes).collect();
    files.push(make::alipay_zip(&make::alipay(), &make::alipay_summary(1)));
    files.push(make::unionpay_zip(&make::rd2010(3, 9_845, 59, 9_786)));
    files.push(make::file_content(&make::unionpay_zip(b"")));
    files.push(make::gzip(make::wechat().as_bytes()));
    prop::sample::select(files)
}

/// A change: at a place (of 65,536 parts of the file), cut, copy, overwrite or insert.
fn change() -> impl Strategy<Value = (u16, u8, Vec<u8>)> {
    let words = prop::sample::select(vec![
        &b"`"[..],
        b",",
        b"\n",
        b"\"",
        b"{",
        b"}",
        b"\t",
        b"\xff",
        b"\x80",
        b"\0",
        b"-",
        b"9999999999999999999",
        b"\xef\xbb\xbf",
        b"#",
        b"BV|",
        b"=1+1",
        b"\x1b[2J",
        b".",
        b" ",
    ]);
    let bytes = prop_oneof![words.prop_map(<[u8]>::to_vec), vec(any::<u8>(), 0..12)];
    (any::<u16>(), 0_u8..5, bytes)
}

fn mutated(mut bytes: Vec<u8>, changes: &[(u16, u8, Vec<u8>)]) -> Vec<u8> {
    for (place, what, new) in changes {
        let at = usize::from(*place) * bytes.len() / 65_536;
        match what {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + new.len()).min(bytes.len());
                bytes.splice(at..end, new.iter().copied());
            }
            2 => {
                bytes.splice(at..at, new.iter().copied());
            }
            3 => {
                let part = bytes[at..(at + 700).min(bytes.len())].to_vec();
                bytes.extend(part);
            }
            _ => {
                let end = (at + 40).min(bytes.len());
                bytes.drain(at..end);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn changed_files(bytes in good(), changes in vec(change(), 1..8)) {
        read(&reader(), mutated(bytes, &changes));
    }

    #[test]
    fn any_bytes_behind_any_beginning(bytes in good(), cut in any::<u16>(), tail in vec(any::<u8>(), 0..400)) {
        let at = usize::from(cut) * bytes.len() / 65_536;
        read(&reader(), [&bytes[..at], &tail[..]].concat());
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..2000)) {
        read(&with_profile(ANY), bytes);
    }

    #[test]
    fn any_text(text in "[,\"\n0-9a-z一-龥=.:-]{0,300}") {
        read(&with_profile(ANY), text.into_bytes());
    }
}

#[test]
fn every_cut_of_every_file() {
    let reader = reader();
    for (_, bytes) in make::all() {
        for cut in 0..bytes.len() {
            read(&reader, bytes[..cut].to_vec());
        }
    }
}

/// A file that unfolds a thousandfold is read without holding it.
#[test]
fn a_bomb_of_one_endless_line() {
    let head = make::wechat();
    let mut bytes = head.into_bytes();
    bytes.push(b'`');
    bytes.resize(200 << 20, b'0');
    let packed = make::gzip(&bytes);
    drop(bytes);
    assert!(packed.len() < 2 << 20);
    // Two rows, and one that is too long.
    assert_eq!(read(&reader(), packed), 3);
}

#[test]
fn archives_within_archives_end() {
    let mut bytes = make::zip(&[(b"a", make::wechat().as_bytes())]);
    for _ in 0..6 {
        bytes = make::file_content(&bytes);
    }
    assert_eq!(read(&reader(), bytes), 0);
    let many: Vec<(&[u8], &[u8])> = vec![(b"a", b"x"); 1000];
    assert_eq!(read(&reader(), make::zip(&many)), 0);
}
