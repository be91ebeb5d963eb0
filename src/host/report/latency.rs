//! How long answers took over the day, and where none came.

use maud::{Markup, html};

use super::both::{with, word};
use super::gather::Report;
use super::plot::{SIZE, framed, permille};
use super::words as w;
use crate::host::explain::Story;
use crate::host::words::table::Word;
use crate::record::{Seq, Verdict};

/// The foot and the head of the plot: a tenth of a second, and three decades above it.
const FOOT_MS: f64 = 100.0;
const DECADES: f64 = 3.0;
/// The day is not stretched further than that.
const LEAST_HOURS: u64 = 4;
/// Labels under a plot, at most: a telephone is narrow.
const LABELS: u64 = 6;
const HOUR_S: u64 = 3600;

/// One exchange with the host.
struct Dot {
    item: Seq,
    /// Seconds of the day.
    at: u64,
    ms: u32,
    verdict: Verdict,
}

pub(super) fn section(report: &Report<'_>) -> Markup {
    let dots: Vec<Dot> = report.today().filter_map(dot).collect();
    let (Some(day), Some(span)) = (report.day, Span::of(&dots)) else {
        return html! { section #latency { h2 { (word(w::NO_LATENCY_DAY)) } p { (word(w::NO_LATENCY)) } } };
    };
    html! {
        section #latency {
            h2 { (with(w::LATENCY, &[&day])) }
            p.note { (word(w::LATENCY_HOW)) }
            p.legend {
                @for (class, name) in CLASSES { span { i.(class) {} (word(*name)) " " } }
            }
            (scatter(&dots, &span))
            (per_hour(&dots, &span))
        }
    }
}

fn dot(story: &Story<'_>) -> Option<Dot> {
    let (outcome, local) = (story.outcome?, story.local()?);
    let midnight = local.date().to_datetime(jiff::civil::Time::midnight());
    let at = local.duration_since(midnight).as_secs();
    let at = u64::try_from(at).ok()?;
    Some(Dot { item: story.item, at, ms: outcome.elapsed_ms, verdict: outcome.verdict })
}

/// The hours that the plots show.
struct Span {
    first: u64,
    hours: u64,
}

impl Span {
    fn of(dots: &[Dot]) -> Option<Self> {
        let first = dots.iter().map(|dot| dot.at / HOUR_S).min()?;
        let last = dots.iter().map(|dot| dot.at / HOUR_S).max()?;
        let first = first.min(24 - LEAST_HOURS);
        Some(Self { first, hours: (last + 1 - first).max(LEAST_HOURS) })
    }

    fn x(&self, at: u64) -> u64 {
        permille(at.saturating_sub(self.first * HOUR_S), self.hours * HOUR_S)
    }

    /// Few enough to stand side by side.
    fn labels(&self) -> Vec<(u64, String)> {
        let step = self.hours.div_ceil(LABELS).max(1);
        let hours = (0..=self.hours).step_by(usize::try_from(step).unwrap_or(1));
        hours.map(|n| (permille(n, self.hours), format!("{:02}:00", self.first + n))).collect()
    }
}

/// How an answer is drawn, and what it is called.
const CLASSES: &[(&str, Word)] = &[
    ("ok", w::K_APPROVED),
    ("no", w::K_DECLINED),
    ("doubt", w::K_DOUBTFUL),
    ("none", w::K_NO_ANSWER),
];

const fn class(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Approved { .. } => 0,
        Verdict::Declined => 1,
        Verdict::Doubtful => 2,
        Verdict::NoAnswer => 3,
    }
}

fn class_of(verdict: Verdict) -> &'static str {
    CLASSES.get(class(verdict)).map_or("", |(class, _)| class)
}

/// Thousandths from below, each decade as high as the next.
fn height(ms: u32) -> u64 {
    let decades = (f64::from(ms).max(FOOT_MS) / FOOT_MS).log10() / DECADES;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 1000")]
    let height = (decades.clamp(0.0, 1.0) * f64::from(SIZE)).round() as u64;
    height
}

