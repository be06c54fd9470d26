//! Vectors from an OpenAI-compatible endpoint.

use std::{fmt, time::Duration};

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    types::embeddings::{CreateEmbeddingRequest, CreateEmbeddingResponse, EmbeddingInput, EncodingFormat},
};
use futures::future::BoxFuture;

use super::{Embedder, Error, Role};

/// Longest part of a server's message that is passed on.
const MESSAGE_CHARS: usize = 200;

/// How to reach the endpoint and what to ask of it.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenAiConfig {
    /// Address up to the version, e.g. `http://models:8000/v1`.
    pub base_url: String,
    /// API key, if the endpoint wants one. Never shown by `Debug` or in errors.
    pub api_key: Option<String>,
    /// Name of the model.
    pub model: String,
    /// Length of its vectors.
    pub dims: usize,
    /// Texts sent with one request, 1 to 2048.
    pub batch: usize,
    /// Longest time that one request may take, retries included.
    pub timeout: Duration,
}

impl OpenAiConfig {
    /// Batches of 32, 10 seconds, no key.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>, dims: usize) -> Self {
        Self {
            base_url: base_url.into(),
            api_key: None,
            model: model.into(),
            dims,
            batch: 32,
            timeout: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for OpenAiConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiConfig")
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("model", &self.model)
            .field("dims", &self.dims)
            .field("batch", &self.batch)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// An embedding model behind an OpenAI-compatible endpoint.
pub struct OpenAiEmbedder {
    id: String,
    client: Client<OpenAIConfig>,
    config: OpenAiConfig,
}

impl fmt::Debug for OpenAiEmbedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenAiEmbedder").field(&self.config).finish()
    }
}

impl OpenAiEmbedder {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Load`] when a setting can't be used.
    pub fn new(config: OpenAiConfig) -> Result<Self, Error> {
        check(&config)?;
        // reqwest is built without a TLS provider of its own. Another part may have installed one
        // already, which is as good.
        rustls::crypto::ring::default_provider().install_default().ok();
        // Proxies named in the environment are not taken: settings come from the configuration.
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(config.timeout)
            .connect_timeout(config.timeout)
            .build()
            .map_err(|error| Error::Load(format!("无法建立 HTTP 客户端：{error}")))?;
        // Everything is set here: what is not would be taken from OPENAI_… variables.
        let settings = OpenAIConfig::new()
            .with_api_base(config.base_url.trim_end_matches('/'))
            .with_api_key(config.api_key.as_deref().unwrap_or("none"))
            .with_org_id("")
            .with_project_id("");
        let id = format!("openai:{}:{}", config.model, config.dims);
        Ok(Self { id, client: Client::build(http, settings), config })
    }

    /// Vectors of one batch. The client tries again after 429, 5xx and failed connections, with
    /// doubling pauses or as long as the server asks; here only the time for all is limited.
    async fn batch(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
        let request = CreateEmbeddingRequest {
            model: self.config.model.clone(),
            input: EmbeddingInput::StringArray(texts.to_vec()),
            encoding_format: Some(EncodingFormat::Float),
            ..CreateEmbeddingRequest::default()
        };
        let embeddings = self.client.embeddings();
        let answer = tokio::time::timeout(self.config.timeout, embeddings.create(request)).await;
        let response = answer
            .map_err(|_| format!("{} 毫秒内没有应答", self.config.timeout.as_millis()))?
            .map_err(|error| describe(&error))?;
        unit_vectors(response, texts.len(), self.config.dims)
    }
}

impl Embedder for OpenAiEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dims(&self) -> usize {
        self.config.dims
    }

    /// Role makes no difference: such endpoints know none.
    fn embed<'a>(&'a self, texts: &'a [String], _: Role) -> BoxFuture<'a, Result<Vec<Vec<f32>>, Error>> {
        Box::pin(async move {
            let mut vectors = vec![vec![0.0; self.config.dims]; texts.len()];
            // Endpoints refuse empty texts, and with them the whole batch; such a text gets zeros.
            let places: Vec<usize> = (0..texts.len()).filter(|at| !texts[*at].trim().is_empty()).collect();
            for batch in places.chunks(self.config.batch) {
                let asked: Vec<String> = batch.iter().map(|at| texts[*at].clone()).collect();
                let given = self.batch(&asked).await.map_err(Error::Unavailable)?;
                for (at, vector) in batch.iter().zip(given) {
                    vectors[*at] = vector;
                }
            }
            Ok(vectors)
        })
    }
}

/// The vectors in the order of their index, made unit length; anything but one whole vector for
/// each text is refused.
fn unit_vectors(response: CreateEmbeddingResponse, count: usize, dims: usize) -> Result<Vec<Vec<f32>>, String> {
    let mut found = response.data;
    found.sort_by_key(|it| it.index);
    if found.len() != count || found.iter().zip(0..).any(|(it, at)| it.index != at) {
        return Err(format!("请求 {count} 个向量，收到 {} 个，或序号不连续", found.len()));
    }
    found.into_iter().map(|it| unit(it.embedding, dims)).collect()
}

fn unit(mut vector: Vec<f32>, dims: usize) -> Result<Vec<f32>, String> {
    if vector.len() != dims {
        return Err(format!("配置为 {dims} 维，收到 {} 维", vector.len()));
    }
    // In f64: the squares of large but finite numbers would overflow.
    let length = vector.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>().sqrt();
    if !length.is_finite() {
        return Err("收到的向量含有非数值".to_owned());
    }
    if length > 0.0 {
        for number in &mut vector {
            *number = (f64::from(*number) / length) as f32;
        }
    }
    Ok(vector)
}

/// What went wrong, without addresses and without the whole body of an answer.
fn describe(error: &OpenAIError) -> String {
    let cut = |text: &str| text.chars().take(MESSAGE_CHARS).collect::<String>();
    match error {
        OpenAIError::Reqwest(error) if error.is_timeout() => "没有按时应答".to_owned(),
        OpenAIError::Reqwest(error) if error.is_connect() => "无法连接".to_owned(),
        OpenAIError::Reqwest(_) => "连接中断".to_owned(),
        OpenAIError::ApiError(it) => format!("{} {}", it.status_code.as_u16(), cut(&it.api_error.message)),
        OpenAIError::JSONDeserialize(error, _) => format!("应答无法解析：{}", cut(&error.to_string())),
        other => cut(&other.to_string()),
    }
}

/// Refuses what the client would panic over, or what can't work.
fn check(config: &OpenAiConfig) -> Result<(), Error> {
    let address = reqwest::Url::parse(&config.base_url).ok();
    if !address.is_some_and(|it| matches!(it.scheme(), "http" | "https")) {
        return Err(Error::Load("接口地址应以 http:// 或 https:// 开头".to_owned()));
    }
    if config.api_key.as_ref().is_some_and(|key| !key.chars().all(|c| c.is_ascii_graphic())) {
        return Err(Error::Load("接口密钥含有空白或非 ASCII 字符".to_owned()));
    }
    if config.model.is_empty() || config.dims == 0 {
        return Err(Error::Load("缺少模型名称或向量维数".to_owned()));
    }
    if !(1..=2048).contains(&config.batch) {
        return Err(Error::Load("每批文本数应在 1 至 2048 之间".to_owned()));
    }
    Ok(())
}
