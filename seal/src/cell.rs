//! A column's value under SM4: `v1.<key id>.<base64 of nonce, ciphertext and tag>`.
//!
//! The mode is CCM (RFC 3610, GB/T 36624), as RFC 8998 fixes it for SM4: tag of 16 bytes, nonce of 12.
//! Why not the others:
//! - Encrypt-then-MAC from CTR and HMAC-SM3 would be as strong, but its composition would be ours. CCM
//!   comes whole from one crate, with published vectors for SM4.
//! - GCM is faster on long streams, which cells aren't; one repeated nonce gives away its authentication
//!   key for all messages, in CCM only the two messages concerned.
//! - CBC has no authentication.
//!
//! Nonces are random. After 2³² cells under one key two of them are the same with a probability of 2⁻³³:
//! change keys long before that. The length of a value can be seen from its cell.
//!
//! The tag covers, besides the value, which key, table, column and row it belongs to: a cell copied to
//! another place doesn't open there. What it can't show is an older value put back in the same place;
//! that shows in the audit log.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use ccm::aead::{Aead as _, Payload};
use zeroize::{Zeroize as _, Zeroizing};

use crate::{
    Error, KeyRing, Result,
    keys::{Version, random},
};

/// Format and mode; the next one would be `v2`.
const FORM: &str = "v1";
const NONCE: usize = 12;
const TAG: usize = 16;
/// Longest value, in bytes: far below the 16 MiB that CCM with this nonce can take.
const LONGEST: usize = 1 << 20;

/// Where a cell stands. The names are part of what the tag covers: a renamed table or column has to be
/// encrypted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's id.
    pub row: &'a str,
}

impl<'a> Place<'a> {
    /// The cell of `column` in the row `row` of `table`.
    pub const fn new(table: &'a str, column: &'a str, row: &'a str) -> Self {
        Self { table, column, row }
    }

    /// What the tag covers besides the value. Lengths stand before the texts, so that no two places
    /// have the same bytes.
    fn associated(&self, key: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in [FORM, key, self.table, self.column, self.row] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}（{}）", self.table, self.column, self.row)
    }
}

impl KeyRing {
    /// `value` as a cell of `place`, under the current key and a fresh nonce.
    ///
    /// # Errors
    /// SEAL-014: longer than 1 MiB. SEAL-008: the system has no random numbers.
    pub fn encrypt(&self, place: &Place<'_>, value: &str) -> Result<String> {
        let too_long = || Error::TooLong(place.to_string());
        if value.len() > LONGEST {
            return Err(too_long());
        }
        let Version { id, cipher, .. } = self.current();
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: value.as_bytes(), aad: &place.associated(id) };
        let sealed = cipher.encrypt((&*nonce).into(), payload).map_err(|_| too_long())?;
        Ok(format!("{FORM}.{id}.{}", STANDARD_NO_PAD.encode([nonce.as_slice(), sealed.as_slice()].concat())))
    }

    /// The value of the cell that stands at `place`. It is wiped from memory when dropped.
    ///
    /// # Errors
    /// SEAL-011: not a cell. SEAL-012: its key isn't in the ring. SEAL-013: changed, or moved here.
    pub fn decrypt(&self, place: &Place<'_>, cell: &str) -> Result<Zeroizing<String>> {
        let not_a_cell = || Error::NotACell(place.to_string());
        let (id, encoded) = parts(cell).ok_or_else(not_a_cell)?;
        let Some(Version { cipher, .. }) = self.version(id) else {
            return Err(Error::KeyGone { place: place.to_string(), key: id.to_owned() });
        };
        let bytes = STANDARD_NO_PAD.decode(encoded).map_err(|_| not_a_cell())?;
        let Some((nonce, sealed)) = bytes.split_first_chunk::<NONCE>().filter(|(_, it)| it.len() >= TAG) else {
            return Err(not_a_cell());
        };
        let payload = Payload { msg: sealed, aad: &place.associated(id) };
        let value = cipher.decrypt(nonce.into(), payload).map_err(|_| Error::Forged(place.to_string()))?;
        // Only text is ever encrypted; anything else was not written by us.
        String::from_utf8(value).map(Zeroizing::new).map_err(|it| {
            it.into_bytes().zeroize();
            Error::Forged(place.to_string())
        })
    }

    /// Whether `cell` stands under another key than the current one.
    ///
    /// # Errors
    /// SEAL-011: not a cell.
    pub fn needs_rotation(&self, cell: &str) -> Result<bool> {
        let (id, _) = parts(cell).ok_or_else(|| Error::NotACell(String::new()))?;
        Ok(id != self.current_id())
    }

    /// The cell of `place` under the current key; none where it is already.
    ///
    /// # Errors
    /// Those of [`KeyRing::decrypt`] and [`KeyRing::encrypt`].
    pub fn rotate(&self, place: &Place<'_>, cell: &str) -> Result<Option<String>> {
        // Opened even where nothing is to be done: who goes through all rows learns of broken ones.
        let value = self.decrypt(place, cell)?;
        if self.needs_rotation(cell)? { self.encrypt(place, &value).map(Some) } else { Ok(None) }
    }
}

/// Key id and base64 of a cell.
fn parts(cell: &str) -> Option<(&str, &str)> {
    cell.strip_prefix(FORM)?.strip_prefix('.')?.split_once('.')
}
