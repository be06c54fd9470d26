//! Sessions: a random token in the browser, its hash here. When one is over is decided as it is read, so no
//! job has to end it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use domain::role::{Grant, Role};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng as _;
use seal::audit;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{Tx, Value};
use zeroize::Zeroizing;

use crate::{Accounts, Error, Result, filled, grants::node_of};

// One row for each grant that is valid today, or one without any.
const FIND: &str = "select s.id as session, s.last_seen_at, s.second_factor_at, a.id as account, a.login_name, \
     a.display_name, a.must_change, (a.totp_cell is not null) as has_totp, p.id as post, p.title, p.org_id as org, \
     g.role, g.node_kind, g.node_value from session s join account a on a.id = s.account_id \
     left join post p on p.id = s.post_id and p.valid_from <= $4 and (p.valid_to is null or p.valid_to >= $4) \
     left join role_grant g on g.post_id = p.id and g.revoked_at is null and g.valid_from <= $4 \
     and (g.valid_to is null or g.valid_to >= $4) \
     where s.token_hash = $1 and s.ended_at is null and s.last_seen_at > $2 and s.created_at > $3 \
     and a.state = 'active' order by g.created_at, g.id";
const ADD: &str = "insert into session (id, token_hash, account_id, created_at, last_seen_at, ip, device) \
     values ($1, $2, $3, $4, $4, $5, $6)";
const ROTATE: &str = "update session set token_hash = $3, last_seen_at = $4, \
     second_factor_at = coalesce($5, second_factor_at), post_id = coalesce($6, post_id) \
     where id = $1 and token_hash = $2 and ended_at is null";
const SEEN: &str = "update session set last_seen_at = $2 where id = $1 and last_seen_at < $2 and ended_at is null";
const END: &str = "update session set ended_at = $3, end_reason = $4 \
     where id = $1 and account_id = $2 and ended_at is null";
const END_OTHERS: &str = "update session set ended_at = $3, end_reason = $4 \
     where account_id = $1 and id <> $2 and ended_at is null";
const LIST: &str = "select s.id, s.created_at, s.last_seen_at, s.ip, s.device, p.title as post from session s \
     left join post p on p.id = s.post_id where s.account_id = $1 and s.ended_at is null \
     and s.last_seen_at > $2 and s.created_at > $3 order by s.last_seen_at desc, s.id";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[FIND, ADD, ROTATE, SEEN, END, END_OTHERS, LIST];

/// A request within this time of the last one isn't written down: one write a minute, not one a request.
/// A session may therefore be found idle up to a minute early.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// From where somebody comes, for the session list and the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Network address.
    pub ip: String,
    /// The device, as it names itself.
    pub device: String,
    /// The request.
    pub trace: String,
}

impl Client {
    pub(crate) fn named(&self, entry: audit::Entry) -> audit::Entry {
        audit::Entry { ip: filled(&self.ip), device: filled(&self.device), trace_id: filled(&self.trace), ..entry }
    }
}

/// What a session still needs before it is good for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The code of the second factor.
    SecondFactor,
    /// A password of one's own in place of one that somebody else chose.
    ChangePassword,
    /// A second factor.
    Enrol,
    /// A post that is valid today.
    ChoosePost,
    /// Nothing: work can begin.
    Ready,
}

impl Step {
    /// What to do, after “请先”.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SecondFactor => "输入动态口令",
            Self::ChangePassword => "修改口令",
            Self::Enrol => "绑定动态口令",
            Self::ChoosePost => "选择当前身份",
            Self::Ready => "继续",
        }
    }
}

/// A session that began or went a step further.
#[derive(Debug)]
pub struct Started {
    /// The session's id, which isn't secret.
    pub session: String,
    /// The token for the cookie. The one before is worth nothing from now on.
    pub token: Zeroizing<String>,
    /// What is still needed.
    pub step: Step,
}

/// Somebody at work: account, post and the grants that are valid today. The engine's actor is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The session.
    pub session: String,
    /// The account's id.
    pub account: String,
    /// The account's login name.
    pub login_name: String,
    /// The person's name.
    pub display_name: String,
    /// The post that was chosen.
    pub post: String,
    /// Its title.
    pub title: String,
    /// The organisation of the post; empty where it has none.
    pub org: String,
    /// Roles on nodes, those of the post that are valid today.
    pub grants: Vec<Grant>,
    /// When the second factor was last shown: a look at masked values asks for a fresh one.
    pub second_factor_at: Option<DateTime<Utc>>,
    /// From where the request comes.
    pub client: Client,
}

