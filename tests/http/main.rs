//! The HTTP surface as a whole: a real server on a random port over a small in-memory core.

mod app;
mod bad_input;
mod command_line;
mod contract;
mod conversations;
mod fake;
mod faults;
mod openai;
mod pages;
mod stream;
