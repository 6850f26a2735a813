//! Tokens from a token server (distribution "Token Authentication Specification" and "Oauth2 Token Authentication").

use std::{fmt, sync::Arc, time::Duration, time::Instant};

use onetag_shared::reference::Reference;
use reqwest::{
    Method, Response,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Credential, ScopeSet, basic, secret_header};
use crate::registry::{
    Error, ErrorKind,
    transport::{Request, Transport, authority, without_login},
};

/// Largest answer of a token server.
pub(super) const MAX_TOKEN: usize = 1024 * 1024;
/// How long a token is good for when the server does not say, and at least, in seconds.
const SHORTEST: u64 = 60;
/// Longest part of a realm that is shown, in characters.
const SHOWN: usize = 200;
/// However long the server says, in seconds.
const LONGEST: u64 = 86_400;

/// A token that can be shown.
#[derive(Clone)]
pub(super) struct Token {
    /// `Bearer …`, marked as sensitive.
    pub(super) header: HeaderValue,
    /// When it ends by our clock.
    pub(super) ends: Instant,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("ends", &self.ends).finish_non_exhaustive()
    }
}

#[derive(serde::Deserialize)]
struct Answer {
    #[serde(default)]
    token: Option<SecretString>,
    #[serde(default)]
    access_token: Option<SecretString>,
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

/// What a token is asked for with.
#[derive(Clone, Debug)]
pub(super) struct TokenRequest {
    pub(super) repository: Reference,
    pub(super) realm: String,
    pub(super) service: Option<String>,
    pub(super) credential: Credential,
    pub(super) scopes: ScopeSet,
}

impl TokenRequest {
    /// Asks for the token. Passwords go with `GET`, as every server takes them, and with `POST` to a server that knows
    /// no `GET`; identity tokens go with `POST`, and with `GET` to a server that knows none.
    pub(super) async fn fetch(self, transport: Arc<Transport>) -> Result<Token, Error> {
        let realm = self.realm(&transport)?;
        let asked = transport.clock().instant();
        // Token requests follow no redirects: credentials go to the realm and nowhere else.
        let ask = |request: Request| {
            let transport = Arc::clone(&transport);
            async move { transport.send_without_redirects(&request).await }
        };
        let response = match &self.credential {
            Credential::Identity { token, .. } => {
                let grant = [("grant_type", "refresh_token"), ("refresh_token", token.expose_secret())];
                let response = ask(self.post(&realm, &grant)).await?;
                // 404: Google; 401: Artifactory; 400: Azure.
                if matches!(response.status().as_u16(), 400 | 401 | 404 | 405) {
                    ask(self.get(&realm)).await?
                } else {
                    response
                }
            }
            Credential::Basic { user, password } => {
                let response = ask(self.get(&realm)).await?;
                if matches!(response.status().as_u16(), 404 | 405) {
                    let password = password.expose_secret();
                    ask(self.post(&realm, &[("grant_type", "password"), ("username", user), ("password", password)]))
                        .await?
                } else {
                    response
                }
            }
            Credential::Anonymous | Credential::Bearer(_) => ask(self.get(&realm)).await?,
        };
        self.read(&transport, response, asked).await
    }

    /// The address of the token server. https, unless the registry itself is on plain http.
    fn realm(&self, transport: &Transport) -> Result<Url, Error> {
        let host = self.repository.registry().as_str();
        let base = transport.base(self.repository.registry())?;
        let url = address(&self.realm, base.scheme() == "http")
            .map_err(|words| Error::new(ErrorKind::Protocol, host, words))?;
        let settings = transport.settings(self.repository.registry());
        match &settings.realms {
            Some(realms) if authority(&url) != authority(&base) && !realms.value.contains(&authority(&url)) => {
                let (place, source) = (authority(&url), &realms.source);
                let words = format!("it sends logins to {place}, which `realms` does not name (by {source})");
                Err(Error::new(ErrorKind::RealmRefused, host, words))
            }
            _ => Ok(url),
        }
    }

