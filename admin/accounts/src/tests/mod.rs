//! The whole crate on both databases, with a clock that the test turns.
