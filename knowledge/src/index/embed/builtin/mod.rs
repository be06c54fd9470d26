//! The embedder that needs no weights: trained from the corpus itself.
//!
//! Word vectors are the leading eigenvectors of the positive pointwise mutual information of word
//! pairs (Levy & Goldberg 2014); a text is the SIF-weighted mean of its words with the common
//! direction removed (Arora, Liang & Ma 2017). By itself it is far weaker than BM25; with a small
//! measured weight it adds what shares meaning but no words.

mod cooccurrence;
mod spectrum;
mod train;

use std::{collections::HashMap, io::Write as _, path::Path, sync::Arc};

use futures::future::BoxFuture;
use jieba_rs::Jieba;
use tantivy::directory::OwnedBytes;

pub use train::{Corpus, train};

use super::{Embedder, Error, Role};
use crate::{index::mapped, text::tokens};

/// Length of the vectors.
pub const DIMS: usize = 300;

/// SIF's smoothing constant: how quickly frequent words lose weight.
const SIF: f32 = 3e-4;

/// A trained embedder.
pub struct Builtin {
    id: String,
    vocabulary: HashMap<String, u32>,
    /// SIF weight of each word.
    weights: Vec<f32>,
    /// Words by [`DIMS`], row after row, `f32`, little-endian.
    vectors: OwnedBytes,
    /// The direction that all texts share; removed.
    common: Vec<f32>,
    jieba: Arc<Jieba>,
}

/// What training gives and files keep.
pub struct Model {
    /// Words, most frequent first.
    pub words: Vec<String>,
    /// How often each occurred.
    pub counts: Vec<u32>,
    /// Words by [`DIMS`].
    pub vectors: Vec<f32>,
    /// The common direction, unit length.
    pub common: Vec<f32>,
}

impl Model {
    /// Writes the model's two files into `folder`.
    pub fn save(&self, folder: &Path) -> std::io::Result<()> {
        let mut words = std::io::BufWriter::new(std::fs::File::create(folder.join("words.tsv"))?);
        for (word, count) in self.words.iter().zip(&self.counts) {
            writeln!(words, "{word}\t{count}")?;
        }
        words.into_inner()?.sync_all()?;
        let mut vectors = std::fs::File::create(folder.join("words.f32"))?;
        vectors.write_all(bytemuck::cast_slice(&self.common))?;
        vectors.write_all(bytemuck::cast_slice(&self.vectors))?;
        vectors.sync_all()
    }
}

impl Builtin {
    /// Opens what [`Model::save`] wrote. An empty vocabulary is a model too: it knows no word.
    pub fn open(folder: &Path, jieba: Arc<Jieba>) -> Result<Self, Error> {
        let load = |it: std::io::Error| Error::Load(it.to_string());
        let text = std::fs::read_to_string(folder.join("words.tsv")).map_err(load)?;
        let (mut vocabulary, mut counts) = (HashMap::new(), Vec::new());
        for line in text.lines() {
            let (word, count) = line.split_once('\t').ok_or_else(|| Error::Load(format!("words.tsv：{line}")))?;
            vocabulary.insert(word.to_owned(), counts.len() as u32);
            counts.push(count.parse::<f32>().map_err(|it| Error::Load(it.to_string()))?);
        }
        let bytes = mapped::read(folder, "words.f32").map_err(load)?;
        if bytes.len() != 4 * DIMS * (counts.len() + 1) {
            return Err(Error::Load("words.f32 与 words.tsv 的长度不符".to_owned()));
        }
        let (common, vectors) = bytes.split(4 * DIMS);
        let total: f32 = counts.iter().sum();
        let weights = counts.iter().map(|it| SIF / (SIF + it / total)).collect();
        let common = mapped::floats(&common).to_vec();
        Ok(Self { id: format!("builtin:{DIMS}:{}", counts.len()), vocabulary, weights, vectors, common, jieba })
    }

    /// The vector of one text; zeros when no word of it is known.
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let table = mapped::floats(&self.vectors);
        let mut sum = vec![0.0; DIMS];
        tokens::plain_words(&self.jieba, text, |word| {
            if let Some(&id) = self.vocabulary.get(word) {
                let row = &table[id as usize * DIMS..][..DIMS];
                let weight = self.weights[id as usize];
                sum.iter_mut().zip(row).for_each(|(it, x)| *it += weight * x);
            }
        });
        remove_direction(&mut sum, &self.common);
        to_unit(&mut sum);
        sum
    }
}

impl Embedder for Builtin {
    fn id(&self) -> &str {
        &self.id
    }

    fn dims(&self) -> usize {
        DIMS
    }

    fn embed<'a>(&'a self, texts: &'a [String], _role: Role) -> BoxFuture<'a, Result<Vec<Vec<f32>>, Error>> {
        Box::pin(std::future::ready(Ok(texts.iter().map(|it| self.vector(it)).collect())))
    }
}

/// Takes the part along the unit vector `direction` out of `vector`.
fn remove_direction(vector: &mut [f32], direction: &[f32]) {
    let along: f32 = vector.iter().zip(direction).map(|(a, b)| a * b).sum();
    vector.iter_mut().zip(direction).for_each(|(a, b)| *a -= along * b);
}

/// Scales to length 1; zeros stay zeros.
pub(crate) fn to_unit(vector: &mut [f32]) {
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    if length > 1e-12 {
        for it in vector.iter_mut() {
            *it /= length;
        }
    }
}
