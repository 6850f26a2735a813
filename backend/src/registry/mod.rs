//! The registry client: the OCI distribution API, with a registry as an untrusted peer.
//!
//! Knows neither the server's HTTP side nor its database.

mod auth;
mod blob_parts;
mod blobs;
mod catalogue;
mod certificate;
mod client;
mod error;
mod header;
mod hint;
mod link;
mod manifests;
mod mirrors;
mod probe;
mod referrers;
pub mod settings;
mod tags;
#[cfg(test)]
mod tests;
mod transport;
mod uploads;

pub use auth::{Account, Anonymous, Credential, CredentialError, CredentialSource, DockerConfig};
pub use catalogue::CataloguePage;
pub use client::{Client, ClientConfig, Reader};
pub use error::{Error, ErrorKind, TlsFault};
pub use manifests::Resolved;
pub use probe::{FrontDoor, Security, Wants};
pub use tags::TagsPage;
pub use transport::{AddressClass, Internet, Network, Timeouts};
pub use uploads::{Mount, Upload};

/// What a mutex holds. Nothing that is locked here is left half changed, so a panic elsewhere spoils nothing.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
