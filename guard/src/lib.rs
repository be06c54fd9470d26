//! What may not pass: sensitive words and personal data.

pub mod personal;
