//! Which files are meant: those that are named, and all that lie below a directory that is named.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The dumps, in order and each once.
    pub dumps: Vec<PathBuf>,
    /// What cannot be listed, and why.
    pub troubles: Vec<(PathBuf, io::Error)>,
}

/// Looks for dumps. What lies in `out` is none; hidden files are none either, and a link to a
/// directory is not followed, because it may lead back. A pipe or a device would never end: only
/// files are read.
pub(super) fn dumps(inputs: &[PathBuf], out: &Path) -> Found {
    let mut found = Found::default();
    let out = fs::canonicalize(out).ok();
    for input in inputs {
        match fs::metadata(input) {
            Ok(of) if of.is_dir() => found.list(input, out.as_deref()),
            Ok(of) if of.is_file() => found.dumps.push(input.clone()),
            Ok(_) => found.troubles.push((input.clone(), io::Error::other("not a file"))),
            Err(error) => found.troubles.push((input.clone(), error)),
        }
    }
    found.dumps.sort();
    found.dumps.dedup();
    found
}

impl Found {
    fn list(&mut self, dir: &Path, out: Option<&Path>) {
        let mut waiting = vec![dir.to_path_buf()];
        while let Some(dir) = waiting.pop() {
            if out.is_some() && fs::canonicalize(&dir).ok().as_deref() == out {
                continue;
            }
            let entries = match fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(error) => {
                    self.troubles.push((dir, error));
                    continue;
                }
            };
            for entry in entries {
                match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                    Ok((path, _)) if is_hidden(&path) => {}
                    Ok((path, kind)) if kind.is_dir() => waiting.push(path),
                    Ok((path, _)) if path.is_file() => self.dumps.push(path),
                    Ok(_) => {}
                    Err(error) => self.troubles.push((dir.clone(), error)),
                }
            }
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
