//! Passwords: how they are kept (argon2id, RFC 9106) and which are good enough.
//!
//! The policy is that of 等保三级 (GB/T 22239-2019: complexity, changed ones not used again) with at least
//! twelve characters. Patterns that guessing programs try first are found by rule, not by a long list.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::Violation;

use crate::error::{Error, Result};

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most characters: more only cost time.
pub const LONGEST: usize = 128;
/// A new password differs from this many before it, the present one counted.
pub const REMEMBERED: usize = 5;
/// Fewest characters that no pattern explains, a pattern counting as one.
const OWN: usize = 6;

/// What a guess costs. Stored with every hash, so that changing it leaves old passwords valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// 19 MiB, 2 passes, 1 lane: the smallest that OWASP's Password Storage Cheat Sheet recommends.
    /// Under a tenth of a second of one core, so that a few logins at once don't stop a small server.
    fn default() -> Self {
        Self { memory: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST, lanes: Params::DEFAULT_P_COST }
    }
}

impl Cost {
    /// The cheapest that the algorithm takes: for tests alone.
    pub const CHEAPEST: Self = Self { memory: Params::MIN_M_COST, passes: 1, lanes: 1 };

    fn hasher(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory, self.passes, self.lanes, None).map_err(failed)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

/// The hash of `password` with a fresh salt, as a PHC string (`$argon2id$v=19$m=…`). Slow on purpose: to be
/// called where blocking is allowed.
///
/// # Errors
/// [`Error::Hash`] for impossible parameters.
pub fn hash(password: &str, cost: Cost) -> Result<String> {
    Ok(cost.hasher()?.hash_password(password.as_bytes()).map_err(failed)?.to_string())
}

/// Whether `password` is the one of `hash`, at the cost that stands in the hash. Slow on purpose.
///
/// # Errors
/// [`Error::Hash`] where the stored text is no hash.
pub fn is_right(password: &str, hash: &str) -> Result<bool> {
    let parsed = PasswordHash::new(hash).map_err(failed)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// Whether `hash` was made at this cost.
///
/// # Errors
/// [`Error::Hash`] where the stored text is no hash.
pub fn has_cost(hash: &str, cost: Cost) -> Result<bool> {
    let kept = Params::try_from(&PasswordHash::new(hash).map_err(failed)?).map_err(failed)?;
    Ok((kept.m_cost(), kept.t_cost(), kept.p_cost()) == (cost.memory, cost.passes, cost.lanes))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Hash(error.to_string())
}

/// Everything that is wrong with `password` for the account `login_name`, at once; `old` are the hashes of
/// its last [`REMEMBERED`] passwords. Slow where there are any.
///
/// - `ACC-001` shorter than 12 characters, `ACC-002` longer than 128
/// - `ACC-003` fewer than three of: small letters, capitals, digits, others
/// - `ACC-004` holds the login name
/// - `ACC-005` made of common words, years, runs and repetitions
/// - `ACC-006` used before
///
/// # Errors
/// [`Error::Hash`] where one of `old` is no hash.
pub fn violations(password: &str, login_name: &str, old: &[String]) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    let mut wrong = |code, message: String| found.push(Violation::error(code, "password", message));
    let count = password.chars().count();
    if count < SHORTEST {
        wrong("ACC-001", format!("口令至少 {SHORTEST} 个字符"));
    }
    if count > LONGEST {
        wrong("ACC-002", format!("口令最多 {LONGEST} 个字符"));
        // Nothing below need look at megabytes.
        return Ok(found);
    }
    if classes(password) < 3 {
        wrong("ACC-003", "口令须含小写字母、大写字母、数字、其他字符中的至少三类".to_owned());
    }
    let name = login_name.to_lowercase();
    // A name of two letters stands in many a good password.
    if name.chars().count() >= 3 && password.to_lowercase().contains(&name) {
        wrong("ACC-004", "口令不能包含登录名".to_owned());
    }
    if own(password) < OWN {
        wrong("ACC-005", "口令过于常见：请少用常见词、年份、连续或重复的字符".to_owned());
    }
    for hash in old.iter().take(REMEMBERED) {
        if is_right(password, hash)? {
            wrong("ACC-006", format!("不能与最近 {REMEMBERED} 次使用过的口令相同"));
            break;
        }
    }
    Ok(found)
}

/// How many of the four classes of characters there are.
fn classes(password: &str) -> usize {
    let has = |of: fn(char) -> bool| usize::from(password.chars().any(of));
    let other = |it: char| !it.is_ascii_alphanumeric();
    has(|it| it.is_ascii_lowercase()) + has(|it| it.is_ascii_uppercase()) + has(|it| it.is_ascii_digit()) + has(other)
}

/// Words that people put into passwords here, in letters (see [`unmasked`]).
const WORDS: [&str; 26] = [
    "administrator",
    "gongchandang",
    "zhongguo",
    "dangyuan",
    "dangjian",
    "dangwutong",
    "dangzhibu",
    "password",
    "passwd",
    "shanghai",
    "huangpu",
    "minhang",
    "welcome",
    "iloveyou",
    "woaini",
    "letmein",
    "dangwu",
    "pudong",
    "xuhui",
    "admin",
    "system",
    "login",
    "china",
    "user",
    "root",
    "test",
];

/// Rows and columns of the keyboard, and the digits with shift held.
const KEYS: [&str; 9] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "!@#$%^&*()",
    "1qaz2wsx3edc4rfv",
    "!qaz@wsx#edc",
    "qazwsxedc",
    "147258369",
];

