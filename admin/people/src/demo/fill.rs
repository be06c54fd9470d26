//! Writes the made-up city into an empty database.

use std::sync::LazyLock;

use domain::{
    division::Divisions,
    member::{MembershipStatus, PersonCategory},
    org::OrgStatus,
};
use seal::audit::{self, Changes, Event};
use store::{Rows, Value};

use super::{City, DemoOrg, Person, Street};
use crate::{
    Desk, Error, Result,
    error::refuse,
    members::{self, Cells},
    orgs,
};

/// Members of one transaction: they are encrypted before it begins, so that it is short.
const BATCH: usize = 1_000;

const ANY: &str = "select count(*) from (select id from party_org limit 1) as one";
static SPANS: LazyLock<Rows> =
    LazyLock::new(|| Rows::new("insert into org_path_history (org_id, path, valid_from) values", 3, 20, ""));
static AREAS: LazyLock<Rows> =
    LazyLock::new(|| Rows::new("insert into division (code, name) values", 2, 20, "on conflict do nothing"));
static GRIDS: LazyLock<Rows> = LazyLock::new(|| {
    let head = "insert into grid (id, grid_code, name, grid_type, level, street_org_id, division_code, status, \
         valid_from, version, created_at, updated_at) values";
    Rows::new(head, 12, 3, "")
});

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [&[ANY][..], &SPANS.statements(), &AREAS.statements(), &GRIDS.statements()].concat()
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Organisations.
    pub orgs: u64,
    /// Grids.
    pub grids: u64,
    /// Members.
    pub members: u64,
}

/// Writes a city of `members` members; `progress` is told after every transaction how many there are. One entry
/// of the audit log covers it all.
///
/// # Errors
/// [`Error::NotEmpty`] where there is an organisation already. What was written before another error stays.
pub async fn fill(desk: &Desk<'_>, seed: u64, members: u64, mut progress: impl FnMut(u64)) -> Result<Report> {
    if desk.store.db.fetch_one::<(i64,)>(ANY, vec![]).await?.0 > 0 {
        return Err(Error::NotEmpty);
    }
    let city = City::new(seed, members, desk.today());
    let mut report = Report::default();
    let top = city.top();
    write_orgs(desk, &top, None).await?;
    report.orgs += top.len() as u64;
    for street in city.streets() {
        write_orgs(desk, &street.orgs, Some(&street)).await?;
        report.orgs += street.orgs.len() as u64;
        report.grids += street.grids.len() as u64;
        let mut batch = Batch::default();
        for branch in &street.orgs {
            for person in city.people(branch) {
                batch.add(desk, branch, &person)?;
                if batch.members.len() == BATCH {
                    report.members += batch.write(desk).await?;
                    progress(report.members);
                }
            }
        }
        report.members += batch.write(desk).await?;
        progress(report.members);
    }
    let mut tx = desk.store.db.begin().await?;
    let mut entry = desk.entry(Event::Bulk, "party_member", "demo");
    entry.changes = Changes::none().plain("seed", (), seed).plain("members", (), report.members);
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(report)
}

/// Organisations, their first paths, and what else a street has, in one transaction.
async fn write_orgs(desk: &Desk<'_>, all: &[DemoOrg], street: Option<&Street>) -> Result<()> {
    let (now, today) = (desk.store.clock.now(), desk.today());
    let row = |it: &DemoOrg| {
        let own = orgs::Own {
            id: &it.id,
            no: it.no,
            org_code: &it.org_code,
            full_name: &it.full_name,
            category: it.category,
            parent_id: it.parent_id.as_deref(),
            path: &it.path,
            status: OrgStatus::Active,
            status_on: today,
            at: now,
        };
        orgs::values(&own, &it.form, None)
    };
    let span = |it: &DemoOrg| -> Vec<Value> {
        let since = it.form.established_on.unwrap_or(today);
        vec![it.id.as_str().into(), it.path.as_str().into(), since.into()]
    };
    let mut tx = desk.store.db.begin().await?;
    orgs::INSERT.execute(&mut tx, all.iter().map(row).collect()).await?;
    SPANS.execute(&mut tx, all.iter().map(span).collect()).await?;
    if let Some(street) = street {
        let area: Vec<Value> = vec![street.division_code.as_str().into(), street.name.as_str().into()];
        AREAS.execute(&mut tx, vec![area]).await?;
        let grid = |it: &super::DemoGrid| -> Vec<Value> {
            vec![
                it.id.as_str().into(),
                it.grid_code.as_str().into(),
                it.name.as_str().into(),
                "area".into(),
                1_i64.into(),
                it.street_org_id.as_str().into(),
                it.division_code.as_str().into(),
                "active".into(),
                today.into(),
                1_i64.into(),
                now.into(),
                now.into(),
            ]
        };
        GRIDS.execute(&mut tx, street.grids.iter().map(grid).collect()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Rows of one transaction.
#[derive(Default)]
struct Batch {
    members: Vec<Vec<Value>>,
    changes: Vec<Vec<Value>>,
}

impl Batch {
    /// Checks a person by the rules of every record, and encrypts.
    fn add(&mut self, desk: &Desk<'_>, branch: &DemoOrg, person: &Person) -> Result<()> {
        let (now, mut found) = (desk.store.clock.now(), Vec::new());
        let (form, plain) = members::check_form(
            person.category,
            &person.form,
            None,
            Divisions::DEMONSTRATION,
            desk.today(),
            &mut found,
        );
        refuse(found)?;
        let changed_on = person.changed.as_ref().map(|it| it.1);
        let own = members::Own {
            id: &person.id,
            category: person.category,
            status: person.status,
            suspended_on: changed_on.filter(|_| person.status == MembershipStatus::Suspended),
            branch_id: &branch.id,
            branch_path: &branch.path,
            source: "local",
            created_by: desk.user(),
            at: now,
        };
        let cells = Cells::seal(desk.keys, &person.id, &plain, None)?;
        self.members.push(members::values(&own, &form, cells));
        if let Some((id, on)) = &person.changed {
            self.changes.push(vec![
                id.as_str().into(),
                person.id.as_str().into(),
                PersonCategory::Full.code().into(),
                PersonCategory::Full.code().into(),
                MembershipStatus::Normal.code().into(),
                person.status.code().into(),
                (*on).into(),
                "demo-resolution".into(),
                "示组〔2026〕1号".into(),
                "演示数据".into(),
                branch.id.as_str().into(),
                branch.path.as_str().into(),
                desk.user().into(),
                now.into(),
            ]);
        }
        Ok(())
    }

    /// Writes what there is; gives how many members.
    async fn write(&mut self, desk: &Desk<'_>) -> Result<u64> {
        if self.members.is_empty() {
            return Ok(0);
        }
        let mut tx = desk.store.db.begin().await?;
        let written = members::INSERT.execute(&mut tx, std::mem::take(&mut self.members)).await?;
        members::INSERT_CHANGES.execute(&mut tx, std::mem::take(&mut self.changes)).await?;
        tx.commit().await?;
        Ok(written)
    }
}
