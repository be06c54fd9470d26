//! The life of an organisation: which step may follow, and what stands in its way (01 §1.1.4).
//!
//! Members and organisations below are counted in the transaction that decides, under a lock that everybody takes
//! who adds one. What other modules have under way, they count themselves and hand in.

use chrono::NaiveDate;
use domain::{
    Violation,
    org::{BranchFacts, FormationMode, InUse, OrgStatus, check_branch, check_revocable, check_term},
};
use seal::audit::{self, Changes, Entry, Event};
use store::{Tx, Value};

use super::{
    Form, Org,
    read::{lock, read},
    record::term_years,
};
use crate::{Desk, Error, Result, Saved, error::refuse, scope};

/// On the books: in force or suspended. Suspended ones aren't counted as members (01 §1.7).
const COUNTS: &str = "select \
     coalesce(sum(case when membership_status = 'normal' and person_category = 'full' then 1 else 0 end), 0), \
     coalesce(sum(case when membership_status = 'normal' then 1 else 0 end), 0), count(*) \
     from party_member where branch_path >= $1 and branch_path < $2 and membership_status in ('normal', 'suspended')";
/// Organisations below that are neither refused nor revoked.
const BELOW: &str = "select count(*) from party_org \
     where path > $1 and path < $2 and status not in ('rejected', 'revoked')";
const STEP: &str = "update party_org set status = $4, status_on = $5, approval_doc_no = coalesce($6, approval_doc_no), \
     updated_at = $7, version = version + 1 where id = $1 and version = $2 and status = $3";
/// Keeps the day since which a branch at work has had fewer than three full members (ORG-007).
const WATCH: &str = "update party_org set few_since = case when (select count(*) from party_member m \
     where m.branch_id = party_org.id and m.person_category = 'full' and m.membership_status = 'normal') >= 3 \
     then null else coalesce(few_since, $2) end \
     where id = $1 and status in ('active', 'adjusting', 'revoking')";

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[COUNTS, BELOW, STEP, WATCH];

/// What other modules have under way for an organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Transfers under way.
    pub transfers: u32,
    /// Mobile members managed or waiting.
    pub mobile_flows: u32,
    /// People being developed.
    pub developing: u32,
}

/// A step to another status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusStep {
    /// Where to.
    pub to: OrgStatus,
    /// The day on which it takes effect.
    pub on: NaiveDate,
    /// Number of the superior's reply; needed for approving, kept where given.
    pub approval_doc_no: Option<String>,
    /// What other modules have under way.
    pub pending: Pending,
    /// Why, for the audit log.
    pub reason: String,
}

/// Takes a step.
///
/// # Errors
/// [`Error::Conflict`] where `version` isn't the one in the database. [`Error::Invalid`]: `ORG-017` no such step;
/// `ORG-004` still in use; `ORG-001` too few members to begin; `ORG-018` no number of the reply; `ORG-019` no
/// result of the election; `ORG-024` a day in the future.
pub async fn change_status(desk: &Desk<'_>, id: &str, version: i64, step: &StatusStep) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = change_status_in(&mut tx, desk, id, version, step).await?;
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
    id: &str,
    version: i64,
    step: &StatusStep,
) -> Result<(Saved, Entry)> {
    let org = lock(tx, id).await?;
    if org.version != version {
        return Err(Error::Conflict);
    }
    let from = org.status()?;
    let mut found = Vec::new();
    let mut refused = |code, field, message: String| found.push(Violation::error(code, field, message));
    if !from.may_become(step.to) {
        refused("ORG-017", "status", format!("组织状态不能由“{from}”变为“{}”", step.to));
    }
    if step.on > desk.today() {
        refused("ORG-024", "effective_on", "生效日不得晚于今天".to_owned());
    }
    let doc = step.approval_doc_no.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if step.to == OrgStatus::Approved && doc.is_none() {
        refused("ORG-018", "approval_doc_no", "请录入批复文号".to_owned());
    }
    if step.to == OrgStatus::Active && from == OrgStatus::Approved && elects(&org)? && org.secretary_member_id.is_none()
    {
        refused("ORG-019", "secretary_member_id", "请先录入选举结果（书记）".to_owned());
    }
    if step.to == OrgStatus::Revoked {
        found.extend(check_revocable(&in_use(tx, &org, step.pending).await?).err());
    }
    if step.to == OrgStatus::Active {
        found.extend(standing(tx, &org, step.on).await?);
    }
    let warnings = refuse(found)?;

    let args: Vec<Value> = vec![
        id.into(),
        version.into(),
        from.code().into(),
        step.to.code().into(),
        step.on.into(),
        doc.into(),
        desk.store.clock.now().into(),
    ];
    if tx.execute(STEP, args).await? == 0 {
        return Err(Error::Conflict);
    }
    if org.category()?.is_branch() {
        watch_numbers(tx, id, step.on).await?;
    }
    let mut entry = desk.entry(Event::Transition, "party_org", id);
    entry.changes = Changes::none().plain("status", from.code(), step.to.code());
    entry.reason = Some(step.reason.clone());
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}

