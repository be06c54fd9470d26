//! Runs as SQL keeps them: written while they are asked, immutable once they are finished.
//!
//! A run cut off goes on where it stopped when the same plan is run again: the same settings, suites, texts,
//! index and program. The databases themselves refuse every change to a finished run (triggers), and its
//! fingerprint is checked whenever it is read.

mod file;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
pub use file::{export, import};
use futures::future::BoxFuture;
use measure::run::{CaseResult, Run, RunHead, Status};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{Rows, Store, Tx, Value};

use crate::{
    Error, Result,
    runner::{self, Conditions, Keeper, OnProgress, Plan},
    subject::Bench,
};

/// Rows that one statement writes.
const BATCH: usize = 16;
/// The name under which the newest finished run is found.
const LAST: &str = "last";

const BEGIN: &str = "insert into eval_run (id, plan, started_at, cases, head) values ($1, $2, $3, $4, $5)";
const FINISH: &str =
    "update eval_run set finished_at = $2, fingerprint = $3, head = $4 where id = $1 and finished_at is null";
const OPEN: &str = "select id, cases, fingerprint, head from eval_run where plan = $1 and finished_at is null \
     order by started_at desc, id desc limit 1";
const RUN: &str = "select id, cases, fingerprint, head from eval_run where id = $1";
const RESULTS: &str = "select result from eval_result where run_id = $1 order by place";
const LIST: &str = "select r.head, r.cases, (select count(*) from eval_result e where e.run_id = r.id) as results \
     from eval_run r order by r.started_at desc, r.id desc limit $1 offset $2";
const PREFIX: &str = "select id from eval_run where substr(id, 1, length($1)) = $1 order by id limit 2";
const NEWEST: &str = "select id from eval_run where finished_at is not null order by started_at desc, id desc limit 1";
static KEEP: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into eval_result (run_id, place, suite, case_id, status, result) values",
        6,
        BATCH,
        // A case that failed is asked again when its run goes on.
        "on conflict (run_id, place) do update set suite = excluded.suite, case_id = excluded.case_id, \
         status = excluded.status, result = excluded.result",
    )
});

/// A run in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What was measured.
    pub head: RunHead,
    /// How many cases it has.
    pub cases: usize,
    /// How many results are there; fewer than `cases` while it is unfinished.
    pub results: usize,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    cases: i64,
    fingerprint: Option<String>,
    head: String,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    head: String,
    cases: i64,
    results: i64,
}

/// Runs the plan and keeps the run as it goes. With `resume` an unfinished run of the same plan goes on:
/// only what is missing, and what failed, is asked.
///
/// # Errors
/// As [`runner::run`]; what was judged until then is kept, and goes on next time.
pub async fn record(
    store: &Store,
    plan: &Plan,
    bench: &dyn Bench,
    conditions: Conditions,
    resume: bool,
    progress: OnProgress<'_>,
) -> Result<Run> {
    let cases = plan.count()?;
    let head = plan.head(store.ids.next().simple().to_string(), store.clock.now(), conditions);
    let open = if resume { unfinished(store, &plan_hash(&head)).await? } else { None };
    let (head, known) = if let Some(run) = open {
        (run.head, run.results)
    } else {
        begin(store, &head, cases).await?;
        (head, Vec::new())
    };
    let keeper = InStore { store, run: head.id.clone() };
    let run = runner::run(plan, bench, head, known, &keeper, store.clock.as_ref(), progress).await?;
    finish(store, &run.head).await?;
    load(store, &run.head.id).await
}

/// SHA-256 (hex) of everything that makes two runs the same configuration.
pub fn plan_hash(head: &RunHead) -> String {
    let configuration = json!({
        "settings": head.settings,
        "prompts": head.prompts,
        "corpus": head.corpus,
        "index": head.index,
        "code": head.code,
        "suites": head.suites.iter().map(|it| (&it.name, &it.fingerprint)).collect::<Vec<_>>(),
    });
    hex::encode(Sha256::digest(configuration.to_string()))
}

