//! Look-ups: the same thing written differently is found, kinds are kept apart, rotation loses nothing.

use seal::{KeyRing, Kind};

use crate::keys::{K1, K2, ring};

/// Computed outside of this program from the description alone: HKDF-SM3 of the bytes 0–31, then HMAC-SM3.
#[test]
fn look_ups_are_those_of_another_implementation() {
    let ring = ring(K1);
    let expected = "fc3bead3e7ab5fe85018b217ab38d69fd955730720fde312e7732c2200bdd078";
    assert_eq!(ring.look_up(Kind::IdNumber, "31019919900307123X"), expected);
    let expected = "895fea4a769ab8e2c4f500750f8819ccf52c383bd0ce772f22cd7fc37fc2097f";
    assert_eq!(ring.look_up(Kind::Mobile, "13800001234"), expected);
}

#[test]
fn the_same_thing_written_differently_is_found() {
    let ring = ring(K1);
    let same: [(Kind, &str, &[&str]); 3] = [
        (
            Kind::IdNumber,
            "31019919900307123X",
            &["31019919900307123x", " 310199 19900307 123X ", "３１０１９９１９９００３０７１２３Ｘ"],
        ),
        (
            Kind::Mobile,
            "13800001234",
            &["138-0000-1234", "+86 138 0000 1234", "8613800001234", "１３８００００１２３４"],
        ),
        (Kind::Text("address"), "某路1号", &[" 某路1号\n", "某路１号"]),
    ];
    for (kind, value, others) in same {
        for other in others {
            assert_eq!(ring.look_up(kind, value), ring.look_up(kind, other), "{other}");
        }
    }
    // Different things stay different.
    assert_ne!(ring.look_up(Kind::IdNumber, "31019919900307123X"), ring.look_up(Kind::IdNumber, "310199199003071239"));
    assert_ne!(ring.look_up(Kind::Text("address"), "某路 1号"), ring.look_up(Kind::Text("address"), "某路1号"));
    assert_ne!(ring.look_up(Kind::Mobile, "86138000012"), ring.look_up(Kind::Mobile, "138000012"));
}

#[test]
fn each_kind_has_a_key_of_its_own() {
    let ring = ring(K1);
    let kinds = [Kind::IdNumber, Kind::Mobile, Kind::Text("mobile"), Kind::Text("id-number"), Kind::Text("a")];
    let mut hashes: Vec<String> = kinds.iter().map(|kind| ring.look_up(*kind, "13800001234")).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), kinds.len());
    assert!(hashes.iter().all(|it| it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit())));
}

#[test]
fn during_rotation_rows_of_either_key_are_found() {
    let before = ring(K1).look_up(Kind::Mobile, "13800001234");
    let both = ring(&format!("{K2},{K1}"));
    let candidates = both.look_ups(Kind::Mobile, "13800001234");
    let keys: Vec<&str> = candidates.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["k2", "k1"]);
    assert_eq!(candidates[1].hash, before, "a row from before");
    assert_eq!(candidates[0].hash, both.look_up(Kind::Mobile, "13800001234"), "a row of today");
    assert_eq!(candidates[0].hash, ring(K2).look_up(Kind::Mobile, "13800001234"), "after the old key is gone");
}

#[test]
fn look_ups_can_stay_with_the_old_key_while_cells_move() {
    let staying: KeyRing = ring(&format!("{K2},{K1}")).with_look_up("k1").expect("k1 is there");
    assert_eq!(staying.current_id(), "k2");
    assert_eq!(staying.look_up(Kind::Mobile, "13800001234"), ring(K1).look_up(Kind::Mobile, "13800001234"));
    let keys: Vec<String> = staying.look_ups(Kind::Mobile, "1").into_iter().map(|it| it.key).collect();
    assert_eq!(keys, ["k1", "k2"]);
}
