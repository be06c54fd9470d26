//! National ciphers: what protects data at rest, and what makes the audit log tamper-evident.
//!
//! ```text
//! configuration ─► KeyRing ─┬─► cell     a column's value under SM4-CCM   (GB/T 32907, GB/T 36624)
//!                           └─► look_up  found without decrypting it      (HMAC-SM3, GB/T 15852.2)
//! entry ─► audit::append ─► audit_log ─► audit::verify, audit::query      (SM3 chain, GB/T 32905)
//! ```
//! No cipher is written here: SM3, SM4, HMAC, HKDF and CCM are the `RustCrypto` crates. Tests hold them
//! against the vectors of the standards. What the standards ask for besides algorithms (keys and random
//! numbers from a certified module) is the business of the installation: a ring is read from text, and
//! that text may come from a key service.

pub mod audit;
mod cell;
mod error;
mod keys;
mod look_up;
#[cfg(test)]
mod sql;

pub use cell::Place;
pub use error::{Error, Result};
pub use keys::KeyRing;
pub use look_up::{Kind, LookUp};
