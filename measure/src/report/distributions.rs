//! How the figures lie: ranks of the first evidence, hits by depth, nDCG, times, states.

use std::collections::BTreeMap;

use super::{
    Subject,
    charts::{self, Bar, Series},
    page::Page,
    words,
};
use crate::{compare::first_right, run::CaseResult};

/// Bounds of the classes of ranks: first and last place, and the words under the bar.
const RANKS: [(usize, usize, &str); 7] = [
    (1, 1, "1"),
    (2, 2, "2"),
    (3, 3, "3"),
    (4, 5, "4–5"),
    (6, 10, "6–10"),
    (11, usize::MAX, "10 名后"),
    (0, 0, "未找到"),
];
/// Points of a curve of times.
const CURVE: usize = 120;

/// Cases whose ranking counts, each with the place of its first evidence.
pub(super) fn ranked<'a>(cases: impl IntoIterator<Item = &'a CaseResult>) -> Vec<(&'a CaseResult, Option<usize>)> {
    let with_evidence = |it: &&CaseResult| {
        it.counts()
            && !it.expected.is_empty()
            && (first_right(it).is_some()
                || ["ndcg_10", "success_1", "mrr_10"].iter().any(|name| it.figures.contains_key(*name)))
    };
    cases.into_iter().filter(with_evidence).map(|it| (it, first_right(it))).collect()
}

/// The section.
pub(super) fn section(page: &mut Page, subject: &Subject<'_>) {
    let mut inner = Page::default();
    let ranked = ranked(&subject.run.results);
    if !ranked.is_empty() {
        ranks(&mut inner, subject, &ranked);
        depth(&mut inner, subject, &ranked);
        let title = |name: &str| subject.suite(name).to_owned();
        by_name(&mut inner, "各题库的命中率", &ranked, |it| &it.suite, title);
        by_name(&mut inner, "各主题的命中率", &ranked, |it| &it.category, |it| words::group(it).to_owned());
        by_name(&mut inner, "各问法的命中率", &ranked, |it| &it.channel, |it| words::group(it).to_owned());
    }
    gain(&mut inner, &subject.run.results);
    times(&mut inner, subject);
    states(&mut inner, subject);
    if inner.is_empty() {
        return;
    }
    page.raw("<section id=\"distributions\"><h2>分布与曲线</h2><div class=\"charts\">").page(&inner);
    page.raw("</div></section>");
}

fn figure(page: &mut Page, title: &'static str, note: &'static str, draw: impl FnOnce(&mut Page)) {
    page.raw("<figure><figcaption><b>").raw(title).raw("</b><span>").raw(note).raw("</span></figcaption>");
    draw(page);
    page.raw("</figure>");
}

fn ranks(page: &mut Page, subject: &Subject<'_>, ranked: &[(&CaseResult, Option<usize>)]) {
    // Before and after are only side by side where they are of the same cases.
    let before = subject.comparison.map(|it| &it.ranks_before);
    let comparable = before.filter(|it| it.values().sum::<usize>() == ranked.len());
    let bars: Vec<Bar> = RANKS
        .iter()
        .map(|(first, last, label)| {
            let within = |rank: usize| (*first..=*last).contains(&rank);
            Bar {
                label: (*label).to_owned(),
                count: ranked.iter().filter(|it| within(it.1.unwrap_or(0))).count(),
                before: comparable.map(|it| it.iter().filter(|it| within(*it.0)).map(|it| it.1).sum()),
            }
        })
        .collect();
    let note = if comparable.is_some() {
        "第一条正确依据排在第几名；虚线和斜杠后是对照运行"
    } else {
        "第一条正确依据排在第几名"
    };
    figure(page, "首条依据的名次", note, |page| charts::bars(page, "首条依据的名次", "名次（题数）", &bars));
}

/// The share of cases with evidence among the first k, for k from 1.
fn hits(ranks: &BTreeMap<usize, usize>, deepest: usize) -> Vec<[f64; 2]> {
    let all = ranks.values().sum::<usize>().max(1) as f64;
    let found = |k: usize| ranks.iter().filter(|it| *it.0 > 0 && *it.0 <= k).map(|it| *it.1).sum::<usize>() as f64;
    (1..=deepest).map(|k| [place(k, deepest), found(k) / all]).collect()
}

