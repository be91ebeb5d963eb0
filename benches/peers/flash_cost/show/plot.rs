//! Boot time against history, as SVG, without any font but the viewer's.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;

use crate::store::{FLOOR, LOG};
use crate::work::{Rows, SPI, Value, W2, boot};

const SIZE: (u32, u32) = (760, 420);
/// Ours, then the others in the order of the table.
const COLOURS: [RGBColor; 7] = [
    RGBColor(200, 30, 30),
    RGBColor(60, 110, 180),
    RGBColor(230, 150, 40),
    RGBColor(80, 150, 80),
    RGBColor(130, 90, 160),
    RGBColor(120, 120, 120),
    RGBColor(190, 170, 60),
];

/// Stores that would lie on the line of another one.
const LEFT_OUT: [&str; 3] = ["read-back on", "no idle time", "storage queue + cache"];

pub fn plot(rows: &Rows, path: &Path) -> Result<(), Box<dyn Error>> {
    let lines = lines(rows);
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let last = boot::LARGE as f64;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .caption("power-up until the 5 unanswered payments are known", ("sans-serif", 17))
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d((80.0..last * 1.2).log_scale(), (0.3..20_000_000.0).log_scale())?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("payments in the store")
        .y_desc("ms of flash time (SPI NOR, 50 MHz)")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| if *y < 1.0 { format!("{y:.1}") } else { format!("{y:.0}") })
        .draw()?;
    for ((name, points), colour) in lines.into_iter().zip(COLOURS) {
        let style = colour.stroke_width(if name == LOG { 4 } else { 2 });
        let line = LineSeries::new(points, style).point_size(3);
        chart
            .draw_series(line)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.9))
        .draw()?;
    area.present()?;
    Ok(())
}

fn lines(rows: &Rows) -> Vec<(String, Vec<(f64, f64)>)> {
    let point =
        |store: &str, payments: usize| match rows.get(W2, SPI, store, &format!("ms at {payments}"))
        {
            Some(Value::Number(ms)) => Some((payments as f64, *ms)),
            _ => None,
        };
    let histories = || boot::SMALL.into_iter().chain([boot::LARGE]);
    rows.stores(W2, SPI)
        .into_iter()
        .filter(|store| store != FLOOR && !LEFT_OUT.iter().any(|part| store.contains(part)))
        .map(|store| {
            let points = histories().filter_map(|payments| point(&store, payments)).collect();
            (store, points)
        })
        .collect()
}
