//! What can go wrong with a measurement. Messages name file, line and reason.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file can't be read.
    #[error("无法读取 {path}：{source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file can't be written.
    #[error("无法写入 {path}：{source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// One line of a file is wrong.
    #[error("{path} 第 {line} 行有误：{reason}", path = path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it, in Chinese.
        reason: String,
    },
    /// A file is wrong as a whole.
    #[error("{path} 有误：{reason}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in Chinese.
        reason: String,
    },
    /// There is nothing to ask.
    #[error("没有可评测的问题：没有内容，或限定为 0 题")]
    NoQueries,
    /// Questions and judgements don't fit together.
    #[error("没有可评测的问题：{0} 个问题都没有标注，请核对问题与标注文件的编号是否一致")]
    NoneJudged(usize),
    /// Every result list was empty: something is broken, not merely bad.
    #[error("{0} 个问题都没有检索到任何结果，请检查索引是否为空、文档编号是否正确")]
    NothingFound(usize),
    /// The search under test failed.
    #[error("问题 {query} 检索失败：{reason}")]
    Search {
        /// The query's id.
        query: String,
        /// What the search said.
        reason: String,
    },
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
