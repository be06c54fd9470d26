//! Classified documents must not enter the system.

use crate::{Error, split::lines::compact};

/// How many lines from the top a marking may stand.
const TOP_LINES: usize = 12;
const MARKINGS: [&str; 3] = ["绝密", "机密", "秘密"];

/// Refuses a text that carries a marking of secrecy (绝密★10年, 密级：机密, 秘密) among its first
/// lines. Running text that speaks of secrets is no marking.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    let top = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).take(TOP_LINES);
    for (index, line) in top {
        if let Some(marking) = marking(line) {
            return Err(Error::Classified { marking, line: index + 1 });
        }
    }
    Ok(())
}

/// The marking that a line carries: alone, with a term, after 密级, or stamped with a star.
fn marking(line: &str) -> Option<&'static str> {
    let line = compact(line);
    let line = line.trim_start_matches(['#', '-', '*', '>', '【', '[']);
    MARKINGS.into_iter().find(|word| {
        let labelled =
            ["密级：", "密级:", "密级", "保密等级：", "classification:"].iter().find_map(|it| line.strip_prefix(it));
        let stars = |rest: &str| rest.starts_with(['★', '☆']);
        let stamped = line.match_indices(word).any(|(at, _)| stars(&line[at + word.len()..]));
        let alone = line.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(['*', '】', ']', '·'])
                || (rest.ends_with('年') && rest.chars().count() <= 6)
        });
        stamped || alone || labelled.is_some_and(|rest| rest.starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markings_are_found_and_talk_is_not() {
        for marked in [
            "绝密★10年",
            "000123 机密★1年",
            "秘 密",
            "密级：机密",
            "关于某事的通知\n秘密\n正文",
            "---\n密级: 秘密\n---",
            "**机密**",
            "机密5年",
        ] {
            assert_eq!(check(marked).expect_err(marked).code(), "REG-001");
        }
        for free in [
            "秘密投票办法",
            "保守党的秘密，对党忠诚",
            "密级：公开",
            "党员不得泄露机密。",
            "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n甲\n乙\n秘密",
        ] {
            assert_eq!(check(free), Ok(()), "{free}");
        }
    }
}
