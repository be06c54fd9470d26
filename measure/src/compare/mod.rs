//! Two runs side by side, on the cases that both judged.

mod baseline;
mod cases;
mod groups;
mod notes;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use baseline::first_right;
pub use baseline::{Baseline, Case};
pub use cases::{CaseChange, Change, MetricChange, Was};
pub use groups::{Delta, GroupDelta};

use crate::{
    run::{Run, Status, SuiteHead},
    summary::{self, Counts, FloorResult, Scored},
};

/// Why two runs can't be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A baseline can't be read.
    #[error("读不了基线 {file}：{reason}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A line of a baseline is wrong.
    #[error("基线 {file} 第 {line} 行：{reason}")]
    Line {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A baseline can't be written.
    #[error("写不了基线 {file}：{reason}")]
    Write {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A figure is not a finite number.
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
    /// A run holds a case twice.
    #[error("运行 {run} 的题 {suite}/{case} 出现了两次")]
    Twice {
        /// Id of the run.
        run: String,
        /// Suite of the case.
        suite: String,
        /// Id of the case.
        case: String,
    },
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Id of the run.
    pub id: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// It went on to its end.
    pub finished: bool,
    /// Version of the program.
    pub code: String,
    /// How many cases of which status, in the suites of the second run.
    pub counts: Counts,
    /// Its canaries that did not come back as they must.
    pub canaries: Vec<String>,
}

/// Suite and id of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Name of the suite.
    pub suite: String,
    /// Id within the suite.
    pub case: String,
}

/// Two runs side by side. Only suites of the second run count: a quick run may be compared with a whole one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The run compared with.
    pub before: Side,
    /// The run judged.
    pub after: Side,
    /// Both ran on the same texts.
    pub same_corpus: bool,
    /// Cases that both judged and that ask and expect the same.
    pub common: usize,
    /// The common cases together.
    pub all: GroupDelta,
    /// By suite, in the order of the second run.
    pub suites: Vec<GroupDelta>,
    /// By subject.
    pub categories: Vec<GroupDelta>,
    /// By how it is asked.
    pub channels: Vec<GroupDelta>,
    /// By half.
    pub halves: Vec<GroupDelta>,
    /// Common cases that are better or worse: the worst regressions first, improvements last.
    pub changes: Vec<CaseChange>,
    /// Common cases of which every figure is as before.
    pub same: usize,
    /// Place of the first evidence in the first run, by place; 0: nowhere. Only common cases with evidence.
    pub ranks_before: BTreeMap<usize, usize>,
    /// Only in the first run.
    pub only_before: Vec<Key>,
    /// Only in the second run.
    pub only_after: Vec<Key>,
    /// Stale in the second run.
    pub stale: Vec<Key>,
    /// Judged in the first run, skipped in the second.
    pub lost: Vec<Key>,
    /// In both, but question or expectation changed: not compared.
    pub changed: Vec<Key>,
    /// What else differs between the runs, in Chinese.
    pub notes: Vec<String>,
    /// The suites of the second run.
    pub heads: Vec<SuiteHead>,
    /// The floors of the second run, over all its cases.
    pub floors: Vec<FloorResult>,
}

impl Comparison {
    /// Common cases that are worse, the worst first.
    pub fn regressions(&self) -> impl Iterator<Item = &CaseChange> {
        self.changes.iter().filter(|it| it.change == Change::Worse)
    }

    /// Common cases that are better.
    pub fn improvements(&self) -> impl Iterator<Item = &CaseChange> {
        self.changes.iter().filter(|it| it.change == Change::Better)
    }

    /// What became of a case; `None`: as before, or not compared.
    pub fn change(&self, suite: &str, case: &str) -> Option<&CaseChange> {
        self.changes.iter().find(|it| it.suite == suite && it.case == case)
    }
}

/// Two whole runs. As [`with_baseline`], and each regression also says what was retrieved before.
///
/// # Errors
/// As [`with_baseline`].
pub fn runs(before: &Run, after: &Run) -> Result<Comparison, Error> {
    let mut comparison = with_baseline(&Baseline::of(before), after)?;
    let results: BTreeMap<(&str, &str), _> = before.results.iter().map(|it| (it.key(), it)).collect();
    for change in &mut comparison.changes {
        change.was = results.get(&(change.suite.as_str(), change.case.as_str())).map(|it| Was::of(it));
    }
    Ok(comparison)
}

/// A run against a stored baseline.
///
/// # Errors
/// A figure is not a finite number, or a run holds a case twice.
pub fn with_baseline(before: &Baseline, after: &Run) -> Result<Comparison, Error> {
    baselines(before, &Baseline::of(after))
}

