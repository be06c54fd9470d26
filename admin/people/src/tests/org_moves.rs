use domain::org::{OrgCategory, OrgStatus};
use store::testing;

use super::{day, desk, found, refused, register, ring, tree as plant};
use crate::{Desk, Error, members, orgs};

/// Everybody who is to be moved is 调整中.
async fn adjusting(desk: &Desk<'_>, id: &str) -> i64 {
    let version = orgs::by_id(desk.store, id).await.unwrap().version;
    let step = super::org_status::step(OrgStatus::Adjusting);
    orgs::change_status(desk, id, version, &step).await.unwrap().version
}

#[tokio::test]
async fn a_move_takes_everything_below_along_and_keeps_the_past() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let bystander = found(&desk, Some(&tree.streets[0]), OrgCategory::GrassrootsCommittee, "旁").await;
        let member = register(&desk, &tree.branch, 1).await.id;
        let version = adjusting(&desk, &tree.committee).await;
        let on = day(2026, 10, 1);
        let moved = orgs::move_under(&desk, &tree.committee, version, &tree.streets[1], on).await.unwrap();
        assert_eq!((moved.from.as_str(), moved.to.as_str()), ("1.2.4.6.", "1.3.5.6."), "{}", it.name);
        assert_eq!((moved.orgs, moved.members), (2, 1), "{}", it.name);

        let committee = orgs::by_id(store, &tree.committee).await.unwrap();
        assert_eq!(committee.parent_id.as_ref(), Some(&tree.streets[1]));
        assert_eq!(committee.version, moved.saved.version, "{}", it.name);
        assert_eq!(orgs::by_id(store, &tree.branch).await.unwrap().path, "1.3.5.6.7.", "{}", it.name);
        assert_eq!(orgs::by_id(store, &bystander).await.unwrap().path, "1.2.4.8.", "{}", it.name);
        let row = members::by_id(store, &keys, super::CITY, &member).await.unwrap();
        assert_eq!(row.branch_path, "1.3.5.6.7.", "{}", it.name);

        for id in [&tree.committee, &tree.branch] {
            let spans = orgs::paths_of(store, id).await.unwrap();
            let dates: Vec<_> = spans.iter().map(|it| (it.valid_from, it.valid_to)).collect();
            assert_eq!(dates, [(day(2020, 1, 1), Some(on)), (on, None)], "{}", it.name);
        }
        let path = async |on| orgs::path_on(store, &tree.branch, on).await.unwrap();
        assert_eq!(path(day(2026, 9, 30)).await.as_deref(), Some("1.2.4.6.7."), "{}", it.name);
        assert_eq!(path(on).await.as_deref(), Some("1.3.5.6.7."), "{}", it.name);
        assert_eq!(path(day(2019, 12, 31)).await, None, "{}", it.name);
        assert_eq!(orgs::paths_of(store, &bystander).await.unwrap().len(), 1, "{}", it.name);
    }
}

#[tokio::test]
async fn several_moves_leave_one_path_for_every_day() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let mut version = adjusting(&desk, &tree.committee).await;
        let [first, second] = &tree.streets;
        // There, back on the same day, there again on the same day, and back later.
        for (to, on) in [(second, 10), (first, 10), (second, 10), (first, 20)] {
            let moved = orgs::move_under(&desk, &tree.committee, version, to, day(2026, 10, on)).await.unwrap();
            version = moved.saved.version;
        }
        let spans = orgs::paths_of(store, &tree.branch).await.unwrap();
        let seen: Vec<(&str, _)> = spans.iter().map(|it| (it.path.as_str(), it.valid_to)).collect();
        let expected =
            [("1.2.4.6.7.", Some(day(2026, 10, 10))), ("1.3.5.6.7.", Some(day(2026, 10, 20))), ("1.2.4.6.7.", None)];
        assert_eq!(seen, expected, "{}", it.name);

        let early = orgs::move_under(&desk, &tree.committee, version, second, day(2026, 10, 15)).await;
        assert_eq!(refused(early), ["ORG-024"], "{}: before the last change", it.name);
        let future = orgs::move_under(&desk, &tree.committee, version, second, day(2026, 11, 2)).await;
        assert_eq!(refused(future), ["ORG-024"], "{}", it.name);
        // What was founded after the day of a move never stood under the old path.
        let mut young = super::new(Some(&tree.committee), OrgCategory::Branch, "新支部");
        young.form.established_on = Some(day(2026, 10, 28));
        let young = orgs::create(&desk, &young).await.unwrap().id;
        orgs::move_under(&desk, &tree.committee, version, second, day(2026, 10, 25)).await.unwrap();
        let spans = orgs::paths_of(store, &young).await.unwrap();
        assert_eq!((spans.len(), spans[0].path.as_str()), (1, "1.3.5.6.8."), "{}", it.name);
    }
}

#[tokio::test]
async fn nobody_moves_below_themselves_or_where_they_may_not_stand() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let day = day(2026, 10, 1);
        let early = orgs::move_under(&desk, &tree.committee, 1, &tree.streets[1], day).await;
        assert_eq!(refused(early), ["ORG-016"], "{}: at work", it.name);
        let committee = found(&desk, Some(&tree.committee), OrgCategory::GrassrootsCommittee, "下级").await;
        let version = adjusting(&desk, &tree.committee).await;
        let to = async |parent: &str| orgs::move_under(&desk, &tree.committee, version, parent, day).await;
        assert_eq!(refused(to(&tree.committee).await), ["ORG-023"], "{}", it.name);
        assert_eq!(refused(to(&committee).await), ["ORG-023"], "{}: a circle", it.name);
        assert_eq!(refused(to(&tree.branch).await), ["ORG-011"], "{}", it.name);
        assert!(matches!(to("nobody").await, Err(Error::NotFound)), "{}", it.name);
        let stale = orgs::move_under(&desk, &tree.committee, version - 1, &tree.streets[1], day).await;
        assert!(matches!(stale, Err(Error::Conflict)), "{}", it.name);
    }
}

#[tokio::test]
async fn two_moves_at_once_make_no_circle() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let other = found(&desk, Some(&tree.streets[0]), OrgCategory::GrassrootsCommittee, "另").await;
        let versions = (adjusting(&desk, &tree.committee).await, adjusting(&desk, &other).await);
        let day = day(2026, 10, 1);
        let (a, b) = tokio::join!(
            orgs::move_under(&desk, &tree.committee, versions.0, &other, day),
            orgs::move_under(&desk, &other, versions.1, &tree.committee, day),
        );
        assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{}: {a:?} {b:?}", it.name);
        for org in orgs::subtree(store, "1.", "", 100).await.unwrap() {
            assert!(!org.path.is_empty() && org.path.ends_with(&format!(".{}.", org.no)) || org.no == 1, "{}", it.name);
            let above = orgs::ancestors(store, &org.path).await.unwrap();
            assert_eq!(above.last().map(|it| &it.id), org.parent_id.as_ref(), "{}: {}", it.name, org.path);
        }
    }
}
