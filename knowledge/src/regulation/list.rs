//! The reader's list of regulations: filters, pages and the counts beside the filters.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::{Keys, Store, Value};
use utoipa::ToSchema;

use super::{
    address::Address,
    model::{Authority, DocKind, Node},
    timeline::{self, effect_sql},
    version::{self, VersionRow},
};
use crate::{answer::model::Effect, error::Result};

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

/// The order of the list: `$16` is the code of a [`Sort`].
macro_rules! order {
    () => {
        "case when $16 = 'title' then v.title end, case when $16 = 'newest' then 0 else c.weight end, \
         c.first desc, v.id"
    };
}

/// One word of the query: in the words of the version or in a short name of the regulation. A word
/// that is not given is looked at first, so that the long texts aren't read for it.
macro_rules! word {
    ($place:literal) => {
        concat!(
            "and (cast(",
            $place,
            " as text) is null or w.words like ",
            $place,
            " escape '\\' \
             or lower(cast(g.aliases as text)) like ",
            $place,
            " escape '\\') "
        )
    };
}

const LIST: &str = concat!(
    ranked!(),
    ", chosen as (select c.id, c.weight, c.first, count(*) over () as total \
     from ranked c join regulation_version v on v.id = c.id join regulation g on g.id = v.regulation_id \
     join regulation_words w on w.version_id = v.id \
     where (c.effect = $2 or ($2 is null and c.place = 1)) \
     and (v.doc_kind = $3 or $3 is null) and (v.authority = $4 or $4 is null) \
     and (lower(v.issuer) like $5 escape '\\' or $5 is null) and (v.issuer_level = $6 or $6 is null) \
     and (coalesce(v.published_on, v.effective_on) >= $7 or $7 is null) \
     and (coalesce(v.published_on, v.effective_on) < $8 or $8 is null) \
     and (cast(v.topics as text) like $9 escape '\\' or $9 is null) ",
    word!("$10"),
    word!("$11"),
    word!("$12"),
    word!("$13"),
    word!("$14"),
    "order by ",
    order!(),
    " limit $15 offset $17) select ",
    version::columns!(),
    ", g.aliases, c.total, \
     (select count(*) from regulation_version x where x.regulation_id = v.regulation_id) as versions \
     from chosen c join regulation_version v on v.id = c.id join regulation g on g.id = v.regulation_id order by ",
    order!(),
);
const FACETS: &str = concat!(
    ranked!(),
    ", facet as (select v.doc_kind, v.authority, v.issuer, v.issuer_level, cast(v.topics as text) as topics, \
     substr(cast(coalesce(v.published_on, v.effective_on) as text), 1, 4) as year, r.effect, r.place \
     from ranked r join regulation_version v on v.id = r.id) \
     select 'doc_kind' as field, doc_kind as value, count(*) as n from facet where place = 1 group by doc_kind \
     union all select 'authority', authority, count(*) from facet where place = 1 group by authority \
     union all select 'issuer', issuer, count(*) from facet where place = 1 and issuer is not null group by issuer \
     union all select 'issuer_level', issuer_level, count(*) from facet \
     where place = 1 and issuer_level is not null group by issuer_level \
     union all select 'topics', topics, count(*) from facet where place = 1 group by topics \
     union all select 'year', year, count(*) from facet where place = 1 and year is not null group by year \
     union all select 'effect', effect, count(*) from facet group by effect"
);
/// Versions of one statement of [`hits`].
const AT_ONCE: usize = 20;
static HITS: LazyLock<Keys> = LazyLock::new(|| {
    Keys::new(
        "select version_id, address, full_text from provision where kind in ('article', 'preamble') and version_id in",
        AT_ONCE,
        "and (lower(full_text) like $21 escape '\\' or lower(full_text) like $22 escape '\\' \
         or lower(full_text) like $23 escape '\\' or lower(full_text) like $24 escape '\\' \
         or lower(full_text) like $25 escape '\\') order by version_id, seq",
    )
});

