//! Whether an answer has the right numbers.
//!
//! A case lists the figures that its answer must give (五个工作日, 2/3, 第十三条, 2026年5月11日). The answer is right
//! when
//! 1. every one of them stands anywhere in it, block quotes included, in Chinese or Arabic numerals and with
//!    any name of the same unit (天 and 日, 名 and 人), as [`super::answer::holds`] has it; a range (一至两名) has
//!    to come with both ends; list numbers and citation marks are no figures;
//! 2. its lead sentence, the first of its own words, has no other figure beside them that speaks of the same
//!    thing: an amount in the unit of an expected one, or a proportion where one is expected. That would be a
//!    contradiction, and readers go no further than the lead.
//!
//! In 2 these don't count: dates and numbers of articles, of which a sentence may name several; what stands
//! between quotation marks, which [`super::quote`] checks; a figure that the question itself names, where the
//! sentence has a right one beside it (“三天不够，应满五天”); and 一 before a mere classifier (一名, 一份).
//!
//! Our own definition, after exact match in question answering (Rajpurkar et al., `SQuAD`, 2016).

use super::{
    answer,
    figures::{Figure, scan, whole},
    words::{plain_line, sentences, without_marks},
};
use crate::run::Fraction;

/// What is wrong with the numbers of an answer. Empty lists: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Expected figures that the answer doesn't have, as the case writes them.
    pub missing: Vec<String>,
    /// Figures of the lead sentence that contradict them, as the answer writes them.
    pub wrong: Vec<String>,
}

/// Compares `answer` with the `expected` figures of a case; `question` is what was asked.
pub fn check(answer: &str, question: &str, expected: &[String]) -> Numbers {
    let plain: Vec<String> = answer.lines().map(|line| without_marks(&plain_line(line))).collect();
    let plain = plain.join("\n");
    let missing = expected.iter().filter(|it| !answer::holds(&plain, it)).cloned().collect();

    let due: Vec<Figure> = expected.iter().filter_map(|it| whole(it)).flatten().collect();
    let named = scan(question);
    let lead = scan(&unquoted(&sentences(answer).into_iter().next().unwrap_or_default()));
    let wrong = lead.iter().filter(|it| {
        let rivals: Vec<&Figure> = due.iter().filter(|other| it.is_rival_of(other)).collect();
        // “三天不够，应满五天” denies the question's figure, “对，三天” repeats it.
        let denied = named.iter().any(|other| it.is_said_by(other))
            && rivals.iter().any(|right| lead.iter().any(|other| right.is_said_by(other)));
        !rivals.is_empty() && !rivals.iter().any(|other| it.is_said_by(other)) && !it.vague && !denied
    });
    Numbers { missing, wrong: wrong.map(|it| it.text.clone()).collect() }
}

/// 1 of 1 where nothing is missing or wrong, else 0 of 1; 0 of 0 where the case expects no figures.
pub fn exact(answer: &str, question: &str, expected: &[String]) -> Fraction {
    if expected.is_empty() {
        return Fraction::default();
    }
    let right = check(answer, question, expected) == Numbers::default();
    Fraction::of_one(if right { 1.0 } else { 0.0 })
}

/// A sentence with a gap in place of what stands between quotation marks.
fn unquoted(sentence: &str) -> String {
    let mut depth = 0usize;
    let keep = |c: char| {
        match c {
            '“' | '「' | '『' => depth += 1,
            '”' | '」' | '』' => depth = depth.saturating_sub(1),
            _ => return if depth == 0 { c } else { '、' },
        }
        '、'
    };
    sentence.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn of(answer: &str, question: &str, expected: &[&str], missing: &[&str], wrong: &[&str]) {
        let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        let it = check(answer, question, &expected);
        assert_eq!((&it.missing[..], &it.wrong[..]), (&owned(missing)[..], &owned(wrong)[..]), "{answer}");
        let right = if missing.is_empty() && wrong.is_empty() { 1.0 } else { 0.0 };
        assert_eq!(exact(answer, question, &expected), Fraction::of_one(right));
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn expected_figures_stand_anywhere_in_either_numerals() {
        of("公示不少于 5 个工作日[1]。", "", &["五个工作日"], &[], &[]);
        of("要公示。\n\n> 公示时间不少于五个工作日。", "", &["5个工作日"], &[], &[]);
        of("须经2/3以上同意。", "", &["三分之二"], &[], &[]);
        of("由1～2名正式党员担任[2]。", "", &["一至两名"], &[], &[]);
        of("自2026年5月11日起施行。", "", &["2026年5月11日"], &[], &[]);
        of("看第13条。", "", &["第十三条"], &[], &[]);
        of("每季度召开一次。", "", &["每季度"], &[], &[]);
        assert_eq!(exact("五天。", "", &[]).value(), None);
    }

    #[test]
    fn a_figure_that_is_not_there_is_missing() {
        of("要公示一段时间。", "", &["五个工作日"], &["五个工作日"], &[]);
        of("公示15个工作日。", "", &["五个工作日", "十五个工作日"], &["五个工作日"], &[]);
        // Of the range neither end is there, and another number of people is.
        of("由两名正式党员担任。", "", &["一至三名"], &["一至三名"], &["两名"]);
        // A number with nothing behind it is not five of anything.
        of("在5号楼公示。", "", &["五个工作日"], &["五个工作日"], &[]);
        of("每年召开一次。", "", &["每季度"], &["每季度"], &[]);
        // Numbers of a list and marks are no figures.
        of("1. 公示\n2. 备案[3]", "", &["3"], &["3"], &[]);
    }

    #[test]
    fn another_figure_of_the_same_kind_in_the_lead_is_wrong() {
        of("公示7个工作日。\n\n> 公示时间不少于五个工作日。", "", &["五个工作日"], &[], &["7个工作日"]);
        of("须经半数以上、即三分之二同意。", "", &["三分之二"], &[], &["半数"]);
        // Another unit, a later sentence, a quotation, a date, an article and “a” are no contradiction.
        of("3个月内公示五个工作日。另有规定的公示七个工作日。", "", &["五个工作日"], &[], &[]);
        of("第七条写着“公示七个工作日”，2026年起是五个工作日。", "", &["五个工作日"], &[], &[]);
        of("由两名党员介绍，其中一名主要负责。", "", &["两名"], &[], &[]);
        // What the question names may be denied.
        of("三天不够，公示应满五天。", "公示3天行吗", &["五天"], &[], &[]);
        of("对，公示三天。\n\n> 公示五天。", "公示3天行吗", &["五天"], &[], &["三天"]);
        of("三天不够，公示应满五天。", "公示几天", &["五天"], &[], &["三天"]);
    }
}
