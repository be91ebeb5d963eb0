//! The terminal: the real ledger, a durable log, and what is lost with the power.

use pos_journal::ledger::{Duty, ItemState, Ledger, Placed};
use pos_journal::record::*;

use super::wire::Message;

type Books = Ledger<4, 1>;

/// A terminal between two steps. Two are the same if their logs, their last start and what they have
/// in hand are: the ledger follows from these.
#[derive(Clone, Debug)]
pub struct Till {
    log: Vec<Vec<u8>>,
    kinds: Vec<u8>,
    /// How many records there were at the last start.
    started: usize,
    /// Durable and not yet sent.
    pub outbox: Vec<Message>,
    /// The hold-off has passed since the last record.
    pub rested: bool,
    pub ledger: Books,
}

impl PartialEq for Till {
    fn eq(&self, other: &Self) -> bool {
        (&self.log, &self.kinds, self.started, &self.outbox, self.rested)
            == (&other.log, &other.kinds, other.started, &other.outbox, other.rested)
    }
}

impl Eq for Till {}

impl std::hash::Hash for Till {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.log, &self.kinds, self.started, &self.outbox, self.rested).hash(state);
    }
}

impl Till {
    pub fn new() -> Self {
        Self {
            log: Vec::new(),
            kinds: Vec::new(),
            started: 0,
            outbox: Vec::new(),
            rested: false,
            ledger: Books::new(),
        }
    }

    fn records(&self) -> impl DoubleEndedIterator<Item = (Seq, Record)> {
        let read = |(index, (kind, payload)): (usize, (&u8, &Vec<u8>))| {
            (Seq(index as u32 + 1), Record::decode(*kind, payload).unwrap())
        };
        let pairs: Vec<_> = self.kinds.iter().zip(&self.log).enumerate().map(read).collect();
        pairs.into_iter()
    }

    /// Makes a record durable, if the running terminal may write it now.
    pub fn write(&mut self, record: &Record) -> Option<Seq> {
        self.ledger.check_live(record).ok()?;
        Some(self.force(record))
    }

    /// As [`write`](Self::write), without the rules of the running terminal: for broken firmware.
    pub fn force(&mut self, record: &Record) -> Seq {
        let seq = Seq(self.log.len() as u32 + 1);
        let at = Placed { seq, place: Place(seq.0), cost: 64 };
        if self.ledger.apply(at, record).is_ok() {
            let mut buf = [0; MAX_RECORD];
            self.log.push(record.encode(&mut buf).unwrap().to_vec());
            self.kinds.push(record.kind());
            self.rested = false;
        }
        seq
    }

    /// The power fails and comes back. What was in hand is gone; the ledger is what the log says.
    pub fn restart(&mut self) {
        self.outbox.clear();
        self.rested = false;
        self.started = self.log.len();
        let mut ledger = Books::new();
        for (seq, record) in self.records() {
            let at = Placed { seq, place: Place(seq.0), cost: 64 };
            ledger.apply(at, &record).expect("a durable record is legal");
        }
        ledger.boot();
        self.ledger = ledger;
    }

    /// Takes the newest record back, if it is an intent: it was never durable.
    pub fn forget_newest_intent(&mut self) {
        if self.kinds.last() == Some(&0x81) {
            self.kinds.pop();
            self.log.pop();
        }
    }

    /// An intent with the numbers that are next.
    pub fn intent(&self, kind: TransactionKind, reference: u8, original: Option<Seq>) -> Intent {
        let name = [b'R', b'0' + reference];
        Intent {
            stan: self.ledger.next_stan(0).unwrap_or(Stan::MAX),
            batch: self.ledger.intent_batch(0, kind).unwrap_or(Batch::MAX),
            invoice: self.ledger.next_invoice(0).unwrap_or(Invoice::MAX),
            reference: Reference::new(core::str::from_utf8(&name).unwrap()).ok(),
            original: original.map(Original::ByRecord),
            order: (kind == TransactionKind::QrSale)
                .then(|| OrderNumber::new(core::str::from_utf8(&name).unwrap()).unwrap()),
            ..Intent::new(0, kind, Amount::new(100), Currency::CNY)
        }
    }

    /// The newest payment with a register reference.
    pub fn by_reference(&self, reference: u8) -> Option<(Seq, Intent)> {
        let name = [b'R', b'0' + reference];
        self.intents()
            .filter(|(_, i)| i.reference.as_ref().is_some_and(|r| r.as_str().as_bytes() == name))
            .last()
    }

    pub fn by_stan(&self, stan: u32) -> Option<(Seq, Intent)> {
        self.intents().filter(|(_, intent)| intent.stan.get() == stan).last()
    }

    pub fn intents(&self) -> impl Iterator<Item = (Seq, Intent)> {
        self.records().filter_map(|(seq, record)| match record {
            Record::Intent(intent) => Some((seq, intent)),
            _ => None,
        })
    }

    /// Where a payment stands, also after it is closed.
    pub fn state(&self, item: Seq) -> Option<ItemState> {
        if let Some(open) = self.ledger.item(item) {
            return Some(open.state());
        }
        let mut kind = None;
        let mut events = Vec::new();
        for (seq, record) in self.records() {
            match &record {
                Record::Intent(intent) if seq == item => kind = Some(intent.kind),
                _ => {}
            }
            if let Some((of, event)) = pos_journal::ledger::ItemEvent::of(&record)
                && of == item
            {
                events.push(event);
            }
        }
        Some(pos_journal::ledger::settled_state(kind?, events))
    }

    pub fn stan_of(&self, item: Seq) -> u32 {
        self.intents().find(|(seq, _)| *seq == item).map_or(0, |(_, intent)| intent.stan.get())
    }

    /// What is owed first. Settlements are left to other tests.
    pub fn next_duty(&self) -> Option<Duty> {
        self.ledger.due().find(|duty| !matches!(duty, Duty::Settle { .. }))
    }
}
