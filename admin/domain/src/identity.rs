//! The citizen identity number: GB 11643-1999.
//!
//! Six digits of the division, eight of the birth date, three in order (odd for men), one check character
//! (ISO 7064 MOD 11-2). Numbers of fifteen digits, given before 1999, lack the century and the check; they
//! are completed with 19.
//!
//! A number names one person, so the type never shows it by accident: `Debug` and `Display` mask it, and it
//! can't be serialised. Whoever needs it in full asks for [`Identity::in_full`].

use std::fmt;

use chrono::NaiveDate;

use crate::{Violation, codes::Gender, dates::day, division::Divisions};

/// The field in records that violations name.
const FIELD: &str = "id_card_no";

/// Weights of the first seventeen digits: 2^(18-place) mod 11 (GB 11643-1999, 4.3).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// The check character for each remainder.
const CHECKS: [u8; 11] = *b"10X98765432";

/// Nobody was born earlier than this.
const EARLIEST: NaiveDate = day(1900, 1, 1);

/// A valid number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Eighteen ASCII characters.
    number: String,
    birth: NaiveDate,
}

impl Identity {
    /// Reads a number as people type it: with spaces at the ends, in full-width characters, with a small x,
    /// with fifteen digits. `divisions` says which prefixes there are; `today` is the last possible day of
    /// birth.
    ///
    /// Errors, the first that applies: `ID-001` not eighteen (or fifteen) characters of the right kind,
    /// `ID-002` wrong check character, `ID-003` no such birth date, `ID-004` no such division.
    pub fn parse(text: &str, divisions: Divisions, today: NaiveDate) -> Result<Self, Violation> {
        let mut number: String = text.trim().chars().map(half_width).collect();
        if number.len() == 15 && number.bytes().all(|it| it.is_ascii_digit()) {
            number.insert_str(6, "19");
            number.extend(check_character(&number));
        }
        let right = match number.as_bytes() {
            [digits @ .., last] if digits.len() == 17 => {
                digits.iter().all(u8::is_ascii_digit) && (last.is_ascii_digit() || *last == b'X')
            }
            _ => false,
        };
        if !right {
            return Err(refuse("ID-001", "身份号码应为18位，前17位为数字，末位为数字或X"));
        }
        if check_character(&number[..17]) != number.chars().next_back() {
            return Err(refuse("ID-002", "身份号码校验位错误"));
        }
        let birth = NaiveDate::parse_from_str(&number[6..14], "%Y%m%d").ok();
        let Some(birth) = birth.filter(|it| (EARLIEST..=today).contains(it)) else {
            return Err(refuse("ID-003", "身份号码中的出生日期无效"));
        };
        if !divisions.accept(&number[..6]) {
            return Err(refuse("ID-004", "身份号码中的行政区划不存在"));
        }
        Ok(Self { number, birth })
    }

    /// The eighteen characters. For encryption and for the keyed hash; whoever shows it writes it down.
    pub fn in_full(&self) -> &str {
        &self.number
    }

    /// GB/T 2260 code of the place where the number was given; it may be retired.
    pub fn division(&self) -> &str {
        &self.number[..6]
    }

    /// The day of birth that the number says.
    pub fn birth_date(&self) -> NaiveDate {
        self.birth
    }

    /// Male for an odd seventeenth digit, female for an even one.
    pub fn gender(&self) -> Gender {
        if (self.number.as_bytes()[16] - b'0') % 2 == 1 { Gender::Male } else { Gender::Female }
    }

    /// Full years of age on a day; 0 before birth.
    pub fn age(&self, on: NaiveDate) -> u32 {
        on.years_since(self.birth).unwrap_or(0)
    }

    /// `310***********0013`: what back-office lists and exports show.
    pub fn masked(&self) -> String {
        mask(&self.number)
    }

    /// `**************0013`: what the front office shows.
    pub fn masked_to_tail(&self) -> String {
        mask_to_tail(&self.number)
    }

    /// Compares the record's own birth date and gender with the number's (data dictionary of the member,
    /// 1.4): another birth date is the error `PER-003`, another gender the warning `PER-004`, which the clerk
    /// may explain.
    pub fn check_record(&self, birth: NaiveDate, gender: Gender) -> Vec<Violation> {
        let mut found = Vec::new();
        if birth != self.birth {
            found.push(Violation::error("PER-003", "birth_date", "出生日期与身份号码第7至14位不一致"));
        }
        if gender != self.gender() {
            found.push(Violation::warning("PER-004", "gender", "性别与身份号码第17位不一致，请核对或说明"));
        }
        found
    }
}

impl fmt::Debug for Identity {
    /// Masked: numbers don't belong into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.masked_to_tail()).finish()
    }
}

impl fmt::Display for Identity {
    /// Masked, as [`Identity::masked`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Keeps the first three and the last four characters of a stored number, valid or not. Fewer than ten
/// characters are hidden altogether: what is kept would be most of them.
pub fn mask(number: &str) -> String {
    keep(number, 3)
}

/// Keeps the last four characters only, of ten or more.
pub fn mask_to_tail(number: &str) -> String {
    keep(number, 0)
}

fn keep(number: &str, front: usize) -> String {
    let count = number.chars().count();
    let shown = |place: usize| count >= 10 && (place < front || place + 4 >= count);
    number.chars().enumerate().map(|(place, c)| if shown(place) { c } else { '*' }).collect()
}

/// The check character for the first seventeen digits; `None` unless they are digits.
fn check_character(digits: &str) -> Option<char> {
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    Some(char::from(CHECKS[sum as usize % 11]))
}

/// Full-width digits and letters to ASCII, and x to X.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        'x' | 'ｘ' | 'Ｘ' => 'X',
        other => other,
    }
}

