//! Entering a member, and correcting the record.

use std::sync::LazyLock;

use domain::{
    Violation,
    identity::Identity,
    member::{MembershipStatus, PersonCategory},
};
use seal::{
    Kind,
    audit::{self, Changes, Entry},
};
use store::{Keys, Rows, Tx, Value};

use super::{
    check::{self, check},
    list::read,
    record::{COLUMNS, Cells, Form, Member, Own, Plain, Registration, columns, values},
};
use crate::{
    Desk, Error, Result, Saved, codes,
    error::refuse,
    orgs::{self, watch_numbers},
};

/// Two at once: one wins, and the other's row is left out without breaking off its transaction.
const SAME_IDENTITY: &str =
    "on conflict (id_card_look_up) where membership_status in ('normal', 'suspended') do nothing";

/// Also for the demonstration, which writes many at once.
pub(crate) static INSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(concat!("insert into party_member (", columns!(), ") values"), COLUMNS, 40, SAME_IDENTITY)
});
/// Under every key: the unique index can't see a pair made with different ones.
static ON_THE_BOOKS: LazyLock<Keys> = LazyLock::new(|| {
    let head = "select id from party_member where membership_status in ('normal', 'suspended') and id_card_look_up in";
    Keys::new(head, 4, "")
});
const UPDATE: &str = "update party_member set national_uuid = $3, name = $4, id_card_no = $5, id_card_look_up = $6, \
     gender = $7, nation = $8, birth_date = $9, native_place = $10, education = $11, degree = $12, \
     marital_status = $13, party_group_id = $14, join_date = $15, join_type = $16, conversion_date = $17, \
     work_start_date = $18, job_post = $19, employer_unit_id = $20, employer_name = $21, duty = $22, \
     new_job_group = $23, mobile = $24, mobile_look_up = $25, phone_abroad = $26, residence_address = $27, \
     residence_division = $28, archive_location = $29, is_lost_contact = $30, lost_contact_on = $31, \
     dues_paid_until = $32, photo_file_id = $33, specialties = $34, volunteer_intent = $35, updated_at = $36, \
     version = version + 1 where id = $1 and version = $2";

/// Statements of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[UPDATE];

/// More of them.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    [&INSERT.statements()[..], &[ON_THE_BOOKS.sql()]].concat()
}

/// Columns that no form fills in.
const OWN: [&str; 14] = [
    "id",
    "person_category",
    "membership_status",
    "suspended_on",
    "branch_id",
    "branch_path",
    "is_mobile",
    "on_probation_in_party",
    "rights_suspended",
    "rectification_until",
    "source",
    "version",
    "created_by",
    "created_at",
];

