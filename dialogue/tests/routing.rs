//! Ordinary questions reach retrieval, refusals don't.
//!
//! Two kinds of cases:
//! - the suites of `evals/suites` whose questions are all meant to be looked up, answerable or not: whatever
//!   is refused there is refused wrongly;
//! - `data/routing.jsonl`: 60 ordinary questions of daily life and 60 refusals, written before the rules that
//!   they measure. Fields as in the suites; `kind` is `ordinary` or `refusal`, `category` the topic or the
//!   category of the refusal. Half `tune` was looked at while rules were mended, half `report` was only counted.

use std::{collections::BTreeMap, fs, path::PathBuf};

use dialogue::{Decision, Rules};
use serde_json::Value;

/// The cases of a file under the crate; a file that is missing or empty is a failure, not a pass.
fn cases(file: &str) -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    assert!(!cases.is_empty(), "{file} has no cases");
    cases
}

/// What is asked: of a conversation the first turn, which stands alone.
fn question(case: &Value) -> &str {
    let asked = case["question"].as_str().or_else(|| case["turns"][0]["question"].as_str());
    asked.unwrap_or_else(|| panic!("no question: {case}"))
}

/// The category of a refusal with the rule that made it; `None`: not refused.
fn refusal(rules: &Rules, question: &str) -> Option<(&'static str, String)> {
    let Decision::Refuse { category, .. } = rules.route(question) else { return None };
    Some((category.as_str(), rules.refused_by(question).unwrap_or("scope.toml").to_owned()))
}

/// The cases of one half, and lines about those that went wrong.
#[derive(Default)]
struct Half {
    cases: usize,
    wrong: Vec<String>,
}

/// Judges all cases, by half; `judge` says what is wrong, if anything. Prints both halves, names the wrong
/// ones of `tune` alone, so that nobody mends rules by the half that measures them.
fn by_half(title: &str, cases: &[Value], judge: impl Fn(&Value) -> Option<String>) -> BTreeMap<String, Half> {
    let mut halves: BTreeMap<String, Half> = BTreeMap::new();
    for case in cases {
        let name = case["half"].as_str().unwrap_or_else(|| panic!("no half: {case}"));
        let half = halves.entry(name.to_owned()).or_default();
        half.cases += 1;
        half.wrong.extend(judge(case).map(|why| format!("{} {}: {why}", case["id"], question(case))));
    }
    for (name, half) in &halves {
        println!("{title:<14} {name:<7} {} of {}", half.wrong.len(), half.cases);
        if name == "tune" {
            half.wrong.iter().for_each(|line| println!("    {line}"));
        }
    }
    halves
}

/// What is wrong more often than allowed. `tune` and `report`: how many may be, in each half; what was reached
/// when the rules were last mended, so that it can only get better.
fn too_many(title: &str, halves: &BTreeMap<String, Half>, tune: usize, report: usize) -> Vec<String> {
    let limits = [("tune", tune), ("report", report)];
    let over = limits.into_iter().filter_map(|(name, limit)| {
        let wrong = halves.get(name).unwrap_or_else(|| panic!("{title} has no half {name}")).wrong.len();
        (wrong > limit).then(|| format!("{title}, {name}: {wrong} wrong, at most {limit} allowed"))
    });
    over.collect()
}

#[test]
fn questions_that_are_to_be_looked_up_are_not_refused() {
    let rules = Rules::built_in();
    let mut failed = Vec::new();
    for (suite, tune, report) in [
        ("statute", 0, 4),
        ("numbers", 0, 1),
        ("procedures", 0, 0),
        ("colloquial", 0, 0),
        ("traps", 0, 0),
        ("followups", 0, 0),
        ("unanswerable", 0, 0),
        ("ordinary", 0, 0),
    ] {
        let cases = cases(&format!("../evals/suites/{suite}/cases.jsonl"));
        let halves = by_half(suite, &cases, |case| refusal(&rules, question(case)).map(|(c, r)| format!("{c}, {r}")));
        failed.extend(too_many(suite, &halves, tune, report));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn questions_of_daily_life_are_told_from_refusals() {
    let rules = Rules::built_in();
    let (ordinary, refusals): (Vec<Value>, Vec<Value>) =
        cases("tests/data/routing.jsonl").into_iter().partition(|case| case["kind"] == "ordinary");
    assert_eq!((ordinary.len(), refusals.len()), (60, 60));
    let asked = |case: &Value| refusal(&rules, question(case));
    let refused = by_half("daily life", &ordinary, |case| asked(case).map(|(c, r)| format!("{c}, {r}")));
    let missed = by_half("not refused", &refusals, |case| asked(case).is_none().then(|| "answered".to_owned()));
    let otherwise = by_half("other category", &refusals, |case| {
        asked(case).filter(|(got, _)| case["category"] != *got).map(|(got, rule)| format!("{got}, {rule}"))
    });
    let mut failed = too_many("daily life", &refused, 0, 2);
    failed.extend(too_many("not refused", &missed, 0, 6));
    failed.extend(too_many("other category", &otherwise, 0, 2));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
