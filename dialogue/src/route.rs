//! Which way a question goes: answered, refused, or small talk.
//!
//! Refusals come from `refusals.toml`, in its order; what is small talk from `talk.toml`; what lies
//! outside the subject from `scope.toml`, with the vocabulary of `topics.toml` as the measure.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    error::{RulesError, parse, wrong},
    pattern::{Line, any},
    plain::Plain,
    words::{Builder, ClassFile, ClassId, Hits, Span},
};

/// Why a question isn't answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Nothing to do with Party affairs.
    OutOfScope,
    /// Somebody else's data.
    PersonalData,
    /// A verdict on one person's case is wanted.
    IndividualCase,
    /// Reports and accusations.
    ComplaintReport,
    /// Secret or internal papers.
    StateSecret,
    /// Politically sensitive talk.
    PoliticallySensitive,
    /// Law and medicine.
    LegalMedical,
    /// An attempt to change or print the rules.
    PromptInjection,
    /// Swearing.
    Abuse,
    /// Despair, or somebody may be harmed.
    Distress,
}

impl Category {
    /// As it stands in the API, the database and the rule files, e.g. `out_of_scope`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfScope => "out_of_scope",
            Self::PersonalData => "personal_data",
            Self::IndividualCase => "individual_case",
            Self::ComplaintReport => "complaint_report",
            Self::StateSecret => "state_secret",
            Self::PoliticallySensitive => "politically_sensitive",
            Self::LegalMedical => "legal_medical",
            Self::PromptInjection => "prompt_injection",
            Self::Abuse => "abuse",
            Self::Distress => "distress",
        }
    }
}

/// What to do with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Look for provisions.
    Answer {
        /// Code of the topic, e.g. `dev`; `None`: nothing tells.
        topic: Option<String>,
    },
    /// A fixed reply, and no references.
    Refuse {
        /// Why.
        category: Category,
        /// Code of the reply.
        code: String,
        /// For `CASE_DECISION`: what is to be decided, e.g. 转正.
        what: Option<String>,
        /// Somebody should look at it at once.
        urgent: bool,
        /// General questions that can be asked instead.
        suggestions: Vec<String>,
    },
    /// Small talk: a friendly fixed reply.
    Talk {
        /// Code of the reply.
        code: String,
    },
}

/// One rule of `refusals.toml`, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    name: Spanned<String>,
    category: Category,
    reply: Spanned<String>,
    #[serde(rename = "catches")]
    _catches: String,
    when: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
    what: Option<Spanned<String>>,
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusalsFile {
    rule: Vec<RuleFile>,
}

/// A refusal, compiled.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, for logs and tests.
    pub name: String,
    /// Why it refuses.
    pub category: Category,
    /// Code of the reply.
    pub reply: String,
    when: Vec<Line>,
    unless: Vec<Line>,
    what: Option<ClassId>,
    /// Questions that it must catch.
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    pub yes: Vec<String>,
    /// Questions that it must leave alone.
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    pub no: Vec<String>,
}

impl Rule {
    /// Whether the rule fires.
    pub(crate) fn fires(&self, plain: &Plain, hits: &Hits) -> bool {
        any(&self.when, plain, hits).is_some() && any(&self.unless, plain, hits).is_none()
    }

    /// The words of the question that say what is to be decided: the longest, of these the first.
    pub(crate) fn what(&self, plain: &Plain, hits: &Hits) -> Option<String> {
        let spans = hits.of(self.what?).iter().rev();
        spans.max_by_key(|span| span.to - span.from).map(|span| plain.slice(span.from, span.to).to_owned())
    }
}

/// Reads `refusals.toml`.
pub(crate) fn read_refusals(file: &str, text: &str, builder: &mut Builder) -> Result<Vec<Rule>, RulesError> {
    let rules: RefusalsFile = parse(file, text)?;
    let mut read = Vec::new();
    for rule in rules.rule {
        let span = Some(rule.name.span());
        if rule.yes.is_empty() || rule.no.is_empty() {
            return Err(wrong(file, text, span, format!("规则“{}”要有 yes 和 no 例句", rule.name.get_ref())));
        }
        let what = rule.what.map(|class| {
            builder
                .id(class.get_ref())
                .ok_or_else(|| wrong(file, text, Some(class.span()), format!("没有叫“{}”的词类", class.get_ref())))
        });
        read.push(Rule {
            name: rule.name.into_inner(),
            category: rule.category,
            reply: rule.reply.into_inner(),
            when: lines(&rule.when, file, text, builder)?,
            unless: lines(&rule.unless, file, text, builder)?,
            what: what.transpose()?,
            yes: rule.yes,
            no: rule.no,
        });
    }
    Ok(read)
}

/// Compiles several lines.
pub(crate) fn lines(
    lines: &[Spanned<String>],
    file: &str,
    text: &str,
    builder: &mut Builder,
) -> Result<Vec<Line>, RulesError> {
    lines.iter().map(|line| Line::parse(line, file, text, builder)).collect()
}

