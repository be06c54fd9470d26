//! The parts that live outside the process, against peers that the tests start or generate: a
//! Qdrant server, an OpenAI-compatible endpoint, ONNX models.

mod local;
mod models;
mod openai;
mod qdrant;
mod qdrant_peer;
mod vector_contract;

/// A variable that `make test` sets; without it the caller's test is left out, which is said.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration; these say where their peers are")]
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        eprintln!("left out: {name} is not set");
    }
    value
}
