use std::{fs, path::Path};

use super::*;
use crate::{
    compare,
    gate::{Policy, judge},
    run::{Fraction, Status},
    sample, stats,
};

/// Two runs of 200 cases: three refusals broken, answers lost or fallen, some won, one failure.
fn two_runs() -> (Run, Run) {
    let (mut before, mut after) = (sample::run("20261124-1902-旧", 200), sample::run("20261125-0410-新", 200));
    after.head.settings.insert("weights.gram".to_owned(), serde_json::json!(0.75));
    for place in (0..200).step_by(13) {
        sample::spoil(&mut after.results[place], [Some(2), Some(4), None, Some(11)][place % 4]);
    }
    for place in (3..200).step_by(29) {
        sample::spoil(&mut before.results[place], Some(3));
    }
    for place in (5..200).step_by(41) {
        sample::spoil(&mut before.results[place], None);
        sample::spoil(&mut after.results[place], None);
    }
    after.results[50].status = Status::Failed;
    after.results[50].reason = "检索超时：向量服务 3 秒没有应答".to_owned();
    for place in [60, 61, 62] {
        after.results[place].status = Status::Stale;
        after.results[place].reason = "依据的原文已不在语料中".to_owned();
    }
    for place in [70, 71] {
        after.results[place].status = Status::Skipped;
        after.results[place].reason = "缺文本：《示例办法》".to_owned();
    }
    (before, after)
}

fn report(before: &Run, after: &Run) -> String {
    let comparison = compare::runs(before, after).expect("a comparison");
    html(after, Some(&comparison), Some(&judge(Ok(&comparison), &Policy::default())))
}

/// What stands before the first occurrence of the words.
#[track_caller]
fn place(text: &str, words: &str) -> usize {
    text.find(words).unwrap_or_else(|| panic!("{words} is nowhere"))
}

/// Where somebody can look at the report in a browser.
fn look(name: &str, text: &str) {
    let folder = std::env::current_exe().expect("a test has a file").with_file_name("reports");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(Path::new(&folder).join(name), text).expect("a file");
}

#[test]
fn the_verdict_and_the_worst_regressions_come_first() {
    let (before, after) = two_runs();
    let text = report(&before, &after);
    look("compared.html", &text);
    look("alone.html", &html(&after, None, None));
    let comparison = compare::runs(&before, &after).expect("a comparison");
    let worst: Vec<&str> = comparison.regressions().take(3).map(|it| it.case.as_str()).collect();
    let order = [place(&text, "不得放行"), place(&text, "最严重的退步"), place(&text, worst[0])];
    assert!(order.is_sorted(), "{order:?}");
    assert!(place(&text, worst[2]) < place(&text, "id=\"failing\""), "all three stand on the first screen");
    assert!(place(&text, "id=\"failing\"") < place(&text, "id=\"tables\""));
    // Each leads to its whole story, which stands open.
    for place in 1..=3 {
        assert!(text.contains(&format!("href=\"#case-{place}\"")) && text.contains(&format!("id=\"case-{place}\"")));
    }
    assert_eq!(text.matches("\" open><summary><span class=\"tag").count(), 3);
    for words in [
        "检索超时",
        "依据的原文已不在语料中",
        "缺文本：《示例办法》",
        "weights.gram 0.6 → 0.75",
        "首条依据 第 1 名 → 未找到",
    ] {
        assert!(text.contains(words), "{words}");
    }
}

#[test]
fn a_report_needs_no_network() {
    let (before, after) = two_runs();
    let text = report(&before, &after);
    for words in ["http://", "https://", "src=", "@import", "url(", "fetch(", "XMLHttpRequest"] {
        assert!(!text.contains(words), "{words}");
    }
    assert_eq!((text.matches("<script>").count(), text.matches("<style>").count()), (1, 1));
}