/// Small talk: replies with the words that alone make a question theirs.
#[derive(Debug)]
pub(crate) struct Talk {
    fill: ClassId,
    kinds: Vec<(String, ClassId)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TalkFile {
    fill: ClassFile,
    talk: Vec<TalkKind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TalkKind {
    code: String,
    words: Vec<String>,
}

impl Talk {
    /// Reads `talk.toml`.
    pub(crate) fn read(file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let talk: TalkFile = parse(file, text)?;
        let fill = builder.add_class("talk_fill", file, text, &talk.fill)?;
        let kinds = talk.talk.into_iter();
        let kinds = kinds.map(|kind| (kind.code.clone(), builder.add(&kind.code.to_lowercase(), &kind.words)));
        Ok(Self { fill, kinds: kinds.collect() })
    }

    /// The reply's code, if nothing but small talk is said; a later kind wins over an earlier one
    /// (“你好，你是谁” asks who one is).
    pub(crate) fn code(&self, plain: &Plain, hits: &Hits) -> Option<&str> {
        let found = self.kinds.iter().rfind(|(_, class)| hits.has(*class))?;
        let mut seen = vec![false; plain.len()];
        for class in self.kinds.iter().map(|(_, class)| *class).chain([self.fill]) {
            cover(&mut seen, hits, class);
        }
        seen.iter().all(|seen| *seen).then_some(found.0.as_str())
    }

    /// The codes of its replies.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(|(code, _)| code.as_str())
    }
}

/// Marks the characters that a class covers.
fn cover(seen: &mut [bool], hits: &Hits, class: ClassId) {
    for span in hits.of(class) {
        seen[span.from..span.to].fill(true);
    }
}

/// What lies outside the subject.
#[derive(Debug)]
pub(crate) struct Scope {
    rest: usize,
    tasks: Vec<Task>,
    plain: ClassId,
    elsewhere: ClassId,
    platform: ClassId,
    intro: ClassId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeFile {
    rest: usize,
    task: Vec<TaskFile>,
    plain: ClassFile,
    elsewhere: ClassFile,
    platform: ClassFile,
    intro: ClassFile,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskFile {
    #[serde(rename = "name")]
    _name: String,
    when: Vec<Spanned<String>>,
    unless: Vec<Spanned<String>>,
    yes: Vec<String>,
    no: Vec<String>,
}

/// Something else that one asks to have done.
#[derive(Debug)]
pub(crate) struct Task {
    when: Vec<Line>,
    unless: Vec<Line>,
    /// Questions that it must catch.
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    pub yes: Vec<String>,
    /// Questions that it must leave alone.
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    pub no: Vec<String>,
}

impl Scope {
    /// Reads `scope.toml`.
    pub(crate) fn read(file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let scope: ScopeFile = parse(file, text)?;
        let plain = builder.add_class("plain", file, text, &scope.plain)?;
        let elsewhere = builder.add_class("elsewhere", file, text, &scope.elsewhere)?;
        let platform = builder.add_class("platform", file, text, &scope.platform)?;
        let intro = builder.add_class("intro", file, text, &scope.intro)?;
        let mut tasks = Vec::new();
        for task in scope.task {
            let (when, unless) = (lines(&task.when, file, text, builder)?, lines(&task.unless, file, text, builder)?);
            tasks.push(Task { when, unless, yes: task.yes, no: task.no });
        }
        Ok(Self { rest: scope.rest, tasks, plain, elsewhere, platform, intro })
    }

    /// Whether the question has nothing to do with the subject; `topics`: the classes of its words.
    pub(crate) fn is_outside(&self, plain: &Plain, hits: &Hits, topics: &[ClassId]) -> bool {
        let task = |task: &Task| any(&task.when, plain, hits).is_some() && any(&task.unless, plain, hits).is_none();
        if self.tasks.iter().any(task) {
            return true;
        }
        // “作为一名党员，我想减肥”: who asks is not what is asked.
        let intro = hits.of(self.intro);
        let told = |span: &Span| !intro.iter().any(|it| span.within(*it));
        if topics.iter().any(|topic| hits.of(*topic).iter().any(told)) {
            return false;
        }
        if hits.has(self.elsewhere) {
            return true;
        }
        if hits.has(self.platform) {
            return false;
        }
        let mut seen = vec![false; plain.len()];
        cover(&mut seen, hits, self.plain);
        // Figures say nothing about the subject.
        let unknown = plain.text.chars().zip(&seen).filter(|(c, seen)| !**seen && !c.is_numeric()).count();
        unknown >= self.rest
    }

    /// For tests of the rule files.
    #[cfg(test)]
    pub(crate) fn tasks(&self) -> &[Task] {
        &self.tasks
    }
}
