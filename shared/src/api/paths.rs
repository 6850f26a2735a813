//! Paths of the HTTP API, below the base path; used to mount routes and to call them.

/// Every route of version 1 starts with this.
pub const API: &str = "/api/v1";
/// `GET ?ref=R`: everything about a reference. `Accept: text/event-stream` streams the same parts.
pub const INSPECT: &str = "/api/v1/inspect";
/// `GET ?ref=R`: digest, media type and size, by one `HEAD`.
pub const RESOLVE: &str = "/api/v1/resolve";
/// `GET ?repo=R`: tags, paged by cursor. With `tags=A,B`: what these hold.
pub const TAGS: &str = "/api/v1/tags";
/// `GET ?registry=HOST`: what repositories a registry has.
pub const REPOSITORIES: &str = "/api/v1/repositories";
/// `GET ?ref=R`: repositories, and tags of the repository, that look like the same application for other machines.
pub const SIBLINGS: &str = "/api/v1/siblings";
/// `GET ?ref=R`: which tags of the repository point to the same, and which lists have it as an entry.
pub const POINTING: &str = "/api/v1/pointing";
/// `GET ?ref=R`: what refers to a document, and to the entries of a list: signatures, SBOMs and the like.
pub const REFERRERS: &str = "/api/v1/referrers";
/// `GET ?ref=R`: what an attestation, an SBOM or a signature says.
pub const ATTESTATIONS: &str = "/api/v1/attestations";
/// `POST`: delete a tag, or a manifest by its digest.
pub const DELETIONS: &str = "/api/v1/deletions";
/// `GET ?ref=R`: what was done to a tag here, paged by cursor.
pub const HISTORY: &str = "/api/v1/history";
/// `POST`: put an earlier digest back at a tag; a push job too.
pub const RESTORES: &str = "/api/v1/restores";
/// `GET ?ref=R&platform=P`: which entry a client on that platform gets, and why.
pub const SELECT: &str = "/api/v1/select";
/// `GET ?from=R&to=R`: what differs between two references; also as plain text and as Markdown (`Accept`).
pub const DIFF: &str = "/api/v1/diff";
/// Whether the programs in an image are made for the platforms that it promises.
pub const VERIFY: &str = "/api/v1/verify";
/// `POST`: a draft's plan and findings.
pub const PLAN: &str = "/api/v1/plan";
/// `POST`: what a spec of manifest-tool (YAML) says, as a draft. `GET ?ref=R`: a list as such a spec.
pub const SPEC: &str = "/api/v1/spec";
/// `POST`: start a push.
pub const PUSHES: &str = "/api/v1/pushes";
/// `GET`: the state of one push.
pub const PUSH: &str = "/api/v1/pushes/{id}";
/// `GET`: progress of one push as server-sent events, resumable with `Last-Event-ID`.
pub const PUSH_EVENTS: &str = "/api/v1/pushes/{id}/events";
/// `POST`: put back what the tags of a push held before it; a push job too.
pub const PUSH_UNDO: &str = "/api/v1/pushes/{id}/undo";
/// `POST`: start a gather. `GET`: gathers, the newest first, paged by cursor.
pub const GATHERS: &str = "/api/v1/gathers";
/// `GET`: how far a gather has come; `?wait=SECONDS` waits for its end. `DELETE`: cancel it.
pub const GATHER: &str = "/api/v1/gathers/{id}";
/// `POST`: add a part to a gather.
pub const GATHER_PARTS: &str = "/api/v1/gathers/{id}/parts";
/// `POST`: push a gather without what is missing, or once more.
pub const GATHER_PUSH: &str = "/api/v1/gathers/{id}/push";
/// `GET`: every registry that something is known of.
pub const REGISTRIES: &str = "/api/v1/registries";
/// `GET`: what holds for one registry. `PUT`: set it. `DELETE`: forget what was set.
pub const REGISTRY: &str = "/api/v1/registries/{host}";
/// `POST`: test what works at a registry.
pub const REGISTRY_TEST: &str = "/api/v1/registries/{host}/test";
/// `GET`: what this server is: version, mode and the sample registry when it has one.
pub const ABOUT: &str = "/api/v1/about";
/// The `OpenAPI` document, generated from the code.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// A page to read it.
pub const API_DOCS: &str = "/api/v1/docs";
/// `GET`: the page of a reference; readable before any script runs, and also as plain text or JSON (`Accept`).
pub const INSPECT_PAGE: &str = "/i/{*reference}";
/// `GET`: the page of a repository, in the same forms.
pub const BROWSE_PAGE: &str = "/r/{*repository}";
/// `GET ?from=R&to=R`: the page of a difference; readable before any script runs, and also as plain text, Markdown or JSON.
pub const DIFF_PAGE: &str = "/diff";
/// `GET ?ref=TEXT`: leads to the page of what somebody has typed who runs no script.
pub const GO: &str = "/go";
/// `GET`: a badge, with `.svg` or `.json` behind the reference.
pub const BADGE: &str = "/badge/{*reference}";
/// `GET`: a picture for previews of links, with `.png` behind the reference.
pub const CARD: &str = "/card/{*reference}";
/// `GET`: a page that may be framed.
pub const EMBED: &str = "/embed/{*reference}";
/// Alive; needs no key.
pub const HEALTHZ: &str = "/healthz";
/// Ready to serve: the database answers; needs no key.
pub const READYZ: &str = "/readyz";
