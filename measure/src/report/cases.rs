//! The cases: the worst three at a glance, those that failed one by one, and the rest in a table.

use std::collections::BTreeMap;

use super::{
    Subject, explain,
    page::{Page, cut},
    words,
};
use crate::{
    compare::{CaseChange, Change, first_right},
    metrics::Better,
    run::{CaseResult, Found, Status},
    summary::better,
};

/// Cases that are told whole.
const WHOLE: usize = 300;
/// Places of a ranking that are shown; evidence further down is shown as well.
const PLACES: usize = 10;
/// Characters of an answer, a question and an excerpt.
const ANSWER: usize = 1200;
const QUESTION: usize = 600;
const EXCERPT: usize = 110;
/// Ids of cases without a score that are listed for each reason.
const IDS: usize = 60;

/// A case that failed.
#[derive(Clone, Copy)]
struct Failing<'a> {
    case: &'a CaseResult,
    change: Option<&'a CaseChange>,
}

impl Failing<'_> {
    fn regressed(&self) -> bool {
        self.change.is_some_and(|it| it.change == Change::Worse)
    }

    /// For the filter and the label.
    fn sort(&self) -> &'static str {
        if self.regressed() {
            "退步"
        } else if self.case.status == Status::Failed {
            "出错"
        } else {
            "未过"
        }
    }
}

/// How far a case falls short: the mean over its figures, 0 to 1.
fn shortfall(case: &CaseResult) -> f64 {
    let short = case.figures.iter().filter_map(|(name, it)| {
        let value = it.value()?.clamp(0.0, 1.0);
        Some(if better(name) == Better::Higher { 1.0 - value } else { value })
    });
    let short: Vec<f64> = short.collect();
    crate::stats::mean(&short).unwrap_or(0.0)
}

/// The figure that decides on the suite has reached nothing, though nobody wrote down a problem.
fn missed(subject: &Subject<'_>, case: &CaseResult) -> bool {
    let suite = subject.run.head.suites.iter().find(|it| it.name == case.suite);
    let first = suite.and_then(|it| it.metrics.first()).and_then(|it| Some((it, case.figures.get(it)?.value()?)));
    first.is_some_and(|(name, value)| if better(name) == Better::Higher { value <= 0.0 } else { value >= 1.0 })
}

/// Regressions, the worst first; then failures of the system; then whatever else fell short.
fn all_failing<'a>(subject: &Subject<'a>) -> Vec<Failing<'a>> {
    let mut failing: Vec<Failing<'a>> = subject
        .run
        .results
        .iter()
        .filter(|it| it.counts())
        .map(|case| Failing { case, change: subject.changes.get(&case.key()).copied() })
        .filter(|it| {
            it.regressed()
                || it.case.status == Status::Failed
                || !it.case.problems.is_empty()
                || missed(subject, it.case)
        })
        .collect();
    // The comparison has put its regressions in order already.
    let order: BTreeMap<(&str, &str), usize> = subject
        .comparison
        .iter()
        .flat_map(|it| it.regressions())
        .enumerate()
        .map(|(place, it)| ((it.suite.as_str(), it.case.as_str()), place))
        .collect();
    failing.sort_by(|a, b| {
        let place = |it: &Failing<'_>| order.get(&it.case.key()).copied().unwrap_or(usize::MAX);
        let failed = |it: &Failing<'_>| it.case.status == Status::Failed;
        place(a)
            .cmp(&place(b))
            .then(failed(b).cmp(&failed(a)))
            .then_with(|| shortfall(b.case).total_cmp(&shortfall(a.case)))
            .then_with(|| a.case.key().cmp(&b.case.key()))
    });
    failing
}

