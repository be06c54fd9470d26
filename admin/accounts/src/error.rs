//! What can go wrong, each with a stable code. Answers to logins tell nothing about which names exist.

use chrono::{DateTime, Utc};
use domain::{Violation, role::Role};

use crate::session::Step;

/// An error of this crate. [`Error::code`] is stable; the text is for people and never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown name, wrong password or an account that was switched off: one answer for all three.
    #[error("ACC-101 登录名或密码不正确")]
    Refused,
    /// Too many failures under this name, whether somebody has it or not.
    #[error("ACC-102 连续失败次数过多，请在 {} 之后再试", shanghai(.0))]
    Locked(DateTime<Utc>),
    /// No session with this token, or its time is over.
    #[error("ACC-103 登录已失效，请重新登录")]
    NoSession,
    /// The session can't do this yet.
    #[error("ACC-104 请先{}", .0.title())]
    Unfinished(Step),
    /// The code of the second factor is wrong, or was used before.
    #[error("ACC-105 动态口令不正确或已经使用过")]
    BadCode,
    /// There is a second factor already; who has lost it asks the administrator.
    #[error("ACC-106 已经绑定动态口令，如需更换请联系管理员解除")]
    AlreadyEnrolled,
    /// No second factor to check.
    #[error("ACC-107 尚未绑定动态口令")]
    NotEnrolled,
    /// The name belongs to another account.
    #[error("ACC-108 登录名“{0}”已被使用")]
    NameTaken(String),
    /// None of one's own valid grants allows this role on this node for these days.
    #[error("ACC-201 您的授权不能授予“{0}”，或者超出了您的范围或期限")]
    NotYours(Role),
    /// The three separated administrators combine with nothing.
    #[error("ACC-202 三员分立：“{0}”不能与该账号已有的角色兼任")]
    Separated(Role),
    /// The same post has the same role on the same node.
    #[error("ACC-203 该岗位在同一范围已有这个角色")]
    Doubled,
    /// Not allowed.
    #[error("ACC-403 您没有“{0}”的权限")]
    Forbidden(&'static str),
    /// Not there, or over.
    #[error("ACC-404 没有这{0}，或已失效")]
    NotFound(&'static str),
    /// Fields are wrong: all of them at once.
    #[error("ACC-422 有 {} 处不符合要求", .0.len())]
    Invalid(Vec<Violation>),
    /// A stored hash can't be read, or the parameters are impossible.
    #[error("ACC-501 口令散列出错：{0}")]
    Hash(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A cell or the audit log.
    #[error(transparent)]
    Seal(#[from] seal::Error),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused => "ACC-101",
            Self::Locked(_) => "ACC-102",
            Self::NoSession => "ACC-103",
            Self::Unfinished(_) => "ACC-104",
            Self::BadCode => "ACC-105",
            Self::AlreadyEnrolled => "ACC-106",
            Self::NotEnrolled => "ACC-107",
            Self::NameTaken(_) => "ACC-108",
            Self::NotYours(_) => "ACC-201",
            Self::Separated(_) => "ACC-202",
            Self::Doubled => "ACC-203",
            Self::Forbidden(_) => "ACC-403",
            Self::NotFound(_) => "ACC-404",
            Self::Invalid(_) => "ACC-422",
            Self::Hash(_) => "ACC-501",
            Self::Store(_) | Self::Seal(_) => "ACC-500",
        }
    }

    /// One violation as an error.
    pub(crate) fn violation(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::error(code, field, message)])
    }
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The time of day in Shanghai (UTC+8).
fn shanghai(at: &DateTime<Utc>) -> String {
    (*at + chrono::Duration::hours(8)).format("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_with_the_code() {
        let locked = Error::Locked(DateTime::from_timestamp(1_793_505_600, 0).expect("valid"));
        assert_eq!(locked.to_string(), "ACC-102 连续失败次数过多，请在 12:00:00 之后再试");
        for error in [Error::Refused, Error::NoSession, Error::Unfinished(Step::Enrol), Error::Doubled, locked] {
            assert!(error.to_string().starts_with(error.code()), "{error}");
        }
    }
}
