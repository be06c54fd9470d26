//! Passwords, locks, sessions.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use domain::role::{Node, Role};
use seal::audit::{self, Event};
use tokio::sync::Semaphore;

use super::{CHOSEN, Scene, client, day, scenes, subtree};
use crate::{By, Error, Step, csrf};

async fn wrong(scene: &Scene, name: &str) -> String {
    scene.accounts.log_in(name, "Not-the-1-password", &client()).await.expect_err("refused").to_string()
}

#[tokio::test]
async fn a_login_goes_step_by_step_and_every_step_has_a_new_token() {
    for scene in scenes(false).await {
        let (id, first) = scene.account("Wang.Wu").await;
        let (post, foreign) = (scene.post(&id, "o3").await, scene.newcomer("li.si", "o4").await.post);
        scene
            .accounts
            .grant(By::Installation, &super::wanted(&post, Role::BranchStaff, subtree("1.2.3.")))
            .await
            .unwrap();
        let started = scene.accounts.log_in("wang.wu ", &first, &client()).await.unwrap();
        assert_eq!(started.step, Step::ChangePassword);
        let one = started.token;
        let unfinished = scene.accounts.identity(&one, client()).await.expect_err("not yet");
        assert!(matches!(unfinished, Error::Unfinished(Step::ChangePassword)));
        assert_eq!(scene.accounts.choose_post(&one, &post, &client()).await.expect_err("not yet").code(), "ACC-104");
        let Err(Error::Invalid(found)) = scene.accounts.change_password(&one, &first, &first, &client()).await else {
            panic!("the same again")
        };
        assert_eq!(found[0].code, "ACC-006");
        let two = scene.accounts.change_password(&one, &first, CHOSEN, &client()).await.unwrap();
        assert_eq!(two.step, Step::ChoosePost);
        assert_eq!(
            scene.accounts.choose_post(&two.token, &foreign, &client()).await.expect_err("foreign").code(),
            "ACC-404"
        );
        assert_eq!(scene.accounts.choices(&one).await.expect_err("old").code(), "ACC-103");
        assert_eq!(scene.accounts.choices(&two.token).await.unwrap().len(), 1);
        let three = scene.accounts.choose_post(&two.token, &post, &client()).await.unwrap();
        assert_eq!((three.step, &three.session), (Step::Ready, &two.session));
        for old in [&one, &two.token] {
            assert!(matches!(scene.accounts.identity(old, client()).await, Err(Error::NoSession)), "{}", scene.name);
        }
        let identity = scene.accounts.identity(&three.token, client()).await.unwrap();
        assert_eq!((identity.account.as_str(), identity.post.as_str(), identity.org.as_str()), (&*id, &*post, "o3"));
        assert_eq!(identity.grants, [domain::role::Grant { role: Role::BranchStaff, node: subtree("1.2.3.") }]);
        assert_ne!(csrf(&three.token), csrf(&two.token));
        // Two steps from the same token: one is first.
        let client = client();
        let (a, b) = tokio::join!(
            scene.accounts.choose_post(&three.token, &post, &client),
            scene.accounts.choose_post(&three.token, &post, &client)
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{}: {a:?} {b:?}", scene.name);
        // What is kept is no token.
        let sql = "select token_hash from session";
        let (kept,) = scene.test.store.db.fetch_one::<(String,)>(sql, vec![]).await.unwrap();
        assert!([a, b].iter().flatten().all(|it| *it.token != *kept) && kept.len() == 64);
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_gets_the_same_answers() {
    for scene in scenes(false).await {
        scene.account("known").await;
        let (off, right) = scene.account("switched-off").await;
        scene.accounts.set_enabled(By::Installation, &off, false, "调离").await.unwrap();
        assert_eq!(scene.accounts.log_in("switched-off", &right, &client()).await.expect_err("off").code(), "ACC-101");
        let mut answers = BTreeSet::new();
        // The last is no name at all, and no text that PostgreSQL could keep.
        for name in ["known", "nobody", "王\0"] {
            let mut said = Vec::new();
            for _ in 0..7 {
                said.push(wrong(&scene, name).await);
            }
            assert!(said[3].starts_with("ACC-101") && said[4].starts_with("ACC-102"), "{said:?}");
            answers.insert(said);
        }
        assert_eq!(answers.len(), 1, "{}: {answers:?}", scene.name);
        assert!(scene.accounts.locked_until("NOBODY").await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_wrong_passwords_at_once_lock_once_and_are_counted() {
    for scene in scenes(false).await {
        let (_, right) = scene.account("known").await;
        let tries = (0..20).map(|_| {
            let accounts = scene.accounts.clone();
            tokio::spawn(async move { accounts.log_in("known", "Not-the-1-password", &client()).await })
        });
        for tried in tries.collect::<Vec<_>>() {
            assert!(matches!(tried.await.expect("ran"), Err(Error::Refused | Error::Locked(_))));
        }
        let sql = "select failures from login_failure";
        let (failures,) = scene.test.store.db.fetch_one::<(i64,)>(sql, vec![]).await.unwrap();
        assert_eq!(failures, 20, "{}", scene.name);
        assert_eq!(scene.audited("account.locked").await.len(), 1);
        assert_eq!(scene.audited(Event::LoginFailed.code()).await.len(), 20);
        assert!(matches!(scene.accounts.log_in("known", &right, &client()).await, Err(Error::Locked(_))));
    }
}

/// Somebody tries many passwords at once, the right one among them: all pass the first look at the lock, and
/// the right one comes when it is already closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_that_comes_after_the_lock_opens_nothing() {
    for scene in scenes(false).await {
        let (_, right) = scene.account("known").await;
        let mut late = scene.accounts.clone();
        late.hashing = Arc::new(Semaphore::new(1));
        let held = late.hashing.clone().acquire_owned().await.expect("free");
        // It has looked at the lock and waits for its turn to hash, while others fail.
        let login = tokio::spawn(async move { late.log_in("known", &right, &client()).await });
        tokio::task::yield_now().await;
        for _ in 0..5 {
            wrong(&scene, "known").await;
        }
        drop(held);
        let answer = login.await.expect("ran");
        assert!(matches!(answer, Err(Error::Locked(_))), "{}: {answer:?}", scene.name);
        assert!(scene.audited("session.started").await.is_empty());
    }
}

#[tokio::test]
async fn a_lock_is_over_after_thirty_minutes_or_when_it_is_taken_off() {
    for scene in scenes(false).await {
        let (id, right) = scene.account("known").await;
        for _ in 0..4 {
            assert!(wrong(&scene, "known").await.starts_with("ACC-101"));
        }
        // A success forgets.
        scene.accounts.log_in("known", &right, &client()).await.expect("in time");
        for _ in 0..5 {
            wrong(&scene, "known").await;
        }
        scene.clock.by(Duration::minutes(30) - Duration::seconds(1));
        assert!(matches!(scene.accounts.log_in("known", &right, &client()).await, Err(Error::Locked(_))));
        scene.clock.by(Duration::seconds(1));
        assert!(wrong(&scene, "known").await.starts_with("ACC-101"), "{}: a new count", scene.name);
        scene.accounts.log_in("known", &right, &client()).await.expect("over");
        for _ in 0..5 {
            wrong(&scene, "known").await;
        }
        scene.accounts.unlock(By::Installation, &id).await.unwrap();
        scene.accounts.log_in("known", &right, &client()).await.expect("taken off");
        // Failures far apart don't add up.
        for _ in 0..8 {
            assert!(wrong(&scene, "known").await.starts_with("ACC-101"));
            scene.clock.by(Duration::minutes(31));
        }
    }
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    for scene in scenes(false).await {
        let (_, first) = scene.account("known").await;
        let started = scene.settled("known", &first).await;
        for _ in 0..3 {
            scene.clock.by(Duration::minutes(29));
            scene.accounts.step(&started.token).await.expect("in use");
        }
        scene.clock.by(Duration::minutes(30));
        assert!(matches!(scene.accounts.step(&started.token).await, Err(Error::NoSession)), "{}", scene.name);
        let started = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        for _ in 0..28 {
            scene.clock.by(Duration::minutes(25));
            scene.accounts.step(&started.token).await.expect("28 times 25 minutes are less than 12 hours");
        }
        scene.clock.by(Duration::minutes(20));
        assert!(matches!(scene.accounts.step(&started.token).await, Err(Error::NoSession)), "12 hours");
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    for scene in scenes(false).await {
        let (id, first) = scene.account("known").await;
        let post = scene.post(&id, "o3").await;
        let here = scene.settled("known", &first).await;
        let here = scene.accounts.choose_post(&here.token, &post, &client()).await.unwrap();
        let me = scene.accounts.identity(&here.token, client()).await.unwrap();
        let mut others = Vec::new();
        for _ in 0..3 {
            others.push(scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap());
        }
        let listed = scene.accounts.sessions(&id).await.unwrap();
        assert_eq!((listed.len(), listed[0].ip.as_str()), (4, "192.0.2.7"));
        scene.accounts.end_session(&me, &others[0].session).await.unwrap();
        assert_eq!(scene.accounts.end_session(&me, &others[0].session).await.expect_err("over").code(), "ACC-404");
        assert!(
            scene.accounts.step(&others[0].token).await.is_err() && scene.accounts.step(&others[1].token).await.is_ok()
        );
        scene.accounts.log_out(&others[1].token, &client()).await.unwrap();
        assert_eq!(scene.accounts.end_other_sessions(&me).await.unwrap(), 1);
        assert_eq!(scene.accounts.sessions(&id).await.unwrap().len(), 1, "{}", scene.name);
        // A foreign session isn't there.
        let (_, password) = scene.account("other").await;
        let foreign = scene.accounts.log_in("other", &password, &client()).await.unwrap();
        assert!(matches!(scene.accounts.end_session(&me, &foreign.session).await, Err(Error::NotFound(_))));
        // A new password ends the others.
        let other = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        let here = scene.accounts.change_password(&here.token, CHOSEN, "Kw4!pz=Hn9rt", &client()).await.unwrap();
        assert!(scene.accounts.step(&other.token).await.is_err());
        assert_eq!(here.step, Step::Ready);
        assert!(scene.accounts.log_in("known", CHOSEN, &client()).await.is_err());
        let report = audit::verify(&scene.test.store, None, None, &[]).await.expect("verified");
        assert!(report.findings.is_empty(), "{report:?}");
    }
}

#[tokio::test]
async fn the_last_five_passwords_stay_refused() {
    for scene in scenes(false).await {
        let (_, first) = scene.account("known").await;
        let mut started = scene.settled("known", &first).await;
        let mut old = CHOSEN.to_owned();
        for n in 1..=4 {
            let new = format!("Kw{n}!pz=Hn9rt");
            started = scene.accounts.change_password(&started.token, &old, &new, &client()).await.unwrap();
            old = new;
        }
        let again = scene.accounts.change_password(&started.token, &old, CHOSEN, &client()).await;
        assert!(matches!(again, Err(Error::Invalid(_))), "{}: the fifth before", scene.name);
        let new = "Kw5!pz=Hn9rt";
        started = scene.accounts.change_password(&started.token, &old, new, &client()).await.unwrap();
        scene.accounts.change_password(&started.token, new, CHOSEN, &client()).await.expect("the sixth before");
    }
}

#[tokio::test]
async fn a_cheap_hash_is_made_anew_at_the_next_login() {
    for scene in scenes(false).await {
        let (_, first) = scene.account("known").await;
        let mut dearer = scene.accounts.clone();
        dearer.params.cost = crate::password::Cost { passes: 3, ..dearer.params.cost };
        let sql = "select password_hash from account";
        for (accounts, passes) in [(&scene.accounts, "t=1"), (&dearer, "t=3"), (&dearer, "t=3")] {
            accounts.log_in("known", &first, &client()).await.expect("the same password");
            let (hash,) = scene.test.store.db.fetch_one::<(String,)>(sql, vec![]).await.unwrap();
            assert!(hash.contains(passes), "{}: {hash}", scene.name);
        }
    }
}

#[tokio::test]
async fn a_wrong_old_password_counts_as_a_failed_login() {
    for scene in scenes(false).await {
        let (_, first) = scene.account("known").await;
        let started = scene.settled("known", &first).await;
        for n in 1..=5 {
            let tried = scene.accounts.change_password(&started.token, "guess", "Kw4!pz=Hn9rt", &client()).await;
            assert_eq!(tried.expect_err("wrong").code(), if n < 5 { "ACC-101" } else { "ACC-102" });
        }
        assert!(matches!(scene.accounts.step(&started.token).await, Err(Error::NoSession)), "the session is over");
    }
}

#[tokio::test]
async fn accounts_are_looked_after_from_above_and_security_sees_no_business() {
    for scene in scenes(false).await {
        let security = scene.person("sec", "", Role::SecAdmin, Node::City).await;
        let committee = scene.person("committee", "o2", Role::CommitteeAdmin, subtree("1.2.")).await;
        let elsewhere = scene.person("elsewhere", "o5", Role::CommitteeAdmin, subtree("1.5.")).await;
        let clerk = scene.person("clerk", "o3", Role::BranchStaff, subtree("1.2.3.")).await;
        let id = &clerk.account;
        let first = scene.accounts.reset_password(By::Installation, id).await.unwrap();
        let (sec, above, beside, own) =
            (By::Person(&security), By::Person(&committee), By::Person(&elsewhere), By::Person(&clerk));
        // Who sets a password could log in with it.
        for by in [sec, beside, own] {
            assert_eq!(scene.accounts.reset_password(by, id).await.expect_err("not theirs").code(), "ACC-403");
            assert_eq!(scene.accounts.reset_second_factor(by, id).await.expect_err("not theirs").code(), "ACC-403");
        }
        let password = scene.accounts.reset_password(above, id).await.unwrap();
        let started = scene.accounts.log_in("clerk", &password, &client()).await.unwrap();
        assert_eq!(started.step, Step::ChangePassword);
        let again = scene.accounts.change_password(&started.token, &password, &first, &client()).await;
        assert!(matches!(again, Err(Error::Invalid(_))), "the one before the reset: {again:?}");
        assert_eq!(scene.accounts.set_enabled(beside, id, false, "x").await.expect_err("beside").code(), "ACC-403");
        scene.accounts.set_enabled(sec, id, false, "异常登录").await.expect("security switches off");
        assert!(matches!(scene.accounts.step(&started.token).await, Err(Error::NoSession)), "{}", scene.name);
        assert!(matches!(scene.accounts.set_enabled(sec, id, false, "x").await, Err(Error::NotFound(_))));
        let disabled = scene.audited("account.disabled").await;
        assert_eq!(disabled[0].actor_id.as_ref(), Some(&security.account));
        assert_eq!(disabled[0].reason.as_deref(), Some("异常登录"));
        // Switched off, an account grants nothing and has nothing.
        scene.accounts.set_enabled(By::Installation, &committee.account, false, "").await.unwrap();
        assert_eq!(scene.accounts.reset_password(above, id).await.expect_err("off").code(), "ACC-403");
        assert!(scene.accounts.what_can(&committee.account).await.unwrap().is_empty());
        // A clerk makes no accounts; names are taken once.
        let taken = scene.accounts.create_account(By::Installation, "CLERK", "某同志").await.expect_err("taken");
        assert_eq!(taken.code(), "ACC-108");
        assert_eq!(scene.accounts.create_account(own, "new", "某同志").await.expect_err("a clerk").code(), "ACC-403");
    }
}

#[tokio::test]
async fn a_post_that_is_over_is_no_identity() {
    for scene in scenes(false).await {
        let (id, first) = scene.account("known").await;
        let post = scene.post(&id, "o3").await;
        let started = scene.settled("known", &first).await;
        let started = scene.accounts.choose_post(&started.token, &post, &client()).await.unwrap();
        scene.accounts.leave_post(By::Installation, &post, day(11, 1)).await.unwrap();
        // Noon: twelve hours are left, less a second.
        for _ in 0..24 {
            scene.clock.by(Duration::minutes(29));
            scene.accounts.identity(&started.token, client()).await.expect("still the same day");
        }
        scene.clock.by(Duration::minutes(24) - Duration::seconds(1));
        assert!(matches!(scene.accounts.step(&started.token).await, Ok(Step::Ready)), "{}", scene.name);
        assert!(scene.accounts.posts(&id).await.unwrap().len() == 1);
        scene.clock.by(Duration::seconds(1));
        assert!(scene.accounts.posts(&id).await.unwrap().is_empty());
        let again = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        let tried = scene.accounts.choose_post(&again.token, &post, &client()).await;
        assert!(matches!(tried, Err(Error::NotFound(_))));
    }
}
