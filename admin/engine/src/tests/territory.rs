//! Rows that lie in a division and in a grid instead of below an organisation.

use domain::role::{Grant, Node, Role};
use serde_json::{Map, Value as Json, json};
use store::{Built, Store, testing};

use crate::{
    Actor, Entity,
    act::{Request, act},
    declare::{Field, State, action, open_state, section, side_of_division, side_of_grid, state, text},
    list::{Query, list},
    save,
};

const NAME: Field<str> = text("name", "名称", 50).required();
const DIVISION: Field<str> = text("division", "经营地", 12).required();
const GRID: Field<str> = text("grid_id", "网格", 32);

const FOUND: State = open_state("found", "待核实");
const VERIFIED: State = state("verified", "已核实");

/// A shop: found by the grid, verified by the street.
const SHOP: Entity = Entity::new("shop", "商铺", NAME.def)
    .sides(&[side_of_grid("grid", "网格", "grid_id"), side_of_division("place", "属地", "division")])
    .readers(&[Role::GridManager, Role::StreetAdmin, Role::DistrictOrgAdmin])
    .makers(&["grid"], &[Role::GridManager])
    .form(&[section("", &[NAME.def, DIVISION.def, GRID.def])])
    .list(&[NAME.def], &[DIVISION.def], &[NAME.def])
    .states(&[FOUND, VERIFIED])
    .actions(&[action("verify", "核实", &[FOUND], VERIFIED)
        .by(&["place"], &[Role::StreetAdmin, Role::DistrictOrgAdmin])
        .approval()])
    .verified();

fn someone(user: &str, role: Role, node: Node) -> Actor {
    Actor { user: user.to_owned(), org: String::new(), grants: vec![Grant { role, node }], trace: String::new() }
}

fn division(user: &str, role: Role, code: &str) -> Actor {
    someone(user, role, Node::Division { code: code.to_owned() })
}

fn grid(user: &str, id: &str) -> Actor {
    someone(user, Role::GridManager, Node::Grid { id: id.to_owned() })
}

async fn open(store: &Store, sqlite: bool) {
    let (time, words) = if sqlite { ("text", "text") } else { ("timestamptz", "text collate \"C\"") };
    let mut table = Built::default();
    table.text(&format!(
        "create table shop (id text primary key, status text not null, version bigint not null, created_by text not \
         null, created_at {time} not null, submitted_by text, updated_at {time} not null, deleted_at {time}, name text, \
         division {words}, grid_id {words})"
    ));
    let mut tx = store.db.begin().await.expect("begun");
    tx.run(table).await.expect("made");
    tx.commit().await.expect("written");
}

fn shop(name: &str, division: &str, grid: &str) -> Map<String, Json> {
    json!({ "name": name, "division": division, "grid_id": grid }).as_object().expect("an object").clone()
}

async fn seen(store: &Store, actor: &Actor, preset: &str) -> Vec<String> {
    let query = Query { preset: preset.to_owned(), count: true, ..Query::default() };
    let page = list(store, &[&SHOP], &SHOP, actor, &query).await.expect("listed");
    assert_eq!(page.total, Some(page.rows.len() as i64), "list and count agree");
    let name = |it: crate::read::Shown| it.values["name"].as_str().expect("a name").to_owned();
    let mut names: Vec<String> = page.rows.into_iter().map(name).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_row_is_seen_by_its_grid_and_by_the_divisions_above_it() {
    for it in testing::stores().await {
        let store = &it.store;
        open(store, it.name == "sqlite").await;
        let (mine, other) = (grid("g1", "grid1"), grid("g2", "grid2"));
        let first = save::create(store, &SHOP, &mine, &shop("甲", "310101015", "grid1")).await.expect("made");
        save::create(store, &SHOP, &other, &shop("乙", "310104003", "grid2")).await.expect("made");
        let foreign = save::create(store, &SHOP, &mine, &shop("丙", "310101015", "grid2")).await;
        assert_eq!(foreign.expect_err("another's grid").code(), "WF-403", "{}", it.name);

        for (actor, wanted) in [
            (mine.clone(), vec!["甲"]),
            (other.clone(), vec!["乙"]),
            (grid("g3", "grid"), vec![]),
            (division("s1", Role::StreetAdmin, "310101015"), vec!["甲"]),
            (division("d1", Role::DistrictOrgAdmin, "310101"), vec!["甲"]),
            (division("d4", Role::DistrictOrgAdmin, "310104"), vec!["乙"]),
            (division("c", Role::DistrictOrgAdmin, "31"), vec!["乙", "甲"]),
            (division("x", Role::DistrictOrgAdmin, "3101%"), vec![]),
            // A committee is no division, whatever its path looks like.
            (someone("o", Role::StreetAdmin, Node::Subtree { path: "310101.".into() }), vec![]),
            (someone("all", Role::StreetAdmin, Node::City), vec!["乙", "甲"]),
        ] {
            assert_eq!(seen(store, &actor, "").await, wanted, "{}: {actor:?}", it.name);
        }

        let verify = Request { action: "verify".into(), ..Request::default() };
        let wrong = act(store, &SHOP, &mine, &first, &verify).await.expect_err("not the grid's");
        assert_eq!(wrong.code(), "WF-403");
        let street = division("s1", Role::StreetAdmin, "310101015");
        assert_eq!(seen(store, &street, "mine").await, ["甲"]);
        act(store, &SHOP, &street, &first, &verify).await.expect("verified");
        assert!(seen(store, &street, "mine").await.is_empty());
    }
}

#[tokio::test]
async fn nobody_gives_a_row_away_by_changing_its_grid() {
    for it in testing::stores().await {
        let store = &it.store;
        open(store, it.name == "sqlite").await;
        let mine = grid("g1", "grid1");
        let id = save::create(store, &SHOP, &mine, &shop("甲", "310101015", "grid1")).await.expect("made");
        let change = |grid: &str| Map::from_iter([("grid_id".to_owned(), json!(grid))]);
        let away = save::update(store, &SHOP, &mine, &id, 1, &change("grid2")).await;
        assert_eq!(away.expect_err("out of hand").code(), "WF-403", "{}", it.name);
        assert_eq!(seen(store, &mine, "").await, ["甲"]);
    }
}
