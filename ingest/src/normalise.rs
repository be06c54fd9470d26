//! The one form in which a source text is kept.

/// Gives the normalised source of `text`: LF line ends, no BOM, no control or invisible formatting
/// characters, no white space at line ends, at most one blank line in a row, none at either end,
/// no Markdown `#` before headings. Every other character stays. Doing it twice changes nothing.
pub fn normalise(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(is_line_break, "\n");
    let mut source = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.split('\n') {
        let line = clean_line(line);
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !source.is_empty() {
            source.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        source.push_str(&line);
    }
    source
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters, and characters of no width that would hide in a quotation or turn its
/// direction. The tab is white space, so it stays.
fn is_invisible(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn clean_line(line: &str) -> String {
    let visible: String = line.chars().filter(|c| !is_invisible(*c)).collect();
    let mut rest = visible.trim_end();
    while let Some(heading) = without_heading_mark(rest) {
        rest = heading;
    }
    rest.to_owned()
}

/// The text of a Markdown heading, if the line is one: up to three spaces, 1 to 6 `#`, a space.
fn without_heading_mark(line: &str) -> Option<&str> {
    let start = line.trim_start_matches(' ');
    let text = start.trim_start_matches('#');
    let marks = start.len() - text.len();
    if line.len() - start.len() > 3 || !(1..=6).contains(&marks) || !(text.is_empty() || text.starts_with([' ', '\t']))
    {
        return None;
    }
    Some(text.trim_start_matches([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_form_changes() {
        let raw = "\u{feff}# 某条例\r\n\r\n\r\n\r\n##  第一章　总则 \r\n第一条　甲\u{0}乙\u{200b}　\u{7}丙\r　　第二条\t丁　\n\n";
        assert_eq!(normalise(raw), "某条例\n\n第一章　总则\n第一条　甲乙　丙\n　　第二条\t丁");
        assert_eq!(normalise("#号不是标题"), "#号不是标题");
        assert_eq!(normalise(" \n\u{3000}\n"), "");
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "(?s)[#\\- \u{3000}\n\r\t第一条a。\u{0}\u{200b}]{0,60}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn visible_characters_survive(text in "\\PC{0,200}") {
            let visible = |it: &str| -> String {
                it.chars().filter(|c| !c.is_whitespace() && *c != '#' && !is_invisible(*c)).collect()
            };
            prop_assert_eq!(visible(&normalise(&text)), visible(&text));
        }
    }
}
