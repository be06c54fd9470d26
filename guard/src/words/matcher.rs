//! All words of a list at once.

use std::{ops::Range, sync::Arc};

use aho_corasick::{AhoCorasick, MatchKind};

use super::{
    Entry, Hit, Level, Place, Stream, Verdict,
    scan::{Gap, Letters, letters, signature},
};

/// A list ready to be looked for. Cheap to clone; made anew when the list changes.
#[derive(Clone)]
pub struct Matcher(Arc<Inner>);

struct Inner {
    entries: Vec<Arc<Entry>>,
    /// Over the signatures, pattern n being entry n. `None`: the list is empty or too large to build.
    automaton: Option<AhoCorasick>,
    /// For each place, the signatures looked for there, sorted: a stream asks what a word may begin with.
    sorted: [Vec<String>; 4],
    /// Letters of the longest signature.
    longest: usize,
}

impl Matcher {
    /// Over the enabled entries; those without a letter can't be found and are left out.
    ///
    /// # Errors
    /// The list is too large for one automaton (hundreds of megabytes).
    pub fn new(entries: &[Entry]) -> Result<Self, aho_corasick::BuildError> {
        let found = |it: &Entry| Some((signature(&it.word), Arc::new(it.clone()))).filter(|it| !it.0.is_empty());
        let (signatures, entries): (Vec<String>, Vec<_>) =
            entries.iter().filter(|it| it.enabled).filter_map(found).unzip();
        let sorted = Place::ALL.map(|place| {
            let here = signatures.iter().zip(&entries).filter(|it| it.1.places.contains(&place));
            let mut sorted: Vec<String> = here.map(|it| it.0.clone()).collect();
            sorted.sort_unstable();
            sorted
        });
        let longest = signatures.iter().map(|it| it.chars().count()).max().unwrap_or(0);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&signatures)?;
        let automaton = Some(automaton).filter(|_| !signatures.is_empty());
        Ok(Self(Arc::new(Inner { entries, automaton, sorted, longest })))
    }

    /// Finds nothing anywhere.
    pub fn empty() -> Self {
        Self(Arc::new(Inner { entries: Vec::new(), automaton: None, sorted: Default::default(), longest: 0 }))
    }

    /// How many words are looked for.
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// Checks a whole text on its way to `place`.
    pub fn check(&self, place: Place, text: &str) -> Verdict {
        self.check_except(place, text, &[])
    }

    /// [`check`](Self::check), but what lies wholly inside one of the byte ranges `exempt` (verified
    /// quotations from regulations) is only logged, and no byte of them becomes an asterisk.
    pub fn check_except(&self, place: Place, text: &str, exempt: &[Range<usize>]) -> Verdict {
        let hits = self.hits(place, text, &letters(text, None), true, exempt);
        let end = first_block(&hits).unwrap_or(text.len());
        Verdict { text: starred(text, 0..end, &hits, exempt), hits }
    }

    /// A check of a text that comes in pieces.
    pub fn stream(&self, place: Place) -> Stream {
        Stream::new(self.clone(), place)
    }

    /// The hits among `letters` of `text`, by position. `ended`: nothing follows the text, so that
    /// a word at its end is complete.
    pub(super) fn hits(
        &self,
        place: Place,
        text: &str,
        letters: &Letters,
        ended: bool,
        exempt: &[Range<usize>],
    ) -> Vec<Hit> {
        let Some(automaton) = &self.0.automaton else { return Vec::new() };
        let mut hits = Vec::new();
        for found in automaton.find_overlapping_iter(&letters.haystack) {
            let entry = &self.0.entries[found.pattern().as_usize()];
            // A match begins and ends with letters, so both ends are among the offsets.
            let first = letters.offsets.partition_point(|it| *it < found.start());
            let last = letters.offsets.partition_point(|it| *it < found.end()) - 1;
            if !entry.places.contains(&place) || !is_word(letters, first, last, ended) {
                continue;
            }
            let range = letters.starts[first]..end_of_char(text, letters.starts[last]);
            let quoted = exempt.iter().any(|it| it.start <= range.start && range.end <= it.end);
            let level = if quoted { Level::Log } else { entry.level };
            hits.push(Hit { entry: Arc::clone(entry), level, place, range });
        }
        hits.sort_by(|a, b| (a.range.start, a.range.end, &a.entry.id).cmp(&(b.range.start, b.range.end, &b.entry.id)));
        hits
    }

    /// The first letter of the longest end of `letters` with which a word at `place` may begin and go
    /// on in what follows; `None` where nothing may.
    pub(super) fn pending(&self, place: Place, letters: &Letters) -> Option<usize> {
        if letters.last_gap == Gap::Hard {
            return None;
        }
        let count = letters.chars.len();
        let words = &self.0.sorted[place as usize];
        let mut longest = None;
        for first in (count.saturating_sub(self.0.longest)..count).rev() {
            let end = &letters.haystack[letters.offsets[first]..];
            let at = words.partition_point(|it| it.as_str() < end);
            // The word itself counts too while its last letter is ASCII: `av` may become `avenue`.
            let open = letters.last_gap == Gap::None && end.ends_with(|c: char| c.is_ascii_alphanumeric());
            if words[at..].iter().take_while(|it| it.starts_with(end)).any(|it| it.len() > end.len() || open) {
                longest = Some(first);
            }
            if letters.gaps[first] == Gap::Hard {
                break;
            }
        }
        longest
    }
}

