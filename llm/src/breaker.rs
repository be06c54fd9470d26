//! Leaves a provider alone for a while after it failed, so that a dead one costs the next questions nothing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The first pause; each further failure doubles it.
const FIRST: Duration = Duration::from_secs(5);
/// The longest pause, also where a service asks for more.
const LONGEST: Duration = Duration::from_mins(1);

/// One provider's pauses.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
}

impl Breaker {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the provider may be asked at `now`. After a pause one question goes ahead and the others wait
    /// for what comes of it, at most for `trial`.
    pub fn admits(&self, now: Instant, trial: Duration) -> bool {
        let mut state = self.state();
        if state.until.is_some_and(|until| now < until) {
            return false;
        }
        if state.failures > 0 {
            state.until = Some(now + trial);
        }
        true
    }

    /// The provider gave its first word.
    pub fn succeeded(&self) {
        *self.state() = State::default();
    }

    /// The provider failed at `now`; `wait` is what it asked for.
    pub fn failed(&self, now: Instant, wait: Option<Duration>) {
        let mut state = self.state();
        let doubled = FIRST.saturating_mul(2u32.saturating_pow(state.failures.min(10)));
        state.failures = state.failures.saturating_add(1);
        state.until = Some(now + doubled.max(wait.unwrap_or_default()).min(LONGEST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_with_one_question() {
        let (breaker, start, trial) = (Breaker::default(), Instant::now(), Duration::from_secs(2));
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert!(breaker.admits(start, trial) && breaker.admits(start, trial));
        breaker.failed(start, None);
        assert!(!breaker.admits(at(4), trial));
        // 5 seconds later one goes ahead, the next has to wait for it.
        assert!(breaker.admits(at(5), trial) && !breaker.admits(at(5), trial));
        breaker.failed(at(5), None);
        assert!(!breaker.admits(at(14), trial) && breaker.admits(at(15), trial));
        breaker.succeeded();
        assert!(breaker.admits(at(15), trial) && breaker.admits(at(15), trial));
        // What the service asks for counts, up to a minute.
        breaker.failed(at(20), Some(Duration::from_hours(1)));
        assert!(!breaker.admits(at(79), trial) && breaker.admits(at(80), trial));
    }
}
