//! Rules over one stay. They see the row as it would be and today's date, nothing else.

use chrono::NaiveDate;
use domain::{
    Violation,
    member::MembershipStatus,
    mobile::{self, DestinationScope},
};
use engine::Record;

use super::{codes, fields as f};

type Checked = Result<(), Violation>;

/// What a rule answers where a value contradicts another one: such rules have no number of their own in 03.
const CONTRADICTION: &str = "FLD-007";

/// Days for which an origin in another province may be silent (T18).
const SILENT_DAYS: i64 = 30;
/// Characters that explain a return (30).
const EXPLAINED: usize = 10;

fn wrong(code: &'static str, field: &'static str, message: impl Into<String>) -> Checked {
    Err(Violation::error(code, field, message))
}

/// T1 is for what the origin registers.
///
/// # Errors
/// `FLD-007`.
pub fn outward(flow: &Record, _: NaiveDate) -> Checked {
    match flow.get(f::ENTRY_CHANNEL) {
        Some(channel) if !codes::OUTWARD.contains(&channel) => {
            wrong(CONTRADICTION, "entry_channel", "在流入地报到的，由流入地提交，流出地确认")
        }
        _ => Ok(()),
    }
}

/// T15 is for what is reported at the destination.
///
/// # Errors
/// `FLD-007`.
pub fn inward(flow: &Record, _: NaiveDate) -> Checked {
    match flow.get(f::ENTRY_CHANNEL) {
        Some(channel) if codes::OUTWARD.contains(&channel) => {
            wrong(CONTRADICTION, "entry_channel", "流出登记由流出地提交")
        }
        _ => Ok(()),
    }
}

/// Only somebody whose membership is in force is registered.
///
/// # Errors
/// `MOB-003`.
pub fn in_good_standing(flow: &Record, _: NaiveDate) -> Checked {
    match flow.get(f::PARTY_STATUS).and_then(MembershipStatus::from_code) {
        Some(MembershipStatus::Normal) | None => Ok(()),
        Some(other) => wrong("MOB-003", "party_status", format!("党籍状态为{}，不能登记", other.title())),
    }
}

/// The destination says as much as its scope asks for: within the city an organisation or a division, another
/// province its division, and an organisation of mobile members is named.
///
/// # Errors
/// `MOB-006` or `FLD-007`.
pub fn destination_is_named(flow: &Record, _: NaiveDate) -> Checked {
    let (org, division) = (flow.has("destination_org"), flow.has("destination_division"));
    if flow.get(f::DESTINATION_KIND) == Some(codes::MOBILE_ORG) && !org {
        return wrong("MOB-006", "destination_org", "流向为流动党员党组织时必须选择有效组织");
    }
    match scope(flow) {
        Some(DestinationScope::InCity) if !org && !division => {
            wrong(CONTRADICTION, "destination_org", "流向本市的，请选择流入地党组织或者行政区划")
        }
        Some(DestinationScope::OtherProvince) if !division => {
            wrong(CONTRADICTION, "destination_division", "流向外省市的，请填写行政区划")
        }
        _ => Ok(()),
    }
}

/// The origin can be asked.
///
/// # Errors
/// `FLD-007`.
pub fn origin_is_named(flow: &Record, _: NaiveDate) -> Checked {
    if flow.has("origin_org") || flow.has("origin_org_name") {
        return Ok(());
    }
    wrong(CONTRADICTION, "origin_org_name", "请填写流出地党组织")
}

/// Members abroad are kept by their organisation and don't go through here (3.0).
///
/// # Errors
/// `FLD-007`.
pub fn not_abroad(flow: &Record, _: NaiveDate) -> Checked {
    if scope(flow) == Some(DestinationScope::Overseas) {
        let message = "出国（境）党员不办流出登记，按出国出境党员保留组织关系，至少半年联系1次";
        return wrong(CONTRADICTION, "destination_scope", message);
    }
    Ok(())
}

/// A departure is entered at most thirty days ahead.
///
/// # Errors
/// `MOB-005`.
pub fn left_in_time(flow: &Record, today: NaiveDate) -> Checked {
    of_dates(flow, today, "MOB-005")
}

/// Away, or to be away, for six months.
///
/// # Errors
/// `MOB-008`, a warning.
pub fn long_enough(flow: &Record, today: NaiveDate) -> Checked {
    of_dates(flow, today, "MOB-008")
}

fn of_dates(flow: &Record, today: NaiveDate, code: &str) -> Checked {
    let (Some(from), Some(scope)) = (flow.get(f::OUTFLOW_ON), scope(flow)) else { return Ok(()) };
    let found = mobile::check_dates(from, flow.get(f::EXPECTED_RETURN_ON), scope, today);
    found.into_iter().find(|it| it.code == code).map_or(Ok(()), Err)
}

