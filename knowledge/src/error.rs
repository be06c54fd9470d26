//! What can go wrong with knowledge, with codes that mean one thing for ever.

/// An error of this crate. [`Error::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is out of reach.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A version label can't stand in a permalink.
    #[error("版本号“{0}”只能由字母、数字和短横线组成，且不超过 40 个字符")]
    BadLabel(String),
    /// A regulation without a title can't be found again.
    #[error("法规缺少标题")]
    NoTitle,
    /// The text has nothing in it.
    #[error("《{0}》没有正文")]
    NoText(String),
    /// Two nodes claim one address.
    #[error("《{title}》中{label}出现了两次，请先更正原文")]
    DuplicateAddress {
        /// Title of the regulation.
        title: String,
        /// The address, in Chinese.
        label: String,
    },
    /// Abolished before it entered into force.
    #[error("《{0}》的废止日期早于施行日期")]
    DatesReversed(String),
    /// A document or question without an id.
    #[error("第 {0} 条记录缺少编号")]
    NoId(usize),
    /// An index can't be read, written or built.
    #[error("索引出错：{0}")]
    Index(String),
    /// Another process is the indexer.
    #[error("索引正由另一个进程写入")]
    Locked,
    /// Vectors can't be had.
    #[error(transparent)]
    Embedding(#[from] crate::index::embed::Error),
    /// Vectors can't be searched or stored.
    #[error(transparent)]
    Vectors(#[from] crate::index::vector::Error),
    /// A stored row contradicts this build.
    #[error("数据库中的记录无法识别：{0}")]
    Corrupt(String),
}

impl Error {
    /// The stable code, as docs/ERRORS lists it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "KNO-001",
            Self::Corrupt(_) => "KNO-002",
            Self::NoId(_) => "KNO-004",
            Self::Index(_) => "KNO-005",
            Self::Locked => "KNO-008",
            Self::Embedding(_) => "KNO-006",
            Self::Vectors(_) => "KNO-007",
            Self::NoTitle => "REG-101",
            Self::BadLabel(_) => "REG-102",
            Self::NoText(_) => "REG-103",
            Self::DuplicateAddress { .. } => "REG-104",
            Self::DatesReversed(_) => "REG-105",
        }
    }
}

impl From<tantivy::TantivyError> for Error {
    fn from(it: tantivy::TantivyError) -> Self {
        match it {
            tantivy::TantivyError::LockFailure(..) => Self::Locked,
            other => Self::Index(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(it: std::io::Error) -> Self {
        Self::Index(it.to_string())
    }
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// `value` as a JSON parameter.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<store::Value> {
    let value = serde_json::to_value(value).map_err(|source| Error::Corrupt(source.to_string()))?;
    Ok(store::Value::Json(Some(value)))
}
