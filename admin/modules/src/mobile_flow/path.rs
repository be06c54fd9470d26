//! The way a member went (F37): nodes and edges over all their stays, in the order of time, from the history
//! and the changes of destination. What can't be true is marked.
//!
//! [`path`] reads, [`build`] puts together; the second knows no database. Formal transfers will be trails of
//! their own beside the stays once there are any.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::mobile::{FlowEvent as E, FlowState as S};
use engine::{Actor, Error, Result, history, history::Happened, list, read::Shown};
use serde::Serialize;
use store::Store;

use super::{Change, MOBILE_FLOW, changes};
use crate::registry::ENTITIES;

/// Stays of the same member, oldest first.
const STAYS: &str = "select other.id from mobile_flow one join mobile_flow other \
                     on other.member_key = one.member_key and other.deleted_at is null \
                     where one.id = $1 order by other.id";
const NAME: &str = "select full_name from party_org where id = $1";

/// What can't be true of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// Something happened before what it follows.
    TimeInversion,
    /// A step begins where the one before didn't end, or a destination changes that wasn't one.
    BrokenChain,
    /// Two stays at once.
    TwoPlaces,
}

impl Anomaly {
    /// What pages call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::TimeInversion => "时间倒挂",
            Self::BrokenChain => "断链",
            Self::TwoPlaces => "同时两地",
        }
    }
}

/// One thing that happened on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// The stay's id.
    pub flow: String,
    /// Its number; empty for one that wasn't registered.
    pub flow_no: String,
    /// Code of the step.
    pub action: String,
    /// What pages call it.
    pub title: &'static str,
    /// The state after it.
    pub status: String,
    /// The organisation that answers for the member from now on; empty where none of ours does.
    pub org: String,
    /// When it happened.
    pub occurred_on: NaiveDate,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// Who entered it.
    pub actor: String,
    /// What can't be true of it.
    pub anomalies: Vec<Anomaly>,
}

/// A way between two organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Code of the step.
    pub action: String,
    /// From.
    pub from: String,
    /// To; empty where none of ours is there.
    pub to: String,
    /// When.
    pub on: NaiveDate,
    /// Place of the step among the nodes.
    pub node: usize,
}

/// The whole way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FlowPath {
    /// In the order in which things happened.
    pub nodes: Vec<Node>,
    /// In the same order.
    pub edges: Vec<Edge>,
    /// Names of the organisations among them by id.
    pub names: BTreeMap<String, String>,
}

/// What is known of one stay.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// The stay's id.
    pub flow: String,
    /// Its number; may be empty.
    pub flow_no: String,
    /// The organisation with the formal relation; may be empty.
    pub origin: String,
    /// The destination as it is now; may be empty.
    pub destination: String,
    /// Since when the member is away.
    pub left_on: Option<NaiveDate>,
    /// When they came back.
    pub back_on: Option<NaiveDate>,
    /// The history as it was written.
    pub events: Vec<Happened>,
    /// The changes of destination as they were written.
    pub changes: Vec<Change>,
}

