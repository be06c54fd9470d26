//! What is offered beside an answer: office procedures, and questions to ask instead of a refused one.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{
    error::{RulesError, parse, wrong},
    pattern::{Line, any},
    plain::Plain,
    route::{Category, lines},
    topics::Topics,
    words::{Builder, Hits},
};

/// A way to an office procedure; its address comes from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardRule {
    /// E.g. `relation_transfer`.
    pub code: String,
    /// What it is called, e.g. 组织关系转接.
    pub title: String,
    /// One line that says what can be done there.
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OffersFile {
    card: Vec<CardFile>,
    instead: Vec<InsteadFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    code: Spanned<String>,
    title: String,
    text: String,
    when: Vec<Spanned<String>>,
    #[serde(default)]
    unless: Vec<Spanned<String>>,
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InsteadFile {
    categories: Vec<Category>,
    #[serde(default)]
    when: Vec<Spanned<String>>,
    questions: Vec<String>,
}

#[derive(Debug)]
struct CardWhen {
    card: CardRule,
    when: Vec<Line>,
    unless: Vec<Line>,
    #[cfg_attr(not(test), allow(dead_code, reason = "the examples are the tests of the rule files"))]
    examples: (Vec<String>, Vec<String>),
}

#[derive(Debug)]
struct Instead {
    categories: Vec<Category>,
    /// Empty: always.
    when: Vec<Line>,
    questions: Vec<String>,
}

/// All offers.
#[derive(Debug)]
pub(crate) struct Offers {
    cards: Vec<CardWhen>,
    instead: Vec<Instead>,
}

impl Offers {
    /// Reads `offers.toml`.
    pub(crate) fn read(file: &str, text: &str, builder: &mut Builder) -> Result<Self, RulesError> {
        let offers: OffersFile = parse(file, text)?;
        let mut cards = Vec::new();
        for card in offers.card {
            let span = Some(card.code.span());
            if card.yes.is_empty() || card.no.is_empty() {
                return Err(wrong(file, text, span, format!("卡片 {} 要有 yes 和 no 例句", card.code.get_ref())));
            }
            cards.push(CardWhen {
                when: lines(&card.when, file, text, builder)?,
                unless: lines(&card.unless, file, text, builder)?,
                card: CardRule { code: card.code.into_inner(), title: card.title, text: card.text },
                examples: (card.yes, card.no),
            });
        }
        let mut instead = Vec::new();
        for entry in offers.instead {
            let when = lines(&entry.when, file, text, builder)?;
            instead.push(Instead { categories: entry.categories, when, questions: entry.questions });
        }
        Ok(Self { cards, instead })
    }

    /// Cards for what the question wants done.
    pub(crate) fn cards(&self, plain: &Plain, hits: &Hits) -> Vec<CardRule> {
        let fit = |card: &&CardWhen| any(&card.when, plain, hits).is_some() && any(&card.unless, plain, hits).is_none();
        self.cards.iter().filter(fit).map(|card| card.card.clone()).collect()
    }

    /// General questions that may be asked where this one is refused: the first entry that fits; for an
    /// individual case without one, questions of its topic.
    pub(crate) fn instead(&self, category: Category, plain: &Plain, hits: &Hits, topics: &Topics) -> Vec<String> {
        let fits = |entry: &&Instead| {
            entry.categories.contains(&category) && (entry.when.is_empty() || any(&entry.when, plain, hits).is_some())
        };
        match self.instead.iter().find(fits) {
            Some(entry) => entry.questions.clone(),
            None if category == Category::IndividualCase => topics.next(topics.of(hits), &plain.text),
            None => Vec::new(),
        }
    }

    /// Codes with the questions that must and must not bring them, for tests.
    #[cfg(test)]
    pub(crate) fn examples(&self) -> impl Iterator<Item = (&str, &[String], &[String])> {
        self.cards.iter().map(|card| (card.card.code.as_str(), &*card.examples.0, &*card.examples.1))
    }
}
