//! Schooling: GB/T 4658-2006, and the groups in which it is counted.

use super::{CodeSet, Item, item};
use crate::coded::coded;

/// Schooling by degree of completion.
pub const EDUCATION: CodeSet =
    CodeSet { code: "education", title: "学历", standard: "GB/T 4658-2006", items: EDUCATIONS };

const EDUCATIONS: &[Item] = &[
    item("10", "研究生教育"),
    item("11", "博士研究生毕业"),
    item("12", "博士研究生结业"),
    item("13", "博士研究生肄业"),
    item("14", "硕士研究生毕业"),
    item("15", "硕士研究生结业"),
    item("16", "硕士研究生肄业"),
    item("17", "研究生班毕业"),
    item("18", "研究生班结业"),
    item("19", "研究生班肄业"),
    item("20", "大学本科教育"),
    item("21", "大学本科毕业"),
    item("22", "大学本科结业"),
    item("23", "大学本科肄业"),
    item("28", "大学普通班毕业"),
    item("30", "大学专科教育"),
    item("31", "大学专科毕业"),
    item("32", "大学专科结业"),
    item("33", "大学专科肄业"),
    item("40", "中等职业教育"),
    item("41", "中等专科毕业"),
    item("42", "中等专科结业"),
    item("43", "中等专科肄业"),
    item("44", "职业高中毕业"),
    item("45", "职业高中结业"),
    item("46", "职业高中肄业"),
    item("47", "技工学校毕业"),
    item("48", "技工学校结业"),
    item("49", "技工学校肄业"),
    item("60", "普通高级中学教育"),
    item("61", "普通高中毕业"),
    item("62", "普通高中结业"),
    item("63", "普通高中肄业"),
    item("70", "初级中学教育"),
    item("71", "初中毕业"),
    item("73", "初中肄业"),
    item("80", "小学教育"),
    item("81", "小学毕业"),
    item("83", "小学肄业"),
    item("90", "其他"),
];

coded! {
    /// How statistics group schooling (data dictionary, 1.6).
    EducationGroup {
        /// 10–19.
        Postgraduate = "postgraduate" "研究生",
        /// 20–28.
        Bachelor = "bachelor" "大学本科",
        /// 30–33.
        College = "college" "大学专科",
        /// 40–63.
        Secondary = "secondary" "高中、中专",
        /// 70–90.
        JuniorBelow = "junior_below" "初中及以下",
    }
}

/// The group of a code of [`EDUCATION`]; `None` for any other text.
pub fn education_group(code: &str) -> Option<EducationGroup> {
    EDUCATION.name(code)?;
    match code.as_bytes()[0] {
        b'1' => Some(EducationGroup::Postgraduate),
        b'2' => Some(EducationGroup::Bachelor),
        b'3' => Some(EducationGroup::College),
        b'4'..=b'6' => Some(EducationGroup::Secondary),
        _ => Some(EducationGroup::JuniorBelow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_dictionary() {
        let codes: Vec<_> = EDUCATIONS.iter().map(|it| it.code).collect();
        let listed = "10 11 12 13 14 15 16 17 18 19 20 21 22 23 28 30 31 32 33 40 41 42 43 44 45 46 47 48 49 \
                      60 61 62 63 70 71 73 80 81 83 90";
        assert_eq!(codes.join(" "), listed);
    }

    #[test]
    fn every_code_has_its_group() {
        for (first, last, group) in [
            (10, 19, EducationGroup::Postgraduate),
            (20, 28, EducationGroup::Bachelor),
            (30, 33, EducationGroup::College),
            (40, 63, EducationGroup::Secondary),
            (70, 90, EducationGroup::JuniorBelow),
        ] {
            for item in EDUCATIONS.iter().filter(|it| (first..=last).contains(&it.code.parse().unwrap_or(0))) {
                assert_eq!(education_group(item.code), Some(group), "{}", item.code);
            }
        }
        assert_eq!(education_group("29"), None);
        assert_eq!(education_group(""), None);
    }
}
