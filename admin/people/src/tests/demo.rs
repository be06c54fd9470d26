use std::collections::BTreeSet;

use domain::{
    division::Divisions,
    identity::Identity,
    member::{Dates, MembershipStatus, PersonCategory, StatusChange, check_change, check_dates},
    org::{BranchFacts, FormationMode, OrgCategory, check_branch, check_name},
    phone, standing,
};
use store::testing;

use super::{CITY, day, desk, raw, ring};
use crate::{
    Error,
    demo::{City, DemoOrg, Person, Street, fill},
    members::{self, columns},
    orgs,
};

const SEED: u64 = 7;
const MEMBERS: u64 = 2_000;

fn city(seed: u64, members: u64) -> (Vec<DemoOrg>, Vec<Street>, Vec<Person>) {
    let city = City::new(seed, members, day(2026, 11, 1));
    let streets: Vec<Street> = city.streets().collect();
    let people = streets.iter().flat_map(|it| &it.orgs).flat_map(|it| city.people(it)).collect();
    (city.top(), streets, people)
}

#[test]
fn every_rule_holds_for_everybody() {
    let today = day(2026, 11, 1);
    let (_, _, people) = city(SEED, MEMBERS);
    assert_eq!(people.len() as u64, MEMBERS);
    for person in &people {
        let (form, secrets) = (&person.form, &person.form.secrets);
        let number = secrets.id_card_no.as_deref().unwrap();
        let identity = Identity::parse(number, Divisions::DEMONSTRATION, today).unwrap();
        assert_eq!(identity.division(), "310199", "nobody's number");
        assert_eq!(Identity::parse(number, Divisions::PRODUCTION, today).unwrap_err().code, "ID-004");
        assert_eq!(identity.check_record(form.birth_date, form.gender), []);
        let mut found = Vec::new();
        members::check_form(person.category, form, None, Divisions::DEMONSTRATION, today, &mut found);
        assert_eq!(found, [], "not even a warning");
        assert!(phone::parse_mobile(secrets.mobile.as_deref().unwrap()).is_ok());
        let (birth, join, conversion) = (form.birth_date, form.join_date, form.conversion_date);
        assert_eq!(check_dates(&Dates { category: person.category, birth, join, conversion }, today), [], "{person:?}");
        if conversion.is_some() {
            let record = standing::Record { join, conversion, suspended: &[], exclude_suspended: true };
            assert!(standing::standing(&record).is_ok(), "{person:?}");
        }
        if let Some((_, on)) = &person.changed {
            let change = StatusChange {
                category: person.category,
                from: MembershipStatus::Normal,
                to: person.status,
                effective_on: *on,
                suspended_on: None,
                document_attached: true,
                approval_doc_no: "示组〔2026〕1号",
            };
            assert_eq!(check_change(&change), [], "{person:?}");
            assert!(*on >= join && *on <= today, "{person:?}");
        }
        assert_eq!(person.status == MembershipStatus::Normal, person.changed.is_none());
    }
    let numbers: BTreeSet<_> = people.iter().map(|it| &it.form.secrets.id_card_no).collect();
    assert_eq!(numbers.len() as u64, MEMBERS, "nobody twice");
    let of = |status| people.iter().filter(|it| it.status == status).count();
    assert!(of(MembershipStatus::Suspended) > 0 && of(MembershipStatus::Deceased) > 0);
    assert!(people.iter().any(|it| it.category == PersonCategory::Probationary));
    assert!(people.iter().map(|it| &it.form.name).collect::<BTreeSet<_>>().len() > 500, "names differ");
}

