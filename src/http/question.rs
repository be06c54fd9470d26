//! What may be asked: the question as typed becomes a question that the core can take.

use super::problem::{Kind, Problem};

/// Longest question, characters.
pub const MAX_QUESTION: usize = 2_000;

/// Longest channel name or conversation id, characters.
const MAX_NAME: usize = 64;

/// Takes out what nobody can read and trims the rest.
///
/// # Errors
/// `CHAT-001` blank, `CHAT-003` nothing readable, `CHAT-002` longer than [`MAX_QUESTION`].
pub fn clean(question: &str) -> Result<String, Problem> {
    if question.trim().is_empty() {
        return Err(Problem::new(Kind::QUESTION_EMPTY, "question 为空或只有空白").at("question"));
    }
    let readable: String = question.chars().filter_map(readable).collect();
    let readable = readable.trim();
    if readable.is_empty() {
        return Err(Problem::new(Kind::QUESTION_UNREADABLE, "question 中只有控制字符").at("question"));
    }
    let length = readable.chars().count();
    if length > MAX_QUESTION {
        let detail = format!("question 有 {length} 字，最多 {MAX_QUESTION} 字");
        return Err(Problem::new(Kind::QUESTION_TOO_LONG, detail).at("question"));
    }
    Ok(readable.to_owned())
}

/// Control characters go (tabs become spaces), and with them what turns the direction of writing
/// around or shows nothing: such characters only serve to hide text.
fn readable(c: char) -> Option<char> {
    match c {
        '\n' => Some('\n'),
        '\t' | '\r' => Some(' '),
        // The zero-width joiner inside emoji is lost with these; the emoji remain.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fdd0}'..='\u{fdef}' => None,
        _ if c.is_control() || (c as u32) & 0xfffe == 0xfffe => None,
        _ => Some(c),
    }
}

/// Checks a channel name or conversation id.
///
/// # Errors
/// `CHAT-004` with the field's name.
pub fn name(value: Option<String>, field: &str) -> Result<Option<String>, Problem> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    let good =
        value.chars().count() <= MAX_NAME && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if good {
        Ok(Some(value))
    } else {
        Err(Problem::new(Kind::BAD_CONVERSATION, format!("{field} 的写法不对")).at(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(question: &str) -> &'static str {
        clean(question).expect_err("must be refused").kind.code
    }

    #[test]
    fn what_can_be_read_stays() {
        assert_eq!(clean("  预备期\t多长？\u{0}\u{7}\n").expect("fine"), "预备期 多长？");
        assert_eq!(clean("党费👍怎么交").expect("fine"), "党费👍怎么交");
        assert_eq!(clean("'; drop table x; -- <b>").expect("fine"), "'; drop table x; -- <b>");
        assert_eq!(clean("转\u{202e}正\u{ffff}").expect("fine"), "转正");
    }

    #[test]
    fn the_rest_is_refused() {
        assert_eq!(code(" \n\u{3000}"), "CHAT-001");
        assert_eq!(code("\u{0}\u{1}\u{1b}"), "CHAT-003");
        assert_eq!(code(&"问".repeat(2_001)), "CHAT-002");
        assert!(clean(&"问".repeat(2_000)).is_ok());
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(name(Some(String::new()), "channel").expect("fine"), None);
        assert!(name(Some("web_widget-1".to_owned()), "channel").is_ok());
        assert!(name(Some("a b".to_owned()), "channel").is_err());
    }
}