/// Shortest run or repetition that counts as a pattern.
const RUN: usize = 3;

/// Characters that no pattern explains; a whole pattern counts as one.
fn own(password: &str) -> usize {
    let text: Vec<char> = password.to_lowercase().chars().collect();
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        at += pattern(&text, at).max(1);
        count += 1;
    }
    count
}

/// Length of the longest pattern that begins at `at`; 0 where there is none.
fn pattern(text: &[char], at: usize) -> usize {
    let rest = &text[at..];
    let word = WORDS.iter().filter(|word| starts(&unmasked(rest), word)).map(|word| word.len()).max();
    let keyboard = KEYS.iter().flat_map(|row| [walk(rest, row.chars()), walk(rest, row.chars().rev())]).max();
    let alphabet = stepped(rest, 1).max(stepped(rest, -1)).max(stepped(rest, 0));
    let longest = [year(rest), again(text, at), word.unwrap_or(0), keyboard.unwrap_or(0), alphabet];
    longest.into_iter().filter(|it| *it >= RUN).max().unwrap_or(0)
}

fn starts(text: &[char], word: &str) -> bool {
    word.chars().enumerate().all(|(at, letter)| text.get(at) == Some(&letter))
}

/// With the usual stand-ins as letters: `p@ssw0rd` is `password`.
fn unmasked(text: &[char]) -> Vec<char> {
    let letter = |it: &char| match it {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => *other,
    };
    text.iter().map(letter).collect()
}

/// How far the text follows a row of keys, from wherever its first character lies in it.
fn walk(text: &[char], row: impl Iterator<Item = char>) -> usize {
    let Some(first) = text.first() else { return 0 };
    let row = row.skip_while(|key| key != first);
    row.zip(text).take_while(|(key, it)| key == *it).count()
}

/// How far each character is `step` after the one before: `abc`, `321`, `aaa`.
fn stepped(text: &[char], step: i32) -> usize {
    let follows = |pair: &&[char]| pair[1] as i32 - pair[0] as i32 == step;
    1 + text.windows(2).take_while(follows).count()
}

/// 4 for a year of our time, 8 with a day after it.
fn year(text: &[char]) -> usize {
    let digits = text.iter().take(8).take_while(|it| it.is_ascii_digit()).count();
    let head: String = text.iter().take(2).collect();
    match digits {
        8 if matches!(head.as_str(), "19" | "20") => 8,
        4..=8 if matches!(head.as_str(), "19" | "20") => 4,
        _ => 0,
    }
}

/// How many characters from `at` repeat earlier ones: all but the first four of `k7#qk7#qk7#q`.
fn again(text: &[char], at: usize) -> usize {
    let same = |from: usize| text[at..].iter().zip(&text[from..]).take_while(|(a, b)| a == b).count();
    (0..at).map(same).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(password: &str, old: &[String]) -> Vec<&'static str> {
        violations(password, "wangwu", old).unwrap().into_iter().map(|it| it.code).collect()
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        assert_eq!(codes("wangwu1", &[]), ["ACC-001", "ACC-003", "ACC-004"]);
        assert_eq!(codes("aaaaaaaaaaaa", &[]), ["ACC-003", "ACC-005"]);
        assert_eq!(codes(&"Ab1-".repeat(33), &[]), ["ACC-002"]);
        assert_eq!(codes("Rv7#kq-Zt2mw", &[]), [""; 0]);
        assert_eq!(codes("青松挺且直Kx7q梅花落", &[]), [""; 0], "letters of any script");
    }

    #[test]
    fn patterns_are_common_however_long_they_are() {
        for common in [
            "Password123!",
            "P@ssw0rd2026",
            "Shanghai@2026",
            "Qwer1234!@#$",
            "1qaz@WSX3edc",
            "Admin@19210701",
            "Abcdefgh1234",
            "Aa1!Aa1!Aa1!",
            "Dangwutong_2026",
            "Pudong#987654",
        ] {
            assert_eq!(codes(common, &[]), ["ACC-005"], "{common}");
        }
        assert_eq!(own("p@ssw0rd2026!"), 3, "a word, a year, a character");
        assert_eq!(own("k7#qk7#qk7#q"), 5, "four, and again");
    }

    #[test]
    fn the_last_five_are_remembered() {
        let hashes: Vec<String> = (0..6).map(|n| hash(&format!("Rv{n}#kq-Zt2mw"), Cost::CHEAPEST).unwrap()).collect();
        assert_eq!(codes("Rv4#kq-Zt2mw", &hashes), ["ACC-006"]);
        assert_eq!(codes("Rv5#kq-Zt2mw", &hashes), [""; 0], "the sixth is forgotten");
    }

    #[test]
    fn a_hash_knows_its_password_and_its_cost() {
        let cost = Cost { memory: 16, passes: 2, lanes: 1 };
        let kept = hash("一个口令", cost).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=16,t=2,p=1$"), "{kept}");
        assert!(is_right("一个口令", &kept).unwrap() && !is_right("另一个口令", &kept).unwrap());
        assert_ne!(hash("一个口令", cost).unwrap(), kept, "salted");
        assert!(has_cost(&kept, cost).unwrap() && !has_cost(&kept, Cost { passes: 3, ..cost }).unwrap());
        assert!(is_right("x", "not a hash").is_err());
        assert!(hash("x", Cost { memory: 1, ..cost }).is_err());
    }
}
