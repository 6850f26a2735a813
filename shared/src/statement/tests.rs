#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use super::*;

const SLSA_02: &str = "https://slsa.dev/provenance/v0.2";
const SLSA_1: &str = "https://slsa.dev/provenance/v1";
const COMMIT: &str = "1f3c7d9e5b2a486f90a1c2d3e4f5061728394a5b";

fn image() -> Digest {
    Digest::of(b"an image")
}

fn read(document: &Value) -> Statement {
    Statement::read(document.to_string().as_bytes(), Some(&image())).expect("it can be read")
}

fn statement(version: &str, predicate_type: &str, predicate: &Value) -> Value {
    json!({
        "_type": format!("https://in-toto.io/Statement/{version}"),
        "predicateType": predicate_type,
        "subject": [
            { "name": "pkg:docker/me/app@v1?platform=linux%2Famd64", "digest": { "sha256": image().encoded() } },
        ],
        "predicate": predicate,
    })
}

/// As `BuildKit` writes them with `--attest type=provenance,mode=max`.
fn buildkit_02() -> Value {
    json!({
        "builder": { "id": "https://github.com/me/app/actions/runs/42" },
        "buildType": "https://mobyproject.org/buildkit@v1",
        "materials": [
            {
                "uri": "pkg:docker/alpine@3.20?platform=linux%2Famd64",
                "digest": { "sha256": "beefdbd8a1da6d2915566fde36db9db0b524eb737fc57cd1367effd16dc0d06d" },
            },
            { "uri": "https://github.com/me/app.git#refs/heads/main", "digest": { "sha1": COMMIT } },
        ],
        "invocation": {
            "configSource": {
                "uri": "https://github.com/me/app.git#refs/heads/main", "digest": { "sha1": COMMIT },
                "entryPoint": "Dockerfile",
            },
            "parameters": { "frontend": "dockerfile.v0", "args": { "target": "app" } },
            "environment": { "platform": "linux/amd64" },
        },
        "buildConfig": { "llbDefinition": [{ "id": "step0", "op": { "Op": { "source": { "identifier": "x" } } } }] },
        "metadata": {
            "buildInvocationID": "p1", "buildStartedOn": "2026-10-05T09:29:00Z", "buildFinishedOn": "2026-10-05T09:30:00Z",
            "completeness": { "parameters": true, "environment": true, "materials": false }, "reproducible": false,
            "https://mobyproject.org/buildkit@v1#hermetic": true,
            "https://mobyproject.org/buildkit@v1#metadata": {
                "vcs": { "source": "https://github.com/me/app", "revision": COMMIT },
            },
        },
    })
}

fn buildkit_1() -> Value {
    json!({
        "buildDefinition": {
            "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
            "externalParameters": {
                "configSource": { "uri": "https://github.com/me/app.git#main", "digest": { "sha1": COMMIT }, "path": "Dockerfile" },
                "request": { "frontend": "dockerfile.v0" },
            },
            "internalParameters": { "builderPlatform": "linux/amd64" },
            "resolvedDependencies": [
                { "uri": "pkg:docker/golang@1.24?platform=linux%2Famd64", "digest": { "sha256": "00" } },
            ],
        },
        "runDetails": {
            "builder": { "id": "" },
            "metadata": {
                "invocationID": "p1", "startedOn": "2026-10-05T09:29:00Z", "finishedOn": "2026-10-05T09:30:00Z",
                "buildkit_metadata": { "source": { "locations": {} }, "layers": {} },
            },
        },
    })
}

