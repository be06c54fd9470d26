//! The question channel: earlier questions whose evidence is known lend it to new ones like them.
//!
//! Questions are approved QA pairs (with their similar and negative questions) and known questions
//! (answered tickets, confirmed turns). They are few beside the passages, so what belongs to them is
//! held in memory: rebuilt from SQL whenever a question or a regulation changed.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use jieba_rs::Jieba;
use store::Store;

use super::{
    EVERYWHERE, day_number,
    embed::{Embedder, Role},
    lexical::{Channel, Entry, LexicalIndex},
    vector::{Facets, Filter, local::dot},
};
use crate::{
    chunk::{self, Key, derive_key, key_of},
    known, qa,
    regulation::{self, Address, DirectoryEntry, id_of_title},
    text::{normalize, tokens},
};

/// Questions looked at closely, of those that share terms.
const NEAR: usize = 50;
/// Rows read from SQL at once.
const PAGE: i64 = 2_000;
/// How much the words count in a similarity; the rest is the vectors' cosine.
const WORDS: f32 = 0.75;

/// A question and what is known of its answer.
struct Question {
    text: String,
    normalized: String,
    /// Id in the change log of what it belongs to.
    owner: String,
    /// QA pair id, if it belongs to one.
    qa: Option<String>,
    /// Looks like a question of the pair and isn't one.
    negative: bool,
    /// Passages that answer it, each with a weight of 0–1; all versions, filtered when asked.
    evidence: Vec<(Key, f32)>,
    /// Sum of the inverse document frequencies of its grams.
    mass: f32,
    vector: Vec<f32>,
}

/// A known question near the one asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// Its words.
    pub text: String,
    /// QA pair id, if it belongs to one.
    pub qa: Option<String>,
    /// 0–1; 1 for the same words.
    pub similarity: f32,
    /// Passages that answer it, each with a weight of 0–1.
    pub evidence: Vec<(Key, f32)>,
}

/// A question and what is confirmed to answer it: what a ranker learns from.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmed {
    /// Id in the change log of the QA pair or known question that it belongs to.
    pub owner: String,
    /// Its words.
    pub text: String,
    /// Passages that answer it.
    pub evidence: Vec<Key>,
}

/// All known questions.
struct Table {
    lexical: LexicalIndex,
    questions: HashMap<Key, Question>,
    exact: HashMap<String, Vec<Key>>,
}

/// See the module.
pub struct Questions {
    table: ArcSwap<Table>,
    jieba: Arc<Jieba>,
}

impl Questions {
    /// Reads all questions from SQL.
    pub async fn load(store: &Store, jieba: Arc<Jieba>, embedder: &dyn Embedder) -> crate::Result<Self> {
        let table = read(store, &jieba, embedder).await?;
        Ok(Self { table: ArcSwap::from_pointee(table), jieba })
    }

    /// Reads them again; searches go on with the old ones meanwhile.
    pub async fn refresh(&self, store: &Store, embedder: &dyn Embedder) -> crate::Result<()> {
        self.table.store(Arc::new(read(store, &self.jieba, embedder).await?));
        Ok(())
    }

    /// Number of questions, similar and negative ones included.
    pub fn len(&self) -> usize {
        self.table.load().questions.len()
    }

