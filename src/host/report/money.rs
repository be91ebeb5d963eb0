//! Money by state, and whose it is.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::both::word;
use super::gather::{Report, Way, amount, way};
use super::plot::bar;
use super::words as w;
use crate::host::explain::{Finding, Owed, Until};
use crate::host::table::Tone;
use crate::host::words::table::Word;
use crate::host::words::{self, terms};
use crate::host::{Lang, show};
use crate::ledger::ItemState;
use crate::record::{Amount, Currency};

#[derive(Clone, Copy, Default)]
struct Sum {
    count: u32,
    amount: Amount,
}

impl Sum {
    fn add(&mut self, amount: Amount) {
        self.count += 1;
        self.amount = self.amount.saturating_add(amount);
    }
}

/// A currency, in the order of its number.
type Money = (u16, u8);
type Sums<K> = BTreeMap<Money, (Currency, BTreeMap<K, Sum>)>;

fn into<K: Ord>(sums: &mut Sums<K>, currency: Currency, key: K, amount: Amount) {
    let money = (currency.numeric(), currency.exponent());
    let (_, of) = sums.entry(money).or_insert_with(|| (currency, BTreeMap::new()));
    of.entry(key).or_insert_with(Sum::default).add(amount);
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    let mut states: Sums<(Way, &'static str)> = BTreeMap::new();
    let mut whose: Sums<Whose> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for story in &report.stories {
        let Some(intent) = story.intent else { continue };
        let state = story.state.map_or("-", ItemState::name);
        names.insert(state, story.state);
        into(&mut states, intent.currency, (way(story), state), amount(story));
        if let Some(finding) = report.findings.get(&story.item) {
            for (who, sum) in shares(finding) {
                into(&mut whose, intent.currency, who, sum);
            }
        }
    }
    html! {
        section #money {
            h2 { (word(w::WHOSE)) }
            @for (currency, sums) in whose.values() { (of_whom(*currency, sums)) }
            p.note { (word(w::NEVER_CREDIT)) }
            h2 { (word(w::MONEY)) }
            @for (currency, sums) in states.values() {
                (by_state(*currency, sums, &names))
            }
        }
    }
}

/// Whose money it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Merchant,
    MerchantLate,
    MerchantUnsure,
    Customer,
    Perhaps,
    Unknown,
}

impl Whose {
    const fn words(self) -> (Word, &'static str) {
        match self {
            Self::Merchant => (w::MERCHANT, "good"),
            Self::MerchantLate => (w::MERCHANT_LATE, "bad"),
            Self::MerchantUnsure => (w::MERCHANT_UNSURE, "warn"),
            Self::Customer => (w::CUSTOMER, "info"),
            Self::Perhaps => (w::PERHAPS, "warn"),
            Self::Unknown => (w::UNKNOWN, "bad"),
        }
    }
}

/// What a finding says of whose the money is, part by part.
fn shares(finding: &Finding<'_>) -> Vec<(Whose, Amount)> {
    let merchant = match (finding.until, finding.is_late) {
        (Until::Unknown, _) => Whose::MerchantUnsure,
        (_, true) => Whose::MerchantLate,
        (_, false) => Whose::Merchant,
    };
    match finding.owed {
        Owed::Nothing | Owed::With(_) | Owed::Unknown(None) => Vec::new(),
        Owed::Merchant(sum) => vec![(merchant, sum)],
        Owed::Customer(sum) => vec![(Whose::Customer, sum)],
        Owed::Perhaps(sum) => vec![(Whose::Perhaps, sum)],
        Owed::Both { customer, merchant: rest } => {
            vec![(Whose::Customer, customer), (merchant, rest)]
        }
        Owed::Unknown(Some(sum)) => vec![(Whose::Unknown, sum)],
    }
}

fn of_whom(currency: Currency, sums: &BTreeMap<Whose, Sum>) -> Markup {
    let most = sums.values().map(|sum| sum.amount.minor()).max().unwrap_or_default();
    html! {
        .bars {
            @for (who, sum) in sums {
                @let (name, tone) = who.words();
                .row {
                    span.name { (word(name)) }
                    span.count { (sum.count) }
                    span.sum { (money(sum.amount, currency)) }
                    (bar(&[(tone, sum.amount.minor())], most))
                }
            }
        }
    }
}

fn by_state(
    currency: Currency,
    sums: &BTreeMap<(Way, &'static str), Sum>,
    names: &BTreeMap<&'static str, Option<ItemState>>,
) -> Markup {
    let most = sums.values().map(|sum| sum.amount.minor()).max().unwrap_or_default();
    let ways = [(Way::In, w::SALES), (Way::Back, w::RETURNS), (Way::Neither, w::ELSE)];
    html! {
        @for (way, title) in ways {
            @if sums.keys().any(|(of, _)| *of == way) {
                h3 { (word(title)) " " (words::currency(currency)) }
                .bars {
                    @for ((_, state), sum) in sums.iter().filter(|((of, _), _)| *of == way) {
                        @let state = names.get(state).copied().flatten();
                        .row {
                            span.name { (state_name(state)) }
                            span.count { (sum.count) }
                            span.sum { (money(sum.amount, currency)) }
                            (bar(&[(tone(state), sum.amount.minor())], most))
                        }
                    }
                }
            }
        }
    }
}

fn money(sum: Amount, currency: Currency) -> String {
    format!("{} {}", words::amount(sum, currency), words::currency(currency))
}

/// Where a payment stands.
pub(super) fn state_name(state: Option<ItemState>) -> Markup {
    match state {
        Some(state) => word(terms::state(state)),
        None => html! { (words::state(None, Lang::En)) },
    }
}

/// The colour of a state.
pub(super) fn tone(state: Option<ItemState>) -> &'static str {
    match show::tone(state) {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Warning => "warn",
        Tone::Bad => "bad",
    }
}
