//! temporary
use super::model::{Citation, Finding};
use crate::regulation::Address;
pub enum Resolution {
    InForce,
    NotInForce,
    UnknownArticle,
    UnknownTitle,
}
pub trait Library {
    fn resolve(&self, title: &str, address: Option<&Address>) -> Resolution;
}
pub struct Verified {
    pub text: String,
    pub findings: Vec<Finding>,
    pub quotes_checked: usize,
    pub quotes_verified: usize,
}
pub fn verify(text: &str, _c: &[Citation], _l: &dyn Library) -> Verified {
    Verified { text: text.to_owned(), findings: vec![], quotes_checked: 0, quotes_verified: 0 }
}
pub fn plain(text: &str) -> String {
    text.to_owned()
}
pub fn badge(quote: &str, _t: &str) -> bool {
    quote.chars().count() >= 8
}