fn place(k: usize, deepest: usize) -> f64 {
    (k - 1) as f64 / (deepest - 1).max(1) as f64
}

fn counted<'a>(ranked: impl IntoIterator<Item = &'a (&'a CaseResult, Option<usize>)>) -> BTreeMap<usize, usize> {
    let mut ranks = BTreeMap::new();
    for (_, rank) in ranked {
        *ranks.entry(rank.unwrap_or(0)).or_default() += 1;
    }
    ranks
}

/// How deep the lists go, at most 20.
fn deepest(ranked: &[(&CaseResult, Option<usize>)]) -> usize {
    ranked.iter().filter_map(|it| it.0.found.last()).map(|it| it.rank).max().unwrap_or(1).clamp(2, 20)
}

fn ticks(deepest: usize) -> Vec<(f64, String)> {
    let marks = [1, 2, 3, 5, 10, 15, 20].into_iter().filter(|k| *k <= deepest);
    marks.map(|k| (place(k, deepest), k.to_string())).collect()
}

fn depth(page: &mut Page, subject: &Subject<'_>, ranked: &[(&CaseResult, Option<usize>)]) {
    let deepest = deepest(ranked);
    let recall = |k: usize| {
        let found = |it: &CaseResult| it.found.iter().filter(|it| it.right && it.rank <= k).count() as f64;
        ranked.iter().map(|it| (found(it.0) / it.0.expected.len() as f64).min(1.0)).sum::<f64>() / ranked.len() as f64
    };
    let curve = |name: &str, points, before| Series { name: name.to_owned(), points, steps: false, before };
    let recalls = (1..=deepest).map(|k| [place(k, deepest), recall(k)]).collect();
    let mut series = vec![
        curve("命中率：前 k 名中有依据", hits(&counted(ranked), deepest), false),
        curve("召回率：前 k 名找到的依据", recalls, false),
    ];
    if let Some(comparison) = subject.comparison.filter(|it| !it.ranks_before.is_empty()) {
        series.push(curve("命中率，对照运行", hits(&comparison.ranks_before, deepest), true));
    }
    figure(page, "看前几名够不够", "百分比，随名次 k", |page| {
        charts::curves(page, "命中率与召回率随名次的曲线", "k", &ticks(deepest), &series);
    });
}

/// A curve for each of the largest groups.
fn by_name(
    page: &mut Page,
    title: &'static str,
    ranked: &[(&CaseResult, Option<usize>)],
    name: fn(&CaseResult) -> &str,
    words: impl Fn(&str) -> String,
) {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (case, _) in ranked {
        *sizes.entry(name(case)).or_default() += 1;
    }
    if sizes.len() < 2 {
        return;
    }
    let mut largest: Vec<(&str, usize)> = sizes.into_iter().collect();
    largest.sort_by_key(|it| std::cmp::Reverse(it.1));
    largest.truncate(6);
    let deepest = deepest(ranked);
    let series: Vec<Series> = largest
        .iter()
        .map(|(group, size)| Series {
            name: format!("{}（{size} 题）", words(group)),
            points: hits(&counted(ranked.iter().filter(|it| name(it.0) == *group)), deepest),
            steps: false,
            before: false,
        })
        .collect();
    figure(page, title, "前 k 名中有依据的题，百分比；最大的六组", |page| {
        charts::curves(page, title, "k", &ticks(deepest), &series);
    });
}

fn gain(page: &mut Page, cases: &[CaseResult]) {
    let counted = cases.iter().filter(|it| it.counts());
    let values: Vec<f64> = counted.filter_map(|it| it.figures.get("ndcg_10")?.value()).collect();
    if values.is_empty() {
        return;
    }
    let class = |value: f64| ((value * 10.0 + 1e-9) as usize).min(10);
    let bars: Vec<Bar> = (0..=10)
        .map(|tenth| Bar {
            label: if tenth == 10 { "100".to_owned() } else { format!("{}", tenth * 10) },
            count: values.iter().filter(|it| class(**it) == tenth).count(),
            before: None,
        })
        .collect();
    figure(page, "nDCG@10 的分布", "每十分一档，最右是满分", |page| {
        charts::bars(page, "nDCG@10 的分布", "nDCG@10（题数）", &bars);
    });
}

