//! The reader's list of regulations: filters, pages and the counts beside the filters.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::{Store, Value};
use utoipa::ToSchema;

use super::{
    model::{Authority, DocKind},
    timeline::{self, effect_sql},
    version::{self, VersionRow},
};
use crate::{
    answer::model::Effect,
    error::{Error, Result},
};

/// Every version with its effect on day `$1`; `place` 1 is the version that speaks for its
/// regulation on that day: in force, else unknown, else the last that ended, else a coming one.
macro_rules! ranked {
    () => {
        concat!(
            "with dated as (select v.id, v.regulation_id, v.ordinal, coalesce(v.effective_on, '0001-01-01') as first, \
             case v.authority when 'constitution' then 0 when 'code' then 1 when 'ordinance' then 2 \
             when 'provisions' then 3 when 'measures' then 4 when 'rules' then 5 when 'detailed_rules' then 6 \
             when 'normative' then 7 when 'qa' then 8 when 'interpretation' then 9 else 10 end as weight, ",
            effect_sql!(),
            " from regulation_version v), \
             ranked as (select id, effect, first, weight, row_number() over (partition by regulation_id order by \
             case effect when 'effective' then 0 when 'unknown' then 1 when 'not_yet' then 3 else 2 end, \
             ordinal desc) as place from dated) "
        )
    };
}

const LIST: &str = concat!(
    ranked!(),
    "select ",
    version::columns!(),
    " from ranked r join regulation_version v on v.id = r.id join regulation g on g.id = v.regulation_id \
     where (r.effect = $2 or ($2 is null and r.place = 1)) \
     and (v.doc_kind = $3 or $3 is null) and (v.authority = $4 or $4 is null) and (v.issuer = $5 or $5 is null) \
     and (coalesce(v.published_on, v.effective_on) >= $6 or $6 is null) \
     and (coalesce(v.published_on, v.effective_on) < $7 or $7 is null) \
     and (cast(v.topics as text) like $8 escape '\\' or $8 is null) \
     and (lower(v.title) like $9 escape '\\' or lower(cast(g.aliases as text)) like $9 escape '\\' \
     or lower(v.doc_no) like $9 escape '\\' or $9 is null) \
     and (r.weight > $10 or (r.weight = $10 and (r.first < $11 or (r.first = $11 and v.id > $12))) or $10 is null) \
     order by r.weight, r.first desc, v.id limit $13"
);
const FACETS: &str = concat!(
    ranked!(),
    "select v.doc_kind, v.authority, v.issuer, v.topics, coalesce(v.published_on, v.effective_on) as dated, \
     r.effect, r.place from ranked r join regulation_version v on v.id = r.id"
);

/// What is asked of the list. Empty fields don't filter.
#[derive(Debug, Clone)]
pub struct ListFilter {
    /// Words of the title, a short name or the document number.
    pub q: Option<String>,
    /// Kind of document.
    pub doc_kind: Option<DocKind>,
    /// Rank.
    pub authority: Option<Authority>,
    /// Who made it, exactly.
    pub issuer: Option<String>,
    /// All versions with this effect on [`ListFilter::as_of`]. `None`: one row for each regulation,
    /// the version that speaks for it on that day.
    pub effect: Option<Effect>,
    /// Year of publication, or of effect where that is unknown.
    pub year: Option<i32>,
    /// A topic's code.
    pub topic: Option<String>,
    /// The day asked about.
    pub as_of: NaiveDate,
    /// Where the page before ended: [`Page::next`].
    pub after: Option<String>,
    /// Rows on a page, 1 to 200.
    pub limit: i64,
}

