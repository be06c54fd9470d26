use store::testing;

use super::{day, desk, refused, ring};
use crate::divisions::{self, Area};

fn area(code: &str, name: &str) -> Area {
    Area { code: code.into(), name: name.into(), valid_from: None, valid_to: None, successor: None }
}

#[tokio::test]
async fn a_street_is_what_it_was_on_the_day() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let merged = day(2018, 1, 1);
        let old =
            Area { valid_to: Some(merged), successor: Some("310101902".into()), ..area("310101901", "旧街道") };
        let new = Area { valid_from: Some(merged), ..area("310101902", "新街道") };
        for area in [&old, &new, &area("310104901", "别处")] {
            divisions::save(&desk, area).await.unwrap();
        }
        let name = async |code: &str, on| {
            let found = divisions::resolve(store, code, on).await.unwrap();
            found.map(|it| (it.district.name, it.area.map(|it| it.name)))
        };
        let before = day(2017, 12, 31);
        assert_eq!(name("310101901", before).await, Some(("黄浦区", Some("旧街道".into()))), "{}", it.name);
        assert_eq!(name("310101901", merged).await, Some(("黄浦区", Some("新街道".into()))), "{}", it.name);
        assert_eq!(name("310101902", before).await, Some(("黄浦区", None)), "{}: not yet", it.name);
        assert_eq!(name("310103", merged).await, Some(("黄浦区", None)), "{}: 卢湾", it.name);
        assert_eq!(name("310199001", merged).await, None, "{}", it.name);
        let below = divisions::below(store, "310101", merged).await.unwrap();
        assert_eq!(below.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["310101902"], "{}", it.name);

        let renamed = Area { name: "新新街道".into(), ..new };
        divisions::save(&desk, &renamed).await.unwrap();
        assert_eq!(name("310101901", merged).await.unwrap().1.as_deref(), Some("新新街道"), "{}", it.name);
        for wrong in ["310101", "310199001", "320101001", "31010190x"] {
            assert_eq!(refused(divisions::save(&desk, &area(wrong, "错")).await), ["DIV-001"], "{}: {wrong}", it.name);
        }
        let own = Area { successor: Some("310101903".into()), ..area("310101903", "错") };
        assert_eq!(refused(divisions::save(&desk, &own).await), ["DIV-001"], "{}", it.name);
    }
}

#[tokio::test]
async fn a_circle_of_successors_ends() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let to = Some(day(2000, 1, 1));
        for (code, successor) in [("310101901", "310101902"), ("310101902", "310101901")] {
            let area = Area { valid_to: to, successor: Some(successor.into()), ..area(code, "圈") };
            divisions::save(&desk, &area).await.unwrap();
        }
        let found = divisions::resolve(store, "310101901", day(2026, 1, 1)).await.unwrap().unwrap();
        assert_eq!((found.district.code, found.area), ("310101", None), "{}", it.name);
    }
}
