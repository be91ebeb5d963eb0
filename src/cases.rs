//! How many random cases a test tries, and where those are kept that failed once.

use proptest::test_runner::{Config, FileFailurePersistence};

/// So many random cases, behind those in the file `.regressions` beside the test.
pub(crate) fn cases(cases: u32) -> Config {
    let kept = FileFailurePersistence::WithSource("regressions");
    Config { cases, failure_persistence: Some(Box::new(kept)), ..Config::default() }
}
