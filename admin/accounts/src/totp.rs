//! Codes that change every 30 seconds (TOTP, RFC 6238, over HOTP, RFC 4226): HMAC-SHA-1 and six digits,
//! which is what every authenticator app takes.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rand::Rng as _;
use sha1::Sha1;
use zeroize::Zeroizing;

/// Seconds of a time step.
pub const STEP: i64 = 30;
/// Digits of a code.
const DIGITS: u32 = 6;
/// Bytes of a secret: those of the hash (RFC 4226 §4 R6).
const SECRET: usize = 20;
/// Steps before and after the present one that are taken too: clocks differ, and people type slowly.
const WINDOW: i64 = 1;
/// Who issues the codes, as the app shows it.
const ISSUER: &str = "党务通";

/// A new secret, in base32 as apps take it.
pub fn new_secret() -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; SECRET]);
    rand::rng().fill_bytes(&mut *bytes);
    Zeroizing::new(BASE32_NOPAD.encode(&*bytes))
}

/// The address that an app reads from a QR code.
pub fn uri(secret: &str, login_name: &str) -> Zeroizing<String> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (issuer, name) = (encoded(ISSUER), encoded(login_name));
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
    ))
}

/// The time step of which `code` is, if it is near `unix` (seconds). Who asks has to refuse a step that is not
/// after the last one used: a code that was seen over a shoulder is of no use after its owner.
pub fn step_of(secret: &str, code: &str, unix: i64) -> Option<i64> {
    let key = Zeroizing::new(BASE32_NOPAD.decode(secret.as_bytes()).ok()?);
    let code = code.trim();
    let now = unix.div_euclid(STEP);
    // No early end: how long it takes tells nothing of which step fits.
    let fits: Vec<i64> = (now - WINDOW..=now + WINDOW).filter(|step| same(&code_at(&key, *step), code)).collect();
    fits.into_iter().max()
}

/// The code of a step: `Truncate(HMAC(key, step))` (RFC 4226 §5.3).
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 §3)")]
fn code_at(key: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[hash.len() - 1] & 0xf);
    let word = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 10_u32.pow(DIGITS))
}

/// Compared without an early end.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// The code that an app would show at `unix`.
#[cfg(test)]
pub(crate) fn shown(secret: &str, unix: i64) -> String {
    code_at(&BASE32_NOPAD.decode(secret.as_bytes()).expect("base32"), unix.div_euclid(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `12345678901234567890`, the key of the RFCs.
    const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_vectors_of_the_standards() {
        // RFC 6238, appendix B, SHA-1: eight digits there, of which these are the last six.
        for (unix, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(shown(KEY, unix), code, "{unix}");
        }
        // RFC 4226, appendix D.
        assert_eq!(code_at(b"12345678901234567890", 0), "755224");
        assert_eq!(code_at(b"12345678901234567890", 9), "520489");
    }

    #[test]
    fn neighbours_are_taken_and_no_others() {
        let (at, step) = (1_111_111_109, 1_111_111_109 / STEP);
        for near in [at - STEP, at, at + STEP] {
            assert_eq!(step_of(KEY, "081804", near), Some(step));
        }
        assert_eq!(step_of(KEY, "081804", at + 2 * STEP), None);
        assert_eq!(step_of(KEY, "081804", at - 2 * STEP), None);
        assert_eq!(step_of(KEY, " 081804 ", at), Some(step));
        assert_eq!(step_of(KEY, "81804", at), None);
        assert_eq!(step_of("no base32!", "081804", at), None);
    }

    #[test]
    fn an_app_can_read_the_address() {
        let secret = new_secret();
        assert_eq!(secret.len(), 32, "160 bits in fives");
        assert_ne!(secret, new_secret());
        let uri = uri(KEY, "wang wu");
        assert!(uri.starts_with("otpauth://totp/%E5%85%9A%E5%8A%A1%E9%80%9A:wang%20wu?secret=GEZDGNBV"), "{}", *uri);
    }
}
