//! New identifiers, as a parameter.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Makes new identifiers.
pub trait Ids: Send + Sync {
    /// An identifier that nobody had before; later ones sort after earlier ones.
    fn next(&self) -> Uuid;
}

/// UUID version 7 (RFC 9562): time-ordered, random.
#[derive(Debug, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the one place where random ids come in")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// 1, 2, 3 … for tests.
#[derive(Debug, Default)]
pub struct SequenceIds(AtomicU64);

impl Ids for SequenceIds {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed) + 1))
    }
}
