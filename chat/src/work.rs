//! One turn from question to stored answer. It runs in a task of its own: listeners come and go.

use std::{sync::Arc, time::Duration};

use knowledge::answer::{
    assistant::{Asked, Assistant, Reply},
    model::{Answer, Citation, State},
    pieces::{Piece, Pieces},
    sentences,
};
use store::Store;
use tokio::{
    sync::mpsc::UnboundedReceiver,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, timeout_at},
};
use tracing::Instrument as _;

use crate::{
    event::{Accepted, Condensed, Delta, Done, Event, Failure},
    filter::Filter,
    live::Running,
    turn::{self, Ending, Status},
};

/// How often events are written and other processes' wishes to stop are seen.
const BEAT: Duration = Duration::from_millis(200);
/// What an asker reads when something broke; the particulars are in the log.
const UNAVAILABLE: &str = "系统的一部分暂时不可用，这次没有作答。请稍后再试，或者申请人工答复。";

/// What one turn works with.
pub(crate) struct Work {
    pub store: Store,
    pub assistant: Arc<dyn Assistant>,
    pub filter: Filter,
    /// An answer takes no longer than this.
    pub limit: Duration,
    pub conversation: Option<String>,
    pub running: Arc<Running>,
    pub accepted: Accepted,
    pub asked: Asked,
}

/// How the assistant came to an end.
enum Outcome {
    Answered(Box<Reply>),
    Stopped,
    Failed(Failure),
}

/// The words shown so far and what they rest on.
#[derive(Default)]
struct Shown {
    text: String,
    citations: Vec<Citation>,
    condensed: Option<String>,
    first_ms: Option<i64>,
    /// Events that are written already.
    written: usize,
    blocked: bool,
}

impl Work {
    /// Works until the last event is out.
    pub async fn run(mut self) {
        let started = Instant::now();
        self.running.push(Event::Accepted(self.accepted.clone()));
        let mut shown = Shown::default();
        let outcome = self.answer(&mut shown, started).await;
        let (ending, last) = self.end(outcome, &mut shown, started);
        let (events, last_seq) = (self.running.events(shown.written), self.running.next_seq());
        // The last event is numbered and written with the answer, and shown only then.
        let numbered = crate::event::Numbered { seq: last_seq, event: last.clone() };
        let events: Vec<_> = events.into_iter().chain([numbered]).collect();
        let conversation = self.conversation.as_deref();
        let turn_id = &self.running.turn_id;
        match turn::finish(&self.store, conversation, turn_id, &ending, &events, last_seq).await {
            Ok(()) => self.running.push(last),
            Err(error) => {
                tracing::error!(%error, turn = %turn_id, "the answer could not be kept");
                let detail = "答案没有能够保存，请稍后重新提问".to_owned();
                self.running.push(Event::Error(Failure { code: "COMMON-510".to_owned(), detail }));
            }
        }
        count(ending.answer.state, started.elapsed());
    }

