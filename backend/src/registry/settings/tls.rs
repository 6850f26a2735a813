//! Who is trusted, and what this side shows of itself.

use std::{fmt, sync::Arc};

use reqwest::{Certificate, Identity};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use sha2::{Digest as _, Sha256};

use crate::config::hex;

/// A certificate of an authority that is trusted, checked to be one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authority(Arc<CertificateDer<'static>>);

impl Authority {
    /// Every certificate of a text in PEM; an error says why there is none to trust.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Self>, String> {
        let found: Vec<_> =
            CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        if found.is_empty() {
            return Err("it holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)".to_owned());
        }
        found.into_iter().map(Self::from_der).collect()
    }

    fn from_der(certificate: CertificateDer<'static>) -> Result<Self, String> {
        RootCertStore::empty().add(certificate.clone()).map_err(|error| error.to_string())?;
        Ok(Self(Arc::new(certificate)))
    }

    /// SHA-256 of the certificate, by which people tell one from another.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(&**self.0))
    }

    pub(in crate::registry) fn certificate(&self) -> Result<Certificate, reqwest::Error> {
        Certificate::from_der(&self.0)
    }
}

/// A certificate of this side's own, with its key, for registries that want to see one.
#[derive(Clone)]
pub struct ClientIdentity {
    identity: Identity,
    /// SHA-256 of what it was made of: which one it is, without telling the key.
    fingerprint: [u8; 32],
}

impl ClientIdentity {
    /// Of a certificate, with those that lead to its authority, and its key, both in PEM.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        if CertificateDer::pem_slice_iter(certificate).next().is_none_or(|found| found.is_err()) {
            return Err("the certificate is none in PEM".to_owned());
        }
        // What is wrong with a key is nobody's business in detail.
        PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| "the key is none in PEM, or is protected by a passphrase".to_owned())?;
        let pem = [certificate, b"\n", key].concat();
        let identity = Identity::from_pem(&pem).map_err(|_| "certificate and key cannot be read".to_owned())?;
        Ok(Self { identity, fingerprint: Sha256::digest(&pem).into() })
    }

    pub(in crate::registry) fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity").finish_non_exhaustive()
    }
}

impl PartialEq for ClientIdentity {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl Eq for ClientIdentity {}

impl std::hash::Hash for ClientIdentity {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.fingerprint.hash(state);
    }
}

/// How a connection is secured. Connections are shared only by requests that want the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::registry) struct Tls {
    /// Trusted besides those of the machine.
    pub(in crate::registry) authorities: Vec<Authority>,
    pub(in crate::registry) identity: Option<ClientIdentity>,
    /// Whoever answers is believed to be who was asked for.
    pub(in crate::registry) skip_verify: bool,
}
