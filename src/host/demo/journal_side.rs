//! The journal's side of the comparison, read from images by the parent itself.
//!
//! The ring forgets settled batches, so a copy of the journal was taken at the moment when each
//! one was about to be settled. A payment is taken from the first copy that holds it; one that was
//! still open then, or was opened again, from the next.

use super::chip::{Chip, REGION, SETTINGS};
use super::hosts::Host;
use super::network::Copy;
use super::wire::Kind;
use super::{Failure, message, script};
use crate::journal::{Journal, Receipt};
use crate::ledger::{PaymentStatus, Phase};
use crate::record::{Original, Reference, Seq};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What the journal says of one payment.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) item: Seq,
    pub(super) host: Host,
    pub(super) kind: Kind,
    pub(super) amount: u64,
    pub(super) status: PaymentStatus,
    /// It is not closed.
    pub(super) open: bool,
    pub(super) original: Option<Original>,
    /// DE37, by which a refund may name it.
    pub(super) rrn: Option<String>,
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
    pub(super) unsettled: Vec<String>,
    /// The batch that each book has open.
    pub(super) open_batches: Vec<(Host, u32)>,
}

/// Reads the copies, oldest first, then the journal itself.
///
/// # Errors
/// An image cannot be copied or mounted.
pub(super) fn read(
    image: &Path,
    copies: &[Copy],
    transactions: u32,
) -> Result<JournalSide, Failure> {
    let mut side = JournalSide::default();
    for copy in copies {
        let mut journal = mount_copy(&copy.path)?;
        side.take_in(&mut journal, transactions)?;
    }
    let mut journal = mount_copy(image)?;
    side.take_in(&mut journal, transactions)?;
    side.take_in_end(&mut journal)?;
    Ok(side)
}

/// The ring forgets the records of a settled payment one by one: of one that it still holds in
/// part it says `unknown` or `reversing`. Anything else is final and must stay what it was, but
/// that an order which was told as failed may prove to be paid: it is reversed again.
const fn contradicts(before: PaymentStatus, now: PaymentStatus) -> bool {
    use PaymentStatus::{Approved, Reversing, Unknown};
    match (before, now) {
        (_, Unknown | Reversing) => false,
        (Approved, now) => !matches!(now, Approved),
        (_, now) => matches!(now, Approved),
    }
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
        for number in 1..=transactions {
            let name = script::reference(number);
            let Some(known) = journal.status(&Reference::new(&name)?)?.known() else { continue };
            let open = journal.ledger().item(known.item).is_some();
            // What provably never left the terminal may be begun anew, as another payment.
            let anew = |told: &&Told| {
                told.status == PaymentStatus::NeverStarted && told.item != known.item
            };
            let told = self.payments.get(&name).filter(|told| !anew(told));
            if let Some(told) = told.filter(|told| !told.open && !open) {
                if told.item != known.item {
                    self.contradictions.push(format!("{name} was begun twice"));
                }
                if contradicts(told.status, known.status) {
                    self.contradictions.push(format!(
                        "the journal told {name} as {}, and tells it as {} later",
                        told.status, known.status
                    ));
                }
                continue;
            }
            let Receipt { item, intent, outcome, approved, status, .. } =
                journal.receipt(known.item)?;
            let told = Told {
                item,
                host: Host::of_book(intent.book),
                kind: message::kind(intent.kind),
                amount: approved.minor(),
                status,
                open,
                original: intent.original.clone(),
                rrn: outcome.and_then(|outcome| outcome.rrn).map(|rrn| rrn.as_str().to_owned()),
            };
            self.payments.insert(name, told);
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
        for host in Host::BOTH {
            let (batch, phase) = (ledger.batch(host.book())?, ledger.phase(host.book())?);
            if phase != Phase::Open {
                self.unsettled.push(format!("{host}: the settlement is {phase}"));
            } else if !ledger.totals(host.book())?.is_zero() {
                self.unsettled.push(format!("{host}: batch {batch} was not settled"));
            }
            self.open_batches.push((host, batch.get()));
        }
        Ok(())
    }
}
