//! The journal's side of the comparison, read from images by the parent itself.
//!
//! The ring forgets settled batches, so a copy of the journal was taken at the moment when each
//! one was settled. A payment is looked up in the copy of its own batch; one that was still open
//! then, in the next.

use super::chip::{Chip, REGION, SETTINGS};
use super::network::copy_path;
use super::terminal::BOOK;
use super::{Failure, script};
use crate::journal::{Journal, Receipt};
use crate::ledger::{PaymentStatus, Phase};
use crate::record::{Original, Reference, Seq, TransactionKind};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What the journal says of one payment.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) item: Seq,
    pub(super) kind: TransactionKind,
    pub(super) amount: u64,
    pub(super) status: PaymentStatus,
    /// Where the status is not final, the state it is in.
    pub(super) open: bool,
    pub(super) original: Option<Seq>,
}

/// What the journal says of all payments.
#[derive(Debug, Default)]
pub(super) struct JournalSide {
    pub(super) payments: BTreeMap<String, Told>,
    /// Open at the end, each with its name and state.
    pub(super) open: Vec<String>,
    /// Those of them that many attempts have not ended.
    pub(super) unresolved: Vec<String>,
    /// Ended one way when their batch was settled, and told another way later.
    pub(super) contradictions: Vec<String>,
    /// What is left unsettled at the end, in words.
    pub(super) unsettled: Option<String>,
}

/// Reads the copies of the settled batches, oldest first, then the journal itself.
///
/// # Errors
/// An image cannot be copied or mounted.
pub(super) fn read(
    image: &Path,
    batches: &[u32],
    transactions: u32,
) -> Result<JournalSide, Failure> {
    let mut side = JournalSide::default();
    for batch in batches {
        let mut journal = mount_copy(&copy_path(image, *batch))?;
        side.take_in(&mut journal, transactions)?;
    }
    let mut journal = mount_copy(image)?;
    side.take_in(&mut journal, transactions)?;
    side.take_in_end(&mut journal)?;
    Ok(side)
}

/// The ring forgets the records of a settled payment one by one: of one that it still holds in
/// part it says `unknown` or `reversing`. Anything else is final and must stay what it was.
const fn is_for_good(status: PaymentStatus) -> bool {
    !matches!(status, PaymentStatus::Unknown | PaymentStatus::Reversing)
}

/// Mounts a copy, because asking for a status may write: it makes the last record durable.
fn mount_copy(image: &Path) -> Result<Journal<Chip>, Failure> {
    let copy = image.with_extension("reading");
    fs::copy(image, &copy)?;
    let flash = Chip::open(&copy)?;
    // The open file lives on without its name.
    fs::remove_file(&copy)?;
    let journal = Journal::mount(flash, REGION, &SETTINGS);
    Ok(journal.map_err(|error| format!("{}: {error}", image.display()))?)
}

impl JournalSide {
    fn take_in(&mut self, journal: &mut Journal<Chip>, transactions: u32) -> Result<(), Failure> {
        let batch = journal.ledger().batch(BOOK)?;
        for number in 1..=transactions {
            let name = script::reference(number);
            let Some(known) = journal.status(&Reference::new(&name)?)?.known() else { continue };
            if let Some(told) = self.payments.get(&name).filter(|told| !told.open) {
                if is_for_good(known.status) && told.status != known.status {
                    self.contradictions.push(format!(
                        "the journal told {name} as {}, and tells it as {} in batch {batch}",
                        told.status, known.status
                    ));
                }
                continue;
            }
            let Receipt { item, intent, approved, status, .. } = journal.receipt(known.item)?;
            let open = journal.ledger().item(item).is_some();
            // Of older batches only the end of what was open is news.
            if intent.batch == batch || self.payments.contains_key(&name) {
                let (kind, amount) = (intent.kind, approved.minor());
                let original = intent.original.as_ref().and_then(Original::seq);
                let told = Told { item, kind, amount, status, open, original };
                self.payments.insert(name, told);
            }
        }
        Ok(())
    }

    fn take_in_end(&mut self, journal: &mut Journal<Chip>) -> Result<(), Failure> {
        let items: Vec<_> = journal
            .ledger()
            .items()
            .map(|item| (item.seq(), item.state(), item.is_unresolved()))
            .collect();
        for (item, state, unresolved) in items {
            let name = journal.receipt(item)?.intent.reference;
            let name = name.map_or_else(|| format!("payment {item}"), |name| name.to_string());
            if unresolved {
                self.unresolved.push(name.clone());
            }
            self.open.push(format!("{name} is {state}"));
        }
        let ledger = journal.ledger();
        let (batch, phase) = (ledger.batch(BOOK)?, ledger.phase(BOOK)?);
        if phase != Phase::Open {
            self.unsettled = Some(format!("batch {batch} is {phase}"));
        } else if !ledger.totals(BOOK)?.is_zero() {
            self.unsettled = Some(format!("batch {batch} has payments and was not settled"));
        }
        Ok(())
    }
}
