//! The room where everything of this crate comes together: asking, listening, stopping.

use std::{sync::Arc, time::Duration};

use chrono::NaiveDate;
use futures::{Stream, StreamExt as _, stream, stream::BoxStream};
use guard::{
    Words,
    audit::{self, Occasion},
    words::Place,
};
use knowledge::{
    answer::assistant::{Asked, Assistant, Exchange},
    search::model::Scope,
};
use store::Store;
use tokio_util::{sync::DropGuard, task::TaskTracker};
use tracing::Instrument as _;

use crate::{
    conversation::{self, Conversation},
    error::{Error, Result},
    event::{Accepted, Numbered},
    export::{self, Format},
    filter::Filter,
    limits::{self, Limits},
    live::{Live, Running},
    session::{Caller, Sessions},
    turn::{self, Begun, Feedback, NewTurn, Turn},
    work::Work,
};

/// How often a stream that another process works on is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How often old events and counters are swept.
const SWEEP: Duration = Duration::from_hours(1);
/// Stands in the place of a question that is not kept.
const NOT_KEPT: &str = "（内容不留存）";

/// A stream of events, from the first one wanted to the last there is.
pub type Feed = BoxStream<'static, Numbered>;

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Readable, at most 2,000 characters.
    pub text: String,
    /// The day whose law is asked about.
    pub as_of: Option<NaiveDate>,
    /// Chosen by the client: the same command asks once.
    pub command_id: Option<String>,
    /// What went before, where the client keeps the conversation itself.
    pub earlier: Vec<Exchange>,
}

/// Everything that has to do with conversations.
#[derive(Clone)]
pub struct Chat {
    store: Store,
    assistant: Arc<dyn Assistant>,
    sessions: Sessions,
    words: Words,
    limits: Arc<Limits>,
    answer_limit: Duration,
    live: Arc<Live>,
    tasks: TaskTracker,
}

impl Chat {
    /// Over a database and an assistant. `words` are looked for in questions and answers;
    /// `answer_limit`: an answer takes no longer.
    pub async fn open(
        store: Store,
        assistant: Arc<dyn Assistant>,
        words: Words,
        limits: Limits,
        answer_limit: Duration,
    ) -> Result<Self> {
        let sessions = Sessions::open(store.clone()).await?;
        let (limits, live) = (Arc::new(limits), Arc::default());
        Ok(Self { store, assistant, sessions, words, limits, answer_limit, live, tasks: TaskTracker::new() })
    }

    /// Grants and tokens.
    pub const fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The database.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Counts a question against the limits.
    ///
    /// # Errors
    /// [`crate::Error::Limited`].
    pub async fn count(&self, address: &str, caller: Option<&Caller>) -> Result<()> {
        self.limits.count(&self.store, address, caller).await
    }

    /// Asks in a conversation. The answer is made whether or not anybody listens; the same command once
    /// more gives the stream of the first time. Limits are counted for new questions only.
    ///
    /// # Errors
    /// [`crate::Error::NoConversation`], [`crate::Error::Busy`], [`crate::Error::Limited`].
    pub async fn ask(&self, caller: &Caller, address: &str, conversation: &str, question: Question) -> Result<Feed> {
        conversation::read(&self.store, caller, conversation).await?;
        let known = match &question.command_id {
            Some(command) => turn::known(&self.store, conversation, command).await?,
            None => None,
        };
        if let Some(first_seq) = known {
            return self.feed(conversation, first_seq - 1).await;
        }
        self.count(address, Some(caller)).await?;
        let question = self.checked(caller, conversation, question).await?;
        let earlier = turn::earlier(&self.store, conversation).await?;
        let new = self.new_turn(Some(conversation), &question);
        let (id, first_seq) = match turn::begin(&self.store, caller, &new).await? {
            Begun::New { id, first_seq } => (id, first_seq),
            Begun::Known { first_seq, .. } => return self.feed(conversation, first_seq - 1).await,
        };
        let running = Running::new(id, first_seq);
        self.live.insert(conversation, running.clone());
        let work = self.work(running.clone(), new, Question { earlier, ..question });
        let (live, key) = (self.live.clone(), conversation.to_owned());
        self.tasks.spawn(
            async move {
                let turn_id = work.running.turn_id.clone();
                work.run().await;
                live.remove(&key, &turn_id);
            }
            .in_current_span(),
        );
        Ok(running.follow(first_seq - 1).boxed())
    }

    /// Asks a single question. Dropping the stream stops the answer.
    ///
    /// # Errors
    /// [`crate::Error::Limited`] and what the database says.
    pub async fn ask_once(&self, caller: &Caller, address: &str, question: Question) -> Result<Feed> {
        self.count(address, Some(caller).filter(|it| !it.owner.is_empty())).await?;
        let question = self.checked(caller, "", question).await?;
        let new = self.new_turn(None, &question);
        let (Begun::New { id, first_seq } | Begun::Known { first_seq, id }) =
            turn::begin(&self.store, caller, &new).await?;
        let running = Running::new(id, first_seq);
        let guard = running.stop.clone().drop_guard();
        let work = self.work(running.clone(), new, question);
        self.tasks.spawn(work.run().in_current_span());
        Ok(guarded(running.follow(0), guard).boxed())
    }

    /// The events of a conversation after the number `after`; `None` where nothing is running and nothing
    /// is left to tell.
    ///
    /// # Errors
    /// [`crate::Error::NoConversation`].
    pub async fn events(&self, caller: &Caller, conversation: &str, after: i64) -> Result<Option<Feed>> {
        let found = conversation::read(&self.store, caller, conversation).await?;
        if !found.running && self.live.get(conversation).is_none() && found.last_seq <= after {
            return Ok(None);
        }
        self.feed(conversation, after).await.map(Some)
    }

