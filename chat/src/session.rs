//! Who asks: visitors, signed users of host pages, programs with keys.
//!
//! A visitor is whoever holds a secret that the server made; the panel keeps it in the storage of its own
//! frame, so that neither the host page nor another channel can read it. A user of a host page is whom
//! the host's server vouches for: `signature = hex(HMAC-SHA-256(user_secret, "id\nexpires_at"))`.

use serde::Deserialize;
use store::Store;
use utoipa::ToSchema;

use crate::{
    channel::{self, Channel, SITE},
    error::{Error, Result},
    secret::{self, Key},
    token::{Claims, Use},
};

/// Name of the key that signs tokens.
const KEY: &str = "session";
/// Longest id of a host page's user, characters.
const MAX_USER: usize = 128;

/// A user of the host page, as its server signed it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedUser {
    /// Id in the host's own system.
    #[schema(max_length = 128)]
    pub id: String,
    /// 显示用的称呼，不参与签名
    #[serde(default)]
    pub name: Option<String>,
    /// Good until then, seconds since 1970.
    pub expires_at: i64,
    /// `hex(HMAC-SHA-256(user_secret, id + "\n" + expires_at))`
    pub signature: String,
}

/// What a panel asks a session with.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// 渠道代码；本站页面为 `site`
    pub channel: String,
    /// 宿主页面取得的授权
    #[serde(default)]
    pub grant: Option<String>,
    /// 上次得到的访客凭证
    #[serde(default)]
    pub visitor: Option<String>,
    /// 宿主系统签名的用户
    #[serde(default)]
    pub user: Option<SignedUser>,
}

/// A session that was given.
#[derive(Debug, Clone)]
pub struct Session {
    /// The token.
    pub token: String,
    /// The visitor's secret, to be sent again next time.
    pub visitor: String,
    /// Whether the host vouched for the user.
    pub user: bool,
    /// The channel's greeting, may be empty.
    pub greeting: String,
}

/// Who asks, on which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The channel.
    pub channel: String,
    /// Whose conversations: `v:…`, `u:…`, `k:…`.
    pub owner: String,
    /// The channel's own limits, a minute and a day.
    pub channel_limits: (Option<i64>, Option<i64>),
}

/// Gives and checks tokens.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    key: Key,
}

impl Sessions {
    /// With the installation's key.
    pub async fn open(store: Store) -> Result<Self> {
        let key = Key::of(&store, KEY).await?;
        Ok(Self { store, key })
    }

    /// A grant for a page of `origin`, which the browser named.
    ///
    /// # Errors
    /// [`Error::NoChannel`], [`Error::OriginRefused`].
    pub async fn grant(&self, code: &str, origin: &str) -> Result<String> {
        let channel = channel::enabled(&self.store, code).await?;
        listed(&channel, origin)?;
        Claims::grant(code, &origin.to_ascii_lowercase(), self.store.clock.now()).sealed(&self.key)
    }

    /// A session. `own_page`: the request comes from one of the server's own pages.
    ///
    /// # Errors
    /// [`Error::NoSession`] for a bad grant, [`Error::OriginRefused`] where the page is no longer listed,
    /// [`Error::BadUser`].
    pub async fn start(&self, request: SessionRequest, own_page: bool) -> Result<Session> {
        let now = self.store.clock.now();
        let (channel, origin) = if request.channel == SITE {
            if !own_page {
                return Err(Error::OriginRefused("（非本站页面）".to_owned()));
            }
            (None, None)
        } else {
            let grant = request.grant.as_deref().ok_or(Error::NoSession)?;
            let claims = Claims::open(grant, Use::Grant, &self.key, now)?;
            if claims.channel != request.channel {
                return Err(Error::NoSession);
            }
            // The list may have become shorter since the grant.
            let channel = channel::enabled(&self.store, &request.channel).await?;
            listed(&channel, claims.origin.as_deref().unwrap_or_default())?;
            (Some(channel), claims.origin)
        };
        let visitor = request.visitor.filter(|it| it.len() >= 40 && it.len() <= 64).unwrap_or_else(secret::random);
        let owner = match (&request.user, &channel) {
            (Some(user), Some(channel)) => {
                vouched(user, channel, now.timestamp())?;
                format!("u:{}:{}", channel.code, user.id)
            }
            (Some(_), None) => return Err(Error::BadUser),
            // Bound to the channel: the same secret on another one is somebody else.
            (None, _) => format!("v:{}", &secret::digest(&format!("{}\n{visitor}", request.channel))[..40]),
        };
        let token = Claims::session(&request.channel, origin, owner, now).sealed(&self.key)?;
        Ok(Session {
            token,
            visitor,
            user: request.user.is_some(),
            greeting: channel.map(|it| it.greeting).unwrap_or_default(),
        })
    }

    /// Who sent this bearer token. `origin`: what the browser says of the page, where it says anything;
    /// `own_page`: that is this server.
    ///
    /// # Errors
    /// [`Error::NoSession`], [`Error::OriginRefused`], [`Error::NoChannel`].
    pub async fn caller(&self, bearer: &str, origin: Option<&str>, own_page: bool) -> Result<Caller> {
        if let Some(key) = channel::find_key(&self.store, bearer).await? {
            let channel = channel::enabled(&self.store, &key.channel).await?;
            return Ok(Caller {
                owner: format!("k:{}", key.id),
                channel_limits: (channel.minute_limit, channel.day_limit),
                channel: key.channel,
            });
        }
        let claims = Claims::open(bearer, Use::Session, &self.key, self.store.clock.now())?;
        // A token taken from one page is of no use to a page of another origin.
        let at_home = own_page || origin.is_none() || origin == claims.origin.as_deref();
        if !at_home {
            return Err(Error::OriginRefused(origin.unwrap_or_default().to_owned()));
        }
        let mut channel_limits = (None, None);
        if claims.channel != SITE {
            let channel = channel::enabled(&self.store, &claims.channel).await?;
            listed(&channel, claims.origin.as_deref().unwrap_or_default())?;
            channel_limits = (channel.minute_limit, channel.day_limit);
        }
        Ok(Caller { channel: claims.channel, owner: claims.owner, channel_limits })
    }
}

