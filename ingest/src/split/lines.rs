//! Lines of the normalised source.

/// One line that isn't blank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// First byte in the source.
    pub start: usize,
    /// First byte of `text` in the source.
    pub text_start: usize,
    /// The line without white space at its ends.
    pub text: &'a str,
    /// Number of the line in the source, from 1.
    pub number: usize,
}

/// The lines of `source` that aren't blank, in order.
pub(crate) fn lines(source: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut found = Vec::new();
    for (index, raw) in source.split('\n').enumerate() {
        let text = raw.trim_start();
        if !text.is_empty() {
            let text_start = start + raw.len() - text.len();
            found.push(Line { start, text_start, text: text.trim_end(), number: index + 1 });
        }
        start += raw.len() + 1;
    }
    found
}

/// The text without any white space: 总　纲 → 总纲.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