/// Enters a member.
///
/// # Errors
/// [`Error::Invalid`]: whatever `domain` finds (ID, PER, MEM codes); `MEM-010` the identity is on the books, which
/// doesn't say whose or where; `MEM-011` and `MEM-012` branch and group; `MEM-013` to `MEM-015`, `PPL-010` fields.
pub async fn register(desk: &Desk<'_>, new: &Registration) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = register_in(&mut tx, desk, new).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`register`], inside the caller's transaction.
///
/// # Errors
/// Those of [`register`].
pub async fn register_in(tx: &mut Tx, desk: &Desk<'_>, new: &Registration) -> Result<(Saved, Entry)> {
    let (id, today) = (desk.id(), desk.today());
    let branch = match orgs::lock(tx, &new.branch_id).await {
        Err(Error::NotFound) => return Err(Error::rule("MEM-011", "branch_id", "没有这个党支部")),
        other => other?,
    };
    let mut found: Vec<Violation> = check::branch(&branch)?.into_iter().collect();
    if !new.person_category.is_member() {
        found.push(Violation::error("MEM-007", "person_category", "只有预备党员和正式党员登记为党员"));
    }
    codes::check(&codes::SOURCE, "source", &new.source, &mut found);
    let (form, plain) = check(new.person_category, &new.form, None, desk.divisions, today, &mut found);
    if plain.mobile.is_none() && plain.phone_abroad.is_none() && found.iter().all(|it| it.field != "mobile") {
        found.push(check::missing("mobile", "请填写手机号码或境外电话"));
    }
    if plain.residence_address.is_none() {
        found.push(check::missing("residence_address", "请填写居住地址"));
    }
    group(tx, &form, &branch.id, &mut found).await?;
    let warnings = refuse(found)?;

    unused(tx, desk, &plain, &id).await?;
    let own = Own {
        id: &id,
        category: new.person_category,
        status: MembershipStatus::Normal,
        suspended_on: None,
        branch_id: &branch.id,
        branch_path: &branch.path,
        source: &new.source,
        created_by: desk.user(),
        at: desk.store.clock.now(),
    };
    let cells = Cells::seal(desk.keys, &id, &plain, None)?;
    if INSERT.execute(tx, vec![values(&own, &form, cells)]).await? == 0 {
        return Err(duplicate());
    }
    watch_numbers(tx, &branch.id, today).await?;
    let mut entry = desk.entry("party_member.register", "party_member", &id);
    entry.changes = secrets(desk, None, &plain)?.plain("branch_id", (), branch.id.as_str());
    Ok((Saved { id, version: 1, warnings }, entry))
}

/// Says nothing of whose it is, nor where.
fn duplicate() -> Error {
    Error::rule("MEM-010", "id_card_no", "该身份号码已有在册党员记录，请核对，必要时申请协查")
}

/// `MEM-010` where somebody else on the books has the identity.
async fn unused(tx: &mut Tx, desk: &Desk<'_>, plain: &Plain, id: &str) -> Result<()> {
    let Some(identity) = &plain.identity else {
        return Ok(());
    };
    let hashes: Vec<String> =
        desk.keys.look_ups(Kind::IdNumber, identity.in_full()).into_iter().map(|it| it.hash).collect();
    for page in ON_THE_BOOKS.pages(&hashes) {
        let taken: Vec<(String,)> = tx.fetch_all(ON_THE_BOOKS.sql(), page).await?;
        if taken.iter().any(|it| it.0 != id) {
            return Err(duplicate());
        }
    }
    Ok(())
}

async fn group(tx: &mut Tx, form: &Form, branch: &str, found: &mut Vec<Violation>) -> Result<()> {
    if let Some(group) = &form.party_group_id {
        match orgs::lock(tx, group).await {
            Err(Error::NotFound) => found.push(Violation::error("MEM-012", "party_group_id", "没有这个党小组")),
            other => found.extend(check::group(&other?, branch)),
        }
    }
    Ok(())
}

/// Corrects a record; secrets that the form leaves out stay. Branch, category and membership have ways of their
/// own.
///
/// # Errors
/// [`Error::NotFound`] where it is out of `scope`, [`Error::Conflict`] where `version` isn't the one in the database,
/// [`Error::Invalid`] as [`register`].
pub async fn update(
    desk: &Desk<'_>,
    scope: &[domain::role::Node],
    id: &str,
    version: i64,
    form: &Form,
) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let (saved, entry) = update_in(&mut tx, desk, scope, id, version, form).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(saved)
}