    /// Every question with evidence, those of approved QA pairs too; in the order of their owners.
    pub fn confirmed(&self) -> Vec<Confirmed> {
        let table = self.table.load();
        let answered = table.questions.values().filter(|it| !it.negative && !it.evidence.is_empty());
        let confirmed = answered.map(|it| Confirmed {
            owner: it.owner.clone(),
            text: it.text.clone(),
            evidence: it.evidence.iter().map(|it| it.0).collect(),
        });
        let mut confirmed: Vec<Confirmed> = confirmed.collect();
        confirmed.sort_unstable_by(|a, b| (&a.owner, &a.text).cmp(&(&b.owner, &b.text)));
        confirmed
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The known questions nearest to `question` (with its unit `vector`, or zeros), most similar first.
    /// A pair whose negative question is nearer than its own questions is left out, and so is what `hidden`
    /// names (ids in the change log): a measurement asks as if it were not known.
    pub fn nearest(
        &self,
        question: &str,
        vector: &[f32],
        filter: Filter,
        hidden: &BTreeSet<String>,
    ) -> crate::Result<Vec<Near>> {
        let table = self.table.load();
        if table.questions.is_empty() {
            return Ok(Vec::new());
        }
        let mut terms = table.lexical.terms(Channel::Gram, question);
        for term in &mut terms {
            term.1 = 1.0;
        }
        let found = table.lexical.search(Channel::Gram, &terms, filter, NEAR + hidden.len())?;
        let idf: HashMap<&str, f32> = found.idf.iter().map(|it| (it.0.as_str(), it.1)).collect();
        let mass: f32 = found.idf.iter().map(|it| it.1).sum();
        let exact = table.exact.get(&normalize(question)).into_iter().flatten().copied();
        let shows = |key: &Key| table.questions.get(key).is_some_and(|it| !hidden.contains(&it.owner));
        let hits = found.hits.iter().map(|it| it.key).filter(|key| shows(key)).take(NEAR);
        let keys: HashSet<Key> = hits.chain(exact).collect();
        let mut near: Vec<(f32, &Question)> = keys
            .iter()
            .filter(|key| shows(key))
            .filter_map(|key| table.questions.get(key))
            .map(|it| (similarity(it, &idf, mass, question, vector), it))
            .collect();
        near.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.text.cmp(&b.1.text)));
        let mut decided: HashSet<&str> = HashSet::new();
        near.retain(|(_, it)| match &it.qa {
            Some(id) => decided.insert(id) && !it.negative,
            None => true,
        });
        let near = near.into_iter().map(|(similarity, it)| Near {
            text: it.text.clone(),
            qa: it.qa.clone(),
            similarity,
            evidence: it.evidence.clone(),
        });
        Ok(near.collect())
    }
}

/// Dice's coefficient over grams weighted by rarity, mixed with the cosine of the vectors.
fn similarity(it: &Question, idf: &HashMap<&str, f32>, mass: f32, question: &str, vector: &[f32]) -> f32 {
    if it.normalized == normalize(question) {
        return 1.0;
    }
    let mut shared = 0.0;
    let mut seen = HashSet::new();
    tokens::grams(&it.text, |term| {
        if let Some((term, weight)) = idf.get_key_value(term)
            && seen.insert(*term)
        {
            shared += weight;
        }
    });
    let dice = if mass + it.mass > 0.0 { 2.0 * shared / (mass + it.mass) } else { 0.0 };
    let cosine = dot(vector, &it.vector).clamp(0.0, 1.0);
    (WORDS * dice + (1.0 - WORDS) * cosine).min(0.999)
}

/// One question before it has a key.
struct Draft {
    owner: String,
    text: String,
    qa: Option<String>,
    negative: bool,
    evidence: Vec<(Key, f32)>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

async fn read(store: &Store, jieba: &Arc<Jieba>, embedder: &dyn Embedder) -> crate::Result<Table> {
    let mut drafts = known_questions(store).await?;
    drafts.extend(qa_questions(store).await?);
    let lexical = LexicalIndex::in_memory(jieba.clone())?;
    let mut writer = lexical.writer(1)?;
    let texts: Vec<String> = drafts.iter().map(|it| it.text.clone()).collect();
    let vectors = embedder.embed(&texts, Role::Query).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "questions are matched by words alone");
        vec![vec![0.0; embedder.dims()]; texts.len()]
    });
    let (mut questions, mut exact) = (HashMap::new(), HashMap::<String, Vec<Key>>::new());
    for (draft, vector) in drafts.into_iter().zip(vectors) {
        let key = derive_key(&draft.owner, &draft.text, usize::from(draft.negative));
        let facets = Facets {
            valid_from: draft.valid_from.map_or(i32::MIN, day_number),
            valid_to: draft.valid_to.map_or(i32::MAX, day_number),
            ..EVERYWHERE
        };
        let question = Question {
            normalized: normalize(&draft.text),
            text: draft.text,
            owner: draft.owner,
            qa: draft.qa,
            negative: draft.negative,
            evidence: draft.evidence,
            mass: 0.0,
            vector,
        };
        if questions.contains_key(&key) {
            continue;
        }
        lexical.add(&writer, &Entry { key, text: question.text.clone(), facets, source: 0 })?;
        exact.entry(question.normalized.clone()).or_default().push(key);
        questions.insert(key, question);
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    lexical.reload()?;
    weigh(&lexical, &mut questions)?;
    Ok(Table { lexical, questions, exact })
}

