//! What became of one case.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Case;
use crate::{
    metrics::{Better, METRICS},
    run::{CaseResult, Expected, Fraction, Status, SuiteHead},
    summary::better,
};

/// Figures of which silence is no gain: an answer that stops quoting has not become more faithful.
const SILENT: [&str; 2] = ["quote_verbatim", "citation_precision"];

/// How a case or figure compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The second run is better.
    Better,
    /// The second run is worse.
    Worse,
    /// Neither.
    Same,
}

/// One figure of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricChange {
    /// Name of the metric.
    pub metric: String,
    /// Before; `None`: the case said nothing on it.
    pub before: Option<f64>,
    /// After.
    pub after: Option<f64>,
    /// Which is better.
    pub change: Change,
}

/// What the first run retrieved and said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Was {
    /// The first three that it retrieved; the span of evidence is never set.
    pub found: Vec<Expected>,
    /// The beginning of its answer.
    pub answer: String,
}

impl Was {
    pub(super) fn of(result: &CaseResult) -> Self {
        let found = result.found.iter().take(3).map(|it| Expected { label: it.label.clone(), span: None });
        Self { found: found.collect(), answer: result.answer.chars().take(400).collect() }
    }
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseChange {
    /// Name of the suite.
    pub suite: String,
    /// Id within the suite.
    pub case: String,
    /// The suite's first figure that differs decides.
    pub change: Change,
    /// Name of that metric.
    pub decided_by: String,
    /// How bad: the mean of the falls of the suite's figures, each 0–1; 0 for what didn't fall.
    pub severity: f64,
    /// The suite's figures, in the order of its manifest.
    pub metrics: Vec<MetricChange>,
    /// Place of the first evidence before, from 1.
    pub rank_before: Option<usize>,
    /// The same after.
    pub rank_after: Option<usize>,
    /// State reached before.
    pub state_before: String,
    /// State reached after.
    pub state_after: String,
    /// The system failed on it in the second run only.
    pub newly_failed: bool,
    /// What the first run retrieved, where it is at hand whole.
    #[serde(default)]
    pub was: Option<Was>,
}

impl CaseChange {
    pub(super) fn of(old: &Case, new: &Case, suites: &[SuiteHead]) -> Self {
        let suite = suites.iter().find(|it| it.name == new.suite);
        let named: Vec<&str> = suite.map_or(Vec::new(), |it| it.metrics.iter().map(String::as_str).collect());
        let decisive = if named.is_empty() { METRICS.iter().map(|it| it.name).collect() } else { named };
        let mut metrics = Vec::new();
        let mut falls = 0.0;
        for name in &decisive {
            let (before, after) = pair(old, new, name);
            let (before, after) = (before.value(), after.value());
            if before.is_none() && after.is_none() {
                continue;
            }
            let change = change(name, before, after);
            if change == Change::Worse {
                falls += fall(name, before, after).min(1.0);
            }
            metrics.push(MetricChange { metric: (*name).to_owned(), before, after, change });
        }
        let newly_failed = new.status == Status::Failed && old.status != Status::Failed;
        let first = metrics.iter().find(|it| it.change != Change::Same);
        // A failure is worse whatever the figures say; its rest is as bad as can be.
        let decided = if newly_failed { Change::Worse } else { first.map_or(Change::Same, |it| it.change) };
        let decided_by = first.map_or(String::new(), |it| it.metric.clone());
        let severity = if newly_failed { 1.0 } else { falls / metrics.len().max(1) as f64 };
        Self {
            suite: new.suite.clone(),
            case: new.case.clone(),
            change: decided,
            decided_by,
            severity,
            metrics,
            rank_before: old.rank,
            rank_after: new.rank,
            state_before: old.state.clone(),
            state_after: new.state.clone(),
            newly_failed,
            was: None,
        }
    }
}

/// Regressions from bad to less bad, then improvements; equal ones by suite and id.
pub(super) fn worst_first(a: &CaseChange, b: &CaseChange) -> Ordering {
    let improved = |it: &CaseChange| it.change == Change::Better;
    improved(a)
        .cmp(&improved(b))
        .then(b.severity.total_cmp(&a.severity))
        .then_with(|| (&a.suite, &a.case).cmp(&(&b.suite, &b.case)))
}

/// The two figures of a case. A system that failed has reached nothing of what the other run was asked.
pub(super) fn pair(old: &Case, new: &Case, metric: &str) -> (Fraction, Fraction) {
    let told = |case: &Case| case.figures.get(metric).copied().filter(|it| it.den > 0.0);
    let worst = |den: f64| match better(metric) {
        Better::Higher => Fraction::new(0.0, den),
        Better::Lower => Fraction::new(den, den),
    };
    let filled = |case: &Case, other: &Case| {
        let missing = told(other).filter(|_| case.status == Status::Failed).map(|it| worst(it.den));
        told(case).or(missing).unwrap_or_default()
    };
    (filled(old, new), filled(new, old))
}

/// How one figure of one case compares. A figure that appears is worse where it falls short, and one that
/// disappears better where it fell short before (a refusal that is no longer given wrongly), but silence
/// is no gain.
fn change(metric: &str, before: Option<f64>, after: Option<f64>) -> Change {
    let perfect = match better(metric) {
        Better::Higher => 1.0,
        Better::Lower => 0.0,
    };
    let (before, after) = match (before, after) {
        (Some(before), None) if SILENT.contains(&metric) => (before, before),
        (before, after) => (before.unwrap_or(perfect), after.unwrap_or(perfect)),
    };
    // Rounding is no change.
    if (before - after).abs() < 1e-9 {
        return Change::Same;
    }
    if (after > before) == (better(metric) == Better::Higher) { Change::Better } else { Change::Worse }
}

/// By how much a figure that got worse fell.
fn fall(metric: &str, before: Option<f64>, after: Option<f64>) -> f64 {
    let perfect = if better(metric) == Better::Higher { 1.0 } else { 0.0 };
    (before.unwrap_or(perfect) - after.unwrap_or(perfect)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_figure_by_hand() {
        use Change::{Better, Same, Worse};
        for (metric, before, after, expected) in [
            ("success_1", Some(0.0), Some(1.0), Better),
            ("success_1", Some(1.0), Some(0.0), Worse),
            ("success_1", Some(0.3), Some(0.1 + 0.2), Same),
            // Less is better.
            ("wrong_words", Some(0.0), Some(1.0), Worse),
            ("wrong_words", Some(1.0), Some(0.0), Better),
            // A refusal given wrongly appears, and goes away.
            ("refusal_f1", None, Some(0.0), Worse),
            ("refusal_f1", Some(0.0), None, Better),
            ("refusal_f1", None, Some(1.0), Same),
            // An answer that stops quoting gains nothing; one that starts to quote wrongly loses.
            ("quote_verbatim", Some(0.5), None, Same),
            ("quote_verbatim", None, Some(0.5), Worse),
        ] {
            assert_eq!(change(metric, before, after), expected, "{metric} {before:?} {after:?}");
        }
    }
}
