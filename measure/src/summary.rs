//! The figures of one run: over all, by suite and by every way to divide the cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    metrics::{Better, METRICS, metric},
    run::{CaseResult, Floor, Fraction, Run, Status, SuiteHead},
    stats,
};

/// Why a run has no summary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No case was judged: that is no result, and no full marks either.
    #[error("运行 {run} 没有一道评过的题（跳过 {skipped}，过期 {stale}）：不是结果，不能当满分")]
    Empty {
        /// Id of the run.
        run: String,
        /// Cases whose texts are missing.
        skipped: usize,
        /// Cases whose evidence is gone.
        stale: usize,
    },
    /// A figure is not a number.
    #[error("运行 {run} 的题 {suite}/{case}：指标 {metric} 不是有限的数")]
    NotANumber {
        /// Id of the run.
        run: String,
        /// Suite of the case.
        suite: String,
        /// Id of the case.
        case: String,
        /// Name of the metric.
        metric: String,
    },
}

/// How many cases of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Asked and scored.
    pub judged: usize,
    /// Not asked: texts are missing.
    pub skipped: usize,
    /// Not scored: the evidence is gone.
    pub stale: usize,
    /// The system failed; scored as nothing reached.
    pub failed: usize,
}

impl Counts {
    /// One more case of this status.
    pub fn add(&mut self, status: Status) {
        match status {
            Status::Judged => self.judged += 1,
            Status::Skipped => self.skipped += 1,
            Status::Stale => self.stale += 1,
            Status::Failed => self.failed += 1,
        }
    }

    /// Cases whose figures count.
    pub fn counted(&self) -> usize {
        self.judged + self.failed
    }

    /// All cases.
    pub fn all(&self) -> usize {
        self.judged + self.skipped + self.stale + self.failed
    }

    /// Stale cases as a share of those that could have been asked; 0 for none.
    pub fn stale_share(&self) -> f64 {
        let asked = self.counted() + self.stale;
        if asked == 0 { 0.0 } else { self.stale as f64 / asked as f64 }
    }
}

/// One figure over many cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Name of the metric.
    pub metric: String,
    /// Cases that say something on it.
    pub n: usize,
    /// Σ numerators over Σ denominators.
    pub value: f64,
    /// Bootstrap, 95 %.
    pub interval: [f64; 2],
}

/// The figures of some of the cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common; empty: all of them, or those that don't say.
    pub name: String,
    /// How many of which status.
    pub counts: Counts,
    /// In the order of [`METRICS`], without those that no case says anything on.
    pub figures: Vec<Figure>,
}

impl Group {
    /// The figure of this metric.
    pub fn figure(&self, metric: &str) -> Option<&Figure> {
        self.figures.iter().find(|it| it.metric == metric)
    }
}

/// What states were expected and reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// States, in the order of rows and columns.
    pub states: Vec<String>,
    /// Cases: rows are expected, columns reached.
    pub cases: Vec<Vec<usize>>,
}

/// How long a stage took, milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Cases that went through it.
    pub n: usize,
    /// Half of them took at most so long.
    pub p50: f64,
    /// 95 of 100.
    pub p95: f64,
    /// 99 of 100.
    pub p99: f64,
}

/// What became of a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// The figure is good enough.
    Yes,
    /// It isn't, or no case that was asked says anything on it.
    No,
    /// No case of its suite and half was asked: nothing is known.
    Unjudged,
}

/// A floor and what was reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloorResult {
    /// Name of the suite.
    pub suite: String,
    /// As the manifest has it.
    pub floor: Floor,
    /// The figure; `None` where no case says anything on it.
    pub value: Option<f64>,
    /// Cases that say something on it.
    pub n: usize,
    /// The outcome.
    pub reached: Reached,
}

/// Everything that a report says of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// All cases.
    pub all: Group,
    /// In the order of the run.
    pub suites: Vec<Group>,
    /// By subject.
    pub categories: Vec<Group>,
    /// By how it is asked.
    pub channels: Vec<Group>,
    /// By half.
    pub halves: Vec<Group>,
    /// By kind of the case.
    pub kinds: Vec<Group>,
    /// States of the cases that name one.
    pub states: Confusion,
    /// By name.
    pub latency: Vec<Stage>,
    /// Tokens of all cases.
    pub tokens: u64,
    /// Every floor of every suite.
    pub floors: Vec<FloorResult>,
}

