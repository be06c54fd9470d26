//! Founding an organisation, filling in its form, giving it another name.

use std::sync::LazyLock;

use domain::org::{OrgCategory, OrgStatus};
use seal::{
    Place,
    audit::{self, Changes, Entry},
};
use store::{Rows, Tx, Value};

use super::{
    Form, Org, check,
    read::{lock, read},
    record::{COLUMNS, Own, columns, term_years, values},
};
use crate::{Desk, Error, Result, Saved, error::refuse};

/// Numbers beyond every one that was ever given out, however the rows came here.
const NUMBERS: &str = "update party_org_number set last = $1 + case \
     when last >= (select coalesce(max(no), 0) from party_org) then last \
     else (select coalesce(max(no), 0) from party_org) end where id = 1 returning last";
const OPEN_SPAN: &str = "insert into org_path_history (org_id, path, valid_from) values ($1, $2, $3)";
const UPDATE: &str = "update party_org set national_uuid = $3, short_name = $4, formation_mode = $5, work_kind = $6, \
     mobile_capability = $7, is_temporary = $8, is_mobile_org = $9, is_new_domain = $10, line_type = $11, \
     division_code = $12, grid_id = $13, host_unit_ids = $14, units_explanation = $15, unit_nature = $16, \
     established_on = $17, approval_doc_no = $18, approved_by_org_id = $19, has_committee = $20, \
     secretary_member_id = $21, term_no = $22, term_years = $23, term_start = $24, term_end = $25, \
     term_extended_until = $26, approval_authority_granted = $27, contact_name = $28, contact_phone = $29, \
     address = $30, lng_gcj02 = $31, lat_gcj02 = $32, lng_wgs84 = $33, lat_wgs84 = $34, updated_at = $35, \
     version = version + 1 where id = $1 and version = $2";
const RENAME: &str = "update party_org set full_name = $3, short_name = $4, updated_at = $5, version = version + 1 \
     where id = $1 and version = $2";
/// A code is never used again, so a second one is refused whatever became of the first.
const SAME_CODE: &str = "on conflict (org_code) do nothing";

/// Also for the demonstration, which writes many at once.
pub(crate) static INSERT: LazyLock<Rows> =
    LazyLock::new(|| Rows::new(concat!("insert into party_org (", columns!(), ") values"), COLUMNS, 20, SAME_CODE));

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[NUMBERS, OPEN_SPAN, UPDATE, RENAME];

/// An organisation to be founded.
#[derive(Debug, Clone, PartialEq)]
pub struct New {
    /// National code: unique, never changed, never used again.
    pub org_code: String,
    /// Full name.
    pub full_name: String,
    /// Its kind.
    pub category: OrgCategory,
    /// What stands above it; none for the municipal committee.
    pub parent_id: Option<String>,
    /// A draft, as a rule; what comes from the national base brings its own.
    pub status: OrgStatus,
    /// Everything else.
    pub form: Form,
}

