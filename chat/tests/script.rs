//! An assistant that says what it is told, piece by piece, when it is told.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use chat::{Chat, limits::Limits, session::Caller};
use futures::future::BoxFuture;
use knowledge::answer::{
    assistant::{Asked, Assistant, Reply},
    model::{Answer, Citation, Effect, Notice, State},
    pieces::{Piece, Pieces},
};
use knowledge::regulation::{Authority, DocKind};
use store::Store;
use tokio::sync::Semaphore;

/// See the module.
pub struct Script {
    /// The words, as they come.
    pub pieces: Mutex<Vec<String>>,
    /// One permit for each piece.
    pub go: Semaphore,
    /// What was asked.
    pub asked: Mutex<Vec<Asked>>,
    /// Calls that were dropped before they ended.
    pub dropped: AtomicUsize,
    /// Where it panics, if it does.
    pub panics: bool,
}

struct Watch<'a>(&'a Script, bool);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// A citation with a number.
pub fn citation(n: usize) -> Citation {
    Citation {
        n,
        chunk_id: format!("c{n}"),
        regulation_id: Some("r1".into()),
        title: "示例细则".into(),
        version: Some("2026".into()),
        address: Some(format!("a{n}")),
        label: format!("《示例细则》第{n}条"),
        text: "预备期为一年。".into(),
        doc_kind: DocKind::Regulation,
        authority: Authority::DetailedRules,
        effect: Effect::Effective,
        effective_on: None,
        ended_on: None,
        url: Some(format!("/regulations/r1/2026/a{n}")),
        sample: true,
        verified: true,
    }
}

impl Script {
    /// Says `pieces`; `free` of them without being told.
    pub fn new(pieces: &[&str], free: usize) -> Arc<Self> {
        Arc::new(Self {
            pieces: Mutex::new(pieces.iter().map(|it| (*it).to_owned()).collect()),
            go: Semaphore::new(free),
            asked: Mutex::default(),
            dropped: AtomicUsize::new(0),
            panics: false,
        })
    }

    async fn speak(&self, asked: Asked, out: Pieces) -> Reply {
        let mut watch = Watch(self, false);
        self.asked.lock().expect("sound").push(asked.clone());
        let pieces = self.pieces.lock().expect("sound").clone();
        assert!(!self.panics, "as the script says");
        for (at, piece) in pieces.iter().enumerate() {
            self.go.acquire().await.expect("never closed").forget();
            out.text(piece);
            if at == 0 {
                out.send(Piece::Citation(Box::new(citation(1))));
            }
        }
        watch.1 = true;
        let answer = Answer {
            code: asked.question.contains("能不能转正").then(|| "CASE_DECISION".to_owned()),
            citations: vec![citation(1), citation(2)],
            notices: vec![Notice { code: "SAMPLE".into(), text: "示例".into() }],
            ..Answer::plain(State::Grounded, pieces.concat(), "2026-11-01".parse().expect("a day"))
        };
        let condensed = (!asked.earlier.is_empty()).then(|| format!("补全：{}", asked.question));
        Reply { answer, retrieved: None, condensed, category: Some("dues".into()), urgent: false }
    }
}

impl Assistant for Script {
    fn answer(&self, asked: Asked, pieces: Pieces) -> BoxFuture<'_, knowledge::Result<Reply>> {
        Box::pin(async move { Ok(self.speak(asked, pieces).await) })
    }

    fn is_discreet(&self, question: &str) -> bool {
        question.contains("举报")
    }
}

/// Conversations without limits over `store`.
pub async fn chat(store: &Store, script: &Arc<Script>) -> Chat {
    let none =
        Limits { address_minute: 0, visitor_minute: 0, visitor_day: 0, user_day: 0, channel_minute: 0, channel_day: 0 };
    Chat::open(
        store.clone(),
        script.clone(),
        guard::Words::load(store.clone()).await.expect("loads"),
        none,
        std::time::Duration::from_secs(20),
    )
    .await
    .expect("opens")
}

/// Somebody.
pub fn caller(owner: &str) -> Caller {
    Caller { channel: "web".into(), owner: owner.into(), channel_limits: (None, None) }
}
