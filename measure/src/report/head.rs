//! The first screen: the verdict, the few figures that decide, and the three worst cases.

use super::{Subject, cases, page::Page, words};
use crate::{
    compare::{Change, Delta},
    gate::{Decision, Verdict},
    run::SuiteHead,
    summary::{Figure, Reached, Summary},
};

/// Reasons that are told at once; the others fold.
const REASONS: usize = 6;
/// Suites that get a card; the tables have them all.
const CARDS: usize = 8;
/// Figures of a card.
const LINES: usize = 4;

/// Name of the run, and where the page leads.
pub(super) fn top(page: &mut Page, subject: &Subject<'_>) {
    let head = &subject.run.head;
    page.raw("<header class=\"top\"><div><h1>评测报告</h1><p>运行 <b>").text(&head.id).raw("</b>，");
    page.text(&head.started_at.format("%Y-%m-%d %H:%M UTC").to_string());
    if let Some(comparison) = subject.comparison {
        page.raw("，对照 <b>").text(&comparison.before.id).raw("</b>");
    }
    page.raw("</p></div><nav aria-label=\"本页内容\"><a href=\"#verdict\">结论</a><a href=\"#failing\">");
    page.raw(if subject.comparison.is_some() { "退步与未过的题" } else { "未过的题" });
    page.raw("</a><a href=\"#tables\">分组</a><a href=\"#distributions\">分布</a><a href=\"#rest\">其余的题</a>");
    page.raw("<a href=\"#settings\">设置与复现</a></nav></header>");
}

/// The section.
pub(super) fn section(page: &mut Page, subject: &Subject<'_>) {
    page.raw("<section id=\"verdict\">");
    if let Some(verdict) = subject.verdict {
        banner(page, verdict);
    }
    if let Some(error) = &subject.error {
        page.raw("<div class=\"verdict block\"><p class=\"what\">没有结果</p><p>").text(error).raw("</p></div>");
    }
    for canary in subject.run.head.canaries.iter().filter(|_| subject.verdict.is_none()) {
        page.raw("<div class=\"verdict block\"><p class=\"what\">探针没有通过</p><p>").text(canary).raw("</p></div>");
    }
    if let Some(summary) = subject.summary {
        counts(page, subject, summary);
        cards(page, subject, summary);
    }
    cases::worst_three(page, subject);
    page.raw("</section>");
}

fn banner(page: &mut Page, verdict: &Verdict) {
    page.raw(match verdict.decision {
        Decision::Pass => "<div class=\"verdict pass\"><p class=\"what\">✓ ",
        Decision::LogOnly => "<div class=\"verdict log\"><p class=\"what\">！",
        Decision::Block => "<div class=\"verdict block\"><p class=\"what\">✕ ",
    });
    page.raw(words::decision(verdict.decision)).raw("</p>");
    if verdict.reasons.is_empty() {
        page.raw("<p>门禁的指标都在容差之内，底线都已达到。</p>");
    }
    let list = |page: &mut Page, reasons: &[crate::gate::Reason]| {
        page.raw("<ul>");
        for reason in reasons {
            page.raw(match reason.decision {
                Decision::Block => "<li class=\"block\"><b>拦</b> ",
                _ => "<li><b>记</b> ",
            });
            page.text(&reason.text).raw("</li>");
        }
        page.raw("</ul>");
    };
    let (first, others) = verdict.reasons.split_at(verdict.reasons.len().min(REASONS));
    if !first.is_empty() {
        list(page, first);
    }
    if !others.is_empty() {
        page.raw("<details><summary>其余 ").count(others.len()).raw(" 条理由</summary>");
        list(page, others);
        page.raw("</details>");
    }
    page.raw("</div>");
}

