//! Channels: the host pages and programs that the assistant may be used from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{
    error::{Error, Result},
    secret,
};

/// The channel of the server's own pages. It has no row: only pages of the server itself use it.
pub const SITE: &str = "site";

const COLUMNS_READ: &str = "select code, name, origins, user_secret, greeting, minute_limit, day_limit, enabled, \
     created_at, updated_at from channel where code = $1";
const LIST: &str = "select code, name, origins, user_secret, greeting, minute_limit, day_limit, enabled, \
     created_at, updated_at from channel order by code";
const SAVE: &str = "insert into channel (code, name, origins, user_secret, greeting, minute_limit, day_limit, \
     enabled, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) \
     on conflict (code) do update set name = excluded.name, origins = excluded.origins, \
     greeting = excluded.greeting, minute_limit = excluded.minute_limit, day_limit = excluded.day_limit, \
     enabled = excluded.enabled, updated_at = excluded.updated_at";
const ADD_KEY: &str =
    "insert into api_key (id, channel, name, prefix, hash, created_at) values ($1, $2, $3, $4, $5, $6)";
const FIND_KEY: &str = "select k.id, k.channel, k.name, k.prefix, k.created_at, k.revoked_at from api_key k \
     join channel c on c.code = k.channel where k.hash = $1 and k.revoked_at is null and c.enabled";
const KEYS: &str =
    "select id, channel, name, prefix, created_at, revoked_at from api_key where channel = $1 order by id";
const REVOKE: &str = "update api_key set revoked_at = $2 where id = $1 and revoked_at is null";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[COLUMNS_READ, LIST, SAVE, ADD_KEY, FIND_KEY, KEYS, REVOKE];

/// What every key starts with, so that secret scanners find leaked ones.
const KEY_PREFIX: &str = "dwt-";
/// Characters of a key that are kept to recognise it by.
const SHOWN: usize = 10;

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Channel {
    /// Stands in the page: letters, digits, `-`, `_`; at most 32 characters.
    pub code: String,
    /// For people.
    pub name: String,
    /// `https://host[:port]` of the pages that may show the assistant; empty: nobody.
    #[sqlx(json)]
    pub origins: Vec<String>,
    /// Signs the users of the host page; known to its server, never to its pages.
    #[serde(skip_serializing, default)]
    pub user_secret: String,
    /// First words of the panel; empty: the usual ones.
    pub greeting: String,
    /// Questions a minute over all visitors; `None`: as configured.
    pub minute_limit: Option<i64>,
    /// Questions a day over all visitors; `None`: as configured.
    pub day_limit: Option<i64>,
    /// Whether it may be used.
    pub enabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is kept of a program's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// Its channel.
    pub channel: String,
    /// For people.
    pub name: String,
    /// The first characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What can be said of a channel when it is made or changed.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// See [`Channel::code`].
    pub code: String,
    /// See [`Channel::name`].
    pub name: String,
    /// See [`Channel::origins`].
    pub origins: Vec<String>,
    /// See [`Channel::greeting`].
    pub greeting: String,
    /// See [`Channel::minute_limit`].
    pub minute_limit: Option<i64>,
    /// See [`Channel::day_limit`].
    pub day_limit: Option<i64>,
    /// See [`Channel::enabled`].
    pub enabled: bool,
}

/// Makes or changes a channel. Its `user_secret` is made once and stays.
///
/// # Errors
/// [`Error::BadChannel`] in Chinese.
pub async fn save(store: &Store, wanted: Wanted) -> Result<Channel> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if wanted.code.is_empty() || wanted.code.len() > 32 || !wanted.code.chars().all(plain) {
        return Err(Error::BadChannel("渠道代码应为 1 到 32 个字母、数字、- 或 _".to_owned()));
    }
    if wanted.code == SITE {
        return Err(Error::BadChannel(format!("“{SITE}”是本站页面自用的渠道，不能另建")));
    }
    let origins = wanted.origins.iter().map(|it| origin(it)).collect::<Result<Vec<_>>>()?;
    if [wanted.minute_limit, wanted.day_limit].into_iter().flatten().any(|it| it < 0) {
        return Err(Error::BadChannel("次数上限不能是负数".to_owned()));
    }
    let args = vec![
        wanted.code.as_str().into(),
        wanted.name.into(),
        store::Value::Json(Some(serde_json::to_value(&origins)?)),
        secret::random().into(),
        wanted.greeting.into(),
        wanted.minute_limit.into(),
        wanted.day_limit.into(),
        wanted.enabled.into(),
        store.clock.now().into(),
    ];
    let mut tx = store.db.begin().await?;
    tx.execute(SAVE, args).await?;
    tx.commit().await?;
    read(store, &wanted.code).await?.ok_or(Error::NoChannel(wanted.code))
}

/// The channel with this code, switched off or not.
pub async fn read(store: &Store, code: &str) -> Result<Option<Channel>> {
    Ok(store.db.fetch_optional(COLUMNS_READ, vec![code.into()]).await?)
}

/// The channel with this code.
///
/// # Errors
/// [`Error::NoChannel`] where there is none or it is switched off.
pub async fn enabled(store: &Store, code: &str) -> Result<Channel> {
    let found = read(store, code).await?.filter(|it| it.enabled);
    found.ok_or_else(|| Error::NoChannel(code.chars().take(40).collect()))
}