#[test]
fn provenance_tells_builder_source_and_revision() {
    let github = json!({
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": { "workflow": { "ref": "refs/heads/main", "repository": "https://github.com/me/app", "path": "ci.yml" } },
            "resolvedDependencies": [
                { "uri": "git+https://github.com/other/app@refs/heads/main", "digest": { "gitCommit": "other" } },
                { "uri": "git+https://github.com/me/app@refs/heads/main", "digest": { "gitCommit": COMMIT } },
            ],
        },
        "runDetails": { "builder": { "id": "https://github.com/actions/runner/github-hosted" } },
    });
    let no_config = json!({ "builder": { "id": "b" }, "materials": [
        { "uri": "pkg:docker/alpine@3.20", "digest": { "sha256": "00" } },
        { "uri": "git+ssh://git@example.com/me/app.git@refs/tags/v1", "digest": { "sha1": COMMIT } },
    ] });
    let vcs_only = json!({ "metadata": { "https://mobyproject.org/buildkit@v1#metadata": { "vcs": { "source": "https://a.example/x" } } },
        "materials": [{ "uri": "git+https://b.example/y", "digest": { "sha1": COMMIT } }] });
    for (name, version, predicate_type, predicate, builder, source, revision, materials) in [
        (
            "BuildKit, v0.2",
            "v0.1",
            SLSA_02,
            buildkit_02(),
            "https://github.com/me/app/actions/runs/42",
            "https://github.com/me/app",
            COMMIT,
            2,
        ),
        ("BuildKit, v1", "v1", SLSA_1, buildkit_1(), "", "https://github.com/me/app.git", COMMIT, 1),
        (
            "GitHub",
            "v1",
            SLSA_1,
            github,
            "https://github.com/actions/runner/github-hosted",
            "https://github.com/me/app",
            COMMIT,
            2,
        ),
        ("materials only", "v0.1", SLSA_02, no_config, "b", "ssh://git@example.com/me/app.git", COMMIT, 2),
        // The revision of something else is not that of the source.
        ("source only", "v0.1", SLSA_02, vcs_only, "", "https://a.example/x", "", 1),
        ("nothing", "v1", SLSA_1, json!({}), "", "", "", 0),
        (
            "other types",
            "v1",
            SLSA_1,
            json!({ "buildDefinition": [1], "runDetails": "x", "materials": { "a": 1 }, "builder": 3 }),
            "",
            "",
            "",
            0,
        ),
        ("no predicate", "v1", SLSA_1, json!(null), "", "", "", 0),
    ] {
        let read = read(&statement(version, predicate_type, &predicate));
        assert_eq!(
            (read.kind, read.about, read.warnings()),
            (StatementKind::Provenance, About::Attached, vec![]),
            "{name}"
        );
        let provenance = read.provenance.expect(name);
        let texts = [provenance.builder, provenance.source, provenance.revision].map(Option::unwrap_or_default);
        assert_eq!(
            (texts, provenance.materials_total),
            ([builder, source, revision].map(str::to_owned), materials),
            "{name}"
        );
        assert_eq!(provenance.started.is_some(), name.starts_with("BuildKit"), "{name}");
        assert_eq!(provenance.finished, provenance.started.map(|_| "2026-10-05T09:30:00Z".to_owned()), "{name}");
    }
    let read = read(&statement("v0.1", SLSA_02, &buildkit_02())).provenance.unwrap();
    assert_eq!(read.materials[1].digests, [format!("sha1:{COMMIT}")]);
    assert_eq!(read.materials[0].uri, "pkg:docker/alpine@3.20?platform=linux%2Famd64");
}

fn spdx() -> Value {
    json!({
        "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "sbom", "dataLicense": "CC0-1.0",
        "creationInfo": { "created": "2026-10-05T09:30:00Z", "creators": ["Tool: syft-v1.0"] },
        "packages": [
            {
                "SPDXID": "SPDXRef-1", "name": "musl", "versionInfo": "1.2.5-r0",
                "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT",
                "externalRefs": [
                    { "referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:musl" },
                    { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:apk/alpine/musl@1.2.5-r0" },
                ],
            },
            { "name": "busybox", "licenseDeclared": "NONE", "licenseConcluded": "GPL-2.0-only", "versionInfo": 7 },
            "no package", null,
        ],
        "files": [{ "fileName": "/bin/busybox" }], "relationships": [],
    })
}

fn cyclonedx() -> Value {
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:0", "version": 1,
        "metadata": { "timestamp": "2026-10-05T09:30:00Z", "component": { "type": "container", "name": "me/app" } },
        "components": [
            {
                "type": "library", "group": "@types", "name": "node", "version": "22.1.0", "purl": "pkg:npm/%40types/node@22.1.0",
                "licenses": [{ "license": { "id": "MIT" } }, { "license": { "name": "Own" } }],
                "components": [{ "name": "inside", "licenses": [{ "expression": "MIT OR Apache-2.0" }] }],
            },
            { "name": "last" },
        ],
    })
}

