//! `retrieve`: from a question to candidates that explain themselves.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use arc_swap::ArcSwap;
use chrono::NaiveDate;
use store::Store;

use super::{
    address::{self, Named},
    fuse::{Fused, Pool},
    gate,
    model::{Absent, Candidate, Channels, NeighbourPassage, QaHit, Retrieved, Route, Scope, Timings},
    names::{self, Names},
    passage::Passage,
    settings::Settings,
    time,
};
use crate::{
    chunk::{self, ChunkKind, Key, Loaded, id_of, key_of},
    error::Result,
    index::{
        EVERYWHERE, audience_number, day_number,
        embed::Role,
        kind_number,
        lexical::Channel,
        library::{Library, Shelf},
        questions::Near,
        rerank::Reranker,
        vector::Filter,
    },
    qa,
    regulation::{self, Address, DirectoryVersion},
    text::glossary::{Glossary, Understood},
};

/// Exponent of a known question's similarity: many far ones must not outvote a near one.
const SHARPNESS: f32 = 1.5;
/// Similarity below which a QA pair lends nothing.
const QA_FLOOR: f32 = 0.4;
/// Articles looked up for one question at most.
const PLACES: usize = 5;
/// Lexical hits looked at for a pasted passage.
const PASSAGE_DEPTH: usize = 8;

/// One question to the engine.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// The question, at most a few thousand characters.
    pub question: &'a str,
    /// What may be found at all.
    pub scope: &'a Scope,
    /// The day whose law is asked about; `None`: what the question says, else today.
    pub as_of: Option<NaiveDate>,
    /// Known questions and QA pairs (ids in the change log) that are to be treated as unknown; for
    /// measurements, which must not find a question's own answer.
    pub hidden: Option<&'a BTreeSet<String>>,
}

impl<'a> Query<'a> {
    /// `question` for whoever has `scope`, on the day that it names or today.
    pub const fn new(question: &'a str, scope: &'a Scope) -> Self {
        Self { question, scope, as_of: None, hidden: None }
    }
}

/// What an engine is made of.
#[derive(Clone)]
pub struct EngineParts {
    /// The database.
    pub store: Store,
    /// The indexes.
    pub library: Arc<Library>,
    /// Standard terms and synonyms.
    pub glossary: Arc<Glossary>,
    /// A cross-encoder, where one is configured.
    pub reranker: Option<Arc<dyn Reranker>>,
    /// The numbers.
    pub settings: Settings,
}

/// Retrieval over one knowledge base.
pub struct Engine {
    parts: EngineParts,
    /// Rebuilt when regulations changed: told by the watermark.
    names: ArcSwap<(i64, Names)>,
}

/// Which provisions the question names, and on which day.
struct Aim {
    day: NaiveDate,
    /// Version and address of each article that is named.
    places: Vec<(DirectoryVersion, Address)>,
    /// Regulations that are named and not loaded, or not in the version asked for.
    absent: Vec<Absent>,
}

impl Engine {
    /// Puts the parts together.
    pub async fn new(parts: EngineParts) -> Result<Self> {
        let names = read_names(&parts).await?;
        let watermark = parts.library.live().generation.watermark();
        Ok(Self { parts, names: ArcSwap::from_pointee((watermark, names)) })
    }

