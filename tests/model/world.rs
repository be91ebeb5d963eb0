//! All of it together, and every step that anybody can take.

use pos_journal::ledger::{Duty, ItemEvent, ItemState, Needs, Owes, rule, transition};
use pos_journal::record::*;
use stateright::{Model, Property};

use super::broken::Broken;
use super::host::{Entry, Host};
use super::till::Till;
use super::wire::{Message, Says, Undone};
use super::{properties, repair};

/// What a scenario allows.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub name: &'static str,
    /// What the register asks for, in order; the index is its reference.
    pub wishes: &'static [TransactionKind],
    pub cuts: u8,
    pub losses: u8,
    pub duplicates: u8,
    /// How often the register asks again although it has no answer.
    pub asks_again: u8,
    /// Attempts of one duty before it is given up.
    pub attempts: u16,
    /// Decisions of an operator.
    pub decisions: u8,
    pub host_marks: bool,
    pub broken: Option<Broken>,
}

/// What a customer was told of a wish, by screen or register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    Nothing,
    Approved,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub till: Till,
    pub wire: Vec<Message>,
    pub host: Host,
    /// Per reference.
    pub told: Vec<Told>,
    pub asked: Vec<bool>,
    /// Settled, and what was found.
    pub settled: Option<Books>,
    cuts: u8,
    losses: u8,
    duplicates: u8,
    asks_again: u8,
    decisions: u8,
}

/// The two sides at the moment of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Books {
    pub host: u32,
    pub frozen: u32,
    /// Payments that the journal names as the difference.
    pub named: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The register asks for a payment, for the first time or again.
    Ask(u8),
    /// The first message in hand goes out.
    Send,
    /// The connection fails before a byte of it was taken.
    Refused,
    Lose(usize),
    Duplicate(usize),
    /// The host takes a message; `true`: it approves.
    Host(usize, bool),
    /// The payer of a QR order pays.
    Pay(u32),
    /// The terminal receives a message.
    Receive(usize),
    /// Nothing came in time.
    TimeOut(Seq),
    /// The terminal pays its first duty.
    Duty,
    /// The hold-off passes; what was under way has arrived or never will.
    HoldOff,
    GiveUp(Seq),
    Abandon(Seq),
    Settle,
    Cut,
}

