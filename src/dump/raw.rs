//! The bytes of records as they lie in the dump, for whoever wants to check them without this program.

use std::collections::BTreeSet;

use super::sectors::survey;
use super::{Image, Spot};

/// A frame, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame<'a> {
    /// Where it lies.
    pub at: Spot,
    /// The epoch of its sector, which its checksum covers.
    pub epoch: u32,
    /// Its sequence number, which its checksum covers.
    pub seq: u32,
    /// Its kind byte.
    pub kind: u8,
    /// All of it, with its padding.
    pub bytes: &'a [u8],
}

/// The frames that begin at these addresses of the region, by address; those that cannot be read are
/// left out.
#[must_use]
pub fn raw_frames<'a>(image: &Image<'a>, addresses: &BTreeSet<u32>) -> Vec<RawFrame<'a>> {
    let survey = survey(image, &mut Vec::new());
    let mut found = Vec::new();
    for sector in &survey.sectors {
        let begin = sector.index * image.layout().sector_bytes();
        for piece in &sector.pieces {
            let address = begin + piece.off;
            let range = address as usize..(begin + piece.end) as usize;
            let Some(bytes) = image.bytes().get(range).filter(|_| addresses.contains(&address))
            else {
                continue;
            };
            let at = Spot { sector: sector.index, offset: piece.off, address };
            found.push(RawFrame {
                at,
                epoch: sector.epoch,
                seq: piece.seq,
                kind: piece.kind,
                bytes,
            });
        }
    }
    found.sort_by_key(|frame| frame.at.address);
    found
}
