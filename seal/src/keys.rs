//! Keys in versions: one for writing, the older ones for reading what they once wrote.
//!
//! A version is 32 secret random bytes. Nothing is encrypted with them directly; every use has a key of
//! its own, derived with HKDF (RFC 5869) over HMAC-SM3:
//!
//! ```text
//! key = HKDF-SM3(salt = "dangwutong/seal/v1", secret, info = use)
//!
//! use = "cell"             16 bytes, SM4
//!       "look-up/<kind>"   32 bytes, HMAC-SM3, one per kind of column
//!       "audit/<kind>"     32 bytes, HMAC-SM3, for sensitive values in the audit log
//! ```
//! So a look-up column that leaks says nothing of the cells, and one kind nothing of another.
//!
//! # Changing keys
//!
//! 1. Put the new version in front: `k2:…,k1:…`. Values written from now on are under `k2`, old ones
//!    are read with `k1`. Where a unique index stands on a look-up column, stay with
//!    [`KeyRing::with_look_up`]`("k1")` for the time being: then look-ups are all under one key.
//! 2. Go through the rows: [`KeyRing::rotate`] for each cell that [`KeyRing::needs_rotation`].
//! 3. Without `with_look_up`, look-ups of both versions live side by side: search for
//!    [`KeyRing::look_ups`] (`where id_hash in (…)`), write [`KeyRing::look_up`], and go through the rows
//!    once more. A unique index can't see a pair of different versions: check `look_ups` inside the
//!    transaction that inserts.
//! 4. When no cell and no look-up is left under `k1`, remove it from the configuration.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ccm::{
    Ccm, KeyInit as _,
    consts::{U12, U16},
};
use hkdf::Hkdf;
use rand::{TryRng as _, rngs::SysRng};
use sm3::Sm3;
use sm4::Sm4;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// SM4-CCM with a tag of 16 bytes and a nonce of 12; see [`crate::cell`] for why.
pub(crate) type Cipher = Ccm<Sm4, U16, U12>;

/// Bytes of secret in a version.
const SECRET: usize = 32;
/// Separates our derived keys from those of any other program that should be given the same secret.
const SALT: &[u8] = b"dangwutong/seal/v1";

/// One version.
pub(crate) struct Version {
    /// Its id, which stands in every cell.
    pub(crate) id: String,
    secret: Zeroizing<[u8; SECRET]>,
    /// Ready for use; its key schedule is wiped when it is dropped.
    pub(crate) cipher: Cipher,
}

impl Version {
    fn new(id: &str, secret: Zeroizing<[u8; SECRET]>) -> Self {
        let key = derive::<16>(&secret, &[b"cell"]);
        Self { id: id.to_owned(), cipher: Cipher::new((&*key).into()), secret }
    }

    /// The HMAC key for `purpose` (such as `look-up`) and `kind`.
    pub(crate) fn mac_key(&self, purpose: &str, kind: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.secret, &[purpose.as_bytes(), b"/", kind.as_bytes()])
    }
}

#[expect(clippy::expect_used, reason = "HKDF gives up to 255 times 32 bytes (RFC 5869 §2.3), we ask for 32 at most")]
fn derive<const N: usize>(secret: &[u8; SECRET], info: &[&[u8]]) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    Hkdf::<Sm3>::new(Some(SALT), secret).expand_multi_info(info, &mut *key).expect("a short key");
    key
}

/// The keys of an installation. `Debug` shows ids alone.
///
/// Secrets, derived keys and key schedules are wiped from memory when they are dropped. What the compiler
/// leaves on the stack on the way, and the text that was parsed, can't be wiped from here.
pub struct KeyRing {
    /// The first one writes cells; never empty.
    versions: Vec<Version>,
    /// Place of the one that writes look-ups.
    look_up: usize,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

impl KeyRing {
    /// Reads `id:base64,id:base64…`: the first version writes, the others only read. Spaces and line
    /// breaks around entries are allowed, and so is a comma at the end.
    ///
    /// # Errors
    /// SEAL-001 to SEAL-006. No error repeats what may be a secret.
    pub fn parse(text: &str) -> Result<Self> {
        let mut versions: Vec<Version> = Vec::new();
        let entries = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        for (index, entry) in entries.enumerate() {
            let (id, encoded) = entry.split_once(':').ok_or(Error::BadEntry(index + 1))?;
            // Halves in the wrong order would put the secret into the message.
            if id.len() > 40 {
                return Err(Error::BadEntry(index + 1));
            }
            let version = Version::new(checked(id)?, secret(id, encoded)?);
            if versions.iter().any(|it| it.id == version.id) {
                return Err(Error::SameId(version.id));
            }
            if let Some(twin) = versions.iter().find(|it| bool::from(it.secret[..].ct_eq(&version.secret[..]))) {
                return Err(Error::SameSecret(twin.id.clone(), version.id));
            }
            versions.push(version);
        }
        if versions.is_empty() {
            return Err(Error::NoKey);
        }
        Ok(Self { versions, look_up: 0 })
    }

    /// Writes look-ups with the version `id` instead of the current one: see the head of `keys.rs`.
    ///
    /// # Errors
    /// SEAL-007: there is no such version.
    pub fn with_look_up(mut self, id: &str) -> Result<Self> {
        let place = self.versions.iter().position(|it| it.id == id);
        self.look_up = place.ok_or_else(|| Error::UnknownKey(id.to_owned()))?;
        Ok(self)
    }

    /// A new version as configuration text, `id:base64`, from the system's random numbers: for the first
    /// start, and for a change of keys. To be put in front of the older ones, and kept out of the database.
    ///
    /// # Errors
    /// SEAL-003: the id can't be used. SEAL-008: the system has no random numbers.
    pub fn generate(id: &str) -> Result<Zeroizing<String>> {
        let id = checked(id)?;
        let secret = random::<SECRET>()?;
        let encoded = Zeroizing::new(STANDARD.encode(*secret));
        Ok(Zeroizing::new(format!("{id}:{}", *encoded)))
    }

    /// The id of the version that writes.
    pub fn current_id(&self) -> &str {
        &self.current().id
    }

    /// The ids of all versions, the current one first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.versions.iter().map(|it| it.id.as_str())
    }

    pub(crate) fn current(&self) -> &Version {
        &self.versions[0]
    }

    pub(crate) fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|it| it.id == id)
    }

    /// The version for look-ups, then the others.
    pub(crate) fn for_look_ups(&self) -> impl Iterator<Item = &Version> {
        let others = self.versions.iter().enumerate().filter(|(place, _)| *place != self.look_up);
        std::iter::once(&self.versions[self.look_up]).chain(others.map(|(_, it)| it))
    }
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    SysRng.try_fill_bytes(&mut *bytes).map_err(|it| Error::Random(it.to_string()))?;
    Ok(bytes)
}

/// An id stands between dots in a cell and before a colon in the configuration.
fn checked(id: &str) -> Result<&str> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 32 || !id.chars().all(allowed) {
        return Err(Error::BadId(id.to_owned()));
    }
    Ok(id)
}

fn secret(id: &str, encoded: &str) -> Result<Zeroizing<[u8; SECRET]>> {
    let bad = || Error::BadSecret(id.to_owned());
    let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| bad())?);
    let mut secret = Zeroizing::new([0; SECRET]);
    if bytes.len() != SECRET {
        return Err(bad());
    }
    secret.copy_from_slice(&bytes);
    // A placeholder from an example, not a key.
    if secret.iter().all(|it| *it == secret[0]) {
        return Err(bad());
    }
    Ok(secret)
}