/// Words of a query that count; what follows them is left out.
pub const MAX_WORDS: usize = 5;

/// In which order the list stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By rank, the newest of a rank first.
    #[default]
    Rank,
    /// The newest first.
    Newest,
    /// By title.
    Title,
}

impl Sort {
    /// The code in SQL and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::Newest => "newest",
            Self::Title => "title",
        }
    }
}

/// What is asked of the list. Empty fields don't filter.
#[derive(Debug, Clone)]
pub struct ListFilter {
    /// Words, separated by white space, each of which stands in the title, a short name, the document
    /// number, the issuer's name or the text. The first [`MAX_WORDS`] count.
    pub q: Option<String>,
    /// Kind of document.
    pub doc_kind: Option<DocKind>,
    /// Rank.
    pub authority: Option<Authority>,
    /// Part of the name of who made it.
    pub issuer: Option<String>,
    /// 中央, 省级党委 …, exactly.
    pub issuer_level: Option<String>,
    /// All versions with this effect on [`ListFilter::as_of`]. `None`: one row for each regulation,
    /// the version that speaks for it on that day.
    pub effect: Option<Effect>,
    /// Year of publication, or of effect where that is unknown.
    pub year: Option<i32>,
    /// A topic's code.
    pub topic: Option<String>,
    /// The day asked about.
    pub as_of: NaiveDate,
    /// The order.
    pub sort: Sort,
    /// The page, from 1.
    pub page: u32,
    /// Rows on a page, 1 to 200.
    pub per_page: u32,
}

impl ListFilter {
    /// The first 20 regulations on `as_of`, unfiltered.
    pub fn on(as_of: NaiveDate) -> Self {
        Self {
            q: None,
            doc_kind: None,
            authority: None,
            issuer: None,
            issuer_level: None,
            effect: None,
            year: None,
            topic: None,
            as_of,
            sort: Sort::default(),
            page: 1,
            per_page: 20,
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
    /// Short names of the regulation.
    pub aliases: Vec<String>,
    /// How many versions of the regulation are known.
    pub versions: i64,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Listed>,
    /// Rows on all pages.
    pub total: u64,
}

/// An article in which a word of the query stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WordHit {
    /// The version it stands in.
    pub version_id: String,
    /// Which article, or the 总纲.
    pub address: Address,
    /// Its whole text.
    pub full_text: String,
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
    /// By level of the issuer.
    pub issuer_levels: BTreeMap<String, i64>,
    /// By topic.
    pub topics: BTreeMap<String, i64>,
    /// By year, see [`ListFilter::year`].
    pub years: BTreeMap<i32, i64>,
    /// By code of the effect.
    pub effects: BTreeMap<String, i64>,
}

#[derive(sqlx::FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    version: VersionRow,
    #[sqlx(json)]
    aliases: Vec<String>,
    total: i64,
    versions: i64,
}

#[derive(sqlx::FromRow)]
struct FacetRow {
    field: String,
    value: String,
    n: i64,
}

/// One page of the regulations that `filter` asks for, with the number of all. Filters, order, page
/// and number are the database's work: one statement.
pub async fn list(store: &Store, filter: &ListFilter) -> Result<Page> {
    let rows: Vec<ListRow> = store.db.fetch_all(LIST, args(filter)).await?;
    let Some(first) = rows.first() else {
        return past_the_end(store, filter).await;
    };
    let total = first.total as u64;
    let as_of = filter.as_of;
    let listed = |it: ListRow| Listed {
        effect: timeline::effect(&it.version, as_of),
        version: it.version,
        aliases: it.aliases,
        versions: it.versions,
    };
    Ok(Page { rows: rows.into_iter().map(listed).collect(), total })
}

