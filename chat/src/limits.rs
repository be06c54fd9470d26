//! How often one may ask: by address, visitor, channel, minute and day.
//!
//! Fixed windows, counted in the database so that all processes count together. One upsert of a few rows
//! for each question. A refused question counts too: who keeps knocking waits longer.

use chrono::{DateTime, Duration, DurationRound as _, Utc};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{
    error::{Error, Result},
    session::Caller,
};

const COUNT: &str = "insert into rate_window (subject, start, used) values ($1, $2, 1) \
     on conflict (subject, start) do update set used = rate_window.used + 1 returning used";
const SWEEP: &str = "delete from rate_window where start < $1";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[COUNT, SWEEP];

/// Questions that may be asked; 0: without limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// From one address in a minute.
    pub address_minute: i64,
    /// By one visitor or user in a minute.
    pub visitor_minute: i64,
    /// By one visitor who is not signed in, in a day (domain rule: 20).
    pub visitor_day: i64,
    /// By one signed user in a day.
    pub user_day: i64,
    /// On one channel in a minute, where the channel itself says nothing.
    pub channel_minute: i64,
    /// On one channel in a day, where the channel itself says nothing.
    pub channel_day: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            address_minute: 60,
            visitor_minute: 10,
            visitor_day: 20,
            user_day: 200,
            channel_minute: 1_200,
            channel_day: 50_000,
        }
    }
}

/// One window in which somebody's questions are counted.
struct Window {
    subject: String,
    limit: i64,
    day: bool,
    words: &'static str,
}

impl Limits {
    /// Counts a question. `caller` is absent for a question without a session.
    ///
    /// # Errors
    /// [`Error::Limited`] with the seconds until the window ends.
    pub async fn count(&self, store: &Store, address: &str, caller: Option<&Caller>) -> Result<()> {
        let windows: Vec<Window> = self.windows(address, caller).into_iter().filter(|it| it.limit > 0).collect();
        if windows.is_empty() {
            return Ok(());
        }
        let now = store.clock.now();
        let mut tx = store.db.begin().await?;
        let mut over = None;
        // In one order everywhere, so that two transactions never wait for one another.
        let mut sorted: Vec<&Window> = windows.iter().collect();
        sorted.sort_by(|a, b| a.subject.cmp(&b.subject));
        for window in sorted {
            let start = starts(now, window.day);
            let args = vec![window.subject.as_str().into(), start.into()];
            let (used,): (i64,) = tx.fetch_optional(COUNT, args).await?.unwrap_or_default();
            if used > window.limit {
                let end = start + if window.day { Duration::days(1) } else { Duration::minutes(1) };
                let wait = (end - now).num_seconds().max(1) as u32;
                if over.as_ref().is_none_or(|(longest, _)| wait > *longest) {
                    over = Some((wait, window));
                }
            }
        }
        tx.commit().await?;
        match over {
            None => Ok(()),
            Some((retry_after, window)) => {
                let reason = format!("{}，{}", window.words, in_words(retry_after));
                Err(Error::Limited { reason, retry_after })
            }
        }
    }

    fn windows(&self, address: &str, caller: Option<&Caller>) -> Vec<Window> {
        let window = |subject: String, limit, day, words| Window { subject, limit, day, words };
        let mut found = Vec::new();
        let program = caller.is_some_and(|it| it.owner.starts_with("k:"));
        // Behind a key stands a server with many users.
        if !program {
            found.push(window(format!("am:{address}"), self.address_minute, false, "您所在的网络提问较多"));
        }
        let Some(caller) = caller else { return found };
        if !program {
            let user = caller.owner.starts_with("u:");
            let (day, words) = if user {
                (self.user_day, "您今天的提问次数已用完")
            } else {
                (self.visitor_day, "未登录用户今天的提问次数已用完")
            };
            found.push(window(format!("om:{}", caller.owner), self.visitor_minute, false, "您提问太快了"));
            found.push(window(format!("od:{}", caller.owner), day, true, words));
        }
        let (minute, day) = caller.channel_limits;
        let (minute, day) = (minute.unwrap_or(self.channel_minute), day.unwrap_or(self.channel_day));
        found.push(window(format!("cm:{}", caller.channel), minute, false, "当前使用的人较多"));
        found.push(window(format!("cd:{}", caller.channel), day, true, "本入口今天的提问次数已用完"));
        found
    }
}

