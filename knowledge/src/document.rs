//! Documents that are not regulations: a corpus, articles, interpretations.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Keys, Rows, Store, Value};
use utoipa::ToSchema;

use crate::{
    chunk::{derive, split::Sizes, write},
    error::{Error, Result},
    regulation::{Authority, DocKind},
};

/// Documents of one transaction: small enough that nobody waits long for the writer.
const BATCH: usize = 1_000;
static HASHES: LazyLock<Keys> = LazyLock::new(|| Keys::new("select id, text_hash from document where id in", 500, ""));
static UPSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into document (id, title, body, kind, text_hash, imported_at) values",
        6,
        50,
        "on conflict (id) do update set title = excluded.title, body = excluded.body, kind = excluded.kind, \
         text_hash = excluded.text_hash, imported_at = excluded.imported_at",
    )
});

/// A document to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentDraft {
    /// Its id, the same at every import.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub text: String,
    /// Where it comes from, e.g. `corpus`.
    pub kind: String,
    /// Rank of what it says.
    pub authority: Authority,
    /// Kind of document.
    pub doc_kind: DocKind,
    /// How it is cut into passages.
    pub sizes: Sizes,
}

/// What [`save_many`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// Documents read.
    pub read: usize,
    /// New or changed ones, written.
    pub written: usize,
    /// Those that were there already.
    pub unchanged: usize,
    /// Those whose id came again within a batch: the last one counts.
    pub repeated: usize,
    /// Passages new or changed.
    pub chunks: usize,
}

/// Saves documents in transactions of 1,000 and calls `progress` after each commit. A document that
/// was saved before writes nothing; a crash leaves whole batches, and running again goes on.
pub async fn save_many(
    store: &Store,
    documents: impl Iterator<Item = DocumentDraft>,
    mut progress: impl FnMut(&Counts),
) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut documents = documents.peekable();
    while documents.peek().is_some() {
        let batch: Vec<DocumentDraft> = documents.by_ref().take(BATCH).collect();
        if let Some(at) = batch.iter().position(|it| it.id.trim().is_empty()) {
            return Err(Error::NoId(counts.read + at + 1));
        }
        save_batch(store, batch, &mut counts).await?;
        progress(&counts);
    }
    Ok(counts)
}

async fn save_batch(store: &Store, batch: Vec<DocumentDraft>, counts: &mut Counts) -> Result<()> {
    counts.read += batch.len();
    let (batch, repeated) = last_of_each(batch);
    counts.repeated += repeated;
    let ids: Vec<String> = batch.iter().map(|it| it.id.clone()).collect();
    let mut tx = store.db.begin().await?;
    // Before reading what is there, so that two imports can't both find it missing.
    tx.lock_change_log().await?;
    let mut stored: HashMap<String, String> = HashMap::new();
    for args in HASHES.pages(&ids) {
        stored.extend(tx.fetch_all::<(String, String)>(HASHES.sql(), args).await?);
    }
    let (mut rows, mut chunks, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
    for draft in batch {
        let hash = text_hash(&draft);
        match stored.get(&draft.id) {
            Some(old) if *old == hash => {
                counts.unchanged += 1;
                continue;
            }
            Some(_) => replaced.push(draft.id.clone()),
            None => {}
        }
        chunks.extend(derive::document(&source(&draft), &draft.text, draft.sizes));
        rows.push(values(draft, hash, store.clock.now()));
    }
    if rows.is_empty() {
        return Ok(());
    }
    counts.written += rows.len();
    UPSERT.execute(&mut tx, rows).await?;
    counts.chunks += write::replace(&mut tx, &replaced, chunks).await?.upserts;
    tx.commit().await?;
    Ok(())
}

/// One draft for each id, the last; and how many were dropped.
fn last_of_each(batch: Vec<DocumentDraft>) -> (Vec<DocumentDraft>, usize) {
    let mut last: HashMap<String, usize> = HashMap::with_capacity(batch.len());
    for (at, draft) in batch.iter().enumerate() {
        last.insert(draft.id.clone(), at);
    }
    let all = batch.len();
    let kept: Vec<_> = batch.into_iter().enumerate().filter(|(at, it)| last[&it.id] == *at).map(|(_, it)| it).collect();
    let repeated = all - kept.len();
    (kept, repeated)
}

fn source(it: &DocumentDraft) -> derive::Source<'_> {
    derive::Source {
        id: &it.id,
        title: &it.title,
        authority: it.authority,
        doc_kind: it.doc_kind,
        valid_from: None,
        valid_to: None,
    }
}

