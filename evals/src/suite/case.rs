//! One case of a suite: what is asked, and what would be right.

use chrono::NaiveDate;
use knowledge::regulation::Address;
use measure::run::Expected;
use serde::Deserialize;

use super::manifest::{Base, HALVES, Manifest};

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An answer that rests on its evidence.
    Answer,
    /// Nothing loaded answers it.
    NoMatch,
    /// A fixed reply.
    Refusal,
    /// Exactly one provision, at rank 1.
    Address,
    /// Only the ranking is judged.
    Retrieval,
    /// It may not be refused; nothing else is judged.
    Ordinary,
    /// A conversation.
    Multiturn,
    /// A pasted passage: its article at rank 1.
    Passage,
    /// A text with a planted instruction lies in the base: nobody obeys it.
    Indirect,
}

impl Kind {
    /// The code in files, JSON and SQL.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::NoMatch => "no_match",
            Self::Refusal => "refusal",
            Self::Address => "address",
            Self::Retrieval => "retrieval",
            Self::Ordinary => "ordinary",
            Self::Multiturn => "multiturn",
            Self::Passage => "passage",
            Self::Indirect => "indirect",
        }
    }

    /// Whether only the ranking counts, so that nothing need be answered.
    pub const fn is_ranking(self) -> bool {
        matches!(self, Self::Address | Self::Retrieval | Self::Passage)
    }
}

/// A provision or document that counts as the right source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Full title of the regulation, or a document's.
    pub title: String,
    /// Where in it; `None` is the whole.
    pub address: Option<Address>,
    /// The words there that answer.
    pub span: Option<String>,
    /// Label of the version it is in, where the case names one; else the one in force on the case's day.
    pub version: Option<String>,
}

impl Evidence {
    /// 《X》第十三条第一款
    pub fn label(&self) -> String {
        let at = self.address.as_ref().map_or_else(String::new, Address::label);
        format!("《{}》{at}", self.title)
    }

    /// The same for a report.
    pub fn expected(&self) -> Expected {
        Expected { label: self.label(), span: self.span.clone() }
    }
}

/// One question of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What is typed.
    pub question: String,
    /// Words that the condensed question has to contain.
    #[serde(default)]
    pub must_include: Vec<String>,
    /// Words of a dropped topic, which it may not contain.
    #[serde(default)]
    pub must_exclude: Vec<String>,
    /// It stands alone: nothing of the earlier turns is carried over.
    #[serde(default)]
    pub new_topic: bool,
    /// A question back is expected.
    #[serde(default)]
    pub clarify: bool,
}

/// A text with a planted instruction, as it is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Title of a document.
    #[serde(default)]
    pub title: Option<String>,
    /// Name under which a file arrives.
    #[serde(default)]
    pub name: Option<String>,
    /// The text of a document or file.
    #[serde(default)]
    pub body: Option<String>,
    /// The question of a QA pair.
    #[serde(default)]
    pub question: Option<String>,
    /// The answer of a QA pair.
    #[serde(default)]
    pub answer: Option<String>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id within the suite.
    pub id: String,
    /// What has to come of it.
    pub kind: Kind,
    /// What is asked; of a conversation empty.
    pub question: String,
    /// The conversation, in order; else empty.
    pub turns: Vec<Turn>,
    /// The day it is asked for, the manifest's where the case has none.
    pub as_of: NaiveDate,
    /// The case has a day of its own; else a day or year that the question names goes before `as_of`.
    pub own_day: bool,
    /// Any one of these is right.
    pub evidence: Vec<Evidence>,
    /// Titles that have to be loaded.
    pub needs: Vec<String>,
    /// Strings that the answer or its provisions contain.
    pub must_include: Vec<String>,
    /// Strings that would be wrong.
    pub must_exclude: Vec<String>,
    /// Figures with their units that the answer or its provisions contain.
    pub numbers: Vec<String>,
    /// A reference answer.
    pub answer: Option<String>,
    /// Code of the fixed reply, for refusals.
    pub code: Option<String>,
    /// Label of the version that has to be cited.
    pub version: Option<String>,
    /// The answer carries a note on versions.
    pub version_note: bool,
    /// Subject code, or the class of a refusal.
    pub category: String,
    /// How it is asked: `statute`, `colloquial` …
    pub channel: String,
    /// Cases that are alike.
    pub family: String,
    /// `tune`, `report` or empty.
    pub half: String,
    /// The words could trip a careless refusal rule.
    pub lookalike: bool,
    /// Where the planted text arrives: `document`, `file_name` or `qa_import`; else empty.
    pub place: String,
    /// The planted text.
    pub content: Option<Content>,
    /// Strings that show that the planted instruction was obeyed.
    pub must_not: Vec<String>,
    /// What the person wants decided, as a hint for readers.
    pub what: String,
    /// The form of a conversation, e.g. `ellipsis`.
    pub shape: String,
}

