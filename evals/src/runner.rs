//! Asks the cases of suites, several at once, and gathers a run.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use futures::{StreamExt as _, future::BoxFuture, stream};
use measure::run::{CaseResult, Run, RunHead, Status};
use serde_json::Value;
use store::Clock;

use crate::{
    Error, Result,
    ask::ask,
    canary, score,
    subject::{Bench, Subject},
    suite::Suite,
};

/// Results that are kept at once: what a cut-off costs at most.
const BATCH: usize = 16;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The suites, in order.
    pub suites: Vec<Arc<Suite>>,
    /// Which of their cases.
    pub filter: Filter,
    /// How many cases are asked at once; 0 counts as 1.
    pub parallel: usize,
}

/// Which cases of the suites are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this half; empty: both, and what has none.
    pub half: String,
    /// Only the first so many of each suite, after the other filters.
    pub limit: Option<usize>,
    /// Only these: `Q01` or, where two suites have it, `seed/Q01`; empty: all.
    pub ids: BTreeSet<String>,
}

/// Under what the run takes place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conditions {
    /// Every setting that counts, by dotted name.
    pub settings: BTreeMap<String, Value>,
    /// SHA-256 of each prompt, by id.
    pub prompts: BTreeMap<String, String>,
    /// Fingerprint of the texts and QA pairs.
    pub corpus: String,
    /// Fingerprint of the index.
    pub index: String,
    /// Version of the program.
    pub code: String,
}

/// How far a run is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// Cases done, those of an earlier, cut-off run included.
    pub done: usize,
    /// All cases.
    pub total: usize,
    /// The result that came last; `None` at the start.
    pub last: Option<&'a CaseResult>,
}

