//! Conversations: who may ask from where, what was asked and answered, streams that survive a cut.
//!
//! ```text
//! page → grant (origin) → session (who) → conversation → turn → events ─┬─► listeners
//!                                                                       └─► database, then `done`
//! ```
//! It knows no HTTP. What an answer is, and how it comes about, is the business of `knowledge`.

pub mod channel;
pub mod conversation;
pub mod error;
pub mod event;
pub mod export;
mod filter;
pub mod limits;
mod live;
pub mod secret;
pub mod service;
pub mod session;
#[cfg(test)]
mod sql;
pub mod token;
pub mod turn;
mod work;

pub use error::{Error, Result};
pub use service::{Chat, Feed, Question};