fn lines(sbom: &Sbom) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
    let line = |p: &Package| [p.name.clone(), text(&p.version), text(&p.purl), text(&p.license)].join(" ");
    sbom.packages.iter().map(line).collect()
}

#[test]
fn both_forms_of_sboms_become_one_list() {
    let of_spdx = ["musl 1.2.5-r0 pkg:apk/alpine/musl@1.2.5-r0 MIT", "busybox - - GPL-2.0-only", " - - -", " - - -"];
    let of_cyclonedx =
        ["@types/node 22.1.0 pkg:npm/%40types/node@22.1.0 MIT, Own", "inside - - MIT OR Apache-2.0", "last - - -"];
    for (document, format, name, about, expected) in [
        (spdx(), "SPDX 2.3", "sbom", About::Unsaid, &of_spdx[..]),
        (statement("v1", "https://spdx.dev/Document", &spdx()), "SPDX 2.3", "sbom", About::Attached, &of_spdx),
        (cyclonedx(), "CycloneDX 1.6", "me/app", About::Unsaid, &of_cyclonedx),
        (
            statement("v0.1", "https://cyclonedx.org/bom", &cyclonedx()),
            "CycloneDX 1.6",
            "me/app",
            About::Attached,
            &of_cyclonedx,
        ),
    ] {
        let read = read(&document);
        assert_eq!((read.kind, read.about, read.warnings()), (StatementKind::Sbom, about, vec![]), "{format}");
        let sbom = read.sbom.expect(format);
        assert_eq!(
            (sbom.format.as_str(), sbom.name.as_deref(), lines(&sbom)),
            (format, Some(name), expected.iter().map(|&line| line.to_owned()).collect())
        );
        assert_eq!((sbom.created.as_deref(), sbom.packages_total), (Some("2026-10-05T09:30:00Z"), expected.len()));
    }
    let other = read(&statement("v1", "https://spdx.dev/Document/v3", &json!({ "@graph": [] })));
    assert_eq!((other.kind, other.sbom.is_none(), other.warnings().len()), (StatementKind::Sbom, true, 1));
}