/// Forgets windows that ended more than a day ago.
pub async fn sweep(store: &Store) -> Result<()> {
    let mut tx = store.db.begin().await?;
    tx.execute(SWEEP, vec![(store.clock.now() - Duration::days(2)).into()]).await?;
    tx.commit().await?;
    Ok(())
}

/// The start of the minute, or of the day in Shanghai, that `now` belongs to.
fn starts(now: DateTime<Utc>, day: bool) -> DateTime<Utc> {
    let (shift, step) =
        if day { (Duration::hours(8), Duration::days(1)) } else { (Duration::zero(), Duration::minutes(1)) };
    (now + shift).duration_trunc(step).map_or(now, |it| it - shift)
}

fn in_words(seconds: u32) -> String {
    match seconds {
        0..=90 => format!("请 {seconds} 秒后再试"),
        91..=5_400 => format!("请约 {} 分钟后再试", seconds.div_ceil(60)),
        _ => "请明天再来，或者申请人工答复".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;

    fn caller(owner: &str) -> Caller {
        Caller { channel: "web".into(), owner: owner.into(), channel_limits: (None, None) }
    }

    async fn asked(limits: &Limits, store: &Store, address: &str, owner: &str) -> Option<(String, u32)> {
        match limits.count(store, address, Some(&caller(owner))).await {
            Ok(()) => None,
            Err(Error::Limited { reason, retry_after }) => Some((reason, retry_after)),
            Err(other) => panic!("{other}"),
        }
    }

    #[tokio::test]
    async fn every_limit_holds_and_says_how_long() {
        for test in testing::stores().await {
            let limits = Limits {
                address_minute: 3,
                visitor_minute: 2,
                visitor_day: 5,
                user_day: 9,
                channel_minute: 6,
                channel_day: 0,
            };
            let store = &test.store;
            assert!(asked(&limits, store, "1", "v:a").await.is_none());
            assert!(asked(&limits, store, "1", "v:a").await.is_none());
            let (said, wait) = asked(&limits, store, "2", "v:a").await.expect("too fast");
            assert!(said.contains("太快") && wait == 60, "{}: {said} {wait}", test.name);
            assert!(asked(&limits, store, "1", "v:b").await.is_none());
            assert!(asked(&limits, store, "1", "v:c").await.expect("one address").0.contains("网络"));
            assert!(asked(&limits, store, "9", "v:d").await.is_none());
            assert!(asked(&limits, store, "9", "v:e").await.expect("one channel").0.contains("使用的人较多"));
            let none = Limits {
                address_minute: 0,
                visitor_minute: 0,
                visitor_day: 0,
                user_day: 0,
                channel_minute: 0,
                channel_day: 0,
            };
            assert!(asked(&none, store, "1", "v:a").await.is_none());
            assert!(none.count(store, "1", None).await.is_ok());
        }
    }

    #[tokio::test]
    async fn the_day_ends_at_midnight_in_shanghai() {
        let test = testing::sqlite().await;
        let limits = Limits { visitor_day: 1, ..Limits::default() };
        assert!(asked(&limits, &test.store, "1", "v:a").await.is_none());
        let (said, wait) = asked(&limits, &test.store, "1", "v:a").await.expect("one a day");
        assert!(said.contains("明天") && wait == 12 * 3_600, "{said} {wait}");
        assert!(asked(&limits, &test.store, "1", "u:web:某甲").await.is_none());
    }
}