    fn get(&self, realm: &Url) -> Request {
        let mut url = realm.clone();
        {
            let mut query = url.query_pairs_mut();
            if let Some(service) = &self.service {
                query.append_pair("service", service);
            }
            for scope in self.scopes.iter() {
                query.append_pair("scope", &scope.to_string());
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        let mut request = Request::new(self.repository.registry(), Method::GET, url);
        let header = match &self.credential {
            Credential::Basic { user, password } => basic(user, password),
            // What servers that take no POST expect: Azure wants the user that its login stored.
            Credential::Identity { user, token } => basic(user.as_deref().unwrap_or("<token>"), token),
            Credential::Anonymous | Credential::Bearer(_) => None,
        };
        request.headers.extend(header.map(|header| (AUTHORIZATION, header)));
        request
    }

    fn post(&self, realm: &Url, grant: &[(&str, &str)]) -> Request {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(grant).append_pair("client_id", "onetag").append_pair("scope", &self.scopes.to_string());
        if let Some(service) = &self.service {
            form.append_pair("service", service);
        }
        let mut request = Request::new(self.repository.registry(), Method::POST, realm.clone());
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        request.body = form.finish().into();
        request
    }

    async fn read(&self, transport: &Transport, response: Response, asked: Instant) -> Result<Token, Error> {
        let server = authority(response.url());
        let tried = format!("asking for a token for {}", self.repository.repo());
        let status = response.status().as_u16();
        if status != 200 {
            let retry_after = transport.retry_after(response.headers());
            let body = transport.error_body(response).await;
            let error = Error::answer(&server, status, &body, &tried).with_retry_after(retry_after);
            return Err(match status {
                // Whatever it is called: without a token there is no way in.
                400..=403 => error.into_unauthorized(),
                408 | 429 | 500.. => error,
                300..=399 => error.into_protocol("redirects of a login are not followed"),
                _ => error.into_protocol("this is no token server"),
            });
        }
        let body = transport
            .body(response, MAX_TOKEN)
            .await
            .map_err(|error| Error { words: format!("{tried}: {}", error.words), ..error })?;
        let unreadable = || Error::new(ErrorKind::Protocol, &server, format!("{tried}: the answer has no token"));
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| unreadable())?;
        let filled = |token: Option<SecretString>| token.filter(|token| !token.expose_secret().is_empty());
        let token = filled(answer.token).or_else(|| filled(answer.access_token)).ok_or_else(unreadable)?;
        let header = secret_header("Bearer", token.expose_secret()).ok_or_else(unreadable)?;
        Ok(Token { header, ends: asked + lasts(answer.expires_in.as_ref()) })
    }
}

/// The address that a challenge names.
fn address(realm: &str, may_be_plain: bool) -> Result<Url, String> {
    let cut = |text: &str| text.chars().take(SHOWN).flat_map(char::escape_debug).collect::<String>();
    let url = Url::parse(realm).map(without_login);
    let url = url.map_err(|error| format!("its token server's address `{}` is none: {error}", cut(realm)))?;
    if url.scheme() != "https" && !(may_be_plain && url.scheme() == "http") {
        return Err(format!("its token server {} is not on https, so no credentials go there", cut(url.as_str())));
    }
    Ok(url)
}

/// How long a token lasts. By our clock from when it was asked for: the server's may be wrong. Some servers write the
/// seconds as text or with a fraction.
fn lasts(expires_in: Option<&serde_json::Value>) -> Duration {
    let seconds = expires_in.and_then(|value| match value {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    });
    let seconds = seconds.filter(|seconds: &f64| seconds.is_finite() && *seconds > 0.0);
    let lasts = seconds.map_or(Duration::from_secs(SHORTEST), |seconds| {
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(LONGEST))
    });
    lasts.clamp(Duration::from_secs(SHORTEST), Duration::from_secs(LONGEST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
    use serde_json::json;

    use super::*;
    use crate::registry::auth::{Challenge, Scope, challenges, missing_scopes};

    /// A challenge leads to an address on https without a login, or nowhere.
    #[test]
    fn fuzz_challenges() {
        let tokens = &["Bearer realm=\"https://", "Basic ", "scope=\"repository:", ":pull,"];
        onetag_fuzz::fuzz("challenge", tokens, |input| {
            let lines = input.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
            let headers: HeaderMap = lines.map(|line| (WWW_AUTHENTICATE, line)).collect();
            if let Some(scopes) = missing_scopes(&headers) {
                // What is not UTF-8 takes three bytes each.
                assert!(scopes.iter().count() <= ScopeSet::MOST && scopes.to_string().len() <= input.len() * 3);
                let again: ScopeSet = scopes.to_string().split(' ').filter_map(Scope::parse).collect();
                assert_eq!(again, scopes);
            }
            let Some(Challenge::Bearer { realm, service }) = challenges(&headers) else { return };
            assert!(realm.len() + service.unwrap_or_default().len() <= input.len() * 3);
            for may_be_plain in [false, true] {
                match address(&realm, may_be_plain) {
                    Ok(url) => {
                        assert!(url.scheme() == "https" || may_be_plain && url.scheme() == "http", "{url}");
                        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
                        let host = authority(&url);
                        assert!(!host.is_empty() && !host.contains(|c: char| "@/\\?#".contains(c) || c.is_control()));
                    }
                    Err(words) => assert!(words.len() < 2500 && !words.chars().any(char::is_control), "{words:?}"),
                }
            }
        });
    }

    #[test]
    fn a_token_lasts_a_minute_at_least_and_a_day_at_most() {
        for (expires_in, seconds) in [
            (None, 60),
            (Some(json!(null)), 60),
            (Some(json!(0)), 60),
            (Some(json!(-5)), 60),
            (Some(json!(59)), 60),
            (Some(json!(300)), 300),
            (Some(json!("300")), 300),
            (Some(json!(300.0)), 300),
            (Some(json!("soon")), 60),
            (Some(json!(1e300)), 86_400),
        ] {
            assert_eq!(lasts(expires_in.as_ref()), Duration::from_secs(seconds), "{expires_in:?}");
        }
    }
}
