use std::collections::BTreeMap;

use super::*;
use crate::{
    compare::{Baseline, runs},
    run::{Fraction, Run, Status},
    sample,
};

/// Two equal runs of 125 cases: 100 of the suite `statute`, 25 of `refusals`.
fn two() -> (Run, Run) {
    let (mut before, mut after) = (sample::run("旧", 125), sample::run("新", 125));
    for run in [&mut before, &mut after] {
        run.head.suites.iter_mut().for_each(|it| it.floors.clear());
    }
    (before, after)
}

fn verdict(before: &Run, after: &Run) -> Verdict {
    judge(runs(before, after).as_ref(), &Policy::default())
}

/// The cases of the suite `statute`.
fn statute(run: &mut Run) -> Vec<&mut crate::run::CaseResult> {
    run.results.iter_mut().filter(|it| it.suite == "statute").collect()
}

/// Each rule has a pair of lines: one that is just allowed, one that flips it.
#[test]
fn each_rule_flips_the_verdict() {
    type Spoil = fn(&mut Run, &mut Run);
    let table: &[(&str, Spoil, Decision, &[Rule])] = &[
        ("nothing changed", |_, _| {}, Decision::Pass, &[]),
        // 100 cases: 2 points are 2 cases.
        ("2 of 100 fell", |_, after| spoil(after, 2), Decision::Pass, &[]),
        ("3 of 100 fell", |_, after| spoil(after, 3), Decision::Block, &[Rule::Fell]),
        // 25 refusals: one case is worth 4 points, and may fall.
        ("1 of 25 fell", |_, after| spoil_refusals(after, 1), Decision::Pass, &[]),
        ("2 of 25 fell", |_, after| spoil_refusals(after, 2), Decision::Block, &[Rule::Fell]),
        ("more is worse, within", |before, after| wrong_words(before, after, 2), Decision::Pass, &[]),
        ("more is worse", |before, after| wrong_words(before, after, 3), Decision::Block, &[Rule::Fell]),
        ("a rise is no fall", |before, _| spoil(before, 40), Decision::Pass, &[]),
        (
            "a canary",
            |_, after| after.head.canaries.push("向量路没有应答".to_owned()),
            Decision::Block,
            &[Rule::Canary],
        ),
        (
            "a canary of the baseline",
            |before, _| before.head.canaries.push("向量路没有应答".to_owned()),
            Decision::Block,
            &[Rule::Canary],
        ),
        ("unfinished", |_, after| after.head.finished_at = None, Decision::Block, &[Rule::Unfinished]),
        ("nothing judged", |_, after| status(after, 125, Status::Skipped), Decision::Block, &[Rule::Empty]),
        // 125 cases: 15 % are 18.75, 30 % are 37.5.
        ("18 stale", |_, after| status(after, 18, Status::Stale), Decision::Pass, &[]),
        ("19 stale", |_, after| status(after, 19, Status::Stale), Decision::LogOnly, &[Rule::Stale]),
        ("37 stale", |_, after| status(after, 37, Status::Stale), Decision::LogOnly, &[Rule::Stale]),
        ("38 stale", |_, after| status(after, 38, Status::Stale), Decision::Block, &[Rule::Stale]),
        ("18 skipped", |_, after| status(after, 18, Status::Skipped), Decision::Pass, &[]),
        ("19 skipped", |_, after| status(after, 19, Status::Skipped), Decision::LogOnly, &[Rule::Lost]),
        ("38 skipped", |_, after| status(after, 38, Status::Skipped), Decision::Block, &[Rule::Lost]),
        (
            "38 skipped for want of texts",
            |_, after| {
                status(after, 38, Status::Skipped);
                after.head.corpus = "00".repeat(32);
            },
            Decision::LogOnly,
            &[Rule::Lost, Rule::Corpus],
        ),
        ("19 gone", |_, after| drop(after.results.drain(..19)), Decision::LogOnly, &[Rule::Lost]),
        ("another corpus", |_, after| after.head.corpus = "00".repeat(32), Decision::LogOnly, &[Rule::Corpus]),
        ("50 common", |before, after| keep(before, after, 50), Decision::Pass, &[]),
        ("49 common", |before, after| keep(before, after, 49), Decision::LogOnly, &[Rule::Few]),
        (
            "a fall among 49",
            |before, after| {
                keep(before, after, 49);
                spoil(after, 20);
            },
            Decision::LogOnly,
            &[Rule::Few, Rule::Fell],
        ),
        (
            "no common case",
            |_, after| after.results.iter_mut().for_each(|it| it.case.push('x')),
            Decision::Block,
            &[Rule::Lost, Rule::Few],
        ),
        ("2 failures", |_, after| fail(after, 2), Decision::Pass, &[]),
        ("3 failures", |_, after| fail(after, 3), Decision::Block, &[Rule::Failures, Rule::Fell]),
        ("a floor reached", |_, after| floor(after, 1.0, ""), Decision::Pass, &[]),
        (
            "a floor missed",
            |_, after| {
                spoil(after, 1);
                floor(after, 0.995, "");
            },
            Decision::Block,
            &[Rule::Floor],
        ),
        ("a floor of no case", |_, after| floor(after, 0.5, "other"), Decision::LogOnly, &[Rule::Floor]),
        (
            "a floor missed among 49",
            |before, after| {
                keep(before, after, 49);
                spoil(after, 1);
                floor(after, 0.995, "");
            },
            Decision::Block,
            &[Rule::Few, Rule::Floor],
        ),
    ];
    for (name, change, decision, rules) in table {
        let (mut before, mut after) = two();
        change(&mut before, &mut after);
        let verdict = verdict(&before, &after);
        assert_eq!(verdict.decision, *decision, "{name}: {:#?}", verdict.reasons);
        for rule in *rules {
            assert!(verdict.reasons.iter().any(|it| it.rule == *rule), "{name}: no {rule:?}: {:#?}", verdict.reasons);
        }
        let others: Vec<&Reason> = verdict.reasons.iter().filter(|it| !rules.contains(&it.rule)).collect();
        // Whatever is skipped or gone may also be few, and so on: those lines name the rules that matter.
        assert!(others.is_empty() || rules.contains(&Rule::Empty), "{name}: {others:#?}");
        assert_eq!(verdict.exit_code(), i32::from(*decision == Decision::Block), "{name}");
    }
}

