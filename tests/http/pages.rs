//! The reader's pages.

use crate::app::{Reply, TestApp};

#[tokio::test]
async fn the_home_page_carries_widget_questions_and_figures() {
    let app = TestApp::start().await;
    let page = app.page("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for part in [
        r#"<script async src="/widget/party-assistant.js" data-title="党务通"></script>"#,
        "data-ask=\"流动党员没有转组织关系",
        "href=\"/regulations\"",
        "1,234",
    ] {
        assert!(page.text.contains(part), "{part}\n{}", page.text);
    }
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "same-origin");
}

#[tokio::test]
async fn the_list_marks_what_was_found() {
    let app = TestApp::start().await;
    let page = app.page("/regulations?q=%E9%A2%84%E5%A4%87%E6%9C%9F").await;
    assert!(page.text.contains("<mark>预备期</mark>为一年"), "{}", page.text);
    assert!(page.text.contains("/regulations/r1/2026/a2?q=%E9%A2%84%E5%A4%87%E6%9C%9F"), "{}", page.text);
    assert!(page.text.contains("示例机关&lt;b&gt;"));
    assert!(page.text.contains("rel=\"next\" href=\"/regulations?page=2&amp;q="), "{}", page.text);
    let none = app.page("/regulations?q=zzz").await;
    assert!(none.text.contains("没有找到含“zzz”的法规或条文"));
    let hostile = app.page("/regulations?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.text.contains("<script>alert"), "{}", hostile.text);
}

#[tokio::test]
async fn a_regulation_leads_to_the_version_in_force() {
    let app = TestApp::start().await;
    let today = app.page("/regulations/r1").await;
    assert_eq!((today.status, today.header("location")), (303, "/regulations/r1/2026"));
    let then = app.page("/regulations/r1?as_of=2020-01-01").await;
    assert_eq!(then.header("location"), "/regulations/r1/2014?as_of=2020-01-01");
}

#[tokio::test]
async fn the_text_has_outline_anchors_and_state() {
    let app = TestApp::start().await;
    let page = app.page("/regulations/r1/2026").await.text;
    for part in [
        "id=\"a2\"",
        "id=\"a2.p2.i1\"",
        "href=\"#ch2\"",
        "class=\"banner good\"",
        "href=\"/regulations/r1/2026/a2\"",
        "2026年5月11日",
        "示例",
        "https://example.org/text",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("第二条　预备期"), "the article's number stands once");
    let old = app.page("/regulations/r1/2014").await.text;
    assert!(old.contains("class=\"banner bad\"") && old.contains("已修改"), "{old}");
    assert!(old.contains("查看现行的 2026 年版"), "{old}");
    let unknown = app.page("/regulations/r1/draft").await.text;
    assert!(unknown.contains("日期未知") && unknown.contains("未知"), "{unknown}");
    let then = app.page("/regulations/r1/2014?as_of=2020-01-01").await.text;
    assert!(then.contains("class=\"banner good\"") && then.contains("按 2020年1月1日 判断"), "{then}");
}

#[tokio::test]
async fn a_permalink_shows_the_article_and_marks_the_paragraph() {
    let app = TestApp::start().await;
    let page = app.page("/regulations/r1/2026/a2.p2").await.text;
    for part in [
        "《示例党组织工作细则》第二条第二款</h1>",
        "class=\"line paragraph target\" id=\"a2.p2\"",
        "class=\"line item target\" id=\"a2.p2.i1\"",
        "class=\"line paragraph\" id=\"a2.p1\"",
        "上一条：第一条",
        "下一条：第三条",
        "class=\"copy\" hidden",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let whole = app.page("/regulations/r1/2026/a2").await.text;
    assert!(!whole.contains("target\""), "a whole article marks nothing");
}

#[tokio::test]
async fn pages_show_their_errors_as_pages() {
    let app = TestApp::start().await;
    for (path, status, code) in [
        ("/nowhere", 404, "COMMON-404"),
        ("/regulations/nobody", 404, "REG-404"),
        ("/regulations/r1/2026/a99", 404, "REG-406"),
        ("/regulations?year=x", 400, "COMMON-003"),
        ("/panic", 500, "COMMON-500"),
    ] {
        let page = app.page(path).await;
        assert_eq!((page.status, page.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
        assert!(page.text.contains(code) && page.text.contains(page.header("x-request-id")), "{path}: {}", page.text);
    }
    let json = Reply::read(app.request("GET", "/nowhere").header("accept", "application/json")).await;
    json.assert_problem("COMMON-404", "", "a client that wants JSON");
}

#[tokio::test]
async fn pages_have_no_inline_script_or_style() {
    let app = TestApp::start().await;
    for path in ["/", "/regulations", "/regulations/r1/2026", "/regulations/r1/2026/a2", "/docs/errors", "/nowhere"] {
        let page = app.page(path).await.text;
        assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"), "{path}");
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').next().is_some_and(|tag| tag.contains("src=")), "{path}");
        }
    }
}

#[tokio::test]
async fn static_files_are_revalidated_and_only_the_widget_is_shared() {
    let app = TestApp::start().await;
    let style = app.page("/static/site.css").await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!((style.header("cache-control"), style.header("access-control-allow-origin")), ("no-cache", ""));
    let tag = style.header("etag").to_owned();
    let again = Reply::read(app.request("GET", "/static/site.css").header("if-none-match", &tag)).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let widget = app.page("/widget/party-assistant.js").await;
    assert_eq!((widget.status, widget.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(widget.header("access-control-allow-origin"), "*");
    assert_eq!(app.page("/").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn texts_are_compressed_and_streams_are_not() {
    let app = TestApp::start().await;
    let zipped = async |method: &str, path: &str| {
        let request = app.request(method, path).header("accept-encoding", "gzip");
        let request = request.header("content-type", "application/json").body(r#"{"question":"问"}"#);
        Reply::read(request).await.header("content-encoding").to_owned()
    };
    assert_eq!(zipped("GET", "/regulations/r1/2026").await, "gzip");
    assert_eq!(zipped("GET", "/api/v1/regulations/r1").await, "gzip");
    assert_eq!(zipped("POST", "/api/v1/chat").await, "");
    assert_eq!(zipped("GET", "/nowhere").await, "");
}

#[tokio::test]
async fn the_page_of_codes_lists_them_all() {
    let app = TestApp::start().await;
    let page = app.page("/docs/errors").await.text;
    for kind in dangwutong::http::problem::TABLE {
        assert!(page.contains(&format!("id=\"{}\"", kind.code)), "{}", kind.code);
    }
}
