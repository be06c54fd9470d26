//! Days in Chinese texts.

use chrono::NaiveDate;
use knowledge::text::numerals;

/// A year, a month or a day found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub year: i32,
    /// The exact day; `None` if the text names only a year or a month.
    pub day: Option<NaiveDate>,
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

/// Reads a whole text as a day: 2018-10-01, 2018/10/1, 2018年10月1日, 二〇一八年十月一日.
pub(crate) fn parse(text: &str) -> Option<NaiveDate> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if let [found] = find(&text)[..] {
        return found.day.filter(|_| found.start == 0 && found.end == text.len());
    }
    let parts: Vec<u32> = text.split(['-', '/', '.']).map(numerals::parse).collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    if year < 1000 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// Finds what has a year in a text without white space, in order.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices('年') {
        let digits = text[..at].chars().rev().take_while(|c| numerals::is_numeral(*c)).take(4);
        let start = at - digits.map(char::len_utf8).sum::<usize>();
        let Some(year) = numerals::parse(&text[start..at]).filter(|it| (1900..2200).contains(it)) else { continue };
        let mut end = at + '年'.len_utf8();
        let mut day = None;
        // 2018年8月 stays without a day: a day is never guessed.
        if let Some((month, month_end)) = number_before(text, end, '月') {
            end = month_end;
            if let Some((date, date_end)) = number_before(text, end, '日') {
                end = date_end;
                day = NaiveDate::from_ymd_opt(year.cast_signed(), month, date);
            }
        }
        all.push(Found { year: year.cast_signed(), day, start, end });
    }
    all
}

/// A number right at `from` with `unit` behind it; gives it and the place after the unit.
fn number_before(text: &str, from: usize, unit: char) -> Option<(u32, usize)> {
    let rest = &text[from..];
    let at = rest.find(|c: char| !numerals::is_numeral(c))?;
    rest[at..].starts_with(unit).then_some(())?;
    Some((numerals::parse(&rest[..at])?, from + at + unit.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_days() {
        let day = NaiveDate::from_ymd_opt(2018, 10, 1);
        for text in [
            "2018-10-01",
            "2018/10/1",
            "2018年10月1日",
            "二〇一八年十月一日",
            " 2018 年 10 月 1 日",
            "２０１８年１０月１日",
        ] {
            assert_eq!(parse(text), day, "{text}");
        }
        for text in ["2018-13-01", "2018年10月", "2018", "昨天", "2018年10月1日起", "18-10-01", "2018年2月30日"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_within_sentences() {
        let found = find("经2018年8月修订，自2018年10月1日起施行");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].year, found[0].day), (2018, None));
        assert_eq!(found[1].day, NaiveDate::from_ymd_opt(2018, 10, 1));
        assert!(find("预备期为一年，三十年前").is_empty());
    }
}
