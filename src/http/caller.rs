//! Who sends a request, from which page and from which address.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use chat::session::Caller;

use super::{
    Surface,
    problem::{Kind, Problem},
};

/// Whoever holds the bearer token of the request.
#[derive(Debug, Clone)]
pub struct Authorized(pub Caller);

impl FromRequestParts<Surface> for Authorized {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, Problem> {
        let bearer =
            bearer(&parts.headers).ok_or_else(|| Problem::new(Kind::NO_SESSION, "请求缺少 Authorization 头"))?;
        let page = Page::of(&parts.headers);
        Ok(Self(surface.chat.sessions().caller(bearer, page.origin.as_deref(), page.own).await?))
    }
}

/// The token of the header `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|it| !it.is_empty())
}

/// The page from which a browser sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its origin; absent where the client is no browser, or the browser has nothing to say.
    pub origin: Option<String>,
    /// Whether it is one of this server's.
    pub own: bool,
}

impl Page {
    /// As the browser says, which a page can't make it change (Fetch standard, `Origin` and `Sec-Fetch-Site`).
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text(header::ORIGIN).map(str::to_ascii_lowercase);
        let foreign = matches!(
            headers.get("sec-fetch-site").map(header::HeaderValue::as_bytes),
            Some(b"cross-site" | b"same-site")
        );
        let host = text(header::HOST).map(str::to_ascii_lowercase);
        let same = match (&origin, host) {
            (None, _) => !foreign,
            // A proxy may speak TLS for us: the scheme is its business.
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, it)| it == host),
            (Some(_), None) => false,
        };
        Self { origin, own: same && !foreign }
    }
}

/// The address that limits count by.
#[derive(Debug, Clone)]
pub struct Address(pub String);

impl FromRequestParts<Surface> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, surface: &Surface) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
        Ok(Self(address(peer, &parts.headers, &surface.settings.trusted_proxies)))
    }
}

/// The peer's address; where that is a proxy of ours, the last one in `X-Forwarded-For` that is not.
fn address(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &[IpAddr]) -> String {
    let Some(peer) = peer else { return "unknown".to_owned() };
    let mut found = peer;
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|it| it.to_str().ok());
    let mut hops: Vec<&str> = forwarded.flat_map(|it| it.split(',')).map(str::trim).collect();
    // Each proxy writes whom it heard behind what was there: only those of ours are believed.
    while proxies.contains(&found) {
        match hops.pop().and_then(|it| it.parse().ok()) {
            Some(hop) => found = hop,
            None => break,
        }
    }
    match found {
        IpAddr::V4(it) => it.to_string(),
        // One household has a whole /64.
        IpAddr::V6(it) => format!("{:x?}", &it.segments()[..4]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().expect("a value")))
            .collect()
    }

    #[test]
    fn only_our_proxies_are_believed() {
        let (proxy, client) = ("10.0.0.1".parse().expect("an address"), "203.0.113.9".parse().expect("an address"));
        let forwarded = headers(&[("x-forwarded-for", "1.1.1.1, 203.0.113.9")]);
        assert_eq!(address(Some(client), &forwarded, &[proxy]), "203.0.113.9");
        assert_eq!(address(Some(proxy), &forwarded, &[proxy]), "203.0.113.9");
        assert_eq!(address(Some(proxy), &headers(&[]), &[proxy]), "10.0.0.1");
        assert_eq!(address(Some(proxy), &headers(&[("x-forwarded-for", "rubbish")]), &[proxy]), "10.0.0.1");
        assert_eq!(address(None, &forwarded, &[]), "unknown");
    }

    #[test]
    fn our_own_pages_are_known_by_host() {
        let page = |all: &[(&'static str, &str)]| Page::of(&headers(all));
        assert!(page(&[("origin", "https://dwt.example"), ("host", "dwt.example")]).own);
        assert!(page(&[("host", "dwt.example")]).own);
        assert!(!page(&[("origin", "https://evil.example"), ("host", "dwt.example")]).own);
        assert!(!page(&[("origin", "null"), ("host", "dwt.example")]).own);
        assert!(!page(&[("host", "dwt.example"), ("sec-fetch-site", "cross-site")]).own);
    }

    #[test]
    fn a_bearer_is_read_whatever_the_case() {
        assert_eq!(bearer(&headers(&[("authorization", "bearer abc ")])), Some("abc"));
        assert_eq!(bearer(&headers(&[("authorization", "Basic abc")])), None);
        assert_eq!(bearer(&headers(&[("authorization", "Bearer  ")])), None);
    }
}
