//! Gives each line of the list its payment.

use std::collections::{HashMap, HashSet, VecDeque};

use super::list::{Line, Paid, Till};
use super::{TillClass, TillItem};
use crate::host::bills::Method;
use crate::host::reconcile::class::Standing;
use crate::host::reconcile::entry::{Entry, Side};

/// The lines and payments of a reference.
#[derive(Default)]
struct Group<'a> {
    lines: Vec<&'a Line>,
    /// Payments that count, by their places.
    counted: Vec<usize>,
    unknown: Option<usize>,
}

impl Till {
    /// Compares it with the payments. `method_of`: what a bill says of how a payment was paid;
    /// `is_in_days`: whether the list should have it.
    pub fn compare(
        &self,
        entries: &[Entry],
        method_of: impl Fn(usize) -> Option<Method>,
        is_in_days: impl Fn(&Entry) -> bool,
    ) -> Vec<TillItem> {
        let mut items = Vec::new();
        for (reference, group) in self.groups(entries) {
            let rest = group.lines(entries, &method_of, &mut items);
            let has_lines = !group.lines.is_empty();
            for at in without_undone(&rest, entries) {
                let Some(entry) = entries.get(at) else { continue };
                // Without a line, an order number alone may be one that the register never knew.
                let is_asked = has_lines || entry.reference.is_some() && is_in_days(entry);
                if is_asked {
                    let is_second = has_lines && entry.counted() > 0;
                    let class =
                        if is_second { TillClass::PaidTwice } else { TillClass::JournalOnly };
                    items.push(item(class, reference, None, Some((at, entry))));
                }
            }
        }
        items
    }

    /// In the order of the list, then of the journals.
    fn groups<'a>(&'a self, entries: &'a [Entry]) -> Vec<(&'a str, Group<'a>)> {
        let listed: HashSet<&str> = self.lines.iter().map(|line| &*line.reference).collect();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut groups: Vec<(&'a str, Group<'a>)> = Vec::new();
        let mut place = |reference: &'a str, groups: &mut Vec<(&'a str, Group<'a>)>| {
            *places.entry(reference).or_insert_with(|| {
                groups.push((reference, Group::default()));
                groups.len() - 1
            })
        };
        for line in &self.lines {
            let at = place(&line.reference, &mut groups);
            if let Some((_, group)) = groups.get_mut(at) {
                group.lines.push(line);
            }
        }
        for (n, entry) in entries.iter().enumerate() {
            let Some(reference) = reference(entries, entry, &listed) else { continue };
            let at = place(reference, &mut groups);
            let Some((_, group)) = groups.get_mut(at) else { continue };
            if entry.counted() != 0 {
                group.counted.push(n);
            } else if entry.standing == Standing::Unknown {
                group.unknown = group.unknown.or(Some(n));
            }
        }
        groups
    }
}

/// By what the register knows a payment: the reference or order number that is in its list; what the
/// payment that it undoes has; its own, though the list has neither.
fn reference<'a>(
    entries: &'a [Entry],
    entry: &'a Entry,
    listed: &HashSet<&str>,
) -> Option<&'a str> {
    let own = [entry.reference.as_deref(), entry.order.as_deref()].into_iter().flatten();
    let in_list = own.clone().find(|name| listed.contains(name));
    let original = entry.original.and_then(|at| entries.get(at));
    let original = original.filter(|_| entry.side() != Side::Charge);
    let of_original = original.and_then(|o| o.reference.as_deref().or(o.order.as_deref()));
    in_list.or(of_original).or(own.clone().next())
}

/// A payment and its void are nothing together.
fn without_undone(rest: &[usize], entries: &[Entry]) -> Vec<usize> {
    let here: HashSet<usize> = rest.iter().copied().collect();
    let mut gone = HashSet::new();
    for at in rest {
        let void = entries.get(*at).filter(|entry| entry.side() == Side::Undo);
        let of = void.and_then(|void| void.original);
        let Some((void, of)) = void.zip(of) else { continue };
        let sum = entries.get(of).map(|original| void.counted() + original.counted());
        if sum == Some(0) && here.contains(&of) && gone.insert(of) {
            gone.insert(*at);
        }
    }
    rest.iter().copied().filter(|at| !gone.contains(at)).collect()
}

