//! What may be granted, by whom, for how long, and what ends with what.

use chrono::Duration;
use domain::role::{Node, Role, may_grant};
use seal::audit::Event;
use store::Clock as _;

use super::{client, day, scenes, subtree, wanted};
use crate::{By, Error, Wanted};

fn codes(result: crate::Result<String>) -> Vec<&'static str> {
    match result {
        Err(Error::Invalid(found)) => found.into_iter().map(|it| it.code).collect(),
        Err(other) => vec![other.code()],
        Ok(_) => vec![],
    }
}

#[tokio::test]
async fn nobody_grants_more_than_they_have() {
    for scene in scenes(false).await {
        let above = scene.person("committee", "o2", Role::CommitteeAdmin, subtree("1.2.")).await;
        let by = By::Person(&above);
        let post = scene.newcomer("clerk", "o3").await.post;
        let staff = |path: &str| wanted(&post, Role::BranchStaff, subtree(path));
        for (what, code) in [
            (staff("1.5."), "ACC-201"),
            (staff("1."), "ACC-201"),
            (wanted(&post, Role::StreetAdmin, subtree("1.2.3.")), "ACC-201"),
            (wanted(&post, Role::BranchStaff, Node::City), "ACC-201"),
            (wanted(&post, Role::BranchStaff, Node::Division { code: "310199".into() }), "ACC-201"),
            (wanted("none", Role::BranchStaff, subtree("1.2.")), "ACC-404"),
            (staff("1.2"), "ACC-211"),
        ] {
            assert_eq!(codes(scene.accounts.grant(by, &what).await), [code], "{}: {what:?}", scene.name);
        }
        let all = Wanted {
            temporary: true,
            valid_from: Some(day(10, 1)),
            reason: " ".into(),
            ..wanted(&post, Role::BranchStaff, subtree(""))
        };
        let told = codes(scene.accounts.grant(by, &all).await);
        assert_eq!(told, ["ACC-211", "ACC-212", "ACC-213", "ACC-214", "ACC-215"], "all at once");
        scene.accounts.grant(by, &staff("1.2.3.")).await.expect("within");
        assert_eq!(codes(scene.accounts.grant(by, &staff("1.2.3.")).await), ["ACC-203"]);
        // In another post, or as somebody else, the committee's grants are of no use.
        let mut stranger = above.clone();
        stranger.account = scene.newcomer("stranger", "o2").await.account;
        assert_eq!(codes(scene.accounts.grant(By::Person(&stranger), &staff("1.2.4.")).await), ["ACC-201"]);
        let mut elsewhere = above.clone();
        elsewhere.post = scene.post(&above.account, "o5").await;
        assert_eq!(codes(scene.accounts.grant(By::Person(&elsewhere), &staff("1.2.4.")).await), ["ACC-201"]);
    }
}

#[tokio::test]
async fn days_lie_inside_those_of_the_granter_and_of_the_post() {
    for scene in scenes(false).await {
        let above = scene.newcomer("committee", "o2").await;
        let until =
            Wanted { valid_to: Some(day(11, 20)), ..wanted(&above.post, Role::CommitteeAdmin, subtree("1.2.")) };
        scene.accounts.grant(By::Installation, &until).await.unwrap();
        let (by, clerk) = (By::Person(&above), scene.newcomer("clerk", "o3").await);
        let staff = |from, to| Wanted {
            valid_from: from,
            valid_to: to,
            ..wanted(&clerk.post, Role::BranchStaff, subtree("1.2.3."))
        };
        assert_eq!(codes(scene.accounts.grant(by, &staff(None, Some(day(11, 21)))).await), ["ACC-201"]);
        assert_eq!(codes(scene.accounts.grant(by, &staff(Some(day(11, 21)), None)).await), ["ACC-201"]);
        assert_eq!(codes(scene.accounts.grant(by, &staff(Some(day(11, 5)), Some(day(11, 4)))).await), ["ACC-213"]);
        scene.accounts.grant(by, &staff(None, None)).await.expect("as long as the granter's");
        let held = scene.accounts.what_can(&clerk.account).await.unwrap();
        assert_eq!(held[0].valid_to, Some(day(11, 20)), "{}", scene.name);
        assert_eq!((held[0].granted_by.as_deref(), held[0].org.as_deref()), (Some("某同志"), Some("第3党组织")));
        // It ends by itself, with the day in Shanghai: 20 November 24:00 is 16:00 in UTC.
        let last = day(11, 20).and_hms_opt(15, 59, 59).unwrap().and_utc();
        scene.clock.by(last - scene.clock.now());
        assert_eq!(scene.accounts.what_can(&clerk.account).await.unwrap().len(), 1);
        scene.clock.by(Duration::seconds(1));
        assert!(scene.accounts.what_can(&clerk.account).await.unwrap().is_empty());
        assert_eq!(codes(scene.accounts.grant(by, &staff(None, None)).await), ["ACC-201"], "the granter's is over");
    }
}

