//! Grants: a role on a node, given on the strength of another grant, up to the installation's own.
//!
//! What is checked when a grant is given holds as long as it lives: the one above it may grant the role, its
//! node holds the node, its days hold the days. Whatever would break that (revoking, leaving) ends what
//! hangs on it in the same transaction, and such transactions take turns; so a request need only look at
//! the grants of its post, not at the chains above them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Violation,
    role::{Grant, Node, Role, is_path, may_combine, may_grant},
};
use seal::audit;
use serde::Serialize;
use store::{Tx, Value};

use crate::{Accounts, By, Error, Result, filled};

/// Takes the turn: an update that changes nothing locks the row in both databases until the commit.
pub(crate) const TURN: &str = "update grant_turn set id = id where id = 1";

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "select g.id, g.post_id, p.account_id, g.role, g.node_kind, g.node_value, g.granted_by, g.valid_from, \
             g.valid_to from role_grant g join post p on p.id = g.post_id ",
            $rest
        )
    };
}
pub(crate) use rows;

const LIVE_OF_POST: &str = rows!(
    "join account a on a.id = p.account_id where g.post_id = $1 and a.state = 'active' and g.revoked_at is null \
     and g.valid_from <= $2 and (g.valid_to is null or g.valid_to >= $2) and p.valid_from <= $2 \
     and (p.valid_to is null or p.valid_to >= $2) order by g.created_at, g.id"
);
pub(crate) const OPEN_OF_ACCOUNT: &str =
    rows!("where p.account_id = $1 and g.revoked_at is null and (g.valid_to is null or g.valid_to >= $2)");
pub(crate) const BY_ID: &str = rows!("where g.id = $1 and g.revoked_at is null");
const POST: &str = "select p.account_id, p.valid_from, p.valid_to from post p join account a on a.id = p.account_id \
     where p.id = $1 and a.state = 'active' and (p.valid_to is null or p.valid_to >= $2)";
const ADD: &str = "insert into role_grant (id, post_id, role, node_kind, node_value, granted_by, valid_from, valid_to, \
     temporary, reason, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ABOVE: &str = "with recursive above (id, granted_by) as (select id, granted_by from role_grant where id = $1 \
     union select g.id, g.granted_by from role_grant g join above a on g.id = a.granted_by) select id from above";
const REVOKE: &str = "with recursive below (id) as (select id from role_grant where id = $1 \
     union select g.id from role_grant g join below b on g.granted_by = b.id) \
     update role_grant set revoked_at = $2, revoked_by = $3, revoke_reason = $4 \
     where revoked_at is null and id in (select id from below)";
const HELD: &str = "select g.id, p.title as post, o.full_name as org, g.role, g.node_kind, g.node_value, g.valid_from, \
     g.valid_to, g.temporary, g.reason, g.created_at, ua.display_name as granted_by from role_grant g \
     join post p on p.id = g.post_id join account a on a.id = p.account_id \
     left join party_org o on o.id = p.org_id left join role_grant u on u.id = g.granted_by \
     left join post up on up.id = u.post_id left join account ua on ua.id = up.account_id \
     where p.account_id = $1 and a.state = 'active' and g.revoked_at is null and g.valid_from <= $2 \
     and (g.valid_to is null or g.valid_to >= $2) and p.valid_from <= $2 \
     and (p.valid_to is null or p.valid_to >= $2) order by p.title, g.created_at, g.id";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[TURN, LIVE_OF_POST, OPEN_OF_ACCOUNT, BY_ID, POST, ADD, ABOVE, REVOKE, HELD];

/// A grant to be given.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// To which post.
    pub post: String,
    /// Which role.
    pub role: Role,
    /// Where.
    pub node: Node,
    /// First day; today, or the first of the post, where none is given.
    pub valid_from: Option<NaiveDate>,
    /// Last day; as long as post and granter allow where none is given.
    pub valid_to: Option<NaiveDate>,
    /// Given for a time, such as a substitute's: has to have a last day, and ends by itself.
    pub temporary: bool,
    /// Why.
    pub reason: String,
}

/// A grant that is in effect today, for the page that shows what somebody can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The grant.
    pub id: String,
    /// Title of the post.
    pub post: String,
    /// Name of the post's organisation.
    pub org: Option<String>,
    /// Role and node.
    #[serde(flatten)]
    pub grant: Grant,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, to its end in Shanghai.
    pub valid_to: Option<NaiveDate>,
    /// Given for a time.
    pub temporary: bool,
    /// Why it was given.
    pub reason: String,
    /// When it was given.
    pub created_at: DateTime<Utc>,
    /// Name of who stands behind it; none for the installation.
    pub granted_by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    id: String,
    post: String,
    org: Option<String>,
    role: String,
    node_kind: String,
    node_value: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    temporary: bool,
    reason: String,
    created_at: DateTime<Utc>,
    granted_by: Option<String>,
}

