//! What can go wrong with keys, cells and the audit log, with codes that mean one thing for ever.

/// An error of this crate. [`Error::code`] is stable; the text is for people and never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration names no key.
    #[error("没有配置数据密钥，应写成“编号:base64”，多个以逗号分隔，第一个用于写入")]
    NoKey,
    /// An entry of the configuration isn't `id:base64`; only its number is told, for it may be a secret.
    #[error("第 {0} 个数据密钥的写法有误，应为“编号:base64”")]
    BadEntry(usize),
    /// A key's id can't be used.
    #[error("数据密钥的编号“{0}”有误：应为 1–32 个小写字母、数字、- 或 _")]
    BadId(String),
    /// Two keys of one ring have the same id.
    #[error("数据密钥的编号“{0}”出现了两次")]
    SameId(String),
    /// A key isn't 32 bytes, or they are all the same.
    #[error("数据密钥“{0}”应为 32 个随机字节的 base64（可用程序生成）")]
    BadSecret(String),
    /// Two versions have the same secret: changing from one to the other would change nothing.
    #[error("数据密钥“{0}”与“{1}”的内容相同，更换密钥必须使用新的随机数")]
    SameSecret(String, String),
    /// The ring has no key of this id.
    #[error("没有编号为“{0}”的数据密钥")]
    UnknownKey(String),
    /// The system gives no random numbers.
    #[error("系统无法提供随机数：{0}")]
    Random(String),
    /// A stored value isn't `v1.<key id>.<base64>`.
    #[error("加密字段 {0} 的内容不是可识别的密文")]
    NotACell(String),
    /// A stored value was encrypted with a key that the ring doesn't have.
    #[error("加密字段 {place} 使用的数据密钥“{key}”不在当前配置中")]
    KeyGone {
        /// Table, column and row.
        place: String,
        /// The key's id.
        key: String,
    },
    /// The tag doesn't fit: the value was changed, or moved here from another row or column.
    #[error("加密字段 {0} 校验不符：密文被改动过，或者是从别处移来的")]
    Forged(String),
    /// The value is longer than the mode allows.
    #[error("加密字段 {0} 的内容过长，最多 1 MiB")]
    TooLong(String),
    /// An audit entry can't be written like that.
    #[error("审计记录的 {field} 有误：{reason}")]
    BadEntryField {
        /// The column at fault.
        field: &'static str,
        /// Why, in Chinese.
        reason: &'static str,
    },
    /// The row that holds the end of the chain is gone: somebody has removed it.
    #[error("审计日志的链头不存在，日志可能被破坏，请运行审计校验")]
    NoHead,
    /// The text isn't an anchor.
    #[error("“{0}”不是审计锚点，应为“序号-64 位十六进制”")]
    BadAnchor(String),
    /// The database refused or is out of reach.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "SEAL-001",
            Self::BadEntry(_) => "SEAL-002",
            Self::BadId(_) => "SEAL-003",
            Self::SameId(_) => "SEAL-004",
            Self::BadSecret(_) => "SEAL-005",
            Self::SameSecret(..) => "SEAL-006",
            Self::UnknownKey(_) => "SEAL-007",
            Self::Random(_) => "SEAL-008",
            Self::NotACell(_) => "SEAL-011",
            Self::KeyGone { .. } => "SEAL-012",
            Self::Forged(_) => "SEAL-013",
            Self::TooLong(_) => "SEAL-014",
            Self::BadEntryField { .. } => "SEAL-021",
            Self::NoHead => "SEAL-022",
            Self::BadAnchor(_) => "SEAL-023",
            Self::Store(_) => "SEAL-031",
        }
    }
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
