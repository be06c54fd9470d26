//! Posts: as what somebody works. A post has days; its grants lie inside them.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::role::Node;
use seal::audit;
use serde::Serialize;
use store::Value;

use crate::{
    Accounts, By, Error, Result,
    grants::{Row, TURN},
};

const ADD: &str = "insert into post (id, account_id, org_id, title, valid_from, valid_to, created_at) \
     values ($1, $2, $3, $4, $5, $6, $7)";
const OWN: &str = "select p.id, p.org_id, o.full_name as org_name, p.title, p.valid_from, p.valid_to from post p \
     left join party_org o on o.id = p.org_id where p.account_id = $1 and p.valid_from <= $2 \
     and (p.valid_to is null or p.valid_to >= $2) order by p.valid_from, p.id";
const ACCOUNT: &str = "select id from account where id = $1 and state = 'active'";
const ORG: &str = "select path, division_code from party_org where id = $1";
const OPEN: &str = "select account_id from post where id = $1 and (valid_to is null or valid_to >= $2)";
const CLOSE: &str = "update post set valid_to = $2 where id = $1 and (valid_to is null or valid_to > $2)";
const OPEN_GRANTS: &str =
    crate::grants::rows!("where g.post_id = $1 and g.revoked_at is null and (g.valid_to is null or g.valid_to >= $2)");
// What the holder of the post granted to others.
const GIVEN: &str = crate::grants::rows!(
    "join role_grant l on l.id = g.granted_by where l.post_id = $1 and g.post_id <> $1 \
     and l.revoked_at is null and g.revoked_at is null and (g.valid_to is null or g.valid_to > $2)"
);
const HANG: &str = "update role_grant set granted_by = $2 where id = $1";
const SHORTEN: &str = "update role_grant set valid_to = $2 where post_id = $1 and revoked_at is null \
     and (valid_to is null or valid_to > $2)";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[ADD, OWN, ACCOUNT, ORG, OPEN, CLOSE, OPEN_GRANTS, GIVEN, HANG, SHORTEN];

/// A post to be opened.
#[derive(Debug, Clone, Default)]
pub struct NewPost {
    /// Whose.
    pub account: String,
    /// In which organisation; none for an administrator of the system.
    pub org: Option<String>,
    /// What it is called.
    pub title: String,
    /// First day; today where none is given.
    pub valid_from: Option<NaiveDate>,
    /// Last day; open where none is given.
    pub valid_to: Option<NaiveDate>,
}

/// A post that is valid today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Post {
    /// Its id.
    pub id: String,
    /// The organisation.
    pub org_id: Option<String>,
    /// The organisation's name.
    pub org_name: Option<String>,
    /// What it is called.
    pub title: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// What leaving a post did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Grants of the post, which end with the day.
    pub ended: u64,
    /// Grants to others that go on, on the strength of the one who had granted the post its own.
    pub kept: u64,
}

