//! A subject that says what a test tells it to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    answer::{
        assistant::{Asked, Reply},
        model::{Answer, Citation, Effect, State},
    },
    chunk::ChunkKind,
    regulation::{Authority, DocKind},
    search::model::{Candidate, Channels, Gate, Retrieved, Route, Timings},
};

use crate::{
    subject::{Located, Subject},
    suite::{self, Evidence, Suite},
};

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A passage of 《`title`》 at `address`.
pub fn candidate(title: &str, address: &str, text: &str) -> Candidate {
    Candidate {
        id: format!("{title}-{address}"),
        kind: ChunkKind::Provision,
        score: 0.3,
        channels: Channels { gram: Some(0.1), ..Channels::default() },
        source_id: title.to_owned(),
        regulation_id: None,
        version: Some("2026".to_owned()),
        address: Some(address.to_owned()),
        label: format!("《{title}》{address}"),
        title: title.to_owned(),
        text: text.to_owned(),
        authority: Authority::Measures,
        doc_kind: DocKind::Regulation,
        valid_from: Some(day("2026-01-01")),
        valid_to: None,
        sample: false,
    }
}

pub fn retrieved(question: &str, candidates: Vec<Candidate>) -> Retrieved {
    Retrieved {
        question: question.to_owned(),
        searched: question.to_owned(),
        rewrites: Vec::new(),
        as_of: day("2026-11-01"),
        absent: Vec::new(),
        route: Route::Search,
        named: 0,
        candidates,
        neighbours: Vec::new(),
        qa: None,
        gate: Gate {
            open: true,
            confidence: 0.7,
            threshold: 0.4,
            reason: String::new(),
            words: Vec::new(),
            features: BTreeMap::new(),
        },
        degraded: Vec::new(),
        generation: "g1".to_owned(),
        timings: Timings { total: 1500, ..Timings::default() },
    }
}

pub fn citation(n: usize, it: &Candidate) -> Citation {
    Citation {
        n,
        chunk_id: it.id.clone(),
        regulation_id: None,
        title: it.title.clone(),
        version: it.version.clone(),
        address: it.address.clone(),
        label: it.label.clone(),
        text: it.text.clone(),
        doc_kind: it.doc_kind,
        authority: it.authority,
        effect: Effect::Effective,
        effective_on: it.valid_from,
        ended_on: it.valid_to,
        url: None,
        sample: false,
        verified: true,
    }
}

/// An answer of `text` that cites `cited`.
pub fn grounded(text: &str, cited: &[Candidate]) -> Reply {
    let citations = cited.iter().enumerate().map(|(at, it)| citation(at + 1, it)).collect();
    let answer = Answer { citations, ..Answer::plain(State::Grounded, text, day("2026-11-01")) };
    Reply { retrieved: Some(retrieved("", cited.to_vec())), ..plain(answer) }
}

/// A fixed reply.
pub fn fixed(state: State, code: &str) -> Reply {
    plain(Answer { code: Some(code.to_owned()), ..Answer::plain(state, "固定话术", day("2026-11-01")) })
}

/// That nothing was found.
pub fn no_match() -> Reply {
    plain(Answer::plain(State::NoMatch, "没有找到依据", day("2026-11-01")))
}

fn plain(answer: Answer) -> Reply {
    Reply { answer, retrieved: None, condensed: None, category: None, urgent: false }
}

/// Says what it is told to; what it wasn't told about has no match.
#[derive(Default)]
pub struct MadeUp {
    /// Replies by question.
    pub replies: BTreeMap<String, Reply>,
    /// Rankings by question.
    pub rankings: BTreeMap<String, Vec<Candidate>>,
    /// Questions on which it fails.
    pub failing: BTreeSet<String>,
    /// Titles that are loaded.
    pub loaded: BTreeSet<String>,
    /// Labels of evidence that is gone.
    pub gone: BTreeSet<String>,
    /// It falls over at this question.
    pub panics_at: Option<String>,
    /// Everything that it was asked.
    pub asked: Mutex<Vec<Asked>>,
}

impl MadeUp {
    /// Knows 《甲条例》第一条, by its place and by `问一`.
    pub fn healthy() -> Self {
        let first = candidate("甲条例", "a1", "公示五个工作日。");
        let mut it = Self { loaded: BTreeSet::from(["甲条例".to_owned()]), ..Self::default() };
        it.rankings.insert("《甲条例》第一条".to_owned(), vec![first.clone()]);
        it.rankings.insert("问一".to_owned(), vec![first.clone()]);
        it.replies.insert("问一".to_owned(), grounded("公示“五个工作日”[1]。", &[first]));
        it
    }

    pub fn questions(&self) -> Vec<String> {
        self.asked.lock().expect("free").iter().map(|it| it.question.clone()).collect()
    }

    fn fails(&self, question: &str) -> Result<(), String> {
        assert!(self.panics_at.as_deref() != Some(question), "as the test wants");
        if self.failing.contains(question) { Err("索引损坏".to_owned()) } else { Ok(()) }
    }
}

impl Subject for MadeUp {
    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        _as_of: Option<NaiveDate>,
        candidates: usize,
    ) -> BoxFuture<'a, Result<Retrieved, String>> {
        Box::pin(async move {
            self.fails(question)?;
            let mut found = self.rankings.get(question).cloned().unwrap_or_default();
            found.truncate(candidates);
            Ok(retrieved(question, found))
        })
    }

    fn answer(&self, asked: Asked) -> BoxFuture<'_, Result<Reply, String>> {
        Box::pin(async move {
            let question = asked.question.clone();
            self.asked.lock().expect("free").push(asked);
            self.fails(&question)?;
            Ok(self.replies.get(&question).cloned().unwrap_or_else(no_match))
        })
    }

    fn locate<'a>(&'a self, evidence: &'a Evidence, _day: NaiveDate) -> BoxFuture<'a, Result<Located, String>> {
        let located = if !self.loaded.contains(&evidence.title) {
            Located::NotLoaded
        } else if self.gone.contains(&evidence.label()) {
            Located::Gone("已经没有了".to_owned())
        } else {
            Located::Here
        };
        Box::pin(std::future::ready(Ok(located)))
    }

    fn loaded<'a>(&'a self, title: &'a str) -> BoxFuture<'a, Result<bool, String>> {
        Box::pin(std::future::ready(Ok(self.loaded.contains(title))))
    }
}

/// A suite of these lines, with `more` in its manifest.
pub fn suite(name: &str, more: &str, lines: &[&str]) -> Arc<Suite> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::create_dir(&path).expect("made");
    let head = format!(
        "name = \"{name}\"\ntitle = \"试\"\nwhy = \"试\"\nversion = \"1\"\nas_of = \"2026-11-01\"\norigin = \"试\"\n\
         licence = \"试\"\ncases = \"c.jsonl\"\ncount = {}\nmetrics = [\"success_1\"]\n{more}\n",
        lines.len()
    );
    std::fs::write(path.join("manifest.toml"), head).expect("written");
    std::fs::write(path.join("c.jsonl"), lines.join("\n")).expect("written");
    Arc::new(suite::read(&path).expect("a suite in order"))
}
