//! What can go wrong, each with a stable code. Out of scope and not there are one error on purpose.

use domain::Violation;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row is not there, or not for whoever asks.
    #[error("PPL-404 没有这条记录，或不在您的管理范围内")]
    NotFound,
    /// Somebody else was faster, or the page is old.
    #[error("PPL-409 该记录已被他人修改，请刷新")]
    Conflict,
    /// Fields are wrong: all of them at once. Never holds a number of anybody.
    #[error("PPL-422 有 {} 处不符合要求：{}", .0.len(), joined(.0))]
    Invalid(Vec<Violation>),
    /// A demonstration is asked for where there is something already.
    #[error("PPL-410 数据库中已有党组织，演示数据只能写入空库")]
    NotEmpty,
    /// A row holds something that this build can't read.
    #[error("PPL-510 数据列 {0} 的内容无法识别")]
    Unreadable(&'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Keys, cells or the audit log.
    #[error(transparent)]
    Seal(#[from] seal::Error),
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "PPL-404",
            Self::Conflict => "PPL-409",
            Self::Invalid(_) => "PPL-422",
            Self::NotEmpty => "PPL-410",
            Self::Unreadable(_) => "PPL-510",
            Self::Store(_) | Self::Seal(_) => "PPL-500",
        }
    }

    /// One broken rule that stops the record.
    pub(crate) fn rule(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::error(code, field, message)])
    }
}

/// Refuses a record with a violation that stops it; otherwise gives back the warnings.
pub(crate) fn refuse(found: Vec<Violation>) -> Result<Vec<Violation>> {
    if found.iter().any(Violation::stops) { Err(Error::Invalid(found)) } else { Ok(found) }
}

fn joined(found: &[Violation]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("；")
}