/// A grant as it stands in the table.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct Row {
    pub id: String,
    pub post_id: String,
    pub account_id: String,
    role: String,
    node_kind: String,
    node_value: String,
    pub granted_by: Option<String>,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

impl Row {
    /// None where this build doesn't know the role or the kind of node: it gives no right.
    pub fn grant(&self) -> Option<Grant> {
        Some(Grant { role: Role::from_code(&self.role)?, node: node_of(&self.node_kind, &self.node_value)? })
    }
}

/// What somebody may grant and end.
#[derive(Debug)]
pub(crate) enum Rights {
    Installation,
    Held(Vec<(Row, Grant)>),
}

impl Rights {
    pub fn holds(&self, role: Role) -> bool {
        matches!(self, Self::Held(held) if held.iter().any(|(_, it)| it.role == role))
    }

    pub fn may_grant_anything(&self) -> bool {
        let any = |held: Role| Role::ALL.iter().any(|other| may_grant(held, *other));
        match self {
            Self::Installation => true,
            Self::Held(held) => held.iter().any(|(_, it)| any(it.role)),
        }
    }

    /// Whether there is something to grant over one of `nodes`.
    pub fn may_grant_on(&self, nodes: &[Node]) -> bool {
        let any = |held: Role| Role::ALL.iter().any(|other| may_grant(held, *other));
        match self {
            Self::Installation => true,
            Self::Held(held) => held.iter().any(|(_, it)| any(it.role) && nodes.iter().any(|node| it.node.holds(node))),
        }
    }

    /// Whether `row` may be ended: it was given on the strength of one of these grants, or one of them
    /// stands above it. Equals don't end one another, and nobody ends what they themselves hang on.
    pub async fn may_end(&self, tx: &mut Tx, row: &Row) -> Result<bool> {
        let held = match self {
            Self::Installation => return Ok(true),
            Self::Held(held) => held,
        };
        let Some(grant) = row.grant() else { return Ok(false) };
        let is_above = |mine: &Grant| {
            let mutual = may_grant(grant.role, mine.role) && grant.node.holds(&mine.node);
            may_grant(mine.role, grant.role) && mine.node.holds(&grant.node) && !mutual
        };
        if held.iter().any(|(_, mine)| is_above(mine)) {
            return Ok(true);
        }
        let chain = tx.fetch_all::<(String,)>(ABOVE, vec![(&row.id).into()]).await?;
        Ok(chain.iter().any(|(id,)| *id != row.id && held.iter().any(|(mine, _)| mine.id == *id)))
    }
}

