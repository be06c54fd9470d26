//! What was found where: one row for each hit, whatever its level.

use std::{collections::HashSet, sync::LazyLock};

use chrono::{DateTime, Utc};
use store::{Rows, Store, Value};

use crate::{error::Result, personal, words::Hit};

static INSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into guard_hit (id, at, place, level, word_id, word, channel, subject, excerpt) values",
        9,
        20,
        "",
    )
});
const OF_SUBJECT: &str = "select word_id, level, excerpt from guard_hit where channel = $1 and subject = $2";
const RECENT: &str = "select id, at, place, level, word_id, word, channel, subject, excerpt from guard_hit \
     order by at desc, id desc limit $1";

/// Characters kept on each side of a hit.
const AROUND: usize = 20;

/// Hits of one text that are written at most: a document full of one word is told by its first ones.
const MOST: usize = 100;

/// Where a text was met.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The channel, or `ingest` and the like.
    pub channel: &'a str,
    /// Who or what: a conversation's id, a document's.
    pub subject: &'a str,
}

/// A row of the audit.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GuardHit {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The place's code.
    pub place: String,
    /// The level's code, as it was applied.
    pub level: String,
    /// The entry's id.
    pub word_id: String,
    /// The word.
    pub word: String,
    /// See [`Occasion`].
    pub channel: String,
    /// See [`Occasion`].
    pub subject: String,
    /// The text around the hit, personal data masked.
    pub excerpt: String,
}

/// Writes the hits of `text` (its first 100), whose ranges are ranges of `text`. Nothing is written
/// where there are none.
pub async fn record(store: &Store, occasion: Occasion<'_>, text: &str, hits: &[Hit]) -> Result<()> {
    insert(store, occasion, seen(text, hits)).await
}

/// [`record`], but what was written before for the same channel and subject isn't written again: for
/// files that are read at every start.
pub async fn record_once(store: &Store, occasion: Occasion<'_>, text: &str, hits: &[Hit]) -> Result<()> {
    if hits.is_empty() {
        return Ok(());
    }
    let before = vec![occasion.channel.into(), occasion.subject.into()];
    let before: HashSet<(String, String, String)> = store.db.fetch_all(OF_SUBJECT, before).await?.into_iter().collect();
    let mut new = seen(text, hits);
    new.retain(|it| !before.contains(&(it.hit.entry.id.clone(), it.hit.level.code().to_owned(), it.excerpt.clone())));
    insert(store, occasion, new).await
}

/// A hit with what stands around it.
struct Seen<'h> {
    hit: &'h Hit,
    excerpt: String,
}

fn seen<'h>(text: &str, hits: &'h [Hit]) -> Vec<Seen<'h>> {
    if hits.is_empty() {
        return Vec::new();
    }
    // Masking keeps the number of characters, so a place in the text is a place in the masked text.
    let masked: Vec<char> = personal::mask(text).chars().collect();
    let (mut byte, mut count) = (0, 0);
    let excerpt = |hit: &'h Hit| {
        // The hits come by position; one that doesn't begins the counting anew.
        if hit.range.start < byte {
            (byte, count) = (0, 0);
        }
        count += text[byte..hit.range.start].chars().count();
        byte = hit.range.start;
        let end = (count + text[hit.range.clone()].chars().count() + AROUND).min(masked.len());
        Seen { hit, excerpt: masked[count.saturating_sub(AROUND)..end].iter().collect() }
    };
    hits.iter().take(MOST).map(excerpt).collect()
}

async fn insert(store: &Store, occasion: Occasion<'_>, seen: Vec<Seen<'_>>) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let now = store.clock.now();
    let row = |Seen { hit, excerpt }| -> Vec<Value> {
        vec![
            store.ids.next().to_string().into(),
            now.into(),
            hit.place.code().into(),
            hit.level.code().into(),
            (&hit.entry.id).into(),
            (&hit.entry.word).into(),
            occasion.channel.into(),
            occasion.subject.into(),
            excerpt.into(),
        ]
    };
    let mut tx = store.db.begin().await?;
    INSERT.execute(&mut tx, seen.into_iter().map(row).collect()).await?;
    tx.commit().await?;
    Ok(())
}

/// The latest rows, newest first, `limit` at most.
pub async fn recent(store: &Store, limit: i64) -> Result<Vec<GuardHit>> {
    Ok(store.db.fetch_all(RECENT, vec![limit.into()]).await?)
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    INSERT.statements().into_iter().chain([OF_SUBJECT, RECENT]).collect()
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::words::{Entry, Level, Matcher, Place};

    #[tokio::test]
    async fn a_hit_is_written_with_what_stands_around_it() {
        let word = Entry {
            id: "w1".into(),
            word: "包转正".into(),
            level: Level::Warn,
            places: Place::ALL.to_vec(),
            category: String::new(),
            enabled: true,
        };
        let matcher = Matcher::new(&[word]).expect("a list");
        for test in testing::stores().await {
            let text = format!("{}加13800138000，包 转正，另有包转正{}", "前".repeat(30), "后".repeat(30));
            let verdict = matcher.check(Place::Question, &text);
            let occasion = Occasion { channel: "site", subject: "c1" };
            record(&test.store, occasion, &text, &verdict.hits).await.expect("record");
            let rows = recent(&test.store, 10).await.expect("recent");
            assert_eq!(rows.len(), 2, "{}", test.name);
            // Newest first: the second hit. 20 characters in front of it: 1 + 11 + 1 + 4 + 1 + 2.
            assert_eq!(
                rows[0].excerpt,
                format!("加138****8000，包 转正，另有包转正{}", "后".repeat(20)),
                "{}",
                test.name
            );
            assert_eq!(
                (rows[1].word_id.as_str(), rows[1].level.as_str(), rows[1].place.as_str()),
                ("w1", "warn", "question")
            );
            assert_eq!(
                (rows[1].channel.as_str(), rows[1].subject.as_str(), rows[1].at),
                ("site", "c1", testing::noon())
            );
            record(&test.store, occasion, "没有", &[]).await.expect("nothing to write");
            record_once(&test.store, occasion, &text, &verdict.hits).await.expect("nothing new");
            assert_eq!(recent(&test.store, 10).await.expect("recent").len(), 2, "{}", test.name);
            let other = Occasion { subject: "c2", ..occasion };
            record_once(&test.store, other, &text, &verdict.hits).await.expect("record");
            assert_eq!(recent(&test.store, 10).await.expect("recent").len(), 4, "{}", test.name);
        }
    }
}
