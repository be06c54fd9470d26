//! What is wrong with an organisation's record before it is written.

use chrono::NaiveDate;
use domain::{
    Violation, division,
    org::{FormationMode, OrgCategory, OrgStatus, check_name},
    phone,
};

use super::{Form, Org};
use crate::{Result, codes};

/// Longest national code, characters.
const LONGEST_CODE: usize = 32;
/// Longest full name, characters.
const LONGEST_NAME: usize = 200;

/// `ORG-010` where the code or the name can't be kept; `ORG-008` (warning) for an unusual name.
pub(super) fn names(org_code: &str, full_name: &str, found: &mut Vec<Violation>) {
    if org_code.trim().is_empty() || org_code.chars().count() > LONGEST_CODE {
        found.push(Violation::error("ORG-010", "org_code", format!("组织编码应为1至{LONGEST_CODE}个字符")));
    }
    name(full_name, found);
}

/// As [`names`], the name alone.
pub(super) fn name(full_name: &str, found: &mut Vec<Violation>) {
    if full_name.trim().is_empty() || full_name.chars().count() > LONGEST_NAME {
        found.push(Violation::error("ORG-010", "full_name", format!("组织全称应为1至{LONGEST_NAME}个字")));
    }
    found.extend(check_name(full_name));
}

/// `ORG-013` the seat's division doesn't exist; `ORG-014` a branch without a mode of formation; `ORG-015` an
/// organisation of the emerging fields without a grid; `ORG-020` a term that ends before it begins; `ORG-021`
/// no number to call; `PPL-010` an unknown code; `ORG-022` the days of the record lie in the future.
pub(super) fn form(category: OrgCategory, form: &Form, today: NaiveDate, found: &mut Vec<Violation>) {
    codes::check(&codes::LINE_TYPE, "line_type", &form.line_type, found);
    codes::check_optional(&codes::UNIT_NATURE, "unit_nature", form.unit_nature.as_deref(), found);
    let mut refuse = |code, field, message: &str| found.push(Violation::error(code, field, message));
    if division::resolve(&form.division_code, today).is_none() {
        refuse("ORG-013", "division_code", "驻地行政区划不存在");
    }
    if category.is_branch() && form.formation_mode.is_none() {
        refuse("ORG-014", "formation_mode", "党支部须填写组建方式");
    }
    let joint = matches!(category, OrgCategory::JointBranch | OrgCategory::TempJointBranch);
    if joint && form.formation_mode.is_some_and(|it| it == FormationMode::Independent) {
        refuse("ORG-014", "formation_mode", "联合党支部的组建方式不能为单独组建");
    }
    if form.is_new_domain && form.grid_id.is_none() {
        refuse("ORG-015", "grid_id", "新兴领域党组织须填写所在网格");
    }
    if let (Some(start), Some(end)) = (form.term_start, form.term_end)
        && end <= start
    {
        refuse("ORG-020", "term_end", "届满日须晚于任期起始日");
    }
    if form.contact_phone.as_deref().is_some_and(|it| !phone::is_contact(it)) {
        refuse("ORG-021", "contact_phone", "联系电话应为手机号码或固定电话");
    }
    if form.established_on.is_some_and(|it| it > today) {
        refuse("ORG-022", "established_on", "成立日期不得晚于今天");
    }
}

/// `ORG-011` unless a kind may stand under `parent`, which must be at work.
pub(super) fn parent(category: OrgCategory, parent: Option<&Org>, found: &mut Vec<Violation>) -> Result<()> {
    let Some(parent) = parent else {
        if !category.parents().is_empty() {
            found.push(Violation::error("ORG-011", "parent_id", format!("“{category}”须有上级组织")));
        }
        return Ok(());
    };
    let above = parent.category()?;
    if !category.parents().contains(&above) {
        found.push(Violation::error("ORG-011", "parent_id", format!("“{category}”不能设在“{above}”之下")));
    }
    let status = parent.status()?;
    if !matches!(status, OrgStatus::Approved | OrgStatus::Active | OrgStatus::Adjusting) {
        found.push(Violation::error("ORG-011", "parent_id", format!("上级组织的状态为“{status}”，不能设下级组织")));
    }
    Ok(())
}

/// `ORG-016` unless names and places may be changed now: while it is being founded, or 调整中 (01 §1.1.4).
pub(super) fn adjustable(status: OrgStatus) -> Option<Violation> {
    let may = matches!(status, OrgStatus::Draft | OrgStatus::Applying | OrgStatus::Approved | OrgStatus::Adjusting);
    (!may).then(|| Violation::error("ORG-016", "status", format!("组织状态为“{status}”，须先转入“调整中”再改隶或更名")))
}
