//! What the samples' attestations say: how an image was made, and what is in it. As `BuildKit` and its scanner write them, though
//! nothing of it is true.

use onetag_shared::digest::Digest;
use serde_json::{Value, json};

use super::{CREATED, Content};

const IN_TOTO: &str = "application/vnd.in-toto+json";
const COMMIT: &str = "1f3c7d9e5b2a486f90a1c2d3e4f5061728394a5b";

/// Packages of the samples: each of these as it is, and with what is split off it.
const PACKAGES: [(&str, &str, &str); 24] = [
    ("alpine-baselayout", "3.6.5-r0", "GPL-2.0-only"),
    ("apk-tools", "2.14.4-r0", "GPL-2.0-only"),
    ("busybox", "1.36.1-r29", "GPL-2.0-only"),
    ("ca-certificates", "20240705-r0", "MPL-2.0 AND MIT"),
    ("curl", "8.9.0-r0", "curl"),
    ("expat", "2.6.2-r0", "MIT"),
    ("gcc", "13.2.1-r10", "GPL-2.0-or-later AND LGPL-2.1-or-later"),
    ("git", "2.45.2-r0", "GPL-2.0-only"),
    ("krb5", "1.21.3-r0", "MIT"),
    ("libffi", "3.4.6-r0", "MIT"),
    ("libidn2", "2.3.7-r0", "GPL-2.0-or-later OR LGPL-3.0-or-later"),
    ("libpsl", "0.21.5-r1", "MIT"),
    ("musl", "1.2.5-r0", "MIT"),
    ("ncurses", "6.4_p20240420-r0", "X11"),
    ("nghttp2", "1.62.1-r0", "MIT"),
    ("openssl", "3.3.1-r3", "Apache-2.0"),
    ("pcre2", "10.43-r0", "BSD-3-Clause"),
    ("readline", "8.2.10-r0", "GPL-3.0-or-later"),
    ("scanelf", "1.3.7-r2", "GPL-2.0-only"),
    ("sqlite", "3.45.3-r1", "blessing"),
    ("ssl_client", "1.36.1-r29", "GPL-2.0-only"),
    ("xz", "5.6.2-r0", "GPL-2.0-or-later AND 0BSD"),
    ("zlib", "1.3.1-r1", "Zlib"),
    ("zstd", "1.5.6-r0", "BSD-3-Clause OR GPL-2.0-or-later"),
];
const SPLIT: [&str; 5] = ["", "-dev", "-doc", "-libs", "-static"];

/// A statement with its predicate type.
pub type Statement = (&'static str, Content);

/// SLSA provenance, v1.
pub(super) fn provenance(image: &Digest) -> Statement {
    let predicate = json!({
        "buildDefinition": {
            "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
            "externalParameters": {
                "configSource": {
                    "uri": "https://git.example/demo/app.git#refs/heads/main", "digest": { "sha1": COMMIT },
                    "path": "Dockerfile",
                },
                "request": { "frontend": "dockerfile.v0", "args": { "target": "app" } },
            },
            "internalParameters": { "builderPlatform": "linux/amd64" },
            "resolvedDependencies": [
                {
                    "uri": "pkg:docker/alpine@3.20",
                    "digest": { "sha256": Digest::of(b"alpine").encoded() },
                },
                {
                    "uri": "pkg:docker/docker/buildkit-syft-scanner@stable-1",
                    "digest": { "sha256": Digest::of(b"scanner").encoded() },
                },
                { "uri": "https://git.example/demo/app.git#refs/heads/main", "digest": { "sha1": COMMIT } },
            ],
        },
        "runDetails": {
            "builder": { "id": "https://ci.example/demo/app/runs/42" },
            "metadata": {
                "invocationID": "p1v8mzkq", "startedOn": "2026-10-05T09:28:41Z", "finishedOn": CREATED,
                "buildkit_metadata": { "vcs": { "source": "https://git.example/demo/app.git", "revision": COMMIT } },
            },
        },
    });
    statement("https://slsa.dev/provenance/v1", image, &predicate)
}

/// An SBOM, in SPDX 2.3.
pub(super) fn packages(image: &Digest) -> Statement {
    let names = PACKAGES.iter().flat_map(|package| SPLIT.map(|split| (package, split)));
    let packages = names.map(|((name, version, license), split)| {
        let purl = format!("pkg:apk/alpine/{name}{split}@{version}?distro=alpine-3.20.2");
        json!({
            "SPDXID": format!("SPDXRef-Package-apk-{name}{split}"),
            "name": format!("{name}{split}"),
            "versionInfo": version,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": license,
            "externalRefs": [
                { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl },
            ],
        })
    });
    let predicate = json!({
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "demo/app",
        "creationInfo": { "created": CREATED, "creators": ["Tool: syft-v0.105.0", "Tool: buildkit-v0.16.0"] },
        "packages": packages.collect::<Vec<Value>>(),
    });
    statement("https://spdx.dev/Document", image, &predicate)
}

/// An in-toto statement about an image.
pub fn statement(predicate_type: &'static str, image: &Digest, predicate: &Value) -> Statement {
    let document = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": predicate_type,
        "subject": [{ "name": "demo/app", "digest": { image.algorithm_name(): image.encoded() } }],
        "predicate": predicate,
    });
    (predicate_type, Content::json(IN_TOTO, &document))
}
