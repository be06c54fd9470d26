//! Why a chat call did not do what was asked, with codes that mean one thing for ever.

/// An error of this crate. [`Error::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is out of reach.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A stored row contradicts this build.
    #[error("数据库中的记录无法识别：{0}")]
    Corrupt(String),
    /// No such channel, or it is switched off.
    #[error("没有名为“{0}”的渠道，或者该渠道已停用")]
    NoChannel(String),
    /// The page that asks is not one of the channel's.
    #[error("网页来源 {0} 不在该渠道允许的范围内")]
    OriginRefused(String),
    /// A channel can't be made like that.
    #[error("{0}")]
    BadChannel(String),
    /// No token, or one that is over, forged or meant for something else.
    #[error("访问凭证缺失或者已经失效")]
    NoSession,
    /// The host page's signature for its user does not fit.
    #[error("用户签名不符或者已经过期")]
    BadUser,
    /// No such conversation of this owner.
    #[error("没有编号为“{0}”的会话")]
    NoConversation(String),
    /// No such turn of this owner.
    #[error("没有编号为“{0}”的问答")]
    NoTurn(String),
    /// The conversation is busy.
    #[error("上一个问题还在作答，请等它结束或者先停止")]
    Busy,
    /// A sensitive word of the strictest level stands in the question.
    #[error("问题中有不能受理的词语，请修改后再问")]
    Blocked,
    /// The list of sensitive words is out of reach.
    #[error(transparent)]
    Guard(#[from] guard::Error),
    /// Something in the request can't be.
    #[error("{reason}")]
    Bad {
        /// The field at fault.
        field: &'static str,
        /// Why, in Chinese.
        reason: String,
    },
    /// Asked too often.
    #[error("{reason}")]
    Limited {
        /// Which limit, in Chinese.
        reason: String,
        /// Seconds after which another try makes sense.
        retry_after: u32,
    },
}

impl Error {
    /// The stable code, as docs/ERRORS.md lists it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) | Self::Guard(_) => "COMMON-510",
            Self::Corrupt(_) => "COMMON-500",
            Self::NoChannel(_) => "CHANNEL-001",
            Self::OriginRefused(_) => "CHANNEL-002",
            Self::BadChannel(_) => "CHANNEL-003",
            Self::NoSession => "SESSION-001",
            Self::BadUser => "SESSION-002",
            Self::Busy => "CHAT-005",
            Self::NoConversation(_) => "CHAT-006",
            Self::NoTurn(_) => "CHAT-007",
            Self::Blocked => "CHAT-009",
            Self::Bad { .. } => "COMMON-002",
            Self::Limited { .. } => "LIMIT-001",
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(it: serde_json::Error) -> Self {
        Self::Corrupt(it.to_string())
    }
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;
