//! Vectors on a Qdrant server or cluster.
//!
//! A generation is a collection `<prefix>_<generation>`; the one that queries use is the target of
//! the alias `<prefix>`. Building a new generation and moving the alias replaces all vectors at
//! once, while queries go on.

mod generation;
mod retry;

use std::{fmt, time::Duration, time::Instant};

use qdrant_client::{
    Qdrant, QdrantError,
    qdrant::{
        CreateAliasBuilder, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, Distance, FieldType,
        IntegerIndexParamsBuilder, VectorParamsBuilder,
    },
};

pub use generation::QdrantIndex;

use super::Error;

/// How to reach the server and how long to wait for it.
#[derive(Clone)]
pub struct QdrantConfig {
    /// Address of the gRPC port, e.g. `http://qdrant:6334`; `https` checks the system's roots.
    pub url: String,
    /// API key, if the server wants one. Never shown by `Debug` or in errors.
    pub api_key: Option<String>,
    /// Name of the alias and first part of the collections' names: letters, digits, `-` and `_`.
    pub prefix: String,
    /// Longest time that a search may take, retries included.
    pub timeout: Duration,
    /// Longest time that one batch of writes, or one change of collections, may take.
    pub write_timeout: Duration,
    /// How often a failed call is tried again, within its time.
    pub retries: u32,
    /// Points sent with one call, at least 1.
    pub batch: usize,
    /// Copies of each shard in a cluster; `None`: the server's default.
    pub replicas: Option<u32>,
    /// Shards of a collection in a cluster; `None`: the server's default.
    pub shards: Option<u32>,
}

impl QdrantConfig {
    /// The settings for one server at `url` with the usual limits: 2 s for a search, 30 s for a
    /// batch of 256 points, 3 retries.
    pub fn new(url: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            api_key: None,
            prefix: prefix.into(),
            timeout: Duration::from_secs(2),
            write_timeout: Duration::from_secs(30),
            retries: 3,
            batch: 256,
            replicas: None,
            shards: None,
        }
    }
}

impl fmt::Debug for QdrantConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QdrantConfig")
            .field("url", &self.url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("prefix", &self.prefix)
            .field("timeout", &self.timeout)
            .field("write_timeout", &self.write_timeout)
            .field("retries", &self.retries)
            .field("batch", &self.batch)
            .field("replicas", &self.replicas)
            .field("shards", &self.shards)
            .finish()
    }
}

/// What a working server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The server's version.
    pub version: String,
    /// Time that the answer took.
    pub latency: Duration,
    /// Generation that the alias points at, if there is one.
    pub live: Option<String>,
}

/// A Qdrant server: makes, publishes and drops generations.
#[derive(Clone)]
pub struct QdrantServer {
    client: Qdrant,
    config: QdrantConfig,
}

impl fmt::Debug for QdrantServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QdrantServer").field(&self.config).finish()
    }
}

impl QdrantServer {
    /// Prepares a client. Connects with the first call, so a server that is down is no error yet.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when a setting can't be used: a malformed address, key or prefix.
    pub fn new(config: QdrantConfig) -> Result<Self, Error> {
        check(&config)?;
        let mut settings = Qdrant::from_url(&config.url)
            .api_key(config.api_key.clone())
            .timeout(config.timeout.max(config.write_timeout))
            .connect_timeout(config.timeout);
        // The version check of the client would block this thread and print to standard output.
        settings = settings.skip_compatibility_check();
        let client = settings.build().map_err(|error| Error::Unavailable(format!("Qdrant 地址无效：{error}")))?;
        Ok(Self { client, config })
    }

    /// Makes an empty generation for vectors of `dims` numbers, with an index on every field that
    /// searches filter by. A generation that is there already is kept and completed.
    ///
    /// `generation` is made of lower-case letters, digits and `-`; names sort by age.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the name can't be used or the server doesn't do it in time.
    pub async fn create_generation(&self, generation: &str, dims: usize) -> Result<QdrantIndex, Error> {
        let collection = self.collection(generation)?;
        let there = self.write("查询集合", || self.client.collection_exists(&collection)).await?;
        if !there {
            let request = self.new_collection(&collection, dims);
            self.write("新建集合", || create(&self.client, request.clone())).await?;
        }
        for (field, lookup, range) in generation::FIELDS {
            let request = CreateFieldIndexCollectionBuilder::new(&collection, field, FieldType::Integer)
                .field_index_params(IntegerIndexParamsBuilder::new(lookup, range))
                .wait(true);
            self.write("建立字段索引", || self.client.create_field_index(request.clone())).await?;
        }
        self.generation(generation, dims)
    }

    /// A generation made before. Nothing is asked of the server.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the name can't be used.
    pub fn generation(&self, generation: &str, dims: usize) -> Result<QdrantIndex, Error> {
        Ok(QdrantIndex::new(self.clone(), self.collection(generation)?, dims))
    }

