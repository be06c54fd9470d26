//! A member as read, as filled in, and as written.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    address,
    codes::Gender,
    identity::{self, Identity},
    member::{MembershipStatus, PersonCategory},
    phone,
};
use seal::{KeyRing, Kind, Place};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use store::Value;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// Every column of `party_member`, in the order in which rows are written.
macro_rules! columns {
    () => {
        "id, national_uuid, name, id_card_no, id_card_look_up, gender, nation, birth_date, native_place, education, \
         degree, marital_status, person_category, membership_status, suspended_on, branch_id, branch_path, \
         party_group_id, join_date, join_type, conversion_date, work_start_date, job_post, employer_unit_id, \
         employer_name, duty, new_job_group, mobile, mobile_look_up, phone_abroad, residence_address, \
         residence_division, archive_location, is_mobile, is_lost_contact, lost_contact_on, on_probation_in_party, \
         rights_suspended, rectification_until, dues_paid_until, photo_file_id, specialties, volunteer_intent, source, \
         version, created_by, created_at, updated_at"
    };
}
pub(crate) use columns;

/// How many they are.
pub(crate) const COLUMNS: usize = 48;

const TABLE: &str = "party_member";

/// What is written encrypted, in plain. On an update, `None` leaves what is there. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Secrets {
    /// 公民身份号码.
    pub id_card_no: Option<String>,
    /// Mobile number of the mainland.
    pub mobile: Option<String>,
    /// Number abroad, with `+`.
    pub phone_abroad: Option<String>,
    /// Address.
    pub residence_address: Option<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// What people fill in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Id in the national base.
    pub national_uuid: Option<String>,
    /// Name.
    pub name: String,
    /// Identity number, telephones, address.
    #[serde(default, skip_serializing)]
    pub secrets: Secrets,
    /// Gender.
    pub gender: Gender,
    /// GB/T 3304.
    pub nation: String,
    /// Day of birth.
    pub birth_date: NaiveDate,
    /// GB/T 2260.
    pub native_place: Option<String>,
    /// GB/T 4658.
    pub education: String,
    /// GB/T 6864, 1 to 3 digits.
    pub degree: Option<String>,
    /// GB/T 2261.2; asked for where care is given.
    pub marital_status: Option<String>,
    /// The group of the branch.
    pub party_group_id: Option<String>,
    /// Day of joining.
    pub join_date: NaiveDate,
    /// Code of [`crate::codes::JOIN_TYPE`].
    pub join_type: String,
    /// Day of becoming a full member.
    pub conversion_date: Option<NaiveDate>,
    /// First day of work.
    pub work_start_date: Option<NaiveDate>,
    /// Post or personal status; its dictionary isn't fixed yet.
    pub job_post: String,
    /// Employer in our tables.
    pub employer_unit_id: Option<String>,
    /// Employer's name.
    pub employer_name: Option<String>,
    /// Duty there.
    pub duty: Option<String>,
    /// Code of [`crate::codes::NEW_JOB_GROUP`].
    pub new_job_group: Option<String>,
    /// Division of the address: 6, 9 or 12 digits.
    pub residence_division: String,
    /// Where the file lies.
    pub archive_location: Option<String>,
    /// Since when contact is lost.
    pub lost_contact_on: Option<NaiveDate>,
    /// Month up to which dues are paid, `yyyymm`.
    pub dues_paid_until: Option<String>,
    /// Photograph.
    pub photo_file_id: Option<String>,
    /// What the member is good at.
    pub specialties: Vec<String>,
    /// What the member would do as a volunteer.
    pub volunteer_intent: Option<String>,
}

/// A member to be entered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Registration {
    /// The branch of the formal relation.
    pub branch_id: String,
    /// Probationary or full.
    pub person_category: PersonCategory,
    /// Code of [`crate::codes::SOURCE`].
    pub source: String,
    /// Everything else.
    pub form: Form,
}

