use domain::org::{OrgCategory, OrgStatus};
use store::testing;

use super::{CITY, day, desk, new, refused, register, ring, tree as plant};
use crate::{
    Error, members,
    orgs::{self, Pending, StatusStep},
};

pub fn step(to: OrgStatus) -> StatusStep {
    StatusStep {
        to, on: day(2026, 10, 30), approval_doc_no: None, pending: Pending::default(), reason: "示例".into()
    }
}

fn codes(found: &[domain::Violation]) -> Vec<&'static str> {
    found.iter().map(|it| it.code).collect()
}

#[tokio::test]
async fn a_branch_is_founded_step_by_step_with_three_members_and_a_secretary() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let draft =
            orgs::New { status: OrgStatus::Draft, ..new(Some(&tree.committee), OrgCategory::Branch, "新支部") };
        let id = orgs::create(&desk, &draft).await.unwrap().id;
        let take = async |version, to: StatusStep| orgs::change_status(&desk, &id, version, &to).await;

        assert_eq!(refused(take(1, step(OrgStatus::Active)).await), ["ORG-017", "ORG-001"], "{}", it.name);
        take(1, step(OrgStatus::Applying)).await.unwrap();
        assert_eq!(refused(take(2, step(OrgStatus::Approved)).await), ["ORG-018"], "{}", it.name);
        let approved = StatusStep { approval_doc_no: Some("示组〔2026〕1号".into()), ..step(OrgStatus::Approved) };
        assert!(matches!(take(1, approved.clone()).await, Err(Error::Conflict)), "{}", it.name);
        let future = StatusStep { on: day(2026, 11, 2), ..approved.clone() };
        assert_eq!(refused(take(2, future).await), ["ORG-024"], "{}", it.name);
        take(2, approved).await.unwrap();

        register(&desk, &id, 1).await;
        let secretary = register(&desk, &id, 2).await.id;
        assert_eq!(refused(take(3, step(OrgStatus::Active)).await), ["ORG-019", "ORG-001"], "{}", it.name);
        let third = register(&desk, &id, 3).await.id;
        let mut form = orgs::by_id(store, &id).await.unwrap().form();
        form.secretary_member_id = Some(secretary);
        orgs::update(&desk, &id, 3, &form).await.unwrap();
        let saved = take(4, step(OrgStatus::Active)).await.unwrap();
        assert_eq!(saved.warnings, [], "{}", it.name);
        let org = orgs::by_id(store, &id).await.unwrap();
        assert_eq!((org.status.as_str(), org.few_since), ("active", None), "{}", it.name);
        assert_eq!(org.approval_doc_no.as_deref(), Some("示组〔2026〕1号"), "{}", it.name);

        // Below three it is watched; the day is that of the change, and it is forgotten when there are three again.
        let leave = members::StatusStep {
            to: domain::member::MembershipStatus::Suspended,
            effective_on: day(2026, 3, 1),
            resolution: "f1".into(),
            approval_doc_no: String::new(),
            reason: "失联".into(),
        };
        members::change_status(&desk, CITY, &third, 1, &leave).await.unwrap();
        assert_eq!(orgs::by_id(store, &id).await.unwrap().few_since, Some(day(2026, 3, 1)), "{}", it.name);
        assert_eq!(codes(&orgs::findings(&desk, &id).await.unwrap()), ["ORG-007"], "{}", it.name);
        register(&desk, &id, 4).await;
        assert_eq!(orgs::by_id(store, &id).await.unwrap().few_since, None, "{}", it.name);
        assert_eq!(codes(&orgs::findings(&desk, &id).await.unwrap()), [""; 0], "{}", it.name);
    }
}

#[tokio::test]
async fn warnings_come_from_the_numbers_of_the_moment() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        for order in 1..=51 {
            register(&desk, &tree.branch, order).await;
        }
        let mut form = orgs::by_id(store, &tree.branch).await.unwrap().form();
        form.formation_mode = Some(domain::org::FormationMode::Joint);
        form.host_unit_ids = (0..6).map(|it| it.to_string()).collect();
        form.term_start = Some(day(2022, 1, 1));
        form.term_end = Some(day(2025, 1, 1));
        orgs::update(&desk, &tree.branch, 1, &form).await.unwrap();
        let found = codes(&orgs::findings(&desk, &tree.branch).await.unwrap());
        assert_eq!(found, ["ORG-006", "ORG-002", "ORG-003", "ORG-005"], "{}", it.name);
    }
}

#[tokio::test]
async fn nothing_is_revoked_while_anything_hangs_on_it() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let member = register(&desk, &tree.branch, 1).await.id;
        let message = |result: crate::Result<crate::Saved>| match result {
            Err(Error::Invalid(found)) => found[0].message.clone(),
            other => panic!("{other:?}"),
        };
        orgs::change_status(&desk, &tree.committee, 1, &step(OrgStatus::Revoking)).await.unwrap();
        let mut end = step(OrgStatus::Revoked);
        end.pending.transfers = 2;
        let refused = message(orgs::change_status(&desk, &tree.committee, 2, &end).await);
        assert_eq!(refused, "组织下仍有1名党员/2笔在途业务/1个下级组织，不能撤销", "{}", it.name);

        // The dead and the removed aren't on the books.
        let gone = members::StatusStep {
            to: domain::member::MembershipStatus::Deceased,
            effective_on: day(2026, 10, 1),
            resolution: "f1".into(),
            approval_doc_no: String::new(),
            reason: "去世".into(),
        };
        members::change_status(&desk, CITY, &member, 1, &gone).await.unwrap();
        orgs::change_status(&desk, &tree.branch, 1, &step(OrgStatus::Revoking)).await.unwrap();
        orgs::change_status(&desk, &tree.branch, 2, &step(OrgStatus::Revoked)).await.unwrap();
        end.pending = Pending::default();
        orgs::change_status(&desk, &tree.committee, 2, &end).await.unwrap();
        let last = orgs::change_status(&desk, &tree.committee, 3, &step(OrgStatus::Active)).await;
        assert_eq!(super::refused(last), ["ORG-017"], "{}: revoked for good", it.name);
        let below = new(Some(&tree.committee), OrgCategory::Branch, "新");
        assert_eq!(super::refused(orgs::create(&desk, &below).await), ["ORG-011"], "{}", it.name);
        let again =
            orgs::New { org_code: "甲公司".into(), ..new(Some(&tree.streets[0]), OrgCategory::Branch, "新") };
        assert_eq!(super::refused(orgs::create(&desk, &again).await), ["ORG-012"], "{}: codes stay taken", it.name);
    }
}

#[tokio::test]
async fn a_member_entered_at_the_moment_of_revoking_is_either_counted_or_refused() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let new = super::registration(&tree.branch, 1);
        let revoking = step(OrgStatus::Revoking);
        let (entered, begun) =
            tokio::join!(members::register(&desk, &new), orgs::change_status(&desk, &tree.branch, 1, &revoking));
        begun.unwrap();
        let ended = orgs::change_status(&desk, &tree.branch, 2, &step(OrgStatus::Revoked)).await;
        match entered {
            Ok(_) => assert_eq!(refused(ended), ["ORG-004"], "{}", it.name),
            late => {
                assert_eq!(refused(late), ["MEM-011"], "{}", it.name);
                ended.unwrap();
            }
        }
    }
}
