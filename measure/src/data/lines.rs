//! Lines of a text file with their numbers, and JSON lines.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Reads JSON lines, each through `take`, which says in Chinese what is wrong with one. Empty lines are
/// passed over, a byte order mark too. The error names file, line and reason; a file without lines gives
/// an empty list, which is the caller's to judge.
pub fn json_lines<L: DeserializeOwned, T>(path: &Path, mut take: impl FnMut(L) -> Result<T, String>) -> Result<Vec<T>> {
    let mut items = Vec::new();
    let mut lines = Lines::open(path)?;
    while let Some((number, text)) = lines.next_line()? {
        let item = serde_json::from_str(&text)
            .map_err(|error| format!("不是所需的 JSON（{error}）"))
            .and_then(&mut take)
            .map_err(|reason| lines.wrong(number, reason))?;
        items.push(item);
    }
    Ok(items)
}

/// The lines of a file that hold something, with their numbers from 1.
pub(super) struct Lines<'a> {
    path: &'a Path,
    reader: BufReader<File>,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        Ok(Self { path, reader: BufReader::new(file), number: 0 })
    }

    pub(super) fn next_line(&mut self) -> Result<Option<(usize, String)>> {
        loop {
            let mut bytes = Vec::new();
            let read = self
                .reader
                .read_until(b'\n', &mut bytes)
                .map_err(|source| Error::Read { path: self.path.to_owned(), source })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let text = std::str::from_utf8(&bytes)
                .map_err(|_| self.wrong(self.number, "不是 UTF-8 文字".to_owned()))?
                // Some editors put a byte order mark in front.
                .trim_start_matches('\u{feff}')
                .trim_end_matches(['\r', '\n']);
            if !text.trim().is_empty() {
                return Ok(Some((self.number, text.to_owned())));
            }
        }
    }

    pub(super) fn wrong(&self, line: usize, reason: String) -> Error {
        Error::Line { path: self.path.to_owned(), line, reason }
    }

    /// An error of the whole file.
    pub(super) fn wrong_file(&self, reason: &str) -> Error {
        Error::File { path: self.path.to_owned(), reason: reason.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::data::tests::file;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        id: u32,
    }

    #[test]
    fn a_wrong_line_is_named_with_its_file_and_reason() {
        let take = |line: Line| if line.id == 0 { Err("编号是 0".to_owned()) } else { Ok(line.id) };
        let (_folder, path) = file("\u{feff}{\"id\": 1}\r\n\n{\"id\": 2}");
        assert_eq!(json_lines(&path, take).expect("read"), [1, 2]);
        for (content, words) in [
            ("{\"id\":1}\n\n{\"id\":0}\n", ["第 3 行", "编号是 0"]),
            ("{\"id\":1}\n{\"id\":1,\"colour\":2}\n", ["第 2 行", "colour"]),
            ("{\"id\":1", ["第 1 行", "EOF"]),
        ] {
            let (_folder, path) = file(content);
            let error = json_lines(&path, take).expect_err("refused").to_string();
            assert!(error.contains("set.file") && words.iter().all(|word| error.contains(word)), "{error}");
        }
    }
}