impl Model for Scenario {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            till: Till::new(),
            wire: Vec::new(),
            host: Host { marks: self.host_marks, rows: Vec::new() },
            told: vec![Told::Nothing; self.wishes.len()],
            asked: vec![false; self.wishes.len()],
            settled: None,
            cuts: self.cuts,
            losses: self.losses,
            duplicates: self.duplicates,
            asks_again: self.asks_again,
            decisions: self.decisions,
        }]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        for reference in 0..self.wishes.len() {
            let first = !world.asked[reference];
            let before = reference == 0 || world.asked[reference - 1];
            let unsure = world.told[reference] != Told::Approved && world.asks_again > 0;
            if before && (first || unsure) {
                steps.push(Step::Ask(reference as u8));
            }
        }
        if !world.till.outbox.is_empty() {
            steps.extend([Step::Send, Step::Refused]);
        }
        for (index, message) in world.wire.iter().enumerate() {
            if index > 0 && world.wire[index - 1] == *message {
                continue;
            }
            if world.losses > 0 {
                steps.push(Step::Lose(index));
            }
            if world.duplicates > 0 {
                steps.push(Step::Duplicate(index));
            }
            if message.is_request() {
                steps.extend([Step::Host(index, true), Step::Host(index, false)]);
            } else {
                steps.push(Step::Receive(index));
            }
        }
        for row in world.host.rows.iter().filter(|row| row.entry == Entry::Pending) {
            steps.push(Step::Pay(row.stan));
        }
        for item in world.till.ledger.items() {
            let waits = item.state() == ItemState::Unanswered && item.is_in_flight();
            if waits && world.till.outbox.is_empty() {
                steps.push(Step::TimeOut(item.seq()));
            }
            if item.attempts() >= self.attempts && !item.is_unresolved() {
                steps.push(Step::GiveUp(item.seq()));
            }
            if item.is_unresolved() && world.decisions > 0 {
                steps.push(Step::Abandon(item.seq()));
            }
        }
        if world.till.outbox.is_empty() && world.till.next_duty().is_some() {
            steps.push(Step::Duty);
            if !world.till.rested {
                steps.push(Step::HoldOff);
            }
        }
        if world.settled.is_none() && world.told.iter().all(|told| *told != Told::Nothing) {
            steps.push(Step::Settle);
        }
        if world.cuts > 0 {
            steps.push(Step::Cut);
        }
    }

    fn next_state(&self, last: &World, step: Step) -> Option<World> {
        let mut world = last.clone();
        world.take(self, step);
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl World {
    pub fn take(&mut self, scenario: &Scenario, step: Step) {
        match step {
            Step::Ask(reference) => self.ask(scenario, reference),
            Step::Send => {
                let message = self.till.outbox.remove(0);
                self.send(message);
            }
            Step::Refused => self.refused(),
            Step::Lose(index) => {
                self.losses -= 1;
                self.wire.remove(index);
            }
            Step::Duplicate(index) => {
                self.duplicates -= 1;
                self.send(self.wire[index]);
            }
            Step::Host(index, yes) => {
                let message = self.wire.remove(index);
                let answer = self.host.take(message, yes);
                self.send(answer);
            }
            Step::Pay(stan) => {
                for row in self.host.rows.iter_mut().filter(|row| row.stan == stan) {
                    row.entry = Entry::Booked;
                }
            }
            Step::Receive(index) => {
                let message = self.wire.remove(index);
                self.receive(scenario, message);
            }
            Step::TimeOut(item) => self.time_out(scenario, item),
            Step::Duty => self.duty(scenario),
            Step::HoldOff => {
                self.wire.clear();
                self.till.rested = true;
            }
            Step::GiveUp(item) => drop(self.till.write(&Unresolved { item, book: 0 }.into())),
            Step::Abandon(item) => {
                self.decisions -= 1;
                let (who, why) = (Text::new("op").unwrap(), Text::new("").unwrap());
                let decision = Decision::Abandon;
                self.till.write(&Operator { item, book: 0, decision, who, why }.into());
            }
            Step::Settle => self.settle(),
            Step::Cut => {
                self.cuts -= 1;
                if scenario.broken == Some(Broken::SendsBeforeItIsDurable) {
                    self.till.forget_newest_intent();
                }
                self.till.restart();
                if scenario.broken == Some(Broken::ForgetsAtRestart) {
                    let open: Vec<Seq> = self.till.ledger.items().map(|item| item.seq()).collect();
                    for item in open {
                        self.till.force(&NotSent { item, book: 0 }.into());
                    }
                }
            }
        }
    }

    fn send(&mut self, message: Message) {
        self.wire.push(message);
        self.wire.sort_unstable();
    }

    /// `begin` of the journal: the same reference gives the same payment back.
    fn ask(&mut self, scenario: &Scenario, reference: u8) {
        if std::mem::replace(&mut self.asked[usize::from(reference)], true) {
            self.asks_again -= 1;
        }
        let known = self.till.by_reference(reference);
        let again = scenario.broken == Some(Broken::AsksAgainAnew);
        if let Some((item, _)) = known.filter(|_| !again) {
            let state = self.till.state(item);
            self.tell(reference, state);
            if state != Some(ItemState::NeverSent) {
                return;
            }
        }
        let kind = scenario.wishes[usize::from(reference)];
        let original = match rule(kind).needs {
            Needs::NoOriginal => None,
            _ => {
                let Some((sale, _)) = self.till.by_reference(0) else { return };
                if self.till.state(sale) != Some(ItemState::Completed) {
                    return;
                }
                Some(sale)
            }
        };
        if self.till.ledger.blocked(0, kind).is_some() {
            return;
        }
        let intent = self.till.intent(kind, reference, original);
        let original = original.map_or(0, |sale| self.till.stan_of(sale));
        let stan = intent.stan.get();
        if self.till.write(&intent.into()).is_none() {
            return;
        }
        self.told[usize::from(reference)] = Told::Nothing;
        if rule(kind).owes == Owes::Advice {
            // Approved without the host, and durable: the goods leave.
            self.told[usize::from(reference)] = Told::Approved;
            return;
        }
        self.till.outbox.push(Message::Request { stan, kind: kind.into(), reference, original });
    }

    /// What a state is told as. Unknown is never told as failed.
    fn tell(&mut self, reference: u8, state: Option<ItemState>) {
        let told = &mut self.told[usize::from(reference)];
        match state {
            Some(ItemState::Completed) => *told = Told::Approved,
            // Who has left with the goods cannot be told otherwise.
            Some(state) if state.is_final() && *told != Told::Approved => *told = Told::Failed,
            _ => {}
        }
    }

    fn tell_item(&mut self, item: Seq) {
        let Some((_, intent)) = self.till.intents().find(|(seq, _)| *seq == item) else { return };
        let Some(reference) = intent.reference.as_ref() else { return };
        let reference = reference.as_str().as_bytes()[1] - b'0';
        self.tell(reference, self.till.state(item));
    }

    /// Proof that the message in hand was not sent.
    fn refused(&mut self) {
        match self.till.outbox.remove(0) {
            Message::Request { stan, kind, .. } => {
                let Some((item, _)) = self.till.by_stan(stan) else { return };
                let record: Record = match rule(Message::kind(kind)).owes {
                    Owes::Advice => unsent(item),
                    _ => NotSent { item, book: 0 }.into(),
                };
                self.till.write(&record);
                self.tell_item(item);
            }
            Message::Reversal { stan } => {
                let Some((item, _)) = self.till.by_stan(stan) else { return };
                self.till.write(&unsent(item));
            }
            _ => {}
        }
    }

    fn time_out(&mut self, scenario: &Scenario, item: Seq) {
        let verdict = match scenario.broken {
            Some(Broken::SilenceIsADecline) => Verdict::Declined,
            _ => Verdict::NoAnswer,
        };
        self.till.write(&outcome(item, verdict));
        self.tell_item(item);
    }

    fn receive(&mut self, scenario: &Scenario, message: Message) {
        match message {
            Message::Response { stan, says } => {
                let Some((item, intent)) = self.till.by_stan(stan) else { return };
                self.answered(scenario, item, &intent, says);
                self.tell_item(item);
            }
            Message::Reversed { stan, result } => {
                let Some((item, _)) = self.till.by_stan(stan) else { return };
                let class = match result {
                    Undone::Done => AnswerClass::Done,
                    Undone::NothingToReverse => AnswerClass::NothingToReverse,
                    Undone::JustPaid => AnswerClass::Paid,
                };
                let record = Answer { item, book: 0, class, code: None }.into();
                self.till.write(&record);
                let once = self.till.state(item) == Some(ItemState::NothingOnce);
                if once && scenario.broken == Some(Broken::NothingOnceIsFinal) {
                    self.till.force(&record);
                }
                self.tell_item(item);
            }
            _ => {}
        }
    }

    fn answered(&mut self, scenario: &Scenario, item: Seq, intent: &Intent, says: Says) {
        let approved = says == Says::Approved;
        let owes = rule(intent.kind).owes;
        let state = self.till.state(item);
        if owes == Owes::Advice {
            let class = if approved { AnswerClass::Done } else { AnswerClass::Refused };
            self.till.write(&Answer { item, book: 0, class, code: None }.into());
            return;
        }
        let verdict = match says {
            Says::Approved => Verdict::Approved { completed: true },
            Says::Declined => Verdict::Declined,
            Says::Unknown => Verdict::NoAnswer,
        };
        // A cancel that is still under way could undo what is approved now.
        let open = self.till.ledger.item(item);
        let cancelled = owes == Owes::Order && open.is_some_and(|open| open.attempts() > 0);
        if cancelled && !self.till.rested && scenario.broken != Some(Broken::NoHoldOffAfterPaid) {
            return;
        }
        if self.till.write(&outcome(item, verdict)).is_some() {
            return;
        }
        if approved && scenario.broken == Some(Broken::LateApprovalRevives) {
            let reference = intent.reference.as_ref().unwrap().as_str().as_bytes()[1] - b'0';
            self.told[usize::from(reference)] = Told::Approved;
            return;
        }
        // Nobody waits for it: late.
        let late = || Late {
            item,
            book: 0,
            approved,
            uptime: Uptime(0),
            code: None,
            rrn: None,
            auth_code: None,
        };
        let reopen = Reopen {
            item,
            reason: ReversalReason::NoAnswer,
            uptime: Uptime(0),
            code: None,
            rrn: None,
            auth_code: None,
            intent: intent.clone(),
        };
        // What the log says of it decides, as in the journal: the ledger no longer knows.
        let reopens = |state| transition(intent.kind, state, ItemEvent::Reopen).is_some();
        if approved && state.is_some_and(reopens) && self.till.write(&reopen.into()).is_some() {
            return;
        }
        // The same evidence once more says nothing.
        if self.till.state(item) != Some(ItemState::Completed) && self.losses > 0 {
            self.till.write(&late().into());
        }
    }

    /// The terminal's main loop: the first thing that is owed.
    fn duty(&mut self, scenario: &Scenario) {
        let may = |attempts: u16| attempts < scenario.attempts + 1;
        let rested = self.till.rested;
        match self.till.next_duty() {
            Some(Duty::Reversal { item, reason, confirm, attempts, .. })
                if may(attempts) && (!confirm || rested) =>
            {
                self.attempt(item, reason);
            }
            Some(Duty::Cancel { item, confirm, attempts, .. })
                if may(attempts) && (!confirm || rested) =>
            {
                self.attempt(item, ReversalReason::NoAnswer);
            }
            Some(Duty::RefundOrder { item, attempts, .. }) if may(attempts) => {
                self.attempt(item, ReversalReason::NoAnswer);
            }
            Some(Duty::Advice { item, attempts, .. }) if may(attempts) => {
                self.attempt(item, ReversalReason::NoAnswer);
            }
            Some(Duty::Query { item, .. }) => {
                let Some(open) = self.till.ledger.item(item) else { return };
                let stan = open.stan().get();
                let order = rule(open.kind()).owes == Owes::Order;
                let cancelled = order && open.attempts() > 0;
                let hasty = scenario.broken == Some(Broken::NoHoldOffAfterPaid);
                if cancelled && !self.till.rested && !hasty {
                    return;
                }
                // An order is asked about, then cancelled once; a refund is sent again, identically.
                let again = open.attempts() < scenario.attempts + 1 && !cancelled;
                if self.till.rested && again {
                    self.attempt(item, ReversalReason::NoAnswer);
                } else if !self.wire.contains(&Message::Query { stan }) {
                    self.send(Message::Query { stan });
                }
            }
            _ => {}
        }
    }

    fn attempt(&mut self, item: Seq, _reason: ReversalReason) {
        let Some(open) = self.till.ledger.item(item) else { return };
        let (number, reason, stan) = (open.next_attempt(), open.reason(), open.stan().get());
        let (kind, owes) = (open.kind(), rule(open.kind()).owes);
        let record = Attempt { item, book: 0, number, reason, uptime: Uptime(0) };
        if self.till.write(&record.into()).is_none() {
            return;
        }
        let message = match owes {
            Owes::Advice | Owes::Query => {
                let reference = self.reference_of(item);
                Message::Request { stan, kind: kind.into(), reference, original: 0 }
            }
            _ => Message::Reversal { stan },
        };
        self.till.outbox.push(message);
    }

    fn reference_of(&self, item: Seq) -> u8 {
        let found = self.till.intents().find(|(seq, _)| *seq == item);
        let reference = found.and_then(|(_, intent)| intent.reference);
        reference.map_or(0, |name| name.as_str().as_bytes()[1] - b'0')
    }

    /// Freezes the batch if that is legal, and compares.
    fn settle(&mut self) {
        let Ok(totals) = self.till.ledger.settle_totals(0) else { return };
        let batch = self.till.ledger.batch(0).unwrap_or(Batch::FIRST);
        let frozen = totals.rows().iter().map(|row| row.net().debit.count).sum();
        if self.till.write(&Freeze { book: 0, batch, totals }.into()).is_none() {
            return;
        }
        let charged: Vec<u32> =
            self.host.rows.iter().map(|r| r.stan).filter(|s| self.host.is_charged(*s)).collect();
        let named = charged.iter().filter(|stan| repair::is_named(self, **stan)).count() as u32;
        self.settled = Some(Books { host: charged.len() as u32, frozen, named });
    }
}

fn unsent(item: Seq) -> Record {
    Answer { item, book: 0, class: AnswerClass::Unsent, code: None }.into()
}

fn outcome(item: Seq, verdict: Verdict) -> Record {
    Outcome {
        item,
        book: 0,
        verdict,
        elapsed_ms: 0,
        uptime: Uptime(0),
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