/// The way of the member of a stay, as far as the actor may see it: stays out of scope are left out.
///
/// # Errors
/// [`Error::NotFound`] where the stay isn't there or is out of scope.
pub async fn path(store: &Store, actor: &Actor, flow: &str) -> Result<FlowPath> {
    list::get(store, ENTITIES, &MOBILE_FLOW, actor, flow).await?;
    let ids: Vec<(String,)> = store.db.fetch_all(STAYS, vec![flow.into()]).await?;
    let mut trails = Vec::with_capacity(ids.len());
    for (id,) in ids {
        match list::get(store, ENTITIES, &MOBILE_FLOW, actor, &id).await {
            Ok(shown) => trails.push(trail(store, actor, shown).await?),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    let mut built = build(&trails);
    let mut orgs: Vec<String> = built.nodes.iter().map(|it| it.org.clone()).collect();
    orgs.extend(built.edges.iter().flat_map(|it| [it.from.clone(), it.to.clone()]));
    orgs.sort();
    orgs.dedup();
    for org in orgs.into_iter().filter(|it| !it.is_empty()) {
        if let Some((name,)) = store.db.fetch_optional::<(String,)>(NAME, vec![(&org).into()]).await? {
            built.names.insert(org, name);
        }
    }
    Ok(built)
}

async fn trail(store: &Store, actor: &Actor, shown: Shown) -> Result<Trail> {
    let words = |name: &str| shown.values.get(name).and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    let day = |name: &str| words(name).parse().ok();
    Ok(Trail {
        flow_no: words("flow_no"),
        origin: words("origin_org"),
        destination: words("destination_org"),
        left_on: day("outflow_on"),
        back_on: day("back_on"),
        events: history::history(store, &MOBILE_FLOW, actor, &shown.id).await?,
        changes: changes(store, actor, &shown.id).await?,
        flow: shown.id,
    })
}

/// Puts the stays of one member together.
pub fn build(trails: &[Trail]) -> FlowPath {
    let mut built = FlowPath::default();
    let mut times = Vec::new();
    for trail in trails {
        let from = built.nodes.len();
        walk(trail, &mut built);
        times.extend(time_away(trail, &built.nodes[from..]).map(|time| (from, time)));
    }
    // Two stays in two places: the later one is marked where it begins.
    times.sort_by_key(|it| it.1);
    let mut last: Option<NaiveDate> = None;
    for (at, (left, back)) in times {
        if last.is_some_and(|end| left < end) {
            mark(&mut built.nodes[at], Anomaly::TwoPlaces);
        }
        last = last.max(Some(back));
    }
    in_order(built)
}

/// One stay: its steps as they were written, and where each of them leads.
fn walk(trail: &Trail, built: &mut FlowPath) {
    // Changes are replayed, so the walk begins where the first of them began.
    let first = trail.changes.first().map(|it| it.from_org.clone().unwrap_or_default());
    let mut place = first.unwrap_or_else(|| trail.destination.clone());
    let mut changes = trail.changes.iter().peekable();
    let (mut status, mut before) = ("", None::<NaiveDate>);
    for event in &trail.events {
        let mut anomalies = Vec::new();
        if event.from_status != status {
            anomalies.push(Anomaly::BrokenChain);
        }
        status = &event.to_status;
        if event.from_status == event.to_status {
            continue;
        }
        let was = place.clone();
        if let Some(change) = changes.next_if(|it| it.action == event.action && it.changed_at <= event.at) {
            if change.from_org.as_deref().unwrap_or_default() != place {
                anomalies.push(Anomaly::BrokenChain);
            }
            place = change.to_org.clone().unwrap_or_default();
        }
        let occurred_on = occurred_on(trail, event);
        if before.is_some_and(|it| occurred_on < it) {
            anomalies.push(Anomaly::TimeInversion);
        }
        before = before.max(Some(occurred_on));
        if let Some((from, to)) = way(&event.action, &trail.origin, &was, &place) {
            let (action, node) = (event.action.clone(), built.nodes.len());
            built.edges.push(Edge { action, from: from.to_owned(), to: to.to_owned(), on: occurred_on, node });
        }
        built.nodes.push(Node {
            flow: trail.flow.clone(),
            flow_no: trail.flow_no.clone(),
            title: title(&event.action),
            action: event.action.clone(),
            status: event.to_status.clone(),
            org: if is_at_origin(&event.to_status) { trail.origin.clone() } else { place.clone() },
            occurred_on,
            recorded_at: event.at,
            actor: event.actor.clone(),
            anomalies,
        });
    }
    // A change that no step explains, or a walk that ends elsewhere than the stay.
    if (changes.peek().is_some() || place != trail.destination)
        && let Some(node) = built.nodes.last_mut()
    {
        mark(node, Anomaly::BrokenChain);
    }
}

fn mark(node: &mut Node, anomaly: Anomaly) {
    if !node.anomalies.contains(&anomaly) {
        node.anomalies.push(anomaly);
    }
}

/// The day on which something happened: a departure and a return may be entered later, never earlier.
fn occurred_on(trail: &Trail, event: &Happened) -> NaiveDate {
    let recorded = (event.at + Duration::hours(8)).date_naive();
    let told = match E::from_code(&event.action) {
        // A report comes to the origin's knowledge after the departure, so both begin with it.
        Some(E::RegisterOutflow | E::SelfReportSubmit) => trail.left_on,
        Some(E::ApplyReturn | E::ConfirmReturn) => trail.back_on,
        _ if event.from_status.is_empty() => trail.left_on,
        _ => None,
    };
    told.map_or(recorded, |it| it.min(recorded))
}

/// The organisations between which a step leads; `None` for one that stays where it is.
fn way<'a>(action: &str, origin: &'a str, was: &'a str, place: &'a str) -> Option<(&'a str, &'a str)> {
    match E::from_code(action)? {
        E::RegisterOutflow | E::SelfReportSubmit | E::Resubmit | E::TransferCompleted => Some((origin, place)),
        E::Return | E::ConfirmReturn | E::OriginReject => Some((place, origin)),
        E::HandoverAccept | E::ChangeDestination => Some((was, place)),
        _ => None,
    }
}

/// States in which the origin answers for the member.
fn is_at_origin(status: &str) -> bool {
    matches!(
        S::from_code(status),
        Some(S::Draft | S::ReturnedByDest | S::Withdrawn | S::OriginRejected | S::EndedReturned | S::EndedInvalid)
    )
}

/// From when to when a member was at a destination; `None` where none ever took them.
fn time_away(trail: &Trail, nodes: &[Node]) -> Option<(NaiveDate, NaiveDate)> {
    let was_there = nodes.iter().any(|it| matches!(S::from_code(&it.status), Some(S::Accepted | S::Managed)));
    let left = trail.left_on.or_else(|| nodes.first().map(|it| it.occurred_on)).filter(|_| was_there)?;
    let last = nodes.last().filter(|it| S::from_code(&it.status).is_some_and(S::is_terminal));
    Some((left, last.map_or(NaiveDate::MAX, |it| trail.back_on.unwrap_or(it.occurred_on))))
}

/// Nodes in the order in which things happened; what happened on one day in the order in which it was written.
fn in_order(built: FlowPath) -> FlowPath {
    let mut order: Vec<usize> = (0..built.nodes.len()).collect();
    order.sort_by_key(|at| (built.nodes[*at].occurred_on, built.nodes[*at].recorded_at, *at));
    let place = |node: usize| order.iter().position(|at| *at == node).unwrap_or_default();
    let mut edges: Vec<Edge> = built.edges.into_iter().map(|it| Edge { node: place(it.node), ..it }).collect();
    edges.sort_by_key(|it| it.node);
    let mut nodes: Vec<Option<Node>> = built.nodes.into_iter().map(Some).collect();
    let nodes = order.iter().filter_map(|at| nodes[*at].take()).collect();
    FlowPath { nodes, edges, ..FlowPath::default() }
}

fn title(action: &str) -> &'static str {
    match (action, E::from_code(action)) {
        ("create", _) => "建立",
        (_, Some(event)) => event.title(),
        _ => "",
    }
}

/// Every statement of this file.
#[cfg(test)]
pub const SQL: &[&str] = &[STAYS, NAME];