/// The worst three at a glance, each leading to its whole story.
pub(super) fn worst_three(page: &mut Page, subject: &Subject<'_>) {
    let failing = all_failing(subject);
    let regressed = failing.iter().filter(|it| it.regressed()).count();
    let (title, shown) = match (subject.comparison, regressed) {
        (Some(_), 0) => {
            page.raw("<p class=\"fine\">✓ 与对照相比，没有一题变差。</p>");
            return;
        }
        (Some(_), _) => ("最严重的退步", regressed.min(3)),
        (None, _) => ("最差的题", failing.len().min(3)),
    };
    if shown == 0 {
        return;
    }
    page.raw("<h2>").raw(title).raw("</h2><ol class=\"worst\">");
    for (place, one) in failing.iter().take(shown).enumerate() {
        page.raw("<li><a href=\"#case-").count(place + 1).raw("\"><span class=\"who\">");
        page.text(subject.suite(&one.case.suite)).raw("　").text(&one.case.case).raw("</span><b>");
        page.text(&cut(&one.case.question, 80)).raw("</b></a>");
        changes(page, one);
        page.raw("<dl>");
        if let Some(expected) = one.case.expected.first() {
            page.raw("<dt>应为</dt><dd>").text(&expected.label);
            if one.case.expected.len() > 1 {
                page.raw(" 等 ").count(one.case.expected.len()).raw(" 处");
            }
            page.raw("</dd>");
        }
        let before = one.change.and_then(|it| it.was.as_ref()).and_then(|it| it.found.first());
        if let Some(before) = before {
            page.raw("<dt>对照第一名</dt><dd>").text(&before.label).raw("</dd>");
        }
        if let Some(found) = one.case.found.first() {
            page.raw("<dt>现第一名</dt><dd>").text(&found.label).raw("</dd>");
        }
        if one.case.expected.is_empty() && !one.case.answer.is_empty() {
            page.raw("<dt>答复</dt><dd>").text(&cut(&one.case.answer, 60)).raw("</dd>");
        }
        page.raw("</dl></li>");
    }
    page.raw("</ol>");
}

/// What changed, or what fell short, in chips.
fn changes(page: &mut Page, one: &Failing<'_>) {
    page.raw("<p class=\"chips\">");
    if one.case.status == Status::Failed {
        page.raw("<span class=\"chip worse\">系统出错</span>");
    }
    if let Some(change) = one.change {
        if change.rank_before != change.rank_after {
            page.raw("<span class=\"chip\">首条依据 ").text(&words::rank(change.rank_before)).raw(" → ");
            page.text(&words::rank(change.rank_after)).raw("</span>");
        }
        if change.state_before != change.state_after {
            page.raw("<span class=\"chip\">状态 ").text(words::state(&change.state_before)).raw(" → ");
            page.text(words::state(&change.state_after)).raw("</span>");
        }
        for it in change.metrics.iter().filter(|it| it.change != Change::Same) {
            page.raw(if it.change == Change::Worse {
                "<span class=\"chip worse\">"
            } else {
                "<span class=\"chip better\">"
            });
            page.text(words::title(&it.metric)).raw(" ").text(&words::brief(it.before)).raw(" → ");
            page.text(&words::brief(it.after)).raw("</span>");
        }
    } else {
        for problem in one.case.problems.iter().take(3) {
            page.raw("<span class=\"chip\">").text(&cut(problem, 40)).raw("</span>");
        }
    }
    page.raw("</p>");
}

/// The section of the cases that failed.
pub(super) fn failing(page: &mut Page, subject: &Subject<'_>) {
    let failing = all_failing(subject);
    page.raw("<section id=\"failing\"><h2>");
    page.raw(if subject.comparison.is_some() { "退步与未过的题" } else { "未过的题" });
    page.raw(" <small>").count(failing.len()).raw(" 题</small></h2>");
    if failing.is_empty() {
        page.raw("<p class=\"fine\">计分的题都如所应答。</p></section>");
        return;
    }
    page.raw("<p class=\"note\">");
    page.raw(if subject.comparison.is_some() { "退步最重的在最前，其次是" } else { "最前面的是" });
    page.raw("系统出错的，再次是其他未过的。点开看应有的依据、实际检索到的和原因。");
    if failing.len() > WHOLE {
        page.raw("<b>只展开列出前 ").count(WHOLE).raw(" 题，另有 ").count(failing.len() - WHOLE);
        page.raw(" 题未在此列出</b>，见<a href=\"#rest\">其余的题</a>。");
    }
    page.raw("</p>");
    filter(page, subject, &failing);
    page.raw("<div id=\"list\">");
    for (place, one) in failing.iter().take(WHOLE).enumerate() {
        whole(page, subject, one, place + 1);
    }
    page.raw("</div></section>");
}

