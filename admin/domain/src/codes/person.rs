//! What else standards say of a person: gender, marital status, degree.

use super::{CodeSet, Item, item};
use crate::coded::coded;

coded! {
    /// Gender: GB/T 2261.1-2003.
    Gender {
        /// Not known.
        Unknown = "0" "未知的性别",
        /// Male.
        Male = "1" "男性",
        /// Female.
        Female = "2" "女性",
        /// Not told.
        Unspecified = "9" "未说明的性别",
    }
}

/// Gender, the table of [`Gender`].
pub const GENDER: CodeSet = CodeSet { code: "gender", title: "性别", standard: "GB/T 2261.1-2003", items: GENDERS };

const GENDERS: &[Item] = &[
    item(Gender::Unknown.code(), Gender::Unknown.title()),
    item(Gender::Male.code(), Gender::Male.title()),
    item(Gender::Female.code(), Gender::Female.title()),
    item(Gender::Unspecified.code(), Gender::Unspecified.title()),
];

/// Marital status. Asked for only where care and help are given.
pub const MARITAL_STATUS: CodeSet =
    CodeSet { code: "marital_status", title: "婚姻状况", standard: "GB/T 2261.2-2003", items: MARITAL };

const MARITAL: &[Item] = &[
    item("10", "未婚"),
    item("20", "已婚"),
    item("21", "初婚"),
    item("22", "再婚"),
    item("23", "复婚"),
    item("30", "丧偶"),
    item("40", "离婚"),
    item("90", "未说明的婚姻状况"),
];

/// Degrees by level. The standard's codes of three digits, which name the field as well, begin with these.
pub const DEGREE: CodeSet = CodeSet { code: "degree", title: "学位", standard: "GB/T 6864-2003", items: DEGREES };

const DEGREES: &[Item] = &[item("1", "名誉博士"), item("2", "博士"), item("3", "硕士"), item("4", "学士")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_genders_is_whole() {
        let codes: Vec<_> = Gender::ALL.iter().map(|it| (it.code(), it.title())).collect();
        assert_eq!(codes, GENDERS.iter().map(|it| (it.code, it.name)).collect::<Vec<_>>());
        assert_eq!(GENDER.name("1"), Some("男性"));
        assert_eq!(MARITAL_STATUS.name("30"), Some("丧偶"));
    }
}
