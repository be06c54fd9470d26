//! Vectors from a model in a local folder, run by ONNX Runtime through `fastembed`.

use fastembed::{InitOptionsUserDefined, Pooling as ModelPooling, TextEmbedding, UserDefinedEmbeddingModel};
use futures::future::BoxFuture;

use super::{Embedder, Error, Role};
use crate::index::onnx::{LocalFolder, ModelFiles, Pool, runtime};

/// What BGE's Chinese models want before a question, as their authors publish it.
const BGE_ZH_QUERY: &str = "为这个句子生成表示以用于检索相关文章：";

/// How the vectors of the tokens become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pooling {
    /// The first token's: the BGE family.
    #[default]
    Cls,
    /// The mean over all tokens: E5, GTE and most others.
    Mean,
}

/// A local embedding model and how to use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalModelConfig {
    /// Where it is.
    pub local: LocalFolder,
    /// How token vectors become one.
    pub pooling: Pooling,
    /// Put before questions.
    pub query_prefix: String,
    /// Put before passages.
    pub passage_prefix: String,
}

impl LocalModelConfig {
    /// First-token pooling, no prefixes: BGE-M3.
    pub fn new(local: LocalFolder) -> Self {
        Self { local, pooling: Pooling::Cls, query_prefix: String::new(), passage_prefix: String::new() }
    }

    /// As the Chinese models of the BGE family (`bge-*-zh-v1.5`) were trained.
    pub fn bge_zh(local: LocalFolder) -> Self {
        Self { query_prefix: BGE_ZH_QUERY.to_owned(), ..Self::new(local) }
    }
}

/// An embedding model from a local folder.
pub struct LocalModel {
    id: String,
    dims: usize,
    config: LocalModelConfig,
    pool: Pool<TextEmbedding>,
}

impl std::fmt::Debug for LocalModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalModel").field("id", &self.id).field("dims", &self.dims).finish_non_exhaustive()
    }
}

impl LocalModel {
    /// Loads the model and embeds one word to learn its length. Takes as long as reading the
    /// weights does and blocks meanwhile.
    ///
    /// # Errors
    /// [`Error::Load`] when the runtime or a file is missing, or they don't fit together.
    pub fn load(config: LocalModelConfig) -> Result<Self, Error> {
        Self::build(config).map_err(Error::Load)
    }

    fn build(config: LocalModelConfig) -> Result<Self, String> {
        let environment = runtime(&config.local.onnxruntime)?;
        let files = ModelFiles::read(&config.local.folder)?;
        let mut id = files.id;
        let pooling = match config.pooling {
            Pooling::Cls => ModelPooling::Cls,
            Pooling::Mean => {
                // The same weights give other vectors, which must not mix with the first.
                id.push_str(":mean");
                ModelPooling::Mean
            }
        };
        let mut model = UserDefinedEmbeddingModel::new(files.onnx, files.tokenizer).with_pooling(pooling);
        for (name, bytes) in files.weights {
            model = model.with_external_initializer(name, bytes);
        }
        let options = InitOptionsUserDefined::new()
            .with_environment(environment)
            .with_max_length(config.local.max_tokens)
            .with_intra_threads(config.local.threads());
        let start = || TextEmbedding::try_new_from_user_defined(model.clone(), options.clone());
        let mut sessions = (0..config.local.sessions.max(1))
            .map(|_| start().map_err(|error| error.to_string()))
            .collect::<Result<Vec<_>, _>>()?;
        let first = sessions.first_mut().ok_or("没有模型实例")?;
        let dims = embed(first, &["党".to_owned()], 1)?.first().map_or(0, Vec::len);
        if dims == 0 {
            return Err("模型给出的向量是空的".to_owned());
        }
        Ok(Self { id, dims, config, pool: Pool::new(sessions) })
    }
}

impl Embedder for LocalModel {
    fn id(&self) -> &str {
        &self.id
    }

    fn dims(&self) -> usize {
        self.dims
    }

    fn embed<'a>(&'a self, texts: &'a [String], role: Role) -> BoxFuture<'a, Result<Vec<Vec<f32>>, Error>> {
        Box::pin(async move {
            if texts.is_empty() {
                return Ok(Vec::new());
            }
            let prefix = match role {
                Role::Query => &self.config.query_prefix,
                Role::Passage => &self.config.passage_prefix,
            };
            let texts: Vec<String> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
            let batch = self.config.local.batch.max(1);
            self.pool.run(move |model| embed(model, &texts, batch)).await.map_err(Error::Unavailable)
        })
    }
}

/// One unit vector for each text; refuses what is not a number.
fn embed(model: &mut TextEmbedding, texts: &[String], batch: usize) -> Result<Vec<Vec<f32>>, String> {
    let vectors = model.embed(texts, Some(batch)).map_err(|error| error.to_string())?;
    if vectors.len() != texts.len() {
        return Err(format!("{} 段文字只得到 {} 个向量", texts.len(), vectors.len()));
    }
    if vectors.iter().flatten().any(|number| !number.is_finite()) {
        return Err("模型给出的向量含有非数值".to_owned());
    }
    Ok(vectors)
}
