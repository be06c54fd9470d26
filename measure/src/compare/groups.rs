//! The figures of both runs over the common cases, by every way to divide them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, cases::pair};
use crate::{
    metrics::METRICS,
    run::{Status, SuiteHead},
    stats::{self, Pair, ROUNDS},
};

/// One figure of both runs over the same cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// Name of the metric.
    pub metric: String,
    /// Cases of which either run says something on it.
    pub n: usize,
    /// Before; `None`: no case says anything on it.
    pub before: Option<f64>,
    /// After.
    pub after: Option<f64>,
    /// After − before.
    pub difference: Option<f64>,
    /// Its paired bootstrap interval, 95 %.
    pub interval: Option<[f64; 2]>,
    /// Permutation test; only over all cases and by suite, because with many parts some p is always small.
    pub p: Option<f64>,
}

/// The figures of both runs over some of the common cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupDelta {
    /// What they have in common; empty: all of them, or those that don't say.
    pub name: String,
    /// How many.
    pub common: usize,
    /// Of them, those on which the system failed before.
    pub failed_before: usize,
    /// The same after.
    pub failed_after: usize,
    /// In the order of [`METRICS`], without those that no case says anything on.
    pub deltas: Vec<Delta>,
}

impl GroupDelta {
    /// The figure of this metric.
    pub fn delta(&self, metric: &str) -> Option<&Delta> {
        self.deltas.iter().find(|it| it.metric == metric)
    }
}

/// Every way to divide.
pub(super) struct All {
    pub together: GroupDelta,
    pub suites: Vec<GroupDelta>,
    pub categories: Vec<GroupDelta>,
    pub channels: Vec<GroupDelta>,
    pub halves: Vec<GroupDelta>,
}

type Both<'a> = (&'a Case, &'a Case);

/// The groups; every suite of the second run has one, were it empty.
pub(super) fn of(common: &[Both<'_>], suites: &[SuiteHead]) -> All {
    let by_suite = suites
        .iter()
        .map(|suite| (suite.name.clone(), common.iter().copied().filter(|it| it.1.suite == suite.name).collect()))
        .collect();
    let ways = [
        vec![(String::new(), common.to_vec())],
        by_suite,
        divide(common, |it| &it.category),
        divide(common, |it| &it.channel),
        divide(common, |it| &it.half),
    ];
    let mut columns: Vec<Vec<Pair>> = Vec::new();
    let mut groups: [Vec<GroupDelta>; 5] = ways.map(|way| {
        way.into_iter().map(|(name, cases): (String, Vec<Both<'_>>)| group(name, &cases, &mut columns)).collect()
    });
    // All intervals share the drawn numbers.
    let figures = groups.iter_mut().flatten().flat_map(|it| &mut it.deltas);
    for (delta, interval) in figures.zip(stats::difference_intervals(&columns)) {
        delta.interval = interval;
    }
    let tested = groups[0].iter().chain(&groups[1]).map(|it| it.deltas.len()).sum::<usize>();
    let figures = groups.iter_mut().take(2).flatten().flat_map(|it| &mut it.deltas);
    for (delta, pairs) in figures.zip(&columns[..tested]) {
        delta.p = stats::permutation(pairs, ROUNDS);
    }
    let [all, suites, categories, channels, halves] = groups;
    All { together: all.into_iter().next().unwrap_or_default(), suites, categories, channels, halves }
}

fn divide<'a>(common: &[Both<'a>], name: fn(&Case) -> &String) -> Vec<(String, Vec<Both<'a>>)> {
    let mut parts: BTreeMap<&str, Vec<Both<'a>>> = BTreeMap::new();
    for both in common {
        parts.entry(name(both.1)).or_default().push(*both);
    }
    parts.into_iter().map(|(name, cases)| (name.to_owned(), cases)).collect()
}

/// A group without intervals; the pairs of its figures go to `columns`, in the same order.
fn group(name: String, cases: &[Both<'_>], columns: &mut Vec<Vec<Pair>>) -> GroupDelta {
    let failed = |case: &Case| usize::from(case.status == Status::Failed);
    let mut group = GroupDelta {
        name,
        common: cases.len(),
        failed_before: cases.iter().map(|it| failed(it.0)).sum(),
        failed_after: cases.iter().map(|it| failed(it.1)).sum(),
        deltas: Vec::new(),
    };
    for metric in METRICS {
        let pairs: Vec<Pair> = cases
            .iter()
            .map(|(old, new)| pair(old, new, metric.name))
            .filter(|it| it.0.den > 0.0 || it.1.den > 0.0)
            .collect();
        if pairs.is_empty() {
            continue;
        }
        let before = stats::total(pairs.iter().map(|it| &it.0)).value();
        let after = stats::total(pairs.iter().map(|it| &it.1)).value();
        group.deltas.push(Delta {
            metric: metric.name.to_owned(),
            n: pairs.len(),
            before,
            after,
            difference: after.zip(before).map(|(after, before)| after - before),
            interval: None,
            p: None,
        });
        columns.push(pairs);
    }
    group
}
