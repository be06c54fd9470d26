//! An organisation as it is read and as it is filled in.

use chrono::{DateTime, NaiveDate, Utc};
use domain::org::{DevelopCapability, FormationMode, OrgCategory, OrgFacts, OrgStatus, Tenure, WorkCommitteeKind};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use store::Value;

use crate::{Error, Result};

/// Every column of `party_org`, in the order in which rows are written.
macro_rules! columns {
    () => {
        "id, no, org_code, national_uuid, full_name, short_name, org_category, formation_mode, work_kind, \
         mobile_capability, is_temporary, is_mobile_org, is_new_domain, parent_id, path, line_type, division_code, \
         grid_id, host_unit_ids, units_explanation, unit_nature, established_on, approval_doc_no, approved_by_org_id, \
         has_committee, secretary_member_id, term_no, term_years, term_start, term_end, term_extended_until, \
         approval_authority_granted, few_since, contact_name, contact_phone, address, lng_gcj02, lat_gcj02, \
         lng_wgs84, lat_wgs84, status, status_on, version, created_at, updated_at"
    };
}
pub(crate) use columns;

/// How many they are.
pub(crate) const COLUMNS: usize = 45;

/// What people fill in. What is empty in the database is `None` here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks, each a column")]
pub struct Form {
    /// Id in the national base.
    pub national_uuid: Option<String>,
    /// Short name.
    pub short_name: Option<String>,
    /// How it was formed; every branch has one.
    pub formation_mode: Option<FormationMode>,
    /// For working committees, what for.
    pub work_kind: Option<WorkCommitteeKind>,
    /// For organisations of mobile members, what they may do.
    pub mobile_capability: Option<DevelopCapability>,
    /// Temporary, whatever its kind.
    pub is_temporary: bool,
    /// Of mobile members.
    pub is_mobile_org: bool,
    /// Of the emerging fields; then it has a grid.
    pub is_new_domain: bool,
    /// Code of [`crate::codes::LINE_TYPE`].
    pub line_type: String,
    /// Where it has its seat: 6, 9 or 12 digits.
    pub division_code: String,
    /// The grid of its seat.
    pub grid_id: Option<String>,
    /// Units that it covers.
    pub host_unit_ids: Vec<String>,
    /// Why they are more than five.
    pub units_explanation: Option<String>,
    /// Code of [`crate::codes::UNIT_NATURE`].
    pub unit_nature: Option<String>,
    /// Day on which it was set up.
    pub established_on: Option<NaiveDate>,
    /// Number of the approval.
    pub approval_doc_no: Option<String>,
    /// Who approved it.
    pub approved_by_org_id: Option<String>,
    /// Whether it has a committee.
    pub has_committee: bool,
    /// Its secretary.
    pub secretary_member_id: Option<String>,
    /// Number of the term.
    pub term_no: Option<i64>,
    /// Years of a term; worked out from the kind where it isn't given.
    pub term_years: Option<i64>,
    /// First day of the term.
    pub term_start: Option<NaiveDate>,
    /// Last day of the term.
    pub term_end: Option<NaiveDate>,
    /// Last day of the delay that the superior approved.
    pub term_extended_until: Option<NaiveDate>,
    /// Whether the superior expressly gave it the right to approve; `None` until a person has entered it.
    pub approval_authority_granted: Option<bool>,
    /// Whom to ask.
    pub contact_name: Option<String>,
    /// Their number, in plain; `None` leaves what is there.
    #[serde(default, skip_serializing)]
    pub contact_phone: Option<String>,
    /// Address of the seat.
    pub address: Option<String>,
    /// Degrees, GCJ-02.
    pub lng_gcj02: Option<f64>,
    /// Degrees, GCJ-02.
    pub lat_gcj02: Option<f64>,
    /// Degrees, WGS-84.
    pub lng_wgs84: Option<f64>,
    /// Degrees, WGS-84.
    pub lat_wgs84: Option<f64>,
}

impl Form {
    /// An empty form with what can't be empty.
    pub fn new(line_type: &str, division_code: &str) -> Self {
        Self { line_type: line_type.to_owned(), division_code: division_code.to_owned(), ..Self::default() }
    }
}