fn scope(flow: &Record) -> Option<DestinationScope> {
    flow.get(f::DESTINATION_SCOPE).and_then(DestinationScope::from_code)
}

/// Nobody was spoken to tomorrow.
///
/// # Errors
/// `FLD-007`.
pub fn verified_by_today(flow: &Record, today: NaiveDate) -> Checked {
    match flow.get(f::VERIFIED_ON) {
        Some(day) if day > today => wrong(CONTRADICTION, "verified_on", "核实日期不得晚于今天"),
        _ => Ok(()),
    }
}

/// A return names a person and a number.
///
/// # Errors
/// `MOB-004`.
pub fn return_says_whom_to_call(flow: &Record, _: NaiveDate) -> Checked {
    let words = |field| flow.get(field).unwrap_or_default();
    mobile::check_return_contact(words(f::RETURN_CONTACT), words(f::RETURN_PHONE))
}

/// A return is explained, and not by not wanting the member.
///
/// # Errors
/// `MOB-031`, or `FLD-007` where it is too short.
pub fn return_is_explained(flow: &Record, _: NaiveDate) -> Checked {
    let note = flow.get(f::RETURN_NOTE).unwrap_or_default();
    if note.contains("不愿接收") {
        return wrong("MOB-031", "return_note", "党组织不得无故拒接");
    }
    if !note.is_empty() && note.chars().filter(|it| !it.is_whitespace()).count() < EXPLAINED {
        return wrong(CONTRADICTION, "return_note", format!("退回说明不少于{EXPLAINED}字"));
    }
    Ok(())
}

/// Somebody who is managed has a branch and a person in it.
///
/// # Errors
/// `MOB-020`.
pub fn branch_and_contact(flow: &Record, _: NaiveDate) -> Checked {
    let missing = ["managing_branch", "managing_contact"].into_iter().find(|it| !flow.has(it));
    missing.map_or(Ok(()), |field| wrong("MOB-020", field, "纳管须明确党支部和联系人"))
}

/// A return lies behind, and after the departure.
///
/// # Errors
/// `FLD-007`.
pub fn back_by_today(flow: &Record, today: NaiveDate) -> Checked {
    let Some(back) = flow.get(f::BACK_ON) else { return Ok(()) };
    if back > today {
        return wrong(CONTRADICTION, "back_on", "返回日期不得晚于今天");
    }
    if flow.get(f::OUTFLOW_ON).is_some_and(|it| it > back) {
        return wrong(CONTRADICTION, "back_on", "返回日期不得早于外出日期");
    }
    Ok(())
}

/// Only these reasons end a stay from outside (T14).
///
/// # Errors
/// `FLD-007`.
pub fn invalid_for_a_reason(flow: &Record, _: NaiveDate) -> Checked {
    match flow.get(f::END_REASON) {
        Some(reason) if !codes::INVALID.contains(&reason) => {
            wrong(CONTRADICTION, "end_reason", "终止原因只能是停止党籍、除名或者开除党籍、去世、信息错误")
        }
        _ => Ok(()),
    }
}

