//! From the password to a session that is good for work.
//!
//! Failures are counted under the login name, whether somebody has it or not: names that exist can't be
//! told from others by the answer, by the time it takes, or by being locked. The count stands in the
//! database, so that several processes agree.

use chrono::{DateTime, Utc};
use seal::{Place, audit};
use store::{Tx, Value};
use zeroize::Zeroizing;

use crate::{
    Accounts, Client, Error, Result, Started, Step,
    account::{is_login_name, normalised, secrets},
    password,
    post::Post,
    session::{Found, Progress, digest},
    totp,
};

const LOCKED: &str = "select locked_until from login_failure where name_hash = $1 and locked_until > $2";
// A lock that is over and failures of long ago begin a new count.
const COUNT: &str = "insert into login_failure (name_hash, failures, last_at) values ($1, 1, $2) \
     on conflict (name_hash) do update set failures = case when login_failure.locked_until <= excluded.last_at \
     or login_failure.last_at < $3 then 1 else login_failure.failures + 1 end, \
     locked_until = case when login_failure.locked_until <= excluded.last_at then null \
     else login_failure.locked_until end, last_at = excluded.last_at returning failures, locked_until";
const LOCK: &str = "update login_failure set locked_until = $2 \
     where name_hash = $1 and locked_until is null and failures >= $3";
const CLEAR: &str = "delete from login_failure where name_hash = $1 and (locked_until is null or locked_until <= $2)";
// What nobody came back to: an attacker can't fill the table for long.
const SWEEP: &str = "delete from login_failure where last_at < $1";
const FIND: &str = "select id, password_hash, (totp_cell is not null) as has_totp from account \
     where login_name = $1 and state = 'active'";
const USE_STEP: &str = "update account set totp_step = $2 where id = $1 and totp_step < $2";
const PENDING: &str = "update account set totp_pending = $2 where id = $1 and totp_cell is null";
const CONFIRM: &str = "update account set totp_cell = $2, totp_pending = null, totp_step = $3 \
     where id = $1 and totp_cell is null and totp_pending = $4";
const POST: &str = "select id from post where id = $1 and account_id = $2 and valid_from <= $3 \
     and (valid_to is null or valid_to >= $3)";
// Only over the hash that was checked: of two changes at once one is refused.
const CHANGE: &str = "update account set password_hash = $2, password_history = $3, password_set_at = $4, \
     must_change = false, updated_at = $4 where id = $1 and password_hash = $5";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[LOCKED, COUNT, LOCK, CLEAR, SWEEP, FIND, USE_STEP, PENDING, CONFIRM, POST, CHANGE];

#[derive(sqlx::FromRow)]
struct Known {
    id: String,
    password_hash: String,
    has_totp: bool,
}

/// A second factor that is to be bound.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret in base32, to be typed.
    pub secret: Zeroizing<String>,
    /// The same as an address, to be shown as a QR code.
    pub uri: Zeroizing<String>,
}

impl Accounts {
    /// The first step: name and password.
    ///
    /// # Errors
    /// [`Error::Refused`], whatever was wrong; [`Error::Locked`] after too many failures.
    pub async fn log_in(&self, name: &str, password: &str, client: &Client) -> Result<Started> {
        let name = normalised(name);
        let key = digest(&name);
        let known = if is_login_name(&name) {
            self.store.db.fetch_optional::<Known>(FIND, vec![(&name).into()]).await?
        } else {
            None
        };
        let id = known.as_ref().map(|it| it.id.as_str());
        self.not_locked(&key, id, None, client).await?;
        let hash = known.as_ref().map_or(&*self.dummy, |it| it.password_hash.as_str());
        let is_right = self.is_right(password, hash).await?;
        let Some(known) = known.as_ref().filter(|_| is_right) else {
            return Err(self.failed(&key, id, None, "口令", Error::Refused, client).await?);
        };
        let mut tx = self.store.db.begin().await?;
        // Who still has to show the second factor hasn't succeeded yet: else the password would buy
        // guesses at the code without end.
        self.clear(&mut tx, &key, !known.has_totp).await?;
        let (session, token) = self.open(&mut tx, &known.id, client).await?;
        audit::append(&mut tx, &self.own_entry(&known.id, "session.started", &session, client)).await?;
        tx.commit().await?;
        self.rehash(&known.id, password, &known.password_hash).await?;
        self.started(session, token).await
    }

