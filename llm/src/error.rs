//! What can go wrong with models, with codes that mean one thing for ever.

use std::time::Duration;

/// An error of this crate. [`LlmError::code`] is stable; the text is for people.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// A setting can't be used.
    #[error("大模型“{provider}”的设置有误：{reason}")]
    Settings {
        /// Name of the provider in the configuration.
        provider: String,
        /// What is wrong, in Chinese.
        reason: String,
    },
    /// No provider gave a word: each with its reason.
    #[error("没有可用的大模型：{}", listed(.0))]
    NoneAvailable(Vec<(String, Failure)>),
    /// A provider broke off after its first word.
    #[error("大模型“{provider}”没有说完：{failure}")]
    Broken {
        /// Name of the provider.
        provider: String,
        /// Why.
        failure: Failure,
    },
    /// A prompt's file can't be used.
    #[error("提示词 {file} 有误：{reason}")]
    PromptFile {
        /// The file, with its folder where it is a curator's.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// No prompt has this id.
    #[error("没有提示词“{0}”")]
    PromptUnknown(String),
    /// A prompt could not be filled in.
    #[error("提示词“{id}”无法填写：{reason}")]
    PromptRender {
        /// Id of the prompt.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

impl LlmError {
    /// `MODEL-001` …; a broken-off stream has the code of its failure.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Settings { .. } => "MODEL-001",
            Self::NoneAvailable(_) => "MODEL-002",
            Self::Broken { failure, .. } => failure.code(),
            Self::PromptFile { .. } => "MODEL-021",
            Self::PromptUnknown(_) => "MODEL-022",
            Self::PromptRender { .. } => "MODEL-023",
        }
    }
}

/// Why one provider gave nothing, or not all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody listens there, or the name is unknown.
    #[error("无法连接")]
    Unreachable,
    /// No first word within the time.
    #[error("{} 毫秒内没有开始作答", .0.as_millis())]
    SlowStart(Duration),
    /// A pause that is too long.
    #[error("中途停顿超过 {} 毫秒", .0.as_millis())]
    Stalled(Duration),
    /// The whole took too long.
    #[error("超过 {} 毫秒仍未说完", .0.as_millis())]
    TooLong(Duration),
    /// It said no.
    #[error("拒绝了请求（{status}）{message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The first words of its message, without the key.
        message: String,
        /// How long it wants to be left alone, where it says.
        wait: Option<Duration>,
    },
    /// The line broke, or the stream ended without its proper end.
    #[error("连接中断")]
    CutOff,
    /// What came is not what the protocol says.
    #[error("应答无法解析")]
    Unreadable,
    /// It ended without a word.
    #[error("没有给出内容")]
    Empty,
    /// It withheld its words.
    #[error("内容被服务方拦截")]
    Withheld,
    /// Today's tokens are used up.
    #[error("今日用量已满")]
    BudgetSpent,
    /// What was used today can't be read.
    #[error("无法读取用量：{0}")]
    BudgetUnknown(String),
    /// It failed a moment ago and is left alone.
    #[error("刚刚出过故障，暂停使用")]
    CoolingDown,
}

impl Failure {
    /// `MODEL-003` …
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "MODEL-003",
            Self::SlowStart(_) => "MODEL-004",
            Self::Stalled(_) => "MODEL-005",
            Self::TooLong(_) => "MODEL-006",
            Self::Refused { .. } => "MODEL-007",
            Self::CutOff => "MODEL-008",
            Self::Unreadable => "MODEL-009",
            Self::Empty => "MODEL-010",
            Self::Withheld => "MODEL-011",
            Self::BudgetSpent => "MODEL-012",
            Self::BudgetUnknown(_) => "MODEL-013",
            Self::CoolingDown => "MODEL-014",
        }
    }

    /// Whether the next question would most likely fail in the same way. Not so where only this prompt or
    /// the budget was at fault.
    pub const fn is_lasting(&self) -> bool {
        match self {
            Self::Unreachable
            | Self::SlowStart(_)
            | Self::Stalled(_)
            | Self::TooLong(_)
            | Self::CutOff
            | Self::Unreadable => true,
            // 400, 413 and 422 speak of the request, not of the service.
            Self::Refused { status, .. } => !matches!(*status, 400 | 413 | 422),
            Self::Empty | Self::Withheld | Self::BudgetSpent | Self::BudgetUnknown(_) | Self::CoolingDown => false,
        }
    }

    /// How long the service wants to be left alone, where it says.
    pub const fn wait(&self) -> Option<Duration> {
        if let Self::Refused { wait, .. } = self { *wait } else { None }
    }
}

fn listed(failures: &[(String, Failure)]) -> String {
    if failures.is_empty() {
        return "没有配置".to_owned();
    }
    failures.iter().map(|(name, failure)| format!("{name}（{failure}）")).collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_named_with_its_reason() {
        let failures = vec![("甲".to_owned(), Failure::Unreachable), ("乙".to_owned(), Failure::BudgetSpent)];
        let error = LlmError::NoneAvailable(failures);
        assert_eq!(error.to_string(), "没有可用的大模型：甲（无法连接）、乙（今日用量已满）");
        assert_eq!(error.code(), "MODEL-002");
        assert_eq!(LlmError::NoneAvailable(vec![]).to_string(), "没有可用的大模型：没有配置");
    }
}
