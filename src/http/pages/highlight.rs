//! Marks the words searched for. Gives pieces, not HTML: the template escapes and wraps them.

use minijinja::{Environment, Value, context};

/// Adds the filter `pieces(text, words)`: a list of `{text, hit}`.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("pieces", |text: String, words: String| -> Vec<Value> {
        split(&text, &words).into_iter().map(|(text, hit)| context! { text, hit }).collect()
    });
}

/// Cuts `text` into pieces that are hits or not; joined they give it back. Words are separated by
/// white space; ASCII letters match in either case.
fn split<'a>(text: &'a str, words: &str) -> Vec<(&'a str, bool)> {
    let words: Vec<String> = words.split_whitespace().map(str::to_ascii_lowercase).collect();
    let folded = text.to_ascii_lowercase();
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        // The earliest hit; of several at one place the longest.
        let hit = words
            .iter()
            .filter_map(|word| folded[start..].find(word.as_str()).map(|at| (start + at, word.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length));
        let Some((at, length)) = hit else { break };
        if at > start {
            pieces.push((&text[start..at], false));
        }
        pieces.push((&text[at..at + length], true));
        start = at + length;
    }
    if start < text.len() {
        pieces.push((&text[start..], false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_cut_out() {
        assert_eq!(split("预备党员的预备期", "预备 预备期"), [("预备", true), ("党员的", false), ("预备期", true)]);
        assert_eq!(split("ABC文", "b"), [("A", false), ("B", true), ("C文", false)]);
        assert_eq!(split("无", ""), [("无", false)]);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "İ<script>党章</script>";
        let joined: String = split(text, "党章 script").into_iter().map(|(piece, _)| piece).collect();
        assert_eq!(joined, text);
    }
}
