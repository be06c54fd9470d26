//! What can go wrong, each with a stable code. Out of scope and not there are one error on purpose.

use domain::Violation;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row is not there, or not for this actor.
    #[error("WF-404 没有这条记录，或不在您的管理范围内")]
    NotFound,
    /// The actor's roles don't allow it.
    #[error("WF-403 您没有“{0}”的权限")]
    Forbidden(&'static str),
    /// Somebody else was faster, or the page is old.
    #[error("WF-409 该事项状态已变化，请刷新")]
    Conflict,
    /// The action can't be done from where the row is.
    #[error("WF-410 当前状态“{state}”不能“{action}”")]
    WrongState {
        /// The action's title, or its code where no state knows it.
        action: String,
        /// The state's title.
        state: String,
    },
    /// Nobody approves their own work.
    #[error("AUTH-003 不能审批本人发起的业务")]
    OwnWork,
    /// The form can't be changed in this state.
    #[error("WF-411 当前状态“{0}”不能修改")]
    Closed(&'static str),
    /// Fields are wrong: all of them at once.
    #[error("WF-422 有 {} 处不符合要求", .0.len())]
    Invalid(Vec<Violation>),
    /// The same key came with another request.
    #[error("WF-412 这个请求编号已用于另一个请求")]
    KeyReused,
    /// A list was asked for something it hasn't got.
    #[error("WF-400 {0}")]
    Asked(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The audit log.
    #[error(transparent)]
    Seal(#[from] seal::Error),
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "WF-404",
            Self::Forbidden(_) => "WF-403",
            Self::Conflict => "WF-409",
            Self::WrongState { .. } => "WF-410",
            Self::OwnWork => "AUTH-003",
            Self::Closed(_) => "WF-411",
            Self::Invalid(_) => "WF-422",
            Self::KeyReused => "WF-412",
            Self::Asked(_) => "WF-400",
            Self::Store(_) | Self::Seal(_) => "WF-500",
        }
    }

    /// One violation as an error: for guards and effects.
    pub fn violation(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::error(code, field, message)])
    }
}
