//! The audit log: who did what to what, when, from where and why; only ever added to.
//!
//! Every row holds the SM3 hash of its own text and of the row before it ([`Record::canonical`]), so that
//! a changed, removed, inserted or moved row shows ([`verify`]). The databases refuse updates and
//! deletions, and inserts that don't follow the head (triggers). Both only help against those who can't
//! rewrite the whole table: against somebody with full power over the database there are **anchors**.
//! [`anchor`] gives the number and hash of the newest row; printed, filed or sent elsewhere every day, it
//! fixes everything before it, for no rewritten chain has the same hash at that number.
//!
//! # Concurrency, and what it costs
//!
//! A chain has one end, so writers take turns: [`append`] locks the one row of `audit_head`, and the lock
//! is held until the caller commits. Therefore **append last, right before the commit**: then the turn is
//! as short as two statements and a commit, and because nobody locks anything after the head, two writers
//! can't wait for each other. More writers than one don't make it faster, they queue; 100 of them share
//! what one gets, and PostgreSQL can't write several commits to disk at once for them. `benches/audit.rs`
//! measures it: without optimisation, on two busy cores and with fsync, PostgreSQL made 120 to 270 such
//! transactions a second whatever the number of writers (100 of them waited 0.35 s in the median), where
//! it made 1,400 to 1,900 without the log. `SQLite` has one writer at a time anyway.
//!
//! Entries of one transaction go through [`append_all`]: a bulk operation pays for one turn. Should one
//! chain ever be too slow, transactions can leave their entries in the outbox and one worker append them
//! in batches; the price is that an entry is chained a moment after its deed.

mod changes;
mod event;
mod query;
mod record;
mod verify;
mod write;

pub use changes::Changes;
pub use event::Event;
pub use query::{After, Filter, Page, query};
pub use record::{Anchor, GENESIS, Record};
pub use verify::{Finding, Report, verify};
pub use write::{Actor, Entry, Outcome, anchor, append, append_all};

/// Every statement of this folder.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [query::SQL, &verify::sql(), &write::sql()].concat()
}
