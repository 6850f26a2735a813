//! What attestations say is told, claims as they are.

use onetag_shared::{
    api::{Attestations, ProblemCode, paths},
    digest::Digest,
    statement::{About, MAX_BYTES, StatementKind},
};
use onetag_tests::{
    Auth, CountingProxy, Onetag, Registry,
    samples::{self, Content, Sample, attested_list, statement},
};
use reqwest::{Method, StatusCode, header};
use serde_json::json;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The attestation of a list's first image.
fn first_attestation(sample: &Sample) -> Digest {
    sample.children[1].digest.clone()
}

#[tokio::test]
async fn what_buildkit_attests_is_told_and_costs_three_requests() {
    let registry = Registry::start(Auth::None).await;
    let samples = samples::all();
    let sample = samples.iter().find(|sample| sample.repository == "demo/attested").expect("there is one");
    registry.put(sample).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start(&[&registry]).await;
    let reference = proxy.reference(&format!("demo/attested@{}", first_attestation(sample)));

    proxy.hold_waves(&[1, 2]);
    let answer = onetag.get(paths::ATTESTATIONS, &[("ref", &reference)]).await;
    assert_eq!(proxy.recorded_in_full().len(), 3, "a manifest and two layers");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, max-age=3600, immutable");
    let told: Attestations = answer.json();
    let image = samples::image("amd64").manifest.digest;
    assert_eq!((&told.subject, told.verified, told.warnings.len()), (&Some(image), false, 0));
    let [provenance, sbom] = &told.layers[..] else { panic!("{told:?}") };
    let provenance = provenance.statement.as_ref().expect("it can be read");
    assert_eq!((provenance.kind, provenance.about), (StatementKind::Provenance, About::Attached));
    let said = provenance.provenance.as_ref().expect("provenance");
    assert_eq!(said.builder.as_deref(), Some("https://ci.example/demo/app/runs/42"));
    assert_eq!(said.source.as_deref(), Some("https://git.example/demo/app.git"));
    assert_eq!((said.revision.as_ref().map(String::len), said.materials_total), (Some(40), 3));
    let sbom = sbom.statement.as_ref().and_then(|statement| statement.sbom.as_ref()).expect("an SBOM");
    assert_eq!((sbom.format.as_str(), sbom.packages.len(), sbom.packages_total), ("SPDX 2.3", 120, 120));
    assert_eq!(sbom.packages[60].purl.as_deref(), Some("pkg:apk/alpine/musl@1.2.5-r0?distro=alpine-3.20.2"));

    // Again: nothing is asked for, of the registry nor of who has the answer.
    proxy.record();
    onetag.get(paths::ATTESTATIONS, &[("ref", &reference)]).await.json::<Attestations>();
    let known = onetag.request(Method::GET, paths::ATTESTATIONS).query(&[("ref", &reference)]);
    let known = known.header(header::IF_NONE_MATCH, answer.headers[header::ETAG].clone()).send().await.unwrap();
    assert_eq!((known.status(), proxy.recorded().len()), (StatusCode::NOT_MODIFIED, 0));

    // Attached to another image than its manifest says.
    let other = samples::image("arm64").manifest.digest;
    let query = [("ref", reference.as_str()), ("subject", other.as_str())];
    let told: Attestations = onetag.get(paths::ATTESTATIONS, &query).await.json();
    assert!(told.warnings[0].contains("It is attached to another image"), "{:?}", told.warnings);
    assert!(told.layers.iter().all(|layer| layer.warnings[0].contains("about something else")), "{told:?}");

    for (reference, subject, code) in [
        (proxy.reference("demo/attested:v1"), None, ProblemCode::InvalidRequest),
        (reference.clone(), Some("none"), ProblemCode::InvalidRequest),
        (proxy.reference(&format!("demo/attested@{}", Digest::of(b"gone"))), None, ProblemCode::ManifestUnknown),
    ] {
        let mut query = vec![("ref", reference.as_str())];
        query.extend(subject.map(|subject| ("subject", subject)));
        assert_eq!(onetag.get(paths::ATTESTATIONS, &query).await.problem().code, code, "{reference}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_beside_what_can() {
    let registry = Registry::start(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let destination = registry.destination("me/app");
    let image = samples::image("amd64");
    let (_, of_another) = statement("https://spdx.dev/Document", &Digest::of(b"another"), &json!({}));
    // Larger than a document is, so that it is streamed.
    let packages: Vec<_> =
        (0..30_000).map(|n| json!({ "name": format!("package-{n}"), "copyrightText": "x".repeat(150) })).collect();
    let (_, large) = statement(
        "https://spdx.dev/Document",
        &image.manifest.digest,
        &json!({ "spdxVersion": "SPDX-2.3", "packages": packages }),
    );
    assert!(large.bytes.len() > 4 << 20);
    let layers = [
        Content::new("application/vnd.in-toto+json", "{"),
        Content::new("application/spdx+json", r#"{"spdxVersion":"SPDX-2.2","packages":[{"name":"a"}]}"#),
        of_another,
        large,
        Content::new("text/plain", "a note"),
    ];
    let config = Content::new("application/vnd.oci.empty.v1+json", "{}");
    for blob in layers.iter().chain([&config]) {
        destination.put_blob("me/app", blob).await.unwrap();
    }
    let mut descriptors: Vec<_> = layers.iter().map(Content::descriptor).collect();
    descriptors
        .push(json!({ "mediaType": "application/spdx+json", "digest": layers[1].digest, "size": MAX_BYTES + 1 }));
    descriptors.push(json!({ "mediaType": "application/spdx+json", "digest": config.digest, "size": 1 }));
    let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": "text/sbom", "config": config.descriptor(),
        "layers": descriptors, "subject": image.manifest.descriptor() });
    let manifest = Content::json(MANIFEST, &manifest);
    destination.put_manifest("me/app", manifest.digest.as_str(), &manifest).await.unwrap();
    let reference = registry.reference(&format!("me/app@{}", manifest.digest));
    let answer = onetag.get(paths::ATTESTATIONS, &[("ref", &reference)]).await;
    let told: Attestations = answer.json();
    let codes: Vec<_> = told.layers.iter().map(|layer| layer.problem.as_ref().map(|problem| problem.code)).collect();
    let expected = [
        Some(ProblemCode::InvalidDocument),
        None,
        None,
        None,
        Some(ProblemCode::Unsupported),
        Some(ProblemCode::TooLarge),
        Some(ProblemCode::DigestMismatch),
    ];
    assert_eq!(codes, expected);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "another time it may be had");
    let statement = |place: usize| told.layers[place].statement.as_ref().expect("it can be read");
    assert_eq!((statement(1).about, told.layers[1].warnings.len()), (About::Unsaid, 0));
    assert_eq!((statement(2).about, told.layers[2].warnings.len()), (About::Others, 2));
    let sbom = statement(3).sbom.as_ref().expect("an SBOM");
    assert_eq!((sbom.packages.len(), sbom.packages_total), (20_000, 30_000));
}

#[tokio::test]
async fn an_attestation_behind_a_login_is_read_with_it() {
    let registry = Registry::start(Auth::Htpasswd).await;
    let image = samples::image("amd64");
    let statements = vec![statement("https://example.com/review/v1", &image.manifest.digest, &json!({ "by": "me" }))];
    let sample = attested_list("me/app", "v1", vec![(&image, statements)]);
    registry.put(&sample).await;
    let reference = registry.reference(&format!("me/app@{}", first_attestation(&sample)));
    let onetag = Onetag::start(&[&registry]).await;
    let told: Attestations = onetag.get(paths::ATTESTATIONS, &[("ref", &reference)]).await.json();
    let said = told.layers[0].statement.as_ref().expect("it can be read");
    assert_eq!((said.kind, said.about), (StatementKind::Other, About::Attached));
    assert_eq!(said.predicate_type.as_deref(), Some("https://example.com/review/v1"));
    let refused = Onetag::start(&[]).await.get(paths::ATTESTATIONS, &[("ref", &reference)]).await.problem();
    assert_eq!(refused.code, ProblemCode::Unauthorized);
}
