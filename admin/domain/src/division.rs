//! Administrative divisions: GB/T 2260, six digits.
//!
//! Shanghai is known to the district, with every code that was in force since the standard's counties got
//! their present numbers (1982), because identity numbers keep the prefix of the day they were given: of the
//! people born in 南汇县, all have 310225. Elsewhere the table knows the provinces, which is what a
//! destination and a prefix are asked for.
//!
//! Days: the State Council's replies for the changes since 2009; for earlier changes the standard tells the
//! year alone, so they are taken as of 1 January.

use chrono::NaiveDate;
use serde::Serialize;

use crate::dates::day;

/// A code and when it was in force.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    /// Six digits.
    pub code: &'static str,
    /// The full name.
    pub name: &'static str,
    /// First day in force; `None` where it was since the standard began (1980).
    pub valid_from: Option<NaiveDate>,
    /// First day no longer in force; `None` where it still is.
    pub valid_to: Option<NaiveDate>,
    /// The code that took its area over; only retired codes have one. It may be retired itself.
    pub successor: Option<&'static str>,
}

impl Division {
    /// Whether the code was in force on the day.
    pub fn in_force(&self, on: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= on) && self.valid_to.is_none_or(|to| on < to)
    }
}

/// In force from the beginning until today.
const fn always(code: &'static str, name: &'static str) -> Division {
    Division { code, name, valid_from: None, valid_to: None, successor: None }
}

/// In force from a day on.
const fn since(code: &'static str, name: &'static str, from: NaiveDate) -> Division {
    Division { code, name, valid_from: Some(from), valid_to: None, successor: None }
}

/// Retired: in force before `to`, whose area `successor` has.
const fn until(code: &'static str, name: &'static str, to: NaiveDate, successor: &'static str) -> Division {
    Division { code, name, valid_from: None, valid_to: Some(to), successor: Some(successor) }
}

/// 1 January, where only the year of a change is known.
const fn year(year: i32) -> NaiveDate {
    day(year, 1, 1)
}

/// 南汇区 joins 浦东新区 (国函〔2009〕54号).
const NANHUI: NaiveDate = day(2009, 4, 24);
/// 卢湾区 and 黄浦区 become 黄浦区.
const LUWAN: NaiveDate = day(2011, 5, 20);
/// 闸北区 and 静安区 become 静安区.
const ZHABEI: NaiveDate = day(2015, 10, 8);
/// 崇明县 becomes 崇明区.
const CHONGMING: NaiveDate = day(2016, 6, 8);

/// Shanghai: sixteen districts in force and all retired codes of districts and counties.
pub const SHANGHAI: [Division; 31] = [
    always("310101", "黄浦区"),
    until("310102", "南市区", year(2000), "310101"),
    until("310103", "卢湾区", LUWAN, "310101"),
    always("310104", "徐汇区"),
    always("310105", "长宁区"),
    always("310106", "静安区"),
    always("310107", "普陀区"),
    until("310108", "闸北区", ZHABEI, "310106"),
    always("310109", "虹口区"),
    always("310110", "杨浦区"),
    until("310111", "吴淞区", year(1988), "310113"),
    since("310112", "闵行区", year(1981)),
    since("310113", "宝山区", year(1988)),
    since("310114", "嘉定区", year(1992)),
    since("310115", "浦东新区", year(1992)),
    since("310116", "金山区", year(1997)),
    since("310117", "松江区", year(1998)),
    since("310118", "青浦区", year(1999)),
    Division { valid_from: Some(year(2001)), ..until("310119", "南汇区", NANHUI, "310115") },
    since("310120", "奉贤区", year(2001)),
    since("310151", "崇明区", CHONGMING),
    until("310221", "上海县", year(1992), "310112"),
    until("310222", "嘉定县", year(1992), "310114"),
    until("310223", "宝山县", year(1988), "310113"),
    until("310224", "川沙县", year(1992), "310115"),
    until("310225", "南汇县", year(2001), "310119"),
    until("310226", "奉贤县", year(2001), "310120"),
    until("310227", "松江县", year(1998), "310117"),
    until("310228", "金山县", year(1997), "310116"),
    until("310229", "青浦县", year(1999), "310118"),
    until("310230", "崇明县", CHONGMING, "310151"),
];

