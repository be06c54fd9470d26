//! Metadata at the head of a text file: a front matter block or a list of bullets.

use super::{MetaArgs, fields};
use crate::Error;

/// How many lines from the top a bullet header may begin.
const HEAD_LINES: usize = 20;

/// Takes the metadata off the head of `text` (LF line ends); gives it and the rest of the text.
pub(crate) fn take(text: &str) -> Result<(MetaArgs, String), Error> {
    let mut meta = MetaArgs::default();
    let rest = front_matter(text, &mut meta)?;
    let rest = bullets(rest, &mut meta)?;
    Ok((meta, rest))
}

/// A block between two lines `---` (`key: value`) or `+++` (`key = value`) at the very top.
fn front_matter<'a>(text: &'a str, meta: &mut MetaArgs) -> Result<&'a str, Error> {
    let start = text.trim_start_matches(['\u{feff}', '\n', ' ']);
    let Some(fence) =
        ["---", "+++"].into_iter().find(|it| start.lines().next().is_some_and(|line| line.trim_end() == *it))
    else {
        return Ok(text);
    };
    let body = start[fence.len()..].split_once('\n').map_or("", |(_, body)| body);
    let mut end = 0;
    let mut entries: Vec<(usize, String, String)> = Vec::new();
    for (index, line) in body.split_inclusive('\n').enumerate() {
        end += line.len();
        let line = line.trim();
        if line == fence {
            for (number, key, value) in entries {
                if !fields::set(meta, &key, &value, &format!("第{number}行："))? {
                    meta.unread.push(key);
                }
            }
            return Ok(&body[end..]);
        }
        match entries.last_mut() {
            // A YAML list below its key.
            Some((_, _, value)) if line.starts_with("- ") => {
                if !value.is_empty() {
                    value.push('、');
                }
                value.push_str(line[2..].trim());
            }
            _ if line.is_empty() || line.starts_with('#') => {}
            // No metadata after all: a rule across the page.
            _ => match split_entry(line) {
                Some((key, value)) => entries.push((index + 2, key.to_owned(), value.to_owned())),
                None => return Ok(text),
            },
        }
    }
    Ok(text)
}

/// Key and value of `key: value`, `key：value` or `key = value`.
fn split_entry(line: &str) -> Option<(&str, &str)> {
    let at = line.find([':', '：', '='])?;
    let key = line[..at].trim();
    let width = line[at..].chars().next()?.len_utf8();
    (!key.is_empty() && key.chars().count() <= 20).then(|| (key, line[at + width..].trim()))
}

/// Bullets `- 版本：2019` near the top; only those whose names are known are taken off.
fn bullets(text: &str, meta: &mut MetaArgs) -> Result<String, Error> {
    let mut kept = String::with_capacity(text.len());
    let mut written = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        written += line.len();
        let bullet =
            line.trim().strip_prefix(['-', '*']).filter(|it| it.starts_with(' ')).and_then(|it| split_entry(it.trim()));
        match bullet.filter(|(key, _)| fields::is_known(key)) {
            Some((key, value)) => {
                fields::set(meta, key, value, &format!("第{}行：", index + 1))?;
            }
            None => kept.push_str(line),
        }
        if index + 1 >= HEAD_LINES {
            break;
        }
    }
    kept.push_str(&text[written..]);
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn front_matter_in_both_languages() {
        let text = "---\ntitle: \"某条例\"\n简称:\n  - 甲\n  - 乙\n施行日期：2026年6月1日\nsample: true\ncolour: red\n---\n第一条 甲。\n";
        let (meta, rest) = take(text).expect("metadata");
        assert_eq!(meta.title.as_deref(), Some("某条例"));
        assert_eq!(meta.aliases, ["甲", "乙"]);
        assert_eq!(meta.effective_on, NaiveDate::from_ymd_opt(2026, 6, 1));
        assert_eq!(meta.sample, Some(true));
        assert_eq!(meta.unread, ["colour"]);
        assert_eq!(rest, "第一条 甲。\n");
        let (meta, _) = take("+++\nlabel = \"2026\"\n+++\n甲").expect("metadata");
        assert_eq!(meta.label.as_deref(), Some("2026"));
    }

    #[test]
    fn bullets_are_taken_only_if_known() {
        let (meta, rest) =
            take("# 某条例\n\n- 版本：2019\n- 数据来源：某处\n- 其他：甲\n\n第一条 乙。").expect("metadata");
        assert_eq!((meta.version.as_deref(), meta.provenance.as_deref()), (Some("2019"), Some("某处")));
        assert_eq!(rest, "# 某条例\n\n- 其他：甲\n\n第一条 乙。");
    }

    #[test]
    fn wrong_values_name_their_line() {
        let error = take("---\ntitle: 甲\npublished_on: 昨天\n---\n").expect_err("a bad day");
        assert_eq!(error.code(), "REG-011");
        assert!(error.to_string().contains("第3行"), "{error}");
    }

    #[test]
    fn a_rule_across_the_page_is_text() {
        let text = "---\n第一条\n---\n甲";
        assert_eq!(take(text).expect("text").1, text);
    }
}
