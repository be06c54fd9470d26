use std::collections::BTreeMap;

use super::*;
use crate::{run::Fraction, sample};

/// Two runs of 20 cases: 16 of the suite `statute` (places that aren't 4, 9, 14, 19).
fn pair_of_runs() -> (Run, Run) {
    (sample::run("旧", 20), sample::run("新", 20))
}

#[test]
fn a_run_against_itself_differs_in_nothing() {
    let (before, _) = pair_of_runs();
    let comparison = runs(&before, &before).expect("a comparison");
    assert_eq!((comparison.common, comparison.same, comparison.changes.len()), (20, 20, 0));
    assert!(comparison.notes.is_empty(), "{:?}", comparison.notes);
    assert!(!comparison.all.deltas.is_empty());
    for delta in comparison.suites.iter().chain([&comparison.all]).flat_map(|it| &it.deltas) {
        assert_eq!((delta.difference, delta.interval, delta.p), (Some(0.0), Some([0.0; 2]), Some(1.0)), "{delta:?}");
    }
    let again = runs(&before, &before).expect("a comparison");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), serde_json::to_string(&comparison).expect("JSON"));
}

#[test]
fn differences_by_hand_and_the_worst_first() {
    let (mut before, mut after) = pair_of_runs();
    sample::spoil(&mut after.results[0], Some(3));
    sample::spoil(&mut after.results[1], None);
    sample::spoil(&mut before.results[2], Some(2));
    let comparison = runs(&before, &after).expect("a comparison");
    let delta = comparison.suites[0].delta("success_1").expect("a difference");
    // 15 of 16 before, 14 of 16 after.
    assert_eq!((delta.n, delta.before, delta.after), (16, Some(0.9375), Some(0.875)));
    assert_eq!(delta.difference, Some(-0.0625));
    let [low, high] = delta.interval.expect("an interval");
    assert!(low < -0.0625 && high > -0.0625, "{low} {high}");
    // Three pairs differ: −1, −1, +1; |sum| ≥ 1 in all eight swaps.
    assert_eq!(delta.p, Some(1.0));

    let changes: Vec<(&str, Change)> = comparison.changes.iter().map(|it| (it.case.as_str(), it.change)).collect();
    assert_eq!(changes, [("T-001", Change::Worse), ("T-000", Change::Worse), ("T-002", Change::Better)]);
    assert_eq!((comparison.same, comparison.regressions().count()), (17, 2));
    let worst = &comparison.changes[0];
    // All four figures of the suite fell from 1 to 0.
    assert_eq!((worst.severity, worst.decided_by.as_str()), (1.0, "success_1"));
    assert_eq!((worst.rank_before, worst.rank_after), (Some(1), None));
    assert_eq!(worst.was.as_ref().map(|it| it.found.len()), Some(3));
    // Two fell by 1, nDCG from 1 to 1/log2(4) = 0.5, the state not at all: 2.5 / 4.
    assert!((comparison.changes[1].severity - 0.625).abs() < 1e-12);
    assert_eq!(comparison.ranks_before, BTreeMap::from([(1, 15), (2, 1)]));
}

#[test]
fn only_cases_that_both_judged_are_compared() {
    let (mut before, mut after) = pair_of_runs();
    before.results[0].status = Status::Skipped;
    after.results[1].status = Status::Stale;
    after.results[2].status = Status::Skipped;
    after.results[3].question.push('？');
    before.results.remove(5);
    after.results.remove(6);
    // What is not compared doesn't move a figure.
    for place in [1, 2, 3] {
        sample::spoil(&mut after.results[place], None);
    }
    let comparison = runs(&before, &after).expect("a comparison");
    let ids = |keys: &[Key]| keys.iter().map(|it| it.case.clone()).collect::<Vec<_>>();
    assert_eq!(comparison.common, 14);
    assert_eq!(ids(&comparison.only_after), ["T-005"]);
    assert_eq!(ids(&comparison.only_before), ["T-006"]);
    assert_eq!(ids(&comparison.stale), ["T-001"]);
    assert_eq!(ids(&comparison.lost), ["T-002"]);
    assert_eq!(ids(&comparison.changed), ["T-003"]);
    assert_eq!(comparison.all.delta("success_1").and_then(|it| it.difference), Some(0.0));
    assert_eq!(comparison.notes, ["1 题的题目或依据变过，没有比较"]);
}

