//! Making a follow-up stand alone, by rules.
//!
//! A question is taken apart into what it is about (its *subject*: everything before the first way of
//! asking, `预备党员转正` in “预备党员转正要什么条件”) and what is asked (`要什么条件`). Then, in this order:
//! 1. “换个问题，…” and the like: what follows stands alone, the earlier turns are dropped;
//! 2. after a question back the answer is joined with the question that was asked back;
//! 3. “我问的是党总支”, “不是退休，是返聘”, “实到14人”: the earlier question with that word put right;
//! 4. “那党小组会呢？”: the earlier question with a word of the same kind replaced, or with the new
//!    subject in front of the earlier way of asking;
//! 5. “为什么”, “具体怎么办”: the earlier question, then this;
//! 6. pronouns become the earlier subject;
//! 7. no subject of its own: the earlier subject goes in front;
//! 8. anything else has a subject of its own and stands alone; if it shares no word with the earlier
//!    question, it is a new topic.
//!
//! Limits: one earlier question is looked at, the latest that has a subject among the last eight; what
//! the answer said is not read; two pronouns for two things are taken for one.

use std::cmp::Reverse;

use serde::Deserialize;

use crate::{
    error::{RulesError, parse},
    files::Compiled,
    plain::Plain,
    words::Builder,
};

/// How many earlier turns are looked at.
const LOOKED_AT: usize = 8;
/// A question longer than this with a subject word of its own isn't bound to the earlier ones, in characters.
const SHORT: usize = 10;

/// An earlier turn of the conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The question, as condensed.
    pub question: String,
    /// What was answered.
    pub answer: String,
    /// Titles of the cited regulations.
    pub titles: Vec<String>,
    /// The answer was a question back.
    pub asked_back: bool,
}

/// A question that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condensed {
    /// The question.
    pub question: String,
    /// It is not the question as it was asked.
    pub changed: bool,
    /// Nothing was taken over from the earlier turns although there are some.
    pub new_topic: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FollowUpsFile {
    lead: Vec<String>,
    switch: Vec<String>,
    correct: Vec<String>,
    pronoun: Vec<String>,
    ask: Vec<String>,
    modal: Vec<String>,
    repeat: Vec<String>,
    kind: Vec<KindFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    words: Vec<String>,
}

/// The words of `followups.toml`, each list with its longest first.
#[derive(Debug)]
pub(crate) struct FollowUps {
    lead: Vec<String>,
    switch: Vec<String>,
    correct: Vec<String>,
    pronoun: Vec<String>,
    ask: Vec<String>,
    modal: Vec<String>,
    repeat: Vec<String>,
    kinds: Vec<Vec<String>>,
}

impl FollowUps {
    /// Reads `followups.toml`.
    pub(crate) fn read(file: &str, text: &str, _builder: &mut Builder) -> Result<Self, RulesError> {
        let read: FollowUpsFile = parse(file, text)?;
        let longest_first = |mut words: Vec<String>| {
            words.sort_by_key(|word| Reverse(word.len()));
            words
        };
        Ok(Self {
            lead: longest_first(read.lead),
            switch: longest_first(read.switch),
            correct: longest_first(read.correct),
            pronoun: longest_first(read.pronoun),
            ask: longest_first(read.ask),
            modal: longest_first(read.modal),
            repeat: longest_first(read.repeat),
            kinds: read.kind.into_iter().map(|kind| longest_first(kind.words)).collect(),
        })
    }

    /// The subject of a question and what is asked about it.
    fn apart<'q>(&self, question: &'q str) -> (&'q str, &'q str) {
        let question = without_lead(question, &self.lead);
        let at =
            question.char_indices().map(|(at, _)| at).find(|at| starts_with(&question[*at..], &self.ask).is_some());
        let at = at.unwrap_or(question.len());
        (question[..at].trim_end_matches(is_mark), &question[at..])
    }
}

fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '》' | '）' | '”' | '%')
}

/// The first word of `words` with which `text` starts.
fn starts_with<'w>(text: &str, words: &'w [String]) -> Option<&'w str> {
    words.iter().map(String::as_str).find(|word| text.starts_with(word))
}

/// Without the words that say nothing at its start.
fn without_lead<'q>(question: &'q str, lead: &[String]) -> &'q str {
    let mut rest = question.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '《' | '“' | '（'));
    while let Some(word) = starts_with(rest, lead) {
        let after = rest[word.len()..].trim_start_matches(is_mark);
        if after.is_empty() {
            break;
        }
        rest = after;
    }
    rest
}

