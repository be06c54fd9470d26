//! Saves one version of a regulation: whole, or not at all.

use std::{collections::HashSet, sync::LazyLock};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Rows, Store, Tx, Value};
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;

use super::{
    address::Address,
    list,
    model::{Draft, Node, NodeKind},
    timeline,
    version::{self, VersionRow},
};
use crate::{
    chunk::{derive, write},
    error::{Error, Result, json},
};

const REGULATION: &str = "select aliases from regulation where id = $1";
const UPSERT_REGULATION: &str = "insert into regulation (id, title, aliases, created_at) values ($1, $2, $3, $4) \
     on conflict (id) do update set title = excluded.title, aliases = excluded.aliases";
const PLACE: &str = "update regulation_version set ordinal = $2, successor = $3, valid_to = $4 where id = $1";
const WORDS: &str = "insert into regulation_words (version_id, words) values ($1, $2) \
     on conflict (version_id) do update set words = excluded.words";
const DELETE_PROVISIONS: &str = "delete from provision where version_id = $1";
static INSERT_PROVISIONS: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into provision (version_id, seq, kind, address, parent, label, heading, own_text, full_text) values",
        9,
        50,
        "",
    )
});

/// What saving did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The regulation was not there before.
    Created,
    /// Everything was there already: nothing was written.
    Unchanged,
    /// This version was there with other words or other metadata.
    Updated,
    /// The regulation was there, this version was not.
    NewVersion,
}

/// The result of [`save`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Saved {
    /// The same for every version of one regulation.
    pub regulation_id: String,
    /// `<regulation id>@<label>`
    pub version_id: String,
    /// What was done.
    pub outcome: Outcome,
    /// Label of the version whose validity now ends where this one's begins.
    pub closed: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Regulation {
    #[sqlx(json)]
    aliases: Vec<String>,
}

/// The id of the regulation with this title: `r` and ten hexadecimal digits of the SHA-256 of the
/// normalised title, so that permalinks survive a re-import. Book marks, spaces and a closing
/// （试行） or （2026年修订） don't count: they come and go with versions.
pub fn id_of_title(title: &str) -> String {
    let plain: String = title.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '《' | '》')).collect();
    let mut name = plain.as_str();
    while let Some((front, note)) = name.strip_suffix(')').and_then(|it| it.rsplit_once('(')) {
        let about_version = note == "试行" || note.ends_with("修订") || note.ends_with("修正") || note.ends_with("版");
        if !about_version || front.is_empty() {
            break;
        }
        name = front;
    }
    format!("r{}", &hex::encode(Sha256::digest(name))[..10])
}

/// Saves `draft` in one transaction: regulation, version, provisions, passages, change log, and the
/// validity of the other versions of the same regulation. A draft that was saved before writes
/// nothing at all.
pub async fn save(store: &Store, draft: &Draft) -> Result<Saved> {
    check(draft)?;
    let mut row = row_of(draft, store.clock.now(), store.clock.today());
    let (regulation_id, version_id) = (row.regulation_id.clone(), row.id.clone());
    let mut tx = store.db.begin().await?;
    // First of all, so that two imports of one regulation can't arrange its versions at once.
    tx.lock_change_log().await?;
    let regulation: Option<Regulation> = tx.fetch_optional(REGULATION, vec![regulation_id.as_str().into()]).await?;
    let stored: Vec<VersionRow> = tx.fetch_all(version::OF_REGULATION, vec![regulation_id.as_str().into()]).await?;
    let old = stored.iter().find(|it| it.id == version_id);
    keep_history(&mut row, old);
    let aliases = merged_aliases(regulation.as_ref(), draft);
    let known_aliases = regulation.as_ref().is_some_and(|it| it.aliases == aliases);
    if known_aliases && old.is_some_and(|old| same_but_for_time(old, &row)) {
        return Ok(Saved { regulation_id, version_id, outcome: Outcome::Unchanged, closed: None });
    }
    let mut versions: Vec<_> = stored.iter().filter(|it| it.id != version_id).cloned().collect();
    versions.push(row);
    timeline::arrange(&mut versions);
    save_regulation(&mut tx, store, &versions, &regulation_id, &aliases).await?;
    if let Some(version) = versions.iter().find(|it| it.id == version_id) {
        save_text(&mut tx, version, draft, old).await?;
    }
    let closed = move_others(&mut tx, &versions, &stored, &version_id, draft.meta.effective_on).await?;
    tx.commit().await?;
    let outcome = match (old, regulation) {
        (Some(_), _) => Outcome::Updated,
        (None, Some(_)) => Outcome::NewVersion,
        (None, None) => Outcome::Created,
    };
    Ok(Saved { regulation_id, version_id, outcome, closed })
}

