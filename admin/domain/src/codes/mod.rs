//! National code sets, as tables. Records keep the code; pages show the name.

mod education;
mod nation;
mod person;

pub use education::{EDUCATION, EducationGroup, education_group};
pub use nation::NATION;
pub use person::{DEGREE, GENDER, Gender, MARITAL_STATUS};

use serde::Serialize;

/// One code of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The code, with its leading zeros.
    pub code: &'static str,
    /// The Chinese name.
    pub name: &'static str,
}

/// A standard's codes, in the order of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeSet {
    /// What the interface calls the set.
    pub code: &'static str,
    /// What pages call it.
    pub title: &'static str,
    /// The standard that it is taken from.
    pub standard: &'static str,
    /// The codes.
    pub items: &'static [Item],
}

impl CodeSet {
    /// The name for a code; `None` where the set hasn't got it.
    pub fn name(&self, code: &str) -> Option<&'static str> {
        self.items.iter().find(|it| it.code == code).map(|it| it.name)
    }

    /// The code for a name written as in the standard; `None` where the set hasn't got it.
    pub fn code_of(&self, name: &str) -> Option<&'static str> {
        self.items.iter().find(|it| it.name == name).map(|it| it.code)
    }
}

/// All sets.
pub const SETS: [&CodeSet; 5] = [&NATION, &EDUCATION, &GENDER, &MARITAL_STATUS, &DEGREE];

/// The set with this code; `None` where there is none.
pub fn set(code: &str) -> Option<&'static CodeSet> {
    SETS.into_iter().find(|it| it.code == code)
}

const fn item(code: &'static str, name: &'static str) -> Item {
    Item { code, name }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_stand_once_in_a_set() {
        for set in SETS {
            let codes: BTreeSet<_> = set.items.iter().map(|it| it.code).collect();
            let names: BTreeSet<_> = set.items.iter().map(|it| it.name).collect();
            assert_eq!((codes.len(), names.len()), (set.items.len(), set.items.len()), "{}", set.code);
            for item in set.items {
                assert_eq!(set.name(item.code), Some(item.name));
                assert_eq!(set.code_of(item.name), Some(item.code));
            }
        }
        assert_eq!(SETS.iter().map(|it| it.code).collect::<BTreeSet<_>>().len(), SETS.len());
    }

    #[test]
    fn sets_are_found_by_their_code() {
        assert_eq!(set("nation").and_then(|it| it.name("56")), Some("基诺族"));
        assert_eq!(set("nation").and_then(|it| it.name("1")), None, "leading zeros belong to the code");
        assert!(set("nations").is_none());
    }
}
