//! Finding entries again.

use chrono::TimeDelta;
use seal::audit::{After, Filter, Page, query};
use store::{
    Store,
    testing::{noon, stores},
};

use super::{entry, write};

/// Whether a filter asks for the entry of this number.
type IsWanted = fn(i64) -> bool;

/// Numbers of all rows that `filter` asks for, read in pages of `limit`.
async fn numbers(store: &Store, filter: &Filter, limit: i64) -> Vec<i64> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let Page { records, next } = query(store, filter, after, limit).await.expect("a page");
        assert!(records.len() as i64 <= limit);
        found.extend(records.iter().map(|it| it.seq));
        after = next;
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn entries_are_found_by_object_actor_time_and_action() {
    for test in stores().await {
        write(&test.store, (1..=30).map(entry)).await;
        let text = |it: &str| Some(it.to_owned());
        let second = |n| Some(noon() + TimeDelta::seconds(n));
        let cases: [(&str, Filter, IsWanted); 8] = [
            ("all", Filter::default(), |_| true),
            ("object", Filter { object_type: text("mobile_flow"), object_id: text("m3"), ..Filter::default() }, |n| {
                n % 5 == 3
            }),
            ("kind", Filter { object_type: text("person"), ..Filter::default() }, |_| false),
            ("actor", Filter { actor_id: text("u1"), ..Filter::default() }, |n| n % 3 == 1),
            ("action", Filter { action: text("mobile_flow.accept"), ..Filter::default() }, |n| n % 2 == 0),
            ("time", Filter { from: second(10), until: second(20), ..Filter::default() }, |n| (10..20).contains(&n)),
            (
                "actor and action and time",
                Filter {
                    actor_id: text("u1"),
                    action: text("mobile_flow.accept"),
                    from: second(5),
                    ..Filter::default()
                },
                |n| n % 6 == 4 && n >= 5,
            ),
            (
                "object and actor",
                Filter {
                    object_type: text("mobile_flow"),
                    object_id: text("m3"),
                    actor_id: text("u2"),
                    ..Filter::default()
                },
                |n| n % 15 == 8,
            ),
        ];
        for (name, filter, is_wanted) in cases {
            let expected: Vec<i64> = (1..=30).rev().filter(|n| is_wanted(*n)).collect();
            for limit in [1, 4, 200] {
                assert_eq!(numbers(&test.store, &filter, limit).await, expected, "{}: {name}, {limit}", test.name);
            }
        }
    }
}

/// A page's end that lies behind the period asked for, such as one kept from another filter.
#[tokio::test]
async fn a_page_never_leaves_its_period() {
    for test in stores().await {
        write(&test.store, (1..=9).map(entry)).await;
        let filter = Filter { until: Some(noon() + TimeDelta::seconds(4)), ..Filter::default() };
        let after = After { at: noon() + TimeDelta::seconds(8), seq: 8 };
        let page = query(&test.store, &filter, Some(after), 10).await.expect("a page");
        assert_eq!(page.records.iter().map(|it| it.seq).collect::<Vec<_>>(), [3, 2, 1], "{}", test.name);
    }
}

/// One moment for many entries, and times that don't rise with the numbers.
#[tokio::test]
async fn pages_lose_nothing_where_times_are_equal_or_out_of_order() {
    for test in stores().await {
        let at = |n: i64| noon() + TimeDelta::milliseconds([0, 0, 500, -500, 0, 1][n as usize % 6]);
        write(
            &test.store,
            (0..18).map(|n| {
                let mut it = entry(n);
                it.at = at(n);
                it
            }),
        )
        .await;
        let mut expected: Vec<i64> = (1..=18).collect();
        expected.sort_by_key(|seq| std::cmp::Reverse((at(seq - 1), *seq)));
        for limit in [1, 5, 17, 18] {
            assert_eq!(numbers(&test.store, &Filter::default(), limit).await, expected, "{}: {limit}", test.name);
        }
    }
}
