//! Endorsements (F31): what one organisation vouches for to another about a stay.
//!
//! A branch writes one, its committee countersigns and issues it. What is issued isn't changed: it is revoked
//! and written again.

use std::future::ready;

use chrono::NaiveDate;
use domain::{
    Violation,
    codes::{CodeSet, Item},
};
use engine::{
    Entity, Record, Result,
    act::Step,
    declare::{Field, State, action, code, date, open_state, preset, reference, section, side, state, text},
};
use futures::future::BoxFuture;

use crate::who::{ABOVE, LOCAL, READERS};

const fn item(code: &'static str, name: &'static str) -> Item {
    Item { code, name }
}

/// What is vouched for.
pub const KIND: CodeSet = CodeSet {
    code: "endorsement_kind",
    title: "背书类型",
    standard: "",
    items: &[item("identity", "身份背书"), item("performance", "表现背书"), item("handover", "移交背书")],
};

/// What is said of somebody's time away.
pub const CONCLUSION: CodeSet = CodeSet {
    code: "endorsement_conclusion",
    title: "现实表现",
    standard: "",
    items: &[item("excellent", "优秀"), item("good", "合格"), item("fair", "基本合格"), item("poor", "不合格")],
};

const FLOW: Field<str> = reference("flow", "流动记录", "mobile_flow").required().fixed();
const KIND_OF: Field<str> = code("kind", "背书类型", &KIND).required().fixed();
const MEMBER_NAME: Field<str> = text("member_name", "姓名", 50).required();
const ISSUER_ORG: Field<str> = reference("issuer_org", "签发组织", "party_org").required().fixed();
const RECEIVER_ORG: Field<str> = reference("receiver_org", "接收组织", "party_org");
const PERIOD_FROM: Field<NaiveDate> = date("period_from", "起始日期");
const PERIOD_TO: Field<NaiveDate> = date("period_to", "截止日期");
const CONTENT: Field<str> = text("content", "内容", 2000).required();
const CONCLUDED: Field<str> = code("conclusion", "现实表现", &CONCLUSION);
const ISSUED_ON: Field<NaiveDate> = date("issued_on", "签发日期").kept();

const DRAFT: State = open_state("draft", "草稿");
const SUBMITTED: State = state("submitted", "已提交");
const COUNTERSIGNED: State = state("countersigned", "已会签");
const EFFECTIVE: State = state("effective", "已生效");
const REVOKED: State = state("revoked", "已撤销");

/// One endorsement.
pub const ENDORSEMENT: Entity = Entity::new("endorsement", "背书", MEMBER_NAME.def)
    .sides(&[side("issuer", "签发组织", "issuer_org"), side("receiver", "接收组织", "receiver_org")])
    .readers(READERS)
    .makers(&["issuer"], LOCAL)
    .form(&[
        section("对象", &[FLOW.def, KIND_OF.def, MEMBER_NAME.def, ISSUER_ORG.def, RECEIVER_ORG.def]),
        section("内容", &[PERIOD_FROM.def, PERIOD_TO.def, CONTENT.def, CONCLUDED.def, ISSUED_ON.def]),
    ])
    .list(
        &[MEMBER_NAME.def, KIND_OF.def, ISSUER_ORG.def, RECEIVER_ORG.def, ISSUED_ON.def],
        &[FLOW.def, KIND_OF.def, ISSUER_ORG.def, RECEIVER_ORG.def, CONCLUDED.def, ISSUED_ON.def, PERIOD_TO.def],
        &[MEMBER_NAME.def],
    )
    .presets(&[
        preset("open", "在办", &[DRAFT, SUBMITTED, COUNTERSIGNED]).of(&["issuer"]),
        preset("effective", "已生效", &[EFFECTIVE]),
    ])
    .states(&[DRAFT, SUBMITTED, COUNTERSIGNED, EFFECTIVE, REVOKED])
    .checks(&[period_is_forward])
    .actions(&[
        action("submit", "提交", &[DRAFT], SUBMITTED).by(&["issuer"], LOCAL).check(&[performance_is_concluded]),
        action("countersign", "会签", &[SUBMITTED], COUNTERSIGNED).by(&["issuer"], ABOVE).approval(),
        action("send_back", "退回修改", &[SUBMITTED], DRAFT).by(&["issuer"], ABOVE).approval().comment(),
        action("issue", "签发", &[COUNTERSIGNED], EFFECTIVE).by(&["issuer"], ABOVE).approval().then(issued),
        action("revoke", "撤销", &[EFFECTIVE], REVOKED).by(&["issuer"], ABOVE).comment(),
    ])
    .verified();

fn period_is_forward(row: &Record, _: NaiveDate) -> std::result::Result<(), Violation> {
    match (row.get(PERIOD_FROM), row.get(PERIOD_TO)) {
        (Some(from), Some(to)) if to < from => {
            Err(Violation::error("FLD-007", "period_to", "截止日期不得早于起始日期"))
        }
        _ => Ok(()),
    }
}

/// What is said of a time names the time and says something.
fn performance_is_concluded(row: &Record, _: NaiveDate) -> std::result::Result<(), Violation> {
    let whole = ["period_from", "period_to", "conclusion"].iter().all(|it| row.has(it));
    if row.get(KIND_OF) == Some("performance") && !whole {
        return Err(Violation::error("FLD-007", "conclusion", "表现背书须填写起止日期和现实表现结论"));
    }
    Ok(())
}

fn issued(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    let today = step.store.clock.today();
    step.set(ISSUED_ON, today);
    Box::pin(ready(Ok(())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endorsement_of_a_time_is_whole() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let today = day("2026-11-01");
        let row = Record::default().with(KIND_OF, "performance").with(PERIOD_FROM, day("2026-05-01"));
        assert!(performance_is_concluded(&row, today).is_err());
        let row = row.with(PERIOD_TO, day("2026-10-31")).with(CONCLUDED, "good");
        assert!(performance_is_concluded(&row, today).is_ok() && period_is_forward(&row, today).is_ok());
        assert!(period_is_forward(&row.with(PERIOD_TO, day("2026-04-30")), today).is_err());
    }
}
