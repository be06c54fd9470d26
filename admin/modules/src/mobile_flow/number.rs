//! Numbers of stays: `LD20261101000001`.

use chrono::NaiveDate;
use engine::Result;
use store::Tx;

/// The row of the day is locked until commit: whoever comes next waits, and gets the next number.
const NEXT: &str = "insert into number_counter (kind, day, last) values ('mobile_flow', $1, 1) \
                    on conflict (kind, day) do update set last = number_counter.last + 1 returning last";

/// The next number of a day.
///
/// # Errors
/// Those of the database.
pub async fn next(tx: &mut Tx, today: NaiveDate) -> Result<String> {
    let last = tx.fetch_optional::<(i64,)>(NEXT, vec![today.into()]).await?.map_or(0, |it| it.0);
    Ok(format!("LD{}{last:06}", today.format("%Y%m%d")))
}

/// Every statement of this file.
#[cfg(test)]
pub const SQL: &[&str] = &[NEXT];
