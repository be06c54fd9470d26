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

use text::fold::simplified;

use crate::{
    files::Compiled,
    followups::{is_mark, lacks_object, length, number_put, starts_with, without_lead},
    plain::Plain,
    words::Span,
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

impl Compiled {
    /// See [`crate::Rules::condense`].
    pub(crate) fn condense(&self, question: &str, earlier: &[Earlier]) -> Condensed {
        let asked = question.trim();
        let alone = |new_topic| Condensed { question: asked.to_owned(), changed: false, new_topic };
        let earlier = &earlier[earlier.len().saturating_sub(LOOKED_AT)..];
        if earlier.is_empty() || self.is_talk(asked) {
            return alone(false);
        }
        // What is refused by itself must not hide behind an earlier subject.
        if self.stands_refused(asked) {
            return alone(true);
        }
        // What follows is put together in simplified characters: the rules and the texts are.
        let simple = asked.chars().map(simplified).collect::<String>();
        let body = simple.trim_end_matches(is_mark);
        if let Some(rest) = self.switched(body) {
            return made(asked, rest, true);
        }
        let asked_back = earlier.last().is_some_and(|turn| turn.asked_back);
        if let Some(joined) = self.answered(body, earlier) {
            return made(asked, &joined, false);
        }
        let Some(before) = self.latest_with_subject(earlier) else { return alone(false) };
        let before = before.chars().map(simplified).collect::<String>();
        let before = before.trim_end_matches(is_mark);
        let follow_ups = &self.follow_ups;
        let body = without_lead(body, &follow_ups.lead);
        let joined = self
            .corrected(body, before)
            .or_else(|| self.what_about(body, before))
            .or_else(|| self.repeated(body, before))
            .or_else(|| self.pronoun_filled(body, before))
            .or_else(|| self.subject_filled(body, before));
        if let Some(joined) = joined {
            return made(asked, &joined, false);
        }
        // “那党委要多少人” after 党总支: the next of its kind.
        let next = length(body) <= SHORT - 2 && self.same_kind(body, before).is_some();
        alone(!asked_back && !next && !self.shares_word(body, before))
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
        if back == 0 || self.has_subject(about) && !ask.is_empty() {
            return None;
        }
        let answer = body.trim_start_matches("关于").trim_start_matches("就是").trim_end_matches('的');
        let asked = without_lead(asked.trim_end_matches(is_mark), &self.follow_ups.lead);
        let (subject, ask) = self.follow_ups.apart(asked);
        if self.has_subject(subject) {
            return Some(format!("{subject}{answer}{ask}"));
        }
        // “这事该找谁”: the answer takes the place of 这事.
        let asked = starts_with(asked, &self.follow_ups.pronoun).map_or(asked, |word| &asked[word.len()..]);
        // “流程是什么” answered with “发展党员的流程”: said already.
        let last: String = answer.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
        if length(answer) > 2 && asked.contains(&last) {
            return Some(answer.to_owned());
        }
        Some(format!("{answer}{asked}"))
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
        if rest.is_empty() {
            return None;
        }
        // “不是甲，是乙”, “乙，不是甲”
        let pair = match rest.strip_prefix("不是") {
            Some(after) => after.split_once('是').map(|(old, new)| (new, old)),
            None if corrects => rest.split_once("不是"),
            None => None,
        };
        if let Some((new, old)) = pair {
            let trim = |word: &str| word.trim_matches(is_mark).trim_end_matches('的').to_owned();
            let (new, old) = (trim(new), trim(old));
            let known = self.same_kind(&new, before).is_some() || !before.contains(&old) || old.is_empty();
            return Some(if known { self.replaced(&new, before) } else { before.replacen(&old, &new, 1) });
        }
        if !corrects {
            return None;
        }
        let word = rest.strip_prefix('是').unwrap_or(rest).trim_end_matches('的');
        number_put(word, before).or_else(|| Some(self.replaced(word, before)))
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
            // “七个月呢？” after 三个月, “过期了呢？” of what was spoken about, “党总支呢？”.
            let happens = ["了", "不", "没", "超过", "还没"].iter().any(|it| word.contains(it));
            return Some(match number_put(word, before) {
                Some(put) => put,
                None if happens || !self.has_subject(word) && !self.is_kind(word) => {
                    format!("{}{word}怎么办", self.subject_of(before))
                }
                None => self.replaced(word, before),
            });
        }
        // “党旗呢，怎么挂？”
        match self.same_kind(word, before) {
            Some(_) => Some(format!("{word}{tail}")),
            None => Some(format!("{word}，{}，{tail}", self.theme(before))),
        }
    }

    /// The earlier question about `word` instead.
    fn replaced(&self, word: &str, before: &str) -> String {
        if let Some(old) = self.same_kind(word, before) {
            let shortened = old.ends_with("党员") && !word.ends_with("党员") && length(word) <= 4;
            let word = if shortened { format!("{word}党员") } else { word.to_owned() };
            return before.replacen(&old, &word, 1);
        }
        if self.is_kind(word) && length(word) <= 4 {
            return format!("{word}，{before}");
        }
        let (_, ask) = self.follow_ups.apart(before);
        format!("{word}{}", short_ask(ask))
    }

    /// Whether a word belongs to a kind.
    fn is_kind(&self, word: &str) -> bool {
        self.follow_ups.kinds.iter().any(|kind| kind.iter().any(|it| word.contains(it.as_str())))
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

    /// 6. Pronouns at the start; inside a question they stay: “党员和他的家属” needs no help.
    fn pronoun_filled(&self, body: &str, before: &str) -> Option<String> {
        let word = starts_with(body, &self.follow_ups.pronoun)?;
        let rest = body[word.len()..].trim_start_matches(is_mark);
        if let Some((noun, rest)) = self.named_again(rest, before) {
            return Some(format!("{noun}{rest}"));
        }
        // A person or thing is its name; “这个” may be all that was said.
        let stands_for = if word.starts_with(['他', '她', '它']) { self.core(before) } else { self.theme(before) };
        Some(format!("{stands_for}{rest}"))
    }

    /// “这种支部” after 联合党支部, “这个证” after 流动党员活动证: the earlier word that ends with the
    /// noun, and what follows the noun.
    fn named_again<'r>(&self, rest: &'r str, before: &str) -> Option<(String, &'r str)> {
        let plain = Plain::new(before);
        let hits = self.lexicon.find(&plain);
        let mut spans: Vec<Span> = self.topics.classes().iter().flat_map(|class| hits.of(*class)).copied().collect();
        spans.sort_unstable();
        // 流动党员 and 活动证 that touch are one name.
        let start =
            |span: &Span| {
                spans.iter().rev().fold(span.from, |from, other| {
                    if other.from < from && other.to >= from { other.from } else { from }
                })
            };
        let ends = rest.char_indices().skip(1).map(|(at, _)| at).chain([rest.len()]).take(4).collect::<Vec<_>>();
        ends.into_iter().rev().find_map(|end| {
            let words = spans.iter().map(|span| plain.slice(start(span), span.to));
            let longer = words.filter(|word| word.len() > end && word.ends_with(&rest[..end]));
            let word = longer.max_by_key(|word| word.len())?;
            Some((word.to_owned(), &rest[end..]))
        })
    }

    /// 7. No subject, or one that can't stand alone.
    fn subject_filled(&self, body: &str, before: &str) -> Option<String> {
        let follow_ups = &self.follow_ups;
        let asks = starts_with(body, &follow_ups.ask).or_else(|| starts_with(body, &follow_ups.modal)).is_some();
        if !self.has_subject(body) {
            let theme = self.theme(before);
            return Some(if asks { format!("{theme}{body}") } else { format!("{theme}，{body}") });
        }
        if length(body) > SHORT || body.contains(self.core(before).as_str()) {
            return None;
        }
        if starts_with(body, &follow_ups.modal).is_some() {
            return Some(format!("{}{body}", self.subject_of(before)));
        }
        let repeats = self.shares_word(body, before);
        let dangles =
            repeats || lacks_object(body) || follow_ups.dangling.iter().any(|end| body.ends_with(end.as_str()));
        dangles.then(|| format!("{}，{body}", self.subject_of(before)))
    }

    /// What a question is about; the whole question where nothing tells.
    fn subject_of<'q>(&self, question: &'q str) -> &'q str {
        let (subject, _) = self.follow_ups.apart(question);
        // “党代表资格在什么情况下”: the preposition belongs to what is asked.
        let subject =
            subject.trim_end_matches(['在', '从', '由', '向', '对', '到', '按', '用', '给', '被', '和', '与']);
        if self.has_subject(subject) { subject } else { question }
    }

    /// What a question is about together with what is done: `生活困难的党员申请帮扶` in
    /// “生活困难的党员怎么申请帮扶”, where what is done has a word of Party affairs.
    fn theme(&self, question: &str) -> String {
        let (_, ask) = self.follow_ups.apart(question);
        let subject = self.subject_of(question);
        let yes_or_no = question.ends_with(['吗', '么', '不'])
            || ["不要", "不能", "可不可", "会不会"].iter().any(|it| ask.contains(it));
        if subject == question || !yes_or_no && !self.has_subject(ask) {
            return subject.to_owned();
        }
        let mut done = String::new();
        let mut rest = ask.trim_end_matches(['吗', '么', '呢', '吧', '嘛']);
        while let Some(c) = rest.chars().next() {
            let word = starts_with(rest, &self.follow_ups.ask).map_or(0, str::len);
            if word == 0 {
                done.push(c);
            }
            rest = &rest[word.max(c.len_utf8())..];
        }
        format!("{subject}{done}")
    }

    /// The subject up to its last word of Party affairs, in its first clause: what a pronoun stands for.
    fn core(&self, question: &str) -> String {
        let subject = self.subject_of(question);
        let clause = subject.split(['，', ',', '。', '；']).next().unwrap_or(subject);
        let plain = Plain::new(clause);
        let hits = self.lexicon.find(&plain);
        let ends = self.topics.classes().iter().flat_map(|class| hits.of(*class)).map(|span| span.to);
        match ends.max() {
            Some(end) if end > 0 => clause[..plain.source(0, end).end].to_owned(),
            _ => subject.to_owned(),
        }
    }

    /// Whether a question would be refused without the earlier ones.
    fn stands_refused(&self, question: &str) -> bool {
        let plain = Plain::new(question);
        let hits = self.lexicon.find(&plain);
        self.refusals.iter().any(|rule| rule.category.is_about_the_question() && rule.fires(&plain, &hits))
            || self.scope.is_errand(&plain, &hits, self.topics.classes())
    }

    fn is_talk(&self, question: &str) -> bool {
        let plain = Plain::new(question);
        self.talk.code(&plain, &self.lexicon.find(&plain)).is_some()
    }

    /// Whether a text has a word of Party affairs.
    fn has_subject(&self, text: &str) -> bool {
        let plain = Plain::new(text);
        let hits = self.lexicon.find(&plain);
        let mut spans = self.topics.classes().iter().flat_map(|class| hits.of(*class));
        spans.any(|span| !self.follow_ups.weak.iter().any(|weak| weak == plain.slice(span.from, span.to)))
    }

    /// Whether two questions have a word of Party affairs in common, other than 党员 and the like.
    fn shares_word(&self, a: &str, b: &str) -> bool {
        let (a, b) = (Plain::new(a), Plain::new(b));
        let hits = self.lexicon.find(&a);
        let spans = self.topics.classes().iter().flat_map(|class| hits.of(*class));
        let mut words = spans.map(|span| a.slice(span.from, span.to));
        words.any(|word| !self.follow_ups.common.iter().any(|it| it == word) && b.text.contains(word))
    }
}

fn made(asked: &str, question: &str, new_topic: bool) -> Condensed {
    let question = if question.ends_with(['？', '。', '?']) { question.to_owned() } else { format!("{question}？") };
    let changed = Plain::new(&question).text != Plain::new(asked).text;
    Condensed { question: if changed { question } else { asked.to_owned() }, changed, new_topic }
}

/// The way of asking without what comes after it: it belongs to the earlier subject.
fn short_ask(ask: &str) -> &str {
    ask.split(['，', ',', '才', '就']).next().unwrap_or(ask)
}
