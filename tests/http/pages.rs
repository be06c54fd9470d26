//! The reader's pages.

use crate::app::{Reply, TestApp};

#[tokio::test]
async fn the_home_page_carries_widget_questions_and_figures() {
    let app = TestApp::start().await;
    let page = app.page("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    for part in [
        r#"<script async src="/widget/loader.js" data-channel="site"></script>"#,
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
        ("/regulations?sort=random", 400, "COMMON-003"),
        ("/regulations?authority=emperor", 400, "COMMON-003"),
        ("/regulations?as_of=2026-02-30", 422, "COMMON-004"),
        ("/regulations?page=0", 400, "COMMON-003"),
        ("/regulations/nobody/compare", 404, "REG-404"),
        ("/regulations/r1/compare?from=1999", 404, "REG-405"),
        ("/regulations/r1/compare?from=2026&to=2026", 422, "REG-408"),
        ("/regulations/r1/compare?show=nothing", 400, "COMMON-003"),
        ("/regulations/r1/2026/download?format=exe", 400, "COMMON-003"),
        ("/regulations/r1/1999/download", 404, "REG-405"),
        ("/text-size?size=huge", 400, "COMMON-003"),
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
    for path in [
        "/",
        "/regulations",
        "/regulations?year=2026&q=x",
        "/regulations/r1/compare",
        "/regulations/r1/2026",
        "/regulations/r1/2026/a2",
        "/docs/errors",
        "/nowhere",
    ] {
        let page = app.page(path).await.text;
        assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick"), "{path}");
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').next().is_some_and(|tag| tag.contains("src=")), "{path}");
        }
    }
}

#[tokio::test]
async fn the_page_of_instructions_names_this_server() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/widget").await.header("location"), "/widget/");
    let page = app.page("/widget/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("/widget/loader.js\" data-channel="), "{}", page.text);
    let proxied =
        Reply::read(app.request("GET", "/widget/").header("x-forwarded-proto", "https").header("host", "dwt.example"))
            .await;
    assert!(proxied.text.replace("&#x2f;", "/").contains("https://dwt.example/widget/loader.js"), "{}", proxied.text);
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
    let widget = app.page("/widget/loader.js").await;
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

