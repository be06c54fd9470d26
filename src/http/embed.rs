//! What host pages load: the loader, the framed panel, the page that explains how.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use chat::channel::{self, SITE};
use serde::Deserialize;

use super::{
    Surface, assets,
    extract::ApiQuery,
    problem::{Kind, Problem},
};

/// The widget's routes.
pub fn routes() -> Router<Surface> {
    Router::new().route("/widget/frame", get(frame)).route("/widget/{file}", get(assets::widget))
}

/// Which panel.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameQuery {
    /// Code of the channel.
    channel: Option<String>,
}

/// The panel, to be framed by the channel's pages and by nobody else.
async fn frame(State(surface): State<Surface>, ApiQuery(query): ApiQuery<FrameQuery>) -> Result<Response, Problem> {
    let code = query.channel.unwrap_or_else(|| SITE.to_owned());
    let ancestors = if code == SITE {
        "'self'".to_owned()
    } else {
        let channel = channel::enabled(surface.chat.store(), &code).await?;
        // An empty list allows nobody.
        if channel.origins.is_empty() { "'none'".to_owned() } else { format!("'self' {}", channel.origins.join(" ")) }
    };
    // The code is letters, digits, - and _: every stored one was checked, and so was the site's.
    let page = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
         <title>党务通</title>\n<link rel=\"icon\" href=\"/static/icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"/widget/panel.css\">\n</head>\n\
         <body data-channel=\"{code}\">\n<noscript>党务通需要启用 JavaScript。法规原文可在 <a href=\"/regulations\">法规库</a> 查阅。</noscript>\n\
         <script src=\"/widget/panel.js\"></script>\n</body>\n</html>\n"
    );
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    let mut headers = HeaderMap::new();
    let policy = HeaderValue::from_str(&policy).map_err(|_| Problem::new(Kind::INTERNAL, "渠道的来源清单有误"))?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok((headers, Html(page)).into_response())
}