impl Accounts {
    /// Opens a post; gives its id.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who has no role to grant over the organisation; [`Error::NotFound`] without
    /// an active account or such an organisation; [`Error::Invalid`] (`ACC-013` title, `ACC-014` days).
    pub async fn open_post(&self, by: By<'_>, new: &NewPost) -> Result<String> {
        let today = self.store.clock.today();
        let from = new.valid_from.unwrap_or(today);
        let title = new.title.trim();
        if !(1..=40).contains(&title.chars().count()) {
            return Err(Error::violation("ACC-013", "title", "岗位名称为 1–40 个字"));
        }
        if new.valid_to.is_some_and(|to| to < from || to < today) {
            return Err(Error::violation("ACC-014", "valid_to", "结束日期不能早于开始日期或今天"));
        }
        let mut tx = self.store.db.begin().await?;
        tx.execute(TURN, vec![]).await?;
        tx.fetch_optional::<(String,)>(ACCOUNT, vec![(&new.account).into()]).await?.ok_or(Error::NotFound("个账号"))?;
        // An organisation lies on two bases: where it belongs and where it has its seat.
        let nodes = match &new.org {
            None => vec![Node::City],
            Some(org) => {
                let found = tx.fetch_optional::<(String, String)>(ORG, vec![org.into()]).await?;
                let (path, code) = found.ok_or(Error::NotFound("个组织"))?;
                vec![Node::Subtree { path }, Node::Division { code }]
            }
        };
        if !self.rights(&mut tx, by).await?.may_grant_on(&nodes) {
            return Err(Error::Forbidden("新设岗位"));
        }
        let id = self.new_id();
        let args: Vec<Value> = vec![
            (&id).into(),
            (&new.account).into(),
            new.org.clone().into(),
            title.into(),
            from.into(),
            new.valid_to.into(),
            self.store.clock.now().into(),
        ];
        tx.execute(ADD, args).await?;
        let changes = audit::Changes::none().plain("account_id", serde_json::Value::Null, new.account.as_str()).plain(
            "title",
            serde_json::Value::Null,
            title,
        );
        let entry = self.entry(by, "post.opened", "post", &id);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The posts of an account that are valid today: what there is to choose from.
    pub async fn posts(&self, account: &str) -> Result<Vec<Post>> {
        Ok(self.store.db.fetch_all(OWN, vec![account.into(), self.store.clock.today().into()]).await?)
    }

    /// Ends a post and its grants with `last_day` (24:00 in Shanghai).
    ///
    /// Leaving is no withdrawal of trust: what the holder granted to others goes on, and hangs from now on on
    /// the grant of the one above, who could have given it as well (`may_grant` and `holds` reach over two
    /// steps as over one; a test holds them to it). Else one retirement would lock out a district. What was
    /// granted in bad faith is revoked ([`Accounts::revoke`]), and then everything ends.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who doesn't stand above the post's grants;
    /// [`Error::Invalid`] (`ACC-014`) for a day that is over.
    pub async fn leave_post(&self, by: By<'_>, post: &str, last_day: NaiveDate) -> Result<Left> {
        let today = self.store.clock.today();
        if last_day < today {
            return Err(Error::violation("ACC-014", "valid_to", "离岗日期不能早于今天"));
        }
        let mut tx = self.store.db.begin().await?;
        tx.execute(TURN, vec![]).await?;
        let open = tx.fetch_optional::<(String,)>(OPEN, vec![post.into(), today.into()]).await?;
        open.ok_or(Error::NotFound("个岗位"))?;
        let rights = self.rights(&mut tx, by).await?;
        let own = tx.fetch_all::<Row>(OPEN_GRANTS, vec![post.into(), today.into()]).await?;
        if !rights.may_grant_anything() {
            return Err(Error::Forbidden("办理离岗"));
        }
        for row in &own {
            if !rights.may_end(&mut tx, row).await? {
                return Err(Error::Forbidden("办理离岗"));
            }
        }
        let behind: HashMap<&str, Option<&str>> =
            own.iter().map(|row| (row.id.as_str(), row.granted_by.as_deref())).collect();
        let mut kept = 0;
        for given in tx.fetch_all::<Row>(GIVEN, vec![post.into(), last_day.into()]).await? {
            // Up to the first grant that isn't one of this post; none is the installation.
            let mut above = given.granted_by.as_deref();
            while let Some(next) = above.and_then(|it| behind.get(it)) {
                above = *next;
            }
            kept += tx.execute(HANG, vec![(&given.id).into(), above.into()]).await?;
        }
        let ended = tx.execute(SHORTEN, vec![post.into(), last_day.into()]).await?;
        tx.execute(CLOSE, vec![post.into(), last_day.into()]).await?;
        let changes = audit::Changes::none()
            .plain("valid_to", serde_json::Value::Null, last_day.to_string())
            .plain("ended", serde_json::Value::Null, ended)
            .plain("kept", serde_json::Value::Null, kept);
        let entry = self.entry(by, audit::Event::GrantChanged, "post", post);
        audit::append(&mut tx, &audit::Entry { changes, ..entry }).await?;
        tx.commit().await?;
        Ok(Left { ended, kept })
    }
}
