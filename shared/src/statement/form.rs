//! The fields that are read of the documents that attestations come as. Which of them a document has tells what it is.

use serde::Deserialize;

use super::{
    MOST_MATERIALS, MOST_PACKAGES, MOST_SUBJECTS,
    lenient::{Capped, Digests, Object, Text, Whole},
};

/// What may stand outermost: an in-toto statement (v0.1 and v1 name the same fields), an envelope (DSSE; a JWS, as Notation
/// makes them; a Sigstore bundle around DSSE), or what cosign and Notation sign.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Outer {
    #[serde(rename = "_type")]
    pub(super) kind: Text,
    #[serde(rename = "predicateType")]
    pub(super) predicate_type: Text,
    pub(super) subject: Capped<Object<Subject>, MOST_SUBJECTS>,
    pub(super) predicate: Object<Predicate>,
    pub(super) payload: Whole,
    pub(super) signatures: Capped<Object<Empty>, 0>,
    /// Of a JWS.
    pub(super) signature: Text,
    #[serde(rename = "dsseEnvelope")]
    pub(super) bundled: Object<Envelope>,
    #[serde(rename = "messageSignature")]
    pub(super) message: Object<Message>,
    pub(super) critical: Object<Critical>,
    #[serde(rename = "targetArtifact")]
    pub(super) target: Object<Target>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Empty {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope {
    pub(super) payload: Whole,
    pub(super) signatures: Capped<Object<Empty>, 0>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    pub(super) signature: Text,
}

/// "Simple signing", as cosign has it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Critical {
    pub(super) image: Object<SignedImage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignedImage {
    #[serde(rename = "docker-manifest-digest")]
    pub(super) digest: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    pub(super) digest: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Subject {
    pub(super) name: Text,
    pub(super) digest: Digests,
}

/// The fields of every predicate that is read. They hardly overlap, and what is meant by one that does is the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Predicate {
    // SLSA v0.2
    pub(super) builder: Object<Builder>,
    #[serde(rename = "buildType")]
    pub(super) build_type: Text,
    pub(super) invocation: Object<Parameters>,
    pub(super) materials: Capped<Object<Resource>, MOST_MATERIALS>,
    /// Also of `CycloneDX`.
    pub(super) metadata: Object<Metadata>,
    // SLSA v1
    #[serde(rename = "buildDefinition")]
    pub(super) definition: Object<Definition>,
    #[serde(rename = "runDetails")]
    pub(super) run: Object<Run>,
    // SPDX
    #[serde(rename = "spdxVersion")]
    pub(super) spdx_version: Text,
    pub(super) name: Text,
    #[serde(rename = "creationInfo")]
    pub(super) creation: Object<Creation>,
    pub(super) packages: Capped<Object<SpdxPackage>, MOST_PACKAGES>,
    // CycloneDX
    #[serde(rename = "bomFormat")]
    pub(super) bom_format: Text,
    #[serde(rename = "specVersion")]
    pub(super) bom_version: Text,
    pub(super) components: Capped<Object<Component>, MOST_PACKAGES>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Builder {
    pub(super) id: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parameters {
    #[serde(rename = "configSource")]
    pub(super) source: Object<Resource>,
    /// As GitHub's builders have it.
    pub(super) workflow: Object<Workflow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Workflow {
    pub(super) repository: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    pub(super) uri: Text,
    pub(super) name: Text,
    pub(super) digest: Digests,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    #[serde(rename = "buildStartedOn", alias = "startedOn")]
    pub(super) started: Text,
    #[serde(rename = "buildFinishedOn", alias = "finishedOn")]
    pub(super) finished: Text,
    #[serde(rename = "https://mobyproject.org/buildkit@v1#metadata", alias = "buildkit_metadata")]
    pub(super) buildkit: Object<BuildKit>,
    /// Of `CycloneDX`.
    pub(super) timestamp: Text,
    pub(super) component: Object<Named>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BuildKit {
    pub(super) vcs: Object<Vcs>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Vcs {
    pub(super) source: Text,
    pub(super) revision: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Definition {
    #[serde(rename = "buildType")]
    pub(super) build_type: Text,
    #[serde(rename = "externalParameters")]
    pub(super) parameters: Object<Parameters>,
    #[serde(rename = "resolvedDependencies")]
    pub(super) dependencies: Capped<Object<Resource>, MOST_MATERIALS>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    pub(super) builder: Object<Builder>,
    pub(super) metadata: Object<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Creation {
    pub(super) created: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SpdxPackage {
    pub(super) name: Text,
    #[serde(rename = "versionInfo")]
    pub(super) version: Text,
    #[serde(rename = "licenseDeclared")]
    pub(super) declared: Text,
    #[serde(rename = "licenseConcluded")]
    pub(super) concluded: Text,
    /// Scanners name some hundreds of CPEs before the one that is wanted.
    #[serde(rename = "externalRefs")]
    pub(super) references: Capped<Object<ExternalReference>, 1000>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalReference {
    #[serde(rename = "referenceType")]
    pub(super) kind: Text,
    #[serde(rename = "referenceLocator")]
    pub(super) locator: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    pub(super) name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Component {
    pub(super) group: Text,
    pub(super) name: Text,
    pub(super) version: Text,
    pub(super) purl: Text,
    pub(super) licenses: Capped<Object<LicenseChoice>, 20>,
    /// What it is made of.
    pub(super) components: Capped<Object<Self>, 1000>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LicenseChoice {
    pub(super) license: Object<License>,
    pub(super) expression: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct License {
    pub(super) id: Text,
    pub(super) name: Text,
}
