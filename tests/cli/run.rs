//! Runs the program in a directory of its own that has the stored dumps.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A new directory with these files of the project.
pub fn folder(name: &str, files: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for file in files {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(file);
        std::fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
    }
    folder
}

/// What it says to a line of arguments.
pub fn run(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pos-journal"))
        .args(line.split(' '))
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .unwrap()
}
