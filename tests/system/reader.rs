//! The reader over texts that were not made for it.

use serde_json::Value;

use crate::{
    place::{Place, demo, regulation, texts},
    server::{Server, items, text},
};

/// The id of the regulation with this title.
async fn id(server: &Server, title: &str) -> String {
    let listed = server.json(&format!("/api/v1/regulations?q={title}&per_page=100")).await;
    let found = items(&listed["items"]).iter().find(|it| text(&it["version"]["title"]).contains(title));
    found.map_or_else(|| panic!("{title}: {listed}"), |it| text(&it["id"]).to_owned())
}

/// A row of a comparison as `old→new change`.
fn told(row: &Value) -> String {
    let side = |side: &Value| if side.is_null() { "-".to_owned() } else { text(&side["address"]).to_owned() };
    format!("{}→{} {}", side(&row["old"]), side(&row["new"]), text(&row["change"]))
}

#[tokio::test]
async fn f79_the_list_filters_counts_and_pages() {
    for place in Place::all().await {
        place.run(&["ingest", "regulations", &format!("{}/regulations", demo())]).fine(place.name);
        let server = Server::start(&place, &[]);
        let total = async |query: &str| {
            server.json(&format!("/api/v1/regulations?as_of=2026-11-01&{query}")).await["total"].clone()
        };
        for (query, expected) in [
            ("", 4),
            ("authority=measures", 1),
            ("doc_kind=normative_doc", 1),
            ("effect=amended", 1),
            ("effect=abolished", 1),
            ("topic=emerging", 2),
            ("issuer=党务工作", 4),
            ("issuer=没有的机关", 0),
            ("year=2026", 2),
            ("q=报到 工作日", 2),
            ("q=报到&authority=detailed_rules", 0),
            ("page=2&per_page=3", 4),
            ("page=9", 4),
        ] {
            assert_eq!(total(query).await, expected, "{} {query}", place.name);
        }
        let mut seen = Vec::new();
        for page in 1..=2 {
            let listed =
                server.json(&format!("/api/v1/regulations?as_of=2026-11-01&per_page=2&page={page}&sort=newest")).await;
            seen.extend(items(&listed["items"]).iter().map(|it| text(&it["version"]["effective_on"]).to_owned()));
        }
        assert!(seen.len() == 4 && seen.is_sorted_by(|a, b| a >= b), "{} {seen:?}", place.name);
        let facets = server.json("/api/v1/regulations/facets?as_of=2026-11-01").await;
        assert_eq!((&facets["effects"]["amended"], &facets["topics"]["emerging"]), (&1.into(), &2.into()), "{facets}");
    }
}

#[tokio::test]
async fn f79_a_reference_leads_to_the_version_of_the_day() {
    let place = Place::sqlite();
    let words = |first: &str| vec![format!("第一条　{first}。"), "第二条　依照前条处理。".to_owned()];
    let old = regulation("示例市读书角办法（示例）", "regulation", &words("甲")).replace("label: 2026", "label: 2019");
    place.file("in/old.md", &old.replace("2026-03-01", "2019-03-01").replace("2026-02-01", "2019-02-01"));
    place.file("in/new.md", &regulation("示例市读书角办法（示例）", "regulation", &words("乙")));
    let other =
        "第一条　读书角依照《示例市读书角办法（示例）》第一条办理，适用第二条；第二条另有规定的除外。".to_owned();
    let rules = regulation("示例市读书角细则（示例）", "regulation", &[other, "第二条　略。".to_owned()]);
    place.file("in/rules.md", &rules.replace("2026-03-01", "2018-03-01"));
    place.run(&["ingest", "regulations", &place.folder().join("in").display().to_string()]).fine("import");
    let server = Server::start(&place, &[]);
    let (rules, other) = (id(&server, "示例市读书角细则").await, id(&server, "示例市读书角办法").await);
    for (day, version) in [("2020-01-01", "2019"), ("2026-06-01", "2026")] {
        let view = server.json(&format!("/api/v1/regulations/{rules}?as_of={day}")).await;
        let links: Vec<(String, String, String)> = items(&view["nodes"])
            .iter()
            .flat_map(|node| items(&node["links"]))
            .map(|it| [&it["regulation_id"], &it["version"], &it["address"]].map(|it| text(it).to_owned()).into())
            .collect();
        let expected = [(&other, version, "a1"), (&other, version, "a2"), (&rules, "2026", "a2")];
        assert_eq!(links.len(), 3, "{links:?}");
        for (link, (id, version, address)) in links.iter().zip(expected) {
            assert_eq!((&link.0, link.1.as_str(), link.2.as_str()), (id, version, address), "{day} {links:?}");
        }
    }
    // Inside an old version the article before is the old one.
    let old = server.json(&format!("/api/v1/regulations/{other}/2019/a2")).await;
    let link = items(&old["nodes"]).iter().flat_map(|node| items(&node["links"])).next().expect("a link");
    assert_eq!((text(&link["version"]), text(&link["address"])), ("2019", "a1"));
}

