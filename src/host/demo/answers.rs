//! Requests and their answers, and answers that nobody waits for any more.

use super::Failure;
use super::event::Seen;
use super::hosts::Host;
use super::message::{outcome_of, verdict_of};
use super::terminal::Terminal;
use super::wire::{Request, Response, Subject};
use crate::journal::{Error, LateAnswer, LateResult};
use crate::ledger::{ItemState, Owes, rule};
use crate::record::{ResponseCode, Seq, Stan};
use std::thread;
use std::time::Instant;

/// Answered requests that a second answer is still expected for.
const REMEMBERED: usize = 16;

impl Terminal {
    /// Sends a request and waits for its answer, with the milliseconds that took. Answers to
    /// earlier requests that come in meanwhile are seen to.
    pub(super) fn exchange(
        &mut self,
        host: Host,
        request: &Request,
    ) -> Result<(Option<Response>, u32), Failure> {
        let sent = Instant::now();
        let link = self.links.get_mut(host);
        link.send(request);
        let mut strays = Vec::new();
        let answer = link.answer(request.subject(), |stray| strays.push(stray));
        if answer.is_some() {
            self.remember(request.subject());
        }
        let elapsed_ms = u32::try_from(sent.elapsed().as_millis()).unwrap_or(u32::MAX);
        for stray in strays {
            self.see_to(host, &stray)?;
        }
        Ok((answer, elapsed_ms))
    }

    /// Takes in what comes unasked until the time is up.
    pub(super) fn listen(&mut self, host: Host, until: Instant) -> Result<(), Failure> {
        let mut strays = Vec::new();
        self.links.get_mut(host).listen(until, |stray| strays.push(stray));
        thread::sleep(until.saturating_duration_since(Instant::now()));
        strays.iter().try_for_each(|stray| self.see_to(host, stray))
    }

    fn remember(&mut self, subject: Subject) {
        self.answered.truncate(REMEMBERED - 1);
        self.answered.push_front(subject);
    }

    /// An answer that nobody waits for any more. The second of two is ignored, and so is a late
    /// one to a reversal: its repeat will be told the same. A late one to a payment is the result
    /// of a refund that is being asked about, and for the journal to judge otherwise.
    fn see_to(&mut self, host: Host, stray: &Response) -> Result<(), Failure> {
        // What a wallet tells unasked it tells until something is done about it.
        let id = match stray.to {
            Subject::Notice(id) => id,
            Subject::Pay(id) if !self.answered.contains(&stray.to) => id,
            _ => {
                Seen::Repeated.say();
                return Ok(());
            }
        };
        self.remember(stray.to);
        let Some(stan) = Stan::new(id.stan) else { return Ok(()) };
        let of = outcome_of(stray, 0, self.uptime());
        if let Some(refund) = self.asked_about(host, stan) {
            self.journal.outcome(refund, verdict_of(stray, true), &of)?;
            Seen::Late.say();
            return Ok(());
        }
        let answer = LateAnswer {
            book: host.book(),
            stan,
            approved: of.code == Some(ResponseCode::APPROVED),
            code: of.code,
            rrn: of.rrn,
            auth_code: of.auth_code,
            uptime: of.uptime,
        };
        match self.journal.late(&answer) {
            Ok(LateResult::Evidence(_)) => Seen::Late.say(),
            Ok(LateResult::Reopened(_)) => Seen::Reopened.say(),
            // Of a payment that is over and done with: it says nothing new. Or there is no room:
            // the wallet will say it again.
            Ok(LateResult::Stray | LateResult::Unread { .. })
            | Err(Error::Refused(_) | Error::Full { .. }) => {
                Seen::Repeated.say();
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// The refund with this STAN that is being asked about.
    fn asked_about(&self, host: Host, stan: Stan) -> Option<Seq> {
        self.journal
            .ledger()
            .items()
            .filter(|item| item.book() == host.book() && item.stan() == stan)
            .find(|item| {
                rule(item.kind()).owes == Owes::Query
                    && matches!(item.state(), ItemState::Querying | ItemState::Unresolved)
            })
            .map(|item| item.seq())
    }
}
