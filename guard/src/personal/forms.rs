//! The forms that personal numbers and addresses have.

use std::sync::LazyLock;

use regex::Regex;

use super::Kind;

/// A form to look for. The expressions run over a [`Shadow`](super::shadow::Shadow), so they see ASCII
/// only. They are tried in order, and what an earlier one took no later one takes.
pub(super) struct Form {
    pub kind: Kind,
    pub expression: Regex,
    /// What the expression can't say.
    pub holds: Test,
}

/// What decides about something of the right shape.
type Test = fn(&Candidate) -> bool;

/// Something of the right shape.
pub(super) struct Candidate<'t> {
    /// As the shadow has it.
    pub ascii: &'t str,
    /// Its letters and digits alone.
    pub compact: String,
    /// The text in front of it.
    pub before: &'t str,
    /// The text behind it.
    pub after: &'t str,
}

/// Letters of a label that stand at most so many characters in front of a number.
const LABEL_REACH: usize = 12;

pub(super) static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let forms: [(Kind, &str, Test); 11] = [
        (Kind::Email, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", |_| true),
        // Region, birthday, order; people put spaces between the groups.
        (Kind::Identity, r"[1-8]\d{5}[ -]?(?:18|19|20)\d\d[ -]?DATE[ -]?\d{3}[ -]?[\dXx]", region),
        (Kind::Identity, r"[1-8]\d{5}[ -]?\d\dDATE[ -]?\d{3}", region),
        (Kind::BankCard, r"[3-69]\d{3}(?:[ -]?\d{4}){2,3}[ -]?\d{1,4}", luhn),
        // Before phones: H and ten digits would look like one.
        (Kind::TravelDocument, r"[EeGgCcTtLlHhMm]\d{8}", |it| !is_date(&it.compact[1..])),
        (Kind::TravelDocument, r"[EeCc][A-Za-z]\d{7}|[DdSsPp][Ee]\d{7}|[HhMm]\d{10}", |_| true),
        (Kind::TravelDocument, r"[A-Za-z]{1,2}\d{6}\([\dAa]\)", |_| true),
        // A mistyped number fails every test; after its label it counts all the same.
        (Kind::Identity, r"\d(?:[ -]?\d){13,16}[ -]?[\dXx]", |it| labelled(it, &["身份证", "证件号", "身份號"])),
        (Kind::BankCard, r"\d(?:[ -]?\d){14,18}", |it| labelled(it, &["银行卡", "卡号", "账号", "帐号"])),
        (Kind::Mobile, r"(?:(?:\+|00)?86[ -]{0,2})?1[ .-]?[3-9](?:[ .-]{0,2}\d){9}", mobile),
        (Kind::Landline, r"(?:\(AREA\)|AREA)[ -]{0,2}[2-9]\d{2,3}[ -]?\d{4}", |it| !it.before.ends_with(joins_numbers)),
    ];
    let compiled = forms.into_iter().map(|(kind, pattern, holds)| {
        let pattern = pattern
            .replace("DATE", r"(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])")
            .replace("AREA", r"0(?:10|2\d|[3-9]\d\d)");
        Form { kind, expression: Regex::new(&pattern).expect("an expression of ours"), holds }
    });
    compiled.collect()
});

/// The first two digits are a province (GB/T 2260; 81–83: residence permits of 港澳台 residents).
fn region(it: &Candidate) -> bool {
    let provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 \
                     81 82 83";
    provinces.split_whitespace().any(|code| it.compact.starts_with(code))
}

/// 15 to 19 digits, the last being the check digit of ISO/IEC 7812 (Luhn).
fn luhn(it: &Candidate) -> bool {
    let digits = it.compact.bytes().rev().map(|c| u32::from(c - b'0'));
    let sum: u32 =
        digits.enumerate().map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 % 10 + digit / 5 }).sum();
    (15..=19).contains(&it.compact.len()) && sum.is_multiple_of(10)
}

/// A number that can't be read as something else: groups as people write them, and no amount.
fn mobile(it: &Candidate) -> bool {
    // Without 86 and what may stand around it; the eleven digits are at the end.
    let mut digits = it.ascii.char_indices().rev().filter(|c| c.1.is_ascii_digit());
    let Some((start, _)) = digits.nth(10) else { return false };
    let number = &it.ascii[start..];
    let groups: Vec<usize> = number.split([' ', '.', '-']).map(str::len).filter(|it| *it > 0).collect();
    // 138 0013 8000 or 1 3 8 0 0 …, but not 139 2026-11-25; with points 138.0013.8000, but not 1380.0138000.
    let as_people_write = groups.iter().all(|it| *it >= 3) || groups.len() == 11;
    let decimal = groups.len() == 2 && number.contains('.');
    let amount = it.after.trim_start().starts_with(['元', '万', '亿', '块', '人'])
        || it.before.trim_end().ends_with(['¥', '￥', '$']);
    as_people_write && !decimal && !amount
}

fn labelled(it: &Candidate, labels: &[&str]) -> bool {
    let start = it.before.char_indices().rev().nth(LABEL_REACH - 1).map_or(0, |it| it.0);
    labels.iter().any(|label| it.before[start..].contains(label))
}

/// What stands between the parts of a date or a longer number.
fn joins_numbers(c: char) -> bool {
    matches!(c, '-' | '.' | '/' | '－' | '—')
}

/// Eight digits that are a day between 1900 and 2099.
fn is_date(digits: &str) -> bool {
    let date = chrono::NaiveDate::parse_from_str(digits, "%Y%m%d");
    (digits.starts_with("19") || digits.starts_with("20")) && date.is_ok()
}