#[test]
fn a_suite_that_was_not_run_again_is_no_loss() {
    let (before, mut after) = pair_of_runs();
    after.head.suites.truncate(1);
    after.results.retain(|it| it.suite == "statute");
    let comparison = runs(&before, &after).expect("a comparison");
    assert_eq!((comparison.common, comparison.only_before.len()), (16, 0));
    assert_eq!(comparison.before.counts.all(), 16);
}

#[test]
fn a_failure_counts_as_nothing_reached_even_without_figures() {
    let (before, mut after) = pair_of_runs();
    after.results[0].status = Status::Failed;
    after.results[0].figures.clear();
    after.results[0].found.clear();
    let comparison = runs(&before, &after).expect("a comparison");
    assert_eq!(comparison.suites[0].delta("success_1").and_then(|it| it.after), Some(0.9375));
    assert_eq!((comparison.suites[0].failed_before, comparison.suites[0].failed_after), (0, 1));
    let worst = &comparison.changes[0];
    assert!(worst.newly_failed && worst.change == Change::Worse, "{worst:?}");
}

#[test]
fn what_differs_between_the_runs_is_noted() {
    let (before, mut after) = pair_of_runs();
    after.head.corpus = "12".repeat(32);
    after.head.index = "34".repeat(32);
    after.head.code = "0.2.0".to_owned();
    after.head.settings.insert("weights.gram".to_owned(), serde_json::json!(0.7));
    after.head.settings.remove("channels");
    after.head.prompts.insert("answer".to_owned(), "aa".repeat(32));
    after.head.suites[0].fingerprint = "56".repeat(32);
    let comparison = runs(&before, &after).expect("a comparison");
    assert!(!comparison.same_corpus);
    for words in [
        "语料不同（abababab → 12121212）",
        "索引不同",
        "程序版本不同（0.1.0 → 0.2.0）",
        "设置不同：channels \"hybrid\" → （无）；weights.gram 0.6 → 0.7",
        "提示词不同：answer 3f3f3f3f → aaaaaaaa",
        "题库 statute 的内容变过",
    ] {
        assert!(comparison.notes.iter().any(|it| it.contains(words)), "{words}\n{:#?}", comparison.notes);
    }
    assert_eq!(comparison.common, 20, "questions and evidence are as they were");
}

#[test]
fn a_baseline_stands_in_for_a_whole_run() {
    let (before, mut after) = pair_of_runs();
    sample::spoil(&mut after.results[0], Some(3));
    let slim = Baseline::parse(&Baseline::of(&before).text().expect("text"), "基线").expect("a baseline");
    let mut whole = runs(&before, &after).expect("a comparison");
    whole.changes.iter_mut().for_each(|it| it.was = None);
    assert_eq!(with_baseline(&slim, &after).expect("a comparison"), whole);
}

#[test]
fn wrong_runs_are_refused() {
    let (before, mut after) = pair_of_runs();
    after.results[3].figures.insert("ndcg_10".to_owned(), Fraction::of_one(f64::NAN));
    assert!(matches!(runs(&before, &after), Err(Error::NotANumber { case, .. }) if case == "T-003"));
    let (before, mut after) = pair_of_runs();
    after.results[3].case = "T-000".to_owned();
    let error = runs(&before, &after).expect_err("twice").to_string();
    assert_eq!(error, "运行 新 的题 statute/T-000 出现了两次");
}
