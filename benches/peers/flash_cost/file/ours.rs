//! pos-journal on a file: what it does on flash, with a sync for each program and erase.

use std::path::Path;

use pos_journal::flash::FileFlash;

use super::Opened;
use crate::store::{Fail, Journalled, Logged, Start, Store, fail};

/// Room for the payments of a round, all unsettled.
const BYTES: usize = 1024 * 1024;

type Flash = FileFlash<1, 4096>;

fn flash(dir: &Path, name: &str, opened: Opened) -> Result<(Flash, Start), Fail> {
    let path = dir.join(name);
    match opened {
        Opened::New => Ok((Flash::create(path, BYTES).map_err(fail)?, Start::Format)),
        Opened::Again => Ok((Flash::open(path).map_err(fail)?, Start::Boot)),
    }
}

pub fn log(dir: &Path, opened: Opened) -> Result<Box<dyn Store>, Fail> {
    let (flash, start) = flash(dir, "log", opened)?;
    Ok(Box::new(Logged::new(flash, BYTES, start, false, false)?))
}

pub fn journal(dir: &Path, opened: Opened) -> Result<Box<dyn Store>, Fail> {
    let (flash, start) = flash(dir, "journal", opened)?;
    Ok(Box::new(Journalled::new(flash, BYTES, start)?))
}
