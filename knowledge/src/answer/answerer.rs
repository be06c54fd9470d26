//! The whole way of a question: understand, route, ask back, retrieve, answer, offer what comes next.
//!
//! ```text
//! typed ─► route ─► condense ─► route ─► ask back? ─► retrieve ─► answer ─► suggestions, cards
//!            └─ refused, small talk ─┘        └─ options
//! ```

use std::{collections::BTreeMap, sync::Arc};

use dialogue::{Category, Decision, Earlier, Rules};
use futures::future::BoxFuture;
use serde::Serialize;

use super::{
    assistant::{Asked, Assistant, Reply},
    compose,
    model::{Answer, Card, State},
    pieces::{Piece, Pieces},
    write::{Exchange, Writer},
};
use crate::{
    error::{Error, Result},
    search::{Engine, Query},
};

/// Questions named as examples where somebody asks for something else.
const EXAMPLES: usize = 3;

/// Answers from the knowledge base, by the rules of a conversation.
#[derive(Clone)]
pub struct Answerer {
    engine: Arc<Engine>,
    rules: Arc<Rules>,
    /// Writes leads, where a model is configured.
    writer: Option<Arc<Writer>>,
    /// Where office procedures are done, by the code of their card.
    places: BTreeMap<String, String>,
}

/// What the fixed replies may mention.
#[derive(Debug, Default, Serialize)]
struct Values {
    what: Option<String>,
    examples: Option<String>,
    text: Option<String>,
}

impl Answerer {
    /// Over an engine that is ready. `places`: addresses by the code of a card.
    pub fn new(
        engine: Arc<Engine>,
        rules: Arc<Rules>,
        writer: Option<Writer>,
        places: BTreeMap<String, String>,
    ) -> Self {
        Self { engine, rules, writer: writer.map(Arc::new), places }
    }

    /// The same rules and models over another engine: for measurements.
    #[must_use]
    pub fn over(&self, engine: Arc<Engine>) -> Self {
        Self { engine, ..self.clone() }
    }

    /// What it retrieves with.
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    async fn reply(&self, asked: Asked, pieces: Pieces) -> Result<Reply> {
        // What is refused is refused as typed: nothing of it is put together with earlier turns.
        let typed = self.rules.route(&asked.question);
        match &typed {
            Decision::Refuse { category, .. } if *category != Category::OutOfScope => return self.refuse(typed),
            Decision::Talk { .. } => return self.refuse(typed),
            _ => {}
        }
        let earlier: Vec<Earlier> = asked.earlier.iter().map(earlier).collect();
        let before: Vec<Exchange> = asked.earlier.iter().map(exchange).collect();
        let condensed = self.rules.condense(&asked.question, &earlier);
        let (mut question, mut changed) = (condensed.question, condensed.changed);
        // The rules know best that a question stands alone; how it is put together, a model knows better.
        if let Some(writer) = self.writer.as_ref().filter(|_| changed)
            && let Some(better) = writer.condense(&asked.question, &before).await
        {
            changed = better != asked.question;
            question = better;
        }
        let decision = if changed { self.rules.route(&question) } else { typed };
        let topic = match decision {
            Decision::Answer { topic } => topic,
            other => return self.refuse(other),
        };
        let understood = changed.then(|| question.clone());
        if let Some(question) = &understood {
            pieces.send(Piece::Condensed(question.clone()));
        }
        let asked_back = earlier.iter().rev().take_while(|it| it.asked_back).count();
        if let Some(back) = self.rules.clarify(&question, asked_back) {
            let values = Values { text: Some(back.text), ..Values::default() };
            let answer = Answer { options: back.options, ..self.fixed("CLARIFY", &values)? };
            return Ok(Reply { answer, retrieved: None, condensed: understood, category: topic, urgent: false });
        }
        let query = Query { as_of: asked.as_of, ..Query::new(&question, &asked.scope) };
        let before = if condensed.new_topic { &[] } else { before.as_slice() };
        let (answer, retrieved) = compose::answer(
            &self.engine,
            &self.rules,
            self.writer.as_deref(),
            query,
            before,
            self.engine.settings(),
            &pieces,
        )
        .await?;
        let answer = Answer {
            suggestions: self.rules.suggestions(&question, topic.as_deref()),
            cards: self.cards(&question),
            ..answer
        };
        Ok(Reply { answer, retrieved: Some(retrieved), condensed: understood, category: topic, urgent: false })
    }

    /// The fixed reply to what isn't answered: without references, whatever was asked.
    fn refuse(&self, decision: Decision) -> Result<Reply> {
        let (code, what, category, urgent, suggestions) = match decision {
            Decision::Refuse { category, code, what, urgent, suggestions } => {
                tracing::info!(category = category.as_str(), "refused");
                (code, what, Some(category.as_str()), urgent, suggestions)
            }
            Decision::Talk { code } => (code, None, Some("talk"), false, self.examples()),
            Decision::Answer { topic } => {
                return Err(Error::Corrupt(format!("a question on {topic:?} is not to be refused")));
            }
        };
        let examples = Some(format!("“{}”", self.examples().join("”“")));
        let answer = self.fixed(&code, &Values { what, examples, text: None })?;
        let answer = Answer { suggestions, ..answer };
        Ok(Reply { answer, retrieved: None, condensed: None, category: category.map(str::to_owned), urgent })
    }

    fn examples(&self) -> Vec<String> {
        self.rules.starters().into_iter().filter_map(|it| it.questions.into_iter().next()).take(EXAMPLES).collect()
    }

    fn fixed(&self, code: &str, values: &Values) -> Result<Answer> {
        let reply = self.rules.reply(code, values).map_err(|error| Error::Corrupt(error.to_string()))?;
        let state = if reply.state == "needs_human" { State::NeedsHuman } else { State::NoMatch };
        let today = self.engine.store().clock.today();
        Ok(Answer { code: Some(reply.code), ..Answer::plain(state, reply.text, today) })
    }

    fn cards(&self, question: &str) -> Vec<Card> {
        let rules = self.rules.cards(question).into_iter();
        rules
            .map(|it| Card { url: self.places.get(&it.code).cloned(), code: it.code, title: it.title, text: it.text })
            .collect()
    }
}

impl Assistant for Answerer {
    fn answer(&self, asked: Asked, pieces: Pieces) -> BoxFuture<'_, Result<Reply>> {
        Box::pin(self.reply(asked, pieces))
    }

    fn is_discreet(&self, question: &str) -> bool {
        matches!(self.rules.route(question), Decision::Refuse { category: Category::ComplaintReport, .. })
    }
}

fn exchange(it: &super::assistant::Exchange) -> Exchange {
    Exchange { question: it.question.clone(), answer: it.answer.clone() }
}

fn earlier(it: &super::assistant::Exchange) -> Earlier {
    Earlier {
        question: it.question.clone(),
        answer: it.answer.clone(),
        titles: it.titles.clone(),
        asked_back: it.asked_back,
    }
}