/// Payments that no line has taken yet, in the order of the journals.
struct Free<'a> {
    entries: &'a [Entry],
    by_amount: HashMap<i128, VecDeque<usize>>,
    /// That give money, and that give it back.
    by_sign: [VecDeque<usize>; 2],
    taken: HashSet<usize>,
}

impl<'a> Free<'a> {
    fn new(all: &[usize], entries: &'a [Entry]) -> Self {
        let mut free = Self {
            entries,
            by_amount: HashMap::new(),
            by_sign: Default::default(),
            taken: HashSet::new(),
        };
        for at in all {
            let Some(counted) = entries.get(*at).map(Entry::counted) else { continue };
            free.by_amount.entry(counted).or_default().push_back(*at);
            let [takes, gives] = &mut free.by_sign;
            if counted < 0 { gives.push_back(*at) } else { takes.push_back(*at) }
        }
        free
    }

    /// Takes the first payment of this amount.
    fn exact(&mut self, amount: i128) -> Option<(usize, &'a Entry)> {
        self.take(|free| free.by_amount.get_mut(&amount))
    }

    /// Takes the first payment in this direction.
    fn any(&mut self, amount: i128) -> Option<(usize, &'a Entry)> {
        let has_direction = amount != 0;
        self.take(|free| free.by_sign.get_mut(usize::from(amount < 0)).filter(|_| has_direction))
    }

    fn take(
        &mut self,
        queue: impl Fn(&mut Self) -> Option<&mut VecDeque<usize>>,
    ) -> Option<(usize, &'a Entry)> {
        loop {
            let at = queue(self)?.pop_front()?;
            if self.taken.insert(at) {
                return Some((at, self.entries.get(at)?));
            }
        }
    }

    fn left(self, all: &[usize]) -> Vec<usize> {
        all.iter().copied().filter(|at| !self.taken.contains(at)).collect()
    }
}

impl Group<'_> {
    /// Says where each line ends; gives back the payments that no line took.
    fn lines(
        &self,
        entries: &[Entry],
        method_of: &impl Fn(usize) -> Option<Method>,
        items: &mut Vec<TillItem>,
    ) -> Vec<usize> {
        // What the list does not take back, was not sold: a payment that was voided pays no line.
        let takes_back = self.lines.iter().any(|line| line.amount < 0);
        let all = match takes_back {
            true => self.counted.clone(),
            false => without_undone(&self.counted, entries),
        };
        let mut free = Free::new(&all, entries);
        let exact: Vec<_> =
            self.lines.iter().map(|line| free.exact(i128::from(line.amount))).collect();
        for (line, exact) in self.lines.iter().zip(exact) {
            let is_cash = line.paid == Some(Paid::Cash);
            let found = match exact {
                Some(payment) => Some((payment, true)),
                None if is_cash => None,
                None => free.any(i128::from(line.amount)).map(|payment| (payment, false)),
            };
            let (class, payment) = match (found, self.unknown) {
                (Some(((at, entry), true)), _) => {
                    let fits = line.paid.is_none_or(|paid| paid.is(entry, method_of(at)));
                    let class = if fits { TillClass::Agrees } else { TillClass::MethodDiffers };
                    (class, Some((at, entry)))
                }
                (Some((near, false)), _) => (TillClass::AmountDiffers, Some(near)),
                (None, _) if is_cash => (TillClass::Cash, None),
                (None, Some(at)) => (TillClass::Unknown, entries.get(at).map(|entry| (at, entry))),
                (None, None) => (TillClass::TillOnly, None),
            };
            items.push(item(class, &line.reference, Some(line), payment));
        }
        free.left(&all)
    }
}

fn item(
    class: TillClass,
    reference: &str,
    line: Option<&Line>,
    payment: Option<(usize, &Entry)>,
) -> TillItem {
    TillItem {
        class,
        line: line.map(|line| line.line),
        reference: reference.into(),
        till: line.map(|line| line.amount),
        journal: payment.map(|(_, entry)| entry.counted()),
        entry: payment.map(|(at, _)| at),
        entry_name: None,
    }
}

impl Paid {
    fn is(self, entry: &Entry, by_bill: Option<Method>) -> bool {
        match self {
            Self::Card => !entry.is_qr(),
            Self::Cash => false,
            Self::Order(wallet) => {
                let agrees = wallet.zip(by_bill).is_none_or(|(till, bill)| till == bill);
                entry.is_qr() && agrees
            }
        }
    }
}
