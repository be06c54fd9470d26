//! Tests over a made-up subject: fast, and every outcome is known.

mod made_up;
mod runner;
mod runs;
mod score;
