//! The system as a whole: the real program as a process of its own, with a real database and real
//! indexes, spoken to over HTTP and the command line. Every test runs on `SQLite` and, where
//! `DANGWUTONG_TEST_POSTGRES` names a server, on `PostgreSQL` too.
//!
//! Names that begin with `f73_` … prove the acceptance line of that function.

mod answers;
mod audit;
mod disk;
mod evaluation;
mod freshness;
mod import;
mod input;
mod kill;
mod place;
mod reader;
mod refusals;
mod server;
mod suites;
mod words;