    /// Stops the running answer, wherever it runs; false where none does.
    ///
    /// # Errors
    /// [`crate::Error::NoConversation`].
    pub async fn stop(&self, caller: &Caller, conversation: &str) -> Result<bool> {
        conversation::read(&self.store, caller, conversation).await?;
        if let Some(running) = self.live.get(conversation) {
            running.stop.cancel();
            return Ok(true);
        }
        turn::ask_to_stop(&self.store, conversation).await
    }

    /// A conversation with its turns.
    ///
    /// # Errors
    /// [`crate::Error::NoConversation`].
    pub async fn read(&self, caller: &Caller, conversation: &str) -> Result<(Conversation, Vec<Turn>)> {
        let found = conversation::read(&self.store, caller, conversation).await?;
        let turns = turn::list(&self.store, conversation).await?;
        Ok((found, turns))
    }

    /// A conversation as a file.
    ///
    /// # Errors
    /// [`crate::Error::NoConversation`].
    pub async fn export(&self, caller: &Caller, conversation: &str, format: Format) -> Result<String> {
        let (found, turns) = self.read(caller, conversation).await?;
        export::export(&found, &turns, format, self.store.clock.now())
    }

    /// Keeps what the asker says of an answer.
    ///
    /// # Errors
    /// [`crate::Error::NoTurn`], [`crate::Error::Bad`].
    pub async fn feedback(&self, caller: &Caller, turn: &str, said: &Feedback) -> Result<()> {
        turn::feedback(&self.store, caller, turn, said).await
    }

    /// Sweeps what nobody needs any more, for ever. To be run once in each process.
    pub async fn tidy(&self) {
        let mut every = tokio::time::interval(SWEEP);
        loop {
            every.tick().await;
            let swept = async {
                turn::sweep(&self.store).await?;
                limits::sweep(&self.store).await
            };
            if let Err(error) = swept.await {
                tracing::warn!(%error, "old events and counters could not be swept");
            }
        }
    }

    /// Stops what is running and waits until it is kept.
    pub async fn close(&self) {
        self.live.stop_all();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The question without what may not be said; what was found is audited.
    async fn checked(&self, caller: &Caller, subject: &str, question: Question) -> Result<Question> {
        let verdict = self.words.check(Place::Question, &question.text);
        if verdict.hits.is_empty() {
            return Ok(question);
        }
        // The words of a report are kept nowhere, not in the audit either.
        if !self.assistant.is_discreet(&question.text) {
            let occasion = Occasion { channel: &caller.channel, subject };
            audit::record(&self.store, occasion, &question.text, &verdict.hits).await?;
        }
        if verdict.blocked() {
            return Err(Error::Blocked);
        }
        Ok(Question { text: verdict.text, ..question })
    }

    fn new_turn(&self, conversation: Option<&str>, question: &Question) -> NewTurn {
        let discreet = self.assistant.is_discreet(&question.text);
        NewTurn {
            conversation_id: conversation.map(str::to_owned),
            command_id: question.command_id.clone(),
            question: if discreet { NOT_KEPT.to_owned() } else { guard::personal::mask(&question.text) },
            as_of: question.as_of,
        }
    }

    fn work(&self, running: Arc<Running>, new: NewTurn, question: Question) -> Work {
        Work {
            store: self.store.clone(),
            assistant: self.assistant.clone(),
            filter: Filter::new(&self.words),
            limit: self.answer_limit,
            accepted: Accepted {
                turn_id: running.turn_id.clone(),
                conversation_id: new.conversation_id.clone(),
                question: new.question,
                as_of: new.as_of,
            },
            conversation: new.conversation_id,
            running,
            asked: Asked {
                question: guard::personal::mask(&question.text),
                earlier: question.earlier,
                scope: Scope::default(),
                as_of: question.as_of,
            },
        }
    }

    /// Events after `after`: those that are written, then those of the turn that runs, here or elsewhere.
    async fn feed(&self, conversation: &str, after: i64) -> Result<Feed> {
        if let Some(running) = self.live.get(conversation) {
            let before = if after + 1 < running.first_seq() {
                let kept = turn::kept(&self.store, conversation, after).await?.events;
                kept.into_iter().filter(|it| it.seq < running.first_seq()).collect()
            } else {
                Vec::new()
            };
            let from = after.max(running.first_seq() - 1);
            return Ok(stream::iter(before).chain(running.follow(from)).boxed());
        }
        let (store, conversation) = (self.store.clone(), conversation.to_owned());
        let looks = stream::unfold((store, conversation, after, true), async |(store, conversation, after, open)| {
            if !open {
                return None;
            }
            loop {
                let kept = match turn::kept(&store, &conversation, after).await {
                    Ok(kept) => kept,
                    Err(error) => {
                        // The listener comes again with the number of the last event it has.
                        tracing::warn!(%error, "events could not be read");
                        return None;
                    }
                };
                if kept.events.is_empty() && kept.open {
                    tokio::time::sleep(LOOK).await;
                    continue;
                }
                let after = kept.events.last().map_or(after, |it| it.seq);
                return Some((stream::iter(kept.events), (store, conversation, after, kept.open)));
            }
        });
        Ok(looks.flatten().boxed())
    }
}

/// The stream together with what stops the answer when it is dropped.
fn guarded(feed: impl Stream<Item = Numbered> + Send, guard: DropGuard) -> impl Stream<Item = Numbered> + Send {
    feed.map(move |it| {
        let _held = &guard;
        it
    })
}
