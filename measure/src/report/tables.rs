//! Figures by suite, and by every other way to divide the cases.

use super::{
    Subject, charts,
    distributions::ranked,
    head::{chip, interval},
    page::Page,
    words,
};
use crate::{
    compare::{Change, Delta, GroupDelta},
    metrics::metric,
    run::{CaseResult, SuiteHead},
    summary::{Figure, Group, Reached, Summary},
};

/// Figures that a table of groups shows.
const COLUMNS: usize = 5;
/// What half the width of the picture of a change may stand for, as a share.
const REACHES: [f64; 5] = [0.05, 0.1, 0.25, 0.5, 1.0];

/// A way to divide: its title, its groups in the run and in the comparison, and the name of a case's group.
type Way<'a> = (&'static str, &'a [Group], &'a [GroupDelta], fn(&CaseResult) -> &str);

/// The section.
pub(super) fn section(page: &mut Page, subject: &Subject<'_>) {
    let Some(summary) = subject.summary else { return };
    page.raw("<section id=\"tables\"><h2>分组</h2>");
    if subject.comparison.is_some() {
        page.raw(
            "<p class=\"note\">“得分”算全部计分的题；“变化”“对照”“本次”只算两次都评过的题。变化的图：竖线是不变，",
        );
        page.raw("表头写着左右各多少点。p 是配对置换检验的双侧值，越小越不像偶然。粗体是题库清单指定的指标。</p>");
    }
    for suite in &subject.run.head.suites {
        if let Some(group) = summary.suites.iter().find(|it| it.name == suite.name) {
            one_suite(page, subject, summary, suite, group);
        }
    }
    let deltas = |pick: fn(&crate::compare::Comparison) -> &Vec<GroupDelta>| {
        subject.comparison.map_or(&[][..], |it| pick(it).as_slice())
    };
    let ways: [Way<'_>; 4] = [
        ("按主题", &summary.categories, deltas(|it| &it.categories), |it| &it.category),
        ("按问法", &summary.channels, deltas(|it| &it.channels), |it| &it.channel),
        ("按用途（调参或报告）", &summary.halves, deltas(|it| &it.halves), |it| &it.half),
        ("按题型", &summary.kinds, &[], |it| &it.kind),
    ];
    for (title, groups, deltas, name) in ways {
        // One group without a name is no division.
        if groups.iter().any(|it| !it.name.is_empty()) {
            by_group(page, subject, title, groups, deltas, name);
        }
    }
    page.raw("</section>");
}

fn one_suite(page: &mut Page, subject: &Subject<'_>, summary: &Summary, suite: &SuiteHead, group: &Group) {
    let compared = subject.comparison.and_then(|it| it.suites.iter().find(|it| it.name == suite.name));
    page.raw("<h3>").text(&suite.title).raw(" <small>").text(&suite.name).raw("，").count(group.counts.counted());
    page.raw(" 题计分");
    if let Some(compared) = compared {
        page.raw("，其中 ").count(compared.common).raw(" 题与对照共同");
    }
    page.raw("</small></h3><div class=\"scroll\"><table class=\"figures\"><thead><tr><th>指标<th>得分");
    let reach = reach(compared);
    if compared.is_some() {
        page.raw("<th>变化<th>变化的 95 % 区间（±")
            .number(reach * 100.0, 0)
            .raw(" 点）<th class=\"n\">p<th class=\"n\">对照<th class=\"n\">本次");
    }
    page.raw("<th class=\"n\">题数<th>底线</thead><tbody>");
    let deciding = suite.metrics.iter().filter_map(|it| group.figure(it));
    let others = group.figures.iter().filter(|it| !suite.metrics.contains(&it.metric));
    for figure in deciding.chain(others) {
        figure_row(page, suite, summary, figure, compared.map(|it| (it, reach)));
    }
    page.raw("</tbody></table></div>");
}

fn figure_row(
    page: &mut Page,
    suite: &SuiteHead,
    summary: &Summary,
    figure: &Figure,
    compared: Option<(&GroupDelta, f64)>,
) {
    page.raw(if suite.metrics.contains(&figure.metric) {
        "<tr class=\"deciding\"><th title=\""
    } else {
        "<tr><th title=\""
    });
    page.text(metric(&figure.metric).map_or("", |it| it.meaning)).raw("\">").text(words::title(&figure.metric));
    page.raw("<td class=\"range\"><b>").text(&words::points(figure.value)).raw("</b> ");
    interval(page, figure.interval);
    if let Some((delta, reach)) = compared.map(|it| (it.0.delta(&figure.metric), it.1)) {
        change_cells(page, delta, reach);
    }
    page.raw("<td class=\"n\">").count(figure.n).raw("<td>");
    let floors = summary.floors.iter().filter(|it| it.suite == suite.name && it.floor.metric == figure.metric);
    for floor in floors {
        page.raw(match floor.reached {
            Reached::Yes => "<span class=\"floor yes\">✓ ",
            Reached::No => "<span class=\"floor no\">✕ ",
            Reached::Unjudged => "<span class=\"floor\">？",
        });
        for (sign, bound) in [("≥ ", floor.floor.at_least), ("≤ ", floor.floor.at_most)] {
            if let Some(bound) = bound {
                page.raw(sign).text(&words::points(bound));
            }
        }
        if !floor.floor.half.is_empty() {
            page.raw("（").text(&floor.floor.half).raw(" 半：").text(&words::maybe(floor.value)).raw("）");
        }
        page.raw("</span>");
    }
}

