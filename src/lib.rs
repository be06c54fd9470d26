//! 党务通: the server. Command line, configuration, composition and the HTTP surface around the
//! retrieval core.
//!
//! ```text
//! main → cli → config → wiring → app::Core ← http (API, pages, widget)
//! ```

pub mod app;
pub mod cli;
pub mod config;
mod core;
mod evaluation;
mod gate;
pub mod http;
pub mod wiring;
mod workshop;