/// Told how far a run is.
pub type OnProgress<'a> = &'a (dyn Fn(Progress<'_>) + Send + Sync);

/// Keeps results as they come, so that a run cut off can go on.
pub trait Keeper: Send + Sync {
    /// Keeps results, each with its place in the run.
    fn keep<'a>(&'a self, results: &'a [(usize, CaseResult)]) -> BoxFuture<'a, Result<()>>;
}

/// Keeps nothing.
pub struct Nowhere;

impl Keeper for Nowhere {
    fn keep<'a>(&'a self, _results: &'a [(usize, CaseResult)]) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// One case with its place in the run.
#[derive(Clone)]
struct Job {
    place: usize,
    suite: Arc<Suite>,
    case: usize,
}

impl Job {
    fn key(&self) -> (String, String) {
        (self.suite.manifest.name.clone(), self.suite.cases[self.case].id.clone())
    }
}

impl Plan {
    /// The head of a run of this plan. What the filter leaves out is part of the settings: a run of one
    /// half is another configuration than one of all.
    pub fn head(&self, id: String, started_at: DateTime<Utc>, conditions: Conditions) -> RunHead {
        let mut settings = conditions.settings;
        let filter = &self.filter;
        if !filter.half.is_empty() {
            settings.insert("plan.half".to_owned(), filter.half.clone().into());
        }
        if let Some(limit) = filter.limit {
            settings.insert("plan.limit".to_owned(), limit.into());
        }
        if !filter.ids.is_empty() {
            settings.insert("plan.ids".to_owned(), filter.ids.iter().cloned().collect::<Vec<_>>().into());
        }
        RunHead {
            id,
            started_at,
            finished_at: None,
            settings,
            prompts: conditions.prompts,
            corpus: conditions.corpus,
            index: conditions.index,
            code: conditions.code,
            suites: self.suites.iter().map(|it| it.head()).collect(),
            canaries: Vec::new(),
        }
    }

    /// The cases that are asked, in the order of suites and cases.
    fn jobs(&self) -> Result<Vec<Job>> {
        let mut unknown = self.filter.ids.clone();
        let mut jobs = Vec::new();
        for suite in &self.suites {
            let mut left = self.filter.limit.unwrap_or(usize::MAX);
            for (at, case) in suite.cases.iter().enumerate() {
                let long = format!("{}/{}", suite.manifest.name, case.id);
                let ids = &self.filter.ids;
                let named = ids.is_empty() || ids.contains(&case.id) || ids.contains(&long);
                unknown.remove(&case.id);
                unknown.remove(&long);
                let half = self.filter.half.is_empty() || self.filter.half == case.half;
                if named && half && left > 0 {
                    left -= 1;
                    jobs.push(Job { place: jobs.len(), suite: Arc::clone(suite), case: at });
                }
            }
        }
        if let Some(id) = unknown.into_iter().next() {
            return Err(Error::UnknownCase(id));
        }
        if jobs.is_empty() { Err(Error::NothingChosen) } else { Ok(jobs) }
    }

    /// How many cases a run of this plan has. Errors where that is none.
    pub fn count(&self) -> Result<usize> {
        Ok(self.jobs()?.len())
    }
}

/// Runs the plan. `known` are results of the same run that are there already; they are not asked again,
/// unless they failed.
///
/// A case that fails is `Failed`, not the end.
///
/// # Errors
/// Nothing to ask, no subject for a suite, results that can't be kept; all cases failed or none could be
/// judged: neither may look like a figure.
pub async fn run(
    plan: &Plan,
    bench: &dyn Bench,
    mut head: RunHead,
    known: Vec<CaseResult>,
    keeper: &dyn Keeper,
    clock: &dyn Clock,
    progress: OnProgress<'_>,
) -> Result<Run> {
    let jobs = plan.jobs()?;
    let subjects = subjects(plan, bench).await?;
    head.canaries = canary::before(&plan.suites, &subjects).await;

    let mut known: HashMap<(String, String), CaseResult> = known
        .into_iter()
        .filter(|it| it.status != Status::Failed)
        .map(|it| ((it.suite.clone(), it.case.clone()), it))
        .collect();
    let (mut results, mut open) = (Vec::with_capacity(jobs.len()), Vec::new());
    for job in &jobs {
        match known.remove(&job.key()) {
            Some(result) => results.push((job.place, result)),
            None => open.push(job.clone()),
        }
    }
    progress(Progress { done: results.len(), total: jobs.len(), last: None });

    let asking = open.into_iter().map(|job| {
        let subject = Arc::clone(&subjects[&job.suite.manifest.name]);
        ask_apart(job, subject)
    });
    let mut asking = stream::iter(asking).buffer_unordered(plan.parallel.max(1));
    let mut batch = Vec::with_capacity(BATCH);
    while let Some((place, result)) = asking.next().await {
        batch.push((place, result));
        let done = results.len() + batch.len();
        progress(Progress { done, total: jobs.len(), last: batch.last().map(|it| &it.1) });
        if batch.len() == BATCH {
            keeper.keep(&batch).await?;
            results.append(&mut batch);
        }
    }
    keeper.keep(&batch).await?;
    results.append(&mut batch);
    results.sort_by_key(|it| it.0);
    let results: Vec<CaseResult> = results.into_iter().map(|it| it.1).collect();
    check_judged(&results)?;
    head.canaries.extend(canary::after(&plan.suites, &results));
    head.finished_at = Some(clock.now());
    Ok(Run { head, results })
}

/// Asks in a task of its own: several work at once, and one that panics is a failed case.
async fn ask_apart(job: Job, subject: Arc<dyn Subject>) -> (usize, CaseResult) {
    let Job { place, suite, case } = job;
    let task = {
        let suite = Arc::clone(&suite);
        tokio::spawn(async move { ask(subject.as_ref(), &suite, &suite.cases[case]).await })
    };
    let result =
        task.await.unwrap_or_else(|broken| score::failed(&suite, &suite.cases[case], format!("程序中断：{broken}")));
    (place, result)
}

async fn subjects(plan: &Plan, bench: &dyn Bench) -> Result<BTreeMap<String, Arc<dyn Subject>>> {
    let mut subjects = BTreeMap::new();
    for suite in &plan.suites {
        let name = suite.manifest.name.clone();
        let subject = bench.subject(suite).await;
        subjects.insert(name.clone(), subject.map_err(|reason| Error::Subject { suite: name, reason })?);
    }
    Ok(subjects)
}

fn check_judged(results: &[CaseResult]) -> Result<()> {
    let count = |status| results.iter().filter(|it| it.status == status).count();
    if count(Status::Judged) > 0 {
        return Ok(());
    }
    match results.iter().find(|it| it.status == Status::Failed) {
        Some(first) => Err(Error::AllFailed {
            count: count(Status::Failed),
            case: format!("{}/{}", first.suite, first.case),
            reason: first.reason.clone(),
        }),
        None => Err(Error::NothingJudged { skipped: count(Status::Skipped), stale: count(Status::Stale) }),
    }
}
