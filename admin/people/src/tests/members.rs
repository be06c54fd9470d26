use domain::{
    codes::Gender,
    member::{MembershipStatus, PersonCategory},
    org::OrgCategory,
    role::Node,
};
use seal::audit::{self, Filter};
use store::testing;

use super::{CITY, day, desk, found, number, raw, refused, register, registration, ring, tree as plant};
use crate::{
    Error,
    members::{self, Conversion, Form, Registration, Secret, StatusStep},
};

#[tokio::test]
async fn numbers_stand_nowhere_in_plain_and_are_found_all_the_same() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let new = registration(&tree.branch, 1);
        let saved = members::register(&desk, &new).await.unwrap();
        let mut form = new.form.clone();
        form.secrets = members::Secrets { mobile: Some("14000000999".into()), ..Default::default() };
        members::update(&desk, CITY, &saved.id, 1, &form).await.unwrap();
        let gone = step(MembershipStatus::Suspended, day(2026, 10, 1));
        members::change_status(&desk, CITY, &saved.id, 2, &gone).await.unwrap();
        members::reveal(&desk, CITY, &saved.id, Secret::IdCardNo, "核对身份").await.unwrap();

        let secret = [number(1980, 3), "14000000003".into(), "14000000999".into(), "示例路1号".into()];
        let mut cells = raw(&it, "party_member", members::columns!()).await.concat();
        assert!(cells.iter().any(|cell| cell.starts_with("v1.k1.")), "{}: {cells:?}", it.name);
        cells.extend(raw(&it, "audit_log", "seq, changes, reason, object_id").await.concat());
        cells.extend(raw(&it, "membership_change", "id, reason, resolution, approval_doc_no").await.concat());
        for cell in &cells {
            assert!(!secret.iter().any(|it| cell.contains(it.as_str())), "{}: {cell}", it.name);
        }

        let row = &members::by_identity(&desk, CITY, &number(1980, 3)).await.unwrap()[0];
        assert_eq!(row.id, saved.id, "{}", it.name);
        let tail = &number(1980, 3)[14..];
        assert_eq!(row.id_card_no, format!("310***********{tail}"), "{}", it.name);
        assert_eq!(row.mobile.as_deref(), Some("140****0999"), "{}", it.name);
        assert_eq!(row.residence_address, "上海市黄浦区示例街道***", "{}", it.name);
        let json = serde_json::to_string(row).unwrap();
        assert!(!json.contains("look_up") && !json.contains("v1."), "{json}");
        assert_eq!(members::by_mobile(&desk, CITY, "140 0000 0999").await.unwrap().len(), 1, "{}", it.name);
        assert_eq!(members::by_mobile(&desk, CITY, "14000000003").await.unwrap(), [], "{}: the old one", it.name);
        let elsewhere = [Node::Subtree { path: "1.3.".into() }];
        assert_eq!(members::by_identity(&desk, &elsewhere, &number(1980, 3)).await.unwrap(), [], "{}", it.name);
        assert_eq!(refused(members::by_identity(&desk, CITY, "123").await), ["ID-001"]);
    }
}

fn step(to: MembershipStatus, on: chrono::NaiveDate) -> StatusStep {
    StatusStep {
        to,
        effective_on: on,
        resolution: "f1".into(),
        approval_doc_no: "示组〔2026〕2号".into(),
        reason: "示例".into(),
    }
}

#[tokio::test]
async fn one_identity_is_on_the_books_once() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let other = found(&desk, Some(&tree.committee), OrgCategory::Branch, "乙支部").await;
        let first = register(&desk, &tree.branch, 1).await.id;
        let second = members::register(&desk, &registration(&other, 1)).await;
        match &second {
            Err(Error::Invalid(found)) => {
                assert_eq!((found[0].code, found[0].field), ("MEM-010", "id_card_no"), "{}", it.name);
                // Neither whose it is, nor where.
                for secret in ["张示例", "甲支部", first.as_str(), &number(1980, 3)] {
                    assert!(!found[0].message.contains(secret), "{}", found[0].message);
                }
            }
            other => panic!("{other:?}"),
        }
        // Somebody else's record can't take it either.
        let neighbour = register(&desk, &other, 2).await.id;
        let taken = registration(&other, 1).form;
        assert_eq!(refused(members::update(&desk, CITY, &neighbour, 1, &taken).await), ["MEM-010"], "{}", it.name);

        // Who was struck off may come back with a new record; both are found, the new one first.
        let off = step(MembershipStatus::RemovedQuit, day(2026, 10, 1));
        members::change_status(&desk, CITY, &first, 1, &off).await.unwrap();
        let again = register(&desk, &other, 1).await.id;
        let found = members::by_identity(&desk, CITY, &number(1980, 3)).await.unwrap();
        assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), [&again, &first], "{}", it.name);
    }
}

