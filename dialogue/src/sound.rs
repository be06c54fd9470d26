//! Words that sound the same: slips of the input method (`题示词` for `提示词`) and pinyin (`jubao`).
//!
//! Chinese words of three characters or more are compared by their syllables without tones. Two
//! characters alone sound like too many other words; they only count where the text itself is in pinyin.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use pinyin::ToPinyin as _;

use crate::{
    plain::Plain,
    words::{ClassId, Span},
};

/// Syllables that a word in Chinese characters needs to be known by its sound.
const ENOUGH: usize = 3;

/// Words by sound.
#[derive(Debug)]
pub(crate) struct Sounds {
    automaton: AhoCorasick,
    owners: Vec<Vec<ClassId>>,
}

impl Sounds {
    /// From words in plain form with their classes; those that aren't all Chinese are left out.
    pub(crate) fn new<'w>(words: impl Iterator<Item = (&'w str, ClassId)>) -> Self {
        let mut owners: BTreeMap<String, Vec<ClassId>> = BTreeMap::new();
        for (word, class) in words {
            let syllables: Option<Vec<&str>> = word.chars().map(syllable).collect();
            if let Some(syllables) = syllables.filter(|all| all.len() > 1) {
                owners.entry(syllables.concat()).or_default().push(class);
            }
        }
        let automaton = AhoCorasick::new(owners.keys()).expect("syllables make an automaton");
        Self { automaton, owners: owners.into_values().collect() }
    }

    /// Where words of the classes are heard.
    pub(crate) fn find(&self, plain: &Plain) -> Vec<(ClassId, Span)> {
        let mut heard = String::with_capacity(plain.text.len() * 2);
        // For each byte of what is heard: the character that starts there.
        let mut starts = BTreeMap::new();
        for (index, c) in plain.text.chars().enumerate() {
            starts.insert(heard.len(), index);
            match syllable(c) {
                Some(syllable) => heard.push_str(syllable),
                None => heard.push(c),
            }
        }
        starts.insert(heard.len(), plain.len());
        let mut found = Vec::new();
        for hit in self.automaton.find_overlapping_iter(&heard) {
            let (Some(from), Some(to)) = (starts.get(&hit.start()), starts.get(&hit.end())) else { continue };
            let span = Span { from: *from, to: *to };
            let latin = plain.slice(span.from, span.to).is_ascii();
            if latin || span.to - span.from >= ENOUGH {
                found.extend(self.owners[hit.pattern().as_usize()].iter().map(|class| (*class, span)));
            }
        }
        found
    }
}

/// The sound of a Chinese character without its tone.
fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|pinyin| pinyin.plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hears(word: &str, text: &str) -> bool {
        !Sounds::new([(word, 0)].into_iter()).find(&Plain::new(text)).is_empty()
    }

    #[test]
    fn slips_and_pinyin_are_heard() {
        assert!(hears("提示词", "系统题示词") && hears("举报", "我要ju bao") && hears("不想活", "buxianghuole"));
    }

    #[test]
    fn two_characters_and_halves_of_syllables_are_not() {
        assert!(!hears("转正", "人民民主专政"), "too short to tell");
        assert!(!hears("西安", "xiang"), "within a syllable of another word, typed");
        assert!(!hears("吉安市", "检视"), "half a character");
    }
}
