//! Short-lived tokens: who may ask, from which page, until when.
//!
//! `base64url(claims as JSON).base64url(HMAC-SHA-256)`. One algorithm, so there is none to choose in
//! the token. A *grant* says that a page of a listed origin asked for the assistant; a *session* says who
//! asks. The claims are readable and hold nothing secret.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    secret::Key,
};

/// A grant is exchanged at once for a session.
pub const GRANT_SECONDS: i64 = 300;
/// A session is renewed by the panel without anybody noticing.
pub const SESSION_SECONDS: i64 = 1_800;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// To be exchanged for a session.
    Grant,
    /// To ask.
    Session,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What it is good for.
    pub r#use: Use,
    /// The channel.
    pub channel: String,
    /// The host page's origin; absent for the server's own pages.
    pub origin: Option<String>,
    /// Whose conversations; empty in a grant.
    pub owner: String,
    /// Good until then, seconds since 1970.
    pub expires_at: i64,
}

impl Claims {
    /// A grant for a page of `origin`.
    pub fn grant(channel: &str, origin: &str, now: DateTime<Utc>) -> Self {
        Self {
            r#use: Use::Grant,
            channel: channel.to_owned(),
            origin: Some(origin.to_owned()),
            owner: String::new(),
            expires_at: (now + Duration::seconds(GRANT_SECONDS)).timestamp(),
        }
    }

    /// A session of `owner`.
    pub fn session(channel: &str, origin: Option<String>, owner: String, now: DateTime<Utc>) -> Self {
        Self {
            r#use: Use::Session,
            channel: channel.to_owned(),
            origin,
            owner,
            expires_at: (now + Duration::seconds(SESSION_SECONDS)).timestamp(),
        }
    }

    /// The token.
    ///
    /// # Errors
    /// None in practice: the claims always serialise.
    pub fn sealed(&self, key: &Key) -> Result<String> {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?);
        let signature = URL_SAFE_NO_PAD.encode(key.sign(body.as_bytes()));
        Ok(format!("{body}.{signature}"))
    }

    /// Reads a token that this installation made for this use and that is not over.
    ///
    /// # Errors
    /// [`Error::NoSession`], without saying what was wrong.
    pub fn open(token: &str, wanted: Use, key: &Key, now: DateTime<Utc>) -> Result<Self> {
        let (body, signature) = token.split_once('.').ok_or(Error::NoSession)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Error::NoSession)?;
        if !key.verify(body.as_bytes(), &signature) {
            return Err(Error::NoSession);
        }
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| Error::NoSession)?;
        let claims: Self = serde_json::from_slice(&body).map_err(|_| Error::NoSession)?;
        let good = claims.r#use == wanted && claims.expires_at > now.timestamp();
        if good { Ok(claims) } else { Err(Error::NoSession) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        store::testing::noon()
    }

    #[test]
    fn a_token_opens_for_its_use_until_its_time_is_over() {
        let key = Key::new("k");
        let claims = Claims::session("web", Some("https://a.example".into()), "v:1".into(), now());
        let token = claims.sealed(&key).expect("sealed");
        assert_eq!(Claims::open(&token, Use::Session, &key, now()).expect("opens"), claims);
        let late = now() + Duration::seconds(SESSION_SECONDS);
        for (token, wanted, key, at) in [
            (token.as_str(), Use::Grant, &key, now()),
            (&token, Use::Session, &Key::new("other"), now()),
            (&token, Use::Session, &key, late),
            ("", Use::Session, &key, now()),
            ("a.b", Use::Session, &key, now()),
        ] {
            assert!(matches!(Claims::open(token, wanted, key, at), Err(Error::NoSession)), "{token}");
        }
    }

    #[test]
    fn any_changed_character_is_found() {
        let key = Key::new("k");
        let token = Claims::grant("web", "https://a.example", now()).sealed(&key).expect("sealed");
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            // The last character of a base64 block may carry unused bits: those must be refused too.
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(Claims::open(&changed, Use::Grant, &key, now()).is_err(), "{at}");
        }
    }
}