    /// The second step, and again wherever a fresh proof is asked for: the code that the app shows.
    ///
    /// # Errors
    /// [`Error::NoSession`], [`Error::NotEnrolled`], [`Error::BadCode`], [`Error::Locked`].
    pub async fn second_factor(&self, token: &str, code: &str, client: &Client) -> Result<Started> {
        let found = self.found(token).await?;
        let secrets = secrets(&self.store, &found.account).await?;
        let cell = secrets.totp_cell.ok_or(Error::NotEnrolled)?;
        let secret = self.keys.decrypt(&Place::new("account", "totp_cell", &found.account), &cell)?;
        let (key, now) = (digest(&found.login_name), self.store.clock.now());
        self.not_locked(&key, Some(&found.account), Some(&found.session), client).await?;
        let mut tx = self.store.db.begin().await?;
        let step = totp::step_of(&secret, code, now.timestamp());
        // Of two requests with the same code one is first.
        let is_new = match step {
            Some(step) => tx.execute(USE_STEP, vec![(&found.account).into(), step.into()]).await? > 0,
            None => false,
        };
        if !is_new {
            drop(tx);
            return Err(self.wrong_in_session(&found, "动态口令", Error::BadCode, client).await?);
        }
        self.clear(&mut tx, &key, true).await?;
        let progress = Progress { second_factor_at: Some(now), ..Progress::default() };
        let token = self.rotate(&mut tx, &found.session, token, progress).await?;
        let entry = self.own_entry(&found.account, "session.second_factor", &found.session, client);
        audit::append(&mut tx, &entry).await?;
        tx.commit().await?;
        self.started(found.session, token).await
    }

    /// A new second factor for an account that has none; it counts once [`Accounts::confirm`]ed.
    ///
    /// # Errors
    /// [`Error::NoSession`]; [`Error::Unfinished`] before a password of one's own;
    /// [`Error::AlreadyEnrolled`].
    pub async fn enrol(&self, token: &str) -> Result<Enrolment> {
        let found = self.past(token, &[Step::SecondFactor, Step::ChangePassword]).await?;
        let secret = totp::new_secret();
        let cell = self.keys.encrypt(&Place::new("account", "totp_pending", &found.account), &secret)?;
        let mut tx = self.store.db.begin().await?;
        if tx.execute(PENDING, vec![(&found.account).into(), cell.into()]).await? == 0 {
            return Err(Error::AlreadyEnrolled);
        }
        tx.commit().await?;
        Ok(Enrolment { uri: totp::uri(&secret, &found.login_name), secret })
    }

    /// Binds the second factor of [`Accounts::enrol`]: the app shows its codes.
    ///
    /// # Errors
    /// Those of [`Accounts::enrol`] and [`Accounts::second_factor`].
    pub async fn confirm(&self, token: &str, code: &str, client: &Client) -> Result<Started> {
        let found = self.past(token, &[Step::SecondFactor, Step::ChangePassword]).await?;
        let pending = secrets(&self.store, &found.account).await?.totp_pending.ok_or(Error::NotEnrolled)?;
        let secret = self.keys.decrypt(&Place::new("account", "totp_pending", &found.account), &pending)?;
        let now = self.store.clock.now();
        let Some(step) = totp::step_of(&secret, code, now.timestamp()) else {
            return Err(self.wrong_in_session(&found, "绑定动态口令", Error::BadCode, client).await?);
        };
        let cell = self.keys.encrypt(&Place::new("account", "totp_cell", &found.account), &secret)?;
        let mut tx = self.store.db.begin().await?;
        let args: Vec<Value> = vec![(&found.account).into(), cell.into(), step.into(), pending.into()];
        if tx.execute(CONFIRM, args).await? == 0 {
            return Err(Error::AlreadyEnrolled);
        }
        // Sessions that began with the password alone.
        self.end_others(&mut tx, &found.account, &found.session, "绑定动态口令").await?;
        let progress = Progress { second_factor_at: Some(now), ..Progress::default() };
        let token = self.rotate(&mut tx, &found.session, token, progress).await?;
        audit::append(&mut tx, &self.own_entry(&found.account, "account.enrolled", &found.session, client)).await?;
        tx.commit().await?;
        self.started(found.session, token).await
    }