impl Summary {
    /// The figures of a run.
    ///
    /// # Errors
    /// No case was judged; a figure is not a finite number.
    pub fn of(run: &Run) -> Result<Self, Error> {
        let cases: Vec<&CaseResult> = run.results.iter().collect();
        check(run)?;
        let mut ways: Vec<Vec<(String, Vec<&CaseResult>)>> = vec![vec![(String::new(), cases.clone())]];
        let mut suites = divide(&cases, |it| &it.suite);
        let place = |name: &str| run.head.suites.iter().position(|it| it.name == name).unwrap_or(usize::MAX);
        suites.sort_by_key(|it| place(&it.0));
        ways.push(suites);
        ways.push(divide(&cases, |it| &it.category));
        ways.push(divide(&cases, |it| &it.channel));
        ways.push(divide(&cases, |it| &it.half));
        ways.push(divide(&cases, |it| &it.kind));
        let [all, suites, categories, channels, halves, kinds] = groups(ways);
        Ok(Self {
            all: all.into_iter().next().unwrap_or_default(),
            suites,
            categories,
            channels,
            halves,
            kinds,
            states: confusion(&cases),
            latency: latency(&cases),
            tokens: cases.iter().map(|it| it.tokens).sum(),
            floors: floors(
                &run.head.suites,
                &run.results
                    .iter()
                    .filter(|it| it.counts())
                    .map(|it| Scored { suite: &it.suite, half: &it.half, figures: &it.figures })
                    .collect::<Vec<_>>(),
            ),
        })
    }
}

fn check(run: &Run) -> Result<(), Error> {
    let mut counts = Counts::default();
    for result in &run.results {
        counts.add(result.status);
        let wrong = result.figures.iter().find(|(_, it)| !(it.num.is_finite() && it.den.is_finite()));
        if let Some((metric, _)) = wrong {
            return Err(Error::NotANumber {
                run: run.head.id.clone(),
                suite: result.suite.clone(),
                case: result.case.clone(),
                metric: metric.clone(),
            });
        }
    }
    if counts.judged == 0 {
        return Err(Error::Empty { run: run.head.id.clone(), skipped: counts.skipped, stale: counts.stale });
    }
    Ok(())
}

/// The cases by name, names in order.
fn divide<'a>(cases: &[&'a CaseResult], name: fn(&CaseResult) -> &String) -> Vec<(String, Vec<&'a CaseResult>)> {
    let mut parts: BTreeMap<&str, Vec<&CaseResult>> = BTreeMap::new();
    for case in cases {
        parts.entry(name(case)).or_default().push(case);
    }
    parts.into_iter().map(|(name, cases)| (name.to_owned(), cases)).collect()
}

/// All groups of all ways to divide; their intervals are drawn together.
fn groups<const WAYS: usize>(ways: Vec<Vec<(String, Vec<&CaseResult>)>>) -> [Vec<Group>; WAYS] {
    let mut groups: [Vec<Group>; WAYS] = std::array::from_fn(|_| Vec::new());
    let mut columns = Vec::new();
    for (groups, parts) in groups.iter_mut().zip(ways) {
        for (name, cases) in parts {
            let mut group = Group { name, ..Group::default() };
            for case in &cases {
                group.counts.add(case.status);
            }
            for metric in METRICS {
                let figures = cases.iter().filter(|it| it.counts()).filter_map(|it| it.figures.get(metric.name));
                let column: Vec<Fraction> = figures.copied().filter(|it| it.den > 0.0).collect();
                let Some(value) = stats::total(&column).value() else { continue };
                let (metric, n) = (metric.name.to_owned(), column.len());
                group.figures.push(Figure { metric, n, value, interval: [value; 2] });
                columns.push(column);
            }
            groups.push(group);
        }
    }
    let figures = groups.iter_mut().flatten().flat_map(|it| &mut it.figures);
    for (figure, interval) in figures.zip(stats::intervals(&columns)) {
        figure.interval = interval.unwrap_or(figure.interval);
    }
    groups
}

