//! The modules on both databases: a city with four committees of branches, and stays between them.

mod declaration;
mod functions;
mod handling;
mod path;
mod permissions;
mod races;

use domain::role::{Grant, Node, Role};
use engine::{
    Actor, Error, Result,
    act::{self, Request},
    list,
    read::Shown,
    save,
};
use serde_json::{Map, Value as Json, json};
use store::{
    Store,
    testing::{self, TestStore},
};

use crate::{
    mobile_flow::{self, MOBILE_FLOW},
    registry::ENTITIES,
};

/// Organisations by number with their paths: committees 2, 5, 8 and 11 below the city with branches of theirs.
pub const ORGS: [(i64, &str); 12] = [
    (1, "1."),
    (2, "1.2."),
    (3, "1.2.3."),
    (4, "1.2.4."),
    (5, "1.5."),
    (6, "1.5.6."),
    (7, "1.5.7."),
    (8, "1.8."),
    (9, "1.8.9."),
    (10, "1.8.10."),
    (11, "1.11."),
    (12, "1.11.12."),
];

/// Fresh databases with the organisations.
pub async fn places() -> Vec<TestStore> {
    let stores = testing::stores().await;
    for it in &stores {
        let mut tx = it.store.db.begin().await.expect("begun");
        for (no, path) in ORGS {
            let insert = "insert into party_org (id, no, org_code, full_name, org_category, path, line_type, \
                          division_code, status, version, created_at, updated_at) \
                          values ($1, $2, $1, $3, 'branch', $4, 'territorial', '310101', 'active', 1, $5, $5)";
            let args = vec![
                format!("o{no}").into(),
                no.into(),
                format!("第{no}党组织").into(),
                path.into(),
                testing::noon().into(),
            ];
            tx.execute(insert, args).await.expect("an organisation");
        }
        tx.commit().await.expect("written");
    }
    stores
}

/// Somebody with one role on one subtree.
pub fn actor(user: &str, role: Role, path: &str) -> Actor {
    let grants = vec![Grant { role, node: Node::Subtree { path: path.to_owned() } }];
    Actor { user: user.to_owned(), org: String::new(), grants, trace: String::new() }
}

fn path_of(no: i64) -> &'static str {
    ORGS.iter().find(|it| it.0 == no).expect("an organisation").1
}

/// A clerk of a branch.
pub fn clerk(no: i64) -> Actor {
    actor(&format!("u{no}"), Role::BranchStaff, path_of(no))
}

/// An administrator of a committee.
pub fn boss(no: i64) -> Actor {
    actor(&format!("b{no}"), Role::CommitteeAdmin, path_of(no))
}

/// JSON objects are written as `json!`.
pub fn object(values: Json) -> Map<String, Json> {
    if let Json::Object(map) = values { map } else { panic!("no object: {values}") }
}

/// A key such as an identity number has.
pub fn key(member: u32) -> String {
    format!("{member:064x}")
}

/// The form of a member of branch 3 who goes to branch 6.
pub fn outflow(member: u32) -> Map<String, Json> {
    object(json!({
        "member_key": key(member), "member_name": "测试甲", "party_status": "normal", "contact": "13800000000",
        "entry_channel": "online_out", "origin_scope": "local", "origin_org": "o3",
        "destination_scope": "in_city", "destination_kind": "unit", "destination_org": "o6",
        "flow_reason": "employment", "outflow_on": "2026-10-01", "expected_return_on": "2028-10-01",
    }))
}

/// The form of the same member who reports at branch 6 by themselves.
pub fn report(member: u32) -> Map<String, Json> {
    let mut values = outflow(member);
    values.insert("entry_channel".to_owned(), json!("self_report_in"));
    values
}

/// Does an action.
pub async fn act(store: &Store, actor: &Actor, id: &str, action: &str, values: Json) -> Result<&'static str> {
    let request = Request {
        action: action.to_owned(),
        values: object(values),
        comment: "按规定办理".to_owned(),
        ..Request::default()
    };
    act::act(store, &MOBILE_FLOW, actor, id, &request).await
}

/// Does an action that has to succeed.
pub async fn done(store: &Store, actor: &Actor, id: &str, action: &str, values: Json) {
    if let Err(error) = act(store, actor, id, action, values).await {
        panic!("{action}: {error} {error:?}");
    }
}

/// Code of what keeps an action from being done: the first violation's where there are some.
pub async fn refused(store: &Store, actor: &Actor, id: &str, action: &str, values: Json) -> String {
    match act(store, actor, id, action, values).await.expect_err("refused") {
        Error::Invalid(wrong) => wrong[0].code.to_owned(),
        other => other.code().to_owned(),
    }
}

/// A stay that was made and registered.
pub async fn registered(store: &Store, member: u32) -> String {
    let id = save::create(store, &MOBILE_FLOW, &clerk(3), &outflow(member)).await.expect("made");
    done(store, &clerk(3), &id, "register_outflow", json!({})).await;
    id
}

/// What verifies somebody.
pub fn verified() -> Json {
    json!({ "verify_method": "phone", "verified_by": "测试乙", "verified_on": "2026-11-01" })
}

/// What takes somebody over.
pub fn branch(org: &str) -> Json {
    json!({ "managing_branch": org, "managing_contact": "测试丙", "talk_on": "2026-11-01" })
}

/// What sends somebody back.
pub fn sent_back(reason: &str) -> Json {
    json!({
        "return_reason": reason, "return_note": "多次拨打登记电话均无人接听", "return_contact": "测试乙",
        "return_phone": "021-62345678",
    })
}

/// A stay that branch 6 manages.
pub async fn managed(store: &Store, member: u32) -> String {
    let id = registered(store, member).await;
    done(store, &clerk(6), &id, "accept", verified()).await;
    done(store, &clerk(6), &id, "assign_branch", branch("o6")).await;
    id
}

/// A stay as the actor sees it.
pub async fn seen(store: &Store, actor: &Actor, id: &str) -> Shown {
    list::get(store, ENTITIES, &MOBILE_FLOW, actor, id).await.expect("there")
}

/// Ids of a preset's rows.
pub async fn listed(store: &Store, actor: &Actor, preset: &str) -> Vec<String> {
    let query = list::Query { preset: preset.to_owned(), ..list::Query::default() };
    let page = list::list(store, ENTITIES, &MOBILE_FLOW, actor, &query).await.expect("listed");
    page.rows.into_iter().map(|it| it.id).collect()
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    for it in testing::stores().await {
        for sql in mobile_flow::SQL.iter().copied().flatten() {
            it.store.db.prepare(sql).await.unwrap_or_else(|error| panic!("{}: {sql}: {error}", it.name));
        }
    }
}
