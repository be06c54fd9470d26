//! A page under construction. Markup can only come from the source code; whatever else is written is
//! escaped, because retrieved texts, questions and answers are data.

use std::fmt::Write as _;

/// HTML, built from front to back.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Words, escaped for text and for attributes in either kind of quotes.
    pub(super) fn text(&mut self, words: &str) -> &mut Self {
        for c in words.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // No page needs them, and a browser takes some for the end of a line or of a document.
                '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => self.0.push('\u{fffd}'),
                other => self.0.push(other),
            }
        }
        self
    }

    /// A whole number.
    pub(super) fn count(&mut self, number: usize) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// A number with so many digits after the point.
    pub(super) fn number(&mut self, number: f64, digits: usize) -> &mut Self {
        // Writing to a string can't fail.
        let _ = write!(self.0, "{number:.digits$}");
        self
    }

    /// What another page holds: it was escaped when it was written.
    pub(super) fn page(&mut self, other: &Page) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// The beginning of a text: at most so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}……", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_escaped_and_cut_between_characters() {
        let mut page = Page::default();
        page.raw("<p title=\"").text("\"><script>'&\u{0}").raw("\">").number(1.25, 1).count(3);
        assert_eq!(page.into_text(), "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\u{fffd}\">1.23");
        assert_eq!((cut("公示五天", 2), cut("公示", 2)), ("公示……".to_owned(), "公示".to_owned()));
    }
}