/// An empty list allows nobody.
fn listed(channel: &Channel, origin: &str) -> Result<()> {
    let origin = origin.to_ascii_lowercase();
    if channel.origins.contains(&origin) {
        Ok(())
    } else {
        Err(Error::OriginRefused(origin.chars().take(100).collect()))
    }
}

fn vouched(user: &SignedUser, channel: &Channel, now: i64) -> Result<()> {
    let signature = hex::decode(&user.signature).map_err(|_| Error::BadUser)?;
    let message = format!("{}\n{}", user.id, user.expires_at);
    let fits = (1..=MAX_USER).contains(&user.id.chars().count()) && !user.id.contains('\n');
    let good = fits && user.expires_at > now && Key::new(&channel.user_secret).verify(message.as_bytes(), &signature);
    if good { Ok(()) } else { Err(Error::BadUser) }
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::channel::{Wanted, save};

    const HOME: &str = "https://portal.example";

    async fn site(store: &Store, origins: &[&str]) -> (Sessions, Channel) {
        let origins = origins.iter().map(|it| (*it).to_owned()).collect();
        let wanted = Wanted { code: "web".into(), origins, enabled: true, ..Wanted::default() };
        (Sessions::open(store.clone()).await.expect("opens"), save(store, wanted).await.expect("saved"))
    }

    fn request(grant: &str) -> SessionRequest {
        SessionRequest { channel: "web".into(), grant: Some(grant.to_owned()), ..SessionRequest::default() }
    }

    #[tokio::test]
    async fn only_listed_pages_get_in_and_an_empty_list_lets_nobody_in() {
        for test in testing::stores().await {
            let (sessions, _) = site(&test.store, &[HOME]).await;
            assert!(matches!(sessions.grant("web", "https://evil.example").await, Err(Error::OriginRefused(_))));
            assert!(matches!(sessions.grant("none", HOME).await, Err(Error::NoChannel(_))));
            let grant = sessions.grant("web", HOME).await.expect("listed");
            let session = sessions.start(request(&grant), true).await.expect("a session");
            let caller = sessions.caller(&session.token, None, true).await.expect("known");
            assert!(caller.owner.starts_with("v:"), "{}", test.name);
            assert!(sessions.caller(&session.token, Some(HOME), false).await.is_ok());
            let stolen = sessions.caller(&session.token, Some("https://evil.example"), false).await;
            assert!(matches!(stolen, Err(Error::OriginRefused(_))));
            // A grant is no session and a session is no grant.
            assert!(sessions.caller(&grant, None, true).await.is_err());
            assert!(sessions.start(request(&session.token), true).await.is_err());
            // The same visitor comes back to the same conversations, without the secret to others.
            let again = SessionRequest { visitor: Some(session.visitor), ..request(&grant) };
            let again = sessions.start(again, true).await.expect("a session");
            assert_eq!(sessions.caller(&again.token, None, true).await.expect("known"), caller);
            // Taken off the list, what was given before is worth nothing.
            site(&test.store, &[]).await;
            assert!(matches!(sessions.grant("web", HOME).await, Err(Error::OriginRefused(_))));
            assert!(sessions.start(request(&grant), true).await.is_err());
            assert!(sessions.caller(&again.token, None, true).await.is_err());
        }
    }

    #[tokio::test]
    async fn the_site_is_for_its_own_pages() {
        let test = testing::sqlite().await;
        let sessions = Sessions::open(test.store.clone()).await.expect("opens");
        let wanted = SessionRequest { channel: SITE.into(), ..SessionRequest::default() };
        assert!(sessions.start(wanted.clone(), false).await.is_err());
        assert!(sessions.start(wanted, true).await.is_ok());
    }

    #[tokio::test]
    async fn a_user_must_be_signed_by_the_host() {
        let test = testing::sqlite().await;
        let (sessions, channel) = site(&test.store, &[HOME]).await;
        let grant = sessions.grant("web", HOME).await.expect("listed");
        let until = testing::noon().timestamp() + 60;
        let sign = |id: &str, until: i64, key: &str| {
            let signature = hex::encode(Key::new(key).sign(format!("{id}\n{until}").as_bytes()));
            SignedUser { id: id.to_owned(), name: None, expires_at: until, signature }
        };
        let good = sign("某甲", until, &channel.user_secret);
        let start =
            async |user: SignedUser| sessions.start(SessionRequest { user: Some(user), ..request(&grant) }, true).await;
        let session = start(good.clone()).await.expect("vouched for");
        assert_eq!(sessions.caller(&session.token, None, true).await.expect("known").owner, "u:web:某甲");
        for bad in [
            SignedUser { id: "某乙".into(), ..good.clone() },
            SignedUser { expires_at: until + 1, ..good.clone() },
            sign("某甲", until, "guessed"),
            sign("某甲", until - 61, &channel.user_secret),
            sign("", until, &channel.user_secret),
            SignedUser { signature: "zz".into(), ..good },
        ] {
            assert!(matches!(start(bad).await, Err(Error::BadUser)));
        }
    }
}