/// A page without rows has nothing that could carry the number of all rows.
async fn past_the_end(store: &Store, filter: &ListFilter) -> Result<Page> {
    let mut total = 0;
    if filter.page > 1 {
        let first = ListFilter { page: 1, per_page: 1, ..filter.clone() };
        let rows: Vec<ListRow> = store.db.fetch_all(LIST, args(&first)).await?;
        total = rows.first().map_or(0, |it| it.total as u64);
    }
    Ok(Page { rows: Vec::new(), total })
}

/// The articles of `version_ids` in which a word of `q` stands, in the order of the text.
pub async fn hits(store: &Store, version_ids: &[String], q: &str) -> Result<Vec<WordHit>> {
    let mut found = Vec::new();
    for mut args in HITS.pages(version_ids) {
        args.extend(patterns(Some(q)));
        found.extend(store.db.fetch_all::<WordHit>(HITS.sql(), args).await?);
    }
    Ok(found)
}

/// The counts beside the filters on day `as_of`.
pub async fn facets(store: &Store, as_of: NaiveDate) -> Result<FacetCounts> {
    let rows: Vec<FacetRow> = store.db.fetch_all(FACETS, vec![as_of.into()]).await?;
    let mut counts = FacetCounts::default();
    for FacetRow { field, value, n } in rows {
        let of = match field.as_str() {
            "doc_kind" => &mut counts.doc_kinds,
            "authority" => &mut counts.authorities,
            "issuer" => &mut counts.issuers,
            "issuer_level" => &mut counts.issuer_levels,
            "effect" => &mut counts.effects,
            "year" => {
                if let Ok(year) = value.parse() {
                    counts.years.insert(year, n);
                }
                continue;
            }
            // A row for each combination of topics: few, so they are taken apart here.
            _ => {
                for topic in serde_json::from_str::<Vec<String>>(&value).unwrap_or_default() {
                    *counts.topics.entry(topic).or_default() += n;
                }
                continue;
            }
        };
        of.insert(value, n);
    }
    Ok(counts)
}

fn args(filter: &ListFilter) -> Vec<Value> {
    let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1);
    let per_page = filter.per_page.clamp(1, 200);
    let mut args: Vec<Value> = vec![
        filter.as_of.into(),
        filter.effect.map(timeline::effect_code).into(),
        filter.doc_kind.map(DocKind::code).into(),
        filter.authority.map(Authority::code).into(),
        filter.issuer.as_ref().map(|issuer| pattern(issuer)).into(),
        filter.issuer_level.clone().into(),
        filter.year.and_then(first_of).into(),
        filter.year.and_then(|year| first_of(year.saturating_add(1))).into(),
        filter.topic.as_ref().map(|topic| store::like(&format!("\"{topic}\""))).into(),
    ];
    args.extend(patterns(filter.q.as_deref()));
    args.push(i64::from(per_page).into());
    args.push(filter.sort.code().into());
    args.push((i64::from(filter.page.max(1) - 1) * i64::from(per_page)).into());
    args
}

/// The patterns of the words of `q`, filled up with nulls.
fn patterns(q: Option<&str>) -> Vec<Value> {
    let mut words: Vec<Option<String>> =
        q.unwrap_or_default().split_whitespace().take(MAX_WORDS).map(|word| Some(pattern(word))).collect();
    words.resize(MAX_WORDS, None);
    words.into_iter().map(Value::from).collect()
}

fn pattern(word: &str) -> String {
    store::like(&word.trim().to_lowercase())
}

/// What [`LIST`] searches: title, document number and issuer, then the text without white space, all
/// in lower case. A line break keeps a word from running from one into the next.
pub(super) fn searched(version: &VersionRow, nodes: &[Node]) -> String {
    let head = [Some(&version.title), version.doc_no.as_ref(), version.issuer.as_ref()];
    let mut words = head.into_iter().flatten().fold(String::new(), |words, it| words + it + "\n");
    words.extend(nodes.iter().flat_map(|it| it.own_text.chars()).filter(|c| !c.is_whitespace()));
    words.to_lowercase()
}

/// Every statement of this module.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    vec![LIST, FACETS, HITS.sql()]
}
