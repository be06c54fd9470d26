//! Sensitive words in an answer, held back across pieces.
//!
//! What an answer quotes from a text in force is never blocked: quoted lines (`> …`) and what stands in
//! “ ”, for no quotation that the verifier did not find in its source keeps its marks.

use guard::{
    Words,
    words::{Hit, Out, Place, Stream},
};

/// What stands in the place of an answer that may not be shown.
pub const WITHHELD: &str = "回答中有不宜显示的内容，已停止输出。请换一种问法，或者申请人工答复。";

/// Words that may be shown now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// To be shown.
    pub text: String,
    /// What follows must not be shown at all.
    pub blocked: bool,
}

/// The filter of one answer.
pub struct Filter {
    stream: Option<Stream>,
    received: String,
    hits: Vec<Hit>,
    /// Inside a quoted line.
    line: bool,
    /// Inside “ ”.
    quote: bool,
}

impl Filter {
    /// For an answer, with the words as they are now.
    pub fn new(words: &Words) -> Self {
        let stream = Some(words.stream(Place::Answer));
        Self { stream, received: String::new(), hits: Vec::new(), line: false, quote: false }
    }

    /// Takes the next words in; gives those that may be shown.
    pub fn push(&mut self, words: &str) -> Passed {
        let mut passed = Passed::default();
        for (segment, quoted) in self.segments(words) {
            let Some(stream) = &mut self.stream else { break };
            let out = if quoted { stream.push_exempt(segment) } else { stream.push(segment) };
            self.take(out, &mut passed);
        }
        self.received.push_str(words);
        passed
    }

    /// The answer is over: gives what was held back.
    pub fn finish(&mut self) -> Passed {
        let mut passed = Passed::default();
        if let Some(stream) = self.stream.take() {
            let out = stream.finish();
            self.take(out, &mut passed);
        }
        passed
    }

    /// Everything that was taken in.
    pub fn received(&self) -> &str {
        &self.received
    }

    /// What was found, for the audit.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    fn take(&mut self, out: Out, passed: &mut Passed) {
        passed.text.push_str(&out.text);
        passed.blocked |= out.blocked;
        self.hits.extend(out.hits);
    }

    /// The words cut where a quotation begins or ends.
    fn segments<'a>(&mut self, words: &'a str) -> Vec<(&'a str, bool)> {
        let mut found = Vec::new();
        let mut start = 0;
        let mut fresh = self.received.is_empty() || self.received.ends_with('\n');
        for (at, c) in words.char_indices() {
            let before = self.line || self.quote;
            match c {
                '\n' => self.line = false,
                '>' if fresh => self.line = true,
                '“' => self.quote = true,
                '”' => self.quote = false,
                _ => {}
            }
            fresh = c == '\n';
            if (self.line || self.quote) != before {
                found.push((&words[start..at], before));
                start = at;
            }
        }
        found.push((&words[start..], self.line || self.quote));
        found.retain(|(segment, _)| !segment.is_empty());
        found
    }
}

#[cfg(test)]
mod tests {
    use guard::{
        Words, list,
        words::{Entry, Level},
    };
    use store::testing;

    use super::*;

    async fn words(store: &store::Store) -> Words {
        let entry = |word: &str, level| Entry {
            id: String::new(),
            word: word.into(),
            level,
            places: Place::ALL.to_vec(),
            category: "测试".into(),
            enabled: true,
        };
        list::save(store, &[entry("黑话", Level::Block), entry("代办", Level::Mask)]).await.expect("saved");
        Words::load(store.clone()).await.expect("loaded")
    }

    fn through(words: &Words, pieces: &[&str]) -> (String, bool) {
        let mut filter = Filter::new(words);
        let mut all = Passed::default();
        for piece in pieces {
            let passed = filter.push(piece);
            all.text.push_str(&passed.text);
            all.blocked |= passed.blocked;
        }
        let rest = filter.finish();
        (all.text + &rest.text, all.blocked | rest.blocked)
    }

    #[tokio::test]
    async fn words_are_held_back_across_pieces_and_quotations_pass() {
        let test = testing::sqlite().await;
        let words = words(&test.store).await;
        assert_eq!(through(&words, &["可以代", "办手续。"]), ("可以**手续。".to_owned(), false));
        let (shown, blocked) = through(&words, &["前文。黑", "话之后。"]);
        assert!(blocked && !shown.contains('黑') && !shown.contains("之后"), "{shown}");
        for quoted in ["规定：“不得说黑话。”[1]", "\n> 不得说黑话。\n", "“甲。黑话。”"] {
            assert_eq!(through(&words, &[quoted]), (quoted.to_owned(), false));
        }
        let split = ["> 第一句。", "黑话。\n", "黑话。"];
        assert!(!through(&words, &split[..2]).1 && through(&words, &split).1, "the line ends the quotation");
    }
}
