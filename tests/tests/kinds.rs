//! Images of one kind made into the other on their way, and layers that are kept elsewhere.

use onetag_shared::{
    api::{PlanRequest, PushState, paths},
    check::FindingCode,
    digest::Digest,
};
use onetag_tests::{
    Auth, Clients, Onetag, Registry,
    samples::{self, Content, Sample},
};
use serde_json::{Value, json};

/// Has skopeo copy what a tag holds for a platform, blobs and all, and returns the manifest it got.
async fn skopeo_copies(clients: &Clients, tag: &str, architecture: &str, more: &[&str]) -> Vec<u8> {
    let folder = clients.folder().join(Digest::of(format!("{tag} {architecture} {more:?}").as_bytes()).encoded());
    let (from, to) = (format!("docker://{tag}"), format!("dir:{}", folder.display()));
    let mut arguments = vec!["--override-os", "linux", "--override-arch", architecture, "copy"];
    arguments.extend_from_slice(more);
    arguments.extend(["--src-tls-verify=false", &from, &to]);
    clients.skopeo(&arguments).await.stdout();
    std::fs::read(folder.join("manifest.json")).expect("skopeo wrote a manifest")
}

#[tokio::test]
async fn converted_images_are_pushed_by_their_new_digests_and_skopeo_reads_them() {
    let registry = Registry::with_samples(Auth::Token).await;
    let (onetag, clients) = (Onetag::start(&[&registry]).await, Clients::new(&[&registry]));
    // A Docker image of another repository beside an OCI one; and an OCI image of the repository itself.
    for (repository, list_type, sources, is_converted) in [
        ("demo/made", "auto", ["demo/docker-app-amd64:v1", "demo/app:v1-arm64"], [true, false]),
        ("demo/app", "docker", ["demo/app:v1-amd64", "demo/docker-app-arm64:v1"], [true, false]),
    ] {
        let entries = sources.map(|source| json!({ "source": registry.reference(source) }));
        let draft = json!({ "listType": list_type, "convert": "list-type", "entries": entries });
        let target = registry.reference(&format!("{repository}:made"));
        let (plan, job) = onetag.plan_and_push(&draft, &[&target]).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        assert!(plan.findings.iter().all(|finding| finding.code == FindingCode::Converted), "{:?}", plan.findings);
        for (((entry, architecture), source), is_converted) in
            plan.entries.iter().zip(["amd64", "arm64"]).zip(sources).zip(is_converted)
        {
            let (name, tag) = source.split_once(':').expect("a tag");
            let original = registry.manifest(name, tag).await.expect("the sample").digest;
            assert_eq!(
                (&entry.converted_from, entry.digest == original),
                (&is_converted.then_some(original), !is_converted)
            );
            // It compares every digest, from the list down to the layers.
            let read = skopeo_copies(&clients, &target, architecture, &[]).await;
            assert_eq!(Digest::of(&read), entry.digest, "{source}");
            if is_converted && list_type == "docker" {
                let original = registry.reference(source);
                let theirs = skopeo_copies(&clients, &original, architecture, &["--format", "v2s2"]).await;
                assert_eq!(Digest::of(&theirs), entry.digest, "as skopeo converts it");
            }
        }
    }
}

#[tokio::test]
async fn foreign_layers_are_left_where_they_are_or_fetched_from_there_on_request() {
    let (theirs, keeper, ours) =
        tokio::join!(Registry::start(Auth::Htpasswd), Registry::start(Auth::None), Registry::start(Auth::None));
    let base = Content::new("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", &b"the base of Windows"[..]);
    keeper.destination("demo/base").put_blob("demo/base", &base).await.expect("the registry takes it");
    let url = format!("http://{}/v2/demo/base/blobs/{}", keeper.host(), base.digest);
    let windows = Sample::image("demo/windows", "v1", samples::docker_image("windows-amd64"));
    theirs.put(&samples::with_foreign_layer(windows, &base, &["https://localhost:1/nobody", &url])).await;
    let onetag = Onetag::start(&[&theirs, &ours]).await;
    let draft = json!({ "entries": [{ "source": theirs.reference("demo/windows:v1") }] });

    let (left, job) = onetag.plan_and_push(&draft, &[&ours.reference("demo/left:v1")]).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    let told = left.findings.iter().find(|finding| finding.code == FindingCode::ForeignLayers).expect("it is told");
    assert!(told.message.contains("19 bytes") && told.message.contains(keeper.host()), "{told:?}");
    assert!(!ours.has_blob("demo/left", &base.digest).await);

    let whole = async |draft: &Value, tag: &str| {
        let target = ours.reference(tag);
        let request = json!({ "draft": draft, "targets": [target], "options": { "foreignLayers": true } });
        serde_json::from_value::<PlanRequest>(request.clone()).expect("a request");
        let plan: onetag_shared::api::Plan = onetag.post(paths::PLAN, &request).await.json();
        let digest = plan.document.clone().expect("a list").digest;
        let push = json!({ "draft": draft, "expectedDigest": digest, "targets": [{ "ref": target, "guard": "absent" }],
            "options": { "foreignLayers": true } });
        let job = onetag.push(&push).await;
        assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
        assert_eq!(job.progress.bytes_done, job.progress.bytes_total);
        plan
    };
    let plan = whole(&draft, "demo/whole:v1").await;
    assert_eq!((plan.transfer.foreign, plan.transfer.foreign_bytes), (1, base.bytes.len() as u64));
    assert_eq!(plan.transfer.bytes_to_copy, left.transfer.bytes_to_copy + base.bytes.len() as u64);
    assert_eq!(plan.document, left.document, "the digests stay");
    assert!(ours.has_blob("demo/whole", &base.digest).await);

    // An image that is in the repository already lacks what was left where it is.
    let draft = json!({ "entries": [{ "source": ours.reference("demo/left:v1") }] });
    let plan = whole(&draft, "demo/left:v2").await;
    assert_eq!((plan.transfer.pointers, plan.transfer.foreign, plan.transfer.copies), (1, 1, 1));
    assert!(ours.has_blob("demo/left", &base.digest).await);
}
