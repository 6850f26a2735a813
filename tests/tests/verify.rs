//! Programs are looked for in real layers, and what they are made for is told.

use http::StatusCode;
use onetag_shared::api::{Verdict, Verification, paths};
use onetag_tests::{
    Auth, CountingProxy, Onetag, Registry,
    samples::{self, Sample},
};
use reqwest::Method;

async fn verify(onetag: &Onetag, reference: &str) -> Verification {
    let request = onetag.request(Method::POST, paths::VERIFY).query(&[("ref", reference)]);
    onetag_tests::Answer::of(request).await.json()
}

#[tokio::test]
async fn every_program_is_read_and_no_more_than_it_takes() {
    let registry = Registry::with_samples(Auth::Token).await;
    let proxy = CountingProxy::start(registry.host()).await;
    let onetag = Onetag::start_as(&registry, &proxy.host()).await;
    Onetag::start(&[&registry]).await.push_samples(&registry, &samples::NAMES, &["v1"]).await;
    let found = verify(&onetag, &proxy.reference("demo/app:v1")).await;
    assert_eq!(found.images.len(), samples::NAMES.len());
    for (image, name) in found.images.iter().zip(samples::NAMES) {
        assert_eq!(image.verdict, Verdict::Matches, "{name}: {}", image.words);
        let sample = samples::image(name);
        assert_eq!(image.platform.as_ref(), Some(&sample.platform));
        let [program] = &image.programs[..] else { panic!("{name}: {image:?}") };
        assert_eq!(program.architecture.as_deref(), Some(sample.platform.architecture.as_str()));
        assert_eq!(program.os.as_deref(), Some(sample.platform.os.as_str()));
        // The lowest layer is never asked for: config, base, program, and in some images data above it.
        let above: usize = sample.blobs[2..].iter().map(|layer| layer.bytes.len()).sum();
        assert!((1..=above as u64).contains(&image.bytes_read), "{name}: {} of {above}", image.bytes_read);
    }
    let base = &samples::image("amd64").blobs[1].digest;
    assert!(proxy.recorded().iter().all(|request| !request.path.contains(base.as_str())));
}

#[tokio::test]
async fn a_program_for_another_machine_is_found() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let found = verify(&onetag, &registry.reference("demo/mislabelled:v1")).await;
    let verdicts: Vec<_> = found.images.iter().map(|image| image.verdict).collect();
    assert_eq!(verdicts, [Verdict::Matches, Verdict::Contradicts]);
    let wrong = &found.images[1];
    for words in ["linux/arm64/v8", "ELF, 64-bit, little-endian, amd64", "/usr/local/bin/app", "exec format error"] {
        assert!(wrong.words.contains(words), "{}", wrong.words);
    }
}

#[tokio::test]
async fn what_cannot_be_told_is_said_with_the_reason() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let empty = samples::image_of(samples::image("amd64").platform);
    registry.put(&Sample::image("demo/odd", "empty", empty)).await;
    registry.put(&Sample::image("demo/odd", "script", samples::scripted())).await;
    for (reference, verdict, words) in [
        ("demo/odd:empty", Verdict::Unknown, "no layer has /none"),
        ("demo/odd:script", Verdict::Matches, "/usr/local/bin/tool is ELF, 64-bit, big-endian, s390x"),
        ("demo/artifact:v1", Verdict::Unknown, "no config of an image"),
    ] {
        let found = verify(&onetag, &registry.reference(reference)).await;
        let [image] = &found.images[..] else { panic!("{reference}: {found:?}") };
        assert_eq!(image.verdict, verdict, "{reference}: {}", image.words);
        assert!(image.words.contains(words), "{reference}: {}", image.words);
        if reference.ends_with("script") {
            let paths: Vec<&str> = image.programs.iter().map(|program| program.path.as_str()).collect();
            assert_eq!(paths, ["/srv/run", "/usr/local/bin/tool"]);
        }
    }
    let request = onetag.request(Method::POST, paths::VERIFY).query(&[("ref", registry.reference("demo/no:v1"))]);
    assert_eq!(onetag_tests::Answer::of(request).await.problem().status, StatusCode::NOT_FOUND.as_u16());
}
