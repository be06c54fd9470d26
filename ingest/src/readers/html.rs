//! HTML pages: block elements become lines; what a reader of the page would not see goes away.
//!
//! Style sheets and scripts are not run, so an element hidden by a class stays. What a site puts
//! around the text (names, bread crumbs) stays too unless its elements say what they are.

use scraper::{ElementRef, Html, Node};

use super::Reading;
use crate::Error;

/// Elements whose text isn't the document's.
const SKIPPED: [&str; 15] = [
    "script", "style", "nav", "head", "noscript", "template", "iframe", "svg", "button", "select", "footer", "aside",
    "title", "object", "textarea",
];
/// Elements that need no end tag, so that an open one does not nest the next.
const ENDLESS: [&str; 22] = [
    "p", "br", "hr", "img", "input", "meta", "link", "li", "td", "th", "tr", "tbody", "thead", "dd", "dt", "option",
    "col", "area", "base", "wbr", "source", "param",
];
/// Most elements open at one place. Real pages stay below a hundred.
const DEEPEST: usize = 1_000;
/// Elements that go on in the same line.
const INLINE: [&str; 22] = [
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "sub", "sup", "small", "big", "label", "mark", "ins",
    "del", "abbr", "cite", "code", "time", "q",
];

/// Reads a page.
pub(super) fn read(page: &str) -> Result<Reading, Error> {
    if nests_deeper_than(page, DEEPEST) {
        let reason = format!("标签嵌套超过 {DEEPEST} 层");
        return Err(Error::Damaged { place: "HTML".to_owned(), reason });
    }
    let document = Html::parse_document(page);
    let title = only_heading(&document);
    let mut out = Lines::default();
    // An explicit stack: a page nested a million deep must not overflow the call stack.
    let mut stack = vec![Step::Open(document.root_element())];
    while let Some(step) = stack.pop() {
        match step {
            Step::Text(text) => out.text(text),
            Step::Close(element) => out.border(element.value().name()),
            Step::Open(element) => {
                let name = element.value().name();
                if SKIPPED.contains(&name) || is_hidden(&element) {
                    continue;
                }
                out.border(name);
                stack.push(Step::Close(element));
                let children: Vec<Step<'_>> = element
                    .children()
                    .filter_map(|it| match it.value() {
                        Node::Text(text) => Some(Step::Text(text)),
                        Node::Element(_) => ElementRef::wrap(it).map(Step::Open),
                        _ => None,
                    })
                    .collect();
                stack.extend(children.into_iter().rev());
            }
        }
    }
    Ok(Reading { text: out.finish(), title, notes: Vec::new() })
}

/// Whether more than `limit` elements are open at one place. Counted on the raw page, because the
/// parser's own work grows with the square of the depth.
fn nests_deeper_than(page: &str, limit: usize) -> bool {
    let mut depth = 0usize;
    for (at, _) in page.match_indices('<') {
        let tag = &page.as_bytes()[at + 1..];
        let is_end = tag.first() == Some(&b'/');
        let name = &tag[usize::from(is_end)..];
        let length = name.iter().take(12).take_while(|it| it.is_ascii_alphanumeric()).count();
        let name = name[..length].to_ascii_lowercase();
        if length == 0 || ENDLESS.iter().any(|it| it.as_bytes() == name) {
            continue;
        }
        depth = if is_end { depth.saturating_sub(1) } else { depth + 1 };
        if depth > limit {
            return true;
        }
    }
    false
}

/// The page's `h1`, if there is exactly one: sites put their own names above it, as plain lines.
fn only_heading(document: &Html) -> Option<String> {
    let root = document.root_element();
    let mut headings = root.descendent_elements().filter(|it| it.value().name() == "h1");
    let heading = headings.next()?;
    if headings.next().is_some() {
        return None;
    }
    let text: String = heading.text().collect();
    Some(text.split_whitespace().collect())
}

/// What is left to do with an element.
enum Step<'a> {
    Open(ElementRef<'a>),
    Close(ElementRef<'a>),
    Text(&'a str),
}

/// Hidden by attribute or inline style. Style sheets are not read.
fn is_hidden(element: &ElementRef<'_>) -> bool {
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// The lines under construction.
#[derive(Default)]
struct Lines {
    done: String,
    line: String,
    /// A line break of the source stands at the end of `line`.
    wrapped: bool,
}

impl Lines {
    /// Line breaks of the page's source are white space only: nothing between Chinese characters,
    /// elsewhere one space.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' | '\r' | '\t' | ' ' if self.line.is_empty() || self.line.ends_with(' ') => {
                    self.wrapped |= c == '\n' && !self.line.is_empty();
                }
                '\n' | '\r' | '\t' => {
                    self.wrapped |= c != '\t';
                    self.line.push(' ');
                }
                '\u{a0}' => self.line.push(' '),
                _ => {
                    let before = self.line.trim_end_matches(' ');
                    if self.wrapped && is_wide(c) && before.ends_with(|it| is_wide(it) && it != '条') {
                        // After 第一条 the space stays: there it is a border between words.
                        self.line.truncate(before.len());
                    }
                    self.wrapped = false;
                    self.line.push(c);
                }
            }
        }
    }

    /// The edge of an element: of a block it ends the line, of a table cell it is a space.
    fn border(&mut self, name: &str) {
        if name == "td" || name == "th" {
            if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
        } else if !INLINE.contains(&name) && !self.line.is_empty() {
            self.done.push_str(self.line.trim_end());
            self.done.push_str("\n\n");
            self.line.clear();
            self.wrapped = false;
        }
    }

    fn finish(mut self) -> String {
        self.border("p");
        self.done
    }
}

fn is_wide(c: char) -> bool {
    c >= '\u{2e80}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_see() {
        let page = "<html><head><title>站名</title><style>p{}</style></head><body><nav>首页</nav><h1>某条例</h1>\
            <p>第一条&nbsp;<b>甲</b>&lt;乙&gt;。</p><p style='DISPLAY: none'>藏</p><div>第二条　丙<br>丁\n戊</div>\
            <table><tr><td>己</td><td>庚</td></tr></table><script>x()</script><p hidden>辛</p></body></html>";
        assert_eq!(
            crate::normalise(&read(page).expect("a page").text),
            "某条例\n\n第一条 甲<乙>。\n\n第二条　丙\n\n丁戊\n\n己 庚"
        );
    }

    #[test]
    fn deep_nesting_is_survived() {
        let page = |depth: usize| format!("{}甲", "<p><div>".repeat(depth));
        assert_eq!(read(&page(900)).expect("a page").text.trim(), "甲");
        assert_eq!(read(&page(200_000)).expect_err("too deep").code(), "REG-009");
    }
}