/// 市辖区: Shanghai's level between the city and its districts, which has no area of its own.
pub const SHANGHAI_DISTRICTS: Division = always("310100", "市辖区");

/// The 34 divisions at province level. 海南省 and 重庆市 got their codes in 1988 and 1997, 香港 and 澳门 on
/// their return.
pub const PROVINCES: [Division; 34] = [
    always("110000", "北京市"),
    always("120000", "天津市"),
    always("130000", "河北省"),
    always("140000", "山西省"),
    always("150000", "内蒙古自治区"),
    always("210000", "辽宁省"),
    always("220000", "吉林省"),
    always("230000", "黑龙江省"),
    always("310000", "上海市"),
    always("320000", "江苏省"),
    always("330000", "浙江省"),
    always("340000", "安徽省"),
    always("350000", "福建省"),
    always("360000", "江西省"),
    always("370000", "山东省"),
    always("410000", "河南省"),
    always("420000", "湖北省"),
    always("430000", "湖南省"),
    always("440000", "广东省"),
    always("450000", "广西壮族自治区"),
    since("460000", "海南省", year(1988)),
    since("500000", "重庆市", year(1997)),
    always("510000", "四川省"),
    always("520000", "贵州省"),
    always("530000", "云南省"),
    always("540000", "西藏自治区"),
    always("610000", "陕西省"),
    always("620000", "甘肃省"),
    always("630000", "青海省"),
    always("640000", "宁夏回族自治区"),
    always("650000", "新疆维吾尔自治区"),
    always("710000", "台湾省"),
    since("810000", "香港特别行政区", day(1997, 7, 1)),
    since("820000", "澳门特别行政区", day(1999, 12, 20)),
];

/// The division that `code` (6 digits, or 9 and 12 of a street or a village) meant or means, as it stood on
/// the day: a retired code gives the one that has its area then. Shanghai is resolved to the district; a code
/// of any other province gives the province. `None` where the code is unknown or was not in force yet.
pub fn resolve(code: &str, on: NaiveDate) -> Option<&'static Division> {
    if !matches!(code.len(), 6 | 9 | 12) || !code.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let county = &code[..6];
    let found = match county {
        "310000" => province(county),
        "310100" => Some(&SHANGHAI_DISTRICTS),
        _ if county.starts_with("31") => district(county),
        _ => province(county),
    };
    let mut division = found?;
    // A successor may be retired itself: 南汇县, 南汇区, 浦东新区. No chain leads back to its beginning.
    while division.valid_to.is_some_and(|to| to <= on) {
        division = district(division.successor?)?;
    }
    division.in_force(on).then_some(division)
}

/// Shanghai's districts in force on a day, in the order of their codes.
pub fn districts(on: NaiveDate) -> impl Iterator<Item = &'static Division> {
    SHANGHAI.iter().filter(move |it| it.in_force(on))
}

fn district(code: &str) -> Option<&'static Division> {
    SHANGHAI.iter().find(|it| it.code == code)
}

fn province(code: &str) -> Option<&'static Division> {
    PROVINCES.iter().find(|it| it.code[..2] == code[..2])
}

/// The prefix of identity numbers for tests and demonstrations. No division has it, so no such number is
/// anybody's.
pub const TEST_PREFIX: &str = "310199";

/// Which prefixes an identity number may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divisions {
    knows_test: bool,
}

impl Divisions {
    /// The real divisions only.
    pub const PRODUCTION: Self = Self { knows_test: false };
    /// The real divisions and [`TEST_PREFIX`].
    pub const DEMONSTRATION: Self = Self { knows_test: true };