/// The states in the order in which people name them, then whatever else came.
fn confusion(cases: &[&CaseResult]) -> Confusion {
    let pairs: Vec<(&str, &str)> = cases
        .iter()
        .filter(|it| it.counts() && !it.state_expected.is_empty())
        .map(|it| (it.state_expected.as_str(), it.state.as_str()))
        .collect();
    let mut states: Vec<&str> = ["grounded", "no_match", "needs_human", "clarify"]
        .into_iter()
        .filter(|state| pairs.iter().any(|it| it.0 == *state || it.1 == *state))
        .collect();
    let mut others: Vec<&str> = pairs.iter().flat_map(|it| [it.0, it.1]).filter(|it| !states.contains(it)).collect();
    others.sort_unstable();
    others.dedup();
    states.extend(others);
    let count = |expected: &str, reached: &str| pairs.iter().filter(|it| **it == (expected, reached)).count();
    Confusion {
        cases: states.iter().map(|row| states.iter().map(|column| count(row, column)).collect()).collect(),
        states: states.into_iter().map(str::to_owned).collect(),
    }
}

fn latency(cases: &[&CaseResult]) -> Vec<Stage> {
    let mut stages: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, millis) in cases.iter().filter(|it| it.counts()).flat_map(|it| &it.timings) {
        stages.entry(name).or_default().push(*millis);
    }
    let stage = |(name, mut millis): (&str, Vec<f64>)| {
        millis.sort_by(f64::total_cmp);
        let at = |percent| stats::percentile(&millis, percent).unwrap_or_default();
        Stage { name: name.to_owned(), n: millis.len(), p50: at(50.0), p95: at(95.0), p99: at(99.0) }
    };
    stages.into_iter().map(stage).collect()
}

/// What a floor needs of a case that was judged or failed.
pub(crate) struct Scored<'a> {
    pub suite: &'a str,
    pub half: &'a str,
    pub figures: &'a BTreeMap<String, Fraction>,
}