/// An organisation. Codes are the texts of the database; the methods give their types.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns are those of Form and of the migration, where each is explained")]
#[expect(clippy::struct_excessive_bools, reason = "independent marks, each a column")]
pub struct Org {
    pub id: String,
    pub no: i64,
    pub org_code: String,
    pub national_uuid: Option<String>,
    pub full_name: String,
    pub short_name: Option<String>,
    pub org_category: String,
    pub formation_mode: Option<String>,
    pub work_kind: Option<String>,
    pub mobile_capability: Option<String>,
    pub is_temporary: bool,
    pub is_mobile_org: bool,
    pub is_new_domain: bool,
    pub parent_id: Option<String>,
    pub path: String,
    pub line_type: String,
    pub division_code: String,
    pub grid_id: Option<String>,
    pub host_unit_ids: Json<Vec<String>>,
    pub units_explanation: Option<String>,
    pub unit_nature: Option<String>,
    pub established_on: Option<NaiveDate>,
    pub approval_doc_no: Option<String>,
    pub approved_by_org_id: Option<String>,
    pub has_committee: bool,
    pub secretary_member_id: Option<String>,
    pub term_no: Option<i64>,
    pub term_years: Option<i64>,
    pub term_start: Option<NaiveDate>,
    pub term_end: Option<NaiveDate>,
    pub term_extended_until: Option<NaiveDate>,
    pub approval_authority_granted: Option<bool>,
    pub few_since: Option<NaiveDate>,
    pub contact_name: Option<String>,
    /// An SM4 cell: it isn't shown.
    #[serde(skip)]
    pub contact_phone: Option<String>,
    pub address: Option<String>,
    pub lng_gcj02: Option<f64>,
    pub lat_gcj02: Option<f64>,
    pub lng_wgs84: Option<f64>,
    pub lat_wgs84: Option<f64>,
    pub status: String,
    pub status_on: Option<NaiveDate>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Kind of the organisation above.
    pub parent_category: Option<String>,
    /// What the organisation above works for.
    pub parent_work_kind: Option<String>,
}

impl Org {
    /// Its kind.
    pub fn category(&self) -> Result<OrgCategory> {
        OrgCategory::from_code(&self.org_category).ok_or(Error::Unreadable("party_org.org_category"))
    }

    /// Where it is in its life.
    pub fn status(&self) -> Result<OrgStatus> {
        OrgStatus::from_code(&self.status).ok_or(Error::Unreadable("party_org.status"))
    }

    /// What its abilities follow from; the organisation above was read along with it.
    pub fn facts(&self) -> Result<OrgFacts> {
        let kind = |code: &Option<String>| code.as_deref().and_then(WorkCommitteeKind::from_code);
        let parent = self.parent_category.as_deref().and_then(OrgCategory::from_code);
        Ok(OrgFacts {
            category: self.category()?,
            is_temporary: self.is_temporary,
            formation_mode: self.formation_mode.as_deref().and_then(FormationMode::from_code),
            work_kind: kind(&self.work_kind),
            approval_granted: self.approval_authority_granted,
            parent: parent.map(|it| (it, kind(&self.parent_work_kind))),
            mobile_capability: self.mobile_capability.as_deref().and_then(DevelopCapability::from_code),
        })
    }

    /// Whether it may approve probationary members (01 §1.1.3).
    pub fn can_approve_probationary(&self) -> Result<bool> {
        Ok(self.facts()?.can_approve_probationary())
    }

    /// Its term, where it has one.
    pub fn tenure(&self) -> Option<Tenure> {
        self.term_end.map(|ends| Tenure { ends, extended_until: self.term_extended_until })
    }

