//! Opens bills, and shows how much of them is read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use crate::host::bills::{Bill, OpenError, Reader};

/// Shows how much of the bills is read, on a terminal only.
pub fn progress(paths: &[PathBuf]) -> ProgressBar {
    let bytes = paths.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum();
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta}");
    let bar = ProgressBar::new(bytes);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// An archive is read from its end, so only other files tell how far they are.
pub fn open(
    reader: &Reader,
    path: &Path,
    bar: &ProgressBar,
) -> Vec<Result<Bill, (Arc<str>, OpenError)>> {
    let mut magic = [0; 4];
    let opened = File::open(path).and_then(|mut file| {
        let read = file.read(&mut magic)?;
        Ok((read, File::open(path)?))
    });
    match opened {
        Ok((_, file)) if !magic.starts_with(b"PK") => {
            reader.stream(&path.display().to_string(), bar.wrap_read(file))
        }
        _ => {
            let bytes = path.metadata().map_or(0, |file| file.len());
            bar.inc(bytes);
            reader.open(path)
        }
    }
}
