//! Language models behind OpenAI-compatible endpoints, and the prompts for them.
//!
//! ```text
//! Prompts::render(id, values) ─► Rendered ─► Models::stream ─► Speech: words, as they come
//!                                               │
//!                     providers in order: budget left? not in its cool-down? first word in time?
//! ```
//!
//! One file speaks to the services ([`provider`]), one knows how they differ ([`quirks`]). A key stands in no
//! log and in no `Debug`. Dropping a [`Speech`] closes the connection to the model.

pub mod breaker;
pub mod budget;
mod error;
mod models;
pub mod prompts;
mod provider;
pub mod quirks;
mod settings;
mod speech;

pub use budget::{Budget, NoBudget};
pub use error::{Failure, LlmError};
pub use models::{Models, Probe};
pub use prompts::{Prompts, Rendered};
pub use quirks::Quirks;
pub use settings::ProviderSettings;
pub use speech::{Finish, Speech};
