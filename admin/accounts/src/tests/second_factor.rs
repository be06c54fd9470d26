//! The second factor, from binding it to losing it.

use chrono::Duration;
use store::Clock as _;

use super::{CHOSEN, Scene, client, scenes};
use crate::{By, Error, Started, Step, totp};

/// An account with a bound second factor: its id, the secret, and the session in which it was bound.
async fn bound(scene: &Scene) -> (String, String, Started) {
    let (id, first) = scene.account("known").await;
    let started = scene.settled("known", &first).await;
    assert_eq!(started.step, Step::Enrol);
    let enrolment = scene.accounts.enrol(&started.token).await.expect("a secret");
    let code = shown(scene, &enrolment.secret);
    let started = scene.accounts.confirm(&started.token, &code, &client()).await.expect("bound");
    assert_eq!(started.step, Step::ChoosePost);
    (id, enrolment.secret.to_string(), started)
}

fn shown(scene: &Scene, secret: &str) -> String {
    totp::shown(secret, scene.clock.now().timestamp())
}

/// A code that isn't near.
fn wrong(scene: &Scene, secret: &str) -> String {
    totp::shown(secret, scene.clock.now().timestamp() + 3600)
}

#[tokio::test]
async fn a_code_is_good_once_and_the_password_alone_opens_nothing() {
    for scene in scenes(true).await {
        let (id, secret, bound) = bound(&scene).await;
        let post = scene.post(&id, "o3").await;
        let half = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        assert_eq!(half.step, Step::SecondFactor);
        for done in [
            scene.accounts.choose_post(&half.token, &post, &client()).await.err(),
            scene.accounts.change_password(&half.token, CHOSEN, "Kw4!pz=Hn9rt", &client()).await.err(),
            scene.accounts.enrol(&half.token).await.err(),
            scene.accounts.identity(&half.token, client()).await.err(),
        ] {
            assert!(matches!(done, Some(Error::Unfinished(Step::SecondFactor))), "{}: {done:?}", scene.name);
        }
        // The code that bound it was used.
        let code = shown(&scene, &secret);
        assert!(matches!(scene.accounts.second_factor(&half.token, &code, &client()).await, Err(Error::BadCode)));
        scene.clock.by(Duration::seconds(totp::STEP));
        let code = shown(&scene, &secret);
        let other = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        let client = client();
        let (a, b) = tokio::join!(
            scene.accounts.second_factor(&half.token, &code, &client),
            scene.accounts.second_factor(&other.token, &code, &client)
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{}: once", scene.name);
        let full = a.or(b).unwrap();
        assert_eq!(full.step, Step::ChoosePost);
        assert!(matches!(scene.accounts.enrol(&full.token).await, Err(Error::AlreadyEnrolled)));
        // A fresh proof later on, with a fresh time.
        let ready = scene.accounts.choose_post(&bound.token, &post, &client).await.unwrap();
        scene.clock.by(Duration::minutes(10));
        let again = scene.accounts.second_factor(&ready.token, &shown(&scene, &secret), &client).await.unwrap();
        let identity = scene.accounts.identity(&again.token, client).await.unwrap();
        assert_eq!(identity.second_factor_at, Some(scene.clock.now()));
        // What is kept is no secret.
        let sql = "select totp_cell from account";
        let (cell,) = scene.test.store.db.fetch_one::<(String,)>(sql, vec![]).await.unwrap();
        assert!(cell.starts_with("v1.k1.") && !cell.contains(&secret));
    }
}

#[tokio::test]
async fn who_knows_the_password_has_five_guesses_at_the_code() {
    for scene in scenes(true).await {
        let (_, secret, _) = bound(&scene).await;
        for guess in 1..=5 {
            // The right password before every guess doesn't begin a new count.
            let half = scene.accounts.log_in("known", CHOSEN, &client()).await.expect("not locked yet");
            let tried = scene.accounts.second_factor(&half.token, &wrong(&scene, &secret), &client()).await;
            let code = tried.expect_err("wrong").code();
            assert_eq!(code, if guess < 5 { "ACC-105" } else { "ACC-102" }, "{}", scene.name);
        }
        assert!(matches!(scene.accounts.log_in("known", CHOSEN, &client()).await, Err(Error::Locked(_))));
    }
}

#[tokio::test]
async fn a_right_code_in_a_locked_session_is_refused_and_a_success_forgets() {
    for scene in scenes(true).await {
        let (_, secret, _) = bound(&scene).await;
        scene.clock.by(Duration::minutes(1));
        let half = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        for _ in 0..4 {
            scene.accounts.log_in("known", "guess", &client()).await.expect_err("wrong");
        }
        let full =
            scene.accounts.second_factor(&half.token, &shown(&scene, &secret), &client()).await.expect("in time");
        let half = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        for _ in 0..5 {
            scene.accounts.log_in("known", "guess", &client()).await.expect_err("wrong");
        }
        scene.clock.by(Duration::seconds(totp::STEP));
        let tried = scene.accounts.second_factor(&half.token, &shown(&scene, &secret), &client()).await;
        assert!(matches!(tried, Err(Error::Locked(_))), "{}: {tried:?}", scene.name);
        // Who is at work stays at work: else anybody could throw anybody out.
        assert_eq!(scene.accounts.step(&full.token).await.unwrap(), Step::ChoosePost);
    }
}

#[tokio::test]
async fn an_unconfirmed_secret_counts_for_nothing_and_a_lost_one_is_taken_off() {
    for scene in scenes(true).await {
        let (id, first) = scene.account("known").await;
        let started = scene.settled("known", &first).await;
        assert!(matches!(scene.accounts.confirm(&started.token, "000000", &client()).await, Err(Error::NotEnrolled)));
        let abandoned = scene.accounts.enrol(&started.token).await.unwrap();
        let again = scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap();
        assert_eq!(again.step, Step::Enrol, "not bound yet");
        let enrolment = scene.accounts.enrol(&again.token).await.unwrap();
        let old = shown(&scene, &abandoned.secret);
        assert!(matches!(scene.accounts.confirm(&again.token, &old, &client()).await, Err(Error::BadCode)));
        let code = shown(&scene, &enrolment.secret);
        let full = scene.accounts.confirm(&again.token, &code, &client()).await.unwrap();
        assert!(matches!(scene.accounts.step(&started.token).await, Err(Error::NoSession)), "began without it");
        scene.accounts.reset_second_factor(By::Installation, &id).await.unwrap();
        assert!(matches!(scene.accounts.step(&full.token).await, Err(Error::NoSession)), "{}", scene.name);
        assert_eq!(scene.accounts.log_in("known", CHOSEN, &client()).await.unwrap().step, Step::Enrol);
        let twice = scene.accounts.reset_second_factor(By::Installation, &id).await;
        assert!(matches!(twice, Err(Error::NotFound(_))));
    }
}
