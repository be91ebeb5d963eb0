//! A crafted image as a list of steps. An input of the fuzzer *is* such a list, so that every byte
//! it changes reaches the decoders behind the CRCs; `build` computes those.
//!
//! | tag | step | fields |
//! |---|---|---|
//! | 0 | header | sector, epoch (4), flags, wear, how it is spoilt |
//! | 1 | frame | kind, gap (2), number, fix, length, payload |
//! | 2 | boot frames | stated end, copy, how many |
//! | 3 | number | the next sequence number (4) |
//! | 4 | poke | sector, offset (2), length, bytes |
//! | 5 | shape | unit, anchor, sector bytes (4), sectors (2), frame / 8, tail |
//!
//! Any other tag is taken modulo six. What is missing at the end is zero.

use arbitrary::{Arbitrary, Result, Unstructured};

/// How a header is spoilt.
pub const WHOLE: u8 = 0;
pub const BAD_CRC: u8 = 1;
pub const OTHER_FORMAT: u8 = 2;
pub const OTHER_VERSION: u8 = 3;
pub const ABSENT: u8 = 4;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Goes to a sector, heads it, and numbers its frames with this epoch.
    Header { sector: u8, epoch: u32, flags: u8, wear: u8, spoilt: u8 },
    /// A frame. `gap`: 0 puts it where the log would; n leaves n - 1 units free. `number`: what is
    /// added to the running sequence number. `fix`: a commit is told where the sector before ended.
    Frame { kind: u8, gap: u16, number: i8, fix: u8, payload: Vec<u8> },
    /// Boot frames at the next anchors, built from what lies before them.
    Boot { end: u8, copy: u8, twins: u8 },
    /// The next sequence number.
    Number(u32),
    /// Bytes, whatever was there.
    Poke { sector: u8, offset: u16, bytes: Vec<u8> },
    /// What the headers from here on say, and how frames from here on are laid out.
    Shape(Shape),
}

/// The shape of a region as a header records it, unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub unit_log2: u8,
    pub anchor_log2: u8,
    pub sector_bytes: u32,
    pub sectors: u16,
    pub frame_eighth: u8,
    /// Room for marks at the end of a sector.
    pub tail_bytes: u8,
}

/// All steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script(pub Vec<Step>);

fn run(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let len = usize::from(u8::arbitrary(u)?).min(u.len());
    Ok(u.bytes(len)?.to_vec())
}

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u8::arbitrary(u)? % 6 {
            0 => Step::Header {
                sector: u8::arbitrary(u)?,
                epoch: u32::arbitrary(u)?,
                flags: u8::arbitrary(u)?,
                wear: u8::arbitrary(u)?,
                spoilt: u8::arbitrary(u)?,
            },
            1 => Step::Frame {
                kind: u8::arbitrary(u)?,
                gap: u16::arbitrary(u)?,
                number: i8::arbitrary(u)?,
                fix: u8::arbitrary(u)?,
                payload: run(u)?,
            },
            2 => Step::Boot {
                end: u8::arbitrary(u)?,
                copy: u8::arbitrary(u)?,
                twins: u8::arbitrary(u)?,
            },
            3 => Step::Number(u32::arbitrary(u)?),
            4 => {
                Step::Poke { sector: u8::arbitrary(u)?, offset: u16::arbitrary(u)?, bytes: run(u)? }
            }
            _ => Step::Shape(Shape {
                unit_log2: u8::arbitrary(u)?,
                anchor_log2: u8::arbitrary(u)?,
                sector_bytes: u32::arbitrary(u)?,
                sectors: u16::arbitrary(u)?,
                frame_eighth: u8::arbitrary(u)?,
                tail_bytes: u8::arbitrary(u)?,
            }),
        })
    }
}

impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut steps = Vec::new();
        while !u.is_empty() {
            steps.push(Step::arbitrary(u)?);
        }
        Ok(Script(steps))
    }
}

impl Script {
    /// The steps in some bytes. Every run of bytes is a script.
    pub fn of(bytes: &[u8]) -> Self {
        Script::arbitrary(&mut Unstructured::new(bytes)).unwrap_or_default()
    }

    /// The bytes of the steps: `of` reads them back.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for step in &self.0 {
            step.put(&mut out);
        }
        out
    }
}

impl Step {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Step::Header { sector, epoch, flags, wear, spoilt } => {
                out.extend([0, *sector]);
                out.extend(epoch.to_le_bytes());
                out.extend([*flags, *wear, *spoilt]);
            }
            Step::Frame { kind, gap, number, fix, payload } => {
                out.extend([1, *kind]);
                out.extend(gap.to_le_bytes());
                out.extend([*number as u8, *fix]);
                put_run(out, payload);
            }
            Step::Boot { end, copy, twins } => out.extend([2, *end, *copy, *twins]),
            Step::Number(number) => {
                out.push(3);
                out.extend(number.to_le_bytes());
            }
            Step::Poke { sector, offset, bytes } => {
                out.extend([4, *sector]);
                out.extend(offset.to_le_bytes());
                put_run(out, bytes);
            }
            Step::Shape(shape) => {
                out.extend([5, shape.unit_log2, shape.anchor_log2]);
                out.extend(shape.sector_bytes.to_le_bytes());
                out.extend(shape.sectors.to_le_bytes());
                out.extend([shape.frame_eighth, shape.tail_bytes]);
            }
        }
    }
}

fn put_run(out: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(255)];
    out.push(bytes.len() as u8);
    out.extend(bytes);
}
