//! Over every registered entity: who may do what in which state, and what everybody else is told.

use std::{collections::BTreeMap, fmt::Write as _};

use domain::role::Role;
use engine::{
    Actor, Entity,
    act::{self, Request},
    declare::Side,
    list, save,
};
use serde_json::{Map, Value as Json, json};
use store::{Built, Store};

use super::{ORGS, actor, outflow, places};
use crate::registry::ENTITIES;

/// Entities with something to do.
fn entities() -> impl Iterator<Item = &'static Entity> {
    ENTITIES.iter().copied().filter(|it| !it.actions.is_empty())
}

/// What is written into a row of an entity; its sides are set afterwards.
fn values(entity: &Entity, row: u32) -> Map<String, Json> {
    match entity.name {
        "mobile_flow" => outflow(row),
        "endorsement" => super::object(json!({
            "kind": "identity", "member_name": "测试甲", "issuer_org": "o3", "receiver_org": "o6", "content": "属实",
        })),
        other => panic!("{other} has no row to try"),
    }
}

/// Branches for the sides of a row, each of a committee of its own as far as there are some.
const PLACES: [&str; 4] = ["1.2.3.", "1.5.6.", "1.8.9.", "1.11.12."];

/// A row in each state, all sides named. What leads there doesn't matter, so the state is written as it is.
async fn rows(store: &Store, entity: &'static Entity) -> BTreeMap<&'static str, String> {
    let mut made = BTreeMap::new();
    for (at, state) in entity.states.iter().enumerate() {
        let maker = actor("maker", entity.makers.1[0], "1.2.");
        let id = save::create(store, entity, &maker, &values(entity, at as u32)).await.expect("made");
        let mut built = Built::default();
        built.text("update ").text(entity.name).text(" set status = ").arg(state.code);
        for (side, path) in entity.sides.iter().zip(PLACES) {
            let org = ORGS.iter().find(|it| it.1 == path).expect("an organisation").0;
            built.text(", ").text(side.field).text(" = ").arg(format!("o{org}"));
            built.text(", ").text(side.field).text("_path = ").arg(path);
        }
        built.text(" where id = ").arg(&id);
        let mut tx = store.db.begin().await.expect("begun");
        tx.run(built).await.expect("set");
        tx.commit().await.expect("committed");
        made.insert(state.code, id);
    }
    made
}

/// Where somebody may stand towards a side: at the organisation itself, and above it.
fn standings(side: usize, of: &Side) -> [(String, String); 2] {
    let path = PLACES[side];
    let above = path.trim_end_matches('.').rsplit_once('.').expect("a parent").0;
    [(of.code.to_owned(), path.to_owned()), (format!("above {}", of.code), format!("{above}."))]
}

/// Everybody who could be anybody: each role at each standing.
fn everybody(entity: &'static Entity) -> Vec<(String, Role, Actor)> {
    let mut all = Vec::new();
    for (at, side) in entity.sides.iter().enumerate() {
        for (standing, path) in standings(at, side) {
            for role in Role::ALL {
                all.push((standing.clone(), *role, actor("somebody", *role, &path)));
            }
        }
    }
    all
}

#[tokio::test]
async fn every_role_may_do_what_the_matrix_says() {
    for it in places().await {
        let mut matrix = String::new();
        for entity in entities() {
            let rows = rows(&it.store, entity).await;
            // State and action, standing: roles.
            let mut may: BTreeMap<(usize, &str), BTreeMap<String, Vec<&str>>> = BTreeMap::new();
            for (standing, role, actor) in everybody(entity) {
                let Ok(page) =
                    list::list(&it.store, ENTITIES, entity, &actor, &list::Query { limit: 100, ..Default::default() })
                        .await
                else {
                    assert!(!entity.readers.contains(&role), "{role} may look");
                    continue;
                };
                assert_eq!(page.rows.len(), rows.len(), "{}: {standing} {role} sees every row", it.name);
                for row in page.rows {
                    let state = entity.states.iter().position(|it| it.code == row.status).expect("a state");
                    for action in row.actions {
                        may.entry((state, action)).or_default().entry(standing.clone()).or_default().push(role.code());
                    }
                }
            }
            let _ = writeln!(matrix, "# {} {}", entity.name, entity.title);
            for ((state, action), who) in may {
                let _ = writeln!(matrix, "{} {action}", entity.states[state].code);
                for (standing, roles) in who {
                    let _ = writeln!(matrix, "    {standing}: {}", roles.join(" "));
                }
            }
        }
        insta::assert_snapshot!("permissions", matrix);
    }
}

/// Whatever isn't offered is refused, each for its reason: out of scope, no right, wrong state, old page.
#[tokio::test]
async fn whatever_is_not_offered_is_refused() {
    for it in places().await {
        let store = &it.store;
        for entity in entities() {
            let rows = rows(store, entity).await;
            let stranger = actor("stranger", entity.readers[0], "1.5.7.");
            // A few for each state and action, others each time, so that everybody has a turn.
            let mut turn = 0;
            let mut tried = BTreeMap::<&str, usize>::new();
            for state in entity.states {
                let id = &rows[state.code];
                for action in entity.actions {
                    let request = Request { action: action.code.to_owned(), version: Some(99), ..Request::default() };
                    let ask = async |actor: &Actor| {
                        act::act(store, entity, actor, id, &request).await.expect_err("nobody gets through").code()
                    };
                    assert_eq!(ask(&stranger).await, "WF-404", "{}: {}", entity.name, action.code);
                    turn += 1;
                    let known = entity.action(action.code, state.code);
                    for (standing, role, actor) in everybody(entity).into_iter().skip(turn % 23).step_by(23) {
                        let shown = list::get(store, ENTITIES, entity, &actor, id).await.ok();
                        let wanted = match (&shown, known) {
                            (None, _) => "WF-404",
                            (_, None) => "WF-410",
                            (Some(shown), _) if shown.actions.contains(&action.code) => "WF-409",
                            _ => "WF-403",
                        };
                        assert_eq!(
                            ask(&actor).await,
                            wanted,
                            "{} {state:?} {} {standing} {role}",
                            it.name,
                            action.code
                        );
                        *tried.entry(wanted).or_default() += 1;
                    }
                }
            }
            assert_eq!(tried.len(), 4, "every reason was met: {tried:?}");
        }
    }
}
