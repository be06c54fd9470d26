use domain::org::OrgCategory;
use store::testing;

use super::{day, desk, new, refused, ring, tree as plant};
use crate::{
    Desk, Error,
    grids::{self, Ending, Form, New},
    orgs,
};

fn grid(street: &str, code: &str) -> New {
    New {
        grid_code: code.into(),
        grid_type: "area".into(),
        parent_grid_id: None,
        street_org_id: street.into(),
        division_code: "310101".into(),
        valid_from: day(2026, 1, 1),
        form: Form {
            name: code.into(),
            boundary: Some(serde_json::json!({ "type": "Polygon", "coordinates": [] })),
            ..Form::default()
        },
    }
}

async fn draw(desk: &Desk<'_>, street: &str, code: &str) -> String {
    grids::create(desk, &grid(street, code)).await.expect(code).id
}

#[tokio::test]
async fn a_grid_ends_when_nothing_is_left_in_it_and_its_lineage_is_kept() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let street = &tree.streets[0];
        let (old, next, third) =
            (draw(&desk, street, "a").await, draw(&desk, street, "b").await, draw(&desk, street, "c").await);
        let micro = New { parent_grid_id: Some(old.clone()), grid_type: "micro".into(), ..grid(street, "a1") };
        let micro = grids::create(&desk, &micro).await.unwrap().id;
        assert_eq!(grids::by_id(store, &micro).await.unwrap().level, 2, "{}", it.name);
        let mut branch = new(Some(&tree.committee), OrgCategory::Branch, "网格支部");
        branch.form.grid_id = Some(old.clone());
        branch.form.is_new_domain = true;
        let branch = orgs::create(&desk, &branch).await.unwrap().id;

        let on = day(2026, 10, 1);
        let merged = Ending::Merged(next.clone());
        let close = async |id: &str, version, ending: &Ending, others| {
            grids::close(&desk, id, version, ending, on, others).await
        };
        match close(&old, 1, &merged, 3).await {
            Err(Error::Invalid(found)) => {
                assert_eq!(found[0].to_string(), "GRID-002 尚有5个对象未转格", "{}", it.name);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(grids::move_contents(&desk, &old, &next).await.unwrap(), 2, "{}", it.name);
        assert_eq!(orgs::by_id(store, &branch).await.unwrap().grid_id.as_ref(), Some(&next), "{}", it.name);
        assert_eq!((grids::contents(store, &old).await.unwrap(), grids::contents(store, &next).await.unwrap()), (0, 2));

        assert_eq!(refused(close(&old, 1, &Ending::Merged(old.clone()), 0).await), ["GRID-007"], "{}", it.name);
        assert_eq!(refused(close(&old, 1, &Ending::Split(vec![]), 0).await), ["GRID-007"], "{}", it.name);
        let early = grids::close(&desk, &old, 1, &merged, day(2025, 12, 31), 0).await;
        assert_eq!(refused(early), ["GRID-008"], "{}", it.name);
        close(&old, 1, &merged, 0).await.unwrap();
        assert!(matches!(close(&old, 2, &merged, 0).await, Err(Error::Conflict)), "{}: ended", it.name);
        assert_eq!(refused(close(&third, 1, &Ending::Merged(old.clone()), 0).await), ["GRID-007"], "{}", it.name);
        assert_eq!(refused(grids::move_contents(&desk, &next, &old).await), ["GRID-007"], "{}", it.name);
        let became = grids::successors(store, &old).await.unwrap();
        let expected = grids::Successor { to_grid_id: next.clone(), kind: "merge".into(), on_day: on };
        assert_eq!(became, [expected], "{}", it.name);

        // A day sees the grids of that day.
        let codes = async |on| -> Vec<String> {
            grids::of_street(store, street, on).await.unwrap().into_iter().map(|it| it.grid_code).collect()
        };
        assert_eq!(codes(day(2026, 9, 30)).await, ["a", "a1", "b", "c"], "{}", it.name);
        assert_eq!(codes(on).await, ["a1", "b", "c"], "{}", it.name);
        assert_eq!(codes(day(2025, 12, 31)).await, [""; 0], "{}", it.name);
    }
}

#[tokio::test]
async fn what_cannot_be_a_grid_is_refused() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let [street, other] = &tree.streets;
        let id = draw(&desk, street, "a").await;
        for (wrong, code) in [
            (grid(street, "a"), "GRID-006"),
            (grid(street, " "), "GRID-003"),
            (grid(&tree.branch, "b"), "GRID-004"),
            (grid("nobody", "b"), "GRID-004"),
            (New { grid_type: "ocean".into(), ..grid(street, "b") }, "PPL-010"),
            (New { division_code: "319999".into(), ..grid(street, "b") }, "ORG-013"),
            (New { parent_grid_id: Some(id.clone()), ..grid(other, "b") }, "GRID-005"),
            (New { parent_grid_id: Some("nobody".into()), ..grid(street, "b") }, "GRID-005"),
        ] {
            assert_eq!(refused(grids::create(&desk, &wrong).await), [code], "{}: {wrong:?}", it.name);
        }
        let form = Form { name: "新名".into(), grid_lead_user_id: Some("u2".into()), ..Form::default() };
        grids::update(&desk, &id, 1, &form).await.unwrap();
        let row = grids::by_id(store, &id).await.unwrap();
        assert_eq!((row.name.as_str(), row.boundary.is_none(), row.version), ("新名", true, 2), "{}", it.name);
        assert!(matches!(grids::update(&desk, &id, 1, &form).await, Err(Error::Conflict)), "{}", it.name);
    }
}
