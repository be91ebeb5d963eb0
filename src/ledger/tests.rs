//! The ledger, by question. The shared set-up is here.

mod checkpoint;
mod duty;
mod follow;
mod identity;
mod model;
mod numbers;
mod offline;
mod originals;
mod paths;
mod payment;
mod pins;
mod settlement;
mod transition;
mod withheld;
mod words;

use super::*;
use crate::record::*;

type Small = Ledger<4, 2>;

/// A ledger that numbers its records like a log would.
#[derive(Clone)]
struct Till {
    ledger: Small,
    seq: u32,
    log: Vec<(Placed, Record)>,
    losses: Vec<Lost>,
}

/// Sequence numbers that the log said are gone.
#[derive(Clone, Copy)]
struct Lost {
    from: Seq,
    to: Seq,
    perhaps: bool,
}

const COST: u32 = 40;

impl Till {
    fn new() -> Self {
        Self { ledger: Small::new(), seq: 0, log: Vec::new(), losses: Vec::new() }
    }

    /// Applies a record as the next of the journal.
    fn put(&mut self, record: impl Into<Record>) -> Result<Change, Refusal> {
        let record = record.into();
        let seq = Seq(self.seq + 1);
        let at = Placed { seq, place: Place(seq.0 * 100), cost: COST };
        let checked = self.ledger.check(&record);
        let before = self.ledger.clone();
        let change = self.ledger.apply(at, &record);
        assert_eq!(checked.err(), change.err(), "check and apply differ on {record:?}");
        match change {
            Ok(_) => {
                self.seq += 1;
                self.log.push((at, record));
            }
            Err(refusal) => {
                assert_eq!(self.ledger, before, "a refusal changed something");
                assert!(!refusal.to_string().is_empty());
            }
        }
        change
    }

    /// The next `records` sequence numbers are gone.
    fn lose(&mut self, records: u32, perhaps: bool) {
        let lost = Lost { from: Seq(self.seq + 1), to: Seq(self.seq + records), perhaps };
        self.ledger.lost(lost.from, lost.to, perhaps);
        self.seq = lost.to.0;
        self.losses.push(lost);
    }

    /// Tells a ledger what was written after a sequence number, losses in their places.
    fn replay<const I: usize>(
        &self,
        after: Seq,
        ledger: &mut Ledger<I, 2>,
        mut record: impl FnMut(&mut Ledger<I, 2>, Placed, &Record),
    ) {
        let mut losses = self.losses.iter().filter(|lost| lost.from > after).peekable();
        let mut tell = |ledger: &mut Ledger<I, 2>, before: Seq| {
            while let Some(lost) = losses.next_if(|lost| lost.from < before) {
                ledger.lost(lost.from, lost.to, lost.perhaps);
            }
        };
        for (at, written) in self.log.iter().filter(|(at, _)| at.seq > after) {
            tell(ledger, at.seq);
            record(ledger, *at, written);
        }
        tell(ledger, Seq(u32::MAX));
    }

    fn intent(&self, book: u8, kind: TransactionKind, minor: u64) -> Intent {
        let needs_original = rule(kind).needs != Needs::NoOriginal;
        let date = HostDate::new(731).unwrap();
        let rrn = Rrn::new("021514004711").unwrap();
        let by_value = Original::ByValue { rrn, auth_code: None, date };
        Intent {
            stan: self.ledger.next_stan(book).unwrap_or(Stan::FIRST),
            batch: self.ledger.intent_batch(book, kind).unwrap_or(Batch::FIRST),
            invoice: self.ledger.next_invoice(book).unwrap_or(Invoice::FIRST),
            entry: EntryMode::CONTACTLESS,
            pan: TruncatedPan::from_pan("6222021234561234").ok(),
            original: needs_original.then_some(by_value),
            identity: self.ledger.identity(book).unwrap_or(None),
            order: OrderNumber::new("20260731-000417").ok(),
            ..Intent::new(book, kind, Amount::new(minor), Currency::CNY)
        }
    }

    fn begin(&mut self, kind: TransactionKind, minor: u64) -> Seq {
        let intent = self.intent(0, kind, minor);
        self.put(intent).unwrap();
        Seq(self.seq)
    }

    fn sale(&mut self, minor: u64) -> Seq {
        self.begin(TransactionKind::Sale, minor)
    }

    fn on(&mut self, item: Seq, event: ItemEvent) -> Result<Change, Refusal> {
        let record = self.record(item, event);
        self.put(record)
    }

