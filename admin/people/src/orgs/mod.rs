//! The tree of organisations (01 §1.1).
//!
//! An organisation's path is made of numbers from the root down, `1.12.305.`; a number is never given out
//! twice. Members carry a copy of their branch's path, and `org_path_history` keeps where everybody stood from
//! when to when, so that statistics of a day use the paths of that day.

mod check;
mod create;
mod moves;
mod read;
mod record;
mod status;

pub use create::{New, create, create_in, rename, rename_in, update, update_in};
pub use moves::{Moved, PathSpan, move_under, move_under_in, paths_of};
pub use read::{ancestors, by_code, by_id, children, find, path_on, search, subtree};
pub use record::{Form, Org};
pub use status::{Pending, StatusStep, change_status, change_status_in, findings};

pub(crate) use create::INSERT;
pub(crate) use read::lock;
pub(crate) use record::{Own, values};
pub(crate) use status::watch_numbers;

/// Every statement of this folder.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [create::SQL, &create::INSERT.statements(), moves::SQL, &read::sql(), status::SQL].concat()
}
