//! Walking along the chain and saying where it is broken.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use store::{Store, Value};

use super::{
    record::{Anchor, GENESIS, Record},
    write::head,
};
use crate::Result;

/// Rows held at a time: with the longest entries 32 MiB.
const PAGE: i64 = 512;
/// Findings listed; what is more is counted.
const LISTED: usize = 100;

macro_rules! columns {
    () => {
        "select seq, form, at, actor_id, actor_role, actor_org, ip, device, action, object_type, object_id, \
         changes, reason, result, trace_id, prev_hash, hash from audit_log "
    };
}
pub(super) use columns;

const ROWS: &str = concat!(columns!(), "where seq > $1 and seq <= $2 order by seq limit $3");
const ROW: &str = concat!(columns!(), "where seq = $1");
const NUMBERS: &str = "select seq from audit_log where seq > $1 and seq <= $2 order by seq limit $3";
const NEWEST: &str = "select seq from audit_log order by seq desc limit 1";

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    vec![ROWS, ROW, NUMBERS, NEWEST]
}

/// Something that isn't as it was written. `Display` says it in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Finding {
    /// The row's hash isn't that of its text: the row or its hash was changed.
    Altered {
        /// The row.
        seq: i64,
    },
    /// Rows were removed.
    Missing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// The row is sound by itself but doesn't follow the one before: it was inserted or rewritten
    /// together with its hash, or the one before was.
    Unlinked {
        /// The row.
        seq: i64,
    },
    /// Rows stand where the chain has none: before its beginning or behind its end.
    Stray {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// The last row isn't the one that the head was set to.
    HeadDiffers {
        /// The row.
        seq: i64,
    },
    /// The head's row is gone, so that a cut end can't be seen.
    NoHead,
    /// The row isn't the one that was anchored: it, or something before it, was rewritten.
    AnchorDiffers {
        /// The row.
        seq: i64,
    },
    /// The anchored row is gone: the end was cut off, head and all.
    AnchorMissing {
        /// The row.
        seq: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Altered { seq } => write!(f, "第 {seq} 条的内容或哈希被改动"),
            Self::Missing { from, to } if from == to => write!(f, "第 {from} 条被删除"),
            Self::Missing { from, to } => write!(f, "第 {from} 至 {to} 条被删除"),
            Self::Unlinked { seq } => write!(f, "第 {seq} 条与上一条衔接不上：两条中有一条是插入的或连同哈希被改写的"),
            Self::Stray { from, to } if from == to => write!(f, "第 {from} 条不属于日志链，是插入的"),
            Self::Stray { from, to } => write!(f, "第 {from} 至 {to} 条不属于日志链，是插入的"),
            Self::HeadDiffers { seq } => write!(f, "最后一条（第 {seq} 条）与链头的记录不符"),
            Self::NoHead => f.write_str("链头的记录被删除，无法判断末尾是否完整"),
            Self::AnchorDiffers { seq } => write!(f, "第 {seq} 条与留存的锚点不符：这一条或之前的记录被改写"),
            Self::AnchorMissing { seq } => write!(f, "留存锚点的第 {seq} 条不存在：日志末尾被截断"),
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The first number looked at.
    pub from: i64,
    /// The last number looked at.
    pub to: i64,
    /// How many rows were read.
    pub checked: u64,
    /// What isn't as it was written, in the order of the chain, 100 at most.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub more: u64,
    /// The last row read: where all is well, the next anchor.
    pub last: Option<Anchor>,
}

impl Report {
    /// Whether nothing was found. Where nothing was `checked` that says nothing, so show both.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    fn found(&mut self, finding: Finding) {
        if self.findings.len() < LISTED {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// Checks the rows from number `from` (default: the first) to `to` (default: the newest), and the
/// `anchors` that lie among them. Rows are read in pages; appending goes on meanwhile.
///
/// # Errors
/// Only those of the database: whatever is wrong with the log is in the report.
pub async fn verify(store: &Store, from: Option<i64>, to: Option<i64>, anchors: &[Anchor]) -> Result<Report> {
    let head = head(store).await?;
    let newest = newest(store).await?;
    // Without a head, what is there is all that is known of the end.
    let end = head.as_ref().map_or(newest, |it| it.seq);
    let from = from.unwrap_or(1).max(1);
    let last = to.unwrap_or(end).min(end);
    let report = Report { from, to: last, checked: 0, findings: Vec::new(), more: 0, last: None };
    let mut walk = Walk { report, expected: from, before: vec![GENESIS.to_owned()], anchors: BTreeMap::new() };
    let wanted = from..=to.unwrap_or(i64::MAX);
    for anchor in anchors.iter().filter(|it| wanted.contains(&it.seq)) {
        walk.anchors.entry(anchor.seq).or_default().push(anchor.hash.clone());
    }
    if head.is_none() {
        walk.report.found(Finding::NoHead);
    }
    let mut after = i64::MIN;
    if from > 1 {
        after = from - 1;
        match rows(store, from - 2, from - 1).await?.pop() {
            Some(row) => walk.before = row.hashes(),
            None => walk.skipped(from - 1, from - 1),
        }
    }
    loop {
        let page = rows(store, after, last).await?;
        let Some(end) = page.last() else { break };
        after = end.seq();
        for row in page {
            walk.step(row, head.as_ref());
        }
    }
    walk.end(last);
    let mut report = walk.report;
    if to.is_none() {
        behind_the_head(store, &mut report).await?;
    }
    Ok(report)
}

/// Rows behind the end of the chain. The newest row is read before the head: who appends moves both in one
/// transaction, so the head can be further by then, but not less far.
async fn behind_the_head(store: &Store, report: &mut Report) -> Result<()> {
    let newest = newest(store).await?;
    if let Some(head) = head(store).await?.filter(|it| newest > it.seq) {
        report.found(Finding::Stray { from: head.seq + 1, to: newest });
    }
    Ok(())
}

async fn newest(store: &Store) -> Result<i64> {
    Ok(store.db.fetch_optional::<(i64,)>(NEWEST, vec![]).await?.map_or(0, |(it,)| it))
}

/// A row, or the number of one that can't even be read: a changed type shows there.
enum Row {
    Read(Box<Record>),
    Unreadable(i64),
}

impl Row {
    fn seq(&self) -> i64 {
        match self {
            Self::Read(record) => record.seq,
            Self::Unreadable(seq) => *seq,
        }
    }

    /// What the next row may name as its predecessor: the hash that stands there, and the one that
    /// should. They differ where the row was altered, and then one finding is enough.
    fn hashes(self) -> Vec<String> {
        match self {
            Self::Read(record) => record.digest().into_iter().chain([record.hash]).collect(),
            Self::Unreadable(_) => Vec::new(),
        }
    }
}

/// The next page of the rows after number `after`, up to `last`.
async fn rows(store: &Store, after: i64, last: i64) -> Result<Vec<Row>> {
    let args = || -> Vec<Value> { vec![after.into(), last.into(), PAGE.into()] };
    let read = |it| Row::Read(Box::new(it));
    match store.db.fetch_all::<Record>(ROWS, args()).await {
        Ok(page) => return Ok(page.into_iter().map(read).collect()),
        Err(error) if is_unreadable(&error) => {}
        Err(error) => return Err(error.into()),
    }
    // Row by row, to learn which one it is.
    let mut page = Vec::new();
    for (seq,) in store.db.fetch_all::<(i64,)>(NUMBERS, args()).await? {
        match store.db.fetch_optional::<Record>(ROW, vec![seq.into()]).await {
            Ok(row) => page.extend(row.map(read)),
            Err(error) if is_unreadable(&error) => page.push(Row::Unreadable(seq)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page)
}

fn is_unreadable(error: &store::Error) -> bool {
    matches!(error, store::Error::Sql(sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)))
}

/// How far the walk has come.
struct Walk {
    report: Report,
    /// The number that the next row should have.
    expected: i64,
    /// What the next row may name as its predecessor's hash; empty where that can't be known.
    before: Vec<String>,
    /// Anchors not yet passed.
    anchors: BTreeMap<i64, Vec<String>>,
}

impl Walk {
    fn step(&mut self, row: Row, head: Option<&Anchor>) {
        let seq = row.seq();
        self.report.checked += 1;
        if seq < 1 {
            self.report.found(Finding::Stray { from: seq, to: seq });
            return;
        }
        if seq > self.expected {
            self.skipped(self.expected, seq - 1);
        }
        self.expected = seq + 1;
        let Row::Read(record) = row else {
            self.report.found(Finding::Altered { seq });
            self.before.clear();
            return;
        };
        if record.digest().as_deref() != Some(&record.hash) {
            self.report.found(Finding::Altered { seq });
        } else if !self.before.is_empty() && !self.before.contains(&record.prev_hash) {
            self.report.found(Finding::Unlinked { seq });
        }
        if head.is_some_and(|it| it.seq == seq && it.hash != record.hash) {
            self.report.found(Finding::HeadDiffers { seq });
        }
        if self.anchors.remove(&seq).is_some_and(|all| all.iter().any(|it| *it != record.hash)) {
            self.report.found(Finding::AnchorDiffers { seq });
        }
        self.report.last = Some(Anchor { seq, hash: record.hash.clone() });
        self.before = Row::Read(record).hashes();
    }

    /// Rows are gone, so it can't be known which hash the next one should name.
    fn skipped(&mut self, from: i64, to: i64) {
        self.report.found(Finding::Missing { from, to });
        self.before.clear();
    }

    /// What should have come up to `last`, and the anchors that were not passed.
    fn end(&mut self, last: i64) {
        if self.expected <= last {
            self.report.found(Finding::Missing { from: self.expected, to: last });
        }
        for seq in std::mem::take(&mut self.anchors).into_keys() {
            self.report.found(Finding::AnchorMissing { seq });
        }
    }
}