#[test]
fn envelopes_are_opened_and_their_signatures_counted() {
    let inside = statement("v1", SLSA_1, &buildkit_1());
    let dsse = json!({
        "payloadType": "application/vnd.in-toto+json", "payload": STANDARD.encode(inside.to_string()),
        "signatures": [{ "keyid": "", "sig": "AA" }, { "sig": "AB" }],
    });
    let bundle = json!({ "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {}, "dsseEnvelope": dsse });
    for (document, signatures) in [(&inside, 0), (&dsse, 2), (&bundle, 2)] {
        let read = read(document);
        assert_eq!((read.kind, read.signatures, read.about), (StatementKind::Provenance, signatures, About::Attached));
    }
    for payload in ["%", "e30=e30="] {
        let read = Statement::read(json!({ "payload": payload }).to_string().as_bytes(), None);
        assert_eq!(read, Err(StatementError::Payload), "{payload}");
    }
}

#[test]
fn signatures_name_what_they_are_about() {
    let cosign = |digest: &str| {
        json!({ "critical": { "identity": { "docker-reference": "me/app" },
        "image": { "docker-manifest-digest": digest }, "type": "cosign container image signature" }, "optional": null })
    };
    let target = json!({ "targetArtifact": { "mediaType": "x", "digest": image(), "size": 3 } });
    let jws = json!({ "payload": URL_SAFE_NO_PAD.encode(target.to_string()), "protected": "e30", "header": {}, "signature": "AA" });
    let message = json!({ "messageSignature": { "messageDigest": {}, "signature": "AA" } });
    let other = Digest::of(b"another").to_string();
    for (document, about, signatures) in [
        (cosign(image().as_str()), About::Attached, 0),
        (cosign(&other), About::Others, 0),
        (jws, About::Attached, 1),
        (message, About::Unsaid, 1),
    ] {
        let read = read(&document);
        assert_eq!(
            (read.kind, read.about, read.signatures),
            (StatementKind::Signature, about, signatures),
            "{document}"
        );
    }
}

#[test]
fn what_a_statement_is_about_is_compared_with_where_it_is() {
    let of = |subject: Value| {
        let mut document = statement("v1", "https://example.com/x", &json!({}));
        document["subject"] = subject;
        document
    };
    let other = json!({ "name": "other", "digest": { "sha256": "00", "sha512": "11" } });
    let this = json!({ "digest": { "sha512": "11", "sha256": image().encoded().to_uppercase() } });
    let many = vec![other.clone(); MOST_SUBJECTS + 5];
    for (subject, about, warning) in [
        (json!([other, this]), About::Attached, None),
        (json!([other]), About::Others, Some("one subject")),
        (json!([other, other]), About::Others, Some("2 subjects")),
        (json!(many), About::Others, Some("among the first 1000")),
        (json!([]), About::Unsaid, Some("names no subject")),
        (json!([{ "name": image() }]), About::Unsaid, Some("names no subject")),
        (json!("text"), About::Unsaid, Some("names no subject")),
    ] {
        let read = read(&of(subject));
        assert_eq!((read.kind, read.about), (StatementKind::Other, about));
        assert!(read.subjects.len() <= SUBJECTS_KEPT);
        match warning {
            Some(words) => assert!(read.warnings()[0].contains(words), "{:?}", read.warnings()),
            None => assert_eq!(read.warnings(), Vec::<String>::new()),
        }
    }
    let unknown = Statement::read(of(json!([other])).to_string().as_bytes(), None).unwrap();
    assert_eq!((unknown.about, unknown.warnings()), (About::Unknown, vec![]));
}

#[test]
fn much_is_counted_and_cut() {
    let package = json!({ "name": "x".repeat(5000) });
    let all = json!({ "spdxVersion": "SPDX-2.2", "packages": vec![json!({ "name": "a" }); MOST_PACKAGES + 7] });
    let sbom = read(&all).sbom.unwrap();
    assert_eq!((sbom.packages.len(), sbom.packages_total), (MOST_PACKAGES, MOST_PACKAGES + 7));
    let nested = json!({ "name": "a", "components": vec![json!({ "name": "b" }); 1003] });
    let nested = read(&json!({ "bomFormat": "CycloneDX", "components": [nested, package] })).sbom.unwrap();
    assert_eq!((nested.packages.len(), nested.packages_total), (1002, 1005));
    assert_eq!(nested.packages[1001].name.chars().count(), 2001);
    let builds = json!({ "materials": vec![json!({ "uri": "u" }); MOST_MATERIALS + 1] });
    let provenance = read(&statement("v0.1", SLSA_02, &builds)).provenance.unwrap();
    assert_eq!((provenance.materials.len(), provenance.materials_total), (MOST_MATERIALS, MOST_MATERIALS + 1));
}

#[test]
fn what_cannot_be_read_is_said() {
    for text in [
        "",
        "{",
        "{} x",
        "\u{feff}{}",
        r#"{"_type":"a","_type":"b"}"#,
        r#"{"predicate":{"packages":[],"packages":[]}}"#,
    ] {
        let read = Statement::read(text.as_bytes(), None);
        assert!(matches!(read, Err(StatementError::NotJson(_))), "{text}: {read:?}");
    }
    for text in ["[]", "null", "7", "\"text\"", "{}", r#"{"hello":"world","predicate":{"builder":{"id":"x"}}}"#] {
        let read = Statement::read(text.as_bytes(), None).unwrap();
        assert_eq!((read.kind, read.about), (StatementKind::Other, About::Unsaid), "{text}");
    }
    for (media_type, expected) in [
        ("application/vnd.in-toto+json", true),
        ("application/vnd.in-toto.spdx+dsse", true),
        ("text/spdx+json", true),
        ("application/JSON; charset=utf-8", true),
        ("application/vnd.oci.image.layer.v1.tar+gzip", false),
        ("application/cose", false),
    ] {
        assert_eq!(is_readable(media_type), expected, "{media_type}");
    }
}