/// Begins a run of `cases` cases.
pub async fn begin(store: &Store, head: &RunHead, cases: usize) -> Result<()> {
    let mut tx = store.db.begin().await?;
    insert(&mut tx, head, cases).await?;
    Ok(tx.commit().await?)
}

/// Keeps results of an unfinished run, each with its place; one that is there already is replaced.
pub async fn keep(store: &Store, id: &str, results: &[(usize, CaseResult)]) -> Result<()> {
    let mut tx = store.db.begin().await?;
    write(&mut tx, id, results.iter().map(|(place, result)| (*place, result))).await?;
    Ok(tx.commit().await?)
}

/// Finishes a run. From here on nothing of it can be changed.
///
/// # Errors
/// It isn't there, is finished already, or lacks results.
pub async fn finish(store: &Store, head: &RunHead) -> Result<()> {
    let mut tx = store.db.begin().await?;
    close(&mut tx, head).await?;
    Ok(tx.commit().await?)
}

/// Keeps a whole, finished run, e.g. one that was imported. The same run again changes nothing.
///
/// # Errors
/// It isn't finished, has no results, or another run has its id.
pub async fn save(store: &Store, run: &Run) -> Result<()> {
    let wrong = |reason: &str| Error::Run { id: run.head.id.clone(), reason: reason.to_owned() };
    if run.head.finished_at.is_none() || run.results.is_empty() {
        return Err(wrong("没有完成，或没有任何结果"));
    }
    let mut tx = store.db.begin().await?;
    if let Some(row) = tx.fetch_optional::<Row>(RUN, vec![(&run.head.id).into()]).await? {
        let same = row.fingerprint == Some(run.fingerprint()) && head(&row.id, &row.head)? == run.head;
        return if same { Ok(()) } else { Err(wrong("库中已有编号相同而内容不同的评测")) };
    }
    insert(&mut tx, &run.head, run.results.len()).await?;
    write(&mut tx, &run.head.id, run.results.iter().enumerate()).await?;
    close(&mut tx, &run.head).await?;
    Ok(tx.commit().await?)
}

/// The whole run with this id, finished or not; [`find`] gives an id for a name.
///
/// # Errors
/// It isn't there, can't be read, or is not what was once finished.
pub async fn load(store: &Store, id: &str) -> Result<Run> {
    let row: Option<Row> = store.db.fetch_optional(RUN, vec![id.into()]).await?;
    let row = row.ok_or_else(|| Error::NoRun(id.to_owned()))?;
    let rows: Vec<(String,)> = store.db.fetch_all(RESULTS, vec![id.into()]).await?;
    let (cases, fingerprint) = (row.cases, row.fingerprint.clone());
    let run = Run { head: head(&row.id, &row.head)?, results: results(id, &rows)? };
    let whole = run.results.len() as i64 == cases && fingerprint.as_ref() == Some(&run.fingerprint());
    if fingerprint.is_some() && !whole {
        let reason = "内容与完成时的指纹不符，已被改动或损坏".to_owned();
        return Err(Error::Run { id: id.to_owned(), reason });
    }
    Ok(run)
}

/// Runs from the newest, `limit` of them after the first `skip`.
pub async fn list(store: &Store, limit: usize, skip: usize) -> Result<Vec<Listed>> {
    let rows: Vec<ListRow> = store.db.fetch_all(LIST, vec![(limit as i64).into(), (skip as i64).into()]).await?;
    rows.into_iter()
        .map(|row| {
            let head = head("", &row.head)?;
            Ok(Listed { head, cases: row.cases as usize, results: row.results as usize })
        })
        .collect()
}

/// The id behind a name: an id, the beginning of one that no other has, or `last` for the newest finished
/// run.
pub async fn find(store: &Store, name: &str) -> Result<String> {
    let name = name.trim();
    let none = || Error::NoRun(name.to_owned());
    if name == LAST {
        let newest: Option<(String,)> = store.db.fetch_optional(NEWEST, vec![]).await?;
        return newest.map(|it| it.0).ok_or_else(none);
    }
    if name.is_empty() {
        return Err(none());
    }
    let found: Vec<(String,)> = store.db.fetch_all(PREFIX, vec![name.to_lowercase().into()]).await?;
    match found.as_slice() {
        [] => Err(none()),
        [(id,)] => Ok(id.clone()),
        _ => Err(Error::ManyRuns(name.to_owned())),
    }
}

