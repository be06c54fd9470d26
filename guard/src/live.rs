//! The list as the running server uses it: in memory, and never older than two seconds.

use std::{convert::Infallible, ops::Range, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use store::Store;

use crate::{
    error::Result,
    list,
    words::{Matcher, Place, Stream, Verdict},
};

/// How often [`Words::follow`] asks whether the list has changed.
const EVERY: Duration = Duration::from_secs(1);

/// The present list. Cheap to clone; every clone sees a change at once. A check asks no database.
#[derive(Clone)]
pub struct Words {
    store: Store,
    current: Arc<ArcSwap<Loaded>>,
}

struct Loaded {
    version: i64,
    matcher: Matcher,
}

impl Words {
    /// Reads the list.
    pub async fn load(store: Store) -> Result<Self> {
        let loaded = read(&store).await?;
        Ok(Self { store, current: Arc::new(ArcSwap::from_pointee(loaded)) })
    }

    /// Reads the list again if it has changed; tells whether it had.
    pub async fn refresh(&self) -> Result<bool> {
        if list::version(&self.store).await? == self.current.load().version {
            return Ok(false);
        }
        self.current.store(Arc::new(read(&self.store).await?));
        Ok(true)
    }

    /// Refreshes every second for ever; to be spawned, and aborted at the end. While the database is
    /// away the last list stays.
    pub async fn follow(self) -> Infallible {
        self.follow_every(EVERY).await
    }

    async fn follow_every(self, pause: Duration) -> Infallible {
        loop {
            tokio::time::sleep(pause).await;
            match self.refresh().await {
                Ok(true) => tracing::info!(words = self.matcher().len(), "the list of sensitive words has changed"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the list of sensitive words can't be read"),
            }
        }
    }

    /// The list as it is now; what was begun with it (a stream) goes on with it.
    pub fn matcher(&self) -> Matcher {
        self.current.load().matcher.clone()
    }

    /// See [`Matcher::check`].
    pub fn check(&self, place: Place, text: &str) -> Verdict {
        self.matcher().check(place, text)
    }

    /// See [`Matcher::check_except`].
    pub fn check_except(&self, place: Place, text: &str, exempt: &[Range<usize>]) -> Verdict {
        self.matcher().check_except(place, text, exempt)
    }

    /// See [`Matcher::stream`].
    pub fn stream(&self, place: Place) -> Stream {
        self.matcher().stream(place)
    }
}

async fn read(store: &Store) -> Result<Loaded> {
    // The number first: of a change in between, the words are seen now and once more later.
    let version = list::version(store).await?;
    let matcher = Matcher::new(&list::all(store).await?)?;
    Ok(Loaded { version, matcher })
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::sheet;

    #[tokio::test]
    async fn a_change_is_seen_by_every_clone_after_a_refresh() {
        for test in testing::stores().await {
            let words = Words::load(test.store.clone()).await.expect("an empty list");
            let clone = words.clone();
            assert!(!words.check(Place::Question, "赌博").blocked());
            let list = sheet::read("word,level,places,category\n赌博,block,提问,\n".as_bytes()).expect("a list");
            list::save(&test.store, &list).await.expect("save");
            assert!(words.refresh().await.expect("refresh"), "{}", test.name);
            assert!(!words.refresh().await.expect("refresh"), "{}", test.name);
            assert!(clone.check(Place::Question, "赌 博").blocked());
            assert!(!clone.check(Place::Answer, "赌博").blocked());
        }
    }

    #[tokio::test]
    async fn a_follower_sees_what_another_process_wrote() {
        // The pause is short here, not to wait; the real one and a reading fit into two seconds.
        assert!(EVERY <= Duration::from_secs(1));
        let test = testing::sqlite().await;
        let words = Words::load(test.store.clone()).await.expect("an empty list");
        let follower = tokio::spawn(words.clone().follow_every(Duration::from_millis(1)));
        let other = Store::open(&test.url).await.expect("a second process' connection");
        let list = sheet::read("word,level,places,category\n赌博,block,提问,\n".as_bytes()).expect("a list");
        list::save(&other, &list).await.expect("save");
        let seen = async {
            while words.matcher().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), seen).await.expect("seen");
        follower.abort();
    }
}