    /// The same knowledge under other numbers: for measurements.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> Self {
        Self { parts: EngineParts { settings, ..self.parts.clone() }, names: ArcSwap::new(self.names.load_full()) }
    }

    /// The numbers in force.
    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The indexes.
    pub fn library(&self) -> &Arc<Library> {
        &self.parts.library
    }

    /// The names of regulations, up to date with the indexes.
    pub async fn names(&self) -> Result<arc_swap::Guard<Arc<(i64, Names)>>> {
        let watermark = self.parts.library.live().generation.watermark();
        if self.names.load().0 != watermark {
            self.names.store(Arc::new((watermark, read_names(&self.parts).await?)));
        }
        Ok(self.names.load())
    }

    /// Finds the evidence for a question. One path serves chat, search, hit testing and evaluations.
    ///
    /// # Errors
    /// The database or the lexical index is out of reach. A vector index or reranker that does not
    /// answer makes the result poorer, which [`Retrieved::degraded`] says.
    pub async fn retrieve(&self, query: Query<'_>, settings: &Settings) -> Result<Retrieved> {
        let start = Instant::now();
        let today = self.parts.store.clock.today();
        let names = self.names().await?;
        let aim = aim(&names.1, query, today);
        let understood = self.parts.glossary.understand(query.question);
        let mut timings = Timings { prepare: micros(start), ..Timings::default() };

        let live = Arc::clone(&self.parts.library.live());
        let filter = filter(query.scope, aim.day);
        let mut search = Search { shelf: &live, filter, settings, timings: &mut timings, degraded: Vec::new() };
        let Pooled { pool, sought, near } = search.pooled(query, &understood).await?;
        let mut degraded = std::mem::take(&mut search.degraded);

        let fusing = Instant::now();
        let trained = live.ranker().filter(|_| settings.ranker);
        let shown = settings.candidates.max(settings.rerank_depth.min(settings.depth));
        let ranked = pool.ranked(settings, trained.as_deref(), shown);
        let (mut candidates, route, named_first) = self.candidates(&ranked, &aim, query, settings).await?;
        if route == Route::Search {
            self.rerank(query.question, &mut candidates, settings, &mut degraded).await;
        }
        candidates.truncate(settings.candidates);
        let neighbours = self.neighbours(candidates.first()).await?;
        let qa = self.qa(&near, &candidates, &names.1, aim.day, settings).await?;
        let gate = gate::judge(route, &sought, &candidates, qa.as_ref(), settings.gate);
        timings.fuse = micros(fusing);
        timings.total = micros(start);
        Ok(Retrieved {
            question: query.question.to_owned(),
            searched: understood.text,
            rewrites: understood.rewrites,
            as_of: aim.day,
            absent: aim.absent,
            route,
            named: named_first,
            candidates,
            neighbours,
            qa,
            gate,
            degraded,
            generation: live.generation.name.clone(),
            timings,
        })
    }

    /// The passages of the channels in their fused order, before a ranker is asked: what a ranker learns from.
    ///
    /// # Errors
    /// As [`Self::retrieve`].
    pub async fn fused(&self, query: Query<'_>, settings: &Settings) -> Result<Vec<Fused>> {
        let names = self.names().await?;
        let aim = aim(&names.1, query, self.parts.store.clock.today());
        let understood = self.parts.glossary.understand(query.question);
        let live = Arc::clone(&self.parts.library.live());
        let (filter, mut timings) = (filter(query.scope, aim.day), Timings::default());
        let mut search = Search { shelf: &live, filter, settings, timings: &mut timings, degraded: Vec::new() };
        Ok(search.pooled(query, &understood).await?.pool.fused(settings))
    }

    /// Named articles first, then a pasted passage's article, then the fused order.
    async fn candidates(
        &self,
        ranked: &[Fused],
        aim: &Aim,
        query: Query<'_>,
        settings: &Settings,
    ) -> Result<(Vec<Candidate>, Route, usize)> {
        let mut first: Vec<(Key, Address)> = Vec::new();
        for (version, address) in &aim.places {
            if let Some(found) = self.place(version, address).await?
                && first.iter().all(|it| it.0 != found.0)
            {
                first.push(found);
            }
        }
        let mut keys: Vec<Key> = first.iter().map(|it| it.0).collect();
        let fused: HashMap<Key, &Fused> = ranked.iter().map(|it| (it.key, it)).collect();
        keys.extend(ranked.iter().map(|it| it.key).filter(|key| !first.iter().any(|it| it.0 == *key)));
        let loaded = chunk::load(&self.parts.store, &keys).await?;
        let day = aim.day;
        let mut candidates: Vec<Candidate> = loaded
            .iter()
            .filter(|it| first.iter().any(|place| place.0 == it.chunk.key) || holds(it, day))
            .map(|it| candidate(it, fused.get(&it.chunk.key).copied()))
            .collect();
        for (key, address) in &first {
            let id = id_of(*key);
            if let Some(it) = candidates.iter_mut().find(|it| it.id == id) {
                it.label = format!("《{}》{}", it.title, address.label());
                it.address = Some(address.to_string());
            }
        }
        if !first.is_empty() {
            return Ok((candidates, Route::Address, first.len()));
        }
        let pasted = Passage::of(query.question).is_some_and(|it| locate(&it, &mut candidates, settings.passage));
        Ok((candidates, if pasted { Route::Passage } else { Route::Search }, 0))
    }

    /// The passage at an address, and the address as the text has it. People leave out what is clear:
    /// 第五条第（三）项 is in the first 款 that has such a 项; where nothing fits, the article stands.
    async fn place(&self, version: &DirectoryVersion, address: &Address) -> Result<Option<(Key, Address)>> {
        let store = &self.parts.store;
        for exact in address.readings() {
            if regulation::provision(store, &version.version_id, &exact).await?.is_some() {
                let found = chunk::by_address(store, &version.version_id, &exact).await?;
                return Ok(found.map(|it| (it.key, exact)));
            }
        }
        Ok(None)
    }

    /// What stands before and after the best candidate, where it is a provision.
    async fn neighbours(&self, best: Option<&Candidate>) -> Result<Vec<NeighbourPassage>> {
        let store = &self.parts.store;
        let provision = best.filter(|it| it.kind == ChunkKind::Provision).and_then(|it| key_of(&it.id));
        let Some(key) = provision else { return Ok(Vec::new()) };
        let Some(Loaded { chunk, .. }) = chunk::load(store, &[key]).await?.pop() else { return Ok(Vec::new()) };
        let siblings = chunk::siblings(store, &chunk.source_id, chunk.seq, 1).await?;
        let neighbour = |it: chunk::Chunk| NeighbourPassage {
            id: id_of(it.key),
            address: it.address.map(|address| address.to_string()),
            text: it.text,
        };
        Ok(siblings.into_iter().filter(|it| it.key != key).map(neighbour).collect())
    }

    async fn rerank(
        &self,
        question: &str,
        candidates: &mut [Candidate],
        settings: &Settings,
        degraded: &mut Vec<String>,
    ) {
        let Some(reranker) = &self.parts.reranker else { return };
        let depth = settings.rerank_depth.min(candidates.len());
        let texts: Vec<String> = candidates[..depth].iter().map(|it| format!("{}\n{}", it.title, it.text)).collect();
        match reranker.rerank(question, &texts).await {
            Ok(scores) => {
                for (candidate, score) in candidates.iter_mut().zip(scores) {
                    candidate.channels.rerank = Some(score);
                    candidate.score += settings.weights.rerank / (1.0 + (-score).exp());
                }
                candidates[..depth].sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
            }
            Err(error) => {
                tracing::warn!(%error, "the reranker did not answer");
                degraded.push("rerank".to_owned());
            }
        }
    }

    /// The best QA pair near enough, with the candidates that it rests on.
    async fn qa(
        &self,
        near: &[Near],
        candidates: &[Candidate],
        names: &Names,
        day: NaiveDate,
        settings: &Settings,
    ) -> Result<Option<QaHit>> {
        let best = near.iter().find(|it| it.qa.is_some()).filter(|it| it.similarity >= settings.qa);
        let Some((near, id)) = best.and_then(|it| it.qa.clone().map(|id| (it, id))) else { return Ok(None) };
        let Some(pair) = qa::load(&self.parts.store, &[id]).await?.pop() else { return Ok(None) };
        let (mut evidence, mut missing) = (Vec::new(), Vec::new());
        for citation in &pair.citations {
            let version = names.loaded(&citation.title).and_then(|it| names::in_force(it, day));
            let at = citation.address.as_ref().map_or_else(String::new, Address::label);
            match (version, &citation.address) {
                (Some(version), Some(address)) => {
                    match chunk::by_address(&self.parts.store, &version.version_id, address).await? {
                        Some(found) => evidence.push(id_of(found.key)),
                        None => missing.push(format!("《{}》{at}", citation.title)),
                    }
                }
                _ => missing.push(format!("《{}》{at}", citation.title)),
            }
        }
        // Evidence that fusion did not bring is evidence all the same: the answer loads it by id.
        evidence.sort_by_key(|id| candidates.iter().position(|it| it.id == *id).unwrap_or(usize::MAX));
        evidence.dedup();
        Ok(Some(QaHit {
            id: pair.id,
            question: pair.question,
            answer: pair.answer,
            similarity: near.similarity,
            reviewed_on: pair.reviewed_on,
            evidence,
            missing,
        }))
    }

    /// The candidates with these ids, for evidence that is not among those found.
    pub async fn load(&self, ids: &[String]) -> Result<Vec<Candidate>> {
        let keys: Vec<Key> = ids.iter().filter_map(|it| key_of(it)).collect();
        Ok(chunk::load(&self.parts.store, &keys).await?.iter().map(|it| candidate(it, None)).collect())
    }
}

