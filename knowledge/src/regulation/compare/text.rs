//! The characters that changed inside an article.

use similar::{DiffTag, TextDiff};

use super::{Mark, Piece};

/// A shared run shorter than this between two changes is no island but chance: 的, 和, a comma.
const ISLAND: usize = 2;

/// Both texts woven into one: without the inserted pieces it is `old`, without the deleted ones `new`.
/// Chance matches inside a rewritten passage are taken into the change, so that words stay whole.
pub(super) fn weave(old: &str, new: &str) -> Vec<Piece> {
    let diff = TextDiff::from_chars(old, new);
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let mut runs: Vec<(bool, String, String)> = Vec::new();
    let ops = diff.ops();
    for (at, op) in ops.iter().enumerate() {
        let before: String = old[op.old_range()].iter().collect();
        let after: String = new[op.new_range()].iter().collect();
        let inner = at > 0 && at + 1 < ops.len();
        let chance = inner && op.old_range().len() < ISLAND && !before.contains('\n');
        let same = op.tag() == DiffTag::Equal && !chance;
        match runs.last_mut() {
            // Neighbouring changes are one.
            Some((false, deleted, inserted)) if !same => {
                deleted.push_str(&before);
                inserted.push_str(&after);
            }
            _ => runs.push((same, before, after)),
        }
    }
    runs.into_iter().flat_map(|(same, before, after)| pieces(same, before, after)).collect()
}

fn pieces(same: bool, before: String, after: String) -> Vec<Piece> {
    let marked = if same { vec![(Mark::Same, before)] } else { vec![(Mark::Deleted, before), (Mark::Inserted, after)] };
    marked.into_iter().filter(|(_, text)| !text.is_empty()).map(|(mark, text)| Piece { mark, text }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(old: &str, new: &str) -> String {
        weave(old, new)
            .iter()
            .map(|it| match it.mark {
                Mark::Same => it.text.clone(),
                Mark::Deleted => format!("[-{}]", it.text),
                Mark::Inserted => format!("[+{}]", it.text),
            })
            .collect()
    }

    #[test]
    fn the_changed_characters_are_marked() {
        assert_eq!(shown("预备期为一年。", "预备期为一年。"), "预备期为一年。");
        assert_eq!(shown("公示不少于三日。", "公示不少于5个工作日。"), "公示不少于[-三][+5个工作]日。");
        assert_eq!(shown("", "新。"), "[+新。]");
    }

    #[test]
    fn a_chance_match_does_not_cut_words() {
        // 的 stands in both by chance.
        assert_eq!(shown("甲乙的丙丁。以后", "戊己的庚辛。以后"), "[-甲乙的丙丁][+戊己的庚辛]。以后");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(old in "[甲乙丙，。\n的]{0,40}", new in "[甲乙丙，。\n的]{0,40}") {
            let woven = weave(&old, &new);
            let without = |mark| woven.iter().filter(|it| it.mark != mark).map(|it| it.text.as_str()).collect::<String>();
            prop_assert_eq!(without(Mark::Inserted), old);
            prop_assert_eq!(without(Mark::Deleted), new);
        }
    }
}
