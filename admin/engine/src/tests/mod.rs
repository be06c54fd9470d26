//! The engine over an entity made up for it: a letter that goes from one organisation to another.

mod acts;
mod lists;
mod saves;
mod territory;
mod vocabulary;

use std::future::ready;

use domain::role::{Grant, Node, Role};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};
use store::{
    Store,
    testing::{self, TestStore},
};

use crate::{
    Actor, Record,
    act::Step,
    declare::{
        Check, Entity, Field, Mask, State, action, boolean, date, open_state, preset, reference, section, side, state,
        text,
    },
    error::{Error, Result},
};

pub const SUBJECT: Field<str> = text("subject", "事由", 20).required();
pub const PHONE: Field<str> = text("phone", "联系电话", 20).masked(Mask::Phone);
pub const FROM_ORG: Field<str> = reference("from_org", "发文组织", "party_org").required().fixed();
pub const TO_ORG: Field<str> = reference("to_org", "收文组织", "party_org").required();
pub const DUE_ON: Field<chrono::NaiveDate> = date("due_on", "办理期限");
pub const URGENT: Field<bool> = boolean("urgent", "急件");
pub const REASON: Field<str> = text("reason", "退回原因", 50);

const DRAFT: State = open_state("draft", "草稿");
const SENT: State = state("sent", "已发出");
const TAKEN: State = state("taken", "已接收");
const RETURNED: State = open_state("returned", "已退回");
const CLOSED: State = state("closed", "已办结");

/// A letter.
pub const LETTER: Entity = Entity::new("letter", "函件", SUBJECT.def)
    .sides(&[side("from", "发文", "from_org"), side("to", "收文", "to_org")])
    .readers(&[Role::BranchStaff, Role::CommitteeAdmin, Role::CityOrgAdmin])
    .makers(&["from"], &[Role::BranchStaff])
    .form(&[
        section("内容", &[SUBJECT.def, DUE_ON.def, URGENT.def, PHONE.def]),
        section("往来", &[FROM_ORG.def, TO_ORG.def, REASON.def]),
    ])
    .list(&[SUBJECT.def, TO_ORG.def, DUE_ON.def], &[TO_ORG.def, DUE_ON.def, URGENT.def], &[SUBJECT.def])
    .presets(&[preset("open", "在办", &[SENT, TAKEN, RETURNED])])
    .states(&[DRAFT, SENT, TAKEN, RETURNED, CLOSED])
    .checks(&[not_to_itself])
    .actions(&[
        action("send", "发出", &[DRAFT, RETURNED], SENT).by(&["from"], &[Role::BranchStaff]),
        action("take", "接收", &[SENT], TAKEN).by(&["to"], &[Role::BranchStaff]).bulk().then(taken),
        action("return", "退回", &[SENT], RETURNED).by(&["to"], &[Role::BranchStaff]).asks(&[REASON.def]).comment(),
        action("close", "办结", &[TAKEN], CLOSED)
            .by(&[], &[Role::CommitteeAdmin, Role::BranchStaff])
            .approval()
            .guard(nothing_urgent),
    ])
    .verified();

const CHECK: Check = not_to_itself;

fn not_to_itself(letter: &Record, _: chrono::NaiveDate) -> std::result::Result<(), domain::Violation> {
    match (letter.get(FROM_ORG), letter.get(TO_ORG)) {
        (Some(from), Some(to)) if from == to => Err(domain::Violation::error("LET-001", "to_org", "不能发给自己")),
        _ => Ok(()),
    }
}

fn taken(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    step.clear(REASON);
    Box::pin(ready(Ok(())))
}

#[expect(clippy::needless_pass_by_value, reason = "the form of a guard")]
fn nothing_urgent(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if step.row.get(URGENT) == Some(true) && step.comment.is_empty() {
            return Err(Error::violation("LET-002", "comment", "急件办结须写明结果"));
        }
        Ok(())
    })
}

