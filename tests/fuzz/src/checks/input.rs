//! What the first byte of an input asks for.
//!
//! | bits | what |
//! |---|---|
//! | 0, 1 | write size: 1, 4, 8, 32 bytes |
//! | 2 | sectors of 4 or 8 KiB |
//! | 3 to 5 | 2 to 6 sectors |
//! | 6 | the rest is the image itself (erased behind its end), not a script |
//! | 7 | the dump is shown as JSON, not as a table |

use super::build::Builder;
use super::script::{Script, Shape};

/// Frames of the journals under test.
pub const FRAME: usize = 256;

/// A chip and a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    pub write: usize,
    pub sector_bytes: usize,
    pub sectors: usize,
    pub raw: bool,
}

impl Geometry {
    pub fn of(byte: u8) -> Self {
        Geometry {
            write: [1, 4, 8, 32][usize::from(byte & 3)],
            sector_bytes: if byte & 4 == 0 { 4096 } else { 8192 },
            sectors: 2 + usize::from(byte >> 3 & 7) % 5,
            raw: byte & 64 != 0,
        }
    }

    pub fn byte(&self) -> u8 {
        let write = self.write.trailing_zeros() as u8;
        let write = [0, 0, 1, 2, 2, 3][usize::from(write)];
        let big = u8::from(self.sector_bytes == 8192) << 2;
        write | big | (self.sectors as u8 - 2) << 3 | u8::from(self.raw) << 6
    }

    pub fn bytes(&self) -> usize {
        self.sector_bytes * self.sectors
    }

    pub fn shape(&self) -> Shape {
        Shape {
            unit_log2: self.write.trailing_zeros() as u8,
            anchor_log2: 9,
            sector_bytes: self.sector_bytes as u32,
            sectors: self.sectors as u16,
            frame_eighth: (FRAME / 8) as u8,
            tail_bytes: 0,
        }
    }
}

/// The image that an input describes.
pub fn image(data: &[u8]) -> Option<(Geometry, Vec<u8>)> {
    let (&first, rest) = data.split_first()?;
    let geometry = Geometry::of(first);
    let bytes = geometry.bytes();
    let image = if geometry.raw {
        let mut image = rest.get(..bytes).unwrap_or(rest).to_vec();
        image.resize(bytes, 0xFF);
        image
    } else {
        Builder::new(bytes, geometry.shape()).build(&Script::of(rest))
    };
    Some((geometry, image))
}
