//! Marks the words searched for. Gives pieces, not HTML: the template escapes and wraps them.

use minijinja::{Environment, Value, context};

/// Adds the filter `pieces(text, words)`: a list of `{text, hit}`.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("pieces", |text: String, words: String| -> Vec<Value> {
        split(&text, &words).into_iter().map(|(text, hit)| context! { text, hit }).collect()
    });
}

/// How many pieces of `text` would be marked.
pub(super) fn hits(text: &str, words: &str) -> usize {
    split(text, words).iter().filter(|(_, hit)| *hit).count()
}

/// More words than this are not marked: a page must not cost a visitor's whole vocabulary.
const MAX_WORDS: usize = 10;

/// Cuts `text` into pieces that are hits or not; joined they give it back. Words are separated by
/// white space; ASCII letters match in either case. Costs one pass over the text per word.
fn split<'a>(text: &'a str, words: &str) -> Vec<(&'a str, bool)> {
    let folded = text.to_ascii_lowercase();
    let mut hits: Vec<(usize, usize)> = words
        .split_whitespace()
        .take(MAX_WORDS)
        .map(str::to_ascii_lowercase)
        .flat_map(|word| folded.match_indices(&word).map(|(at, hit)| (at, at + hit.len())).collect::<Vec<_>>())
        .collect();
    // The earliest first; of several at one place the longest.
    hits.sort_unstable_by_key(|(start, end)| (*start, usize::MAX - end));
    let mut pieces = Vec::new();
    let mut done = 0;
    for (start, end) in hits {
        if start < done {
            continue;
        }
        if start > done {
            pieces.push((&text[done..start], false));
        }
        pieces.push((&text[start..end], true));
        done = end;
    }
    if done < text.len() {
        pieces.push((&text[done..], false));
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
