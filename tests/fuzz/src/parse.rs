//! A valid image taken apart into a script that builds it again: how seeds are made.

use super::checks::build::{Builder, frame_crc};
use super::checks::input::Geometry;
use super::checks::script::{Script, Shape, Step, WHOLE};

/// The script of an image that a journal wrote. Sectors come in the order of their epochs.
pub fn parse(geometry: Geometry, image: &[u8]) -> Script {
    let mut script = Script::default();
    let mut builder = Builder::new(image.len(), geometry.shape());
    let mut sectors: Vec<(u32, usize)> = (0..geometry.sectors)
        .filter(|&sector| header(geometry, image, sector).starts_with(b"PJNL"))
        .map(|sector| (word(header(geometry, image, sector), 20), sector))
        .collect();
    sectors.sort();
    // A script says nothing of room for marks; a journal leaves some at the end of each sector.
    if let Some((_, first)) = sectors.first() {
        let tail_bytes = header(geometry, image, *first)[15];
        let shape = Shape { tail_bytes, ..geometry.shape() };
        if shape != geometry.shape() {
            push(&mut script, &mut builder, Step::Shape(shape));
        }
    }
    for (epoch, sector) in sectors {
        let head = header(geometry, image, sector);
        let step = Step::Header {
            sector: sector as u8,
            epoch,
            flags: head[7],
            wear: head[24],
            spoilt: WHOLE,
        };
        push(&mut script, &mut builder, step);
        frames(geometry, image, (sector, epoch), &mut script, &mut builder);
    }
    torn(geometry, image, &mut script);
    script
}

/// What is no frame, as it is.
fn torn(geometry: Geometry, image: &[u8], script: &mut Script) {
    let built = Builder::new(image.len(), geometry.shape()).build(script);
    let mut at = 0;
    while let Some(skip) = built[at..].iter().zip(&image[at..]).position(|(a, b)| a != b) {
        let from = at + skip;
        let left = geometry.sector_bytes - from % geometry.sector_bytes;
        let differ = |i: &usize| built[*i] != image[*i];
        at = from + (from..image.len()).take(left.min(255)).take_while(differ).count();
        script.0.push(Step::Poke {
            sector: (from / geometry.sector_bytes) as u8,
            offset: (from % geometry.sector_bytes) as u16,
            bytes: image[from..at].to_vec(),
        });
    }
}

fn push(script: &mut Script, builder: &mut Builder, step: Step) {
    builder.step(&step);
    script.0.push(step);
}

fn header(geometry: Geometry, image: &[u8], sector: usize) -> &[u8] {
    &image[sector * geometry.sector_bytes..][..32]
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn frames(
    geometry: Geometry,
    image: &[u8],
    (sector, epoch): (usize, u32),
    script: &mut Script,
    builder: &mut Builder,
) {
    let base = sector * geometry.sector_bytes;
    let format_id = word(header(geometry, image, sector), 16);
    let layout = *builder.layout();
    let mut off = layout.first_frame();
    // Marks in the room at the end are told as bytes.
    let end = geometry.sector_bytes - usize::from(layout.shape.tail_bytes);
    while (off as usize) < end {
        let bytes = &image[base + off as usize..base + geometry.sector_bytes];
        let Some(frame) = frame(builder, bytes, off, |seq, body| {
            frame_crc(format_id, epoch, base as u32 + off, seq, body)
        }) else {
            off = layout.stripe_end(off);
            continue;
        };
        let (number, step) = frame;
        if number != builder.number() {
            push(script, builder, Step::Number(number));
        }
        push(script, builder, step);
        off = builder.end();
    }
}

/// The frame at an offset: its number, and the step that writes it.
fn frame(
    builder: &Builder,
    bytes: &[u8],
    off: u32,
    crc: impl Fn(u32, &[u8]) -> u32,
) -> Option<(u32, Step)> {
    let layout = builder.layout();
    let (len, kind) = (usize::from(*bytes.first()?), *bytes.get(1)?);
    let body = bytes.get(..layout.frame_bytes(off, len) as usize - 4)?;
    let begins = layout.begins_stripe(off);
    let number = if begins { word(body, 2) } else { builder.number() };
    let stored = bytes.get(body.len()..body.len() + 4)?;
    if crc(number, body).to_le_bytes() != stored {
        return None;
    }
    let payload = body[if begins { 6 } else { 2 }..].to_vec();
    let fix = u8::from(payload.starts_with(&builder.before()));
    let gap = match builder.next_place(len) == off {
        true => 0,
        false => (off - builder.end()) / layout.unit() + 1,
    };
    let step = Step::Frame { kind, gap: gap as u16, number: 0, fix, payload };
    Some((number, step))
}
