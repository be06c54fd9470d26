//! The list in the database.

use std::{collections::HashMap, sync::LazyLock};

use store::{Rows, Store, Tx};

use crate::{
    error::{Error, Result},
    sheet::{join_places, parse_places},
    words::{Entry, Level, signature},
};

const ALL: &str = "select id, word, level, places, category, enabled from sensitive_word order by category, word, id";
const BY_SIGNATURE: &str = "select folded, id, word, level, places, category, enabled from sensitive_word";
const VERSION: &str = "select version from sensitive_word_version where id = 1";
const RAISE: &str = "update sensitive_word_version set version = version + 1 where id = 1";
static UPSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into sensitive_word (id, word, folded, level, places, category, enabled, created_at, updated_at) values",
        9,
        50,
        "on conflict (folded) do update set word = excluded.word, level = excluded.level, places = excluded.places, \
         category = excluded.category, enabled = excluded.enabled, updated_at = excluded.updated_at",
    )
});

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words new on the list.
    pub added: usize,
    /// Words that were there with other settings.
    pub changed: usize,
    /// Words that were there just so.
    pub unchanged: usize,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    word: String,
    level: String,
    places: String,
    category: String,
    enabled: bool,
}

#[derive(sqlx::FromRow)]
struct Signed {
    folded: String,
    #[sqlx(flatten)]
    row: Row,
}

/// Every entry, by category and word.
pub async fn all(store: &Store) -> Result<Vec<Entry>> {
    store.db.fetch_all::<Row>(ALL, vec![]).await?.into_iter().map(entry).collect()
}

/// The number that rises with every change of the list.
pub async fn version(store: &Store) -> Result<i64> {
    Ok(store.db.fetch_one::<(i64,)>(VERSION, vec![]).await?.0)
}

/// Puts `entries` on the list in one transaction: all or none. A word that is there already (under any
/// way of writing it) takes the new settings and keeps its id; words that aren't named stay. Without
/// a change nothing is written. The ids of `entries` don't count.
pub async fn save(store: &Store, entries: &[Entry]) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut tx = store.db.begin().await?;
    // Writers of the list wait for one another here, so that none misses what another one added.
    tx.execute(RAISE, vec![]).await?;
    let stored = stored(&mut tx).await?;
    let now = store.clock.now();
    let mut rows = Vec::new();
    for it in entries {
        let folded = signature(&it.word);
        match stored.get(&folded) {
            Some(old) if *old == (Entry { id: old.id.clone(), ..it.clone() }) => {
                counts.unchanged += 1;
                continue;
            }
            Some(_) => counts.changed += 1,
            None => counts.added += 1,
        }
        rows.push(vec![
            store.ids.next().to_string().into(),
            (&it.word).into(),
            folded.into(),
            it.level.code().into(),
            join_places(&it.places).into(),
            (&it.category).into(),
            it.enabled.into(),
            now.into(),
            now.into(),
        ]);
    }
    // Without rows the transaction is dropped, and the version with it.
    if !rows.is_empty() {
        UPSERT.execute(&mut tx, rows).await?;
        tx.commit().await?;
    }
    Ok(counts)
}

async fn stored(tx: &mut Tx) -> Result<HashMap<String, Entry>> {
    let rows: Vec<Signed> = tx.fetch_all(BY_SIGNATURE, vec![]).await?;
    rows.into_iter().map(|it| Ok((it.folded, entry(it.row)?))).collect()
}

fn entry(row: Row) -> Result<Entry> {
    let corrupt = |what: &str| Error::Corrupt(format!("词条“{}”的{what}", row.word));
    let level = Level::parse(&row.level).ok_or_else(|| corrupt("级别"))?;
    let places = parse_places(&row.places).map_err(|_| corrupt("场合"))?;
    Ok(Entry { id: row.id, word: row.word, level, places, category: row.category, enabled: row.enabled })
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    UPSERT.statements().into_iter().chain([ALL, BY_SIGNATURE, VERSION, RAISE]).collect()
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::sheet;

    fn list(body: &str) -> Vec<Entry> {
        sheet::read(format!("word,level,places,category\n{body}").as_bytes()).expect("a list")
    }

    #[tokio::test]
    async fn importing_twice_changes_nothing() {
        for test in testing::stores().await {
            let lines: Vec<String> = (0..120).map(|n| format!("示例词{n},log,all,示例\n")).collect();
            let words = list(&lines.concat());
            let counts = save(&test.store, &words).await.expect("save");
            assert_eq!(counts, Counts { added: 120, ..Counts::default() }, "{}", test.name);
            assert_eq!(version(&test.store).await.expect("version"), 1);
            let counts = save(&test.store, &words).await.expect("save");
            assert_eq!(counts, Counts { unchanged: 120, ..Counts::default() }, "{}", test.name);
            assert_eq!(version(&test.store).await.expect("version"), 1, "nothing was written");
            let mut stored = all(&test.store).await.expect("all");
            assert_eq!(stored.len(), 120);
            stored.sort_by_key(|it| it.word.trim_start_matches("示例词").parse::<u32>().expect("a number"));
            for it in &mut stored {
                it.id.clear();
            }
            assert_eq!(stored, words, "{}", test.name);
        }
    }

    #[tokio::test]
    async fn a_word_written_differently_is_the_same_word() {
        for test in testing::stores().await {
            save(&test.store, &list("赌博网站,log,all,\n其他,log,all,\n")).await.expect("save");
            let id = all(&test.store).await.expect("all").into_iter().find(|it| it.word == "赌博网站").expect("it").id;
            let counts = save(&test.store, &list("賭博 網站,block,提问,赌博\n")).await.expect("save");
            assert_eq!(counts, Counts { changed: 1, ..Counts::default() }, "{}", test.name);
            let stored = all(&test.store).await.expect("all");
            assert_eq!(stored.len(), 2);
            let it = stored.into_iter().find(|it| it.id == id).expect("the id stays");
            assert_eq!((it.word.as_str(), it.level, it.category.as_str()), ("賭博 網站", Level::Block, "赌博"));
            assert_eq!(version(&test.store).await.expect("version"), 2, "{}", test.name);
        }
    }
}