    /// The record of an event, as a correct terminal would write it now.
    fn record(&self, item: Seq, event: ItemEvent) -> Record {
        let open = self.ledger.item(item);
        let book = open.map_or(0, Item::book);
        let reason = open.map_or(ReversalReason::Other, Item::reason);
        let number = open.map_or(1, Item::next_attempt);
        let (uptime, code) = (Uptime(7), None);
        let answer = |class| Answer { item, book, class, code }.into();
        match event {
            ItemEvent::OutcomeCompleted => outcome(item, Verdict::Approved { completed: true }),
            ItemEvent::OutcomeApproved => outcome(item, Verdict::Approved { completed: false }),
            ItemEvent::OutcomeDeclined => outcome(item, Verdict::Declined),
            ItemEvent::OutcomeUnknown => outcome(item, Verdict::NoAnswer),
            ItemEvent::Completed => Completed { item, book, emv: None }.into(),
            ItemEvent::Reverse => Reverse { item, book, reason: ReversalReason::Other }.into(),
            ItemEvent::NotSent => NotSent { item, book }.into(),
            ItemEvent::Attempt => Attempt { item, book, number, reason, uptime }.into(),
            ItemEvent::AnswerDone => answer(AnswerClass::Done),
            ItemEvent::AnswerNothingToReverse => answer(AnswerClass::NothingToReverse),
            ItemEvent::AnswerOther => answer(AnswerClass::Busy),
            ItemEvent::AnswerRefused => answer(AnswerClass::Refused),
            ItemEvent::AnswerUnsent => answer(AnswerClass::Unsent),
            ItemEvent::AnswerPaid => answer(AnswerClass::Paid),
            ItemEvent::GivenUp => Unresolved { item, book }.into(),
            ItemEvent::Abandon => operator(item, book, Decision::Abandon),
            ItemEvent::OperatorRetry => operator(item, book, Decision::Retry),
            ItemEvent::OfflineReverse => self.offline(item, book, true),
            ItemEvent::OfflineUnsent => self.offline(item, book, false),
            ItemEvent::Late => {
                let (rrn, auth_code) = (None, None);
                Late { item, book, approved: true, uptime, code, rrn, auth_code }.into()
            }
            ItemEvent::Reopen => {
                let (rrn, auth_code) = (None, None);
                let intent = self.intent_of(item);
                Reopen { item, reason, uptime, code, rrn, auth_code, intent }.into()
            }
        }
    }

    fn offline(&self, item: Seq, book: u8, reverse: bool) -> Record {
        let intent = self.intent(book, TransactionKind::OfflineSale, 70);
        OfflineApproved { item, book, reverse, intent }.into()
    }

    fn intent_of(&self, item: Seq) -> Intent {
        let found = self.log.iter().find(|(at, _)| at.seq == item);
        match found {
            Some((_, Record::Intent(intent))) => intent.clone(),
            Some((_, Record::OfflineApproved(offline))) => offline.intent.clone(),
            _ => panic!("{item} is no intent"),
        }
    }

    fn state(&self, item: Seq) -> Option<ItemState> {
        self.ledger.item(item).map(Item::state)
    }

    fn completed_sale(&mut self, minor: u64) -> Seq {
        let item = self.sale(minor);
        self.on(item, ItemEvent::OutcomeCompleted).unwrap();
        item
    }

    /// A sale that reached its attempt limit.
    fn unresolved_sale(&mut self, minor: u64) -> Seq {
        let item = self.sale(minor);
        for event in [ItemEvent::OutcomeUnknown, ItemEvent::Attempt, ItemEvent::GivenUp] {
            self.on(item, event).unwrap();
        }
        item
    }

    fn freeze(&self, book: u8) -> Freeze {
        let totals = self.ledger.settle_totals(book).unwrap();
        Freeze { book, batch: self.ledger.batch(book).unwrap(), totals }
    }

    fn settle_attempt(&self, book: u8) -> SettleAttempt {
        SettleAttempt {
            book,
            batch: self.ledger.settle_batch(book).unwrap(),
            stan: self.ledger.next_settle_stan(book).unwrap(),
            number: self.ledger.settle_attempts(book).unwrap() + 1,
        }
    }

    fn settle_answer(&self, book: u8, class: SettleClass) -> SettleAnswer {
        SettleAnswer { book, batch: self.ledger.settle_batch(book).unwrap(), class, code: None }
    }

    fn closed(&self, book: u8) -> BatchClosed {
        let batch = self.ledger.settle_batch(book).unwrap();
        BatchClosed { book, batch, next: batch.next() }
    }

    fn settle(&mut self, book: u8) {
        self.put(self.freeze(book)).unwrap();
        self.put(self.settle_attempt(book)).unwrap();
        self.put(self.settle_answer(book, SettleClass::Balanced)).unwrap();
        self.put(self.closed(book)).unwrap();
    }
}

fn operator(item: Seq, book: u8, decision: Decision) -> Record {
    let (who, why) = (Text::new("chen").unwrap(), Text::new("cash paid").unwrap());
    Operator { item, book, decision, who, why }.into()
}

fn outcome(item: Seq, verdict: Verdict) -> Record {
    Outcome {
        item,
        book: 0,
        verdict,
        elapsed_ms: 900,
        uptime: Uptime(7),
        code: None,
        rrn: None,
        auth_code: None,
        host_time: None,
        approved_amount: None,
        settlement_date: None,
        emv: None,
    }
    .into()
}

/// The ledger that a checkpoint of this one restores to.
fn through_checkpoint<const I: usize, const B: usize>(ledger: &Ledger<I, B>) -> Ledger<I, B> {
    let mut restored = Ledger::new();
    let mut out = [0; MAX_ENTRY];
    let mut bytes = 0;
    for index in 0.. {
        let Some(len) = ledger.checkpoint_entry(index, &mut out) else { break };
        assert!(index < Ledger::<I, B>::MAX_ENTRIES);
        restored.restore_entry(&out[..len]).unwrap();
        bytes += len;
    }
    assert!(bytes <= Ledger::<I, B>::MAX_CHECKPOINT);
    restored
}
