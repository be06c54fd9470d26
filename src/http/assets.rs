//! Static files inside the binary: the pages' own and the widget's bundle.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::{
    extract::ApiPath,
    problem::{Kind, Problem},
};

/// Style sheet and small scripts of the pages. Debug builds read them from disk.
#[derive(RustEmbed)]
#[folder = "src/http/pages/static/"]
struct Site;

/// The widget as `npm run build` leaves it; the program compiles without it.
#[derive(RustEmbed)]
#[folder = "widgets/dist/"]
#[allow_missing = true]
struct Widget;

/// What is served in place of a widget that was not built: it says what to do, on the console only.
const NOT_BUILT: &str =
    "console.error('党务通：问答组件尚未构建，请在源码目录运行 make run，或 npm ci && npm run build');\n";

/// The name of the bundle.
const BUNDLE: &str = "loader.js";

/// A file of the widget. Other sites may load it: that is what it is for.
pub async fn widget(headers: HeaderMap, ApiPath(file): ApiPath<String>) -> Response {
    let mut response = match Widget::get(&file) {
        Some(found) => serve(&file, found, &headers),
        None if file == BUNDLE => {
            ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], NOT_BUILT)
                .into_response()
        }
        None => return missing(),
    };
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// A file of the pages.
pub async fn site(headers: HeaderMap, ApiPath(file): ApiPath<String>) -> Response {
    Site::get(&file).map_or_else(missing, |found| serve(&file, found, &headers))
}

fn missing() -> Response {
    Problem::new(Kind::NO_ROUTE, "没有这个文件").into_response()
}

/// The file with its hash as `ETag`: browsers ask each time and mostly hear "unchanged".
fn serve(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash.iter().take(16).fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    };
    let headers =
        [(header::CONTENT_TYPE, kind.to_owned()), (header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag)];
    (headers, file.data.into_owned()).into_response()
}