/// A session of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Open {
    /// Its id, to end it by.
    pub id: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// The last request, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// Network address at the login.
    pub ip: String,
    /// Device at the login.
    pub device: String,
    /// Title of the post that was chosen.
    pub post: Option<String>,
}

/// A row of `FIND`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Found {
    pub session: String,
    last_seen_at: DateTime<Utc>,
    second_factor_at: Option<DateTime<Utc>>,
    pub account: String,
    pub login_name: String,
    display_name: String,
    must_change: bool,
    pub has_totp: bool,
    post: Option<String>,
    title: Option<String>,
    org: Option<String>,
    role: Option<String>,
    node_kind: Option<String>,
    node_value: Option<String>,
}

impl Found {
    pub fn step(&self, second_factor: bool) -> Step {
        if self.has_totp && self.second_factor_at.is_none() {
            Step::SecondFactor
        } else if self.must_change {
            Step::ChangePassword
        } else if second_factor && !self.has_totp {
            Step::Enrol
        } else if self.post.is_none() {
            Step::ChoosePost
        } else {
            Step::Ready
        }
    }

    /// A role or node that this build doesn't know gives no right.
    fn grant(&self) -> Option<Grant> {
        let role = Role::from_code(self.role.as_deref()?)?;
        Some(Grant { role, node: node_of(self.node_kind.as_deref()?, self.node_value.as_deref()?)? })
    }
}

/// Where a session goes on: what [`Accounts::rotate`] changes besides the token.
#[derive(Debug, Default)]
pub(crate) struct Progress<'a> {
    pub second_factor_at: Option<DateTime<Utc>>,
    pub post: Option<&'a str>,
}

impl Accounts {
    /// Who sent this token, if the session is good for work. One query, and a write once a minute.
    ///
    /// # Errors
    /// [`Error::NoSession`]; [`Error::Unfinished`] with what is still needed.
    pub async fn identity(&self, token: &str, client: Client) -> Result<Identity> {
        let rows = self.rows(token).await?;
        let first = rows.first().ok_or(Error::NoSession)?;
        let (Step::Ready, Some(post)) = (first.step(self.params.second_factor), first.post.clone()) else {
            return Err(Error::Unfinished(first.step(self.params.second_factor)));
        };
        self.seen(first).await?;
        Ok(Identity {
            session: first.session.clone(),
            account: first.account.clone(),
            login_name: first.login_name.clone(),
            display_name: first.display_name.clone(),
            post,
            title: first.title.clone().unwrap_or_default(),
            org: first.org.clone().unwrap_or_default(),
            grants: rows.iter().filter_map(Found::grant).collect(),
            second_factor_at: first.second_factor_at,
            client,
        })
    }

    /// What the session of this token still needs.
    ///
    /// # Errors
    /// [`Error::NoSession`].
    pub async fn step(&self, token: &str) -> Result<Step> {
        Ok(self.found(token).await?.step(self.params.second_factor))
    }