/// As [`update`], inside the caller's transaction.
///
/// # Errors
/// Those of [`update`].
pub async fn update_in(
    tx: &mut Tx,
    desk: &Desk<'_>,
    scope: &[domain::role::Node],
    id: &str,
    version: i64,
    form: &Form,
) -> Result<(Saved, Entry)> {
    let before = read(tx, scope, id).await?;
    if before.version != version {
        return Err(Error::Conflict);
    }
    let today = desk.today();
    let number = before.open(desk.keys, "id_card_no", &before.id_card_no)?;
    let identity = Identity::parse(&number, desk.divisions, today).ok();
    let mut found = Vec::new();
    let category: PersonCategory = before.category()?;
    let (form, plain) = check(category, form, identity.as_ref(), desk.divisions, today, &mut found);
    if form.party_group_id != before.party_group_id {
        group(tx, &form, &before.branch_id, &mut found).await?;
    }
    let warnings = refuse(found)?;
    // A record off the books may share its identity with the one of a later re-admission.
    if matches!(before.status()?, MembershipStatus::Normal | MembershipStatus::Suspended) {
        unused(tx, desk, &plain, id).await?;
    }
    let changes = secrets(desk, Some(&before), &plain)?;
    let cells = Cells::seal(desk.keys, id, &plain, Some(&before))?;
    let mut args: Vec<Value> = vec![id.into(), version.into()];
    let own = Own {
        id,
        category,
        status: before.status()?,
        suspended_on: before.suspended_on,
        branch_id: &before.branch_id,
        branch_path: &before.branch_path,
        source: &before.source,
        created_by: &before.created_by,
        at: desk.store.clock.now(),
    };
    let of_form =
        columns!().split(", ").map(str::trim).zip(values(&own, &form, cells)).filter(|(name, _)| !OWN.contains(name));
    args.extend(of_form.map(|it| it.1));
    match tx.execute(UPDATE, args).await {
        Ok(0) => return Err(Error::Conflict),
        Err(error) if is_duplicate(&error) => return Err(duplicate()),
        other => other?,
    };
    let mut entry = desk.entry("party_member.update", "party_member", id);
    entry.changes = fields(&before, &form, changes);
    Ok((Saved { id: id.to_owned(), version: version + 1, warnings }, entry))
}

/// Whether the database refused a second row with the same identity.
fn is_duplicate(error: &store::Error) -> bool {
    matches!(error, store::Error::Sql(sqlx::Error::Database(it)) if it.is_unique_violation())
}

/// Which secrets change, as hashes.
fn secrets(desk: &Desk<'_>, before: Option<&Member>, plain: &Plain) -> Result<Changes> {
    let mut changes = Changes::none();
    let identity = plain.identity.as_ref().map(Identity::in_full);
    let kinds = [
        (Kind::IdNumber, "id_card_no", identity, before.map(|it| &it.id_card_no)),
        (Kind::Mobile, "mobile", plain.mobile.as_deref(), before.and_then(|it| it.mobile.as_ref())),
        (
            Kind::Text("residence_address"),
            "residence_address",
            plain.residence_address.as_deref(),
            before.map(|it| &it.residence_address),
        ),
    ];
    for (kind, field, after, cell) in kinds {
        let Some(after) = after else { continue };
        let opened = match (before, cell) {
            (Some(row), Some(cell)) => Some(row.open(desk.keys, field, cell)?),
            _ => None,
        };
        let old = opened.as_deref().map(String::as_str);
        if old != Some(after) {
            changes = changes.sensitive(desk.keys, kind, field, old, Some(after));
        }
    }
    Ok(changes)
}

/// The open fields that matter to somebody's membership.
fn fields(before: &Member, form: &Form, changes: Changes) -> Changes {
    let day = |it: Option<chrono::NaiveDate>| it.map(|it| it.to_string());
    let pairs = [
        ("name", Some(before.name.clone()), Some(form.name.clone())),
        ("gender", Some(before.gender.clone()), Some(form.gender.code().to_owned())),
        ("nation", Some(before.nation.clone()), Some(form.nation.clone())),
        ("birth_date", day(Some(before.birth_date)), day(Some(form.birth_date))),
        ("education", Some(before.education.clone()), Some(form.education.clone())),
        ("join_date", day(Some(before.join_date)), day(Some(form.join_date))),
        ("join_type", Some(before.join_type.clone()), Some(form.join_type.clone())),
        ("conversion_date", day(before.conversion_date), day(form.conversion_date)),
        ("party_group_id", before.party_group_id.clone(), form.party_group_id.clone()),
        ("lost_contact_on", day(before.lost_contact_on), day(form.lost_contact_on)),
        ("dues_paid_until", before.dues_paid_until.clone(), form.dues_paid_until.clone()),
    ];
    pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .fold(changes, |it, (field, old, new)| it.plain(field, old, new))
}
