use domain::org::{OrgCategory, OrgStatus};
use store::testing;

use super::{CITY, day, desk, new, refused, ring, tree as plant};
use crate::{Error, orgs};

#[tokio::test]
async fn paths_are_numbers_from_the_root_down_and_numbers_are_never_used_again() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let branch = orgs::by_id(store, &tree.branch).await.unwrap();
        assert_eq!((branch.no, branch.path.as_str()), (7, "1.2.4.6.7."), "{}", it.name);
        assert_eq!(branch.category().unwrap(), OrgCategory::Branch);

        let above: Vec<String> =
            orgs::ancestors(store, &branch.path).await.unwrap().into_iter().map(|it| it.id).collect();
        let expected = [&tree.city, &tree.districts[0], &tree.streets[0], &tree.committee];
        assert_eq!(above.iter().collect::<Vec<_>>(), expected, "{}", it.name);
        let below = orgs::subtree(store, "1.2.", "", 10).await.unwrap();
        let paths: Vec<&str> = below.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(paths, ["1.2.", "1.2.4.", "1.2.4.6.", "1.2.4.6.7."], "{}", it.name);
        assert_eq!(orgs::subtree(store, "1.2.", "1.2.4.", 1).await.unwrap()[0].path, "1.2.4.6.", "{}", it.name);
        assert_eq!(orgs::children(store, &tree.city).await.unwrap().len(), 2, "{}", it.name);
        assert_eq!(orgs::by_code(store, "甲支部").await.unwrap().id, tree.branch);
        assert!(matches!(orgs::by_code(store, "没有").await, Err(Error::NotFound)));

        // A row that came another way doesn't get its number twice.
        let mut tx = store.db.begin().await.unwrap();
        tx.execute("update party_org set no = 90 where org_code = '乙街道'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        let next = new(Some(&tree.committee), OrgCategory::Branch, "新支部");
        let saved = orgs::create(&desk, &next).await.unwrap();
        assert_eq!(orgs::by_id(store, &saved.id).await.unwrap().path, "1.2.4.6.91.", "{}", it.name);
    }
}

#[tokio::test]
async fn what_cannot_be_an_organisation_is_refused() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let below = |category| new(Some(&tree.committee), category, "新");
        let wrong = [
            (new(None, OrgCategory::Branch, "新"), "ORG-011"),
            (new(Some(&tree.city), OrgCategory::Branch, "新"), "ORG-011"),
            (new(Some(&tree.branch), OrgCategory::Branch, "新"), "ORG-011"),
            (orgs::New { org_code: " ".into(), ..below(OrgCategory::Branch) }, "ORG-010"),
            (orgs::New { org_code: "甲支部".into(), ..below(OrgCategory::Branch) }, "ORG-012"),
            (edited(below(OrgCategory::Branch), |it| it.division_code = "319999".into()), "ORG-013"),
            (edited(below(OrgCategory::Branch), |it| it.formation_mode = None), "ORG-014"),
            (below(OrgCategory::JointBranch), "ORG-014"),
            (edited(below(OrgCategory::Branch), |it| it.is_new_domain = true), "ORG-015"),
            (edited(below(OrgCategory::Branch), |it| it.term_end = it.term_start), "ORG-020"),
            (edited(below(OrgCategory::Branch), |it| it.contact_phone = Some("12".into())), "ORG-021"),
            (edited(below(OrgCategory::Branch), |it| it.line_type = "diagonal".into()), "PPL-010"),
        ];
        for (wrong, code) in wrong {
            assert_eq!(refused(orgs::create(&desk, &wrong).await), [code], "{}: {wrong:?}", it.name);
        }
        let unusual = orgs::New { full_name: "新公司".into(), ..below(OrgCategory::Branch) };
        let saved = orgs::create(&desk, &unusual).await.unwrap();
        assert_eq!(saved.warnings.iter().map(|it| it.code).collect::<Vec<_>>(), ["ORG-008"], "{}", it.name);
    }
}