#[test]
fn whatever_is_data_is_escaped() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&";
    let (mut before, mut after) = two_runs();
    for run in [&mut before, &mut after] {
        run.head.id.push_str(evil);
        run.head.suites[0].title = evil.to_owned();
        run.head.suites[0].origin = evil.to_owned();
        run.head.settings.insert(evil.to_owned(), serde_json::json!(evil));
        run.head.prompts.insert(evil.to_owned(), evil.to_owned());
        for case in &mut run.results {
            for field in [
                &mut case.case,
                &mut case.kind,
                &mut case.category,
                &mut case.channel,
                &mut case.half,
                &mut case.family,
                &mut case.reason,
                &mut case.question,
                &mut case.as_of,
                &mut case.state,
                &mut case.answer,
            ] {
                field.push_str(evil);
            }
            case.problems.push(evil.to_owned());
            case.explanation = serde_json::json!({evil: [evil], "gate": {"open": true, "reason": evil}});
            case.timings.insert(evil.to_owned(), 1.0);
            case.expected.iter_mut().for_each(|it| it.span = Some(evil.to_owned()));
            for found in &mut case.found {
                found.label.push_str(evil);
                found.excerpt = evil.to_owned();
                found.channels.insert(evil.to_owned(), 1.0);
            }
        }
    }
    after.head.canaries = vec![evil.to_owned()];
    let text = report(&before, &after);
    assert_eq!(text.matches("<script").count(), 1, "only ours");
    assert!(!text.contains("<img") && text.contains("&lt;script&gt;alert(1)"));
    let comparison = compare::runs(&before, &after).expect("a comparison");
    let marked = markdown(&after, Some(&comparison), Some(&judge(Ok(&comparison), &Policy::default())));
    assert!(!marked.contains("<script") && !marked.contains("<img"));
}

#[test]
fn a_big_run_stays_small_and_says_what_it_leaves_out() {
    let (mut before, mut after) = (sample::run("旧", 3000), sample::run("新", 3000));
    let long = "支部委员会应当将发展对象的基本情况进行公示，公示期为五个工作日。".repeat(20);
    let excerpt = long.chars().take(150).collect::<String>();
    for case in after.results.iter_mut().chain(&mut before.results) {
        case.answer = long.clone();
        case.question.push_str(&long);
        case.explanation =
            serde_json::json!({"searched": long, "gate": {"open": true, "reason": long}, "more": [long]});
        case.found.iter_mut().for_each(|it| it.excerpt = excerpt.clone());
    }
    for case in after.results.iter_mut().step_by(3) {
        sample::spoil(case, Some(6));
    }
    let comparison = compare::runs(&before, &after).expect("a comparison");
    let text = html(&after, Some(&comparison), None);
    assert!(text.len() < 10_000_000, "{} bytes", text.len());
    assert_eq!(text.matches("<details class=\"case\"").count(), 300);
    assert!(text.contains("另有 700 题未在此列出"), "1,000 fell, 300 are told whole");
    assert!(text.contains("未过而没有展开的题 <small>700 题") && text.contains("通过的题 <small>2000 题"));
}

#[test]
fn a_run_without_a_judged_case_says_so() {
    let (_, mut after) = two_runs();
    after.results.iter_mut().for_each(|it| it.status = Status::Skipped);
    for text in [html(&after, None, None), markdown(&after, None, None)] {
        assert!(text.contains("没有结果") && text.contains("不能当满分"), "{text}");
        assert!(!text.contains("100.0"));
    }
    after.results.clear();
    assert!(html(&after, None, None).contains("没有结果"));
}

#[test]
fn no_regression_is_said_in_words() {
    let (before, _) = two_runs();
    let text = report(&before, &before);
    assert!(text.contains("没有一题变差") && text.contains("可以放行"));
    assert!(!text.contains("最严重的退步"));
}

#[test]
fn markdown_holds_what_a_reviewer_needs() {
    let (before, after) = two_runs();
    let comparison = compare::runs(&before, &after).expect("a comparison");
    let text = markdown(&after, Some(&comparison), Some(&judge(Ok(&comparison), &Policy::default())));
    look("compared.md", &text);
    for words in
        ["**不得放行**", "- 拦：题库“条文问答”：首条命中", "| **首条命中** |", "## 最严重的退步", "1. ", "weights.gram"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let rows: Vec<&str> = text.lines().filter(|it| it.starts_with('|')).collect();
    assert!(rows.iter().all(|it| it.matches('|').count() == 10), "nine columns each: {rows:#?}");
}

#[test]
fn figures_of_a_report_are_those_of_the_summary() {
    let (before, mut after) = two_runs();
    after.results[0].figures.insert("mrr_10".to_owned(), Fraction::new(1.0, 3.0));
    let text = report(&before, &after);
    assert!(text.contains("MRR@10") && text.contains("<b>33.3</b>"));
    assert_eq!(stats::interval(&[Fraction::new(1.0, 3.0)]), Some([1.0 / 3.0; 2]));
}

#[test]
fn a_case_that_reached_nothing_is_told_even_without_a_problem() {
    let mut run = sample::run("甲", 20);
    sample::spoil(&mut run.results[7], Some(2));
    run.results[7].problems.clear();
    let text = html(&run, None, None);
    assert_eq!(text.matches("<details class=\"case\"").count(), 1);
    assert!(text.contains("id=\"case-1\"") && place(&text, "T-007") < place(&text, "id=\"tables\""));
}