fn refuse(code: &'static str, message: &str) -> Violation {
    Violation::error(code, FIELD, message)
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const TODAY: NaiveDate = day(2026, 11, 28);

    fn code(text: &str) -> &'static str {
        Identity::parse(text, Divisions::PRODUCTION, TODAY).map_or_else(|it| it.code, |_| "")
    }

    fn read(text: &str) -> Identity {
        Identity::parse(text, Divisions::DEMONSTRATION, TODAY).expect(text)
    }

    #[test]
    fn the_vectors_of_the_standard_and_of_the_trade() {
        assert_eq!(code("11010519491231002X"), "");
        assert_eq!(code("310101190001019999"), "");
        assert_eq!(code("310112199913400012"), "ID-003");
        assert_eq!(code("310101190001019990"), "ID-002");
        for number in ["310199198001010013", "310199199012120028", "310199195607010030"] {
            assert_eq!(code(number), "ID-004", "production doesn't know the test prefix");
            assert_eq!(read(number).in_full(), number);
        }
    }

    #[test]
    fn what_people_type_is_read() {
        for text in [
            " 11010519491231002X ",
            "11010519491231002x",
            "１１０１０５１９４９１２３１００２ｘ",
            "\u{3000}11010519491231002X",
        ] {
            assert_eq!(read(text).in_full(), "11010519491231002X");
        }
        // The standard's example before its check and century were added.
        assert_eq!(read("110105491231002").in_full(), "11010519491231002X");
    }

    #[test]
    fn what_is_no_number_is_refused_by_its_form() {
        for text in [
            "",
            "1101051949123100",
            "11010519491231002XX",
            "1101051949123100AX",
            "X1010519491231002X",
            "身份证号码一二三四五六",
            "1101054912310 2",
        ] {
            assert_eq!(code(text), "ID-001", "{text}");
        }
    }

    #[test]
    fn a_birth_is_possible_from_1900_until_today() {
        let number = |date: &str| {
            let digits = format!("310199{date}001");
            format!("{digits}{}", check_character(&digits).unwrap())
        };
        let at = |date: &str| Identity::parse(&number(date), Divisions::DEMONSTRATION, TODAY).map_err(|it| it.code);
        assert!(at("19000101").is_ok() && at("20261128").is_ok() && at("20000229").is_ok());
        for date in ["18991231", "20261129", "20010229", "19990431", "19990000"] {
            assert_eq!(at(date), Err("ID-003"), "{date}");
        }
    }

    #[test]
    fn a_number_tells_birth_gender_and_place() {
        let man = read("310199198001010013");
        assert_eq!((man.birth_date(), man.gender(), man.division()), (day(1980, 1, 1), Gender::Male, "310199"));
        assert_eq!((man.age(day(2025, 12, 31)), man.age(day(2026, 1, 1))), (45, 46));
        assert_eq!(read("310199199012120028").gender(), Gender::Female);
        assert_eq!(man.check_record(day(1980, 1, 1), Gender::Male), []);
        let codes: Vec<_> = man.check_record(day(1980, 1, 2), Gender::Female).iter().map(|it| it.code).collect();
        assert_eq!(codes, ["PER-003", "PER-004"]);
    }

    #[test]
    fn masks_are_those_of_the_rules() {
        let man = read("310199198001010013");
        assert_eq!(man.masked(), "310***********0013");
        assert_eq!(man.masked_to_tail(), "**************0013");
        assert_eq!(format!("{man} {man:?}"), "310***********0013 Identity(\"**************0013\")");
        assert_eq!(mask("123456789"), "*********");
        assert_eq!(mask("身份证号填错了的十一字"), "身份证****的十一字");
    }

    /// ISO 7064 MOD 11-2 finds every wrong character and every exchange of neighbours.
    #[test]
    fn random_numbers_are_read_back_and_no_slip_passes() {
        let mut random = ChaCha8Rng::seed_from_u64(11_643);
        for _ in 0..500 {
            let birth = day(1900, 1, 1) + chrono::Days::new(random.random_range(0..46_000));
            let order: u32 = random.random_range(0..1000);
            let digits = format!("310199{}{order:03}", birth.format("%Y%m%d"));
            let number = format!("{digits}{}", check_character(&digits).unwrap());
            let identity = read(&number);
            assert_eq!((identity.in_full(), identity.birth_date()), (number.as_str(), birth));
            assert_eq!(identity.gender() == Gender::Male, order % 2 == 1);
            assert!(!format!("{identity:?}{identity}").contains(&number[6..14]));

            let place = random.random_range(0..17);
            let mut wrong = number.clone().into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + random.random_range(1..10)) % 10;
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(code(&wrong), "ID-002", "{wrong}");

            let mut swapped = number.clone().into_bytes();
            let place = random.random_range(0..16);
            swapped.swap(place, place + 1);
            let swapped = String::from_utf8(swapped).unwrap();
            assert!(swapped == number || code(&swapped) == "ID-002", "{swapped}");

            if birth.year() < 2000 {
                let short = format!("{}{}", &number[..6], &number[8..17]);
                assert_eq!(read(&short), identity);
            }
        }
    }
}
