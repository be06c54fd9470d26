//! Changes of membership: never without a resolution, and kept for ever (01 §1.7).

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Violation,
    member::{Dates, MembershipStatus, PersonCategory, StatusChange, check_change, check_dates},
    role::Node,
};
use seal::audit::{self, Changes, Entry, Event};
use serde::Serialize;
use store::{Rows, Store, Tx, Value};

use super::{Member, list::read};
use crate::{
    Desk, Error, Result, Saved,
    error::refuse,
    orgs::{self, watch_numbers},
};

const STEP: &str = "update party_member set membership_status = $4, suspended_on = $5, updated_at = $6, \
     version = version + 1 where id = $1 and version = $2 and membership_status = $3";
const CONVERT: &str = "update party_member set person_category = 'full', conversion_date = $3, updated_at = $4, \
     version = version + 1 where id = $1 and version = $2 and person_category = 'probationary'";
const HISTORY: &str = "select id, from_category, to_category, from_status, to_status, effective_on, resolution, \
     approval_doc_no, reason, branch_id, recorded_by, recorded_at from membership_change \
     where member_id = $1 order by id";
/// Also for the demonstration.
pub(crate) static INSERT: LazyLock<Rows> = LazyLock::new(|| {
    let head = "insert into membership_change (id, member_id, from_category, to_category, from_status, to_status, \
         effective_on, resolution, approval_doc_no, reason, branch_id, branch_path, recorded_by, recorded_at) values";
    Rows::new(head, 14, 10, "")
});

/// Statements of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[STEP, CONVERT, HISTORY];

/// A step to another status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusStep {
    /// Where to.
    pub to: MembershipStatus,
    /// The day on which it takes effect.
    pub effective_on: NaiveDate,
    /// Id of the file with the resolution or the certificate.
    pub resolution: String,
    /// Number of the approval; may be empty where none is needed.
    pub approval_doc_no: String,
    /// Why.
    pub reason: String,
}

/// A probationary member becomes a full one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The day from which standing counts.
    pub on: NaiveDate,
    /// Id of the file with the resolution.
    pub resolution: String,
    /// Number of the approval.
    pub approval_doc_no: String,
}

/// One change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns are explained in the migration")]
pub struct Change {
    pub id: String,
    pub from_category: String,
    pub to_category: String,
    pub from_status: String,
    pub to_status: String,
    pub effective_on: NaiveDate,
    pub resolution: String,
    pub approval_doc_no: String,
    pub reason: String,
    pub branch_id: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// Every change of a member, oldest first. The caller has seen to it that the member is in scope.
pub async fn history(store: &Store, member: &str) -> Result<Vec<Change>> {
    Ok(store.db.fetch_all(HISTORY, vec![member.into()]).await?)
}

/// Takes a step.
///
/// # Errors
/// [`Error::NotFound`] out of scope; [`Error::Conflict`] where `version` isn't the one in the database;
/// [`Error::Invalid`] with `MEM-005`, `MEM-006`, `MEM-008`, `MEM-009`, or `MEM-014` for an impossible day.
pub async fn change_status(
    desk: &Desk<'_>,
    scope: &[Node],
    id: &str,
    version: i64,
    step: &StatusStep,
) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = change_status_in(&mut tx, desk, scope, id, version, step).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`change_status`], inside the caller's transaction.
///
/// # Errors
/// Those of [`change_status`].
pub async fn change_status_in(
    tx: &mut Tx,
    desk: &Desk<'_>,
    scope: &[Node],
    id: &str,
    version: i64,
    step: &StatusStep,
) -> Result<(Saved, Entry)> {
    let before = locked(tx, scope, id, version).await?;
    let (category, from) = (before.category()?, before.status()?);
    let mut found = check_change(&StatusChange {
        category,
        from,
        to: step.to,
        effective_on: step.effective_on,
        suspended_on: before.suspended_on,
        document_attached: !step.resolution.trim().is_empty(),
        approval_doc_no: &step.approval_doc_no,
    });
    day(&before, step.effective_on, desk.today(), "effective_on", &mut found);
    let warnings = refuse(found)?;

    let suspended_on = match step.to {
        MembershipStatus::Suspended => Some(step.effective_on),
        MembershipStatus::Normal => None,
        _ => before.suspended_on,
    };
    let args: Vec<Value> = vec![
        id.into(),
        version.into(),
        from.code().into(),
        step.to.code().into(),
        suspended_on.into(),
        desk.store.clock.now().into(),
    ];
    if tx.execute(STEP, args).await? == 0 {
        return Err(Error::Conflict);
    }
    let papers = [step.resolution.trim(), step.approval_doc_no.trim(), step.reason.trim()];
    record(tx, desk, &before, (category, step.to), step.effective_on, papers).await?;
    watch_numbers(tx, &before.branch_id, step.effective_on).await?;
    let mut entry = desk.entry(Event::Transition, "party_member", id);
    entry.changes = Changes::none().plain("membership_status", from.code(), step.to.code());
    entry.reason = Some(step.reason.clone());
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}

