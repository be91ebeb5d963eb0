//! Plots that stretch to any width while their labels, which are text of the page, do not.

use maud::{Markup, html};

/// Width and height of the inside of a plot; it is stretched to what there is.
pub(super) const SIZE: u32 = 1000;

/// A bar of parts of a whole, each with its class, one behind the other.
pub(super) fn bar(parts: &[(&str, u64)], whole: u64) -> Markup {
    let mut at = 0;
    let rects = parts.iter().map(|(class, part)| {
        let width = match *part {
            0 => 0,
            // What there is of a part is seen.
            part => permille(part, whole).max(8).min(u64::from(SIZE) - at),
        };
        let rect = html! { rect class=(class) x=(at) y="0" width=(width) height="10" {} };
        at += width;
        rect
    });
    let rects: Vec<Markup> = rects.collect();
    html! {
        svg.bar viewBox={ "0 0 " (SIZE) " 10" } preserveAspectRatio="none" aria-hidden="true" {
            @for rect in &rects { (rect) }
        }
    }
}

/// Thousandths, at most all of them.
pub(super) fn permille(part: u64, whole: u64) -> u64 {
    let thousandths = u128::from(part) * u128::from(SIZE) / u128::from(whole.max(1));
    u64::try_from(thousandths).unwrap_or(u64::MAX).min(u64::from(SIZE))
}

/// A plot with lines across at these heights (in thousandths from below), each with its label, and
/// labels under it at these places (in thousandths from the left).
pub(super) fn framed(
    inside: &Markup,
    heights: &[(u64, String)],
    places: &[(u64, String)],
    name: &Markup,
) -> Markup {
    let size = u64::from(SIZE);
    html! {
        figure.plot {
            figcaption { (name) }
            .field {
                @for (height, label) in heights {
                    span.y style={ "bottom:" (percent(*height)) } { (label) }
                }
                svg viewBox={ "0 0 " (SIZE) " " (SIZE) } preserveAspectRatio="none" role="img" {
                    @for (height, _) in heights {
                        line.grid x1="0" x2=(SIZE) y1=(size - height) y2=(size - height) {}
                    }
                    (inside)
                }
                @for (place, label) in places {
                    span.x style={ "left:" (percent(*place)) } { (label) }
                }
            }
        }
    }
}

fn percent(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}