#[tokio::test]
async fn a_grant_of_the_future_and_a_temporary_one_come_and_go_in_a_running_session() {
    for scene in scenes(false).await {
        let (id, first) = scene.account("clerk").await;
        let post = scene.post(&id, "o3").await;
        let substitute = Wanted {
            temporary: true,
            valid_from: Some(day(11, 2)),
            valid_to: Some(day(11, 2)),
            ..wanted(&post, Role::BranchSecretary, subtree("1.2.3."))
        };
        scene.accounts.grant(By::Installation, &substitute).await.unwrap();
        for (hours, count) in [(0, 0), (12, 1), (24, 0)] {
            scene.clock.by(Duration::hours(hours));
            let started = match hours {
                0 => scene.settled("clerk", &first).await,
                _ => scene.accounts.log_in("clerk", super::CHOSEN, &client()).await.unwrap(),
            };
            let started = scene.accounts.choose_post(&started.token, &post, &client()).await.unwrap();
            let identity = scene.accounts.identity(&started.token, client()).await.unwrap();
            assert_eq!(identity.grants.len(), count, "{}: after {hours}", scene.name);
        }
    }
}

#[tokio::test]
async fn what_is_revoked_or_given_shows_in_the_next_request() {
    for scene in scenes(false).await {
        let (id, first) = scene.account("clerk").await;
        let post = scene.post(&id, "o3").await;
        let started = scene.settled("clerk", &first).await;
        let started = scene.accounts.choose_post(&started.token, &post, &client()).await.unwrap();
        let mut ids = Vec::new();
        for role in [Role::BranchStaff, Role::Organizer] {
            let given = scene.accounts.grant(By::Installation, &wanted(&post, role, subtree("1.2.3."))).await.unwrap();
            ids.push(given);
        }
        // That of another post isn't held in this one.
        let other = scene.post(&id, "o4").await;
        scene.accounts.grant(By::Installation, &wanted(&other, Role::Delegate, subtree("1.2.4."))).await.unwrap();
        for role in [Role::BranchStaff, Role::Organizer] {
            let identity = scene.accounts.identity(&started.token, client()).await.unwrap();
            assert_eq!(identity.grants.first().map(|it| it.role), Some(role), "{}", scene.name);
            assert_eq!(identity.grants.len(), ids.len());
            scene.accounts.revoke(By::Installation, &ids.remove(0), "调整分工").await.unwrap();
        }
        assert!(scene.accounts.identity(&started.token, client()).await.unwrap().grants.is_empty());
        assert_eq!(scene.accounts.what_can(&id).await.unwrap().len(), 1, "the other post's");
    }
}