    /// The posts that there are to choose from.
    ///
    /// # Errors
    /// [`Error::NoSession`]; [`Error::Unfinished`] before the other steps.
    pub async fn choices(&self, token: &str) -> Result<Vec<Post>> {
        let found = self.past(token, &[Step::SecondFactor, Step::ChangePassword, Step::Enrol]).await?;
        self.posts(&found.account).await
    }

    /// The last step, and later a change of identity: one of one's own posts that is valid today.
    ///
    /// # Errors
    /// [`Error::NoSession`]; [`Error::Unfinished`] before the other steps; [`Error::NotFound`].
    pub async fn choose_post(&self, token: &str, post: &str, client: &Client) -> Result<Started> {
        let found = self.past(token, &[Step::SecondFactor, Step::ChangePassword, Step::Enrol]).await?;
        let mut tx = self.store.db.begin().await?;
        let args: Vec<Value> = vec![post.into(), (&found.account).into(), self.store.clock.today().into()];
        let own = tx.fetch_optional::<(String,)>(POST, args).await?;
        own.ok_or(Error::NotFound("个岗位"))?;
        let progress = Progress { post: Some(post), ..Progress::default() };
        let token = self.rotate(&mut tx, &found.session, token, progress).await?;
        let entry = self.own_entry(&found.account, "session.post_chosen", &found.session, client);
        let changes = audit::Changes::none().plain("post_id", serde_json::Value::Null, post);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        self.started(found.session, token).await
    }

    /// A new password of one's own. All other sessions of the account end.
    ///
    /// # Errors
    /// [`Error::NoSession`]; [`Error::Unfinished`] before the second factor; [`Error::Refused`] where `old`
    /// is wrong, which counts as a failed login; [`Error::Invalid`] with everything wrong with `new`.
    pub async fn change_password(&self, token: &str, old: &str, new: &str, client: &Client) -> Result<Started> {
        let found = self.past(token, &[Step::SecondFactor]).await?;
        let key = digest(&found.login_name);
        self.not_locked(&key, Some(&found.account), Some(&found.session), client).await?;
        let secrets = secrets(&self.store, &found.account).await?;
        if !self.is_right(old, &secrets.password_hash).await? {
            return Err(self.wrong_in_session(&found, "修改口令", Error::Refused, client).await?);
        }
        let past = secrets.past();
        let (name, text, hashes) = (found.login_name.clone(), Zeroizing::new(new.to_owned()), past.clone());
        let wrong = self.crunch(move || password::violations(&text, &name, &hashes)).await?;
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let hash = self.hashed(new).await?;
        let mut tx = self.store.db.begin().await?;
        let args: Vec<Value> = vec![
            (&found.account).into(),
            hash.into(),
            serde_json::Value::from(past).to_string().into(),
            self.store.clock.now().into(),
            secrets.password_hash.into(),
        ];
        if tx.execute(CHANGE, args).await? == 0 {
            return Err(Error::Refused);
        }
        let ended = self.end_others(&mut tx, &found.account, &found.session, "修改口令").await?;
        let token = self.rotate(&mut tx, &found.session, token, Progress::default()).await?;
        let entry = self.own_entry(&found.account, "account.password_changed", &found.session, client);
        let changes = audit::Changes::none().plain("sessions_ended", serde_json::Value::Null, ended);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        self.started(found.session, token).await
    }