/// One pass through the channels.
struct Search<'a> {
    shelf: &'a Shelf,
    filter: Filter,
    settings: &'a Settings,
    timings: &'a mut Timings,
    degraded: Vec<String>,
}

/// What the channels brought.
struct Pooled {
    pool: Pool,
    /// What the question is about.
    sought: gate::Sought,
    /// Known questions like it.
    near: Vec<Near>,
}

impl Search<'_> {
    /// All channels.
    async fn pooled(&mut self, query: Query<'_>, understood: &Understood) -> Result<Pooled> {
        let vector = self.embed(&understood.text).await;
        let near = self.questions(query, vector.as_deref())?;
        let (pool, sought) = self.channels(query.question, understood, vector.as_deref(), &near).await?;
        Ok(Pooled { pool, sought, near })
    }

    async fn embed(&mut self, text: &str) -> Option<Vec<f32>> {
        let start = Instant::now();
        let texts = [text.to_owned()];
        let vector = match self.shelf.generation.embedder.embed(&texts, Role::Query).await {
            Ok(mut vectors) => vectors.pop(),
            Err(error) => {
                tracing::warn!(%error, "the embedder did not answer");
                self.degraded.push("vector".to_owned());
                None
            }
        };
        self.timings.vector += micros(start);
        vector
    }

    fn questions(&mut self, query: Query<'_>, vector: Option<&[f32]>) -> Result<Vec<Near>> {
        let start = Instant::now();
        let filter = Filter { audiences: u32::MAX, doc_kinds: u32::MAX, ..self.filter };
        let none = BTreeSet::new();
        let hidden = query.hidden.unwrap_or(&none);
        let near = self.shelf.questions.nearest(query.question, vector.unwrap_or_default(), filter, hidden)?;
        self.timings.question += micros(start);
        Ok(near)
    }

    /// All channels in one pool, and what the question is about.
    async fn channels(
        &mut self,
        question: &str,
        understood: &Understood,
        vector: Option<&[f32]>,
        near: &[Near],
    ) -> Result<(Pool, gate::Sought)> {
        let (weights, depth) = (self.settings.weights, self.settings.depth);
        let start = Instant::now();
        let lexical = &self.shelf.generation.lexical;
        let mut pool = Pool::default();
        let gram =
            lexical.search(Channel::Gram, &self.terms(Channel::Gram, question, understood), self.filter, depth)?;
        pool.add_lexical(&gram.hits, weights.gram, |it| (&mut it.channels.gram, &mut it.features.gram));
        let word =
            lexical.search(Channel::Word, &self.terms(Channel::Word, question, understood), self.filter, depth)?;
        pool.add_lexical(&word.hits, weights.word, |it| (&mut it.channels.word, &mut it.features.word));
        self.timings.lexical = micros(start);

        let start = Instant::now();
        if let Some(vector) = vector.filter(|_| weights.vector > 0.0) {
            match self.shelf.generation.vectors.search(vector, self.filter, depth).await {
                Ok(hits) => {
                    let classes = lexical.classes(&pool.missing(hits.iter().map(|it| it.key)))?;
                    pool.add_vectors(&hits, &classes, weights.vector);
                }
                Err(error) => {
                    tracing::warn!(%error, "the vector index did not answer");
                    self.degraded.push("vector".to_owned());
                }
            }
        }
        self.timings.vector += micros(start);

        let mut evidence: HashMap<Key, f32> = HashMap::new();
        // Known questions are many and vote, the far ones too; QA pairs are few and each makes one point.
        let counts = |it: &&Near| match it.qa {
            Some(_) => it.similarity >= QA_FLOOR,
            None => it.similarity >= self.settings.question_floor,
        };
        for it in near.iter().filter(counts) {
            for (key, weight) in &it.evidence {
                *evidence.entry(*key).or_default() += weight * it.similarity.powf(SHARPNESS);
            }
        }
        let classes = lexical.classes(&pool.missing(evidence.keys().copied()))?;
        pool.add_evidence(&evidence, &classes, weights.question);
        let own = lexical.terms(Channel::Word, &understood.text);
        let sought = gate::Sought::of(gate::Asked {
            question,
            tagged: &lexical.tagged(&understood.text),
            words: word.idf.into_iter().filter(|it| own.iter().any(|mine| mine.0 == it.0)).collect(),
            rarest: lexical.rarest(),
        });
        Ok((pool, sought))
    }

    /// The question's own terms, and beside them those that the glossary adds, with less weight.
    fn terms(&self, channel: Channel, question: &str, understood: &Understood) -> Vec<(String, f32)> {
        let lexical = &self.shelf.generation.lexical;
        let mut terms = lexical.terms(channel, question);
        let more = [
            (understood.standard.join(" "), self.settings.standard_weight),
            (understood.expand.join(" "), self.settings.expand_weight),
        ];
        for (text, weight) in more.iter().filter(|it| !it.0.is_empty()) {
            for (term, _) in lexical.terms(channel, text) {
                if !terms.iter().any(|it| it.0 == term) {
                    terms.push((term, *weight));
                }
            }
        }
        terms
    }
}

