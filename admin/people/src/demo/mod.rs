//! A made-up city of any size, for demonstrations and measurements.
//!
//! Everything follows from a seed: the same one gives the same rows (cells differ, since their nonces are random).
//! Nobody in it is real: every identity number begins with 310199, which is no division, and streets and units have
//! invented names. It is written street by street in small transactions, so that millions of members need little
//! memory and leave the one writer of `SQLite` room for others.

mod city;
mod fill;
mod person;
mod words;

pub use city::{City, DemoGrid, DemoOrg, Street};
#[cfg(test)]
pub(crate) use fill::sql;
pub use fill::{Report, fill};
pub use person::Person;
