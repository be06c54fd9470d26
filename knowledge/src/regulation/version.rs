//! A version of a regulation as SQL keeps it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::{Store, Value};
use utoipa::ToSchema;

use super::{
    model::{Authority, DocKind, Meta, Report},
    timeline,
};
use crate::{answer::model::Effect, error::Result};

/// The columns of a version, from `regulation_version v`.
macro_rules! columns {
    () => {
        "v.id, v.regulation_id, v.label, v.title, v.doc_kind, v.authority, v.issuer, v.issuer_level, v.doc_no, \
         v.approved_on, v.published_on, v.effective_on, v.abolished_on, v.ended, v.end_learned_on, v.superseded_by, \
         v.trial, v.sample, v.topics, v.source_url, v.source_format, v.text_hash, v.article_count, v.ordinal, \
         v.successor, v.valid_to, v.report, v.imported_at"
    };
}
pub(super) use columns;

pub(super) const OF_REGULATION: &str =
    concat!("select ", columns!(), " from regulation_version v where v.regulation_id = $1 order by v.ordinal");
const BY_LABEL: &str =
    concat!("select ", columns!(), " from regulation_version v where v.regulation_id = $1 and v.label = $2");
const UPSERT: &str = "insert into regulation_version (id, regulation_id, label, title, doc_kind, authority, issuer, \
     issuer_level, doc_no, approved_on, published_on, effective_on, abolished_on, ended, end_learned_on, \
     superseded_by, trial, sample, topics, source_url, source_format, text_hash, article_count, ordinal, successor, \
     valid_to, report, imported_at) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
     $23, $24, $25, $26, $27, $28) \
     on conflict (id) do update set title = excluded.title, doc_kind = excluded.doc_kind, \
     authority = excluded.authority, issuer = excluded.issuer, issuer_level = excluded.issuer_level, \
     doc_no = excluded.doc_no, approved_on = excluded.approved_on, published_on = excluded.published_on, \
     effective_on = excluded.effective_on, abolished_on = excluded.abolished_on, ended = excluded.ended, \
     end_learned_on = excluded.end_learned_on, superseded_by = excluded.superseded_by, trial = excluded.trial, \
     sample = excluded.sample, topics = excluded.topics, source_url = excluded.source_url, \
     source_format = excluded.source_format, text_hash = excluded.text_hash, \
     article_count = excluded.article_count, ordinal = excluded.ordinal, successor = excluded.successor, \
     valid_to = excluded.valid_to, report = excluded.report, imported_at = excluded.imported_at";

/// A row of `regulation_version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
pub struct VersionRow {
    /// `<regulation id>@<label>`
    pub id: String,
    /// The regulation, the same for all its versions.
    pub regulation_id: String,
    /// Which version, e.g. `2026`.
    pub label: String,
    /// Full title, without 《》.
    pub title: String,
    /// Regulation, normative document …
    #[sqlx(try_from = "String")]
    pub doc_kind: DocKind,
    /// Rank.
    #[sqlx(try_from = "String")]
    pub authority: Authority,
    /// Who made it.
    pub issuer: Option<String>,
    /// 中央, 中央纪委, 党中央工作机关, 省级党委 …
    pub issuer_level: Option<String>,
    /// Document number.
    pub doc_no: Option<String>,
    /// Day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// First day on which it holds; `None`: unknown.
    pub effective_on: Option<NaiveDate>,
    /// First day on which it no longer holds, as the source states it; see [`VersionRow::valid_to`].
    pub abolished_on: Option<NaiveDate>,
    /// Known to hold no more, though the day may be unknown.
    pub ended: bool,
    /// Day of the import that first said `ended`.
    pub end_learned_on: Option<NaiveDate>,
    /// What took its place, in words.
    pub superseded_by: Option<String>,
    /// 试行
    pub trial: bool,
    /// A model regulation written for demonstration (示例).
    pub sample: bool,
    /// Topics, codes of `domain/05` §5.0.
    #[sqlx(json)]
    pub topics: Vec<String>,
    /// Where it was published.
    pub source_url: Option<String>,
    /// `md`, `txt`, `html`, `docx` or `pdf`.
    pub source_format: String,
    /// SHA-256 over the nodes; equal means equal text, cut the same way.
    pub text_hash: String,
    /// Number of articles (条).
    pub article_count: i64,
    /// Place among the versions of its regulation, 0 the oldest.
    pub ordinal: i64,
    /// Label of the version after it.
    pub successor: Option<String>,
    /// First day on which it no longer holds: see [`timeline::arrange`]. `None`: none known.
    pub valid_to: Option<NaiveDate>,
    /// What the import noticed.
    #[sqlx(json)]
    pub report: Report,
    /// When this text was last written.
    pub imported_at: DateTime<Utc>,
}

