//! The whole crate on both databases, with a clock that the test turns.

mod grants;
mod logins;
mod second_factor;
mod trees;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::role::{Node, Role};
use seal::{KeyRing, audit};
use store::{
    Clock,
    testing::{self, TestStore},
};

use crate::{Accounts, By, Client, Identity, NewPost, Params, Started, Wanted, password};

/// A clock that stands until it is turned.
#[derive(Debug)]
pub struct Turned(AtomicI64);

impl Turned {
    pub fn by(&self, time: Duration) {
        self.0.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }
}

impl Clock for Turned {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).expect("a valid moment")
    }
}

/// The first password that people choose in these tests.
pub const CHOSEN: &str = "Rv7#kq-Zt2mw";

/// A database with accounts.
pub struct Scene {
    pub name: &'static str,
    pub accounts: Accounts,
    pub clock: Arc<Turned>,
    pub test: TestStore,
}

/// A fresh scene on each database, at noon of 2026-11-01 in Shanghai, with the cheapest hashes. Organisations:
/// 1. the city, 1.2. a committee with the branches 1.2.3. and 1.2.4., 1.5. another committee.
pub async fn scenes(second_factor: bool) -> Vec<Scene> {
    let mut scenes = Vec::new();
    for mut test in testing::stores().await {
        let clock = Arc::new(Turned(AtomicI64::new(testing::noon().timestamp())));
        test.store.clock = clock.clone();
        let mut tx = test.store.db.begin().await.expect("begun");
        for (no, path) in [(1, "1."), (2, "1.2."), (3, "1.2.3."), (4, "1.2.4."), (5, "1.5.")] {
            let sql = "insert into party_org (id, no, org_code, full_name, org_category, path, line_type, \
                       division_code, status, version, created_at, updated_at) \
                       values ($1, $2, $3, $4, 'branch', $5, 'territorial', '310199', 'active', 1, $6, $6)";
            let args = vec![
                format!("o{no}").into(),
                i64::from(no).into(),
                format!("c{no}").into(),
                format!("第{no}党组织").into(),
                path.into(),
                testing::noon().into(),
            ];
            tx.execute(sql, args).await.expect("an organisation");
        }
        tx.commit().await.expect("written");
        let keys = KeyRing::parse("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").expect("a ring");
        let params = Params { cost: password::Cost::CHEAPEST, second_factor, ..Params::default() };
        let accounts = Accounts::new(test.store.clone(), Arc::new(keys), params).expect("opened");
        scenes.push(Scene { name: test.name, accounts, clock, test });
    }
    scenes
}

pub fn client() -> Client {
    Client { ip: "192.0.2.7".into(), device: "测试浏览器".into(), trace: "t1".into() }
}

pub fn subtree(path: &str) -> Node {
    Node::Subtree { path: path.to_owned() }
}

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day")
}

pub fn wanted(post: &str, role: Role, node: Node) -> Wanted {
    let reason = "工作需要".to_owned();
    Wanted { post: post.to_owned(), role, node, valid_from: None, valid_to: None, temporary: false, reason }
}

impl Scene {
    /// An account with a first password.
    pub async fn account(&self, name: &str) -> (String, String) {
        let (id, password) = self.accounts.create_account(By::Installation, name, "某同志").await.expect("made");
        (id, password.to_string())
    }

    /// An account with a post that holds `role` on `node`, given by the installation, as it would be at work.
    pub async fn person(&self, name: &str, org: &str, role: Role, node: Node) -> Identity {
        let identity = self.newcomer(name, org).await;
        self.accounts.grant(By::Installation, &wanted(&identity.post, role, node)).await.expect("granted");
        identity
    }

    /// An account with a post and no grants.
    pub async fn newcomer(&self, name: &str, org: &str) -> Identity {
        let (account, _) = self.account(name).await;
        let post = self.post(&account, org).await;
        Identity {
            session: String::new(),
            account,
            login_name: name.to_owned(),
            display_name: "某同志".into(),
            post,
            title: "干事".into(),
            org: org.to_owned(),
            grants: Vec::new(),
            second_factor_at: None,
            client: client(),
        }
    }

    pub async fn post(&self, account: &str, org: &str) -> String {
        let org = Some(org.to_owned()).filter(|it| !it.is_empty());
        let new = NewPost { account: account.to_owned(), org, title: "干事".into(), ..NewPost::default() };
        self.accounts.open_post(By::Installation, &new).await.expect("opened")
    }

    /// Logs in with the first password and chooses [`CHOSEN`].
    pub async fn settled(&self, name: &str, first: &str) -> Started {
        let started = self.accounts.log_in(name, first, &client()).await.expect("logged in");
        self.accounts.change_password(&started.token, first, CHOSEN, &client()).await.expect("changed")
    }

    /// The audit entries of an action, oldest first.
    pub async fn audited(&self, action: &str) -> Vec<audit::Record> {
        let filter = audit::Filter { action: Some(action.to_owned()), ..audit::Filter::default() };
        let mut found = audit::query(&self.test.store, &filter, None, 200).await.expect("read").records;
        found.reverse();
        found
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    use crate::{account, demo, grants, login, post, session};
    for test in testing::stores().await {
        for sql in [account::SQL, demo::SQL, grants::SQL, login::SQL, post::SQL, session::SQL].concat() {
            let prepared = test.store.db.prepare(sql).await;
            assert!(prepared.is_ok(), "{}: {sql}: {:?}", test.name, prepared.err());
        }
    }
}

#[tokio::test]
async fn a_demonstration_has_somebody_in_every_role_and_can_be_switched_off() {
    for scene in scenes(false).await {
        let place = demo_place();
        assert!(!crate::demo::has_demo_accounts(&scene.test.store).await.expect("asked"));
        let made = scene.accounts.make_demo(&place).await.expect("made");
        assert_eq!(made.iter().map(|it| it.role).collect::<Vec<_>>(), Role::ALL);
        assert!(crate::demo::has_demo_accounts(&scene.test.store).await.expect("asked"));
        let mut token = String::new();
        for one in &made {
            let started = scene.accounts.log_in(&one.login_name, &one.password, &client()).await.expect("logged in");
            let account = scene.accounts.accounts("", 200).await.expect("listed");
            let account = account.iter().find(|it| it.login_name == one.login_name).expect("there");
            let posts = scene.accounts.posts(&account.id).await.expect("posts");
            let started = scene.accounts.choose_post(&started.token, &posts[0].id, &client()).await.expect("chosen");
            let identity = scene.accounts.identity(&started.token, client()).await.expect("at work");
            assert!(!identity.grants.is_empty(), "{}: {}", scene.name, one.role);
            assert!(identity.grants.iter().all(|it| it.role == one.role));
            assert_eq!(identity.org.is_empty(), one.role.is_separated());
            token = started.token.to_string();
        }
        assert_eq!(scene.accounts.make_demo(&place).await.expect_err("twice").code(), "ACC-108");
        assert_eq!(scene.accounts.disable_demo().await.expect("off"), made.len() as u64);
        assert!(!crate::demo::has_demo_accounts(&scene.test.store).await.expect("asked"));
        assert_eq!(scene.accounts.step(&token).await.expect_err("over").code(), "ACC-103");
    }
}

fn demo_place() -> crate::demo::Place {
    crate::demo::Place {
        org: "o3".into(),
        path: "1.2.3.".into(),
        division: "310199001".into(),
        grid: "g1".into(),
        member: "m1".into(),
    }
}
