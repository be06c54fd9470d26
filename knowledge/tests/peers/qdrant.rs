//! The Qdrant client against the peer, and against a real server where there is one.

use std::time::{Duration, Instant};

use knowledge::index::vector::{
    Error, Facets, Filter, Point, VectorIndex,
    qdrant::{QdrantConfig, QdrantServer},
};
use qdrant_client::qdrant::{Condition, Distance, Filter as ServerFilter, Range};
use tonic::Code;

use crate::{
    qdrant_peer::Peer,
    variable,
    vector_contract::{DIMS, check_vector_index},
};

const FACETS: Facets = Facets { valid_from: -5, valid_to: 9, authority: 3, doc_kind: 2, audience: 1 };
const FILTER: Filter = Filter { day: 7, audiences: 0b11, doc_kinds: 0b100 };

#[tokio::test]
async fn keeps_the_contract() {
    let peer = Peer::start().await;
    let index = server(&peer).create_generation("g1", DIMS).await.expect("a generation");
    check_vector_index(&index).await;
}

#[tokio::test]
async fn keeps_the_contract_on_a_real_server() {
    let Some(url) = variable("QDRANT_URL") else { return };
    let config = QdrantConfig {
        timeout: Duration::from_secs(10),
        api_key: variable("QDRANT_API_KEY"),
        ..QdrantConfig::new(url, format!("dangwutong-test-{}", std::process::id()))
    };
    let server = QdrantServer::new(config).expect("usable settings");
    let probe = server.probe().await.expect("a running server");
    eprintln!("Qdrant {} in {:?}", probe.version, probe.latency);
    for generation in ["g1", "g2", "g3"] {
        let index = server.create_generation(generation, DIMS).await.expect("a generation");
        check_vector_index(&index).await;
        server.publish(generation).await.expect("the alias moves");
        assert_eq!(server.live().await.expect("an answer").as_deref(), Some(generation));
        assert_eq!(server.published(DIMS).count().await.expect("a count"), 0);
    }
    assert_eq!(server.drop_old(1).await.expect("old ones go"), ["g1"]);
    // Publishing one more makes the others old: the server is left as it was, but for one collection.
    server.create_generation("g9", DIMS).await.expect("a generation");
    server.publish("g9").await.expect("the alias moves");
    assert_eq!(server.drop_old(0).await.expect("old ones go"), ["g2", "g3"]);
}

#[tokio::test]
async fn a_generation_is_a_collection_with_an_index_on_every_filtered_field() {
    let peer = Peer::start().await;
    let server = server(&peer);
    let index = server.create_generation("g1", 300).await.expect("a generation");
    assert_eq!(index.collection(), "dwt_g1");
    let made = peer.state().collections["dwt_g1"].clone();
    assert_eq!((made.dims, made.distance), (300, Distance::Cosine.into()));
    let indexes: Vec<_> = made.indexes.iter().map(|(field, kinds)| (field.as_str(), *kinds)).collect();
    let (equality, order) = ((true, false), (false, true));
    assert_eq!(
        indexes,
        [
            ("audience", equality),
            ("authority", equality),
            ("doc_kind", equality),
            ("valid_from", order),
            ("valid_to", order)
        ]
    );
    peer.state().collections.get_mut("dwt_g1").expect("just made").indexes.clear();
    server.create_generation("g1", 300).await.expect("made again after a crash in between");
    assert_eq!(peer.state().collections["dwt_g1"].indexes.len(), 5);
    assert_eq!(peer.count("create_collection"), 1);
}

#[tokio::test]
async fn publishing_moves_the_alias_in_one_request() {
    let peer = Peer::start().await;
    let server = server(&peer);
    assert_eq!(server.live().await.expect("an answer"), None);
    for (generation, points) in [("g1", 1), ("g2", 2)] {
        let index = server.create_generation(generation, DIMS).await.expect("a generation");
        index.apply(some(points), &[]).await.expect("a write");
    }
    let live = server.published(DIMS);
    assert!(live.count().await.is_err(), "nothing is published yet");
    for (generation, points) in [("g1", 1), ("g2", 2), ("g1", 1)] {
        server.publish(generation).await.expect("the alias moves");
        assert_eq!(server.live().await.expect("an answer").as_deref(), Some(generation));
        assert_eq!(live.count().await.expect("a count"), points);
    }
    assert_eq!(peer.count("update_aliases"), 3);
    let error = server.publish("g7").await.expect_err("there is no such generation");
    assert!(error.to_string().contains("NotFound"), "{error}");
    assert_eq!(server.live().await.expect("an answer").as_deref(), Some("g1"), "the alias stays");
}

