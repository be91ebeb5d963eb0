//! One payment, and all that the files of a bundle are made of.

use crate::dump::{Image, Outline, RawFrame, Shown, raw_frames};
use crate::host::explain::{Arrival, BillFacts, Finding, Story, World};
use crate::record::{Identity, Record};

/// The file that the image came from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its name, without its folder.
    pub name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// One payment, and all that is known of it.
pub(super) struct Case<'a> {
    pub image: &'a Image<'a>,
    pub outline: &'a Outline,
    pub story: Story<'a>,
    /// Nothing where nothing is odd or owed.
    pub finding: Option<Finding<'a>>,
    pub bill: Option<BillFacts>,
    pub frames: Vec<RawFrame<'a>>,
    pub source: Source,
    pub now: String,
    /// Where its money is by what a bill says.
    pub arrival: Option<Arrival>,
    pub world: &'a World,
}

impl<'a> Case<'a> {
    /// Its records and those that speak about it, in order.
    pub fn records(story: &Story<'a>, finding: Option<&Finding<'a>>) -> Vec<&'a Shown> {
        let mut all = story.records.clone();
        all.extend(finding.iter().flat_map(|finding| &finding.evidence));
        all.sort_by_key(|shown| shown.seq);
        all.dedup_by_key(|shown| shown.seq);
        all
    }

    /// The frames of those records.
    pub fn frames(image: &Image<'a>, records: &[&'a Shown]) -> Vec<RawFrame<'a>> {
        raw_frames(image, &records.iter().map(|shown| shown.at.address).collect())
    }

    /// What is told, in order.
    pub fn told(&self) -> Vec<&'a Shown> {
        Self::records(&self.story, self.finding.as_ref())
    }

    /// Under which names the terminal took it.
    pub fn identity(&self) -> Option<&'a Identity> {
        let intent = self.story.intent?;
        let identities = self.outline.records.iter().filter_map(|shown| match &shown.record {
            Record::Identity(identity) if identity.book == intent.book => {
                Some((shown.seq, identity))
            }
            _ => None,
        });
        let before = identities.filter(|(seq, identity)| match intent.identity {
            Some(index) => identity.index == index,
            None => *seq < self.story.item,
        });
        before.map(|(_, identity)| identity).next_back()
    }
}