#[tokio::test]
async fn f79_real_versions_are_aligned_by_content() {
    let Some(texts) = texts() else { return };
    let place = Place::sqlite();
    place.run(&["ingest", "regulations", &texts]).fine("import");
    let server = Server::start(&place, &[]);
    let constitution = id(&server, "中国共产党章程").await;
    let found = server.json(&format!("/api/v1/regulations/{constitution}/compare?from=2017&to=2022")).await;
    let rows: Vec<String> = items(&found["rows"]).iter().map(told).collect();
    // Two paragraphs of the 总纲 are new in 2022; no article was moved, which the texts themselves show.
    let added: Vec<_> = rows.iter().filter(|it| it.ends_with("added")).map(String::as_str).collect();
    assert_eq!(added, ["-→pre.p10 added", "-→pre.p28 added"]);
    assert!(rows.contains(&"pre.p11→pre.p12 moved".to_owned()), "{rows:?}");
    assert!((1..=55).all(|n| rows.iter().any(|it| it.starts_with(&format!("a{n}→a{n} ")))), "{rows:?}");
    assert_eq!(found["counts"]["removed"], 0);
    // Without the inserted pieces a row is the old text, without the deleted ones the new.
    for row in items(&found["rows"]) {
        for (side, other) in [("old", "inserted"), ("new", "deleted")] {
            let woven: String =
                items(&row["pieces"]).iter().filter(|it| it["mark"] != other).map(|it| text(&it["text"])).collect();
            assert_eq!(woven, text(&row[side]["text"]), "{}", told(row));
        }
    }
}

#[tokio::test]
async fn f79_every_reference_of_the_real_texts_leads_somewhere() {
    let Some(texts) = texts() else { return };
    let place = Place::sqlite();
    place.run(&["ingest", "regulations", &texts]).fine("import");
    let server = Server::start(&place, &[]);
    let listed = server.json("/api/v1/regulations?per_page=100").await;
    let (mut links, mut inside) = (0, 0);
    for regulation in items(&listed["items"]) {
        let id = text(&regulation["id"]);
        let view = server.json(&format!("/api/v1/regulations/{id}")).await;
        for version in items(&view["versions"]) {
            let view = server.json(&format!("/api/v1/regulations/{id}?version={}", text(&version["label"]))).await;
            for node in items(&view["nodes"]) {
                for link in items(&node["links"]) {
                    links += 1;
                    inside += usize::from(link["regulation_id"] == id);
                    let words: Vec<char> = text(&node["text"]).chars().collect();
                    let range =
                        link["start"].as_u64().unwrap_or(0) as usize..link["end"].as_u64().unwrap_or(0) as usize;
                    let words: String = words[range].iter().collect();
                    assert!(words.starts_with(['第', '前', '本', '《']), "{id} {}: {words}", node["address"]);
                    let Some(address) = link["address"].as_str() else { continue };
                    let target = format!(
                        "/api/v1/regulations/{}/{}/{address}",
                        text(&link["regulation_id"]),
                        text(&link["version"])
                    );
                    assert_eq!(server.get(&target).await.status, 200, "{target}");
                }
            }
        }
    }
    // Counted by hand in the texts: 36 places inside the same text, 7 titles of a text that is loaded.
    assert_eq!((links, inside), (43, 36));
}

#[tokio::test]
async fn f78_a_version_that_was_amended_says_so_and_its_words_are_verbatim() {
    for place in Place::all().await {
        place.run(&["ingest", "regulations", &format!("{}/regulations", demo())]).fine(place.name);
        let server = Server::start(&place, &[]);
        let id = id(&server, "流动党员报到服务办法").await;
        let page = server.get(&format!("/regulations/{id}/2024")).await.text.replace("&#x2f;", "/");
        assert!(page.contains("class=\"banner bad\"") && page.contains("已修改"), "{}: {page}", place.name);
        assert!(page.contains(&format!("/regulations/{id}/2026\"")), "{}: {page}", place.name);
        assert!(page.contains(&format!("/regulations/{id}/compare?from=2024&amp;to=2026")), "{}", place.name);
        // What is quoted is a part of the file that was imported, character for character.
        let source = std::fs::read_to_string(format!("{}/regulations/liudong_baodao_2024.md", demo())).expect("a file");
        let article = server.json(&format!("/api/v1/regulations/{id}/2024/a5")).await;
        for line in text(&article["text"]).lines() {
            assert!(source.contains(line), "{}: {line}", place.name);
        }
    }
}
