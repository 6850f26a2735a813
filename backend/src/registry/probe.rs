//! Questions that tell how well a registry works.

use std::net::SocketAddr;

use onetag_shared::{
    digest::Digest,
    document::{Document, MAX_DOCUMENT_BYTES},
    reference::{Reference, Registry},
};
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
    tls::TlsInfo,
};

use super::{
    Client, Credential, Error, Upload,
    auth::{Challenge, Scope, ScopeSet, challenges},
    certificate::issuer,
    transport::{Request, authority},
    uploads::completed,
};

/// What a registry says at its front door, `/v2/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontDoor {
    /// The status.
    pub status: u16,
    /// The address that answered, where it is known: not behind a proxy.
    pub address: Option<SocketAddr>,
    /// How the connection is secured.
    pub security: Security,
    /// What it wants to see.
    pub wants: Wants,
    /// It says that it speaks the protocol, or answers as one does that does.
    pub is_registry: bool,
}

/// How a connection is secured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    PlainHttp,
    /// By https; who answers was not verified. With who issued its certificate.
    Unverified(Option<String>),
    /// By https, verified. With who issued its certificate.
    Verified(Option<String>),
}

/// What a registry wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// User and password.
    Basic,
    /// A token from a token server at this host.
    Token(String),
}

impl Client {
    /// Knocks at a registry's front door, without a login.
    pub async fn knock(&self, registry: &Registry) -> Result<FrontDoor, Error> {
        self.transport.find_scheme(registry).await?;
        let request = Request::new(registry, Method::GET, self.transport.base(registry)?);
        let response = self.transport.send_without_redirects(&request).await?;
        let certificate = response.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        let issuer = certificate.and_then(issuer);
        let security = match (request.url.scheme(), self.settings(registry).skip_verify.value) {
            ("http", _) => Security::PlainHttp,
            (_, true) => Security::Unverified(issuer),
            (_, false) => Security::Verified(issuer),
        };
        let challenge = challenges(response.headers());
        let is_refusal = response.status() == StatusCode::UNAUTHORIZED && challenge.is_some();
        let is_named = response.headers().contains_key("docker-distribution-api-version");
        let is_page =
            response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        Ok(FrontDoor {
            status: response.status().as_u16(),
            address: response.remote_addr(),
            security,
            is_registry: is_refusal || is_named || (response.status() == StatusCode::OK && !is_page),
            wants: match challenge {
                None => Wants::Nothing,
                Some(Challenge::Basic) => Wants::Basic,
                Some(Challenge::Bearer { realm, .. }) => {
                    Wants::Token(realm.parse().map_or(realm, |realm| authority(&realm)))
                }
            },
        })
    }

    /// Comes in by the front door, with the login for a repository.
    pub async fn come_in(&self, repository: &Reference) -> Result<(), Error> {
        let registry = repository.registry();
        let request = Request::new(registry, Method::GET, self.transport.base(registry)?);
        let response = self.send(repository, request, &ScopeSet::default()).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(self.transport.refuse(response, &format!("logging in to {registry}")).await)
    }

    /// Who asks, as far as it is known here.
    pub async fn credential(&self, repository: &Reference) -> Result<Credential, Error> {
        self.auth.credential(repository).await
    }

    /// Reads what a reference names at the registry itself, whatever its mirrors have: a manifest, of a list the first, and
    /// its config, since registries often keep blobs elsewhere. Its digest.
    pub async fn pull(&self, reference: &Reference) -> Result<Digest, Error> {
        let root = self.own_manifest(reference, None).await?;
        let image = match root.parse() {
            Ok(Document::List(list)) => match list.manifests.first() {
                Some(first) => {
                    let child = reference.repository_only().with_digest(first.digest.clone());
                    self.own_manifest(&child, Some(first)).await?.parse()
                }
                None => return Ok(root.digest().clone()),
            },
            other => other,
        };
        if let Ok(Document::Image(image)) = image
            && image.config.size <= MAX_DOCUMENT_BYTES as u64
        {
            self.own_blob(reference, &image.config).await?;
        }
        Ok(root.digest().clone())
    }

    /// Does it answer what refers to a manifest (distribution spec, "Listing Referrers")?
    pub async fn answers_referrers(&self, repository: &Reference, digest: &Digest) -> Result<bool, Error> {
        Ok(self.ask_for_referrers(repository, digest, None).await?.is_some())
    }

    /// Fills an open upload with a few bytes, all at once.
    pub async fn put_blob(&self, repository: &Reference, upload: Upload, bytes: &[u8]) -> Result<(), Error> {
        let digest = Digest::of(bytes);
        let mut request = Request::new(repository.registry(), Method::PUT, completed(&upload, &digest));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        request.body = bytes.to_vec().into();
        let scopes = std::iter::once(Scope::push(repository)).collect();
        let response = self.send(repository, request, &scopes).await?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(self.transport.refuse(response, &format!("uploading {} to {}", digest.short(), repository.repo())).await)
    }
}
