//! A text that comes in pieces: what is shown is what a check of the whole would have shown.

use std::ops::Range;

use super::{
    Hit, Level, Matcher, Place,
    matcher::{first_block, starred},
    scan::{last_folded, letters},
};

/// What a piece made known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Out {
    /// The text that may be shown now, masked.
    pub text: String,
    /// The hits that became certain. Their ranges count from the start of the whole text.
    pub hits: Vec<Hit>,
    /// Whether something blocks: what follows is never shown.
    pub blocked: bool,
}

/// The state of a check in pieces. It keeps back the end of the text for as long as that may still
/// become a word: a few letters, not a sentence.
pub struct Stream {
    matcher: Matcher,
    place: Place,
    /// What came and isn't shown yet.
    held: String,
    /// Bytes of the whole text in front of `held`.
    passed: usize,
    /// The folded character in front of `held`.
    before: Option<char>,
    /// Exempt ranges within `held`.
    exempt: Vec<Range<usize>>,
    blocked: bool,
}

impl Stream {
    pub(super) fn new(matcher: Matcher, place: Place) -> Self {
        Self { matcher, place, held: String::new(), passed: 0, before: None, exempt: Vec::new(), blocked: false }
    }

    /// Takes the next piece.
    pub fn push(&mut self, piece: &str) -> Out {
        if !self.blocked {
            self.held.push_str(piece);
        }
        self.advance(false)
    }

    /// Takes the next piece, a verified quotation from a regulation: see [`Matcher::check_except`].
    /// Two such pieces in a row are one quotation.
    pub fn push_exempt(&mut self, piece: &str) -> Out {
        let start = self.held.len();
        match self.exempt.last_mut() {
            Some(last) if last.end == start => last.end += piece.len(),
            _ => self.exempt.push(start..start + piece.len()),
        }
        self.push(piece)
    }

    /// Nothing follows: gives what was kept back.
    pub fn finish(mut self) -> Out {
        self.advance(true)
    }

    fn advance(&mut self, ended: bool) -> Out {
        if self.blocked {
            return Out { blocked: true, ..Out::default() };
        }
        let letters = letters(&self.held, self.before);
        let mut hits = self.matcher.hits(self.place, &self.held, &letters, ended, &self.exempt);
        let pending = if ended { None } else { self.matcher.pending(self.place, &letters) };
        let mut cut = pending.map_or(self.held.len(), |first| letters.starts[first]);
        // A hit that reaches over the cut stays whole, so that the next look finds it again.
        while let Some(start) = torn(&hits, cut) {
            cut = start;
        }
        if let Some(block) = first_block(&hits).filter(|it| *it < cut) {
            self.blocked = true;
            cut = block;
            // The hit that blocks is told, and everything in front of it.
            hits.retain(|it| it.range.start < cut || (it.range.start == cut && it.level == Level::Block));
        } else {
            hits.retain(|it| it.range.end <= cut);
        }
        self.release(cut, hits)
    }

    fn release(&mut self, cut: usize, mut hits: Vec<Hit>) -> Out {
        let text = starred(&self.held, 0..cut, &hits, &self.exempt);
        for hit in &mut hits {
            hit.range = hit.range.start + self.passed..hit.range.end + self.passed;
        }
        self.before = last_folded(&self.held[..cut], self.before);
        self.passed += cut;
        self.held.drain(..cut);
        for range in &mut self.exempt {
            *range = range.start.saturating_sub(cut)..range.end.saturating_sub(cut);
        }
        self.exempt.retain(|it| !it.is_empty());
        Out { text, hits, blocked: self.blocked }
    }
}

/// Where the first hit begins that `cut` would tear.
fn torn(hits: &[Hit], cut: usize) -> Option<usize> {
    hits.iter().map(|it| &it.range).filter(|it| it.start < cut && cut < it.end).map(|it| it.start).min()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::matcher;
    use super::*;

    /// Pushes `pieces` and joins what was shown.
    fn shown(matcher: &Matcher, pieces: &[(&str, bool)]) -> Out {
        let mut stream = matcher.stream(Place::Answer);
        let mut all = Out::default();
        let mut take = |out: Out| {
            all.text.push_str(&out.text);
            all.hits.extend(out.hits);
            all.blocked |= out.blocked;
        };
        for (piece, exempt) in pieces {
            take(if *exempt { stream.push_exempt(piece) } else { stream.push(piece) });
        }
        take(stream.finish());
        all
    }

    #[test]
    fn only_what_may_become_a_word_is_kept_back() {
        let matcher = matcher(&[("敏感词", Level::Mask)]);
        let mut stream = matcher.stream(Place::Answer);
        assert_eq!(stream.push("这里没有").text, "这里没有");
        assert_eq!(stream.push("敏").text, "");
        assert_eq!(stream.push(" 感").text, "");
        assert_eq!(stream.push("觉，敏感").text, "敏 感觉，");
        assert_eq!(stream.push("词好").text, "***好");
        assert_eq!(stream.finish(), Out::default());
    }

    #[test]
    fn nothing_follows_a_word_that_blocks() {
        let matcher = matcher(&[("赌博", Level::Block)]);
        let mut stream = matcher.stream(Place::Answer);
        assert_eq!(stream.push("请看赌").text, "请看");
        let out = stream.push("博网站");
        assert!(out.blocked && out.text.is_empty());
        assert_eq!(out.hits[0].range, 6..12);
        assert_eq!(stream.push("还有").text, "");
        assert!(stream.finish().blocked);
    }

    /// Few letters and signs, so that words, beginnings of words and overlaps are common.
    const ALPHABET: [&str; 17] =
        ["甲", "乙", "丙", "丁", "a", "v", "e", "Ａ", "㈠", "一", "1", " ", "，", "*", "。", "\u{200b}", "㎏"];

    fn list(levels: &[Level]) -> Matcher {
        let words = ["甲乙", "乙丙", "甲乙丙丁", "丙丁甲", "av", "ave", "乙a", "一", "甲一", "11", "kg"];
        matcher(&words.into_iter().zip(levels.iter().copied().cycle()).collect::<Vec<_>>())
    }

    fn levels() -> impl Strategy<Value = Vec<Level>> {
        let one = prop_oneof![4 => Just(Level::Mask), 2 => Just(Level::Log), 1 => Just(Level::Block)];
        proptest::collection::vec(one, 11)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_500))]
        #[test]
        fn any_cutting_shows_what_the_whole_shows(
            letters in proptest::collection::vec((0..ALPHABET.len(), 0..4_u8), 0..40),
            levels in levels(),
        ) {
            // One in four letters begins a new piece; of the pieces every third is a quotation.
            let (mut pieces, mut exempt, mut text) = (vec![String::new()], Vec::new(), String::new());
            for (letter, cut) in letters {
                if cut == 0 { pieces.push(String::new()); }
                pieces.last_mut().expect("one").push_str(ALPHABET[letter]);
            }
            let pieces: Vec<(&str, bool)> = pieces.iter().enumerate().map(|(at, it)| (it.as_str(), at % 3 == 2)).collect();
            for (piece, quoted) in &pieces {
                if *quoted { exempt.push(text.len()..text.len() + piece.len()); }
                text.push_str(piece);
            }
            let matcher = list(&levels);
            let whole = matcher.check_except(Place::Answer, &text, &exempt);
            let out = shown(&matcher, &pieces);
            prop_assert_eq!(&out.text, &whole.text);
            prop_assert_eq!(out.blocked, whole.blocked());
            if !out.blocked { prop_assert_eq!(out.hits, whole.hits); }
        }
    }
}
