//! A Qdrant server in this process, made from the server traits that the client ships. It keeps
//! points in memory, refuses what a strict server would refuse, and misbehaves on request.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
};

use qdrant_client::qdrant::{
    self as q, collections_server::CollectionsServer, condition::ConditionOneOf, r#match::MatchValue,
    points_server::PointsServer, qdrant_server::QdrantServer, value::Kind,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Code, Request, Response, Status,
    transport::{self, Server, server::TcpIncoming},
};

/// A stored vector with its payload.
type Stored = (Vec<f32>, HashMap<String, i64>);

/// One collection of the peer.
#[derive(Debug, Default, Clone)]
pub struct Collection {
    /// Length of its vectors.
    pub dims: u64,
    /// The number of `Distance`.
    pub distance: i32,
    /// Indexed fields: (lookup, range).
    pub indexes: BTreeMap<String, (bool, bool)>,
    /// Points by id.
    pub points: BTreeMap<u64, Stored>,
}

/// What the peer holds, was asked, and is told to do wrong.
#[derive(Debug, Default)]
pub struct State {
    /// Collections by name.
    pub collections: BTreeMap<String, Collection>,
    /// Alias to collection.
    pub aliases: BTreeMap<String, String>,
    /// Names of the calls that arrived.
    pub calls: Vec<&'static str>,
    /// Number of points of each upsert and delete, and whether it asked to wait.
    pub batches: Vec<(usize, bool)>,
    /// The last query.
    pub query: Option<q::QueryPoints>,
    /// API key of the last call.
    pub api_key: Option<String>,
    /// So many calls fail with this status before one succeeds.
    pub failures: Vec<(u32, Code)>,
    /// Calls never end.
    pub hangs: bool,
}

/// A running peer.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    running: Option<(oneshot::Sender<()>, JoinHandle<Result<(), transport::Error>>)>,
}

impl Peer {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut peer =
            Self { address: listener.local_addr().expect("an address"), state: Arc::default(), running: None };
        peer.serve(listener);
        peer
    }

    /// The address for the client.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it holds and was asked.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panicked with the lock")
    }

    /// How often a call of this name arrived.
    pub fn count(&self, call: &str) -> usize {
        self.state().calls.iter().filter(|it| **it == call).count()
    }

    /// Stops listening and closes every connection; what it holds stays.
    pub async fn stop(&mut self) {
        let (stop, server) = self.running.take().expect("it runs");
        drop(stop);
        server.await.expect("no panic").expect("an orderly end");
    }

    /// Listens again on the same port.
    pub async fn restart(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("its port is still free");
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel::<()>();
        let service = Service { state: Arc::clone(&self.state) };
        let server = Server::builder()
            .add_service(PointsServer::new(service.clone()))
            .add_service(CollectionsServer::new(service.clone()))
            .add_service(QdrantServer::new(service))
            .serve_with_incoming_shutdown(TcpIncoming::from(listener), async move {
                // Also woken when the sender is dropped.
                stopped.await.ok();
            });
        self.running = Some((stop, tokio::spawn(server)));
    }
}

#[derive(Clone)]
struct Service {
    state: Arc<Mutex<State>>,
}

/// What every call of the generated traits gives.
type Reply<'f, T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send + 'f>>;

/// Calls that the peer answers, by the function of [`State`] of the same name. Written out as
/// `async_trait` would, because that attribute doesn't see into macros.
macro_rules! answered {
    ($($call:ident: $state:ident($request:ty) -> $reply:ty;)*) => {$(
        fn $call<'s, 'f>(&'s self, request: Request<$request>) -> Reply<'f, $reply> where 's: 'f, Self: 'f {
            Box::pin(async move {
                self.enter(stringify!($state), &request).await?;
                let mut state = self.state.lock().expect("no test panicked with the lock");
                state.$state(request.into_inner()).map(Response::new)
            })
        }
    )*};
}

/// Calls that we never make.
macro_rules! refused {
    ($($call:ident($request:ty) -> $reply:ty;)*) => {$(
        fn $call<'s, 'f>(&'s self, _: Request<$request>) -> Reply<'f, $reply> where 's: 'f, Self: 'f {
            Box::pin(async { Err(Status::unimplemented(stringify!($call))) })
        }
    )*};
}