/// The newest unfinished run of a plan.
pub async fn unfinished(store: &Store, plan: &str) -> Result<Option<Run>> {
    let Some(row) = store.db.fetch_optional::<Row>(OPEN, vec![plan.into()]).await? else { return Ok(None) };
    load(store, &row.id).await.map(Some)
}

/// Keeps the results of one run.
struct InStore<'a> {
    store: &'a Store,
    run: String,
}

impl Keeper for InStore<'_> {
    fn keep<'a>(&'a self, results: &'a [(usize, CaseResult)]) -> BoxFuture<'a, Result<()>> {
        Box::pin(keep(self.store, &self.run, results))
    }
}

async fn insert(tx: &mut Tx, head: &RunHead, cases: usize) -> Result<()> {
    let started: DateTime<Utc> = head.started_at;
    let args = vec![
        (&head.id).into(),
        plan_hash(head).into(),
        started.into(),
        (cases as i64).into(),
        text(&head.id, head)?.into(),
    ];
    tx.execute(BEGIN, args).await?;
    Ok(())
}

async fn write(tx: &mut Tx, id: &str, results: impl Iterator<Item = (usize, &CaseResult)>) -> Result<()> {
    let rows: Vec<Vec<Value>> = results
        .map(|(place, result)| {
            Ok(vec![
                id.into(),
                (place as i64).into(),
                (&result.suite).into(),
                (&result.case).into(),
                status_code(result.status).into(),
                text(id, result)?.into(),
            ])
        })
        .collect::<Result<_>>()?;
    KEEP.execute(tx, rows).await?;
    Ok(())
}

async fn close(tx: &mut Tx, head: &RunHead) -> Result<()> {
    let id = &head.id;
    let wrong = |reason: String| Error::Run { id: id.clone(), reason };
    let row: Option<Row> = tx.fetch_optional(RUN, vec![id.into()]).await?;
    let row = row.ok_or_else(|| Error::NoRun(id.clone()))?;
    let rows: Vec<(String,)> = tx.fetch_all(RESULTS, vec![id.into()]).await?;
    if rows.len() as i64 != row.cases {
        return Err(wrong(format!("应有 {} 个结果，实有 {} 个", row.cases, rows.len())));
    }
    // Over what was written and is read, not over what is in memory: that is what a reader can check.
    let run = Run { head: head.clone(), results: results(id, &rows)? };
    let finished = head.finished_at.ok_or_else(|| wrong("没有完成时间".to_owned()))?;
    let args = vec![id.into(), finished.into(), run.fingerprint().into(), text(id, head)?.into()];
    if tx.execute(FINISH, args).await? == 0 {
        return Err(wrong("已经完成，不能再改".to_owned()));
    }
    Ok(())
}

fn text(id: &str, it: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(it).map_err(|error| Error::Run { id: id.to_owned(), reason: error.to_string() })
}

fn head(id: &str, json: &str) -> Result<RunHead> {
    serde_json::from_str(json)
        .map_err(|error| Error::Run { id: id.to_owned(), reason: format!("开头无法识别：{error}") })
}

fn results(id: &str, rows: &[(String,)]) -> Result<Vec<CaseResult>> {
    let read = |(place, (json,)): (usize, &(String,))| {
        serde_json::from_str(json).map_err(|error| Error::Run {
            id: id.to_owned(),
            reason: format!("第 {} 个结果无法识别：{error}", place + 1),
        })
    };
    rows.iter().enumerate().map(read).collect()
}

const fn status_code(status: Status) -> &'static str {
    match status {
        Status::Judged => "judged",
        Status::Skipped => "skipped",
        Status::Stale => "stale",
        Status::Failed => "failed",
    }
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    let own = [BEGIN, FINISH, OPEN, RUN, RESULTS, LIST, PREFIX, NEWEST];
    own.into_iter().chain(KEEP.statements()).collect()
}