#[tokio::test]
async fn of_two_registrations_at_once_one_wins() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let other = found(&desk, Some(&tree.committee), OrgCategory::Branch, "乙支部").await;
        for order in 0..5 {
            // In two branches, so that no lock but the index decides.
            let (a, b) = (registration(&tree.branch, order), registration(&other, order));
            let (a, b) = tokio::join!(members::register(&desk, &a), members::register(&desk, &b));
            let late = if a.is_ok() { b } else { a };
            assert_eq!(refused(late), ["MEM-010"], "{}", it.name);
        }
        let counts = members::counts(store, CITY).await.unwrap();
        assert_eq!(counts.iter().map(|it| it.members).sum::<i64>(), 5, "{}", it.name);
        let report = audit::verify(store, None, None, &[]).await.unwrap();
        assert!(report.findings.is_empty(), "{}: {report:?}", it.name);
    }
}

#[tokio::test]
async fn an_identity_under_an_older_key_is_still_known() {
    for it in testing::stores().await {
        let texts = ["k1", "k2"].map(|id| seal::KeyRing::generate(id).expect("a key").to_string());
        let old = seal::KeyRing::parse(&texts[0]).unwrap();
        let new = seal::KeyRing::parse(&format!("{},{}", texts[1], texts[0])).unwrap();
        let before = desk(&it.store, &old);
        let tree = plant(&before).await;
        let first = register(&before, &tree.branch, 1).await.id;
        let after = desk(&it.store, &new);
        let again = members::register(&after, &registration(&tree.branch, 1)).await;
        assert_eq!(refused(again), ["MEM-010"], "{}", it.name);
        assert_eq!(members::by_mobile(&after, CITY, "14000000003").await.unwrap()[0].id, first, "{}", it.name);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_all_at_once() {
    type Edit = fn(&mut Registration);
    let wrong: [(Edit, &[&str]); 16] = [
        (|it| it.form.name = "张".into(), &["PER-001"]),
        (|it| it.form.secrets.id_card_no = Some("310199198001010019".into()), &["ID-002"]),
        (|it| it.form.secrets.id_card_no = None, &["MEM-013"]),
        (|it| it.form.birth_date = day(1980, 1, 2), &["PER-003"]),
        (|it| it.form.join_date = day(1997, 7, 1), &["MEM-002"]),
        (|it| it.form.conversion_date = None, &["MEM-003"]),
        (|it| it.person_category = PersonCategory::Probationary, &["MEM-007"]),
        (|it| it.person_category = PersonCategory::Activist, &["MEM-007", "MEM-007"]),
        (|it| it.form.secrets.mobile = Some("12".into()), &["PER-002"]),
        (|it| it.form.secrets.mobile = None, &["MEM-013"]),
        (|it| it.form.secrets.residence_address = Some(" ".into()), &["MEM-013"]),
        (|it| it.form.nation = "99".into(), &["PPL-010"]),
        (|it| it.form.residence_division = "319999".into(), &["PPL-010"]),
        (|it| it.form.dues_paid_until = Some("202613".into()), &["MEM-015"]),
        (|it| it.branch_id = "nobody".into(), &["MEM-011"]),
        (|it| it.form.party_group_id = Some("nobody".into()), &["MEM-012"]),
    ];
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        for (at, (edit, codes)) in wrong.iter().enumerate() {
            let mut new = registration(&tree.branch, 1);
            edit(&mut new);
            assert_eq!(refused(members::register(&desk, &new).await), *codes, "{} {at}", it.name);
        }
        for org in [&tree.streets[0], &tree.city] {
            assert_eq!(refused(members::register(&desk, &registration(org, 1)).await), ["MEM-011"], "{}", it.name);
        }
        let mut many = registration(&tree.branch, 1);
        (many.form.nation, many.form.education) = ("99".into(), "99".into());
        assert_eq!(refused(members::register(&desk, &many).await).len(), 2, "{}", it.name);
        // Another gender is a warning; abroad a mainland number isn't asked for.
        let mut odd = registration(&tree.branch, 1);
        odd.form.gender = Gender::Female;
        odd.form.secrets.mobile = None;
        odd.form.secrets.phone_abroad = Some("+852 2123 4567".into());
        let saved = members::register(&desk, &odd).await.unwrap();
        assert_eq!(saved.warnings.iter().map(|it| it.code).collect::<Vec<_>>(), ["PER-004"], "{}", it.name);
    }
}

#[tokio::test]
async fn a_group_belongs_to_its_branch() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let other = found(&desk, Some(&tree.committee), OrgCategory::Branch, "乙支部").await;
        let group = found(&desk, Some(&tree.branch), OrgCategory::PartyGroup, "甲小组").await;
        let mut new = registration(&other, 1);
        new.form.party_group_id = Some(group.clone());
        assert_eq!(refused(members::register(&desk, &new).await), ["MEM-012"], "{}", it.name);
        new.branch_id.clone_from(&tree.branch);
        let saved = members::register(&desk, &new).await.unwrap();
        let row = members::by_id(store, &keys, CITY, &saved.id).await.unwrap();
        assert_eq!(row.party_group_id, Some(group.clone()), "{}", it.name);
        // Nobody's formal relation is in a group.
        assert_eq!(refused(members::register(&desk, &registration(&group, 2)).await), ["MEM-011"], "{}", it.name);
    }
}

