//! Passages out of SQL: for answers, for the indexes, for neighbours.

use std::{collections::HashMap, sync::LazyLock};

use chrono::NaiveDate;
use store::{Keys, Store};

use super::{Chunk, ChunkKind, Key, id_of, key_of};
use crate::{
    error::{Error, Result},
    regulation::{Address, Authority, DocKind},
};

/// The columns of a passage, from `chunk c`.
macro_rules! columns {
    () => {
        "c.id, c.kind, c.source_id, c.address, c.seq, c.title, c.text, c.authority, c.doc_kind, c.audience, c.region, \
         c.valid_from, c.valid_to"
    };
}

const LOAD: &str = concat!(
    "select ",
    columns!(),
    ", v.regulation_id, v.label as version, v.title as regulation_title, v.sample \
     from chunk c left join regulation_version v on v.id = c.source_id \
     where c.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
     $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)"
);
const LOAD_COUNT: usize = 32;
const STREAM: &str = concat!("select ", columns!(), " from chunk c where c.id > $1 order by c.id limit $2");
const COUNT: &str = "select count(*) from chunk";
const SIBLINGS: &str = concat!(
    "select ",
    columns!(),
    " from chunk c where c.source_id = $1 and c.seq >= $2 and c.seq <= $3 order by c.seq, c.id"
);
const AT: &str = concat!(
    "select ",
    columns!(),
    " from provision t join provision p on p.version_id = t.version_id and p.seq <= t.seq \
     join chunk c on c.source_id = p.version_id and c.address = p.address \
     where t.version_id = $1 and t.address = $2 order by p.seq desc, c.seq limit 1"
);
const FROM: &str = concat!(
    "select ",
    columns!(),
    " from provision t join provision p on p.version_id = t.version_id and p.seq > t.seq \
     join chunk c on c.source_id = p.version_id and c.address = p.address \
     where t.version_id = $1 and t.address = $2 order by p.seq, c.seq limit 1"
);
static FOR_INDEX: LazyLock<Keys> =
    LazyLock::new(|| Keys::new(concat!("select ", columns!(), " from chunk c where c.id in"), 500, ""));

/// A row of `chunk`.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ChunkRow {
    id: String,
    #[sqlx(try_from = "String")]
    kind: ChunkKind,
    source_id: String,
    address: Option<Address>,
    seq: i64,
    title: String,
    text: String,
    #[sqlx(try_from = "String")]
    authority: Authority,
    #[sqlx(try_from = "String")]
    doc_kind: DocKind,
    audience: String,
    region: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

impl ChunkRow {
    pub(crate) fn into_chunk(self) -> Result<Chunk> {
        Ok(Chunk {
            key: key_of(&self.id).ok_or_else(|| Error::Corrupt(format!("chunk {}", self.id)))?,
            kind: self.kind,
            source_id: self.source_id,
            address: self.address,
            seq: self.seq,
            title: self.title,
            text: self.text,
            authority: self.authority,
            doc_kind: self.doc_kind,
            audience: self.audience,
            region: self.region,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
        })
    }
}

#[derive(sqlx::FromRow)]
struct LoadedRow {
    #[sqlx(flatten)]
    chunk: ChunkRow,
    regulation_id: Option<String>,
    version: Option<String>,
    regulation_title: Option<String>,
    sample: Option<bool>,
}

/// The regulation version that a passage stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Regulation id, for links.
    pub regulation_id: String,
    /// Version label, e.g. 2026.
    pub version: String,
    /// Title without 《》.
    pub title: String,
    /// A model regulation written for demonstration.
    pub sample: bool,
}

/// A passage with what an answer says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The passage.
    pub chunk: Chunk,
    /// `None` for a document: then [`Chunk::title`] is the document's.
    pub origin: Option<Origin>,
}

impl Loaded {
    /// Title of the regulation or document.
    pub fn title(&self) -> &str {
        self.origin.as_ref().map_or(&self.chunk.title, |it| &it.title)
    }

    /// 《X》第十三条第一款, or the document's title.
    pub fn label(&self) -> String {
        match (&self.origin, &self.chunk.address) {
            (Some(origin), Some(address)) => format!("《{}》{}", origin.title, address.label()),
            (Some(origin), None) => format!("《{}》", origin.title),
            (None, _) => self.chunk.title.clone(),
        }
    }
}