#[tokio::test]
async fn old_generations_are_dropped_but_never_the_live_one_a_newer_one_or_a_neighbour_s() {
    let peer = Peer::start().await;
    let server = server(&peer);
    for generation in ["g1", "g2", "g3", "g4", "g5"] {
        server.create_generation(generation, DIMS).await.expect("a generation");
    }
    let neighbour = QdrantServer::new(QdrantConfig::new(peer.url(), "dwt_test")).expect("usable settings");
    neighbour.create_generation("g1", DIMS).await.expect("a generation");
    assert_eq!(server.drop_old(0).await.expect("an answer"), [""; 0], "nothing is published");
    server.publish("g4").await.expect("the alias moves");
    assert_eq!(server.drop_old(1).await.expect("old ones go"), ["g1", "g2"]);
    let left: Vec<String> = peer.state().collections.keys().cloned().collect();
    assert_eq!(left, ["dwt_g3", "dwt_g4", "dwt_g5", "dwt_test_g1"]);
}

#[tokio::test]
async fn writes_go_in_batches_that_wait() {
    let peer = Peer::start().await;
    let config = QdrantConfig { batch: 3, ..config(&peer) };
    let server = QdrantServer::new(config).expect("usable settings");
    let index = server.create_generation("g1", DIMS).await.expect("a generation");
    index.apply(some(8), &[1, 2, 3, 4]).await.expect("a write");
    assert_eq!(peer.state().batches, [(3, true), (3, true), (2, true), (3, true), (1, true)]);
    assert_eq!(index.count().await.expect("a count"), 4);
    let payload = peer.state().collections["dwt_g1"].points[&0].1.clone();
    let mut payload: Vec<_> = payload.into_iter().collect();
    payload.sort_unstable();
    let expected = [("audience", 1), ("authority", 3), ("doc_kind", 2), ("valid_from", -5), ("valid_to", 9)];
    assert_eq!(payload, expected.map(|(field, number)| (field.to_owned(), number)));
}

#[tokio::test]
async fn a_write_that_fails_half_way_can_be_repeated() {
    let peer = Peer::start().await;
    let config = QdrantConfig { batch: 3, ..config(&peer) };
    let index = QdrantServer::new(config).expect("usable settings").create_generation("g1", DIMS).await;
    let index = index.expect("a generation");
    peer.state().collections.get_mut("dwt_g1").expect("just made").dims = 4;
    index.apply(some(8), &[]).await.expect_err("the server refuses");
    peer.state().collections.get_mut("dwt_g1").expect("just made").dims = DIMS as u64;
    index.apply(some(8), &[]).await.expect("a write");
    assert_eq!(index.count().await.expect("a count"), 8);
}

#[tokio::test]
async fn the_filter_is_the_server_s_work() {
    let peer = Peer::start().await;
    let index = server(&peer).create_generation("g1", DIMS).await.expect("a generation");
    index.search(&[0.5; DIMS], FILTER, 10).await.expect("an answer");
    let query = peer.state().query.clone().expect("a query arrived");
    let expected = ServerFilter::must([
        Condition::range("valid_from", Range { lte: Some(7.0), ..Range::default() }),
        Condition::range("valid_to", Range { gt: Some(7.0), ..Range::default() }),
        Condition::matches("audience", vec![0, 1]),
        Condition::matches("doc_kind", vec![2]),
    ]);
    assert_eq!(query.filter, Some(expected));
    assert_eq!(query.limit, Some(26), "ten and a margin for ties");
}

#[tokio::test]
async fn passing_failures_are_tried_again_and_others_not() {
    let peer = Peer::start().await;
    let index = server(&peer).create_generation("g1", DIMS).await.expect("a generation");
    for code in [Code::Unavailable, Code::Aborted, Code::ResourceExhausted] {
        peer.state().calls.clear();
        peer.state().failures = vec![(3, code)];
        index.apply(some(1), &[]).await.expect("the last attempt succeeds");
        assert_eq!(peer.count("upsert"), 4, "{code:?}");
    }
    for code in [Code::InvalidArgument, Code::Unauthenticated, Code::NotFound] {
        peer.state().calls.clear();
        peer.state().failures = vec![(1, code)];
        let error = index.apply(some(1), &[]).await.expect_err("no second attempt");
        assert!(matches!(&error, Error::Unavailable(why) if why.contains(&format!("{code:?}"))), "{error}");
        assert_eq!(peer.count("upsert"), 1, "{code:?}");
    }
    peer.state().failures = vec![(100, Code::Unavailable)];
    assert!(matches!(index.count().await, Err(Error::Unavailable(_))), "retries end");
}

