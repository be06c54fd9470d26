//! What may not pass: sensitive words and personal data.
//!
//! ```text
//! guard ── personal: numbers and addresses of persons, masked before anything is stored or sent
//!       ── words:    the list of sensitive words, looked for in whole texts and in streams
//! ```

pub mod personal;
pub mod words;
