//! What a rule answers when something is wrong: one form for all of them.

use serde::Serialize;

/// How grave a violation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The record is refused.
    Error,
    /// The record is taken, and the clerk is told; many warnings ask for an explanation.
    Warning,
}

/// One broken rule. The message is for people and never holds an identity number or a telephone number;
/// programs judge by the code alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code} {message}")]
pub struct Violation {
    /// Stable code, `module-number`: `ID-002`.
    pub code: &'static str,
    /// The field in JSON and SQL that is wrong.
    pub field: &'static str,
    /// One Chinese sentence without a full stop.
    pub message: String,
    /// Whether it stops the record.
    pub severity: Severity,
}

impl Violation {
    /// A violation that stops the record.
    pub fn error(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field, message: message.into(), severity: Severity::Error }
    }

    /// A violation that the clerk is told of.
    pub fn warning(code: &'static str, field: &'static str, message: impl Into<String>) -> Self {
        Self { code, field, message: message.into(), severity: Severity::Warning }
    }

    /// Whether it stops the record.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_the_words_of_the_interface() {
        let violation = Violation::warning("ORG-003", "total_members", "支部党员超过50名");
        assert_eq!(
            serde_json::to_string(&violation).unwrap(),
            r#"{"code":"ORG-003","field":"total_members","message":"支部党员超过50名","severity":"warning"}"#
        );
        assert_eq!(violation.to_string(), "ORG-003 支部党员超过50名");
        assert!(!violation.stops());
        assert!(Violation::error("ORG-001", "full_members", "少于3名").stops());
    }
}
