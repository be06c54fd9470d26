//! Text: the one normalisation, numerals, terms.

pub mod glossary;
pub mod tokens;

pub use text::{bare, is_han, normalize, numerals};
