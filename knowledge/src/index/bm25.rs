//! BM25 over tantivy's postings, term at a time.
//!
//! tantivy finds and decodes the postings; the scoring is ours for three measured reasons (STARD, 58,631
//! articles, questions of 50 grams): its document lengths are rounded to 8 steps an octave, which costs
//! 0.8 points of nDCG; its pruning (block-max WAND), made for few terms, costs five times an exhaustive
//! union; and a filter inside the collector costs the pruning. Adding each posting into one array of
//! floats costs about a nanosecond a posting, and the filter is asked only for documents that would be
//! among the best.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use tantivy::{
    Searcher, SegmentReader, Term,
    index::SegmentId,
    postings::TermInfo,
    schema::{Field, IndexRecordOption},
};

use super::{
    lexical::{Channel, Found, Hit, class_of, unpack},
    vector::Filter,
};
use crate::chunk::Key;

/// Robertson's saturation of term frequency.
const K1: f32 = 1.2;
/// Robertson's weight of document length.
const B: f32 = 0.75;

/// Postings that one channel may read for one query. A term that would exceed it is left out, the
/// commonest first: at 60,000 chunks little is left out, at a million the cost stays bounded.
const POSTINGS_BUDGET: u64 = 300_000;

/// Terms of one query at most, the rarest: a pasted page costs no more than a long question.
const TERMS: usize = 128;

/// The columns of one segment, decoded once.
struct Columns {
    keys: Vec<Key>,
    validity: Vec<u64>,
    class: Vec<u64>,
    gram_lengths: Vec<f32>,
    word_lengths: Vec<f32>,
    /// Sums of the two.
    totals: (f64, f64),
}

/// The decoded columns of all segments.
#[derive(Default)]
pub struct ColumnCache(Mutex<HashMap<SegmentId, Arc<Columns>>>);

impl ColumnCache {
    fn of(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Columns>> {
        let id = reader.segment_id();
        if let Some(columns) = self.lock().get(&id) {
            return Ok(columns.clone());
        }
        let columns = Arc::new(Columns::read(reader)?);
        self.lock().insert(id, columns.clone());
        Ok(columns)
    }

    /// Forgets segments that are merged away.
    pub fn keep(&self, searcher: &Searcher) {
        let live: Vec<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.lock().retain(|id, _| live.contains(id));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SegmentId, Arc<Columns>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Columns {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let column = |name: &str| -> tantivy::Result<Vec<u64>> {
            let column = fast.u64(name)?;
            Ok((0..reader.max_doc()).map(|doc| column.first(doc).unwrap_or(0)).collect())
        };
        let lengths = column("lengths")?;
        let total = |half: fn(u64) -> u64| lengths.iter().map(|it| half(*it) as f64).sum();
        Ok(Self {
            totals: (total(|it| it & 0xffff_ffff), total(|it| it >> 32)),
            keys: column("key")?,
            validity: column("validity")?,
            class: column("class")?,
            gram_lengths: lengths.iter().map(|it| (it & 0xffff_ffff) as f32).collect(),
            word_lengths: lengths.iter().map(|it| (it >> 32) as f32).collect(),
        })
    }

    fn lengths(&self, channel: Channel) -> &[f32] {
        match channel {
            Channel::Gram => &self.gram_lengths,
            Channel::Word => &self.word_lengths,
        }
    }
}

/// A score that sorts; ties by the smaller key first.
#[derive(PartialEq)]
struct Ranked(f32, Reverse<Key>, u64);

impl Eq for Ranked {}
impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then_with(|| self.1.cmp(&other.1))
    }
}

/// A term of the query with its postings in each segment.
struct Wanted {
    frequency: u64,
    weight: f32,
    postings: Vec<Option<TermInfo>>,
}

