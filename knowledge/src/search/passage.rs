//! Pasted passages: how much of a question stands in a text, mistakes of typing allowed.

use std::collections::HashMap;

use crate::text::bare;

/// Shorter than this (letters and digits) a question is no passage.
pub const SHORTEST: usize = 18;

/// A question cut into overlapping pairs of characters, punctuation and line breaks left out.
pub struct Passage {
    pairs: HashMap<(char, char), usize>,
    total: usize,
}

impl Passage {
    /// `None` where `question` is too short to be a passage.
    pub fn of(question: &str) -> Option<Self> {
        let chars: Vec<char> = bare(question).chars().collect();
        if chars.len() < SHORTEST {
            return None;
        }
        let mut pairs = HashMap::new();
        for pair in chars.windows(2) {
            *pairs.entry((pair[0], pair[1])).or_insert(0) += 1;
        }
        Some(Self { total: chars.len() - 1, pairs })
    }

    /// The share of the passage's pairs that `text` has too, 0–1: one wrong character costs two pairs.
    pub fn share_in(&self, text: &str) -> f32 {
        let chars: Vec<char> = bare(text).chars().collect();
        let mut left = self.pairs.clone();
        let mut found = 0;
        for pair in chars.windows(2) {
            if let Some(count) = left.get_mut(&(pair[0], pair[1]))
                && *count > 0
            {
                *count -= 1;
                found += 1;
            }
        }
        found as f32 / self.total as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_found_without_punctuation_and_with_one_slip() {
        let text = "第五条　流动党员到示例市后，应当在10个工作日内向流入地党组织报到。";
        let pasted = Passage::of("流动党员到示例市后\n应当在10个工作日内像流入地党组织报到").unwrap();
        assert!(pasted.share_in(text) > 0.9);
        assert!(pasted.share_in("第六条　党员应当按期交纳党费，参加组织生活，执行党的决议。") < 0.3);
    }

    #[test]
    fn short_questions_are_no_passages() {
        assert!(Passage::of("党费怎么交？").is_none());
    }
}
