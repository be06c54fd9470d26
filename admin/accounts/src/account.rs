//! Accounts: made and looked after by those who stand above them.

use chrono::{DateTime, Utc};
use domain::{
    Violation,
    role::{Role, may_grant},
};
use rand::seq::IndexedRandom as _;
use seal::audit;
use serde::Serialize;
use store::{Store, Tx, Value};
use zeroize::Zeroizing;

use crate::{
    Accounts, By, Error, Result,
    grants::{OPEN_OF_ACCOUNT, Row},
    password,
    session::digest,
};

const ADD: &str = "insert into account (id, login_name, display_name, password_hash, password_history, \
     password_set_at, must_change, totp_step, state, demo, created_at, updated_at) \
     values ($1, $2, $3, $4, '[]', $5, $6, 0, 'active', $7, $5, $5) on conflict (login_name) do nothing";
const SECRETS: &str = "select password_hash, password_history, totp_cell, totp_pending from account \
     where id = $1";
const LOGIN_NAME: &str = "select login_name from account where id = $1";
const SWITCH: &str = "update account set state = $2, updated_at = $3 where id = $1 and state <> $2";
const RESET: &str = "update account set password_hash = $2, password_history = $3, must_change = true, \
     password_set_at = $4, updated_at = $4 where id = $1";
const REHASH: &str = "update account set password_hash = $2 where id = $1 and password_hash = $3";
const UNBIND: &str = "update account set totp_cell = null, totp_pending = null, updated_at = $2 \
     where id = $1 and totp_cell is not null";
const UNLOCK: &str = "delete from login_failure where name_hash = $1";
const LIST: &str = "select a.id, a.login_name, a.display_name, a.state, a.must_change, \
     (a.totp_cell is not null) as second_factor, a.demo, a.created_at from account a \
     where a.login_name > $1 order by a.login_name limit $2";
const LOCKED: &str = "select locked_until from login_failure where name_hash = $1 and locked_until > $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[ADD, SECRETS, LOGIN_NAME, SWITCH, RESET, REHASH, UNBIND, UNLOCK, LIST, LOCKED];

/// An account of the list, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Summary {
    /// Its id.
    pub id: String,
    /// The name to log in with.
    pub login_name: String,
    /// The person's name.
    pub display_name: String,
    /// `active` or `disabled`; whether it is locked for the moment says [`Accounts::locked_until`].
    pub state: String,
    /// Whether the next login asks for a new password.
    pub must_change: bool,
    /// Whether a second factor is bound.
    pub second_factor: bool,
    /// Whether it was made for a demonstration.
    pub demo: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// What is never shown.
#[derive(sqlx::FromRow)]
pub(crate) struct Secrets {
    pub password_hash: String,
    password_history: String,
    pub totp_cell: Option<String>,
    pub totp_pending: Option<String>,
}

impl Secrets {
    /// The hashes that a new password is compared with, the present one first.
    pub fn past(&self) -> Vec<String> {
        let before: Vec<String> = serde_json::from_str(&self.password_history).unwrap_or_default();
        let present = std::iter::once(self.password_hash.clone());
        present.chain(before).take(password::REMEMBERED).collect()
    }
}

/// What an account is made with.
pub(crate) struct Fresh<'a> {
    pub login_name: &'a str,
    pub display_name: &'a str,
    pub password: &'a str,
    pub demo: bool,
}

impl Accounts {
    /// A new account that may do nothing yet; gives its id and its first password, which has to be changed
    /// at the first login.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who may grant nothing, [`Error::Invalid`] (`ACC-011` login name, `ACC-012`
    /// name), [`Error::NameTaken`].
    pub async fn create_account(
        &self,
        by: By<'_>,
        login_name: &str,
        display_name: &str,
    ) -> Result<(String, Zeroizing<String>)> {
        if let By::Person(it) = by {
            let grants_something = |held: Role| Role::ALL.iter().any(|other| may_grant(held, *other));
            if !it.grants.iter().any(|held| grants_something(held.role)) {
                return Err(Error::Forbidden("新建账号"));
            }
        }
        let password = random_password();
        let id = self.add_account(by, &Fresh { login_name, display_name, password: &password, demo: false }).await?;
        Ok((id, password))
    }

