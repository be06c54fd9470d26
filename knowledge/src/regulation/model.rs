//! The words in which regulations are spoken of.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::Address;

/// What kind of document a text is. Only the seven names of 《中国共产党党内法规制定条例》第五条
/// (党章 准则 条例 规定 办法 规则 细则) are regulations; 意见, 通知, 方案 … are normative documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocKind {
    /// 党内法规
    Regulation,
    /// 规范性文件
    NormativeDoc,
    /// 国家法律法规、地方性法规
    Law,
    /// 解读、答记者问
    Interpretation,
    /// 其他文章
    Article,
}

impl DocKind {
    /// All.
    pub const ALL: [Self; 5] = [Self::Regulation, Self::NormativeDoc, Self::Law, Self::Interpretation, Self::Article];

    /// The code in SQL and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Regulation => "regulation",
            Self::NormativeDoc => "normative_doc",
            Self::Law => "law",
            Self::Interpretation => "interpretation",
            Self::Article => "article",
        }
    }

    /// Reads [`DocKind::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// The Chinese name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Regulation => "党内法规",
            Self::NormativeDoc => "规范性文件",
            Self::Law => "法律法规",
            Self::Interpretation => "解读",
            Self::Article => "文章",
        }
    }
}

/// How much weight a text has when two speak to the same point; earlier is higher
/// (`domain/05` §5.0 来源优先级).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// 党章
    Constitution,
    /// 准则
    Code,
    /// 条例
    Ordinance,
    /// 规定
    Provisions,
    /// 办法
    Measures,
    /// 规则
    Rules,
    /// 细则
    DetailedRules,
    /// 规范性文件；国家法律法规
    Normative,
    /// 人工审定问答对：答案先于条文展示，但作为检索来源不压过条文
    Qa,
    /// 解读
    Interpretation,
    /// 新闻、文章
    News,
}

impl Authority {
    /// All, from the highest.
    pub const ALL: [Self; 11] = [
        Self::Constitution,
        Self::Code,
        Self::Ordinance,
        Self::Provisions,
        Self::Measures,
        Self::Rules,
        Self::DetailedRules,
        Self::Normative,
        Self::Qa,
        Self::Interpretation,
        Self::News,
    ];

    /// The Chinese name shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Constitution => "党章",
            Self::Code => "准则",
            Self::Ordinance => "条例",
            Self::Provisions => "规定",
            Self::Measures => "办法",
            Self::Rules => "规则",
            Self::DetailedRules => "细则",
            Self::Normative => "规范性文件",
            Self::Qa => "问答",
            Self::Interpretation => "解读",
            Self::News => "资讯",
        }
    }

    /// The code in SQL and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Constitution => "constitution",
            Self::Code => "code",
            Self::Ordinance => "ordinance",
            Self::Provisions => "provisions",
            Self::Measures => "measures",
            Self::Rules => "rules",
            Self::DetailedRules => "detailed_rules",
            Self::Normative => "normative",
            Self::Qa => "qa",
            Self::Interpretation => "interpretation",
            Self::News => "news",
        }
    }

    /// Reads [`Authority::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// What a node of a regulation's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// 标题、发布说明等正文之前的文字
    Front,
    /// 总纲、序言：没有条号的正文
    Preamble,
    /// 编
    Part,
    /// 章
    Chapter,
    /// 节
    Section,
    /// 条
    Article,
    /// 款
    Paragraph,
    /// 项
    Item,
    /// 目
    Subitem,
    /// 附件
    Attachment,
    /// 落款
    Signature,
}

impl NodeKind {
    /// All, from the outside in.
    pub const ALL: [Self; 11] = [
        Self::Front,
        Self::Preamble,
        Self::Part,
        Self::Chapter,
        Self::Section,
        Self::Article,
        Self::Paragraph,
        Self::Item,
        Self::Subitem,
        Self::Attachment,
        Self::Signature,
    ];

    /// The code in SQL and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Preamble => "preamble",
            Self::Part => "part",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Article => "article",
            Self::Paragraph => "paragraph",
            Self::Item => "item",
            Self::Subitem => "subitem",
            Self::Attachment => "attachment",
            Self::Signature => "signature",
        }
    }

    /// Reads [`NodeKind::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A code in a table that this build doesn't know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("无法识别的代码“{0}”")]
pub struct BadCode(pub String);

/// Lets a row's text column be read straight into its enum.
macro_rules! read_code {
    ($($kind:ty),+) => {$(
        impl TryFrom<String> for $kind {
            type Error = BadCode;

            fn try_from(code: String) -> Result<Self, BadCode> {
                Self::from_code(&code).ok_or(BadCode(code))
            }
        }
    )+};
}
pub(crate) use read_code;

read_code!(DocKind, Authority, NodeKind);

/// One node. Nodes stand in the order of the text; joining every `own_text` gives back the
/// normalised source, character for character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it is; unique within a version.
    pub address: Address,
    /// The node above, if any.
    pub parent: Option<Address>,
    /// The heading of a part, chapter, section or attachment, e.g. 第三章　发展对象的确定和考察; else empty.
    pub heading: String,
    /// The characters that belong to this node alone, line breaks included.
    pub own_text: String,
    /// This node and everything below it, trimmed at both ends: what is quoted and shown.
    pub full_text: String,
}

/// What is known of a version of a regulation. `None` means unknown; nothing is guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Full title, without 《》.
    pub title: String,
    /// Short names people use, e.g. 党章, 党员教育管理条例.
    pub aliases: Vec<String>,
    /// Which version, e.g. `2026`; letters, digits, `-` only: it stands in permalinks.
    pub label: String,
    /// Regulation, normative document …
    pub doc_kind: DocKind,
    /// Rank.
    pub authority: Authority,
    /// Who made it.
    pub issuer: Option<String>,
    /// 中央, 中央纪委, 党中央工作机关, 省级党委 …
    pub issuer_level: Option<String>,
    /// Document number.
    pub doc_no: Option<String>,
    /// Day of approval.
    pub approved_on: Option<NaiveDate>,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// First day on which it holds: not the day of publication.
    pub effective_on: Option<NaiveDate>,
    /// First day on which it no longer holds.
    pub abolished_on: Option<NaiveDate>,
    /// Known to hold no more, though the day may be unknown.
    pub ended: bool,
    /// What took its place, in words.
    pub superseded_by: Option<String>,
    /// 试行
    pub trial: bool,
    /// A model regulation written for demonstration (示例).
    pub sample: bool,
    /// Topics, codes of `domain/05` §5.0.
    pub topics: Vec<String>,
    /// Where it was published.
    pub source_url: Option<String>,
}

/// What an import found in one text; stored with the version and shown to the curator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Number of articles (条).
    pub articles: usize,
    /// Nodes of every kind.
    pub nodes: usize,
    /// Characters of the normalised source.
    pub characters: usize,
    /// Article numbers that are missing between the first and the last, e.g. 第七条.
    pub gaps: Vec<String>,
    /// Article numbers that occur twice; such a text is refused.
    pub duplicates: Vec<String>,
    /// The day of entry into force that the last articles state, as found.
    pub stated_effective_on: Option<NaiveDate>,
    /// Fields of the metadata that nobody supplied.
    pub unknown: Vec<String>,
    /// Anything else worth a curator's look, in Chinese.
    pub notes: Vec<String>,
}

/// A parsed text, ready to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What is known about it.
    pub meta: Meta,
    /// `md`, `txt`, `html`, `docx` or `pdf`.
    pub source_format: String,
    /// The tree, in order.
    pub nodes: Vec<Node>,
    /// What the reader noticed.
    pub report: Report,
}
