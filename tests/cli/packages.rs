//! What a packager needs: completions and manual pages of every command.

use super::run::{folder, run};

const COMMANDS: [&str; 18] = [
    "show",
    "open",
    "txn",
    "explain",
    "evidence",
    "report",
    "batches",
    "map",
    "verify",
    "diff",
    "salvage",
    "plan",
    "bill",
    "export",
    "reconcile",
    "demo",
    "completions",
    "man",
];

#[test]
fn completions_know_every_command_and_its_options() {
    let folder = folder("completions", &[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(&folder, &format!("completions {shell}"));
        assert!(done.status.success());
        let text = String::from_utf8(done.stdout).unwrap();
        for word in COMMANDS.into_iter().chain(["older", "gaps-erased", "calendar"]) {
            assert!(text.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = folder("man", &[]);
    assert!(run(&folder, "man --dir pages").status.success());
    for command in COMMANDS {
        let page = folder.join(format!("pages/pos-journal-{command}.1"));
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains(".SH SYNOPSIS") && page.contains(command), "{command}: {page}");
    }
    let pages = std::fs::read_dir(folder.join("pages")).unwrap().count();
    // With the page of the program, and of its `help`.
    assert!(pages == COMMANDS.len() + 1 || pages == COMMANDS.len() + 2, "{pages} pages");
    let first = String::from_utf8(run(&folder, "man").stdout).unwrap();
    assert!(COMMANDS.iter().all(|command| first.contains(command)), "{first}");
}
