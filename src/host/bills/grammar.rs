//! What every format's reader does: it takes the pieces of a file one by one.

use super::bad::Fault;
use super::notes::Notes;
use super::row::BillRow;

/// A reader of one format.
pub(super) trait Grammar: Send {
    /// Takes the next piece; `None` where it holds no row (a header, a footer).
    fn piece(&mut self, bytes: &[u8], notes: &mut Notes) -> Result<Option<BillRow>, Fault>;

    /// The file is at its end: do its sums tie?
    fn end(&mut self, notes: &mut Notes);
}
