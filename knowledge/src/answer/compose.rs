//! The answerer: conclusion, basis, related provisions, the way to a person.
//!
//! It writes nothing of its own but joints: a conclusion is the words of an approved QA pair, of a model that
//! was checked, or of a provision; the basis is always the provisions' own words. Everything passes the
//! verifier before it is shown.

use std::fmt::Write as _;

use chrono::NaiveDate;
use dialogue::Rules;
use serde_json::json;

use super::{
    excerpt::{excerpt, sentence},
    model::{Answer, Citation, Effect, Notice, State},
    pieces::{Piece, Pieces, Said},
    verify,
    write::{Exchange, Lead, Task, Writer},
};
use crate::{
    answer::library::Shelved,
    error::Result,
    regulation::DirectoryEntry,
    search::{
        Engine, Query,
        model::{Candidate, Retrieved, Route},
        names::Names,
        settings::Settings,
    },
};

/// Provisions cited at most.
const CITED: usize = 3;
/// Related provisions named at most.
const RELATED: usize = 3;
/// A candidate is cited beside the best where its score reaches this share of the best one's.
const CLOSE: f32 = 0.72;
/// Below this share of the gate's threshold the nearest provisions are too far to be worth showing.
const NEAR: f32 = 0.5;

/// Retrieves and answers. The retrieval is given back too: it explains the answer.
///
/// The fixed replies come from `rules`. With a `writer` a model writes the lead, unless an approved QA pair has it; `earlier` is the conversation so
/// far, its last part the newest. What may be shown goes to `pieces` as soon as it is checked. Dropping the
/// future ends the call to the model.
pub async fn answer(
    engine: &Engine,
    rules: &Rules,
    writer: Option<&Writer>,
    query: Query<'_>,
    earlier: &[Exchange],
    settings: &Settings,
    pieces: &Pieces,
) -> Result<(Answer, Retrieved)> {
    let retrieved = engine.retrieve(query, settings).await?;
    pieces.send(Piece::Retrieved(Box::new(retrieved.clone())));
    let names = engine.names().await?;
    let today = engine.store().clock.today();
    let composer = Composer { engine, rules, writer, earlier, pieces, names: &names.1, today, retrieved: &retrieved };
    let answer = composer.compose().await?;
    Ok((answer, retrieved))
}

struct Composer<'a> {
    engine: &'a Engine,
    rules: &'a Rules,
    writer: Option<&'a Writer>,
    earlier: &'a [Exchange],
    pieces: &'a Pieces,
    names: &'a Names,
    today: NaiveDate,
    retrieved: &'a Retrieved,
}