async fn read_names(parts: &EngineParts) -> Result<Names> {
    Names::new(regulation::directory(&parts.store).await?, parts.glossary.instruments())
}

/// What the question names: regulations, articles, a day.
fn aim(names: &Names, query: Query<'_>, today: NaiveDate) -> Aim {
    let compact = address::compact(query.question);
    let mentions = names.find(&compact);
    let asked = if query.as_of.is_some() { None } else { time::asked(&compact, today) };
    let named_entries: Vec<usize> = mentions.iter().filter_map(|it| it.entry).collect();
    let before = || named_entries.iter().find_map(|at| names::previous(names.entry(*at), today));
    let day = match asked {
        Some(time::Asked::Previous) => before().and_then(|it| it.effective_on).unwrap_or(today),
        Some(other) => other.day(today).unwrap_or(today),
        None => query.as_of.unwrap_or(today),
    };
    let mut aim = Aim { day, places: Vec::new(), absent: Vec::new() };
    for mention in &mentions {
        let name = &compact[mention.start..mention.end];
        let entry = mention.entry.map(|at| names.entry(at));
        let labelled = asked.and_then(|it| match (it, entry) {
            (time::Asked::Year(year), Some(entry)) => {
                entry.versions.iter().find(|it| it.label.starts_with(&year.to_string()))
            }
            _ => None,
        });
        let Some(version) = labelled.or_else(|| entry.and_then(|it| names::in_force(it, day))) else {
            let title = names.title_of(name).unwrap_or(name).to_owned();
            let ended_on = entry.and_then(|it| it.versions.last()).and_then(|it| it.ended_on).filter(|end| *end <= day);
            let absent = Absent { title, ended_on };
            if !aim.absent.contains(&absent) {
                aim.absent.push(absent);
            }
            continue;
        };
        if let Some(from) = labelled.and_then(|it| it.effective_on) {
            aim.day = from.max(if day < from { from } else { day.min(last_day(version).unwrap_or(day)) });
        }
        let end = mentions.iter().map(|it| it.start).find(|start| *start >= mention.end).unwrap_or(compact.len());
        for Named { address, .. } in address::named_after(&compact[mention.end..end]) {
            aim.places.push((version.clone(), address));
        }
        // 第九条第（三）项，发展党员工作细则的: the name may follow the article.
        if aim.places.is_empty() && mentions.len() == 1 {
            let before = address::named(&compact[..mention.start]);
            aim.places.extend(before.into_iter().map(|it| (version.clone(), it.address)));
        }
    }
    aim.places.truncate(PLACES);
    aim
}