/// What would break an invariant later is refused before anything is written.
fn check(draft: &Draft) -> Result<()> {
    let meta = &draft.meta;
    if meta.title.trim().is_empty() {
        return Err(Error::NoTitle);
    }
    let fits = (1..=40).contains(&meta.label.len());
    if !fits || !meta.label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Error::BadLabel(meta.label.clone()));
    }
    if draft.nodes.iter().all(|it| it.own_text.trim().is_empty()) {
        return Err(Error::NoText(meta.title.clone()));
    }
    if meta.abolished_on.is_some_and(|end| meta.effective_on.is_some_and(|first| end < first)) {
        return Err(Error::DatesReversed(meta.title.clone()));
    }
    let mut seen = HashSet::new();
    match draft.nodes.iter().find(|it| !seen.insert(&it.address)) {
        Some(twin) => Err(Error::DuplicateAddress { title: meta.title.clone(), label: twin.address.label() }),
        None => Ok(()),
    }
}

/// The row that `draft` makes, before its place among other versions is known.
pub(super) fn row_of(draft: &Draft, now: DateTime<Utc>, today: NaiveDate) -> VersionRow {
    let meta = draft.meta.clone();
    let regulation_id = id_of_title(&meta.title);
    VersionRow {
        id: format!("{regulation_id}@{}", meta.label),
        regulation_id,
        label: meta.label,
        title: meta.title,
        doc_kind: meta.doc_kind,
        authority: meta.authority,
        issuer: meta.issuer,
        issuer_level: meta.issuer_level,
        doc_no: meta.doc_no,
        approved_on: meta.approved_on,
        published_on: meta.published_on,
        effective_on: meta.effective_on,
        abolished_on: meta.abolished_on,
        ended: meta.ended,
        end_learned_on: meta.ended.then_some(today),
        superseded_by: meta.superseded_by,
        trial: meta.trial,
        sample: meta.sample,
        topics: meta.topics,
        source_url: meta.source_url,
        source_format: draft.source_format.clone(),
        text_hash: text_hash(&draft.nodes),
        article_count: draft.nodes.iter().filter(|it| it.kind == NodeKind::Article).count() as i64,
        ordinal: 0,
        successor: None,
        valid_to: None,
        report: draft.report.clone(),
        imported_at: now,
    }
}

/// SHA-256 over every node's kind, address and words, and the way passages are derived.
fn text_hash(nodes: &[Node]) -> String {
    let mut hash = Sha256::new();
    hash.update(derive::METHOD);
    for node in nodes {
        for part in [node.kind.code(), node.address.as_str(), &node.heading, &node.own_text] {
            hash.update([0]);
            hash.update(part);
        }
    }
    hex::encode(hash.finalize())
}

/// What an earlier import knew and this one must not lose: the day on which the end became known.
fn keep_history(row: &mut VersionRow, old: Option<&VersionRow>) {
    if let Some(learned) = old.and_then(|it| it.end_learned_on).filter(|_| row.ended) {
        row.end_learned_on = Some(learned);
    }
}

/// Whether `new` would write what is there already. Its place in time isn't known yet.
fn same_but_for_time(old: &VersionRow, new: &VersionRow) -> bool {
    let placed = VersionRow {
        ordinal: old.ordinal,
        successor: old.successor.clone(),
        valid_to: old.valid_to,
        imported_at: old.imported_at,
        ..new.clone()
    };
    *old == placed
}

