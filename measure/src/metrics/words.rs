//! An answer's Markdown taken apart: lines, marks, sentences.

/// `text` without citation marks such as `[1]` and `[1,2]`.
pub(super) fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        kept.push_str(&rest[..start]);
        let inside = &rest[start + 1..];
        let end = inside.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | ' ' | '，' | '、')));
        match end {
            Some(end) if end > 0 && inside[end..].starts_with(']') => rest = &inside[end + 1..],
            _ => {
                kept.push('[');
                rest = inside;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// Whether a line belongs to a block quote.
pub(super) fn is_block_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// A line without what Markdown puts in front of it (`#`, `-`, `1.`) and without emphasis.
pub(super) fn plain_line(line: &str) -> String {
    let mut text = line.trim().trim_start_matches('#').trim_start();
    // “1.5 个” is a number, “1. 5 个” a list: the blank decides.
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let numbered = text[digits..].strip_prefix(['.', ')']).filter(|rest| digits > 0 && rest.starts_with(' '));
    if let Some(rest) = numbered.or_else(|| text.strip_prefix("- ")).or_else(|| text.strip_prefix("* ")) {
        text = rest.trim_start();
    }
    text.replace("**", "").replace('`', "")
}

/// The sentences of an answer in its own words: without headings, block quotes, marks and list numbers. A
/// sentence ends at 。！？； or with its line, but not between quotation marks or brackets.
pub(super) fn sentences(answer: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in answer.lines().filter(|it| !is_block_quote(it) && !is_heading(it)) {
        let line = without_marks(&plain_line(line));
        let (mut sentence, mut depth) = (String::new(), 0usize);
        for c in line.chars() {
            sentence.push(c);
            match c {
                '“' | '「' | '『' | '‘' | '（' | '(' | '《' => depth += 1,
                '”' | '」' | '』' | '’' | '）' | ')' | '》' => depth = depth.saturating_sub(1),
                '。' | '！' | '？' | '；' | '!' | '?' | ';' if depth == 0 => {
                    found.push(std::mem::take(&mut sentence));
                }
                _ => {}
            }
        }
        found.push(sentence);
    }
    found.iter().map(|it| it.trim().to_owned()).filter(|it| it.chars().any(char::is_alphanumeric)).collect()
}

/// A heading: `# …`, or a line that is bold as a whole, such as `**依据**`.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let bold = line.strip_prefix("**").and_then(|it| it.trim_end_matches(['：', ':']).strip_suffix("**"));
    line.starts_with('#') || bold.is_some_and(|it| !it.contains("**") && it.chars().count() <= 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_brackets_stay() {
        assert_eq!(without_marks("甲[1]乙[2, 3]丙[12]。"), "甲乙丙。");
        assert_eq!(without_marks("[注]甲[]乙[1"), "[注]甲[]乙[1");
    }

    #[test]
    fn a_list_number_is_not_part_of_the_line() {
        for (line, plain) in [
            ("1. 5个工作日", "5个工作日"),
            ("1.5个工作日", "1.5个工作日"),
            ("12) 甲", "甲"),
            ("- **甲**乙", "甲乙"),
            ("## 甲", "甲"),
            ("2026年", "2026年"),
            ("", ""),
        ] {
            assert_eq!(plain_line(line), plain, "{line}");
        }
    }

    #[test]
    fn sentences_are_the_answers_own() {
        let answer =
            "# 题\n可以。“甲。乙。”[1]也行；要登记[2]\n\n**依据**\n\n> 第一条 原文。\n1. 五日内（含当日。）办结！\n";
        assert_eq!(sentences(answer), ["可以。", "“甲。乙。”也行；", "要登记", "五日内（含当日。）办结！"]);
        assert!(sentences("**依据**\n\n。\n").is_empty());
    }
}