/// SHA-256 over everything that a document's passages are made from.
fn text_hash(it: &DocumentDraft) -> String {
    let mut hash = Sha256::new();
    let sizes = format!("{}/{}", it.sizes.whole, it.sizes.part);
    for part in [derive::METHOD, &sizes, &it.title, &it.kind, it.authority.code(), it.doc_kind.code(), &it.text] {
        hash.update(part);
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}

fn values(it: DocumentDraft, hash: String, now: chrono::DateTime<chrono::Utc>) -> Vec<Value> {
    vec![it.id.into(), it.title.into(), it.text.into(), it.kind.into(), hash.into(), now.into()]
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    UPSERT.statements().into_iter().chain([HASHES.sql()]).collect()
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::{change_log, chunk};

    fn draft(n: usize, text: &str) -> DocumentDraft {
        DocumentDraft {
            id: format!("s{n}"),
            title: format!("示例法第{n}条"),
            text: text.to_owned(),
            kind: "corpus".to_owned(),
            authority: Authority::Normative,
            doc_kind: DocKind::Law,
            sizes: Sizes::default(),
        }
    }

    #[tokio::test]
    async fn importing_twice_changes_nothing() {
        for test in testing::stores().await {
            let drafts = || (0..2_345).map(|n| draft(n, &format!("第{n}条的内容。")));
            let mut seen = Vec::new();
            let counts = save_many(&test.store, drafts(), |it| seen.push(it.read)).await.expect("save");
            assert_eq!((counts.written, counts.chunks, counts.unchanged), (2_345, 2_345, 0), "{}", test.name);
            assert_eq!(seen, [1_000, 2_000, 2_345]);
            let last = change_log::last(&test.store).await.expect("last");
            let counts = save_many(&test.store, drafts(), |_| {}).await.expect("save");
            assert_eq!((counts.written, counts.chunks, counts.unchanged), (0, 0, 2_345), "{}", test.name);
            assert_eq!(change_log::last(&test.store).await.expect("last"), last);
        }
    }

    #[tokio::test]
    async fn a_changed_document_replaces_only_its_changed_passages() {
        for test in testing::stores().await {
            let long = (0..400).map(|n| format!("第{n}句话。")).collect::<Vec<_>>().concat();
            let save = async |text: &str| save_many(&test.store, [draft(1, text)].into_iter(), |_| {}).await;
            save(&long).await.expect("save");
            let before = chunk::stream_all(&test.store, None, 100).await.expect("chunks");
            assert!(before.len() > 3);
            let last = change_log::last(&test.store).await.expect("last");
            let counts = save(&format!("{long}补一句。")).await.expect("save");
            assert_eq!(counts.chunks, 1, "{}", test.name);
            let ops: Vec<_> = change_log::after(&test.store, last, 10).await.expect("log");
            assert_eq!(ops.iter().map(|it| it.op.as_str()).collect::<Vec<_>>(), ["delete", "upsert"], "{}", test.name);
        }
    }

    #[tokio::test]
    async fn the_last_of_two_with_one_id_counts_and_a_missing_id_is_named() {
        for test in testing::stores().await {
            let twice = [draft(1, "旧。"), draft(1, "新。")].into_iter();
            let counts = save_many(&test.store, twice, |_| {}).await.expect("save");
            assert_eq!((counts.read, counts.written, counts.repeated), (2, 1, 1));
            let all = chunk::stream_all(&test.store, None, 10).await.expect("chunks");
            assert_eq!(all.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["新。"]);
            let nameless = DocumentDraft { id: " ".into(), ..draft(2, "甲。") };
            let error = save_many(&test.store, [draft(3, "乙。"), nameless].into_iter(), |_| {}).await;
            assert!(matches!(error, Err(Error::NoId(2))), "{error:?}");
        }
    }
}