/// The floors of the suites over the cases that count.
pub(crate) fn floors(suites: &[SuiteHead], cases: &[Scored<'_>]) -> Vec<FloorResult> {
    let mut results = Vec::new();
    for suite in suites {
        for floor in &suite.floors {
            let mine = |it: &&Scored<'_>| it.suite == suite.name && (floor.half.is_empty() || it.half == floor.half);
            let asked = cases.iter().filter(mine).count();
            let told: Vec<Fraction> = cases
                .iter()
                .filter(mine)
                .filter_map(|it| it.figures.get(&floor.metric).copied())
                .filter(|it| it.den != 0.0)
                .collect();
            let value = stats::total(&told).value();
            let reached = match (asked, value) {
                (0, _) => Reached::Unjudged,
                // A suite that was asked and says nothing on what has to be reached has not reached it:
                // answers without quotes are not faithful quotes.
                (_, None) => Reached::No,
                (_, Some(value)) => {
                    if good_enough(floor, value) {
                        Reached::Yes
                    } else {
                        Reached::No
                    }
                }
            };
            results.push(FloorResult {
                suite: suite.name.clone(),
                floor: floor.clone(),
                value,
                n: told.len(),
                reached,
            });
        }
    }
    results
}

/// Rounding of sums doesn't miss a floor; a floor without a bound, or a figure that is no number, does.
fn good_enough(floor: &Floor, value: f64) -> bool {
    let above = floor.at_least.is_none_or(|it| value >= it - 1e-9);
    let below = floor.at_most.is_none_or(|it| value <= it + 1e-9);
    value.is_finite() && above && below && (floor.at_least.is_some() || floor.at_most.is_some())
}

/// Which way is better; unknown names count as more is better.
pub(crate) fn better(name: &str) -> Better {
    metric(name).map_or(Better::Higher, |it| it.better)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn floor(metric: &str, at_least: Option<f64>, at_most: Option<f64>, half: &str) -> Floor {
        Floor { metric: metric.to_owned(), at_least, at_most, half: half.to_owned() }
    }

    fn run() -> Run {
        let mut run = sample::run("甲", 8);
        // success_1 of the eight: 1 1 1 1 1 0 0 0; the last one failed, one more is stale, one skipped.
        for (place, case) in run.results.iter_mut().enumerate() {
            let value = f64::from(u8::from(place < 5));
            case.figures = BTreeMap::from([("success_1".to_owned(), Fraction::of_one(value))]);
            case.half = if place % 2 == 0 { "tune" } else { "report" }.to_owned();
            case.status = if place == 7 { Status::Failed } else { Status::Judged };
        }
        for (id, status) in [("s1", Status::Stale), ("s2", Status::Skipped)] {
            let mut case = run.results[0].clone();
            case.case = id.to_owned();
            case.status = status;
            run.results.push(case);
        }
        run
    }

    #[test]
    fn figures_counts_and_groups_by_hand() {
        let summary = Summary::of(&run()).expect("a summary");
        assert_eq!(summary.all.counts, Counts { judged: 7, skipped: 1, stale: 1, failed: 1 });
        assert_eq!(summary.all.counts.all(), 10);
        // One stale of nine that could have been asked.
        assert!((summary.all.counts.stale_share() - 1.0 / 9.0).abs() < 1e-12);
        let figure = summary.all.figure("success_1").expect("a figure");
        assert_eq!((figure.n, figure.value), (8, 0.625));
        assert!(figure.interval[0] < 0.625 && figure.interval[1] > 0.625, "{:?}", figure.interval);
        // Places 1, 3, 5, 7 are the half "report": 1 1 0 0.
        assert_eq!(summary.halves[0].name, "report");
        assert_eq!(summary.halves[0].figure("success_1").map(|it| it.value), Some(0.5));
        assert_eq!(summary.all.figure("ndcg_10"), None);
    }

    #[test]
    fn no_judged_case_is_an_error() {
        let mut run = run();
        for case in &mut run.results {
            case.status = Status::Stale;
        }
        let error = Summary::of(&run).expect_err("nothing was judged");
        assert_eq!(error.to_string(), "运行 甲 没有一道评过的题（跳过 0，过期 10）：不是结果，不能当满分");
        run.results.clear();
        assert!(matches!(Summary::of(&run), Err(Error::Empty { .. })));
        // A run in which every case failed was not judged either.
        let mut run = self::run();
        run.results.iter_mut().for_each(|it| it.status = Status::Failed);
        assert!(matches!(Summary::of(&run), Err(Error::Empty { .. })));
    }

    #[test]
    fn a_figure_that_is_no_number_is_an_error() {
        let mut run = run();
        run.results[2].figures.insert("ndcg_10".to_owned(), Fraction::of_one(f64::NAN));
        let error = Summary::of(&run).expect_err("no number").to_string();
        assert!(error.contains("ndcg_10") && error.contains(&run.results[2].case), "{error}");
    }

    #[test]
    fn floors_by_half_and_both_ways() {
        let mut run = run();
        let with = |run: &mut Run, floor| {
            run.head.suites[0].floors = vec![floor];
            Summary::of(run).expect("a summary").floors[0].clone()
        };
        let name = run.results[0].suite.clone();
        run.results.iter_mut().for_each(|it| it.suite.clone_from(&name));
        for (floor, reached) in [
            (floor("success_1", Some(0.625), None, ""), Reached::Yes),
            (floor("success_1", Some(0.63), None, ""), Reached::No),
            (floor("success_1", Some(0.63), None, "tune"), Reached::Yes),
            (floor("success_1", Some(0.63), None, "report"), Reached::No),
            (floor("success_1", None, Some(0.6), ""), Reached::No),
            (floor("success_1", None, Some(0.7), ""), Reached::Yes),
            (floor("success_1", None, None, ""), Reached::No),
            (floor("quote_verbatim", Some(0.0), None, ""), Reached::No),
            (floor("success_1", Some(0.0), None, "other"), Reached::Unjudged),
        ] {
            assert_eq!(with(&mut run, floor.clone()).reached, reached, "{floor:?}");
        }
    }

    #[test]
    fn states_and_times_by_hand() {
        let mut run = run();
        for (place, case) in run.results.iter_mut().enumerate() {
            case.state_expected = if place < 6 { "grounded" } else { "no_match" }.to_owned();
            case.state = if place == 3 { "no_match" } else { "grounded" }.to_owned();
            case.timings = BTreeMap::from([("retrieve".to_owned(), place as f64 + 1.0)]);
        }
        let summary = Summary::of(&run).expect("a summary");
        assert_eq!(summary.states.states, ["grounded", "no_match"]);
        // Eight cases count: 0–5 expect an answer, of which 3 got none; 6 and 7 expect none and got one.
        assert_eq!(summary.states.cases, [[5, 1], [2, 0]]);
        let stage = &summary.latency[0];
        assert_eq!((stage.n, stage.p50, stage.p95), (8, 4.0, 8.0));
    }
}
