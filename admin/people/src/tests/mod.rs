//! Every test runs on each database that is there.

mod demo;
mod divisions;
mod grids;
mod members;
mod org_moves;
mod org_status;
mod orgs;
mod scopes;

use chrono::NaiveDate;
use domain::{
    codes::Gender,
    division::Divisions,
    identity::Identity,
    member::PersonCategory,
    org::{FormationMode, OrgCategory, OrgStatus, WorkCommitteeKind},
    role::Node,
};
use seal::{KeyRing, audit::Actor};
use store::{
    Built, ColumnKind, Store, Value,
    testing::{self, TestStore},
};

use crate::{Desk, Error, Result, Saved, members as people, orgs as tree};

/// Everything.
pub const CITY: &[Node] = &[Node::City];

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

pub fn ring() -> KeyRing {
    KeyRing::parse(&KeyRing::generate("k1").expect("a key")).expect("a ring")
}

pub fn desk<'a>(store: &'a Store, keys: &'a KeyRing) -> Desk<'a> {
    let actor = Actor { id: Some("u1".into()), role: Some("street_admin".into()), org: None };
    Desk { divisions: Divisions::DEMONSTRATION, ..Desk::new(store, keys, actor) }
}

/// The codes of a refusal.
pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> Vec<&'static str> {
    match result {
        Err(Error::Invalid(found)) => found.iter().filter(|it| it.stops()).map(|it| it.code).collect(),
        other => panic!("not refused for its content: {other:?}"),
    }
}

/// A new organisation's record. Everybody's code is their name.
pub fn new(parent: Option<&str>, category: OrgCategory, name: &str) -> tree::New {
    let mut form = tree::Form::new("territorial", "310101");
    form.established_on = Some(day(2020, 1, 1));
    if category.is_branch() {
        form.formation_mode = Some(FormationMode::Independent);
    }
    if category == OrgCategory::WorkCommittee {
        form.work_kind = Some(WorkCommitteeKind::Subdistrict);
    }
    tree::New {
        org_code: name.to_owned(),
        full_name: format!("中国共产党{name}委员会"),
        category,
        parent_id: parent.map(str::to_owned),
        status: OrgStatus::Active,
        form,
    }
}

pub async fn found(desk: &Desk<'_>, parent: Option<&str>, category: OrgCategory, name: &str) -> String {
    tree::create(desk, &new(parent, category, name)).await.expect(name).id
}

/// 市委 / two 区委 / a street in each / a committee and a branch in the first.
pub struct Tree {
    pub city: String,
    pub districts: [String; 2],
    pub streets: [String; 2],
    pub committee: String,
    pub branch: String,
}

pub async fn tree(desk: &Desk<'_>) -> Tree {
    use OrgCategory::{Branch, DistrictCommittee, GrassrootsCommittee, MunicipalCommittee, WorkCommittee};
    let city = found(desk, None, MunicipalCommittee, "市").await;
    let first = found(desk, Some(&city), DistrictCommittee, "甲区").await;
    let second = found(desk, Some(&city), DistrictCommittee, "乙区").await;
    let street = found(desk, Some(&first), WorkCommittee, "甲街道").await;
    let other = found(desk, Some(&second), WorkCommittee, "乙街道").await;
    let committee = found(desk, Some(&street), GrassrootsCommittee, "甲公司").await;
    let branch = found(desk, Some(&committee), Branch, "甲支部").await;
    Tree { city, districts: [first, second], streets: [street, other], committee, branch }
}

/// An identity number of the test prefix: born on 1 January of `year`, `order` odd for men.
pub fn number(year: i32, order: u32) -> String {
    let digits = format!("310199{year}0101{order:03}");
    let right = |it: &String| Identity::parse(it, Divisions::DEMONSTRATION, day(2026, 11, 1)).is_ok();
    "0123456789X".chars().map(|it| format!("{digits}{it}")).find(right).expect("a check character")
}

/// A man born in 1980 who joined in 2010; `order` tells him from others.
pub fn registration(branch: &str, order: u32) -> people::Registration {
    let order = order * 2 + 1;
    people::Registration {
        branch_id: branch.to_owned(),
        person_category: PersonCategory::Full,
        source: "local".to_owned(),
        form: people::Form {
            national_uuid: None,
            name: "张示例".to_owned(),
            secrets: people::Secrets {
                id_card_no: Some(number(1980, order)),
                mobile: Some(format!("140{order:08}")),
                phone_abroad: None,
                residence_address: Some("上海市黄浦区示例街道示例路1号".to_owned()),
            },
            gender: Gender::Male,
            nation: "01".to_owned(),
            birth_date: day(1980, 1, 1),
            native_place: None,
            education: "21".to_owned(),
            degree: None,
            marital_status: None,
            party_group_id: None,
            join_date: day(2010, 7, 1),
            join_type: "new".to_owned(),
            conversion_date: Some(day(2011, 7, 1)),
            work_start_date: None,
            job_post: "other".to_owned(),
            employer_unit_id: None,
            employer_name: None,
            duty: None,
            new_job_group: None,
            residence_division: "310101".to_owned(),
            archive_location: None,
            lost_contact_on: None,
            dues_paid_until: None,
            photo_file_id: None,
            specialties: vec!["摄影".to_owned()],
            volunteer_intent: None,
        },
    }
}

pub async fn register(desk: &Desk<'_>, branch: &str, order: u32) -> Saved {
    people::register(desk, &registration(branch, order)).await.expect("registered")
}

/// All cells of some columns, as texts.
pub async fn raw(it: &TestStore, table: &str, columns: &str) -> Vec<Vec<String>> {
    let names: Vec<&str> = columns.split(", ").map(str::trim).collect();
    let texts: Vec<String> = names.iter().map(|it| format!("cast({it} as text)")).collect();
    let mut built = Built::default();
    built.text("select ").text(&texts.join(", ")).text(" from ").text(table).text(" order by 1");
    let rows = it.store.db.rows(built, &vec![ColumnKind::Text; names.len()]).await.expect("read");
    let text = |it| if let Value::Text(Some(text)) = it { text } else { String::new() };
    rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect()
}

#[tokio::test]
async fn both_databases_can_read_every_statement() {
    let statements =
        [&tree::sql()[..], &people::sql(), crate::divisions::SQL, crate::grids::SQL, &crate::demo::sql()].concat();
    assert!(statements.len() >= 50, "a module forgot its statements: {}", statements.len());
    for it in testing::stores().await {
        for statement in &statements {
            let prepared = it.store.db.prepare(statement).await;
            assert!(prepared.is_ok(), "{}: {statement}: {:?}", it.name, prepared.err());
        }
    }
}