#[tokio::test]
async fn the_three_administrators_are_three_people() {
    for scene in scenes(false).await {
        let sys = scene.person("sys", "", Role::SysAdmin, Node::City).await;
        let other_post = scene.post(&sys.account, "").await;
        for role in [Role::SecAdmin, Role::AuditAdmin, Role::BranchStaff, Role::Member] {
            let tried = scene.accounts.grant(By::Installation, &wanted(&other_post, role, Node::City)).await;
            assert_eq!(codes(tried), ["ACC-202"], "{}: {role}", scene.name);
        }
        // Not in the future either, nor both at once.
        let fresh = scene.newcomer("fresh", "").await;
        let (one, two) = (fresh.post.clone(), scene.post(&fresh.account, "").await);
        let later = |post: &str, role| Wanted { valid_from: Some(day(12, 1)), ..wanted(post, role, Node::City) };
        let (first, second) = (later(&one, Role::SecAdmin), later(&two, Role::AuditAdmin));
        let (a, b) = tokio::join!(
            scene.accounts.grant(By::Installation, &first),
            scene.accounts.grant(By::Installation, &second)
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{}: {a:?} {b:?}", scene.name);
        // 安全管理员 grants the three and no business.
        let sec = scene.person("sec", "", Role::SecAdmin, Node::City).await;
        let (by, clerk) = (By::Person(&sec), scene.newcomer("clerk", "o3").await);
        let business = scene.accounts.grant(by, &wanted(&clerk.post, Role::BranchStaff, subtree("1.2.3."))).await;
        assert_eq!(codes(business), ["ACC-201"]);
        scene.accounts.grant(by, &wanted(&clerk.post, Role::AuditAdmin, Node::City)).await.expect("one of the three");
    }
}

#[tokio::test]
async fn revoking_ends_everything_that_hangs_on_it() {
    for scene in scenes(false).await {
        let committee = scene.newcomer("committee", "o2").await;
        let root = scene
            .accounts
            .grant(By::Installation, &wanted(&committee.post, Role::CommitteeAdmin, subtree("1.2.")))
            .await
            .unwrap();
        let secretary = scene.newcomer("secretary", "o3").await;
        let given = wanted(&secretary.post, Role::BranchSecretary, subtree("1.2.3."));
        let middle = scene.accounts.grant(By::Person(&committee), &given).await.unwrap();
        let clerk = scene.newcomer("clerk", "o3").await;
        let given = wanted(&clerk.post, Role::BranchStaff, subtree("1.2.3."));
        let leaf = scene.accounts.grant(By::Person(&secretary), &given).await.unwrap();
        // Neither upwards nor from beside, nor without a reason.
        let beside = scene.person("beside", "o2", Role::CommitteeAdmin, subtree("1.2.")).await;
        for (by, grant) in [(&clerk, &middle), (&secretary, &root), (&beside, &root), (&committee, &root)] {
            let tried = scene.accounts.revoke(By::Person(by), grant, "x").await.expect_err("not theirs");
            assert_eq!(tried.code(), "ACC-403", "{}: {}", scene.name, by.login_name);
        }
        assert_eq!(scene.accounts.revoke(By::Installation, &leaf, " ").await.expect_err("why").code(), "ACC-422");
        // Who stands above may, though the grant hangs on another's.
        assert_eq!(scene.accounts.revoke(By::Person(&beside), &leaf, "调整分工").await.unwrap(), 1);
        scene.accounts.grant(By::Person(&secretary), &given).await.expect("again");
        assert_eq!(scene.accounts.revoke(By::Installation, &root, "违规授权").await.unwrap(), 3);
        for person in [&committee, &secretary, &clerk] {
            assert!(scene.accounts.what_can(&person.account).await.unwrap().is_empty(), "{}", person.login_name);
        }
        assert_eq!(scene.accounts.revoke(By::Installation, &middle, "x").await.expect_err("over").code(), "ACC-404");
        let audited = scene.audited(Event::GrantChanged.code()).await;
        let last = audited.last().unwrap();
        assert_eq!(last.reason.as_deref(), Some("违规授权"));
        assert!(last.changes.contains(r#"{"field":"ended","before":null,"after":3}"#), "{}", last.changes);
    }
}

#[tokio::test]
async fn who_leaves_takes_their_grants_along_and_leaves_those_of_others() {
    for scene in scenes(false).await {
        let street = scene.person("street", "o1", Role::StreetAdmin, subtree("1.")).await;
        let committee = scene.newcomer("committee", "o2").await;
        let given = wanted(&committee.post, Role::CommitteeAdmin, subtree("1.2."));
        let own = scene.accounts.grant(By::Person(&street), &given).await.unwrap();
        let secretary = scene.newcomer("secretary", "o3").await;
        let given = wanted(&secretary.post, Role::BranchSecretary, subtree("1.2.3."));
        scene.accounts.grant(By::Person(&committee), &given).await.unwrap();
        // 街镇 may grant what the committee did: it stands in.
        let beside = scene.person("beside", "o5", Role::CommitteeAdmin, subtree("1.5.")).await;
        let tried = scene.accounts.leave_post(By::Person(&beside), &committee.post, day(11, 2)).await;
        assert_eq!(tried.expect_err("not theirs").code(), "ACC-403");
        let tried = scene.accounts.leave_post(By::Person(&street), &committee.post, day(10, 31)).await;
        assert_eq!(tried.expect_err("over").code(), "ACC-422");
        let left = scene.accounts.leave_post(By::Person(&street), &committee.post, day(11, 2)).await.unwrap();
        assert_eq!((left.ended, left.kept), (1, 1), "{}", scene.name);
        assert_eq!(scene.accounts.what_can(&committee.account).await.unwrap()[0].valid_to, Some(day(11, 2)));
        scene.clock.by(Duration::hours(36));
        assert!(scene.accounts.what_can(&committee.account).await.unwrap().is_empty(), "3 November 0:00");
        let held = scene.accounts.what_can(&secretary.account).await.unwrap();
        assert_eq!((held.len(), held[0].valid_to), (1, None));
        // From now on it hangs on the street's grant: the committee's old one is nothing to it.
        assert_eq!(scene.accounts.revoke(By::Installation, &own, "补办").await.unwrap(), 1);
        assert_eq!(scene.accounts.what_can(&secretary.account).await.unwrap().len(), 1);
        // A grant to one's own post is no way around it.
        let given = wanted(&street.post, Role::CommitteeAdmin, subtree("1.2."));
        let mine = scene.accounts.grant(By::Person(&street), &given).await.unwrap();
        let clerk = scene.newcomer("clerk", "o4").await;
        let given = wanted(&clerk.post, Role::BranchStaff, subtree("1.2.4."));
        scene.accounts.grant(By::Person(&street), &given).await.unwrap();
        let left = scene.accounts.leave_post(By::Installation, &street.post, day(11, 3)).await.unwrap();
        assert_eq!((left.ended, left.kept), (2, 2), "secretary and clerk");
        assert_eq!(scene.accounts.revoke(By::Installation, &mine, "补办").await.unwrap(), 1);
        let held = scene.accounts.what_can(&clerk.account).await.unwrap();
        assert_eq!((held.len(), held[0].granted_by.as_deref()), (1, None), "the installation's");
        let tried = scene.accounts.leave_post(By::Installation, &committee.post, day(11, 9)).await;
        assert_eq!(tried.expect_err("left already").code(), "ACC-404");
    }
}

/// Leaving a post counts on it.
#[test]
fn what_may_be_granted_in_two_steps_may_be_granted_in_one() {
    for a in Role::ALL {
        for b in Role::ALL.iter().filter(|b| may_grant(*a, **b)) {
            for c in Role::ALL.iter().filter(|c| may_grant(*b, **c)) {
                assert!(may_grant(*a, *c), "{a}, {b}, {c}");
            }
        }
    }
}

#[tokio::test]
async fn posts_are_opened_over_ones_own_organisations() {
    for scene in scenes(false).await {
        let committee = scene.person("committee", "o2", Role::CommitteeAdmin, subtree("1.2.")).await;
        let division = Node::Division { code: "310199".into() };
        let district = scene.person("district", "o1", Role::DistrictOrgAdmin, division).await;
        let (id, _) = scene.account("new").await;
        let at = |org: &str| crate::NewPost {
            account: id.clone(),
            org: Some(org.to_owned()),
            title: "干事".into(),
            ..crate::NewPost::default()
        };
        for (by, org, code) in [
            (&committee, "o3", ""),
            (&committee, "o5", "ACC-403"),
            (&committee, "o9", "ACC-404"),
            // By its seat.
            (&district, "o5", ""),
        ] {
            let opened = scene.accounts.open_post(By::Person(by), &at(org)).await;
            assert_eq!(opened.err().map_or("", |it| it.code()), code, "{}: {org}", scene.name);
        }
        let posts = scene.accounts.posts(&id).await.unwrap();
        assert_eq!(
            posts.iter().map(|it| it.org_name.as_deref()).collect::<Vec<_>>(),
            [Some("第3党组织"), Some("第5党组织")]
        );
        let backwards = crate::NewPost { valid_to: Some(day(10, 1)), ..at("o3") };
        assert_eq!(codes(scene.accounts.open_post(By::Installation, &backwards).await), ["ACC-014"]);
    }
}