impl Composer<'_> {
    async fn compose(&self) -> Result<Answer> {
        let it = self.retrieved;
        if let Some(qa) = it.qa.as_ref().filter(|_| it.route == Route::Search) {
            if qa.evidence.is_empty() && !qa.missing.is_empty() {
                return Ok(self.no_match());
            }
            let cited = self.engine.load(&qa.evidence).await?;
            return self.grounded(&cited, Some(&qa.answer)).await;
        }
        if !it.gate.open || it.candidates.is_empty() {
            return Ok(self.no_match());
        }
        let best = it.candidates[0].score;
        let count = match it.route {
            Route::Search => it.candidates.iter().take(CITED).filter(|c| c.score >= best * CLOSE).count(),
            Route::Passage => 1,
            Route::Address => it.named,
        };
        self.grounded(&it.candidates[..count.max(1)], None).await
    }

    /// An answer that rests on `cited`; led by `words` of an approved QA pair where there are some.
    async fn grounded(&self, cited: &[Candidate], words: Option<&str>) -> Result<Answer> {
        let it = self.retrieved;
        let citations: Vec<Citation> = cited.iter().enumerate().map(|(at, c)| self.citation(at + 1, c)).collect();
        let mut said = Said::new(self.pieces, &citations);
        let lead = self.written(&citations, words, &mut said).await?;
        let mut rest = if said.text().is_empty() { String::new() } else { "\n\n".to_owned() };
        if !lead.as_ref().is_some_and(|it| it.whole) {
            rest.push_str(&self.extract(&citations, words));
            rest.push_str("\n\n");
        }
        rest.push_str(&self.basis(&citations));
        let library = Shelved::for_text(self.engine.store(), self.names, it.as_of, &rest).await?;
        let verified = verify::verify(&rest, &citations, &library);
        let partly = !said.text().is_empty();
        said.say_all(&verified.text);
        let text = said.into_text();
        let lead = lead.unwrap_or_default();
        let mut notices = writing_notices(&lead, partly);
        notices.extend(self.notices(&citations, words.is_some()));
        let findings = lead.findings.into_iter().chain(verified.findings).collect();
        let shown: Vec<&str> = citations.iter().map(|c| c.chunk_id.as_str()).collect();
        // Beside a named article only its own instrument is related: the question says no more than its number.
        let near = |c: &&Candidate| it.route != Route::Address || citations.iter().any(|cited| cited.title == c.title);
        let related = it.candidates.iter().filter(|c| !shown.contains(&c.id.as_str())).filter(near).take(RELATED);
        let related = related.enumerate().map(|(at, c)| self.citation(citations.len() + at + 1, c)).collect();
        Ok(Answer {
            citations,
            related,
            notices,
            findings,
            written: lead.written,
            ..Answer::plain(State::Grounded, text, it.as_of)
        })
    }

    /// The lead by a model, where one is configured and nobody wrote it before; said sentence by sentence.
    async fn written(&self, citations: &[Citation], words: Option<&str>, said: &mut Said<'_>) -> Result<Option<Lead>> {
        let it = self.retrieved;
        // Where a pasted text is from, is no question for a model.
        let Some(writer) = self.writer.filter(|_| words.is_none() && it.route != Route::Passage) else {
            return Ok(None);
        };
        let task = Task {
            store: self.engine.store(),
            names: self.names,
            question: &it.question,
            earlier: self.earlier,
            citations,
            day: it.as_of,
        };
        writer.lead(&task, said).await.map(Some)
    }

    /// The lead in words that are there already: an approved answer's, or a provision's.
    fn extract(&self, citations: &[Citation], words: Option<&str>) -> String {
        let it = self.retrieved;
        match (words, citations.first()) {
            (Some(words), _) => words.trim().to_owned(),
            (None, Some(first)) if it.route == Route::Search => {
                let quote = verify::plain(without_label(sentence(&first.text, &it.searched)));
                format!("{}规定：“{quote}”[{}]", first.label, first.n)
            }
            (None, Some(first)) if it.route == Route::Passage => {
                format!("您粘贴的文字出自{}[{}]。", first.label, first.n)
            }
            _ => "您问的条文原文如下。".to_owned(),
        }
    }

    /// The provisions, word for word.
    fn basis(&self, citations: &[Citation]) -> String {
        let it = self.retrieved;
        let mut text = "**依据**\n".to_owned();
        for citation in citations {
            // Writing to a string can't fail.
            let _ = write!(text, "\n{}{}[{}]\n\n", citation.label, edition(citation), citation.n);
            let shown = if it.route == Route::Search { excerpt(&citation.text, &it.searched) } else { &citation.text };
            for line in shown.lines().filter(|line| !line.trim().is_empty()) {
                let _ = writeln!(text, "> {}", verify::plain(line.trim()));
            }
        }
        text
    }

    /// The texts don't cover it: said plainly, with the nearest provisions where they are near.
    fn no_match(&self) -> Answer {
        let it = self.retrieved;
        let near = it.gate.confidence >= it.gate.threshold * NEAR || it.qa.is_some();
        let candidates = it.candidates.iter().filter(|_| near).take(RELATED);
        let related: Vec<Citation> = candidates.enumerate().map(|(at, c)| self.citation(at + 1, c)).collect();
        let named = related.iter().map(|c| c.label.as_str()).collect::<Vec<_>>().join("、");
        let text = self.fixed("NO_BASIS", &json!({ "related": named, "sla": null }));
        Said::new(self.pieces, &[]).say_all(&text);
        Answer { related, notices: self.notices(&[], false), ..Answer::plain(State::NoMatch, text, it.as_of) }
    }

    fn citation(&self, n: usize, it: &Candidate) -> Citation {
        let url = match (&it.regulation_id, &it.version, &it.address) {
            (Some(id), Some(version), Some(address)) => Some(format!("/regulations/{id}/{version}/{address}")),
            _ => None,
        };
        Citation {
            n,
            chunk_id: it.id.clone(),
            regulation_id: it.regulation_id.clone(),
            title: it.title.clone(),
            version: it.version.clone(),
            address: it.address.clone(),
            label: it.label.clone(),
            text: it.text.clone(),
            doc_kind: it.doc_kind,
            authority: it.authority,
            effect: self.effect(it),
            effective_on: it.valid_from,
            ended_on: it.valid_to,
            url,
            sample: it.sample,
            verified: verify::badge(&it.text, &it.text),
        }
    }

    fn effect(&self, it: &Candidate) -> Effect {
        let day = self.retrieved.as_of;
        if it.valid_to.is_some_and(|end| end <= day) {
            return if self.successor(it).is_some() { Effect::Amended } else { Effect::Abolished };
        }
        match it.valid_from {
            None => Effect::Unknown,
            Some(from) if from > day => Effect::NotYet,
            Some(_) => Effect::Effective,
        }
    }

    fn entry(&self, it: &Candidate) -> Option<&DirectoryEntry> {
        self.names.loaded(&it.title)
    }

    fn successor(&self, it: &Candidate) -> Option<String> {
        let entry = self.entry(it)?;
        let at = entry.versions.iter().position(|v| v.version_id == it.source_id)?;
        entry.versions.get(at + 1).map(|v| v.label.clone())
    }

    fn notices(&self, citations: &[Citation], from_qa: bool) -> Vec<Notice> {
        let it = self.retrieved;
        let mut notices = Vec::new();
        if self.writer.is_none() {
            notices.push(notice("NO_MODEL", "未配置大模型，仅列原文。".to_owned()));
        }
        if let Some(qa) = it.qa.as_ref().filter(|_| from_qa) {
            let day = qa.reviewed_on.map_or_else(String::new, |day| format!("，审定日期{}", chinese_day(day)));
            notices.push(notice("QA_REVIEWED", format!("结论出自人工审定的问答{day}。")));
        }
        if let Some(qa) = it.qa.as_ref().filter(|qa| !qa.missing.is_empty()) {
            let missing = qa.missing.join("、");
            notices.push(notice("SOURCE_ABSENT", format!("以下原文没有收录，与它有关的表述无法核对：{missing}。")));
        }
        for absent in &it.absent {
            let when =
                if it.as_of == self.today { String::new() } else { format!("{}有效的", chinese_day(it.as_of)) };
            notices.push(match absent.ended_on {
                Some(end) => notice("VERSION_NOTE", format!("《{}》自{}起不再有效。", absent.title, chinese_day(end))),
                None => notice("SOURCE_ABSENT", format!("没有收录{when}《{}》的原文。", absent.title)),
            });
        }
        if it.as_of != self.today {
            notices.push(notice("AS_OF", format!("以上按{}有效的规定回答。", chinese_day(it.as_of))));
        }
        for candidate in versions_cited(citations) {
            notices.extend(self.version_note(&candidate));
        }
        if citations.iter().any(|c| c.effect == Effect::Unknown) {
            notices.push(notice("UNKNOWN_DATE", "所引文件中有施行日期不明的，请以公布机关的说明为准。".to_owned()));
        }
        if citations.iter().any(|c| c.sample) {
            notices.push(notice("SAMPLE", "标有“示例”的是演示用的虚构规定，不能作为办事依据。".to_owned()));
        }
        for part in &it.degraded {
            notices.push(notice("DEGRADED", format!("检索的一部分（{part}）暂不可用，结果可能不全。")));
        }
        notices
    }

    /// A fixed reply, filled in. The templates of the program are tested with these values, a curator's copies
    /// are checked when they are read: what still goes wrong is a line of the log and an empty text.
    fn fixed(&self, code: &str, values: &serde_json::Value) -> String {
        match self.rules.reply(code, values) {
            Ok(reply) => reply.text,
            Err(error) => {
                tracing::error!(code, %error, "a fixed reply could not be filled in");
                String::new()
            }
        }
    }

    /// What a reader must know of a version: that another took its place, or that it took another's lately.
    fn version_note(&self, (title, label): &(String, String)) -> Option<Notice> {
        let entry = self.names.loaded(title)?;
        let at = entry.versions.iter().position(|it| it.label == *label)?;
        let version = &entry.versions[at];
        if let Some(end) = version.ended_on.filter(|end| *end <= self.today) {
            let then = entry.versions.get(at + 1);
            let now = then.map(|it| &it.label);
            let values = json!({ "title": title, "label": label, "ended": chinese_day(end), "now": now, "from": null });
            return Some(notice("VERSION_NOTE", self.fixed("VERSION_NOTE", &values)));
        }
        let from = version.effective_on?;
        let recent = (self.today - from).num_days() < 366;
        let earlier = at.checked_sub(1).is_some();
        (recent || earlier).then(|| {
            let from = chinese_day(from);
            let values = json!({ "title": title, "label": label, "ended": null, "now": null, "from": from });
            notice("VERSION_NOTE", self.fixed("VERSION_NOTE", &values))
        })
    }
}