/// Founds an organisation.
///
/// # Errors
/// [`Error::Invalid`] with `ORG-008` and `ORG-010` to `ORG-015`, `ORG-020` to `ORG-022`, `PPL-010`.
pub async fn create(desk: &Desk<'_>, new: &New) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = create_in(&mut tx, desk, new).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`create`], inside the caller's transaction.
///
/// # Errors
/// Those of [`create`].
pub async fn create_in(tx: &mut Tx, desk: &Desk<'_>, new: &New) -> Result<(Saved, Entry)> {
    let (today, now, id) = (desk.today(), desk.store.clock.now(), desk.id());
    // Whoever moves or revokes the superior waits until this one stands below it, or the other way round.
    let parent = match &new.parent_id {
        Some(parent) => Some(lock(tx, parent).await?),
        None => None,
    };
    let mut found = Vec::new();
    check::names(&new.org_code, &new.full_name, &mut found);
    check::parent(new.category, parent.as_ref(), &mut found)?;
    check::form(new.category, &new.form, today, &mut found);
    let warnings = refuse(found)?;

    let no = next_numbers(tx, 1).await?;
    let path = format!("{}{no}.", parent.as_ref().map_or("", |it| it.path.as_str()));
    let since = new.form.established_on.unwrap_or(today);
    let own = Own {
        id: &id,
        no,
        org_code: new.org_code.trim(),
        full_name: new.full_name.trim(),
        category: new.category,
        parent_id: new.parent_id.as_deref(),
        path: &path,
        status: new.status,
        status_on: today,
        at: now,
    };
    let phone = cell(desk, &id, &new.form)?;
    if INSERT.execute(tx, vec![values(&own, &new.form, phone)]).await? == 0 {
        return Err(Error::rule("ORG-012", "org_code", "该组织编码已被使用，编码不得复用"));
    }
    tx.execute(OPEN_SPAN, vec![id.as_str().into(), path.as_str().into(), since.into()]).await?;
    let mut entry = desk.entry("party_org.create", "party_org", &id);
    entry.changes = Changes::none().plain("full_name", (), own.full_name).plain("path", (), path.as_str());
    Ok((Saved { id, version: 1, warnings }, entry))
}

/// Sets aside `count` numbers; gives the first.
async fn next_numbers(tx: &mut Tx, count: i64) -> Result<i64> {
    let last: Option<(i64,)> = tx.fetch_optional(NUMBERS, vec![count.into()]).await?;
    last.map(|it| it.0 - count + 1).ok_or(Error::Unreadable("party_org_number.last"))
}

/// The contact's number as a cell.
fn cell(desk: &Desk<'_>, id: &str, form: &Form) -> Result<Option<String>> {
    let phone = form.contact_phone.as_deref();
    Ok(phone.map(|it| desk.keys.encrypt(&Place::new("party_org", "contact_phone", id), it)).transpose()?)
}

/// Fills in the form anew. Name, place and status have functions of their own.
///
/// # Errors
/// [`Error::Conflict`] where `version` isn't the one in the database; [`Error::Invalid`] as [`create`].
pub async fn update(desk: &Desk<'_>, id: &str, version: i64, form: &Form) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = update_in(&mut tx, desk, id, version, form).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`update`], inside the caller's transaction.
///
/// # Errors
/// Those of [`update`].
pub async fn update_in(tx: &mut Tx, desk: &Desk<'_>, id: &str, version: i64, form: &Form) -> Result<(Saved, Entry)> {
    let before = read(tx, id).await?;
    let mut found = Vec::new();
    check::form(before.category()?, form, desk.today(), &mut found);
    let warnings = refuse(found)?;
    let phone = cell(desk, id, form)?.or_else(|| before.contact_phone.clone());
    if tx.execute(UPDATE, update_values(desk, &before, version, form, phone)?).await? == 0 {
        return Err(Error::Conflict);
    }
    let mut entry = desk.entry("party_org.update", "party_org", id);
    entry.changes = changed(&before.form(), form)?;
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}

/// The arguments of `UPDATE`: those of a whole row that are the form's own.
fn update_values(
    desk: &Desk<'_>,
    before: &Org,
    version: i64,
    form: &Form,
    phone: Option<String>,
) -> Result<Vec<Value>> {
    let years = form.term_years.or_else(|| term_years(before.category().ok()?, form));
    let own = Own {
        id: &before.id,
        no: before.no,
        org_code: &before.org_code,
        full_name: &before.full_name,
        category: before.category()?,
        parent_id: None,
        path: &before.path,
        status: before.status()?,
        status_on: desk.today(),
        at: desk.store.clock.now(),
    };
    let form = Form { term_years: years, ..form.clone() };
    let row = values(&own, &form, phone);
    let of_form = columns!().split(", ").map(str::trim).zip(row).filter(|(name, _)| !OWN.contains(name));
    let mut args: Vec<Value> = vec![before.id.as_str().into(), version.into()];
    args.extend(of_form.map(|it| it.1));
    args.push(own.at.into());
    Ok(args)
}

/// Columns that no form fills in.
const OWN: [&str; 13] = [
    "id",
    "no",
    "org_code",
    "full_name",
    "org_category",
    "parent_id",
    "path",
    "few_since",
    "status",
    "status_on",
    "version",
    "created_at",
    "updated_at",
];

/// Field by field, for the audit log.
fn changed(before: &Form, after: &Form) -> Result<Changes> {
    let json = |form: &Form| serde_json::to_value(form).map_err(|_| Error::Unreadable("party_org"));
    let (before, after) = (json(before)?, json(after)?);
    let fields = after.as_object().into_iter().flatten();
    Ok(fields
        .filter(|(name, value)| before.get(name) != Some(value))
        .fold(Changes::none(), |changes, (name, value)| {
            changes.plain(name, before.get(name).cloned().unwrap_or_default(), value.clone())
        }))
}

/// Gives an organisation another name; it has to be 调整中, or not at work yet.
///
/// # Errors
/// [`Error::Conflict`]; [`Error::Invalid`] with `ORG-010` or `ORG-016`.
pub async fn rename(
    desk: &Desk<'_>,
    id: &str,
    version: i64,
    full_name: &str,
    short_name: Option<&str>,
) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = rename_in(&mut tx, desk, id, version, full_name, short_name).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`rename`], inside the caller's transaction.
///
/// # Errors
/// Those of [`rename`].
pub async fn rename_in(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &str,
    version: i64,
    full_name: &str,
    short_name: Option<&str>,
) -> Result<(Saved, Entry)> {
    let before = lock(tx, id).await?;
    let mut found: Vec<_> = check::adjustable(before.status()?).into_iter().collect();
    check::name(full_name, &mut found);
    let warnings = refuse(found)?;
    let name = full_name.trim();
    let args = vec![id.into(), version.into(), name.into(), short_name.into(), desk.store.clock.now().into()];
    if tx.execute(RENAME, args).await? == 0 {
        return Err(Error::Conflict);
    }
    let mut entry = desk.entry("party_org.rename", "party_org", id);
    entry.changes = Changes::none().plain("full_name", before.full_name.as_str(), name);
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}