#[test]
fn every_organisation_stands_where_it_may_and_every_branch_is_one() {
    let today = day(2026, 11, 1);
    let (top, streets, _) = city(SEED, MEMBERS);
    assert_eq!((top.len(), streets.len()), (17, 16));
    let all: Vec<&DemoOrg> = top.iter().chain(streets.iter().flat_map(|it| &it.orgs)).collect();
    let city = City::new(SEED, MEMBERS, today);
    for org in &all {
        let parent = org.parent_id.as_ref().map(|id| *all.iter().find(|it| it.id == *id).expect("a parent"));
        let path = format!("{}{}.", parent.map_or("", |it| it.path.as_str()), org.no);
        assert_eq!(org.path, path);
        assert!(parent.is_none_or(|it| org.category.parents().contains(&it.category)), "{org:?}");
        assert_eq!(check_name(&org.full_name), None);
        if !org.category.is_branch() {
            continue;
        }
        let people = city.people(org);
        let counted = |it: &&Person| it.status.counts();
        let facts = BranchFacts {
            category: org.category,
            formation_mode: org.form.formation_mode.unwrap_or(FormationMode::Independent),
            full_members: people.iter().filter(counted).filter(|it| it.category == PersonCategory::Full).count() as u32,
            total_members: people.iter().filter(counted).count() as u32,
            host_units: org.form.host_unit_ids.len() as u32,
            units_explanation: "",
            has_committee: org.form.has_committee,
            few_since: None,
        };
        assert_eq!(check_branch(&facts, today), [], "{org:?}");
    }
    for category in [OrgCategory::GrassrootsCommittee, OrgCategory::GeneralBranch, OrgCategory::JointBranch] {
        assert!(all.iter().any(|it| it.category == category), "{category}");
    }
    let (numbers, codes): (BTreeSet<_>, BTreeSet<_>) = all.iter().map(|it| (it.no, &it.org_code)).unzip();
    assert_eq!((numbers.len(), codes.len()), (all.len(), all.len()));
}

#[test]
fn a_seed_is_a_city() {
    assert_eq!(city(SEED, 500), city(SEED, 500));
    assert_ne!(city(SEED, 500).2, city(SEED + 1, 500).2);
    for members in [0, 1, 19, 20, 39, 41, 12_345] {
        assert_eq!(city(3, members).2.len() as u64, members, "exactly so many");
    }
}

/// Two million members: their numbers are all different. Nobody is built, only the ranges of branches are looked at.
#[test]
fn a_large_city_has_streets_for_everybody() {
    let city = City::new(SEED, 2_200_000, day(2026, 11, 1));
    let (mut streets, mut branches, mut members, mut next) = (0, 0, 0, 0);
    for street in city.streets() {
        streets += 1;
        for (_, range) in street.orgs.iter().filter_map(|it| it.branch.as_ref()) {
            assert_eq!(range.start, next, "no gap and no overlap");
            next = range.end;
            branches += 1;
            members += range.end - range.start;
        }
    }
    assert_eq!((streets, branches, members), (224, 110_000, 2_200_000));
}

#[tokio::test]
async fn the_same_seed_fills_both_databases_with_the_same_rows() {
    // Cells differ: their nonces are random. Look-ups don't, under one key.
    let open: Vec<&str> = columns!().split(", ").map(str::trim).collect();
    let cells = ["id_card_no", "mobile", "phone_abroad", "residence_address"];
    let open: Vec<&str> = open.into_iter().filter(|it| !cells.contains(it)).collect();
    // Booleans and moments are written differently by the two.
    let open: Vec<&str> = open.into_iter().filter(|it| !it.starts_with("is_") && !it.ends_with("_at")).collect();
    let open: Vec<&str> =
        open.into_iter().filter(|it| !matches!(*it, "on_probation_in_party" | "rights_suspended")).collect();
    let keys = ring();
    let mut seen: Vec<Vec<Vec<String>>> = Vec::new();
    let mut stores = testing::stores().await;
    stores.push(testing::sqlite().await);
    for it in stores {
        let store = &it.store;
        let desk = desk(store, &keys);
        let mut told = 0;
        let report = fill(&desk, SEED, MEMBERS, |members| told = members).await.unwrap();
        assert_eq!((report.members, told), (MEMBERS, MEMBERS), "{}", it.name);
        let counts = members::counts(store, CITY).await.unwrap();
        assert_eq!(counts.iter().map(|it| it.members).sum::<i64>(), MEMBERS as i64, "{}", it.name);
        let orgs = orgs::subtree(store, "1.", "", 10_000).await.unwrap();
        assert_eq!(orgs.len() as u64, report.orgs, "{}", it.name);
        assert!(matches!(fill(&desk, SEED, 1, |_| ()).await, Err(Error::NotEmpty)), "{}", it.name);
        // What is founded next gets the next number.
        let district = &orgs.iter().find(|it| it.no == 2).unwrap().id;
        let next = super::found(&desk, Some(district), OrgCategory::GrassrootsCommittee, "新").await;
        assert_eq!(orgs::by_id(store, &next).await.unwrap().no as u64, report.orgs + 1, "{}", it.name);
        assert!(!raw(&it, "membership_change", "id").await.is_empty(), "{}", it.name);
        seen.push(raw(&it, "party_member", &open.join(", ")).await);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}