#[tokio::test]
async fn a_slow_server_is_given_up_on_in_time() {
    let peer = Peer::start().await;
    let config = QdrantConfig {
        timeout: Duration::from_millis(150),
        write_timeout: Duration::from_millis(250),
        ..config(&peer)
    };
    let server = QdrantServer::new(config).expect("usable settings");
    let index = server.create_generation("g1", DIMS).await.expect("a generation");
    peer.state().hangs = true;
    let start = Instant::now();
    assert!(matches!(index.search(&[0.5; DIMS], FILTER, 10).await, Err(Error::Unavailable(_))));
    assert!(matches!(server.probe().await, Err(Error::Unavailable(_))));
    assert!(matches!(index.apply(some(1), &[]).await, Err(Error::Unavailable(_))));
    let taken = start.elapsed();
    assert!(taken >= Duration::from_millis(550) && taken < Duration::from_secs(5), "{taken:?}");
    peer.state().hangs = false;
    index.apply(some(1), &[]).await.expect("it is back");
}

#[tokio::test]
async fn a_server_that_is_down_is_unavailable_until_it_is_back() {
    let mut peer = Peer::start().await;
    let index = server(&peer).create_generation("g1", DIMS).await.expect("a generation");
    index.apply(some(2), &[]).await.expect("a write");
    peer.stop().await;
    let start = Instant::now();
    assert!(matches!(index.search(&[0.5; DIMS], FILTER, 10).await, Err(Error::Unavailable(_))));
    assert!(matches!(index.apply(some(1), &[]).await, Err(Error::Unavailable(_))));
    assert!(start.elapsed() < Duration::from_secs(5));
    peer.restart().await;
    assert_eq!(index.count().await.expect("it is back"), 2);
}

#[tokio::test]
async fn a_server_without_tls_behind_an_https_address_is_unavailable() {
    let peer = Peer::start().await;
    let url = peer.url().replace("http:", "https:");
    let server = QdrantServer::new(QdrantConfig { url, ..config(&peer) }).expect("usable settings");
    assert!(matches!(server.probe().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn a_probe_gives_version_latency_and_the_live_generation() {
    let peer = Peer::start().await;
    let server = server(&peer);
    server.create_generation("g1", DIMS).await.expect("a generation");
    server.publish("g1").await.expect("the alias moves");
    let probe = server.probe().await.expect("an answer");
    assert_eq!((probe.version.as_str(), probe.live.as_deref()), ("1.20.0-peer", Some("g1")));
    assert!(probe.latency < Duration::from_secs(2));
}

#[tokio::test]
async fn the_key_travels_and_is_never_shown() {
    let peer = Peer::start().await;
    let config = QdrantConfig { api_key: Some("s3cret".to_owned()), ..config(&peer) };
    let server = QdrantServer::new(config).expect("usable settings");
    peer.state().failures = vec![(1, Code::PermissionDenied)];
    let error = server.probe().await.expect_err("told to fail");
    assert_eq!(peer.state().api_key.as_deref(), Some("s3cret"));
    let index = server.published(DIMS);
    for shown in [format!("{server:?}"), format!("{index:?}"), error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn unusable_settings_and_names_are_refused_before_anything_is_sent() {
    let peer = Peer::start().await;
    let good = config(&peer);
    let bad = [
        QdrantConfig { url: "not an address".to_owned(), ..good.clone() },
        QdrantConfig { prefix: "a/b".to_owned(), ..good.clone() },
        QdrantConfig { prefix: String::new(), ..good.clone() },
        QdrantConfig { batch: 0, ..good.clone() },
        QdrantConfig { api_key: Some("with\nnewline".to_owned()), ..good.clone() },
    ];
    for config in bad {
        let error = QdrantServer::new(config).expect_err("refused");
        assert!(!error.to_string().contains("newline"), "{error}");
    }
    let server = QdrantServer::new(good).expect("usable settings");
    for name in ["", "a_b", "A", "甲"] {
        assert!(server.generation(name, DIMS).is_err(), "{name:?}");
    }
    let index = server.generation("g1", DIMS).expect("a usable name");
    assert!(index.search(&[1.0], FILTER, 1).await.is_err(), "a vector of the wrong length");
    assert_eq!(peer.state().calls, [""; 0]);
}

fn config(peer: &Peer) -> QdrantConfig {
    QdrantConfig::new(peer.url(), "dwt")
}

fn server(peer: &Peer) -> QdrantServer {
    QdrantServer::new(config(peer)).expect("usable settings")
}

/// Points 0 to `count` − 1, all alike.
fn some(count: u64) -> Vec<Point> {
    (0..count).map(|key| Point { key, vector: vec![0.5; DIMS], facets: FACETS }).collect()
}
