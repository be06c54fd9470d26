//! Cells: what goes in comes out, and nothing that was touched does.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use proptest::prelude::*;
use seal::{KeyRing, Place};

use crate::keys::{K1, K2, ring};

const PLACE: Place = Place::new("person", "id_number", "p1");

fn code(ring: &KeyRing, place: &Place<'_>, cell: &str) -> &'static str {
    ring.decrypt(place, cell).expect_err("refused").code()
}

/// Nonce, ciphertext and tag of a cell under `k1`, and the way back.
fn opened(cell: &str) -> Vec<u8> {
    STANDARD_NO_PAD.decode(cell.strip_prefix("v1.k1.").expect("a cell of k1")).expect("base64")
}

fn closed(bytes: &[u8]) -> String {
    format!("v1.k1.{}", STANDARD_NO_PAD.encode(bytes))
}

/// Made outside of this program, from the description alone (HKDF, CCM and HMAC written out over
/// another implementation of SM3 and SM4): key bytes 0–31, nonce bytes 100–111. Stored cells must open
/// for ever.
#[test]
fn a_cell_made_elsewhere_opens() {
    let cell = "v1.k1.ZGVmZ2hpamtsbW5v0KLcXHH4WEdpP5X0FGoayh/Npq9cGPX021/IVqw6FG1/WQ";
    let value = ring(K1).decrypt(&PLACE, cell).expect("opened");
    assert_eq!(*value, "310199199003071234");
}

#[test]
fn the_same_value_never_looks_the_same() {
    let ring = ring(K1);
    let cells: Vec<String> = (0..3).map(|_| ring.encrypt(&PLACE, "13800001234").expect("a cell")).collect();
    assert!(cells[0] != cells[1] && cells[1] != cells[2] && cells[0] != cells[2], "{cells:?}");
}

#[test]
fn a_cell_of_a_key_that_is_gone_names_the_key() {
    let cell = ring(K1).encrypt(&PLACE, "值").expect("a cell");
    let error = ring(K2).decrypt(&PLACE, &cell).expect_err("refused");
    assert_eq!(error.code(), "SEAL-012");
    assert!(error.to_string().contains("k1") && error.to_string().contains("person.id_number"), "{error}");
}

#[test]
fn a_cell_under_another_secret_of_the_same_id_is_refused() {
    let cell = ring(K1).encrypt(&PLACE, "值").expect("a cell");
    let other = ring(&format!("k1:{}", &K2[3..]));
    assert_eq!(code(&other, &PLACE, &cell), "SEAL-013");
}

#[test]
fn what_is_no_cell_is_told_from_a_forged_one() {
    for text in
        ["", "310199199003071234", "v1", "v1.k1", "v1.k1.", "v1.k1.AAAA", "v1.k1.*", "v2.k1.AAAA", " v1.k1.AAAA"]
    {
        assert_eq!(code(&ring(K1), &PLACE, text), "SEAL-011", "{text}");
    }
    assert_eq!(code(&ring(K1), &PLACE, &closed(&[7; 28])), "SEAL-013", "long enough for nonce and tag");
}

#[test]
fn a_value_that_is_too_long_is_refused() {
    let longest = "a".repeat(1 << 20);
    let cell = ring(K1).encrypt(&PLACE, &longest).expect("a cell");
    assert_eq!(*ring(K1).decrypt(&PLACE, &cell).expect("opened"), longest);
    let error = ring(K1).encrypt(&PLACE, &format!("{longest}a")).expect_err("refused");
    assert_eq!(error.code(), "SEAL-014");
}

#[test]
fn rotation_moves_a_cell_to_the_current_key_and_leaves_it_there() {
    let cell = ring(K1).encrypt(&PLACE, "某路 1 号").expect("a cell");
    let both = ring(&format!("{K2},{K1}"));
    assert!(both.needs_rotation(&cell).expect("a cell"));
    let rotated = both.rotate(&PLACE, &cell).expect("rotated").expect("a new cell");
    assert!(rotated.starts_with("v1.k2."), "{rotated}");
    assert!(!both.needs_rotation(&rotated).expect("a cell"));
    assert_eq!(both.rotate(&PLACE, &rotated).expect("nothing to do"), None);
    // The old key can go.
    assert_eq!(*ring(K2).decrypt(&PLACE, &rotated).expect("opened"), "某路 1 号");
    assert_eq!(both.needs_rotation("明文").expect_err("refused").code(), "SEAL-011");
}

#[test]
fn rotation_refuses_a_cell_of_another_row() {
    let cell = ring(K1).encrypt(&PLACE, "值").expect("a cell");
    let both = ring(&format!("{K2},{K1}"));
    let other = Place { row: "p2", ..PLACE };
    assert_eq!(both.rotate(&other, &cell).expect_err("refused").code(), "SEAL-013");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_goes_in_comes_out(value in "\\PC*", table in "[a-z_]{1,8}", row in "\\PC{0,8}") {
        let ring = ring(K1);
        let place = Place::new(&table, "c", &row);
        let cell = ring.encrypt(&place, &value).expect("a cell");
        prop_assert_eq!(&*ring.decrypt(&place, &cell).expect("opened"), &value);
        // Nonce 12, tag 16.
        prop_assert_eq!(opened(&cell).len(), value.len() + 28);
    }

    #[test]
    fn a_flipped_bit_is_found(value in "\\PC{0,20}", at in any::<prop::sample::Index>(), bit in 0..8) {
        let ring = ring(K1);
        let mut bytes = opened(&ring.encrypt(&PLACE, &value).expect("a cell"));
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert_eq!(code(&ring, &PLACE, &closed(&bytes)), "SEAL-013");
    }

    #[test]
    fn a_changed_character_is_found(at in any::<prop::sample::Index>(), with in "[ -~]") {
        let ring = ring(K1);
        let cell = ring.encrypt(&PLACE, "310199199003071234").expect("a cell");
        let at = at.index(cell.len());
        let mut changed = cell.clone();
        changed.replace_range(at..=at, &with);
        prop_assume!(changed != cell);
        prop_assert!(ring.decrypt(&PLACE, &changed).is_err(), "{}", changed);
    }

    #[test]
    fn a_cut_cell_is_refused(value in "\\PC{0,20}", cut in any::<prop::sample::Index>()) {
        let ring = ring(K1);
        let bytes = opened(&ring.encrypt(&PLACE, &value).expect("a cell"));
        let length = cut.index(bytes.len());
        let expected = if length < 28 { "SEAL-011" } else { "SEAL-013" };
        prop_assert_eq!(code(&ring, &PLACE, &closed(&bytes[..length])), expected);
    }

    /// Also between places whose names run together to the same text.
    #[test]
    fn a_cell_opens_nowhere_else(from in "[ab]{0,3}\\.[ab]{0,3}\\.[ab]{0,3}", to in "[ab]{0,3}\\.[ab]{0,3}\\.[ab]{0,3}") {
        prop_assume!(from != to);
        let place = |text: &'_ str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        let (from, to) = (place(&from), place(&to));
        let ring = ring(K1);
        let cell = ring.encrypt(&Place::new(&from[0], &from[1], &from[2]), "值").expect("a cell");
        prop_assert_eq!(code(&ring, &Place::new(&to[0], &to[1], &to[2]), &cell), "SEAL-013");
    }

    #[test]
    fn another_key_opens_nothing(secret in any::<[u8; 32]>()) {
        prop_assume!(secret.iter().any(|it| *it != secret[0]) && secret.to_vec() != (0..32).collect::<Vec<u8>>());
        let cell = ring(K1).encrypt(&PLACE, "值").expect("a cell");
        let other = ring(&format!("k1:{}", base64::engine::general_purpose::STANDARD.encode(secret)));
        prop_assert_eq!(code(&other, &PLACE, &cell), "SEAL-013");
    }
}