/// Whether the letters `first..=last`, which spell a word, may be read as one; see the module's table.
fn is_word(letters: &Letters, first: usize, last: usize, ended: bool) -> bool {
    let ascii = |at: usize| letters.chars[at].is_ascii_alphanumeric();
    let digit = |at: usize| letters.chars[at].is_ascii_digit();
    let gaps = &letters.gaps[first + 1..=last];
    if gaps.contains(&Gap::Soft) && (gaps.len() < 2 || gaps.contains(&Gap::None)) {
        return false;
    }
    if (first..last).any(|at| digit(at) && digit(at + 1) && letters.gaps[at + 1] != Gap::None) {
        return false;
    }
    let joined_before = ascii(first) && letters.gaps[first] == Gap::None && (first == 0 || ascii(first - 1));
    let joined_after = ascii(last)
        && match letters.chars.get(last + 1) {
            Some(next) => next.is_ascii_alphanumeric() && letters.gaps[last + 1] == Gap::None,
            None => !ended && letters.last_gap == Gap::None,
        };
    !joined_before && !joined_after
}

/// Where the first hit that blocks begins.
pub(super) fn first_block(hits: &[Hit]) -> Option<usize> {
    hits.iter().find(|it| it.level == Level::Block).map(|it| it.range.start)
}

/// The part `range` of `text` with every character of a masked hit as an asterisk, but for the
/// characters of exempt ranges.
pub(super) fn starred(text: &str, range: Range<usize>, hits: &[Hit], exempt: &[Range<usize>]) -> String {
    let part = &text[range.clone()];
    if hits.iter().all(|it| it.level != Level::Mask) {
        return part.to_owned();
    }
    let mut stars = vec![false; text.len()];
    for hit in hits.iter().filter(|it| it.level == Level::Mask) {
        stars[hit.range.clone()].fill(true);
    }
    for quoted in exempt {
        stars[quoted.clone()].fill(false);
    }
    part.char_indices().map(|(at, c)| if stars[range.start + at] { '*' } else { c }).collect()
}

fn end_of_char(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{entry, matcher};
    use super::*;

    fn found(word: &str, text: &str) -> bool {
        !matcher(&[(word, Level::Block)]).check(Place::Question, text).hits.is_empty()
    }

    #[test]
    fn disguises_do_not_help() {
        for text in [
            "有敏感词吗",
            "敏 感 词",
            "敏*感*词",
            "敏.感_词",
            "敏\u{200b}感\u{fe0f}词",
            "敏😀感~~~词",
            "敏，感，词",
            "「敏」「感」「词」",
        ] {
            assert!(found("敏感词", text), "{text}");
        }
        assert!(found("赌博網站", "赌博网站") && found("赌博网站", "賭博網站"), "traditional characters");
        for text in ["ＶＰＮ", "v p n", "V-P-N", "买vpn吗", "vpn。"] {
            assert!(found("vpn", text), "{text}");
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        for (word, text) in [
            ("代办", "不可替代，办理转正"),
            ("代办", "不可替代。办理转正"),
            ("代办", "不可替代\n办理转正"),
            ("敏感词", "敏。感。词"),
            ("敏感词", "敏感，词语"),
            ("敏感词", "敏****感词"),
            ("av", "have a vote"),
            ("1234", "12,345 和 51234 和 12.34"),
            ("敏感词", "敏感的词"),
        ] {
            assert!(!found(word, text), "{word}: {text}");
        }
    }

    #[test]
    fn a_hit_says_where_and_what() {
        let matcher = matcher(&[("敏感词", Level::Mask), ("广告", Level::Log)]);
        let verdict = matcher.check(Place::Answer, "广告：敏 感词。");
        let told: Vec<_> = verdict.hits.iter().map(|it| (it.entry.word.as_str(), it.range.clone())).collect();
        assert_eq!(told, [("广告", 0..6), ("敏感词", 9..19)]);
        assert_eq!(verdict.text, "广告：****。");
        assert_eq!(verdict.worst(), Some(Level::Mask));
        assert!(!verdict.blocked());
    }

    #[test]
    fn a_word_counts_only_where_it_is_looked_for_and_while_it_is_enabled() {
        let mut words = vec![Entry { places: vec![Place::Question], ..entry("敏感词", Level::Block) }];
        let check = |words: &[Entry], place| Matcher::new(words).expect("a list").check(place, "敏感词").hits.len();
        assert_eq!((check(&words, Place::Question), check(&words, Place::Answer)), (1, 0));
        words[0].enabled = false;
        assert_eq!(check(&words, Place::Question), 0);
        assert_eq!(Matcher::empty().check(Place::Question, "敏感词").hits, []);
    }

    #[test]
    fn a_blocked_text_ends_in_front_of_the_hit() {
        let matcher = matcher(&[("赌博", Level::Block), ("广告", Level::Mask)]);
        let verdict = matcher.check(Place::Answer, "有广告和赌博网站");
        assert!(verdict.blocked());
        assert_eq!(verdict.text, "有**和");
    }

    #[test]
    fn quotations_are_logged_and_never_changed() {
        let matcher = matcher(&[("赌博", Level::Block), ("行贿", Level::Mask)]);
        let text = "第九十条：参与赌博、行贿的。又说赌博";
        let quote = 0..text.find("。又").expect("an end");
        let verdict = matcher.check_except(Place::Answer, text, &[quote]);
        let levels: Vec<_> = verdict.hits.iter().map(|it| it.level).collect();
        assert_eq!(levels, [Level::Log, Level::Log, Level::Block]);
        assert_eq!(verdict.text, "第九十条：参与赌博、行贿的。又说");
    }
}
