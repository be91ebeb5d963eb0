//! Spans of a region that are not known: in order, apart, none of them empty. An export has them where
//! the chip could not read and where the line lost something, a HEX file where it leaves addresses out,
//! an extract where the file begins late.

use core::ops::Range;

/// Adds a span behind the others; one that touches the last makes it longer.
pub(crate) fn add(holes: &mut Vec<Range<u32>>, span: Range<u32>) {
    match holes.last_mut() {
        _ if span.is_empty() => {}
        Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
        _ => holes.push(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_touch_are_one() {
        let mut holes = Vec::new();
        for span in [0..4, 4..8, 8..8, 12..16, 14..20] {
            add(&mut holes, span);
        }
        assert_eq!(holes, [0..8, 12..20]);
    }
}
