//! The acquirer with books of its own.

use pos_journal::record::TransactionKind;

use super::wire::{Message, Says, Undone};

/// What the host's books say of one STAN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// Money was taken (or given back, or a sale voided).
    Booked,
    /// It was refused.
    Declined,
    /// It was booked, and is undone.
    Undone,
    /// Its reversal came first. A host that leaves this mark refuses the request that comes after.
    Marked,
    /// A QR order that its payer has not paid yet.
    Pending,
    /// A QR order that can no longer be paid.
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub stan: u32,
    pub kind: u8,
    pub reference: u8,
    pub original: u32,
    pub entry: Entry,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host {
    /// A reversal of an unknown payment leaves a mark.
    pub marks: bool,
    pub rows: Vec<Row>,
}

impl Host {
    pub fn row(&self, stan: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.stan == stan)
    }

    fn set(&mut self, stan: u32, entry: Entry) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.stan == stan) {
            row.entry = entry;
        }
    }

    fn says(&self, stan: u32) -> Says {
        match self.row(stan).map(|row| row.entry) {
            Some(Entry::Booked) => Says::Approved,
            None | Some(Entry::Pending) => Says::Unknown,
            Some(_) => Says::Declined,
        }
    }

    /// Takes a message and answers. `yes`: it approves what it may decline, and a cancel of a paid QR
    /// order fails.
    pub fn take(&mut self, message: Message, yes: bool) -> Message {
        match message {
            Message::Request { stan, kind, reference, original } => {
                let new = self.row(stan).is_none();
                if new {
                    let entry = match Message::kind(kind) {
                        TransactionKind::QrSale => Entry::Pending,
                        _ if yes => Entry::Booked,
                        _ => Entry::Declined,
                    };
                    self.rows.push(Row { stan, kind, reference, original, entry });
                    self.rows.sort_by_key(|row| row.stan);
                }
                Message::Response { stan, says: self.says(stan) }
            }
            Message::Query { stan } => Message::Response { stan, says: self.says(stan) },
            Message::Reversal { stan } => {
                let result = match self.row(stan).map(|row| (row.entry, Message::kind(row.kind))) {
                    Some((Entry::Booked, TransactionKind::QrSale)) if yes => Undone::JustPaid,
                    Some((Entry::Booked, _)) => {
                        self.set(stan, Entry::Undone);
                        Undone::Done
                    }
                    Some((Entry::Pending, _)) => {
                        self.set(stan, Entry::Closed);
                        Undone::Done
                    }
                    Some((Entry::Undone | Entry::Closed, _)) => Undone::Done,
                    Some((Entry::Declined | Entry::Marked, _)) => Undone::NothingToReverse,
                    None => {
                        if self.marks {
                            let entry = Entry::Marked;
                            let row = Row { stan, kind: 1, reference: 0, original: 0, entry };
                            self.rows.push(row);
                            self.rows.sort_by_key(|row| row.stan);
                        }
                        Undone::NothingToReverse
                    }
                };
                Message::Reversed { stan, result }
            }
            other => other,
        }
    }

    /// Whether money of this payment is with the merchant: booked, and not voided.
    pub fn is_charged(&self, stan: u32) -> bool {
        let voided = self.rows.iter().any(|row| {
            row.original == stan
                && row.entry == Entry::Booked
                && Message::kind(row.kind) == TransactionKind::Void
        });
        self.row(stan).is_some_and(|row| {
            let sale =
                !matches!(Message::kind(row.kind), TransactionKind::Void | TransactionKind::Refund);
            row.entry == Entry::Booked && sale
        }) && !voided
    }
}