/// All channels.
pub async fn list(store: &Store) -> Result<Vec<Channel>> {
    Ok(store.db.fetch_all(LIST, vec![]).await?)
}

/// Makes a key for a program; the second value is the key itself, which can't be had again.
pub async fn add_key(store: &Store, channel: &str, name: &str) -> Result<(ApiKey, String)> {
    let channel = enabled(store, channel).await?;
    let key = format!("{KEY_PREFIX}{}", secret::random());
    let made = ApiKey {
        id: store.ids.next().to_string(),
        channel: channel.code,
        name: name.to_owned(),
        prefix: key.chars().take(SHOWN).collect(),
        created_at: store.clock.now(),
        revoked_at: None,
    };
    let args = vec![
        made.id.as_str().into(),
        made.channel.as_str().into(),
        made.name.as_str().into(),
        made.prefix.as_str().into(),
        secret::digest(&key).into(),
        made.created_at.into(),
    ];
    let mut tx = store.db.begin().await?;
    tx.execute(ADD_KEY, args).await?;
    tx.commit().await?;
    Ok((made, key))
}

/// Whose key this is, if it is good and its channel may be used.
pub async fn find_key(store: &Store, key: &str) -> Result<Option<ApiKey>> {
    if !key.starts_with(KEY_PREFIX) {
        return Ok(None);
    }
    Ok(store.db.fetch_optional(FIND_KEY, vec![secret::digest(key).into()]).await?)
}

/// The keys of a channel, revoked ones too.
pub async fn keys(store: &Store, channel: &str) -> Result<Vec<ApiKey>> {
    Ok(store.db.fetch_all(KEYS, vec![channel.into()]).await?)
}

/// Makes a key useless from now on; false where there was none.
pub async fn revoke_key(store: &Store, id: &str) -> Result<bool> {
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(REVOKE, vec![id.into(), store.clock.now().into()]).await?;
    tx.commit().await?;
    Ok(touched == 1)
}

/// An origin as browsers write it (RFC 6454): `https://host[:port]`, lower case, no path. Plain `http`
/// only for the machine itself and for addresses inside a network.
///
/// # Errors
/// [`Error::BadChannel`] in Chinese.
pub fn origin(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let bad = |why: &str| Error::BadChannel(format!("网页来源“{text}”{why}，应写成 https://域名[:端口]"));
    let Some((scheme, host)) = text.split_once("://") else { return Err(bad("缺少 https://")) };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let port = host.rsplit_once(':').map(|(_, port)| port);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if name.is_empty() || !name.chars().all(plain) || name.starts_with(['.', '-']) {
        return Err(bad("不是完整的来源"));
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(bad("端口有误"));
    }
    let inside =
        name == "localhost" || name.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_private() || it.is_loopback());
    match scheme {
        "https" => {}
        "http" if inside => {}
        "http" => return Err(bad("不是加密连接")),
        _ => return Err(bad("不是网页地址")),
    }
    let default = if scheme == "https" { ":443" } else { ":80" };
    Ok(text.strip_suffix(default).unwrap_or(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;

    fn wanted(code: &str, origins: &[&str]) -> Wanted {
        Wanted {
            code: code.into(),
            name: "门户".into(),
            origins: origins.iter().map(|it| (*it).to_owned()).collect(),
            enabled: true,
            ..Wanted::default()
        }
    }

    #[test]
    fn origins_have_one_spelling() {
        assert_eq!(origin(" HTTPS://Portal.Example:443/ ").expect("good"), "https://portal.example");
        assert_eq!(origin("http://10.1.2.3:8080").expect("inside"), "http://10.1.2.3:8080");
        for bad in [
            "portal.example",
            "http://portal.example",
            "https://a.example/path",
            "https://*",
            "https://a:x",
            "ftp://a",
            "https://",
            "https://a b",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_channel_keeps_its_secret_and_its_keys_are_kept_as_hashes() {
        for test in testing::stores().await {
            let store = &test.store;
            let made = save(store, wanted("web", &["https://a.example"])).await.expect("made");
            let changed = save(store, wanted("web", &[])).await.expect("changed");
            assert_eq!((changed.user_secret, changed.origins.len()), (made.user_secret, 0), "{}", test.name);
            assert!(matches!(save(store, wanted("site", &[])).await, Err(Error::BadChannel(_))));
            assert!(matches!(save(store, wanted("a b", &[])).await, Err(Error::BadChannel(_))));

            let (kept, key) = add_key(store, "web", "报表").await.expect("a key");
            assert_eq!(find_key(store, &key).await.expect("asked").map(|it| it.id), Some(kept.id.clone()));
            assert!(find_key(store, &key[..key.len() - 1]).await.expect("asked").is_none());
            assert!(revoke_key(store, &kept.id).await.expect("revoked"));
            assert!(!revoke_key(store, &kept.id).await.expect("again"));
            assert!(find_key(store, &key).await.expect("asked").is_none());
            assert_eq!(keys(store, "web").await.expect("listed").len(), 1);
            assert!(add_key(store, "none", "x").await.is_err());
            assert_eq!(list(store).await.expect("listed").len(), 1);
        }
    }
}