    /// The session, unless it stands at one of `steps`.
    async fn past(&self, token: &str, steps: &[Step]) -> Result<Found> {
        let found = self.found(token).await?;
        let step = found.step(self.params.second_factor);
        if steps.contains(&step) { Err(Error::Unfinished(step)) } else { Ok(found) }
    }

    /// An attempt at a locked name is counted and written down, and costs no hash.
    async fn not_locked(&self, key: &str, account: Option<&str>, session: Option<&str>, client: &Client) -> Result<()> {
        let args: Vec<Value> = vec![key.into(), self.store.clock.now().into()];
        match self.store.db.fetch_optional::<(DateTime<Utc>,)>(LOCKED, args).await? {
            Some(_) => Err(self.failed(key, account, session, "锁定", Error::Refused, client).await?),
            None => Ok(()),
        }
    }

    async fn wrong_in_session(&self, found: &Found, what: &str, error: Error, client: &Client) -> Result<Error> {
        self.failed(&digest(&found.login_name), Some(&found.account), Some(&found.session), what, error, client).await
    }

    /// Counts a failure and writes it down; gives the answer: `error`, or that the name is locked. A lock
    /// ends the session in which the last failure happened.
    async fn failed(
        &self,
        key: &str,
        account: Option<&str>,
        session: Option<&str>,
        what: &str,
        error: Error,
        client: &Client,
    ) -> Result<Error> {
        let now = self.store.clock.now();
        let mut tx = self.store.db.begin().await?;
        let args: Vec<Value> = vec![key.into(), now.into(), (now - self.params.lock).into()];
        let counted = tx.fetch_optional::<(i64, Option<DateTime<Utc>>)>(COUNT, args).await?;
        let (failures, was_locked) = counted.unwrap_or_default();
        let until = now + self.params.lock;
        let args: Vec<Value> = vec![key.into(), until.into(), self.params.failures.into()];
        let is_locked_now = tx.execute(LOCK, args).await? > 0;
        let locked = if is_locked_now { Some(until) } else { was_locked };
        if let (Some(_), Some(account), Some(session)) = (locked, account, session) {
            self.end_one(&mut tx, account, session, "锁定").await?;
        }
        // Whoever typed a password into the field of the name doesn't find it in the log.
        let id = account.map_or_else(|| format!("unknown:{}", &key[..16]), str::to_owned);
        let changes = audit::Changes::none().plain("failures", serde_json::Value::Null, failures);
        let entry = client.named(self.entry(crate::By::Installation, audit::Event::LoginFailed, "account", &id));
        let reason = Some(what.to_owned());
        let mut entries = vec![audit::Entry { changes, reason, outcome: audit::Outcome::Refused, ..entry }];
        if is_locked_now {
            entries.push(client.named(self.entry(crate::By::Installation, "account.locked", "account", &id)));
        }
        audit::append_all(&mut tx, &entries).await?;
        tx.commit().await?;
        Ok(locked.map_or(error, Error::Locked))
    }

    /// A success: forgets the failures if `all` was shown, unless somebody locked the name meanwhile.
    async fn clear(&self, tx: &mut Tx, key: &str, all: bool) -> Result<()> {
        let now = self.store.clock.now();
        if all {
            // Waits for a failure that is being counted, and sees its lock below.
            tx.execute(CLEAR, vec![key.into(), now.into()]).await?;
            tx.execute(SWEEP, vec![(now - self.params.lock * 2).into()]).await?;
        }
        match tx.fetch_optional::<(DateTime<Utc>,)>(LOCKED, vec![key.into(), now.into()]).await? {
            Some((until,)) => Err(Error::Locked(until)),
            None => Ok(()),
        }
    }
}