/// Fills in the mass of each question, each gram's frequency looked up once.
fn weigh(lexical: &LexicalIndex, questions: &mut HashMap<Key, Question>) -> crate::Result<()> {
    let mut cache: HashMap<String, f32> = HashMap::new();
    for question in questions.values_mut() {
        for (term, _) in lexical.terms(Channel::Gram, &question.text) {
            let weight = if let Some(weight) = cache.get(&term) {
                *weight
            } else {
                let weight = lexical.idf(Channel::Gram, &term)?;
                cache.insert(term, weight);
                weight
            };
            question.mass += weight;
        }
    }
    Ok(())
}

async fn known_questions(store: &Store) -> crate::Result<Vec<Draft>> {
    let (mut drafts, mut after) = (Vec::new(), String::new());
    loop {
        let page = known::stream_all(store, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(drafts) };
        after.clone_from(&last.id);
        drafts.extend(page.into_iter().map(|it| Draft {
            owner: known::log_id(&it.id),
            text: it.question,
            qa: None,
            negative: false,
            evidence: it.evidence.iter().filter_map(|e| key_of(&e.chunk).map(|key| (key, e.weight as f32))).collect(),
            valid_from: None,
            valid_to: None,
        }));
    }
}

/// Regulation id and address that a citation names.
type Place = (String, Option<Address>);

async fn qa_questions(store: &Store) -> crate::Result<Vec<Draft>> {
    let directory: HashMap<String, DirectoryEntry> =
        regulation::directory(store).await?.into_iter().map(|it| (it.regulation_id.clone(), it)).collect();
    let mut resolved: HashMap<Place, Vec<(Key, f32)>> = HashMap::new();
    let (mut drafts, mut after) = (Vec::new(), String::new());
    loop {
        let page = qa::stream_all(store, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(drafts) };
        after.clone_from(&last.id);
        for pair in page.into_iter().filter(|it| it.status == "published" && it.audience == "public") {
            let mut evidence = Vec::new();
            for citation in &pair.citations {
                let place = (id_of_title(&citation.title), citation.address.clone());
                if !resolved.contains_key(&place) {
                    let keys = passages(store, directory.get(&place.0), place.1.as_ref()).await?;
                    resolved.insert(place.clone(), keys);
                }
                evidence.extend(resolved.get(&place).into_iter().flatten().copied());
            }
            let draft = |text: &String, negative: bool| Draft {
                owner: qa::log_id(&pair.id),
                text: text.clone(),
                qa: Some(pair.id.clone()),
                negative,
                evidence: evidence.clone(),
                valid_from: pair.valid_from,
                valid_to: pair.valid_to,
            };
            drafts.extend(std::iter::once(&pair.question).chain(&pair.similar_questions).map(|it| draft(it, false)));
            drafts.extend(pair.negative_questions.iter().map(|it| draft(it, true)));
        }
    }
}

/// The passages of all versions of a regulation that hold `address`. A citation of a whole
/// regulation names no passage.
async fn passages(
    store: &Store,
    entry: Option<&DirectoryEntry>,
    address: Option<&Address>,
) -> crate::Result<Vec<(Key, f32)>> {
    let (Some(entry), Some(address)) = (entry, address) else { return Ok(Vec::new()) };
    let mut keys = Vec::new();
    for version in &entry.versions {
        keys.extend(chunk::by_address(store, &version.version_id, address).await?.map(|it| (it.key, 1.0)));
    }
    Ok(keys)
}
