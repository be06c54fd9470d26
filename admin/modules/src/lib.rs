//! The business of the back office. Every module declares its entities on the engine and adds what a
//! declaration can't say: rules over one record, guards and effects with SQL of their own.
//!
//! ```text
//! registry      every entity, in one list
//! who           roles by what they do in a process
//! mobile_flow   mobile members: one stay away from registration to end (F26–F30, F32, F37)
//! endorsement   what one organisation vouches for to another (F31)
//! ```
//!
//! Nothing here knows HTTP. Rules that need no database are in `domain` or are pure checks.

pub mod endorsement;
pub mod mobile_flow;
pub mod registry;
#[cfg(test)]
mod tests;
pub mod who;
