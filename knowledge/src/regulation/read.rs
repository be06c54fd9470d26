//! The text of a version, and the directory of all regulations.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use store::{Keys, Store};
use utoipa::ToSchema;

use super::{address::Address, model::NodeKind};
use crate::error::Result;

const TREE: &str = "select version_id, seq, kind, address, parent, label, heading, own_text, full_text \
     from provision where version_id = $1 order by seq";
const PROVISION: &str = "select version_id, seq, kind, address, parent, label, heading, own_text, full_text \
     from provision where version_id = $1 and address = $2";
const ALIASES: &str = "select aliases from regulation where id = $1";
static ADDRESSES: LazyLock<Keys> =
    LazyLock::new(|| Keys::new("select version_id, address from provision where version_id in", 20, ""));
const DIRECTORY: &str = "select g.id as regulation_id, g.title, g.aliases, v.id as version_id, v.label, \
     v.title as version_title, v.effective_on, v.valid_to \
     from regulation g join regulation_version v on v.regulation_id = g.id order by g.id, v.ordinal";

/// A row of `provision`: one node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ProvisionRow {
    /// The version it stands in.
    pub version_id: String,
    /// Order in the text.
    pub seq: i64,
    /// What it is.
    #[sqlx(try_from = "String")]
    pub kind: NodeKind,
    /// Where it is.
    pub address: Address,
    /// The node above, if any.
    pub parent: Option<Address>,
    /// The address in Chinese, e.g. 第十三条第一款.
    pub label: String,
    /// Heading of a part, chapter, section or attachment; else empty.
    pub heading: String,
    /// The characters of this node alone, line breaks included.
    pub own_text: String,
    /// This node and everything below it, trimmed.
    pub full_text: String,
}

/// One regulation of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Its id.
    pub regulation_id: String,
    /// Title of its newest version, without 《》.
    pub title: String,
    /// Short names.
    pub aliases: Vec<String>,
    /// Its versions, the oldest first.
    pub versions: Vec<DirectoryVersion>,
}

/// One version of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DirectoryVersion {
    /// `<regulation id>@<label>`, the `source_id` of its passages.
    pub version_id: String,
    /// Which version, e.g. `2026`.
    pub label: String,
    /// Its own title; it may differ from the regulation's, e.g. by （试行）.
    pub title: String,
    /// First day on which it holds; `None`: unknown.
    pub effective_on: Option<NaiveDate>,
    /// First day on which it no longer holds; `None`: none known.
    pub ended_on: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct DirectoryRow {
    regulation_id: String,
    title: String,
    #[sqlx(json)]
    aliases: Vec<String>,
    version_id: String,
    label: String,
    version_title: String,
    effective_on: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

#[derive(sqlx::FromRow)]
struct Aliases {
    #[sqlx(json)]
    aliases: Vec<String>,
}

/// The whole text of a version as its nodes in order; empty for an unknown id.
pub async fn tree(store: &Store, version_id: &str) -> Result<Vec<ProvisionRow>> {
    Ok(store.db.fetch_all(TREE, vec![version_id.into()]).await?)
}

/// One node of a version.
pub async fn provision(store: &Store, version_id: &str, address: &Address) -> Result<Option<ProvisionRow>> {
    Ok(store.db.fetch_optional(PROVISION, vec![version_id.into(), address.as_str().into()]).await?)
}

/// The short names of a regulation; none for an unknown id.
pub async fn aliases(store: &Store, regulation_id: &str) -> Result<Vec<String>> {
    let row: Option<Aliases> = store.db.fetch_optional(ALIASES, vec![regulation_id.into()]).await?;
    Ok(row.map(|it| it.aliases).unwrap_or_default())
}

/// Every address of each of these versions, by version.
pub async fn addresses(store: &Store, version_ids: &[String]) -> Result<HashMap<String, HashSet<Address>>> {
    let mut found: HashMap<String, HashSet<Address>> = HashMap::new();
    for args in ADDRESSES.pages(version_ids) {
        for (version, address) in store.db.fetch_all::<(String, Address)>(ADDRESSES.sql(), args).await? {
            found.entry(version).or_default().insert(address);
        }
    }
    Ok(found)
}

/// Every regulation with its names and versions, by id: small enough to be held in memory for
/// address look-up.
pub async fn directory(store: &Store) -> Result<Vec<DirectoryEntry>> {
    let rows: Vec<DirectoryRow> = store.db.fetch_all(DIRECTORY, vec![]).await?;
    let mut entries: Vec<DirectoryEntry> = Vec::new();
    for row in rows {
        let version = DirectoryVersion {
            version_id: row.version_id,
            label: row.label,
            title: row.version_title,
            effective_on: row.effective_on,
            ended_on: row.valid_to,
        };
        match entries.last_mut() {
            Some(entry) if entry.regulation_id == row.regulation_id => entry.versions.push(version),
            _ => entries.push(DirectoryEntry {
                regulation_id: row.regulation_id,
                title: row.title,
                aliases: row.aliases,
                versions: vec![version],
            }),
        }
    }
    Ok(entries)
}

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[TREE, PROVISION, DIRECTORY, ALIASES];

/// Statements with lists of keys.
#[cfg(test)]
pub(super) fn keys() -> Vec<&'static str> {
    vec![ADDRESSES.sql()]
}