    pub(crate) async fn add_account(&self, by: By<'_>, fresh: &Fresh<'_>) -> Result<String> {
        let (login_name, display_name) = (normalised(fresh.login_name), fresh.display_name.trim());
        check(&login_name, display_name)?;
        let (id, hash) = (self.new_id(), self.hashed(fresh.password).await?);
        let args: Vec<Value> = vec![
            (&id).into(),
            (&login_name).into(),
            display_name.into(),
            hash.into(),
            self.store.clock.now().into(),
            (!fresh.demo).into(),
            fresh.demo.into(),
        ];
        let mut tx = self.store.db.begin().await?;
        if tx.execute(ADD, args).await? == 0 {
            return Err(Error::NameTaken(login_name));
        }
        let changes = audit::Changes::none().plain("login_name", serde_json::Value::Null, login_name);
        let entry = self.entry(by, "account.created", "account", &id);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Switches an account on or off; switched off, its sessions end.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who neither stands above all of its grants nor is 安全管理员;
    /// [`Error::NotFound`] where there is nothing to switch.
    pub async fn set_enabled(&self, by: By<'_>, account: &str, on: bool, reason: &str) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        self.may_look_after(&mut tx, by, account, true, "启用或停用账号").await?;
        let state = if on { "active" } else { "disabled" };
        if tx.execute(SWITCH, vec![account.into(), state.into(), self.store.clock.now().into()]).await? == 0 {
            return Err(Error::NotFound("个可启用或停用的账号"));
        }
        if !on {
            self.end_others(&mut tx, account, "", "账号停用").await?;
        }
        let entry = self.entry(by, if on { "account.enabled" } else { "account.disabled" }, "account", account);
        audit::append(&mut tx, &audit::Entry { reason: crate::filled(reason), ..entry }).await?;
        Ok(tx.commit().await?)
    }

    /// Lets somebody try again before their lock is over.
    ///
    /// # Errors
    /// Those of [`Accounts::set_enabled`].
    pub async fn unlock(&self, by: By<'_>, account: &str) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        self.may_look_after(&mut tx, by, account, true, "解除锁定").await?;
        let login_name = login_name_of(&mut tx, account).await?;
        tx.execute(UNLOCK, vec![digest(&login_name).into()]).await?;
        audit::append(&mut tx, &self.entry(by, "account.unlocked", "account", account)).await?;
        Ok(tx.commit().await?)
    }

    /// A new first password for who forgot theirs; all sessions end. Not for 安全管理员 on accounts with
    /// business roles: whoever sets a password could log in with it and see what they must not.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who doesn't stand above all grants of the account; [`Error::NotFound`].
    pub async fn reset_password(&self, by: By<'_>, account: &str) -> Result<Zeroizing<String>> {
        let password = random_password();
        let hash = self.hashed(&password).await?;
        let mut tx = self.store.db.begin().await?;
        self.may_look_after(&mut tx, by, account, false, "重置口令").await?;
        let secrets = tx.fetch_optional::<Secrets>(SECRETS, vec![account.into()]).await?;
        let past = secrets.ok_or(Error::NotFound("个账号"))?.past();
        let history = serde_json::Value::from(past).to_string();
        tx.execute(RESET, vec![account.into(), hash.into(), history.into(), self.store.clock.now().into()]).await?;
        self.end_others(&mut tx, account, "", "重置口令").await?;
        audit::append(&mut tx, &self.entry(by, "account.password_reset", "account", account)).await?;
        tx.commit().await?;
        Ok(password)
    }

    /// Takes the second factor off, for who lost it; all sessions end.
    ///
    /// # Errors
    /// Those of [`Accounts::reset_password`].
    pub async fn reset_second_factor(&self, by: By<'_>, account: &str) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        self.may_look_after(&mut tx, by, account, false, "解除动态口令").await?;
        if tx.execute(UNBIND, vec![account.into(), self.store.clock.now().into()]).await? == 0 {
            return Err(Error::NotFound("个已绑定动态口令的账号"));
        }
        self.end_others(&mut tx, account, "", "解除动态口令").await?;
        audit::append(&mut tx, &self.entry(by, "account.unbound", "account", account)).await?;
        Ok(tx.commit().await?)
    }

    /// A password that was kept more cheaply than it would be today is kept anew, while it is known.
    pub(crate) async fn rehash(&self, account: &str, password: &str, hash: &str) -> Result<()> {
        if password::has_cost(hash, self.params.cost)? {
            return Ok(());
        }
        let fresh = self.hashed(password).await?;
        let mut tx = self.store.db.begin().await?;
        tx.execute(REHASH, vec![account.into(), fresh.into(), hash.into()]).await?;
        Ok(tx.commit().await?)
    }

    /// The next `limit` (1 to 200) accounts after the login name `after`, by name. Who may see them is the
    /// caller's to ask.
    pub async fn accounts(&self, after: &str, limit: i64) -> Result<Vec<Summary>> {
        Ok(self.store.db.fetch_all(LIST, vec![after.into(), limit.clamp(1, 200).into()]).await?)
    }

    /// Until when a login name is locked, if it is.
    pub async fn locked_until(&self, login_name: &str) -> Result<Option<DateTime<Utc>>> {
        let args = vec![digest(&normalised(login_name)).into(), self.store.clock.now().into()];
        Ok(self.store.db.fetch_optional::<(DateTime<Utc>,)>(LOCKED, args).await?.map(|(it,)| it))
    }

    /// Whether `by` stands above every grant of the account that isn't over.
    async fn may_look_after(
        &self,
        tx: &mut Tx,
        by: By<'_>,
        account: &str,
        by_security: bool,
        what: &'static str,
    ) -> Result<()> {
        login_name_of(tx, account).await?;
        let rights = self.rights(tx, by).await?;
        if by_security && rights.holds(Role::SecAdmin) {
            return Ok(());
        }
        let args = vec![account.into(), self.store.clock.today().into()];
        let open = tx.fetch_all::<Row>(OPEN_OF_ACCOUNT, args).await?;
        if !rights.may_grant_anything() {
            return Err(Error::Forbidden(what));
        }
        for row in &open {
            if !rights.may_end(tx, row).await? {
                return Err(Error::Forbidden(what));
            }
        }
        Ok(())
    }
}

pub(crate) async fn secrets(store: &Store, account: &str) -> Result<Secrets> {
    store.db.fetch_optional(SECRETS, vec![account.into()]).await?.ok_or(Error::NoSession)
}

async fn login_name_of(tx: &mut Tx, account: &str) -> Result<String> {
    let found = tx.fetch_optional::<(String,)>(LOGIN_NAME, vec![account.into()]).await?;
    found.map(|(it,)| it).ok_or(Error::NotFound("个账号"))
}

/// Login names are the same in capitals.
pub(crate) fn normalised(login_name: &str) -> String {
    login_name.trim().to_lowercase()
}

/// Whether anybody can have this name.
pub(crate) fn is_login_name(normalised: &str) -> bool {
    let fits = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'.' | b'-' | b'_');
    (3..=32).contains(&normalised.len()) && normalised.bytes().all(fits)
}

