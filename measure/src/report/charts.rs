//! Pictures in SVG, drawn here: no script, no network.
//!
//! Every series has a dash of its own beside its colour, and every picture a table or numbers beside it.

use super::page::Page;

/// Width and height of the picture, and the margins of its field.
const SIZE: [f64; 2] = [460.0, 250.0];
const LEFT: f64 = 46.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 44.0;

/// How the series of a picture are told apart.
const CLASSES: [&str; 6] = ["s0", "s1", "s2", "s3", "s4", "s5"];

/// A bar.
pub(super) struct Bar {
    /// Under it.
    pub label: String,
    /// Its height.
    pub count: usize,
    /// A mark across it: the same figure of the first run.
    pub before: Option<usize>,
}

/// Bars from a base line, each with its number on top.
pub(super) fn bars(page: &mut Page, name: &str, axis: &str, bars: &[Bar]) {
    let highest = bars.iter().map(|it| it.count.max(it.before.unwrap_or(0))).max().unwrap_or(0).max(1) as f64;
    open(page, name);
    let width = (SIZE[0] - LEFT - RIGHT) / bars.len().max(1) as f64;
    let top = |count: usize| field_y(1.0 - count as f64 / highest * 0.92);
    for (place, bar) in bars.iter().enumerate() {
        let left = LEFT + width * place as f64 + width * 0.12;
        let (high, low) = (top(bar.count), field_y(1.0));
        page.raw("<rect class=\"bar\"");
        attributes(page, &[(" x=\"", left), (" y=\"", high), (" width=\"", width * 0.76), (" height=\"", low - high)]);
        page.raw("/>");
        if let Some(before) = bar.before {
            let y = top(before);
            line(page, "was", [left - width * 0.08, y], [left + width * 0.84, y]);
        }
        // Above the bar and above the mark, so that neither crosses the number.
        let above = bar.before.map_or(high, |it| high.min(top(it))) - 5.0;
        let count = bar.before.map_or(bar.count.to_string(), |before| format!("{} / {before}", bar.count));
        label(page, "middle", [left + width * 0.38, above], &count);
        label(page, "middle", [left + width * 0.38, SIZE[1] - BOTTOM + 17.0], &bar.label);
    }
    line(page, "axis", [LEFT, field_y(1.0)], [SIZE[0] - RIGHT, field_y(1.0)]);
    label(page, "middle", [f64::midpoint(LEFT, SIZE[0] - RIGHT), SIZE[1] - 6.0], axis);
    page.raw("</svg>");
}

/// A curve.
pub(super) struct Series {
    /// For the legend.
    pub name: String,
    /// Places from left to right: x as a share of the axis, y 0–1.
    pub points: Vec<[f64; 2]>,
    /// Go on level to the next point, then up: for shares of a sample.
    pub steps: bool,
    /// It belongs to the first run.
    pub before: bool,
}

/// Curves of shares over an axis with ticks (`place on the axis 0–1`, `words`).
pub(super) fn curves(page: &mut Page, name: &str, axis: &str, ticks: &[(f64, String)], series: &[Series]) {
    open(page, name);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let y = field_y(1.0 - share);
        line(page, if share == 0.0 { "axis" } else { "grid" }, [LEFT, y], [SIZE[0] - RIGHT, y]);
        label(page, "end", [LEFT - 6.0, y + 4.0], &format!("{:.0}", share * 100.0));
    }
    for (x, words) in ticks {
        let x = field_x(*x);
        line(page, "grid", [x, field_y(1.0)], [x, field_y(1.0) + 5.0]);
        label(page, "middle", [x, SIZE[1] - BOTTOM + 18.0], words);
    }
    label(page, "middle", [f64::midpoint(LEFT, SIZE[0] - RIGHT), SIZE[1] - 6.0], axis);
    for (place, one) in series.iter().enumerate() {
        page.raw("<path class=\"line ").raw(class(place, one.before)).raw("\" d=\"");
        let mut level: Option<f64> = None;
        for [x, y] in &one.points {
            let (x, y) = (field_x(*x), field_y(1.0 - y.clamp(0.0, 1.0)));
            if let Some(level) = level.filter(|_| one.steps) {
                page.raw("L").number(x, 1).raw(" ").number(level, 1);
            }
            page.raw(if level.is_none() { "M" } else { "L" }).number(x, 1).raw(" ").number(y, 1);
            level = Some(y);
        }
        page.raw("\"/>");
    }
    page.raw("</svg><p class=\"legend\">");
    for (place, one) in series.iter().enumerate() {
        page.raw("<span><svg viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"line ");
        page.raw(class(place, one.before)).raw("\" d=\"M0 4L28 4\"/></svg>").text(&one.name).raw("</span>");
    }
    page.raw("</p>");
}

/// An interval around a difference, with the line of “no change” in the middle. `reach` is the end of the
/// scale on both sides.
pub(super) fn whisker(page: &mut Page, value: f64, interval: [f64; 2], reach: f64, class: &'static str) {
    let x = |value: f64| 60.0 + (value / reach).clamp(-1.0, 1.0) * 54.0;
    page.raw("<svg class=\"whisker ").raw(class).raw("\" viewBox=\"0 0 120 16\" aria-hidden=\"true\">");
    line(page, "zero", [60.0, 0.0], [60.0, 16.0]);
    line(page, "span", [x(interval[0]), 8.0], [x(interval[1]), 8.0]);
    page.raw("<circle cy=\"8\" r=\"4\"");
    attributes(page, &[(" cx=\"", x(value))]);
    page.raw("/></svg>");
}

fn class(place: usize, before: bool) -> &'static str {
    if before { "was" } else { CLASSES[place % CLASSES.len()] }
}

fn field_x(share: f64) -> f64 {
    LEFT + (SIZE[0] - LEFT - RIGHT) * share.clamp(0.0, 1.0)
}

fn field_y(share: f64) -> f64 {
    TOP + (SIZE[1] - TOP - BOTTOM) * share
}

fn open(page: &mut Page, name: &str) {
    page.raw("<svg class=\"chart\" viewBox=\"0 0 460 250\" role=\"img\" aria-label=\"").text(name).raw("\">");
}

fn attributes(page: &mut Page, values: &[(&'static str, f64)]) {
    for (name, value) in values {
        page.raw(name).number(*value, 1).raw("\"");
    }
}

fn line(page: &mut Page, class: &'static str, from: [f64; 2], to: [f64; 2]) {
    page.raw("<line class=\"").raw(class).raw("\"");
    attributes(page, &[(" x1=\"", from[0]), (" y1=\"", from[1]), (" x2=\"", to[0]), (" y2=\"", to[1])]);
    page.raw("/>");
}

fn label(page: &mut Page, anchor: &'static str, at: [f64; 2], words: &str) {
    page.raw("<text text-anchor=\"").raw(anchor).raw("\"");
    attributes(page, &[(" x=\"", at[0]), (" y=\"", at[1])]);
    page.raw(">").text(words).raw("</text>");
}