#[tokio::test]
async fn f79_the_filters_offer_what_is_there_with_numbers() {
    let app = TestApp::start().await;
    let page = app.page("/regulations?issuer=%E7%A4%BA%E4%BE%8B%E5%B8%82%E5%A7%94&year=2026&sort=newest").await.text;
    for part in [
        "<option value=\"detailed_rules\" >细则（1）</option>",
        "<option value=\"示例市委\" selected>示例市委（33）</option>",
        "<option value=\"示例机关&lt;b&gt;\" >示例机关&lt;b&gt;（12）</option>",
        "<option value=\"2026\" selected>2026（1）</option>",
        "<option value=\"newest\" selected>",
        "发展党员（1）",
        "省级党委（1）",
        "按效力位阶",
        // Each filter that is set can be taken away alone.
        "href=\"/regulations?issuer=%E7%A4%BA%E4%BE%8B%E5%B8%82%E5%A7%94&amp;sort=newest\"",
        "可对照",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let other = app.page("/regulations?issuer=%3Ci%3E").await.text;
    assert!(
        other.contains("<option value=\"&lt;i&gt;\" selected>&lt;i&gt;</option>"),
        "words that are no choice stay\n{other}"
    );
    let facets = app.get("/api/v1/regulations/facets?as_of=2026-06-01").await.json();
    assert_eq!(facets["issuers"]["示例市委"], 33);
    app.get("/api/v1/regulations/facets?as_of=x").await.assert_problem("COMMON-004", "as_of", "a bad day");
}

#[tokio::test]
async fn f79_versions_stand_side_by_side_with_marks_that_can_be_heard() {
    let app = TestApp::start().await;
    let page = app.page("/regulations/r1/compare?from=2014&to=2026").await.text;
    for part in [
        "原<a href=\"/regulations/r1/2014/a2\">第二条</a> → 现<a href=\"/regulations/r1/2026/a3\">第三条</a>",
        "<del><span class=\"hidden\">〔删去：</span>六个月<span class=\"hidden\">〕</span></del>",
        "<ins><span class=\"hidden\">〔增加：</span>一年<span class=\"hidden\">〕</span></ins>",
        "&lt;b&gt;已经&lt;&#x2f;b&gt;".replace("&#x2f;", "/").as_str(),
        "<span class=\"badge added\">新增</span>",
        "<span class=\"badge removed\">删除</span>",
        "<span class=\"badge moved\">移位</span>",
        "全部<b>5</b>",
        "只看有变化的<b>4</b>",
        "未变<b>1</b>",
        "（2014 版没有这一条）",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let changed = app.page("/regulations/r1/compare?from=2014&to=2026&show=changed").await.text;
    assert!(!changed.contains("badge unchanged"), "{changed}");
    assert!(changed.contains("show=changed\" aria-current=\"true\""), "{changed}");
    let json = app.get("/api/v1/regulations/r1/compare?show=modified").await.json();
    assert_eq!(
        json["counts"],
        serde_json::json!({"unchanged": 1, "modified": 1, "added": 1, "removed": 1, "moved": 1})
    );
    assert_eq!((json["rows"].as_array().map(Vec::len), json["rows"][0]["renumbered"].as_bool()), (Some(1), Some(true)));
    assert_eq!((json["from"]["label"].as_str(), json["to"]["label"].as_str()), (Some("2014"), Some("2026")));
    let same = app.get("/api/v1/regulations/r1/compare?from=2026&to=2026").await;
    same.assert_problem("REG-408", "to", "a version with itself");
    app.get("/api/v1/regulations/r1/compare?show=x").await.assert_problem("COMMON-003", "show", "no such rows");
}

#[tokio::test]
async fn f79_references_are_links_and_are_escaped() {
    let app = TestApp::start().await;
    let whole = app.page("/regulations/r1/2026?as_of=2026-06-01").await.text;
    assert!(
        whole.contains("依照<a class=\"ref\" href=\"#a2\" title=\"《示例党组织工作细则》第二条\">第二条</a>和"),
        "{whole}"
    );
    let other = "<a class=\"ref\" href=\"/regulations/r2/2019/a9.p1?as_of=2026-06-01\" title=\"《党章&lt;i&gt;》第九条第一款\">《党章》第九条</a>，本细则";
    assert!(whole.contains(other), "{whole}");
    let alone = app.page("/regulations/r1/2026/a3").await.text;
    assert!(alone.contains("href=\"/regulations/r1/2026/a2\" title="), "{alone}");
    let json = app.get("/api/v1/regulations/r1").await.json();
    let node = json["nodes"].as_array().and_then(|it| it.last()).expect("nodes");
    assert_eq!((node["links"][0]["start"].as_u64(), node["links"][0]["address"].as_str()), (Some(6), Some("a2")));
}

#[tokio::test]
async fn f79_every_article_can_be_quoted_with_its_version() {
    let app = TestApp::start().await;
    let page = app.page("/regulations/r1/2026?q=%E9%A2%84%E5%A4%87%E6%9C%9F").await.text;
    let note = "《示例党组织工作细则》第二条（2026年版，自2026年5月11日起施行，示例文本）";
    assert!(page.contains(note), "{page}");
    assert!(page.contains("“预备期”出现在 1 处条文中：<a href=\"#a2\">第二条</a>"), "{page}");
    assert!(page.contains("class=\"printed\"") && page.contains("download?format=docx"), "{page}");
    assert_eq!(page.matches("class=\"copy small\" hidden").count(), 3, "one for each article");
    let old = app.page("/regulations/r1/2014").await.text;
    assert!(old.contains("（2014年版，自2014年5月28日起施行，已修改，示例文本）"), "{old}");
    assert!(old.contains("compare?from=2014&amp;to=2026&amp;show=changed"), "{old}");
    let nothing = app.page("/regulations/r1/2026?q=%3Cb%3E").await.text;
    assert!(nothing.contains("本版中没有“&lt;b&gt;”"), "{nothing}");
}

#[tokio::test]
async fn f79_a_version_is_downloaded_with_its_source() {
    let app = TestApp::start().await;
    let text = app.get("/regulations/r1/2026/download").await;
    assert_eq!((text.status, text.header("content-type")), (200, "text/plain; charset=utf-8"));
    let name = "attachment; filename=\"r1-2026.txt\"; filename*=UTF-8''%E7%A4%BA%E4%BE%8B";
    assert!(text.header("content-disposition").starts_with(name), "{}", text.header("content-disposition"));
    for part in [
        "示例党组织工作细则\r\n\r\n版本：2026年版，自2026年5月11日起施行，示例文本\r\n",
        "来源：https://example.org/text\r\n",
        "下载：党务通法规库，2026年6月15日",
        "\r\n第二章　预备期\r\n\r\n第二条　预备期为一年，从通过之日算起。\r\n",
        "（二）<script>alert(1)</script>的。",
    ] {
        assert!(text.text.contains(part), "{part}\n{}", text.text);
    }
    let markdown = app.get("/regulations/r1/2026/download?format=md").await;
    assert_eq!(markdown.header("content-type"), "text/markdown; charset=utf-8");
    for part in [
        "# 示例党组织工作细则\n",
        "> 版本：2026年版",
        "\n### 第二章　预备期\n",
        "\n**第二条**　预备期为一年",
        "\\<script\\>",
    ] {
        assert!(markdown.text.contains(part), "{part}\n{}", markdown.text);
    }
    let word = app.request("GET", "/regulations/r1/2026/download?format=docx").send().await.expect("an answer");
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(word.headers()["content-type"], kind);
    let file = word.bytes().await.expect("a file");
    // The importer is a reader that was not written for this writer.
    let args = ingest::MetaArgs { label: Some("2026".to_owned()), ..Default::default() };
    let read = ingest::parse_bytes("a.docx", &file, &args).expect("a document");
    let words =
        |address: &str| read.nodes.iter().find(|it| it.address.as_str() == address).map(|it| it.own_text.trim());
    assert_eq!(words("a2.p1"), Some("预备期为一年，从通过之日算起。"), "{:?}", read.nodes);
    assert_eq!(words("a2.p2.i2"), Some("（二）<script>alert(1)</script>的。"));
}

#[tokio::test]
async fn large_letters_are_kept_in_a_cookie_and_work_without_script() {
    let app = TestApp::start().await;
    let page = app.page("/regulations?q=x").await;
    assert!(page.text.contains("href=\"/text-size?size=large&amp;back="), "{}", page.text);
    let vary: Vec<&str> = page.headers.get_all("vary").iter().filter_map(|it| it.to_str().ok()).collect();
    assert!(vary.contains(&"cookie"), "{vary:?}");
    let set = app.get("/text-size?size=large&back=/regulations%3Fq=x").await;
    assert_eq!((set.status, set.header("location")), (303, "/regulations?q=x"));
    assert!(set.header("set-cookie").starts_with("text_size=large; Path=/;"), "{}", set.header("set-cookie"));
    let large = Reply::read(app.request("GET", "/regulations").header("cookie", "a=b; text_size=large")).await;
    assert!(large.text.contains("<html lang=\"zh-CN\" class=\"large\">"), "{}", large.text);
    for elsewhere in ["//other.example", "https://other.example", "/%5Cother.example"] {
        let back = app.get(&format!("/text-size?size=large&back={elsewhere}")).await;
        assert_eq!(back.header("location"), "/", "{elsewhere}");
    }
}
