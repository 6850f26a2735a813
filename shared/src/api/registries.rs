//! Registries: what is known of them, what holds for them, and whether they work.

use serde::{Deserialize, Serialize};

use super::Problem;

/// How a registry is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// By https, and by nothing else.
    Https,
    /// By plain http: everybody on the way can read and change what is sent, logins included.
    Http,
    /// By https where it answers that, else by plain http: what docker and podman call insecure.
    HttpsElseHttp,
}

impl Scheme {
    /// The text form: `https`, `http` or `https-else-http`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
            Self::HttpsElseHttp => "https-else-http",
        }
    }
}

/// What the API can set for a registry. What is left out is not set here, so that other sources decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryOptions {
    /// How it is spoken to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Scheme>,
    /// Is whoever answers believed to be the registry? Then everybody on the way can read and change what is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_verify: Option<bool>,
    /// Certificate authorities to trust besides those of the machine, as text in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// Where to read first: `host[:port]`, perhaps with a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mirrors: Option<Vec<String>>,
    /// May it be at private addresses, and lead to others there?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Hosts (`host[:port]`) that logins may be sent to besides the registry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realms: Option<Vec<String>>,
    /// Requests to it at once, 1 to 256.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<usize>,
    /// Does it honour `If-Match` and `If-None-Match` when a tag is written? Then they are sent, and a tag that moves between
    /// our last look and the write stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_match: Option<bool>,
}

/// Who says what holds for a registry; where several do, the later one in this list wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Nobody: it is so unless somebody says otherwise.
    Default,
    /// Podman's files.
    Podman,
    /// Docker's files.
    Docker,
    /// The file of registry settings.
    File,
    /// A flag, or the environment variable of that name.
    Flag,
    /// The API, or the page.
    Api,
}

/// Who says it, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingSource {
    /// Who.
    pub kind: SourceKind,
    /// The file, or the flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A value that holds, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// Who says so.
    pub source: SettingSource,
}

/// A registry that something is known of. No secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistryInfo {
    /// Host and port, as in references.
    pub host: String,
    /// How it is spoken to.
    pub scheme: Setting<Scheme>,
    /// Is whoever answers believed to be the registry?
    pub skip_verify: Setting<bool>,
    /// SHA-256 of each certificate authority that is trusted besides those of the machine.
    pub authorities: Vec<Setting<String>>,
    /// A certificate of our own is shown to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<Setting<bool>>,
    /// Where its content is read first.
    pub mirrors: Setting<Vec<String>>,
    /// May it be at private addresses, and lead to others there?
    pub private: Setting<bool>,
    /// Hosts that logins may be sent to besides its own; absent when any may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realms: Option<Setting<Vec<String>>>,
    /// Requests to it at once.
    pub parallel: Setting<usize>,
    /// Is it told with `If-Match` what a tag has to hold to be written?
    pub if_match: Setting<bool>,
    /// Who logs in, where the settings have a login: its user, or `(token)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Setting<String>>,
    /// What the API has set, to be changed and put again; absent when it has set nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<RegistryOptions>,
    /// What is broken in the settings: as long as it is, the registry is not spoken to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Setting<String>>,
    /// What it last said about its limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}

/// What a registry said about how much it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// Requests that it answers in a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Those that are left of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u64>,
    /// The window, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u64>,
    /// Who is counted: an address, or an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// It asked to be left alone for so many seconds more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// How long ago it said so, in seconds.
    pub age_seconds: u64,
}

/// A short name that podman knows for a repository. Here it is shown only: `app` means Docker Hub's, as with docker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ShortName {
    /// The short name.
    pub name: String,
    /// What podman takes it for.
    pub repository: String,
    /// Where it says so.
    pub source: SettingSource,
}

/// Every registry that something is known of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistryList {
    /// In the order of their names.
    pub registries: Vec<RegistryInfo>,
    /// Podman's short names, in their order.
    pub short_names: Vec<ShortName>,
    /// Files of docker and podman that could not be read, and what of them does not count here.
    pub problems: Vec<Setting<String>>,
}

/// What to try at a registry. It is read only, unless asked otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryTestRequest {
    /// A repository in it, such as `me/app`: to read from, and to push to if asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Push a tiny image and a list of it into that repository, and take them away again as far as the registry allows.
    #[serde(default)]
    pub push: bool,
}

/// What was tried at a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TestStep {
    /// Its settings can be used, and its address is one that it may be at.
    Address,
    /// Something answers there.
    Reachable,
    /// The connection is secure.
    Tls,
    /// It speaks the protocol.
    Protocol,
    /// It takes the login.
    Login,
    /// Its tags can be listed.
    Tags,
    /// A manifest can be read, and a blob.
    Pull,
    /// It answers what refers to an image.
    Referrers,
    /// An upload can be opened, and cancelled.
    Upload,
    /// Blobs, a manifest and a list can be pushed.
    Push,
    /// A blob can be mounted.
    Mount,
    /// A tag or a manifest can be deleted.
    Delete,
    /// What it says about its limits.
    Limits,
}

impl TestStep {
    /// All of them, in their order.
    pub const ALL: [Self; 13] = [
        Self::Address,
        Self::Reachable,
        Self::Tls,
        Self::Protocol,
        Self::Login,
        Self::Tags,
        Self::Pull,
        Self::Referrers,
        Self::Upload,
        Self::Push,
        Self::Mount,
        Self::Delete,
        Self::Limits,
    ];
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TestOutcome {
    /// It works.
    Ok,
    /// The registry does not offer it, as many do not; the words say what that means.
    Unsupported,
    /// It does not work.
    Failed,
    /// It was not tried; the words say why.
    NotTried,
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// What.
    pub step: TestStep,
    /// How it went.
    pub outcome: TestOutcome,
    /// What was found, in words.
    pub words: String,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Box<Problem>>,
}

/// What works at a registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistryTest {
    /// Host and port, as in references.
    pub host: String,
    /// One for each step, in their order.
    pub results: Vec<TestResult>,
    /// What the test left behind in the registry, if it did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// What it said about its limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
}