/// Shown by the script: without it there is nothing to filter with.
fn filter(page: &mut Page, subject: &Subject<'_>, failing: &[Failing<'_>]) {
    page.raw(
        "<form id=\"filter\" hidden><label>查找 <input type=\"search\" placeholder=\"题目、编号、条文、原因\"></label>",
    );
    page.raw("<label>题库 <select name=\"suite\"><option value=\"\">全部</option>");
    for suite in &subject.run.head.suites {
        page.raw("<option value=\"").text(&suite.name).raw("\">").text(&suite.title).raw("</option>");
    }
    page.raw("</select></label><label>类别 <select name=\"sort\"><option value=\"\">全部</option>");
    for sort in ["退步", "出错", "未过"] {
        let count = failing.iter().take(WHOLE).filter(|it| it.sort() == sort).count();
        if count > 0 {
            page.raw("<option value=\"").raw(sort).raw("\">").raw(sort).raw("（").count(count).raw("）</option>");
        }
    }
    page.raw("</select></label><button type=\"button\" name=\"open\">全部展开／收起</button><output></output></form>");
}

/// The whole story of a case; the first three stand open.
fn whole(page: &mut Page, subject: &Subject<'_>, one: &Failing<'_>, place: usize) {
    let case = one.case;
    page.raw("<details class=\"case\" id=\"case-").count(place).raw("\" data-suite=\"").text(&case.suite);
    page.raw("\" data-sort=\"").raw(one.sort()).raw(if place <= 3 { "\" open>" } else { "\">" });
    page.raw("<summary><span class=\"tag t-").raw(match one.sort() {
        "退步" => "worse\">退步",
        "出错" => "failed\">出错",
        _ => "short\">未过",
    });
    page.raw("</span><span class=\"who\">").text(subject.suite(&case.suite)).raw("　").text(&case.case);
    page.raw("</span><b class=\"ask\">").text(&cut(&case.question, 120)).raw("</b>");
    changes(page, one);
    page.raw("</summary><div class=\"story\"><div class=\"left\">");
    asked(page, case);
    expected(page, case);
    if !case.problems.is_empty() || !case.reason.is_empty() {
        page.raw("<h4>问题在哪</h4><ul class=\"problems\">");
        for problem in case.problems.iter().chain(Some(&case.reason).filter(|it| !it.is_empty())) {
            page.raw("<li>").text(problem).raw("</li>");
        }
        page.raw("</ul>");
    }
    answer(page, one);
    page.raw("</div><div class=\"right\">");
    ranking(page, one);
    let lines = explain::lines(&case.explanation);
    if !lines.is_empty() {
        page.raw("<h4>为什么</h4><dl class=\"why\">");
        for (title, words) in lines {
            page.raw("<dt>").text(&title).raw("</dt><dd>").text(&words).raw("</dd>");
        }
        page.raw("</dl>");
    }
    page.raw("</div></div></details>");
}

/// The question in full where the headline had to cut it, and how it is filed.
fn asked(page: &mut Page, case: &CaseResult) {
    if case.question.chars().count() > 120 || case.question.contains('\n') {
        page.raw("<h4>题目</h4><p class=\"words\">").text(&cut(&case.question, QUESTION)).raw("</p>");
    }
    page.raw("<p class=\"filed\">");
    let mut first = true;
    for (name, value) in [
        ("题型", words::kind(&case.kind)),
        ("主题", &case.category),
        ("问法", &case.channel),
        ("题族", &case.family),
        ("用途", &case.half),
        ("按哪天", &case.as_of),
    ] {
        if !value.is_empty() {
            page.raw(if first { "" } else { " · " }).raw(name).raw(" ").text(value);
            first = false;
        }
    }
    page.raw("</p>");
}