fn times(page: &mut Page, subject: &Subject<'_>) {
    let mut stages: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, millis) in subject.run.results.iter().filter(|it| it.counts()).flat_map(|it| &it.timings) {
        if millis.is_finite() && *millis >= 0.0 {
            stages.entry(name).or_default().push(*millis);
        }
    }
    for millis in stages.values_mut() {
        millis.sort_by(f64::total_cmp);
    }
    // The slowest stages say most.
    let mut slowest: Vec<(&str, Vec<f64>)> = stages.into_iter().collect();
    slowest.sort_by(|a, b| b.1.last().unwrap_or(&0.0).total_cmp(a.1.last().unwrap_or(&0.0)));
    slowest.truncate(5);
    let Some(longest) = slowest.iter().filter_map(|it| it.1.last()).copied().reduce(f64::max) else { return };
    // A scale of powers of ten, from 0.1 ms to past the longest.
    let decades = (longest.max(1.0).log10().ceil() + 1.0).max(2.0);
    let x = |millis: f64| (millis.max(0.1).log10() + 1.0) / decades;
    let ticks: Vec<(f64, String)> =
        (0..=decades as i32).map(|power| (f64::from(power) / decades, format!("{}", 10_f64.powi(power - 1)))).collect();
    let series: Vec<Series> = slowest
        .iter()
        .map(|(name, millis)| {
            let step = millis.len().div_ceil(CURVE);
            let shown = (0..millis.len()).filter(|place| place % step == 0 || *place + 1 == millis.len());
            let points = shown.map(|place| [x(millis[place]), (place + 1) as f64 / millis.len() as f64]);
            Series { name: words::stage(name).to_owned(), points: points.collect(), steps: true, before: false }
        })
        .collect();
    figure(page, "用时", "多少百分比的题在多少毫秒之内；横轴每格十倍", |page| {
        charts::curves(page, "各阶段用时的累积分布", "毫秒", &ticks, &series);
        let Some(summary) = subject.summary else { return };
        page.raw("<table class=\"small\"><thead><tr><th>阶段<th class=\"n\">题数<th class=\"n\">p50<th class=\"n\">p95<th class=\"n\">p99</thead><tbody>");
        for stage in &summary.latency {
            page.raw("<tr><th>").text(words::stage(&stage.name)).raw("<td class=\"n\">").count(stage.n);
            for millis in [stage.p50, stage.p95, stage.p99] {
                page.raw("<td class=\"n\">").number(millis, 1);
            }
        }
        page.raw("</tbody></table>");
        if summary.tokens > 0 {
            page.raw("<p class=\"note\">模型用量合计 ").text(&summary.tokens.to_string()).raw(" 词元。</p>");
        }
    });
}

fn states(page: &mut Page, subject: &Subject<'_>) {
    let Some(summary) = subject.summary.filter(|it| !it.states.states.is_empty()) else { return };
    let states = &summary.states;
    figure(page, "状态", "每行是应有的状态，每列是实际的状态；对角线上是对的", |page| {
        page.raw("<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>应有 ＼ 实际");
        for name in &states.states {
            page.raw("<th>").text(words::state(name));
        }
        page.raw("</thead><tbody>");
        for (row, name) in states.states.iter().enumerate() {
            page.raw("<tr><th>").text(words::state(name));
            for (column, count) in states.cases[row].iter().enumerate() {
                page.raw(match (row == column, *count) {
                    (_, 0) => "<td class=\"none\">",
                    (true, _) => "<td class=\"right\">",
                    (false, _) => "<td class=\"wrong\">",
                });
                page.count(*count);
            }
        }
        page.raw("</tbody></table></div>");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_by_hand() {
        // Four cases: found at 1, 1 and 3, and not at all.
        let curve = hits(&BTreeMap::from([(0, 1), (1, 2), (3, 1)]), 3);
        assert_eq!(curve, [[0.0, 0.5], [0.5, 0.5], [1.0, 0.75]]);
    }
}