#[tokio::test]
async fn a_record_is_corrected_once_per_version_and_secrets_stay_unless_given() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let new = registration(&tree.branch, 1);
        let id = members::register(&desk, &new).await.unwrap().id;
        let form = Form { name: "李示例".into(), secrets: members::Secrets::default(), ..new.form.clone() };
        let before = raw(&it, "party_member", "id, id_card_no, id_card_look_up, mobile, residence_address").await;
        let saved = members::update(&desk, CITY, &id, 1, &form).await.unwrap();
        assert_eq!(saved.version, 2);
        assert_eq!(members::by_id(store, &keys, CITY, &id).await.unwrap().name, "李示例", "{}", it.name);
        let after = raw(&it, "party_member", "id, id_card_no, id_card_look_up, mobile, residence_address").await;
        assert_eq!(before, after, "{}", it.name);
        assert!(matches!(members::update(&desk, CITY, &id, 1, &form).await, Err(Error::Conflict)), "{}", it.name);
        let elsewhere = [Node::Subtree { path: "1.3.".into() }];
        let outside = members::update(&desk, &elsewhere, &id, 2, &form).await;
        assert!(matches!(outside, Err(Error::NotFound)), "{}", it.name);
        // The number on the books is compared with the form, though the form doesn't bring it.
        let moved = Form { birth_date: day(1980, 1, 2), ..form };
        assert_eq!(refused(members::update(&desk, CITY, &id, 2, &moved).await), ["PER-003"], "{}", it.name);
    }
}