/// An origin in another province hasn't answered for thirty days, and the papers are there (T18).
///
/// # Errors
/// `FLD-007`.
pub fn origin_was_silent(flow: &Record, today: NaiveDate) -> Checked {
    if flow.get(f::ORIGIN_SCOPE) != Some("out_of_city") {
        return wrong(CONTRADICTION, "origin_scope", "本市流出地须由流出地确认，不能暂行纳管");
    }
    if flow.get(f::MATERIALS_COMPLETE) != Some(true) {
        return wrong(CONTRADICTION, "materials_complete", "身份材料不齐，不能暂行纳管");
    }
    if flow.get(f::STATUS_SINCE).is_none_or(|it| (today - it).num_days() < SILENT_DAYS) {
        return wrong(CONTRADICTION, "status_since", format!("外省市流出地{SILENT_DAYS}日内可能回复，请继续等待"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn today() -> NaiveDate {
        day("2026-11-01")
    }

    fn flow() -> Record {
        Record::default()
            .with(f::ENTRY_CHANNEL, "online_out")
            .with(f::PARTY_STATUS, "normal")
            .with(f::DESTINATION_SCOPE, "in_city")
            .with(f::DESTINATION_ORG, "o6")
            .with(f::OUTFLOW_ON, day("2026-10-01"))
            .with(f::EXPECTED_RETURN_ON, day("2028-10-01"))
    }

    fn code(checked: Checked) -> &'static str {
        checked.err().map_or("", |it| it.code)
    }

    #[test]
    fn a_registration_has_somebody_going_somewhere() {
        type Rule = fn(&Record, NaiveDate) -> Checked;
        let rules: [Rule; 6] = [outward, in_good_standing, destination_is_named, left_in_time, long_enough, not_abroad];
        assert!(rules.iter().all(|rule| rule(&flow(), today()).is_ok()));
        for (rule, changed, wanted) in [
            (outward as Rule, flow().with(f::ENTRY_CHANNEL, "scan"), "FLD-007"),
            (inward, flow(), "FLD-007"),
            (inward, flow().with(f::ENTRY_CHANNEL, "scan"), ""),
            (in_good_standing, flow().with(f::PARTY_STATUS, "suspended"), "MOB-003"),
            (destination_is_named, flow().with(f::DESTINATION_ORG, ""), "FLD-007"),
            (destination_is_named, flow().with(f::DESTINATION_ORG, "").with(f::DESTINATION_DIVISION, "310101"), ""),
            (
                destination_is_named,
                flow()
                    .with(f::DESTINATION_KIND, "mobile_org")
                    .with(f::DESTINATION_ORG, "")
                    .with(f::DESTINATION_DIVISION, "310101"),
                "MOB-006",
            ),
            (destination_is_named, flow().with(f::DESTINATION_SCOPE, "other_province"), "FLD-007"),
            (left_in_time, flow().with(f::OUTFLOW_ON, day("2026-12-02")), "MOB-005"),
            (left_in_time, flow().with(f::OUTFLOW_ON, day("2026-12-01")), ""),
            (long_enough, flow().with(f::EXPECTED_RETURN_ON, day("2026-12-01")), "MOB-008"),
            (not_abroad, flow().with(f::DESTINATION_SCOPE, "overseas"), "FLD-007"),
            (origin_is_named, flow(), "FLD-007"),
            (origin_is_named, flow().with(f::ORIGIN_ORG_NAME, "某镇党委"), ""),
        ] {
            assert_eq!(code(rule(&changed, today())), wanted, "{changed:?}");
        }
        let short = long_enough(&flow().with(f::EXPECTED_RETURN_ON, day("2026-12-01")), today());
        assert!(!short.unwrap_err().stops(), "a short absence is a warning");
    }

    #[test]
    fn a_return_is_explained_and_says_whom_to_call() {
        let sent = flow().with(f::RETURN_CONTACT, "李四").with(f::RETURN_PHONE, "021-62345678");
        assert_eq!(code(return_says_whom_to_call(&sent, today())), "");
        assert_eq!(code(return_says_whom_to_call(&sent.clone().with(f::RETURN_PHONE, ""), today())), "MOB-004");
        for (note, wanted) in
            [("多次拨打登记电话均无人接听", ""), ("打不通", "FLD-007"), ("本支部人手不足，不愿接收该同志", "MOB-031")]
        {
            assert_eq!(code(return_is_explained(&sent.clone().with(f::RETURN_NOTE, note), today())), wanted, "{note}");
        }
    }

    #[test]
    fn a_managed_member_has_a_branch_and_a_contact() {
        let named = flow().with(f::MANAGING_BRANCH, "o6");
        assert_eq!(code(branch_and_contact(&named, today())), "MOB-020");
        assert_eq!(code(branch_and_contact(&named.with(f::MANAGING_CONTACT, "李四"), today())), "");
    }

    #[test]
    fn dates_of_an_end_are_possible() {
        for (back, wanted) in [("2026-11-01", ""), ("2026-11-02", "FLD-007"), ("2026-09-30", "FLD-007")] {
            assert_eq!(code(back_by_today(&flow().with(f::BACK_ON, day(back)), today())), wanted, "{back}");
        }
        assert_eq!(code(invalid_for_a_reason(&flow().with(f::END_REASON, "returned"), today())), "FLD-007");
        assert_eq!(code(invalid_for_a_reason(&flow().with(f::END_REASON, "deceased"), today())), "");
        assert_eq!(code(verified_by_today(&flow().with(f::VERIFIED_ON, day("2026-11-02")), today())), "FLD-007");
    }

    #[test]
    fn a_provisional_member_has_waited_a_month() {
        let waited = flow()
            .with(f::ORIGIN_SCOPE, "out_of_city")
            .with(f::MATERIALS_COMPLETE, true)
            .with(f::STATUS_SINCE, day("2026-10-02"));
        assert_eq!(code(origin_was_silent(&waited, today())), "");
        for changed in [
            waited.clone().with(f::STATUS_SINCE, day("2026-10-03")),
            waited.clone().with(f::MATERIALS_COMPLETE, false),
            waited.with(f::ORIGIN_SCOPE, "local"),
        ] {
            assert_eq!(code(origin_was_silent(&changed, today())), "FLD-007", "{changed:?}");
        }
    }
}