/// A member as given out: numbers and address masked. Codes are the texts of the database.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns are those of Form and of the migration, where each is explained")]
#[expect(clippy::struct_excessive_bools, reason = "independent marks, each a column")]
pub struct Member {
    pub id: String,
    pub national_uuid: Option<String>,
    pub name: String,
    pub id_card_no: String,
    #[serde(skip)]
    pub(crate) id_card_look_up: String,
    pub gender: String,
    pub nation: String,
    pub birth_date: NaiveDate,
    pub native_place: Option<String>,
    pub education: String,
    pub degree: Option<String>,
    pub marital_status: Option<String>,
    pub person_category: String,
    pub membership_status: String,
    pub suspended_on: Option<NaiveDate>,
    pub branch_id: String,
    pub branch_path: String,
    pub party_group_id: Option<String>,
    pub join_date: NaiveDate,
    pub join_type: String,
    pub conversion_date: Option<NaiveDate>,
    pub work_start_date: Option<NaiveDate>,
    pub job_post: String,
    pub employer_unit_id: Option<String>,
    pub employer_name: Option<String>,
    pub duty: Option<String>,
    pub new_job_group: Option<String>,
    pub mobile: Option<String>,
    #[serde(skip)]
    pub(crate) mobile_look_up: Option<String>,
    pub phone_abroad: Option<String>,
    pub residence_address: String,
    pub residence_division: String,
    pub archive_location: Option<String>,
    pub is_mobile: bool,
    pub is_lost_contact: bool,
    pub lost_contact_on: Option<NaiveDate>,
    pub on_probation_in_party: bool,
    pub rights_suspended: bool,
    pub rectification_until: Option<NaiveDate>,
    pub dues_paid_until: Option<String>,
    pub photo_file_id: Option<String>,
    pub specialties: Json<Vec<String>>,
    pub volunteer_intent: Option<String>,
    pub source: String,
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Member {
    /// Probationary or full.
    pub fn category(&self) -> Result<PersonCategory> {
        PersonCategory::from_code(&self.person_category).ok_or(Error::Unreadable("party_member.person_category"))
    }

    /// What became of the membership.
    pub fn status(&self) -> Result<MembershipStatus> {
        MembershipStatus::from_code(&self.membership_status).ok_or(Error::Unreadable("party_member.membership_status"))
    }

    /// Opens one of the row's own cells. Only on a row as it was read.
    pub(crate) fn open(&self, keys: &KeyRing, column: &'static str, cell: &str) -> Result<Zeroizing<String>> {
        Ok(keys.decrypt(&Place::new(TABLE, column, &self.id), cell)?)
    }

    /// Puts masks in the place of cells: every row that leaves this crate goes through here.
    pub(crate) fn masked(mut self, keys: &KeyRing) -> Result<Self> {
        self.id_card_no = identity::mask(&self.open(keys, "id_card_no", &self.id_card_no)?);
        self.residence_address = address::mask(&self.open(keys, "residence_address", &self.residence_address)?);
        if let Some(cell) = &self.mobile {
            self.mobile = Some(phone::mask(&self.open(keys, "mobile", cell)?));
        }
        if let Some(cell) = &self.phone_abroad {
            self.phone_abroad = Some(phone::mask(&self.open(keys, "phone_abroad", cell)?));
        }
        Ok(self)
    }
}

/// The four cells and two look-ups of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cells {
    pub id_card_no: String,
    pub id_card_look_up: String,
    pub mobile: Option<String>,
    pub mobile_look_up: Option<String>,
    pub phone_abroad: Option<String>,
    pub residence_address: String,
}

