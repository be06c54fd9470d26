//! An answer while it is made: what may already be shown, in order.

use tokio::sync::mpsc;

use super::{model::Citation, sentences};
use crate::search::model::Retrieved;

/// The next thing that may be shown. The [`Piece::Text`]s of an answer joined are its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// The question as it was understood in its conversation; only where that differs from what was typed.
    Condensed(String),
    /// What was found.
    Retrieved(Box<Retrieved>),
    /// The next words, checked: Markdown with marks.
    Text(String),
    /// What a mark in the text before stands for.
    Citation(Box<Citation>),
}

/// Where the pieces go. Nobody has to listen.
#[derive(Debug, Clone, Default)]
pub struct Pieces(Option<mpsc::UnboundedSender<Piece>>);

impl Pieces {
    /// Pieces for a listener. What is sent is bounded by the length of one answer.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Piece>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    /// Pieces that nobody hears.
    pub const fn unheard() -> Self {
        Self(None)
    }

    /// Sends a piece; that the listener went away is no error.
    pub fn send(&self, piece: Piece) {
        if let Some(sender) = &self.0 {
            let _ = sender.send(piece);
        }
    }

    /// Sends words, unless there are none.
    pub fn text(&self, words: &str) {
        if !words.is_empty() {
            self.send(Piece::Text(words.to_owned()));
        }
    }
}

/// An answer's text as it grows: what is said is heard at once, and joined it is the text.
#[derive(Debug)]
pub struct Said<'a> {
    pieces: &'a Pieces,
    citations: &'a [Citation],
    text: String,
    cited: Vec<usize>,
}

impl<'a> Said<'a> {
    /// Nothing yet. `citations` are what marks may stand for.
    pub const fn new(pieces: &'a Pieces, citations: &'a [Citation]) -> Self {
        Self { pieces, citations, text: String::new(), cited: Vec::new() }
    }

    /// Says words that were checked; a citation follows the first words that carry its mark.
    pub fn say(&mut self, words: &str) {
        self.text.push_str(words);
        self.pieces.text(words);
        for (_, n) in sentences::marks(words) {
            let Some(citation) = self.citations.iter().find(|it| it.n == n && !self.cited.contains(&n)) else {
                continue;
            };
            self.cited.push(n);
            self.pieces.send(Piece::Citation(Box::new(citation.clone())));
        }
    }

    /// Says a checked text sentence by sentence.
    pub fn say_all(&mut self, text: &str) {
        for sentence in sentences::split(text) {
            self.say(&text[sentence]);
        }
    }

    /// Everything said.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything said, for the answer.
    pub fn into_text(self) -> String {
        self.text
    }
}
