//! Seeds of the targets of a host: bills, descriptions, dumps in files, exports.

use std::fs;
use std::path::Path;

use pos_journal::flash::{RamFlash, Region};
use pos_journal::journal::export;
use pos_journal_fuzz::checks::{bills, containers, exports, profiles, shop};

#[path = "../../../../bills/make.rs"]
#[allow(dead_code, reason = "the tests need the rest")]
mod make;

/// Target, name and bytes of a seed, and the check that it passes.
pub type Seed = (&'static str, String, Vec<u8>, fn(&[u8]));

/// All of them, with the images (scripts) that other targets have.
pub fn all(images: &[(String, Vec<u8>)]) -> Vec<Seed> {
    let mut out = Vec::new();
    of_bills(&mut out);
    of_profiles(&mut out);
    of_containers(images, &mut out);
    of_exports(images, &mut out);
    out
}

fn of_bills(out: &mut Vec<Seed>) {
    let mut add = |name: &str, how: u8, bytes: &[u8]| {
        out.push(("bills", name.to_string(), [&[how], bytes].concat(), bills::check));
    };
    let zips = [
        ("alipay-zip", make::alipay_zip(&make::alipay(), &make::alipay_summary(1))),
        ("unionpay-zip", make::unionpay_zip(&make::rd2010(3, 9845, 59, 9786))),
    ];
    let gzip = ("gzip", make::gzip(make::lcsw().as_bytes()));
    let content = ("content", make::file_content(&zips[1].1));
    for (name, bytes) in make::all().into_iter().chain(zips.clone()).chain([gzip, content]) {
        add(name, 0, &bytes);
        add(&format!("{name}-against"), if name.len() % 2 == 0 { 2 } else { 0x82 }, &bytes);
    }
    add("shop-against", 2, shop::BILL.as_bytes());
    add("shop-against-json", 2 | 0x80, shop::BILL.as_bytes());
    let list = "reference,amount,method\nSYN20261120000017,123.45,card\nSYN20261120000018,88.01,qr\n\
        SYNR20261120000003,-25.00,\nSYN-UNKNOWN,50.00,card\nC1,1.00,cash\n,1,card\nX,y,z\n";
    add("till", 4, list.as_bytes());
    let list = "收银单号,金额,支付方式\nSYN20261120000017,123.45,银行卡\nC1,1.00,现金\n";
    add("till-gbk", 4 | 0x80, &make::gbk(list));
    let bank =
        "kind,flow,txn_time,amount_fen,currency\npayout,in,2026-11-23T08:30:00+08:00,12370,CNY\n";
    add("bank", 5, bank.as_bytes());
}

/// A description with every key, and a file of it.
const EVERY_KEY: (&str, &str) = (
    r##"
name = "every key"
encoding = "utf8"
delimiter = ";"
quote = "'"
value_prefix = "`"
header = { line = 2 }
comment_prefix = "#"
end_marker = "END"
filter = { column = "type", is = "S" }
nulls = ["-"]
unknown_columns = "fail"
footers = [{ text = "total {count} rows, {sum} yuan", kinds = ["payment"] }]
kind = "payment"
methods = { W = "wechat" }
states = { ok = "final", no = "failed" }
money = { unit = "yuan", sign = "signed", fee_sign = "printed", currency = "THB" }
time = { format = "%d.%m.%Y %H:%M", zone = "+07:00" }
settlement = { cycle = "D+1", cut = "22:40" }
[columns]
time = "when"
amount = "money"
fee = "fee"
method = "way"
state = "state"
order_no = "type"
"##,
    "a title\ntype;when;money;fee;way;state\n`S;`20.11.2026 10:15;`12.50;`0.08;`W;`ok\n\
     `S;`20.11.2026 10:16;`-2.50;`-;`W;`no\n# none\n`R;`20.11.2026 10:16;`1;`0;`W;`ok\nEND\ntotal 1 rows, 12.50 yuan\n",
);

const FIXED: (&str, &str) = (
    r#"
name = "fixed"
encoding = "gbk"
header = { names = ["type", "time", "amount"] }
fixed = [
    { name = "type", offset = 0, width = 2 },
    { name = "time", offset = 3, width = 19 },
    { name = "amount", offset = 23, width = 7 },
]
kinds = { "BV" = "payment" }
money = { unit = "fen", sign = "letter" }
[columns]
kind = "type"
time = "time"
amount = "amount"
"#,
    "BV 2026-11-20 10:15:32 C012345\nBV 2026-11-20 10:15:32 D000100\nXX 2026-11-20 10:15:32 C012345\n",
);

const RATES: &str = "rounding = 'half-even'\ntolerance = 1\n\
    [[rate]]\nmethod = 'card'\ncard_type = '借记卡'\npercent = '0.50'\nmax = 2000\nrefund = 'kept'\n\
    [[rate]]\npercent = '0.60'\nfixed = 5\nmin = 1\n\
    [settlement]\ncycle = 'D+1'\ncut = '23:00'\narrives = '10:00-18:00'\nmakeup_days_settle = false\n";

fn of_profiles(out: &mut Vec<Seed>) {
    let neutral = include_str!("../../../../../src/host/bills/profile/neutral.toml");
    let facts = include_str!("../../../../../src/host/bills/facts.toml");
    let (neutral_csv, leshua, zm) = (make::neutral(), make::gbk(&make::leshua("|")), make::zm());
    let seeds: [(&str, u8, &str, &[u8]); 11] = [
        ("neutral", 0, neutral, neutral_csv.as_bytes()),
        ("every-key", 0, EVERY_KEY.0, EVERY_KEY.1.as_bytes()),
        ("fixed", 0, FIXED.0, FIXED.1.as_bytes()),
        ("no-column", 0, "name='x'\n[columns]\nkind='k'\ntime='t'\namount='a'\n", b"k,t\n"),
        ("no-profile", 0, "name=", b""),
        ("facts", 1, facts, &leshua),
        ("facts-zm", 1, facts, &zm),
        ("no-facts", 1, "x = 1\n", b""),
        ("rates", 2, RATES, b""),
        ("rates-of-the-shop", 2, shop::RATES, b""),
        ("no-rates", 2, "[[rate]]\npercent = '0.6%'\n", b""),
    ];
    for (name, how, text, file) in seeds {
        let bytes = [&[how], text.as_bytes(), &[0], file].concat();
        out.push(("profiles", name.to_string(), bytes, profiles::check));
    }
}

fn of_containers(images: &[(String, Vec<u8>)], out: &mut Vec<Seed>) {
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/dumps");
    for (n, path) in fs::read_dir(stored).unwrap().map(|file| file.unwrap().path()).enumerate() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_string();
        // Found in the file, holes erased, JSON: by turns.
        let how = [0, 1, 2, 3, 0x80][n % 5];
        let bytes = [&[how], &fs::read(&path).unwrap()[..]].concat();
        out.push(("containers", name, bytes, containers::check));
    }
    let texts = [
        ("hex-text", "50 4A 4E 4C\r\n0x00000010: FF FF\r\n"),
        ("base64-text", "UEpOTAABAgME\n"),
        ("ihex-text", ":020000040801F1\n:04000000504A4E4CC0\n:00000001FF\n"),
        ("srec-text", "S0030000FC\nS1070000504A4E4CC4\nS9030000FC\n"),
    ];
    for (name, text) in texts {
        let bytes = [&[2], text.as_bytes()].concat();
        out.push(("containers", name.to_string(), bytes, containers::check));
    }
    let wrapped = images.iter().filter(|(name, _)| !name.ends_with("32-4") && name != "raw");
    for (n, (name, script)) in wrapped.enumerate() {
        let how = [0x04, 0x08, 0x0C][n % 3];
        out.push((
            "containers",
            format!("in-{name}"),
            [&[how], &script[..]].concat(),
            containers::check,
        ));
    }
}

