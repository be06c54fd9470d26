//! One generation of vectors on the server: a collection, or the alias in front of one.

use futures::future::BoxFuture;
use qdrant_client::{
    Payload,
    qdrant::{
        Condition, CountPointsBuilder, DeletePointsBuilder, Filter as ServerFilter, PointId, PointStruct,
        PointsIdsList, QueryPointsBuilder, Range, ScoredPoint, UpsertPointsBuilder, point_id::PointIdOptions,
    },
};

use super::QdrantServer;
use crate::{
    chunk::Key,
    index::vector::{Error, Facets, Filter, Hit, Point, VectorIndex},
};

/// The payload's fields, and what each is indexed for: equality, order.
pub(super) const FIELDS: [(&str, bool, bool); 5] = [
    ("valid_from", false, true),
    ("valid_to", false, true),
    ("doc_kind", true, false),
    ("audience", true, false),
    ("authority", true, false),
];

/// Hits asked for beyond `k`. The server breaks ties as it likes; with these, up to that many equal
/// scores at the border of the list still come in order of key.
const TIE_MARGIN: usize = 16;

/// Vectors of one generation on a Qdrant server.
#[derive(Debug, Clone)]
pub struct QdrantIndex {
    server: QdrantServer,
    collection: String,
    dims: usize,
}

impl QdrantIndex {
    pub(super) fn new(server: QdrantServer, collection: String, dims: usize) -> Self {
        Self { server, collection, dims }
    }

    /// Name of the collection or alias that is asked.
    pub fn collection(&self) -> &str {
        &self.collection
    }

    /// The server refuses a wrong length too, but only after the whole batch has travelled.
    fn check(&self, vector: &[f32]) -> Result<(), Error> {
        if vector.len() == self.dims {
            return Ok(());
        }
        Err(Error::Unavailable(format!("向量为 {} 维，集合为 {} 维", vector.len(), self.dims)))
    }

    async fn nearest(&self, query: &[f32], filter: Filter, k: usize) -> Result<Vec<Hit>, Error> {
        self.check(query)?;
        if k == 0 || filter.audiences == 0 || filter.doc_kinds == 0 {
            return Ok(Vec::new());
        }
        let request = QueryPointsBuilder::new(&self.collection)
            .query(query.to_vec())
            .filter(conditions(filter))
            .limit(k.saturating_add(TIE_MARGIN) as u64)
            .with_payload(false);
        let client = &self.server.client;
        let found = self.server.read("检索", || client.query(request.clone())).await?.result;
        let mut hits = found.into_iter().map(hit).collect::<Result<Vec<_>, _>>()?;
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
        hits.truncate(k);
        Ok(hits)
    }

    async fn write(&self, upserts: Vec<Point>, deletes: &[Key]) -> Result<(), Error> {
        let client = &self.server.client;
        for point in &upserts {
            self.check(&point.vector)?;
        }
        for batch in upserts.chunks(self.server.config.batch) {
            let points: Vec<PointStruct> = batch.iter().map(point).collect();
            let request = UpsertPointsBuilder::new(&self.collection, points).wait(true);
            self.server.write("写入向量", || client.upsert_points(request.clone())).await?;
        }
        for batch in deletes.chunks(self.server.config.batch) {
            let ids = batch.iter().copied().map(PointId::from).collect();
            let request = DeletePointsBuilder::new(&self.collection).points(PointsIdsList { ids }).wait(true);
            self.server.write("删除向量", || client.delete_points(request.clone())).await?;
        }
        Ok(())
    }

    async fn number(&self) -> Result<usize, Error> {
        let request = CountPointsBuilder::new(&self.collection).exact(true);
        let client = &self.server.client;
        let reply = self.server.read("计数", || client.count(request.clone())).await?;
        Ok(reply.result.map_or(0, |it| it.count as usize))
    }
}

impl VectorIndex for QdrantIndex {
    fn search<'a>(&'a self, query: &'a [f32], filter: Filter, k: usize) -> BoxFuture<'a, Result<Vec<Hit>, Error>> {
        Box::pin(self.nearest(query, filter, k))
    }

    fn apply<'a>(&'a self, upserts: Vec<Point>, deletes: &'a [Key]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(self.write(upserts, deletes))
    }

    /// Nothing is left to do: every write waited until the server had it in its log and applied.
    fn flush(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn count(&self) -> BoxFuture<'_, Result<usize, Error>> {
        Box::pin(self.number())
    }
}

/// [`Filter::admits`] in the server's words. Days fit into the `f64` of a range exactly.
fn conditions(filter: Filter) -> ServerFilter {
    let day = f64::from(filter.day);
    ServerFilter::must([
        Condition::range("valid_from", Range { lte: Some(day), ..Range::default() }),
        Condition::range("valid_to", Range { gt: Some(day), ..Range::default() }),
        Condition::matches("audience", bits(filter.audiences)),
        Condition::matches("doc_kind", bits(filter.doc_kinds)),
    ])
}

/// The numbers of the bits that are set.
fn bits(set: u32) -> Vec<i64> {
    (0..32).filter(|bit| set >> bit & 1 == 1).collect()
}

fn point(point: &Point) -> PointStruct {
    PointStruct::new(point.key, point.vector.clone(), payload(point.facets))
}

fn payload(facets: Facets) -> Payload {
    let mut payload = Payload::with_capacity(FIELDS.len());
    payload.insert("valid_from", i64::from(facets.valid_from));
    payload.insert("valid_to", i64::from(facets.valid_to));
    payload.insert("doc_kind", i64::from(facets.doc_kind));
    payload.insert("audience", i64::from(facets.audience));
    payload.insert("authority", i64::from(facets.authority));
    payload
}

/// A hit with a number for its id; anything else was put there by somebody else.
fn hit(found: ScoredPoint) -> Result<Hit, Error> {
    match found.id.and_then(|id| id.point_id_options) {
        Some(PointIdOptions::Num(key)) => Ok(Hit { key, score: found.score }),
        other => Err(Error::Corrupt(format!("Qdrant 集合里有不属于本系统的点：{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_the_numbers_that_the_filter_admits() {
        assert_eq!(bits(0b1010_0001), [0, 5, 7]);
        assert_eq!(bits(u32::MAX).len(), 32);
        for set in [0, 1, 0b110, 1 << 31] {
            for audience in 0..32 {
                let filter = Filter { day: 0, audiences: set, doc_kinds: 1 };
                let facets = Facets { valid_from: 0, valid_to: 1, authority: 0, doc_kind: 0, audience };
                assert_eq!(filter.admits(&facets), bits(set).contains(&i64::from(audience)));
            }
        }
    }
}