impl ListFilter {
    /// The first 20 regulations on `as_of`, unfiltered.
    pub fn on(as_of: NaiveDate) -> Self {
        Self {
            q: None,
            doc_kind: None,
            authority: None,
            issuer: None,
            effect: None,
            year: None,
            topic: None,
            as_of,
            after: None,
            limit: 20,
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listed {
    /// The version.
    pub version: VersionRow,
    /// Its effect on the day asked about.
    pub effect: Effect,
}

/// One page of the list, by rank, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// Key of the next page; `None` on the last.
    pub next: Option<String>,
}

/// How many regulations stand behind each choice of a filter; effects count versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetCounts {
    /// By code of the kind of document.
    pub doc_kinds: BTreeMap<String, i64>,
    /// By code of the rank.
    pub authorities: BTreeMap<String, i64>,
    /// By issuer.
    pub issuers: BTreeMap<String, i64>,
    /// By topic.
    pub topics: BTreeMap<String, i64>,
    /// By year, see [`ListFilter::year`].
    pub years: BTreeMap<i32, i64>,
    /// By code of the effect.
    pub effects: BTreeMap<String, i64>,
}

#[derive(sqlx::FromRow)]
struct FacetRow {
    doc_kind: String,
    authority: String,
    issuer: Option<String>,
    #[sqlx(json)]
    topics: Vec<String>,
    dated: Option<NaiveDate>,
    effect: String,
    place: i64,
}

/// One page of the regulations that `filter` asks for.
pub async fn list(store: &Store, filter: &ListFilter) -> Result<Page> {
    let limit = filter.limit.clamp(1, 200);
    let mut versions: Vec<VersionRow> = store.db.fetch_all(LIST, args(filter, limit + 1)?).await?;
    let more = versions.len() as i64 > limit;
    versions.truncate(limit as usize);
    let next = versions.last().filter(|_| more).map(page_key);
    let as_of = filter.as_of;
    let rows = versions.into_iter().map(|it| Listed { effect: timeline::effect(&it, as_of), version: it }).collect();
    Ok(Page { rows, next })
}

/// The counts beside the filters on day `as_of`.
pub async fn facets(store: &Store, as_of: NaiveDate) -> Result<FacetCounts> {
    use chrono::Datelike as _;
    let rows: Vec<FacetRow> = store.db.fetch_all(FACETS, vec![as_of.into()]).await?;
    let mut counts = FacetCounts::default();
    for row in rows {
        *counts.effects.entry(row.effect).or_default() += 1;
        if row.place != 1 {
            continue;
        }
        *counts.doc_kinds.entry(row.doc_kind).or_default() += 1;
        *counts.authorities.entry(row.authority).or_default() += 1;
        if let Some(issuer) = row.issuer {
            *counts.issuers.entry(issuer).or_default() += 1;
        }
        for topic in row.topics {
            *counts.topics.entry(topic).or_default() += 1;
        }
        if let Some(day) = row.dated {
            *counts.years.entry(day.year()).or_default() += 1;
        }
    }
    Ok(counts)
}

fn args(filter: &ListFilter, limit: i64) -> Result<Vec<Value>> {
    let key = filter.after.as_deref().map(read_page_key).transpose()?;
    let (weight, first, id) =
        key.map_or((None, None, None), |(weight, first, id)| (Some(weight), Some(first), Some(id)));
    let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
    Ok(vec![
        filter.as_of.into(),
        filter.effect.map(timeline::effect_code).into(),
        filter.doc_kind.map(DocKind::code).into(),
        filter.authority.map(Authority::code).into(),
        filter.issuer.clone().into(),
        filter.year.and_then(first_of).into(),
        filter.year.and_then(|year| first_of(year.saturating_add(1))).into(),
        filter.topic.as_ref().map(|topic| format!("%\"{}\"%", escaped(topic))).into(),
        filter.q.as_ref().map(|q| format!("%{}%", escaped(&q.trim().to_lowercase()))).into(),
        weight.into(),
        first.into(),
        id.into(),
        limit.into(),
    ])
}

/// `text` with the signs that `like` knows made harmless.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn page_key(last: &VersionRow) -> String {
    let weight = Authority::ALL.iter().position(|it| *it == last.authority).unwrap_or_default();
    format!("{weight}.{}.{}", last.effective_on.unwrap_or(unknown_day()), last.id)
}

fn read_page_key(key: &str) -> Result<(i64, NaiveDate, String)> {
    let read = || {
        let mut parts = key.splitn(3, '.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
    };
    read().ok_or_else(|| Error::BadPageKey(key.to_owned()))
}

/// Where versions without a first day are sorted: 0001-01-01, as in the statement.
fn unknown_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()
}

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[LIST, FACETS];
