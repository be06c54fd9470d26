//! One made-up member.

use chrono::{Days, Months, NaiveDate};
use domain::{
    codes::Gender,
    dates::add_months,
    division::{Divisions, TEST_PREFIX},
    identity::Identity,
    member::{MembershipStatus, PersonCategory},
    standing::era_of,
};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::{
    city::{City, Table, id},
    words,
};
use crate::members::{Form, Secrets};

/// Years between the oldest and today.
const OLDEST: u32 = 86;
/// Years between the youngest and today.
const YOUNGEST: u32 = 20;
/// A prime: going through the places of a table in steps of it visits every one once.
const STEP: u64 = 15_485_863;

/// A member of the made-up city.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Id of the row.
    pub id: String,
    /// Probationary or full.
    pub category: PersonCategory,
    /// What became of the membership.
    pub status: MembershipStatus,
    /// The day of the last change of membership, where there was one; its id is that of the row of the history.
    pub changed: Option<(String, NaiveDate)>,
    /// The form, with identity number, telephone and address in plain.
    pub form: Form,
}

/// The member with this number in the city, the `place`th of the branch. Whoever has one of the first three places
/// is a full member in force, so that every branch can be a branch.
pub(super) fn person(city: &City, random: &mut ChaCha8Rng, index: u64, place: u64) -> Option<Person> {
    let today = city.today;
    let identity = identity(city, index)?;
    let birth = identity.birth_date();
    let is_founder = place < 3;

    let first = add_months(birth, 18 * 12);
    let newest = if is_founder { today - Months::new(13) } else { today };
    let last = add_months(birth, 50 * 12).min(newest);
    let span = (last - first).num_days().max(0) as u64;
    let join = first + Days::new(random.random_range(0..=span));
    let probation = era_of(join)?.shortest;
    let converted = add_months(join, probation);
    let category = if converted <= today { PersonCategory::Full } else { PersonCategory::Probationary };
    let conversion = (category == PersonCategory::Full).then_some(converted);

    let gone = random.random_range(0..200_u32);
    let (status, changed_on) = match gone {
        0 if !is_founder && converted + Months::new(24) < today => {
            (MembershipStatus::Suspended, Some(today - Months::new(random.random_range(1..20))))
        }
        1 if !is_founder && birth + Months::new(60 * 12) < today && converted < today => {
            (MembershipStatus::Deceased, Some(today - Days::new(random.random_range(0..300))))
        }
        _ => (MembershipStatus::Normal, None),
    };
    // Nobody's membership changes before it began.
    let changed_on = changed_on.map(|it| it.max(converted));
    let lost_on = (status == MembershipStatus::Suspended).then(|| changed_on.map(|it| it - Months::new(7))).flatten();
    let age = today.years_since(birth).unwrap_or(0);
    let job = if age >= 60 { 5 } else { random.random_range(0..words::POSTS.len()) };
    let (nation, education) = (nation(random), education(random, age));
    Some(Person {
        id: id(Table::Member, index),
        category,
        status,
        changed: changed_on.map(|on| (id(Table::Change, index), on)),
        form: Form {
            national_uuid: None,
            name: name(random, identity.gender()),
            secrets: Secrets {
                id_card_no: Some(identity.in_full().to_owned()),
                // 140 is given to things, in thirteen digits: a number of eleven rings nowhere.
                mobile: Some(format!("140{:08}", index % 100_000_000)),
                phone_abroad: None,
                residence_address: Some(format!("上海市示例区示例街道示例路{}弄{}号", index % 997 + 1, index % 89 + 1)),
            },
            gender: identity.gender(),
            nation: nation.to_owned(),
            birth_date: birth,
            native_place: Some(["310000", "320000", "330000", "340000"][random.random_range(0..4)].to_owned()),
            education: education.to_owned(),
            degree: (education == "21").then(|| "4".to_owned()),
            marital_status: None,
            party_group_id: None,
            join_date: join,
            join_type: "new".to_owned(),
            conversion_date: conversion,
            work_start_date: None,
            job_post: words::POSTS[job].to_owned(),
            employer_unit_id: None,
            employer_name: None,
            duty: None,
            new_job_group: (age < 50 && random.random_range(0..40) == 0).then(|| "delivery".to_owned()),
            residence_division: "310000".to_owned(),
            archive_location: None,
            lost_contact_on: lost_on,
            dues_paid_until: Some(today.format("%Y%m").to_string()),
            photo_file_id: None,
            specialties: Vec::new(),
            volunteer_intent: None,
        },
    })
}

/// A number that nobody else of the city has: members go through all days and orders in steps.
fn identity(city: &City, index: u64) -> Option<Identity> {
    let first = city.today.checked_sub_months(Months::new(OLDEST * 12))?;
    let last = city.today.checked_sub_months(Months::new(YOUNGEST * 12))?;
    let places = (last - first).num_days() as u64 * 1000;
    let place = (city.seed % places + index * STEP % places) % places;
    let birth = first + Days::new(place / 1000);
    let digits = format!("{TEST_PREFIX}{}{:03}", birth.format("%Y%m%d"), place % 1000);
    // One of the eleven check characters fits; the rule stands in `domain` alone.
    let fits = |it| Identity::parse(&format!("{digits}{it}"), Divisions::DEMONSTRATION, city.today).ok();
    "0123456789X".chars().find_map(fits)
}

fn name(random: &mut ChaCha8Rng, gender: Gender) -> String {
    let given = if gender == Gender::Male { &words::MEN } else { &words::WOMEN };
    let mut name = words::SURNAMES[random.random_range(0..words::SURNAMES.len())].to_owned();
    for _ in 0..random.random_range(1..=2_u32) {
        name.push_str(given[random.random_range(0..given.len())]);
    }
    name
}

fn nation(random: &mut ChaCha8Rng) -> &'static str {
    match random.random_range(0..100_u32) {
        0 => "03",
        1 => "11",
        2 => "15",
        3 => "02",
        _ => "01",
    }
}

fn education(random: &mut ChaCha8Rng, age: u32) -> &'static str {
    let older: &[&str] = &["71", "81", "61", "41", "31"];
    let younger: &[&str] = &["21", "21", "21", "31", "14", "11", "41"];
    let of_age = if age >= 60 { older } else { younger };
    of_age[random.random_range(0..of_age.len())]
}