/// What a reader must know of the writing: that a model failed or stopped short, that sentences were left out.
fn writing_notices(lead: &Lead, partly: bool) -> Vec<Notice> {
    let mut notices = Vec::new();
    let fallback = match (&lead.failure, partly) {
        (Some(_), true) => Some("大模型没有说完，其余部分直接摘自原文。"),
        (Some(_), false) => Some("大模型暂时不可用，以下内容直接摘自原文。"),
        // It came to its end, and nothing of it could be shown.
        (None, false) if lead.written.is_some() => Some("大模型写的内容没有通过核对，以下内容直接摘自原文。"),
        _ => None,
    };
    notices.extend(fallback.map(|text| notice("MODEL_FALLBACK", text.to_owned())));
    if lead.dropped > 0 {
        let text = format!("大模型写的内容中有{}句没有找到依据，已经略去。", lead.dropped);
        notices.push(notice("UNVERIFIED", text));
    }
    notices
}

/// A sentence without 第三十一条　 in front of it, which the words before the quotation say already.
fn without_label(sentence: &str) -> &str {
    match sentence.split_once(['　', ' ']) {
        Some((label, rest)) if label.starts_with('第') && label.contains('条') => rest.trim_start(),
        _ => sentence,
    }
}

/// Title and label of the versions cited, once each.
fn versions_cited(citations: &[Citation]) -> Vec<(String, String)> {
    let mut seen: Vec<(String, String)> = Vec::new();
    for c in citations {
        let place = (c.title.clone(), c.version.clone().unwrap_or_default());
        if !seen.contains(&place) {
            seen.push(place);
        }
    }
    seen
}

/// （2026版，2026年5月11日起施行）
fn edition(it: &Citation) -> String {
    let is_year = |label: &&String| label.len() == 4 && label.bytes().all(|c| c.is_ascii_digit());
    let year = it.version.as_ref().filter(is_year).map(|label| format!("{label}年版"));
    let version = year.or_else(|| it.version.as_ref().map(|label| format!("{label}版")));
    let from = match (it.version.is_some(), it.effective_on) {
        (true, Some(day)) => Some(format!("{}起施行", chinese_day(day))),
        (true, None) => Some("施行日期未知".to_owned()),
        (false, _) => None,
    };
    let parts: Vec<String> = version.into_iter().chain(from).collect();
    if parts.is_empty() { String::new() } else { format!("（{}）", parts.join("，")) }
}

pub(super) fn chinese_day(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

fn notice(code: &str, text: String) -> Notice {
    Notice { code: code.to_owned(), text }
}
