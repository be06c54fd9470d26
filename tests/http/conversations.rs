//! Sessions, conversations and limits over HTTP.

use chat::limits::Limits;

use crate::app::{HOST_PAGE, Reply, TestApp, UNLIMITED};

async fn grant(app: &TestApp, channel: &str, origin: &str) -> Reply {
    Reply::read(app.request("POST", &format!("/api/v1/channels/{channel}/grants")).header("origin", origin)).await
}

async fn session(app: &TestApp, body: serde_json::Value) -> Reply {
    app.post("/api/v1/sessions", body.to_string()).await
}

/// A token of the server's own pages.
async fn visitor(app: &TestApp) -> String {
    let reply = session(app, serde_json::json!({"channel": "site"})).await;
    reply.json()["token"].as_str().expect("a token").to_owned()
}

async fn call(app: &TestApp, method: &str, path: &str, token: &str, body: Option<&str>) -> Reply {
    let mut request = app.request(method, path).bearer_auth(token);
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_owned());
    }
    Reply::read(request).await
}

#[tokio::test]
async fn only_listed_pages_may_show_the_panel() {
    let app = TestApp::start().await;
    app.channel("web", &[HOST_PAGE, "https://second.example"]).await;
    app.channel("closed", &[]).await;

    let given = grant(&app, "web", HOST_PAGE).await;
    assert_eq!((given.status, given.header("access-control-allow-origin")), (200, HOST_PAGE));
    assert_eq!(given.header("vary"), "origin");
    for (channel, origin) in [("web", "https://evil.example"), ("web", "null"), ("closed", HOST_PAGE)] {
        let refused = grant(&app, channel, origin).await;
        assert_eq!(refused.status, 403, "{channel} {origin}");
        assert_eq!(refused.header("access-control-allow-origin"), origin, "a page may read why");
        refused.assert_problem("CHANNEL-002", "", channel);
    }
    assert_eq!(grant(&app, "none", HOST_PAGE).await.status, 404);

    let policy = async |channel: &str| {
        let reply = app.get(&format!("/widget/frame?channel={channel}")).await;
        (reply.status, reply.header("content-security-policy").to_owned())
    };
    let (status, web) = policy("web").await;
    assert!(
        status == 200 && web.ends_with("frame-ancestors 'self' https://portal.example https://second.example"),
        "{web}"
    );
    assert!(!web.contains("unsafe"), "{web}");
    assert!(policy("closed").await.1.ends_with("frame-ancestors 'none'"));
    assert!(policy("site").await.1.ends_with("frame-ancestors 'self'"));
    assert_eq!(policy("none").await.0, 404);

    let grant = given.json()["grant"].as_str().expect("a grant").to_owned();
    let started = session(&app, serde_json::json!({"channel": "web", "grant": grant})).await;
    assert_eq!(started.status, 200, "{}", started.text);
    assert_eq!(started.json()["starters"][0]["label"], "党费");
    let token = started.json()["token"].as_str().expect("a token").to_owned();
    let from = async |origin: &str| {
        let request = app.request("GET", "/api/v1/conversations").bearer_auth(&token).header("origin", origin);
        Reply::read(request).await.status
    };
    assert_eq!((from(HOST_PAGE).await, from("https://evil.example").await), (200, 403), "bound to its page");
    for body in [
        serde_json::json!({"channel": "web"}),
        serde_json::json!({"channel": "closed", "grant": grant}),
        serde_json::json!({"channel": "web", "grant": "forged.grant"}),
        serde_json::json!({"channel": "web", "grant": grant, "user": {"id": "a", "expires_at": 1, "signature": "00"}}),
    ] {
        assert_eq!(session(&app, body.clone()).await.status, 401, "{body}");
    }
    // Another site's page can't use the channel of our own pages.
    let request = app.request("POST", "/api/v1/sessions").header("origin", "https://evil.example");
    let foreign = request.header("content-type", "application/json").body(r#"{"channel":"site"}"#);
    assert_eq!(Reply::read(foreign).await.status, 403);
}

#[tokio::test]
async fn f75_conversations_over_http() {
    let app = TestApp::start().await;
    let (mine, other) = (visitor(&app).await, visitor(&app).await);
    let made = call(&app, "POST", "/api/v1/conversations", &mine, None).await;
    assert_eq!(made.status, 201);
    let path = format!("/api/v1/conversations/{}", made.json()["id"].as_str().expect("an id"));

    let turns = format!("{path}/turns");
    let asked = call(&app, "POST", &turns, &mine, Some(r#"{"question":"预备期多长","command_id":"c1"}"#)).await;
    assert!(asked.status == 200 && asked.text.contains("event: done"), "{}", asked.text);
    assert!(asked.text.contains("\nid: 1\n"), "{}", asked.text);
    let again = call(&app, "POST", &turns, &mine, Some(r#"{"question":"预备期多长","command_id":"c1"}"#)).await;
    let without_request =
        |text: &str| text.lines().filter(|it| !it.contains("request_id")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_request(&again.text), without_request(&asked.text), "the same command asks once");
    let rest = call(&app, "GET", &format!("{path}/events?after=3"), &mine, None).await;
    assert!(rest.text.contains("\nid: 4\n") && !rest.text.contains("\nid: 3\n"), "{}", rest.text);
    let last = asked.text.matches("\nid: ").count();
    assert_eq!(call(&app, "GET", &format!("{path}/events?after={last}"), &mine, None).await.status, 204);
    call(&app, "GET", &format!("{path}/events?after=x"), &mine, None).await.assert_problem("COMMON-003", "after", "x");

    let read = call(&app, "GET", &path, &mine, None).await.json();
    assert_eq!((&read["turns"][0]["status"], &read["title"]), (&"done".into(), &"预备期多长".into()));
    assert_eq!(read["turns"][0]["answer"]["label"], "AI 生成，仅供参考");
    let turn = format!("/api/v1/turns/{}/feedback", read["turns"][0]["id"].as_str().expect("a turn"));
    let said = r#"{"verdict":"not_useful","reasons":["wrong_citation","other"],"comment":"第几条不对"}"#;
    assert_eq!(call(&app, "PUT", &turn, &mine, Some(said)).await.status, 204);
    assert_eq!(call(&app, "PUT", &turn, &other, Some(said)).await.status, 404);
    call(&app, "PUT", &turn, &mine, Some(r#"{"verdict":"bad"}"#)).await.assert_problem("COMMON-002", "verdict", "bad");

    for (format, start) in [("md", "<!-- AIGC"), ("html", "<!doctype html>"), ("json", "{")] {
        let file = call(&app, "GET", &format!("{path}/export?format={format}"), &mine, None).await;
        assert!(file.status == 200 && file.text.starts_with(start), "{}", file.text);
        assert!(file.header("content-disposition").starts_with("attachment; filename="));
    }
    call(&app, "GET", &format!("{path}/export?format=exe"), &mine, None).await.assert_problem(
        "COMMON-003",
        "format",
        "exe",
    );

    let named = call(&app, "PATCH", &path, &mine, Some(r#"{"title":"预备期","favourite":true}"#)).await.json();
    assert_eq!((&named["title"], &named["favourite"]), (&"预备期".into(), &true.into()));
    let listed = call(&app, "GET", "/api/v1/conversations?favourite=true&q=预备", &mine, None).await.json();
    assert_eq!(listed["items"][0]["title"], "预备期");
    for (method, path) in [
        ("GET", path.clone()),
        ("DELETE", path.clone()),
        ("POST", format!("{path}/stop")),
        ("GET", format!("{path}/export")),
    ] {
        call(&app, method, &path, &other, None).await.assert_problem("CHAT-006", "id", &path);
    }
    assert_eq!(call(&app, "DELETE", &path, &mine, None).await.status, 204);
    assert_eq!(call(&app, "GET", &path, &mine, None).await.status, 404);
}

#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait() {
    let app = TestApp::with_limits(|_| {}, Limits { visitor_minute: 2, ..UNLIMITED }).await;
    let token = visitor(&app).await;
    let made = call(&app, "POST", "/api/v1/conversations", &token, None).await.json();
    let turns = format!("/api/v1/conversations/{}/turns", made["id"].as_str().expect("an id"));
    for _ in 0..2 {
        assert_eq!(call(&app, "POST", &turns, &token, Some(r#"{"question":"问"}"#)).await.status, 200);
    }
    let reply = call(&app, "POST", &turns, &token, Some(r#"{"question":"问"}"#)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, "60"));
    reply.assert_problem("LIMIT-001", "", "third");
    assert!(reply.text.contains("请 60 秒后再试"), "{}", reply.text);

    let app = TestApp::with_limits(|_| {}, Limits { address_minute: 1, ..UNLIMITED }).await;
    for (expected, path) in [(200, "/api/v1/chat"), (429, "/api/v1/chat"), (429, "/api/v1/search")] {
        assert_eq!(app.post(path, r#"{"question":"问"}"#).await.status, expected, "{path}");
    }
}
