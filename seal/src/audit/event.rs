//! What must always be in the audit log.

/// An event that has to be audited wherever it happens. Actions of business modules have names of
/// their own besides (`entity.action`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A login that failed.
    LoginFailed,
    /// Somebody got or lost a right.
    GrantChanged,
    /// A masked value was looked at in full.
    PlaintextViewed,
    /// Data left the system as a file.
    Exported,
    /// Many records at once.
    Bulk,
    /// A record changed its state.
    Transition,
    /// A rule or a threshold was changed.
    RuleChanged,
    /// Somebody searched outside of their own node.
    CrossScopeQueried,
    /// A file came from or went to another system.
    Exchanged,
    /// A person rewrote an answer that a model had written.
    AnswerRewritten,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::LoginFailed,
        Self::GrantChanged,
        Self::PlaintextViewed,
        Self::Exported,
        Self::Bulk,
        Self::Transition,
        Self::RuleChanged,
        Self::CrossScopeQueried,
        Self::Exchanged,
        Self::AnswerRewritten,
    ];

    /// The name in the column `action`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoginFailed => "audit.login_failed",
            Self::GrantChanged => "audit.grant_changed",
            Self::PlaintextViewed => "audit.plaintext_viewed",
            Self::Exported => "audit.exported",
            Self::Bulk => "audit.bulk",
            Self::Transition => "audit.transition",
            Self::RuleChanged => "audit.rule_changed",
            Self::CrossScopeQueried => "audit.cross_scope_queried",
            Self::Exchanged => "audit.exchanged",
            Self::AnswerRewritten => "audit.answer_rewritten",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::LoginFailed => "登录失败",
            Self::GrantChanged => "授权变更",
            Self::PlaintextViewed => "明文查看",
            Self::Exported => "导出",
            Self::Bulk => "批量操作",
            Self::Transition => "状态跃迁",
            Self::RuleChanged => "规则配置",
            Self::CrossScopeQueried => "跨区查询",
            Self::Exchanged => "交换文件收发",
            Self::AnswerRewritten => "AI 回答被人工改写",
        }
    }
}

impl From<Event> for String {
    fn from(it: Event) -> Self {
        it.code().to_owned()
    }
}
