//! Whether an answer rests on the version that held on the day asked about, and says so where another one
//! might be meant.
//!
//! Our own definition: a case counts as right when it cites something, when everything cited was in force
//! on that day, and when the note on versions is there exactly where the case wants it.

use chrono::NaiveDate;

use crate::run::Fraction;

/// The days on which a cited version held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day; `None` where nobody knows: it then held ever since.
    pub from: Option<NaiveDate>,
    /// The first day on which it no longer held; `None` while it does.
    pub until: Option<NaiveDate>,
}

impl Validity {
    /// Whether it held on `day`.
    pub fn held_on(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// 1 of 1 or 0 of 1. `cited`: validity of each citation; `day`: the day asked about; `note_due`: whether
/// the answer has to carry a note on versions, `None` where the case doesn't say; `noted`: whether it does.
///
/// For cases that want an answer: without a citation there is no version, and the case counts as wrong.
pub fn correct(cited: &[Validity], day: NaiveDate, note_due: Option<bool>, noted: bool) -> Fraction {
    let right = !cited.is_empty() && cited.iter().all(|it| it.held_on(day)) && note_due.is_none_or(|due| due == noted);
    Fraction::of_one(if right { 1.0 } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_version_of_the_day_and_its_note_are_wanted() {
        let old = Validity { from: Some(day("2014-05-28")), until: Some(day("2026-05-11")) };
        let new = Validity { from: Some(day("2026-05-11")), until: None };
        let unknown = Validity { from: None, until: None };
        for (cited, asked, due, noted, expected) in [
            (&[new][..], "2026-05-11", None, false, 1.0),
            (&[old], "2026-05-10", None, false, 1.0),
            // The last day of the old one is the day before the new one's first.
            (&[old], "2026-05-11", None, false, 0.0),
            (&[new], "2026-05-10", None, false, 0.0),
            (&[old], "2014-05-27", None, false, 0.0),
            // One wrong citation is enough.
            (&[new, old], "2026-11-01", None, false, 0.0),
            (&[old, unknown], "2020-01-01", Some(true), true, 1.0),
            (&[old], "2020-01-01", Some(true), false, 0.0),
            (&[new], "2026-11-01", Some(false), true, 0.0),
            (&[], "2026-11-01", None, false, 0.0),
        ] {
            let figure = correct(cited, day(asked), due, noted);
            assert_eq!(figure, Fraction::of_one(expected), "{cited:?} {asked} {due:?} {noted}");
        }
    }
}