/// How many cases, and what became of them.
fn counts(page: &mut Page, subject: &Subject<'_>, summary: &Summary) {
    let counts = summary.all.counts;
    page.raw("<p class=\"counts\">共 <b>").count(counts.all()).raw("</b> 题：已评 <b>").count(counts.judged);
    page.raw("</b>，出错 <b>").count(counts.failed).raw("</b>（按全错计分），过期 <b>").count(counts.stale);
    page.raw("</b>，跳过 <b>").count(counts.skipped).raw("</b>（后两种不计分）。");
    if let Some(comparison) = subject.comparison {
        let (worse, better) = (comparison.regressions().count(), comparison.improvements().count());
        page.raw("与对照共同评过 <b>").count(comparison.common).raw("</b> 题：<b class=\"worse\">变差 ").count(worse);
        page.raw("</b>，<b class=\"better\">变好 ").count(better).raw("</b>，不变 <b>").count(comparison.same);
        page.raw("</b>。");
    }
    page.raw("分数为百分制，方括号内是 95 % 区间。");
    page.raw(if subject.comparison.is_some() {
        "虚框的变化，区间里含有“不变”，可能只是偶然。"
    } else {
        ""
    })
    .raw("</p>");
    let notes = subject.comparison.map_or(&[][..], |it| &it.notes);
    if !notes.is_empty() {
        page.raw("<details class=\"notes\" open><summary>两次运行还有这些不同</summary><ul>");
        for note in notes {
            page.raw("<li>").text(note).raw("</li>");
        }
        page.raw("</ul></details>");
    }
}

fn cards(page: &mut Page, subject: &Subject<'_>, summary: &Summary) {
    page.raw("<div class=\"cards\">");
    for suite in subject.run.head.suites.iter().take(CARDS) {
        let Some(group) = summary.suites.iter().find(|it| it.name == suite.name) else { continue };
        let deltas = subject.comparison.and_then(|it| it.suites.iter().find(|it| it.name == suite.name));
        page.raw("<article class=\"card\"><h3>").text(&suite.title).raw("<small>").count(group.counts.counted());
        page.raw(" 题</small></h3>");
        let figures: Vec<&Figure> = suite.metrics.iter().filter_map(|it| group.figure(it)).take(LINES).collect();
        if figures.is_empty() {
            page.raw("<p class=\"note\">没有评到</p>");
        }
        for (place, figure) in figures.iter().enumerate() {
            page.raw(if place == 0 { "<div class=\"lead\">" } else { "<div>" });
            let delta = deltas.and_then(|it| it.delta(&figure.metric));
            card_line(page, suite, summary, figure, delta);
            page.raw("</div>");
        }
        page.raw("</article>");
    }
    page.raw("</div>");
    if subject.run.head.suites.len() > CARDS {
        page.raw("<p class=\"note\">其余题库见<a href=\"#tables\">分组</a>。</p>");
    }
}

fn card_line(page: &mut Page, suite: &SuiteHead, summary: &Summary, figure: &Figure, delta: Option<&Delta>) {
    page.raw("<span class=\"name\">").text(words::title(&figure.metric)).raw("</span><span class=\"value\">");
    page.text(&words::points(figure.value)).raw("</span><span class=\"range\">");
    interval(page, figure.interval);
    page.raw("</span>");
    if let Some(delta) = delta {
        chip(page, delta);
    }
    let missed = summary
        .floors
        .iter()
        .any(|it| it.suite == suite.name && it.floor.metric == figure.metric && it.reached == Reached::No);
    if missed {
        page.raw("<span class=\"chip worse\">未达底线</span>");
    }
}

/// `[91.0, 96.2]`.
pub(super) fn interval(page: &mut Page, [low, high]: [f64; 2]) {
    page.raw("[").text(&words::points(low)).raw(", ").text(&words::points(high)).raw("]");
}

/// How a figure changed, in words and colour.
pub(super) fn chip(page: &mut Page, delta: &Delta) {
    let Some(difference) = delta.difference else {
        page.raw("<span class=\"chip worse\">不可比</span>");
        return;
    };
    let change = words::change(delta);
    page.raw(match (change, words::sure(delta)) {
        (Change::Better, true) => "<span class=\"chip better\">",
        (Change::Better, false) => "<span class=\"chip better unsure\">",
        (Change::Worse, true) => "<span class=\"chip worse\">",
        (Change::Worse, false) => "<span class=\"chip worse unsure\">",
        (Change::Same, _) => "<span class=\"chip\">",
    });
    page.raw(words::change_word(change));
    if change != Change::Same {
        page.raw(" ").text(&words::signed(difference));
    }
    page.raw("</span>");
}