fn scatter(dots: &[Dot], span: &Span) -> Markup {
    let inside = html! {
        @for dot in dots {
            a href={ "#p" (dot.item) } {
                // A line without length and with round ends stays round however the plot is stretched.
                path.dot.(class_of(dot.verdict))
                    d={ "M" (span.x(dot.at)) " " (u64::from(SIZE) - height(dot.ms)) "h0" } {
                    title { (clock(dot.at)) " · " (seconds(dot.ms)) }
                }
            }
        }
    };
    let heights = [100, 1_000, 10_000, 100_000].map(|ms| (height(ms), seconds(ms)));
    framed(&inside, &heights, &span.labels(), &word(w::LATENCY_AXIS))
}

/// Bars of payments for each hour: those without an answer on top.
fn per_hour(dots: &[Dot], span: &Span) -> Markup {
    let hours = span.first..span.first + span.hours;
    let count = |hour: u64, class: Option<usize>| {
        let is_it = |dot: &&Dot| {
            dot.at / HOUR_S == hour && class.is_none_or(|only| only == self::class(dot.verdict))
        };
        dots.iter().filter(is_it).count() as u64
    };
    let most = hours.clone().map(|hour| count(hour, None)).max().unwrap_or(0).max(1);
    let inside = html! {
        @for hour in hours.clone() {
            @let left = span.x(hour * HOUR_S) + 4;
            @let width = span.x((hour + 1) * HOUR_S).saturating_sub(left + 4);
            @for (n, (class, _)) in CLASSES.iter().enumerate() {
                @let below: u64 = (0..n).map(|n| count(hour, Some(n))).sum();
                @let (foot, tall) = (permille(below, most), permille(count(hour, Some(n)), most));
                @if tall > 0 {
                    rect.(class) x=(left) width=(width)
                        y=(u64::from(SIZE).saturating_sub(foot + tall)) height=(tall) {}
                }
            }
        }
    };
    let middle = most / 2;
    let mut heights = vec![(0, "0".to_string()), (u64::from(SIZE), most.to_string())];
    if middle > 0 && most % 2 == 0 {
        heights.push((u64::from(SIZE) / 2, middle.to_string()));
    }
    html! {
        (framed(&inside, &heights, &span.labels(), &word(w::PER_HOUR)))
        (table(dots, hours))
    }
}

/// The same in numbers.
fn table(dots: &[Dot], hours: std::ops::Range<u64>) -> Markup {
    let of = |hour: u64| dots.iter().filter(move |dot| dot.at / HOUR_S == hour);
    html! {
        .wide { table {
            thead { tr {
                th { (word(w::HOUR)) }
                th.n { (word(w::COUNT)) }
                th.n { (word(w::MEDIAN)) }
                th.n { (word(w::LONGEST)) }
                th.n { (word(w::K_NO_ANSWER)) }
            } }
            tbody {
                @for hour in hours {
                    @let answered: Vec<u32> = of(hour)
                        .filter(|dot| dot.verdict != Verdict::NoAnswer).map(|dot| dot.ms).collect();
                    @let none = of(hour).count() - answered.len();
                    @if of(hour).next().is_some() { tr {
                        td { (format!("{hour:02}:00")) }
                        td.n { (of(hour).count()) }
                        td.n { (median(&answered).map_or_else(|| "-".into(), seconds)) }
                        td.n { (answered.iter().max().map_or_else(|| "-".into(), |ms| seconds(*ms))) }
                        td.n.(if none > 0 { "bad" } else { "" }) { (none) }
                    } }
                }
            }
        } }
    }
}

/// The one in the middle.
pub(super) fn median(all: &[u32]) -> Option<u32> {
    let mut all = all.to_vec();
    all.sort_unstable();
    all.get(all.len().saturating_sub(1) / 2).copied()
}

/// Milliseconds as seconds.
pub(super) fn seconds(ms: u32) -> String {
    match ms {
        0..10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} s", ms / 1000),
    }
}

fn clock(at: u64) -> String {
    format!("{:02}:{:02}:{:02}", at / HOUR_S, at / 60 % 60, at % 60)
}
