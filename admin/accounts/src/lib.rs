//! Who may log in to the back office, as what, and what they were granted. No HTTP here.
//!
//! ```text
//! account ─► log_in ─► second_factor ─► choose_post ─► session ─► identity (user, org, grants)
//!   └─ post (one or several) ─ role_grant (role on a node) ─► role_grant given on its strength …
//! ```
//! - A session is a random token of which only the hash is kept; every step of the login gives a new one.
//! - Nobody grants more than they hold: a grant knows on whose strength it was given, and ends with it.
//! - Everything that matters is in the audit log, in the same transaction.

mod account;
pub mod demo;
mod error;
mod grants;
mod login;
pub mod password;
mod post;
mod session;
#[cfg(test)]
mod tests;
pub mod totp;

use std::sync::Arc;

use chrono::Duration;
use seal::{KeyRing, audit};
use store::Store;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

pub use account::Summary;
pub use error::{Error, Result};
pub use grants::{Held, Wanted};
pub use login::Enrolment;
pub use post::{Left, NewPost, Post};
pub use session::{Client, Identity, Open, Started, Step, csrf};

/// Limits and habits; [`Params::default`] is what 等保三级 asks for.
#[derive(Debug, Clone)]
pub struct Params {
    /// What a password's hash costs.
    pub cost: password::Cost,
    /// Failures after which a login name is locked.
    pub failures: i64,
    /// For how long it is locked; failures that lie further back are forgotten.
    pub lock: Duration,
    /// A session ends after this long without a request.
    pub idle: Duration,
    /// A session ends after this long in any case.
    pub life: Duration,
    /// Whether everybody needs a second factor, or only those who have bound one.
    pub second_factor: bool,
    /// Hashes computed at once: each takes a core and the memory of [`password::Cost`].
    pub hashes_at_once: usize,
}

impl Default for Params {
    /// 5 failures lock for 30 minutes; 30 minutes of idleness, 12 hours in all; two factors.
    fn default() -> Self {
        Self {
            cost: password::Cost::default(),
            failures: 5,
            lock: Duration::minutes(30),
            idle: Duration::minutes(30),
            life: Duration::hours(12),
            second_factor: true,
            hashes_at_once: 4,
        }
    }
}

/// Accounts, their sessions and their grants.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    keys: Arc<KeyRing>,
    params: Params,
    /// Verified for login names that nobody has, so that the answer takes as long.
    dummy: Arc<str>,
    hashing: Arc<Semaphore>,
}

impl Accounts {
    /// Over this database. Computes one hash.
    ///
    /// # Errors
    /// [`Error::Hash`] where the cost is impossible.
    pub fn new(store: Store, keys: Arc<KeyRing>, params: Params) -> Result<Self> {
        let dummy = password::hash(&account::random_password(), params.cost)?.into();
        let hashing = Arc::new(Semaphore::new(params.hashes_at_once.max(1)));
        Ok(Self { store, keys, params, dummy, hashing })
    }

    /// Runs slow work on passwords where it stops nobody, a few at a time.
    async fn crunch<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.hashing.acquire().await.map_err(|error| Error::Hash(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Hash(error.to_string()))?
    }

    async fn is_right(&self, password: &str, hash: &str) -> Result<bool> {
        let (password, hash) = (Zeroizing::new(password.to_owned()), hash.to_owned());
        self.crunch(move || password::is_right(&password, &hash)).await
    }

    async fn hashed(&self, password: &str) -> Result<String> {
        let (password, cost) = (Zeroizing::new(password.to_owned()), self.params.cost);
        self.crunch(move || password::hash(&password, cost)).await
    }

    fn new_id(&self) -> String {
        self.store.ids.next().simple().to_string()
    }

    /// An audit entry of now.
    fn entry(&self, by: By<'_>, action: impl Into<String>, kind: &str, id: &str) -> audit::Entry {
        let entry = audit::Entry::new(self.store.clock.now(), action, kind);
        let entry = audit::Entry { object_id: Some(id.to_owned()), ..entry };
        match by {
            By::Installation => entry,
            By::Person(it) => {
                let actor = audit::Actor { id: Some(it.account.clone()), role: None, org: filled(&it.org) };
                it.client.named(audit::Entry { actor, ..entry })
            }
        }
    }
}

/// Who does something to accounts or grants.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Whoever runs the program on the server: makes the first administrators.
    Installation,
    /// Somebody who is logged in, in the post that they chose.
    Person(&'a Identity),
}

impl By<'_> {
    fn account(self) -> Option<String> {
        match self {
            Self::Installation => None,
            Self::Person(it) => Some(it.account.clone()),
        }
    }
}

/// Nothing for an empty text.
fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|it| !it.is_empty())
}
