//! What stands in the page.

use crate::shop::{HOSTILE, day, hostile, page};

fn text(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn nothing_of_an_image_has_power_in_the_page() {
    let page = text(&page(hostile(), "hostile", &[]));
    for text in HOSTILE {
        assert!(!page.contains(text), "{text} stands in the page as it is");
    }
    // It is told nevertheless, or the test would prove nothing.
    for text in ["&lt;script&gt;document.title=", "&lt;b&gt;T&lt;/b&gt;", "onerror=alert(1)&gt;"] {
        assert!(page.contains(text), "{text} is not in the page");
    }
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<i>M"));
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = text(&page(day(), "offline", &[]));
    for word in [
        "http://",
        "https://",
        "<script",
        "<link",
        "@import",
        "url(",
        "javascript:",
        " onclick",
        " onload",
    ] {
        let found = page.find(word).map(|at| page.get(at..at + 60));
        assert!(found.is_none(), "{word}: {found:?}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_page_is_the_same_for_the_same_dump() {
    let once = text(&page(day(), "once", &[]));
    let again = text(&page(day(), "again", &[]));
    assert_eq!(once.replace("once.bin", ""), again.replace("again.bin", ""));
}

#[test]
fn an_empty_journal_has_a_page_too() {
    let page = text(&page(crate::till::Till::new(), "empty", &[]));
    assert!(page.contains("没有逾期、异常或应付的交易。"));
}

/// Every stored dump, whole, damaged or made to harm, has a page, or is told to be no journal.
#[test]
fn no_stored_dump_stops_the_page() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("stored.html");
    let mut pages = 0;
    for dump in std::fs::read_dir(root.join("tests/cli/dumps")).unwrap() {
        let dump = dump.unwrap().path();
        let _ = std::fs::remove_file(&page);
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_pos-journal"))
            .args(["report", "--now", "2026-03-04", "-o"])
            .args([&page, &dump])
            .output()
            .unwrap();
        let code = done.status.code();
        assert!(matches!(code, Some(0 | 2 | 3)), "{}: {code:?}", dump.display());
        assert_eq!(page.exists(), code == Some(0), "{}", dump.display());
        pages += u32::from(code == Some(0));
    }
    assert!(pages > 10, "{pages}");
}

/// What a bill says is in the page, and its file name and words are only text there.
#[test]
fn bills_are_told_of_and_have_no_power() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).unwrap();
    let bill = folder.join("<img src=x>.csv");
    let rows = "kind,txn_time,rrn,amount_fen,currency\n\
        payment,2026-03-02T09:01:30+08:00,606100000001,1250,CNY\n\
        hold,2026-03-02T12:00:00+08:00,606100000001,1250,CNY\n\
        payment,2026-03-02T09:19:30+08:00,606100000019,1500,CNY\n";
    std::fs::write(&bill, rows).unwrap();
    let page = text(&page(day(), "bills", &[&format!("--bill={}", bill.display())]));
    for told in [
        "the bill holds it for an audit",
        "账单显示审核冻结",
        "&lt;img src=x&gt;.csv:2: 12.50 CNY, 2026-03-02T09:01:30, 606100000001",
        "in the bill: to be credited by 2026-03-03T18:00:00",
        "按账单: 已到账 0 笔",
    ] {
        assert!(page.contains(told), "{told} is not in the page");
    }
    assert!(!page.contains("<img"));
}