/// The passages with these keys, in their order; a key that is gone is left out. One statement for
/// each 32 keys: this is the hot path of every search.
pub async fn load(store: &Store, keys: &[Key]) -> Result<Vec<Loaded>> {
    let mut found: HashMap<Key, Loaded> = HashMap::with_capacity(keys.len());
    for page in keys.chunks(LOAD_COUNT) {
        let mut args: Vec<store::Value> = page.iter().map(|key| id_of(*key).into()).collect();
        args.resize(LOAD_COUNT, "".into());
        for row in store.db.fetch_all::<LoadedRow>(LOAD, args).await? {
            let loaded = into_loaded(row)?;
            found.insert(loaded.chunk.key, loaded);
        }
    }
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}

fn into_loaded(row: LoadedRow) -> Result<Loaded> {
    let origin = match (row.regulation_id, row.version, row.regulation_title, row.sample) {
        (Some(regulation_id), Some(version), Some(title), Some(sample)) => {
            Some(Origin { regulation_id, version, title, sample })
        }
        _ => None,
    };
    Ok(Loaded { chunk: row.chunk.into_chunk()?, origin })
}

/// How many passages there are.
pub async fn count(store: &Store) -> Result<u64> {
    let (count,): (i64,) = store.db.fetch_one(COUNT, vec![]).await?;
    Ok(count as u64)
}

/// Up to `limit` passages in the order of their ids, after `after` (`None`: from the first). For
/// rebuilding an index: what is written meanwhile is in the change log.
pub async fn stream_all(store: &Store, after: Option<Key>, limit: i64) -> Result<Vec<Chunk>> {
    let after = after.map(id_of).unwrap_or_default();
    chunks(store.db.fetch_all(STREAM, vec![after.into(), limit.into()]).await?)
}

/// The passages with these ids, in no particular order; ids that are gone are left out.
pub async fn load_for_index(store: &Store, ids: &[String]) -> Result<Vec<Chunk>> {
    let mut rows = Vec::with_capacity(ids.len());
    for args in FOR_INDEX.pages(ids) {
        rows.extend(store.db.fetch_all(FOR_INDEX.sql(), args).await?);
    }
    chunks(rows)
}

/// The passages of a source from `reach` before number `seq` to `reach` after it, itself included.
pub async fn siblings(store: &Store, source_id: &str, seq: i64, reach: i64) -> Result<Vec<Chunk>> {
    let args = vec![source_id.into(), (seq - reach).into(), (seq + reach).into()];
    chunks(store.db.fetch_all(SIBLINGS, args).await?)
}

/// The passage in which `address` of a version stands: for a 款 or 项 the article, or the part of a
/// long article; for a split article its first part; for a chapter its first passage. `None` when
/// the version has no such address.
pub async fn by_address(store: &Store, version_id: &str, address: &Address) -> Result<Option<Chunk>> {
    let args = vec![version_id.into(), address.as_str().into()];
    let before: Option<ChunkRow> = store.db.fetch_optional(AT, args.clone()).await?;
    if let Some(row) = before {
        let chunk = row.into_chunk()?;
        if chunk.address.as_ref().is_some_and(|it| holds(it, address)) {
            return Ok(Some(chunk));
        }
    }
    store.db.fetch_optional::<ChunkRow>(FROM, args).await?.map(ChunkRow::into_chunk).transpose()
}

/// Whether a passage that begins at or before `wanted` can reach it: passages never cross articles,
/// and outside articles each stands for itself and what is below it.
fn holds(begins: &Address, wanted: &Address) -> bool {
    match (begins.article_part(), wanted.article_part()) {
        // A part of an article begins below it: asked for the whole article, the answer is the first part.
        (Some(one), Some(other)) => one == other,
        (None, None) => {
            begins.contains(wanted) || begins.as_str().split('.').next() == wanted.as_str().split('.').next()
        }
        _ => false,
    }
}

fn chunks(rows: Vec<ChunkRow>) -> Result<Vec<Chunk>> {
    rows.into_iter().map(ChunkRow::into_chunk).collect()
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    vec![LOAD, STREAM, COUNT, SIBLINGS, AT, FROM, FOR_INDEX.sql()]
}