#[tokio::test]
async fn membership_changes_by_resolution_alone_and_its_history_is_kept() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let id = register(&desk, &tree.branch, 1).await.id;
        let take = async |version, step: StatusStep| members::change_status(&desk, CITY, &id, version, &step).await;
        let suspended = step(MembershipStatus::Suspended, day(2024, 10, 1));
        let bare = StatusStep { resolution: " ".into(), ..suspended.clone() };
        assert_eq!(refused(take(1, bare).await), ["MEM-006"], "{}", it.name);
        let early = step(MembershipStatus::Suspended, day(2010, 6, 30));
        assert_eq!(refused(take(1, early).await), ["MEM-014"], "{}", it.name);
        let late = step(MembershipStatus::Suspended, day(2026, 11, 2));
        assert_eq!(refused(take(1, late).await), ["MEM-014"], "{}", it.name);
        take(1, suspended).await.unwrap();
        let too_soon = step(MembershipStatus::RemovedAuto, day(2026, 9, 30));
        assert_eq!(refused(take(2, too_soon).await), ["MEM-009"], "{}", it.name);
        assert!(matches!(take(1, step(MembershipStatus::Normal, day(2026, 1, 1))).await, Err(Error::Conflict)));
        take(2, step(MembershipStatus::RemovedAuto, day(2026, 10, 1))).await.unwrap();
        assert_eq!(
            refused(take(3, step(MembershipStatus::Normal, day(2026, 10, 2))).await),
            ["MEM-005"],
            "{}",
            it.name
        );

        let history = members::history(store, &id).await.unwrap();
        let steps: Vec<_> = history.iter().map(|it| (it.from_status.as_str(), it.to_status.as_str())).collect();
        assert_eq!(steps, [("normal", "suspended"), ("suspended", "removed_auto")], "{}", it.name);
        assert_eq!((history[0].effective_on, history[0].recorded_at), (day(2024, 10, 1), testing::noon()));
        for change in ["update membership_change set reason = 'x'", "delete from membership_change"] {
            let mut tx = store.db.begin().await.unwrap();
            assert!(tx.execute(change, vec![]).await.is_err(), "{}: {change}", it.name);
        }
    }
}

#[tokio::test]
async fn probation_ends_with_a_resolution() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let mut new = registration(&tree.branch, 1);
        new.person_category = PersonCategory::Probationary;
        (new.form.join_date, new.form.conversion_date) = (day(2025, 7, 1), None);
        let id = members::register(&desk, &new).await.unwrap().id;
        let on = |on| Conversion { on, resolution: "f2".into(), approval_doc_no: "示组〔2026〕3号".into() };
        let convert = async |it: Conversion| members::convert(&desk, CITY, &id, 1, &it).await;
        assert_eq!(refused(convert(on(day(2026, 6, 30))).await), ["MEM-004"], "{}", it.name);
        let bare = Conversion { resolution: String::new(), ..on(day(2026, 7, 1)) };
        assert_eq!(refused(convert(bare).await), ["MEM-006"], "{}", it.name);
        convert(on(day(2026, 7, 1))).await.unwrap();
        let row = members::by_id(store, &keys, CITY, &id).await.unwrap();
        assert_eq!((row.category().unwrap(), row.conversion_date), (PersonCategory::Full, Some(day(2026, 7, 1))));
        let again = members::convert(&desk, CITY, &id, 2, &on(day(2026, 7, 1))).await;
        assert_eq!(refused(again), ["MEM-017"], "{}", it.name);
        let history = members::history(store, &id).await.unwrap();
        assert_eq!((history[0].from_category.as_str(), history[0].to_category.as_str()), ("probationary", "full"));
    }
}

#[tokio::test]
async fn a_secret_is_shown_for_a_reason_that_stays_in_the_log() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let id = register(&desk, &tree.branch, 1).await.id;
        let show =
            async |scope: &[Node], secret, reason: &str| members::reveal(&desk, scope, &id, secret, reason).await;
        assert_eq!(refused(show(CITY, Secret::Mobile, " ").await), ["MEM-016"], "{}", it.name);
        let elsewhere = [Node::Subtree { path: "1.3.".into() }];
        assert!(matches!(show(&elsewhere, Secret::Mobile, "核对").await, Err(Error::NotFound)), "{}", it.name);
        for (secret, plain) in [
            (Secret::IdCardNo, Some(number(1980, 3))),
            (Secret::Mobile, Some("14000000003".to_owned())),
            (Secret::PhoneAbroad, None),
            (Secret::ResidenceAddress, Some("上海市黄浦区示例街道示例路1号".to_owned())),
        ] {
            let shown = show(CITY, secret, "核对身份").await.unwrap();
            assert_eq!(shown.map(|it| it.to_string()), plain, "{}", it.name);
        }
        let filter = Filter { action: Some("audit.plaintext_viewed".into()), ..Filter::default() };
        let log = audit::query(store, &filter, None, 10).await.unwrap();
        assert_eq!(log.records.len(), 4, "{}: refusals aren't views", it.name);
        let entry = &log.records[0];
        assert_eq!(entry.object_id.as_deref(), Some(id.as_str()));
        assert_eq!((entry.reason.as_deref(), entry.actor_id.as_deref()), (Some("核对身份"), Some("u1")), "{}", it.name);
    }
}
