//! A small token server: it signs real tokens, and writes down who asked for what
//! (CNCF Distribution, "Token Authentication Specification" and "Oauth2 Token Authentication").

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse as _, Response},
    routing::get,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::{CertificateParams, KeyPair};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use serde_json::{Value, json};

use super::{
    registry::{PASSWORD, USER},
    server::Server,
};

/// The name of the registry towards the token server.
pub(super) const SERVICE: &str = "registry.onetag.test";
/// The name of the token server towards the registry.
pub(super) const ISSUER: &str = "tokens.onetag.test";

/// Somebody asked for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// Who; `None` without credentials.
    pub account: Option<String>,
    /// For what: `repository:demo/app:pull`, …
    pub scopes: Vec<String>,
    /// Was a token given?
    pub granted: bool,
}

/// A token server. The one account is [`USER`] with [`PASSWORD`], and may do everything; others may do nothing.
#[derive(Debug)]
pub struct TokenServer {
    shared: Arc<Shared>,
    server: Server,
}

struct Shared {
    key: EcdsaKeyPair,
    certificate: String,
    certificate_pem: String,
    requests: Mutex<Vec<TokenRequest>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("requests", &self.requests).finish_non_exhaustive()
    }
}

impl TokenServer {
    /// Starts one with a key of its own.
    ///
    /// # Panics
    /// When no key can be made.
    pub async fn start() -> Self {
        let key = KeyPair::generate().expect("a P-256 key can be made");
        let certificate = CertificateParams::new([ISSUER.to_owned()])
            .and_then(|params| params.self_signed(&key))
            .expect("the certificate is plain");
        let signer =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der(), &SystemRandom::new());
        let shared = Arc::new(Shared {
            key: signer.expect("it is a P-256 key"),
            certificate: STANDARD.encode(certificate.der()),
            certificate_pem: certificate.pem(),
            requests: Mutex::default(),
        });
        let router = Router::new().route("/token", get(by_get).post(by_post)).with_state(Arc::clone(&shared));
        Self { shared, server: Server::start(router).await }
    }

    /// Where challenges send clients.
    pub fn realm(&self) -> String {
        format!("http://{}/token", self.server.host())
    }

    /// What the registry needs to check signatures.
    pub fn certificate_pem(&self) -> &str {
        &self.shared.certificate_pem
    }

    /// Every request for a token so far.
    pub fn requests(&self) -> Vec<TokenRequest> {
        self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A token for these scopes, made without asking.
    pub fn token(&self, scopes: &[String]) -> String {
        self.shared.sign(USER, scopes)
    }
}

impl Shared {
    /// ES256, with the certificate in the `x5c` header (RFC 7515, RFC 7518 section 3.4).
    fn sign(&self, subject: &str, scopes: &[String]) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs();
        let header = json!({ "typ": "JWT", "alg": "ES256", "x5c": [self.certificate] });
        let claims = json!({
            "iss": ISSUER,
            "sub": subject,
            "aud": SERVICE,
            "iat": now,
            "nbf": now - 30,
            "exp": now + 300,
            "jti": format!("{:016x}", fastrand::u64(..)),
            "access": scopes.iter().filter_map(|scope| access(scope)).collect::<Vec<_>>(),
        });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).expect("signing cannot fail");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn answer(&self, account: Option<&str>, accepted: bool, scopes: Vec<String>) -> Response {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(TokenRequest { account: account.map(str::to_owned), scopes: scopes.clone(), granted: accepted });
        if !accepted {
            let body = json!({ "errors": [{ "code": "UNAUTHORIZED", "message": "incorrect username or password" }] });
            return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
        }
        // Nobody is refused: who has no rights gets a token that says so, as real servers do.
        let granted = if account.is_some() { scopes } else { Vec::new() };
        let token = self.sign(account.unwrap_or_default(), &granted);
        Json(json!({ "token": token, "access_token": token, "expires_in": 300 })).into_response()
    }
}

/// `repository:demo/app:pull,push` as an entry of the `access` claim.
fn access(scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    Some(json!({ "type": kind, "name": name, "actions": actions.split(',').collect::<Vec<_>>() }))
}

async fn by_get(State(shared): State<Arc<Shared>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let scopes = values(query.unwrap_or_default().as_bytes(), "scope");
    let Some(authorization) = headers.get(AUTHORIZATION) else {
        return shared.answer(None, true, scopes);
    };
    let accepted = authorization.as_bytes() == super::registry::basic(USER, PASSWORD).as_bytes();
    shared.answer(Some(USER), accepted, scopes)
}

async fn by_post(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let value = |name| values(&body, name).into_iter().next().unwrap_or_default();
    let accepted = value("grant_type") == "password" && value("username") == USER && value("password") == PASSWORD;
    shared.answer(Some(&value("username")), accepted, values(&body, "scope"))
}

/// Every value of a field, split at spaces.
fn values(form: &[u8], name: &str) -> Vec<String> {
    url::form_urlencoded::parse(form)
        .filter(|(key, _)| key == name)
        .flat_map(|(_, value)| value.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .filter(|value| !value.is_empty())
        .collect()
}