fn expected(page: &mut Page, case: &CaseResult) {
    page.raw("<h4>应有的依据</h4>");
    if case.expected.is_empty() {
        page.raw("<p class=\"note\">没有（这题不该找到依据，或只看答复的状态）</p>");
    } else {
        page.raw("<ul class=\"expected\">");
        for it in &case.expected {
            page.raw("<li><b>").text(&it.label).raw("</b>");
            if let Some(span) = &it.span {
                page.raw("<q>").text(&cut(span, EXCERPT * 2)).raw("</q>");
            }
            page.raw("</li>");
        }
        page.raw("</ul>");
    }
    if !case.state_expected.is_empty() {
        let right = case.state == case.state_expected;
        page.raw("<p>应有状态 <b>").text(words::state(&case.state_expected)).raw("</b>，实际 <b class=\"");
        page.raw(if right { "better" } else { "worse" }).raw("\">").text(words::state(&case.state)).raw("</b></p>");
    }
}

fn answer(page: &mut Page, one: &Failing<'_>) {
    if !one.case.answer.is_empty() {
        page.raw("<h4>答复</h4><p class=\"words\">").text(&cut(&one.case.answer, ANSWER)).raw("</p>");
    }
    let Some(was) = one.change.and_then(|it| it.was.as_ref()) else { return };
    if !was.answer.is_empty() && !one.case.answer.starts_with(&was.answer) {
        page.raw("<h4>对照运行的答复</h4><p class=\"words was\">").text(&was.answer).raw("</p>");
    }
    if !was.found.is_empty() {
        page.raw("<h4>对照运行的前三名</h4><ol class=\"was\">");
        for it in &was.found {
            page.raw("<li>").text(&it.label).raw("</li>");
        }
        page.raw("</ol>");
    }
}

fn ranking(page: &mut Page, one: &Failing<'_>) {
    let found = &one.case.found;
    page.raw("<h4>实际检索到的");
    if !one.case.expected.is_empty() {
        page.raw(" <small>首条依据：").text(&words::rank(first_right(one.case))).raw("</small>");
    }
    page.raw("</h4>");
    if found.is_empty() {
        page.raw("<p class=\"note\">什么也没有检索到。</p>");
        return;
    }
    // Bars compare what one channel said of the places of this case.
    let mut highest: BTreeMap<&str, f64> = BTreeMap::new();
    for (channel, score) in found.iter().flat_map(|it| &it.channels) {
        let high = highest.entry(channel).or_insert(0.0);
        *high = high.max(*score);
    }
    let shown: Vec<&Found> = found
        .iter()
        .enumerate()
        .filter(|(place, it)| *place < PLACES || it.right)
        .map(|it| it.1)
        .take(PLACES + 5)
        .collect();
    page.raw("<ol class=\"found\">");
    for it in &shown {
        page.raw(if it.right { "<li class=\"right\"><span class=\"rank\">" } else { "<li><span class=\"rank\">" });
        page.count(it.rank).raw("</span><div class=\"what\"><b>").text(&it.label).raw("</b>");
        page.raw(if it.right { "<span class=\"mark\">✓ 依据</span>" } else { "" });
        page.raw(if it.cited { "<span class=\"mark cited\">被引用</span>" } else { "" });
        if !it.excerpt.is_empty() {
            page.raw("<span class=\"excerpt\">").text(&cut(&it.excerpt, EXCERPT)).raw("</span>");
        }
        page.raw("</div><div class=\"scores\"><span class=\"score\">总分 ").number(it.score, 3).raw("</span>");
        for (channel, score) in &it.channels {
            let share = score / highest.get(channel.as_str()).copied().unwrap_or(1.0).max(f64::MIN_POSITIVE);
            page.raw("<span class=\"ch\"><span>").text(words::channel(channel)).raw("</span><i><i style=\"width:");
            page.number(if share.is_finite() { share.clamp(0.0, 1.0) * 100.0 } else { 0.0 }, 0)
                .raw("%\"></i></i><span>");
            page.number(*score, if score.abs() >= 10.0 { 1 } else { 2 }).raw("</span></span>");
        }
        page.raw("</div></li>");
    }
    page.raw("</ol>");
    if found.len() > shown.len() {
        page.raw("<p class=\"note\">另有 ").count(found.len() - shown.len()).raw(" 条没有列出。</p>");
    }
}