impl Accounts {
    /// Gives a role on a node to a post; gives the grant's id.
    ///
    /// # Errors
    /// [`Error::Invalid`] (`ACC-211` node, `ACC-212` a temporary grant without an end, `ACC-213` days that
    /// are over or in the wrong order, `ACC-214` outside of the post's days, `ACC-215` no reason);
    /// [`Error::NotFound`] without such a post; [`Error::NotYours`], [`Error::Separated`],
    /// [`Error::Doubled`].
    pub async fn grant(&self, by: By<'_>, wanted: &Wanted) -> Result<String> {
        let today = self.store.clock.today();
        let mut tx = self.store.db.begin().await?;
        tx.execute(TURN, vec![]).await?;
        let post = tx
            .fetch_optional::<(String, NaiveDate, Option<NaiveDate>)>(POST, vec![(&wanted.post).into(), today.into()]);
        let (account, post_from, post_to) = post.await?.ok_or(Error::NotFound("个岗位"))?;
        let from = wanted.valid_from.unwrap_or(today.max(post_from));
        let wrong = violations(wanted, from, (post_from, post_to), today);
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let longest = wanted.valid_to.or(post_to);
        let (granted_by, to) = match self.rights(&mut tx, by).await? {
            Rights::Installation => (None, longest),
            Rights::Held(held) => {
                let mine = strongest(&held, wanted, from).ok_or(Error::NotYours(wanted.role))?;
                if wanted.valid_to.is_some_and(|to| to > end(mine.valid_to)) {
                    return Err(Error::NotYours(wanted.role));
                }
                (Some(mine.id.clone()), earlier(longest, mine.valid_to))
            }
        };
        let open = tx.fetch_all::<Row>(OPEN_OF_ACCOUNT, vec![(&account).into(), today.into()]).await?;
        let roles: Vec<Role> = open.iter().filter_map(Row::grant).map(|it| it.role).collect();
        if !may_combine(&roles, wanted.role) {
            return Err(Error::Separated(wanted.role));
        }
        let same = Grant { role: wanted.role, node: wanted.node.clone() };
        if open.iter().any(|it| it.post_id == wanted.post && it.grant().as_ref() == Some(&same)) {
            return Err(Error::Doubled);
        }
        let id = self.new_id();
        let (kind, value) = columns_of(&wanted.node);
        let args: Vec<Value> = vec![
            (&id).into(),
            (&wanted.post).into(),
            wanted.role.code().into(),
            kind.into(),
            value.into(),
            granted_by.into(),
            from.into(),
            to.into(),
            wanted.temporary.into(),
            wanted.reason.trim().into(),
            self.store.clock.now().into(),
        ];
        tx.execute(ADD, args).await?;
        let none = || serde_json::Value::Null;
        let changes = audit::Changes::none()
            .plain("account_id", none(), account)
            .plain("post_id", none(), wanted.post.as_str())
            .plain("role", none(), wanted.role.code())
            .plain("node", none(), format!("{kind}:{value}"))
            .plain("valid_from", none(), from.to_string())
            .plain("valid_to", none(), to.map(|it| it.to_string()));
        let entry = self.entry(by, audit::Event::GrantChanged, "role_grant", &id);
        audit::append(&mut tx, &audit::Entry { changes, reason: filled(wanted.reason.trim()), ..entry }).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes a grant back, and everything that was given on its strength; gives how many ended.
    ///
    /// # Errors
    /// [`Error::Invalid`] (`ACC-215`) without a reason; [`Error::NotFound`]; [`Error::Forbidden`] for who
    /// neither gave it nor stands above it.
    pub async fn revoke(&self, by: By<'_>, grant: &str, reason: &str) -> Result<u64> {
        let reason = reason.trim();
        if !is_reason(reason) {
            return Err(Error::violation("ACC-215", "reason", "请填写撤销的原因，最多 500 字"));
        }
        let mut tx = self.store.db.begin().await?;
        tx.execute(TURN, vec![]).await?;
        let row = tx.fetch_optional::<Row>(BY_ID, vec![grant.into()]).await?.ok_or(Error::NotFound("项授权"))?;
        if !self.rights(&mut tx, by).await?.may_end(&mut tx, &row).await? {
            return Err(Error::Forbidden("撤销授权"));
        }
        let args: Vec<Value> = vec![grant.into(), self.store.clock.now().into(), by.account().into(), reason.into()];
        let ended = tx.execute(REVOKE, args).await?;
        let changes = audit::Changes::none()
            .plain("account_id", row.account_id.as_str(), serde_json::Value::Null)
            .plain("role", row.role.as_str(), serde_json::Value::Null)
            .plain("node", format!("{}:{}", row.node_kind, row.node_value), serde_json::Value::Null)
            .plain("ended", serde_json::Value::Null, ended);
        let entry = self.entry(by, audit::Event::GrantChanged, "role_grant", grant);
        audit::append(&mut tx, &audit::Entry { changes, reason: filled(reason), ..entry }).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The grants of an account that are in effect today, over all its posts. Who may see them is the caller's
    /// to ask.
    pub async fn what_can(&self, account: &str) -> Result<Vec<Held>> {
        let args = vec![account.into(), self.store.clock.today().into()];
        let rows = self.store.db.fetch_all::<HeldRow>(HELD, args).await?;
        Ok(rows.into_iter().filter_map(HeldRow::held).collect())
    }

    /// What `by` may grant and end, as it is now: the session was read a moment ago.
    pub(crate) async fn rights(&self, tx: &mut Tx, by: By<'_>) -> Result<Rights> {
        let By::Person(it) = by else { return Ok(Rights::Installation) };
        let rows = tx.fetch_all::<Row>(LIVE_OF_POST, vec![(&it.post).into(), self.store.clock.today().into()]).await?;
        let mine = rows.into_iter().filter(|row| row.account_id == it.account);
        Ok(Rights::Held(mine.filter_map(|row| row.grant().map(|grant| (row, grant))).collect()))
    }
}

impl HeldRow {
    fn held(self) -> Option<Held> {
        let grant = Grant { role: Role::from_code(&self.role)?, node: node_of(&self.node_kind, &self.node_value)? };
        Some(Held {
            id: self.id,
            post: self.post,
            org: self.org,
            grant,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            temporary: self.temporary,
            reason: self.reason,
            created_at: self.created_at,
            granted_by: self.granted_by,
        })
    }
}

/// Of the grants that allow what is wanted on its first day, the one that lasts longest.
fn strongest<'a>(held: &'a [(Row, Grant)], wanted: &Wanted, from: NaiveDate) -> Option<&'a Row> {
    let allows = |(row, mine): &&(Row, Grant)| {
        may_grant(mine.role, wanted.role) && mine.node.holds(&wanted.node) && end(row.valid_to) >= from
    };
    held.iter().filter(allows).map(|(row, _)| row).max_by_key(|row| end(row.valid_to))
}

