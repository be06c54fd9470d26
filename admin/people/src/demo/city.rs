//! The tree of the made-up city: districts, streets, committees, general branches, branches, and the grids.
//!
//! ```text
//! municipal committee ─ 16 district committees ─ streets and towns ─┬─ committee ─┬─ general branch ─ branch
//!                                                                   └─ branch     └─ branch
//! ```

use std::ops::Range;

use chrono::{Months, NaiveDate};
use domain::{
    division::{self, Division},
    org::{FormationMode, OrgCategory, WorkCommitteeKind, term_years},
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::{
    person::{Person, person},
    words,
};
use crate::{codes::is_village_or_community, orgs};

/// Members of a branch on average.
const PER_BRANCH: u64 = 20;
/// Branches under one committee, when there are enough.
const PER_COMMITTEE: u64 = 12;
/// Fewest branches that get a committee of their own.
const FEWEST: u64 = 5;
/// Branches under one general branch.
const PER_GENERAL: u64 = 4;
/// Branches of a street on average, before there are more streets.
const PER_STREET: u64 = 40;
const DISTRICTS: u64 = 16;
/// Grids of a street.
const GRIDS: u64 = 3;

/// Ids of rows: of the form of a UUID of version 7 from early 2022, so that whatever is entered later is newer.
const FIRST_ID: u128 = 0x0180_0000_0000_7000_8000_0000_0000_0000;

/// The id of the `n`th row of a table.
pub(super) fn id(table: Table, n: u64) -> String {
    Uuid::from_u128(FIRST_ID + ((table as u128) << 48) + u128::from(n)).to_string()
}

/// Tables with ids.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Org = 1,
    Grid = 2,
    Member = 3,
    Change = 4,
    Unit = 5,
}

/// The whole city, ready to be walked through.
#[derive(Debug, Clone)]
pub struct City {
    pub(super) seed: u64,
    pub(super) members: u64,
    pub(super) today: NaiveDate,
    branches: u64,
    streets_per_district: u64,
    districts: Vec<&'static Division>,
}

/// An organisation of it.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoOrg {
    /// Id of the row.
    pub id: String,
    /// Number in paths.
    pub no: i64,
    /// National code, made up.
    pub org_code: String,
    /// Full name.
    pub full_name: String,
    /// Its kind.
    pub category: OrgCategory,
    /// What stands above it.
    pub parent_id: Option<String>,
    /// Its path.
    pub path: String,
    /// Everything else.
    pub form: orgs::Form,
    /// For branches: which one of the city, and which members are in it.
    pub branch: Option<(u64, Range<u64>)>,
}

/// A grid of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoGrid {
    /// Id of the row.
    pub id: String,
    /// Code.
    pub grid_code: String,
    /// Name.
    pub name: String,
    /// The street's committee.
    pub street_org_id: String,
    /// The street's division.
    pub division_code: String,
}

/// A street or town with everything in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    /// Nine digits, of which the last three begin with 9.
    pub division_code: String,
    /// Its name.
    pub name: String,
    /// Its committee first, then what is below, every one after what it stands under.
    pub orgs: Vec<DemoOrg>,
    /// Its grids.
    pub grids: Vec<DemoGrid>,
}

impl City {
    /// A city with exactly so many members, as of `today`.
    pub fn new(seed: u64, members: u64, today: NaiveDate) -> Self {
        let branches = (members / PER_BRANCH).max(1);
        let most = words::STREET_ENDS.len() as u64;
        let streets_per_district = (branches / PER_STREET / DISTRICTS).clamp(1, most);
        let districts = division::districts(today).collect();
        Self { seed, members, today, branches, streets_per_district, districts }
    }

    /// The municipal committee and the sixteen district committees.
    pub fn top(&self) -> Vec<DemoOrg> {
        let name = "中国共产党示例上海市委员会".to_owned();
        let mut orgs = vec![self.org(1, None, OrgCategory::MunicipalCommittee, name, form("310000"))];
        for (district, no) in self.districts.iter().zip(2..) {
            let name = format!("中国共产党示例上海市{}委员会", district.name);
            orgs.push(self.org(no, Some(&orgs[0]), OrgCategory::DistrictCommittee, name, form(district.code)));
        }
        orgs
    }