impl Cells {
    /// Encrypts what is there, for the row `id`; what isn't is taken from the row `before`.
    pub fn seal(keys: &KeyRing, id: &str, plain: &Plain, before: Option<&Member>) -> Result<Self> {
        let cell = |column, value: &Option<String>| -> Result<Option<String>> {
            Ok(value.as_deref().map(|it| keys.encrypt(&Place::new(TABLE, column, id), it)).transpose()?)
        };
        let of_identity = plain.identity.as_ref().map(|it| keys.look_up(Kind::IdNumber, it.in_full()));
        let of_mobile = plain.mobile.as_deref().map(|it| keys.look_up(Kind::Mobile, it));
        let number = plain.identity.as_ref().map(|it| it.in_full().to_owned());
        Ok(Self {
            id_card_no: or_before(cell("id_card_no", &number)?, before, |it| &it.id_card_no),
            id_card_look_up: or_before(of_identity, before, |it| &it.id_card_look_up),
            mobile: cell("mobile", &plain.mobile)?.or_else(|| before?.mobile.clone()),
            mobile_look_up: of_mobile.or_else(|| before?.mobile_look_up.clone()),
            phone_abroad: cell("phone_abroad", &plain.phone_abroad)?.or_else(|| before?.phone_abroad.clone()),
            residence_address: or_before(cell("residence_address", &plain.residence_address)?, before, |it| {
                &it.residence_address
            }),
        })
    }
}

fn or_before(new: Option<String>, before: Option<&Member>, old: fn(&Member) -> &String) -> String {
    new.or_else(|| before.map(|it| old(it).clone())).unwrap_or_default()
}

/// Secrets that were found to be right, in their one spelling.
#[derive(Clone, Default)]
pub(crate) struct Plain {
    pub identity: Option<Identity>,
    pub mobile: Option<String>,
    pub phone_abroad: Option<String>,
    pub residence_address: Option<String>,
}

/// What a row has besides its form.
pub(crate) struct Own<'a> {
    pub id: &'a str,
    pub category: PersonCategory,
    pub status: MembershipStatus,
    pub suspended_on: Option<NaiveDate>,
    pub branch_id: &'a str,
    pub branch_path: &'a str,
    pub source: &'a str,
    pub created_by: &'a str,
    pub at: DateTime<Utc>,
}

/// A value for each of [`columns`]. Marks that other modules set begin unset.
pub(crate) fn values(own: &Own<'_>, form: &Form, cells: Cells) -> Vec<Value> {
    vec![
        own.id.into(),
        form.national_uuid.clone().into(),
        form.name.as_str().into(),
        cells.id_card_no.into(),
        cells.id_card_look_up.into(),
        form.gender.code().into(),
        form.nation.as_str().into(),
        form.birth_date.into(),
        form.native_place.clone().into(),
        form.education.as_str().into(),
        form.degree.clone().into(),
        form.marital_status.clone().into(),
        own.category.code().into(),
        own.status.code().into(),
        own.suspended_on.into(),
        own.branch_id.into(),
        own.branch_path.into(),
        form.party_group_id.clone().into(),
        form.join_date.into(),
        form.join_type.as_str().into(),
        form.conversion_date.into(),
        form.work_start_date.into(),
        form.job_post.as_str().into(),
        form.employer_unit_id.clone().into(),
        form.employer_name.clone().into(),
        form.duty.clone().into(),
        form.new_job_group.clone().into(),
        cells.mobile.into(),
        cells.mobile_look_up.into(),
        cells.phone_abroad.into(),
        cells.residence_address.into(),
        form.residence_division.as_str().into(),
        form.archive_location.clone().into(),
        false.into(),
        form.lost_contact_on.is_some().into(),
        form.lost_contact_on.into(),
        false.into(),
        false.into(),
        Value::Date(None),
        form.dues_paid_until.clone().into(),
        form.photo_file_id.clone().into(),
        Value::Json(Some(serde_json::json!(form.specialties))),
        form.volunteer_intent.clone().into(),
        own.source.into(),
        1_i64.into(),
        own.created_by.into(),
        own.at.into(),
        own.at.into(),
    ]
}