fn check(login_name: &str, display_name: &str) -> Result<()> {
    let mut wrong = Vec::new();
    if !is_login_name(login_name) {
        let message = "登录名为 3–32 个小写字母、数字或 . - _";
        wrong.push(Violation::error("ACC-011", "login_name", message));
    }
    if !(1..=40).contains(&display_name.chars().count()) || display_name.chars().any(char::is_control) {
        wrong.push(Violation::error("ACC-012", "display_name", "姓名为 1–40 个字"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// A password of 16 characters that keeps the policy, without letters that look like others: some 90 bits.
pub(crate) fn random_password() -> Zeroizing<String> {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-+=%";
    loop {
        let mut rng = rand::rng();
        let letter = |_| LETTERS.choose(&mut rng).map_or('-', |it| char::from(*it));
        let text: String = (0..16).map(letter).collect();
        // Nearly every draw is good.
        if password::violations(&text, "", &[]).is_ok_and(|it| it.is_empty()) {
            return Zeroizing::new(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_all_at_once() {
        let Err(Error::Invalid(wrong)) = check("王", "") else { panic!("refused") };
        assert_eq!(wrong.iter().map(|it| it.code).collect::<Vec<_>>(), ["ACC-011", "ACC-012"]);
        assert!(check("zhang.san-1_x", "张三").is_ok() && check("ab", "张三").is_err());
        assert!(check("zhang\u{2028}", "张三").is_err() && check("zhang", "张\n三").is_err());
    }
}
