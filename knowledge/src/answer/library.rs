//! What the verifier may ask of the knowledge base: whether an article that an answer names exists.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::verify::{Library, Resolution};
use crate::{
    error::Result,
    regulation::{self, Address},
    search::{
        address::{compact, named},
        names::{self, Names},
    },
};

/// The regulations by name, and the articles that one text names, looked up beforehand: checking
/// waits for nothing.
pub struct Shelved<'a> {
    names: &'a Names,
    day: NaiveDate,
    known: HashMap<(String, Address), bool>,
}

impl<'a> Shelved<'a> {
    /// Looks up every article that `text` names, in the version in force on `day`.
    pub async fn for_text(store: &store::Store, names: &'a Names, day: NaiveDate, text: &str) -> Result<Self> {
        let mut known = HashMap::new();
        let text = compact(text);
        for mention in names.find(&text) {
            let Some(version) = mention.entry.and_then(|at| names::in_force(names.entry(at), day)) else { continue };
            let near = text[mention.end..].char_indices().nth(60).map_or(text.len(), |it| mention.end + it.0);
            for place in named(&text[mention.end..near]) {
                let found = regulation::provision(store, &version.version_id, &place.address).await?.is_some();
                known.insert((version.version_id.clone(), place.address), found);
            }
        }
        Ok(Self { names, day, known })
    }
}

impl Library for Shelved<'_> {
    fn resolve(&self, title: &str, address: Option<&Address>) -> Resolution {
        let Some(entry) = self.names.loaded(title) else { return Resolution::UnknownTitle };
        let Some(version) = names::in_force(entry, self.day) else { return Resolution::NotInForce };
        let Some(address) = address else { return Resolution::InForce };
        match self.known.get(&(version.version_id.clone(), address.clone())) {
            Some(true) => Resolution::InForce,
            _ => Resolution::UnknownArticle,
        }
    }
}
