//! How an image was made, by whoever says so (SLSA provenance v0.2 and v1, with what `BuildKit` adds).

use serde::{Deserialize, Serialize};

use super::form::{Predicate, Resource};

/// What provenance says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// Who built it, a URI: the run of a CI job, in most cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builder: Option<String>,
    /// What kind of build it was, a URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_type: Option<String>,
    /// The repository of its source, without the branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The revision of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// When the build began (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// What went into it: base images, the source.
    pub materials: Vec<Material>,
    /// How many there are, also of those that are left out here.
    pub materials_total: usize,
}

/// Something that went into a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Material {
    /// Where it is from: `pkg:docker/alpine@3.20`, `https://github.com/me/app.git`.
    pub uri: String,
    /// Its digests, each with its algorithm: `sha256:…`, `sha1:…`.
    pub digests: Vec<String>,
}

impl Provenance {
    pub(super) fn read(predicate: Predicate) -> Self {
        let Predicate { builder, build_type, invocation, materials, metadata, definition, run, .. } = predicate;
        let (definition, run, metadata) = (definition.0, run.0, metadata.0);
        let (newer, older) = (definition.parameters.0, invocation.0);
        let materials = if definition.dependencies.total > 0 { definition.dependencies } else { materials };
        let vcs = [run.metadata.0.buildkit.0, metadata.buildkit.0].map(|buildkit| buildkit.vcs.0);
        let [vcs, older_vcs] = vcs;
        let vcs_source = vcs.source.0.or(older_vcs.source.0);
        let vcs_revision = vcs.revision.0.or(older_vcs.revision.0);
        // Most telling first: what the client says of its checkout, what it was told to build, and what it read.
        let declared = [&newer.source.0, &older.source.0].into_iter().find(|source| source.uri.0.is_some());
        let workflow = newer.workflow.0.repository.0.or(older.workflow.0.repository.0);
        let of_workflow = workflow.as_deref().and_then(|repository| {
            materials
                .items
                .iter()
                .find(|item| item.uri.0.as_deref().is_some_and(|uri| repository_of(uri) == repository))
        });
        let material = of_workflow.or_else(|| materials.items.iter().find(|item| is_git(item))).map(|item| &item.0);
        let named = declared.or_else(|| material.filter(|_| vcs_source.is_none()));
        let source = vcs_source
            .or_else(|| declared.and_then(|source| source.uri.0.clone()))
            .or(workflow)
            .or_else(|| material.and_then(|source| source.uri.0.clone()));
        let revision = vcs_revision.or_else(|| named.and_then(revision_of).map(str::to_owned));
        Self {
            builder: run.builder.0.id.0.or(builder.0.id.0),
            build_type: definition.build_type.0.or(build_type.0),
            source: source.map(|uri| repository_of(&uri).to_owned()),
            revision,
            started: run.metadata.0.started.0.or(metadata.started.0),
            finished: run.metadata.0.finished.0.or(metadata.finished.0),
            materials_total: materials.total,
            materials: materials
                .items
                .into_iter()
                .map(|item| {
                    let Resource { uri, name, digest } = item.0;
                    Material { uri: uri.0.or(name.0).unwrap_or_default(), digests: digest.to_texts() }
                })
                .collect(),
        }
    }
}

/// Git's revision of a source.
fn revision_of(source: &Resource) -> Option<&str> {
    ["gitCommit", "sha1"].into_iter().find_map(|algorithm| source.digest.get(algorithm))
}

fn is_git(source: &Resource) -> bool {
    source.uri.0.as_deref().is_some_and(|uri| uri.starts_with("git+")) || revision_of(source).is_some()
}

/// `git+https://example.com/me/app@refs/heads/main` and `https://example.com/me/app.git#main:folder` without what is not the
/// repository's address.
fn repository_of(uri: &str) -> &str {
    let uri = uri.strip_prefix("git+").unwrap_or(uri);
    let uri = uri.split('#').next().unwrap_or(uri);
    uri.split("@refs/").next().unwrap_or(uri)
}