/// Change, its interval as a picture and in numbers, p, before and after.
fn change_cells(page: &mut Page, delta: Option<&Delta>, reach: f64) {
    let Some(delta) = delta else {
        page.raw("<td class=\"note\">没有共同的题<td><td><td><td>");
        return;
    };
    page.raw("<td>");
    chip(page, delta);
    page.raw("<td class=\"range\">");
    if let (Some(difference), Some(interval)) = (delta.difference, delta.interval) {
        let class = match words::change(delta) {
            Change::Better => "better",
            Change::Worse => "worse",
            Change::Same => "",
        };
        charts::whisker(page, difference, interval, reach, class);
        page.raw(" [").text(&words::signed(interval[0])).raw(", ").text(&words::signed(interval[1])).raw("]");
    }
    page.raw("<td class=\"n\">");
    match delta.p {
        Some(p) if p < 0.001 => page.raw("&lt; 0.001"),
        Some(p) => page.number(p, 3),
        None => page.raw("—"),
    };
    page.raw("<td class=\"n\">").text(&words::maybe(delta.before)).raw("<td class=\"n\">");
    page.text(&words::maybe(delta.after));
}

/// The narrowest scale that holds every interval of a suite.
fn reach(compared: Option<&GroupDelta>) -> f64 {
    let bounds = compared.iter().flat_map(|it| &it.deltas).filter_map(|it| it.interval).flatten();
    let widest = bounds.map(f64::abs).fold(0.0, f64::max);
    REACHES.into_iter().find(|it| *it >= widest).unwrap_or(1.0)
}

/// The figures worth a column: what the suites name, their first ones first.
fn columns(subject: &Subject<'_>, groups: &[Group]) -> Vec<String> {
    let suites = &subject.run.head.suites;
    let deepest = suites.iter().map(|it| it.metrics.len()).max().unwrap_or(0);
    let mut columns: Vec<String> = Vec::new();
    for place in 0..deepest {
        for name in suites.iter().filter_map(|it| it.metrics.get(place)) {
            if columns.len() < COLUMNS && !columns.contains(name) && groups.iter().any(|it| it.figure(name).is_some()) {
                columns.push(name.clone());
            }
        }
    }
    columns
}

fn by_group(
    page: &mut Page,
    subject: &Subject<'_>,
    title: &'static str,
    groups: &[Group],
    deltas: &[GroupDelta],
    name: fn(&CaseResult) -> &str,
) {
    let columns = columns(subject, groups);
    page.raw("<h3>").raw(title).raw("</h3><div class=\"scroll\"><table class=\"figures groups\"><thead><tr><th>");
    page.raw("<th class=\"n\">计分");
    for column in &columns {
        page.raw("<th>").text(words::title(column));
    }
    page.raw("<th>首条依据的名次</thead><tbody>");
    for group in groups {
        page.raw("<tr><th>").text(words::kind(&group.name)).raw("<td class=\"n\">").count(group.counts.counted());
        let compared = deltas.iter().find(|it| it.name == group.name);
        for column in &columns {
            page.raw("<td>");
            let Some(figure) = group.figure(column) else {
                page.raw("<span class=\"note\">—</span>");
                continue;
            };
            page.raw("<b>").text(&words::points(figure.value)).raw("</b>");
            if let Some(delta) = compared.and_then(|it| it.delta(column)) {
                page.raw(" ");
                chip(page, delta);
            }
            page.raw("<span class=\"range under\">");
            interval(page, figure.interval);
            page.raw("</span>");
        }
        page.raw("<td>");
        strip(page, subject.run.results.iter().filter(|it| name(it) == group.name));
    }
    page.raw("</tbody></table></div>");
}

/// One bar in parts: evidence at place 1, 2–5, 6–10, later, nowhere.
fn strip<'a>(page: &mut Page, cases: impl Iterator<Item = &'a CaseResult>) {
    let mut parts = [0_usize; 5];
    for (_, rank) in ranked(cases) {
        let part = match rank {
            Some(1) => 0,
            Some(2..=5) => 1,
            Some(6..=10) => 2,
            Some(_) => 3,
            None => 4,
        };
        parts[part] += 1;
    }
    let all: usize = parts.iter().sum();
    if all == 0 {
        page.raw("<span class=\"note\">—</span>");
        return;
    }
    page.raw("<span class=\"strip\" aria-hidden=\"true\">");
    for (part, count) in parts.iter().enumerate().filter(|it| *it.1 > 0) {
        page.raw(["<i class=\"p0\"", "<i class=\"p1\"", "<i class=\"p2\"", "<i class=\"p3\"", "<i class=\"p4\""][part]);
        page.raw(" style=\"width:").number(*count as f64 * 100.0 / all as f64, 2).raw("%\"></i>");
    }
    page.raw("</span><span class=\"range under\">");
    let names = ["第 1", "2–5", "6–10", "10 后", "未找到"];
    let mut first = true;
    for (part, count) in parts.iter().enumerate().filter(|it| *it.1 > 0) {
        page.raw(if first { "" } else { "，" }).raw(names[part]).raw("：").count(*count);
        first = false;
    }
    page.raw("</span>");
}