fn of_exports(images: &[(String, Vec<u8>)], out: &mut Vec<Seed>) {
    let image = shop::image();
    let used = image.len() / 3;
    let mut chip = RamFlash::<Vec<u8>, 8, 4096>::owned_image(image).unwrap();
    let mut stream = Vec::new();
    let region = Region::new(0, used as u32);
    export(&mut chip, region, |bytes| {
        stream.extend_from_slice(bytes);
        Ok::<(), std::convert::Infallible>(())
    })
    .unwrap();
    let login = [b"login: ", &stream[..]].concat();
    let cut = &stream[..stream.len() / 2];
    for (name, bytes) in [("stream", &stream[..]), ("behind-text", &login), ("cut", cut)] {
        out.push(("exports", name.to_string(), [&[1], bytes].concat(), exports::check));
    }
    let ways: [(&str, &[u8]); 6] = [
        ("whole", &[0, 0]),
        ("unreadable", &[2, 3, 9, 70, 255, 0]),
        ("flipped", &[0, 2, 0, 0, 50, 1, 0, 1, 9, 0x80]),
        ("lost", &[1, 0, 30, 1, 1, 0, 60, 200]),
        ("doubled", &[0, 1, 2, 0, 32, 13]),
        ("mixed", &[0, 1, 3, 0, 60, 255]),
    ];
    let images = images.iter().filter(|(name, _)| !name.ends_with("32-4") && name != "raw");
    for (n, (name, script)) in images.enumerate() {
        let (way, bytes) = ways[n % ways.len()];
        let bytes = [&[if n % 4 == 3 { 0x80 } else { 0 }], bytes, &script[..]].concat();
        out.push(("exports", format!("{way}-{name}"), bytes, exports::check));
    }
}
