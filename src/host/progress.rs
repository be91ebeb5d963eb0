//! A sign of life while a large file is read, on a terminal only.

use std::time::Duration;

use indicatif::ProgressBar;

/// Smaller files are read before anyone could look.
const LARGE: usize = 16 << 20;

/// Shows that something goes on while `work` runs; hidden unless standard error is a terminal.
pub(super) fn during<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    if bytes < LARGE {
        return work();
    }
    let sign = ProgressBar::new_spinner().with_message(format!("{} MiB", bytes >> 20));
    sign.enable_steady_tick(Duration::from_millis(120));
    let done = work();
    sign.finish_and_clear();
    done
}
