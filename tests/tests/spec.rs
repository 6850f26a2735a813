//! manifest-tool's YAML, in and out, against the real registry.

use http::{StatusCode, header::CONTENT_TYPE};
use onetag_shared::api::{ProblemCode, PushState, Spec, paths};
use onetag_tests::{Answer, Auth, Onetag, Registry};
use reqwest::Method;
use serde_json::json;

async fn read(onetag: &Onetag, yaml: &str) -> Answer {
    let request = onetag.request(Method::POST, paths::SPEC).header(CONTENT_TYPE, "application/yaml");
    Answer::of(request.body(yaml.to_owned())).await
}

#[tokio::test]
async fn a_spec_is_pushed_and_the_list_is_a_spec_that_makes_it_again() {
    let registry = Registry::with_samples(Auth::Token).await;
    let onetag = Onetag::start(&[&registry]).await;
    let app = registry.reference("demo/app");
    let yaml = format!(
        "image: {app}:from-spec\ntags: [too]\nannotations:\n  org.opencontainers.image.version: 1.10\nmanifests:\n\
         - image: {app}:v1-amd64\n\
         - image: {app}:v1-armv7\n  platform: {{os: linux, architecture: arm, variant: v6}}\n\
         - image: {app}:v1-windows-amd64\n\
         - image: {app}:v1-386\n  platform:\n    os: linux\n    architecture: \"386\"\n    os.features: [fine]\n"
    );
    let spec: Spec = read(&onetag, &yaml).await.json();
    assert_eq!(spec.notes.len(), 1, "{:?}", spec.notes);
    let targets: Vec<String> = spec.targets.iter().map(ToString::to_string).collect();
    assert_eq!(targets, [format!("{app}:from-spec"), format!("{app}:too")]);
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let (plan, job) = onetag.plan_and_push(&json!(spec.draft), &targets).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let document = plan.document.expect("a list");
    for tag in ["from-spec", "too"] {
        assert_eq!(registry.manifest("demo/app", tag).await.expect("it was pushed").digest, document.digest);
    }

    let answer = onetag.get(paths::SPEC, &[("ref", targets[0])]).await;
    assert_eq!((answer.status, &answer.headers[CONTENT_TYPE]), (StatusCode::OK, &"application/yaml".parse().unwrap()));
    let written = answer.text();
    let [told, image] = written.lines().take(2).collect::<Vec<_>>()[..] else { panic!("{written}") };
    assert_eq!(
        (told, image),
        (
            format!("# {app}:from-spec, which is {}.", document.digest).as_str(),
            format!("image: {app}:from-spec").as_str()
        )
    );
    assert_eq!(written.matches(&format!("- image: {app}@sha256:")).count(), 4, "{written}");
    let again: Spec = read(&onetag, &written).await.json();
    assert_eq!((again.targets.len(), again.notes), (1, Vec::new()));
    let again = onetag.plan(&json!(again.draft), &targets).await.document.expect("a list");
    assert_eq!((again.digest, again.text), (document.digest, document.text));
}

#[tokio::test]
async fn what_a_spec_cannot_say_and_what_is_none() {
    let registry = Registry::with_samples(Auth::None).await;
    let onetag = Onetag::start(&[&registry]).await;
    let attested = registry.reference("demo/attested:v1");
    let written = onetag.get(paths::SPEC, &[("ref", &attested)]).await.text();
    assert!(written.contains("\n# Left out: 2 of its entries, which are attestations"), "{written}");
    let spec: Spec = read(&onetag, &written).await.json();
    let plan = onetag.plan(&json!(spec.draft), &[&attested]).await;
    let platforms: Vec<_> =
        plan.entries.iter().filter_map(|entry| Some(entry.platform.as_ref()?.to_string())).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8"]);

    let image = registry.reference("demo/app:v1-amd64");
    let problem = onetag.get(paths::SPEC, &[("ref", &image)]).await.problem();
    assert_eq!(problem.code, ProblemCode::InvalidRequest);
    assert!(problem.detail.contains("demo/app:v1-amd64 is no list"), "{problem}");

    let misspelt = "image: a:v1\nmanifests:\n- image: b\n  platform:\n    os: linux\n    architecure: arm\n";
    let problem = read(&onetag, misspelt).await.problem();
    assert_eq!(problem.detail, "line 6 of the spec: a platform has no key `architecure`");
    assert_eq!(problem.hint.as_deref(), Some("Did you mean `architecture`?"));
    assert_eq!(problem.pointer.as_deref(), Some("/manifests/0/platform/architecure"));
    let large = format!("image: a:v1\nmanifests: [] # {}", "x".repeat(1024 * 1024));
    let problem = read(&onetag, &large).await.problem();
    assert_eq!(
        (problem.code, problem.detail.as_str()),
        (ProblemCode::InvalidRequest, "the body has more than 1048576 bytes")
    );
}
