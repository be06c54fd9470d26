//! What lies outside the subject: `scope.toml`, with the vocabulary of `topics.toml` as the measure.

use serde::Deserialize;
use toml::Spanned;

use crate::{
    error::{RulesError, parse},
    pattern::{Line, any},
    plain::Plain,
    route::{cover, lines},
    words::{Builder, ClassFile, ClassId, Hits, Span},
};

/// What lies outside the subject.
#[derive(Debug)]
pub(crate) struct Scope {
    rest: usize,
    tasks: Vec<Task>,
    plain: ClassId,
    elsewhere: ClassId,
    around: ClassId,
    intro: ClassId,
    /// Public office: posts, visits, money, rooms, cars.
    duty: ClassId,
    /// Asks what is allowed, by when, who approves.
    norm: ClassId,
    /// Words of `elsewhere` that rules on conduct know too.
    perk: ClassId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeFile {
    rest: usize,
    task: Vec<TaskFile>,
    plain: ClassFile,
    elsewhere: ClassFile,
    around: ClassFile,
    intro: ClassFile,
    // A curator's older copy has none of these: then nothing counts as conduct in office.
    #[serde(default)]
    duty: ClassFile,
    #[serde(default)]
    norm: ClassFile,
    #[serde(default)]
    perk: ClassFile,
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
        let around = builder.add_class("around", file, text, &scope.around)?;
        let intro = builder.add_class("intro", file, text, &scope.intro)?;
        let duty = builder.add_class("duty", file, text, &scope.duty)?;
        let norm = builder.add_class("norm", file, text, &scope.norm)?;
        let perk = builder.add_class("perk", file, text, &scope.perk)?;
        let mut tasks = Vec::new();
        for task in scope.task {
            let (when, unless) = (lines(&task.when, file, text, builder)?, lines(&task.unless, file, text, builder)?);
            tasks.push(Task { when, unless, yes: task.yes, no: task.no });
        }
        Ok(Self { rest: scope.rest, tasks, plain, elsewhere, around, intro, duty, norm, perk })
    }

    /// Whether the question has nothing to do with the subject; `topics`: the classes of its words.
    pub(crate) fn is_outside(&self, plain: &Plain, hits: &Hits, topics: &[ClassId]) -> bool {
        if self.is_errand(plain, hits, topics) {
            return true;
        }
        if self.is_inside(hits, topics) || hits.has(self.around) {
            return false;
        }
        let mut seen = vec![false; plain.len()];
        cover(&mut seen, hits, self.plain);
        // Figures say nothing about the subject.
        let unknown = plain.text.chars().zip(&seen).filter(|(c, seen)| !**seen && !c.is_numeric()).count();
        unknown >= self.rest
    }

    /// Whether something else is plainly wanted: another task, or only words of other fields.
    pub(crate) fn is_errand(&self, plain: &Plain, hits: &Hits, topics: &[ClassId]) -> bool {
        let task = |task: &Task| any(&task.when, plain, hits).is_some() && any(&task.unless, plain, hits).is_none();
        self.tasks.iter().any(task) || hits.has(self.elsewhere) && !self.is_inside(hits, topics)
    }

    /// Whether there is a word of Party affairs, or it is about conduct in office. “作为一名党员，我想减肥”:
    /// who asks is not what is asked.
    fn is_inside(&self, hits: &Hits, topics: &[ClassId]) -> bool {
        let intro = hits.of(self.intro);
        let told = |span: &Span| !intro.iter().any(|it| span.within(*it));
        topics.iter().any(|topic| hits.of(*topic).iter().any(told))
            || self.is_conduct(hits) && hits.of(self.duty).iter().any(told)
    }

    /// Whether it asks what holds for something done in office: wine at a reception, a car of the authority.
    /// The rules on conduct name no Party word that people would use, so the topics don't know them; a word
    /// from elsewhere that such rules never touch (社保, 猫) shows that it is something else after all.
    fn is_conduct(&self, hits: &Hits) -> bool {
        let known = |span: &Span| hits.of(self.perk).iter().any(|perk| span.within(*perk));
        hits.has(self.duty) && hits.has(self.norm) && hits.of(self.elsewhere).iter().all(known)
    }

    /// For tests of the rule files.
    #[cfg(test)]
    pub(crate) fn tasks(&self) -> &[Task] {
        &self.tasks
    }
}
