//! All that the page is made of, read once.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::dump::{Image, Outline, SectorView, map, outline};
use crate::host::explain::{Arrival, BillSource, Finding, Story, World, arrival, explain, stories};
use crate::host::txn::Clock;
use crate::ledger::{Counts, rule};
use crate::record::{Amount, Seq};

/// What a dump says, for the page.
pub struct Report<'a> {
    pub(super) outline: &'a Outline,
    pub(super) stories: Vec<Story<'a>>,
    pub(super) findings: BTreeMap<Seq, Finding<'a>>,
    pub(super) sectors: Vec<SectorView>,
    pub(super) sector_bytes: u32,
    /// When each record was written, as far as that can be said.
    pub(super) times: BTreeMap<Seq, String>,
    /// The day of the glance and of the plots.
    pub(super) day: Option<Date>,
    pub(super) source: Source,
    pub(super) now: String,
    /// Where each payment's money is by what bills say; nothing without bills.
    pub(super) arrivals: BTreeMap<Seq, Arrival>,
    pub(super) world: World,
}

/// The file that the image came from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Which way a payment moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    In,
    Back,
    Neither,
}

impl<'a> Report<'a> {
    /// Reads everything that the page needs. Without a day it is that of the newest payment.
    #[must_use]
    pub fn of(
        image: &Image<'_>,
        outline: &'a Outline,
        bills: &impl BillSource,
        world: &World,
        day: Option<Date>,
        source: Source,
    ) -> Self {
        let stories = stories(outline);
        let (mut findings, mut arrivals) = (BTreeMap::new(), BTreeMap::new());
        for story in &stories {
            let facts = bills.facts(story.item);
            let finding = explain(story, facts.as_ref(), world);
            if let Some(facts) = facts {
                let arrived = arrival(story, &facts, finding.as_ref(), world);
                arrivals.insert(story.item, arrived);
            }
            findings.extend(finding.map(|finding| (story.item, finding)));
        }
        let newest = stories.iter().filter_map(date).max();
        Self {
            findings,
            sectors: map(image),
            sector_bytes: image.layout().sector_bytes(),
            times: times(outline),
            day: day.or(newest),
            source,
            now: world.now.to_string(),
            arrivals,
            world: world.clone(),
            outline,
            stories,
        }
    }

    /// The payments of the day.
    pub(super) fn today(&self) -> impl Iterator<Item = &Story<'a>> {
        self.stories.iter().filter(|story| self.day.is_some() && date(story) == self.day)
    }

    /// What needs attention, most urgent first.
    pub(super) fn todo(&self) -> Vec<(&Story<'a>, &Finding<'a>)> {
        let found = self.stories.iter().map(|story| (story, self.findings.get(&story.item)));
        let mut all: Vec<_> = found.filter_map(|(story, found)| Some((story, found?))).collect();
        all.retain(|(_, finding)| finding.needs_attention());
        all.sort_by_key(|(story, finding)| (!finding.is_late, story.item));
        all
    }
}

/// What a dump says, with what it needs to live.
pub(super) fn read(image: &Image<'_>) -> Outline {
    outline(image)
}

/// The day of a payment, local to the terminal.
pub(super) fn date(story: &Story<'_>) -> Option<Date> {
    Some(story.local()?.date())
}

/// Which way its kind moves money.
pub(super) fn way(story: &Story<'_>) -> Way {
    match story.intent.map(|intent| rule(intent.kind).counts) {
        Some(Counts::Sales | Counts::Tip) => Way::In,
        Some(Counts::Refunds | Counts::Voided) => Way::Back,
        Some(Counts::RefundsVoided | Counts::None) | None => Way::Neither,
    }
}

/// What was approved of it, or what was asked for.
pub(super) fn amount(story: &Story<'_>) -> Amount {
    let approved = story.outcome.and_then(|outcome| outcome.approved_amount);
    approved.or(story.intent.map(|intent| intent.amount)).unwrap_or(Amount::ZERO)
}

fn times(outline: &Outline) -> BTreeMap<Seq, String> {
    let mut clock = Clock::default();
    let mut all = BTreeMap::new();
    for shown in &outline.records {
        clock.hear(&shown.record);
        let (time, _) = clock.time(&shown.record);
        if !time.is_empty() {
            all.insert(shown.seq, time);
        }
    }
    all
}