/// Two baselines.
///
/// # Errors
/// As [`with_baseline`].
pub fn baselines(before: &Baseline, after: &Baseline) -> Result<Comparison, Error> {
    for run in [before, after] {
        finite(run)?;
        once(run)?;
    }
    let mine = |it: &&Case| after.head.suites.iter().any(|suite| suite.name == it.suite);
    let old: BTreeMap<(&str, &str), &Case> =
        before.cases.iter().filter(mine).map(|it| ((it.suite.as_str(), it.case.as_str()), it)).collect();
    let new: BTreeMap<(&str, &str), &Case> =
        after.cases.iter().map(|it| ((it.suite.as_str(), it.case.as_str()), it)).collect();

    let mut lists: [Vec<Key>; 5] = Default::default();
    let [only_before, only_after, stale, lost, changed] = &mut lists;
    let key = |it: &Case| Key { suite: it.suite.clone(), case: it.case.clone() };
    only_before.extend(old.iter().filter(|it| !new.contains_key(it.0)).map(|it| key(it.1)));
    let mut common: Vec<(&Case, &Case)> = Vec::new();
    for (name, case) in &new {
        if case.status == Status::Stale {
            stale.push(key(case));
        }
        let Some(earlier) = old.get(name) else {
            only_after.push(key(case));
            continue;
        };
        if earlier.hash != case.hash {
            changed.push(key(case));
        } else if earlier.counts() && case.counts() {
            common.push((earlier, case));
        } else if earlier.counts() && case.status == Status::Skipped {
            lost.push(key(case));
        }
    }

    let mut differing: Vec<CaseChange> =
        common.iter().map(|(old, new)| CaseChange::of(old, new, &after.head.suites)).collect();
    let same = differing.iter().filter(|it| it.change == Change::Same).count();
    differing.retain(|it| it.change != Change::Same);
    differing.sort_by(cases::worst_first);

    let groups::All { together, suites, categories, channels, halves } = groups::of(&common, &after.head.suites);
    let scored: Vec<Scored<'_>> = after
        .cases
        .iter()
        .filter(|it| it.counts())
        .map(|it| Scored { suite: &it.suite, half: &it.half, figures: &it.figures })
        .collect();
    let notes = notes::of(&before.head, &after.head, changed.len());
    let [only_before, only_after, stale, lost, changed] = lists;
    Ok(Comparison {
        before: side(before, old.values().copied()),
        after: side(after, after.cases.iter()),
        same_corpus: before.head.corpus == after.head.corpus,
        common: common.len(),
        all: together,
        suites,
        categories,
        channels,
        halves,
        changes: differing,
        same,
        ranks_before: ranks(&common),
        only_before,
        only_after,
        stale,
        lost,
        changed,
        notes,
        heads: after.head.suites.clone(),
        floors: summary::floors(&after.head.suites, &scored),
    })
}

fn side<'a>(run: &Baseline, cases: impl Iterator<Item = &'a Case>) -> Side {
    let mut counts = Counts::default();
    cases.for_each(|it| counts.add(it.status));
    Side {
        id: run.head.id.clone(),
        started_at: run.head.started_at,
        finished: run.head.finished_at.is_some(),
        code: run.head.code.clone(),
        counts,
        canaries: run.head.canaries.clone(),
    }
}

/// Places of the first evidence in the first run, of cases of which either run found it.
fn ranks(common: &[(&Case, &Case)]) -> BTreeMap<usize, usize> {
    let mut ranks = BTreeMap::new();
    for (old, _) in common.iter().filter(|it| has_ranking(it.0) || has_ranking(it.1)) {
        *ranks.entry(old.rank.unwrap_or(0)).or_default() += 1;
    }
    ranks
}

/// Whether the ranking of a case was judged: one without evidence has no place for it either.
fn has_ranking(case: &Case) -> bool {
    case.rank.is_some() || ["ndcg_10", "success_1", "mrr_10"].iter().any(|it| case.figures.contains_key(*it))
}

fn finite(run: &Baseline) -> Result<(), Error> {
    for case in &run.cases {
        if let Some((metric, _)) = case.figures.iter().find(|(_, it)| !(it.num.is_finite() && it.den.is_finite())) {
            return Err(Error::NotANumber {
                run: run.head.id.clone(),
                suite: case.suite.clone(),
                case: case.case.clone(),
                metric: metric.clone(),
            });
        }
    }
    Ok(())
}

/// The cases are in order: one that comes twice stands beside itself.
fn once(run: &Baseline) -> Result<(), Error> {
    let twice = run.cases.windows(2).find(|it| (&it[0].suite, &it[0].case) == (&it[1].suite, &it[1].case));
    twice.map_or(Ok(()), |it| {
        Err(Error::Twice { run: run.head.id.clone(), suite: it[0].suite.clone(), case: it[0].case.clone() })
    })
}

#[cfg(test)]
mod tests;