    /// Every street, in the order of the districts.
    pub fn streets(&self) -> impl Iterator<Item = Street> {
        let count = self.districts.len() as u64 * self.streets_per_district;
        let mut next_no = self.districts.len() as i64 + 2;
        let top = self.top();
        (0..count).map(move |at| {
            let district = (at / self.streets_per_district) as usize;
            let branches = at * self.branches / count..(at + 1) * self.branches / count;
            let street = self.street(at, &top[district + 1], next_no, branches);
            next_no += street.orgs.len() as i64;
            street
        })
    }

    /// The members of a branch.
    pub fn people(&self, branch: &DemoOrg) -> Vec<Person> {
        let Some((number, members)) = branch.branch.clone() else {
            return Vec::new();
        };
        let mut random = self.random(1, number);
        let first = members.start;
        members.filter_map(|index| person(self, &mut random, index, index - first)).collect()
    }

    /// Randomness of its own for every part, so that nothing depends on the order of the walk.
    fn random(&self, part: u64, number: u64) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream((number << 2) | part);
        random
    }

    fn street(&self, at: u64, district: &DemoOrg, first_no: i64, branches: Range<u64>) -> Street {
        let within = at % self.streets_per_district;
        let division_code = format!("{}9{:02}", district.form.division_code, within + 1);
        let begin = words::STREETS[(at / self.streets_per_district) as usize % words::STREETS.len()];
        let is_town = within % 3 == 2;
        let kind = if is_town { "镇" } else { "街道" };
        let name = format!("{begin}{}{kind}", words::STREET_ENDS[within as usize % words::STREET_ENDS.len()]);

        let mut orgs: Vec<DemoOrg> = Vec::new();
        let mut own = form(&division_code);
        own.short_name = Some(name.clone());
        let (category, ending) = if is_town {
            (OrgCategory::TownCommittee, "委员会")
        } else {
            own.work_kind = Some(WorkCommitteeKind::Subdistrict);
            (OrgCategory::WorkCommittee, "工作委员会")
        };
        orgs.push(self.org(first_no, Some(district), category, format!("中国共产党{name}{ending}"), own));
        let grids = grids(at, &orgs[0], &name);
        let mut random = self.random(0, at);
        let count = branches.end - branches.start;
        for number in branches.clone() {
            let place = number - branches.start;
            let parent = self.above(&mut orgs, first_no, place, count, &name);
            let no = first_no + orgs.len() as i64;
            let grid = &grids[(place % GRIDS) as usize];
            let branch = self.branch(&mut random, no, &orgs[parent], number, place, (&name, &grid.id));
            orgs.push(branch);
        }
        Street { division_code, name, orgs, grids }
    }

    /// Where the committee or general branch stands under which a street's `place`th branch belongs; it is made
    /// with its first branch.
    fn above(&self, orgs: &mut Vec<DemoOrg>, first_no: i64, place: u64, count: u64, street: &str) -> usize {
        let (group, within) = (place / PER_COMMITTEE, place % PER_COMMITTEE);
        let size = (count - group * PER_COMMITTEE).min(PER_COMMITTEE);
        if size < FEWEST {
            return 0;
        }
        let last = |orgs: &[DemoOrg], category| orgs.iter().rposition(|it| it.category == category).unwrap_or(0);
        let found = |orgs: &mut Vec<DemoOrg>, parent: usize, category, name: String| {
            let own = DemoOrg { branch: None, ..orgs[parent].clone() };
            let mut form = form(&own.form.division_code);
            elected(&mut form, category, self.today - Months::new(30));
            let no = first_no + orgs.len() as i64;
            orgs.push(self.org(no, Some(&own), category, name, form));
        };
        if within == 0 {
            let name = format!("中国共产党{street}第{}联合委员会", group + 1);
            found(orgs, 0, OrgCategory::GrassrootsCommittee, name);
        }
        let committee = last(orgs, OrgCategory::GrassrootsCommittee);
        if within >= size / PER_GENERAL * PER_GENERAL || within >= 2 * PER_GENERAL {
            return committee;
        }
        if within % PER_GENERAL == 0 {
            let number = group * 2 + within / PER_GENERAL + 1;
            let name = format!("中国共产党{street}第{number}片区总支部委员会");
            found(orgs, committee, OrgCategory::GeneralBranch, name);
        }
        last(orgs, OrgCategory::GeneralBranch)
    }

    fn branch(
        &self,
        random: &mut ChaCha8Rng,
        no: i64,
        parent: &DemoOrg,
        number: u64,
        place: u64,
        (street, grid): (&str, &str),
    ) -> DemoOrg {
        let members = self.members_of(number);
        let (trade, nature) = words::TRADES[random.random_range(0..words::TRADES.len())];
        let unit = words::UNITS[place as usize % words::UNITS.len()];
        let round = place / words::UNITS.len() as u64;
        let again = if round > 0 { format!("第{}", round + 1) } else { String::new() };
        let is_joint = random.random_range(0..9) == 0;
        let (category, mode, ending) = if is_joint {
            (OrgCategory::JointBranch, FormationMode::Joint, "联合支部委员会")
        } else {
            (OrgCategory::Branch, FormationMode::Independent, "支部委员会")
        };
        let mut own = form(&parent.form.division_code);
        own.short_name = Some(format!("{unit}{again}{trade}党支部"));
        own.formation_mode = Some(mode);
        own.unit_nature = Some(nature.to_owned());
        own.is_new_domain = matches!(nature, "private" | "social_org");
        own.grid_id = Some(grid.to_owned());
        let units = if is_joint { random.random_range(2..=5) } else { 1 };
        own.host_unit_ids = (0..units).map(|it| id(Table::Unit, number * 8 + it)).collect();
        own.has_committee = members.end - members.start >= 7;
        own.secretary_member_id = (!members.is_empty()).then(|| id(Table::Member, members.start));
        elected(&mut own, category, self.today - Months::new(random.random_range(0..30)));
        let name = format!("中国共产党{street}{unit}{again}{trade}{ending}");
        DemoOrg { branch: Some((number, members)), ..self.org(no, Some(parent), category, name, own) }
    }

    /// Members of a branch: the average, more in one of two neighbours and fewer in the other.
    fn members_of(&self, number: u64) -> Range<u64> {
        let (size, more) = (self.members / self.branches, self.members % self.branches);
        let start = |it: u64| {
            let even = it * size + it.min(more);
            let paired = it % 2 == 1 && it < self.branches;
            // Half of the average at most, so that no branch becomes too small.
            if paired { even + self.random(2, it / 2).random_range(0..=size / 2) } else { even }
        };
        start(number)..start(number + 1)
    }

    fn org(
        &self,
        no: i64,
        parent: Option<&DemoOrg>,
        category: OrgCategory,
        full_name: String,
        mut form: orgs::Form,
    ) -> DemoOrg {
        form.established_on = self.today.checked_sub_months(Months::new(96));
        form.approval_doc_no = Some(format!("示组〔2018〕{no}号"));
        form.approved_by_org_id = parent.map(|it| it.id.clone());
        DemoOrg {
            id: id(Table::Org, no as u64),
            no,
            org_code: format!("310199{no:06}"),
            full_name,
            category,
            parent_id: parent.map(|it| it.id.clone()),
            path: format!("{}{no}.", parent.map_or("", |it| it.path.as_str())),
            form,
            branch: None,
        }
    }
}

/// Gives an elected organisation the term that began on a day.
fn elected(form: &mut orgs::Form, category: OrgCategory, since: NaiveDate) {
    let village = form.unit_nature.as_deref().is_some_and(is_village_or_community);
    if let Some(years) = term_years(category, village) {
        form.term_years = Some(i64::from(years));
        form.term_no = Some(1);
        form.term_start = Some(since);
        form.term_end = since.checked_add_months(Months::new(years * 12));
    }
}

fn form(division_code: &str) -> orgs::Form {
    orgs::Form::new("territorial", division_code)
}

fn grids(at: u64, street: &DemoOrg, name: &str) -> Vec<DemoGrid> {
    let division_code = &street.form.division_code;
    let grid = |it: u64| DemoGrid {
        id: id(Table::Grid, at * GRIDS + it),
        grid_code: format!("{division_code}01{it:03}"),
        name: format!("{name}第{}网格", it + 1),
        street_org_id: street.id.clone(),
        division_code: division_code.clone(),
    };
    (0..GRIDS).map(grid).collect()
}
