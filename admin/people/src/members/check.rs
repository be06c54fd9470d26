//! What is wrong with a member's record before it is written: everything at once.

use chrono::NaiveDate;
use domain::{
    Violation,
    codes::{DEGREE, EDUCATION, MARITAL_STATUS, NATION},
    division::{self, Divisions},
    identity::Identity,
    member::{Dates, PersonCategory, check_dates},
    name,
    org::{DirectMembers, FormationMode, OrgCategory, OrgStatus},
    phone,
};

use super::{Form, record::Plain};
use crate::{Result, codes, orgs::Org};

/// Longest free text of one field, characters.
const LONGEST: usize = 200;

/// Checks a form. `identity` is the one on the books where the form doesn't bring another; a new record brings
/// one. Gives the form in its one spelling and the secrets that are right; what is wrong goes into `found`.
pub(crate) fn check(
    category: PersonCategory,
    form: &Form,
    identity: Option<&Identity>,
    divisions: Divisions,
    today: NaiveDate,
    found: &mut Vec<Violation>,
) -> (Form, Plain) {
    let mut form = form.clone();
    match name::normalise(&form.name) {
        Ok(name) => form.name = name,
        Err(wrong) => found.push(wrong),
    }
    let plain = secrets(&form, divisions, today, found);
    match plain.identity.as_ref().or(identity) {
        Some(identity) => found.extend(identity.check_record(form.birth_date, form.gender)),
        None if form.secrets.id_card_no.is_none() => found.push(missing("id_card_no", "请填写身份号码")),
        None => {}
    }
    let (birth, join, conversion) = (form.birth_date, form.join_date, form.conversion_date);
    found.extend(check_dates(&Dates { category, birth, join, conversion }, today));
    codes_and_texts(&form, today, found);
    (form, plain)
}

fn secrets(form: &Form, divisions: Divisions, today: NaiveDate, found: &mut Vec<Violation>) -> Plain {
    let mut kept = |it: Result<String, Violation>| it.map_err(|wrong| found.push(wrong)).ok();
    let secrets = &form.secrets;
    let mobile = secrets.mobile.as_deref().and_then(|it| kept(phone::parse_mobile(it)));
    let phone_abroad = secrets.phone_abroad.as_deref().and_then(|it| kept(phone::parse_abroad(it)));
    let number = secrets.id_card_no.as_deref().map(|it| Identity::parse(it, divisions, today));
    let identity = number.and_then(|it| it.map_err(|wrong| found.push(wrong)).ok());
    let address = secrets.residence_address.as_deref().map(str::trim);
    if address.is_some_and(|it| it.is_empty() || it.chars().count() > LONGEST) {
        found.push(missing("residence_address", "居住地址应为1至200个字"));
    }
    Plain { identity, mobile, phone_abroad, residence_address: address.map(str::to_owned) }
}

fn codes_and_texts(form: &Form, today: NaiveDate, found: &mut Vec<Violation>) {
    codes::check(&NATION, "nation", &form.nation, found);
    codes::check(&EDUCATION, "education", &form.education, found);
    codes::check_optional(&MARITAL_STATUS, "marital_status", form.marital_status.as_deref(), found);
    codes::check(&codes::JOIN_TYPE, "join_type", &form.join_type, found);
    codes::check_optional(&codes::NEW_JOB_GROUP, "new_job_group", form.new_job_group.as_deref(), found);
    // Three digits name the field as well; the first one is the level.
    let level = form.degree.as_deref().map(|it| it.get(..1).unwrap_or_default());
    codes::check_optional(&DEGREE, "degree", level, found);
    if form.job_post.trim().is_empty() {
        found.push(missing("job_post", "请填写工作岗位"));
    }
    let places =
        [("native_place", form.native_place.as_deref()), ("residence_division", Some(&*form.residence_division))];
    for (field, code) in places {
        if code.is_some_and(|it| division::resolve(it, today).is_none()) {
            found.push(Violation::error("PPL-010", field, "行政区划代码不存在"));
        }
    }
    if form.dues_paid_until.as_deref().is_some_and(|it| !is_month(it)) {
        found.push(Violation::error("MEM-015", "dues_paid_until", "党费缴至年月应写作6位数字，如202611"));
    }
    if form.lost_contact_on.is_some_and(|it| it > today) {
        found.push(Violation::error("MEM-014", "lost_contact_on", "失联日期不得晚于今天"));
    }
}

/// `yyyymm`.
fn is_month(text: &str) -> bool {
    text.len() == 6 && NaiveDate::parse_from_str(&format!("{text}01"), "%Y%m%d").is_ok()
}

/// `MEM-013`: something that can't be left out.
pub(super) fn missing(field: &'static str, message: &str) -> Violation {
    Violation::error("MEM-013", field, message)
}

/// `MEM-011` unless members may be entered in an organisation. A branch that waits for its first election takes
/// them too, though 01 §1.4 asks for one at work: otherwise none could ever have the three it needs to begin.
pub(super) fn branch(org: &Org) -> Result<Option<Violation>> {
    let category = org.category()?;
    let takes = matches!(category.direct_members(), DirectMembers::Yes | DirectMembers::May | DirectMembers::Rarely);
    let functional = org.formation_mode.as_deref() == Some(FormationMode::Functional.code());
    if !takes || category == OrgCategory::PartyGroup || functional || org.is_temporary {
        return Ok(Some(Violation::error("MEM-011", "branch_id", "该组织不接收正式组织关系，请选择党支部")));
    }
    let status = org.status()?;
    let open = matches!(status, OrgStatus::Approved | OrgStatus::Active);
    Ok((!open).then(|| Violation::error("MEM-011", "branch_id", format!("党支部状态为“{status}”，不能接收党员"))))
}

/// `MEM-012` unless `group` is a group of the branch.
pub(super) fn group(group: &Org, branch: &str) -> Option<Violation> {
    let fits = group.org_category == OrgCategory::PartyGroup.code() && group.parent_id.as_deref() == Some(branch);
    (!fits).then(|| Violation::error("MEM-012", "party_group_id", "党小组不属于该党支部"))
}
