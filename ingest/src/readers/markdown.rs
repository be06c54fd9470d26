//! Markdown: only the marks that are not words go away here; headings lose theirs in
//! [`crate::normalise()`].

/// Removes bold marks in pairs, hard line breaks, HTML comments and backslashes before punctuation.
pub(super) fn strip(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in without_comments(text).split_inclusive('\n') {
        kept.push_str(&strip_line(line));
    }
    kept
}

/// Comments may run over lines; one that never ends is text.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        let Some(end) = rest[start..].find("-->") else { break };
        kept.push_str(&rest[..start]);
        rest = &rest[start + end + "-->".len()..];
    }
    kept.push_str(rest);
    kept
}

/// A lone `**` is text: only pairs on one line are marks.
fn strip_line(line: &str) -> String {
    let mut line = line.replace("<br>", "\n").replace("<br/>", "\n").replace("<br />", "\n");
    for mark in ["**", "__"] {
        let count = line.matches(mark).count();
        if count > 0 && count.is_multiple_of(2) {
            line = line.replace(mark, "");
        }
    }
    let mut kept = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if !(c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation)) {
            kept.push(c);
        } else if let Some(escaped) = chars.next() {
            kept.push(escaped);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_go() {
        assert_eq!(strip("**第一条**　甲\\.<br>乙<!-- 丙\n丁 -->\n2**3"), "第一条　甲.\n乙\n2**3");
    }
}
