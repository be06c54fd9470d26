//! The unified social credit code: GB 32100-2015.
//!
//! One character of the registering department, one of the kind, six digits of the place of registration,
//! nine characters of the organisation code (GB 11714-1997) and one check character. The place of
//! registration is not the place of business: grids are assigned by the latter.

use std::fmt;

use crate::{Violation, coded::coded};

/// The field in records that violations name.
const FIELD: &str = "uscc";

/// The thirty-one characters, without I, O, S, V and Z; their place is their value (GB 32100-2015, 5.2).
const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the first seventeen characters: 3^(place-1) mod 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Weights of an organisation code's first eight characters (GB 11714-1997).
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

coded! {
    /// What kind of body a code belongs to, by its first two characters.
    Subject {
        /// 91.
        Enterprise = "enterprise" "企业",
        /// 92.
        IndividualBusiness = "individual_biz" "个体工商户",
        /// 93.
        FarmCooperative = "farm_coop" "农民专业合作社",
        /// 51.
        SocialGroup = "social_group" "社会团体",
        /// 52.
        PrivateNonenterprise = "private_nonenterprise" "社会服务机构（民办非企业单位）",
        /// 53.
        Foundation = "foundation" "基金会",
        /// 31.
        LawFirm = "law_firm" "律师执业机构",
        /// 11.
        StateOrgan = "state_organ" "机关",
        /// 12.
        PublicInstitution = "public_institution" "事业单位",
        /// Any other pair: the clerk chooses.
        Other = "other" "其他",
    }
}

/// A valid code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code as people type it: with spaces at the ends, in small or full-width characters. `ENT-001`
    /// where its form or its check character is wrong.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let code: String = text.trim().chars().map(half_width).collect();
        let refused = || Violation::error("ENT-001", FIELD, "统一社会信用代码校验失败");
        if code.len() != 18 || !code.bytes().skip(2).take(6).all(|it| it.is_ascii_digit()) {
            return Err(refused());
        }
        match check_character(&code) {
            Some(check) if code.ends_with(check) => Ok(Self(code)),
            _ => Err(refused()),
        }
    }

    /// The eighteen characters. They are public and not masked.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of body it is.
    pub fn subject(&self) -> Subject {
        match &self.0[..2] {
            "91" => Subject::Enterprise,
            "92" => Subject::IndividualBusiness,
            "93" => Subject::FarmCooperative,
            "51" => Subject::SocialGroup,
            "52" => Subject::PrivateNonenterprise,
            "53" => Subject::Foundation,
            "31" => Subject::LawFirm,
            "11" => Subject::StateOrgan,
            "12" => Subject::PublicInstitution,
            _ => Subject::Other,
        }
    }

    /// GB/T 2260 code of the place of registration.
    pub fn registration_division(&self) -> &str {
        &self.0[2..8]
    }

    /// The organisation code: nine characters.
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }

    /// Everything that is odd about a valid code in the registers of emerging fields: `ENT-004` (error) for
    /// organs and public institutions, `ENT-008` (warning) where the organisation code's own check character
    /// (GB 11714) disagrees, which some old codes do.
    pub fn check(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        if matches!(self.subject(), Subject::StateOrgan | Subject::PublicInstitution) {
            found.push(Violation::error("ENT-004", FIELD, "机关事业单位不纳入新兴领域市场主体"));
        }
        if !self.organisation_code().ends_with(organisation_check(self.organisation_code())) {
            found.push(Violation::warning("ENT-008", FIELD, "第9至17位组织机构代码的校验位不符，请核对"));
        }
        found
    }
}

impl fmt::Display for CreditCode {
    /// The eighteen characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The check character for the first seventeen; `None` where one isn't among the thirty-one.
fn check_character(code: &str) -> Option<char> {
    let mut sum = 0;
    for (character, weight) in code.bytes().zip(WEIGHTS) {
        sum += CHARACTERS.iter().position(|it| *it == character)? * weight;
    }
    Some(char::from(CHARACTERS[(31 - sum % 31) % 31]))
}

/// GB 11714: letters count from A = 10; the remainder's complement to 11, with X for 10 and 0 for 11.
fn organisation_check(code: &str) -> char {
    let sum: u32 = code.chars().filter_map(|it| it.to_digit(36)).zip(ORGANISATION_WEIGHTS).map(|(it, w)| it * w).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    }
}

