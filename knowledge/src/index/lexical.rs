//! The tantivy side of a generation: one document per chunk, a gram field and a word field.

use std::{collections::HashMap, path::Path, sync::Arc};

use jieba_rs::Jieba;
use tantivy::{
    DocSet as _, Index, IndexReader, IndexWriter, ReloadPolicy, TERMINATED, TantivyDocument, Term,
    directory::MmapDirectory,
    indexer::LogMergePolicy,
    schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
    tokenizer::TextAnalyzer,
};

use super::{
    bm25::{self, ColumnCache},
    vector::{Facets, Filter},
};
use crate::{
    chunk::Key,
    text::tokens::{self, FieldTokenizer},
};

/// Bytes the writer may fill before it writes a segment.
const WRITER_BYTES: usize = 60_000_000;

/// Which field is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Character unigrams and bigrams.
    Gram,
    /// Jieba words.
    Word,
}

/// What is indexed of one passage.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The chunk (or the known question).
    pub key: Key,
    /// Title and text together.
    pub text: String,
    /// What it is filtered by.
    pub facets: Facets,
    /// The instrument or document it stands in: see [`super::source_of`].
    pub source: u32,
}

/// One passage found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The chunk.
    pub key: Key,
    /// BM25.
    pub score: f32,
    /// Where it stands and what it weighs.
    pub class: Class,
}

/// What fusion needs to know of a passage without reading it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Class {
    /// The instrument or document.
    pub source: u32,
    /// Place in `Authority::ALL`, 0 the highest.
    pub authority: u8,
}

/// What one channel found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Best first; equal scores in order of key.
    pub hits: Vec<Hit>,
    /// Every term of the query with its inverse document frequency, terms that occur nowhere included.
    pub idf: Vec<(String, f32)>,
}

struct Fields {
    key: Field,
    gram: Field,
    word: Field,
    lengths: Field,
    validity: Field,
    class: Field,
}

/// One tantivy index.
pub struct LexicalIndex {
    fields: Fields,
    index: Index,
    reader: IndexReader,
    jieba: Arc<Jieba>,
    columns: ColumnCache,
}

