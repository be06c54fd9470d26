//! Conversations over real databases, with an assistant that follows a script.

mod conversations;
mod script;
mod streams;