impl VersionRow {
    /// What is known of the version, without its place in the regulation's history.
    pub fn meta(&self, aliases: Vec<String>) -> Meta {
        let it = self.clone();
        Meta {
            title: it.title,
            aliases,
            label: it.label,
            doc_kind: it.doc_kind,
            authority: it.authority,
            issuer: it.issuer,
            issuer_level: it.issuer_level,
            doc_no: it.doc_no,
            approved_on: it.approved_on,
            published_on: it.published_on,
            effective_on: it.effective_on,
            abolished_on: it.abolished_on,
            ended: it.ended,
            superseded_by: it.superseded_by,
            trial: it.trial,
            sample: it.sample,
            topics: it.topics,
            source_url: it.source_url,
        }
    }
}

/// All versions of a regulation, the oldest first; none for an unknown id.
pub async fn versions(store: &Store, regulation_id: &str) -> Result<Vec<VersionRow>> {
    Ok(store.db.fetch_all(OF_REGULATION, vec![regulation_id.into()]).await?)
}

/// The version with this label.
pub async fn by_version(store: &Store, regulation_id: &str, label: &str) -> Result<Option<VersionRow>> {
    Ok(store.db.fetch_optional(BY_LABEL, vec![regulation_id.into(), label.into()]).await?)
}

/// The version in force on `day`: the last one that is effective; failing that the last one of which
/// nobody knows (its effect then is [`Effect::Unknown`]: say so); else `None`.
pub async fn in_force(store: &Store, regulation_id: &str, day: NaiveDate) -> Result<Option<VersionRow>> {
    let versions = versions(store, regulation_id).await?;
    let last = |wanted| versions.iter().rfind(|it| timeline::effect(it, day) == wanted).cloned();
    Ok(last(Effect::Effective).or_else(|| last(Effect::Unknown)))
}

/// Writes a version, new or changed.
pub(super) async fn upsert(tx: &mut store::Tx, row: &VersionRow) -> Result<()> {
    tx.execute(UPSERT, values(row)?).await?;
    Ok(())
}

fn values(it: &VersionRow) -> Result<Vec<Value>> {
    let it = it.clone();
    Ok(vec![
        it.id.into(),
        it.regulation_id.into(),
        it.label.into(),
        it.title.into(),
        it.doc_kind.code().into(),
        it.authority.code().into(),
        it.issuer.into(),
        it.issuer_level.into(),
        it.doc_no.into(),
        it.approved_on.into(),
        it.published_on.into(),
        it.effective_on.into(),
        it.abolished_on.into(),
        it.ended.into(),
        it.end_learned_on.into(),
        it.superseded_by.into(),
        it.trial.into(),
        it.sample.into(),
        crate::error::json(&it.topics)?,
        it.source_url.into(),
        it.source_format.into(),
        it.text_hash.into(),
        it.article_count.into(),
        it.ordinal.into(),
        it.successor.into(),
        it.valid_to.into(),
        crate::error::json(&it.report)?,
        it.imported_at.into(),
    ])
}

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[OF_REGULATION, BY_LABEL, UPSERT];
