//! The way of a member.

use chrono::{DateTime, NaiveDate, Utc};
use engine::history::Happened;
use serde_json::json;

use super::{branch, clerk, done, managed, outflow, places, verified};
use crate::mobile_flow::{
    Change, MOBILE_FLOW,
    path::{Anomaly, FlowPath, Trail, build, path},
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn noon(text: &str) -> DateTime<Utc> {
    format!("{text}T04:00:00Z").parse().expect("a moment")
}

/// A history of lines `action from to day`.
fn events(lines: &[&str]) -> Vec<Happened> {
    let event = |line: &&str| {
        let [action, from, to, at] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        Happened {
            action: action.to_owned(),
            from_status: from.trim_matches('-').to_owned(),
            to_status: to.to_owned(),
            actor: "u".to_owned(),
            role: String::new(),
            org: String::new(),
            comment: String::new(),
            at: noon(at),
        }
    };
    lines.iter().map(event).collect()
}

fn trail(flow: &str, left_on: &str, lines: &[&str]) -> Trail {
    Trail {
        flow: flow.to_owned(),
        origin: "o3".to_owned(),
        destination: "o6".to_owned(),
        left_on: Some(day(left_on)),
        events: events(lines),
        ..Trail::default()
    }
}

const STAY: [&str; 4] = [
    "create - draft 2026-02-01",
    "register_outflow draft pending_accept 2026-02-02",
    "accept pending_accept accepted 2026-02-05",
    "assign_branch accepted managed 2026-02-06",
];

fn anomalies(path: &FlowPath) -> Vec<(usize, Vec<Anomaly>)> {
    let marked = path.nodes.iter().enumerate().filter(|it| !it.1.anomalies.is_empty());
    marked.map(|(at, it)| (at, it.anomalies.clone())).collect()
}

#[test]
fn f37_a_sound_way_has_no_marks() {
    let path = build(&[trail("f1", "2026-01-10", &STAY)]);
    assert_eq!(anomalies(&path), []);
    let nodes: Vec<_> = path.nodes.iter().map(|it| (it.title, it.org.as_str(), it.occurred_on)).collect();
    assert_eq!(
        nodes,
        [
            ("建立", "o3", day("2026-01-10")),
            ("登记流出", "o6", day("2026-01-10")),
            ("接收", "o6", day("2026-02-05")),
            ("纳管", "o6", day("2026-02-06")),
        ]
    );
    let edges: Vec<_> = path.edges.iter().map(|it| (it.from.as_str(), it.to.as_str(), it.node)).collect();
    assert_eq!(edges, [("o3", "o6", 1)]);
}

#[test]
fn f37_time_that_runs_back_and_chains_that_break_are_marked() {
    let mut lines = STAY.to_vec();
    lines[3] = "assign_branch accepted managed 2026-02-03";
    let path = build(&[trail("f1", "2026-01-10", &lines)]);
    assert_eq!(anomalies(&path), [(2, vec![Anomaly::TimeInversion])], "sorted by when it happened");
    assert_eq!(path.nodes[2].action, "assign_branch");

    let mut lines = STAY.to_vec();
    lines.remove(2);
    assert_eq!(anomalies(&build(&[trail("f1", "2026-01-10", &lines)])), [(2, vec![Anomaly::BrokenChain])]);

    let change = |from: &str, at: &str| Change {
        seq: 1,
        action: "handover_accept".to_owned(),
        from_scope: None,
        from_division: None,
        from_org: Some(from.to_owned()),
        to_scope: None,
        to_division: None,
        to_org: Some("o9".to_owned()),
        reason: String::new(),
        side: "target".to_owned(),
        changed_by: "u".to_owned(),
        changed_at: noon(at),
    };
    let mut lines = STAY.to_vec();
    lines.extend([
        "handover managed handover_pending 2026-03-01",
        "handover_accept handover_pending managed 2026-03-02",
    ]);
    let moved =
        |changes: Vec<Change>| Trail { destination: "o9".to_owned(), changes, ..trail("f1", "2026-01-10", &lines) };
    let sound = build(&[moved(vec![change("o6", "2026-03-02")])]);
    assert_eq!(anomalies(&sound), []);
    let edges: Vec<_> = sound.edges.iter().map(|it| (it.from.as_str(), it.to.as_str())).collect();
    assert_eq!(edges, [("o3", "o6"), ("o6", "o9")]);
    let twice = build(&[moved(vec![change("o6", "2026-03-02"), change("o6", "2026-03-02")])]);
    assert_eq!(anomalies(&twice), [(5, vec![Anomaly::BrokenChain])], "a change that no step explains");
}

#[test]
fn f37_two_stays_at_once_are_marked_where_the_second_begins() {
    let mut ended = STAY.to_vec();
    ended.extend([
        "apply_return managed return_pending 2026-06-01",
        "confirm_return return_pending ended_returned 2026-06-02",
    ]);
    let again = [
        "create - draft 2026-07-01",
        "register_outflow draft pending_accept 2026-07-01",
        "accept pending_accept accepted 2026-07-02",
    ];
    let first = || Trail { back_on: Some(day("2026-05-30")), ..trail("f1", "2026-01-10", &ended) };
    assert_eq!(anomalies(&build(&[first(), trail("f2", "2026-05-30", &again)])), [], "back and away on one day");
    let path = build(&[first(), trail("f2", "2026-05-29", &again)]);
    let marked: Vec<_> = path.nodes.iter().filter(|it| it.anomalies == [Anomaly::TwoPlaces]).collect();
    assert_eq!((marked.len(), marked[0].flow.as_str(), marked[0].action.as_str()), (1, "f2", "create"));
    // One that nobody accepted was nowhere.
    assert_eq!(anomalies(&build(&[first(), trail("f2", "2026-05-29", &again[..2])])), []);
}

/// The whole way from the database, over two stays, as far as one may see it.
#[tokio::test]
async fn f37_stays_follow_one_another_and_overlaps_are_marked() {
    for it in places().await {
        let (store, first) = (&it.store, managed(&it.store, 1).await);
        done(store, &clerk(6), &first, "handover", json!({ "target_org": "o9", "handover_reason": "搬家" })).await;
        done(store, &clerk(9), &first, "handover_accept", branch("o9")).await;
        done(store, &clerk(9), &first, "apply_return", json!({ "back_on": "2026-10-31" })).await;
        done(store, &clerk(3), &first, "confirm_return", json!({ "performance_note": "无" })).await;
        let mut values = outflow(1);
        values.insert("outflow_on".to_owned(), json!("2026-10-20"));
        let second = engine::save::create(store, &MOBILE_FLOW, &clerk(3), &values).await.expect("made");
        done(store, &clerk(3), &second, "register_outflow", json!({})).await;
        done(store, &clerk(6), &second, "accept", verified()).await;

        let whole = path(store, &clerk(3), &first).await.expect("readable");
        assert_eq!(whole, path(store, &clerk(3), &second).await.expect("readable"), "from either stay");
        let marked: Vec<_> = whole.nodes.iter().filter(|it| it.anomalies.contains(&Anomaly::TwoPlaces)).collect();
        assert_eq!((marked.len(), &marked[0].flow), (1, &second), "{}", it.name);
        let edges: Vec<_> = whole.edges.iter().filter(|it| whole.nodes[it.node].flow == first).collect();
        let ways: Vec<_> = edges.iter().map(|it| (it.from.as_str(), it.to.as_str())).collect();
        assert_eq!(ways, [("o3", "o6"), ("o9", "o3"), ("o6", "o9")], "the return is told for the day before");
        assert_eq!(whole.names["o9"], "第9党组织");

        // Branch 9 had the first stay alone, branch 4 none.
        let half = path(store, &clerk(9), &first).await.expect("readable");
        assert!(half.nodes.iter().all(|it| it.flow == first) && !half.nodes.is_empty());
        assert_eq!(path(store, &clerk(9), &second).await.expect_err("hidden").code(), "WF-404");
        assert_eq!(path(store, &clerk(4), &first).await.expect_err("hidden").code(), "WF-404");
    }
}