/// Aliases belong to the regulation: a version adds to them.
fn merged_aliases(regulation: Option<&Regulation>, draft: &Draft) -> Vec<String> {
    let mut aliases = regulation.map(|it| it.aliases.clone()).unwrap_or_default();
    for alias in &draft.meta.aliases {
        if !aliases.contains(alias) {
            aliases.push(alias.clone());
        }
    }
    aliases
}

/// The regulation bears the title of its newest version.
async fn save_regulation(
    tx: &mut Tx,
    store: &Store,
    versions: &[VersionRow],
    id: &str,
    aliases: &[String],
) -> Result<()> {
    let title = versions.last().map(|it| it.title.clone()).unwrap_or_default();
    let args = vec![id.into(), title.into(), json(&aliases)?, store.clock.now().into()];
    tx.execute(UPSERT_REGULATION, args).await?;
    Ok(())
}

/// Writes the version itself, its provisions where they changed, and its passages.
async fn save_text(tx: &mut Tx, row: &VersionRow, draft: &Draft, old: Option<&VersionRow>) -> Result<()> {
    version::upsert(tx, row).await?;
    tx.execute(WORDS, vec![row.id.as_str().into(), list::searched(row, &draft.nodes).into()]).await?;
    if old.is_none_or(|old| old.text_hash != row.text_hash) {
        tx.execute(DELETE_PROVISIONS, vec![row.id.as_str().into()]).await?;
        let rows = (0..).zip(&draft.nodes).map(|(seq, node)| provision_values(&row.id, seq, node)).collect();
        INSERT_PROVISIONS.execute(tx, rows).await?;
    }
    let source = derive::Source {
        id: &row.id,
        title: &row.title,
        authority: row.authority,
        doc_kind: row.doc_kind,
        valid_from: row.effective_on,
        valid_to: row.valid_to,
    };
    write::replace(tx, std::slice::from_ref(&row.id), derive::provisions(&source, &draft.nodes)).await?;
    Ok(())
}

/// Gives the other versions their new places; the label of the one that now ends on `first_day`.
async fn move_others(
    tx: &mut Tx,
    versions: &[VersionRow],
    stored: &[VersionRow],
    saved: &str,
    first_day: Option<NaiveDate>,
) -> Result<Option<String>> {
    let mut closed = None;
    for version in versions.iter().filter(|it| it.id != saved) {
        let before = stored.iter().find(|it| it.id == version.id);
        let moved = move_in_time(tx, version, before).await?;
        if moved && first_day.is_some() && version.valid_to == first_day {
            closed = Some(version.label.clone());
        }
    }
    Ok(closed)
}

/// Gives another version its new place; true when its validity ends elsewhere than before.
async fn move_in_time(tx: &mut Tx, version: &VersionRow, before: Option<&VersionRow>) -> Result<bool> {
    if before == Some(version) {
        return Ok(false);
    }
    let (id, end) = (version.id.as_str(), version.valid_to);
    tx.execute(PLACE, vec![id.into(), version.ordinal.into(), version.successor.clone().into(), end.into()]).await?;
    write::close(tx, id, end).await?;
    Ok(before.is_none_or(|it| it.valid_to != end))
}

fn provision_values(version_id: &str, seq: i64, node: &Node) -> Vec<Value> {
    vec![
        version_id.into(),
        seq.into(),
        node.kind.code().into(),
        node.address.as_str().into(),
        node.parent.as_ref().map(Address::as_str).into(),
        node.address.label().into(),
        node.heading.as_str().into(),
        node.own_text.as_str().into(),
        node.full_text.as_str().into(),
    ]
}

/// Every statement of this module.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    [REGULATION, UPSERT_REGULATION, PLACE, WORDS, DELETE_PROVISIONS]
        .into_iter()
        .chain(INSERT_PROVISIONS.statements())
        .collect()
}
