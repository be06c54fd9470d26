//! The vectors that the standards print: the crates compute what the standards say.

use ccm::{
    Ccm, KeyInit as _,
    aead::{Aead as _, Payload},
    consts::{U12, U16},
};
use hmac::{Hmac, Mac as _};
use sm3::{Digest as _, Sm3};
use sm4::{
    Sm4,
    cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _},
};

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).expect("hex")
}

fn hmac_sm3(key: &[u8], message: &[u8]) -> String {
    let mut mac = Hmac::<Sm3>::new_from_slice(key).expect("any length");
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

/// GB/T 32905-2016, appendix A.
#[test]
fn sm3_is_that_of_the_standard() {
    let cases = [
        ("abc".to_owned(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ("abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ];
    for (message, expected) in cases {
        assert_eq!(hex::encode(Sm3::digest(&message)), expected, "{message}");
    }
}

/// GB/T 32907-2016, appendix A, example 1.
#[test]
fn sm4_is_that_of_the_standard() {
    let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().expect("16 bytes");
    let cipher = Sm4::new(&key.into());
    let mut block = key.into();
    cipher.encrypt_block(&mut block);
    assert_eq!(hex::encode(block), "681edf34d206965e86b3e94f536e4246");
    cipher.decrypt_block(&mut block);
    assert_eq!(block, key);
}

/// GB/T 32907-2016, appendix A, example 2: the same block encrypted a million times.
#[test]
fn sm4_stays_that_of_the_standard_for_a_million_rounds() {
    let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().expect("16 bytes");
    let cipher = Sm4::new(&key.into());
    let mut block = key.into();
    for _ in 0..1_000_000 {
        cipher.encrypt_block(&mut block);
    }
    assert_eq!(hex::encode(block), "595298c7c6fd271f0402f804c33d3f66");
}

/// GM/T 0042-2015, appendix D.3 (HMAC of GB/T 15852.2).
#[test]
fn hmac_sm3_is_that_of_the_standard() {
    let key = |length: u8| (1..=length).collect::<Vec<u8>>();
    let twice = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".repeat(2);
    let expected = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a";
    assert_eq!(hmac_sm3(&key(32), twice.as_bytes()), expected);
    let expected = "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae";
    assert_eq!(hmac_sm3(&key(37), &[0xcd; 50]), expected);
}

/// RFC 8998, appendix A.2.
#[test]
fn sm4_ccm_is_that_of_rfc_8998() {
    let key: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().expect("16 bytes");
    let nonce: [u8; 12] = bytes("00001234567800000000abcd").try_into().expect("12 bytes");
    let msg: Vec<u8> = [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].into_iter().flat_map(|it| [it; 8]).collect();
    let payload = Payload { msg: &msg, aad: &bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2") };
    let sealed = Ccm::<Sm4, U16, U12>::new(&key.into()).encrypt(&nonce.into(), payload).expect("encrypted");
    let expected = "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094\
                    fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b\
                    16842d4fa186f56ab33256971fa110f4";
    assert_eq!(hex::encode(sealed), expected);
}
