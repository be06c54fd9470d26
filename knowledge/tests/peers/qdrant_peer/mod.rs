//! A Qdrant server in this process, made from the server traits that the client ships. It keeps
//! points in memory, refuses what a strict server would refuse, and misbehaves on request.

mod state;

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
};

use qdrant_client::qdrant::{
    self as q, collections_server::CollectionsServer, points_server::PointsServer, qdrant_server::QdrantServer,
};
pub use state::State;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{
    Request, Response, Status,
    transport::{self, Server, server::TcpIncoming},
};

/// The server's task.
type Running = JoinHandle<Result<(), transport::Error>>;

/// A running peer.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    /// Dropping the sender stops the task.
    running: Option<(oneshot::Sender<()>, Running)>,
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
