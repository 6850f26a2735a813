//! Tokens from a token server.

use std::time::{Duration, Instant};

use onetag_shared::reference::Reference;
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::ExposeSecret;
use url::Url;

use super::{Credential, Scope, basic, secret_header};
use crate::registry::{
    Error, ErrorKind,
    transport::{Request, Transport},
};

/// Largest answer of a token server.
const MAX_TOKEN: usize = 1024 * 1024;
/// How long a token is good for when the server does not say, and at least.
const SHORTEST: u64 = 60;

#[derive(serde::Deserialize)]
struct Answer {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default)]
    expires_in: Option<u64>,
}

/// A token as a header, and when it ends by our clock. Passwords go with `GET`, as every server takes them; identity
/// tokens with `POST`.
pub(super) async fn fetch(
    transport: &Transport,
    repository: &Reference,
    realm: &str,
    service: Option<&str>,
    credential: &Credential,
    scopes: &[Scope],
) -> Result<(HeaderValue, Instant), Error> {
    let host = repository.registry().as_str();
    let mut url = Url::parse(realm).map_err(|error| {
        Error::new(ErrorKind::Protocol, host, format!("its token server's address `{realm}` is none: {error}"))
    })?;
    let plain = transport.base(repository.registry())?.scheme() == "http";
    if url.scheme() != "https" && !(plain && url.scheme() == "http") {
        let words = format!("its token server {realm} is not on https, so no credentials go there");
        return Err(Error::new(ErrorKind::Protocol, host, words));
    }
    let asked = Instant::now();
    let mut request;
    if let Credential::Identity(token) = credential {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token")
            .append_pair("refresh_token", token.expose_secret())
            .append_pair("client_id", "onetag")
            .append_pair("scope", &scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        if let Some(service) = service {
            form.append_pair("service", service);
        }
        request = Request::new(Method::POST, url);
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        request.body = form.finish().into();
    } else {
        {
            let mut query = url.query_pairs_mut();
            if let Some(service) = service {
                query.append_pair("service", service);
            }
            for scope in scopes {
                query.append_pair("scope", &scope.to_string());
            }
        }
        request = Request::new(Method::GET, url);
        if let Credential::Basic { user, password } = credential
            && let Some(header) = basic(user, password)
        {
            request.headers.insert(AUTHORIZATION, header);
        }
    }
    // Token requests follow no redirects: credentials go to the realm and nowhere else.
    let response = transport.send_without_redirects(&request).await?;
    if response.status() != StatusCode::OK {
        return Err(transport.refuse(response, &format!("asking for a token for {}", repository.repo())).await);
    }
    let body = transport.body(response, MAX_TOKEN).await?;
    let unreadable = || Error::new(ErrorKind::Protocol, host, "its token server's answer has no token");
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    let token = answer.token.filter(|token| !token.is_empty()).or(answer.access_token).ok_or_else(unreadable)?;
    let lasts = Duration::from_secs(answer.expires_in.unwrap_or(SHORTEST).clamp(SHORTEST, 86_400));
    let header = secret_header("Bearer", &token).ok_or_else(unreadable)?;
    Ok((header, asked + lasts))
}
