//! Hand-made versions whose right alignment is plain to see.

use super::*;

fn unit(number: u32, text: &str) -> Unit {
    let address = crate::regulation::Address::article(number, 0);
    Unit { label: address.label(), address: address.to_string(), chapter: String::new(), text: text.to_owned() }
}

fn version(texts: &[&str]) -> Vec<Unit> {
    (1..).zip(texts).map(|(number, text)| unit(number, text)).collect()
}

/// Each row as `old→new state`.
fn told(old: &[&str], new: &[&str]) -> Vec<String> {
    let side = |unit: &Option<Unit>| unit.as_ref().map_or("-".to_owned(), |it| it.address.clone());
    let rows = compare(&version(old), &version(new)).rows;
    rows.iter().map(|it| format!("{}→{} {:?}", side(&it.old), side(&it.new), it.change)).collect()
}

const AIM: &str = "为了规范发展党员工作，保证新发展的党员质量，根据党章，制定本细则。";
const APPLY: &str = "年满十八岁的中国工人、农民、军人、知识分子，可以申请加入党组织。";
const TALK: &str = "党组织收到入党申请书后，应当在一个月内派人同入党申请人谈话，了解基本情况。";
const PUBLIC: &str = "确定发展对象前应当进行公示，公示时间不少于五个工作日。";
const PERIOD: &str = "预备党员的预备期为一年，从支部大会通过其为预备党员之日算起。";
const END: &str = "本细则自发布之日起施行。";

#[test]
fn f79_a_new_article_renumbers_those_after_it() {
    assert_eq!(
        told(&[AIM, APPLY, PERIOD, END], &[AIM, APPLY, PUBLIC, PERIOD, END]),
        ["a1→a1 Unchanged", "a2→a2 Unchanged", "-→a3 Added", "a3→a4 Moved", "a4→a5 Moved"]
    );
}

#[test]
fn f79_a_renumbered_article_with_other_words_is_the_same_article() {
    let longer = "党组织收到入党申请书后，应当在三十日内派专人同入党申请人谈话，了解基本情况，记录在案。";
    let rows = compare(&version(&[AIM, TALK, END]), &version(&[AIM, PUBLIC, APPLY, longer, END])).rows;
    let row = rows.iter().find(|it| it.new.as_ref().is_some_and(|new| new.address == "a4")).expect("a row");
    assert_eq!((row.change, row.renumbered), (Change::Modified, true));
    assert_eq!(row.old.as_ref().map(|it| it.label.as_str()), Some("第二条"));
    assert!(row.similarity > 0.5, "{}", row.similarity);
}

#[test]
fn f79_what_was_removed_stands_where_it_stood() {
    assert_eq!(
        told(&[AIM, APPLY, TALK, PERIOD], &[AIM, PERIOD]),
        ["a1→a1 Unchanged", "a2→- Removed", "a3→- Removed", "a4→a2 Moved"]
    );
    assert_eq!(told(&[AIM, PERIOD], &[PERIOD]), ["a1→- Removed", "a2→a1 Moved"]);
    assert_eq!(told(&[AIM], &[]), ["a1→- Removed"]);
    assert!(told(&[], &[]).is_empty());
}

#[test]
fn f79_articles_that_changed_places_keep_their_partners() {
    assert_eq!(
        told(&[AIM, TALK, PERIOD, APPLY], &[AIM, APPLY, PERIOD, TALK]),
        ["a1→a1 Unchanged", "a4→a2 Moved", "a3→a3 Unchanged", "a2→a4 Moved"]
    );
}

#[test]
fn f79_a_formula_that_stands_twice_is_paired_by_number() {
    let formula = "有前款行为，情节严重的，给予开除党籍处分。";
    assert_eq!(
        told(&[formula, TALK, formula], &[formula, TALK, formula]),
        ["a1→a1 Unchanged", "a2→a2 Unchanged", "a3→a3 Unchanged"]
    );
}

#[test]
fn f79_another_matter_under_the_same_number_is_no_change_of_words() {
    let other = "党费收缴、使用和管理情况应当每年向党员公布一次，接受监督。";
    assert_eq!(told(&[AIM, TALK], &[AIM, other]), ["a1→a1 Unchanged", "a2→- Removed", "-→a2 Added"]);
}

#[test]
fn counts_are_those_of_the_rows() {
    let counts = compare(&version(&[AIM, APPLY, END]), &version(&[AIM, TALK, END])).counts;
    let expected = Counts { unchanged: 2, modified: 0, added: 1, removed: 1, moved: 0 };
    assert_eq!(counts, expected);
}