fn spoil(run: &mut Run, count: usize) {
    statute(run).into_iter().take(count).for_each(|it| sample::spoil(it, Some(4)));
}

fn spoil_refusals(run: &mut Run, count: usize) {
    run.results.iter_mut().filter(|it| it.suite == "refusals").take(count).for_each(|it| sample::spoil(it, None));
}

fn wrong_words(before: &mut Run, after: &mut Run, count: usize) {
    after.head.suites[0].metrics = vec!["wrong_words".to_owned()];
    for (run, count) in [(before, 0), (after, count)] {
        for (place, case) in statute(run).into_iter().enumerate() {
            let said = f64::from(u8::from(place < count));
            case.figures = BTreeMap::from([("wrong_words".to_owned(), Fraction::of_one(said))]);
        }
    }
}

fn status(run: &mut Run, count: usize, status: Status) {
    run.results.iter_mut().take(count).for_each(|it| it.status = status);
}

/// The first cases of the suite `statute` only.
fn keep(before: &mut Run, after: &mut Run, count: usize) {
    for run in [before, after] {
        run.results.retain(|it| it.suite == "statute");
        run.results.truncate(count);
    }
}

fn fail(run: &mut Run, count: usize) {
    for case in statute(run).into_iter().take(count) {
        case.status = Status::Failed;
        case.figures.clear();
    }
}

fn floor(run: &mut Run, at_least: f64, half: &str) {
    run.head.suites[0].floors = vec![crate::run::Floor {
        metric: "success_1".to_owned(),
        at_least: Some(at_least),
        at_most: None,
        half: half.to_owned(),
    }];
}

#[test]
fn answers_without_quotes_fool_nobody() {
    // Of 100 answers 30 quote wrongly. The candidate stops quoting there: of the quotes that are left
    // every one is verbatim, and yet it must not pass.
    let gated = |run: &mut Run| run.head.suites[0].metrics = vec!["quote_verbatim".to_owned()];
    let (mut before, mut after) = two();
    gated(&mut before);
    gated(&mut after);
    for case in statute(&mut before).into_iter().take(30) {
        case.figures.insert("quote_verbatim".to_owned(), Fraction::new(0.0, 2.0));
    }
    for case in statute(&mut after).into_iter().take(30) {
        case.figures.insert("quote_verbatim".to_owned(), Fraction::new(0.0, 0.0));
        case.figures.insert("quote_present".to_owned(), Fraction::of_one(0.0));
    }
    let found = verdict(&before, &after);
    assert_eq!(found.decision, Decision::Block, "{:#?}", found.reasons);
    assert_eq!(found.reasons[0].metric, "quote_present");
    // No quote at all: the figure is gone, which is no pass either; nor does a floor of 0 save it.
    for case in statute(&mut after) {
        case.figures.remove("quote_verbatim");
        case.figures.remove("quote_present");
    }
    after.head.suites[0].floors = vec![crate::run::Floor {
        metric: "quote_verbatim".to_owned(),
        at_least: Some(0.0),
        at_most: None,
        half: String::new(),
    }];
    let found = verdict(&before, &after);
    let rules: Vec<Rule> = found.reasons.iter().map(|it| it.rule).collect();
    assert!(rules.contains(&Rule::Vanished) && rules.contains(&Rule::Floor), "{:#?}", found.reasons);
    assert_eq!(found.decision, Decision::Block);
}

