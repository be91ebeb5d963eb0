//! How a browser shows the page. Where there is none, nothing is tested, and that is said;
//! `POS_BROWSER=must` makes that a failure, `POS_BROWSER=no` tests none of this.

use serde_json::json;

use crate::browser::Browser;
use crate::shop::{day, hostile, page};

fn browser(name: &str) -> Option<Browser> {
    let wanted = std::env::var("POS_BROWSER").unwrap_or_default();
    let browser = if wanted == "no" { None } else { Browser::start(name) };
    assert!(
        browser.is_some() || wanted != "must",
        "no Chromium on this machine: apt-get install chromium"
    );
    if browser.is_none() {
        eprintln!("SKIPPED {name}: no Chromium on this machine, or POS_BROWSER=no");
    }
    browser
}

/// What a reader can see of the page.
const SEEN: &str = "document.body.innerText";

#[test]
fn both_languages_can_be_read_one_at_a_time() {
    let Some(mut browser) = browser("languages") else { return };
    browser.open(&page(day(), "languages", &[]), 1280, 900);
    let seen = browser.value(SEEN).to_string();
    for text in
        ["What to do", "Swipe again", "Whose money", "Time to the answer", "898100000000001"]
    {
        assert!(seen.contains(text), "{text}: {seen}");
    }
    assert!(!seen.contains("待处理"), "{seen}");
    browser.click("label[for=lang-zh]");
    let seen = browser.value(SEEN).to_string();
    for text in ["待处理", "重新刷卡", "资金归属", "应答耗时"] {
        assert!(seen.contains(text), "{text}: {seen}");
    }
    assert!(!seen.contains("What to do"), "{seen}");
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn a_click_opens_the_time_line() {
    let Some(mut browser) = browser("click") else { return };
    let page = page(day(), "click", &[]);
    browser.open(&page, 1280, 900);
    let open = "document.querySelectorAll('details[open]').length";
    assert_eq!(browser.value(open), json!(0));
    browser.click("details.pay summary");
    assert_eq!(browser.value(open), json!(1));
    let line = browser.value("document.querySelector('details[open] ol.line').innerText");
    assert!(line.to_string().contains("Outcome"), "{line}");
    // The link from what is to be done, and a dot of the plot, lead to a time line as well.
    for selector in ["article.card a", "svg a path.none"] {
        browser.open(&page, 1280, 900);
        browser.click(selector);
        let target = "!!document.querySelector('.inside:target')?.closest('details[open]')";
        let is_there = (0..40).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            browser.value(target) == json!(true)
        });
        assert!(is_there, "{selector}");
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
}

/// Nothing reaches beyond the right edge, but in what may be scrolled by itself.
fn fits(browser: &mut Browser, edge: u32, told: &str) {
    let width = browser.value("document.documentElement.scrollWidth");
    assert_eq!(width, json!(edge), "{told}");
    let wide = browser.value(&format!(
        "[...document.querySelectorAll('body *')].filter(it => !it.closest('.wide, svg') && \
         it.getBoundingClientRect().right > {edge} + 1).map(it => it.outerHTML.slice(0, 80))",
    ));
    assert_eq!(wide, json!([]), "{told}");
}

const LANGUAGES: [&str; 2] = ["en", "zh"];

#[test]
fn a_telephone_shows_it_without_scrolling_sideways() {
    let Some(mut browser) = browser("narrow") else { return };
    for (name, till) in [("narrow", day()), ("narrow-hostile", hostile())] {
        let page = page(till, name, &[]);
        browser.open(&page, 360, 740);
        for language in LANGUAGES {
            browser.click(&format!("label[for=lang-{language}]"));
            browser.value("document.querySelectorAll('details').forEach(it => it.open = true)");
            fits(&mut browser, 360, language);
            browser
                .value("document.querySelectorAll('details').forEach((it, n) => it.open = n < 2)");
            browser.picture(&page.with_extension(format!("360-{language}.png")));
        }
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn nothing_of_a_hostile_image_runs() {
    let Some(mut browser) = browser("hostile") else { return };
    let page = page(hostile(), "hostile-shown", &[]);
    browser.open(&page, 1280, 900);
    assert_eq!(browser.value("document.querySelectorAll('script, img, b i, u').length"), json!(0));
    assert!(browser.value("document.title").to_string().contains("Payment terminal report"));
    browser.click("details.pay summary");
    let seen = browser.value(SEEN).to_string();
    assert!(seen.contains("<script>document.title='x'</script>"), "{seen}");
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn a_desk_and_a_sheet_of_paper_show_it_all() {
    let Some(mut browser) = browser("paper") else { return };
    let page = page(day(), "paper", &[]);
    browser.open(&page, 1280, 900);
    browser.value("document.querySelectorAll('details').forEach((it, n) => it.open = n < 3)");
    for language in LANGUAGES {
        browser.click(&format!("label[for=lang-{language}]"));
        fits(&mut browser, 1280, language);
        browser.picture(&page.with_extension(format!("1280-{language}.png")));
    }
    // A4 between its margins.
    browser.open(&page, 718, 1000);
    browser.value("document.querySelectorAll('details').forEach(it => it.open = true)");
    browser.ask("Emulation.setEmulatedMedia", &json!({"media": "print"}));
    for language in LANGUAGES {
        let show = format!("document.getElementById('lang-{language}').checked = true");
        browser.value(&show);
        fits(&mut browser, 718, language);
        // What leads elsewhere is of no use on paper.
        for gone in ["nav", ".switch"] {
            let shown = format!("getComputedStyle(document.querySelector('{gone}')).display");
            assert_eq!(browser.value(&shown), json!("none"), "{gone}");
        }
        browser.picture(&page.with_extension(format!("print-{language}.png")));
    }
    let pdf = browser.ask("Page.printToPDF", &json!({"paperWidth": 8.27, "paperHeight": 11.69}));
    let bytes = data_encoding::BASE64.decode(pdf["data"].as_str().unwrap().as_bytes()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    std::fs::write(page.with_extension("pdf"), bytes).unwrap();
    assert_eq!(browser.complaints, Vec::<String>::new());
}