impl LexicalIndex {
    /// Opens the index in `folder`, making it if it is missing. `jieba` cuts the word field and must
    /// be the one that queries are cut with.
    pub fn open(folder: &Path, jieba: Arc<Jieba>) -> tantivy::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (schema, fields) = schema();
        Self::over(Index::open_or_create(MmapDirectory::open(folder)?, schema)?, fields, jieba)
    }

    /// An empty index that lives and ends with the process.
    pub fn in_memory(jieba: Arc<Jieba>) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        Self::over(Index::create_in_ram(schema), fields, jieba)
    }

    fn over(index: Index, fields: Fields, jieba: Arc<Jieba>) -> tantivy::Result<Self> {
        let tokenizers = index.tokenizers();
        tokenizers.register("gram", TextAnalyzer::builder(FieldTokenizer::Grams).build());
        tokenizers.register("word", TextAnalyzer::builder(FieldTokenizer::Words(jieba.clone())).build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields, index, reader, jieba, columns: ColumnCache::default() })
    }

    /// The one writer, with `threads` of its own; a second one, in whatever process, is refused until
    /// the first is dropped.
    pub fn writer(&self, threads: usize) -> tantivy::Result<IndexWriter> {
        let writer = self.index.writer_with_num_threads(threads, threads * WRITER_BYTES)?;
        writer.set_merge_policy(Box::new(LogMergePolicy::default()));
        Ok(writer)
    }

    /// Adds `entry`, whose key is known to be new or was deleted before.
    pub fn add(&self, writer: &IndexWriter, entry: &Entry) -> tantivy::Result<()> {
        let mut document = TantivyDocument::new();
        document.add_u64(self.fields.key, entry.key);
        document.add_text(self.fields.gram, &entry.text);
        document.add_text(self.fields.word, &entry.text);
        document.add_u64(self.fields.validity, pack_validity(&entry.facets));
        let length = |channel: Channel| self.count(channel, &entry.text);
        document.add_u64(self.fields.lengths, length(Channel::Gram) | length(Channel::Word) << 32);
        document.add_u64(self.fields.class, pack_class(&entry.facets, entry.source));
        writer.add_document(document)?;
        Ok(())
    }

    /// Number of terms of `text`: BM25 wants it exactly.
    fn count(&self, channel: Channel, text: &str) -> u64 {
        let mut count = 0;
        match channel {
            Channel::Gram => tokens::grams(text, |_| count += 1),
            Channel::Word => tokens::words(&self.jieba, text, |_| count += 1),
        }
        count
    }

    /// Forgets `key`.
    pub fn delete(&self, writer: &IndexWriter, key: Key) {
        writer.delete_term(Term::from_field_u64(self.fields.key, key));
    }

    /// Makes the latest commit visible to searches.
    pub fn reload(&self) -> tantivy::Result<()> {
        self.reader.reload()?;
        self.columns.keep(&self.reader.searcher());
        Ok(())
    }

    /// Number of passages.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The inverse document frequency of a term that no passage has: none is higher.
    pub fn rarest(&self) -> f32 {
        bm25::idf_of(0, self.reader.searcher().num_docs())
    }

    /// Lucene's inverse document frequency of one term.
    pub fn idf(&self, channel: Channel, term: &str) -> tantivy::Result<f32> {
        let searcher = self.reader.searcher();
        let frequency = searcher.doc_freq(&Term::from_field_text(self.field(channel), term))?;
        Ok(bm25::idf_of(frequency, searcher.num_docs()))
    }

    fn field(&self, channel: Channel) -> Field {
        match channel {
            Channel::Gram => self.fields.gram,
            Channel::Word => self.fields.word,
        }
    }

    /// Every key in the index, in no order: to hold the index against SQL.
    pub fn keys(&self) -> tantivy::Result<Vec<Key>> {
        let mut keys = Vec::new();
        for reader in self.reader.searcher().segment_readers() {
            let column = reader.fast_fields().u64("key")?;
            keys.extend(reader.doc_ids_alive().filter_map(|doc| column.first(doc)));
        }
        Ok(keys)
    }

    /// Where the passages with `keys` stand; keys that are gone are left out.
    pub fn classes(&self, keys: &[Key]) -> tantivy::Result<HashMap<Key, Class>> {
        let searcher = self.reader.searcher();
        let mut found = HashMap::with_capacity(keys.len());
        for reader in searcher.segment_readers() {
            let index = reader.inverted_index(self.fields.key)?;
            let class = reader.fast_fields().u64("class")?;
            for key in keys {
                let term = Term::from_field_u64(self.fields.key, *key);
                let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
                while postings.doc() != TERMINATED {
                    if reader.alive_bitset().is_none_or(|it| it.is_alive(postings.doc())) {
                        found.insert(*key, class_of(class.first(postings.doc()).unwrap_or(0)));
                    }
                    postings.advance();
                }
            }
        }
        Ok(found)
    }

    /// The terms of `text` in `channel`, each with how often it occurs.
    pub fn terms(&self, channel: Channel, text: &str) -> Vec<(String, f32)> {
        let mut counts: HashMap<String, f32> = HashMap::new();
        let emit = |term: &str| match counts.get_mut(term) {
            Some(count) => *count += 1.0,
            None => {
                counts.insert(term.to_owned(), 1.0);
            }
        };
        match channel {
            Channel::Gram => tokens::grams(text, emit),
            Channel::Word => tokens::words(&self.jieba, text, emit),
        }
        let mut terms: Vec<_> = counts.into_iter().collect();
        terms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        terms
    }

    /// The words of `text`, each stretch once and in lower case, with the first letter of jieba's part of speech
    /// (`n` noun, `v` verb …; a space for words of the glossary, which have none).
    pub fn tagged(&self, text: &str) -> Vec<(String, char)> {
        let text = text.to_lowercase();
        let tags = self.jieba.tag(&text, true);
        tags.into_iter().map(|it| (it.word.to_owned(), it.tag.chars().next().unwrap_or(' '))).collect()
    }

    /// The `k` best passages for weighted `terms` under BM25 (k1 = 1.2, b = 0.75) that `filter` admits.
    pub fn search(
        &self,
        channel: Channel,
        terms: &[(String, f32)],
        filter: Filter,
        k: usize,
    ) -> tantivy::Result<Found> {
        let field = (self.field(channel), channel);
        bm25::search(&self.reader.searcher(), &self.columns, field, terms, filter, k)
    }
}

fn schema() -> (Schema, Fields) {
    let text = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        key: builder.add_u64_field("key", INDEXED | FAST | STORED),
        gram: builder.add_text_field("gram", text("gram")),
        word: builder.add_text_field("word", text("word")),
        lengths: builder.add_u64_field("lengths", FAST),
        validity: builder.add_u64_field("validity", FAST),
        class: builder.add_u64_field("class", FAST),
    };
    (builder.build(), fields)
}

fn pack_validity(facets: &Facets) -> u64 {
    u64::from(facets.valid_from as u32) << 32 | u64::from(facets.valid_to as u32)
}

fn pack_class(facets: &Facets, source: u32) -> u64 {
    u64::from(facets.authority)
        | u64::from(facets.doc_kind) << 8
        | u64::from(facets.audience) << 16
        | u64::from(source) << 32
}

/// The part of the packed column that fusion needs.
pub(super) fn class_of(packed: u64) -> Class {
    Class { source: (packed >> 32) as u32, authority: packed as u8 }
}

/// The facets that the two packed columns hold.
pub(super) fn unpack(validity: u64, class: u64) -> Facets {
    Facets {
        valid_from: (validity >> 32) as u32 as i32,
        valid_to: validity as u32 as i32,
        authority: class as u8,
        doc_kind: (class >> 8) as u8,
        audience: (class >> 16) as u8,
    }
}