/// The `k` best passages for weighted `terms` that `filter` admits.
pub fn search(
    searcher: &Searcher,
    cache: &ColumnCache,
    (field, channel): (Field, Channel),
    terms: &[(String, f32)],
    filter: Filter,
    k: usize,
) -> tantivy::Result<Found> {
    let readers = searcher.segment_readers();
    let columns: Vec<Arc<Columns>> = readers.iter().map(|it| cache.of(it)).collect::<tantivy::Result<_>>()?;
    let documents = searcher.num_docs();
    let (wanted, idf) = look_up(readers, field, terms, documents)?;
    let mean = mean_length(&columns, channel);
    let mut heap: BinaryHeap<Reverse<Ranked>> = BinaryHeap::with_capacity(k + 1);
    for (nth, (reader, columns)) in readers.iter().zip(&columns).enumerate() {
        let mut scores = vec![0.0f32; reader.max_doc() as usize];
        let inverted = reader.inverted_index(field)?;
        for term in &wanted {
            let weight = term.weight * idf_of(term.frequency, documents);
            let Some(info) = &term.postings[nth] else { continue };
            let mut postings = inverted.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
            let (lengths, gain) = (columns.lengths(channel), weight * (K1 + 1.0));
            while postings.block_len() > 0 {
                for (doc, frequency) in postings.docs().iter().zip(postings.freqs()) {
                    let (doc, frequency) = (*doc as usize, *frequency as f32);
                    let norm = K1 * (1.0 - B + B * lengths[doc] / mean);
                    scores[doc] += gain * frequency / (frequency + norm);
                }
                postings.advance();
            }
        }
        keep_best(&scores, reader, columns, filter, k, &mut heap);
    }
    let hit = |Reverse(Ranked(score, Reverse(key), class))| Hit { key, score, class: class_of(class) };
    let mut hits: Vec<Hit> = heap.into_iter().map(hit).collect();
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
    Ok(Found { hits, idf })
}

fn keep_best(
    scores: &[f32],
    reader: &SegmentReader,
    columns: &Columns,
    filter: Filter,
    k: usize,
    heap: &mut BinaryHeap<Reverse<Ranked>>,
) {
    let alive = reader.alive_bitset();
    let mut bar = bar_of(heap, k);
    for (doc, score) in scores.iter().enumerate().filter(|it| *it.1 > 0.0) {
        // Equal to the bar is let through: the key decides.
        if *score < bar
            || alive.is_some_and(|it| it.is_deleted(doc as u32))
            || !filter.admits(&unpack(columns.validity[doc], columns.class[doc]))
        {
            continue;
        }
        heap.push(Reverse(Ranked(*score, Reverse(columns.keys[doc]), columns.class[doc])));
        if heap.len() > k {
            heap.pop();
        }
        bar = bar_of(heap, k);
    }
}

fn bar_of(heap: &BinaryHeap<Reverse<Ranked>>, k: usize) -> f32 {
    if heap.len() < k { 0.0 } else { heap.peek().map_or(0.0, |it| it.0.0) }
}

/// Terms with their inverse document frequency.
type Rarities = Vec<(String, f32)>;

/// The terms that occur at all, rarest first, within the budget; and every term's rarity.
fn look_up(
    readers: &[SegmentReader],
    field: Field,
    terms: &[(String, f32)],
    documents: u64,
) -> tantivy::Result<(Vec<Wanted>, Rarities)> {
    let inverted: Vec<_> = readers.iter().map(|it| it.inverted_index(field)).collect::<tantivy::Result<_>>()?;
    let (mut wanted, mut idf) = (Vec::with_capacity(terms.len()), Vec::with_capacity(terms.len()));
    for (text, weight) in terms {
        let term = Term::from_field_text(field, text);
        let postings: Vec<Option<TermInfo>> =
            inverted.iter().map(|it| it.get_term_info(&term)).collect::<std::io::Result<_>>()?;
        let frequency: u64 = postings.iter().flatten().map(|it| u64::from(it.doc_freq)).sum();
        idf.push((text.clone(), idf_of(frequency, documents)));
        if frequency > 0 {
            wanted.push(Wanted { frequency, weight: *weight, postings });
        }
    }
    wanted.sort_by_key(|it| it.frequency);
    wanted.truncate(TERMS);
    let mut spent = 0;
    let within = wanted.iter().take_while(|it| {
        spent += it.frequency;
        spent <= POSTINGS_BUDGET
    });
    let within = within.count().max(1);
    wanted.truncate(within);
    Ok((wanted, idf))
}

fn mean_length(columns: &[Arc<Columns>], channel: Channel) -> f32 {
    let total = |it: &Arc<Columns>| match channel {
        Channel::Gram => it.totals.0,
        Channel::Word => it.totals.1,
    };
    let sum: f64 = columns.iter().map(total).sum();
    let count: usize = columns.iter().map(|it| it.keys.len()).sum();
    if sum == 0.0 { 1.0 } else { (sum / count as f64) as f32 }
}

/// Lucene's inverse document frequency.
pub fn idf_of(frequency: u64, documents: u64) -> f32 {
    let (n, f) = (documents as f32, frequency as f32);
    (1.0 + (n - f + 0.5).max(0.0) / (f + 0.5)).ln()
}