impl Service {
    /// Notes the call, then fails or hangs as told.
    async fn enter<T>(&self, call: &'static str, request: &Request<T>) -> Result<(), Status> {
        let hangs = {
            let mut state = self.state.lock().expect("no test panicked with the lock");
            state.calls.push(call);
            let key = request.metadata().get("api-key").and_then(|key| key.to_str().ok());
            state.api_key = key.map(str::to_owned);
            if let Some((left, code)) = state.failures.iter_mut().find(|(left, _)| *left > 0) {
                *left -= 1;
                return Err(Status::new(*code, "told to fail"));
            }
            state.hangs
        };
        if hangs {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

impl q::qdrant_server::Qdrant for Service {
    answered! { health_check: health_check(q::HealthCheckRequest) -> q::HealthCheckReply; }
}

impl q::collections_server::Collections for Service {
    answered! {
        list: list_collections(q::ListCollectionsRequest) -> q::ListCollectionsResponse;
        create: create_collection(q::CreateCollection) -> q::CollectionOperationResponse;
        delete: delete_collection(q::DeleteCollection) -> q::CollectionOperationResponse;
        update_aliases: update_aliases(q::ChangeAliases) -> q::CollectionOperationResponse;
        list_aliases: list_aliases(q::ListAliasesRequest) -> q::ListAliasesResponse;
        collection_exists: collection_exists(q::CollectionExistsRequest) -> q::CollectionExistsResponse;
    }
    refused! {
        get(q::GetCollectionInfoRequest) -> q::GetCollectionInfoResponse;
        update(q::UpdateCollection) -> q::CollectionOperationResponse;
        list_collection_aliases(q::ListCollectionAliasesRequest) -> q::ListAliasesResponse;
        collection_cluster_info(q::CollectionClusterInfoRequest) -> q::CollectionClusterInfoResponse;
        update_collection_cluster_setup(q::UpdateCollectionClusterSetupRequest)
            -> q::UpdateCollectionClusterSetupResponse;
        create_shard_key(q::CreateShardKeyRequest) -> q::CreateShardKeyResponse;
        delete_shard_key(q::DeleteShardKeyRequest) -> q::DeleteShardKeyResponse;
        list_shard_keys(q::ListShardKeysRequest) -> q::ListShardKeysResponse;
    }
}

impl q::points_server::Points for Service {
    answered! {
        upsert: upsert(q::UpsertPoints) -> q::PointsOperationResponse;
        delete: delete(q::DeletePoints) -> q::PointsOperationResponse;
        create_field_index: create_field_index(q::CreateFieldIndexCollection) -> q::PointsOperationResponse;
        query: query(q::QueryPoints) -> q::QueryResponse;
        count: count(q::CountPoints) -> q::CountResponse;
    }
    refused! {
        get(q::GetPoints) -> q::GetResponse;
        update_vectors(q::UpdatePointVectors) -> q::PointsOperationResponse;
        delete_vectors(q::DeletePointVectors) -> q::PointsOperationResponse;
        set_payload(q::SetPayloadPoints) -> q::PointsOperationResponse;
        overwrite_payload(q::SetPayloadPoints) -> q::PointsOperationResponse;
        delete_payload(q::DeletePayloadPoints) -> q::PointsOperationResponse;
        clear_payload(q::ClearPayloadPoints) -> q::PointsOperationResponse;
        delete_field_index(q::DeleteFieldIndexCollection) -> q::PointsOperationResponse;
        create_vector_name(q::CreateVectorNameRequest) -> q::PointsOperationResponse;
        delete_vector_name(q::DeleteVectorNameRequest) -> q::PointsOperationResponse;
        search(q::SearchPoints) -> q::SearchResponse;
        search_batch(q::SearchBatchPoints) -> q::SearchBatchResponse;
        search_groups(q::SearchPointGroups) -> q::SearchGroupsResponse;
        scroll(q::ScrollPoints) -> q::ScrollResponse;
        recommend(q::RecommendPoints) -> q::RecommendResponse;
        recommend_batch(q::RecommendBatchPoints) -> q::RecommendBatchResponse;
        recommend_groups(q::RecommendPointGroups) -> q::RecommendGroupsResponse;
        discover(q::DiscoverPoints) -> q::DiscoverResponse;
        discover_batch(q::DiscoverBatchPoints) -> q::DiscoverBatchResponse;
        update_batch(q::UpdateBatchPoints) -> q::UpdateBatchResponse;
        query_batch(q::QueryBatchPoints) -> q::QueryBatchResponse;
        query_groups(q::QueryPointGroups) -> q::QueryGroupsResponse;
        facet(q::FacetCounts) -> q::FacetResponse;
        search_matrix_pairs(q::SearchMatrixPoints) -> q::SearchMatrixPairsResponse;
        search_matrix_offsets(q::SearchMatrixPoints) -> q::SearchMatrixOffsetsResponse;
    }
}

/// Collections and aliases.
impl State {
    fn health_check(&mut self, _: q::HealthCheckRequest) -> Result<q::HealthCheckReply, Status> {
        Ok(q::HealthCheckReply { title: "peer".to_owned(), version: "1.20.0-peer".to_owned(), commit: None })
    }

    fn list_collections(&mut self, _: q::ListCollectionsRequest) -> Result<q::ListCollectionsResponse, Status> {
        let collections = self.collections.keys().map(|name| q::CollectionDescription { name: name.clone() }).collect();
        Ok(q::ListCollectionsResponse { collections, time: 0.0 })
    }

    fn create_collection(&mut self, request: q::CreateCollection) -> Result<q::CollectionOperationResponse, Status> {
        let name = request.collection_name;
        if self.collections.contains_key(&name) || self.aliases.contains_key(&name) {
            return Err(Status::already_exists(format!("Collection `{name}` already exists!")));
        }
        let Some(q::vectors_config::Config::Params(params)) = request.vectors_config.and_then(|it| it.config) else {
            return Err(Status::invalid_argument("no single unnamed vector"));
        };
        let made = Collection { dims: params.size, distance: params.distance, ..Collection::default() };
        self.collections.insert(name, made);
        Ok(done())
    }

    fn delete_collection(&mut self, request: q::DeleteCollection) -> Result<q::CollectionOperationResponse, Status> {
        self.collections.remove(&request.collection_name);
        self.aliases.retain(|_, collection| *collection != request.collection_name);
        Ok(done())
    }

    /// All actions or none, as the real server does.
    fn update_aliases(&mut self, request: q::ChangeAliases) -> Result<q::CollectionOperationResponse, Status> {
        let mut aliases = self.aliases.clone();
        for action in request.actions {
            match action.action {
                Some(q::alias_operations::Action::CreateAlias(it)) => {
                    self.collections.get(&it.collection_name).ok_or_else(|| Status::not_found(&*it.collection_name))?;
                    aliases.insert(it.alias_name, it.collection_name);
                }
                other => return Err(Status::unimplemented(format!("{other:?}"))),
            }
        }
        self.aliases = aliases;
        Ok(done())
    }

    fn list_aliases(&mut self, _: q::ListAliasesRequest) -> Result<q::ListAliasesResponse, Status> {
        let aliases = self.aliases.iter();
        let aliases = aliases.map(|(alias_name, collection_name)| q::AliasDescription {
            alias_name: alias_name.clone(),
            collection_name: collection_name.clone(),
        });
        Ok(q::ListAliasesResponse { aliases: aliases.collect(), time: 0.0 })
    }

    fn collection_exists(
        &mut self,
        request: q::CollectionExistsRequest,
    ) -> Result<q::CollectionExistsResponse, Status> {
        let exists = self.collections.contains_key(&request.collection_name);
        Ok(q::CollectionExistsResponse { result: Some(q::CollectionExists { exists }), time: 0.0 })
    }

    fn create_field_index(
        &mut self,
        request: q::CreateFieldIndexCollection,
    ) -> Result<q::PointsOperationResponse, Status> {
        let params = request.field_index_params.and_then(|it| it.index_params);
        let Some(q::payload_index_params::IndexParams::IntegerIndexParams(params)) = params else {
            return Err(Status::invalid_argument("not an integer index"));
        };
        let kinds = (params.lookup.unwrap_or(true), params.range.unwrap_or(true));
        self.collection(&request.collection_name)?.indexes.insert(request.field_name, kinds);
        Ok(applied())
    }

    /// The collection of this name or behind this alias.
    fn collection(&mut self, name: &str) -> Result<&mut Collection, Status> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        self.collections.get_mut(name).ok_or_else(|| Status::not_found(format!("Collection `{name}` doesn't exist!")))
    }
}

/// Points.
impl State {
    fn upsert(&mut self, request: q::UpsertPoints) -> Result<q::PointsOperationResponse, Status> {
        self.batches.push((request.points.len(), request.wait == Some(true)));
        let collection = self.collection(&request.collection_name)?;
        for point in request.points {
            let vector = vector_of(point.vectors)?;
            if vector.len() as u64 != collection.dims {
                return Err(Status::invalid_argument("wrong vector dimension"));
            }
            let payload = point.payload.into_iter().filter_map(|(field, value)| match value.kind {
                Some(Kind::IntegerValue(number)) => Some((field, number)),
                _ => None,
            });
            collection.points.insert(number_of(point.id)?, (vector, payload.collect()));
        }
        Ok(applied())
    }

    fn delete(&mut self, request: q::DeletePoints) -> Result<q::PointsOperationResponse, Status> {
        let selector = request.points.and_then(|it| it.points_selector_one_of);
        let Some(q::points_selector::PointsSelectorOneOf::Points(list)) = selector else {
            return Err(Status::invalid_argument("not a list of ids"));
        };
        self.batches.push((list.ids.len(), request.wait == Some(true)));
        let collection = self.collection(&request.collection_name)?;
        for id in list.ids {
            collection.points.remove(&number_of(Some(id))?);
        }
        Ok(applied())
    }

    /// Exact cosine; equal scores come with the highest key first, to see that the caller sorts.
    fn query(&mut self, request: q::QueryPoints) -> Result<q::QueryResponse, Status> {
        self.query = Some(request.clone());
        let wanted = nearest_of(request.query)?;
        let collection = self.collection(&request.collection_name)?;
        let filter = request.filter.unwrap_or_default();
        let mut found = Vec::new();
        for (key, (vector, payload)) in collection.points.iter().rev() {
            if admits(&filter, payload, &collection.indexes)? {
                let score = wanted.iter().zip(vector).map(|(a, b)| a * b).sum();
                found.push(q::ScoredPoint { id: Some((*key).into()), score, ..q::ScoredPoint::default() });
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(request.limit.unwrap_or(10) as usize);
        Ok(q::QueryResponse { result: found, ..q::QueryResponse::default() })
    }

    fn count(&mut self, request: q::CountPoints) -> Result<q::CountResponse, Status> {
        let count = self.collection(&request.collection_name)?.points.len() as u64;
        Ok(q::CountResponse { result: Some(q::CountResult { count }), ..q::CountResponse::default() })
    }
}

/// Whether every condition holds. As in strict mode, an unindexed field can't be filtered by.
fn admits(
    filter: &q::Filter,
    payload: &HashMap<String, i64>,
    indexes: &BTreeMap<String, (bool, bool)>,
) -> Result<bool, Status> {
    for condition in &filter.must {
        let Some(ConditionOneOf::Field(field)) = &condition.condition_one_of else {
            return Err(Status::unimplemented("only field conditions"));
        };
        let (lookup, range) = indexes.get(&field.key).copied().unwrap_or_default();
        let value = payload.get(&field.key).copied();
        let holds = match (&field.range, field.r#match.as_ref().and_then(|it| it.match_value.as_ref())) {
            (Some(limits), None) if range => value.is_some_and(|it| within(limits, it as f64)),
            (None, Some(MatchValue::Integers(any))) if lookup => value.is_some_and(|it| any.integers.contains(&it)),
            _ => return Err(Status::invalid_argument(format!("no index for this condition on {}", field.key))),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn within(limits: &q::Range, value: f64) -> bool {
    limits.lt.is_none_or(|it| value < it)
        && limits.gt.is_none_or(|it| value > it)
        && limits.lte.is_none_or(|it| value <= it)
        && limits.gte.is_none_or(|it| value >= it)
}

fn number_of(id: Option<q::PointId>) -> Result<u64, Status> {
    match id.and_then(|it| it.point_id_options) {
        Some(q::point_id::PointIdOptions::Num(key)) => Ok(key),
        other => Err(Status::invalid_argument(format!("not a number: {other:?}"))),
    }
}

fn vector_of(vectors: Option<q::Vectors>) -> Result<Vec<f32>, Status> {
    match vectors.and_then(|it| it.vectors_options) {
        Some(q::vectors::VectorsOptions::Vector(q::Vector { vector: Some(q::vector::Vector::Dense(it)), .. })) => {
            Ok(it.data)
        }
        other => Err(Status::invalid_argument(format!("not a dense vector: {other:?}"))),
    }
}

fn nearest_of(query: Option<q::Query>) -> Result<Vec<f32>, Status> {
    let Some(q::query::Variant::Nearest(input)) = query.and_then(|it| it.variant) else {
        return Err(Status::invalid_argument("not a nearest query"));
    };
    match input.variant {
        Some(q::vector_input::Variant::Dense(it)) => Ok(it.data),
        other => Err(Status::invalid_argument(format!("not a dense vector: {other:?}"))),
    }
}

fn done() -> q::CollectionOperationResponse {
    q::CollectionOperationResponse { result: true, time: 0.0 }
}

fn applied() -> q::PointsOperationResponse {
    q::PointsOperationResponse {
        result: Some(q::UpdateResult { operation_id: Some(0), status: q::UpdateStatus::Completed.into() }),
        ..q::PointsOperationResponse::default()
    }
}
