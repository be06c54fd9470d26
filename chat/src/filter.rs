//! What an answer has to pass before it is shown, held back across pieces.

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
#[derive(Debug, Default)]
pub struct Filter {
    received: String,
}

impl Filter {
    /// Takes the next words in; gives those that may be shown.
    pub fn push(&mut self, words: &str) -> Passed {
        self.received.push_str(words);
        Passed { text: words.to_owned(), blocked: false }
    }

    /// The answer is over: gives what was held back.
    pub fn finish(&mut self) -> Passed {
        Passed::default()
    }

    /// Everything that was taken in.
    pub fn received(&self) -> &str {
        &self.received
    }
}