#[test]
fn what_cannot_be_read_or_is_no_number_blocks() {
    let error = Baseline::parse("{}", "基线.jsonl").expect_err("no baseline");
    let found = judge(Err(&error), &Policy::default());
    assert_eq!((found.decision, found.reasons[0].rule, found.exit_code()), (Decision::Block, Rule::Unreadable, 1));
    assert!(found.reasons[0].text.contains("基线.jsonl 第 1 行"), "{}", found.reasons[0].text);

    let (before, mut after) = two();
    after.results[0].figures.insert("success_1".to_owned(), Fraction::of_one(f64::NAN));
    assert_eq!(verdict(&before, &after).decision, Decision::Block);

    // Nor does one that comes in on another way.
    let (before, after) = two();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut comparison = runs(&before, &after).expect("a comparison");
        comparison.suites[0].deltas[0].after = Some(value);
        comparison.heads[0].metrics = vec![comparison.suites[0].deltas[0].metric.clone()];
        assert_eq!(judge(Ok(&comparison), &Policy::default()).decision, Decision::Block, "{value}");
    }
    let comparison = runs(&before, &after).expect("a comparison");
    let policy = Policy { tolerance_points: f64::NAN, block_stale: f64::NAN, ..Policy::default() };
    assert_eq!(judge(Ok(&comparison), &policy).decision, Decision::Block);
}

#[test]
fn a_first_run_is_judged_by_its_floors() {
    let (_, mut run) = two();
    let judged = |run: &Run| judge_alone(&run.head, Summary::of(run).as_ref(), &Policy::default());
    assert_eq!(judged(&run).decision, Decision::Pass);
    spoil(&mut run, 1);
    floor(&mut run, 0.995, "");
    let found = judged(&run);
    assert_eq!(found.decision, Decision::Block);
    assert_eq!(found.reasons[0].text, "没有达到底线。题库 statute：首条命中应不低于 99.5，实为99.0");
    floor(&mut run, 0.9, "");
    assert_eq!(judged(&run).decision, Decision::Pass);
    run.head.canaries.push("向量路没有应答".to_owned());
    assert_eq!(judged(&run).decision, Decision::Block);
    run.head.canaries.clear();
    run.results.clear();
    assert_eq!(judged(&run).decision, Decision::Block);
}

#[test]
fn a_policy_names_what_is_wrong_with_it() {
    let policy: Policy = serde_json::from_str(r#"{"min_common": 10}"#).expect("a policy");
    assert_eq!(policy, Policy { min_common: 10, ..Policy::default() });
    assert!(serde_json::from_str::<Policy>(r#"{"min_comon": 10}"#).is_err(), "a typing error is no default");
    assert_eq!(policy.check(), Ok(()));
    let wrong = Policy { tolerance_points: f64::NAN, ..Policy::default() };
    assert_eq!(
        wrong.check().expect_err("no number").to_string(),
        "门禁策略的 tolerance_points 应在 0 与 100 之间，现为 NaN"
    );
    assert!(Policy { block_stale: 1.5, ..Policy::default() }.check().is_err());
    let wrong = Policy { metrics: vec!["ndcg".to_owned()], ..Policy::default() };
    assert_eq!(wrong.check().expect_err("unknown").to_string(), "门禁策略的 metrics 中没有这个指标：ndcg");
}

#[test]
fn the_tolerance_is_two_points_or_one_case() {
    let policy = Policy::default();
    for (n, expected) in [(1, 1.0), (10, 0.1), (50, 0.02), (51, 0.02), (1000, 0.02)] {
        assert!((tolerance(&policy, n) - expected).abs() < 1e-12, "{n}");
    }
}

#[test]
fn named_figures_replace_those_of_the_manifests() {
    let (before, mut after) = two();
    spoil(&mut after, 30);
    let comparison = runs(&before, &after).expect("a comparison");
    let only = |metric: &str| Policy { metrics: vec![metric.to_owned()], ..Policy::default() };
    assert_eq!(judge(Ok(&comparison), &only("state_correct")).decision, Decision::Pass);
    assert_eq!(judge(Ok(&comparison), &only("ndcg_10")).decision, Decision::Block);
}
