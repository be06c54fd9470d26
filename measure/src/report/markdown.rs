//! The report for terminals and pull requests.

use std::fmt::Write as _;

use super::words;
use crate::{
    compare::{CaseChange, Comparison},
    gate::{Decision, Verdict},
    run::{CaseResult, Run},
    summary::{Reached, Summary},
};

/// Regressions that are listed.
const REGRESSIONS: usize = 10;

/// The verdict, a table of figures for each suite, the worst regressions and what differs between the runs.
pub fn markdown(run: &Run, comparison: Option<&Comparison>, verdict: Option<&Verdict>) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = write_all(&mut text, run, comparison, verdict);
    text
}

fn write_all(
    text: &mut String,
    run: &Run,
    comparison: Option<&Comparison>,
    verdict: Option<&Verdict>,
) -> std::fmt::Result {
    writeln!(text, "# 评测 {}", safe(&run.head.id))?;
    if let Some(verdict) = verdict {
        writeln!(text, "\n**{}**\n", words::decision(verdict.decision))?;
        for reason in &verdict.reasons {
            let sign = if reason.decision == Decision::Block { "拦" } else { "记" };
            writeln!(text, "- {sign}：{}", safe(&reason.text))?;
        }
    }
    let summary = match Summary::of(run) {
        Ok(summary) => summary,
        Err(error) => return writeln!(text, "\n**没有结果**：{}", safe(&error.to_string())),
    };
    let counts = summary.all.counts;
    let [all, judged, failed] = [counts.all(), counts.judged, counts.failed];
    write!(text, "\n共 {all} 题：已评 {judged}，出错 {failed}，过期 {}，跳过 {}。", counts.stale, counts.skipped)?;
    if let Some(it) = comparison {
        let (worse, better) = (it.regressions().count(), it.improvements().count());
        let (id, common, same) = (safe(&it.before.id), it.common, it.same);
        write!(text, "与 {id} 共同评过 {common} 题：变差 {worse}，变好 {better}，不变 {same}。")?;
    }
    writeln!(text)?;
    for suite in &run.head.suites {
        let Some(group) = summary.suites.iter().find(|it| it.name == suite.name) else { continue };
        let compared = comparison.and_then(|it| it.suites.iter().find(|it| it.name == suite.name));
        writeln!(text, "\n## {}（{}）\n", safe(&suite.title), safe(&suite.name))?;
        text.push_str("| 指标 | 题数 | 得分 | 95 % 区间 | 底线 |");
        text.push_str(if compared.is_some() { " 对照 | 变化 | 变化区间 | p |\n" } else { "\n" });
        text.push_str("|---|--:|--:|---|---|");
        text.push_str(if compared.is_some() { "--:|--:|---|--:|\n" } else { "\n" });
        for figure in &group.figures {
            let [low, high] = figure.interval.map(words::points);
            let name = words::title(&figure.metric);
            let name = if suite.metrics.contains(&figure.metric) { format!("**{name}**") } else { name.to_owned() };
            write!(text, "| {name} | {} | {} | [{low}, {high}] | ", figure.n, words::points(figure.value))?;
            let floors = summary.floors.iter().filter(|it| it.suite == suite.name && it.floor.metric == figure.metric);
            let told: Vec<&str> = floors
                .map(|it| match it.reached {
                    Reached::Yes => "达到",
                    Reached::No => "**未达到**",
                    Reached::Unjudged => "没有评到",
                })
                .collect();
            write!(text, "{} |", told.join("，"))?;
            if let Some(delta) = compared.and_then(|it| it.delta(&figure.metric)) {
                let interval = delta.interval.map_or("—".to_owned(), |[low, high]| {
                    format!("[{}, {}]", words::signed(low), words::signed(high))
                });
                let change = words::change_word(words::change(delta));
                let difference = delta.difference.map_or("—".to_owned(), words::signed);
                let p = delta.p.map_or("—".to_owned(), |it| format!("{it:.3}"));
                write!(text, " {} | {difference} {change} | {interval} | {p} |", words::maybe(delta.before))?;
            } else if compared.is_some() {
                text.push_str(" — | — | — | — |");
            }
            text.push('\n');
        }
    }
    if let Some(comparison) = comparison {
        regressions(text, run, comparison)?;
        if !comparison.notes.is_empty() {
            text.push_str("\n## 两次运行的不同\n\n");
            for note in &comparison.notes {
                writeln!(text, "- {}", safe(note))?;
            }
        }
    }
    Ok(())
}

fn regressions(text: &mut String, run: &Run, comparison: &Comparison) -> std::fmt::Result {
    let worse: Vec<&CaseChange> = comparison.regressions().collect();
    if worse.is_empty() {
        return text.write_str("\n没有一题变差。\n");
    }
    text.push_str("\n## 最严重的退步\n\n");
    for (place, change) in worse.iter().take(REGRESSIONS).enumerate() {
        let case: Option<&CaseResult> =
            run.results.iter().find(|it| it.suite == change.suite && it.case == change.case);
        let question = case.map_or(String::new(), |it| super::page::cut(&it.question, 60));
        write!(text, "{}. {}/{} {}", place + 1, safe(&change.suite), safe(&change.case), safe(&question))?;
        if let Some(expected) = case.and_then(|it| it.expected.first()) {
            write!(text, "；应为{}", safe(&expected.label))?;
        }
        if change.rank_before != change.rank_after {
            write!(text, "；首条依据{} → {}", words::rank(change.rank_before), words::rank(change.rank_after))?;
        }
        if change.state_before != change.state_after {
            let states = [&change.state_before, &change.state_after].map(|it| words::state(it));
            write!(text, "；状态{} → {}", safe(states[0]), safe(states[1]))?;
        }
        text.push('\n');
    }
    if worse.len() > REGRESSIONS {
        writeln!(text, "\n另有 {} 题变差。", worse.len() - REGRESSIONS)?;
    }
    Ok(())
}

/// Words that Markdown takes for words: data opens no table cell, link, code or HTML.
fn safe(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '\n' | '\r' => safe.push(' '),
            '|' | '[' | ']' | '`' | '*' | '_' | '\\' | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            other => safe.push(other),
        }
    }
    safe
}
