//! What can be wrong with rule files and replies.

use std::ops::Range;

use thiserror::Error;

/// An error of this crate. Messages are for curators.
#[derive(Debug, Error)]
pub enum RulesError {
    /// A file is there but can't be read.
    #[error("DIALOGUE-001 无法读取规则文件 {file}：{source}")]
    Unreadable {
        /// File name within the folder.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something in a file is wrong.
    #[error("DIALOGUE-002 规则文件 {file} 第 {line} 行：{reason}")]
    Wrong {
        /// File name within the folder.
        file: String,
        /// Line from 1.
        line: usize,
        /// What is wrong, in Chinese.
        reason: String,
    },
    /// No reply has this code.
    #[error("DIALOGUE-003 没有编号为 {code} 的回复")]
    NoReply {
        /// The code.
        code: String,
    },
    /// A reply can't be filled in.
    #[error("DIALOGUE-004 回复 {code} 无法填写：{source}")]
    Filling {
        /// The code.
        code: String,
        /// Why.
        source: Box<minijinja::Error>,
    },
}

/// The line, from 1, in which byte `at` of `text` stands.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// A [`RulesError::Wrong`] at a place in a file's text.
pub fn wrong(file: &str, text: &str, span: Option<Range<usize>>, reason: impl Into<String>) -> RulesError {
    let line = span.map_or(1, |span| line_of(text, span.start));
    RulesError::Wrong { file: file.to_owned(), line, reason: reason.into() }
}

/// Reads a TOML file into `T`; what is wrong is named with its line.
pub fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, RulesError> {
    toml::from_str(text).map_err(|error: toml::de::Error| wrong(file, text, error.span(), error.message()))
}
