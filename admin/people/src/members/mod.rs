//! Members (01 §1.4, §1.7).
//!
//! Identity number, telephone numbers and address stand in the database as SM4 cells and are found by HMAC-SM3;
//! what is given out is masked. In full they are shown by [`reveal`] alone, which writes why into the audit log.

mod check;
mod list;
mod record;
mod reveal;
mod standing;
mod write;

pub use list::{Count, Page, Query, by_id, by_identity, by_mobile, counts, list};
pub use record::{Form, Member, Registration, Secrets};
pub use reveal::{Secret, reveal};
pub use standing::{Change, Conversion, StatusStep, change_status, change_status_in, convert, convert_in, history};
pub use write::{register, register_in, update, update_in};

pub(crate) use check::check as check_form;
#[cfg(test)]
pub(crate) use record::columns;
pub(crate) use record::{Cells, Own, values};
pub(crate) use standing::INSERT as INSERT_CHANGES;
pub(crate) use write::INSERT;

/// Every statement of this folder.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [&list::sql(), standing::SQL, &standing::INSERT.statements(), write::SQL, &write::sql()].concat()
}