fn edited(mut new: orgs::New, edit: impl FnOnce(&mut orgs::Form)) -> orgs::New {
    new.form.term_start = Some(day(2026, 1, 1));
    edit(&mut new.form);
    new
}

#[tokio::test]
async fn a_form_comes_back_as_it_was_filled_in_and_only_once_per_version() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let mut form = orgs::by_id(store, &tree.branch).await.unwrap().form();
        form.short_name = Some("甲".into());
        form.host_unit_ids = vec!["u1".into(), "u2".into()];
        form.unit_nature = Some("rural".into());
        form.approval_authority_granted = Some(true);
        form.lng_gcj02 = Some(121.5);
        form.contact_phone = Some("021-62345678".into());
        form.term_years = None;
        let saved = orgs::update(&desk, &tree.branch, 1, &form).await.unwrap();
        assert_eq!(saved.version, 2);
        let org = orgs::by_id(store, &tree.branch).await.unwrap();
        let expected = orgs::Form { contact_phone: None, term_years: Some(5), ..form.clone() };
        assert_eq!(org.form(), expected, "{}: five years in a village", it.name);
        assert!(!org.contact_phone.as_deref().unwrap().contains("62345678"), "{}", it.name);
        assert!(matches!(orgs::update(&desk, &tree.branch, 1, &form).await, Err(Error::Conflict)), "{}", it.name);
        // Without a number the old one stays.
        let quiet = orgs::Form { contact_phone: None, ..form };
        orgs::update(&desk, &tree.branch, 2, &quiet).await.unwrap();
        assert_eq!(orgs::by_id(store, &tree.branch).await.unwrap().contact_phone, org.contact_phone, "{}", it.name);
    }
}

#[tokio::test]
async fn names_change_while_adjusting_and_are_found_by_their_beginning() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let name = "中国共产党改名公司支部委员会";
        assert_eq!(refused(orgs::rename(&desk, &tree.branch, 1, name, None).await), ["ORG-016"], "{}", it.name);
        let step = super::org_status::step(OrgStatus::Adjusting);
        orgs::change_status(&desk, &tree.branch, 1, &step).await.unwrap();
        assert!(matches!(orgs::rename(&desk, &tree.branch, 1, name, None).await, Err(Error::Conflict)));
        orgs::rename(&desk, &tree.branch, 2, name, Some("改名")).await.unwrap();

        let find = async |words: &str| -> Vec<String> {
            orgs::search(store, CITY, words).await.unwrap().into_iter().map(|it| it.org_code).collect()
        };
        assert_eq!(find("改名公司").await, ["甲支部"], "{}", it.name);
        assert_eq!(find("中国共产党改").await, ["甲支部"], "{}", it.name);
        assert_eq!(
            find("甲").await,
            ["甲区", "甲街道", "甲公司", "甲支部"],
            "{}: by code, in the order of paths",
            it.name
        );
        assert_eq!(find("公司").await, [""; 0], "{}: not in the middle", it.name);
        assert_eq!(find(" ").await, [""; 0]);
        let own = [domain::role::Node::Subtree { path: "1.3.".into() }];
        assert!(orgs::search(store, &own, "甲").await.unwrap().is_empty(), "{}", it.name);
    }
}

#[tokio::test]
async fn who_may_approve_follows_from_what_stands_above() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let may = async |id: &str| orgs::by_id(store, id).await.unwrap().can_approve_probationary().unwrap();
        assert!(may(&tree.streets[0]).await && may(&tree.districts[0]).await && !may(&tree.branch).await);
        let granted = async |parent: &str, name: &str| {
            let mut new = new(Some(parent), OrgCategory::GrassrootsCommittee, name);
            new.form.approval_authority_granted = Some(true);
            orgs::create(&desk, &new).await.unwrap().id
        };
        let under_street = granted(&tree.streets[0], "街道下").await;
        let under_district = granted(&tree.districts[0], "区下").await;
        assert!(!may(&under_street).await, "{}: it only deliberates", it.name);
        assert!(may(&under_district).await, "{}", it.name);
    }
}
