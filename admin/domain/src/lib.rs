//! The rules of the trade, as pure functions: what is a valid number, who counts as a member, what may
//! follow what, and by when.
//!
//! ```text
//! identity, credit_code, phone, name, address     what is written in one field
//! codes, division                                 national standards, as tables
//! org, member, roster, standing, mobile           organisations and people
//! role                                            who may see and do what, and where
//! dates, workday                                  months and working days
//! violation                                       what all of them answer with
//! ```
//!
//! Nothing here knows a database, a clock or a request: today is a parameter, and so is whatever the
//! administration may set. Where a text leaves a choice open, the item's documentation says which was taken.

pub mod address;
mod coded;
pub mod codes;
pub mod credit_code;
pub mod dates;
pub mod division;
pub mod identity;
pub mod member;
pub mod mobile;
pub mod name;
pub mod org;
pub mod phone;
pub mod role;
pub mod roster;
pub mod standing;
pub mod violation;
pub mod workday;

pub use violation::{Severity, Violation};
