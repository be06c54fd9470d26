//! Text: the one normalisation, numerals, tokens, sentences.

pub mod numerals;