    /// The open sessions of an account, the one used last first. Who may see them is the caller's to ask.
    pub async fn sessions(&self, account: &str) -> Result<Vec<Open>> {
        let now = self.store.clock.now();
        let args = vec![account.into(), (now - self.params.idle).into(), (now - self.params.life).into()];
        Ok(self.store.db.fetch_all(LIST, args).await?)
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn end_session(&self, by: &Identity, session: &str) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        let args: Vec<Value> =
            vec![session.into(), (&by.account).into(), self.store.clock.now().into(), "本人结束".into()];
        if tx.execute(END, args).await? == 0 {
            return Err(Error::NotFound("个会话"));
        }
        audit::append(&mut tx, &self.entry(crate::By::Person(by), "session.ended", "session", session)).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all of one's own sessions but this one; gives how many.
    pub async fn end_other_sessions(&self, by: &Identity) -> Result<u64> {
        let mut tx = self.store.db.begin().await?;
        let ended = self.end_others(&mut tx, &by.account, &by.session, "本人结束").await?;
        let changes = audit::Changes::none().plain("ended", serde_json::Value::Null, ended);
        let entry = self.entry(crate::By::Person(by), "session.others_ended", "account", &by.account);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Ends the session of this token; nothing happens where there is none.
    pub async fn log_out(&self, token: &str, client: &Client) -> Result<()> {
        let Some(found) = self.rows(token).await?.into_iter().next() else { return Ok(()) };
        let mut tx = self.store.db.begin().await?;
        let now = self.store.clock.now();
        let args: Vec<Value> = vec![(&found.session).into(), (&found.account).into(), now.into(), "退出".into()];
        tx.execute(END, args).await?;
        audit::append(&mut tx, &self.own_entry(&found.account, "session.ended", &found.session, client)).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn found(&self, token: &str) -> Result<Found> {
        let found = self.rows(token).await?.into_iter().next().ok_or(Error::NoSession)?;
        self.seen(&found).await?;
        Ok(found)
    }

    async fn rows(&self, token: &str) -> Result<Vec<Found>> {
        let (now, today) = (self.store.clock.now(), self.store.clock.today());
        let (idle, life) = (now - self.params.idle, now - self.params.life);
        let args: Vec<Value> = vec![digest(token).into(), idle.into(), life.into(), today.into()];
        Ok(self.store.db.fetch_all(FIND, args).await?)
    }

    async fn seen(&self, found: &Found) -> Result<()> {
        let now = self.store.clock.now();
        if now - found.last_seen_at >= SEEN_EVERY {
            let mut tx = self.store.db.begin().await?;
            tx.execute(SEEN, vec![(&found.session).into(), now.into()]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// A new session of `account`; gives its id and token.
    pub(crate) async fn open(
        &self,
        tx: &mut Tx,
        account: &str,
        client: &Client,
    ) -> Result<(String, Zeroizing<String>)> {
        let (id, token) = (self.new_id(), new_token());
        let args: Vec<Value> = vec![
            (&id).into(),
            digest(&token).into(),
            account.into(),
            self.store.clock.now().into(),
            (&client.ip).into(),
            (&client.device).into(),
        ];
        tx.execute(ADD, args).await?;
        Ok((id, token))
    }

    /// Gives the session a new token: who has seen the old one has nothing.
    pub(crate) async fn rotate(
        &self,
        tx: &mut Tx,
        session: &str,
        old: &str,
        progress: Progress<'_>,
    ) -> Result<Zeroizing<String>> {
        let token = new_token();
        let args: Vec<Value> = vec![
            session.into(),
            digest(old).into(),
            digest(&token).into(),
            self.store.clock.now().into(),
            progress.second_factor_at.into(),
            progress.post.into(),
        ];
        // Of two requests with the same token one is first.
        if tx.execute(ROTATE, args).await? == 0 {
            return Err(Error::NoSession);
        }
        Ok(token)
    }

    /// The session with its new token, and what it needs next.
    pub(crate) async fn started(&self, session: String, token: Zeroizing<String>) -> Result<Started> {
        let step = self.step(&token).await?;
        Ok(Started { session, token, step })
    }

    pub(crate) async fn end_one(&self, tx: &mut Tx, account: &str, session: &str, reason: &str) -> Result<()> {
        let args: Vec<Value> = vec![session.into(), account.into(), self.store.clock.now().into(), reason.into()];
        tx.execute(END, args).await?;
        Ok(())
    }

    /// Ends all sessions of `account` but `kept` (empty: all); gives how many.
    pub(crate) async fn end_others(&self, tx: &mut Tx, account: &str, kept: &str, reason: &str) -> Result<u64> {
        let args: Vec<Value> = vec![account.into(), kept.into(), self.store.clock.now().into(), reason.into()];
        Ok(tx.execute(END_OTHERS, args).await?)
    }

    /// An audit entry for what somebody did to their own session or account.
    pub(crate) fn own_entry(
        &self,
        account: &str,
        action: impl Into<String>,
        id: &str,
        client: &Client,
    ) -> audit::Entry {
        let entry = self.entry(crate::By::Installation, action, "session", id);
        let actor = audit::Actor { id: Some(account.to_owned()), ..audit::Actor::default() };
        client.named(audit::Entry { actor, ..entry })
    }
}

/// What a form has to send back besides the cookie: nobody who doesn't know the token can make it, and the
/// token can't be found from it.
pub fn csrf(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(signed(token, b"dangwutong/csrf/v1"))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 §3)")]
fn signed(key: &str, text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// 256 random bits that may stand in a cookie.
fn new_token() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 32]);
    rand::rng().fill_bytes(&mut *bytes);
    Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))
}

/// SHA-256, hex: enough for what was random, and for names that need only be recognised.
pub(crate) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
