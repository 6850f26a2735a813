//! Registries: what holds for them, what is set, what works.

use gloo_net::http::Request;
use onetag_shared::api::{
    Problem, ProblemCode, RegistryInfo, RegistryList, RegistryOptions, RegistryTest, RegistryTestRequest, SettingOffer,
    paths,
};
use serde::Serialize;

use super::{body, encoded, get, read, unreachable};

/// Every registry that something is known of.
pub(crate) async fn registries() -> Result<RegistryList, Problem> {
    read(get(paths::REGISTRIES)).await
}

/// What holds for one.
pub(crate) async fn registry(host: &str) -> Result<RegistryInfo, Problem> {
    read(get(&path(paths::REGISTRY, host))).await
}

/// Sets what holds for one, in place of what was set before.
pub(crate) async fn set_registry(host: &str, options: &RegistryOptions) -> Result<RegistryInfo, Problem> {
    let request = Request::put(&path(paths::REGISTRY, host));
    let request = request.header("content-type", "application/json").body(json(options)?);
    body(request.map_err(|error| unreachable(&error))?.send().await.map_err(|error| unreachable(&error))?).await
}

/// Forgets what was set for one.
pub(crate) async fn forget_registry(host: &str) -> Result<RegistryInfo, Problem> {
    let response = Request::delete(&path(paths::REGISTRY, host)).send().await;
    body(response.map_err(|error| unreachable(&error))?).await
}

/// Tests what works at one.
pub(crate) async fn test_registry(host: &str, request: &RegistryTestRequest) -> Result<RegistryTest, Problem> {
    let asked = Request::post(&path(paths::REGISTRY_TEST, host));
    let asked = asked.header("content-type", "application/json").body(json(request)?);
    body(asked.map_err(|error| unreachable(&error))?.send().await.map_err(|error| unreachable(&error))?).await
}

/// Sets what a problem offers, beside what is set already.
pub(crate) async fn allow(offer: &SettingOffer) -> Result<(), Problem> {
    let known = registry(&offer.registry).await?;
    let options = RegistryOptions { private: Some(offer.private), ..known.options.unwrap_or_default() };
    set_registry(&offer.registry, &options).await.map(drop)
}

fn path(template: &str, host: &str) -> String {
    template.replace("{host}", &encoded(host))
}

fn json(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))
}
