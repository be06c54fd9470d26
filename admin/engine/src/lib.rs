//! The engine of the back office: a kind of record is declared once, and its list, form, actions, history
//! and statistics follow from the declaration.
//!
//! ```text
//! declare ── what an entity is: fields, sides, states, actions; checked by the compiler
//! record  ── one row, read and written through typed fields
//! actor   ── who asks: grants of roles on nodes, from which the scope in SQL follows
//! sql     ── the few shapes of statement, made from declarations
//! list, get, save, act, history ── what can be done with rows
//! ```
//!
//! The engine never names an entity. Every statement carries the actor's scope; what is out of scope is not
//! there. A change of state is one transaction: lock by state and version, guard, effect, event, audit.

pub mod act;
pub mod actor;
pub mod declare;
pub mod error;
pub mod history;
pub mod list;
pub mod read;
pub mod record;
pub mod save;
mod sql;
#[cfg(test)]
mod tests;

pub use actor::Actor;
pub use declare::Entity;
pub use error::{Error, Result};
pub use record::Record;