/// The organisations as references see them.
pub const ORGANISATION: Entity = Entity::new("party_org", "党组织", ORG_NAME.def)
    .sides(&[side("self", "本组织", "full_name")])
    .readers(&[Role::CityOrgAdmin])
    .makers(&["self"], &[Role::CityOrgAdmin])
    .form(&[section("", &[ORG_NAME.def])])
    .states(&[state("active", "正常")])
    .verified();
const ORG_NAME: Field<str> = text("full_name", "名称", 200);

const TABLE: &str = "create table letter (id text primary key, status text not null, version bigint not null, \
    created_by text not null, created_at TIME not null, submitted_by text, updated_at TIME not null, deleted_at TIME, \
    subject text, due_on DAY, urgent boolean, phone text, from_org text, to_org text, reason text, \
    from_org_path text, to_org_path text)";

/// Fresh databases with the table and two committees of two branches each: 1.2. has 1.2.3. and 1.2.4.,
/// 1.5. has 1.5.6. and 1.5.7.
pub async fn places() -> Vec<TestStore> {
    let stores = testing::stores().await;
    for it in &stores {
        let (time, day) = if it.name == "sqlite" { ("text", "text") } else { ("timestamptz", "date") };
        let mut tx = it.store.db.begin().await.expect("begun");
        let mut table = store::Built::default();
        table.text(&TABLE.replace("TIME", time).replace("DAY", day));
        tx.run(table).await.expect("made");
        for (no, path) in
            [(1, "1."), (2, "1.2."), (3, "1.2.3."), (4, "1.2.4."), (5, "1.5."), (6, "1.5.6."), (7, "1.5.7.")]
        {
            let mut org = store::Built::default();
            org.text(
                "insert into party_org (id, no, org_code, full_name, org_category, path, line_type, division_code, \
                      status, version, created_at, updated_at) values (",
            );
            org.arg(format!("o{no}")).text(", ").arg(i64::from(no)).text(", ").arg(format!("c{no}"));
            org.text(", ").arg(format!("第{no}党支部")).text(", 'branch', ").arg(path);
            org.text(", 'territorial', '310101', 'active', 1, ").arg(testing::noon()).text(", ").arg(testing::noon());
            org.text(")");
            tx.run(org).await.expect("an organisation");
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

/// A clerk of branch 3, who writes; one of branch 6, who receives; and strangers of branches 4 and 7.
pub fn clerk(branch: u8) -> Actor {
    let path = if branch < 5 { format!("1.2.{branch}.") } else { format!("1.5.{branch}.") };
    actor(&format!("u{branch}"), Role::BranchStaff, &path)
}

/// A letter from branch 3 to branch 6.
pub fn letter() -> Map<String, Json> {
    let values = json!({ "subject": "请协助走访", "from_org": "o3", "to_org": "o6", "phone": "13800000000", "due_on": "2026-11-20" });
    values.as_object().expect("an object").clone()
}

/// A letter that was made, in its first state.
pub async fn made(store: &Store) -> String {
    crate::save::create(store, &LETTER, &clerk(3), &letter()).await.expect("made")
}

/// Everything that is registered.
pub const ALL: &[&Entity] = &[&LETTER, &ORGANISATION];

#[test]
fn the_declaration_is_what_it_says() {
    assert_eq!(LETTER.fields().count(), 7);
    assert!(LETTER.action("send", "draft").is_some() && LETTER.action("send", "sent").is_none());
    assert!(CHECK(&Record::default().with(FROM_ORG, "a").with(TO_ORG, "a"), testing::noon().date_naive()).is_err());
}

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    for it in testing::stores().await {
        for sql in crate::act::SQL.iter().chain(crate::history::SQL) {
            it.store.db.prepare(sql).await.unwrap_or_else(|error| panic!("{}: {sql}: {error}", it.name));
        }
    }
}
