//! What a bundle holds, and what it refuses.

use std::collections::BTreeMap;
use std::io::Read;

use data_encoding::HEXLOWER;
use pos_journal::dump::Image;
use pos_journal::host::evidence::{Bundle, Source, bundle};
use pos_journal::host::explain::{BillFacts, Presence};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::till::{Till, at};
use crate::{fresh, root, run};

#[test]
fn a_directory_with_anything_in_it_is_left_alone() {
    let folder = fresh("taken");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine"), "keep").unwrap();
    let done = run("shop.gz", "@9", &folder);
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("not empty"));
    let there: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(there.len(), 1);
    assert_eq!(std::fs::read(folder.join("mine")).unwrap(), b"keep");
}

#[test]
fn only_one_payment_is_meant() {
    let folder = fresh("several");
    let done = run("shop.gz", "3", &folder);
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("@3 @5"));
    assert_eq!(run("shop.gz", "@4", &folder).status.code(), Some(1), "an outcome is no payment");
    assert!(!folder.exists());
}

#[test]
fn the_sums_are_those_of_the_files() {
    let folder = fresh("sums");
    assert!(run("shop.gz", "@13", &folder).status.success());
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(HEXLOWER.encode(&Sha256::digest(bytes)), sum, "{name}");
    }
    assert!(sums.lines().count() > 12);
    let image = std::fs::read(root().join("tests/explain/dumps/shop.gz")).unwrap();
    let told = std::fs::read_to_string(folder.join("image.sha256")).unwrap();
    assert_eq!(told, format!("{}  shop.gz\n", HEXLOWER.encode(&Sha256::digest(image))));
}

/// The frames are the bytes of the image, and their checksums hold as FORMAT.md says.
#[test]
fn the_frames_can_be_checked_without_this_program() {
    let folder = fresh("frames");
    assert!(run("shop.gz", "@13", &folder).status.success());
    let packed = std::fs::File::open(root().join("tests/explain/dumps/shop.gz")).unwrap();
    let mut image = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut image).unwrap();
    let told: Value =
        serde_json::from_slice(&std::fs::read(folder.join("frames.json")).unwrap()).unwrap();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);
    let mut checked = 0;
    for frame in told["frames"].as_array().unwrap() {
        let bytes = std::fs::read(folder.join(frame["file"].as_str().unwrap())).unwrap();
        let address = number(&frame["address"]) as usize;
        assert_eq!(image[address..address + bytes.len()], bytes);
        assert_eq!(HEXLOWER.encode(&bytes), frame["hex"]);
        let covered = [&told["format_id"], &frame["epoch"], &frame["address"], &frame["record"]];
        let head: Vec<u8> = covered.iter().flat_map(|of| number(of).to_le_bytes()).collect();
        // Length and kind, four bytes more at an anchor, the payload; then the checksum.
        let end = (2..bytes.len() - 3).find(|&end| {
            let mut digest = crc.digest();
            digest.update(&head);
            digest.update(&bytes[..end]);
            digest.finalize().to_le_bytes() == bytes[end..end + 4]
        });
        assert!(end.is_some(), "{frame}");
        checked += 1;
    }
    assert!(checked >= 3, "{checked}");
}

fn with_bill(facts: BillFacts) -> Bundle {
    let mut till = Till::new();
    let item = till.approved(0, 1, 1_000);
    let image = till.image();
    let image = Image::open(&image).unwrap();
    let bills = BTreeMap::from([(item, facts)]);
    let world = at("2026-03-04T09:00:00");
    bundle(&image, item, &bills, &world, Source::default()).unwrap()
}

fn file(bundle: &Bundle, name: &str) -> String {
    let found = bundle.files.iter().find(|(file, _)| file == name);
    String::from_utf8(found.unwrap_or_else(|| panic!("no {name}")).1.clone()).unwrap()
}

#[test]
fn what_a_bill_says_is_in_it_and_has_no_power() {
    let row = "bill.csv line 7: <script>alert(1)</script>\u{1b}[31m";
    let facts = BillFacts {
        presence: Presence::Present,
        amount: Some(900),
        rows: vec![row.into()],
        ..BillFacts::default()
    };
    let bundle = with_bill(facts);
    let told: Value = serde_json::from_str(&file(&bundle, "bill.json")).unwrap();
    assert_eq!((&told["presence"], &told["amount"]), (&json!("present"), &json!(900)));
    assert_eq!(told["rows"][0], row);
    let page = file(&bundle, "statement.html");
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"));
    let text = file(&bundle, "statement-en.txt");
    assert!(text.contains("the bill has another amount") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn two_people_get_the_same_bytes() {
    let facts = || BillFacts { presence: Presence::Absent, ..BillFacts::default() };
    assert_eq!(with_bill(facts()).files, with_bill(facts()).files);
}

#[test]
fn bills_are_read_for_it() {
    let folder = fresh("billed");
    let dumps = root().join("tests/explain/dumps");
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(["evidence", "--now", "2026-03-09", "--lang", "en"])
        .arg(dumps.join("shop.gz"))
        .args(["@21", "-o"])
        .arg(&folder)
        .arg("--bill")
        .arg(dumps.join("bill.csv"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value =
        serde_json::from_slice(&std::fs::read(folder.join("bill.json")).unwrap()).unwrap();
    assert_eq!((&told["disputed"], &told["credited"]), (&json!(true), &json!("2026-03-03")));
    assert!(told["rows"][1].as_str().unwrap().starts_with("bill.csv:7: -16.00 CNY"), "{told}");
    let page = std::fs::read_to_string(folder.join("statement-zh.txt")).unwrap();
    assert!(page.contains("账单有该笔争议") && page.contains("bill.csv:7: -16.00 CNY"), "{page}");
}
