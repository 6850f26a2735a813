//! YAML of manifest-tool.

use gloo_net::http::Request;
use onetag_shared::api::{Problem, Spec, paths};

use super::{body, unreachable};

/// What a spec says.
pub(crate) async fn read_spec(yaml: &str) -> Result<Spec, Problem> {
    let request = Request::post(paths::SPEC).header("content-type", "application/yaml").body(yaml);
    let request = request.map_err(|error| unreachable(&error))?;
    body(request.send().await.map_err(|error| unreachable(&error))?).await
}
