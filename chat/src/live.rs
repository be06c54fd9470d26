//! Turns that this process is working on, and listening to them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{Stream, StreamExt as _, stream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::event::{Event, Numbered};

/// A turn in the making: its events so far, and who wants to hear of more.
#[derive(Debug)]
pub struct Running {
    /// The turn.
    pub turn_id: String,
    first_seq: i64,
    events: Mutex<Vec<Event>>,
    /// How many there are.
    count: watch::Sender<usize>,
    /// Cancelled when the turn should stop.
    pub stop: CancellationToken,
}

impl Running {
    /// A turn whose first event gets the number `first_seq`.
    pub fn new(turn_id: String, first_seq: i64) -> Arc<Self> {
        Arc::new(Self {
            turn_id,
            first_seq,
            events: Mutex::default(),
            count: watch::Sender::new(0),
            stop: CancellationToken::new(),
        })
    }

    /// Adds an event; listeners hear of it at once.
    pub fn push(&self, event: Event) {
        let mut events = lock(&self.events);
        events.push(event);
        self.count.send_replace(events.len());
    }

    /// The events from the `from`-th on, with their numbers.
    pub fn events(&self, from: usize) -> Vec<Numbered> {
        let events = lock(&self.events);
        let later = events.iter().enumerate().skip(from);
        later.map(|(at, event)| Numbered { seq: self.first_seq + at as i64, event: event.clone() }).collect()
    }

    /// Number of the first event.
    pub const fn first_seq(&self) -> i64 {
        self.first_seq
    }

    /// The number that an event added now would get.
    pub fn next_seq(&self) -> i64 {
        self.first_seq + lock(&self.events).len() as i64
    }

    /// Everything after the number `after`, until the last event.
    pub fn follow(self: Arc<Self>, after: i64) -> impl Stream<Item = Numbered> + Send {
        let from = usize::try_from(after - self.first_seq + 1).unwrap_or(0);
        let hears = self.count.subscribe();
        let batches = stream::unfold((self, hears, from, false), async |(running, mut hears, at, ended)| {
            if ended {
                return None;
            }
            // Fails only when the turn is dropped, and we hold it.
            hears.wait_for(|count| *count > at).await.ok()?;
            let events = running.events(at);
            let ended = events.last().is_some_and(|it| it.event.is_last());
            let at = at + events.len();
            Some((stream::iter(events), (running, hears, at, ended)))
        });
        batches.flatten()
    }
}

/// All turns that this process is working on, by conversation.
#[derive(Debug, Default)]
pub struct Live(Mutex<HashMap<String, Arc<Running>>>);

impl Live {
    /// Takes a turn in.
    pub fn insert(&self, conversation: &str, running: Arc<Running>) {
        lock(&self.0).insert(conversation.to_owned(), running);
    }

    /// The turn of this conversation, if it is here.
    pub fn get(&self, conversation: &str) -> Option<Arc<Running>> {
        lock(&self.0).get(conversation).cloned()
    }

    /// Forgets a turn, unless another one has taken its place.
    pub fn remove(&self, conversation: &str, turn: &str) {
        let mut all = lock(&self.0);
        if all.get(conversation).is_some_and(|it| it.turn_id == turn) {
            all.remove(conversation);
        }
    }

    /// Asks every turn to stop: the process is going down.
    pub fn stop_all(&self) {
        lock(&self.0).values().for_each(|it| it.stop.cancel());
    }
}

/// What is guarded stays sound whatever panics: each change is a single step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Failure;

    fn end() -> Event {
        Event::Error(Failure { code: "X".into(), detail: "完".into() })
    }

    #[tokio::test]
    async fn whoever_listens_from_wherever_hears_the_rest_once() {
        let running = Running::new("t".into(), 11);
        running.push(Event::delta("甲"));
        let listeners: Vec<_> =
            [0, 10, 11, 12].map(|after| tokio::spawn(running.clone().follow(after).collect::<Vec<_>>())).into();
        running.push(Event::delta("乙"));
        running.push(end());
        let mut heard = Vec::new();
        for listener in listeners {
            let seqs: Vec<i64> = listener.await.expect("no panic").into_iter().map(|it| it.seq).collect();
            heard.push(seqs);
        }
        assert_eq!(heard, [vec![11, 12, 13], vec![11, 12, 13], vec![12, 13], vec![13]]);
        let late: Vec<Numbered> = running.clone().follow(11).collect().await;
        assert_eq!(late.len(), 2);
        assert_eq!(running.next_seq(), 14);
    }
}