    /// Whatever generation is published at the moment of each call: for nodes that only read.
    pub fn published(&self, dims: usize) -> QdrantIndex {
        QdrantIndex::new(self.clone(), self.config.prefix.clone(), dims)
    }

    /// Points the alias at `generation`: one request, which the server carries out as one step
    /// whether or not the alias stood somewhere else before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is no such generation or the server doesn't do it in time.
    pub async fn publish(&self, generation: &str) -> Result<(), Error> {
        let request = CreateAliasBuilder::new(self.collection(generation)?, self.config.prefix.clone());
        self.write("切换别名", || self.client.create_alias(request.clone())).await?;
        Ok(())
    }

    /// The published generation, if there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server doesn't answer in time.
    pub async fn live(&self) -> Result<Option<String>, Error> {
        let aliases = self.read("查询别名", || self.client.list_aliases()).await?.aliases;
        let ours = aliases.into_iter().find(|alias| alias.alias_name == self.config.prefix);
        Ok(ours.and_then(|alias| self.generation_of(&alias.collection_name).map(str::to_owned)))
    }

    /// Drops the generations older than the published one, except the `keep` newest of them, and
    /// gives the names of those dropped. Newer ones may be under construction and stay; nothing
    /// is dropped while nothing is published.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server doesn't do it in time.
    pub async fn drop_old(&self, keep: usize) -> Result<Vec<String>, Error> {
        let Some(live) = self.live().await? else { return Ok(Vec::new()) };
        let listed = self.read("列出集合", || self.client.list_collections()).await?.collections;
        let mut old: Vec<String> = listed
            .iter()
            .filter_map(|it| self.generation_of(&it.name))
            .filter(|it| *it < &*live)
            .map(str::to_owned)
            .collect();
        old.sort_unstable();
        old.truncate(old.len().saturating_sub(keep));
        for generation in &old {
            let collection = self.collection(generation)?;
            self.write("删除集合", || self.client.delete_collection(&collection)).await?;
        }
        Ok(old)
    }

    /// Asks the server for its version, for `dangwutong check`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server doesn't answer in time.
    pub async fn probe(&self) -> Result<Probe, Error> {
        let start = Instant::now();
        let reply = self.read("探测", || self.client.health_check()).await?;
        let latency = start.elapsed();
        Ok(Probe { version: reply.version, latency, live: self.live().await? })
    }

    /// The name of a generation's collection.
    fn collection(&self, generation: &str) -> Result<String, Error> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if generation.is_empty() || !generation.chars().all(plain) {
            return Err(Error::Unavailable(format!("索引代号 {generation:?} 只能含小写字母、数字和连字符")));
        }
        Ok(format!("{}_{generation}", self.config.prefix))
    }

    /// Reads [`Self::collection`] back. The collections of a longer prefix (`a_b` beside `a`) are
    /// not ours: what is left of their names still holds a `_`.
    fn generation_of<'a>(&self, collection: &'a str) -> Option<&'a str> {
        let rest = collection.strip_prefix(&self.config.prefix)?.strip_prefix('_')?;
        (!rest.contains('_')).then_some(rest)
    }

    fn new_collection(&self, collection: &str, dims: usize) -> CreateCollectionBuilder {
        let mut request = CreateCollectionBuilder::new(collection)
            .vectors_config(VectorParamsBuilder::new(dims as u64, Distance::Cosine))
            .on_disk_payload(true);
        if let Some(replicas) = self.config.replicas {
            request = request.replication_factor(replicas);
        }
        if let Some(shards) = self.config.shards {
            request = request.shard_number(shards);
        }
        request
    }

    /// A call that reads, within [`QdrantConfig::timeout`].
    async fn read<T, F>(&self, what: &str, call: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, QdrantError>>,
    {
        retry::call(what, self.config.timeout, self.config.retries, call).await
    }

    /// A call that writes, within [`QdrantConfig::write_timeout`].
    async fn write<T, F>(&self, what: &str, call: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, QdrantError>>,
    {
        retry::call(what, self.config.write_timeout, self.config.retries, call).await
    }
}

/// Creates a collection; one that another attempt or another node has just made is as good.
async fn create(client: &Qdrant, request: CreateCollectionBuilder) -> Result<(), QdrantError> {
    match client.create_collection(request).await {
        Err(QdrantError::ResponseError { status }) if retry::is_there_already(&status) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Refuses what the client would only refuse later, and then with the key in its message.
fn check(config: &QdrantConfig) -> Result<(), Error> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if config.prefix.is_empty() || !config.prefix.chars().all(plain) {
        return Err(Error::Unavailable(format!("Qdrant 集合前缀 {:?} 只能含字母、数字、- 和 _", config.prefix)));
    }
    if config.api_key.as_ref().is_some_and(|key| !key.chars().all(|c| c.is_ascii_graphic())) {
        return Err(Error::Unavailable("Qdrant 密钥含有空白或非 ASCII 字符".to_owned()));
    }
    if config.batch == 0 {
        return Err(Error::Unavailable("Qdrant 每批点数至少为 1".to_owned()));
    }
    Ok(())
}
