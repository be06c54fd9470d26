//! What can go wrong with the list of words, with codes that mean one thing for ever.

/// An error of this crate. [`Error::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file isn't UTF-8.
    #[error("文件不是 UTF-8 编码，请在表格软件中另存为“CSV UTF-8”")]
    NotUtf8,
    /// The first line doesn't name the columns.
    #[error("第 1 行应为表头 word,level,places,category，缺少 {0}")]
    NoHeader(&'static str),
    /// Some lines are wrong; nothing was written.
    #[error("词表有 {} 处错误，没有导入任何词条：\n{}", .0.len(), listed(.0))]
    Lines(Vec<LineError>),
    /// The database refused or is out of reach.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A stored row contradicts this build.
    #[error("词表中的记录无法识别：{0}")]
    Corrupt(String),
    /// The list can't be made ready.
    #[error("词表过大，无法使用：{0}")]
    TooLarge(#[from] aho_corasick::BuildError),
    /// The list can't be written as CSV.
    #[error("无法写出词表：{0}")]
    Export(String),
}

/// A wrong line of an imported file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// Its number in the file, from 1.
    pub line: u64,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong, in Chinese.
    pub reason: String,
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotUtf8 => "GUARD-001",
            Self::NoHeader(_) => "GUARD-002",
            Self::Lines(lines) => lines.first().map_or("GUARD-003", |it| it.code),
            Self::Store(_) => "GUARD-009",
            Self::Corrupt(_) => "GUARD-010",
            Self::TooLarge(_) => "GUARD-011",
            Self::Export(_) => "GUARD-012",
        }
    }
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Lines shown at most; the rest is counted.
const LISTED: usize = 20;

fn listed(lines: &[LineError]) -> String {
    let shown = lines.iter().take(LISTED).map(|it| format!("第 {} 行 {}：{}", it.line, it.code, it.reason));
    let rest = lines.len().checked_sub(LISTED + 1).map(|it| format!("……另有 {} 处", it + 1));
    shown.chain(rest).collect::<Vec<_>>().join("\n")
}
