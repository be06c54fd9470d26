//! Keys of the installation's own: made once, kept in the database, shared by all its processes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use store::Store;

use crate::error::Result;

const KEEP: &str = "insert into secret (name, value) values ($1, $2) on conflict (name) do nothing";
const READ: &str = "select value from secret where name = $1";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[KEEP, READ];

/// A key for HMAC-SHA-256 (RFC 2104). Shown nowhere.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("******")
    }
}

impl Key {
    /// The installation's key called `name`; made on the first call ever.
    pub async fn of(store: &Store, name: &str) -> Result<Self> {
        let mut tx = store.db.begin().await?;
        // Two processes may start at once: the first one's key stands.
        tx.execute(KEEP, vec![name.into(), random().into()]).await?;
        tx.commit().await?;
        let (value,) = store.db.fetch_one::<(String,)>(READ, vec![name.into()]).await?;
        Ok(Self::new(&value))
    }

    /// The key with this text, such as a channel's `user_secret`.
    pub fn new(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// HMAC-SHA-256 of `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.mac(message).finalize().into_bytes().to_vec()
    }

    /// Whether `signature` is that of `message`, compared in constant time.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.mac(message).verify_slice(signature).is_ok()
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 §3)")]
    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(message);
        mac
    }
}

/// 256 random bits from the system, as 43 characters that may stand in a URL.
pub fn random() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a secret, hex: what is kept of it where it need only be recognised.
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}
