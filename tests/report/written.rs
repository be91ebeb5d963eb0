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
