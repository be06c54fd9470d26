//! Retrieval metrics and their runner.