/// Everything that is wrong with the wish itself.
fn violations(
    wanted: &Wanted,
    from: NaiveDate,
    post: (NaiveDate, Option<NaiveDate>),
    today: NaiveDate,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut wrong = |code, field, message: &str| found.push(Violation::error(code, field, message));
    if !is_good(&wanted.node) {
        wrong("ACC-211", "node", "授权范围的写法有误");
    }
    if wanted.temporary && wanted.valid_to.is_none() {
        wrong("ACC-212", "valid_to", "临时授权必须有结束日期");
    }
    if from < today || wanted.valid_to.is_some_and(|to| to < from) {
        wrong("ACC-213", "valid_from", "开始日期不能早于今天，结束日期不能早于开始日期");
    }
    if from < post.0 || from > end(post.1) || wanted.valid_to.is_some_and(|to| to > end(post.1)) {
        wrong("ACC-214", "valid_to", "授权期限不能超出岗位的任职期限");
    }
    if !is_reason(&wanted.reason) {
        wrong("ACC-215", "reason", "请填写授权的原因，最多 500 字");
    }
    found
}

/// Something was said, and nothing that a database can't keep.
fn is_reason(text: &str) -> bool {
    (1..=500).contains(&text.trim().chars().count()) && !text.contains('\0')
}

/// An open end is later than any day.
fn end(day: Option<NaiveDate>) -> NaiveDate {
    day.unwrap_or(NaiveDate::MAX)
}

fn earlier(one: Option<NaiveDate>, other: Option<NaiveDate>) -> Option<NaiveDate> {
    Some(end(one).min(end(other))).filter(|it| *it < NaiveDate::MAX)
}

fn is_good(node: &Node) -> bool {
    match node {
        Node::City => true,
        Node::Subtree { path } => is_path(path),
        Node::Division { code } => matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|it| it.is_ascii_digit()),
        Node::Grid { id } => !id.is_empty(),
        Node::Own { member } => !member.is_empty(),
    }
}

fn columns_of(node: &Node) -> (&'static str, &str) {
    match node {
        Node::City => ("city", ""),
        Node::Subtree { path } => ("subtree", path),
        Node::Division { code } => ("division", code),
        Node::Grid { id } => ("grid", id),
        Node::Own { member } => ("own", member),
    }
}

/// The node of two columns; none for a kind that this build doesn't know.
pub(crate) fn node_of(kind: &str, value: &str) -> Option<Node> {
    let value = value.to_owned();
    Some(match kind {
        "city" => Node::City,
        "subtree" => Node::Subtree { path: value },
        "division" => Node::Division { code: value },
        "grid" => Node::Grid { id: value },
        "own" => Node::Own { member: value },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_come_back_from_their_columns() {
        let text = "1.2.".to_owned();
        for node in [
            Node::City,
            Node::Subtree { path: text.clone() },
            Node::Division { code: text.clone() },
            Node::Grid { id: text.clone() },
            Node::Own { member: text },
        ] {
            let (kind, value) = columns_of(&node);
            assert_eq!(node_of(kind, value), Some(node));
        }
        assert_eq!(node_of("planet", ""), None);
    }

    #[test]
    fn nodes_that_would_hold_too_much_are_refused() {
        for (node, good) in [
            (Node::Subtree { path: "1.1".into() }, false),
            (Node::Subtree { path: "1.1.".into() }, true),
            (Node::Division { code: "31".into() }, false),
            (Node::Division { code: "310199".into() }, true),
            (Node::Division { code: "31019X".into() }, false),
            (Node::Grid { id: String::new() }, false),
            (Node::Own { member: String::new() }, false),
        ] {
            assert_eq!(is_good(&node), good, "{node:?}");
        }
    }

    #[test]
    fn an_open_end_is_the_latest() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30);
        assert_eq!(earlier(None, None), None);
        assert_eq!(earlier(day, None), day);
        assert_eq!(earlier(day, day.and_then(|it| it.succ_opt())), day);
    }
}