/// Makes a probationary member a full one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Conflict`]; [`Error::Invalid`] with `MEM-004`, `MEM-006`, `MEM-014` or `MEM-017`.
pub async fn convert(
    desk: &Desk<'_>,
    scope: &[Node],
    id: &str,
    version: i64,
    conversion: &Conversion,
) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = convert_in(&mut tx, desk, scope, id, version, conversion).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`convert`], inside the caller's transaction.
///
/// # Errors
/// Those of [`convert`].
pub async fn convert_in(
    tx: &mut Tx,
    desk: &Desk<'_>,
    scope: &[Node],
    id: &str,
    version: i64,
    conversion: &Conversion,
) -> Result<(Saved, Entry)> {
    let before = locked(tx, scope, id, version).await?;
    let (category, status) = (before.category()?, before.status()?);
    let mut found = Vec::new();
    if category != PersonCategory::Probationary || status != MembershipStatus::Normal {
        found.push(Violation::error("MEM-017", "person_category", "只有党籍正常的预备党员可以转正"));
    }
    if conversion.resolution.trim().is_empty() || conversion.approval_doc_no.trim().is_empty() {
        found.push(Violation::error("MEM-006", "approval_doc_no", "转正须附决议，并录入批准文号"));
    }
    let (birth, join) = (before.birth_date, before.join_date);
    let dates = Dates { category: PersonCategory::Full, birth, join, conversion: Some(conversion.on) };
    // What was wrong with the record before is another matter.
    let wrong = check_dates(&dates, desk.today()).into_iter().filter(|it| it.field == "conversion_date");
    found.extend(wrong);
    let warnings = refuse(found)?;
    let args: Vec<Value> = vec![id.into(), version.into(), conversion.on.into(), desk.store.clock.now().into()];
    if tx.execute(CONVERT, args).await? == 0 {
        return Err(Error::Conflict);
    }
    let papers = [conversion.resolution.trim(), conversion.approval_doc_no.trim(), "转正"];
    record(tx, desk, &before, (PersonCategory::Full, status), conversion.on, papers).await?;
    watch_numbers(tx, &before.branch_id, conversion.on).await?;
    let mut entry = desk.entry(Event::Transition, "party_member", id);
    entry.changes = Changes::none().plain("person_category", category.code(), PersonCategory::Full.code());
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}

/// The member, under the lock of the branch: the branch is counted afterwards.
async fn locked(tx: &mut Tx, scope: &[Node], id: &str, version: i64) -> Result<Member> {
    let seen = read(tx, scope, id).await?;
    orgs::lock(tx, &seen.branch_id).await?;
    let member = read(tx, scope, id).await?;
    if member.version == version && member.branch_id == seen.branch_id { Ok(member) } else { Err(Error::Conflict) }
}

/// `MEM-014` for a day in the future or before joining.
fn day(member: &Member, on: NaiveDate, today: NaiveDate, field: &'static str, found: &mut Vec<Violation>) {
    if on > today || on < member.join_date {
        found.push(Violation::error("MEM-014", field, "生效日不得早于入党时间，也不得晚于今天"));
    }
}

/// Adds to the history; `papers` are resolution, number of the approval, reason.
async fn record(
    tx: &mut Tx,
    desk: &Desk<'_>,
    before: &Member,
    to: (PersonCategory, MembershipStatus),
    on: NaiveDate,
    papers: [&str; 3],
) -> Result<()> {
    let [resolution, approval, reason] = papers;
    let row: Vec<Value> = vec![
        desk.id().into(),
        before.id.as_str().into(),
        before.person_category.as_str().into(),
        to.0.code().into(),
        before.membership_status.as_str().into(),
        to.1.code().into(),
        on.into(),
        resolution.into(),
        approval.into(),
        reason.into(),
        before.branch_id.as_str().into(),
        before.branch_path.as_str().into(),
        desk.user().into(),
        desk.store.clock.now().into(),
    ];
    INSERT.execute(tx, vec![row]).await?;
    Ok(())
}
