//! Rings of keys: what can be read, what is refused, and that nothing is given away.

use seal::{Error, KeyRing};
use sm3::Sm3;
use sm4::Sm4;
use zeroize::ZeroizeOnDrop;

/// The bytes 0 to 31.
pub const K1: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The bytes 32 to 63.
pub const K2: &str = "k2:ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

/// A ring of the keys in `text`.
pub fn ring(text: &str) -> KeyRing {
    KeyRing::parse(text).expect("a ring")
}

#[test]
fn the_first_key_writes() {
    let ring = ring(&format!(" {K2},\n {K1},"));
    assert_eq!(ring.current_id(), "k2");
    assert_eq!(ring.ids().collect::<Vec<_>>(), ["k2", "k1"]);
}

#[test]
fn wrong_configurations_are_refused_each_with_its_code() {
    let same_secret = format!("{K1},k9:{}", &K1[3..]);
    let all_zero = format!("k1:{}=", "A".repeat(43));
    let cases: [(&str, &str); 10] = [
        ("", "SEAL-001"),
        (" , ", "SEAL-001"),
        (&K1[3..], "SEAL-002"),
        ("K1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "SEAL-003"),
        ("k.1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "SEAL-003"),
        (&format!("{K1},k1:{}", &K2[3..]), "SEAL-004"),
        ("k1:AAECAwQFBgcICQoLDA0ODw==", "SEAL-005"),
        ("k1:not base64", "SEAL-005"),
        (&all_zero, "SEAL-005"),
        (&same_secret, "SEAL-006"),
    ];
    for (text, code) in cases {
        let error = KeyRing::parse(text).expect_err(text);
        assert_eq!(error.code(), code, "{text}: {error}");
    }
    let error = ring(K1).with_look_up("k2").expect_err("there is none");
    assert_eq!(error.code(), "SEAL-007");
}

#[test]
fn no_message_and_no_debug_text_holds_a_secret() {
    let secret = &K1[3..];
    let texts = [
        format!("{secret},{K2}"),
        // Halves in the wrong order.
        format!("{secret}:k1"),
        format!("k1:{secret}x"),
        format!("{K1},{K1}"),
        format!("{K1},k3:{secret}"),
    ];
    for text in texts {
        let error: Error = KeyRing::parse(&text).expect_err(&text);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&secret[..12]), "{shown}");
    }
    assert_eq!(format!("{:?}", ring(K1)), r#"["k1"]"#);
}

#[test]
fn generated_keys_can_be_read_and_are_never_the_same() {
    let (a, b) = (KeyRing::generate("k1").expect("a key"), KeyRing::generate("k2").expect("a key"));
    // A ring of both also shows that they differ: see SEAL-006.
    let both = ring(&format!("{},{}", *a, *b));
    assert_eq!(both.ids().collect::<Vec<_>>(), ["k1", "k2"]);
    assert_eq!(KeyRing::generate("第一").expect_err("refused").code(), "SEAL-003");
}

/// Doesn't compile where a crate that holds keys lost the feature that wipes them.
#[test]
fn what_holds_keys_is_wiped_when_it_is_dropped() {
    fn wiped<T: ZeroizeOnDrop>() -> bool {
        std::mem::needs_drop::<T>()
    }
    // An HMAC is made of two SM3 states.
    assert!(wiped::<Sm4>() && wiped::<Sm3>());
}