impl Case {
    /// The question, of a conversation its turns, one a line.
    pub fn asked(&self) -> String {
        if self.turns.is_empty() {
            return self.question.clone();
        }
        self.turns.iter().map(|it| it.question.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// A line as files have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    id: String,
    kind: Kind,
    #[serde(default)]
    question: String,
    #[serde(default)]
    turns: Vec<Turn>,
    #[serde(default)]
    as_of: Option<NaiveDate>,
    #[serde(default)]
    evidence: Vec<EvidenceLine>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    must_include: Vec<String>,
    #[serde(default)]
    must_exclude: Vec<String>,
    #[serde(default)]
    numbers: Vec<String>,
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    version_note: bool,
    #[serde(default)]
    category: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    family: String,
    #[serde(default)]
    half: String,
    #[serde(default)]
    lookalike: bool,
    #[serde(default, rename = "where")]
    place: String,
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    must_not: Vec<String>,
    #[serde(default)]
    what: String,
    #[serde(default)]
    shape: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceLine {
    title: String,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    span: Option<String>,
}

/// The case of a line. The error is a sentence in Chinese without file and line.
pub(super) fn case(line: Line, manifest: &Manifest) -> Result<Case, String> {
    let version = line.version.clone();
    let evidence =
        line.evidence.into_iter().map(|it| resolve(it, version.as_ref())).collect::<Result<Vec<_>, String>>()?;
    let case = Case {
        id: line.id,
        kind: line.kind,
        question: line.question,
        turns: line.turns,
        as_of: line.as_of.unwrap_or(manifest.as_of),
        own_day: line.as_of.is_some(),
        evidence,
        needs: line.needs,
        must_include: line.must_include,
        must_exclude: line.must_exclude,
        numbers: line.numbers,
        answer: line.answer,
        code: line.code,
        version: line.version,
        version_note: line.version_note,
        category: line.category,
        channel: line.channel,
        family: line.family,
        half: line.half,
        lookalike: line.lookalike,
        place: line.place,
        content: line.content,
        must_not: line.must_not,
        what: line.what,
        shape: line.shape,
    };
    check_words(&case)?;
    check_kind(&case, manifest.base)?;
    Ok(case)
}

fn resolve(line: EvidenceLine, version: Option<&String>) -> Result<Evidence, String> {
    if line.title.trim().is_empty() {
        return Err("依据缺少文件标题".to_owned());
    }
    if line.span.as_ref().is_some_and(|it| text::normalize(it).is_empty()) {
        return Err("依据的 span 是空的".to_owned());
    }
    let address = line.address.map(|short| short.parse::<Address>().map_err(|error| error.to_string()));
    Ok(Evidence { title: line.title, address: address.transpose()?, span: line.span, version: version.cloned() })
}

/// What holds for every kind.
fn check_words(it: &Case) -> Result<(), String> {
    if it.id.trim().is_empty() {
        return Err("编号是空的".to_owned());
    }
    if !it.half.is_empty() && !HALVES.contains(&it.half.as_str()) {
        return Err(format!("half“{}”应为 tune 或 report", it.half));
    }
    // An empty string is in every answer: it would always count as said.
    let turns = it.turns.iter().flat_map(|turn| turn.must_include.iter().chain(&turn.must_exclude));
    let lists =
        [&it.needs, &it.must_include, &it.must_exclude, &it.numbers, &it.must_not].into_iter().flatten().chain(turns);
    let single = it.answer.iter().chain(&it.code).chain(&it.version);
    if lists.chain(single).any(|word| word.trim().is_empty()) {
        return Err("词表、编码或参考答案里有空的一项".to_owned());
    }
    Ok(())
}

/// What a kind asks for, and what means nothing in it.
fn check_kind(it: &Case, base: Base) -> Result<(), String> {
    let talk = it.kind == Kind::Multiturn;
    if talk && (it.turns.is_empty() || !it.question.is_empty()) {
        return Err("多轮题应写 turns，不写 question".to_owned());
    }
    if !talk && (!it.turns.is_empty() || it.question.trim().is_empty()) {
        return Err("应写 question；只有多轮题写 turns".to_owned());
    }
    if it.turns.iter().any(|turn| turn.question.trim().is_empty()) {
        return Err("turns 中有一轮的问题是空的".to_owned());
    }
    let code = it.kind.code();
    match it.kind {
        Kind::Answer | Kind::Address | Kind::Retrieval | Kind::Passage if it.evidence.is_empty() => {
            return Err(format!("{code} 题没有写依据"));
        }
        Kind::Address if it.evidence.len() != 1 || it.evidence[0].address.is_none() => {
            return Err("address 题应写一条带条文位置的依据".to_owned());
        }
        Kind::NoMatch | Kind::Refusal | Kind::Ordinary | Kind::Indirect if !it.evidence.is_empty() => {
            return Err(format!("{code} 题不写依据"));
        }
        _ => {}
    }
    if (it.kind == Kind::Refusal) != it.code.is_some() {
        return Err("拒答题应写 code，其他题不写".to_owned());
    }
    let speaks = matches!(it.kind, Kind::Answer | Kind::Multiturn);
    if !speaks && !it.numbers.is_empty() {
        return Err(format!("{code} 题不评 numbers"));
    }
    // Beside no_match it tells the reader why there is none.
    if it.answer.is_some() && !speaks && it.kind != Kind::NoMatch {
        return Err(format!("{code} 题不写 answer"));
    }
    if it.version.is_some() && it.evidence.is_empty() {
        return Err("写了 version 而没有写依据".to_owned());
    }
    if !speaks && !matches!(it.kind, Kind::Refusal | Kind::NoMatch) && (!it.must_include.is_empty() || it.version_note)
    {
        return Err(format!("{code} 题不评 must_include、version_note"));
    }
    let planted = it.content.is_some() && !it.must_not.is_empty();
    if (it.kind == Kind::Indirect) != planted || (!planted && !it.must_not.is_empty()) {
        return Err("indirect 题应写 content 和 must_not，其他题不写".to_owned());
    }
    if planted && base != Base::Planted {
        return Err("有 content 的题要求 manifest 写 base = \"planted\"".to_owned());
    }
    it.content.as_ref().map_or(Ok(()), |content| check_content(&it.place, content))
}

fn check_content(place: &str, it: &Content) -> Result<(), String> {
    let whole = match place {
        "document" => it.title.is_some() && it.body.is_some(),
        "file_name" => it.name.is_some() && it.body.is_some(),
        "qa_import" => it.question.is_some() && it.answer.is_some(),
        other => return Err(format!("where“{other}”应为 document、file_name 或 qa_import")),
    };
    if whole { Ok(()) } else { Err(format!("content 缺少 {place} 所需的字段")) }
}
