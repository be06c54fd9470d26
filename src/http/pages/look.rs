//! How a reader wants to see the pages: in large letters or not. A cookie keeps it, so that it works
//! without script and no page first comes up small.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use crate::http::{
    extract::ApiQuery,
    problem::{Kind, Problem},
};

/// The cookie and what it holds when letters are large.
const COOKIE: &str = "text_size";
const LARGE: &str = "large";

/// What the pages' frame needs to know of the request.
#[derive(Debug, Serialize)]
pub(super) struct Look {
    /// Letters are large.
    large: bool,
    /// Path and query of this page, for the way back.
    here: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let here = parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        Ok(Self { large: is_large(&parts.headers), here })
    }
}

fn is_large(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).any(|one| one.trim().split_once('=') == Some((COOKIE, LARGE)))
}

/// Which size, and where to go back to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SizeQuery {
    size: Option<String>,
    back: Option<String>,
}

/// Keeps the size for a year and goes back to the page it came from.
pub(super) async fn set(ApiQuery(query): ApiQuery<SizeQuery>) -> Result<Response, Problem> {
    let size = query.size.as_deref().unwrap_or_default();
    if size != LARGE && size != "normal" {
        return Err(Problem::new(Kind::BAD_QUERY, "size 应为 large 或 normal").at("size"));
    }
    let back = query.back.as_deref().filter(|back| is_ours(back)).unwrap_or("/");
    let cookie = format!("{COOKIE}={size}; Path=/; Max-Age=31536000; SameSite=Lax");
    let headers = [(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, Redirect::to(back)).into_response())
}

/// Whether an address is a path on this server: `//other.example` and `/\other.example` are not.
fn is_ours(back: &str) -> bool {
    let mut chars = back.chars();
    chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\')) && back.chars().all(|c| c.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_server() {
        for good in ["/", "/regulations?q=%E5%85%9A&page=2", "/regulations/r1/2026#a2"] {
            assert!(is_ours(good), "{good}");
        }
        for bad in ["", "regulations", "//x.example", "/\\x.example", "https://x.example", "/a\r\nb", "/党"] {
            assert!(!is_ours(bad), "{bad}");
        }
    }
}
