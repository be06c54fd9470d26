//! Cross-encoders that read question and passage together: slower than vectors, and better.

use fastembed::{RerankInitOptionsUserDefined, TextRerank, UserDefinedRerankingModel};
use futures::future::BoxFuture;

use super::onnx::{LocalFolder, ModelFiles, Pool, guarded, runtime};

/// Why passages could not be scored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model's files are missing or don't fit together.
    #[error("重排模型无法加载：{0}")]
    Load(String),
    /// The model failed or answered nonsense.
    #[error("重排模型暂不可用：{0}")]
    Unavailable(String),
}

/// Scores passages against a question.
pub trait Reranker: Send + Sync {
    /// Name and version.
    fn id(&self) -> &str;

    /// One score for each passage, in order. Higher is better; comparable within one call only.
    fn rerank<'a>(&'a self, query: &'a str, passages: &'a [String]) -> BoxFuture<'a, Result<Vec<f32>, Error>>;
}

/// A reranker from a local folder, run by ONNX Runtime through `fastembed`. The model's output is
/// `logits`, one row for each pair and its score in the first column.
pub struct LocalReranker {
    id: String,
    batch: usize,
    pool: Pool<TextRerank>,
}

impl std::fmt::Debug for LocalReranker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalReranker").field("id", &self.id).finish_non_exhaustive()
    }
}

impl LocalReranker {
    /// Loads the model and scores one pair to see that it works. Takes as long as reading the
    /// weights does and blocks meanwhile.
    ///
    /// # Errors
    /// [`Error::Load`] when the runtime or a file is missing, they don't fit together, or the
    /// output is not of that form.
    pub fn load(config: &LocalFolder) -> Result<Self, Error> {
        Self::build(config).map_err(Error::Load)
    }

    fn build(config: &LocalFolder) -> Result<Self, String> {
        let environment = runtime(&config.onnxruntime)?;
        let files = ModelFiles::read(&config.folder)?;
        // By path: the library then finds weights kept beside the graph by itself.
        let model = UserDefinedRerankingModel::new(config.folder.join("model.onnx"), files.tokenizer);
        let options = RerankInitOptionsUserDefined::new()
            .with_environment(environment)
            .with_max_length(config.max_tokens)
            .with_intra_threads(config.threads());
        let start = || TextRerank::try_new_from_user_defined(model.clone(), options.clone());
        let mut sessions = (0..config.sessions.max(1))
            .map(|_| start().map_err(|error| error.to_string()))
            .collect::<Result<Vec<_>, _>>()?;
        let first = sessions.first_mut().ok_or("没有模型实例")?;
        // The library indexes the output as a matrix and panics over any other form.
        guarded(|| score(first, "党", &["章".to_owned()], 1))?;
        Ok(Self { id: files.id, batch: config.batch.max(1), pool: Pool::new(sessions) })
    }
}

impl Reranker for LocalReranker {
    fn id(&self) -> &str {
        &self.id
    }

    fn rerank<'a>(&'a self, query: &'a str, passages: &'a [String]) -> BoxFuture<'a, Result<Vec<f32>, Error>> {
        Box::pin(async move {
            if passages.is_empty() {
                return Ok(Vec::new());
            }
            let (query, passages, batch) = (query.to_owned(), passages.to_vec(), self.batch);
            self.pool.run(move |model| score(model, &query, &passages, batch)).await.map_err(Error::Unavailable)
        })
    }
}

/// One score for each passage, in order; refuses what is not a number.
fn score(model: &mut TextRerank, query: &str, passages: &[String], batch: usize) -> Result<Vec<f32>, String> {
    let passages: Vec<&str> = passages.iter().map(String::as_str).collect();
    let ranked = model.rerank(query, &passages, false, Some(batch)).map_err(|error| error.to_string())?;
    let mut scores = vec![f32::NAN; passages.len()];
    for result in ranked {
        if let Some(score) = scores.get_mut(result.index) {
            *score = result.score;
        }
    }
    if scores.iter().any(|score| !score.is_finite()) {
        return Err("模型没有给出每段的分数，或分数不是数值".to_owned());
    }
    Ok(scores)
}