    /// What people filled in, for a form to begin with; the contact's number stays where it is.
    pub fn form(&self) -> Form {
        let code = |it: &Option<String>| it.clone();
        Form {
            national_uuid: code(&self.national_uuid),
            short_name: code(&self.short_name),
            formation_mode: self.formation_mode.as_deref().and_then(FormationMode::from_code),
            work_kind: self.work_kind.as_deref().and_then(WorkCommitteeKind::from_code),
            mobile_capability: self.mobile_capability.as_deref().and_then(DevelopCapability::from_code),
            is_temporary: self.is_temporary,
            is_mobile_org: self.is_mobile_org,
            is_new_domain: self.is_new_domain,
            line_type: self.line_type.clone(),
            division_code: self.division_code.clone(),
            grid_id: code(&self.grid_id),
            host_unit_ids: self.host_unit_ids.0.clone(),
            units_explanation: code(&self.units_explanation),
            unit_nature: code(&self.unit_nature),
            established_on: self.established_on,
            approval_doc_no: code(&self.approval_doc_no),
            approved_by_org_id: code(&self.approved_by_org_id),
            has_committee: self.has_committee,
            secretary_member_id: code(&self.secretary_member_id),
            term_no: self.term_no,
            term_years: self.term_years,
            term_start: self.term_start,
            term_end: self.term_end,
            term_extended_until: self.term_extended_until,
            approval_authority_granted: self.approval_authority_granted,
            contact_name: code(&self.contact_name),
            contact_phone: None,
            address: code(&self.address),
            lng_gcj02: self.lng_gcj02,
            lat_gcj02: self.lat_gcj02,
            lng_wgs84: self.lng_wgs84,
            lat_wgs84: self.lat_wgs84,
        }
    }
}

/// What a row has besides its form.
pub(crate) struct Own<'a> {
    pub id: &'a str,
    pub no: i64,
    pub org_code: &'a str,
    pub full_name: &'a str,
    pub category: OrgCategory,
    pub parent_id: Option<&'a str>,
    pub path: &'a str,
    pub status: OrgStatus,
    pub status_on: NaiveDate,
    pub at: DateTime<Utc>,
}

/// A value for each of [`columns`]; `contact_phone` is the cell.
pub(crate) fn values(own: &Own<'_>, form: &Form, contact_phone: Option<String>) -> Vec<Value> {
    let [host_units, term_years] = [
        Value::Json(Some(serde_json::json!(form.host_unit_ids))),
        form.term_years.or_else(|| term_years(own.category, form)).into(),
    ];
    vec![
        own.id.into(),
        own.no.into(),
        own.org_code.into(),
        form.national_uuid.clone().into(),
        own.full_name.into(),
        form.short_name.clone().into(),
        own.category.code().into(),
        form.formation_mode.map(FormationMode::code).into(),
        form.work_kind.map(WorkCommitteeKind::code).into(),
        form.mobile_capability.map(DevelopCapability::code).into(),
        form.is_temporary.into(),
        form.is_mobile_org.into(),
        form.is_new_domain.into(),
        own.parent_id.into(),
        own.path.into(),
        form.line_type.as_str().into(),
        form.division_code.as_str().into(),
        form.grid_id.clone().into(),
        host_units,
        form.units_explanation.clone().into(),
        form.unit_nature.clone().into(),
        form.established_on.into(),
        form.approval_doc_no.clone().into(),
        form.approved_by_org_id.clone().into(),
        form.has_committee.into(),
        form.secretary_member_id.clone().into(),
        form.term_no.into(),
        term_years,
        form.term_start.into(),
        form.term_end.into(),
        form.term_extended_until.into(),
        form.approval_authority_granted.into(),
        // Who has had three full members is watched from the first day at work on.
        Value::Date(None),
        form.contact_name.clone().into(),
        contact_phone.into(),
        form.address.clone().into(),
        form.lng_gcj02.into(),
        form.lat_gcj02.into(),
        form.lng_wgs84.into(),
        form.lat_wgs84.into(),
        own.status.code().into(),
        own.status_on.into(),
        1_i64.into(),
        own.at.into(),
        own.at.into(),
    ]
}

/// Years of a term by kind and nature; functional organisations have none.
pub(crate) fn term_years(category: OrgCategory, form: &Form) -> Option<i64> {
    if form.formation_mode == Some(FormationMode::Functional) || form.is_temporary {
        return None;
    }
    let village = form.unit_nature.as_deref().is_some_and(crate::codes::is_village_or_community);
    domain::org::term_years(category, village).map(i64::from)
}
