//! A secret in full: never without a reason in the audit log.

use domain::role::Node;
use seal::audit::{self, Changes, Event};
use zeroize::Zeroizing;

use super::list::read;
use crate::{Desk, Error, Result};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The identity number.
    IdCardNo,
    /// The mobile number.
    Mobile,
    /// The number abroad.
    PhoneAbroad,
    /// The address.
    ResidenceAddress,
}

impl Secret {
    /// Its column.
    pub const fn column(self) -> &'static str {
        match self {
            Self::IdCardNo => "id_card_no",
            Self::Mobile => "mobile",
            Self::PhoneAbroad => "phone_abroad",
            Self::ResidenceAddress => "residence_address",
        }
    }
}

/// Shows a secret of a member in full. It is given out after the entry stands in the log for good, and wiped from
/// memory when dropped. `None` where the record has none (which is logged too).
///
/// # Errors
/// [`Error::NotFound`] out of scope; [`Error::Invalid`] with `MEM-016` where no reason is given; [`Error::Seal`] where
/// the cell can't be opened: nothing is logged then.
pub async fn reveal(
    desk: &Desk<'_>,
    scope: &[Node],
    id: &str,
    secret: Secret,
    reason: &str,
) -> Result<Option<Zeroizing<String>>> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::rule("MEM-016", "reason", "查看明文须填写事由"));
    }
    let mut tx = desk.store.db.begin().await?;
    let member = read(&mut tx, scope, id).await?;
    let cell = match secret {
        Secret::IdCardNo => Some(&member.id_card_no),
        Secret::Mobile => member.mobile.as_ref(),
        Secret::PhoneAbroad => member.phone_abroad.as_ref(),
        Secret::ResidenceAddress => Some(&member.residence_address),
    };
    let plain = cell.map(|it| member.open(desk.keys, secret.column(), it)).transpose()?;
    let mut entry = desk.entry(Event::PlaintextViewed, "party_member", id);
    entry.changes = Changes::none().plain("field", (), secret.column());
    entry.reason = Some(reason.to_owned());
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(plain)
}
