//! What Party affairs are about: the topics with their words, questions to start with, and questions
//! that one could ask next.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    error::{RulesError, parse, wrong},
    plain::Plain,
    words::{Builder, ClassId, Hits},
};

/// Questions for the greeting, by category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Starter {
    /// Code of the topic, e.g. `dev`.
    pub category: String,
    /// What it is called, e.g. 发展党员.
    pub label: String,
    /// Questions to tap.
    pub questions: Vec<String>,
}

/// How many questions are offered.
const OFFERED: usize = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicsFile {
    topic: Vec<TopicFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    code: Spanned<String>,
    label: String,
    starters: Vec<String>,
    next: Vec<String>,
    words: Vec<String>,
}

#[derive(Debug)]
struct Topic {
    class: ClassId,
    starter: Starter,
    next: Vec<Next>,
}

#[derive(Debug)]
struct Next {
    text: String,
    /// Under the plain form, to tell that it is what was asked.
    plain: String,
}

/// All topics.
#[derive(Debug)]
pub(crate) struct Topics {
    all: Vec<Topic>,
    classes: Vec<ClassId>,
}

impl Topics {
    /// Reads `topics.toml`.
    pub(crate) fn read(file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let topics: TopicsFile = parse(file, text)?;
        let mut all: Vec<Topic> = Vec::new();
        for topic in topics.topic {
            let span = Some(topic.code.span());
            let code = topic.code.into_inner();
            if all.iter().any(|other| other.starter.category == code) {
                return Err(wrong(file, text, span, format!("分类 {code} 写了两次")));
            }
            if topic.words.is_empty() || topic.next.len() <= OFFERED {
                return Err(wrong(file, text, span, format!("分类 {code} 要有 words，next 至少 {} 个", OFFERED + 1)));
            }
            let class = builder.add(&format!("topic_{code}"), &topic.words);
            let starter = Starter { category: code, label: topic.label, questions: topic.starters };
            let next = topic.next.into_iter().map(|text| Next { plain: Plain::new(&text).text, text }).collect();
            all.push(Topic { class, starter, next });
        }
        let classes = all.iter().map(|topic| topic.class).collect();
        Ok(Self { all, classes })
    }

    /// The classes of all topics' words.
    pub(crate) fn classes(&self) -> &[ClassId] {
        &self.classes
    }

    /// The topic with the most characters in the question; of equals the first in the file.
    pub(crate) fn of(&self, hits: &Hits) -> Option<&str> {
        let weight = |topic: &Topic| covered(hits, topic.class);
        let best = self.all.iter().rev().max_by_key(|topic| weight(topic))?;
        (weight(best) > 0).then_some(best.starter.category.as_str())
    }

    /// At most three questions of a topic, without the question itself (in plain form).
    pub(crate) fn next(&self, topic: Option<&str>, question: &str) -> Vec<String> {
        let Some(topic) = self.all.iter().find(|it| Some(it.starter.category.as_str()) == topic) else {
            return Vec::new();
        };
        let others = topic.next.iter().filter(|next| next.plain != question);
        others.take(OFFERED).map(|next| next.text.clone()).collect()
    }

    /// Questions for the greeting.
    pub(crate) fn starters(&self) -> Vec<Starter> {
        self.all.iter().map(|topic| topic.starter.clone()).collect()
    }
}

/// Characters of the text that a class covers, each once.
fn covered(hits: &Hits, class: ClassId) -> usize {
    let mut end = 0;
    let mut sum = 0;
    for span in hits.of(class) {
        sum += span.to.saturating_sub(span.from.max(end));
        end = end.max(span.to);
    }
    sum
}