    /// Lets the assistant speak until it is done, stopped or out of time.
    async fn answer(&mut self, shown: &mut Shown, started: Instant) -> Outcome {
        let (pieces, mut heard) = Pieces::channel();
        let assistant = Arc::clone(&self.assistant);
        let asked = std::mem::take(&mut self.asked);
        // A task of its own: a panic there is an error here, and dropping the handle ends it.
        let mut answering =
            Answering(tokio::spawn(async move { assistant.answer(asked, pieces).await }.in_current_span()));
        let deadline = started + self.limit;
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        let stop = self.running.stop.clone();
        let outcome = loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break Outcome::Stopped,
                Some(piece) = heard.recv() => self.hear(piece, shown, started),
                outcome = timeout_at(deadline, &mut answering.0) => break match outcome {
                    Ok(Ok(Ok(reply))) => Outcome::Answered(Box::new(reply)),
                    Ok(Ok(Err(error))) => Outcome::Failed(failure(&error)),
                    Ok(Err(panic)) => {
                        tracing::error!(%panic, "answering broke off");
                        Outcome::Failed(Failure { code: "COMMON-500".to_owned(), detail: UNAVAILABLE.to_owned() })
                    }
                    Err(_) => Outcome::Failed(Failure { code: "COMMON-504".to_owned(), detail: "作答时间超过上限，请稍后再试".to_owned() }),
                },
                _ = beat.tick() => if self.beat(shown).await { break Outcome::Stopped },
            }
            if shown.blocked {
                break Outcome::Stopped;
            }
        };
        drop(answering);
        if !matches!(outcome, Outcome::Stopped) {
            self.drain(&mut heard, shown, started);
        }
        outcome
    }

    fn drain(&mut self, heard: &mut UnboundedReceiver<Piece>, shown: &mut Shown, started: Instant) {
        while let Ok(piece) = heard.try_recv() {
            self.hear(piece, shown, started);
        }
    }

    fn hear(&mut self, piece: Piece, shown: &mut Shown, started: Instant) {
        match piece {
            Piece::Condensed(question) => {
                let question = guard::personal::mask(&question);
                shown.condensed = Some(question.clone());
                self.running.push(Event::Condensed(Condensed { question }));
            }
            Piece::Retrieved(found) => self.running.push(Event::Retrieved(Box::new((*found).into()))),
            Piece::Text(words) => {
                let passed = self.filter.push(&words);
                shown.blocked |= passed.blocked;
                self.show(&passed.text, shown, started);
            }
            Piece::Citation(citation) => {
                if !shown.citations.iter().any(|it| it.n == citation.n) {
                    shown.citations.push((*citation).clone());
                    self.running.push(Event::Citation(citation));
                }
            }
        }
    }

    fn show(&self, words: &str, shown: &mut Shown, started: Instant) {
        if words.is_empty() {
            return;
        }
        shown.first_ms.get_or_insert_with(|| started.elapsed().as_millis() as i64);
        shown.text.push_str(words);
        self.running.push(Event::Delta(Delta { text: words.to_owned() }));
    }

    /// Writes what is new; gives whether somebody wants the turn stopped.
    async fn beat(&self, shown: &mut Shown) -> bool {
        let Some(conversation) = &self.conversation else { return false };
        let events = self.running.events(shown.written);
        match turn::beat(&self.store, conversation, &self.running.turn_id, &events).await {
            Ok(stop) => {
                shown.written += events.len();
                stop
            }
            Err(error) => {
                // The listeners of this process lose nothing; the next beat tries again.
                tracing::warn!(%error, "events could not be written");
                false
            }
        }
    }

    /// Sends what is left to be sent and gives how the turn ended, with its last event.
    fn end(&mut self, outcome: Outcome, shown: &mut Shown, started: Instant) -> (Ending, Event) {
        let today = self.store.clock.today();
        let (status, mut answer, condensed, category) = match outcome {
            Outcome::Answered(reply) => {
                let Reply { answer, condensed, category, .. } = *reply;
                self.speak_rest(&answer, shown, started);
                (Status::Done, answer, condensed, category)
            }
            Outcome::Stopped => {
                let state = if shown.citations.is_empty() { State::NoMatch } else { State::Grounded };
                (Status::Stopped, Answer::plain(state, "", today), None, None)
            }
            Outcome::Failed(failure) => {
                let answer = Answer::plain(State::Unavailable, failure.detail.clone(), today);
                let ending = Self::ending(Status::Failed, answer, shown, None, started);
                return (ending, Event::Error(failure));
            }
        };
        let rest = self.filter.finish();
        shown.blocked |= rest.blocked;
        if status == Status::Done {
            self.show(&rest.text, shown, started);
        }
        let mut status = status;
        if shown.blocked {
            let said = crate::filter::WITHHELD;
            let said = if shown.text.is_empty() { said.to_owned() } else { format!("\n\n{said}") };
            self.show(&said, shown, started);
            answer = Answer { code: Some("WITHHELD".to_owned()), ..Answer::plain(State::NeedsHuman, "", answer.as_of) };
            status = Status::Done;
        }
        answer.text.clone_from(&shown.text);
        if status == Status::Stopped {
            answer.citations.clone_from(&shown.citations);
        }
        for citation in &answer.citations {
            if !shown.citations.iter().any(|it| it.n == citation.n) {
                self.running.push(Event::Citation(Box::new(citation.clone())));
            }
        }
        for notice in &answer.notices {
            self.running.push(Event::Notice(notice.clone()));
        }
        let done =
            Done { id: self.running.turn_id.clone(), stopped: status == Status::Stopped, answer: answer.clone() };
        let condensed = condensed.map(|it| guard::personal::mask(&it)).or_else(|| shown.condensed.clone());
        let ending = Ending { condensed, ..Self::ending(status, answer, shown, category, started) };
        (ending, Event::Done(Box::new(done)))
    }

    /// What the assistant did not send piece by piece: sentence by sentence, each with its citations.
    fn speak_rest(&mut self, answer: &Answer, shown: &mut Shown, started: Instant) {
        let sent = self.filter.received();
        let Some(rest) = answer.text.strip_prefix(sent) else {
            // Pieces that are not the answer's beginning would be a fault of the assistant's.
            tracing::error!(turn = %self.running.turn_id, "pieces and answer differ");
            return;
        };
        for range in sentences::split(rest) {
            let words = &rest[range];
            self.hear(Piece::Text(words.to_owned()), shown, started);
            for (_, mark) in sentences::marks(words) {
                if let Some(citation) = answer.citations.iter().find(|it| it.n == mark) {
                    self.hear(Piece::Citation(Box::new(citation.clone())), shown, started);
                }
            }
        }
    }

    fn ending(status: Status, answer: Answer, shown: &Shown, category: Option<String>, started: Instant) -> Ending {
        Ending {
            status,
            answer,
            condensed: shown.condensed.clone(),
            category,
            first_ms: shown.first_ms,
            total_ms: started.elapsed().as_millis() as i64,
        }
    }
}

/// The running assistant; dropping it ends it, and with it the call to a model.
struct Answering(JoinHandle<knowledge::Result<Reply>>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What an asker is told of a failure; the cause goes to the log.
fn failure(error: &knowledge::Error) -> Failure {
    tracing::error!(code = error.code(), %error, "answering failed");
    let code = match error {
        knowledge::Error::Corrupt(_) => "COMMON-500",
        _ => "COMMON-510",
    };
    Failure { code: code.to_owned(), detail: UNAVAILABLE.to_owned() }
}

/// Counts an answer for the operators.
fn count(state: State, elapsed: Duration) {
    let state = turn::state_code(state);
    metrics::counter!("dangwutong_answers_total", "state" => state).increment(1);
    metrics::histogram!("dangwutong_answer_seconds").record(elapsed);
}
