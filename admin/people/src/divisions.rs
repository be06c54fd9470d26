//! Streets (9 digits) and villages (12 digits) through time. Districts and provinces are `domain`'s own table.

use chrono::NaiveDate;
use domain::division::{self, Division};
use seal::audit::{self, Changes, Event};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{Desk, Error, Result};

const SAVE: &str = "insert into division (code, name, valid_from, valid_to, successor) values ($1, $2, $3, $4, $5) \
     on conflict (code) do update set name = excluded.name, valid_from = excluded.valid_from, \
     valid_to = excluded.valid_to, successor = excluded.successor";
const BY_CODE: &str = "select code, name, valid_from, valid_to, successor from division where code = $1";
/// A code and all codes below it, in force on a day.
const BELOW: &str = "select code, name, valid_from, valid_to, successor from division where code >= $1 and code < $2 \
     and (valid_from is null or valid_from <= $3) and (valid_to is null or $3 < valid_to) order by code";
/// Successors of successors; more of them are a circle that somebody has entered.
const LONGEST_CHAIN: usize = 16;

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[SAVE, BY_CODE, BELOW];

/// A street or a village, and when its code was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Area {
    /// 9 or 12 digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// First day in force; `None`: always was.
    pub valid_from: Option<NaiveDate>,
    /// First day no longer in force; `None`: still is.
    pub valid_to: Option<NaiveDate>,
    /// The code that took its area over.
    pub successor: Option<String>,
}

/// What a code meant or means on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolved {
    /// The district, or the province elsewhere.
    pub district: &'static Division,
    /// The street or village, where the table knows it.
    pub area: Option<Area>,
}

/// Adds a street or village, or corrects it.
///
/// # Errors
/// [`Error::Invalid`] with `DIV-001`: not 9 or 12 digits below a district of Shanghai, or a retired code that is
/// its own successor.
pub async fn save(desk: &Desk<'_>, area: &Area) -> Result<()> {
    let long = matches!(area.code.len(), 9 | 12) && area.code.starts_with("31");
    if !long || division::resolve(&area.code, desk.today()).is_none() {
        return Err(Error::rule("DIV-001", "code", "街镇代码应为9位、居村代码应为12位，且属于本市的区"));
    }
    if area.successor.as_ref() == Some(&area.code) {
        return Err(Error::rule("DIV-001", "successor", "代码不能由自身承接"));
    }
    let mut tx = desk.store.db.begin().await?;
    let args = vec![
        area.code.as_str().into(),
        area.name.as_str().into(),
        area.valid_from.into(),
        area.valid_to.into(),
        area.successor.clone().into(),
    ];
    tx.execute(SAVE, args).await?;
    let mut entry = desk.entry(Event::RuleChanged, "division", &area.code);
    entry.changes = Changes::none().plain("name", (), area.name.as_str());
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// What a code of 6, 9 or 12 digits meant on a day: a retired one leads to what has its area then. `None` where not
/// even the district is known.
pub async fn resolve(store: &Store, code: &str, on: NaiveDate) -> Result<Option<Resolved>> {
    let Some(mut district) = division::resolve(code, on) else {
        return Ok(None);
    };
    let mut area = if code.len() > 6 { by_code(store, code).await? } else { None };
    for _ in 0..LONGEST_CHAIN {
        let Some(found) = &area else { break };
        if found.valid_to.is_none_or(|to| on < to) {
            break;
        }
        let next = found.successor.clone();
        area = match next {
            Some(next) => by_code(store, &next).await?,
            None => None,
        };
    }
    area = area.filter(|it| it.valid_from.is_none_or(|from| from <= on) && it.valid_to.is_none_or(|to| on < to));
    // A street may have gone to another district.
    if let Some(moved) = area.as_ref().and_then(|it| division::resolve(&it.code, on)) {
        district = moved;
    }
    Ok(Some(Resolved { district, area }))
}

async fn by_code(store: &Store, code: &str) -> Result<Option<Area>> {
    Ok(store.db.fetch_optional(BY_CODE, vec![code.into()]).await?)
}

/// Streets and villages whose code begins with `code`, in force on a day.
pub async fn below(store: &Store, code: &str, on: NaiveDate) -> Result<Vec<Area>> {
    let (from, to) = crate::scope::prefix(code);
    Ok(store.db.fetch_all(BELOW, vec![from.into(), to.into(), on.into()]).await?)
}