/// Cases that passed, cases for which no room was left, and cases without a score.
pub(super) fn rest(page: &mut Page, subject: &Subject<'_>) {
    let failing = all_failing(subject);
    let left_out: Vec<&CaseResult> = failing.iter().skip(WHOLE).map(|it| it.case).collect();
    let told: std::collections::BTreeSet<(&str, &str)> = failing.iter().map(|it| it.case.key()).collect();
    let counted = subject.run.results.iter().filter(|it| it.counts());
    let passed: Vec<&CaseResult> = counted.filter(|it| !told.contains(&it.key())).collect();
    page.raw("<section id=\"rest\"><h2>其余的题</h2>");
    if !left_out.is_empty() {
        table(page, subject, "未过而没有展开的题", &left_out);
    }
    table(page, subject, "通过的题", &passed);
    without_score(page, subject);
    page.raw("</section>");
}

fn table(page: &mut Page, subject: &Subject<'_>, title: &'static str, cases: &[&CaseResult]) {
    page.raw("<details><summary>").raw(title).raw(" <small>").count(cases.len()).raw(" 题</small></summary>");
    page.raw("<div class=\"scroll\"><table class=\"small list\"><thead><tr><th>题库<th>编号<th>题目<th>首项指标<th>首条依据<th>变化</thead><tbody>");
    for case in cases {
        page.raw("<tr><td>").text(subject.suite(&case.suite)).raw("<td>").text(&case.case).raw("<td>");
        page.text(&cut(&case.question, 60)).raw("<td>");
        let suite = subject.run.head.suites.iter().find(|it| it.name == case.suite);
        let first =
            suite.and_then(|it| it.metrics.iter().find_map(|name| Some((name, case.figures.get(name)?.value()?))));
        if let Some((name, value)) = first {
            page.text(words::title(name)).raw(" ").text(&words::points(value));
        }
        page.raw("<td>");
        if !case.expected.is_empty() {
            page.text(&words::rank(first_right(case)));
        }
        page.raw("<td>");
        if let Some(change) = subject.changes.get(&case.key()) {
            page.raw(words::change_word(change.change));
        }
    }
    page.raw("</tbody></table></div></details>");
}

/// Skipped and stale cases by reason, and what the comparison left out.
fn without_score(page: &mut Page, subject: &Subject<'_>) {
    let mut reasons: BTreeMap<(Status, &str), Vec<String>> = BTreeMap::new();
    for case in subject.run.results.iter().filter(|it| !it.counts()) {
        let key = format!("{}/{}", case.suite, case.case);
        reasons.entry((case.status, &case.reason)).or_default().push(key);
    }
    if !reasons.is_empty() {
        page.raw("<details><summary>没有计分的题 <small>");
        page.count(reasons.values().map(Vec::len).sum()).raw(" 题</small></summary>");
        for ((status, reason), ids) in &reasons {
            page.raw("<p><b>").raw(words::status(*status)).raw("</b> ").text(reason).raw("（").count(ids.len());
            page.raw(" 题）：");
            listed(page, ids);
            page.raw("</p>");
        }
        page.raw("</details>");
    }
    let Some(comparison) = subject.comparison else { return };
    for (title, keys) in [
        ("只在对照运行中的题", &comparison.only_before),
        ("只在本次运行中的题", &comparison.only_after),
        ("对照评过、本次跳过的题", &comparison.lost),
        ("题目或依据变过的题", &comparison.changed),
    ] {
        if !keys.is_empty() {
            page.raw("<details><summary>").raw(title).raw(" <small>").count(keys.len()).raw(" 题</small></summary><p>");
            listed(page, &keys.iter().map(|it| format!("{}/{}", it.suite, it.case)).collect::<Vec<_>>());
            page.raw("</p></details>");
        }
    }
}

fn listed(page: &mut Page, ids: &[String]) {
    let shown = ids.len().min(IDS);
    page.text(&ids[..shown].join("、"));
    if ids.len() > shown {
        page.raw(" 等，另有 ").count(ids.len() - shown).raw(" 题");
    }
}
