//! What the peer holds, and its answers.

use std::collections::{BTreeMap, HashMap};

use qdrant_client::qdrant::{self as q, condition::ConditionOneOf, r#match::MatchValue, value::Kind};
use tonic::{Code, Status};

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

/// Collections and aliases.
#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "the service calls every answer in the same way"
)]
impl State {
    pub(super) fn health_check(&mut self, _: q::HealthCheckRequest) -> Result<q::HealthCheckReply, Status> {
        Ok(q::HealthCheckReply { title: "peer".to_owned(), version: "1.20.0-peer".to_owned(), commit: None })
    }

    pub(super) fn list_collections(
        &mut self,
        _: q::ListCollectionsRequest,
    ) -> Result<q::ListCollectionsResponse, Status> {
        let collections = self.collections.keys().map(|name| q::CollectionDescription { name: name.clone() }).collect();
        Ok(q::ListCollectionsResponse { collections, time: 0.0 })
    }

    pub(super) fn create_collection(
        &mut self,
        request: q::CreateCollection,
    ) -> Result<q::CollectionOperationResponse, Status> {
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

    pub(super) fn delete_collection(
        &mut self,
        request: q::DeleteCollection,
    ) -> Result<q::CollectionOperationResponse, Status> {
        self.collections.remove(&request.collection_name);
        self.aliases.retain(|_, collection| *collection != request.collection_name);
        Ok(done())
    }

    /// All actions or none, as the real server does.
    pub(super) fn update_aliases(
        &mut self,
        request: q::ChangeAliases,
    ) -> Result<q::CollectionOperationResponse, Status> {
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

    pub(super) fn list_aliases(&mut self, _: q::ListAliasesRequest) -> Result<q::ListAliasesResponse, Status> {
        let aliases = self.aliases.iter();
        let aliases = aliases.map(|(alias_name, collection_name)| q::AliasDescription {
            alias_name: alias_name.clone(),
            collection_name: collection_name.clone(),
        });
        Ok(q::ListAliasesResponse { aliases: aliases.collect(), time: 0.0 })
    }

    pub(super) fn collection_exists(
        &mut self,
        request: q::CollectionExistsRequest,
    ) -> Result<q::CollectionExistsResponse, Status> {
        let exists = self.collections.contains_key(&request.collection_name);
        Ok(q::CollectionExistsResponse { result: Some(q::CollectionExists { exists }), time: 0.0 })
    }

    pub(super) fn create_field_index(
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
#[expect(clippy::needless_pass_by_value, reason = "the service calls every answer in the same way")]
impl State {
    pub(super) fn upsert(&mut self, request: q::UpsertPoints) -> Result<q::PointsOperationResponse, Status> {
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

    pub(super) fn delete(&mut self, request: q::DeletePoints) -> Result<q::PointsOperationResponse, Status> {
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
    pub(super) fn query(&mut self, request: q::QueryPoints) -> Result<q::QueryResponse, Status> {
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

    pub(super) fn count(&mut self, request: q::CountPoints) -> Result<q::CountResponse, Status> {
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