    /// Whether an identity number may begin with these six digits: those of Shanghai when the district or
    /// county is or was one, any others when the province is known. A code's days aren't looked at: people
    /// born before a district existed have its code when their number was given later.
    pub fn accept(self, prefix: &str) -> bool {
        if prefix.len() != 6 || !prefix.bytes().all(|it| it.is_ascii_digit()) {
            return false;
        }
        if prefix.starts_with("31") {
            return district(prefix).is_some() || (self.knows_test && prefix == TEST_PREFIX);
        }
        province(prefix).is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TODAY: NaiveDate = day(2026, 11, 28);

    fn resolved(code: &str, on: NaiveDate) -> Option<&'static str> {
        resolve(code, on).map(|it| it.code)
    }

    #[test]
    fn sixteen_districts_are_in_force() {
        let codes: Vec<_> = districts(TODAY).map(|it| &it.code[2..]).collect();
        let listed = "0101 0104 0105 0106 0107 0109 0110 0112 0113 0114 0115 0116 0117 0118 0120 0151";
        assert_eq!(codes, listed.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn retired_codes_lead_to_a_district_in_force() {
        for (code, successor) in
            [("310103", "310101"), ("310108", "310106"), ("310119", "310115"), ("310230", "310151")]
        {
            assert_eq!(resolved(code, TODAY), Some(successor));
        }
        for division in &SHANGHAI {
            let now = resolve(division.code, TODAY).expect(division.code);
            assert!(now.in_force(TODAY));
            assert_eq!(now.code == division.code, division.valid_to.is_none());
            assert_eq!(division.valid_to.is_some(), division.successor.is_some());
        }
    }

    #[test]
    fn a_code_means_what_it_meant_on_the_day() {
        assert_eq!(resolved("310103", day(2011, 5, 19)), Some("310103"));
        assert_eq!(resolved("310103", day(2011, 5, 20)), Some("310101"));
        assert_eq!(resolved("310225", day(1999, 1, 1)), Some("310225"));
        assert_eq!(resolved("310225", day(2005, 1, 1)), Some("310119"));
        assert_eq!(resolved("310225", TODAY), Some("310115"));
        assert_eq!(resolved("310151", day(2016, 6, 7)), None, "not in force yet");
        assert_eq!(resolved("310151", day(2016, 6, 8)), Some("310151"));
        let names = |on| districts(on).map(|it| it.name).collect::<Vec<_>>();
        assert!(names(day(2016, 6, 7)).contains(&"崇明县"));
        let after = names(day(2016, 6, 8));
        assert!(after.contains(&"崇明区") && !after.contains(&"崇明县"));
    }

    #[test]
    fn streets_and_other_provinces_are_resolved_as_far_as_the_table_goes() {
        assert_eq!(resolved("310101002", TODAY), Some("310101"));
        assert_eq!(resolved("310101002003", TODAY), Some("310101"));
        assert_eq!(resolved("330106", TODAY), Some("330000"));
        assert_eq!(resolve("310000", TODAY).map(|it| it.name), Some("上海市"));
        for wrong in ["310199", "990000", "31010", "3101010", "31010x", "３１０１０１", ""] {
            assert_eq!(resolved(wrong, TODAY), None, "{wrong}");
        }
    }

    #[test]
    fn codes_stand_once_and_there_are_thirty_four_provinces() {
        let codes: BTreeSet<_> = SHANGHAI.iter().chain(&PROVINCES).map(|it| it.code).collect();
        assert_eq!(codes.len(), SHANGHAI.len() + 34);
    }

    #[test]
    fn only_a_demonstration_knows_the_test_prefix() {
        assert!(!Divisions::PRODUCTION.accept("310199"));
        assert!(Divisions::DEMONSTRATION.accept("310199"));
        for prefix in ["310101", "310225", "110105", "820000"] {
            assert!(Divisions::PRODUCTION.accept(prefix), "{prefix}");
        }
        for prefix in ["310000", "310231", "990101", "11010", "1101056"] {
            assert!(!Divisions::DEMONSTRATION.accept(prefix), "{prefix}");
        }
    }
}