/// Whether such an organisation is elected: those that have terms are.
fn elects(org: &Org) -> Result<bool> {
    Ok(term_years(org.category()?, &org.form()).is_some())
}

/// What is wrong with an organisation today: `ORG-001` to `ORG-003` and `ORG-005` to `ORG-007`.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn findings(desk: &Desk<'_>, id: &str) -> Result<Vec<Violation>> {
    let mut tx = desk.store.db.begin().await?;
    let org = read(&mut tx, id).await?;
    standing(&mut tx, &org, desk.today()).await
}

async fn standing(tx: &mut Tx, org: &Org, on: NaiveDate) -> Result<Vec<Violation>> {
    let mut found: Vec<Violation> = org.tenure().and_then(|it| check_term(&it, on)).into_iter().collect();
    let category = org.category()?;
    if category.is_branch() {
        let counts = counts(tx, org).await?;
        let form: Form = org.form();
        let facts = BranchFacts {
            category,
            formation_mode: form.formation_mode.unwrap_or(FormationMode::Independent),
            full_members: counts.full,
            total_members: counts.total,
            host_units: form.host_unit_ids.len() as u32,
            units_explanation: form.units_explanation.as_deref().unwrap_or_default(),
            has_committee: org.has_committee,
            few_since: org.few_since,
        };
        found.extend(check_branch(&facts, on));
    }
    Ok(found)
}

/// Members of an organisation and of what is below it.
struct Counts {
    full: u32,
    total: u32,
    on_the_books: u32,
}

async fn counts(tx: &mut Tx, org: &Org) -> Result<Counts> {
    let (from, to) = scope::below(&org.path);
    let found: Option<(i64, i64, i64)> = tx.fetch_optional(COUNTS, vec![from.into(), to.into()]).await?;
    let (full, total, on_the_books) = found.unwrap_or_default();
    Ok(Counts { full: full as u32, total: total as u32, on_the_books: on_the_books as u32 })
}

async fn in_use(tx: &mut Tx, org: &Org, pending: Pending) -> Result<InUse> {
    let (from, to) = scope::below(&org.path);
    let below: (i64,) = tx.fetch_optional(BELOW, vec![from.into(), to.into()]).await?.unwrap_or_default();
    Ok(InUse {
        members: counts(tx, org).await?.on_the_books,
        transfers: pending.transfers,
        mobile_flows: pending.mobile_flows,
        developing: pending.developing,
        subordinates: below.0 as u32,
    })
}

/// Notes since when a branch has had too few full members, or that it has enough. The branch must be locked.
pub(crate) async fn watch_numbers(tx: &mut Tx, branch: &str, on: NaiveDate) -> Result<()> {
    tx.execute(WATCH, vec![branch.into(), on.into()]).await?;
    Ok(())
}
