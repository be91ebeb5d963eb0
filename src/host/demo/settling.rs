//! The close of a batch, one durable step after the other. Business goes on beside it.

use super::event::{Event, Seen};
use super::hosts::Host;
use super::message::{self, code_of, id};
use super::terminal::Terminal;
use super::wire::{Id, Request, Response};
use super::{Failure, script};
use crate::journal::Error;
use crate::ledger::figures::{AsianStep, Layout};
use crate::ledger::{Phase, SettleStep};
use crate::record::{AnswerClass, Seq, SettleClass, Text};

/// So many 0500 without success, and the shop does not wait any longer.
const UNANSWERED: u16 = 2;

impl Terminal {
    /// Closes a batch where the script asks for it, or the journal because it is nearly full: as
    /// soon as no payment of the book is open. Says whether one still has to wait for that.
    pub(super) fn close_what_is_to_be_settled(&mut self, next: u32) -> Result<bool, Failure> {
        let mut waits = false;
        for host in Host::BOTH {
            let book = host.book();
            let ledger = self.journal.ledger();
            let empty = ledger.totals(book)?.is_zero();
            let open = ledger.items().any(|item| item.book() == book);
            let due = self.full || self.is_closing_time(host, next);
            if empty || !due || ledger.phase(book)? != Phase::Open {
                continue;
            }
            waits |= open;
            if !open {
                Event::Settling.say();
                self.journal.close_batch(book)?;
            }
        }
        if self.full {
            let unsettled = |host: Host| {
                let ledger = self.journal.ledger();
                ledger.phase(host.book()) != Ok(Phase::Open)
                    || ledger.totals(host.book()).is_ok_and(|totals| !totals.is_zero())
            };
            self.full = Host::BOTH.into_iter().any(unsettled);
        }
        Ok(waits)
    }

    /// By the script: the two books at different times.
    fn is_closing_time(&self, host: Host, next: u32) -> bool {
        let (before, transactions) = (next - 1, self.setup.transactions);
        let size = script::batch_size(transactions);
        let shifted = match host {
            Host::Cards => before,
            Host::Wallet => before + size / 2,
        };
        before == transactions || (before > 0 && shifted.is_multiple_of(size))
    }

    /// One durable step of a settlement.
    pub(super) fn settle_step(&mut self, host: Host, step: SettleStep) -> Result<(), Failure> {
        let book = host.book();
        if step == SettleStep::Close {
            self.journal.batch_closed(book)?;
            Event::Settled.say();
            return Ok(());
        }
        Event::Settling.say();
        if !self.links.get_mut(host).connect() {
            self.journal.settle_tried(book, self.uptime());
            return Ok(());
        }
        match step {
            SettleStep::Upload { after } => self.upload(host, after),
            _ => self.send_totals(host),
        }
    }

    fn send_totals(&mut self, host: Host) -> Result<(), Failure> {
        let book = host.book();
        let settle = self.journal.settle_attempt(book, self.uptime())?;
        let id = Id { batch: settle.batch.get(), stan: settle.stan.get() };
        let figures = message::figures(host, &settle.totals)?;
        let (answer, _) = self.exchange(host, &Request::Settle { id, figures })?;
        match (self.journal.profile(book).layout, answer) {
            (Layout::UnionPay, Some(Response { de48: Some(de48), .. })) => {
                self.journal.settle_answer_de48(book, de48.as_bytes())?;
            }
            (Layout::UnionPay, _) => {
                self.journal.settle_answer(book, SettleClass::Nothing, None)?;
            }
            (_, answer) => {
                self.journal.settle_answer_de39(book, code_of(answer.as_ref()))?;
            }
        }
        Ok(())
    }

    /// Uploads the next payments of a batch that did not balance, or ends the settlement.
    fn upload(&mut self, host: Host, after: Seq) -> Result<(), Failure> {
        let book = host.book();
        let ledger = self.journal.ledger();
        let header = Id {
            batch: ledger.settle_batch(book)?.get(),
            stan: ledger.next_settle_stan(book)?.get(),
        };
        let group = self.journal.next_uploads(book, after)?;
        let Some(&through) = group.last() else { return self.end(host, header) };
        let mut details = Vec::new();
        for item in &group {
            details.push(message::detail(&self.journal.receipt(*item)?));
        }
        let last = id(&self.journal.receipt(through)?.intent);
        let request = Request::Upload { id: header, details, last };
        let (answer, _) = self.exchange(host, &request)?;
        let codes = &self.journal.profile(book).codes;
        let upload = crate::ledger::profile::Message::Upload;
        if codes.answer(upload, code_of(answer.as_ref()), false) == AnswerClass::Done {
            Seen::Upload.say();
            self.journal.uploaded(book, through)?;
        } else {
            self.journal.settle_tried(book, self.uptime());
        }
        Ok(())
    }

    /// The message that ends a settlement: UnionPay style it is sent in any case.
    fn end(&mut self, host: Host, id: Id) -> Result<(), Failure> {
        let book = host.book();
        let code = match self.journal.profile(book).layout {
            Layout::UnionPay => u32::from(self.journal.settle_end(book).code()),
            _ => AsianStep::AfterUpload.processing_code(),
        };
        let (answer, _) = self.exchange(host, &Request::End { id, code })?;
        let codes = &self.journal.profile(book).codes;
        if codes.upload_end(code_of(answer.as_ref())) == AnswerClass::Done {
            self.journal.upload_ended(book)?;
        } else {
            self.journal.settle_tried(book, self.uptime());
        }
        Ok(())
    }

    /// The 0500 is not answered, and a customer waits: an operator opens the next batch. The old one
    /// stays owed.
    pub(super) fn open_next_batch(&mut self, host: Host) -> Result<(), Failure> {
        let book = host.book();
        let ledger = self.journal.ledger();
        let settling = ledger.phase(book)? != Phase::Open && !ledger.is_unlocked(book)?;
        if !settling || ledger.settle_attempts(book)? < UNANSWERED {
            return Ok(());
        }
        match self.journal.next_batch(book, Text::new("chief")?) {
            Ok(_) => Seen::NextBatch.say(),
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
