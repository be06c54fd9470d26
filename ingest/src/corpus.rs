//! `ingest corpus FILE.jsonl`: documents `{"id","title","text"}`, one a line.
//!
//! The file is never held whole: corpora have millions of lines.

use std::io::{BufRead, Read};

use serde::Deserialize;
use serde_json::Value;

/// Most bytes of one line.
const LONGEST_LINE: u64 = 16 << 20;

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorpusLine {
    /// Its id; a number is taken as its digits.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// A line that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("第{line}行：{reason}")]
pub struct LineError {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong, in Chinese.
    pub reason: String,
}

/// A line as written. `title` may be missing or null.
#[derive(Deserialize)]
struct Raw {
    id: Value,
    #[serde(default)]
    title: Option<String>,
    text: String,
}

/// Reads documents line by line. Blank lines are passed over, other keys ignored; a bad line is an
/// error that names it, and reading goes on behind it. A failing reader ends the iteration.
pub fn read(reader: impl BufRead) -> impl Iterator<Item = Result<CorpusLine, LineError>> {
    let mut lines = Lines { reader, number: 0, failed: false };
    std::iter::from_fn(move || {
        loop {
            let bytes = match lines.next()? {
                Ok(bytes) => bytes,
                Err(error) => return Some(Err(error)),
            };
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| lines.number == 1).unwrap_or(&bytes);
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                return Some(parse(bytes).map_err(|reason| LineError { line: lines.number, reason }));
            }
        }
    })
}

/// Raw lines with their numbers.
struct Lines<R> {
    reader: R,
    number: usize,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    /// The next line; one that is too long is skipped without being held in memory.
    fn next(&mut self) -> Option<Result<Vec<u8>, LineError>> {
        if self.failed {
            return None;
        }
        self.number += 1;
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes);
        match read {
            Ok(0) => None,
            Ok(length) if length as u64 == LONGEST_LINE && !bytes.ends_with(b"\n") => {
                let rest = self.reader.skip_until(b'\n');
                self.failed = rest.is_err();
                Some(Err(self.error(format!("超过 {} MiB 的上限", LONGEST_LINE >> 20))))
            }
            Ok(_) => Some(Ok(bytes)),
            Err(error) => {
                self.failed = true;
                Some(Err(self.error(format!("读取失败：{error}"))))
            }
        }
    }

    fn error(&self, reason: String) -> LineError {
        LineError { line: self.number, reason }
    }
}

/// One line; the error is the reason in Chinese.
fn parse(bytes: &[u8]) -> Result<CorpusLine, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("第{}字节起不是 UTF-8", error.valid_up_to() + 1))?;
    let raw: Raw = serde_json::from_str(text).map_err(|error| explain(&error))?;
    let id = match raw.id {
        Value::String(id) if !id.trim().is_empty() => id,
        Value::Number(id) => id.to_string(),
        _ => return Err("id 应为非空的字符串或数字".to_owned()),
    };
    Ok(CorpusLine { id, title: raw.title.unwrap_or_default(), text: raw.text })
}

/// Bad JSON and a good JSON of the wrong shape are told apart.
fn explain(error: &serde_json::Error) -> String {
    let message = error.to_string();
    if error.is_data() {
        return format!("字段不符合 {{\"id\",\"title\",\"text\"}} 的要求（{message}）");
    }
    format!("不是有效的 JSON（第{}列，{message}）", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_lines_are_read_and_bad_ones_named() {
        let file = "\u{feff}{\"id\":\"a\",\"title\":\"甲\",\"text\":\"乙\",\"more\":1}\r\n\n{\"id\":7,\"text\":\"丙\"}\n{\"id\":1\n{\"id\":\"\",\"text\":\"\"}\n{\"id\":\"x\"}\n{\"id\":\"\\ud800\",\"text\":\"丁\"}\n{\"id\":\"z\",\"title\":null,\"text\":\"戊\"}";
        let all: Vec<_> = read(file.as_bytes()).collect();
        let good: Vec<&str> = all.iter().flatten().map(|it| it.id.as_str()).collect();
        let bad: Vec<usize> = all.iter().filter_map(|it| it.as_ref().err()).map(|it| it.line).collect();
        assert_eq!(good, ["a", "7", "z"]);
        assert_eq!(bad, [4, 5, 6, 7]);
        assert!(all[2].as_ref().expect_err("line 4").to_string().starts_with("第4行：不是有效的 JSON"));
        let not_utf8: Vec<_> = read(&b"{\"id\":\"\xff\"}\n"[..]).collect();
        assert!(not_utf8[0].as_ref().expect_err("bytes").reason.contains("UTF-8"));
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let long =
            std::io::BufReader::new(std::io::repeat(b'x').take(40 << 20).chain(&b"\n{\"id\":1,\"text\":\"a\"}"[..]));
        let all: Vec<_> = read(long).collect();
        assert_eq!(all.len(), 2);
        assert!(all[0].as_ref().expect_err("too long").reason.contains("16 MiB"));
        assert_eq!(all[1].as_ref().map(|it| it.id.as_str()), Ok("1"));
    }
}