fn length(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

impl Compiled {
    /// See [`crate::Rules::condense`].
    pub(crate) fn condense(&self, question: &str, earlier: &[Earlier]) -> Condensed {
        let asked = question.trim();
        let alone = |new_topic| Condensed { question: asked.to_owned(), changed: false, new_topic };
        let earlier = &earlier[earlier.len().saturating_sub(LOOKED_AT)..];
        if earlier.is_empty() {
            return alone(false);
        }
        // What follows is put together in simplified characters: the rules and the texts are.
        let simple = fast2s::convert(asked);
        let body = simple.trim_end_matches(is_mark);
        if let Some(rest) = self.switched(body) {
            return made(asked, rest, true);
        }
        if let Some(joined) = self.answered(body, earlier) {
            return made(asked, &joined, false);
        }
        let Some(before) = self.latest_with_subject(earlier) else { return alone(false) };
        let before = before.trim_end_matches(is_mark);
        let follow_ups = &self.follow_ups;
        let body = without_lead(body, &follow_ups.lead);
        let joined = self
            .corrected(body, before)
            .or_else(|| self.what_about(body, before))
            .or_else(|| self.repeated(body, before))
            .or_else(|| self.pronoun_filled(body, before))
            .or_else(|| self.subject_filled(body, before));
        match joined {
            Some(joined) => made(asked, &joined, false),
            None => alone(!self.shares_word(body, before)),
        }
    }

    /// 1. What comes after “换个问题”.
    fn switched<'q>(&self, body: &'q str) -> Option<&'q str> {
        let follow_ups = &self.follow_ups;
        let start = without_lead(body, &follow_ups.lead);
        let word = starts_with(start, &follow_ups.switch)?;
        let rest = start[word.len()..].trim_start_matches(is_mark);
        let rest = rest.strip_prefix("先问").unwrap_or(rest);
        let rest = without_lead(rest, &follow_ups.lead);
        self.has_subject(rest).then_some(rest)
    }

    /// 2. An answer to a question back, with the first question of those asked back in a row.
    fn answered(&self, body: &str, earlier: &[Earlier]) -> Option<String> {
        let back = earlier.iter().rev().take_while(|turn| turn.asked_back).count();
        let asked = &earlier.get(earlier.len() - back)?.question;
        let (about, ask) = self.follow_ups.apart(body);
        // A whole question with a subject of its own is no answer.
        if self.has_subject(about) && !ask.is_empty() {
            return None;
        }
        let asked = asked.trim_end_matches(is_mark);
        let answer = body.trim_start_matches("关于").trim_start_matches("就是").trim_end_matches('的');
        let (subject, ask) = self.follow_ups.apart(asked);
        let named = self.has_subject(subject);
        if named {
            return Some(format!("{subject}{answer}{ask}"));
        }
        let answer_plain = Plain::new(answer).text;
        let same = ["流程", "材料", "规定", "手续", "步骤", "条件"]
            .iter()
            .any(|word| answer_plain.ends_with(word) && asked.contains(word));
        if same {
            return Some(answer.to_owned());
        }
        let ask = if ask.is_empty() { asked } else { ask };
        Some(format!("{answer}{ask}"))
    }

    /// The latest question that has a subject.
    fn latest_with_subject<'e>(&self, earlier: &'e [Earlier]) -> Option<&'e str> {
        let questions = earlier.iter().rev().map(|turn| turn.question.as_str());
        questions.clone().find(|question| self.has_subject(question)).or_else(|| questions.into_iter().next())
    }

    /// 3. A word put right.
    fn corrected(&self, body: &str, before: &str) -> Option<String> {
        let mut rest = body;
        let mut corrects = false;
        while let Some(word) = starts_with(rest, &self.follow_ups.correct) {
            rest = rest[word.len()..].trim_start_matches(is_mark);
            corrects = true;
        }
        // “不是甲，是乙”
        if let Some((old, new)) = rest.strip_prefix("不是").and_then(|rest| rest.split_once("是")) {
            let old = old.trim_end_matches(is_mark).trim_end_matches('的');
            let new = new.trim_end_matches('的');
            if !old.is_empty() && before.contains(old) {
                return Some(before.replacen(old, new, 1));
            }
            return Some(self.replaced(new, before));
        }
        if !corrects || rest.is_empty() {
            return None;
        }
        let word = rest.trim_end_matches('的');
        number_corrected(word, before).or_else(|| Some(self.replaced(word, before)))
    }

    /// 4. “甲呢”.
    fn what_about(&self, body: &str, before: &str) -> Option<String> {
        let (head, tail) = match body.split_once('呢') {
            Some((head, tail)) => (head, tail.trim_start_matches(is_mark)),
            None => return None,
        };
        if head.is_empty() || length(head) > SHORT || starts_with(head, &self.follow_ups.ask).is_some() {
            return None;
        }
        let word = head.trim_start_matches("如果是").trim_start_matches("要是").trim_end_matches('的');
        let word = word.strip_prefix("是").unwrap_or(word);
        if starts_with(word, &self.follow_ups.pronoun).is_some() {
            return None;
        }
        if tail.is_empty() {
            return Some(self.replaced(word, before));
        }
        // “党旗呢，怎么挂？”
        match self.same_kind(word, before) {
            Some(_) => Some(format!("{word}{tail}")),
            None => Some(format!("{word}，{}，{tail}", self.subject_of(before))),
        }
    }

    /// The earlier question about `word` instead.
    fn replaced(&self, word: &str, before: &str) -> String {
        if let Some(old) = self.same_kind(word, before) {
            let word = match old.ends_with("党员") && !word.ends_with("党员") && length(word) <= 4 {
                true => format!("{word}党员"),
                false => word.to_owned(),
            };
            return before.replacen(&old, &word, 1);
        }
        let kind = self.follow_ups.kinds.iter().any(|kind| kind.iter().any(|it| word.contains(it.as_str())));
        if kind {
            return format!("{word}，{before}");
        }
        let (_, ask) = self.follow_ups.apart(before);
        format!("{word}{}", short_ask(ask))
    }

    /// The word of the same kind as `word` in the earlier question.
    fn same_kind(&self, word: &str, before: &str) -> Option<String> {
        let kinds = self.follow_ups.kinds.iter();
        let mut kinds = kinds.filter(|kind| kind.iter().any(|it| word.contains(it.as_str())));
        kinds.find_map(|kind| kind.iter().find(|it| before.contains(it.as_str())).cloned())
    }

    /// 5. “为什么”.
    fn repeated(&self, body: &str, before: &str) -> Option<String> {
        let word = starts_with(body, &self.follow_ups.repeat)?;
        (length(body) <= length(word) + 1).then(|| format!("{before}，{body}"))
    }

    /// 6. Pronouns.
    fn pronoun_filled(&self, body: &str, before: &str) -> Option<String> {
        let subject = self.subject_of(before);
        if let Some(word) = starts_with(body, &self.follow_ups.pronoun) {
            let rest = &body[word.len()..];
            let rest = self.repeats_head(rest, subject).unwrap_or(rest);
            return Some(format!("{subject}{}", rest.trim_start_matches(is_mark)));
        }
        // Inside the question a pronoun stays: “党员和他的家属” need no help.
        None
    }

    /// “这个证” after 活动证, “这种支部” after 联合党支部: the noun is the subject again.
    fn repeats_head<'r>(&self, rest: &'r str, subject: &str) -> Option<&'r str> {
        let lengths = rest.char_indices().skip(1).map(|(at, _)| at).take(4);
        lengths.collect::<Vec<_>>().into_iter().rev().find(|at| subject.contains(&rest[..*at])).map(|at| &rest[at..])
    }

    /// 7. No subject, or one that can't stand alone.
    fn subject_filled(&self, body: &str, before: &str) -> Option<String> {
        let subject = self.subject_of(before);
        if !self.has_subject(body) {
            if starts_with(body, &self.follow_ups.ask).is_some() || starts_with(body, &self.follow_ups.modal).is_some()
            {
                return Some(format!("{subject}{body}"));
            }
            return Some(format!("{subject}，{body}"));
        }
        if length(body) > SHORT || body.contains(subject) {
            return None;
        }
        if starts_with(body, &self.follow_ups.modal).is_some() {
            return Some(format!("{subject}{body}"));
        }
        let dangling =
            ["可以当吗", "能当吗", "行不行", "行吗", "可以吗", "能吗", "算吗", "要吗", "参加吗", "可以不", "行不"];
        dangling.iter().any(|end| body.ends_with(end)).then(|| format!("{subject}，{body}"))
    }

    /// What a question is about; the whole question where nothing tells.
    fn subject_of<'q>(&self, question: &'q str) -> &'q str {
        let (subject, _) = self.follow_ups.apart(question);
        if self.has_subject(subject) { subject } else { question }
    }

    /// Whether a text has a word of Party affairs.
    fn has_subject(&self, text: &str) -> bool {
        let hits = self.lexicon.find(&Plain::new(text));
        self.topics.classes().iter().any(|class| hits.has(*class))
    }

    /// Whether two questions have a word of Party affairs in common.
    fn shares_word(&self, a: &str, b: &str) -> bool {
        let (a, b) = (Plain::new(a), Plain::new(b));
        let hits = self.lexicon.find(&a);
        let mut spans = self.topics.classes().iter().flat_map(|class| hits.of(*class));
        spans.any(|span| span.to - span.from > 1 && b.text.contains(a.slice(span.from, span.to)))
    }
}

fn made(asked: &str, question: &str, new_topic: bool) -> Condensed {
    let question = if question.ends_with(['？', '。', '?']) { question.to_owned() } else { format!("{question}？") };
    let changed = Plain::new(&question).text != Plain::new(asked).text;
    Condensed { question: if changed { question } else { asked.to_owned() }, changed, new_topic }
}

/// “实到14人” in “应到30人、实到16人”: the number after the same word.
fn number_corrected(word: &str, before: &str) -> Option<String> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (name, number) = word.split_at(digits);
    let number: String = number.chars().take_while(char::is_ascii_digit).collect();
    if name.is_empty() {
        return None;
    }
    let at = before.find(name)? + name.len();
    let old: String = before[at..].chars().take_while(char::is_ascii_digit).collect();
    (!old.is_empty()).then(|| format!("{}{number}{}", &before[..at], &before[at + old.len()..]))
}

/// The way of asking without what comes after it: it belongs to the earlier subject.
fn short_ask(ask: &str) -> &str {
    ask.split(['，', ',', '才', '就']).next().unwrap_or(ask)
}
