//! Cuts an answer into the pieces in which it is streamed: sentences with their citation marks.

/// Pieces of `text`, in order; joined they give it back exactly. A piece ends after 。！？； or a line
/// break, together with closing brackets and marks `[1]` that follow.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '。' | '！' | '？' | '；' | '\n') {
            continue;
        }
        let mut end = at + c.len_utf8();
        end += trailing(&text[end..]);
        while chars.peek().is_some_and(|(next, _)| *next < end) {
            chars.next();
        }
        found.push(&text[start..end]);
        start = end;
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

/// Bytes after a sentence's end that still belong to it.
fn trailing(rest: &str) -> usize {
    let mut length = 0;
    loop {
        let here = &rest[length..];
        if let Some(closing) = here.chars().next().filter(|c| "”’」』）)\n".contains(*c)) {
            length += closing.len_utf8();
        } else if let Some(mark) = mark_length(here) {
            length += mark;
        } else {
            return length;
        }
    }
}

/// Length of a mark `[12]` at the start of the text.
fn mark_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && inner.as_bytes().get(digits) == Some(&b']')).then_some(digits + 2)
}

/// The numbers of all marks in a piece, in order.
pub fn marks(piece: &str) -> Vec<usize> {
    piece
        .match_indices('[')
        .filter_map(|(at, _)| mark_length(&piece[at..]).and_then(|length| piece[at + 1..at + length - 1].parse().ok()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_marks() {
        let text = "预备期为一年。[1][2]“从通过之日算起。”[3]\n\n相关：见附件[4] 完";
        assert_eq!(pieces(text), ["预备期为一年。[1][2]", "“从通过之日算起。”[3]\n\n", "相关：见附件[4] 完"]);
        assert_eq!(marks("a[1]b[x][22]["), [1, 22]);
    }

    #[test]
    fn nothing_is_lost() {
        for text in ["", "。", "a[", "[1]", "一；二！三？\n四", "🎉。[9", "。）[1])。"] {
            assert_eq!(pieces(text).concat(), text);
        }
    }
}