/// Full-width characters to ASCII, small letters to capitals.
fn half_width(c: char) -> char {
    let c = match c {
        '！'..='～' => char::from((c as u32 - '！' as u32) as u8 + b'!'),
        other => other,
    };
    c.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn codes(code: &str) -> Vec<&'static str> {
        CreditCode::parse(code).expect(code).check().iter().map(|it| it.code).collect()
    }

    #[test]
    fn the_vectors_pass_both_checks() {
        for (code, subject) in [
            ("91350100M000100Y43", Subject::Enterprise),
            ("91310000MA0000007L", Subject::Enterprise),
            ("52310000MJ000000XA", Subject::PrivateNonenterprise),
            ("31310000MD00000084", Subject::LawFirm),
        ] {
            let read = CreditCode::parse(code).expect(code);
            assert_eq!((read.as_str(), read.subject(), codes(code)), (code, subject, vec![]));
        }
        let read = CreditCode::parse(" ９１３１0000ma0000007l ").unwrap();
        assert_eq!(read.to_string(), "91310000MA0000007L");
        assert_eq!((read.registration_division(), read.organisation_code()), ("310000", "MA0000007"));
    }

    #[test]
    fn wrong_codes_are_refused() {
        for code in [
            "",
            "91310000MA0000007M",
            "91310000MA000000",
            "9131000OMA0000007L",
            "91310000MI0000007L",
            "信用代码信用代码",
        ] {
            let refused = CreditCode::parse(code).unwrap_err();
            assert_eq!((refused.code, refused.field), ("ENT-001", "uscc"), "{code}");
        }
    }

    #[test]
    fn the_place_of_registration_has_digits_only() {
        // A letter anywhere in it is refused, though the check character is right.
        for place in 2..8 {
            let mut code = String::from("91310000MA0000007");
            code.replace_range(place..=place, "A");
            code.extend(check_character(&code));
            assert!(CreditCode::parse(&code).is_err(), "{code}");
        }
    }

    #[test]
    fn organisation_codes_end_in_ten_and_eleven_too() {
        // One 8 in the last place weighs 16: 11 - 5 = 6. 4 in the third weighs 36: 11 - 3 = 8. 5 in the last
        // weighs 10: 11 - 10 = 1. 6 weighs 12: 11 - 1 = 10. Nothing weighs 0: 11.
        for (code, check) in
            [("00000008", '6'), ("00400000", '8'), ("00000005", '1'), ("00000006", 'X'), ("00000000", '0')]
        {
            assert_eq!(organisation_check(code), check, "{code}");
        }
    }

    #[test]
    fn a_wrong_organisation_code_is_a_warning_and_an_organ_an_error() {
        // MA0000007 has the right check character, MA0000008 hasn't.
        let with_check = |code: &str| format!("{code}{}", check_character(code).unwrap());
        assert_eq!(codes(&with_check("91310000MA0000008")), ["ENT-008"]);
        assert_eq!(codes(&with_check("11310000MA0000007")), ["ENT-004"]);
        assert_eq!(codes(&with_check("12310000MA0000007")), ["ENT-004"]);
        assert_eq!(CreditCode::parse(&with_check("13310000MA0000007")).unwrap().subject(), Subject::Other);
    }

    #[test]
    fn random_codes_are_read_back_and_no_slip_passes() {
        let mut random = ChaCha8Rng::seed_from_u64(32_100);
        for _ in 0..500 {
            let mut code = String::from("91310000");
            for _ in 0..9 {
                code.push(char::from(CHARACTERS[random.random_range(0..31)]));
            }
            code.extend(check_character(&code));
            assert_eq!(CreditCode::parse(&code).expect(&code).as_str(), code);
            let place = random.random_range(8..18);
            let value = CHARACTERS.iter().position(|it| *it == code.as_bytes()[place]).unwrap();
            let mut wrong = code.into_bytes();
            wrong[place] = CHARACTERS[(value + random.random_range(1..31)) % 31];
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(CreditCode::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
