//! What `pos-journal bill` prints.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use pos_journal::host::{BillArgs, Exit, bill_report};

use super::make;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: BillArgs,
}

/// A directory of its own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("pos-journal-bill-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(args: &[&str], stdin: &[u8]) -> (String, Exit) {
    let args = Cli::parse_from(["bill"].iter().chain(args)).args;
    let mut out = Vec::new();
    let stdin = std::io::Cursor::new(stdin.to_vec());
    let exit = bill_report(&args, stdin, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), exit)
}

#[test]
fn sums_and_bad_rows_in_both_languages() {
    let text = make::wechat().replacen("`SUCCESS", "`\x1b[31mFROZEN", 1);
    let (en, exit) = run(&["--lang", "en", "-"], text.as_bytes());
    assert_eq!(exit, Exit::Findings);
    assert!(!en.contains('\x1b'));
    for says in
        ["WeChat Pay trade bill", "refund", "25.00", "Bad rows (1)", "\\u{1b}", "Findings (4)"]
    {
        assert!(en.contains(says), "{says}\n{en}");
    }
    let (zh, _) = run(&["--lang", "zh", "-"], text.as_bytes());
    for says in ["微信支付交易账单", "退款", "坏行 (1)", "未知取值", "逐行合计为"]
    {
        assert!(zh.contains(says), "{says}\n{zh}");
    }
}

#[test]
fn json_names_file_line_and_column() {
    let dir = Dir::new("json");
    let bad = make::wechat().replacen("`100.00,`0.00,`\n", "`1OO.00,`0.00,`\n", 1);
    let zip = dir.file("no-hint.bin", &make::alipay_zip(&make::alipay(), &make::alipay_summary(1)));
    let (wechat, nothing) = (dir.file("a", bad.as_bytes()), dir.file("b", b"nothing"));
    let (out, exit) = run(&["--lang", "en", "--format", "json", &zip, &wechat, &nothing], b"");
    assert_eq!(exit, Exit::Findings);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["bills"].as_array().unwrap().len(), 3);
    assert_eq!(json["rows"], 3);
    assert_eq!(
        (&json["bad_rows"][0]["line"], &json["bad_rows"][0]["column"]),
        (&2.into(), &25.into())
    );
    assert!(json["bad_rows"][0]["source"].as_str().unwrap().ends_with("/a"));
    assert!(json["not_read"][0]["text"].as_str().unwrap().contains("--profile"));
    assert_eq!(json["sums"][0]["amount"], 8800);
}

#[test]
fn rows_of_any_format_can_be_read_again() {
    let dir = Dir::new("rows");
    for (name, bytes) in make::all() {
        let path = dir.file(name, &bytes);
        let (first, exit) = run(&["--rows", "--format", "csv", "--lang", "en", &path], b"");
        assert_eq!(exit, Exit::Clean, "{name}");
        if first.is_empty() {
            continue; // a summary has no rows
        }
        let stable = |text: &str| {
            // But for where they come from.
            let cut = |line: &str| line.rsplitn(3, ',').nth(2).unwrap().to_string();
            text.lines().map(cut).collect::<Vec<_>>()
        };
        let (again, exit) =
            run(&["--rows", "--format", "csv", "--lang", "en", "-"], first.as_bytes());
        // A row without a time, such as UnionPay's adjustment without its date, cannot be.
        if name != "zme" {
            assert_eq!((stable(&again), exit), (stable(&first), Exit::Clean), "{name}");
        }
        let (json, _) = run(&["--rows", "--format", "json", &path], b"");
        assert_eq!(json.lines().count() + 1, first.lines().count());
    }
}

#[test]
fn a_spreadsheet_computes_nothing() {
    let text = make::neutral().replacen("SYN20261120000017", "=cmd|'/c calc'!A1", 1);
    let (csv, _) = run(&["--rows", "--format", "csv", "-"], text.as_bytes());
    assert!(csv.contains(",'=cmd|'/c calc'!A1,"), "{csv}");
    let (sums, exit) = run(&["--format", "csv", "-"], make::neutral().as_bytes());
    assert_eq!(exit, Exit::Clean);
    assert_eq!(sums.lines().nth(1).unwrap(), "payment,final,CNY,1,12345,74,12271");
}

#[test]
fn configuration_that_cannot_be_used_says_why() {
    let dir = Dir::new("config");
    let facts = dir.file("facts.toml", b"[lcsw.states]\n5 = 'perhaps'\n");
    let args = Cli::parse_from(["bill", "--facts", &facts, "-"]).args;
    let failed = bill_report(&args, std::io::empty(), &mut Vec::new()).unwrap_err().to_string();
    assert!(failed.contains("facts.toml") && failed.contains("perhaps"), "{failed}");
    assert!(Path::new(&facts).exists());
}
