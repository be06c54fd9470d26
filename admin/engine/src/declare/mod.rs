//! The vocabulary in which entities are declared. Everything is `const`: a module is one table that the
//! compiler has checked, and nothing here touches the database.

pub mod action;
pub mod entity;
pub mod field;
mod verify;

pub use action::{Action, Check, Effect, Level, State, action, open_state, state};
pub use entity::{Entity, MINE, Preset, Section, Side, preset, section, side, side_of_division, side_of_grid};
pub use field::{Field, FieldDef, Kind, Mask, amount, boolean, code, date, int, reference, text, time};