fn last_day(version: &DirectoryVersion) -> Option<NaiveDate> {
    version.ended_on.and_then(|it| it.pred_opt())
}

/// Puts the passage's article first; whether there is one.
fn locate(passage: &Passage, candidates: &mut [Candidate], threshold: f32) -> bool {
    let depth = PASSAGE_DEPTH.min(candidates.len());
    for candidate in &mut candidates[..depth] {
        candidate.channels.passage = Some(passage.share_in(&candidate.text));
    }
    let share = |it: &Candidate| it.channels.passage.unwrap_or(0.0);
    candidates[..depth].sort_by(|a, b| share(b).total_cmp(&share(a)));
    let found = candidates.first().is_some_and(|it| share(it) >= threshold);
    if !found {
        candidates[..depth].sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    }
    found
}

fn filter(scope: &Scope, day: NaiveDate) -> Filter {
    let bits = |numbers: &mut dyn Iterator<Item = u8>| numbers.fold(0u32, |set, it| set | 1 << it);
    let audiences = bits(&mut scope.audiences.iter().map(|it| audience_number(it))) | 1 << EVERYWHERE.audience;
    let doc_kinds = if scope.doc_kinds.is_empty() {
        u32::MAX
    } else {
        bits(&mut scope.doc_kinds.iter().map(|it| kind_number(*it)))
    };
    Filter { day: day_number(day), audiences, doc_kinds }
}

/// SQL has the last word on validity: an index may be a moment behind.
fn holds(it: &Loaded, day: NaiveDate) -> bool {
    it.chunk.valid_from.is_none_or(|from| from <= day) && it.chunk.valid_to.is_none_or(|end| day < end)
}

fn candidate(it: &Loaded, fused: Option<&Fused>) -> Candidate {
    let origin = it.origin.as_ref();
    Candidate {
        id: id_of(it.chunk.key),
        kind: it.chunk.kind,
        score: fused.map_or(0.0, |it| it.score),
        channels: fused.map_or_else(Channels::default, |it| it.channels),
        source_id: it.chunk.source_id.clone(),
        regulation_id: origin.map(|it| it.regulation_id.clone()),
        version: origin.map(|it| it.version.clone()),
        address: it.chunk.address.as_ref().map(ToString::to_string),
        label: it.label(),
        title: it.title().to_owned(),
        text: it.chunk.text.clone(),
        authority: it.chunk.authority,
        doc_kind: it.chunk.doc_kind,
        valid_from: it.chunk.valid_from,
        valid_to: it.chunk.valid_to,
        sample: origin.is_some_and(|it| it.sample),
    }
}

fn micros(start: Instant) -> u64 {
    start.elapsed().as_micros() as u64
}
